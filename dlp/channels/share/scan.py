"""The nightly scan: walk, examine what changed, remember, and say what was found and what was not read.

``scan`` may be killed at any point and started again: what was committed is not examined again, nothing is skipped, and the
report at the end comes from the state file, so that each file stands in it exactly once.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from dlp.channels.share.crew import Crew, Job
from dlp.channels.share.state import Done, State
from dlp.channels.share.walk import Entry, Folder, walk
from dlp.document import NOT_READ_LABELS, NotReadReason

COMMIT_FILES = 256
COMMIT_SECONDS = 2.0
FILE_BYTES = 200_000_000  # L02
TOUCH_FOLDERS = 2_000


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
    began: float = field(default_factory=monotonic)

    @property
    def rate(self) -> float:
        return self.examined / max(0.001, monotonic() - self.began)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``complete`` is False when the time window or a signal ended the run; the next one goes on."""

    run: int
    resumed: bool
    complete: bool
    progress: Progress
    gone: tuple[str, ...] = ()


class RootMissing(Exception):
    """A root that is missing or suddenly empty (F56): the scan fails loudly instead of reporting that all is gone."""

    def __init__(self, root: bytes, reason: str) -> None:
        super().__init__(reason)
        self.root, self.reason = root, reason


def fingerprint(policy_version: str, engine: str) -> str:
    """What a result depends on besides the file: policy and detectors.  When it changes, files are judged anew."""
    return hashlib.blake2b(f"{policy_version}|{engine}".encode(), digest_size=12).hexdigest()


def make_examiner(
    scanner: Any, *, key: bytes, known: Callable[[bytes], bool] | None = None
) -> Callable[[bytes], dict[str, Any]]:
    """The function that runs in a worker: path → plain JSON.  ``key`` makes the content digest a keyed one (P03)."""
    from dlp.reports.verdict_json import as_object

    def examine(path: bytes) -> dict[str, Any]:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | getattr(os, "O_NOATIME", 0))
        except PermissionError:
            try:  # O_NOATIME is only for the owner
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                return {"failed": str(NotReadReason.NO_ACCESS)}
        except FileNotFoundError:
            return {"failed": str(NotReadReason.VANISHED)}
        except OSError:
            return {"failed": str(NotReadReason.NO_ACCESS)}
        try:
            with os.fdopen(descriptor, "rb") as file:
                if os.fstat(file.fileno()).st_size > FILE_BYTES:
                    return {"failed": str(NotReadReason.LIMIT_SIZE)}
                data = file.read(FILE_BYTES + 1)
        except OSError:
            return {"failed": str(NotReadReason.NO_ACCESS)}
        digest = hashlib.blake2b(data, digest_size=16, key=key).hexdigest()
        verdict = scanner.check_bytes(
            data, os.fsdecode(os.path.basename(path)).encode("utf-8", "replace").decode(), "share"
        )
        item = as_object(verdict)
        if not item["findings"] and verdict.complete:
            return {"digest": digest, "action": str(verdict.action)}
        del item["read"]
        return {"digest": digest, "action": str(verdict.action), "item": item}

    return examine


def scan(
    roots: Sequence[bytes],
    state: State,
    examine: Callable[[bytes], dict[str, Any]],
    *,
    mark: str,
    jobs: int,
    deadline: Callable[[], bool] = lambda: False,
    report: Callable[[Progress], None] = lambda progress: None,
    file_seconds: float = 120.0,
) -> Outcome:
    """Scan ``roots`` (absolute, bytes).  ``mark`` is the fingerprint; ``deadline()`` is asked between files and ends the run.

    Raises RootMissing.
    """
    for root in roots:
        _check_root(root, state)
    key = json.dumps([os.fsdecode(r) for r in roots], ensure_ascii=True)
    run, resumed = state.begin(key, mark)
    work = _Run(state, run, mark, report)
    crew = Crew(examine, size=jobs, file_seconds=file_seconds)
    stopped = False

    def feed() -> Iterator[Job]:
        nonlocal stopped
        for root in roots:
            for folder in walk(root):
                if deadline():
                    stopped = True
                    return
                yield from work.jobs_of(folder)

    for job, result in crew.run(feed()):
        work.result(job, result)
    work.flush()
    if stopped:
        return Outcome(run, resumed, False, work.progress)
    gone = state.forget_missing(list(roots), run)
    state.finish(run)
    return Outcome(run, resumed, True, work.progress, tuple(gone))


def _check_root(root: bytes, state: State) -> None:
    if not os.path.lexists(root):
        raise RootMissing(root, "missing")
    if os.path.isdir(root) and state.count([root]) > 0:
        try:
            with os.scandir(root) as listing:
                if next(listing, None) is None:
                    raise RootMissing(root, "empty")
        except OSError:
            raise RootMissing(root, "no-access") from None


@dataclass(slots=True)
class _Pending:
    """A folder whose files are under way."""

    folder: Folder
    left: int


