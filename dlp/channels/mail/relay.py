"""The gateway for sites without milters: an SMTP proxy before the queue, and a pipe command.

Proxy: Postfix hands each message to us (``smtpd_proxy_filter``) and keeps the client waiting, so that a refusal reaches the
sender.  We pass accepted messages on to the next hop unchanged but for the added header, and copy its answer.  A message
that would be held is passed on with ``X-DLP-Hold: <secret>`` only where a header check of the site puts it on hold
(``hold_header``); otherwise it is refused with how to ask for approval.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import Any

from dlp.channels.mail.answers import Answer, busy, engine_failed, from_judgement
from dlp.channels.mail.marks import RESULT_HEADER, without_own_headers
from dlp.channels.mail.milter import DEADLINE_SECONDS, MESSAGE_BYTES, Judge
from dlp.channels.mail.workers import WorkerFailed

IDLE_SECONDS = 300.0
LINE_BYTES = 1_048_576
NEXT_HOP_SECONDS = 120.0

log = logging.getLogger("dlp.relay")


@dataclass(slots=True)
class Relay:
    """SMTP server that judges and passes on to ``next_hop`` (host, port)."""

    judge: Judge
    next_hop: tuple[str, int]
    hold_header: str = ""
    message_bytes: int = MESSAGE_BYTES
    connections: int = 100
    _open: int = field(default=0)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One SMTP session."""
        if self._open >= self.connections:
            writer.write(b"421 4.3.2 too many connections\r\n")
        else:
            self._open += 1
            try:
                await _Session(self, reader, writer).run()
            except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, ValueError, asyncio.LimitOverrunError):
                pass  # the client went away or sent what is no SMTP; it keeps its message
            finally:
                self._open -= 1
        writer.close()
        with contextlib.suppress(ConnectionError, OSError):
            await writer.wait_closed()


