"""Worker processes that judge messages, all sharing one loaded scanner.

A *nursery* process loads the scanner once and forks workers from itself, so that the model's memory is shared and a new
worker costs a fork.  The gateway talks to each worker over a socket pair: a length-prefixed JSON head and the raw message
one way, length-prefixed JSON the other.  A worker that dies or takes too long costs its message (deferred by the mail
server), never the gateway.  A reload starts a second nursery; when that one cannot start (a broken policy), the first stays.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HEAD = struct.Struct("!II")  # bytes of JSON, bytes of message
ANSWER = struct.Struct("!I")
MAX_ANSWER_BYTES = 1_000_000
START_SECONDS = 60.0
JOBS_PER_WORKER = 2_000  # then a fresh fork: keeps memory flat whatever a message did to the heap


class WorkerFailed(Exception):
    """The worker died, was killed at the deadline, or answered nonsense.  ``cause`` is a stable word."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


# ---- inside the nursery and its workers ------------------------------------------------------------------------------


def read_exactly(sock: socket.socket, size: int) -> bytes:
    """``size`` bytes, or fewer at the end of the stream."""
    chunks = bytearray()
    while len(chunks) < size:
        chunk = sock.recv(min(1 << 20, size - len(chunks)))
        if not chunk:
            break
        chunks += chunk
    return bytes(chunks)


def serve_jobs(sock: socket.socket, judge: Callable[[dict[str, Any], bytes], dict[str, Any]]) -> None:
    """A worker's life: judge messages until the gateway hangs up."""
    while True:
        head = read_exactly(sock, HEAD.size)
        if len(head) < HEAD.size:
            return
        head_bytes, message_bytes = HEAD.unpack(head)
        meta = json.loads(read_exactly(sock, head_bytes))
        message = read_exactly(sock, message_bytes)
        if len(message) < message_bytes:
            return
        answer = json.dumps(judge(meta, message), ensure_ascii=False).encode()
        sock.sendall(ANSWER.pack(len(answer)) + answer)


