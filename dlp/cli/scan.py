"""``dlp scan``: shared drives."""

import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from dlp.errors import ExitCode, UsageError
from dlp.verdict import Action

if TYPE_CHECKING:
    from dlp.channels.share.scan import Progress


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
@click.option("--fresh", is_flag=True, help="忽略先前的紀錄，全部重掃")
@click.pass_context
def scan(
    ctx: click.Context,
    paths: tuple[str, ...],
    form: str,
    jobs: int | None,
    time_window: str | None,
    fail_on: str,
    policies: tuple[str, ...],
    no_model: bool,
    fresh: bool,
) -> int:
    """掃描資料夾：只看有變動的檔案，中斷可接續，讀不到的會列出。共用資料夾不會被改動。"""
    from dlp.channels.share import scan as engine
    from dlp.channels.share.state import State
    from dlp.records.home import open_home
    from dlp.scanner import Scanner

    home = open_home((ctx.obj or {}).get("home"))
    roots = [os.fsencode(os.path.abspath(p)) for p in paths]
    over = _window(engine, time_window)
    path = engine.state_path(home.path)
    if fresh and path.exists():
        path.unlink()
    state = State(path)
    scanner = Scanner(policies=list(policies) or None, model=False if no_model else None)
    mark = engine.fingerprint(scanner.policy.version, _engine_version(scanner))
    stop = _stop_on_signal()
    show = _Bar() if sys.stderr.isatty() else None
    try:
        outcome = engine.scan(
            roots, state, engine.make_examiner(scanner, key=home.keys.digest_key), mark=mark, jobs=jobs or os.cpu_count() or 2,
            deadline=lambda: over() or stop(), report=show or (lambda progress: None),
        )  # fmt: skip
    except engine.RootMissing as err:
        raise UsageError(_ROOT_MESSAGES[err.reason], code="E140") from None
    if show is not None:
        show.end()
    worst, unread = _write(engine, state, roots, outcome, form)
    state.close()
    if worst >= Action.parse(fail_on):
        return int(ExitCode.FINDINGS)
    return int(ExitCode.NOT_READ) if unread or not outcome.complete else int(ExitCode.CLEAN)


_ROOT_MESSAGES = {
    "missing": "找不到要掃描的路徑。若是網路磁碟，請確認已掛載。",
    "empty": "要掃描的資料夾突然是空的（上次有檔案）。可能沒有掛載；沒有當成檔案都已刪除。",
    "no-access": "沒有讀取要掃描的資料夾的權限。",
}


def _window(engine: Any, words: str | None) -> Any:
    if words is None:
        return lambda: False
    try:
        return engine.window(words)
    except ValueError:
        raise UsageError("--time-window 要寫成 22:00-06:00。", code="E141") from None


def _engine_version(scanner: Any) -> str:
    from importlib.metadata import version

    return f"{version('dlp-zh')}|{'model' if scanner.language is not None else 'no-model'}"


def _stop_on_signal() -> Any:
    stopped = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return lambda: stopped


class _Bar:
    """One line on a terminal: files, rate."""

    def __call__(self, progress: "Progress") -> None:
        print(
            f"\r已看 {progress.seen} 檔，檢查 {progress.examined}（每秒 {progress.rate:.0f}），未變 {progress.unchanged}，有發現 {progress.with_findings}，讀不到 {progress.not_read}   ",
            end="",
            file=sys.stderr,
            flush=True,
        )

    def end(self) -> None:
        print(file=sys.stderr)


def _write(engine: Any, state: Any, roots: list[bytes], outcome: Any, form: str) -> tuple[Action, int]:
    worst, unread = Action.ALLOW, 0
    for item in engine.lines(state, roots, outcome.run):
        action = Action.parse(item["action"])
        worst, unread = max(worst, action), unread + (not item["complete"])
        if form == "jsonl":
            print(json.dumps(item, ensure_ascii=False))
        elif action >= Action.WARN or not item["complete"]:
            print(_text_line(item, action))
    totals = engine.summary(state, roots, outcome)
    if form == "jsonl":
        print(json.dumps({"summary": totals}, ensure_ascii=False))
    else:
        print(
            f"應掃 {totals['files']} 檔，已讀 {totals['read']}，讀不到 {totals['not_read']}；發現 {totals['findings']} 處；不見的舊發現 {totals['gone']} 檔。"
        )
        if not outcome.complete:
            print("時間到或被中斷，尚未掃完；下次執行會接續。")
    return worst, unread


def _text_line(item: dict[str, Any], action: Action) -> str:
    kinds = "、".join(dict.fromkeys(f["label"] for f in item["findings"])) or "未讀：" + "、".join(
        n["detail"] or n["reason"] for n in item["not_read"]
    )
    return f"{action.label}\t{'新' if item['state'] == 'new' else '仍在'}\t{item['path']}\t{kinds}"
