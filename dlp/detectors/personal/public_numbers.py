"""Numbers that are published on purpose or count things: they look like personal numbers and are none.

Business numbers (統一編號), document numbers (發文字號), file numbers (檔號), tender, case and order numbers, invoices, ISBN,
licence numbers, toll-free lines, amounts, web addresses.  ``public_at`` names the kind a value stands in; a detector then
drops the value or lowers it, unless its own label says what it is.
"""

from enum import StrEnum

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.personal.checkdigits import is_business_number, is_isbn

LONGEST_URL = 300  # characters


class Public(StrEnum):
    """Kinds of public numbers."""

    BUSINESS = "business-number"
    DOCUMENT = "document-number"
    FILE = "file-number"
    CASE = "case-number"
    INVOICE = "invoice"
    BOOK = "book-number"
    LICENCE = "licence"
    SERIAL = "serial"
    TOLL_FREE = "toll-free"
    AMOUNT = "amount"
    URL = "url"
    HEX = "hex"

    @property
    def text(self) -> str:
        return PUBLIC_LABELS[self]


PUBLIC_LABELS = {
    Public.BUSINESS: "是營利事業統一編號", Public.DOCUMENT: "是公文文號", Public.FILE: "是檔號", Public.CASE: "是案號或標案編號",
    Public.INVOICE: "是發票號碼", Public.BOOK: "是書號或期刊號", Public.LICENCE: "是證照或許可字號", Public.SERIAL: "是型號、序號或單號",
    Public.TOLL_FREE: "是免付費或服務電話", Public.AMOUNT: "是金額或數量", Public.URL: "在網址裡", Public.HEX: "在系統識別碼裡",
}  # fmt: skip

_CODE = r"[0-9A-Za-z][0-9A-Za-z\-/_.]{2,40}"
_GLUE = r"[\s:#=(\[「]{0,4}(?:為|是|No\.?)?[\s:.]{0,2}"
_PATTERNS: tuple[tuple[Public, "re.Pattern[str]"], ...] = (
    (Public.DOCUMENT, re.compile(r"字[ ]?第?[ ]?[0-9A-Z][0-9A-Z\- ]{2,16}[ ]?號|第[ ]?[A-Z]?[0-9]{8,12}[A-Z]?[ ]?號(?!帳|車|戶)|(?:發文字號|收文號|文號|來文字號|公文號)" + _GLUE + _CODE)),
    (Public.FILE, re.compile(r"檔號" + _GLUE + _CODE + r"|(?<![0-9/])[0-9]{3,4}/[0-9A-Z]{4,12}/[0-9A-Z/\-]{1,30}")),
    (
        Public.CASE,
        re.compile(r"(?:案號|案件編號|案件號碼|受理編號|受理號碼|收件編號|標案(?:編號|案號)|採購案號|計畫編號|契約編號|工單|派工單號?|報案單號?)" + _GLUE + _CODE),
    ),
    (Public.BUSINESS, re.compile(r"(?<!身[分份]證)(?:統一編號|統編|公司統編|Tax ID)" + _GLUE + r"[0-9]{8}(?![0-9])", re.IGNORECASE)),
    (Public.INVOICE, re.compile(r"發票(?:號碼|字軌)?" + _GLUE + r"[A-Z]{2}[- ]?[0-9]{8}(?![0-9])", re.IGNORECASE)),
    (Public.BOOK, re.compile(r"(?:ISBN|ISSN|GPN|國際標準書號|統一編號\(GPN\))" + _GLUE + r"[0-9][0-9X\- ]{6,20}", re.IGNORECASE)),
    (
        Public.LICENCE,
        re.compile(r"(?:許可證|登記證|執照|證書|衛署|衛部|核准|合格證|藥製|藥輸|醫器[製輸]|立案)[^\n。,;0-9]{0,12}(?:字號|字第|號碼|編號|號)?" + _GLUE + r"[0-9A-Z]{4,14}(?![0-9])"),
    ),
    (
        Public.SERIAL,
        re.compile(
            r"(?:型號|料號|序號|產品(?:編號|代號)?|商品(?:編號|條碼)?|貨號|批號|條碼|訂單(?:編號|號碼)?|單號|交易(?:序號|編號)|流水號|編碼|財產編號|設備編號|"
            r"IMEI|S/N|P/N|SKU|Order ID|Model|Serial|課程代碼|科目代號|機關代碼|掛號(?:號碼)?|包裹|追蹤號碼|物流|虛擬帳號|銷帳編號|繳費代碼|繳費單)"
            + _GLUE + r"(?:No\.?[ ]?)?" + _CODE,
            re.IGNORECASE,
        ),
    ),
    (Public.TOLL_FREE, re.compile(r"(?<![0-9])0(?:80[0-9]|20[34])[- ]?[0-9]{2,3}[- ]?[0-9]{3}(?![0-9])|(?<![0-9])4(?:12|49)[- ][0-9]{4}(?![0-9])")),
    (Public.AMOUNT, re.compile(r"(?:\$|NT|USD|新臺?台?幣|金額|總計|合計|預算)[ $:]{0,3}[0-9][0-9,.]{3,20}|[0-9][0-9,.]{3,20}[ ]?(?:元|萬元|億元|公斤|公噸|平方公尺|人次)")),
    (Public.HEX, re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])")),
)  # fmt: skip


