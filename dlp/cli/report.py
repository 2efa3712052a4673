"""``dlp report``: day, week or month, in HTML, CSV, ODS or ODT."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlp.cli.desk import opened, parse_day

if TYPE_CHECKING:
    from dlp.reports.content import Content
    from dlp.reports.figures import Expiring

FORMATS = ("html", "csv", "ods", "odt", "json")


@click.group()
def report() -> None:
    """日、週、月報表：只有統計，沒有原文。"""


def _add(kind: str, help_: str) -> None:
    @report.command(kind, help=help_)
    @click.option("--date", "day", metavar="日期", help="期間內的任一天（預設：日報為昨天，週報、月報為上一期）")
    @click.option("--format", "forms", default="html", show_default=True, help=f"格式，以逗號分隔：{','.join(FORMATS)}")
    @click.option(
        "--output",
        "-o",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="寫到資料夾（檔名自動）；省略則輸出到標準輸出",
    )
    @click.option("--office", default="", envvar="DLP_OFFICE", help="機關名稱")
    @click.pass_context
    def run(ctx: click.Context, day: str | None, forms: str, folder: Path | None, office: str) -> None:
        _make(ctx, kind, parse_day(day), [f.strip() for f in forms.split(",") if f.strip()], folder, office)


for _kind, _help in (("day", "日報。"), ("week", "週報。"), ("month", "月報（含首長用的 ODT）。")):
    _add(_kind, _help)


def _make(ctx: click.Context, kind: str, day: date | None, forms: list[str], folder: Path | None, office: str) -> None:
    from dlp.cli.audit import verified
    from dlp.cli.exporting import write_out
    from dlp.reports.content import content_of
    from dlp.reports.figures import gather
    from dlp.reports.period import period_of

    if not forms or any(f not in FORMATS for f in forms):
        raise click.UsageError(f"格式只能是 {'、'.join(FORMATS)}。")
    if folder is None and len(forms) > 1:
        raise click.UsageError("一次輸出多種格式時請用 --output 指定資料夾。")
    period = period_of(kind, day or _last(kind))
    with opened(ctx) as store:
        content = content_of(
            gather(store, period, exceptions=_exceptions(), audit_intact=verified(store).intact), office=office
        )
    for form in forms:
        target = folder / f"dlp-{kind}-{period.first.isoformat()}.{form}" if folder else None
        if folder:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_out(written(content, form), target)
        if target:
            click.echo(str(target))


def _last(kind: str) -> date:
    """A day of the last whole period."""
    from dlp.records.clock import TAIPEI

    today = datetime.now(TAIPEI).date()
    return today - timedelta(days={"day": 1, "week": today.weekday() + 1, "month": today.day}[kind])


def written(content: "Content", form: str) -> bytes:
    """The report in one format."""
    if form == "html":
        from dlp.reports.html import as_html

        return as_html(content)
    if form == "odt":
        from dlp.reports.odt import as_odt

        return as_odt(content)
    if form == "json":
        import json
        from dataclasses import asdict

        return (json.dumps(asdict(content), ensure_ascii=False, indent=2) + "\n").encode()
    from dlp.reports.tables import Table, as_csv, as_ods

    summary = Table(content.title, ("項目", "數值", "說明"), (*((n.label, n.value, n.remark) for n in content.numbers), ("摘要", content.sentence, ""), ("檢查範圍", content.coverage, ""), *(("請裁示", text, "") for text in content.decide)))  # fmt: skip
    writer: Callable[[Any], bytes] = as_csv if form == "csv" else as_ods
    return writer([summary, *content.tables])


def _exceptions() -> "list[Expiring]":
    """Exceptions of the policy in force with their ends; a policy that does not load does not stop the report."""
    from dlp.errors import PolicyError
    from dlp.policy import load_shipped
    from dlp.reports.figures import Expiring

    try:
        policy = load_shipped()
    except PolicyError:
        return []
    out = []
    for rule in policy.rules:
        for exemption in rule.exemptions:
            if isinstance(until := getattr(exemption, "until", None), date):
                out.append(Expiring(rule.id, until, "政策例外"))
    return out
