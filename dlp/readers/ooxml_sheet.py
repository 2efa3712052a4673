"""Workbooks in Office Open XML: sheets as shown, with what stands beside the cells.

Cells are read by a scanner for the form every program writes; what does not fit it exactly goes through the XML parser.
Sources: ECMA-376 part 1 §18, MS-XLSX, read 2026-11.
"""

import re
from dataclasses import dataclass, field

from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import Loose
from dlp.readers.number_formats import render
from dlp.readers.ooxml_names import table
from dlp.readers.positions import corner
from dlp.readers.xml_events import Attributes, Events

GAP_CELLS = 255  # most tabs written for empty cells in a row
_HEADER_PART = re.compile(r"&([LCR])|&\"[^\"]{0,200}\"|&K[0-9A-Fa-f+\-]{6,8}|&([0-9]{1,3}|[A-Za-z+\-&])|([^&]+)|&")
_SIDES = {"L": "left", "C": "center", "R": "right"}
_HIDDEN = ("1", "true")


@dataclass(slots=True)
class Book:
    """What the sheets of a workbook share."""

    strings: list[str] = field(default_factory=list)
    used: bytearray = field(default_factory=bytearray)
    formats: list[str] = field(default_factory=list)  # by cell style
    sheets: list[tuple[str, str, str]] = field(default_factory=list)  # name, state, relation
    epoch_1904: bool = False


def header_parts(code: str) -> dict[str, str]:
    """A header's code (``&L…&C…&R…``) by side, without fonts and fields."""
    sides: dict[str, list[str]] = {"center": []}
    side = "center"
    for found in _HEADER_PART.finditer(code):
        if found[1]:
            side = _SIDES[found[1]]
            sides.setdefault(side, [])
        elif found[3]:
            sides[side].append(found[3])
        elif found[2] == "&":
            sides[side].append("&")
    return {side: "".join(texts).strip() for side, texts in sides.items() if "".join(texts).strip()}


def add_header(ctx: ReadContext, code: str, *, bottom: bool, page: int | None) -> None:
    """A header's or footer's code as parts with their corner."""
    place, band = (Place.FOOTER, "bottom") if bottom else (Place.HEADER, "top")
    for side, text in header_parts(code).items():
        ctx.add(place, text, name=place.value, page=page, corner=corner(band, side))


def column_number(reference: str) -> int:
    """``C5`` → 3; 0 when there are no letters."""
    number = 0
    for char in reference[:4]:
        if not "A" <= char <= "Z":
            break
        number = number * 26 + ord(char) - 64
    return number


