"""The SMTP proxy at its edges: what it says and passes on when the judge fails."""

import asyncio
import logging
from typing import Any

import pytest

from dlp.channels.mail.relay import Relay, _Session
from dlp.channels.mail.workers import WorkerFailed

META: dict[str, Any] = {"sender": "a@a.example", "recipients": ["b@b.example"], "too_large": False}


class FakeJudge:
    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer = answer
        self.facts: dict[str, Any] = {}

    async def run(self, meta: dict[str, Any], raw: bytes, *, seconds: float) -> dict[str, Any]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def judged(answer: dict[str, Any] | Exception) -> tuple[Any, bytes]:
    session = object.__new__(_Session)
    session.relay = Relay(FakeJudge(answer), ("127.0.0.1", 1))  # type: ignore[arg-type]
    return asyncio.run(session._judge(META, b"body", b"subject"))


def test_judged_mail_carries_the_result() -> None:
    answer, header = judged({"action": "allow", "policy": "v1", "ref": ""})
    assert answer.smtp == () and header.startswith(b"X-DLP-Result: allow; policy=v1")


def test_mail_that_was_not_judged_does_not_look_judged() -> None:
    answer, header = judged({"failed": "store: x", "if_engine_fails": "hold"})
    assert answer.quarantine and header == b""


@pytest.mark.parametrize("fault", [WorkerFailed("timeout"), RuntimeError("陳美鳳"), KeyError("action")])
def test_a_fault_defers_is_logged_and_quotes_nothing(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "dlp.relay"):
        answer, header = judged(fault)
    assert answer.smtp[0].startswith("451") and header == b""
    assert [r.message for r in caplog.records] == ["message not judged"]
    assert "陳美鳳" not in caplog.text and "陳美鳳" not in str(caplog.records[0].__dict__)
