"""``dlp baseline``: findings on a share that people know and accept."""

import json
import os
from datetime import timedelta
from typing import Any

import click

from dlp.cli.desk import AS, acting, opened, parse_day
from dlp.errors import UsageError

LONGEST_DAYS = 366


@click.group()
def baseline() -> None:
    """已知發現的基準線：看過、接受的發現不再提醒，直到檔案內容改變或又違反別的規則。只存加密雜湊。"""


@baseline.command()
@click.argument("paths", nargs=-1, required=True, metavar="路徑…")
@click.option("--name", default="main", show_default=True, help="這一批的名稱")
@click.option("--why", required=True, help="接受的理由")
@click.option("--until", required=True, metavar="日期", help="有效到哪一天，最長一年（2027-06-30 或 116-06-30）")
@AS
@click.pass_context
def create(ctx: click.Context, paths: tuple[str, ...], name: str, why: str, until: str, account: str | None) -> None:
    """把上次掃描在這些路徑下的發現列為已知。"""
    from dlp.channels.share import placement
    from dlp.channels.share.baseline import Baseline
    from dlp.channels.share.listing import rows
    from dlp.channels.share.scan import outermost, state_path
    from dlp.channels.share.state import State

    with opened(ctx) as store:
        actor, today, last = acting(store, account), store.now().date(), parse_day(until)
        assert last is not None
        if not today <= last <= today + timedelta(days=LONGEST_DAYS):
            raise UsageError("--until 要在今天到一年之內。", code="E146")
        if not state_path(store.home.path).exists():
            raise UsageError("還沒有掃描過。請先執行 dlp scan。", code="E145")
        state = State(state_path(store.home.path))
        roots = outermost(os.fsencode(os.path.abspath(p)) for p in paths)
        book = Baseline(store.home.path / "baseline.db", store.keys)
        steps = [placement.step(placement.load_designated(store.home.path / "share.yaml"))]
        count = book.accept(rows(state, roots, state.next_run(), steps=steps), name=name, who=actor.name, why=why, until=last, today=today)
        book.close()
        state.close()
        store.audit_event("baseline.create", actor=actor, object_id=name, files=count, until=last.isoformat())
    click.echo(f"已列入 {count} 個檔案，有效到 {last.isoformat()}。內容改變後會再提醒。")


@baseline.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def show(ctx: click.Context, form: str) -> None:
    """列出各批：誰、為什麼、到何時、幾個檔案。"""
    from dlp.channels.share.baseline import Baseline

    with opened(ctx) as store:
        book = Baseline(store.home.path / "baseline.db", store.keys)
        groups = list(book.groups(store.now().date()))
        book.close()
    if form == "json":
        facts: list[dict[str, Any]] = [
            {"name": g.name, "who": g.who, "why": g.why, "until": g.until.isoformat(), "at": g.at.isoformat(), "entries": g.entries, "live": g.live}
            for g in groups
        ]  # fmt: skip
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for g in groups:
        click.echo(f"{g.name}\t{g.entries} 個檔案（有效 {g.live}）\t到 {g.until}\t{g.who}\t{g.why}")
    if not groups:
        click.echo("沒有基準線。")


@baseline.command()
@click.option("--name", default=None, help="只移除這一批；省略則全部")
@AS
@click.pass_context
def drop(ctx: click.Context, name: str | None, account: str | None) -> None:
    """移除基準線；這些發現會再提醒。"""
    from dlp.channels.share.baseline import Baseline

    with opened(ctx) as store:
        actor = acting(store, account)
        book = Baseline(store.home.path / "baseline.db", store.keys)
        count = book.drop(name)
        book.close()
        store.audit_event("baseline.drop", actor=actor, object_id=name or "*", files=count)
    click.echo(f"已移除 {count} 個檔案的紀錄。")
