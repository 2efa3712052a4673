"""``dlp check``: the main command."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click

from dlp.cli.options import channel_option, engine_options, envelope_for, scanner_for
from dlp.errors import DlpError, ExitCode, UsageError
from dlp.verdict import Action, Verdict


@click.command()
@click.argument("files", nargs=-1, metavar="[檔案|-]…")
@channel_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text", show_default=True, help="輸出格式"
)
@click.option("--jsonl", "jsonl_input", metavar="檔案|-", help='讀 {"id","text","channel"} 一行一筆，逐行輸出結果')
@click.option("--reveal", is_flag=True, help="在 JSON 中附上找到的原文（請小心保管）")
@click.option(
    "--fail-on",
    type=click.Choice([str(a) for a in Action if a > Action.ALLOW]),
    default="warn",
    show_default=True,
    help="達到這個處置就以 1 結束",
)
@click.option("--exit-zero", is_flag=True, help="有發現也以 0 結束")
@click.option("--clipboard", is_flag=True, help="檢查剪貼簿")
@engine_options
def check(
    files: tuple[str, ...],
    channel: str,
    form: str,
    jsonl_input: str | None,
    reveal: bool,
    fail_on: str,
    exit_zero: bool,
    clipboard: bool,
    **engine: Any,
) -> int:
    """檢查稿件、郵件或檔案。檔名寫 - 從標準輸入讀。

    結束碼：0 無需處理且全部讀過；1 有發現；2 用法或政策錯誤；3 有內容讀不到；4 引擎未就緒。
    """
    if not files and jsonl_input is None and not clipboard:
        raise click.UsageError("請給檔案，或用 - 從標準輸入讀。")
    scanner = scanner_for(engine)
    if jsonl_input is not None:
        return _finish(_json_lines(scanner, jsonl_input, channel, reveal), fail_on, exit_zero)
    out = _Printer(form, reveal)
    outcome = _finish(_check_each(scanner, _inputs(files, clipboard), channel, out), fail_on, exit_zero)
    out.close()
    return outcome


def _inputs(files: tuple[str, ...], clipboard: bool) -> Iterator[str]:
    yield from files
    if clipboard:
        yield "clipboard:"


def _check_each(scanner: Any, files: Iterator[str], channel: str, out: "_Printer") -> Iterator[Verdict | None]:
    way, envelope = envelope_for(channel)
    for name in files:
        try:
            if name == "-":
                verdict = scanner.check_bytes(sys.stdin.buffer.read(), "", way, envelope=envelope)
            elif name == "clipboard:":
                from dlp.cli.clipboard import paste

                verdict = scanner.check(paste(), way, envelope=envelope)
            else:
                verdict = scanner.check_file(name, way, envelope=envelope)
        except DlpError as err:
            if err.exit_code is not ExitCode.USAGE:
                raise
            out.failed(name, err)
            yield None
            continue
        out.verdict(verdict, "標準輸入" if name == "-" else "剪貼簿" if name == "clipboard:" else None)
        yield verdict


def _json_lines(scanner: Any, source: str, default_channel: str, reveal: bool) -> Iterator[Verdict | None]:
    from dlp.reports.verdict_json import as_object

    for number, line in enumerate(_lines(source), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            text, channel = item["text"], item.get("channel") or default_channel
            if not isinstance(text, str) or not isinstance(channel, str):
                raise TypeError
        except (ValueError, TypeError, KeyError, AttributeError):
            click.echo(f'錯誤 E120 第 {number} 行不是 {{"id","text","channel"}} 格式的 JSON，已略過。', err=True)
            print(json.dumps({"id": None, "line": number, "error": {"code": "E120"}}), flush=True)
            yield None
            continue
        way, envelope = envelope_for(channel)
        try:
            verdict = scanner.check(text, way, envelope=envelope)
        except UsageError as err:
            click.echo(f"錯誤 {err.code} 第 {number} 行：{err.message}", err=True)
            print(json.dumps({"id": item.get("id"), "line": number, "error": {"code": err.code}}), flush=True)
            yield None
            continue
        print(json.dumps({"id": item.get("id"), **as_object(verdict, reveal=reveal)}, ensure_ascii=False), flush=True)
        yield verdict


def _lines(source: str) -> Iterator[str]:
    try:
        if source == "-":
            yield from (raw.decode("utf-8", "replace") for raw in sys.stdin.buffer)
        else:
            with Path(source).open("rb") as file:
                yield from (raw.decode("utf-8-sig" if i == 0 else "utf-8", "replace") for i, raw in enumerate(file))
    except OSError:
        raise UsageError("讀不到 --jsonl 指定的檔案。請確認路徑。", code="E102") from None


def _finish(verdicts: Iterator[Verdict | None], fail_on: str, exit_zero: bool) -> int:
    threshold, codes = Action.parse(fail_on), set()
    for verdict in verdicts:
        if verdict is None:
            codes.add(ExitCode.USAGE)
        elif verdict.action >= threshold and (
            verdict.complete or any(r.findings and r.action >= threshold for r in verdict.rules)
        ):
            codes.add(ExitCode.CLEAN if exit_zero else ExitCode.FINDINGS)
        elif not verdict.complete:
            codes.add(ExitCode.NOT_READ)
    for code in (ExitCode.FINDINGS, ExitCode.USAGE, ExitCode.NOT_READ):
        if code in codes:
            return int(code)
    return int(ExitCode.CLEAN)


class _Printer:
    """Writes verdicts as they come: text for people, one JSON value, or JSON lines."""

    def __init__(self, form: str, reveal: bool, stream: TextIO | None = None) -> None:
        self.form, self.reveal, self.stream = form, reveal, stream or sys.stdout
        self.objects: list[dict[str, Any]] = []
        self.count = self.unread = 0
        self.actions: Counter[Action] = Counter()

    def verdict(self, verdict: Verdict, shown_name: str | None) -> None:
        if self.form == "text":
            from dlp.cli.render import render

            self._line(("\n" if self.count else "") + render(verdict, name=shown_name, when=datetime.now()))
        else:
            from dlp.reports.verdict_json import as_object

            self._object(as_object(verdict, reveal=self.reveal))
        self.count += 1
        self.actions[verdict.action] += 1
        self.unread += not verdict.complete

    def failed(self, name: str, err: DlpError) -> None:
        from dlp.reports.verdict_json import printable

        click.echo(f"{printable(name)}：錯誤 {err.code} {err.message}", err=True)
        if self.form != "text":
            self._object({"name": printable(name), "error": {"code": err.code, "message": err.message}})

    def _object(self, value: dict[str, Any]) -> None:
        if self.form == "jsonl":
            self._line(json.dumps(value, ensure_ascii=False))
        else:
            self.objects.append(value)

    def _line(self, text: str) -> None:
        """Colours only on a terminal, and not where NO_COLOR asks for none."""
        click.echo(text, file=self.stream, color=False if os.environ.get("NO_COLOR") else None)

    def close(self) -> None:
        """One input gives one object; several give a list, or a line that counts them."""
        if self.form == "text" and self.count > 1:
            counted = "、".join(f"{action.label} {n}" for action, n in sorted(self.actions.items(), reverse=True))
            self._line(f"\n共 {self.count} 份：{counted}" + (f"；{self.unread} 份沒有全部讀到，請自行檢查" if self.unread else "") + "。")
        if self.form == "json" and self.objects:
            value = self.objects[0] if len(self.objects) == 1 else self.objects
            self._line(json.dumps(value, ensure_ascii=False, indent=2))
