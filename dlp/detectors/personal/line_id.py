"""LINE ID and other social accounts (LINE、IG、FB、Threads、PTT 帳號), by label only; and the 手機條碼 of e-invoices.

A LINE ID is lower case letters, digits, ``.``, ``-``, ``_``, and cannot be changed once set; official accounts begin with
``@`` and are public.  Source: LINE help centre, read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.checkdigits import is_mobile_barcode
from dlp.detectors.personal.evidence import Tally
from dlp.detectors.personal.labels import column_of, headers, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.kinds import Kind

ID = "personal.line_id"
KINDS = (Kind.PERSONAL_LINE_ID,)
CUES = (
    *literals("line", "instagram", "threads", "facebook", "臉書", "PTT", "telegram", "twitter", "微信", "wechat", "手機條碼", "載具", "推特", "抖音", "小紅書"),
    *pattern("(?:IG|FB|TG)[ ]{0,2}(?:id|ID|帳號|的|:|=|是|為|叫|->|[\\t,|])"),
    *pattern("賴[ ]{0,2}(?:id|ID|的|帳|:|=|是|為|叫|->|\\(|「)"), *pattern("[我他她你加私]的?賴"),
)
FIX = "刪去私人社群帳號；對外聯絡請用機關的官方帳號。"
MOST_CHARS = 20
_ACCOUNT = r"[A-Za-z0-9][A-Za-z0-9._\-]{1,29}"
_LABEL = (
    r"(?:(?<![a-z])line[ ]?(?:的)?(?:id|帳號|ID名稱)?|(?:我|他|她|加|加我|我的|他的|她的|私)?的?賴(?:的)?[ ]?(?:id|帳號)?|(?<![a-z])(?:ig|instagram|threads|fb|facebook|telegram|tg|wechat|ptt|twitter)(?![a-z])[ ]?(?:的)?(?:id|帳號)?|"
    r"臉書(?:帳號|ID)?|推特(?:帳號)?|微信(?:號|ID|帳號)?|抖音(?:號|帳號)|小紅書(?:號|帳號)|LINE名稱)"
)
_LABELLED = re.compile(rf"{_LABEL}(?P<glue>[ ]{{0,2}}(?:[:=]|是|為|叫|->)[ ]{{0,2}}[\"'「(]?)(?P<at>@?)(?P<id>{_ACCOUNT})(?![A-Za-z0-9@/!#$%&*+])(?! [A-Za-z])", re.IGNORECASE)
_WITH_ID = re.compile(rf"(?:line|賴|ig|wechat|微信|telegram|ptt)[ ]?(?:id|帳號)[ ]{{0,2}}[\"'「(]?(?P<at>@?)(?P<id>(?=[A-Za-z0-9._\-]{{0,20}}[0-9._\-]){_ACCOUNT})(?![A-Za-z0-9@])", re.IGNORECASE)
_MINE = re.compile(rf"(?:我|他|她|你)(?:的)?(?:line|賴)[ ]{{0,2}}(?P<at>@?)(?P<id>(?=[A-Za-z0-9._\-]{{0,20}}[0-9_]){_ACCOUNT})(?![A-Za-z0-9@])", re.IGNORECASE)
_LINE = re.compile("line|賴", re.IGNORECASE)
_BRACKETED = re.compile(rf"(?:加|私)?(?:line|賴)[ ]?[(「](?P<at>@?)(?P<id>{_ACCOUNT})[)」]", re.IGNORECASE)
_PROFILE = re.compile(r"(?:facebook|instagram|threads)\.(?:com|net)/(?P<at>@?)(?P<id>[A-Za-z0-9][A-Za-z0-9._]{3,49})(?![A-Za-z0-9])", re.IGNORECASE)
_COLUMN = vocabulary("line|社群帳號|IG|臉書")
_CELL = re.compile(rf"(?<![^\t,|])[ ]?(?P<id>{_ACCOUNT})[ ]?(?![^\t,|\n])")
_BARCODE = re.compile(r"(?<![0-9A-Za-z/])/[0-9A-Z.+\-]{7}(?![0-9A-Za-z.+\-/])")
_BARCODE_LABELS = vocabulary("手機條碼(?:載具)?|載具(?:號碼|條碼)?|共通性載具")
_WORDS = re.compile(r"(?:https?|www|com|pay|bot|today|notify|app|official|beacon|works|group|live|id|messenger|post|page|line)$", re.IGNORECASE)
_OFFICIAL = re.compile(r"官方|粉絲|粉專|機關|本[府局處所署部]|服務|客服|品牌|商家|公司|社團|專頁")


def mask(value: str) -> str:
    return value.lstrip("@")[:1] + "***"


def find(passage: Passage) -> Iterator[Hit]:
    for shape in (_LABELLED, _WITH_ID, _MINE, _BRACKETED, _PROFILE):
        for match in shape.finditer(passage.text):
            hit = _account(passage, match.start("id"), match.end("id"), official=bool(match["at"]) and _LINE.search(match[0]) is not None, profile=shape is _PROFILE)
            if hit is not None:
                yield hit
    yield from _cells(passage)
    for match in _BARCODE.finditer(passage.text):
        how = label_of(passage, match.start(), match.end(), _BARCODE_LABELS)
        if how is not None and is_mobile_barcode(match[0]):
            tally = Tally(0.2, "shape", "格式是手機條碼").to(0.6, f"label-{how}", f"{how.text}（手機條碼載具）")
            yield tally.hit(
                Kind.PERSONAL_LINE_ID, match.start(), match.end(), masked="/*******", fix="刪去手機條碼。", attrs={"variant": "mobile-barcode"},
                person=surroundings(passage, match.start(), match.end()).person,
            )  # fmt: skip


def _cells(passage: Passage) -> Iterator[Hit]:
    if not any(_COLUMN.words.search(header) for header in headers(passage)):
        return
    for match in _CELL.finditer(passage.text):
        header = column_of(passage, match.start("id"))
        if header and _COLUMN.words.search(header) and not match["id"].isdigit():
            hit = _account(passage, match.start("id"), match.end("id"), official=False, profile=False)
            if hit is not None:
                yield hit


def _account(passage: Passage, start: int, end: int, *, official: bool, profile: bool) -> Hit | None:
    value = passage.text[start:end]
    if _WORDS.fullmatch(value) or len(value) < 2 or (value.isdigit() and len(value) < 4) or (value.startswith("09") and value.isdigit()):
        return None
    around = surroundings(passage, start, end)
    tally = Tally(0.7 if not profile else 0.3, "label-label", "標明是 LINE 或社群帳號")
    if around.private and not official:
        tally.to(0.8 if not profile else 0.45, "person-near", "旁邊寫著是誰的")
    if official:
        tally.at_most(0.2, "official-account", "以 @ 開頭，是官方帳號")
    elif _OFFICIAL.search(passage.before(start, 48)) and not around.person:
        tally.at_most(0.3, "official-account", "像是機關或商家的帳號")
    if around.sample:
        tally.at_most(0.4, "sample", "在範例或填寫說明裡")
    return tally.hit(Kind.PERSONAL_LINE_ID, start, end, masked=mask(value), fix=FIX, person=around.person)