class RowWriter:
    """Rows of cells as lines with tabs."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.row: list[str] = []
        self.column = 0  # of the last cell, whether it had text or not
        self.written = 1  # column the next text would stand in without a tab

    def cell(self, column: int, text: str) -> None:
        self.column = column or self.column + 1
        if text:
            gap = self.column - self.written
            if gap > 0:
                self.row.append("\t" * min(gap, GAP_CELLS))
            elif self.row:
                self.row.append("\t")
            self.row.append(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)
            self.written = self.column

    def end(self) -> None:
        if self.row:
            self.lines.append("".join(self.row) + "\n")
            self.row = []
        self.column, self.written = 0, 1


class SheetEvents(Events):
    """One worksheet, in full or without its cells."""

    def __init__(self, ctx: ReadContext, book: Book, *, page: int | None, hidden: bool) -> None:
        super().__init__(ctx)
        self.book = book
        self.page = page
        self.hidden = hidden
        self.lines: list[str] = []
        self.rows = RowWriter(self.lines)
        self.codes = Loose(Place.HIDDEN, "formulas")
        self.strings = Loose(Place.HIDDEN, "hidden-strings")
        self.links = Loose(Place.LINK, "links")
        self.stray = Loose(Place.HIDDEN, "other-text")
        self.texts: list[str] = []
        self.taking = False
        self.reference = self.kind = self.style = ""
        self.value = ""
        self.inline: list[str] = []
        self.cells = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        super().start(tag, attributes)
        if attributes and tag not in self.OPEN:
            for value in attributes.values():
                if not value.isascii():
                    self.strings.add(value)

    def data(self, text: str) -> None:
        if self.taking:
            self.texts.append(text)
        elif not text.isspace():
            self.stray.add(text)

    def comment(self, text: str) -> None:
        self.stray.add(text)

    def take_open(self, _: Attributes) -> None:
        self.texts, self.taking = [], True

    def taken(self) -> str:
        self.taking = False
        return "".join(self.texts)

    def row_open(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _HIDDEN:
            self.ctx.remark(f"第 {self.page} 個工作表有隱藏的列")

    def row_close(self) -> None:
        self.rows.end()

    def column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _HIDDEN:
            self.ctx.remark(f"第 {self.page} 個工作表有隱藏的欄")

    def cell_open(self, attributes: Attributes) -> None:
        self.reference, self.kind = attributes.get("r", ""), attributes.get("t", "")
        self.style = attributes.get("s", "")
        self.value, self.inline = "", []

    def value_close(self) -> None:
        self.value = self.taken()

    def formula_close(self) -> None:
        self.formula(self.taken())

    def formula(self, code: str) -> None:
        if '"' in code or not code.isascii():
            self.codes.add(code)

    def inline_close(self) -> None:
        self.inline.append(self.taken())

    def phonetic_close(self) -> None:
        pass

    def cell_close(self) -> None:
        self.count_cells(1)
        text = self.shown(self.kind, self.style, self.value, "".join(self.inline))
        self.rows.cell(column_number(self.reference), text)

    def count_cells(self, count: int) -> None:
        self.ctx.budget.charge_cells(count)
        self.cells += count
        if self.cells % 4096 < count:
            self.ctx.budget.check_time()

    def shown(self, kind: str, style: str, value: str, inline: str) -> str:
        """What a cell shows."""
        if kind == "s":
            return self.shared(value) or inline
        if kind in ("str", "inlineStr", "e", "d"):
            return f"{inline} {value}" if inline and value and inline != value else inline or value
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE" if value == "0" else value
        code = self.book.formats[int(style)] if style.isdigit() and int(style) < len(self.book.formats) else ""
        text = render(value, code, epoch_1904=self.book.epoch_1904) if value else ""
        return f"{inline} {text}".strip() if inline else text

    def shared(self, value: str) -> str:
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            return value
        index = int(value)
        if index >= len(self.book.strings):
            return ""
        self.book.used[index] = 1
        return self.book.strings[index]

    def header_close(self) -> None:
        add_header(self.ctx, self.taken(), bottom=False, page=self.page)

    def footer_close(self) -> None:
        add_header(self.ctx, self.taken(), bottom=True, page=self.page)

    def string_close(self) -> None:
        text = self.taken()
        if not re.fullmatch(r"[A-Z$]{1,5}[0-9$:A-Z]{0,14}|[0-9.\-]{1,12}", text):
            self.strings.add(text)

    def validation(self, attributes: Attributes) -> None:
        for key in ("prompt", "promptTitle", "error", "errorTitle"):
            self.strings.add(attributes.get(key))

    def link(self, attributes: Attributes) -> None:
        for key in ("tooltip", "display"):
            self.strings.add(attributes.get(key))
        location = attributes.get("location", "")
        if location and not re.fullmatch(r"[^!]{1,40}![A-Z$]{1,5}[0-9$]{1,9}", location):
            self.links.add(location)

    def scenario(self, attributes: Attributes) -> None:
        for key in ("name", "comment", "user", "val"):
            self.strings.add(attributes.get(key))

    def finish(self) -> None:
        self.rows.end()
        place = Place.HIDDEN if self.hidden else Place.CELLS
        self.ctx.add(place, "".join(self.lines).rstrip("\n"), name="sheet", page=self.page)
        for loose in (self.links, self.codes, self.strings, self.stray):
            loose.emit(self.ctx)


_E = SheetEvents
SheetEvents.OPEN = table({
    "x:row": _E.row_open,
    "x:col": _E.column,
    "x:c": _E.cell_open,
    "x:v x:f x:t x:formula1 x:formula2 x:formula": _E.take_open,
    "x:oddHeader x:evenHeader x:firstHeader x:oddFooter x:evenFooter x:firstFooter": _E.take_open,
    "x:dataValidation": _E.validation,
    "x:hyperlink": _E.link,
    "x:scenario x:inputCells x:protectedRange": _E.scenario,
})  # fmt: skip
SheetEvents.CLOSE = table({
    "x:row": _E.row_close,
    "x:c": _E.cell_close,
    "x:v": _E.value_close,
    "x:f": _E.formula_close,
    "x:t": _E.inline_close,
    "x:oddHeader x:evenHeader x:firstHeader": _E.header_close,
    "x:oddFooter x:evenFooter x:firstFooter": _E.footer_close,
    "x:formula1 x:formula2 x:formula": _E.string_close,
})  # fmt: skip