class _Run:
    """Bookkeeping of one run: which files need work, and committing results with their folders."""

    def __init__(self, state: State, run: int, mark: str, report: Callable[[Progress], None]) -> None:
        self.state, self.run, self.mark, self.report = state, run, mark, report
        self.progress = Progress()
        self.pending: dict[bytes, _Pending] = {}
        self.results: list[Done] = []
        self.finished: list[Folder] = []
        self.untouched: list[bytes] = []
        self.kept: list[tuple[bytes, list[bytes]]] = []
        self.committed = monotonic()

    def jobs_of(self, folder: Folder) -> Iterator[Job]:
        progress = self.progress
        progress.folders += 1
        progress.seen += len(folder.files)
        for name, reason in folder.refused:
            self._not_read(folder, name, reason)
        if folder.mark and self.state.folder_unchanged(folder, self.mark):
            progress.unchanged += len(folder.files)
            self.untouched.append(folder.path)
            if len(self.untouched) >= TOUCH_FOLDERS:
                self._touch()
            return
        known = self.state.known(folder.path)
        wanted: list[Entry] = []
        kept: list[bytes] = []
        for entry in folder.files:
            before = known.get(entry.name)
            if before is not None and before.mark == entry.mark and before.fingerprint == self.mark:
                kept.append(entry.name)
            else:
                wanted.append(entry)
        progress.unchanged += len(kept)
        self.kept.append((folder.path, kept))
        # A refused name must be tried again next time, so its folder never counts as done.
        complete = Folder(folder.path, (), folder.mark if not folder.refused else b"")
        if not wanted:
            self.finished.append(complete)
            self._maybe_commit()
            return
        self.pending[folder.path] = _Pending(complete, len(wanted))
        for entry in wanted:
            yield Job(os.path.join(folder.path, entry.name), (folder.path, entry), entry.size)

    def _not_read(self, folder: Folder, name: bytes, reason: str) -> None:
        self.progress.not_read += 1
        entry = Entry(name, 0, 0, 0, 0)
        self.results.append(Done(folder.path, entry, None, "log", _unread(name, reason)))

    def result(self, job: Job, value: dict[str, Any]) -> None:
        folder_path, entry = job.tag
        progress = self.progress
        progress.examined += 1
        digest, text = None, None
        action = str(value.get("action", "log"))
        if "failed" in value:
            progress.not_read += 1
            text = _unread(entry.name, str(value["failed"]))
            entry = Entry(entry.name, entry.size, -1, entry.ctime_ns, entry.inode)  # tried again next time (F55)
        else:
            digest = bytes.fromhex(value["digest"])
            item = value.get("item")
            if item is not None:
                progress.with_findings += bool(item["findings"])
                progress.not_read += not item["complete"]
                text = json.dumps(item, ensure_ascii=False)
        self.results.append(Done(folder_path, entry, digest, action, text))
        pending = self.pending[folder_path]
        pending.left -= 1
        if pending.left == 0:
            del self.pending[folder_path]
            self.finished.append(pending.folder if "failed" not in value else Folder(folder_path, (), b""))
        self._maybe_commit()

    def _maybe_commit(self) -> None:
        if (
            len(self.results) >= COMMIT_FILES
            or len(self.finished) >= COMMIT_FILES
            or monotonic() - self.committed > COMMIT_SECONDS
        ):
            self.flush()

    def _touch(self) -> None:
        self.state.touch(self.untouched, self.run)
        self.untouched.clear()

    def flush(self) -> None:
        if self.untouched:
            self._touch()
        if self.kept:
            self.state.db.execute("BEGIN IMMEDIATE")
            for folder, names in self.kept:
                self.state.keep(folder, names, self.run)
            self.state.db.execute("COMMIT")
            self.kept.clear()
        self.state.record(self.results, self.run, self.mark, self.finished)
        self.results.clear()
        self.finished.clear()
        self.committed = monotonic()
        self.report(self.progress)


def _unread(name: bytes, reason: str) -> str:
    try:
        label = NOT_READ_LABELS[NotReadReason(reason)]
    except ValueError:
        label, reason = "特殊檔案，未開啟", "no-access"
    return json.dumps(
        {
            "name": printable_name(name),
            "channel": "share",
            "action": "log",
            "complete": False,
            "rules": [],
            "findings": [],
            "not_read": [{"part": "file", "reason": reason, "detail": label}],
        },
        ensure_ascii=False,
    )


def printable_name(name: bytes) -> str:
    """A file name for people: bytes that are no UTF-8 and control characters as escapes (F58)."""
    from dlp.reports.verdict_json import printable

    return printable(name.decode("utf-8", "backslashreplace"))


def lines(state: State, roots: Sequence[bytes], run: int) -> Iterator[dict[str, Any]]:
    """One object per file with findings or not read, ``state`` telling new from still there."""
    for folder, name, since, _, text in state.results(list(roots)):
        item: dict[str, Any] = json.loads(text)
        item["path"] = os.path.join(printable_name(folder), str(item["name"]) or printable_name(name))
        item["state"] = "new" if since == run else "still"
        yield item


def summary(state: State, roots: Sequence[bytes], outcome: Outcome) -> dict[str, Any]:
    """The closing object: files, read, not read, findings; by action."""
    files, unread, findings, by_action = state.count(list(roots)), 0, 0, dict[str, int]()
    for _, _, _, action, text in state.results(list(roots)):
        item = json.loads(text)
        unread += not item["complete"]
        findings += len(item["findings"])
        if item["findings"]:
            by_action[action] = by_action.get(action, 0) + 1
    return {
        "files": files, "read": files - unread, "not_read": unread, "findings": findings, "actions": by_action, "gone": len(outcome.gone),
        "examined": outcome.progress.examined, "unchanged": outcome.progress.unchanged, "complete": outcome.complete, "resumed": outcome.resumed,
    }  # fmt: skip


def window(words: str, *, now: Callable[[], datetime] = datetime.now) -> Callable[[], bool]:
    """``22:00-06:00`` → a function that says whether the window is over.  Raises ValueError."""
    start, stop = (datetime.strptime(w.strip(), "%H:%M").time() for w in words.split("-"))

    def over() -> bool:
        time = now().time()
        return not (start <= time < stop if start <= stop else time >= start or time < stop)

    return over


def state_path(home: Path) -> Path:
    return home / "scan.db"
