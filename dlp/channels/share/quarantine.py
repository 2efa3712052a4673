"""The quarantine of a share: encrypted in the home, undone by one command, with a note in the file's place.

Nothing is ever deleted before its copy was compared.  The steps of moving a file, each on disk before the next one:

    1  sealed copy in ``<home>/quarantine`` (encrypted with the evidence key, P08), read back and compared
    2  note beside the file
    3  the file renamed aside in its own folder, and checked to be the very one that was examined
    4  the file set aside deleted

``recover`` looks at what a crash left: before step 4 the file goes back to its name and the copy is dropped; after it, the
copy stands.  Restoring writes the content, times, mode and owner under the old name and never overwrites.
"""

import base64
import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlp.channels.share import moving, notes
from dlp.channels.share.state import CONTENT_BYTES
from dlp.channels.share.walk import Entry
from dlp.errors import UsageError
from dlp.verdict import Action

if TYPE_CHECKING:
    from dlp.records.home import Home

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread on the telephone
NUMBER_CHARS = 8
FINDINGS_KEPT = 20
MOVES_FROM = Action.HOLD  # the design's ladder: hold and block move a file of a share


@dataclass(frozen=True, slots=True)
class Held:
    """One file in quarantine.  ``path`` is where it was, ``item`` its masked findings."""

    number: str
    path: bytes
    size: int
    at: datetime
    action: str
    rules: tuple[str, ...]
    item: dict[str, Any]
    facts: dict[str, Any]


