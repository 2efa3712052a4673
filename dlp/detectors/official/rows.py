"""Grades in registers: rows of a table with a column 密等, and entries of a register that stand alone.

A column such as 現況 or 備註 decides whether the grade still holds: 註銷, 解密, 公開 release the row, 維持 keeps it.  A column 原密等 is of the past
unless its row says otherwise.  Cells are parted by tabs, bars, commas, or blanks where the head of the table is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.grades import FIELD_NAME, GRADE, NO_WORD_AFTER, grade_of
from dlp.detectors.official.seen import Seen, reason

LINES_KEPT = 4_000
FEW = 3  # cells that make a row
HEAD_CELL = re.compile(rf"(?:{FIELD_NAME.pattern}|(?:原|舊|現|現行|核定|目前)(?:密等|等級|機密等級|密級))")
WAS = re.compile(r"^[原舊]")
CELL = re.compile(rf"[ \[【〔(「\"]{{0,2}}(?P<grade>{GRADE}){NO_WORD_AFTER}(?!等|文書|性)(?P<rest>.{{0,60}})")
REST = re.compile(r"[ \]】〕)」\"]{0,2}(?:[(\[〔【:,/ -].{0,58})?", re.DOTALL)
RELEASED = re.compile(r"(?<![未不待擬暫免])(?<!尚未|不得|不予|俟|建議)註銷|(?:(?<!未)已|業[經於已]?|函告|准予|並)[^,。;]{0,12}解密|^解密(?:公開)?$|解除(?:機密|密等)$|降為普通|^公開$|^普通$|已公開")
KEPT = re.compile(r"維持|續[予列]?密|繼續|有效|未解密|尚未|延長|不予解密|未屆|[至到]民?國?1[1-9][0-9]年")
ENTRY = re.compile(r"[0-9]{3,4}[0-9A-Z/.\-]{2,20}|[0-9]{6,12}")  # number or date that opens an entry
NO_SUBJECT = re.compile(r"[(]?密 ?不 ?錄 ?由[)]?")
FILLER = re.compile(r"[|\-+: =─━┼│]{2,200}")


@dataclass(frozen=True, slots=True)
class _Column:
    at: int
    parting: str
    was: bool
    cells: int


def in_rows(passage: Passage) -> Iterator[Seen]:
    """Every row of a register that holds a grade."""
    text = passage.text
    if "密" not in text:
        return
    column: _Column | None = None
    at = 0
    for line in islice(_lines(text), LINES_KEPT):
        if column is None or ("密" in line or "等級" in line):
            head = _head(line)
            if head is not None:
                column, at = head, at + len(line) + 1
                continue
        if column is not None and not FILLER.fullmatch(line.strip()):
            yield from _row(line, at, column)
        if "密" in line:
            yield from _entry(line, at)
        at += len(line) + 1


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        if end < 0:
            yield text[start:]
            return
        yield text[start:end]
        start = end + 1


def _head(line: str) -> _Column | None:
    """The column of grades, where ``line`` is the head of a register: short cells only, one of them the name of the field."""
    if len(line) > 200:
        return None
    for parting in ("\t", "|", "│", ",", " "):
        cells = line.split(parting) if parting != " " else line.split()
        if len(cells) < FEW or any(len(c.strip()) > 14 for c in cells):
            continue
        for i, cell in enumerate(cells):
            name = cell.replace(" ", "").strip("> ")
            if HEAD_CELL.fullmatch(name):
                return _Column(i, parting, WAS.match(name) is not None, len(cells))
    return None


def _row(line: str, at: int, column: _Column) -> Iterator[Seen]:
    cells = list(_cells(line, column.parting))
    if column.parting == " ":
        # Words of a cell may be parted as well: a cell with a grade counts wherever it stands, if the row has about as many cells.
        wanted: Sequence[tuple[int, str]] = cells if len(cells) >= column.cells - 1 else ()
    else:
        wanted = cells[column.at : column.at + 1]
    for offset, cell in wanted:
        match = CELL.match(cell)
        if match and REST.fullmatch(match["rest"].rstrip()):
            others = [c.strip() for o, c in cells if o != offset]
            released = _released(match["rest"], others, was=column.was)
            weight = 0.72
            yield Seen(
                at + offset + match.start("grade"), at + offset + match.end("grade"), grade_of(match["grade"]), weight,
                reason("register", "表格的密等欄填了等級", weight), released=released,
            )  # fmt: skip
            return


def _released(rest: str, others: Sequence[str], *, was: bool) -> bool | None:
    """What the row says of its grade: released, kept, or nothing."""
    if RELEASED.search(rest):
        return True
    if any(RELEASED.search(c) for c in others if len(c) <= 40):
        return True
    if any(KEPT.search(c) for c in (rest, *others)):
        return False
    return True if was else None


def _entry(line: str, at: int) -> Iterator[Seen]:
    """An entry of a register without a head: a number, and a cell that is a grade and nothing else."""
    if len(line) > 240:
        return
    for parting in ("\t", "|", " "):
        cells = list(_cells(line, parting))
        if len(cells) < 4 or not any(ENTRY.fullmatch(c.strip("> ")) for _, c in cells[:2]):
            continue
        for offset, cell in cells[1:]:
            bare = cell.strip()
            start = at + offset + cell.index(bare) if bare else 0
            if re.fullmatch(GRADE, bare) or NO_SUBJECT.fullmatch(bare):
                grade = "密" if NO_SUBJECT.fullmatch(bare) else grade_of(bare)
                released = _released("", [c.strip() for o, c in cells if o != offset], was=False)
                yield Seen(start, start + len(bare), grade, 0.74, reason("register-entry", "登記簿的一列註明等級", 0.74), released=released)
                return
        return


def _cells(line: str, parting: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each cell."""
    if parting == " ":
        for match in re.finditer(r"\S+", line):
            yield match.start(), match[0]
        return
    at = 0
    for cell in line.split(parting):
        yield at, cell
        at += len(cell) + 1

