"""Names in forms and tables: written with blanks between the characters, or in a column that its header calls names."""

from collections.abc import Iterator

import regex as re

from dlp.detectors.personal import han_names, other_names
from dlp.detectors.personal.han_names import LINKED_BONUS, chance
from dlp.detectors.personal.name_tables import is_sample
from dlp.detectors.personal.person import Person
from dlp.detectors.personal.roles import Sign, before_words
from dlp.finding import Layer, Reason

CELL_BONUS = 4.5  # log-odds of a value in a column of names
HAN = r"\p{Han}"
HEADER_CELL = re.compile(r"^(?:.{0,6}(?:姓名|名字|陳情人|檢舉人|申請人|申訴人|當事人|通報人|報案人|被害人|案主|個案|病患|學生|家長|員工|住戶|承辦人|聯絡人|戶長|車主|證人|代理人|監護人|負責人|提案人|收件人|持有人))(?:姓名|名稱)?$")
SPACED = re.compile(rf"(?:姓[ ]{{0,8}}名|名[ ]{{0,4}}字|戶[ ]{{0,4}}名|[人者])[ ]{{0,3}}[:]?[ ]{{0,6}}(?P<name>(?P<sur>{HAN})[ ]{{1,3}}(?P<one>{HAN})(?:[ ]{{1,3}}(?P<two>{HAN}))?)(?![ ]{{0,1}}{HAN})")
HAN_ONLY = re.compile(r"[\u3400-\u9fff]{2,4}")


def spaced(text: str) -> Iterator[Person]:
    """姓　名：王 小 明."""
    for match in SPACED.finditer(text):
        name = match["sur"] + match["one"] + (match["two"] or "")
        if han_names.score_alone(name)[0] + LINKED_BONUS > 1:
            reason = Reason(Layer.FORM, "name-spaced", "欄位中分開書寫的姓名", 0.85)
            yield Person(match.start("name"), match.end("name"), "full", 0.85, "unknown", False, name, match["sur"], is_sample(name), (reason,))


def cells(text: str) -> Iterator[Person]:
    """Names in the columns of a table that its header calls names."""
    columns: dict[int, Sign] = {}
    delimiter = ""
    at = 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        mark = next((d for d in ("\t", "|", ",") if d in line), "")
        if not mark:
            columns = {}
            continue
        row = line.split(mark)
        header = {i: _column_sign(c.strip()) for i, c in enumerate(row) if len(c) <= 14 and HEADER_CELL.match(c.strip())}
        if header:
            columns, delimiter = header, mark
            continue
        if not columns or mark != delimiter:
            continue
        offset = start
        for i, cell in enumerate(row):
            if i in columns:
                yield from _cell(cell, offset, columns[i])
            offset += len(cell) + 1


def _column_sign(header: str) -> Sign:
    for size in range(min(len(header), 8), 1, -1):
        if header[:size] in before_words():
            return before_words()[header[:size]]
    return Sign("unknown", 0.9)


def _cell(cell: str, offset: int, sign: Sign) -> Iterator[Person]:
    name = cell.strip()
    start = offset + len(cell) - len(cell.lstrip())
    reason = Reason(Layer.CONTEXT, "name-column", "姓名欄中的值", 0.9)
    if 2 <= len(name) <= 5 and HAN_ONLY.fullmatch(name):
        score, size = han_names.score_alone(name)
        if score + CELL_BONUS > 0:
            yield Person(start, start + len(name), "full", chance(score + CELL_BONUS), sign.role, sign.public or sign.role == "handler", name, name[:size], is_sample(name), (reason,))
    elif other_names.LATIN_ONE.fullmatch(name) and len(name) > 4:
        yield Person(start, start + len(name), "latin", 0.7, sign.role, sign.public, name, "", False, (reason,))