class Quarantine:
    """The quarantine of one home."""

    def __init__(self, home: "Home") -> None:
        from dlp.records.evidence import EvidenceFolder

        self._vault: EvidenceFolder = EvidenceFolder(home.folder("quarantine"), home.keys.evidence)
        self._key = home.keys.digest_key
        self._home = home

    # --- moving away

    def put_away(self, folder: bytes, entry: Entry, item: dict[str, Any]) -> tuple[str, bytes]:
        """Move the file that was examined as ``entry`` and found as ``item``; returns its number and the path of the note.

        Raises moving.Changed when it is not that file any more, StoreUnavailable when the home is full, OSError when the share
        does not allow it; the file is then where it was.
        """
        path = os.path.join(folder, entry.name)
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            about = os.fstat(source)
            if not _is_the_one(about, entry):
                raise moving.Changed
            number = self._new_number()
            facts = _facts(path, about, item, self._digest(source))
            self._seal(number, source, facts)
        finally:
            os.close(source)
        note: bytes | None = None
        try:
            text = notes.moved(entry.name.decode("utf-8", "backslashreplace"), item, number)
            note = moving.write_new(folder, moving.beside(entry.name, notes.MOVED), text)
            self._take(folder, entry, number)
        except BaseException:
            if note is not None:
                with contextlib.suppress(OSError):
                    os.unlink(note)
            self._vault.remove(number)
            raise
        return number, note

    def _take(self, folder: bytes, entry: Entry, number: str) -> None:
        path, aside = os.path.join(folder, entry.name), _aside(folder, number)
        os.rename(path, aside)
        if not _is_the_one(os.lstat(aside), entry, renamed=True):
            moving.take_name(aside, path)
            raise moving.Changed
        moving.sync_folder(folder)
        os.unlink(aside)
        moving.sync_folder(folder)

    def _seal(self, number: str, source: int, facts: dict[str, Any]) -> None:
        os.lseek(source, 0, os.SEEK_SET)
        self._vault.store(number, moving.pieces_of(source), facts)
        if self._sealed_digest(number) != facts["digest"]:
            self._vault.remove(number)
            raise moving.Changed

    def _digest(self, source: int) -> str:
        hashed = hashlib.blake2b(digest_size=CONTENT_BYTES, key=self._key)
        for piece in moving.pieces_of(source):
            hashed.update(piece)
        return hashed.hexdigest()

    def _sealed_digest(self, number: str) -> str:
        hashed = hashlib.blake2b(digest_size=CONTENT_BYTES, key=self._key)
        for piece in self._vault.open(number):
            hashed.update(piece)
        return hashed.hexdigest()

    def _new_number(self) -> str:
        while True:
            number = "Q-" + "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_CHARS))
            if not self._vault.path(number).exists():
                return number

    # --- after a crash

    def recover(self) -> list[str]:
        """Undo moves that were cut off; returns their numbers."""
        self._vault.sweep()
        undone = []
        for held in self.held():
            aside = _aside(os.path.dirname(held.path), held.number)
            there = os.path.lexists(held.path) and _same_file(os.lstat(held.path), held.facts)
            if os.path.lexists(aside):
                if not moving.take_name(aside, held.path):
                    continue  # another file has the name: both stay, a person decides
            elif not there:
                continue
            self._remove_note(held)
            self._vault.remove(held.number)
            undone.append(held.number)
        return undone

    # --- listing and restoring

    def held(self) -> Iterator[Held]:
        """All files in quarantine, oldest first.  Raises EvidenceDamaged."""
        found = [_held(number, self._vault.facts(number)) for number in self._vault.ids()]
        yield from sorted(found, key=lambda h: (h.at, h.number))

    def find(self, number: str) -> Held:
        """Raises UsageError."""
        number = number.strip().upper()
        if not number.startswith("Q-") or not self._vault.path(number).exists():
            raise UsageError("隔離區沒有這個編號。請用 dlp quarantine list 查編號。", code="E450")
        return _held(number, self._vault.facts(number))

    def restore(self, held: Held, *, to: Path | None = None) -> bytes:
        """Bring it back, to ``to`` (a folder) or where it was; returns the path.  Raises UsageError when the name is taken."""
        folder = os.fsencode(to) if to is not None else os.path.dirname(held.path)
        name, facts = os.path.basename(held.path), held.facts
        os.makedirs(folder, exist_ok=True)
        draft = os.path.join(folder, b"." + held.number.encode() + moving.PART)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)  # of a restoration that was cut off
        hashed = hashlib.blake2b(digest_size=CONTENT_BYTES, key=self._key)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600), "wb") as file:
                for piece in self._vault.open(held.number):
                    hashed.update(piece)
                    file.write(piece)
                file.flush()
                _dress(file.fileno(), facts)
                os.fsync(file.fileno())
            if hashed.hexdigest() != facts["digest"]:
                raise UsageError("隔離的檔案內容與移入時不同，沒有還原。請保留隔離區並通知資訊單位。", code="E452")
            target = os.path.join(folder, name)
            if not moving.take_name(draft, target):
                raise UsageError("原處已有同名的檔案，沒有覆蓋。請用 --to 指定另一個資料夾。", code="E451")
            moving.sync_folder(folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
        self._remove_note(held)
        self._vault.remove(held.number)
        return target

    def _remove_note(self, held: Held) -> None:
        """The note with this number goes; one that a person has written to stays, renamed or not."""
        folder, stem = os.path.dirname(held.path), os.path.basename(held.path)
        wanted = moving.beside(stem, notes.MOVED)
        with contextlib.suppress(OSError):
            for number in range(1, 20):
                path = os.path.join(folder, moving.numbered(wanted, number))
                with open(path, "rb") as file:
                    if held.number.encode() in file.read(65_536):
                        os.unlink(path)
                        return


def _aside(folder: bytes, number: str) -> bytes:
    return os.path.join(folder, b"." + number.encode() + b".dlp-aside")


def _is_the_one(about: os.stat_result, entry: Entry, *, renamed: bool = False) -> bool:
    """Renaming changes the change time, nothing else."""
    same = (about.st_size, about.st_mtime_ns, about.st_ino) == (entry.size, entry.mtime_ns, entry.inode)
    return same and (renamed or about.st_ctime_ns == entry.ctime_ns)


def _same_file(about: os.stat_result, facts: dict[str, Any]) -> bool:
    return (about.st_size, about.st_mtime_ns, about.st_ino) == (facts["size"], facts["mtime"], facts["inode"])


def _facts(path: bytes, about: os.stat_result, item: dict[str, Any], digest: str) -> dict[str, Any]:
    kept = {k: item[k] for k in ("action", "rules", "findings", "not_read", "policy_version", "complete") if k in item}
    kept["findings"] = kept.get("findings", [])[:FINDINGS_KEPT]
    return {
        "v": 1, "path": base64.b64encode(path).decode(), "size": about.st_size, "mode": about.st_mode & 0o777, "uid": about.st_uid,
        "gid": about.st_gid, "mtime": about.st_mtime_ns, "atime": about.st_atime_ns, "inode": about.st_ino, "digest": digest,
        "at": datetime.now(UTC).isoformat(), "item": kept,
    }  # fmt: skip


def _held(number: str, facts: dict[str, Any]) -> Held:
    item = facts["item"]
    return Held(
        number, base64.b64decode(facts["path"]), int(facts["size"]), datetime.fromisoformat(facts["at"]), str(item.get("action", "hold")),
        tuple(str(r["id"]) for r in item.get("rules", ())), item, facts,
    )  # fmt: skip


def _dress(descriptor: int, facts: dict[str, Any]) -> None:
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, facts["uid"], facts["gid"])
    os.fchmod(descriptor, facts["mode"])
    os.utime(descriptor, ns=(facts["atime"], facts["mtime"]))
