"""An outbox: offices that hand over files by folder put them into ``outbox/``; they come out in ``cleared/`` or ``stopped/``.

A file that has settled is first moved into a private work folder, where nobody else opens it, and examined there.  What is
cleared is a *copy whose digest was compared* with what was examined: a program that still holds the file open cannot change
it afterwards.  Anything that could not be read to the end is decided by the policy's ``if-not-read``; what could not be
examined at all is stopped.  Nothing is ever deleted or overwritten; a crash leaves the file in the work folder, from where
it is taken up again.
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from dlp.channels.share import moving, notes
from dlp.channels.share.crew import Job
from dlp.channels.share.examining import unread_item
from dlp.channels.share.journaling import Journal
from dlp.channels.share.naming import Namer
from dlp.channels.share.state import CONTENT_BYTES
from dlp.channels.share.walk import Entry, Folder, entry_of
from dlp.document import NotReadReason
from dlp.verdict import Action

OUTBOX, CLEARED, STOPPED, WORK = b"outbox", b"cleared", b"stopped", b".dlp-work"
STOPS_FROM = Action.JUSTIFY  # nobody can give a reason to a folder


class OutboxDesk:
    """Desk of one or more hand-over folders.  ``emit`` is told each outcome; ``key`` makes digests."""

    def __init__(
        self, bases: Sequence[bytes], *, key: bytes, emit: Callable[[dict[str, Any]], None], namer: Namer | None = None,
        journal: Journal | None = None,
    ) -> None:  # fmt: skip
        self._bases = list(bases)
        self._journal: Journal = journal or (lambda lines: None)
        self._key, self._emit, self._namer = key, emit, namer or Namer()
        for base in self._bases:
            for name in (OUTBOX, CLEARED, STOPPED):
                os.makedirs(os.path.join(base, name), exist_ok=True)
            work = os.path.join(base, WORK)
            os.makedirs(work, mode=0o700, exist_ok=True)
            os.chmod(work, 0o700)
            self._recover(base)
        self.roots: Sequence[bytes] = [os.path.join(b, OUTBOX) for b in self._bases]

    def _recover(self, base: bytes) -> None:
        """What a crash left in the work folder goes back into the outbox; half copies are removed."""
        for folder in (os.path.join(base, CLEARED), os.path.join(base, STOPPED)):
            for where, _, names in os.walk(folder):
                for name in names:
                    if name.endswith(moving.PART) and name.startswith(b"."):
                        os.unlink(os.path.join(where, name))
        work = os.path.join(base, WORK)
        for token in os.listdir(work):
            place = os.path.join(work, token)
            for where, _, names in os.walk(place, topdown=False):
                relative = os.path.relpath(where, place)
                home = os.path.normpath(os.path.join(base, OUTBOX, relative))
                os.makedirs(home, exist_ok=True)
                for name in names:
                    self._return(os.path.join(where, name), home, name)
                with contextlib.suppress(OSError):
                    os.rmdir(where)

    @staticmethod
    def _return(path: bytes, home: bytes, name: bytes) -> None:
        for number in range(1, moving.TRIES):
            if moving.take_name(path, os.path.join(home, moving.numbered(name, number))):
                return

    # --- the watcher's side

    def take(self, path: bytes, entry: Entry) -> Job | None:
        base = self._base_of(path)
        if base is None:
            return None
        if path.startswith(os.path.join(base, WORK) + b"/"):
            return Job(path, (base, self._relative(base, path)), entry.size)
        relative = os.path.relpath(path, os.path.join(base, OUTBOX))
        place = os.path.join(base, WORK, secrets.token_hex(8).encode(), os.path.dirname(relative))
        held = os.path.join(place, entry.name)
        os.makedirs(place, mode=0o700)
        try:
            os.rename(path, held)
        except OSError:
            self._clean(base, held)
            return None  # it vanished, or the folder does not let us: the next event or walk tries again
        return Job(held, (base, relative), entry.size)

    @staticmethod
    def _relative(base: bytes, held: bytes) -> bytes:
        return os.path.relpath(held, os.path.join(base, WORK)).partition(b"/")[2]

    def done(self, job: Job, answer: dict[str, Any]) -> None:
        base, relative = job.tag
        if "journal" in answer:
            self._journal([(str(answer["digest"]), str(answer["journal"]))])
        name = os.path.basename(job.path)
        item = unread_item(name, str(answer["failed"])) if "failed" in answer else answer.get("item")
        action = Action.BLOCK if "failed" in answer else Action.parse(str(answer["action"]))
        stops = action >= STOPS_FROM
        try:
            target = self._stop(base, relative, job.path, item) if stops else self._clear(base, relative, job.path, answer, item)
        except moving.Changed:
            self._back(base, job.path, relative)
            return
        except OSError as err:
            self._emit({"path": self._shown(relative), "state": "kept", "action": str(action), "error": type(err).__name__, "errno": err.errno or 0})
            return
        shown = dict(item or {"name": "", "findings": [], "not_read": [], "complete": True, "rules": []})
        shown |= {"path": self._shown(relative), "name": self._namer.name(name), "action": str(action), "state": "stopped" if stops else "cleared"}
        shown["to"] = self._namer.path(os.path.relpath(target, base))
        self._emit(shown)

    def unsettled(self, path: bytes, entry: Entry) -> None:
        """Somebody writes to it without end: it stays where it is, and people are told."""
        self._emit(unread_item(entry.name, str(NotReadReason.CHANGING)) | {"path": self._namer.path(path), "state": "kept"})

    def wanted(self, folder: Folder) -> list[Entry]:
        return list(folder.files)

    def tidy(self) -> None:
        """Nothing is kept back."""

    # --- moving

    def _clear(self, base: bytes, relative: bytes, held: bytes, answer: dict[str, Any], item: dict[str, Any] | None) -> bytes:
        folder = self._folder(base, CLEARED, relative)
        name = os.path.basename(held)
        examined = bytes.fromhex(answer["digest"])[:CONTENT_BYTES]
        if self._is_there(os.path.join(folder, name), held, examined):
            os.unlink(held)
            self._clean(base, held)
            return os.path.join(folder, name)
        draft, digest = moving.copy_to(held, folder, key=self._key, size=CONTENT_BYTES)
        try:
            if digest != examined:
                raise moving.Changed
            target = moving.put(draft, folder, name)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
        os.unlink(held)
        self._clean(base, held)
        if item is not None and Action.parse(str(answer["action"])) >= Action.WARN:
            moving.write_new(folder, moving.beside(os.path.basename(target), notes.REMARK), notes.remark(os.fsdecode(os.path.basename(target)), item))
        return target

    def _is_there(self, target: bytes, held: bytes, examined: bytes) -> bool:
        """Whether the same content was cleared under this name before, by a process that was killed then, or twice by hand."""
        there, here = entry_of(target), entry_of(held)
        if there is None or here is None or there.size != here.size:
            return False
        return all(moving.digest_of(p, key=self._key, size=CONTENT_BYTES) == examined for p in (target, held))

    def _stop(self, base: bytes, relative: bytes, held: bytes, item: dict[str, Any] | None) -> bytes:
        folder = self._folder(base, STOPPED, relative)
        target = moving.put(held, folder, os.path.basename(held))
        self._clean(base, held)
        if item is not None:
            name = os.path.basename(target)
            text = notes.stopped(name.decode("utf-8", "backslashreplace"), item)
            moving.write_new(folder, moving.beside(name, notes.STOPPED), text)
        return target

    def _back(self, base: bytes, held: bytes, relative: bytes) -> None:
        """It changed after it was examined: back into the outbox, where it is heard of again."""
        home = os.path.dirname(os.path.join(base, OUTBOX, relative))
        os.makedirs(home, exist_ok=True)
        self._return(held, home, os.path.basename(held))
        self._clean(base, held)

    @staticmethod
    def _folder(base: bytes, kind: bytes, relative: bytes) -> bytes:
        folder = os.path.dirname(os.path.join(base, kind, relative))
        os.makedirs(folder, exist_ok=True)
        return folder

    @staticmethod
    def _clean(base: bytes, held: bytes) -> None:
        """Remove the empty folders of the work place."""
        place, work = os.path.dirname(held), os.path.join(base, WORK)
        while place.startswith(work + b"/"):
            try:
                os.rmdir(place)
            except OSError:
                return
            place = os.path.dirname(place)

    def _base_of(self, path: bytes) -> bytes | None:
        return next((b for b in self._bases if path.startswith(os.path.join(b, b""))), None)

    def _shown(self, relative: bytes) -> str:
        return self._namer.path(relative)


def base_of(path: bytes) -> bytes:
    """The hand-over folder of what a person names: the folder itself, or its ``outbox``."""
    return os.path.dirname(path) if os.path.basename(path) == OUTBOX else path
