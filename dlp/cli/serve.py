"""``dlp serve``: page, API and editors' endpoint."""

import click

from dlp.cli.options import engine_options, scanner_for
from dlp.errors import NotReady

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="監聽位址；預設只有本機")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--allow-host", "hosts", multiple=True, help="可接受的主機名稱（開放給辦公室網路時必填）")
@click.option("--origin", "origins", multiple=True, help="允許跨來源呼叫的網址")
@click.option("--trusted-proxy", "proxies", multiple=True, help="可信任的反向代理位址")
@click.option(
    "--checks-per-minute", type=click.IntRange(1), default=30, show_default=True, help="每個來源每分鐘檢查次數"
)
@click.option("--certfile", type=click.Path(exists=True, dir_okay=False), help="TLS 憑證")
@click.option("--keyfile", type=click.Path(exists=True, dir_okay=False), help="TLS 私鑰")
@engine_options
def serve(
    host: str,
    port: int,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    proxies: tuple[str, ...],
    checks_per_minute: int,
    certfile: str | None,
    keyfile: str | None,
    **engine: object,
) -> None:
    """網頁、API 與 LanguageTool 相容端點。檢查不留存文字；除非另外開放，只接受本機連線。"""
    try:
        import uvicorn

        from dlp.channels.post.app import create_app
    except ImportError:
        raise NotReady("缺少網頁元件。請執行：pip install 'dlp-zh[web]'", code="E430") from None
    from dlp.channels.post.guard import Guard

    if host not in LOOPBACK and not hosts:
        raise click.UsageError("對外監聽時請用 --allow-host 寫明主機名稱，例如 --allow-host dlp.example.gov.tw。")
    app = create_app(scanner_for(dict(engine)))
    guard = Guard(
        app, frozenset(h.lower() for h in (*hosts, *LOOPBACK)), frozenset(origins), secure=certfile is not None,
        checks_per_minute=checks_per_minute, trusted_proxies=frozenset(proxies),
    )  # fmt: skip
    click.echo(f"http{'s' if certfile else ''}://{host}:{port}/  （Ctrl+C 結束）", err=True)
    uvicorn.run(
        guard, host=host, port=port, log_level="warning", access_log=False, server_header=False, proxy_headers=False,
        ssl_certfile=certfile, ssl_keyfile=keyfile, timeout_keep_alive=30, limit_concurrency=200,
    )  # fmt: skip
