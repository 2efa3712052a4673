"""A real Postfix on loopback in folders of its own, and a sink that keeps what was delivered.

Needs root and the packages ``postfix`` (apt).  Nothing of the system's own mail set-up is read or changed.
"""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.a.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{sink}
relay_domains =
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
smtp_host_lookup = native
disable_dns_lookups = yes
alias_maps =
alias_database =
local_recipient_maps =
maillog_file = {base}/mail.log
maillog_file_prefixes = {base}
message_size_limit = 60000000
smtputf8_enable = yes
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
default_process_limit = 60
{milter}
"""
MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
postlog unix-dgram n - n - 1 postlogd
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
{extra}
"""
MILTER = """
smtpd_milters = {milter}
non_smtpd_milters = {milter}
milter_default_action = {default}
milter_protocol = 6
milter_content_timeout = {timeout}s
milter_mail_macros = i {{auth_authen}} {{mail_addr}}
"""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass(slots=True)
class Sink:
    """An SMTP server that accepts everything and keeps it."""

    port: int
    messages: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        ready = threading.Event()

        def run() -> None:
            async def main() -> None:
                self._loop = asyncio.get_running_loop()
                server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 27)
                ready.set()
                with contextlib.suppress(asyncio.CancelledError):
                    await server.serve_forever()

            asyncio.run(main())

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.write(b"220 sink ESMTP\r\n")
            sender, recipients = "", []
            while line := await reader.readline():
                word = line[:4].upper()
                if word in (b"EHLO", b"HELO"):
                    writer.write(b"250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 90000000\r\n")
                elif word == b"MAIL":
                    sender, recipients = line.decode("utf-8", "replace").partition(":")[2].split()[0].strip("<>"), []
                    writer.write(b"250 ok\r\n")
                elif word == b"RCPT":
                    recipients.append(line.decode("utf-8", "replace").partition(":")[2].split()[0].strip("<>"))
                    writer.write(b"250 ok\r\n")
                elif word == b"DATA":
                    writer.write(b"354 go\r\n")
                    data = bytearray()
                    while (row := await reader.readline()) != b".\r\n":
                        data += row[1:] if row.startswith(b".") else row
                    self.messages.append((sender, recipients, bytes(data)))
                    writer.write(b"250 kept\r\n")
                elif word == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 ok\r\n")
                await writer.drain()
        writer.close()

    def stop(self) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(lambda: [t.cancel() for t in asyncio.all_tasks(self._loop)])
            self._thread.join(10)


@dataclass(slots=True)
class Postfix:
    base: Path
    port: int
    sink: Sink

    @property
    def config(self) -> Path:
        return self.base / "etc"

    def command(self, *args: str, **options: object) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_CONFIG": str(self.config)}
        return subprocess.run(args, env=environment, capture_output=True, text=True, timeout=60, check=False, **options)  # type: ignore[call-overload,no-any-return]

    def queue(self, name: str) -> list[str]:
        """Ids in one queue: ``hold``, ``deferred``, ``active``, ``incoming``."""
        return [p.name for p in (self.base / "queue" / name).rglob("*") if p.is_file()]

    def settled(self, *, seconds: float = 30) -> bool:
        """Wait until nothing is under way; True when so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not any(self.queue(name) for name in ("maildrop", "incoming", "active", "deferred")):
                return True
            time.sleep(0.1)
        return False

    def stop(self) -> None:
        self.command("postfix", "-c", str(self.config), "stop")


@contextlib.contextmanager
def running(
    base: Path, *, milter: str = "", default: str = "tempfail", timeout: int = 30, extra: str = "", settings: str = ""
) -> Iterator[Postfix]:
    """Postfix with this milter address (``inet:127.0.0.1:N``), relaying to a sink.  Skips where Postfix or root is missing.

    ``extra``: lines for master.cf; ``settings``: lines for main.cf, over those above.
    """
    if os.geteuid() != 0 or shutil.which("postfix", path="/usr/sbin:/usr/bin") is None:
        pytest.skip("needs root and apt package postfix (make system-packages)")
    base.chmod(0o755)
    for parent in list(base.parents)[:4]:
        with contextlib.suppress(PermissionError):
            if str(parent) != "/" and parent.stat().st_mode & 0o005 != 0o005:
                parent.chmod(parent.stat().st_mode | 0o055)  # Postfix's own user must reach its folders
    sink = Sink(free_port())
    sink.start()
    postfix = Postfix(base, free_port(), sink)
    for folder in ("etc", "queue", "data"):
        (base / folder).mkdir()
    shutil.chown(base / "data", "postfix", "postfix")
    milter_lines = MILTER.format(milter=milter, default=default, timeout=timeout) if milter else ""
    (base / "etc" / "main.cf").write_text(MAIN.format(base=base, sink=sink.port, milter=f"{milter_lines}\n{settings}"))
    (base / "etc" / "master.cf").write_text(MASTER.format(port=f"127.0.0.1:{postfix.port}", extra=extra))
    started = postfix.command("postfix", "-c", str(postfix.config), "start")
    try:
        if started.returncode != 0:
            pytest.skip(f"postfix does not start here: {started.stderr.strip()[-300:]}")
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", postfix.port), 1):
                break
            time.sleep(0.1)
        yield postfix
    finally:
        postfix.stop()
        sink.stop()
