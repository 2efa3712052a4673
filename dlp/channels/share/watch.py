"""The watcher: examines a file as soon as whoever wrote it has finished.

Names come from the listener (``listener.py``), a process of its own; a file waits until it has settled (``settling.py``), goes to
the crew, and its result to the desk: of a share (``ShareDesk``) or of an outbox (``outbox.py``).  Lost events mean that the
tree is walked (F51); a file that changes while it is examined is examined again (F54).
"""

import contextlib
import json
import os
import subprocess
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic, time
from typing import Any, Protocol

from dlp.channels.share.crew import Crew, Job
from dlp.channels.share.listener import parse
from dlp.channels.share.settling import SETTLE_LIMIT, Ready, Settler
from dlp.channels.share.walk import Entry, Folder, IgnoreCache, entry_of, walk
from dlp.document import NotReadReason

REMEMBERED = 200_000  # files whose last examined mark is kept, so that no event is worked on twice
WALK_SLICE = 0.02  # seconds of walking between two looks at events
IDLE = 0.5
STATUS_SECONDS = 5.0
RENEW_SECONDS = 60.0  # a changed policy, a decision of the desk and a new day count from here on
DELAYS = 10_000
Renewal = tuple[Callable[[bytes], dict[str, Any]], Callable[[], None]]
WALKED_AT_ONCE = 20_000  # files waiting; more are left in the walk until these are done


@dataclass(slots=True)
class Counts:
    """What the watcher has done since its start; ``degraded`` are zh-TW reasons why something may come late."""

    heard: int = 0
    examined: int = 0
    with_findings: int = 0
    not_read: int = 0
    overflows: int = 0
    restarts: int = 0
    polled: int = 0
    renewed: int = 0
    degraded: list[str] = field(default_factory=list)


class Desk(Protocol):
    """Where files come from and results go."""

    roots: Sequence[bytes]

    def take(self, path: bytes, entry: Entry) -> Job | None:
        """The job for a settled file; None when there is nothing to do."""

    def done(self, job: Job, answer: dict[str, Any]) -> None:
        """The result of a job, which came through unchanged."""

    def unsettled(self, path: bytes, entry: Entry) -> None:
        """A file that never came to rest: not read."""

    def wanted(self, folder: Folder) -> list[Entry]:
        """Files of a walked folder that need an examination."""

    def tidy(self) -> None:
        """Called again and again: write down what has come together."""


class Ears:
    """The process that hears; started again when it ends."""

    def __init__(self, roots: Sequence[bytes], *, poll: bool, interval: float) -> None:
        self._wanted = json.dumps({"roots": [os.fsdecode(r) for r in roots], "poll": poll, "interval": interval})
        self._buffer = bytearray()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self.close()
        self._buffer.clear()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dlp.channels.share.listener"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(self._wanted.encode() + b"\n")
        self._process.stdin.flush()
        os.set_blocking(self.stream, False)

    @property
    def stream(self) -> int:
        assert self._process is not None and self._process.stdout is not None
        return self._process.stdout.fileno()

    def read(self) -> list[tuple[bytes, bytes]] | None:
        """What was heard; None when the process has ended."""
        try:
            chunk = os.read(self.stream, 1 << 20)
        except BlockingIOError:
            return []
        if not chunk:
            return None
        self._buffer += chunk
        return list(parse(self._buffer))

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        process.kill()  # it holds nothing; should we be killed ourselves, it ends when its input closes
        process.wait()
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.stdout.close()


