"""Tables, and their writers: CSV (UTF-8 with BOM), ODS.  The same tables stand beside the charts of the HTML report."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from dlp.reports.cells import safe, shown
from dlp.reports.opendocument import package

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """``chart`` says how the HTML report draws it: "bar", "line" or nothing; the first column labels, the second is drawn."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    chart: str = ""


def as_csv(tables: Sequence[Table]) -> bytes:
    """All tables one below the other, each under its title."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        if table.title:
            writer.writerow([safe(table.title)])
        writer.writerow([safe(c) for c in table.columns])
        writer.writerows([safe(cell) for cell in row] for row in table.rows)
        if table.note:
            writer.writerow([safe(table.note)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "backslashreplace")


def as_ods(tables: Sequence[Table]) -> bytes:
    """One sheet a table; numbers are numbers, everything else is typed text and never a formula."""
    sheets = "".join(_sheet(table, number) for number, table in enumerate(tables, 1))
    return package("spreadsheet", f"<office:spreadsheet>{sheets}</office:spreadsheet>")


def _sheet(table: Table, number: int) -> str:
    rows = table_rows(table) + (_row((table.note,)) if table.note else "")
    columns = f'<table:table-column table:number-columns-repeated="{max(1, len(table.columns))}"/>'
    return f'<table:table table:name="{escape(_sheet_name(table.title, number), QUOTE)}">{columns}{rows}</table:table>'


def table_rows(table: Table) -> str:
    """Head and rows as OpenDocument table rows."""
    return _row(table.columns, "head") + "".join(_row(row) for row in table.rows)


CELL = "cell"
QUOTE = {'"': "&quot;"}


def _sheet_name(title: str, number: int) -> str:
    plain = "".join(c for c in title if c not in "[]*?:/\\'\"")
    return f"{number} {plain}"[:31].strip()


def _row(cells: Sequence[Cell], style: str = "") -> str:
    return f"<table:table-row>{''.join(_cell(cell, style) for cell in cells)}</table:table-row>"


def _cell(value: Cell, style: str) -> str:
    styled = f' table:style-name="{style or CELL}"'
    if value is None:
        return f"<table:table-cell{styled}/>"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<table:table-cell{styled} office:value-type="float" office:value="{value}"><text:p text:style-name="Cell">{shown(value)}</text:p></table:table-cell>'
    return f'<table:table-cell{styled} office:value-type="string"><text:p text:style-name="Cell">{escape(shown(value))}</text:p></table:table-cell>'
