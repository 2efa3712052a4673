"""The socket that systemd hands over: a chrooted smtpd reaches it, and a restart of the gateway refuses nobody."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.mail.gateway import CLEAN, MARKED, send
from tests.mail.postfix import MASTER, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
# What systemd does: the socket as descriptor 3, and the process id it is meant for.
HAND_OVER = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); os.execv(sys.argv[2], sys.argv[2:])"


def start(listening: socket.socket, home: Path) -> subprocess.Popen[bytes]:
    number = listening.fileno()
    words = [sys.executable, "-m", "dlp.cli", "--home", str(home), "milter", "--listen", "systemd", "--no-model", "--notify-by", "none", "--workers", "1"]
    return subprocess.Popen([sys.executable, "-c", HAND_OVER, str(number), *words], pass_fds=(number,), stderr=subprocess.DEVNULL, start_new_session=True)


def test_a_restart_keeps_connections_waiting_and_a_chroot_reaches_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pf").mkdir()
    monkeypatch.setattr("tests.mail.postfix.MASTER", MASTER.replace("inet n - n - - smtpd", "inet n - y - - smtpd"))
    with running(tmp_path / "pf", milter="unix:dlp/milter.sock") as postfix, socket.socket(socket.AF_UNIX) as listening:
        folder = tmp_path / "pf" / "queue" / "dlp"
        folder.mkdir()
        os.chdir(folder)  # the path of a socket has at most 107 bytes
        listening.bind("milter.sock")
        shutil.chown("milter.sock", "postfix")
        os.chdir(Path(__file__).parent.parent.parent)
        listening.listen(256)
        process = start(listening, tmp_path / "home")
        try:
            assert send(postfix, CLEAN)[0] == 250
            assert send(postfix, MARKED)[0] == 550
            os.killpg(process.pid, signal.SIGTERM)
            assert process.wait(40) == 0
            answers: list[int] = []
            waiting = threading.Thread(target=lambda: answers.append(send(postfix, CLEAN)[0]))
            waiting.start()
            time.sleep(1)
            assert not answers, "no gateway is there, and nobody was refused"
            process = start(listening, tmp_path / "home")
            waiting.join(60)
            assert answers == [250]
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
        assert postfix.settled()
        assert sum(b"X-DLP-Result: " in message for *_, message in postfix.sink.messages) == 2