def nursery(
    control: socket.socket,
    prepare: Callable[[], tuple[Callable[[dict[str, Any], bytes], dict[str, Any]], dict[str, Any]]],
) -> None:
    """Load once, say ready (or why not), then fork a worker for every socket that arrives."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps workers
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # sent to the whole group: the gateway decides when we end
        signal.signal(number, signal.SIG_IGN)
    judge, facts = prepare()
    _say(control, facts)
    while True:
        data, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not data:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with socket.socket(fileno=fds[0]) as sock:
                try:
                    serve_jobs(sock, judge)
                finally:
                    os._exit(0)
        os.close(fds[0])
        _say(control, {"pid": pid})


def _say(control: socket.socket, value: dict[str, Any]) -> None:
    data = json.dumps(value, ensure_ascii=False).encode()
    control.sendall(ANSWER.pack(len(data)) + data)


# ---- inside the gateway ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Worker:
    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    generation: int
    jobs: int = 0


@dataclass(slots=True)
class Pool:
    """Workers of one nursery at a time.  ``command`` starts a nursery; it gets the control socket's number as last argument."""

    command: list[str]
    size: int
    facts: dict[str, Any] = field(default_factory=dict)
    degraded: str = ""
    _nursery: subprocess.Popen[bytes] | None = None
    _control: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _control_socket: socket.socket | None = None
    _idle: list[Worker] = field(default_factory=list)
    _slots: asyncio.Semaphore | None = None
    _generation: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _reviving: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> None:
        """Start the nursery.  Raises WorkerFailed with the nursery's own words when it cannot start."""
        self._slots = asyncio.Semaphore(self.size)
        await self._new_nursery()

    async def reload(self) -> bool:
        """A fresh nursery with fresh policies.  False, and the old one goes on, when it does not start."""
        try:
            await self._new_nursery()
        except WorkerFailed as err:
            self.degraded = f"policy: {err.cause}"
            return False
        self.degraded = ""
        return True

    async def _new_nursery(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [*self.command, str(theirs.fileno())], pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL
            )
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours)
        try:
            facts = await asyncio.wait_for(_answer(reader), START_SECONDS)
        except (TimeoutError, WorkerFailed):
            facts = {"error": "engine did not start"}
        if "error" in facts:
            writer.close()
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.to_thread(process.wait)
            raise WorkerFailed(str(facts["error"]))
        async with self._lock:
            old, old_control = self._nursery, self._control
            self._nursery, self._control, self._control_socket = process, (reader, writer), ours
            self._generation += 1
            self.facts = facts
            stale, self._idle = self._idle, []
        for worker in stale:
            worker.writer.close()
        if old_control is not None and old is not None:
            old_control[1].close()
            await asyncio.to_thread(old.wait)

    async def _fork(self) -> Worker:
        async with self._lock:
            if self._nursery is None or self._control is None or self._nursery.poll() is not None:
                raise WorkerFailed("nursery is gone")
            ours, theirs = socket.socketpair()
            with theirs:
                transport_socket = self._control[1].get_extra_info("socket")
                # One byte and a descriptor: far below the socket's buffer, so it never blocks.
                socket.send_fds(_plain(transport_socket), [b"w"], [theirs.fileno()])
            pid = int((await asyncio.wait_for(_answer(self._control[0]), 10.0))["pid"])
            generation = self._generation
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours)
        return Worker(pid, reader, writer, generation)

    async def run(self, meta: dict[str, Any], message: bytes, *, seconds: float) -> dict[str, Any]:
        """Judge one message within ``seconds``.  Raises WorkerFailed; the worker is then gone and a new one is forked next time.

        A message whose worker died is tried once more: mostly the worker was killed for another reason.  Judging twice changes
        nothing, the records know the message.
        """
        assert self._slots is not None
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            await asyncio.wait_for(self._slots.acquire(), seconds)
        except TimeoutError:
            raise WorkerFailed("queue timeout") from None
        try:
            try:
                return await self._run_on_worker(meta, message, deadline)
            except WorkerFailed as err:
                if err.cause not in ("worker died", "no worker"):
                    raise
            return await self._run_on_worker(meta, message, deadline)
        finally:
            self._slots.release()

    async def _run_on_worker(self, meta: dict[str, Any], message: bytes, deadline: float) -> dict[str, Any]:
        worker = await self._take()
        head = json.dumps(meta, ensure_ascii=False).encode()
        kept = False
        try:
            async with asyncio.timeout_at(deadline):
                worker.writer.write(HEAD.pack(len(head), len(message)) + head)
                worker.writer.write(message)
                await worker.writer.drain()
                answer = await _answer(worker.reader)
            worker.jobs += 1
            kept = worker.generation == self._generation and worker.jobs < JOBS_PER_WORKER
        except TimeoutError:
            raise WorkerFailed("timeout") from None
        except (ConnectionError, OSError):
            raise WorkerFailed("worker died") from None
        finally:
            if kept:
                self._idle.append(worker)
            else:
                await self._dismiss(worker)
        return answer

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.generation == self._generation and not worker.reader.at_eof():
                return worker
            await self._dismiss(worker)
        try:
            return await self._fork()
        except (TimeoutError, OSError, KeyError):
            raise WorkerFailed("no worker") from None
        except WorkerFailed:
            await self._revive(self._generation)
            return await self._fork()

    async def _revive(self, generation: int) -> None:
        """A new nursery in the place of the dead one; once, however many messages noticed."""
        async with self._reviving:
            if self._generation != generation:
                return
            try:
                await self._new_nursery()
            except WorkerFailed:
                self.degraded = "engine down"
                raise
            self.degraded = ""

    async def _dismiss(self, worker: Worker) -> None:
        worker.writer.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(worker.pid, signal.SIGKILL)

    async def close(self) -> None:
        """End workers and nursery."""
        for worker in self._idle:
            await self._dismiss(worker)
        self._idle.clear()
        if self._control is not None:
            self._control[1].close()
        if self._nursery is not None:
            try:
                await asyncio.to_thread(self._nursery.wait, 5)
            except subprocess.TimeoutExpired:
                self._nursery.kill()
                await asyncio.to_thread(self._nursery.wait)


def _plain(transport_socket: Any) -> socket.socket:
    """asyncio hands out a wrapper that refuses ``sendmsg``; the descriptor behind it is an ordinary socket."""
    return getattr(transport_socket, "_sock", transport_socket)  # type: ignore[no-any-return]


async def _answer(reader: asyncio.StreamReader) -> dict[str, Any]:
    try:
        (size,) = ANSWER.unpack(await reader.readexactly(ANSWER.size))
        if size > MAX_ANSWER_BYTES:
            raise WorkerFailed("answer too long")
        value = json.loads(await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ValueError):
        raise WorkerFailed("worker died") from None
    if not isinstance(value, dict):
        raise WorkerFailed("bad answer")
    return value


def python_command(module: str, *args: str) -> list[str]:
    """Command line that runs ``module`` with this interpreter, isolated from the user's environment."""
    return [sys.executable, "-m", module, *args]
