"""The conversation with a mail server, with a fake judge: what is answered, what never is, and that states never mix."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dlp.channels.mail import protocol as p
from dlp.channels.mail.milter import Milter
from dlp.channels.mail.workers import WorkerFailed
from tests.mail.client import MailServer


class FakeJudge:
    """Answers by the first word of the body; keeps what it was shown."""

    def __init__(self, *, if_engine_fails: str = "tempfail") -> None:
        self.facts: dict[str, Any] = {"if_engine_fails": if_engine_fails}
        self.seen: list[tuple[dict[str, Any], bytes]] = []
        self.hang = asyncio.Event()

    async def run(self, meta: dict[str, Any], message: bytes, *, seconds: float) -> dict[str, Any]:
        self.seen.append((meta, message))
        word = message.partition(b"\r\n\r\n")[2].split()[0].decode()
        if word == "crash":
            raise WorkerFailed("worker died")
        if word == "bug":
            raise RuntimeError("with content: " + message.decode())
        if word == "hang":
            await self.hang.wait()
            word = "allow"
        return {
            "action": word,
            "ref": "D-TEST",
            "rules": ["INF-01"],
            "kinds": ["informant.identity"],
            "complete": True,
            "policy": "abc",
            "tell": "看得出檢舉人是誰。",
        }


def serve(scenario: Callable[[Milter, FakeJudge, int], Awaitable[None]], **options: Any) -> None:
    async def main() -> None:
        judge = FakeJudge(if_engine_fails=options.pop("if_engine_fails", "tempfail"))
        milter = Milter(judge, **options)
        server = await asyncio.start_server(milter.handle, "127.0.0.1", 0)
        try:
            await asyncio.wait_for(scenario(milter, judge, server.sockets[0].getsockname()[1]), 30)
        finally:
            await MailServer.close_all()
            server.close()
            await milter.drain()

    asyncio.run(main())


async def one(port: int, body: bytes, subject: bytes = b"test") -> list[tuple[bytes, bytes]]:
    server = await MailServer.connect(port)
    assert (await server.envelope("clerk@a.example", "x@b.example"))[0] == p.CONTINUE
    packets = await server.content([(b"Subject", subject), (b"From", b"clerk@a.example")], body)
    await server.close()
    return packets


@pytest.mark.parametrize(
    ("word", "final", "others"),
    [
        ("allow", p.ACCEPT, {p.ADD_HEADER}),
        ("warn", p.ACCEPT, {p.ADD_HEADER}),
        ("hold", p.ACCEPT, {p.ADD_HEADER, p.QUARANTINE}),
        ("block", p.REPLY, set()),
        ("justify", p.REPLY, set()),
        ("crash", p.REPLY, set()),
        ("bug", p.REPLY, set()),
    ],
)
def test_answer_by_action(word: str, final: bytes, others: set[bytes]) -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        packets = await one(port, word.encode())
        assert packets[-1][0] == final
        assert {c for c, _ in packets[:-1]} == others
        if word in ("crash", "bug"):
            assert packets[-1][1].startswith(b"451-4.7.1")
            assert b"with content" not in packets[-1][1]

    serve(scenario)


def test_a_failed_engine_may_hold_but_never_accept() -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        assert {c for c, _ in await one(port, b"crash")} == {p.QUARANTINE, p.ACCEPT}

    serve(scenario, if_engine_fails="hold")


@pytest.mark.parametrize("word", ["accept", "allow", "", "nonsense"])
def test_no_word_of_a_policy_makes_a_failed_engine_accept(word: str) -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        assert (await one(port, b"crash"))[-1][0] == p.REPLY

    serve(scenario, if_engine_fails=word)


def test_nothing_is_answered_that_was_promised_silence() -> None:
    """The trap that let mail through: a stale answer is taken as the answer to the end of the message."""

    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        server = await MailServer.connect(port)
        await server.envelope("a@a.example", "b@b.example")
        for command in (p.HEADER, p.RCPT, p.BODY):
            assert server.steps & p.NO_REPLY[command]
        await server.send(p.HEADER, b"Subject\0 x\0")
        await server.send(p.BODY, b"hang on")
        await server.send(p.EOM)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(server.reader.readexactly(1), 0.5)
        judge.hang.set()
        assert (await server.read())[0] == p.ADD_HEADER

    serve(scenario)


def test_a_server_without_silence_gets_every_answer() -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        server = await MailServer.connect(port, steps=0)
        for command, data in (
            (p.CONNECT, b"host\0U"),
            (p.HELO, b"host\0"),
            (p.MAIL, b"<a@a>\0"),
            (p.RCPT, b"<b@b>\0"),
            (p.DATA, b""),
            (p.HEADER, b"Subject\0x\0"),
            (p.EOH, b""),
            (p.BODY, b"allow"),
        ):
            await server.send(command, data)
            assert (await server.read())[0] == p.CONTINUE, command
        await server.send(p.EOM)
        assert (await server.read())[0] == p.ADD_HEADER
        assert judge.seen[0][1] == b"Subject: x\r\n\r\nallow"

    serve(scenario)


def test_messages_on_one_connection_never_mix() -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        server = await MailServer.connect(port)
        await server.envelope("one@a.example", "x@b.example")
        await server.send(p.HEADER, b"Subject\0 secret one\0")
        await server.send(p.BODY, b"block this")
        await server.send(p.ABORT)
        await server.envelope("two@a.example", "y@b.example")
        packets = await server.content([(b"Subject", b"two")], b"allow")
        assert packets[-1][0] == p.ACCEPT
        meta, raw = judge.seen[-1]
        assert (meta["sender"], meta["recipients"]) == ("two@a.example", ["y@b.example"])
        assert b"one" not in raw

    serve(scenario)


def test_a_client_that_drops_leaves_nothing() -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        server = await MailServer.connect(port)
        await server.envelope("a@a.example", "b@b.example")
        await server.send(p.BODY, b"block")
        server.writer.close()
        for _ in range(100):
            if not milter._connections:
                break
            await asyncio.sleep(0.02)
        assert not milter._connections and not judge.seen

    serve(scenario)


def test_too_many_waiting_are_deferred_at_once() -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        first = asyncio.create_task(one(port, b"hang"))
        while not judge.seen:
            await asyncio.sleep(0.01)
        server = await MailServer.connect(port)
        answer, data = await server.envelope("a@a.example", "b@b.example")
        assert answer == p.REPLY and data.startswith(b"451")
        judge.hang.set()
        await first

    serve(scenario, waiting_messages=1)


def test_a_message_over_the_limit_is_not_judged_by_its_beginning() -> None:
    serve(_too_large, message_bytes=100_000)


async def _too_large(milter: Milter, judge: FakeJudge, port: int) -> None:
    packets = await one(port, b"allow " + b"x" * 200_000)
    assert judge.seen[0][0]["too_large"]
    assert packets[-1][0] == p.REPLY


@pytest.mark.parametrize(
    "junk", [b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\0", b"\xff\xff\xff\xffO", b"\0\0\0\x01M", b"\0\0\0\x02OO"]
)
def test_junk_ends_the_connection_only(junk: bytes) -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(junk)
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        assert (await one(port, b"allow"))[-1][0] == p.ACCEPT

    serve(scenario)


def test_a_reason_in_the_subject_is_removed() -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        packets = await one(port, b"allow", "報表 [理由：業務需要]".encode())
        changed = [data for command, data in packets if command == p.CHANGE_HEADER]
        assert len(changed) == 1 and b"Subject" in changed[0]

    serve(scenario)


def test_reply_text_is_ascii_first_and_chinese_last() -> None:
    async def scenario(milter: Milter, judge: FakeJudge, port: int) -> None:
        lines = (await one(port, b"block"))[-1][1].rstrip(b"\0").split(b"\r\n")
        assert lines[0].startswith(b"550-5.7.1 [DLP D-TEST] Not sent: identity of an informant")
        assert all(line.isascii() for line in lines[:-1])
        assert lines[-1].decode().startswith("550 5.7.1 未寄出")

    serve(scenario)
