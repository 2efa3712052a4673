"""The nightly scan: walk, examine what changed, remember, and say what was found and what was not read.

``scan`` may be killed at any point and started again: what was committed is not examined again, nothing is skipped, and the
report at the end comes from the state file, so that each file stands in it exactly once.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic, time
from typing import Any, Protocol

from dlp.channels.share.crew import Crew, Job
from dlp.channels.share.examining import Basis, unread_item
from dlp.channels.share.journaling import Journal, Line
from dlp.channels.share.state import Done, State
from dlp.channels.share.survey import survey
from dlp.channels.share.walk import Entry, Folder, walk

COMMIT_FILES = 1_000
COMMIT_SECONDS = 2.0
TOUCH_FOLDERS = 2_000
DAY = 86_400.0
CONTENT_NIGHTS = 7  # at least this often contents are compared, whatever times and sizes say (F59)
SPREAD = 3  # nights over which these comparisons are spread


class Team(Protocol):
    """Who examines: the crew of this machine, or a cluster."""

    def run(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, dict[str, Any]]]: ...


@dataclass(slots=True)
class Progress:
    """What a progress bar or log shows: counts only."""

    folders: int = 0
    seen: int = 0
    examined: int = 0
    unchanged: int = 0
    copies: int = 0
    with_findings: int = 0
    not_read: int = 0
    expected: int = 0  # files of the last time; 0 when unknown
    began: float = field(default_factory=monotonic)

    @property
    def rate(self) -> float:
        return self.examined / max(0.001, monotonic() - self.began)

    @property
    def seconds_left(self) -> float | None:
        """Guessed from the number of files of the last run; None when there was none."""
        done = self.unchanged + self.examined
        if not self.expected or not done or done > self.expected:
            return None
        return (monotonic() - self.began) / done * (self.expected - done)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``complete`` is False when the time window or a signal ended the run; the next one goes on."""

    run: int
    resumed: bool
    complete: bool
    progress: Progress


class RootMissing(Exception):
    """A root that is missing or suddenly empty (F56): the scan fails loudly instead of reporting that all is gone."""

    def __init__(self, root: bytes, reason: str) -> None:
        super().__init__(reason)
        self.root, self.reason = root, reason


def outermost(roots: Iterable[bytes]) -> list[bytes]:
    """Roots without those that lie in another one: no file is walked twice."""
    kept: list[bytes] = []
    for root in sorted(set(roots)):
        if not any(root == k or root.startswith(k.rstrip(b"/") + b"/") for k in kept):
            kept.append(root)
    return kept


def scan(
    roots: Sequence[bytes],
    state: State,
    examine: Callable[[bytes], dict[str, Any]] | None,
    *,
    basis: Basis,
    jobs: int = 1,
    deadline: Callable[[], bool] = lambda: False,
    report: Callable[[Progress], None] | None = None,
    file_seconds: float = 120.0,
    team: Team | None = None,
    journal: Journal | None = None,
    now: Callable[[], float] = time,
) -> Outcome:
    """Scan ``roots`` (absolute, bytes).  ``basis`` is what results rest on; ``deadline()`` is asked between folders and ends the run.

    ``team`` examines instead of a crew of ``jobs`` workers that run ``examine``.  ``journal`` takes (digest, line) of new decisions.
    Raises RootMissing.
    """
    roots = outermost(roots)
    for root in roots:
        _check_root(root, state)
    state.rest_on(basis.engine, basis.policy, basis.day)
    run, resumed = state.begin(json.dumps([os.fsdecode(r) for r in roots], ensure_ascii=True))
    work = _Run(state, run, report or (lambda progress: None), now(), journal or (lambda lines: None))
    if team is None:
        assert examine is not None
        team = Crew(examine, size=jobs, file_seconds=file_seconds)
    stopped = False

    def feed() -> Iterator[Job]:
        nonlocal stopped
        for root in roots:
            for folder, unchanged in _folders(root, state, work, jobs):
                if deadline():
                    stopped = True
                    return
                yield from work.jobs_of(folder, unchanged)

    if report is not None:
        work.progress.expected = state.count(roots)
    for job, result in team.run(feed()):
        work.result(job, result)
    work.flush()
    if not stopped:
        state.forget_missing(roots, run)
        state.finish(run)
    return Outcome(run, resumed, not stopped, work.progress)


def _folders(root: bytes, state: State, work: "_Run", jobs: int) -> Iterator[tuple[Folder, int]]:
    """The folders below ``root``, as ``survey`` gives them; by a plain walk where there is nothing to compare with."""
    if os.path.isdir(root) and not os.path.islink(root) and state.knows(root):
        yield from survey(root, state=state.path, engine=state.engine, due=work.due_before, jobs=jobs)
    else:
        yield from ((folder, -1) for folder in walk(root))


def _check_root(root: bytes, state: State) -> None:
    if not os.path.lexists(root):
        raise RootMissing(root, "missing")
    if os.path.isdir(root) and state.knows(root):
        try:
            with os.scandir(root) as listing:
                if next(listing, None) is None:
                    raise RootMissing(root, "empty")
        except OSError:
            raise RootMissing(root, "no-access") from None


@dataclass(slots=True)
class _Pending:
    """A folder whose files are under way.  ``checked``: since when the contents of all its files are known; 0 for now."""

    folder: Folder
    left: int
    checked: float


