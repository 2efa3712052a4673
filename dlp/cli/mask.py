"""``dlp mask``: a safe version of a text."""

from pathlib import Path
from typing import Any

import click

from dlp.cli.options import engine_options, scanner_for
from dlp.errors import ExitCode, UsageError
from dlp.verdict import FINDINGS_KEPT


@click.command()
@click.argument("file")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="寫到檔案（預設印出）")
@engine_options
def mask(file: str, output: Path | None, **engine: Any) -> int:
    """產生遮蔽版：把找到的內容換成安全寫法，輸出內文文字。檔名寫 - 從標準輸入讀。"""
    import sys

    scanner = scanner_for(engine)
    verdict = (
        scanner.check_bytes(sys.stdin.buffer.read(), "", "post") if file == "-" else scanner.check_file(file, "post")
    )
    if len(verdict.findings) >= FINDINGS_KEPT:
        raise UsageError("需遮蔽之處太多（超過 1,000 處），請分成數份再遮蔽。", code="E150")
    body = [verdict.masked(p.path) for p in verdict.document.parts if p.place != "file-name"]
    text = "\n".join(body)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"已寫入 {output}。", err=True)
    if not verdict.complete:
        click.echo("有內容讀不到，沒有遮蔽：請自行檢查原檔。", err=True)
        return int(ExitCode.NOT_READ)
    return int(ExitCode.CLEAN)
