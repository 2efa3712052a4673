"""``dlp admin``: accounts, units and deputies, holidays, retention, and a check of the whole data folder."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from dlp.cli.desk import AS, acting, opened, parse_day
from dlp.errors import ExitCode, UsageError


@click.group()
def admin() -> None:
    """帳號與角色、單位與代理、行事曆、保存期限、資料檢查。"""


@admin.group()
def account() -> None:
    """帳號：新增、列出、角色、停用、密碼。"""


def _password() -> str:
    """From the terminal without echo, or one line from standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("密碼", hide_input=True, confirmation_prompt="再輸入一次"))
    return sys.stdin.readline().rstrip("\r\n")


@account.command()
@click.argument("name", metavar="帳號")
@click.option("--roles", required=True, help="viewer、handler、approver、admin，以逗號分隔")
@click.option("--email", "emails", multiple=True, help="郵件地址（可重複；用來確認不是送件人自己核准）")
@click.option("--unit", default="", help="單位")
@click.option("--display", default="", help="顯示名稱")
@click.option("--no-password", is_flag=True, help="只由單一登入（反向代理）進入")
@AS
@click.pass_context
def add(
    ctx: click.Context,
    name: str,
    roles: str,
    emails: tuple[str, ...],
    unit: str,
    display: str,
    no_password: bool,
    account: str | None,
) -> None:
    """新增帳號。密碼從終端機或標準輸入讀，不放在命令列。"""
    from dlp.records import accounts
    from dlp.records.people import parse_roles

    wanted = parse_roles(roles)
    password = None if no_password else _password()
    with opened(ctx) as store:
        accounts.add(
            store,
            name,
            roles=wanted,
            actor=acting(store, account),
            password=password,
            emails=emails,
            unit=unit,
            display=display,
        )
    click.echo(f"已新增帳號 {name}。")


@account.command("list")
@click.pass_context
def list_(ctx: click.Context) -> None:
    """列出帳號。"""
    from dlp.records import accounts

    with opened(ctx) as store:
        for one in accounts.listing(store):
            state = "停用" if one.disabled else "啟用"
            way = "密碼" if one.has_password else "單一登入"
            click.echo(f"{one.name}  {'、'.join(sorted(r.label for r in one.roles))}  {state}  {way}  {one.unit}")


@account.command()
@click.argument("name", metavar="帳號")
@click.argument("roles", metavar="角色")
@AS
@click.pass_context
def role(ctx: click.Context, name: str, roles: str, account: str | None) -> None:
    """改角色（以逗號分隔）；該帳號的連線會結束。"""
    from dlp.records import accounts
    from dlp.records.people import parse_roles

    with opened(ctx) as store:
        accounts.set_roles(store, name, parse_roles(roles), actor=acting(store, account))


@account.command()
@click.argument("name", metavar="帳號")
@AS
@click.pass_context
def password(ctx: click.Context, name: str, account: str | None) -> None:
    """改密碼；該帳號的連線會結束。"""
    from dlp.records import accounts

    new = _password()
    with opened(ctx) as store:
        accounts.set_password(store, name, new, actor=acting(store, account))


@account.command()
@click.argument("name", metavar="帳號")
@click.option("--enable", is_flag=True, help="重新啟用")
@AS
@click.pass_context
def disable(ctx: click.Context, name: str, enable: bool, account: str | None) -> None:
    """停用帳號（或以 --enable 重新啟用）。"""
    from dlp.records import accounts

    with opened(ctx) as store:
        accounts.set_disabled(store, name, not enable, actor=acting(store, account))


@admin.command()
@click.argument("name", metavar="單位")
@click.option("--handler", default="", help="承辦帳號")
@click.option("--approver", default="", help="核准帳號")
@AS
@click.pass_context
def unit(ctx: click.Context, name: str, handler: str, approver: str, account: str | None) -> None:
    """設定單位的承辦人與核准人（單位寫 * 代表其他所有單位）。"""
    from dlp.records import settings

    with opened(ctx) as store:
        settings.set_unit(store, name, handler=handler, approver=approver, actor=acting(store, account))


