"""The formats the readers know: media type, Chinese name, honest extensions, and the module that reads each."""

from dataclasses import dataclass

TEXT_EXTENSIONS = (
    "txt text log md rst ini cfg conf yml yaml toml sql py js ts css sh bat ps1 c h cpp java tex srt vtt asc nfo me "
    "json jsonl ndjson xml csv tsv html htm xhtml svg ics vcf eml di sw sgml ps rtf env properties list tab prn"
)


@dataclass(frozen=True, slots=True)
class Format:
    """One format.  ``label`` is zh-TW; ``reader`` a module of this package."""

    key: str
    media_type: str
    label: str
    extensions: frozenset[str]
    reader: str


# key | media type | label | reader | extensions
_TABLE = f"""\
empty | application/x-empty | 空檔 | raw | -
text | text/plain | 純文字 | plain | {TEXT_EXTENSIONS}
csv | text/csv | CSV | markup | csv tsv tab txt prn
json | application/json | JSON | markup | json jsonl ndjson geojson ipynb webmanifest map txt
xml | application/xml | XML | markup | xml xsd xsl xslt rdf rss atom kml gpx wsdl dtd config plist xmp mathml svg
svg | image/svg+xml | SVG | markup | svg xml
html | text/html | HTML | html | html htm xhtml shtml php asp aspx jsp hta
mail | message/rfc822 | 電子郵件 | mail | eml mht mhtml mbox mbx emlx msg nws
mbox | application/mbox | 信箱檔 | mail | mbox mbx
ics | text/calendar | 行事曆 | mail | ics ical ifb vcs
vcard | text/vcard | 名片 | mail | vcf vcard
di | application/x-tw-di | 公文電子交換檔 | official_exchange | di sw xml
rtf | application/rtf | RTF | rtf | rtf
pdf | application/pdf | PDF | pdf | pdf ai
odf | application/vnd.oasis.opendocument.text | ODF 文件 | odf | odt ott odm ods ots odp otp odg otg odf odb oth \
    odc odi sxw sxc sxi stw
flat-odf | application/vnd.oasis.opendocument.text-flat-xml | ODF 單一 XML | odf | fodt fods fodp fodg xml
ooxml | application/vnd.openxmlformats-officedocument.document | Office 文件 | ooxml | docx docm dotx dotm xlsx \
    xlsm xltx xltm xlam pptx pptm potx potm ppsx ppsm ppam sldx vsdx vsdm thmx
flat-ooxml | application/xml | Office XML | ooxml | xml
xlsb | application/vnd.ms-excel.sheet.binary.macroEnabled.12 | Excel 二進位活頁簿 | ooxml | xlsb
doc | application/msword | Word 97-2003 | legacy_word | doc dot wps wbk
xls | application/vnd.ms-excel | Excel 97-2003 | legacy_excel | xls xlt xlm et xla
ppt | application/vnd.ms-powerpoint | PowerPoint 97-2003 | legacy_powerpoint | ppt pps pot dps ppa
msg | application/vnd.ms-outlook | Outlook 郵件 | msg | msg oft
ole-encrypted | application/encrypted | 加密的 Office 文件 | ole | docx xlsx pptx docm xlsm pptm doc xls ppt
ole | application/x-ole-storage | OLE 複合檔 | ole | doc xls ppt msg vsd pub mpp msi db hwp dot wiz
tnef | application/vnd.ms-tnef | winmail.dat | tnef | dat tnef
zip | application/zip | ZIP 壓縮檔 | archives | zip jar war ear apk epub kmz xpi cbz whl nupkg aar ipa pages \
    numbers key idml
7z | application/x-7z-compressed | 7z 壓縮檔 | archives | 7z
rar | application/vnd.rar | RAR 壓縮檔 | archives | rar
tar | application/x-tar | TAR 封存檔 | archives | tar ova gem
gz | application/gzip | GZIP 壓縮檔 | archives | gz tgz svgz emz wmz
bz2 | application/x-bzip2 | BZIP2 壓縮檔 | archives | bz2 tbz tbz2 tb2
xz | application/x-xz | XZ 壓縮檔 | archives | xz txz lzma tlz
zst | application/zstd | Zstandard 壓縮檔 | archives | zst tzst
cab | application/vnd.ms-cab-compressed | CAB 封存檔 | archives | cab
arj | application/x-arj | ARJ 封存檔 | archives | arj
lzh | application/x-lzh-compressed | LZH 封存檔 | archives | lzh lha
iso | application/x-iso9660-image | 光碟映像 | archives | iso img
ar | application/x-archive | AR 封存檔 | archives | a deb ar lib
cpio | application/x-cpio | CPIO 封存檔 | archives | cpio
rpm | application/x-rpm | RPM 套件 | archives | rpm
lz4 | application/x-lz4 | LZ4 壓縮檔 | archives | lz4
lzip | application/x-lzip | LZIP 壓縮檔 | archives | lz
compress | application/x-compress | compress 壓縮檔 | archives | z
pgp | application/pgp-encrypted | OpenPGP | mail | pgp gpg asc sig key txt
pkcs7 | application/pkcs7-mime | PKCS#7 | mail | p7m p7s p7c p7b p7
png | image/png | PNG 圖片 | images | png
jpeg | image/jpeg | JPEG 圖片 | images | jpg jpeg jpe jfif
gif | image/gif | GIF 圖片 | images | gif
bmp | image/bmp | BMP 圖片 | images | bmp dib
tiff | image/tiff | TIFF 圖片 | images | tif tiff
webp | image/webp | WebP 圖片 | images | webp
heif | image/heif | HEIF 圖片 | images | heic heif avif
emf | image/emf | EMF 圖片 | images | emf
wmf | image/wmf | WMF 圖片 | images | wmf
ico | image/vnd.microsoft.icon | ICO 圖片 | images | ico cur
executable | application/x-executable | 執行檔 | raw | exe dll so sys com scr elf ocx
sqlite | application/vnd.sqlite3 | SQLite 資料庫 | raw | db sqlite sqlite3
mdb | application/x-msaccess | Access 資料庫 | raw | mdb accdb
pst | application/vnd.ms-outlook-pst | Outlook 資料檔 | raw | pst ost
media | application/x-media | 影音檔 | raw | mp3 mp4 m4a mov avi wav wma wmv ogg flac mkv webm 3gp aac amr
font | font/sfnt | 字型檔 | raw | ttf otf woff woff2 ttc eot
binary | application/octet-stream | 不明的二進位檔 | raw | bin dat
"""


def _rows() -> dict[str, Format]:
    formats = {}
    for row in _TABLE.strip().splitlines():
        key, media_type, label, reader, extensions = (cell.strip() for cell in row.split("|"))
        formats[key] = Format(key, media_type, label, frozenset(extensions.split()), reader)
    return formats


FORMATS: dict[str, Format] = _rows()
KNOWN_EXTENSIONS: frozenset[str] = frozenset().union(*(f.extensions for f in FORMATS.values()))
OFFICE_ZIPS = frozenset({"odf", "ooxml", "xlsb"})  # zip containers with a reader of their own
# Formats that are containers themselves: a zip directory at their end belongs to something inside.
CONTAINERS = OFFICE_ZIPS | {
    "zip", "tar", "7z", "rar", "cab", "ar", "cpio", "iso", "mail", "mbox", "tnef",
    "msg", "ole", "ole-encrypted", "doc", "xls", "ppt",
}  # fmt: skip
