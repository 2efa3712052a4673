"""Reload and stop with messages in hand: no connection is closed, each message is judged by one policy, none is lost."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlp.channels.mail import protocol as p
from tests.mail.client import MailServer
from tests.mail.gateway import ROSTER, Gateway, until
from tests.mail.postfix import free_port
from tests.policy.broken_files import HEAD, RULE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
HOLD, BLOCK = HEAD + RULE.replace("mail: warn", "mail: hold"), HEAD + RULE.replace("mail: warn", "mail: block")
BROKEN = HEAD + RULE.replace("mail: warn", "mail：warn")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[tuple[Gateway, Path]]:
    policy = tmp_path / "policy" / "p.yaml"
    policy.parent.mkdir()
    policy.write_text(HOLD, encoding="utf-8")
    made = Gateway(free_port(), tmp_path / "home", options=("--policy", str(policy), "--notify-by", "none"))
    made.start()
    yield made, policy
    assert made.process is not None
    if made.process.poll() is None:
        made.kill()


async def begun(port: int) -> MailServer:
    """A connection with a message whose body is half there."""
    server = await MailServer.connect(port)
    await server.envelope("clerk@a.example", "x@b.example")
    await server.send(p.HEADER, b"Subject\0 x\0")
    await server.send(p.BODY, b"first half\r\n")
    return server


async def ended(server: MailServer) -> tuple[bytes, bytes]:
    """The rest of the message; its final answer and the quarantine or refusal before it."""
    packets = await server.content([], ROSTER.encode())
    return packets[-1][0], b"".join(command for command, _ in packets)


def test_a_changed_file_takes_effect_without_closing_a_connection(gateway: tuple[Gateway, Path]) -> None:
    made, policy = gateway

    async def scenario() -> None:
        servers = [await begun(made.port) for _ in range(4)]
        assert p.QUARANTINE in (await ended(servers[0]))[1]
        policy.write_text(BLOCK, encoding="utf-8")
        assert await asyncio.to_thread(until, lambda: made.status().get("reloads") == 1)
        for server in servers[1:]:
            assert (await ended(server))[0] == p.REPLY, "begun before the reload, ended after it"
        await servers[0].envelope("clerk@a.example", "x@b.example")
        assert (await ended(servers[0]))[0] == p.REPLY, "the connection lives on"
        await MailServer.close_all()

    asyncio.run(scenario())


def test_a_broken_file_leaves_the_old_policy_and_is_said(gateway: tuple[Gateway, Path]) -> None:
    made, policy = gateway

    async def scenario() -> None:
        server = await begun(made.port)
        policy.write_text(BROKEN, encoding="utf-8")
        assert await asyncio.to_thread(until, lambda: "policy" in made.status().get("degraded", ""))
        assert made.process is not None
        made.process.send_signal(signal.SIGHUP)
        await asyncio.sleep(1)
        assert p.QUARANTINE in (await ended(server))[1]
        policy.write_text(BLOCK, encoding="utf-8")
        assert await asyncio.to_thread(until, lambda: made.status().get("health") == "ok")
        await server.envelope("clerk@a.example", "x@b.example")
        assert (await ended(server))[0] == p.REPLY
        await MailServer.close_all()

    asyncio.run(scenario())
    audit = made.command("audit", "verify")
    assert audit.returncode == 0, audit.stdout
    assert any('"policy.load"' in path.read_text() and '"refused"' in path.read_text() for path in (made.home / "audit").glob("*.jsonl"))


def test_sighup_under_load_answers_every_message_as_policy_says(gateway: tuple[Gateway, Path]) -> None:
    made, _ = gateway

    async def sender(stop: asyncio.Event) -> int:
        server = await MailServer.connect(made.port)
        n = 0
        while not stop.is_set():
            await server.envelope("clerk@a.example", "x@b.example")
            assert p.QUARANTINE in (await ended(server))[1]
            n += 1
        await server.close()
        return n

    async def scenario() -> None:
        stop = asyncio.Event()
        senders = [asyncio.create_task(sender(stop)) for _ in range(3)]
        assert made.process is not None
        for _ in range(3):
            made.process.send_signal(signal.SIGHUP)
            await asyncio.sleep(1.5)
        stop.set()
        assert min(await asyncio.gather(*senders)) > 0

    asyncio.run(scenario())
    assert until(lambda: made.status().get("reloads", 0) >= 1)
    assert made.stop() == 0


def test_a_stop_finishes_what_has_begun_and_defers_what_has_not(gateway: tuple[Gateway, Path]) -> None:
    made, _ = gateway

    async def scenario() -> None:
        server, idle = await begun(made.port), await MailServer.connect(made.port)
        assert made.process is not None
        os.killpg(made.process.pid, signal.SIGTERM)  # as a service manager does: workers are in the same group
        await asyncio.sleep(0.5)
        assert (await idle.envelope("clerk@a.example", "x@b.example"))[1].startswith(b"451")
        assert p.QUARANTINE in (await ended(server))[1]
        began = time.monotonic()
        assert await asyncio.to_thread(made.process.wait, 20) == 0
        assert time.monotonic() - began < 15
        await MailServer.close_all()

    asyncio.run(scenario())
