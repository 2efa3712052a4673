"""``dlp milter``: the mail gateway."""

import asyncio
import json
import logging
import os
from typing import Any

import click


@click.group(invoke_without_command=True)
@click.option("--listen", default="inet:127.0.0.1:8891", show_default=True, help="inet:HOST:PORT 或 unix:路徑")
@click.option("--policy", "policies", multiple=True, metavar="檔案", help="政策檔或資料夾")
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="工作行程數（預設為核心數）")
@click.option("--url", default="", help="同仁處理與申請核准的網址，放在退信訊息中")
@click.pass_context
def milter(ctx: click.Context, listen: str, policies: tuple[str, ...], workers: int | None, url: str) -> None:
    """郵件閘道（milter）。SIGHUP 重新載入政策，SIGTERM 完成手上的信後結束。"""
    if ctx.invoked_subcommand is None:
        run_gateway(ctx.obj or {}, listen, policies, workers, url)


def run_gateway(obj: dict[str, Any], listen: str, policies: tuple[str, ...], workers: int | None, url: str) -> None:
    """Run until a signal ends it.  Raises UsageError or NotReady."""
    from dlp.channels.mail.gateway import Gateway, parse_listen
    from dlp.channels.mail.workers import Pool, python_command
    from dlp.records.home import open_home

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    where = parse_listen(listen)
    home = open_home(obj.get("home"))
    options = {"policies": [os.path.abspath(p) for p in policies], "home": str(home.path), "url": url}
    pool = Pool(
        python_command("dlp.channels.mail.judge", json.dumps(options, ensure_ascii=False)),
        workers or os.cpu_count() or 2,
    )
    asyncio.run(Gateway(where, pool, status_path=home.path / "milter.status.json").run())


@milter.command("recheck-held")
@click.option("--config", default="", help="Postfix 設定資料夾（預設為系統的）")
@click.option("--policy", "policies", multiple=True, metavar="檔案", help="政策檔或資料夾")
@click.option("--dry-run", is_flag=True, help="只說明會怎麼做")
@click.pass_context
def recheck_held(ctx: click.Context, config: str, policies: tuple[str, ...], dry_run: bool) -> None:
    """引擎恢復後，重新檢查未經檢查而留置的信：無虞者放行，其餘留置。"""
    from dlp.channels.mail.recheck import recheck

    obj = ctx.obj or {}
    released, kept = recheck(home=obj.get("home"), config=config, policies=policies, dry_run=dry_run)
    click.echo(f"{'會放行' if dry_run else '已放行'} {released} 封，續留 {kept} 封。")
