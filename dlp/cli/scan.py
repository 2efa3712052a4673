"""``dlp scan``: shared drives."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from dlp.errors import ExitCode, UsageError
from dlp.verdict import Action

if TYPE_CHECKING:
    from dlp.channels.share.acting import Acting
    from dlp.channels.share.cluster import Cluster
    from dlp.channels.share.scan import Outcome, Progress
    from dlp.channels.share.state import State
    from dlp.cli.sharing import Engine
    from dlp.records.home import Home


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
@click.option(
    "--on-stop", type=click.Choice(["report", "tag", "quarantine"]), default="report", show_default=True,
    help="政策要停止的檔案（hold、block）怎麼處理；未加 --apply 時只說會做什麼",
)
@click.option("--apply", is_flag=True, help="真的標記或移至隔離區（先試行看過再用）")
@click.option("--report", "reports", multiple=True, type=click.Path(dir_okay=False), metavar="檔案", help="另寫報告，依副檔名：html、csv、ods、json、sarif；可重複")
@click.option("--cluster", metavar="tls://主機:8786", help="交給 Dask 叢集檢查；各機器以同一路徑掛載資料夾")
@click.option("--tls-ca", type=click.Path(exists=True, dir_okay=False), help="叢集的憑證機構（PEM）")
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False), help="這台的憑證（PEM）")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False), help="這台的私鑰（PEM）")
@click.option("--office", default="", envvar="DLP_OFFICE", help="報告上的機關名稱")
@click.pass_context
def scan(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """掃描資料夾：只看有變動的檔案，中斷可接續，讀不到的會列出。共用資料夾不會被改動。"""
    from dlp.channels.share import scan as engine
    from dlp.channels.share.state import State
    from dlp.cli.sharing import Engine, only_one
    from dlp.records.home import open_home

    home = open_home((ctx.obj or {}).get("home"))
    roots = engine.outermost(os.fsencode(os.path.abspath(p)) for p in paths)
    _check_reports(given["reports"])
    with only_one(home.path):
        if given["fresh"]:
            engine.state_path(home.path).unlink(missing_ok=True)
        loaded = Engine(given, home)
        state = State(engine.state_path(home.path))
        try:
            outcome = _run(loaded, state, roots, given)
            return _report(loaded, state, roots, outcome, given, home)
        finally:
            state.close()


def _run(loaded: "Engine", state: "State", roots: list[bytes], given: dict[str, Any]) -> "Outcome":
    from dlp.channels.share import scan as engine
    from dlp.channels.share.journaling import JOURNAL_LOST, ShareJournal
    from dlp.cli.sharing import stop_on_signal

    over, stop = _window(given["time_window"]), stop_on_signal()
    team = _cluster(loaded, given)
    book = ShareJournal(loaded.home)
    show = _Bar() if sys.stderr.isatty() else None
    try:
        return engine.scan(
            roots, state, loaded.examiner(state.path), basis=loaded.basis, jobs=given["jobs"] or os.cpu_count() or 2,
            deadline=lambda: over() or stop(), report=show, team=team, journal=book.write,
        )  # fmt: skip
    except engine.RootMissing as err:
        raise UsageError(_ROOT_MESSAGES[err.reason], code="E140") from None
    finally:
        book.close()
        if book.lost:
            click.echo(JOURNAL_LOST.format(book.lost), err=True)
        if team is not None:
            team.close()
        if show is not None:
            print(file=sys.stderr)


def _cluster(loaded: "Engine", given: dict[str, Any]) -> "Cluster | None":
    if given["cluster"] is None:
        return None
    from dlp.channels.share.cluster import Certificates, Cluster

    files = (given["tls_ca"], given["tls_cert"], given["tls_key"])
    return Cluster(given["cluster"], loaded.recipe, certificates=Certificates(*files) if all(files) else None)


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


def _check_reports(paths: tuple[str, ...]) -> None:
    """Before the night is spent: can the reports be written?"""
    if not paths:
        return  # what writes reports takes long to load
    from dlp.channels.share.summing import FORMS

    for path in paths:
        if os.path.splitext(path)[1][1:].lower() not in FORMS:
            raise UsageError(f"--report 的副檔名只能是 {'、'.join(FORMS)}。", code="E147")
        if not os.path.isdir(os.path.dirname(os.path.abspath(path))):
            raise UsageError("--report 的資料夾不存在。", code="E148")


def _report(loaded: "Engine", state: "State", roots: list[bytes], outcome: "Outcome", given: dict[str, Any], home: "Home") -> int:
    from dlp.channels.share import listing
    from dlp.channels.share.acting import Acting
    from dlp.channels.share.walk import entry_from
    from dlp.cli.sharing import Collected, steps_of

    acting, steps = Acting(home, given["on_stop"], apply=given["apply"]), steps_of(home)
    collected = Collected(state, roots, outcome.run, loaded.namer, wanted=bool(given["reports"]))
    worst, unread, moved = Action.ALLOW, 0, list[tuple[bytes, bytes]]()
    for row, item in listing.rows(state, roots, outcome.run, namer=loaded.namer, steps=steps):
        action = Action.parse(item["action"])
        worst, unread = max(worst, action), unread + (not item["complete"])
        item = collected.owned(row, item)
        if acting.concerns(item):
            item["act"] = done = acting.handle(row.folder, entry_from(row.name, row.mark), item)
            if done and done["done"] and acting.way == "quarantine":
                moved.append((row.folder, row.name))
        collected.add(item)
        if given["form"] == "jsonl":
            print(json.dumps(item, ensure_ascii=False))
        elif action >= Action.WARN or not item["complete"]:
            print(_text_line(item, action))
    totals = listing.summary(state, roots, outcome, steps=steps)
    for folder, name in moved:
        state.drop(folder, name, outcome.run, "quarantined")
    totals["acted"] = sum(bool(d["done"]) for d in acting.done)
    collected.write(given["reports"], totals, given["office"])
    collected.record(home, totals, outcome)
    if given["form"] == "jsonl":
        print(json.dumps({"summary": totals}, ensure_ascii=False))
    else:
        _say_totals(totals, outcome, acting)
    if worst >= Action.parse(given["fail_on"]):
        return int(ExitCode.FINDINGS)
    return int(ExitCode.NOT_READ) if unread or not outcome.complete else int(ExitCode.CLEAN)


def _say_totals(totals: dict[str, Any], outcome: "Outcome", acting: "Acting") -> None:
    from dlp.channels.share.acting import LABELS

    print(
        f"應掃 {totals['files']:,} 檔，已讀 {totals['read']:,}，讀不到 {totals['not_read']:,}；發現 {totals['findings']:,} 處，"
        f"新發現 {totals['new']:,} 檔，不見的舊發現 {totals['gone']:,} 檔" + (f"，已接受 {totals['accepted']:,} 檔" if totals["accepted"] else "") + "。"
    )
    if acting.done and not acting.apply:
        print(f"試行：有 {len(acting.done):,} 個檔案會{LABELS[acting.way]}；加上 --apply 才會真的做。")
    elif acting.done:
        print(f"已{LABELS[acting.way]} {totals['acted']:,} 個檔案，未能處理 {len(acting.done) - totals['acted']:,} 個。")
    if not outcome.complete:
        print("時間到或被中斷，尚未掃完；下次執行會接續。")


def _text_line(item: dict[str, Any], action: Action) -> str:
    from dlp.cli.sharing import acted_words

    kinds = "、".join(dict.fromkeys(f["label"] for f in item["findings"])) or "未讀：" + "、".join(
        n["detail"] or n["reason"] for n in item["not_read"]
    )
    state = {"new": "新", "still": "仍在", "accepted": "已接受"}[item["state"]]
    return f"{action.label}\t{state}\t{item['path']}\t{kinds}" + acted_words(item.get("act"))
