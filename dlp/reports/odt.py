"""The report for the head of agency as ODT: one sentence, four numbers, what to decide, then the tables."""

from dlp.reports.content import DAILY, Content
from dlp.reports.opendocument import heading, package, paragraph
from dlp.reports.tables import Table, table_rows


def as_odt(content: Content) -> bytes:
    """The whole document."""
    parts = [paragraph(content.title, "Title"), paragraph(content.made, "Note"), paragraph(content.sentence, "Big")]
    numbers = Table("", tuple(n.label for n in content.numbers), (tuple(n.value for n in content.numbers), tuple(n.remark for n in content.numbers)))
    parts += [_table(numbers, 0), heading("請裁示", 1)]
    parts += [paragraph(f"{number}. {text}") for number, text in enumerate(content.decide, 1)] or [paragraph("沒有需要裁示的事項。")]
    parts += [heading("檢查範圍", 1), paragraph(content.coverage)]
    for number, table in enumerate((t for t in content.tables if t.title != DAILY), 1):  # the head reads months, not days
        parts.append(heading(table.title, 1))
        parts.append(_table(table, number) if table.rows else paragraph("沒有資料。"))
        if table.note:
            parts.append(paragraph(table.note, "Note"))
    return package("text", f"<office:text>{''.join(parts)}</office:text>")


def _table(table: Table, number: int) -> str:
    columns = f'<table:table-column table:number-columns-repeated="{len(table.columns)}"/>'
    return f'<table:table table:name="T{number}">{columns}{table_rows(table)}</table:table>'
