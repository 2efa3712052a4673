"""A mail server's side of the milter protocol, for tests: sends what Postfix sends, reads what it would read."""

import asyncio
import contextlib
import struct
from typing import ClassVar

from dlp.channels.mail import protocol as p

OFFERED_ACTIONS = 0x1FF
OFFERED_STEPS = 0x1FFFFF


class MailServer:
    opened: ClassVar[list["MailServer"]] = []  # so that a test can close all it opened

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.steps = 0
        self.opened.append(self)

    @classmethod
    async def connect(cls, port: int, *, actions: int = OFFERED_ACTIONS, steps: int = OFFERED_STEPS) -> "MailServer":
        server = cls(*await asyncio.open_connection("127.0.0.1", port))
        await server.send(p.OPTNEG, struct.pack("!III", 6, actions, steps))
        command, data = await server.read()
        assert command == p.OPTNEG
        server.steps = struct.unpack("!III", data)[2]
        return server

    async def send(self, command: bytes, data: bytes = b"") -> None:
        self.writer.write(p.packet(command, data))
        await self.writer.drain()

    async def read(self) -> tuple[bytes, bytes]:
        head = await asyncio.wait_for(self.reader.readexactly(5), 20)
        return head[4:], await self.reader.readexactly(struct.unpack("!I", head[:4])[0] - 1)

    async def envelope(self, sender: str, *recipients: str, user: str = "") -> tuple[bytes, bytes]:
        macro = b"M" + b"".join(x.encode() + b"\0" for x in ("i", "4QUEUEID", "{auth_authen}", user))
        await self.send(p.MACRO, macro)
        await self.send(p.MAIL, f"<{sender}>".encode() + b"\0")
        answer = await self.read()
        for recipient in recipients:
            await self.send(p.RCPT, f"<{recipient}>".encode() + b"\0")
        return answer

    async def content(self, headers: list[tuple[bytes, bytes]], body: bytes) -> list[tuple[bytes, bytes]]:
        """Send headers and body; every packet up to and including the final answer."""
        for name, value in headers:
            await self.send(p.HEADER, name + b"\0 " + value + b"\0")
        for i in range(0, len(body), 65535):
            await self.send(p.BODY, body[i : i + 65535])
        await self.send(p.EOM)
        packets = []
        while True:
            packets.append(await self.read())
            if packets[-1][0] in (p.ACCEPT, p.CONTINUE, p.REJECT, p.TEMPFAIL, p.REPLY):
                return packets

    async def close(self) -> None:
        with contextlib.suppress(ConnectionError):
            self.writer.write(p.packet(p.QUIT))
            self.writer.close()
            await self.writer.wait_closed()

    @classmethod
    async def close_all(cls) -> None:
        while cls.opened:
            await cls.opened.pop().close()