class _Session:
    def __init__(self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.relay, self.reader, self.writer = relay, reader, writer
        self.sender: str | None = None
        self.mail_line = b""
        self.recipients: list[str] = []
        self.rcpt_lines: list[bytes] = []
        self.user = ""

    async def say(self, line: bytes) -> None:
        self.writer.write(line + b"\r\n")
        await self.writer.drain()

    async def run(self) -> None:
        await self.say(b"220 dlp ESMTP")
        while True:
            line = await asyncio.wait_for(self.reader.readline(), IDLE_SECONDS)
            if not line:
                return
            verb, _, rest = line.strip().partition(b" ")
            verb = verb.upper()
            if verb == b"QUIT":
                await self.say(b"221 2.0.0 bye")
                return
            await self._command(verb, rest)

    async def _command(self, verb: bytes, rest: bytes) -> None:
        if verb in (b"EHLO", b"HELO"):
            await self.say(
                b"250-dlp\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT\r\n250 ENHANCEDSTATUSCODES"
                if verb == b"EHLO"
                else b"250 dlp"
            )
        elif verb == b"MAIL" and rest.upper().startswith(b"FROM:"):
            self._reset()
            self.sender, self.mail_line = _address(rest[5:]), b"MAIL " + rest
            await self.say(b"250 2.1.0 ok")
        elif verb == b"RCPT" and rest.upper().startswith(b"TO:") and self.sender is not None:
            self.recipients.append(_address(rest[3:]))
            self.rcpt_lines.append(b"RCPT " + rest)
            await self.say(b"250 2.1.5 ok")
        elif verb == b"DATA" and self.recipients:
            await self.say(b"354 go ahead")
            await self._data()
        elif verb in (b"RSET", b"NOOP", b"XFORWARD"):
            if verb == b"RSET":
                self._reset()
            await self.say(b"250 2.0.0 ok")
        elif verb in (b"DATA", b"RCPT"):
            await self.say(b"503 5.5.1 bad sequence of commands")
        else:
            await self.say(b"502 5.5.2 command not recognized")

    def _reset(self) -> None:
        self.sender, self.mail_line, self.recipients, self.rcpt_lines = None, b"", [], []

    async def _data(self) -> None:
        raw, too_large = await self._body()
        subject = _subject(raw)
        meta = {
            "sender": self.sender,
            "recipients": self.recipients,
            "authenticated_user": "",
            "queue_id": "",
            "too_large": too_large,
            "hold_elsewhere": bool(self.relay.hold_header),
            "subject": subject.decode("latin-1"),
        }
        answer, header = await self._judge(meta, raw, subject)
        if answer.smtp:
            await self.say("\r\n".join(answer.smtp).encode("utf-8"))
        elif answer.quarantine and not self.relay.hold_header:
            await self.say(
                "550-5.7.1 Held content: ask for approval before sending.\r\n550 5.7.1 未寄出：這封信需要核准，本站未設定留置佇列。".encode()
            )
        else:
            extra = f"X-DLP-Hold: {self.relay.hold_header}\r\n".encode() if answer.quarantine else b""
            await self.say(await self._pass_on(extra + header + without_own_headers(raw)))
        self._reset()

    async def _body(self) -> tuple[bytes, bool]:
        """The message with dots unstuffed, and whether it went over the limit.  Only CR LF . CR LF ends it (F11)."""
        raw, too_large, at_line_start = bytearray(), False, True
        while True:
            try:
                line = await asyncio.wait_for(self.reader.readuntil(b"\r\n"), IDLE_SECONDS)
            except asyncio.LimitOverrunError as err:
                line = await self.reader.readexactly(err.consumed)
            if at_line_start and line == b".\r\n":
                return bytes(raw), too_large
            if at_line_start and line.startswith(b"."):
                line = line[1:]
            at_line_start = line.endswith(b"\r\n")
            if len(raw) + len(line) > self.relay.message_bytes:
                too_large = True
                raw.clear()
            elif not too_large:
                raw += line

    async def _judge(self, meta: dict[str, Any], raw: bytes, subject: bytes) -> tuple[Answer, bytes]:
        try:
            judgement = await self.relay.judge.run(meta, raw, seconds=DEADLINE_SECONDS)
            if meta["too_large"] and judgement.get("action") in ("allow", "log", "warn"):
                return busy(), b""  # nothing of it is here to pass on
            if judgement.get("failed"):
                # Without the header: a recheck must not take it for judged.
                return from_judgement(judgement, subject), b""
            header = f"{RESULT_HEADER}: {judgement.get('action')}; policy={judgement.get('policy', '')}; id={judgement.get('ref') or '-'}\r\n"
            return from_judgement(judgement, subject), header.encode("ascii", "replace")
        except WorkerFailed as err:
            cause = err.cause
        except Exception as err:
            # The last edge before the mail server: whatever happened, the message is not accepted.
            cause = type(err).__name__
        log.error("message not judged", extra={"cause": cause})
        return engine_failed(""), b""  # deferred whatever the policy says: the sending server keeps it, which loses nothing

    async def _pass_on(self, message: bytes) -> bytes:
        """Send to the next hop; its final answer, or a temporary failure when it cannot be reached."""
        try:
            async with asyncio.timeout(NEXT_HOP_SECONDS):
                reader, writer = await asyncio.open_connection(*self.relay.next_hop, limit=LINE_BYTES)
                try:
                    await _reply(reader)
                    for line in (b"EHLO dlp", self.mail_line, *self.rcpt_lines, b"DATA"):
                        writer.write(line + b"\r\n")
                        await writer.drain()
                        answer = await _reply(reader)
                        if answer[:1] not in b"23":
                            return answer
                    stuffed = b"\r\n".join(
                        b"." + row if row.startswith(b".") else row for row in message.split(b"\r\n")
                    )
                    writer.write(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
                    await writer.drain()
                    answer = await _reply(reader)
                    writer.write(b"QUIT\r\n")
                    return answer
                finally:
                    writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return b"451 4.4.1 next hop not reachable"


async def _reply(reader: asyncio.StreamReader) -> bytes:
    lines = []
    while True:
        line = await reader.readline()
        if not line:
            raise ConnectionResetError
        lines.append(line.rstrip(b"\r\n"))
        if line[3:4] != b"-":
            return b"\r\n".join(lines)


def _address(rest: bytes) -> str:
    return rest.strip().split(b" ")[0].strip(b"<>").decode("utf-8", "replace")


def _subject(raw: bytes) -> bytes:
    """The first Subject header, unfolded."""
    head = raw.partition(b"\r\n\r\n")[0]
    lines = head.split(b"\r\n")
    for i, line in enumerate(lines):
        if line[:8].lower() == b"subject:":
            value = line[8:].strip()
            for more in lines[i + 1 :]:
                if not more.startswith((b" ", b"\t")):
                    break
                value += b"\n" + more
            return value
    return b""
