"""What a file is, judged by its content; the extension only decides where the content leaves it open.

Signatures: file(1)'s public documentation, ECMA-376, OASIS ODF 1.3 part 2, MS-CFB, RFC 5322, RFC 8878, 2026-11.
"""

import re
import zlib
from dataclasses import dataclass
from struct import unpack_from

HEAD_BYTES = 8_192
ZIP_END_BYTES = 65_557  # longest distance of the end record from the end of a zip


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its media type, its name in zh-TW, the extensions it honestly has, the module that reads it."""

    key: str
    media_type: str
    label: str
    extensions: frozenset[str]
    reader: str


def _format(key: str, media_type: str, label: str, extensions: str, reader: str) -> tuple[str, Format]:
    return key, Format(key, media_type, label, frozenset(extensions.split()), reader)


TEXT_EXTENSIONS = (
    "txt text log md rst ini cfg conf yml yaml toml sql py js ts css sh bat ps1 c h cpp java tex srt vtt asc nfo me "
    "json jsonl ndjson xml csv tsv html htm xhtml svg ics vcf eml di sw sgml ps rtf env properties list tab prn"
)
ODF = "application/vnd.oasis.opendocument."
OOXML = "application/vnd.openxmlformats-officedocument."

FORMATS: dict[str, Format] = dict(
    (
        _format("empty", "application/x-empty", "空檔", "", ""),
        _format("text", "text/plain", "純文字", TEXT_EXTENSIONS, "plain"),
        _format("csv", "text/csv", "CSV", "csv tsv tab txt prn", "markup"),
        _format("json", "application/json", "JSON", "json jsonl ndjson geojson ipynb webmanifest map txt", "markup"),
        _format("xml", "application/xml", "XML", "xml xsd xsl xslt rdf rss atom kml gpx wsdl dtd config plist xmp mathml svg", "markup"),
        _format("svg", "image/svg+xml", "SVG", "svg xml", "markup"),
        _format("html", "text/html", "HTML", "html htm xhtml shtml php asp aspx jsp hta", "html"),
        _format("mail", "message/rfc822", "電子郵件", "eml mht mhtml mbox mbx emlx msg nws", "mail"),
        _format("mbox", "application/mbox", "信箱檔", "mbox mbx", "mail"),
        _format("ics", "text/calendar", "行事曆", "ics ical ifb vcs", "mail"),
        _format("vcard", "text/vcard", "名片", "vcf vcard", "mail"),
        _format("di", "application/x-tw-di", "公文電子交換檔", "di sw xml", "official_exchange"),
        _format("rtf", "application/rtf", "RTF", "rtf", "rtf"),
        _format("pdf", "application/pdf", "PDF", "pdf ai", "pdf"),
        _format("odf", ODF + "text", "ODF 文件", "odt ott odm ods ots odp otp odg otg odf odb oth odc odi sxw sxc sxi stw", "odf"),
        _format("flat-odf", ODF + "text-flat-xml", "ODF 單一 XML", "fodt fods fodp fodg xml", "odf"),
        _format("ooxml", OOXML + "document", "Office 文件",
                "docx docm dotx dotm xlsx xlsm xltx xltm xlam pptx pptm potx potm ppsx ppsm ppam sldx vsdx vsdm thmx", "ooxml"),
        _format("flat-ooxml", "application/xml", "Office XML", "xml", "ooxml"),
        _format("xlsb", "application/vnd.ms-excel.sheet.binary.macroEnabled.12", "Excel 二進位活頁簿", "xlsb", "ooxml"),
        _format("doc", "application/msword", "Word 97-2003", "doc dot wps wbk", "legacy_word"),
        _format("xls", "application/vnd.ms-excel", "Excel 97-2003", "xls xlt xlm et xla", "legacy_excel"),
        _format("ppt", "application/vnd.ms-powerpoint", "PowerPoint 97-2003", "ppt pps pot dps ppa", "legacy_powerpoint"),
        _format("msg", "application/vnd.ms-outlook", "Outlook 郵件", "msg oft", "msg"),
        _format("ole-encrypted", "application/encrypted", "加密的 Office 文件", "docx xlsx pptx docm xlsm pptm doc xls ppt", "ole"),
        _format("ole", "application/x-ole-storage", "OLE 複合檔", "doc xls ppt msg vsd pub mpp msi db hwp dot wiz", "ole"),
        _format("tnef", "application/vnd.ms-tnef", "winmail.dat", "dat tnef", "tnef"),
        _format("zip", "application/zip", "ZIP 壓縮檔", "zip jar war ear apk epub kmz xpi cbz whl nupkg aar ipa pages numbers key idml", "archives"),
        _format("7z", "application/x-7z-compressed", "7z 壓縮檔", "7z", "archives"),
        _format("rar", "application/vnd.rar", "RAR 壓縮檔", "rar", "archives"),
        _format("tar", "application/x-tar", "TAR 封存檔", "tar ova gem", "archives"),
        _format("gz", "application/gzip", "GZIP 壓縮檔", "gz tgz svgz emz wmz", "archives"),
        _format("bz2", "application/x-bzip2", "BZIP2 壓縮檔", "bz2 tbz tbz2 tb2", "archives"),
        _format("xz", "application/x-xz", "XZ 壓縮檔", "xz txz lzma tlz", "archives"),
        _format("zst", "application/zstd", "Zstandard 壓縮檔", "zst tzst", "archives"),
        _format("cab", "application/vnd.ms-cab-compressed", "CAB 封存檔", "cab", "archives"),
        _format("arj", "application/x-arj", "ARJ 封存檔", "arj", "archives"),
        _format("lzh", "application/x-lzh-compressed", "LZH 封存檔", "lzh lha", "archives"),
        _format("iso", "application/x-iso9660-image", "光碟映像", "iso img", "archives"),
        _format("ar", "application/x-archive", "AR 封存檔", "a deb ar lib", "archives"),
        _format("cpio", "application/x-cpio", "CPIO 封存檔", "cpio", "archives"),
        _format("rpm", "application/x-rpm", "RPM 套件", "rpm", "archives"),
        _format("lz4", "application/x-lz4", "LZ4 壓縮檔", "lz4", "archives"),
        _format("lzip", "application/x-lzip", "LZIP 壓縮檔", "lz", "archives"),
        _format("compress", "application/x-compress", "compress 壓縮檔", "z", "archives"),
        _format("pgp", "application/pgp-encrypted", "OpenPGP", "pgp gpg asc sig key txt", "mail"),
        _format("pkcs7", "application/pkcs7-mime", "PKCS#7", "p7m p7s p7c p7b p7", "mail"),
        _format("png", "image/png", "PNG 圖片", "png", "images"),
        _format("jpeg", "image/jpeg", "JPEG 圖片", "jpg jpeg jpe jfif", "images"),
        _format("gif", "image/gif", "GIF 圖片", "gif", "images"),
        _format("bmp", "image/bmp", "BMP 圖片", "bmp dib", "images"),
        _format("tiff", "image/tiff", "TIFF 圖片", "tif tiff", "images"),
        _format("webp", "image/webp", "WebP 圖片", "webp", "images"),
        _format("heif", "image/heif", "HEIF 圖片", "heic heif avif", "images"),
        _format("emf", "image/emf", "EMF 圖片", "emf", "images"),
        _format("wmf", "image/wmf", "WMF 圖片", "wmf", "images"),
        _format("ico", "image/vnd.microsoft.icon", "ICO 圖片", "ico cur", "images"),
        _format("executable", "application/x-executable", "執行檔", "exe dll so sys com scr elf ocx", "raw"),
        _format("sqlite", "application/vnd.sqlite3", "SQLite 資料庫", "db sqlite sqlite3", "raw"),
        _format("mdb", "application/x-msaccess", "Access 資料庫", "mdb accdb", "raw"),
        _format("pst", "application/vnd.ms-outlook-pst", "Outlook 資料檔", "pst ost", "raw"),
        _format("media", "application/x-media", "影音檔", "mp3 mp4 m4a mov avi wav wma wmv ogg flac mkv webm 3gp aac amr", "raw"),
        _format("font", "font/sfnt", "字型檔", "ttf otf woff woff2 ttc eot", "raw"),
        _format("binary", "application/octet-stream", "不明的二進位檔", "bin dat", "raw"),
    )
)  # fmt: skip

KNOWN_EXTENSIONS = frozenset().union(*(f.extensions for f in FORMATS.values()))
OFFICE_ZIPS = frozenset({"odf", "ooxml", "xlsb"})  # zip containers with a reader of their own
SELF_CONTAINED = frozenset({"zip", "odf", "ooxml", "xlsb", "tar", "7z", "mail", "mbox", "iso", "ole", "doc", "xls", "ppt", "msg", "tnef",
                            "ole-encrypted", "ar", "cpio", "rar", "cab"})  # fmt: skip

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "pdf"),
    (0, b"{\\rtf", "rtf"),
    (0, b"\x78\x9f\x3e\x22", "tnef"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"\x1f\x8b\x08", "gz"),
    (0, b"BZh", "bz2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"\x5d\x00\x00", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zst"),
    (0, b"\x04\x22\x4d\x18", "lz4"),
    (0, b"LZIP", "lzip"),
    (0, b"\x1f\x9d", "compress"),
    (0, b"MSCF\0\0\0\0", "cab"),
    (0, b"\x60\xea", "arj"),
    (0, b"!<arch>\n", "ar"),
    (0, b"070701", "cpio"),
    (0, b"070702", "cpio"),
    (0, b"070707", "cpio"),
    (0, b"\xed\xab\xee\xdb", "rpm"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"II+\0", "tiff"),
    (0, b"MM\0+", "tiff"),
    (0, b"\xd7\xcd\xc6\x9a", "wmf"),
    (0, b"\0\0\1\0", "ico"),
    (0, b"\x7fELF", "executable"),
    (0, b"SQLite format 3\0", "sqlite"),
    (4, b"Standard Jet DB\0", "mdb"),
    (4, b"Standard ACE DB\0", "mdb"),
    (0, b"!BDN", "pst"),
    (0, b"ID3", "media"),
    (0, b"OggS", "media"),
    (0, b"fLaC", "media"),
    (0, b"\x1aE\xdf\xa3", "media"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "media"),
    (0, b"\0\1\0\0\0", "font"),
    (0, b"OTTO\0", "font"),
    (0, b"wOFF", "font"),
    (0, b"wOF2", "font"),
    (0, b"-----BEGIN PGP ", "pgp"),
    (0, b"-----BEGIN PKCS7-----", "pkcs7"),
    (257, b"ustar", "tar"),
    (32_769, b"CD001", "iso"),
)

# Headers that only a mail has, and headers that a mail has as well.
_STRONG_HEADERS = frozenset((
    "mime-version", "received", "message-id", "content-transfer-encoding", "return-path", "delivered-to", "x-mailer",
    "dkim-signature", "x-originating-ip", "thread-topic", "thread-index", "in-reply-to", "references", "authentication-results",
))  # fmt: skip
_MAIL_HEADERS = _STRONG_HEADERS | {
    "from", "to", "cc", "bcc", "subject", "date", "reply-to", "sender", "content-type", "content-disposition", "organization", "priority",
}
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,76})[ \t]{0,4}:")
_XML_START = re.compile(r"\A\s{0,1000}(?:<\?xml|<!DOCTYPE|<!--|<[A-Za-z_:\u3400-\u9fff])")
_HTML_SIGN = re.compile(
    r"<(?:!doctype\s{1,9}html|html|head|body|meta|title|table|script|style|div|font|iframe|br|p|img|span|a\s{1,9}href)[\s>/]", re.IGNORECASE
)
_DI_SIGN = re.compile(
    r"<!DOCTYPE\s{1,20}[^\s<>]{1,40}\s{1,20}SYSTEM\s{1,20}[\"'][^\"'<>]{0,80}[0-9]{2,3}_[0-9A-Za-z_]{1,30}\.dtd"
    r"|<(?:發文機關|速別|受文者|交換表單?|密等及解密條件(?:或保密期限)?|發文字號)[\s/>]"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the content is; ``disguised`` when a known extension says otherwise."""

    format: Format
    disguised: bool = False


