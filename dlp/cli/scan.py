"""``dlp scan``: shared drives."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from dlp.errors import ExitCode, UsageError
from dlp.verdict import Action

if TYPE_CHECKING:
    from dlp.channels.share.scan import Outcome, Progress
    from dlp.channels.share.state import State
    from dlp.cli.sharing import Engine


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="路徑…")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--jobs", type=click.IntRange(1, 256), default=None, help="工作行程數（預設為核心數）")
@click.option("--time-window", metavar="22:00-06:00", help="只在這段時間掃描，到時停下，下次接續")
@click.option(
    "--fail-on", type=click.Choice([str(a) for a in Action if a > Action.ALLOW]), default="warn", show_default=True
)
@click.option("--policy", "policies", multiple=True, metavar="檔案")
@click.option("--no-model", is_flag=True, help="不載入語言模型")
@click.option("--ocr", is_flag=True, help="辨識圖片中的文字（需安裝 Tesseract）")
@click.option("--fresh", is_flag=True, help="忽略先前的紀錄，全部重掃")
@click.pass_context
def scan(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """掃描資料夾：只看有變動的檔案，中斷可接續，讀不到的會列出。共用資料夾不會被改動。"""
    from dlp.channels.share import scan as engine
    from dlp.channels.share.state import State
    from dlp.cli.sharing import Engine, only_one
    from dlp.records.home import open_home

    home = open_home((ctx.obj or {}).get("home"))
    roots = engine.outermost(os.fsencode(os.path.abspath(p)) for p in paths)
    with only_one(home.path):
        if given["fresh"]:
            engine.state_path(home.path).unlink(missing_ok=True)
        loaded = Engine(given, home)
        state = State(engine.state_path(home.path))
        try:
            outcome = _run(loaded, state, roots, given)
            return _report(loaded, state, roots, outcome, given)
        finally:
            state.close()


def _run(loaded: "Engine", state: "State", roots: list[bytes], given: dict[str, Any]) -> "Outcome":
    from dlp.channels.share import scan as engine
    from dlp.cli.sharing import stop_on_signal

    over, stop = _window(given["time_window"]), stop_on_signal()
    show = _Bar() if sys.stderr.isatty() else None
    try:
        return engine.scan(
            roots, state, loaded.examiner(state.path), basis=loaded.basis, jobs=given["jobs"] or os.cpu_count() or 2,
            deadline=lambda: over() or stop(), report=show or (lambda progress: None),
        )  # fmt: skip
    except engine.RootMissing as err:
        raise UsageError(_ROOT_MESSAGES[err.reason], code="E140") from None
    finally:
        if show is not None:
            print(file=sys.stderr)


_ROOT_MESSAGES = {
    "missing": "找不到要掃描的路徑。若是網路磁碟，請確認已掛載。",
    "empty": "要掃描的資料夾突然是空的（上次有檔案）。可能沒有掛載；沒有當成檔案都已刪除。",
    "no-access": "沒有讀取要掃描的資料夾的權限。",
}


def _window(words: str | None) -> Any:
    from dlp.channels.share.scan import window

    if words is None:
        return lambda: False
    try:
        return window(words)
    except ValueError:
        raise UsageError("--time-window 要寫成 22:00-06:00。", code="E141") from None


class _Bar:
    """One line on a terminal: files, rate, time left."""

    def __call__(self, progress: "Progress") -> None:
        left = progress.seconds_left
        print(
            f"\r已看 {progress.seen:,} 檔，檢查 {progress.examined:,}（每秒 {progress.rate:,.0f}），未變 {progress.unchanged:,}，有發現 {progress.with_findings:,}，"
            f"讀不到 {progress.not_read:,}" + (f"，約剩 {left / 60:.0f} 分" if left is not None else "") + "   ",
            end="", file=sys.stderr, flush=True,
        )  # fmt: skip


def _report(loaded: "Engine", state: "State", roots: list[bytes], outcome: "Outcome", given: dict[str, Any]) -> int:
    from dlp.channels.share import listing

    worst, unread = Action.ALLOW, 0
    for item in listing.lines(state, roots, outcome.run, namer=loaded.namer):
        action = Action.parse(item["action"])
        worst, unread = max(worst, action), unread + (not item["complete"])
        if given["form"] == "jsonl":
            print(json.dumps(item, ensure_ascii=False))
        elif action >= Action.WARN or not item["complete"]:
            print(_text_line(item, action))
    totals = listing.summary(state, roots, outcome)
    if given["form"] == "jsonl":
        print(json.dumps({"summary": totals}, ensure_ascii=False))
    else:
        print(
            f"應掃 {totals['files']:,} 檔，已讀 {totals['read']:,}，讀不到 {totals['not_read']:,}；發現 {totals['findings']:,} 處，"
            f"新發現 {totals['new']:,} 檔，不見的舊發現 {totals['gone']:,} 檔。"
        )
        if not outcome.complete:
            print("時間到或被中斷，尚未掃完；下次執行會接續。")
    if worst >= Action.parse(given["fail_on"]):
        return int(ExitCode.FINDINGS)
    return int(ExitCode.NOT_READ) if unread or not outcome.complete else int(ExitCode.CLEAN)


def _text_line(item: dict[str, Any], action: Action) -> str:
    kinds = "、".join(dict.fromkeys(f["label"] for f in item["findings"])) or "未讀：" + "、".join(
        n["detail"] or n["reason"] for n in item["not_read"]
    )
    return f"{action.label}\t{'新' if item['state'] == 'new' else '仍在'}\t{item['path']}\t{kinds}"
