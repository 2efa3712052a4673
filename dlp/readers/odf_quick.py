"""The quick way through the rows of a big ODF sheet.

Rows of plain cells are taken out of the XML and put into lines by a scanner; all others (annotations, spans, nested
tables, formulas with texts) stay for the parser.  Where rows were, a processing instruction says which.
"""

import re

from dlp.readers.context import ReadContext
from dlp.readers.odf_cells import GAP_CELLS
from dlp.readers.ooxml_quick import unescaped, usual

SMALLEST_BYTES = 64 << 10  # below this the parser is as fast
TARGET = "dlp-rows"
_PREFIXES = (
    b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"',
    b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"',
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"',
)
_ATTRIBUTES = rb"((?:\s[a-zA-Z0-9:-]{1,60}=\"[^\"<>]*\")*)"
_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell" + _ATTRIBUTES + rb"\s?(?:/>|>((?:<text:p>[^<]*</text:p>)*)</table:(?:covered-)?table-cell>)"
)
_ROW = re.compile(
    rb"<table:table-row(?:\s[a-zA-Z0-9:-]{1,60}=\"[^\"<>]*\")*>((?:<table:(?:covered-)?table-cell(?:\s[a-zA-Z0-9:-]{1,60}=\"[^\"<>]*\")*"
    rb"\s?(?:/>|>(?:<text:p>[^<]*</text:p>)*</table:(?:covered-)?table-cell>))+)</table:table-row>"
)
_REPEATED = re.compile(rb"number-columns-repeated=\"([0-9]{1,6})\"")
_VALUE = re.compile(rb"\soffice:(?:string-)?value=\"([^\"]*)\"")
_BLANKS = re.compile(r"[ \t\n]+")


def quick_rows(data: bytes, ctx: ReadContext) -> tuple[bytes, list[str]] | None:
    """The document without its plain rows, and their texts; None when nothing was to be gained or prefixes are odd."""
    if len(data) < SMALLEST_BYTES or b"<office:spreadsheet" not in data or not usual(data):
        return None
    if any(data.count(b" " + prefix) != 1 or data.count(prefix.split(b"=")[0] + b"=") != 1 for prefix in _PREFIXES):
        return None
    blocks: list[str] = []
    pieces: list[bytes] = []
    lines: list[str] = []
    at = 0
    for count, found in enumerate(_ROW.finditer(data)):
        if b"visibility=" in found[0] or b"formula=" in found[1]:
            continue
        line = _line(found[1], ctx)
        if line is None:
            continue
        if found.start() != at and (lines or pieces or at == 0):
            _close(blocks, pieces, lines)
            pieces.append(data[at : found.start()])
        if line:
            lines.append(line)
        at = found.end()
        if count % 1024 == 0:
            ctx.budget.check_time()
    if not pieces:
        return None
    _close(blocks, pieces, lines)
    pieces.append(data[at:])
    return b"".join(pieces), blocks


def _close(blocks: list[str], pieces: list[bytes], lines: list[str]) -> None:
    if lines:
        pieces.append(b"<?%b %d?>" % (TARGET.encode(), len(blocks)))
        blocks.append("".join(lines))
        lines.clear()


def _line(cells: bytes, ctx: ReadContext) -> str | None:
    """A row's text; None when it needs the parser."""
    row: list[str] = []
    gap = 0
    found = _CELL.findall(cells)
    ctx.budget.charge_cells(len(found))
    for attributes, paragraphs in found:
        repeated = 1
        if b"repeated" in attributes:
            count = _REPEATED.search(attributes)
            repeated = int(count[1]) if count else 1
        try:
            text = unescaped(paragraphs[8:-9].replace(b"</text:p><text:p>", b" ")) if paragraphs else ""
            if b"value=" in attributes and not any(map(str.isalnum, text)):
                value = _VALUE.search(attributes)
                text = unescaped(value[1]) if value else text
        except (ValueError, OverflowError):
            ctx.budget.cells -= len(found)
            return None
        if "\n" in text or "\t" in text or "  " in text:
            text = _BLANKS.sub(" ", text).lstrip(" ")
        if text:
            if row or gap:
                row.append("\t" * min(gap, GAP_CELLS))
            row.append(text)
            gap = 0
        gap += repeated
    return "".join(row) + "\n" if row else ""