def extension_of(name: str) -> str:
    """Last extension in lower case without the dot, ``""`` when there is none or it has odd characters."""
    tail = re.split(r"[/\\]", name)[-1].rstrip(" .\0")
    found = re.search(r"\.([0-9A-Za-z]{1,12})\Z", tail)
    return found[1].lower() if found else ""


def sniff(data: bytes, *, name: str = "", declared: str = "") -> Sniffed:
    """Judge ``data`` (the whole item).  ``declared`` is the media type its container claims."""
    extension = extension_of(name)
    key = _key(data, extension, declared.lower())
    format_ = FORMATS[key]
    known = extension in KNOWN_EXTENSIONS and key not in ("empty",)
    return Sniffed(format_, known and extension not in format_.extensions)


def _key(data: bytes, extension: str, declared: str) -> str:
    if not data:
        return "empty"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")):
        return _zip_kind(data)
    for offset, signature, key in _SIGNATURES:
        if data.startswith(signature, offset) and _confirmed(key, data):
            return key
    if data[4:8] == b"ftyp":
        return "heif" if data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc") else "media"
    if data.startswith(b"RIFF"):
        return "webp" if data[8:12] == b"WEBP" else "media"
    return _unsigned_kind(data, extension, declared)


def _confirmed(key: str, data: bytes) -> bool:
    """Short signatures that plain text may start with need a second look."""
    if key == "bz2":
        return data[3:4].isdigit() and data[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
    if key == "xz" and data.startswith(b"\x5d"):
        return len(data) > 13 and (data[5:13] == b"\xff" * 8 or unpack_from("<Q", data, 5)[0] < 1 << 40)
    if key in ("media", "lzip", "ico", "font", "cpio", "pst"):
        return _looks_binary(data[:HEAD_BYTES])
    if key == "arj":
        return len(data) > 10 and 0 < unpack_from("<H", data, 2)[0] <= 2600 and _looks_binary(data[:HEAD_BYTES])
    if key == "compress":
        return _looks_binary(data[:HEAD_BYTES])
    return True


def _unsigned_kind(data: bytes, extension: str, declared: str) -> str:
    """Formats without a signature at a fixed place: text in its shapes, old containers, junk before a PDF."""
    head = data[:HEAD_BYTES]
    if _is_old_tar(data):
        return "tar"
    if data.startswith(b"BM") and len(data) > 26 and _looks_binary(head):
        return "bmp"
    if data.startswith(b"\x01\0\0\0") and data[40:44] == b" EMF":
        return "emf"
    if data.startswith(b"MZ") and _looks_binary(head):
        return "executable"
    if head[2:5] == b"-lh" and head[6:7] == b"-":
        return "lzh"
    if data[:1] == b"\x30" and _is_pkcs7(head):
        return "pkcs7"
    if b"%PDF-" in head[:1024] and b"%%EOF" in data[-2048:]:
        return "pdf"
    if data[:1] in (b"\x09",) and data[1:2] in (b"\x00", b"\x02", b"\x04", b"\x08") and _looks_binary(head) and extension in ("xls", "xlt", "xla"):
        return "xls"  # BIFF without a compound file around it
    mail = extension in FORMATS["mail"].extensions or declared in ("message/rfc822", "message/global", "message/partial", "message/news")
    if mail and declared.startswith("message/") or _is_mail(head, mail):
        return "mail"
    if head.startswith(b"From ") and b"\n" in head and _is_mail(head[head.index(b"\n") + 1 :], True):
        return "mbox"
    text = text_shape(head)
    if text is None:
        return _zip_tail_kind(data) or ("mail" if mail and extension == "eml" else "binary")
    return _text_kind(text, extension, declared, mail)


def _text_kind(text: str, extension: str, declared: str, mail: bool) -> str:
    start = text.lstrip("\ufeff \t\r\n\0")
    if start.startswith("-----BEGIN PGP "):
        return "pgp"
    if start.startswith("-----BEGIN PKCS7"):
        return "pkcs7"
    if start.startswith("{\\rtf"):
        return "rtf"
    if start[:15].upper() == "BEGIN:VCALENDAR":
        return "ics"
    if start[:11].upper() == "BEGIN:VCARD":
        return "vcard"
    if _XML_START.match(start):
        kind = _xml_kind(start)
        if kind:
            return kind
    if extension in ("di", "sw") and start.startswith("<"):
        return "di"
    if extension in ("html", "htm", "xhtml", "mht") or declared == "text/html" or _has_html(start):
        return "html"
    if extension in ("json", "jsonl", "ndjson", "geojson", "ipynb") or declared == "application/json" or _is_json(start):
        return "json"
    if extension in ("csv", "tsv") or declared in ("text/csv", "text/tab-separated-values"):
        return "csv"
    return "mail" if mail and extension in ("eml", "emlx", "mbox", "mbx", "mht", "mhtml", "nws") else "text"


def _has_html(start: str) -> bool:
    """A page, or a fragment of one: talk *about* a tag in a sentence is not enough."""
    if re.match(r"(?:<!--.{0,2000}?-->\s{0,100})?<(?:!doctype\s{1,9}html|html|head|body|meta|title|style|script|table|div|p|font|center|h[1-6])[\s>]",
                start, re.IGNORECASE | re.DOTALL):  # fmt: skip
        return True
    return len(_HTML_SIGN.findall(start)) >= 3 and re.search(r"</[A-Za-z]{1,12}[0-9]?\s{0,9}>", start) is not None


def _xml_kind(start: str) -> str | None:
    """XML of a known vocabulary, other XML, or None when it is no XML."""
    head = start[:4000]
    if "urn:oasis:names:tc:opendocument:xmlns:office" in head and "<office:document" in head:
        return "flat-odf"
    if "schemas.microsoft.com/office/2006/xmlPackage" in head or "schemas.microsoft.com/office/word/2003/wordml" in head \
            or "urn:schemas-microsoft-com:office:spreadsheet" in head and "<Workbook" in head:  # fmt: skip
        return "flat-ooxml"
    if _DI_SIGN.search(start):
        return "di"
    if re.search(r"<!doctype\s{1,9}html|<html[\s>]", head, re.IGNORECASE):
        return "html"
    if re.search(r"<(?:[a-z]{1,9}:)?svg[\s>]", head):
        return "svg"
    if start.startswith("<?xml") or re.match(r"<!DOCTYPE\s", start):
        return "xml"
    found = re.match(r"(?:<!--.{0,2000}?-->\s{0,100}){0,3}<([^\s<>/!?]{1,80})[^<>]{0,2000}>", start, re.DOTALL)
    if found and not _has_html(start) and ("</" + found[1] in start or "xmlns" in found[0]):
        return "xml"
    return None


def _is_json(start: str) -> bool:
    return re.match(r'(?:\{\s{0,200}(?:"[^"\n]{0,200}"\s{0,20}:|\})|\[\s{0,200}(?:[{\["\-0-9\]]|true|false|null))', start) is not None and (
        '":' in start or '" :' in start or start.rstrip()[-1:] in "]}"
    )


def _is_mail(head: bytes, lenient: bool) -> bool:
    """Header lines at the start.  Text that merely quotes a mail (寄件者：) or has two header-like lines is not a mail."""
    names: list[str] = []
    strong = 0
    text = head.lstrip(b"\r\n \t\xef\xbb\xbf")
    if text.startswith(b">From ") or (lenient and text.startswith(b"From ")):
        text = text.split(b"\n", 1)[-1]
    for line in re.split(rb"\r\n|\n|\r", text)[:60]:
        if not line:
            break
        if line[:1] in b" \t":
            continue
        found = _HEADER_LINE.match(line)
        if not found:
            break
        name = found[1].decode("ascii").lower()
        strong += name in _STRONG_HEADERS
        names.append(name)
    known = sum(1 for name in names if name in _MAIL_HEADERS)
    if lenient:
        return known >= 1
    return known >= 2 and strong >= 1 and known * 3 >= len(names)


def _is_old_tar(data: bytes) -> bool:
    """A tar header without ``ustar``: only the checksum tells."""
    if len(data) < 512 or not data[0] or not re.fullmatch(rb"[ 0-7]{1,8}[\0 ]{0,8}", data[148:156]):
        return False
    block = data[:512]
    try:
        stored = int(block[148:156].strip(b"\0 ") or b"0", 8)
    except ValueError:
        return False
    return stored == sum(block[:148]) + 8 * 32 + sum(block[156:]) and stored > 256


def _is_pkcs7(head: bytes) -> bool:
    return b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" in head[:40]


def _zip_tail_kind(data: bytes) -> str | None:
    """A zip with something before it (self-extractor)."""
    return "zip" if has_zip_tail(data) else None


def has_zip_tail(data: bytes) -> bool:
    """True when the bytes end in a zip directory that is really there, whatever stands before it."""
    tail = data[-ZIP_END_BYTES:]
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return False
    size, comment = unpack_from("<I", tail, at + 12)[0], unpack_from("<H", tail, at + 20)[0]
    end = len(data) - len(tail) + at
    start = end - size
    return at + 22 + comment <= len(tail) and 0 <= start < end and data[start : start + 4] == b"PK\x01\x02"


def _zip_kind(data: bytes) -> str:
    """Office containers are told from other zips by their member names, also when the directory is gone."""
    names = zip_names(data)
    if "mimetype" in names:
        kind = _zip_mimetype(data)
        if kind.startswith("application/vnd.oasis.opendocument") or kind.startswith("application/vnd.sun.xml"):
            return "odf"
        if kind == "application/epub+zip":
            return "zip"
    if "META-INF/manifest.xml" in names and "content.xml" in names:
        return "odf"
    if "[Content_Types].xml" in names or "_rels/.rels" in names:
        if any(n.endswith("workbook.bin") for n in names):
            return "xlsb"
        if any(n.startswith(("word/", "xl/", "ppt/", "visio/")) for n in names):
            return "ooxml"
        return "ooxml" if {"[Content_Types].xml", "_rels/.rels"} <= names else "zip"
    if any(n in ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml") for n in names):
        return "ooxml"
    return "zip"


def zip_names(data: bytes, *, most: int = 2_000) -> frozenset[str]:
    """Names in the local headers and the directory, found by their signatures; enough to tell what a container is."""
    names: set[str] = set()
    for signature, fixed, at_length in ((b"PK\x03\x04", 30, 26), (b"PK\x01\x02", 46, 28)):
        at, count = data.find(signature), 0
        while at >= 0 and count < most and at + fixed <= len(data):
            length = unpack_from("<H", data, at + at_length)[0]
            names.add(data[at + fixed : at + fixed + min(length, 256)].decode("utf-8", "replace").replace("\\", "/"))
            count += 1
            at = data.find(signature, at + 4)
    return frozenset(names)


def _zip_mimetype(data: bytes) -> str:
    """Content of the member ``mimetype``, stored or deflated, from its local header."""
    at = data.find(b"mimetype")
    if at < 30 or data[at - 30 : at - 26] != b"PK\x03\x04":
        return ""
    method, extra = unpack_from("<H", data, at - 22)[0], unpack_from("<H", data, at - 2)[0]
    body = data[at + 8 + extra : at + 8 + extra + 200]
    if method == 8:
        try:
            body = zlib.decompressobj(-15).decompress(body, 200)
        except zlib.error:
            return ""
    found = re.match(rb"[a-z]{1,20}/[a-z0-9.+-]{1,100}", body)
    return found[0].split(b"PK")[0].decode("ascii") if found else ""


_OLE_STREAMS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"encryptedpackage", "encryptioninfo"}), "ole-encrypted"),
    (frozenset({"worddocument"}), "doc"),
    (frozenset({"workbook", "book"}), "xls"),
    (frozenset({"powerpoint document"}), "ppt"),
    (frozenset({"__properties_version1.0", "__nameid_version1.0"}), "msg"),
)


