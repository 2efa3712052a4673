"""The watcher's desk for a share: results go into the state file of the nightly scan, so that the night has less to do."""

import json
import os
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from dlp.channels.share.crew import Job
from dlp.channels.share.examining import Basis
from dlp.channels.share.journaling import Journal
from dlp.channels.share.listing import Step
from dlp.channels.share.naming import Namer
from dlp.channels.share.scan import done_of
from dlp.channels.share.state import Done, Row, State
from dlp.channels.share.walk import Entry, Folder
from dlp.document import NotReadReason

COMMIT_SECONDS = 0.5
COMMIT_FILES = 500
Handle = Callable[[bytes, Entry, dict[str, Any]], dict[str, Any] | None]


class ShareDesk:
    """``emit`` is told of files with something to report, after it was written down; ``handle`` acts on them (quarantine)."""

    def __init__(
        self, roots: Sequence[bytes], state: State, *, basis: Basis, emit: Callable[[dict[str, Any]], None], namer: Namer | None = None,
        steps: Sequence[Step] = (), handle: Handle | None = None, journal: Journal | None = None,
    ) -> None:  # fmt: skip
        self.roots = roots
        self._state, self._emit, self._namer, self._steps, self._handle = state, emit, namer or Namer(), steps, handle
        self._journal: Journal = journal or (lambda lines: None)
        self._results: list[tuple[Done, dict[str, Any]]] = []
        self._committed = monotonic()
        state.rest_on(basis.engine, basis.policy, basis.day)

    def rest_on(self, basis: Basis) -> None:
        """What results rest on from now."""
        self._flush()
        self._state.rest_on(basis.engine, basis.policy, basis.day)

    def take(self, path: bytes, entry: Entry) -> Job | None:
        return Job(path, entry, entry.size)

    def done(self, job: Job, answer: dict[str, Any]) -> None:
        self._results.append((done_of(os.path.dirname(job.path), job.tag, answer), answer))

    def unsettled(self, path: bytes, entry: Entry) -> None:
        answer = {"failed": str(NotReadReason.CHANGING)}
        self._results.append((done_of(os.path.dirname(path), entry, answer), answer))

    def wanted(self, folder: Folder) -> list[Entry]:
        known = self._state.known(folder.path)

        def is_done(entry: Entry) -> bool:
            before = known.get(entry.name)
            return before is not None and before.valid and before.mark == entry.mark

        return [e for e in folder.files if not is_done(e)]

    def tidy(self) -> None:
        if len(self._results) >= COMMIT_FILES or monotonic() - self._committed >= COMMIT_SECONDS:
            self._flush()

    def _flush(self) -> None:
        if not self._results:
            return
        results, self._results = self._results, []
        self._journal([(answer["digest"], answer["journal"]) for _, answer in results if "journal" in answer and "copy" not in answer])
        self._state.record([done for done, _ in results], self._state.next_run())
        self._committed = monotonic()
        for done, answer in results:
            if done.result is not None:
                self._tell(done, answer)

    def _tell(self, done: Done, answer: dict[str, Any]) -> None:
        item = json.loads(done.result or "{}")
        item["name"] = self._namer.file(done.entry.name, item["name"] if "policy_version" in item else None)
        item["path"] = os.path.join(self._namer.path(done.folder), item["name"])
        item["state"] = "new"
        row = Row(done.folder, done.entry.name, 0, done.action, done.result or "", done.digest, done.entry.mark)
        for step in self._steps:
            item = step(row, item)
        if self._handle is not None and "failed" not in answer and (act := self._handle(done.folder, done.entry, item)) is not None:
            item["act"] = act
            if act["done"] and act["what"] == "quarantine":
                self._state.drop(done.folder, done.entry.name, self._state.next_run(), "quarantined")
        self._emit(item)
