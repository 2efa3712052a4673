"""``dlp filter``: the gateway for sites without milters."""

import asyncio
import json
import logging
import os
import sys
from enum import IntEnum
from typing import Any

import click


class SysExit(IntEnum):
    """What a pipe of the mail server understands (sysexits.h)."""

    PASS = 0
    REJECTED = 69
    TRY_LATER = 75


@click.group("filter")
def filter_() -> None:
    """郵件閘道：pipe（結束碼）或 SMTP 轉送。"""


@filter_.command()
@click.option("--sender", default="", envvar="SENDER", help="信封寄件者")
@click.option("--policy", "policies", multiple=True, metavar="檔案")
@click.argument("recipients", nargs=-1)
@click.pass_context
def pipe(ctx: click.Context, sender: str, policies: tuple[str, ...], recipients: tuple[str, ...]) -> int:
    """從標準輸入讀一封信：0 可寄、69 不可寄、75 稍後再試（引擎或紀錄無法使用）。"""
    from dlp.channels.mail.judge import prepare
    from dlp.channels.mail.milter import MESSAGE_BYTES
    from dlp.errors import DlpError

    try:
        raw = sys.stdin.buffer.read(MESSAGE_BYTES + 1)
        judge, _ = prepare({"policies": list(policies), "home": (ctx.obj or {}).get("home")})
        subject = next((line[8:].strip() for line in raw.splitlines() if line[:8].lower() == b"subject:"), b"")
        meta = {
            "sender": sender,
            "recipients": list(recipients),
            "too_large": len(raw) > MESSAGE_BYTES,
            "subject": subject.decode("latin-1"),
        }
        judgement = judge(meta, raw)
    except DlpError as err:
        click.echo(f"錯誤 {err.code} {err.message}", err=True)
        return SysExit.TRY_LATER
    except Exception as err:
        # Whatever goes wrong, the mail server keeps the message.
        click.echo(f"錯誤 E420 引擎失敗（{type(err).__name__}），信件保留在佇列。", err=True)
        return SysExit.TRY_LATER
    if judgement.get("failed"):
        return SysExit.TRY_LATER
    if judgement["action"] in ("allow", "log", "warn") or (
        judgement["action"] == "justify" and judgement["reason_given"]
    ):
        return SysExit.PASS
    click.echo(
        f"[DLP {judgement.get('ref', '')}] 未寄出（{'、'.join(judgement['rules'])}）：{judgement.get('tell', '')}"
    )
    return SysExit.REJECTED


@filter_.command()
@click.option("--listen", default="inet:127.0.0.1:10027", show_default=True, help="inet:HOST:PORT")
@click.option("--next-hop", default="inet:127.0.0.1:10028", show_default=True, help="檢查後交給誰")
@click.option("--hold-header", default="", help="設定後，留置的信加上 X-DLP-Hold 標頭交給下一站")
@click.option("--policy", "policies", multiple=True, metavar="檔案")
@click.option("--workers", type=click.IntRange(1, 64), default=None)
@click.option("--url", default="")
@click.pass_context
def smtp(
    ctx: click.Context,
    listen: str,
    next_hop: str,
    hold_header: str,
    policies: tuple[str, ...],
    workers: int | None,
    url: str,
) -> None:
    """SMTP 轉送（smtpd_proxy_filter）：先檢查再進佇列。"""
    asyncio.run(_relay(ctx.obj or {}, listen, next_hop, hold_header, policies, workers, url))


async def _relay(
    obj: dict[str, Any],
    listen: str,
    next_hop: str,
    hold_header: str,
    policies: tuple[str, ...],
    workers: int | None,
    url: str,
) -> None:
    import signal

    from dlp.channels.mail.gateway import parse_listen
    from dlp.channels.mail.relay import LINE_BYTES, Relay
    from dlp.channels.mail.workers import Pool, WorkerFailed, python_command
    from dlp.errors import NotReady

    logging.basicConfig(level=logging.INFO)
    here, there = parse_listen(listen), parse_listen(next_hop)
    options = {"policies": [os.path.abspath(p) for p in policies], "home": obj.get("home"), "url": url}
    pool = Pool(
        python_command("dlp.channels.mail.judge", json.dumps(options, ensure_ascii=False)),
        workers or os.cpu_count() or 2,
    )
    try:
        await pool.start()
    except WorkerFailed as err:
        raise NotReady(f"引擎無法啟動：{err.cause}", code="E410") from None
    relay = Relay(pool, (there.host, there.port), hold_header)
    server = await asyncio.start_server(relay.handle, here.host, here.port, limit=LINE_BYTES)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()
    await pool.close()