class _Run:
    """Bookkeeping of one run: which files need work, and committing results with their folders."""

    def __init__(self, state: State, run: int, report: Callable[[Progress], None], now: float, journal: Journal) -> None:
        self.state, self.run, self.report, self.now, self.journal = state, run, report, now, journal
        self.told: list[Line] = []
        self.progress = Progress()
        self.pending: dict[bytes, _Pending] = {}
        self.results: list[Done] = []
        self.finished: list[tuple[Folder, float]] = []
        self.untouched: list[bytes] = []
        self.kept: list[tuple[bytes, bytes]] = []
        self.closed: list[bytes] = []
        self.committed = monotonic()

    def jobs_of(self, folder: Folder, unchanged: int) -> Iterator[Job]:
        """The files of ``folder`` that need work.  ``unchanged``: it is known that so many files did not change; -1: look."""
        progress = self.progress
        progress.folders += 1
        progress.seen += max(unchanged, len(folder.files))
        if unchanged >= 0:
            progress.unchanged += unchanged
            self.untouched.append(folder.path)
            self._maybe_commit()
            return
        for name, reason in folder.refused:
            self._not_read(folder, name, reason)
        if any(name == b"." for name, _ in folder.refused):
            self.closed.append(folder.path)  # not entered is not gone
            return
        due = self.due_before(folder.path)
        if folder.mark and self.state.folder_unchanged(folder, checked_after=due):
            progress.unchanged += len(folder.files)
            self.untouched.append(folder.path)
            self._maybe_commit()
            return
        known = self.state.known(folder.path)
        checked = self.state.checked(folder.path) if known else 0.0
        again = bool(known) and checked <= due  # contents are compared this night
        wanted: list[Entry] = []
        for entry in folder.files:
            before = known.get(entry.name)
            if before is not None and before.valid and before.mark == entry.mark and not again:
                self.kept.append((folder.path, entry.name))
                progress.unchanged += 1
            else:
                wanted.append(entry)
        # A refused name must be tried again next time, so its folder never counts as done.
        complete = Folder(folder.path, (), folder.mark if not folder.refused else b"")
        since = 0.0 if len(wanted) == len(folder.files) else checked
        if not wanted:
            self.finished.append((complete, since))
            self._maybe_commit()
            return
        self.pending[folder.path] = _Pending(complete, len(wanted), since)
        for entry in wanted:
            yield Job(os.path.join(folder.path, entry.name), (folder.path, entry), entry.size)

    def due_before(self, folder: bytes) -> float:
        """Contents of the folder must have been compared after this moment; spread so that not all come due in one night."""
        nights = CONTENT_NIGHTS - hashlib.blake2b(folder, digest_size=1).digest()[0] % SPREAD
        return self.now - nights * DAY

    def _not_read(self, folder: Folder, name: bytes, reason: str) -> None:
        self.progress.not_read += 1
        text = json.dumps(unread_item(name, reason), ensure_ascii=False)
        self.results.append(Done(folder.path, Entry(name, 0, 0, 0, 0), None, "log", text))

    def result(self, job: Job, value: dict[str, Any]) -> None:
        folder, entry = job.tag
        self.progress.examined += 1
        done = done_of(folder, entry, value)
        item = value.get("item")
        self.progress.copies += "copy" in value
        self.progress.with_findings += bool(item and item["findings"])
        self.progress.not_read += "failed" in value or bool(item and not item["complete"])
        self.results.append(done)
        if "journal" in value and "copy" not in value:
            self.told.append((str(value["digest"]), str(value["journal"])))
        pending = self.pending[folder]
        pending.left -= 1
        if "failed" in value:
            pending.folder = Folder(folder, (), b"")
        if pending.left == 0:
            del self.pending[folder]
            self.finished.append((pending.folder, pending.checked))
        self._maybe_commit()

    def _maybe_commit(self) -> None:
        if (
            len(self.results) + len(self.finished) >= COMMIT_FILES
            or len(self.untouched) + len(self.kept) >= TOUCH_FOLDERS
            or monotonic() - self.committed > COMMIT_SECONDS
        ):
            self.flush()

    def flush(self) -> None:
        self.journal(self.told)  # first: after a crash the file is judged again, and the same decision is written once
        self.told.clear()
        self.state.record(self.results, self.run, finished=self.finished, kept=self.kept, untouched=self.untouched, closed=self.closed)
        for group in (self.results, self.finished, self.kept, self.untouched, self.closed):
            group.clear()
        self.committed = monotonic()
        self.report(self.progress)


def done_of(folder: bytes, entry: Entry, value: dict[str, Any]) -> Done:
    """A worker's answer as a row.  What failed gets a mark that no file has: it is tried again next time (F55)."""
    if "failed" in value:
        text = json.dumps(unread_item(entry.name, str(value["failed"])), ensure_ascii=False)
        return Done(folder, Entry(entry.name, entry.size, -1, entry.ctime_ns, entry.inode), None, "log", text)
    item = value.get("item")
    result = None if item is None else json.dumps(item, ensure_ascii=False)
    return Done(folder, entry, bytes.fromhex(value["digest"]), str(value["action"]), result, value.get("day"))


def window(words: str, *, now: Callable[[], datetime] = datetime.now) -> Callable[[], bool]:
    """``22:00-06:00`` → a function that says whether the window is over.  Raises ValueError."""
    start, stop = (datetime.strptime(w.strip(), "%H:%M").time() for w in words.split("-"))

    def over() -> bool:
        time = now().time()
        return not (start <= time < stop if start <= stop else time >= start or time < stop)

    return over


def state_path(home: Path) -> Path:
    return home / "scan.db"
