"""The watcher: everything is examined, once it is finished; lost events lead to a walk; an outbox never loses a file."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dlp.channels.share import listener, mounts, moving, notes, outbox, settling
from dlp.channels.share.crew import Crew
from dlp.channels.share.examining import Basis, make_examiner
from dlp.channels.share.settling import GRACE, PASSING, SETTLE, SETTLE_LIMIT, Settler, is_passing
from dlp.channels.share.sharedesk import ShareDesk
from dlp.channels.share.state import State
from dlp.channels.share.walk import IgnoreCache
from dlp.channels.share.watch import Watch
from dlp.scanner import Scanner
from tests.share.test_scan import examine

BASIS = Basis("e1", "p1", "2026-11-22")
KEY = b"k" * 32
LEAK = "檢舉人王小明（電話0912-345-678，身分證A123456789）檢舉本局科長收賄。"
CLEAN = "歡迎檢舉不法，檢舉專線0800-286-586。"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture(scope="module")
def judge(scanner: Scanner) -> Callable[[bytes], dict[str, Any]]:
    return make_examiner(scanner, key=KEY, channel="share")


@contextmanager
def watching(desk: Any, examiner: Callable[[bytes], dict[str, Any]] = examine, **options: Any) -> Iterator[Watch]:
    watch = Watch(desk, Crew(examiner, size=2), **options)
    try:
        until(watch, lambda: watch.listening)
        yield watch
    finally:
        watch.close()


def until(watch: Watch, reached: Callable[[], bool], *, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"{watch.counts}, waiting {len(watch._settler)}"
        watch.step()


def share_desk(share: Path, tmp_path: Path, told: list[dict[str, Any]]) -> ShareDesk:
    return ShareDesk([os.fsencode(share)], State(tmp_path / "scan.db"), basis=BASIS, emit=told.append)


def rows(desk: ShareDesk) -> dict[str, str]:
    return {os.fsdecode(n): a for n, a in desk._state.db.execute("SELECT name, action FROM files")}


# --- settling, without a file system


class Disk:
    """Marks by path, and a clock."""

    def __init__(self) -> None:
        self.marks: dict[bytes, bytes] = {}
        self.settler = Settler(self.marks.get)

    def ready(self, now: float) -> list[tuple[bytes, bool]]:
        return [(r.path, r.settled) for r in self.settler.ready(now)]


def test_a_closed_file_is_ready_at_once_and_only_once() -> None:
    disk = Disk()
    disk.marks[b"/a.txt"] = b"1"
    for _ in range(3):
        disk.settler.hear(b"/a.txt", 0.0, complete=True)
    assert disk.ready(GRACE - 0.01) == []
    assert disk.ready(GRACE) == [(b"/a.txt", True)]
    assert disk.ready(100.0) == []


def test_a_new_file_waits_until_its_mark_rests() -> None:
    disk = Disk()
    for second in range(5):
        disk.marks[b"/a"] = b"%d" % second
        if second == 0:
            disk.settler.hear(b"/a", 0.0, complete=False)
        assert disk.ready(second) == []
    assert disk.ready(5.0) == [] and disk.ready(5.0 + SETTLE + 1) == [(b"/a", True)]


def test_a_file_that_never_rests_is_given_up_after_a_minute() -> None:
    disk, found, now = Disk(), [], 0.0
    disk.marks[b"/log"] = b"0"
    disk.settler.hear(b"/log", 0.0, complete=False)
    while not found and now < 200:
        now += 1
        disk.marks[b"/log"] = b"%d" % now
        found = disk.ready(now)
    assert found == [(b"/log", False)] and SETTLE_LIMIT <= now <= SETTLE_LIMIT + SETTLE + 1


def test_closing_beats_waiting_and_a_vanished_file_is_forgotten() -> None:
    disk = Disk()
    disk.marks |= {b"/a": b"1", b"/b": b"1"}
    disk.settler.hear(b"/a", 0.0, complete=False)
    disk.settler.hear(b"/a", 0.1, complete=True)
    disk.settler.hear(b"/b", 0.1, complete=True)
    del disk.marks[b"/b"]
    assert disk.ready(0.1 + GRACE) == [(b"/a", True)] and len(disk.settler) == 0


@pytest.mark.parametrize(
    ("name", "passing"),
    [
        ("~$公文.docx", True), (".~lock.公文.odt#", True), ("A1B2C3D4.tmp", True), ("A1B2C3D4", True), ("lu4711abcd.tmp", True), (".公文.txt.swp", True),
        ("4913", True), ("公文.docx~", True), (".goutputstream-X1Y2Z3", True), ("下載.crdownload", True), (".公文.txt.Ab12Cd", True), ("#公文.txt#", True),
        ("公文.docx", False), ("~公文.docx", False), (".dlpignore", False), ("1234567.txt", False), ("公文.2026", False),
    ],
)  # fmt: skip
def test_names_that_programs_use_in_passing(name: str, passing: bool) -> None:
    assert is_passing(name.encode()) is passing


def test_a_passing_name_is_no_hiding_place() -> None:
    disk = Disk()
    disk.marks[b"/~$x.docx"] = b"1"
    disk.settler.hear(b"/~$x.docx", 0.0, complete=True)
    assert disk.ready(SETTLE) == []
    assert disk.ready(PASSING) == [(b"/~$x.docx", True)]


# --- a share, with real events


def plain_save(path: Path) -> None:
    path.write_text("LEAK")


def rename_save(path: Path) -> None:
    draft = path.with_name(f".{path.name}.Ab12Cd")
    draft.write_text("LEAK")
    draft.rename(path)


def office_save(path: Path) -> None:
    """Word: new version beside, old one away, new one in place, owner file gone."""
    owner = path.with_name("~$" + path.name)
    owner.write_bytes(b"owner")
    path.write_text("old")
    draft, old = path.with_name("A1B2C3D4.tmp"), path.with_name("B1B2C3D4.tmp")
    draft.write_text("LEAK")
    path.rename(old)
    draft.rename(path)
    old.unlink()
    owner.unlink()


def truncating_save(path: Path) -> None:
    """vi with backup, LibreOffice: lock file, truncate, write in pieces."""
    lock = path.with_name(f".~lock.{path.name}#")
    lock.write_text("lock")
    path.write_text("old")
    with path.open("w") as file:
        for piece in "LEAK":
            file.write(piece)
            file.flush()
            time.sleep(0.01)
    lock.unlink()


def slow_copy(path: Path) -> None:
    with path.open("w") as file:
        file.write("LE")
        file.flush()
        time.sleep(0.4)
        file.write("AK")


def moved_in(path: Path) -> None:
    outside = path.parent.parent / "outside.txt"
    outside.write_text("LEAK")
    outside.rename(path)


def hard_link(path: Path) -> None:
    outside = path.parent.parent / "other.txt"
    outside.write_text("LEAK")
    os.link(outside, path)


@pytest.mark.parametrize("save", [plain_save, rename_save, office_save, truncating_save, slow_copy, moved_in, hard_link])
def test_every_way_of_saving_ends_with_the_final_content_examined(
    save: Callable[[Path], None], share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "PASSING", 1.0)
    told: list[dict[str, Any]] = []
    desk = share_desk(share, tmp_path, told)
    with watching(desk) as watch:
        saving = threading.Thread(target=save, args=(share / "公文.txt",))
        saving.start()
        until(watch, lambda: rows(desk).get("公文.txt") == "hold")
        saving.join()
        until(watch, lambda: watch.idle)
    assert [os.path.basename(item["path"]) for item in told][-1] == "公文.txt"
    assert set(rows(desk)) == {"公文.txt"}


def test_new_folders_and_folders_moved_in_are_walked(share: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    (made / "x" / "y").mkdir(parents=True)
    (made / "x" / "y" / "deep.txt").write_text("LEAK")
    desk = share_desk(share, tmp_path, [])
    with watching(desk) as watch:
        made.rename(share / "made")
        (share / "p" / "q" / "r").mkdir(parents=True)
        (share / "p" / "q" / "r" / "new.txt").write_text("LEAK")
        until(watch, lambda: set(rows(desk)) == {"deep.txt", "new.txt"})
        (share / "made" / "x" / "later.txt").write_text("LEAK")
        until(watch, lambda: "later.txt" in rows(desk))


def test_a_file_changed_while_it_is_examined_is_examined_again(share: Path, tmp_path: Path) -> None:
    def slow(path: bytes) -> dict[str, Any]:
        answer = examine(path)
        time.sleep(1.5)
        return answer

    desk = share_desk(share, tmp_path, [])
    target = share / "a.txt"
    with watching(desk, slow) as watch:
        target.write_text("harmless")
        until(watch, lambda: bool(watch._busy))
        descriptor = os.open(target, os.O_WRONLY)  # kept open: no further event
        os.write(descriptor, b"LEAK....")
        until(watch, lambda: rows(desk).get("a.txt") == "hold")
        os.close(descriptor)


def test_lost_events_lead_to_a_walk(share: Path, tmp_path: Path) -> None:
    desk = share_desk(share, tmp_path, [])
    (share / "before.txt").write_text("LEAK")
    with watching(desk) as watch:
        watch._take_in(b"O", os.fsencode(share), time.monotonic())
        until(watch, lambda: "before.txt" in rows(desk))
    assert watch.counts.overflows == 1 and watch.counts.degraded


def test_an_overflow_of_the_kernel_reaches_the_watcher(share: Path) -> None:
    said: list[tuple[bytes, bytes]] = []
    observer = listener.listen([os.fsencode(share)], lambda kind, path: said.append((kind, path)), [])
    try:
        import logging

        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
    finally:
        observer.stop()
        observer.join()
    assert (b"O", os.fsencode(share)) in said


def test_the_ears_are_started_again_and_what_they_missed_is_walked(share: Path, tmp_path: Path) -> None:
    desk = share_desk(share, tmp_path, [])
    with watching(desk) as watch:
        process = watch._ears._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        (share / "missed.txt").write_text("LEAK")
        until(watch, lambda: "missed.txt" in rows(desk))
    assert watch.counts.restarts == 1


def test_polling_sees_changes_too(share: Path, tmp_path: Path) -> None:
    desk = share_desk(share, tmp_path, [])
    (share / "sub").mkdir()
    with watching(desk, poll=True, interval=0.2) as watch:
        (share / "sub" / "a.txt").write_text("LEAK")
        until(watch, lambda: rows(desk).get("a.txt") == "hold")
        (share / "sub" / "a.txt").write_text("fine")
        until(watch, lambda: rows(desk).get("a.txt") == "allow")
    assert watch.counts.polled == 1


@pytest.mark.parametrize(("kind", "polled"), [("ext4", False), ("xfs", False), ("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("9p", True), ("tmpfs", False)])
def test_network_mounts_are_polled(kind: str, polled: bool, tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(f"22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n36 22 0:30 / /srv/\\345\\205\\254\\347\\224\\250 ro shared:1 - {kind} nas:/x rw\n")
    found = mounts.mounts(table)
    assert mounts.must_poll("/srv/公用/科室".encode(), found) is polled
    assert mounts.mount_of(b"/srv/other", found) == mounts.Mount(b"/", "ext4", False)
    assert found[1].read_only


def test_ignored_paths_raise_no_work(share: Path) -> None:
    (share / "sub" / "deep").mkdir(parents=True)
    (share / ".dlpignore").write_text("*.bak\n/sub/deep/\n")
    (share / "sub" / ".dlpignore").write_text("!keep.bak\nown.txt\n")
    cache = IgnoreCache([os.fsencode(share)])
    asked = {name: cache.ignored(os.fsencode(share / name), 0.0) for name in ("a.bak", "a.txt", "sub/own.txt", "own.txt", "sub/deep/a.txt")}
    assert asked == {"a.bak": True, "a.txt": False, "sub/own.txt": True, "own.txt": False, "sub/deep/a.txt": True}


WRITER = """
import os, sys, time
share, writer, files = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for burst in range(0, files, 50):
    folder = os.path.join(share, f"w{writer}", f"b{burst // 250}")
    os.makedirs(folder, exist_ok=True)
    for i in range(burst, min(files, burst + 50)):
        with open(os.path.join(folder, f"f{i}.txt"), "w") as file:
            file.write("公園裡的櫻花開得很美，許多家庭帶著孩子前來賞花。" * 20 + "%d %d" % (writer, i))
    time.sleep(0.1)
