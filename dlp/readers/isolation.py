"""Reading in supervised worker processes: a hostile file costs its own worker and nothing else.

A worker is a fresh Python process of its own group with an empty environment, confined by itself
(``dlp.readers.confinement``) and killed as a group when it is late.  Parts come back as they are read, so what was read
before a worker died is kept.  Workers are reused; three deaths over the same content are remembered for a day.
"""

import contextlib
import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from dlp.document import Document, NotRead, NotReadReason, Part, Place
from dlp.readers import convert, protocol
from dlp.readers.limits import DEFAULT, MIB, Limits
from dlp.readers.road import open_file, unread

log = logging.getLogger("dlp.readers")

JOBS_PER_WORKER = 200  # L21
GRACE_SECONDS = 1.5  # the worker's own clock ends a reading first; this is for one that does not look at it
START_SECONDS = 30.0
CRASHES_REMEMBERED = 3
REMEMBER_SECONDS = 24 * 3600.0
DIGESTS_KEPT = 10_000
INLINE_BYTES = 1 << 16  # larger items go to the worker as a descriptor
PARTS_MOST = 1_000_000
_BOOT = "import sys; sys.path[:] = {path!r}; from dlp.readers.worker import main; main({descriptor})"

Source = bytes | str | os.PathLike[str]


@dataclass(slots=True)
class _Received:
    """What has come back of one job so far."""

    parts: list[Part] = field(default_factory=list)
    missing: list[NotRead] = field(default_factory=list)
    remarks: tuple[str, ...] = ()
    media_type: str = "application/octet-stream"
    size_bytes: int = 0

    def document(self, name: str) -> Document:
        return Document(name, tuple(self.parts), tuple(self.missing), self.media_type, self.remarks)


