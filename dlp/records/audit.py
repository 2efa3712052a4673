"""The audit log: append-only lines, each chained to the one before by an HMAC whose key lies outside the store.

One JSON line a record, canonical (sorted keys, no spaces, ASCII)::

    {"action","actor","at","hash","log","object","op","policy","prev","result","seq","via", …facts}

``hash`` is HMAC-SHA-256 over the line without ``hash``; ``prev`` is the hash of the record before.  So nobody without the
key can change, insert, remove or reorder records.  A chain alone does not show a cut tail, hence three more witnesses:

    head       ``<anchors>/<log>.head``: the latest sequence number and hash with an HMAC, rewritten with every record
    anchors    ``<anchors>/<log>.anchors``: every 1,000 records or 10 minutes one signed line; append-only, meant for another
               disk or owner (``DLP_ANCHORS``); every line can also go to syslog
    store      the ``operations`` table names the record of every audited change

A record is written with O_APPEND and synced before its effect is committed.  ``audit_verify.py`` reads all of it back.
Facts are codes, counts and ids; never text, names of files or values.
"""

import contextlib
import fcntl
import hmac
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from dlp.records.errors import StoreUnavailable
from dlp.records.home import Home, sync_folder, unavailable

ANCHOR_RECORDS = 1000
ANCHOR_SECONDS = 600
ROTATE_BYTES = 64 * 1024 * 1024
TAIL_BYTES = 64 * 1024  # more than the longest record
ZERO = "0" * 64  # "prev" of the first record
CURRENT = "audit.jsonl"
Fact = str | int | bool | None
FACT_KINDS = (str, int, bool, type(None))
MAX_FACT_CHARS = 200
WHAT = "稽核紀錄"


@dataclass(frozen=True, slots=True)
class Position:
    """The end of the chain: ``seq`` counts from 1, 0 for an empty log."""

    seq: int
    hash: str


START = Position(0, ZERO)


