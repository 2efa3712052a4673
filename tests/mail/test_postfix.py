"""The gateway with a real Postfix, a real scanner and a real store, on loopback."""

import contextlib
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.mail.postfix import Postfix, free_port, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
CLEAN = "本週六舉辦親子閱讀活動，歡迎報名。"
MARKED = "密等及解密條件或保密期限：密（本件至160年12月31日解密）\n主旨：檢送計畫1份。"
ROSTER = "姓名 身分證 電話\n許雅筑 B220417363 0931-552-804\n賴冠霖 C136208413 0917-330-265"


@dataclass(slots=True)
class Gateway:
    port: int
    home: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "dlp.cli",
            "--home",
            str(self.home),
            "milter",
            "--listen",
            f"inet:127.0.0.1:{self.port}",
            "--workers",
            "2",
        ]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise AssertionError("the gateway did not start")

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[tuple[Gateway, Postfix]]:
    (tmp_path / "pf").mkdir()
    gateway = Gateway(free_port(), tmp_path / "home")
    with running(tmp_path / "pf", milter=f"inet:127.0.0.1:{gateway.port}") as postfix:
        gateway.start()
        try:
            yield gateway, postfix
        finally:
            with contextlib.suppress(ProcessLookupError):
                gateway.kill()


def send(postfix: Postfix, body: str, *, subject: str = "test", charset: str = "utf-8") -> tuple[int, str]:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "clerk@a.example", "x@b.example"
    message.set_content(body, charset=charset)
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as client:
        try:
            client.send_message(message)
        except smtplib.SMTPResponseException as err:
            return err.smtp_code, str(err.smtp_error, "utf-8", "replace")
    return 250, ""


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
