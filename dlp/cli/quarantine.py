"""``dlp quarantine``: files that a scan moved away; list and bring back."""

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlp.cli.desk import AS, acting, opened, shown_time

if TYPE_CHECKING:
    from dlp.channels.share.quarantine import Held

ACCEPTED_DAYS = 365  # a file that a person brought back stays quiet so long, unless it changes


@click.group()
def quarantine() -> None:
    """隔離檔案：列出與還原。檔案以加密保存，沒有刪除。"""


@quarantine.command("list")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.pass_context
def list_(ctx: click.Context, form: str) -> None:
    """列出隔離中的檔案。"""
    from dlp.channels.share.quarantine import Quarantine
    from dlp.records.home import open_home

    vault = Quarantine(open_home((ctx.find_root().obj or {}).get("home")))
    vault.recover()
    count = 0
    for held in vault.held():
        count += 1
        click.echo(json.dumps(_object(held), ensure_ascii=False) if form == "jsonl" else _line(held))
    if form == "text":
        click.echo(f"共 {count} 個檔案。還原：dlp quarantine restore 編號")


@quarantine.command()
@click.argument("number", metavar="編號")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="還原到這個資料夾（預設為原處）")
@click.option("--why", default="", help="還原的理由（記入稽核與基準線）")
@AS
@click.pass_context
def restore(ctx: click.Context, number: str, to: Path | None, why: str, account: str | None) -> None:
    """還原一個檔案。內容不變之前，同樣的發現不會再被移走。"""
    from dlp.channels.share.baseline import Baseline, rules_of
    from dlp.channels.share.naming import printable_name
    from dlp.channels.share.quarantine import Quarantine
    from dlp.records.people import Right

    with opened(ctx) as store:
        actor = acting(store, account)
        actor.require(Right.APPROVE)
        vault = Quarantine(store.home)
        vault.recover()
        held = vault.find(number)
        store.audit_event("quarantine.restore", actor=actor, object_id=held.number, result="begun", rules=" ".join(held.rules))
        path = vault.restore(held, to=to)
        today = store.now().date()
        baseline = Baseline(store.home.path / "baseline.db", store.keys)
        baseline.accept_one(
            path, bytes.fromhex(held.facts["digest"]), rules_of(held.item), name=held.number, who=actor.name, why=why or "自隔離區還原",
            until=today + timedelta(days=ACCEPTED_DAYS), today=today,
        )  # fmt: skip
        baseline.close()
        store.audit_event("quarantine.restore", actor=actor, object_id=held.number)
    click.echo(f"已還原 {held.number}：{printable_name(path)}")


def _object(held: "Held") -> dict[str, Any]:
    from dlp.channels.share.naming import printable_name

    return {
        "number": held.number, "path": printable_name(held.path), "size": held.size, "at": held.at.isoformat(), "action": held.action,
        "rules": list(held.rules), "kinds": sorted({f["kind"] for f in held.item.get("findings", [])}),
    }  # fmt: skip


def _line(held: "Held") -> str:
    from dlp.channels.share.naming import printable_name

    return f"{held.number}\t{shown_time(held.at)}\t{held.size:,} 位元組\t{'、'.join(held.rules)}\t{printable_name(held.path)}"
