"""``dlp serve``: page, API, editors' endpoint and desk."""

import os
import threading
from typing import TYPE_CHECKING, Any

import click

from dlp.cli.options import engine_options, scanner_for
from dlp.errors import NotReady

if TYPE_CHECKING:
    from dlp.channels.post.service import Service
    from dlp.records.store import Store

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONNECTIONS = 500
GRACE_SECONDS = 25  # F16: what is in hand is finished, then it ends
CREW_MOST = 8  # processes by default; they share memory, but not the model's scratch



@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="監聽位址；預設只有本機")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--allow-host", "hosts", multiple=True, help="可接受的主機名稱（開放給辦公室網路時必填）")
@click.option("--origin", "origins", multiple=True, help="允許跨來源呼叫的網址")
@click.option("--trusted-proxy", "proxies", multiple=True, help="可信任的反向代理位址")
@click.option(
    "--sign-on-header", default="", metavar="標頭", help="反向代理傳來登入帳號的標頭，例如 X-Remote-User（只信任 --trusted-proxy）"
)
@click.option("--no-desk", is_flag=True, help="只開檢查頁與 API，不開申請、檢核單與核准頁，也不建立資料夾")
@click.option(
    "--checks-per-minute", type=click.IntRange(1), default=30, show_default=True, help="每個來源每分鐘檢查次數"
)
@click.option("--checks-at-once", type=click.IntRange(1), default=5, show_default=True, help="每個來源同時檢查的件數")
@click.option("--processes", type=click.IntRange(1, 64), help="檢查貼上文字的行程數（預設與核心數相同，最多 8）")
@click.option("--certfile", type=click.Path(exists=True, dir_okay=False), help="TLS 憑證")
@click.option("--keyfile", type=click.Path(exists=True, dir_okay=False), help="TLS 私鑰")
@engine_options
@click.pass_context
def serve(
    ctx: click.Context, /, host: str, port: int, hosts: tuple[str, ...], origins: tuple[str, ...], proxies: tuple[str, ...], sign_on_header: str,
    no_desk: bool, checks_per_minute: int, checks_at_once: int, processes: int | None, certfile: str | None, keyfile: str | None, **engine: Any,
) -> None:  # fmt: skip
    """網頁、API、LanguageTool 相容端點與核准頁。檢查不留存文字；除非另外開放，只接受本機連線。"""
    try:
        import uvicorn

        from dlp.channels.post.access import SignOn
        from dlp.channels.post.api import crew_work
        from dlp.channels.post.app import create_app
        from dlp.channels.post.crew import Crew
        from dlp.channels.post.patience import PatientProtocol
    except ImportError:
        raise NotReady("缺少網頁元件。請執行：pip install 'dlp-zh[web]'", code="E430") from None
    from dlp.channels.post.guard import Guard
    from dlp.policy.live import LivePolicy

    if host not in LOOPBACK and not hosts:
        raise click.UsageError("對外監聽時請用 --allow-host 寫明主機名稱，例如 --allow-host dlp.example.gov.tw。")
    if sign_on_header and not proxies:
        raise click.UsageError("--sign-on-header 要搭配 --trusted-proxy，否則任何人都能冒用帳號。")
    scanner = scanner_for(engine)
    size = min(CREW_MOST, os.cpu_count() or 1) if processes is None else processes
    crew = Crew(scanner, crew_work, size) if size > 1 and hasattr(os, "fork") else None  # before any thread is there
    store, slip_key = (None, None) if no_desk else _records((ctx.find_root().obj or {}).get("home"))
    live = LivePolicy(engine.get("policies") or None, on_change=lambda policy: app.state.service.take(policy))
    app = create_app(
        scanner, store=store, slip_key=slip_key, sign_on=SignOn(sign_on_header, frozenset(proxies)), crew=crew,
        degraded=lambda: ("policy: refused",) if live.faults else (),
    )  # fmt: skip
    guard = Guard(
        app, frozenset(h.lower() for h in (*hosts, *LOOPBACK)), frozenset(origins), secure=certfile is not None,
        checks_per_minute=checks_per_minute, checks_at_once=checks_at_once, trusted_proxies=frozenset(proxies),
    )  # fmt: skip
    stop = threading.Event()
    live.start()
    if store is not None:
        threading.Thread(target=_keep, args=(app.state.service, store, stop), name="upkeep", daemon=True).start()
    click.echo(f"http{'s' if certfile else ''}://{host}:{port}/  （Ctrl+C 結束）", err=True)
    try:
        uvicorn.run(
            guard, host=host, port=port, log_level="warning", access_log=False, server_header=False, proxy_headers=False,
            ssl_certfile=certfile, ssl_keyfile=keyfile, timeout_keep_alive=30, limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=GRACE_SECONDS, http=PatientProtocol,
        )  # fmt: skip
    finally:
        stop.set()
        live.stop()
        if store is not None:
            store.close()


def _records(home: str | None) -> "tuple[Store, bytes]":
    """The store and the key of 檢核單; the key is made the first time.  Raises NotReady and its kin."""
    from dlp.policy.keys import SLIP_KEY, KeyFault, create_key, load_key
    from dlp.records.store import open_store

    store = open_store(home)
    folder = store.home.path
    try:
        return store, load_key(SLIP_KEY, folder)
    except KeyFault as err:
        if err.code != "E410":
            store.close()
            raise
        return store, create_key(SLIP_KEY, folder)


def _keep(service: "Service", store: "Store", stop: threading.Event) -> None:
    """Once a minute: the allow list as it is now, and what nobody decided in time goes back."""
    from dlp.channels.allowed import REFRESH_SECONDS
    from dlp.errors import DlpError
    from dlp.records import incidents
    from dlp.records.logs import failure, logger

    while not stop.wait(REFRESH_SECONDS):
        try:
            service.refresh()
            incidents.expire_due(store)
        except DlpError as err:
            failure(logger(), "upkeep.failed", err)
