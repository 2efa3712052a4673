"""The gateway with a real Postfix, a real scanner and a real store, on loopback."""

import pytest

from tests.mail.gateway import CLEAN, MARKED, ROSTER, Gateway, send
from tests.mail.postfix import Postfix

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_each_action(relay: tuple[Gateway, Postfix]) -> None:
    gateway, postfix = relay
    assert send(postfix, CLEAN) == (250, "")
    code, words = send(postfix, MARKED)
    assert code == 550
    assert "Not sent: a classification mark in force" in words.split("\n")[0]
    assert send(postfix, MARKED, charset="big5")[0] == 550
    assert send(postfix, ROSTER)[0] == 250
    assert postfix.settled()
    assert len(postfix.sink.messages) == 1
    assert b"\r\nX-DLP-Result: allow;" in postfix.sink.messages[0][2]
    assert len(postfix.queue("hold")) == 1
    assert gateway.stop() == 0


def test_a_killed_gateway_defers_and_nothing_passes_unscanned(relay: tuple[Gateway, Postfix]) -> None:
    gateway, postfix = relay
    gateway.kill()
    for body in (CLEAN, MARKED):
        assert send(postfix, body)[0] == 451
    assert not postfix.sink.messages
    gateway.start()
    assert send(postfix, CLEAN)[0] == 250
    assert send(postfix, MARKED)[0] == 550
    assert postfix.settled()
    assert len(postfix.sink.messages) == 1


def test_a_store_that_cannot_be_written_lets_nothing_out(relay: tuple[Gateway, Postfix]) -> None:
    gateway, postfix = relay
    assert send(postfix, CLEAN)[0] == 250
    gateway.stop()
    for path in sorted(gateway.home.rglob("*.db*")):
        path.write_bytes(b"not a database")
    try:
        gateway.start()
    except AssertionError:
        code = send(postfix, CLEAN)[0]
    else:
        code = send(postfix, CLEAN)[0]
    assert code == 451 or len(postfix.queue("hold")) == 1
    postfix.settled()
    assert len(postfix.sink.messages) == 1
