"""What happens to one file in a worker: read it without disturbing it (F60), recognise content that was judged before, check it.

The *digest* of a file is keyed (P03) and has two halves: one of its content, one of what its name can change — the
extension, and the whole name where the name itself holds a cue.  So a copy, a renamed or a moved file is recognised.
"""

import hashlib
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlp.channels.share.naming import name_matters, printable_name
from dlp.channels.share.state import CONTENT_BYTES, look_up
from dlp.document import NOT_READ_LABELS, NotReadReason

if TYPE_CHECKING:
    from dlp.policy.policyset import PolicySet
    from dlp.scanner import Scanner

FILE_BYTES = 200_000_000  # L02
NAME_BYTES = 8
FINDINGS_IN_RESULT = 200  # of one file; the rest is only counted
RECENT, RECENT_BYTES = 2_000, 1_000_000  # answers each worker keeps: copies of one file often come together
READ_TRIES = 3  # of a file that changes while it is read (F54)
ENGINE_PARTS = ("detectors", "text", "readers", "language", "data", "masking.py", "scanner.py", "kinds.py")
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result rests on besides the file.  ``engine``: detectors and model; ``policy``: rules in force; ``day``: ISO date."""

    engine: str
    policy: str
    day: str


def basis_of(policy: "PolicySet", day: date, *, options: str = "") -> Basis:
    """The basis of results under ``policy`` on this day.  ``options`` names what else changes them (model or not, OCR, channel)."""
    return Basis(engine_fingerprint(options), policy_fingerprint(policy, day), day.isoformat())


def engine_fingerprint(options: str) -> str:
    """Changes with an upgrade, a new model, or other options."""
    import dlp
    from dlp.resources import shipped

    package = Path(dlp.__file__).parent
    return _digest(_version(), options, files_mark([*(package / part for part in ENGINE_PARTS), shipped("models")]))


def files_mark(paths: Sequence[Path]) -> str:
    """Digest over name, size and time of these files and of all files in these folders."""
    found = []
    for path in paths:
        for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix not in (".pyc", ".md")):
            about = file.stat()
            if not file.is_dir():
                found.append(f"{file} {about.st_size} {about.st_mtime_ns}")
    return _digest(*found)


class Examiner:
    """An examiner that is built when the first worker is hired: a night without changes loads neither detectors nor model."""

    def __init__(self, build: Callable[[], Callable[[bytes], Answer]]) -> None:
        self._build = build
        self._examine: Callable[[bytes], Answer] | None = None

    def prepare(self) -> None:
        if self._examine is None:
            self._examine = self._build()

    def __call__(self, path: bytes) -> Answer:
        self.prepare()
        assert self._examine is not None
        return self._examine(path)


def policy_fingerprint(policy: "PolicySet", day: date) -> str:
    """Changes with the policy and when an exception or an accepted value expires."""
    exceptions = [f"{r.id} {n}" for r in policy.rules for n, e in enumerate(r.exemptions) if day <= e.until]
    accepted = sorted(d for d, entry in policy.accepted.entries.items() if day <= entry.until)
    return _digest(policy.version, *exceptions, "|", *accepted)


def _digest(*words: str) -> str:
    return hashlib.blake2b("\0".join(words).encode(), digest_size=12).hexdigest()


def _version() -> str:
    try:
        return version("dlp-zh")
    except PackageNotFoundError:
        return "0"


def make_examiner(
    scanner: "Scanner", *, key: bytes, state: Path | None = None, basis: Basis | None = None, channel: str = "share"
) -> Callable[[bytes], Answer]:
    """The function that runs in a worker: path → plain JSON.

    ``key`` makes the digest a keyed one; ``state`` is the state file in which content of the same ``basis`` is looked up.
    The answer is ``{"failed": reason}`` or ``{"digest", "action"}`` with ``item`` where there is something to report, ``day`` as
    in ``Done`` and ``copy`` when the result was known.
    """
    loud, recent = name_matters(), dict[bytes, Answer]()
    judge(scanner, b"1", "1.txt", channel)  # loads what is loaded with the first file: workers share it after the fork
    remembered = _Memory(state, basis) if state is not None and basis is not None else None

    def examine(path: bytes) -> Answer:
        data = read_quietly(path)
        if isinstance(data, NotReadReason):
            return {"failed": str(data)}
        name = os.fsdecode(os.path.basename(path)).encode("utf-8", "replace").decode()
        digest = file_digest(data, name, key=key, loud=loud)
        if (answer := recent.get(digest)) is not None:
            return answer
        if remembered is not None and (answer := remembered.answer(digest)) is not None:
            return answer
        answer = judge(scanner, data, name, channel, key=key)
        answer["digest"] = digest.hex()
        if len(data) <= RECENT_BYTES:
            if len(recent) >= RECENT:
                recent.clear()
            recent[digest] = answer | {"copy": True}
        return answer

    return examine


def judge(scanner: "Scanner", data: bytes, name: str, channel: str, *, key: bytes = b"") -> Answer:
    """Verdict on the bytes as plain JSON: action, the item where there is something to report, and with ``key`` the journal's line."""
    from dlp.reports.verdict_json import as_object

    verdict = scanner.check_bytes(data, name, channel)
    answer: Answer = {"action": str(verdict.action)}
    if not verdict.findings and verdict.complete:
        return answer
    item = as_object(verdict)
    del item["read"]
    item["findings_total"] = len(item["findings"])
    item["findings"] = item["findings"][:FINDINGS_IN_RESULT]
    answer["item"] = item
    if key and verdict.findings:
        from dlp.channels.share.journaling import line_of

        answer["journal"] = line_of(verdict, scanner.policy, key=key, size=len(data))
    terms = [f.attrs["until"] for f in verdict.findings if f.attrs.get("state") == "in-force" and "until" in f.attrs]
    if terms:
        answer["day"] = min(terms)
    return answer