def _ole_kind(data: bytes) -> str:
    """The program behind a compound file, by the streams at its top; by their names anywhere when it is damaged."""
    import io

    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            names = {entry.name.lower() for entry in container.root.kids}
    except Exception:  # olefile raises many kinds on hostile bytes; the names are then searched for
        names = {
            name
            for streams, _ in _OLE_STREAMS
            for name in streams
            if re.search(re.escape(name.encode("utf-16-le")), data, re.IGNORECASE)
        }
    for streams, key in _OLE_STREAMS:
        if streams & names:
            return key
    return "ole"


_TEXT_CONTROLS = frozenset(range(32)) - {9, 10, 11, 12, 13, 26, 27}
_DELETE_TEXT = bytes(sorted(set(range(256)) - _TEXT_CONTROLS))


def _looks_binary(head: bytes) -> bool:
    """Control characters that no text has, beyond a stray few."""
    return len(head.translate(None, _DELETE_TEXT)) * 50 > len(head)


def text_shape(head: bytes) -> str | None:
    """The start of a text, decoded well enough to look at; None when it is no text."""
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return head.decode("utf-32", "replace")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    wide = utf16_shape(head)
    if wide:
        return head.decode(wide, "replace")
    if _looks_binary(head):
        # A text with NULs strewn in reads on; a binary stays one without them.
        rest = head.replace(b"\0", b"")
        if len(rest) * 2 < len(head) or _looks_binary(rest) or not _printable_share(rest) > 0.95:
            return None
        head = rest
    if _is_noise(head):
        return None
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(head) - 4:
            return head[: error.start].decode("utf-8")
    return head.decode("cp950", "replace")


