"""``dlp audit``: is the audit log whole and unchanged?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlp.cli.desk import opened
from dlp.errors import ExitCode

if TYPE_CHECKING:
    from dlp.records.audit_verify import Report
    from dlp.records.store import Store


@click.group()
def audit() -> None:
    """稽核紀錄：驗證。"""


@audit.command()
@click.option(
    "--anchors", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="存在別處的錨點檔，一併比對"
)
@click.option("--without-store", is_flag=True, help="不開資料庫（資料庫損壞時）")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出")
@click.pass_context
def verify(ctx: click.Context, anchors: Path | None, without_store: bool, as_json: bool) -> int:
    """驗證整條鏈：0 完好，1 不符並指出第一筆有問題的位置。"""
    from dlp.records.audit_verify import verify as check
    from dlp.records.home import open_home

    if without_store:
        report = check(open_home((ctx.find_root().obj or {}).get("home"), create=False), anchors=anchors)
    else:
        with opened(ctx) as store:
            report = verified(store, anchors)
    if as_json:
        click.echo(json.dumps(as_object(report), ensure_ascii=False, indent=2))
    else:
        _say(report)
    return int(ExitCode.CLEAN if report.intact else ExitCode.FINDINGS)


def verified(store: "Store", anchors: Path | None = None) -> "Report":
    """The log of a store compared with all its witnesses."""
    from sqlalchemy import select

    from dlp.records.audit_verify import verify as check
    from dlp.records.schema import operations

    t = operations.c
    with store.audit.locked(), store.reading() as connection:  # nothing may be written between the two readings
        rows = [
            (r.op, r.seq, r.hash)
            for r in connection.execute(select(t.op, t.seq, t.hash).where(t.log == store.audit.id))
        ]
        return check(store.home, operations=rows, anchors=anchors)


def as_object(report: "Report") -> dict[str, object]:
    return {
        "intact": report.intact, "records": report.records, "files": report.files, "last_seq": report.last.seq, "torn": report.torn,
        "unsettled": report.unsettled, "faults": [{"where": f.where, "seq": f.seq, "what": f.what} for f in report.faults],
    }  # fmt: skip


def _say(report: "Report") -> None:
    for fault in report.faults:
        click.echo(str(fault), err=True)
    if report.torn:
        click.echo(f"注意：{report.torn} 處當機留下的殘行（不影響完整性）。", err=True)
    if report.intact:
        click.echo(f"稽核紀錄完好：{report.records} 筆，{report.files} 個檔案，末筆第 {report.last.seq} 筆。")
    else:
        click.echo(
            f"稽核紀錄不符：{len(report.faults)} 處，第一處在 {report.faults[0].where}。請保留現場並查明。", err=True
        )
