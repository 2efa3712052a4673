"""``dlp watch``: examine files as soon as they are saved; sort an outbox."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from dlp.errors import UsageError
from dlp.verdict import Action

if TYPE_CHECKING:
    from dlp.channels.share.journaling import ShareJournal
    from dlp.cli.sharing import Engine
    from dlp.records.home import Home


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="路徑…")
@click.option("--outbox", is_flag=True, help="交件匣：路徑下的 outbox/ 檢查後移到 cleared/ 或 stopped/，並附說明")
@click.option("--channel", type=click.Choice(["mail", "post", "share"]), default=None, help="依哪個通路的規則（交件匣預設 mail，其他 share）")
@click.option("--existing/--no-existing", default=None, help="啟動時也檢查已經在的檔案（交件匣預設會，其他留給 dlp scan）")
@click.option(
    "--on-stop", type=click.Choice(["report", "tag", "quarantine"]), default="report", show_default=True,
    help="政策要停止的檔案怎麼處理（交件匣不適用）；未加 --apply 時只說會做什麼",
)
@click.option("--apply", is_flag=True, help="真的標記或移至隔離區（先試行看過再用）")
@click.option("--poll", is_flag=True, help="一律輪詢；網路磁碟不必指定，會自動輪詢")
@click.option("--interval", type=click.FloatRange(0.2, 3600), default=10.0, show_default=True, help="輪詢間隔（秒）")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="工作行程數（預設為核心數）")
@click.option("--policy", "policies", multiple=True, metavar="檔案")
@click.option("--no-model", is_flag=True, help="不載入語言模型")
@click.option("--ocr", is_flag=True, help="辨識圖片中的文字（需安裝 Tesseract）")
@click.pass_context
def watch(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """檔案一存就檢查；網路磁碟自動改用輪詢。按 Ctrl+C 或 SIGTERM 結束。"""
    from dlp.channels.share.crew import Crew
    from dlp.channels.share.journaling import JOURNAL_LOST, ShareJournal
    from dlp.channels.share.watch import Watch
    from dlp.cli.sharing import Engine, stop_on_signal
    from dlp.records.home import open_home

    folders = [os.fsencode(os.path.abspath(p)) for p in paths]
    for folder in folders:
        if not os.path.isdir(folder):
            raise UsageError("要監看的資料夾不存在，或不是資料夾。若是網路磁碟，請確認已掛載。", code="E142")
    home = open_home((ctx.obj or {}).get("home"))
    engine = Engine(given, home, channel=given["channel"] or ("mail" if given["outbox"] else "share"))
    stop = stop_on_signal()
    book = ShareJournal(home)
    desk, examine = _desk(home, engine, folders, given, book)
    existing = given["outbox"] if given["existing"] is None else given["existing"]
    watcher = Watch(
        desk, Crew(examine, size=given["jobs"] or os.cpu_count() or 2, nice=5), existing=existing, poll=given["poll"],
        interval=given["interval"], status=home.path / "watch.status.json", renew=_Renewal(engine, desk, book, given["outbox"]),
    )  # fmt: skip
    try:
        watcher.run(stop)
    finally:
        book.close()
        if book.lost:
            click.echo(JOURNAL_LOST.format(book.lost), err=True)
    return 0


class _Renewal:
    """Policy, allow list and day while the watcher runs: the newest good ones count, a broken policy changes nothing (F40)."""

    def __init__(self, engine: "Engine", desk: Any, book: "ShareJournal", outbox: bool) -> None:
        self._engine, self._desk, self._book, self._outbox = engine, desk, book, outbox

    def __call__(self) -> tuple[Any, str]:
        from dlp.channels.share.scan import state_path
        from dlp.errors import DlpError

        self._book.write(())  # what the store refused before
        try:
            fresh = self._engine.renewed()
        except DlpError as err:
            return None, f"政策或放行清單讀不到（{err.code}），沿用先前的版本"
        said = "判斷紀錄暫時寫不進去（資料庫或磁碟）" if self._book.waiting else ""
        if fresh is None:
            return None, said
        self._engine = fresh
        if self._outbox:
            return (fresh.examiner(None), lambda: None), said
        return (fresh.examiner(state_path(fresh.home.path)), lambda: self._desk.rest_on(fresh.basis)), said


def _desk(home: "Home", engine: "Engine", folders: list[bytes], given: dict[str, Any], book: "ShareJournal") -> tuple[Any, Any]:
    tell = _teller(given["form"])
    if given["outbox"]:
        from dlp.channels.share.outbox import OutboxDesk, base_of

        bases = [base_of(f) for f in folders]
        desk = OutboxDesk(bases, key=home.keys.digest_key, emit=tell, namer=engine.namer, journal=book.write)
        return desk, engine.examiner(None)
    from dlp.channels.share.acting import Acting
    from dlp.channels.share.scan import outermost, state_path
    from dlp.channels.share.sharedesk import ShareDesk
    from dlp.channels.share.state import State
    from dlp.cli.sharing import steps_of

    state, acting = State(state_path(home.path)), Acting(home, given["on_stop"], apply=given["apply"])
    share = ShareDesk(
        outermost(folders), state, basis=engine.basis, emit=tell, namer=engine.namer, steps=steps_of(home), handle=acting.handle,
        journal=book.write,
    )  # fmt: skip
    return share, engine.examiner(state.path)


def _teller(form: str) -> Any:
    from dlp.cli.sharing import acted_words

    def tell(item: dict[str, Any]) -> None:
        if form == "jsonl":
            line = json.dumps(item, ensure_ascii=False)
        else:
            kinds = "、".join(dict.fromkeys(f["label"] for f in item.get("findings", [])))
            gaps = "、".join(dict.fromkeys(n["detail"] or n["reason"] for n in item.get("not_read", [])))
            said = "　".join(filter(None, [kinds, gaps and f"未讀：{gaps}", f"搬移失敗（{item['error']}）" if "error" in item else ""]))
            state = {"cleared": "放行", "stopped": "未放行", "kept": "留在原處", "new": "發現", "accepted": "已接受"}[item["state"]]
            line = f"{state}\t{Action.parse(item['action']).label}\t{item['path']}\t{said}" + acted_words(item.get("act"))
        print(line, flush=True)
        sys.stdout.flush()

    return tell
