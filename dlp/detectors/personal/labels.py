"""What a value is called: the label beside it, the column header above it, the form field it stands in.

A value of a weak shape is only a finding when something says what it is.  Four ways count, strongest first: a label
directly before the value (「身分證字號：」), the header of its table column (tab, comma, ``|`` or aligned by spaces), a word
right after it (「…（身分證字號）」), and a label a few words before it in the same sentence with no other label in between.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex as re

from dlp.detectors.contract import Passage
from dlp.text.folding import fold

BEFORE_CHARS = 48  # a label, a remark in brackets and a colon
NEAR_CHARS = 20  # one clause
AFTER_CHARS = 20
MOST_LOOKED_AT = 20_000  # values of one passage and kind; a passage with more is a dump of numbers
HEADER_LINES = 40  # lines of a sheet's beginning that are searched for its header when only its middle is looked at


class How(StrEnum):
    """How a value got its label."""

    LABEL = "label"
    COLUMN = "column"
    AFTER = "after"
    NEAR = "near"

    @property
    def text(self) -> str:
        return {
            "label": "緊接在欄位名稱之後", "column": "在表格的這一欄之下", "after": "後面說明了這是什麼", "near": "同一句前面有欄位名稱",
        }[self.value]  # fmt: skip

    @property
    def close(self) -> bool:
        return self in (How.LABEL, How.COLUMN)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of one kind of value: ``words`` is matched anywhere, in folded text, ASCII in either case."""

    key: str
    words: "re.Pattern[str]"
    after: "re.Pattern[str]"


def vocabulary(*alternatives: str) -> Vocabulary:
    """Vocabulary of patterns; they should be bounded and need no anchors."""
    words = "|".join(alternatives)
    return Vocabulary(
        f"labels:{words}",
        re.compile(words, re.IGNORECASE),
        re.compile(
            rf"[ \t)\]」』]{{0,3}}(?:\(|,?[這那]?(?:是|為|即|係|就是)|<?-|=)[^\n。;:0-9]{{0,8}}?(?:{words})(?![ \t]{{0,2}}[:=])",
            re.IGNORECASE,
        ),
    )


# Between a label and its value: punctuation, line ends, table bars, short remarks in brackets, 為/是/如下.
_FILLER = re.compile(
    r"(?:[\s:=#|,.、·\-*/_<>\"'「」『』\[\]()→]|為|是|即|係|如下|號碼|號|欄|碼|填寫?|必填|no\.?|新增|更正|改|變更|"
    r"\([^()\n]{0,12}\)){0,14}",
    re.IGNORECASE,
)
ANY_LABEL = re.compile(
    "身[分份]證|統一編號|統編|居留|護照|健保|電話|手機|行動|傳真|信箱|郵件|e-?mail|地址|住址|帳號|帳戶|卡號|車[號牌]|生日|出生|學號|病歷|字號|"
    "案號|文號|編號|line|密碼|姓名|金額|日期|時間",
    re.IGNORECASE,
)


# 「出生年月日及身分證統一編號：」 names both values that follow.
_SHARED = re.compile(r"[ ]?[及、和與暨/,][ ]?[\p{Han}A-Za-z]{2,12}[ ]?[:=][^\n。;:]{0,16}")
_STOP = re.compile(r"[\n。;!?]")


def label_of(passage: Passage, start: int, end: int, words: Vocabulary, *, near: int = NEAR_CHARS) -> How | None:
    """How the value at ``[start, end)`` is labelled with one of ``words``; None when it is not."""
    tried = passage.memo.get(words.key, 0)
    if tried >= MOST_LOOKED_AT:
        return None
    passage.memo[words.key] = tried + 1
    before = passage.before(start, BEFORE_CHARS)
    last = None
    for last in words.words.finditer(before):  # noqa: B007  (the last match is wanted)
        pass
    gap = before[last.end() :] if last is not None else ""
    if last is not None and _FILLER.fullmatch(gap):
        return How.LABEL
    if _field(passage, start, words):
        return How.LABEL
    header = column_of(passage, start)
    if header:
        if words.words.search(header):
            return How.COLUMN
        return None  # the column says what it is, and it is something else
    if words.after.match(passage.after(end, AFTER_CHARS)):
        return How.AFTER
    if last is not None and _SHARED.fullmatch(gap):
        return How.NEAR
    if last is not None and len(gap) <= near and not _STOP.search(gap) and not ANY_LABEL.search(gap):
        return How.NEAR
    return None


def _field(passage: Passage, start: int, words: Vocabulary) -> bool:
    name = passage.part.field
    return bool(name) and start <= NEAR_CHARS and words.words.search(fold(name or "").text) is not None


# --- tables ---------------------------------------------------------------------------------------------------------