# A pattern is tried only where one of its words stands in the neighbourhood: plain searches cost a tenth of it.
_WORDS: dict[Public, tuple[str, ...]] = {
    Public.DOCUMENT: ("字", "文號", "第"), Public.FILE: ("檔號", "/"),
    Public.CASE: ("案號", "案件", "受理", "收件", "標案", "採購", "計畫", "契約", "工單", "派工", "報案"),
    Public.BUSINESS: ("統一編號", "統編", "tax id"), Public.INVOICE: ("發票",), Public.BOOK: ("isbn", "issn", "gpn", "書號"),
    Public.LICENCE: ("許可證", "登記證", "執照", "證書", "衛署", "衛部", "核准", "合格證", "藥製", "藥輸", "醫器", "立案"),
    Public.SERIAL: (
        "型號", "料號", "序號", "產品", "商品", "貨號", "批號", "條碼", "訂單", "單號", "交易", "流水", "編碼", "財產", "設備", "imei", "s/n", "p/n", "sku", "order",
        "model", "serial", "課程", "科目", "機關代碼", "掛號", "包裹", "追蹤", "物流", "虛擬", "銷帳", "繳費",
    ),
    Public.TOLL_FREE: ("080", "020", "412", "449"),
    Public.AMOUNT: ("$", "nt", "usd", "幣", "金額", "總計", "合計", "預算", "元", "公斤", "公噸", "平方", "人次"),
    Public.HEX: ("-",),
}  # fmt: skip
_BY_KIND = {kind: re.compile(pattern.pattern, re.IGNORECASE) for kind, pattern in _PATTERNS}
BEFORE_CHARS, AFTER_CHARS = 40, 24
MOST_LOOKED_AT = 10_000  # values of one passage; a passage with more is a dump of numbers
_URL_END = re.compile(r"[\s\"'<>。,、()「」\p{Han}]")


def public_at(passage: Passage, start: int, end: int) -> Public | None:
    """The kind of public number that covers the value at ``[start, end)``, or None; looked up once per place."""
    seen: dict[tuple[int, int], Public | None] = passage.once("public_numbers", dict)
    if (start, end) not in seen:
        if len(seen) >= MOST_LOOKED_AT:
            return None
        seen[start, end] = _kind(passage.text, start, end)
    return seen[start, end]


def _kind(text: str, start: int, end: int) -> Public | None:
    low = max(0, start - BEFORE_CHARS)
    while low > 0 and low < start and text[low - 1].isalnum() and text[low - 1].isascii():
        low += 1  # not into the middle of a word or number
    high = min(len(text), end + AFTER_CHARS)
    window = text[low:high].lower()
    for kind, words in _WORDS.items():
        if any(word in window for word in words):
            for match in _BY_KIND[kind].finditer(text, low, high):
                if match.start() <= start and match.end() >= end:
                    return kind
    return Public.URL if _in_url(text, start) else None


def _in_url(text: str, start: int) -> bool:
    low = max(0, start - LONGEST_URL)
    at = max(text.rfind("http", low, start), text.rfind("www.", low, start))
    return at >= 0 and _URL_END.search(text, at, start) is None


def digits_are_public(digits: str) -> Public | None:
    """What a bare run of digits is by its own check digit: an ISBN.  A business number is too weak a sign."""
    return Public.BOOK if is_isbn(digits) and len(digits) == 13 else None


ROLE_MAILBOX = re.compile(
    r"(?:service|services|info|contact|admin|office|mail|webmaster|postmaster|support|help|helpdesk|news|press|pr|public|hr|recruit|sales|customer|cs|csr|"
    r"opinion|mayor|secretary|registrar|library|editor|no-?reply|ethics|report|complaint|appeal|petition|security|abuse|noc|tender|bid|gov|data|labor|labour|job|jobs|dss|account|accounting|general|personnel|student|academic|affairs|dean|president|tax)"
    r"(?:[._\-][a-z0-9]{1,12})?[0-9]{0,4}",
    re.IGNORECASE,
)


def is_role_mailbox(local: str) -> bool:
    """Whether the local part of an address names a function rather than a person (service, info, mayor …)."""
    return ROLE_MAILBOX.fullmatch(local) is not None


__all__ = ["Public", "digits_are_public", "is_business_number", "is_role_mailbox", "public_at"]
