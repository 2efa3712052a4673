"""Options that several commands share."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dlp.document import Envelope
from dlp.errors import UsageError

if TYPE_CHECKING:
    from dlp.scanner import Scanner

# Public places a person may name instead of the channel; all are channel ``post``.
DESTINATIONS = ("facebook", "threads", "line-group", "website", "press")
F = TypeVar("F", bound=Callable[..., Any])


def engine_options(command: F) -> F:
    """--policy, --today, --model, --no-model, --ocr: how the scanner is built."""
    for option in (
        click.option("--ocr", is_flag=True, help="辨識圖片中的文字（需安裝 Tesseract）"),
        click.option("--model", metavar="資料夾", help="改用這個資料夾的語言模型（spaCy 管線）"),
        click.option("--no-model", is_flag=True, help="不載入語言模型，只用形式與上下文"),
        click.option("--today", metavar="YYYY-MM-DD", help="判斷解密日期用的基準日（預設今天）"),
        click.option(
            "--policy", "policies", multiple=True, metavar="檔案", help="政策檔或資料夾，可重複（預設為隨附政策）"
        ),
    ):
        command = option(command)
    return command


def scanner_for(engine: dict[str, Any]) -> "Scanner":
    """The scanner described by ``engine_options``.  Raises UsageError, PolicyError or NotReady."""
    from dlp.scanner import Scanner

    try:
        today = date.fromisoformat(engine["today"]) if engine.get("today") else None
    except ValueError:
        raise UsageError("--today 要寫成 YYYY-MM-DD，例如 2026-11-22。", code="E111") from None
    return Scanner(
        policies=engine.get("policies") or None, model=False if engine.get("no_model") else engine.get("model"), today=today,
        isolate=True, ocr=bool(engine.get("ocr")),
    )  # fmt: skip


def channel_option(command: F) -> F:
    """--channel: the way out, or the public place that stands for channel ``post``."""
    return click.option(
        "--channel", type=click.Choice(["mail", "post", "share", *DESTINATIONS]), default="post", show_default=True, help="從哪裡送出",
    )(command)  # fmt: skip


def envelope_for(channel: str) -> tuple[str, Envelope | None]:
    """Channel word from the command line → (channel, envelope with the destination)."""
    return ("post", Envelope(destination=channel)) if channel in DESTINATIONS else (channel, None)
