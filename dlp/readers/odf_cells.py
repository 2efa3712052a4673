"""Cells of ODF tables: a sheet becomes one row a line with tabs between cells; repeat counts are not expanded."""

from collections.abc import Mapping

from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import Flow, Loose
from dlp.readers.odf_styles import Styles, attribute

GAP_CELLS = 255  # most tabs written for empty cells in a row
# A formula is of interest for the texts in it.
QUOTE = '"'


class CellReader:
    """Mixed into the events of a document: sheets, rows, cells."""

    ctx: ReadContext
    flow: Flow
    styles: Styles
    codes: Loose
    sheets: int
    sheet_level: int
    cell_texts: list[str]
    row: list[str]
    gap: int
    repeat: int
    value: str
    in_cell: bool

    def table_open(self, attributes: Mapping[str, str]) -> None:
        """A sheet, or a table inside a text, whose name is of no interest there."""
        if not self.sheets_expected:
            return
        self.sheet_level += 1
        if self.sheet_level > 1:
            return
        self.sheets += 1
        hidden = self.styles.hidden("table", attribute(attributes, "table:style-name"))
        self.ctx.add(Place.SHEET_NAME, attribute(attributes, "table:name"), name="sheet-name", page=self.sheets)
        place = Place.HIDDEN if hidden else Place.CELLS
        if hidden:
            self.ctx.remark(f"第 {self.sheets} 個工作表是隱藏的")
        self.flow.push(place, "sheet", page=self.sheets)

    sheets_expected: bool

    def table_close(self) -> None:
        if not self.sheets_expected or not self.sheet_level:
            return
        self.sheet_level -= 1
        if not self.sheet_level:
            self.flow.pop()

    def row_open(self, attributes: Mapping[str, str]) -> None:
        if self.sheet_level:
            self.row, self.gap = [], 0
            if attribute(attributes, "table:visibility") in ("collapse", "filter"):
                self.ctx.remark(f"第 {self.sheets} 個工作表有隱藏的列")

    def column(self, attributes: Mapping[str, str]) -> None:
        if self.sheet_level and attribute(attributes, "table:visibility") in ("collapse", "filter"):
            self.ctx.remark(f"第 {self.sheets} 個工作表有隱藏的欄")

    def row_close(self) -> None:
        if not self.sheet_level:
            self.flow.sink.end_row()
        elif self.row:
            self.flow.sink.lines.append("".join(self.row) + "\n")
            self.row = []

    def cell_open(self, attributes: Mapping[str, str]) -> None:
        if not self.sheet_level:
            return
        self.in_cell = True
        self.cell_texts = []
        self.repeat = _count(attribute(attributes, "table:number-columns-repeated"))
        self.value = ""
        if not attributes:
            return
        kind = attribute(attributes, "office:value-type") or attribute(attributes, "table:value-type")
        if kind:
            self.value = _value(kind, attributes)
        formula = attribute(attributes, "table:formula")
        if QUOTE in formula:
            self.codes.add(formula)

    def cell_close(self) -> None:
        if not self.sheet_level:
            self.flow.sink.end_cell()
            return
        if not self.in_cell:
            return
        self.in_cell = False
        self.ctx.budget.charge_cells()
        text = " ".join(self.cell_texts)
        if self.value and not any(c.isalnum() for c in text):
            text = self.value  # a number format that shows nothing of the value
        if text:
            if self.row or self.gap:
                self.row.append("\t" * min(max(self.gap, 0), GAP_CELLS))
            self.row.append(text)
            self.gap = 0
        self.gap += self.repeat
        self.cell_texts = []


def _count(text: str) -> int:
    return min(int(text), 1 << 20) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _value(kind: str, attributes: Mapping[str, str]) -> str:
    if kind == "string":
        return attribute(attributes, "office:string-value")
    if kind in ("float", "percentage", "currency"):
        return attribute(attributes, "office:value") or attribute(attributes, "table:value")
    return ""