class Watch:
    """See the module.  ``existing``: files that are there already are examined, too.  ``renew`` is asked once in RENEW_SECONDS for
    another examiner with what to do before its first result (None: all stays), and for what a person must know (empty: nothing).
    """

    def __init__(
        self, desk: Desk, crew: Crew, *, existing: bool = False, poll: bool = False, interval: float = 10.0, status: Path | None = None,
        renew: Callable[[], tuple[Renewal | None, str]] | None = None,
    ) -> None:  # fmt: skip
        self.desk, self.crew, self.counts = desk, crew, Counts()
        self._settler = Settler(_mark)
        self._ignores = IgnoreCache(desk.roots)
        self._seen: OrderedDict[bytes, bytes] = OrderedDict()
        self._busy: dict[bytes, tuple[bytes, float]] = {}  # path → (mark when it went to the crew, when it was heard of)
        self._walks: deque[tuple[bytes, bool]] = deque()
        self._walking: Iterator[Folder] | None = None
        self._status, self._status_at = status, 0.0
        self._delays: deque[float] = deque(maxlen=DELAYS)
        self._listening = set[bytes]()
        self._existing = existing
        self._ears = Ears(desk.roots, poll=poll, interval=interval)
        self._ended = False
        self._renew, self._renewed_at, self._warned = renew, monotonic(), ""
        crew.hire()
        crew.listen(self._ears.stream, self._hear)

    @property
    def listening(self) -> bool:
        """Whether every root is being watched."""
        return len(self._listening) == len(self.desk.roots)

    @property
    def idle(self) -> bool:
        """Nothing waits, nothing is in work."""
        return not (self._settler or self._walks or self._walking or self._busy or self.crew.busy)

    @property
    def median_delay(self) -> float:
        """Seconds from the last event of a file to its result, over the last files."""
        return median(self._delays) if self._delays else 0.0

    def run(self, stop: Callable[[], bool]) -> None:
        """Until ``stop()``; results that are under way are waited for."""
        try:
            while not stop():
                self.step()
            while self._busy:
                self._collect(0.2)
            self.desk.tidy()
        finally:
            self.close()

    def close(self) -> None:
        self.crew.unlisten(self._ears.stream)
        self._ears.close()
        self.crew.close()
        self._write_status(ended=True)

    def step(self) -> None:
        """One round: hear, walk a little, hand out what has settled, take results."""
        now = monotonic()
        if self._ended:
            self._restart()
        self._walk(now)
        for ready in self._settler.ready(now):
            self._send(ready, now)
        due = self._settler.next_due()
        rest = 0.0 if self._walking or self._walks else IDLE if due is None else min(IDLE, max(0.0, due - monotonic()))
        self._collect(rest)
        self.desk.tidy()
        if now - self._status_at > STATUS_SECONDS:
            self._write_status()
        if self._renew is not None and now - self._renewed_at > RENEW_SECONDS:
            self._look_for_news(self._renew)
            self._renewed_at = monotonic()

    def _look_for_news(self, renew: Callable[[], tuple[Renewal | None, str]]) -> None:
        fresh, warning = renew()
        if warning != self._warned:
            self.counts.degraded = [r for r in self.counts.degraded if r != self._warned]
            self._warned = warning
        if warning:
            self._say(warning)
        if fresh is None:
            return
        while self._busy:  # their results still rest on what was
            self._collect(0.2)
        examine, before_first = fresh
        before_first()
        self.crew.replace(examine)
        self.counts.renewed += 1

    # --- hearing

    def _hear(self) -> None:
        heard = self._ears.read()
        if heard is None:
            self._ended = True
            return
        now = monotonic()
        for kind, path in heard:
            self._take_in(kind, path, now)

    def _take_in(self, kind: bytes, path: bytes, now: float) -> None:
        if kind in b"CMN":
            self.counts.heard += 1
            if not self._ignores.ignored(path, now):
                self._settler.hear(path, now, complete=kind != b"N")
        elif kind == b"D":
            self._walks.append((path, True))
        elif kind == b"F":
            self._walks.append((path, False))
        elif kind == b"O":
            self.counts.overflows += 1
            self._say("事件太多，已重新走訪資料夾")
            self._walks.append((path, True))
        else:
            self._begin(kind, path)

    def _begin(self, kind: bytes, root: bytes) -> None:
        self._listening.add(root)
        if kind == b"P":
            self.counts.polled += 1
        if kind == b"T":
            self._say("監看數已達系統上限（fs.inotify.max_user_watches），改以輪詢補足")
        if self._existing or self.counts.restarts:
            self._walks.append((root, True))

    def _restart(self) -> None:
        self.counts.restarts += 1
        self._say("監看程序曾中斷，已重新啟動並走訪資料夾")
        self.crew.unlisten(self._ears.stream)
        self._ears.start()
        self.crew.listen(self._ears.stream, self._hear)
        self._ended = False

    def _say(self, reason: str) -> None:
        if reason not in self.counts.degraded:
            self.counts.degraded.append(reason)

    # --- walking

    def _walk(self, now: float) -> None:
        until = now + WALK_SLICE
        while monotonic() < until and len(self._settler) < WALKED_AT_ONCE:
            if self._walking is None:
                if not self._walks:
                    return
                path, deep = self._walks.popleft()
                self._walking = walk(path) if deep else iter([next(walk(path))])
            folder = next(self._walking, None)
            if folder is None:
                self._walking = None
                continue
            for entry in self.desk.wanted(folder):
                path = os.path.join(folder.path, entry.name)
                if self._seen.get(path) != entry.mark and not self._ignores.ignored(path, now):
                    self._settler.hear(path, now, complete=False)

    # --- examining

    def _send(self, ready: Ready, now: float) -> None:
        path = ready.path
        if path in self._busy:
            self._settler.again(path, now, ready.heard)
            return
        if self._seen.get(path) == ready.mark:
            return
        entry = entry_of(path)
        if entry is None:
            return
        if not ready.settled:
            self._remember(path, entry.mark)
            self.counts.not_read += 1
            self.desk.unsettled(path, entry)
            return
        job = self.desk.take(path, entry)
        if job is not None:
            self._busy[path] = (_mark(job.path) or b"", ready.heard)
            self.crew.submit(Job(job.path, (path, job.tag), job.size))

    def _collect(self, timeout: float) -> None:
        for job, answer in self.crew.step(timeout):
            path, tag = job.tag
            mark, heard = self._busy.pop(path)
            self._finish(Job(job.path, tag, job.size), answer, path, mark, heard)

    def _finish(self, job: Job, answer: dict[str, Any], path: bytes, mark: bytes, heard: float) -> None:
        now = monotonic()
        if answer.get("failed") == NotReadReason.VANISHED and path == job.path:
            return
        if _mark(job.path) != mark or answer.get("failed") == NotReadReason.CHANGING:
            if now - heard < SETTLE_LIMIT:
                self._settler.again(job.path, now, heard)
                return
            answer = {"failed": str(NotReadReason.CHANGING)}
        self.counts.examined += 1
        self.counts.with_findings += bool(answer.get("item") and answer["item"]["findings"])
        self.counts.not_read += "failed" in answer
        self._delays.append(now - heard)
        self._remember(path, mark)
        self.desk.done(job, answer)

    def _remember(self, path: bytes, mark: bytes) -> None:
        self._seen[path] = mark
        self._seen.move_to_end(path)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    # --- health

    def _write_status(self, *, ended: bool = False) -> None:
        if self._status is None:
            return
        self._status_at = monotonic()
        facts = {
            **asdict(self.counts), "at": time(), "pid": os.getpid(), "running": not ended, "waiting": len(self._settler),
            "listening": self.listening, "median_delay": round(self.median_delay, 3),
        }  # fmt: skip
        draft = self._status.with_name(f".{self._status.name}.{os.getpid()}")
        with contextlib.suppress(OSError):  # a full disk must not stop the watcher
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(facts, file, ensure_ascii=False)
            draft.replace(self._status)


def _mark(path: bytes) -> bytes | None:
    entry = entry_of(path)
    return None if entry is None else entry.mark
