"""``dlp slip``: makes and verifies 檢核單."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from dlp.cli.options import channel_option, engine_options, envelope_for, scanner_for
from dlp.errors import ExitCode, UsageError

_DRAFT = click.argument("draft", metavar="稿件|-")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def slip() -> None:
    """檢核單：記下何時、依哪一版政策檢查過、結果如何；不含原文。"""


@slip.command()
@_DRAFT
@channel_option
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="寫到檔案（預設為標準輸出）")
@engine_options
def new(draft: str, channel: str, output: Path | None, **engine: Any) -> int:
    """檢查稿件並開出檢核單。"""
    from dlp.policy.slip import make_slip

    data = _read(draft)
    way, envelope = envelope_for(channel)
    verdict = scanner_for(engine).check_bytes(data, "" if draft == "-" else Path(draft).name, way, envelope=envelope)
    made = make_slip(verdict, key=_key(create=True), when=datetime.now(), data=data)
    if output:
        output.write_text(made.to_json(), encoding="utf-8")
        for line in made.lines:
            click.echo(line)
    else:
        click.echo(made.to_json(), nl=False)
    return int(ExitCode.CLEAN)


@slip.command()
@click.argument("slip_file", metavar="檢核單", type=click.Path(path_type=Path, dir_okay=False))
@_DRAFT
def verify(slip_file: Path, draft: str) -> int:
    """核對稿件與檢核單：內容未變以 0 結束，檢核後又改過以 1 結束。"""
    from dlp import readers
    from dlp.policy.slip import Outcome, compare, read_slip

    key = _key(create=False)
    given = read_slip(_read(str(slip_file)).decode("utf-8", "replace"), key=key)
    data = _read(draft)
    document = readers.read_bytes(data, name="" if draft == "-" else Path(draft).name)
    outcome = compare(given, document, key=key, data=data)
    for line in given.lines:
        click.echo(line)
    click.echo(f"核對結果　{outcome.label}")
    return int(ExitCode.FINDINGS if outcome is Outcome.CHANGED else ExitCode.CLEAN)


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as err:
        raise UsageError(f"讀不到檔案（{type(err).__name__}）。請確認路徑與權限。", code="E102") from None


def _key(*, create: bool) -> bytes:
    from dlp.policy.keys import SLIP_KEY, KeyFault, create_key, load_key
    from dlp.records.home import open_home

    home = (click.get_current_context().find_root().obj or {}).get("home")
    try:
        return load_key(SLIP_KEY, home)
    except KeyFault as err:
        if not create or err.code != "E410":
            raise
        open_home(home)
        click.echo(f"第一次使用，已建立金鑰 keys/{SLIP_KEY}，請納入備份。", err=True)
        return create_key(SLIP_KEY, home)