_HEADER_WORD = re.compile(
    "姓名|名字|身[分份]證|統一編號|證號|居留|護照|健保|電話|手機|行動|聯絡|連絡|傳真|信箱|郵件|e-?mail|地址|住址|戶籍|通訊處|帳[號戶]|卡號|局號|銀行|"
    "車[號牌]|牌照|生日|出生|年次|學號|病歷|班級|座號|編號|序號|項次|職稱|性別|年齡|備註|單位|科別|日期|line|name|phone|mobile|tel|birth|address|"
    "account|card|passport|ip|陳情|檢舉|通報|案號|金額|戶名|員編|到職|職等|科室|校名|年級|學年|診斷|老師|身分|損失|住所|罪名|使用人|就診|關係|反映|訴求|來電|案由|學校|系所|類別|內容|事由",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0-9]{4,}")
_RULE = re.compile(r"[\s|:+\-=─]{3,}")
_SPACES = re.compile(r" {1,20}")
LONGEST_HEADER_CELL = 20
LONGEST_HEADER = 600
LONGEST_ROW = 2_000  # characters up to the cell; wider rows are no table of persons


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    separator: str
    header: tuple[str, ...]


def column_of(passage: Passage, at: int) -> str | None:
    """Header of the table column in which offset ``at`` stands; None outside tables."""
    rows = passage.once("labels.rows", lambda: _rows(passage))
    index = bisect_right(rows, at, key=lambda r: r.start) - 1
    if index < 0:
        return None
    row = rows[index]
    if at - row.start > LONGEST_ROW or passage.text.find("\n", row.start, at) >= 0:
        return None
    column = _count(passage.text[row.start : at], row.separator)
    return row.header[column] if column < len(row.header) else None


def headers(passage: Passage) -> frozenset[str]:
    """Every column header of the passage's tables."""
    rows = passage.once("labels.rows", lambda: _rows(passage))
    return passage.once("labels.headers", lambda: frozenset(h for header in {r.header for r in rows} for h in header))


def _count(text: str, separator: str) -> int:
    if separator == " ":
        return len(_SPACES.findall(text.lstrip(" ")))
    if separator == "," and '"' in text:
        return len(_split_quoted(text)) - 1
    return text.count(separator)


def _split_quoted(text: str) -> list[str]:
    cells: list[str] = []
    cell: list[str] = []
    quoted = False
    for char in text:
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            cells.append("".join(cell))
            cell = []
        else:
            cell.append(char)
    return [*cells, "".join(cell)]


def _rows(passage: Passage) -> list[_Row]:
    current = _first_header(passage)
    rows, at, blanks = [], 0, 0
    for line in passage.text.split("\n"):
        header = _header(line)
        if header is not None:
            current, blanks = header, 0
        elif current is not None:
            if not line.strip() or _RULE.fullmatch(line):
                blanks += 1
                if blanks > 2:
                    current = None
            elif current[0] in line or (current[0] == " " and "\t" in line):
                rows.append(_Row(at, *current))
                blanks = 0
            else:
                current = None
        at += len(line) + 1
    return rows


def _first_header(passage: Passage) -> tuple[str, tuple[str, ...]] | None:
    """Header of the sheet whose middle this passage is."""
    if passage.folded.base == 0:
        return None
    top = passage.part.text[:4000].split("\n")[:HEADER_LINES]
    return next((h for h in (_header(fold(line).text) for line in top) if h), None)


def _header(line: str) -> tuple[str, tuple[str, ...]] | None:
    """(separator, cells) of a line that is a table header."""
    if len(line) > LONGEST_HEADER or len(line) < 4 or _DIGITS.search(line) or ":" in line:
        return None
    for separator in ("\t", "|", ",", ";", "、", " "):
        if separator not in line.strip(" |"):
            continue
        cells = _SPACES.split(line.strip(" ")) if separator == " " else line.split(separator)
        cells = [c.strip(' "') for c in cells]
        filled = [c for c in cells if c]
        named = sum(1 for c in filled if _HEADER_WORD.search(c))
        if len(filled) < 2 or any(len(c) > LONGEST_HEADER_CELL for c in filled):
            continue
        strict = separator in " 、;"  # such lines are mostly prose
        if named == len(filled) if strict else 2 * named >= len(filled):
            return separator, tuple(cells)
    return None


def cells_of(passage: Passage, at: int) -> Iterator[tuple[str, str]]:
    """(header, text) of every cell in the table row that holds ``at``; nothing outside tables."""
    rows = passage.once("labels.rows", lambda: _rows(passage))
    index = bisect_right(rows, at, key=lambda r: r.start) - 1
    if index < 0:
        return
    row = rows[index]
    if at - row.start > LONGEST_ROW or passage.text.find("\n", row.start, at) >= 0:
        return
    end = passage.text.find("\n", at, row.start + LONGEST_ROW)
    line = passage.text[row.start : end if end >= 0 else row.start + LONGEST_ROW]
    if row.separator == " ":
        cells = _SPACES.split(line.strip(" "))
    else:
        cells = _split_quoted(line) if row.separator == "," else line.split(row.separator)
    yield from zip(row.header, cells, strict=False)
