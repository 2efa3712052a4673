"""The gateway as a process of its own, and how tests send through the mail server in front of it."""

import contextlib
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.mail.postfix import Postfix

CLEAN = "本週六舉辦親子閱讀活動，歡迎報名。"
MARKED = "密等及解密條件或保密期限：密（本件至160年12月31日解密）\n主旨：檢送計畫1份。"
ROSTER = "姓名 身分證 電話\n許雅筑 B220417363 0931-552-804\n賴冠霖 C136208413 0917-330-265"


@dataclass(slots=True)
class Gateway:
    port: int
    home: Path
    config: Path | None = None
    options: tuple[str, ...] = ()
    workers: int = 2
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"MAIL_CONFIG": str(self.config)} if self.config else dict(os.environ)

    def start(self) -> None:
        command = [
            sys.executable, "-m", "dlp.cli", "--home", str(self.home), "milter", "--listen", f"inet:127.0.0.1:{self.port}",
            "--workers", str(self.workers), "--no-model", "--notice-from", "dlp@a.example", *self.options,
        ]  # fmt: skip
        with (self.home.parent / "gateway.log").open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log, start_new_session=True, env=self.environment)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise AssertionError("the gateway did not start")

    def kill(self) -> None:
        """SIGKILL for the gateway and all its workers."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """``dlp`` over the same home and mail server."""
        line = [sys.executable, "-m", "dlp.cli", "--home", str(self.home), *words]
        return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, env=self.environment)

    def status(self) -> dict[str, Any]:
        path = self.home / "milter.status.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def mail(body: str, *, subject: str = "test", charset: str = "utf-8", sender: str = "clerk@a.example", to: str = "x@b.example") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, to
    message.set_content(body, charset=charset)
    return message


def send(postfix: Postfix, body: str, **words: str) -> tuple[int, str]:
    """SMTP code and words of the mail server's answer."""
    return hand_in(postfix, mail(body, **words))


def hand_in(postfix: Postfix, message: EmailMessage) -> tuple[int, str]:
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as client:
        try:
            client.send_message(message)
        except smtplib.SMTPResponseException as err:
            return err.smtp_code, str(err.smtp_error, "utf-8", "replace")
    return 250, ""


def until(true: Any, *, seconds: float = 30) -> bool:
    """Wait until ``true()``; whether it came true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return bool(true())