@admin.command()
@click.argument("principal", metavar="本人帳號")
@click.argument("deputy_name", metavar="代理人帳號")
@click.option("--from", "since", required=True, metavar="日期", help="第一天")
@click.option("--to", "until", required=True, metavar="日期", help="最後一天")
@AS
@click.pass_context
def deputy(ctx: click.Context, principal: str, deputy_name: str, since: str, until: str, account: str | None) -> None:
    """設定代理人。"""
    from dlp.records import settings
    from dlp.records.clock import TAIPEI

    first, last = parse_day(since), parse_day(until)
    assert first is not None
    assert last is not None
    if last < first:
        raise UsageError("--to 不能早於 --from。", code="E111")
    begin = datetime(first.year, first.month, first.day, tzinfo=TAIPEI)
    end = datetime(last.year, last.month, last.day, tzinfo=TAIPEI) + timedelta(days=1)
    with opened(ctx) as store:
        settings.set_deputy(store, principal, deputy_name, begin, end, actor=acting(store, account))


@admin.group()
def calendar() -> None:
    """行事曆：假日與補班，決定時限怎麼算。"""


@calendar.command("show")
@click.option("--year", type=int, help="年（西元）")
@click.pass_context
def show_calendar(ctx: click.Context, year: int | None) -> None:
    """列出與平日不同的日子。"""
    with opened(ctx) as store:
        for day in sorted(store.calendar().days.values(), key=lambda d: d.day):
            if year is None or day.day.year == year:
                click.echo(f"{day.day.isoformat()}  {'上班' if day.working else '放假'}  {day.name}")


@calendar.command("set")
@click.argument("day", metavar="日期")
@click.argument("kind", type=click.Choice(["work", "free"]))
@click.option("--name", default="", help="名稱，例如 颱風假")
@AS
@click.pass_context
def set_day(ctx: click.Context, day: str, kind: str, name: str, account: str | None) -> None:
    """設定一天上班（work）或放假（free）。"""
    from dlp.records import settings
    from dlp.records.clock import Day

    wanted = parse_day(day)
    assert wanted is not None
    with opened(ctx) as store:
        settings.set_days(store, [Day(wanted, kind == "work", name)], actor=acting(store, account))


@calendar.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="檔案")
@AS
@click.pass_context
def import_calendar(ctx: click.Context, path: Path, account: str | None) -> None:
    """匯入人事行政總處的年度辦公日曆表（CSV，UTF-8 或 Big5）。"""
    from dlp.records import settings
    from dlp.records.clock import read_table

    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp950", "replace")
    days = read_table(text.splitlines())
    with opened(ctx) as store:
        click.echo(f"已匯入 {settings.set_days(store, days, actor=acting(store, account))} 天。")


@admin.command()
@click.option("--evidence", type=click.IntRange(1, 3650), help="原件保存天數")
@click.option("--incidents", type=click.IntRange(1, 3650), help="事件保存天數（結案後）")
@click.option("--journal", type=click.IntRange(1, 3650), help="判斷紀錄保存天數")
@click.option("--audit", type=click.IntRange(365, 36500), help="稽核紀錄保存天數")
@AS
@click.pass_context
def retention(
    ctx: click.Context, account: str | None, evidence: int | None, incidents: int | None, journal: int | None, audit: int | None
) -> None:  # fmt: skip
    """顯示或設定保存期限。"""
    from dataclasses import asdict

    from dlp.records import retention as keeping
    from dlp.records import settings

    with opened(ctx) as store:
        for name, value in (("evidence", evidence), ("incidents", incidents), ("journal", journal), ("audit", audit)):
            if value is not None:
                settings.set_value(store, f"keep.{name}", value, actor=acting(store, account))
        for name, value in asdict(keeping.periods(store)).items():
            click.echo(f"{name}  {value} 天")


@admin.command()
@AS
@click.pass_context
def purge(ctx: click.Context, account: str | None) -> None:
    """刪除超過保存期限的資料（由排程每夜執行；記入稽核）。"""
    from dlp.records import retention as keeping
    from dlp.records.people import Right

    with opened(ctx) as store:
        actor = acting(store, account)
        actor.require(Right.ADMINISTER)
        done = keeping.purge(store, actor=actor)
    click.echo(
        f"原件 {done.evidence}、事件 {done.incidents}、判斷 {done.decisions}、連線 {done.sessions}、稽核檔 {done.audit_files}。"
    )


@admin.command()
@click.pass_context
def check(ctx: click.Context) -> int:
    """比對資料庫、原件與稽核（例如還原備份之後）；只列出差異，不刪除任何東西。"""
    from dlp.records.checking import differences

    with opened(ctx) as store:
        found = differences(store)
    for line in found:
        click.echo(line)
    click.echo("沒有差異。" if not found else f"{len(found)} 項差異。", err=bool(found))
    return int(ExitCode.FINDINGS if found else ExitCode.CLEAN)
