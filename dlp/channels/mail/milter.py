"""The milter: one coroutine a connection, one state a message, every answer decided in one place.

Whatever goes wrong ends in what the policy says for a failed engine (hold or a temporary failure), never in acceptance.
"""

import asyncio
import contextlib
import logging
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from dlp.channels.mail import protocol as p
from dlp.channels.mail.answers import Answer, busy, engine_failed, from_judgement
from dlp.channels.mail.marks import OWN_PREFIX
from dlp.channels.mail.workers import WorkerFailed

log = logging.getLogger("dlp.milter")

MESSAGE_BYTES = 50_000_000  # L01
HEADER_BYTES = 1_000_000  # L07
DEADLINE_SECONDS = 240.0  # F04: below the 300 s that the mail server waits
PROGRESS_SECONDS = 15.0
WAITING_MESSAGES = 100  # L20
IDLE_SECONDS = 3_600.0
DRAIN_SECONDS = 30.0  # F16


class Judge(Protocol):
    """Whoever judges a message: the worker pool, or a fake in tests."""

    facts: dict[str, Any]

    async def run(self, meta: dict[str, Any], message: bytes, *, seconds: float) -> dict[str, Any]: ...


@dataclass(slots=True)
class Message:
    """Everything of one message; thrown away at its end, at ABORT and when the client drops (F05, F06)."""

    sender: str
    authenticated_user: str = ""
    queue_id: str = ""
    recipients: list[str] = field(default_factory=list)
    headers: bytearray = field(default_factory=bytearray)
    subject: bytes = b""
    body: bytearray = field(default_factory=bytearray)
    too_large: bool = False
    foreign: list[bytes] = field(default_factory=list)  # names of X-DLP- headers that it brought along


@dataclass(slots=True)
class Counters:
    """Counts for metrics: no content, no addresses."""

    messages: int = 0
    waiting: int = 0
    by_action: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def count(self, table: dict[str, int], key: str) -> None:
        table[key] = table.get(key, 0) + 1


