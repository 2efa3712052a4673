"""``dlp incident``: the desk at the terminal."""

import sys
from pathlib import Path
from typing import Any

import click

from dlp.cli.desk import AS, NOTE, acting, as_object, line_of, opened, parse_day, say_json, shown_time

ID = click.argument("incident_id", metavar="事件編號")
JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出")


@click.group()
def incident() -> None:
    """事件：列出、核准、退回、申訴、結案、匯出。"""


@incident.command("list")
@click.option("--state", "states", multiple=True, help="狀態（可重複），例如 pending")
@click.option("--open", "only_open", is_flag=True, help="只列未結的")
@click.option("--overdue", is_flag=True, help="只列逾時的")
@click.option("--unit", help="單位")
@click.option("--channel", type=click.Choice(["mail", "post", "share"]), help="通路")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 10_000), help="最多幾筆")
@JSON
@click.pass_context
def list_(
    ctx: click.Context,
    states: tuple[str, ...],
    only_open: bool,
    overdue: bool,
    unit: str | None,
    channel: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """列出事件，最急的在前。"""
    from dlp.records import incidents
    from dlp.records.states import OPEN_STATES, State

    try:
        wanted = {State(s) for s in states} | (OPEN_STATES if only_open else set())
    except ValueError:
        raise click.UsageError(f"狀態只能是 {'、'.join(State)}。") from None
    with opened(ctx) as store:
        found = incidents.listing(
            store, states=wanted or None, overdue=overdue, unit=unit, channel=channel, limit=limit
        )
        if as_json:
            say_json([as_object(store, i) for i in found])
            return
        for one in found:
            click.echo(line_of(one, store.now()))
    click.echo(f"{len(found)} 件。" if found else "沒有符合的事件。", err=bool(found))


@incident.command()
@ID
@JSON
@click.pass_context
def show(ctx: click.Context, incident_id: str, as_json: bool) -> None:
    """顯示一件事件（遮蔽後）。"""
    from dlp.records import incidents

    with opened(ctx) as store:
        found = incidents.find(store, incident_id)
        data = as_object(store, found, details=True)
        if as_json:
            say_json(data)
            return
        click.echo(line_of(found, store.now()))
        for name, value in (
            ("名稱", found.label),
            ("送件人", found.sender),
            ("單位", found.unit),
            ("收件人數", found.recipients),
            ("去處", found.destination or found.recipient_class),
            ("核准人", found.approver),
            ("政策", found.policy_version),
        ):
            if value:
                click.echo(f"  {name}  {value}")
        for rule in data["rules"]:
            click.echo(f"  規則  {rule['id']} {rule['name']}（{rule['action']}）")
        for finding in data["findings"][:50]:
            click.echo(f"  發現  {finding['kind']}  {finding['masked']}  「{finding['snippet']}」")
        for step in incidents.history(store, found):
            click.echo(
                f"  歷程  {shown_time(step.at)}  {step.step} → {step.after}  {step.actor}（{step.via}）{'  ' + step.note if step.note else ''}"
            )


@incident.command()
@ID
@click.option("--to", required=True, metavar="帳號", help="交給誰")
@AS
@click.pass_context
def assign(ctx: click.Context, incident_id: str, to: str, account: str | None) -> None:
    """分派給承辦人。"""
    from dlp.records import incidents

    with opened(ctx) as store:
        click.echo(line_of(incidents.assign(store, incident_id, to, actor=acting(store, account)), store.now()))


def _step(ctx: click.Context, incident_id: str, step: str, account: str | None, note: str, **options: Any) -> None:
    from dlp.records import incidents

    with opened(ctx) as store:
        found = incidents.take(store, incident_id, step, actor=acting(store, account), note=note, **options)
        click.echo(line_of(found, store.now()))
        if found.channel == "mail" and step in ("approve", "return"):
            _carry_out(store, found.id)


def _carry_out(store: Any, incident_id: str) -> None:
    """What was decided about a mail is done at once where this process may; otherwise the gateway does it within seconds."""
    from dlp.channels.mail.carry import Carrier, undone
    from dlp.channels.mail.queue import QueueError
    from dlp.channels.mail.queue_access import DirectAccess, may_carry
    from dlp.errors import DlpError

    if may_carry():
        try:
            Carrier(store, DirectAccess()).run()
        except (DlpError, QueueError, OSError) as err:
            click.echo(f"郵件佇列暫時無法處理（{getattr(err, 'code', type(err).__name__)}），稍後會自動再試。", err=True)
    if any(one.id == incident_id for one in undone(store)):
        click.echo("郵件閘道會在幾秒內執行這個決定。", err=True)


def _simple(name: str, help_: str) -> None:
    """Registers a step that needs nothing but the incident."""

    @incident.command(name, help=help_)
    @ID
    @NOTE
    @AS
    @click.pass_context
    def run(ctx: click.Context, incident_id: str, note: str, account: str | None) -> None:
        _step(ctx, incident_id, name, account, note)


for _name, _help in (
    ("submit", "送請核准。"), ("approve", "核准放行（核准人不能是送件人）。"), ("return", "退回修改。"), ("appeal", "申訴誤判。"), ("review", "開始複核申訴。"),
    ("uphold", "維持原判。"), ("contain", "外流已止血。"), ("report", "外流已通報。"), ("notify", "已通知當事人。"), ("improve", "已改善。"), ("close", "結案。"),
):  # fmt: skip
    _simple(_name, _help)


@incident.command()
@ID
@click.option("--until", metavar="日期", help="允許到哪一天（預設一年）")
@click.option("--note", required=True, help="為什麼是誤判（加密保存）")
@AS
@click.pass_context
def confirm(ctx: click.Context, incident_id: str, until: str | None, note: str, account: str | None) -> None:
    """確認誤判：列入允許清單（有期限），並留下政策測試候選。"""
    _step(ctx, incident_id, "confirm", account, note, until=parse_day(until))


@incident.command()
@ID
@click.option("--within", "hours", type=click.IntRange(1, 8760), help="幾小時內要通報（日曆時間，預設 72）")
@NOTE
@AS
@click.pass_context
def leak(ctx: click.Context, incident_id: str, hours: int | None, note: str, account: str | None) -> None:
    """列為已外流，開始通報時鐘。"""
    from datetime import UTC, datetime, timedelta

    _step(ctx, incident_id, "leak", account, note, due=datetime.now(UTC) + timedelta(hours=hours) if hours else None)


@incident.command()
@click.pass_context
def expire(ctx: click.Context) -> None:
    """把逾時未核准的退回（由排程執行）。"""
    from dlp.records import incidents

    with opened(ctx) as store:
        done = incidents.expire_due(store)
        for one in done:
            click.echo(line_of(one, store.now()))
        click.echo(f"逾時退回 {len(done)} 件。")


@incident.command()
@ID
@click.option("--reason", required=True, help="為什麼要看原件（加密保存，並記入稽核）")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="寫到檔案（600）；- 為標準輸出",
)
@AS
@click.pass_context
def original(ctx: click.Context, incident_id: str, reason: str, output: Path, account: str | None) -> None:
    """取出留存的原件。先寫稽核，再開啟。"""
    from dlp.records import incidents

    with opened(ctx) as store:
        _, pieces = incidents.open_original(store, incident_id, actor=acting(store, account), reason=reason)
        if str(output) == "-":
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            return
        import os

        from dlp.errors import UsageError
        from dlp.records.home import create_private

        try:
            handle = create_private(output)
        except OSError as err:
            raise UsageError(f"檔案寫不出去（{type(err).__name__}）。不會覆寫已存在的檔案。", code="E104") from None
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)


@incident.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "ods", "ocsf", "cef"]),
    default="json",
    show_default=True,
    help="格式",
)
@click.option("--since", metavar="日期", help="從哪一天開啟的事件起")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="寫到檔案（600）")
@AS
@click.pass_context
def export(ctx: click.Context, form: str, since: str | None, output: Path | None, account: str | None) -> None:
    """匯出事件（遮蔽後；ocsf 與 cef 供 SIEM）。匯出記入稽核。"""
    from dlp.cli.exporting import exported, write_out
    from dlp.records import incidents
    from dlp.records.clock import day_start, moment
    from dlp.records.people import Right

    day = parse_day(since)
    with opened(ctx) as store:
        actor = acting(store, account)
        actor.require(Right.EXPORT)
        found = incidents.listing(store, since=moment(day_start(day)) if day else None, limit=100_000)
        store.audit_event("incident.export", actor=actor, format=form, count=len(found))
        write_out(exported(store, found, form), output)
