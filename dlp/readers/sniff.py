"""What a file is, judged by its content; the extension only decides where the content leaves it open.

Signatures: file(1)'s public documentation, ECMA-376, OASIS ODF 1.3 part 2, MS-CFB, RFC 5322, RFC 8878, 2026-11.
"""

import re
from dataclasses import dataclass
from struct import unpack_from

from dlp.readers.container_kinds import has_zip_tail, ole_kind, zip_kind
from dlp.readers.encodings import HEAD_BYTES, utf16_shape
from dlp.readers.formats import FORMATS, KNOWN_EXTENSIONS, Format

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

_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/partial", "message/news"})
# Headers that only a mail has, and headers that a mail has as well.
_STRONG_HEADERS = frozenset((
    "mime-version", "received", "message-id", "content-transfer-encoding", "return-path", "delivered-to", "x-mailer",
    "dkim-signature", "x-originating-ip", "thread-topic", "thread-index", "in-reply-to", "references",
    "authentication-results",
))  # fmt: skip
_MAIL_HEADERS = _STRONG_HEADERS | {
    "from", "to", "cc", "bcc", "subject", "date", "reply-to", "sender", "content-type", "content-disposition",
    "organization", "priority",
}  # fmt: skip
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,76})[ \t]{0,4}:")
_XML_START = re.compile(r"\A\s{0,1000}(?:<\?xml|<!DOCTYPE|<!--|<[A-Za-z_:\u3400-\u9fff])")
_HTML_SIGN = re.compile(
    r"<(?:!doctype\s{1,9}html|html|head|body|meta|title|table|script|style|div|font|iframe|br|p|img|span|a\s{1,9}href)[\s>/]",
    re.IGNORECASE,
)
_HTML_START = re.compile(
    r"(?:<!--.{0,2000}?-->\s{0,100})?"
    r"<(?:!doctype\s{1,9}html|html|head|body|meta|title|style|script|table|div|p|font|center|h[1-6])[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_XML_ROOT = re.compile(r"(?:<!--.{0,2000}?-->\s{0,100}){0,3}<([^\s<>/!?]{1,80})[^<>]{0,2000}>", re.DOTALL)
_JSON_START = re.compile(
    r"(?:\{\s{0,200}(?:\"[^\"\n]{0,200}\"\s{0,20}:|\})|\[\s{0,200}(?:[{\[\"\-0-9\]]|true|false|null))"
)
_OFFICE_XML = ("schemas.microsoft.com/office/2006/xmlPackage", "schemas.microsoft.com/office/word/2003/wordml")
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
        return ole_kind(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")):
        return zip_kind(data)
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
    if data[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08") and extension in ("xls", "xlt", "xla"):
        return "xls"  # BIFF without a compound file around it
    mail = extension in FORMATS["mail"].extensions or declared in _MESSAGE_TYPES
    if head.startswith(b"From ") and declared not in _MESSAGE_TYPES and _is_mail(head, True):
        return "mbox"
    if declared in _MESSAGE_TYPES or _is_mail(head, mail):
        return "mail"
    text = text_shape(head)
    if text is None:
        return _binary_kind(data, mail and extension == "eml")
    return _text_kind(text, extension, declared, mail)


def _binary_kind(data: bytes, mail: bool) -> str:
    """No text and no signature: perhaps a zip with something before it (self-extractor)."""
    if has_zip_tail(data):
        return "zip"
    return "mail" if mail else "binary"


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
    if extension in FORMATS["json"].extensions - {"txt", "map"} or declared == "application/json" or _is_json(start):
        return "json"
    if extension in ("csv", "tsv") or declared in ("text/csv", "text/tab-separated-values"):
        return "csv"
    return "mail" if mail and extension in ("eml", "emlx", "mbox", "mbx", "mht", "mhtml", "nws") else "text"


def _has_html(start: str) -> bool:
    """A page, or a fragment of one: talk *about* a tag in a sentence is not enough."""
    if _HTML_START.match(start):
        return True
    return len(_HTML_SIGN.findall(start)) >= 3 and re.search(r"</[A-Za-z]{1,12}[0-9]?\s{0,9}>", start) is not None


def _xml_kind(start: str) -> str | None:
    """XML of a known vocabulary, other XML, or None when it is no XML."""
    head = start[:4000]
    if "urn:oasis:names:tc:opendocument:xmlns:office" in head and "<office:document" in head:
        return "flat-odf"
    spreadsheet = "urn:schemas-microsoft-com:office:spreadsheet" in head and "<Workbook" in head
    if spreadsheet or any(sign in head for sign in _OFFICE_XML):
        return "flat-ooxml"
    if _DI_SIGN.search(start):
        return "di"
    if re.search(r"<!doctype\s{1,9}html|<html[\s>]", head, re.IGNORECASE):
        return "html"
    if re.search(r"<(?:[a-z]{1,9}:)?svg[\s>]", head):
        return "svg"
    if start.startswith("<?xml") or re.match(r"<!DOCTYPE\s", start):
        return "xml"
    found = _XML_ROOT.match(start)
    if found and not _has_html(start) and ("</" + found[1] in start or "xmlns" in found[0]):
        return "xml"
    return None


def _is_json(start: str) -> bool:
    if not _JSON_START.match(start):
        return False
    return '":' in start or '" :' in start or start.rstrip()[-1:] in "]}"


def _is_mail(head: bytes, lenient: bool) -> bool:
    """Header lines at the start.  A text that quotes a mail, or has two lines like headers, is none."""
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