"""


@pytest.mark.parametrize("files", [pytest.param(2_000, id="short"), pytest.param(10_000, id="long", marks=pytest.mark.long)])
def test_bursts_by_eight_writers_are_examined_whole_and_soon(
    share: Path, tmp_path: Path, judge: Callable[[bytes], dict[str, Any]], files: int
) -> None:
    desk = share_desk(share, tmp_path, [])
    with watching(desk, judge) as watch:
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(share), str(w), str(files // 8)]) for w in range(8)]
        until(watch, lambda: watch.counts.examined >= files, seconds=100)
        assert [w.wait() for w in writers] == [0] * 8
        until(watch, lambda: watch.idle)
        desk._committed = 0.0
        desk.tidy()
    assert len({*desk._state.db.execute("SELECT folder, name FROM files")}) == files
    assert watch.counts.examined == files
    assert watch.median_delay <= 1.0


def test_the_watcher_moves_to_quarantine_only_when_told(share: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dlp.cli", "--home", str(tmp_path / "home"), "watch", "--no-model", "--format", "jsonl", "--on-stop", "quarantine", str(share)]
    for extra, name in (([], "a.txt"), (["--apply"], "b.txt")):
        with subprocess.Popen([*command, *extra, "--existing"], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            (share / name).write_text(LEAK + name)
            acts = {}
            while name not in acts:
                item = json.loads(process.stdout.readline())
                acts[os.path.basename(item["path"])] = item["act"]
            process.terminate()
        assert acts[name]["done"] is bool(extra) and (share / name).exists() is not bool(extra)


# --- an outbox


def outbox_desk(base: Path, told: list[dict[str, Any]]) -> outbox.OutboxDesk:
    return outbox.OutboxDesk([os.fsencode(base)], key=KEY, emit=told.append)


def everything(base: Path) -> dict[str, str]:
    return {str(p.relative_to(base)): p.read_text("utf-8-sig") for p in sorted(base.rglob("*")) if p.is_file()}


def test_an_outbox_sorts_files_and_says_why(share: Path, judge: Callable[[bytes], dict[str, Any]]) -> None:
    told: list[dict[str, Any]] = []
    desk = outbox_desk(share, told)
    with watching(desk, judge, existing=True) as watch:
        (share / "outbox" / "公告.txt").write_text(CLEAN)
        (share / "outbox" / "二科").mkdir()
        (share / "outbox" / "二科" / "報告.txt").write_text(LEAK)
        until(watch, lambda: len(told) == 2)
    found = everything(share)
    note = found.pop("stopped/二科/報告.txt.未放行說明.txt")
    assert found == {"cleared/公告.txt": CLEAN, "stopped/二科/報告.txt": LEAK}
    assert "沒有放行" in note and "檢舉人" in note and "怎麼辦" in note
    assert not any(value in note for value in ("王小明", "0912-345-678", "A123456789"))
    assert {(t["state"], t["action"]) for t in told} == {("cleared", "allow"), ("stopped", "hold")}
    assert not list((share / ".dlp-work").iterdir())


def test_nothing_in_an_outbox_is_overwritten(share: Path, judge: Callable[[bytes], dict[str, Any]]) -> None:
    told: list[dict[str, Any]] = []
    desk = outbox_desk(share, told)
    with watching(desk, judge) as watch:
        for n, text in enumerate((CLEAN, CLEAN + "又一份。", CLEAN), 1):
            (share / "outbox" / "a.txt").write_text(text)
            until(watch, lambda n=n: len(told) == n)
    assert everything(share) == {"cleared/a.txt": CLEAN, "cleared/a (2).txt": CLEAN + "又一份。"}


def test_what_cannot_be_examined_is_stopped(share: Path) -> None:
    told: list[dict[str, Any]] = []
    desk = outbox_desk(share, told)
    with watching(desk, examine) as watch:  # examine dies at DIE
        (share / "outbox" / "a.txt").write_text("DIE")
        until(watch, lambda: len(told) == 1, seconds=60)
    assert told[0]["state"] == "stopped"
    assert "讀取程式異常中止" in everything(share)["stopped/a.txt.未放行說明.txt"]


def test_a_program_that_keeps_the_file_open_cannot_change_what_was_cleared(share: Path, judge: Callable[[bytes], dict[str, Any]]) -> None:
    told: list[dict[str, Any]] = []
    desk = outbox_desk(share, told)
    with watching(desk, judge) as watch:
        target = share / "outbox" / "a.txt"
        target.write_text(CLEAN)
        descriptor = os.open(target, os.O_RDWR)
        until(watch, lambda: len(told) == 1)
        os.write(descriptor, LEAK.encode())
        os.close(descriptor)
    assert everything(share)["cleared/a.txt"] == CLEAN


def test_a_change_between_examination_and_clearing_goes_back(share: Path) -> None:
    """The digest of what is copied must be that of what was examined."""
    told: list[dict[str, Any]] = []
    desk = outbox_desk(share, told)
    held = share / ".dlp-work" / "t" / "a.txt"
    held.parent.mkdir()
    held.write_text("changed")
    from dlp.channels.share.crew import Job

    desk.done(Job(os.fsencode(held), (os.fsencode(share), b"a.txt")), {"digest": "00" * 24, "action": "allow"})
    assert everything(share) == {"outbox/a.txt": "changed"} and not told


def test_a_crash_leaves_no_file_behind(share: Path, judge: Callable[[bytes], dict[str, Any]]) -> None:
    told: list[dict[str, Any]] = []
    outbox_desk(share, told)
    held = share / ".dlp-work" / "0123" / "二科"
    held.mkdir(parents=True)
    (held / "a.txt").write_text(CLEAN)
    (share / "cleared" / ".0011223344556677.dlp-part").write_text("half")
    desk = outbox_desk(share, told)
    with watching(desk, judge, existing=True) as watch:
        until(watch, lambda: len(told) == 1)
    assert everything(share) == {"cleared/二科/a.txt": CLEAN}


def test_numbered_names_stay_within_the_limit_and_whole() -> None:
    name = ("公" * 83 + ".txt").encode()
    assert len(moving.numbered(name, 12)) <= 255
    moving.numbered(name, 12).decode()
    assert len(moving.beside(name, notes.STOPPED)) <= 255


@pytest.mark.parametrize("seconds", [pytest.param(6, id="short"), pytest.param(60, id="long", marks=pytest.mark.long)])
def test_killed_again_and_again_the_outbox_loses_nothing(share: Path, tmp_path: Path, seconds: int) -> None:
    """SIGKILL at any moment: every file ends in exactly one place, with its content."""
    import random

    dice = random.Random(seconds)
    command = [sys.executable, "-m", "dlp.cli", "--home", str(tmp_path / "home"), "watch", "--outbox", "--no-model", str(share)]
    outbox_desk(share, [])
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        stop = time.monotonic() + dice.uniform(0.5, 2.0)
        while time.monotonic() < stop:
            (share / "outbox" / f"f{count}.txt").write_text(LEAK if count % 5 == 0 else f"{CLEAN}第{count}份。")
            count += 1
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while any(os.listdir(share / folder) for folder in ("outbox", ".dlp-work")) and time.monotonic() < end:
        time.sleep(0.1)
    process.terminate()
    assert process.wait(20) == 0
    for n in range(count):
        where = [k for k in (f"cleared/f{n}.txt", f"stopped/f{n}.txt") if (share / k).exists()]
        assert where == [f"{'stopped' if n % 5 == 0 else 'cleared'}/f{n}.txt"], n
    assert not list(share.glob("cleared/* (2).txt"))
