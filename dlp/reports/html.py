"""The report as one HTML file: nothing from outside, prints on A4, every chart with its numbers as a table."""

from collections.abc import Iterable
from html import escape

from dlp.reports import charts
from dlp.reports.cells import shown
from dlp.reports.content import Content
from dlp.reports.tables import Cell, Table

STYLE = """
:root{color-scheme:light}body{font:16px/1.6 "Noto Sans CJK TC","Microsoft JhengHei",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:2px solid #2f5d8a}
.sentence{font-size:1.2rem;font-weight:600}.numbers{display:flex;flex-wrap:wrap;gap:1rem;padding:0;list-style:none}
.numbers li{flex:1 1 10rem;border:1px solid #767676;border-radius:.4rem;padding:.6rem 1rem}.numbers b{display:block;font-size:1.8rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{border:1px solid #999;padding:.25rem .5rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}th{background:#eef2f6}caption{text-align:left;font-size:.9rem}
svg{max-width:100%;height:auto}svg rect,svg circle{fill:#2f5d8a}svg polyline{fill:none;stroke:#2f5d8a;stroke-width:2}svg line{stroke:#767676}
svg text{font-size:12px;fill:#1b1b1b}.note,.made{font-size:.9rem;color:#444}
@page{size:A4;margin:15mm}@media print{body{margin:0;max-width:none}h2,svg,tr{break-inside:avoid}h2{break-after:avoid}}
""".replace("\n", "")


def as_html(content: Content) -> bytes:
    """The whole file, UTF-8."""
    numbers = "".join(f"<li>{_e(n.label)}<b>{_e(n.value)}</b><span class=note>{_e(n.remark)}</span></li>" for n in content.numbers)
    decide = "".join(f"<li>{_e(text)}</li>" for text in content.decide) or "<li>沒有需要裁示的事項。</li>"
    body = (
        f"<h1>{_e(content.title)}</h1><p class=made>{_e(content.made)}</p><p class=sentence>{_e(content.sentence)}</p>"
        f"<ul class=numbers>{numbers}</ul><h2>請裁示</h2><ol>{decide}</ol><h2>檢查範圍</h2><p>{_e(content.coverage)}</p>"
        + "".join(_section(table) for table in content.tables)
    )
    return page(content.title, body)


def tables_page(title: str, tables: Iterable[Table]) -> bytes:
    """A page of tables alone."""
    return page(title, f"<h1>{_e(title)}</h1>" + "".join(_section(table) for table in tables))


def page(title: str, body: str) -> bytes:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="referrer" content="no-referrer"><title>{_e(title)}</title><style>{STYLE}</style>'
    )
    text = f'<!DOCTYPE html><html lang="zh-Hant-TW"><head>{head}</head><body><main>{body}</main></body></html>\n'
    return text.encode("utf-8", "xmlcharrefreplace")


def _section(table: Table) -> str:
    head = f"<h2>{_e(table.title)}</h2>" if table.title else ""
    if not table.rows:
        return f"{head}<p>沒有資料。</p>"
    return head + _chart(table) + _table(table) + (f"<p class=note>{_e(table.note)}</p>" if table.note else "")


def _chart(table: Table) -> str:
    if not table.chart:
        return ""
    rows = [(str(row[0]), float(row[1] or 0)) for row in table.rows]
    title = f"{table.title}：{table.columns[1]}"
    return (charts.line if table.chart == "line" else charts.bars)(title, rows)


def _table(table: Table) -> str:
    head = "".join(f"<th scope=col>{_e(c)}</th>" for c in table.columns)
    rows = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: Cell) -> str:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"<td{' class=n' if number else ''}>{_e(shown(value))}</td>"


def _e(text: str) -> str:
    return escape(shown(text))
