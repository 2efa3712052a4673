"""The running gateway: listen, reload on SIGHUP and when a policy file changes, stop gracefully, and say how it is.

A reload starts fresh workers beside the old ones; messages in hand are finished by the workers, and the policy, they began
with, and no connection is closed.  A policy that does not load changes nothing but the health.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlp.channels.mail.milter import Milter
from dlp.channels.mail.upkeep import Upkeep
from dlp.channels.mail.workers import Pool, WorkerFailed
from dlp.errors import NotReady, UsageError
from dlp.policy.live import LivePolicy

log = logging.getLogger("dlp.milter")


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen: a TCP address, a unix socket, or the socket that systemd hands over."""

    host: str = ""
    port: int = 0
    path: Path | None = None
    handed: bool = False


def parse_listen(word: str) -> Listen:
    """``inet:HOST:PORT``, ``unix:PATH`` or ``systemd`` → Listen.  Raises UsageError."""
    if word == "systemd":
        return Listen(handed=True)
    scheme, _, rest = word.partition(":")
    if scheme == "unix" and rest:
        return Listen(path=Path(rest))
    host, _, port = rest.rpartition(":")
    if scheme == "inet" and port.isascii() and port.isdigit() and int(port) < 65536:
        return Listen(host=host.strip("[]") or "127.0.0.1", port=int(port))
    raise UsageError("--listen 要寫成 inet:127.0.0.1:8891 或 unix:/run/dlp/milter.sock。", code="E130")


FIRST_HANDED = 3  # sd_listen_fds(3): descriptors begin behind standard error


@dataclass(slots=True)
class Gateway:
    """One milter with its workers.  ``status_path`` is a file with counters for doctor and metrics, rewritten every few seconds.

    ``live``: the policy files to watch.  ``upkeep``: notices and held mail; None for neither.
    """

    listen: Listen
    pool: Pool
    status_path: Path | None = None
    live: LivePolicy | None = None
    upkeep: Upkeep | None = None
    milter: Milter = field(init=False)
    port: int = 0
    reloads: int = 0
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.milter = Milter(self.pool, notify=self.upkeep.tell if self.upkeep else None)

    async def run(self, *, started: asyncio.Event | None = None) -> None:
        """Serve until SIGTERM or SIGINT.  Raises NotReady when the engine does not start (F41)."""
        try:
            await self.pool.start()
        except WorkerFailed as err:
            raise NotReady(f"引擎無法啟動：{err.cause}", code="E410") from None
        server = await self._server()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        hups: set[asyncio.Task[None]] = set()
        loop.add_signal_handler(signal.SIGHUP, lambda: hups.add(asyncio.ensure_future(self._hup())))
        tasks = [asyncio.ensure_future(self._write_status()), asyncio.ensure_future(self._reload_when_wanted())]
        if self.live is not None:
            self.live.start(sighup=False)
        if self.upkeep is not None:
            self.upkeep.start()
        if started is not None:
            started.set()
        log.info("listening, port %d, policy %s", self.port, self.pool.facts.get("policy", ""))
        await stop.wait()
        server.close()
        await self.milter.drain()
        for task in tasks:
            task.cancel()
        if self.live is not None:
            await asyncio.to_thread(self.live.stop)
        await self.pool.close()
        if self.upkeep is not None:
            await asyncio.to_thread(self.upkeep.stop)
        if self.listen.path is not None:
            with contextlib.suppress(FileNotFoundError):
                self.listen.path.unlink()

    async def _server(self) -> asyncio.Server:
        if self.listen.handed:
            return await self._handed()
        if self.listen.path is None:
            server = await asyncio.start_server(self.milter.handle, self.listen.host, self.listen.port, backlog=256)
            self.port = server.sockets[0].getsockname()[1]
            return server
        path = self.listen.path
        with contextlib.suppress(FileNotFoundError):
            if stat.S_ISSOCK(path.stat().st_mode):
                path.unlink()  # left by a killed process; a live one would still answer, but two cannot share the path anyway
        mask = os.umask(0o117)  # 0660: the mail server's group may connect, others may not
        try:
            return await asyncio.start_unix_server(self.milter.handle, str(path), backlog=256)
        finally:
            os.umask(mask)

    async def _handed(self) -> asyncio.Server:
        """The socket of a systemd socket unit: connections wait in it during a restart, so that none is refused."""
        if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
            raise UsageError("--listen systemd 要由 systemd 的 socket 單元啟動。", code="E131")
        sock = socket.socket(fileno=FIRST_HANDED)
        sock.setblocking(False)
        os.set_inheritable(FIRST_HANDED, False)
        start = asyncio.start_unix_server if sock.family == socket.AF_UNIX else asyncio.start_server
        return await start(self.milter.handle, sock=sock, backlog=256)

    def want_reload(self, loop: asyncio.AbstractEventLoop) -> None:
        """Asks for fresh workers, from any thread."""
        loop.call_soon_threadsafe(self._wanted.set)

    async def _hup(self) -> None:
        if self.live is None or await asyncio.to_thread(self.live.reload):
            self._wanted.set()

    async def _reload_when_wanted(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            good = await self.pool.reload()
            self.reloads += good
            log.log(logging.INFO if good else logging.ERROR, "policy %s in force" if good else "reload refused, policy %s stays", self.pool.facts.get("policy", ""))

    def status(self) -> dict[str, Any]:
        """Counters and health; no content, no addresses."""
        counters = self.milter.counters
        reasons = [self.pool.degraded, "policy" if self.live is not None and self.live.faults else "", self.upkeep.degraded if self.upkeep else ""]
        degraded = "; ".join(dict.fromkeys(r for r in reasons if r))
        return {
            "health": "degraded" if degraded else "ok", "degraded": degraded, "policy": self.pool.facts.get("policy", ""),
            "messages": counters.messages, "waiting": counters.waiting, "actions": counters.by_action, "failures": counters.failures,
            "lost_notices": self.upkeep.lost_notices if self.upkeep else 0, "reloads": self.reloads, "pid": os.getpid(),
        }  # fmt: skip

    async def _write_status(self) -> None:
        while self.status_path is not None:
            fresh = self.status_path.with_suffix(".new")
            # A full disk must not stop mail from being judged; doctor sees the stale time.
            with contextlib.suppress(OSError):
                with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                    json.dump(self.status(), file)
                fresh.replace(self.status_path)
            await asyncio.sleep(5)
