"""What was read: a document is a tuple of parts, each of which knows where its text stood, and what was not read."""

from dataclasses import dataclass
from dataclasses import field as dc_field
from enum import StrEnum


class Place(StrEnum):
    """Where in the original a part's text stood."""

    BODY = "body"
    HEADER = "header"  # page header
    FOOTER = "footer"  # page footer
    WATERMARK = "watermark"
    SUBJECT = "subject"  # subject of a mail
    MAIL_HEADER = "mail-header"  # any other mail header
    FILE_NAME = "file-name"  # name of the file, of an attachment, of an archive member
    FIELD = "field"  # a named field of a structured document (.di element, form field); see Part.field
    CELLS = "cells"  # a sheet as text, one row a line, cells separated by tabs
    SHEET_NAME = "sheet-name"
    NOTES = "notes"  # speaker notes
    SLIDE = "slide"
    FOOTNOTE = "footnote"
    COMMENT = "comment"
    DELETED = "deleted"  # tracked deletion
    HIDDEN = "hidden"  # hidden text, row, sheet, slide, layer
    TEXT_BOX = "text-box"
    ALT_TEXT = "alt-text"
    PROPERTY = "property"  # document property; see Part.field for its name
    LINK = "link"
    OCR = "ocr"  # text recognised in a picture
    RAW = "raw"  # strings found in bytes of unknown type


PLACE_LABELS: dict[Place, str] = {
    Place.BODY: "內文", Place.HEADER: "頁首", Place.FOOTER: "頁尾", Place.WATERMARK: "浮水印", Place.SUBJECT: "主旨",
    Place.MAIL_HEADER: "郵件標頭", Place.FILE_NAME: "檔名", Place.FIELD: "欄位", Place.CELLS: "工作表", Place.SHEET_NAME: "工作表名稱",
    Place.NOTES: "備忘稿", Place.SLIDE: "投影片", Place.FOOTNOTE: "註腳", Place.COMMENT: "註解", Place.DELETED: "追蹤修訂（已刪）",
    Place.HIDDEN: "隱藏內容", Place.TEXT_BOX: "文字方塊", Place.ALT_TEXT: "替代文字", Place.PROPERTY: "文件屬性", Place.LINK: "連結",
    Place.OCR: "圖片文字", Place.RAW: "未知格式中的字串",
}  # fmt: skip


class Corner(StrEnum):
    """Horizontal and vertical position on a page, where the format knows it."""

    TOP_LEFT = "top-left"
    TOP_CENTER = "top-center"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_CENTER = "bottom-center"
    BOTTOM_RIGHT = "bottom-right"


@dataclass(frozen=True, slots=True)
class Part:
    """One run of text with its place.  Offsets of findings are code points into ``text``.

    ``path`` is unique in the document and never carries names from the input (``attachment[1]/body``): names are text of
    their own, in parts at ``Place.FILE_NAME``.  ``page`` counts from 1.  ``field`` names a form field, .di element,
    mail header or property.  ``utf8`` is ``text`` encoded, kept when the reader had it anyway.
    """

    path: str
    place: Place
    text: str = dc_field(repr=False)
    page: int | None = None
    corner: Corner | None = None
    field: str | None = None
    utf8: bytes | None = dc_field(default=None, repr=False, compare=False)

    @property
    def label(self) -> str:
        """Chinese name of the place, for people: 「頁首（第 1 頁）」."""
        label = PLACE_LABELS[self.place]
        if self.path.startswith("attachment["):
            label = f"附件 {self.path[11 : self.path.index(']')]} {label}"
        return f"{label}（第 {self.page} 頁）" if self.page else label


class NotReadReason(StrEnum):
    """Why something could not be read.  Codes are stable and appear in JSON."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TRUNCATED = "truncated"
    TIMEOUT = "timeout"
    RESOURCE = "resource"  # memory or disk limit
    CRASH = "crash"
    LIMIT_SIZE = "limit-size"
    LIMIT_DEPTH = "limit-depth"
    LIMIT_MEMBERS = "limit-members"
    LIMIT_UNPACKED = "limit-unpacked"
    LIMIT_RATIO = "limit-ratio"
    LIMIT_TEXT = "limit-text"
    LIMIT_CELLS = "limit-cells"
    LIMIT_PAGES = "limit-pages"
    UNKNOWN_TYPE = "unknown-type"
    UNDECODABLE = "undecodable"
    IMAGE = "image-without-ocr"
    EXTERNAL = "external"  # refers to something outside, never fetched
    AMBIGUOUS = "ambiguous"  # two readings possible
    EMPTY = "empty"
    MISSING_READER = "missing-reader"  # an optional component is not installed
    CHANGING = "changing"
    NO_ACCESS = "no-access"
    VANISHED = "vanished"
    DETECTOR_TIMEOUT = "detector-timeout"


NOT_READ_LABELS: dict[NotReadReason, str] = {
    NotReadReason.ENCRYPTED: "已加密，無法檢查", NotReadReason.DAMAGED: "檔案損壞", NotReadReason.TRUNCATED: "檔案不完整",
    NotReadReason.TIMEOUT: "讀取逾時", NotReadReason.RESOURCE: "讀取時用盡記憶體或磁碟額度", NotReadReason.CRASH: "讀取程式異常中止",
    NotReadReason.LIMIT_SIZE: "檔案超過大小上限", NotReadReason.LIMIT_DEPTH: "巢狀層數超過上限",
    NotReadReason.LIMIT_MEMBERS: "內含檔案數超過上限", NotReadReason.LIMIT_UNPACKED: "解壓後大小超過上限",
    NotReadReason.LIMIT_RATIO: "壓縮比異常", NotReadReason.LIMIT_TEXT: "文字量超過上限", NotReadReason.LIMIT_CELLS: "儲存格數超過上限",
    NotReadReason.LIMIT_PAGES: "頁數超過上限", NotReadReason.UNKNOWN_TYPE: "不認得的檔案格式",
    NotReadReason.UNDECODABLE: "文字編碼無法辨認", NotReadReason.IMAGE: "圖片中的文字未辨識", NotReadReason.EXTERNAL: "連到外部的內容，未取回",
    NotReadReason.AMBIGUOUS: "內容有兩種讀法", NotReadReason.EMPTY: "空檔，沒有可檢查的內容",
    NotReadReason.MISSING_READER: "未安裝讀取這種格式的元件", NotReadReason.CHANGING: "檔案正在變動", NotReadReason.NO_ACCESS: "沒有讀取權限",
    NotReadReason.VANISHED: "檔案已不存在", NotReadReason.DETECTOR_TIMEOUT: "分析逾時",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotRead:
    """Something that was not read: ``part`` is a path as in ``Part.path``; ``detail`` is zh-TW and carries no content."""

    part: str
    reason: NotReadReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """All that could be read of one item.

    ``media_type`` is judged by content.  ``remarks`` are zh-TW facts that belong into the reasons of findings
    (extension and content disagree, wrong charset label).
    """

    name: str = dc_field(repr=False)
    parts: tuple[Part, ...]
    not_read: tuple[NotRead, ...] = ()
    media_type: str = "text/plain"
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_text(cls, text: str, *, name: str = "") -> "Document":
        """A document of one body part."""
        return cls(name=name, parts=(Part("body", Place.BODY, text),))


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends what to whom.  ``destination`` names a public place (facebook, threads, line-group, website, press)."""

    sender: str = dc_field(default="", repr=False)
    recipients: tuple[str, ...] = dc_field(default=(), repr=False)
    authenticated_user: str = dc_field(default="", repr=False)
    destination: str = ""
    unit: str = ""
    size_bytes: int = 0
