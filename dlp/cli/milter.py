"""``dlp milter``: the mail gateway."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dlp.channels.mail.carry import Carrier

NOTICE_FROM = click.option("--notice-from", default="dlp-noreply@localhost", show_default=True, help="通知信的寄件者")
CONFIG = click.option("--postfix-config", "config", default="", envvar="MAIL_CONFIG", help="Postfix 設定資料夾（預設為系統的）")


@click.group(invoke_without_command=True)
@click.option("--listen", default="inet:127.0.0.1:8891", show_default=True, help="inet:HOST:PORT、unix:路徑，或 systemd（由 socket 單元交付）")
@click.option("--policy", "policies", multiple=True, metavar="檔案", help="政策檔或資料夾")
@click.option("--model", metavar="資料夾", help="改用這個資料夾的語言模型")
@click.option("--no-model", is_flag=True, help="不載入語言模型，只用形式與上下文")
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="工作行程數（預設為核心數）")
@click.option("--url", default="", help="同仁處理與申請核准的網址，放在退信訊息中")
@click.option("--notify-by", default="sendmail", show_default=True, help="通知信怎麼寄：sendmail、inet:HOST:PORT（SMTP）或 none")
@NOTICE_FROM
@CONFIG
@click.pass_context
def milter(ctx: click.Context, /, **options: Any) -> None:
    """郵件閘道（milter）。政策檔變更或 SIGHUP 時重新載入，SIGTERM 完成手上的信後結束。"""
    if ctx.invoked_subcommand is None:
        run_gateway(ctx.obj or {}, **options)


def run_gateway(
    obj: dict[str, Any], *, listen: str, policies: tuple[str, ...], model: str | None, no_model: bool, workers: int | None, url: str, notify_by: str,
    notice_from: str, config: str,
) -> None:  # fmt: skip
    """Run until a signal ends it.  Raises UsageError, PolicyError or NotReady."""
    from dlp.channels.mail.gateway import parse_listen
    from dlp.channels.mail.notices import submitter
    from dlp.channels.mail.upkeep import Upkeep
    from dlp.channels.mail.workers import Pool, python_command
    from dlp.records.home import open_home

    _log_to_stderr()
    where = parse_listen(listen)
    home = open_home(obj.get("home"))
    files = [os.path.abspath(p) for p in policies]
    options = {"policies": files, "home": str(home.path), "url": url, "model": False if no_model else model}
    pool = Pool(python_command("dlp.channels.mail.judge", json.dumps(options, ensure_ascii=False)), workers or os.cpu_count() or 2)
    upkeep = Upkeep(str(home.path), submitter(notify_by, config=config), notice_from, config)
    asyncio.run(_serve(where, pool, files, home, upkeep))


async def _serve(where: Any, pool: Any, files: list[str], home: Any, upkeep: Any) -> None:
    from dlp.channels.mail.gateway import Gateway
    from dlp.errors import DlpError
    from dlp.policy.live import LivePolicy
    from dlp.records.runs import policy_refused
    from dlp.records.store import open_store

    loop = asyncio.get_running_loop()

    def refused(faults: Any) -> None:
        with contextlib.suppress(DlpError), open_store(home) as store:  # the old policy stays whether or not it can be written down
            policy_refused(store, str(pool.facts.get("policy", "")), len(faults))

    live = LivePolicy(files or None, on_change=lambda _: gateway.want_reload(loop), on_refused=refused)
    gateway = Gateway(where, pool, home.path / "milter.status.json", live, upkeep)
    await gateway.run()


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")


@milter.command("carry-out")
@click.option("--every", type=click.FloatRange(0.5, 3600), default=None, metavar="秒", help="每隔幾秒做一次，直到收到訊號（預設做一次就結束）")
@click.option("--no-notices", is_flag=True, help="不寄通知信")
@NOTICE_FROM
@CONFIG
@click.pass_context
def carry_out(ctx: click.Context, every: float | None, no_notices: bool, notice_from: str, config: str) -> int:
    """執行已核准、退回、逾時的決定：放行或刪除留置的信並通知寄件人。

    需要 root（postsuper 只接受 root）。資料夾屬於服務帳號時，處理紀錄的部分會放棄 root，改用該帳號。
    """
    from dlp.channels.mail.carry import Carrier
    from dlp.channels.mail.queue_access import DirectAccess, may_carry, split
    from dlp.errors import NotReady
    from dlp.records.home import home_path
    from dlp.records.store import open_store

    if not may_carry():
        raise NotReady("放行與刪除留置的信需要 root 與 Postfix。請用 root 執行，或啟用 dlp-carry-out.service。", code="E421")
    _log_to_stderr()
    path = home_path((ctx.obj or {}).get("home"))
    owner = path.stat().st_uid if path.exists() else 0
    access = split(owner, config=config) if owner else DirectAccess(config)
    with open_store(str(path)) as store:
        carrier = Carrier(store, access, notice_from, not no_notices)
        if every is None:
            done = carrier.run(sweep=True)
            click.echo(f"放行 {done.released} 封，重寄 {done.resent} 封，退回 {done.returned} 封，佇列中已不在 {done.absent} 封，未完成 {done.failed} 件。")
            return 1 if done.failed else 0
        _carry_on(carrier, every)
    return 0


def _carry_on(carrier: "Carrier", every: float) -> None:
    """Pass after pass until SIGTERM or SIGINT."""
    from dlp.channels.mail.queue import QueueError
    from dlp.errors import DlpError

    ended = False

    def end(*_: object) -> None:
        nonlocal ended
        ended = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    log, said = logging.getLogger("dlp.milter"), ""
    while not ended:
        try:
            done = carrier.run()
            said = ""
            if done.any:
                log.info("carried out: %d released, %d sent again, %d returned, %d absent", done.released, done.resent, done.returned, done.absent)
        except (DlpError, QueueError, OSError) as err:
            words = getattr(err, "code", "") or type(err).__name__
            if words != said:  # once, not every few seconds
                log.error("not carried out: %s", words)
            said = words
        end_at = time.monotonic() + every
        while not ended and time.monotonic() < end_at:
            time.sleep(0.2)


@milter.command("recheck-held")
@CONFIG
@click.option("--policy", "policies", multiple=True, metavar="檔案", help="政策檔或資料夾")
@click.option("--no-model", is_flag=True, help="不載入語言模型，只用形式與上下文")
@click.option("--dry-run", is_flag=True, help="只說明會怎麼做")
@click.pass_context
def recheck_held(ctx: click.Context, config: str, policies: tuple[str, ...], no_model: bool, dry_run: bool) -> None:
    """引擎恢復後，重新檢查未經檢查而留置的信：無虞者放行，其餘留置。"""
    from dlp.channels.mail.recheck import recheck

    obj = ctx.obj or {}
    released, kept = recheck(home=obj.get("home"), config=config, policies=policies, dry_run=dry_run, model=False if no_model else None)
    click.echo(f"{'會放行' if dry_run else '已放行'} {released} 封，續留 {kept} 封。")


@milter.command("send-test")
@click.option("--smtp", default="", metavar="主機:埠", help="同仁寄信的服務，例如 127.0.0.1:25")
@click.option("--wait", "seconds", default=30.0, show_default=True, type=click.FloatRange(1, 600), metavar="秒", help="每一站最多等多久")
@CONFIG
@click.argument("address", metavar="自己的信箱")
@click.pass_context
def send_test(ctx: click.Context, address: str, smtp: str, seconds: float, config: str) -> int:
    """寄無害的測試信走一遍實際的外送路徑，逐站說明有沒有經過引擎。不留事件。"""
    from dlp.channels.mail.gateway import parse_listen
    from dlp.channels.mail.sendtest import walk

    if "@" not in address or address.startswith("-") or any(c.isspace() for c in address):
        raise click.UsageError("請給完整的電子郵件地址，例如 me@example.gov.tw。")
    server = parse_listen(f"inet:{smtp}") if smtp else None
    bad = False
    for hop in walk(address, home=(ctx.obj or {}).get("home"), config=config, smtp=(server.host, server.port) if server else None, seconds=seconds):
        bad |= hop.good is False
        click.echo(f"{ {True: '✓', False: '✗', None: '－'}[hop.good] } {hop.name}：{hop.detail}")
    return 1 if bad else 0
