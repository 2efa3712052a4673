"""The crew: supervised worker processes that examine files.

Forked from the scanning process after the engine is loaded, so that all share its memory.  A batch goes to a worker, one result
a file comes back; when a worker dies or is silent too long, the file it was at is charged with it, the rest of the batch goes to
another worker, and a file that cost two workers is reported as not read (F21).
"""

import contextlib
import json
import mmap
import os
import selectors
import signal
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

SIZE = struct.Struct("!I")
COUNT = struct.Struct("=Q")
REPLY_SECONDS = 0.005  # answers to quick jobs travel together
REPLY_BYTES = 65_536
BATCH_FILES = 64
BATCH_BYTES = 4_000_000
UNREAD_BYTES = 32_768  # of paths on their way to a worker; a socket's buffer holds more
FILE_SECONDS = 120.0  # L08
DEATHS_PER_FILE = 2
JOBS_PER_WORKER = 5_000


@dataclass(frozen=True, slots=True)
class Job:
    """One file: ``path`` in bytes, ``tag`` comes back with the result."""

    path: bytes
    tag: Any
    size: int = 0


@dataclass(slots=True)
class _Hand:
    pid: int
    sock: socket.socket
    batch: deque[Job] = field(default_factory=deque)
    since: float = 0.0
    done: int = 0
    received: bytearray = field(default_factory=bytearray)
    finished: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, COUNT.size))  # shared: jobs the worker has finished
    noticed: int = 0
    retiring: bool = False  # finishes its batch with the examiner it was hired with

    def at(self) -> int:
        """Index in ``batch`` of the job the worker is at: answers to those before it may be lost with the worker."""
        count: int = COUNT.unpack_from(self.finished)[0]
        return max(0, min(count - self.done, len(self.batch) - 1))

    def moved(self) -> bool:
        """Whether a job was finished since the last time this was asked."""
        (count,) = COUNT.unpack_from(self.finished)
        before, self.noticed = self.noticed, count
        return bool(count != before)


