"""The self-test walks the real ways out, and sees when one of them does not pass the engine."""

import json
from pathlib import Path

import pytest

from dlp.channels.mail import probes
from dlp.channels.mail.sendtest import BY_SMTP, LEAK, LEFT, LOCAL, SETTINGS, walk
from dlp.records import incidents, open_home, open_store
from tests.mail.gateway import Gateway
from tests.mail.postfix import Postfix, free_port, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def hops(gateway: Gateway, postfix: Postfix, *, seconds: float = 20) -> dict[str, bool | None]:
    walked = walk("me@a.example", home=str(gateway.home), config=str(postfix.config), smtp=("127.0.0.1", postfix.port), seconds=seconds)
    return {hop.name: hop.good for hop in walked}


def test_every_hop_is_good_and_nothing_is_left_behind(relay: tuple[Gateway, Postfix]) -> None:
    gateway, postfix = relay
    assert hops(gateway, postfix) == {SETTINGS: True, LOCAL: True, LEFT: True, BY_SMTP: True, LEAK: True}
    assert postfix.settled()
    assert len(postfix.sink.messages) == 2 and not any(b"X-DLP-Test" in message for *_, message in postfix.sink.messages)
    with open_store(gateway.home) as store:
        assert incidents.listing(store) == []
    done = gateway.command("milter", "send-test", "--smtp", f"127.0.0.1:{postfix.port}", "me@a.example")
    assert done.returncode == 0, done.stdout + done.stderr
    asked = ("--send-test", "me@a.example", "--smtp", f"127.0.0.1:{postfix.port}", "--postfix-config", str(postfix.config))
    answers = json.loads(gateway.command("doctor", *asked, "--format", "json").stdout)
    assert [a["code"] for a in answers if a["code"] in ("D95", "D96", "D97", "D98")] == ["D96"] * 6, answers
    assert (gateway.home / "milter.status.json").stat().st_mode & 0o077 == 0


def test_mail_that_passes_by_the_engine_is_seen(tmp_path: Path) -> None:
    (tmp_path / "pf").mkdir()
    gateway = Gateway(free_port(), tmp_path / "home")
    open_home(gateway.home)
    with running(tmp_path / "pf") as postfix:
        found = hops(gateway, postfix, seconds=2)
        assert found[SETTINGS] is False and found[LOCAL] is False and found[BY_SMTP] is False


def test_a_stopped_engine_is_seen(relay: tuple[Gateway, Postfix]) -> None:
    gateway, postfix = relay
    gateway.kill()
    found = hops(gateway, postfix, seconds=2)
    assert found[LOCAL] is False and found[BY_SMTP] is False
    gateway.start()


def test_a_probe_is_good_once_and_only_with_our_keys(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    ours, other = open_home(tmp_path / "a"), open_home(tmp_path / "b")
    now = datetime.now(UTC)
    token = probes.make_token(ours, now)
    assert probes.genuine(ours, token, now) and not probes.genuine(other, token, now)
    assert not probes.genuine(ours, token, now + timedelta(hours=2))
    for bad in ("", "x", "..", token[:-1], token.replace(".", "/"), "1.2.3"):
        assert not probes.genuine(ours, bad, now)
    seen = probes.Seen("allow", "4Q", "v")
    assert probes.write(ours, token, seen) and not probes.write(ours, token, seen)
    assert probes.read(ours, token) == seen