class _Worker:
    """One process and the connection to it."""

    def __init__(self, limits: Limits, *, programs: bool) -> None:
        self.limits = limits
        self.jobs = 0
        ours, theirs = socket.socketpair()
        with theirs:
            code = _BOOT.format(path=[str(entry) for entry in sys.path], descriptor=theirs.fileno())
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", code], pass_fds=(theirs.fileno(),), env={}, cwd="/", start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self.connection = ours
        self.confinement: dict[str, Any] = {}
        try:
            protocol.send(ours, {"limits": asdict(limits), "programs": programs})
            end = time.monotonic() + START_SECONDS
            head, _ = protocol.receive(ours, most_bytes=0, deadline=lambda: end)
            self.confinement = dict(head["confinement"])
        except (OSError, protocol.WorkerGone, protocol.OutOfTime, protocol.BrokenProtocol, KeyError, TypeError):
            self.kill()
            raise WorkerStartError("reader process does not start") from None

    def kill(self) -> int:
        """End the process and all its children; returns its exit status."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.connection.close()
        return self.process.wait()

    def exit_status(self) -> int:
        """Status of a process that hung up by itself; killed when it lingers."""
        try:
            status = self.process.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            return self.kill()
        self.kill()
        return status


class WorkerStartError(RuntimeError):
    """No reader process could be started: an operator's problem, not the file's."""


class ReaderPool:
    """Reads items in worker processes.  Safe to use from many threads; ``close`` it, or use it as a context.

    ``workers`` is how many may run at once (default: processors).  ``ocr`` lets workers start Tesseract, and so loosens
    the ban on programs.  ``convert`` lets LibreOffice, where it is installed, open what the own readers refuse.
    """

    def __init__(
        self, *, workers: int | None = None, limits: Limits = DEFAULT, ocr: bool = False, convert: bool = True,
        jobs_per_worker: int = JOBS_PER_WORKER,
    ) -> None:
        self.limits = limits
        self.ocr = ocr
        self.convert = convert
        self._jobs_per_worker = jobs_per_worker
        self._slots = threading.BoundedSemaphore(workers or os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._crashes: dict[str, tuple[int, float]] = {}
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all idle workers; busy ones end with their job."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def confinement(self) -> dict[str, Any]:
        """What holds in the workers (``dlp.readers.confinement.Confinement`` as a dict); starts one if none is idle."""
        with self._slots:
            worker = self._take()
            self._put(worker)
            return dict(worker.confinement)

    def read(self, source: Source, *, name: str | None = None, declared: str = "") -> Document:
        """Read bytes or a file.  Faults of the item are ``not_read``; raises WorkerStartError only."""
        if isinstance(source, bytes):
            return self._read_bytes(source, name or "", declared)
        shown = os.path.basename(os.fspath(source)) if name is None else name
        try:
            descriptor = open_file(source)
        except FileNotFoundError:
            return unread(shown, NotReadReason.VANISHED)
        except OSError:
            return unread(shown, NotReadReason.NO_ACCESS)
        try:
            return self._read_descriptor(descriptor, shown, declared)
        finally:
            os.close(descriptor)

    def _read_bytes(self, data: bytes, name: str, declared: str) -> Document:
        if len(data) > self.limits.item_bytes:
            return unread(name, NotReadReason.LIMIT_SIZE, f"檔案超過 {self.limits.item_bytes // MIB} MB")
        if len(data) <= INLINE_BYTES:
            return self._run(name, declared, data, None)
        descriptor = os.memfd_create("item", os.MFD_CLOEXEC)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            return self._run(name, declared, b"", descriptor)
        finally:
            os.close(descriptor)

    def _read_descriptor(self, descriptor: int, name: str, declared: str) -> Document:
        if os.fstat(descriptor).st_size > self.limits.item_bytes:
            return unread(name, NotReadReason.LIMIT_SIZE, f"檔案超過 {self.limits.item_bytes // MIB} MB")
        return self._run(name, declared, b"", descriptor)

    def _run(self, name: str, declared: str, data: bytes, descriptor: int | None, *, again: bool = False) -> Document:
        if self._crashes and self._is_poison(_digest(data, descriptor)):
            return unread(name, NotReadReason.CRASH, f"同樣的內容已 {CRASHES_REMEMBERED} 次使讀取程式中止，不再嘗試")
        received = _Received()
        with self._slots:
            worker = self._start_job(name, declared, data, descriptor)
            fault = self._receive(worker, received)
            if fault is None:
                self._put(worker)
        if fault is not None:
            received.missing.append(fault)
            if fault.reason in (NotReadReason.CRASH, NotReadReason.TIMEOUT, NotReadReason.RESOURCE):
                self._remember(_digest(data, descriptor))
        document = received.document(name)
        if self.convert and not again and any(m.reason in convert.REFUSED for m in received.missing):
            return self._second_chance(document, data or _content(descriptor))
        return document

    def _second_chance(self, document: Document, data: bytes) -> Document:
        """What LibreOffice makes of an item that the own readers refused; ``document`` as it is where that is no more."""
        if not convert.wanted(document, data):
            return document
        made = convert.converted(data, name=document.name, limits=self.limits)
        if made is None:
            return document
        second = self._run(document.name, "", made, None, again=True)
        if second.not_read or not any(p.text.strip() for p in second.parts if p.place is not Place.FILE_NAME):
            return document
        # What the own reader saved is kept: LibreOffice leaves some places out.
        kept = tuple(replace(p, path=f"salvaged/{p.path}") for p in document.parts if p.place is not Place.FILE_NAME)
        return replace(second, parts=(*second.parts, *kept), media_type=document.media_type, remarks=(*document.remarks, convert.REMARK))

    def _start_job(self, name: str, declared: str, data: bytes, descriptor: int | None) -> _Worker:
        """A worker that has taken the job; one that died while it was idle is replaced."""
        job = {"name": name[:100_000], "declared": declared[:200], "ocr": self.ocr, "descriptor": descriptor is not None}
        for _ in range(3):
            worker = self._take()
            worker.jobs += 1
            worker.connection.settimeout(START_SECONDS)
            try:
                protocol.send(worker.connection, job, data)
                if descriptor is not None:
                    os.lseek(descriptor, 0, os.SEEK_SET)
                    socket.send_fds(worker.connection, [b"f"], [descriptor])
            except OSError:
                worker.kill()
                continue
            return worker
        raise WorkerStartError("reader processes die before their first job")

    def _receive(self, worker: _Worker, received: _Received) -> NotRead | None:
        """All frames of a job.  Returns the fault that ended it early; the worker is dead then."""
        limits = self.limits
        end = time.monotonic() + limits.item_seconds + GRACE_SECONDS
        quiet_end = [time.monotonic() + limits.part_seconds + GRACE_SECONDS]
        most = 4 * (limits.text_chars + limits.item_bytes)
        try:
            while True:
                left = most - received.size_bytes
                head, body = protocol.receive(
                    worker.connection, most_bytes=left, deadline=lambda: min(end, quiet_end[0])
                )
                quiet_end[0] = time.monotonic() + limits.part_seconds + GRACE_SECONDS
                if _take_frame(head, body, received):
                    return None
        except protocol.OutOfTime:
            worker.kill()
            log.warning("reader killed: timeout")
            return NotRead("document", NotReadReason.TIMEOUT, "讀取逾時，已中止")
        except protocol.BrokenProtocol:
            worker.kill()
            log.error("reader killed: broken protocol")
            return NotRead("document", NotReadReason.CRASH, "讀取程式異常")
        except protocol.WorkerGone:
            status = worker.exit_status()
            log.warning("reader died: status %d", status)
            return NotRead("document", _reason_of(status), f"讀取程式中止（狀態 {status}）")

    def _take(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Worker(self.limits, programs=self.ocr)

    def _put(self, worker: _Worker) -> None:
        with self._lock:
            if not self._closed and worker.jobs < self._jobs_per_worker:
                self._idle.append(worker)
                return
        worker.kill()

    def _is_poison(self, digest: str) -> bool:
        with self._lock:
            count, since = self._crashes.get(digest, (0, 0.0))
            return count >= CRASHES_REMEMBERED and time.monotonic() - since < REMEMBER_SECONDS

    def _remember(self, digest: str) -> None:
        with self._lock:
            count, since = self._crashes.pop(digest, (0, time.monotonic()))
            if time.monotonic() - since >= REMEMBER_SECONDS:
                count, since = 0, time.monotonic()
            self._crashes[digest] = (count + 1, since)
            while len(self._crashes) > DIGESTS_KEPT:
                self._crashes.pop(next(iter(self._crashes)))
        log.warning("reader died over content sha256:%s", digest)


def _take_frame(head: dict[str, Any], body: bytes, received: _Received) -> bool:
    """Keep one checked frame; True for the last of a job.  Raises BrokenProtocol."""
    kind = head.get("kind")
    if kind == "part":
        received.size_bytes += len(body)
        if len(received.parts) >= PARTS_MOST:
            raise protocol.BrokenProtocol("too many parts")
        received.parts.append(protocol.part_of(head, body))
    elif kind == "not_read":
        if len(received.missing) >= protocol.MOST_NOT_READ:
            raise protocol.BrokenProtocol("too many entries")
        received.missing.append(protocol.not_read_of(head))
    elif kind == "done":
        received.media_type, received.remarks = protocol.done_of(head)
        return True
    elif kind != "progress":
        raise protocol.BrokenProtocol("kind")
    return False


def _reason_of(status: int) -> NotReadReason:
    if status == -signal.SIGXCPU:
        return NotReadReason.TIMEOUT
    return NotReadReason.RESOURCE if status in (-signal.SIGKILL, -signal.SIGXFSZ) else NotReadReason.CRASH


def _content(descriptor: int | None) -> bytes:
    return b"" if descriptor is None else os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _digest(data: bytes, descriptor: int | None) -> str:
    digest = hashlib.sha256(data)
    at = 0
    while descriptor is not None and (block := os.pread(descriptor, MIB, at)):
        digest.update(block)
        at += len(block)
    return digest.hexdigest()