class Crew:
    """``examine(path) -> dict`` runs in the workers.  Feed it jobs, read results; bounded by ``size`` batches in flight."""

    def __init__(
        self,
        examine: Callable[[bytes], dict[str, Any]],
        *,
        size: int,
        file_seconds: float = FILE_SECONDS,
        nice: int = 10,
    ) -> None:
        self._examine, self._size, self._file_seconds, self._nice = examine, size, file_seconds, nice
        self._hands: list[_Hand] = []
        self._selector = selectors.DefaultSelector()
        self._waiting: deque[Job] = deque()
        self._deaths: dict[bytes, int] = {}

    def run(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
        """Results as they come, in any order; every job exactly once."""
        jobs = iter(jobs)
        exhausted = False
        try:
            while True:
                while not exhausted and len(self._waiting) < 2 * BATCH_FILES * self._size:
                    try:
                        self._waiting.append(next(jobs))
                    except StopIteration:
                        exhausted = True
                if exhausted and not self.busy:
                    return
                yield from self.step()
        finally:
            self.close()

    @property
    def busy(self) -> bool:
        """Whether a job waits or is in work."""
        return bool(self._waiting) or any(h.batch for h in self._hands)

    def submit(self, job: Job) -> None:
        """Add one job; ``step`` does the rest."""
        self._waiting.append(job)

    def replace(self, examine: Callable[[bytes], dict[str, Any]]) -> None:
        """Examine with ``examine`` what has not been handed out yet; workers end with the batch they have."""
        if (prepare := getattr(examine, "prepare", None)) is not None:
            prepare()
        self._examine = examine
        for hand in list(self._hands):
            hand.retiring = True
            if not hand.batch:
                self._dismiss(hand)

    def listen(self, stream: int, heard: Callable[[], None]) -> None:
        """Call ``heard`` from ``step`` whenever the descriptor ``stream`` can be read."""
        self._selector.register(stream, selectors.EVENT_READ, heard)

    def unlisten(self, stream: int) -> None:
        self._selector.unregister(stream)

    def step(self, timeout: float = 1.0) -> Iterator[tuple[Job, dict[str, Any]]]:
        """Hand out what waits and give the results that are there; waits at most ``timeout`` seconds for one."""
        self._hand_out()
        yield from self._collect(timeout)

    def _hand_out(self) -> None:
        """A batch to every hand that has little left: the next one lies ready when it is done with this one."""
        while self._waiting:
            hand = min((h for h in self._hands if not h.retiring), key=lambda h: len(h.batch), default=None)
            if (hand is None or hand.batch) and len(self._hands) < self._size:
                hand = self._hire()
            if hand is None or not self._has_room(hand):
                return
            if not self._send(hand):
                return

    def _has_room(self, hand: _Hand) -> bool:
        """Whether a further batch fits: what is sent must never wait for a worker that itself waits to be read."""
        if not hand.batch:
            return True
        first = hand.batch[0]
        if len(hand.batch) > BATCH_FILES // 2 or first.size > BATCH_BYTES or self._deaths.get(first.path):
            return False
        return hand.done < JOBS_PER_WORKER and sum(len(j.path) for j in hand.batch) < UNREAD_BYTES

    def _send(self, hand: _Hand) -> bool:
        batch: list[Job] = []
        total, paths, room = 0, 0, min(BATCH_FILES, -(-len(self._waiting) // self._size))
        while self._waiting and len(batch) < room and (not batch or (total < BATCH_BYTES and paths < UNREAD_BYTES)):
            if self._deaths.get(self._waiting[0].path) and (batch or hand.batch):
                break  # a file that cost a worker goes alone
            job = self._waiting.popleft()
            batch.append(job)
            total, paths = total + job.size, paths + len(job.path)
            if self._deaths.get(job.path):
                break
        if not batch:
            return False
        if not hand.batch:
            hand.since = monotonic()
        hand.batch.extend(batch)
        message = SIZE.pack(len(batch)) + b"".join(SIZE.pack(len(j.path)) + j.path for j in batch)
        with contextlib.suppress(OSError):  # a dead worker is noticed when it is read from
            hand.sock.sendall(message)
        return True

    def hire(self) -> None:
        """Have all workers ready before the first job."""
        while len(self._hands) < self._size:
            self._hire()

    def _hire(self) -> _Hand:
        if not self._hands and (prepare := getattr(self._examine, "prepare", None)) is not None:
            prepare()  # before the fork, so that workers share what it loads
        ours, theirs = socket.socketpair()
        finished = mmap.mmap(-1, COUNT.size)
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                for other in self._hands:
                    other.sock.close()
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                with contextlib.suppress(OSError):
                    os.nice(self._nice)
                with contextlib.suppress(OSError):  # the supervisor is gone
                    _work(theirs, self._examine, finished)
            finally:
                os._exit(0)
        theirs.close()
        hand = _Hand(pid, ours, finished=finished)
        self._hands.append(hand)
        self._selector.register(ours, selectors.EVENT_READ, hand)
        return hand

    def _collect(self, timeout: float) -> Iterator[tuple[Job, dict[str, Any]]]:
        for key, _ in self._selector.select(timeout):
            if not isinstance(key.data, _Hand):
                key.data()
                continue
            hand = key.data
            try:
                chunk = hand.sock.recv(1 << 18)
            except OSError:
                chunk = b""
            if not chunk:
                yield from self._lost(hand, "crash")
                continue
            hand.received += chunk
            while len(hand.received) >= SIZE.size:
                (size,) = SIZE.unpack_from(hand.received)
                if len(hand.received) < SIZE.size + size:
                    break
                value = json.loads(bytes(hand.received[SIZE.size : SIZE.size + size]))
                del hand.received[: SIZE.size + size]
                hand.since, hand.done = monotonic(), hand.done + 1
                yield hand.batch.popleft(), value
            if not hand.batch and (hand.retiring or hand.done >= JOBS_PER_WORKER):
                self._dismiss(hand)
        now = monotonic()
        for hand in self._hands:
            if hand.moved():
                hand.since = now
        for hand in [h for h in self._hands if h.batch and now - h.since > self._file_seconds]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(hand.pid, signal.SIGKILL)
            yield from self._lost(hand, "timeout")

    def _lost(self, hand: _Hand, reason: str) -> Iterator[tuple[Job, dict[str, Any]]]:
        batch = list(hand.batch)
        guilty = hand.at()
        self._dismiss(hand)
        if not batch:
            return
        job = batch[guilty]
        self._deaths[job.path] = self._deaths.get(job.path, 0) + 1
        if self._deaths[job.path] >= DEATHS_PER_FILE or reason == "timeout":
            yield job, {"failed": reason}
            del batch[guilty]
        self._waiting.extendleft(reversed(batch))

    def _dismiss(self, hand: _Hand) -> None:
        self._selector.unregister(hand.sock)
        hand.sock.close()
        hand.finished.close()
        self._hands.remove(hand)
        with contextlib.suppress(ProcessLookupError):
            os.kill(hand.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(hand.pid, 0)

    def close(self) -> None:
        for hand in list(self._hands):
            self._dismiss(hand)


def _work(sock: socket.socket, examine: Callable[[bytes], dict[str, Any]], finished: mmap.mmap) -> None:
    stream, replies, count = sock.makefile("rb"), bytearray(), 0
    while True:
        head = stream.read(SIZE.size)
        if len(head) < SIZE.size:
            return
        paths = []
        for _ in range(SIZE.unpack(head)[0]):
            (size,) = SIZE.unpack(stream.read(SIZE.size))
            paths.append(stream.read(size))
        sent = monotonic()
        for path in paths:
            value = json.dumps(examine(path), ensure_ascii=False).encode("utf-8", "surrogatepass")
            count += 1
            COUNT.pack_into(finished, 0, count)
            replies += SIZE.pack(len(value)) + value
            if len(replies) > REPLY_BYTES or monotonic() - sent > REPLY_SECONDS:
                sock.sendall(replies)
                replies.clear()
                sent = monotonic()
        if replies:
            sock.sendall(replies)
            replies.clear()