def canonical(record: dict[str, Any]) -> bytes:
    """The bytes that are hashed and written."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def record_hash(key: bytes, record: dict[str, Any]) -> str:
    """HMAC over the record without its ``hash``."""
    return hmac.new(key, canonical({k: v for k, v in record.items() if k != "hash"}), sha256).hexdigest()


class AuditLog:
    """The writer.  One at a time, over processes (flock) and threads."""

    def __init__(self, home: Home, *, notify: Callable[[str], None] | None = None) -> None:
        self.folder = home.audit
        self.key = home.keys.audit
        self.id = _log_id(self.folder)
        self.heads = HeadFile(home.anchors / f"{self.id}.head", self.key)
        self.anchors = home.anchors / f"{self.id}.anchors"
        self._notify = notify
        self._thread = threading.RLock()
        self._depth = 0
        self._lock_file: int | None = None
        self._cached: tuple[int, int, Position] | None = None
        self._anchored: tuple[int, float] | None = None
        self._unsynced = False  # after a failed fsync nobody knows what is on disk: this process writes no more (F72)

    @property
    def current(self) -> Path:
        return self.folder / CURRENT

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the log for one record and its effect.  Re-entrant within a thread."""
        with self._thread:
            if not self._depth:
                self._lock_file = self._open(self.folder / ".lock", os.O_RDWR | os.O_CREAT)
                fcntl.flock(self._lock_file, fcntl.LOCK_EX)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth and self._lock_file is not None:
                    os.close(self._lock_file)
                    self._lock_file = None

    def append(
        self, action: str, *, actor: str, via: str = "", object_id: str = "", result: str = "ok", policy: str = "", op: str = "",
        at: datetime | None = None, facts: Mapping[str, Fact] | None = None,
    ) -> Position:  # fmt: skip
        """Write one record, synced, and return where it stands.  Raises StoreUnavailable (E610, E611, E612)."""
        with self.locked():
            if self._unsynced:
                raise StoreUnavailable("稽核紀錄先前同步失敗，請檢查磁碟後重新啟動服務。", code="E612", transient=False)
            try:
                self._rotate_when_large()
                end = self._end()
                record = {
                    "at": (at or datetime.now(UTC)).isoformat(timespec="milliseconds"), "actor": actor, "via": via, "action": action,
                    "object": object_id, "result": result, "policy": policy, "op": op, "log": self.id, **_checked(facts or {}),
                }  # fmt: skip
                return self._write(record, end)
            except OSError as err:
                raise unavailable(err, WHAT) from None

    def tail(self, limit: int = 1000) -> list[dict[str, Any]]:
        """The last records of the current file, oldest first; unreadable lines are left out."""
        try:
            with self.current.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - limit * 1024))
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return []
        return [record for line in lines[-limit - 1 :] if (record := parse(line)) is not None]

    # --- inside

    def _write(self, record: dict[str, Any], end: Position) -> Position:
        record |= {"seq": end.seq + 1, "prev": end.hash}
        record["hash"] = record_hash(self.key, record)
        new = not self.current.exists()
        handle = self._open(self.current, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            line = canonical(record) + b"\n"
            if os.write(handle, line) != len(line):
                raise StoreUnavailable("磁碟已滿，稽核紀錄寫不進去。請清出空間後重試。", code="E611")
            self._sync(handle)
            found = os.fstat(handle)
        finally:
            os.close(handle)
        if new:
            sync_folder(self.folder)
        position = Position(record["seq"], record["hash"])
        self._cached = (found.st_ino, found.st_size, position)
        self.heads.write(position)
        self._anchor(position)
        return position

    def _sync(self, handle: int) -> None:
        try:
            os.fsync(handle)
        except OSError:
            self._unsynced = True
            raise

    def _end(self) -> Position:
        """Where the chain ends.  A torn last line is marked; records missing at the end are noted and stay visible."""
        end, torn = self._read_end()
        if torn:
            handle = self._open(self.current, os.O_WRONLY | os.O_APPEND)
            try:
                os.write(handle, b"\n")
            finally:
                os.close(handle)
        head = None if self._is_cached(end) else self.heads.read()
        if head is not None and head.seq > end.seq:
            # Somebody cut the log: go on from the head, so that the gap remains for ever (F75), and say so.
            return self._write(self._own("audit.gap", missing_from=end.seq + 1, missing_to=head.seq), head)
        if torn:
            return self._write(self._own("audit.torn", bytes=len(torn), digest=sha256(torn).hexdigest()), end)
        return end

    def _is_cached(self, end: Position) -> bool:
        return self._cached is not None and self._cached[2] is end

    def _read_end(self) -> tuple[Position, bytes]:
        """The last whole record, and what stands behind it without a newline."""
        try:
            found = self.current.stat()
        except FileNotFoundError:
            return self._end_of_rotated(), b""
        if self._cached and self._cached[:2] == (found.st_ino, found.st_size):
            return self._cached[2], b""
        with self.current.open("rb") as file:
            file.seek(max(0, found.st_size - TAIL_BYTES))
            chunk = file.read()
        whole, _, torn = chunk.rpartition(b"\n")
        last = parse(whole.rpartition(b"\n")[2])
        return (Position(last["seq"], last["hash"]) if last else self._end_of_rotated()), torn

    def _own(self, action: str, **facts: int | str) -> dict[str, Any]:
        return {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "actor": "system", "via": "audit", "action": action,
            "object": "", "result": "ok", "policy": "", "op": "", "log": self.id, **facts,
        }  # fmt: skip

    def _end_of_rotated(self) -> Position:
        files = rotated_files(self.folder)
        if not files:
            return START
        if files[-1].suffix == ".stub":
            stub = json.loads(files[-1].read_bytes())
            return Position(stub["last_seq"], stub["last_hash"])
        with files[-1].open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
            last = parse(file.read().rstrip(b"\n").rpartition(b"\n")[2])
        return Position(last["seq"], last["hash"]) if last else START

    def _rotate_when_large(self) -> None:
        try:
            large = self.current.stat().st_size >= ROTATE_BYTES
        except FileNotFoundError:
            return
        if large:
            self.rotate()

    def rotate(self) -> None:
        """Close the current file; the next one begins with a record that names it."""
        with self.locked():
            end = self._end()
            if not self.current.exists():
                return
            with self.current.open("rb") as file:
                first = parse(file.readline())
            begin = first["seq"] if first else 0
            name = f"audit-{begin:012d}.jsonl"
            self.current.rename(self.folder / name)
            sync_folder(self.folder)
            self._cached = None
            self._write(self._own("audit.rotate", file=name, last_seq=end.seq), end)

    def _anchor(self, position: Position) -> None:
        now = datetime.now(UTC)
        if self._anchored is None:
            self._anchored = _last_anchor(self.anchors)
        if position.seq - self._anchored[0] < ANCHOR_RECORDS and 0 <= now.timestamp() - self._anchored[1] < ANCHOR_SECONDS:
            return
        self.anchor(position, now)

    def anchor(self, position: Position, now: datetime) -> None:
        """Write a signed head to the second place now."""
        line = {"seq": position.seq, "hash": position.hash, "at": now.isoformat(timespec="seconds"), "log": self.id}
        line["mac"] = hmac.new(self.key, b"anchor\0" + canonical(line), sha256).hexdigest()
        handle = self._open(self.anchors, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(handle, canonical(line) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        self._anchored = (position.seq, now.timestamp())
        if self._notify:
            self._notify(canonical(line).decode("ascii"))

    @staticmethod
    def _open(path: Path, flags: int) -> int:
        try:
            return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as err:
            raise unavailable(err, WHAT) from None


class HeadFile:
    """The latest position, signed; two slots written in turn, so that a torn write leaves the other one whole."""

    SLOT = 160

    def __init__(self, path: Path, key: bytes) -> None:
        self.path, self.key = path, key

    def write(self, position: Position) -> None:
        body = f"{position.seq} {position.hash} {self._mac(position)}"
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.pwrite(handle, body.ljust(self.SLOT - 1).encode("ascii") + b"\n", (position.seq % 2) * self.SLOT)
        finally:
            os.close(handle)

    def read(self) -> Position | None:
        """The highest valid position; None when the file is missing or neither slot is valid."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        found = [self._parse(data[i : i + self.SLOT]) for i in (0, self.SLOT)]
        return max((p for p in found if p), key=lambda p: p.seq, default=None)

    def _parse(self, slot: bytes) -> Position | None:
        words = slot.decode("ascii", "replace").split()
        if len(words) != 3 or not words[0].isdigit():
            return None
        position = Position(int(words[0]), words[1])
        return position if hmac.compare_digest(self._mac(position), words[2]) else None

    def _mac(self, position: Position) -> str:
        return hmac.new(self.key, f"head\0{position.seq}\0{position.hash}".encode(), sha256).hexdigest()[:64]


def parse(line: bytes) -> dict[str, Any] | None:
    """A line as a record; None when it is not one."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or type(record.get("seq")) is not int or not isinstance(record.get("hash"), str):
        return None
    return record


def rotated_files(folder: Path) -> list[Path]:
    """Closed files and the stubs of deleted ones, in order."""
    return sorted([*folder.glob("audit-*.jsonl"), *folder.glob("audit-*.stub")])


def _checked(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    for name, value in facts.items():
        if not isinstance(value, FACT_KINDS) or (isinstance(value, str) and len(value) > MAX_FACT_CHARS):
            raise TypeError(f"audit fact {name} is no short string, number or flag")
    return facts


def _last_anchor(path: Path) -> tuple[int, float]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 2048))
            last = parse(file.read().rstrip(b"\n").rpartition(b"\n")[2])
    except FileNotFoundError:
        return (-ANCHOR_RECORDS, 0.0)
    if last is None:
        return (-ANCHOR_RECORDS, 0.0)
    return (last["seq"], datetime.fromisoformat(last["at"]).timestamp())


def _log_id(folder: Path) -> str:
    """The id of this home's log, made with it: names its anchors in a shared second place."""
    import secrets

    path = folder / "log.id"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    except OSError as err:
        raise unavailable(err, WHAT) from None
    try:
        draft = folder / f".log.id.{os.getpid()}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(8))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # never replaces another process's id
        draft.unlink()
        sync_folder(folder)
        return path.read_text(encoding="ascii").strip()
    except OSError as err:
        raise unavailable(err, WHAT) from None
