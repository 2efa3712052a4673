"""The running gateway: listen, reload on SIGHUP, stop gracefully, and say how it is."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlp.channels.mail.milter import Milter
from dlp.channels.mail.workers import Pool, WorkerFailed
from dlp.errors import NotReady, UsageError

log = logging.getLogger("dlp.milter")


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen: a TCP address or a unix socket."""

    host: str = ""
    port: int = 0
    path: Path | None = None


def parse_listen(word: str) -> Listen:
    """``inet:HOST:PORT`` or ``unix:PATH`` → Listen.  Raises UsageError."""
    scheme, _, rest = word.partition(":")
    if scheme == "unix" and rest:
        return Listen(path=Path(rest))
    host, _, port = rest.rpartition(":")
    if scheme == "inet" and port.isascii() and port.isdigit() and int(port) < 65536:
        return Listen(host=host.strip("[]") or "127.0.0.1", port=int(port))
    raise UsageError("--listen 要寫成 inet:127.0.0.1:8891 或 unix:/run/dlp/milter.sock。", code="E130")


@dataclass(slots=True)
class Gateway:
    """One milter with its workers.  ``status_path`` is a file with counters for doctor and metrics, rewritten every few seconds."""

    listen: Listen
    pool: Pool
    status_path: Path | None = None
    milter: Milter = field(init=False)
    port: int = 0

    def __post_init__(self) -> None:
        self.milter = Milter(self.pool)

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
        reloads: set[asyncio.Task[None]] = set()
        loop.add_signal_handler(signal.SIGHUP, lambda: reloads.add(asyncio.ensure_future(self._reload())))
        status = asyncio.ensure_future(self._write_status())
        if started is not None:
            started.set()
        log.info("listening", extra={"port": self.port, "policy": self.pool.facts.get("policy", "")})
        await stop.wait()
        server.close()
        await self.milter.drain()
        status.cancel()
        await self.pool.close()
        if self.listen.path is not None:
            with contextlib.suppress(FileNotFoundError):
                self.listen.path.unlink()

    async def _server(self) -> asyncio.Server:
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

    async def _reload(self) -> None:
        log.info(
            "reloaded" if await self.pool.reload() else "reload refused, previous policy stays",
            extra={"degraded": self.pool.degraded},
        )

    def status(self) -> dict[str, Any]:
        """Counters and health; no content, no addresses."""
        counters = self.milter.counters
        return {
            "health": "degraded" if self.pool.degraded else "ok", "degraded": self.pool.degraded, "policy": self.pool.facts.get("policy", ""),
            "messages": counters.messages, "waiting": counters.waiting, "actions": counters.by_action, "failures": counters.failures, "pid": os.getpid(),
        }  # fmt: skip

    async def _write_status(self) -> None:
        while self.status_path is not None:
            fresh = self.status_path.with_suffix(".new")
            with contextlib.suppress(
                OSError
            ):  # a full disk must not stop mail from being judged; doctor sees the stale time
                fresh.write_text(json.dumps(self.status()), encoding="utf-8")
                fresh.replace(self.status_path)
            await asyncio.sleep(5)