def _is_noise(head: bytes) -> bool:
    """Compressed or encrypted bytes: every value equally often, so C1-like pairs and line ends never fit a text."""
    if len(head) < 64:
        return False
    high = len(head) - len(head.translate(None, bytes(range(128, 256))))
    controls = len(head.translate(None, _DELETE_TEXT))
    return controls * 100 > len(head) and high * 3 > len(head)


def _printable_share(data: bytes) -> float:
    good = len(data) - len(data.translate(None, bytes((9, 10, 13, *range(32, 127), *range(0x80, 0x100)))))
    return good / max(len(data), 1)


def utf16_shape(head: bytes) -> str | None:
    """``utf-16-le`` or ``-be`` when the bytes look like UTF-16 without a mark, else None.

    Chinese text has line ends, spaces, digits or full-width punctuation: one byte column then holds few values, most of
    them high bytes of the blocks 00, 30, 4E–9F, FF.
    """
    size = len(head) & ~1
    if size < 8:
        return None
    best: tuple[float, str] | None = None
    for codec, high in (("utf-16-le", head[1:size:2]), ("utf-16-be", head[0:size:2])):
        low = head[0:size:2] if codec == "utf-16-le" else head[1:size:2]
        zeros = high.count(0)
        han = sum(1 for b in high if 0x4E <= b <= 0x9F)
        marks = high.count(0x30) + high.count(0xFF)
        good = (zeros + han + marks) / len(high)
        ascii_low = sum(1 for h, x in zip(high, low, strict=True) if h == 0 and (32 <= x < 127 or x in (9, 10, 13)))
        if good < 0.9 or (zeros and ascii_low < zeros * 0.9):
            continue
        plain = sum(1 for b in low if 32 <= b < 127) / len(low)
        if zeros * 10 < len(high) and not (marks and _decodes_as_text(head[:size], codec)):
            continue
        if plain > 0.97 and zeros == 0:
            continue  # ASCII read in pairs
        if best is None or good > best[0]:
            best = (good, codec)
    return best[1] if best else None


def _decodes_as_text(data: bytes, codec: str) -> bool:
    """No zero bytes to go by: the text must hold Chinese punctuation and no stray ASCII pairs (0x4E–0x7A are letters too)."""
    text = data.decode(codec, "replace")
    punctuation = sum(text.count(mark) for mark in "，。、：；「」（）\u3000")
    return punctuation * 60 >= len(text) and text.count("\ufffd") * 50 < len(text) and not data.isascii()