@dataclass(slots=True)
class Milter:
    """The server.  ``judge`` must be started.  ``message_bytes`` is the size limit, ``deadline_seconds`` the time limit.

    ``notify`` gets what to tell the inside sender, after the mail server has its answer; it must not block.
    """

    judge: Judge
    message_bytes: int = MESSAGE_BYTES
    deadline_seconds: float = DEADLINE_SECONDS
    waiting_messages: int = WAITING_MESSAGES
    counters: Counters = field(default_factory=Counters)
    stopping: bool = False
    notify: Callable[[dict[str, Any]], None] | None = None
    _connections: dict[asyncio.Task[None], "Connection"] = field(default_factory=dict)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from the mail server, until it ends."""
        task = asyncio.current_task()
        assert task is not None
        connection = self._connections[task] = Connection(self, reader, writer)
        try:
            await connection.serve()
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            pass  # the mail server hung up or fell silent: its message is its own again
        except asyncio.CancelledError:
            if not self.stopping:
                raise
        except p.ProtocolError as err:
            log.warning("protocol error: %s", err)
        finally:
            del self._connections[task]
            writer.close()
            with contextlib.suppress(ConnectionError, OSError):
                await writer.wait_closed()

    async def drain(self) -> None:
        """Let messages that have begun finish for DRAIN_SECONDS, then close (the mail server defers).  New ones are deferred."""
        self.stopping = True
        end = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < end and any(c.at_work for c in self._connections.values()):
            await asyncio.sleep(0.05)
        for task in list(self._connections):
            task.cancel()
        if self._connections:
            await asyncio.gather(*self._connections, return_exceptions=True)


class Connection:
    """The conversation on one connection."""

    def __init__(self, milter: Milter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.milter, self.reader, self.writer = milter, reader, writer
        self.agreed: p.Negotiated | None = None
        self.macros: dict[str, str] = {}
        self.message: Message | None = None
        self.notice: dict[str, Any] | None = None
        self.answering = False
        sock = writer.get_extra_info("socket")
        self.tcp = sock if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_QUICKACK") else None

    @property
    def at_work(self) -> bool:
        """A message is coming in, or waits for its answer."""
        return self.message is not None or self.answering

    async def serve(self) -> None:
        while True:
            command, data = await self._read()
            if command == p.QUIT:
                return
            if command == p.OPTNEG:
                self.agreed, answer = p.negotiate(data)
                self.writer.write(answer)
                await self.writer.drain()
                continue
            if self.agreed is None:
                raise p.ProtocolError("a command before negotiation")
            await self._command(command, data)

    async def _read(self) -> tuple[bytes, bytes]:
        if self.tcp is not None:
            # The mail server sends small packets that get no answer; without this its last one waits 40 ms for our delayed
            # acknowledgement.  The kernel forgets the wish, so it is said again each time.
            with contextlib.suppress(OSError):
                self.tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        head = await asyncio.wait_for(self.reader.readexactly(5), IDLE_SECONDS)
        (size,) = struct.unpack("!I", head[:4])
        if not 1 <= size <= p.MAX_PACKET_BYTES:
            raise p.ProtocolError("packet size out of bounds")
        return head[4:], await self.reader.readexactly(size - 1)

    async def _command(self, command: bytes, data: bytes) -> None:
        assert self.agreed is not None
        packets = [p.packet(p.CONTINUE)]
        if command == p.MACRO:
            _, values = p.macros(data)
            self.macros.update(values)
        elif command in (p.ABORT, p.QUIT_NC):
            self.message = None
            if command == p.QUIT_NC:
                self.macros.clear()
        elif command == p.MAIL:
            packets = self._mail(data)
        elif command == p.RCPT:
            if self.message is not None and (words := p.strings(data)):
                self.message.recipients.append(words[0].decode("utf-8", "replace").strip("<>"))
        elif command == p.HEADER:
            self._header(data)
        elif command == p.BODY:
            self._body(data)
        elif command == p.EOM:
            if data:
                self._body(data)
            self.answering = True
            packets = await self._end_of_message()
        if self.agreed.answers(command):
            self.writer.write(b"".join(packets))
            await self.writer.drain()
        self.answering = False
        notice, self.notice = self.notice, None
        if notice is not None and self.milter.notify is not None:
            self.milter.notify(notice)

    def _mail(self, data: bytes) -> list[bytes]:
        words = p.strings(data)
        self.message = None
        if self.milter.stopping or self.milter.counters.waiting >= self.milter.waiting_messages:
            self.milter.counters.count(self.milter.counters.failures, "busy")
            return busy().packets
        sender = words[0].decode("utf-8", "replace").strip("<>") if words else ""
        self.message = Message(sender, self.macros.get("auth_authen", ""))
        return [p.packet(p.CONTINUE)]

    def _header(self, data: bytes) -> None:
        message = self.message
        if message is None:
            return
        name, value = p.header(data)
        if len(message.headers) > HEADER_BYTES:
            message.too_large = True
            return
        separator = b":" if self.agreed is not None and self.agreed.leading_space else b": "
        message.headers += name + separator + value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"
        if name.lower() == b"subject" and not message.subject:
            message.subject = value.strip()
        elif name[: len(OWN_PREFIX)].lower() == OWN_PREFIX:
            message.foreign.append(name)

    def _body(self, data: bytes) -> None:
        message = self.message
        if message is None:
            return
        if len(message.body) + len(data) > self.milter.message_bytes:
            message.too_large = True
            message.body.clear()
        elif not message.too_large:
            message.body += data

    async def _end_of_message(self) -> list[bytes]:
        message, self.message = self.message, None
        if message is None:
            return busy().packets  # never accept what was not seen
        # Only now: at MAIL the server may not have an id yet, and what stands there then is that of the message before.
        message.queue_id = self.macros.pop("i", "")
        milter = self.milter
        milter.counters.messages += 1
        milter.counters.waiting += 1
        task = asyncio.ensure_future(self._judge(message))
        try:
            while True:
                done, _ = await asyncio.wait({task}, timeout=PROGRESS_SECONDS)
                if done:
                    answer = task.result()
                    break
                self.writer.write(p.packet(p.PROGRESS))
                await self.writer.drain()
        finally:
            task.cancel()
            milter.counters.waiting -= 1
        milter.counters.count(milter.counters.by_action, answer.action)
        self.notice = answer.notice
        return [*removals(message.foreign), *answer.packets] if answer.accepted else answer.packets

    async def _judge(self, message: Message) -> Answer:
        milter = self.milter
        meta = {
            "sender": message.sender, "recipients": message.recipients, "authenticated_user": message.authenticated_user,
            "queue_id": message.queue_id, "too_large": message.too_large,
            "subject": message.subject.decode("latin-1"),
        }  # fmt: skip
        raw = bytes(message.headers) + b"\r\n" + bytes(message.body)
        try:
            judgement = await milter.judge.run(meta, raw, seconds=milter.deadline_seconds)
            return from_judgement(judgement, message.subject)
        except WorkerFailed as err:
            cause = err.cause
        except Exception as err:
            # The last edge before the mail server: whatever happened, the message is not accepted.
            cause = type(err).__name__
        milter.counters.count(milter.counters.failures, cause)
        log.error("message not judged", extra={"queue_id": message.queue_id, "cause": cause})
        return engine_failed(str(milter.judge.facts.get("if_engine_fails", "")))


def removals(names: list[bytes]) -> list[bytes]:
    """Packets that remove headers of these names (in the order they stood), the last of each name first."""
    counts: dict[bytes, int] = {}
    out = []
    for name in names:
        key = name.lower()
        counts[key] = counts.get(key, 0) + 1
        out.append(p.delete_header(name, index=counts[key]))
    return out[::-1]