def read_quietly(path: bytes) -> bytes | NotReadReason:
    """The bytes of a regular file, or why not.  Read-only; links are not followed; the access time stays where allowed."""
    for _ in range(READ_TRIES):
        descriptor = _open(path)
        if isinstance(descriptor, NotReadReason):
            return descriptor
        try:
            with os.fdopen(descriptor, "rb", buffering=0) as file:
                before = os.fstat(descriptor)
                if not stat.S_ISREG(before.st_mode):
                    return NotReadReason.NO_ACCESS  # a pipe or device that took the file's place
                if before.st_size > FILE_BYTES:
                    return NotReadReason.LIMIT_SIZE
                data = _read(file, before.st_size)
                after = os.fstat(descriptor)
        except OSError:
            return NotReadReason.NO_ACCESS
        if (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns):
            return data if len(data) <= FILE_BYTES else NotReadReason.LIMIT_SIZE
    return NotReadReason.CHANGING


def _read(file: Any, expected: int) -> bytes:
    """To the end, whatever size was announced."""
    first: bytes = file.read(expected + 1)
    if len(first) <= expected and not (more := file.read(65_536)):
        return first
    pieces, total = [first], len(first)
    if len(first) <= expected:
        pieces.append(more)
        total += len(more)
    while total <= FILE_BYTES and (piece := file.read(1 << 20)):
        pieces.append(piece)
        total += len(piece)
    return b"".join(pieces)


def _open(path: bytes) -> int | NotReadReason:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        pass  # O_NOATIME is only for the owner
    except FileNotFoundError:
        return NotReadReason.VANISHED
    except OSError:
        return NotReadReason.NO_ACCESS
    try:
        return os.open(path, flags)
    except OSError:
        return NotReadReason.NO_ACCESS


def file_digest(data: bytes, name: str, *, key: bytes, loud: Callable[[str], bool]) -> bytes:
    content = hashlib.blake2b(data, digest_size=CONTENT_BYTES, key=key).digest()
    extension = os.path.splitext(name)[1].lower()
    return content + hashlib.blake2b(f"{extension}\0{name if loud(name) else ''}".encode(), digest_size=NAME_BYTES, key=key).digest()


class _Memory:
    """Read access to the state file from a worker; opened after the fork, anew in every process."""

    def __init__(self, path: Path, basis: Basis) -> None:
        self._path, self._basis = path, basis
        self._db: sqlite3.Connection | None = None
        self._process = 0

    def answer(self, digest: bytes) -> Answer | None:
        try:
            if self._db is None or self._process != os.getpid():
                self._db = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=5, isolation_level=None)
                self._process = os.getpid()
            found = look_up(self._db, digest, self._basis.engine, self._basis.policy, self._basis.day)
        except sqlite3.Error:
            return None  # only speed is lost
        if found is None:
            return None
        action, text = found
        answer: Answer = {"digest": digest.hex(), "action": action, "copy": True}
        if text is not None:
            answer["item"] = item = json.loads(text)
            days = [f["attrs"]["until"] for f in item["findings"] if f["attrs"].get("state") == "in-force" and "until" in f["attrs"]]
            if days:
                answer["day"] = min(days)
        return answer


def unread_item(name: bytes, reason: str) -> dict[str, Any]:
    """The object of a file that could not be examined."""
    try:
        label = NOT_READ_LABELS[NotReadReason(reason)]
    except ValueError:
        label, reason = "特殊檔案，未開啟", "no-access"
    return {
        "name": printable_name(name), "channel": "share", "action": "log", "complete": False, "rules": [], "findings": [],
        "findings_total": 0, "not_read": [{"part": "file", "reason": reason, "detail": label}],
    }  # fmt: skip
