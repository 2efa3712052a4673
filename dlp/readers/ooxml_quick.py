"""The quick way through the two big parts of a workbook: cells and shared strings, in the form every program writes.

A scanner reads them only if it understands every byte; anything else (comments in the XML, odd attributes, prefixes)
goes through the XML parser.  Both ways give the same rows: a test compares them.
"""

import re
from functools import lru_cache

from dlp.readers.ooxml_sheet import RowWriter, SheetEvents, column_number

_ATTRIBUTES = rb"(?:\s[a-zA-Z0-9:]{1,40}=\"[^\"<&]*\")*"
_SPACE = rb"(?:\sxml:space=\"preserve\")?"
_ROW_OR_CELL = re.compile(
    rb"<c\sr=\"([A-Z]{1,3})[0-9]{1,7}\"(?:\ss=\"([0-9]{1,6})\")?(?:\st=\"([a-zA-Z]{1,9})\")?(?:/>|>"
    rb"(?:<f" + _ATTRIBUTES + rb"(?:/>|>([^<]*)</f>))?"
    rb"(?:<v" + _SPACE + rb">([^<]*)</v>|<v/>|<is><t" + _SPACE + rb">([^<]*)</t></is>)?</c>)"
    rb"|(</row>)|<row(" + _ATTRIBUTES + rb")\s?(/?)>"
)  # fmt: skip
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_RUN_STYLE = re.compile(rb"<rPr>(?:<[a-zA-Z]{1,20}" + _ATTRIBUTES + rb"/>)*</rPr>|<phoneticPr" + _ATTRIBUTES + rb"/>")
_RUN_SEAM = re.compile(rb"</t></r><r><t" + _SPACE + rb">")
_ITEM = re.compile(rb"<si>(?:<r>)?<t" + _SPACE + rb">([^<]*)</t>(?:</r>)?</si>|<si><t" + _SPACE + rb"/></si>|<si/>")
_SST = re.compile(rb"<sst" + _ATTRIBUTES + rb">")


def usual(data: bytes) -> bool:
    """UTF-8 without comments, CDATA, document types or processing instructions inside."""
    return b'encoding="UTF-8"' in data[:200] and b"<!" not in data and data.find(b"<?", 2) < 0 and b"\r" not in data[200:]


def unescaped(data: bytes) -> str:
    """Character data of well-formed XML.  Raises ValueError where it is not."""
    text = data.decode()
    if "&" not in text:
        return text
    if text.count("&") != len(_ENTITY.findall(text)):
        raise ValueError("unknown entity")
    return _ENTITY.sub(lambda m: _NAMED[m[1]] if m[1] else chr(int(m[2]) if m[2] else int(m[3], 16)), text)


def quick_strings(data: bytes) -> list[str] | None:
    """The shared strings; None when they have another form than usual."""
    found = _SST.search(data[:4_000])
    end = data.rfind(b"</sst>")
    if not found or end < 0 or not usual(data):
        return None
    body = _RUN_SEAM.sub(b"", _RUN_STYLE.sub(b"", data[found.end() : end]))
    strings: list[str] = []
    used = 0
    try:
        for item in _ITEM.finditer(body):
            if item.start() != used:
                return None
            used = item.end()
            strings.append(unescaped(item[1] or b""))
    except (ValueError, OverflowError):
        return None
    return strings if used == len(body) else None


def quick_cells(data: bytes, events: SheetEvents) -> bytes | None:
    """Read the cells of a worksheet and return the sheet without them; None when it has another form than usual.

    Nothing is added to ``events`` unless every byte between the rows was understood.
    """
    start, end = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if start < 0 or end < start or not usual(data):
        return None
    body = data[start + 11 : end]
    writer = events.rows
    used, hidden_row = 0, False
    try:
        for found in _ROW_OR_CELL.finditer(body):
            if found.start() != used:
                _undo(events)
                return None
            used = found.end()
            column, style, kind, formula, value, inline, row_end, row, closed = found.groups()
            if row_end is not None or closed:
                writer.end()
            elif row is not None:
                hidden_row = hidden_row or b' hidden="1"' in row or b' hidden="true"' in row
            else:
                _cell(events, column, style, kind, formula, value, inline)
    except (ValueError, OverflowError):
        _undo(events)
        return None
    if used != len(body):
        _undo(events)
        return None
    if hidden_row:
        events.row_open({"hidden": "1"})
    return data[: start + 11] + data[end:]


def _cell(
    events: SheetEvents, column: bytes, style: bytes | None, kind: bytes | None,
    formula: bytes | None, value: bytes | None, inline: bytes | None,
) -> None:  # fmt: skip
    if formula:
        events.formula(unescaped(formula))
    events.count_cells(1)
    if kind == b"s" and value:
        text = events.shared(value.decode())
    else:
        text = events.shown(
            kind.decode() if kind else "", style.decode() if style else "",
            unescaped(value) if value else "", unescaped(inline) if inline else "",
        )  # fmt: skip
    events.rows.cell(_column(column), text)


@lru_cache(maxsize=20_000)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


def _undo(events: SheetEvents) -> None:
    events.lines.clear()
    events.rows = RowWriter(events.lines)
    events.codes.lines.clear()
    events.ctx.budget.cells -= events.cells
    events.cells = 0
