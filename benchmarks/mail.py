"""``python -m benchmarks.mail``: the gateway through a real Postfix, against a milter that passes everything, in the same run.

Prints messages a second for small clean mail and for leaking mail of 10 KB, the latency that the gateway adds to a clean mail of
10 KB at 50 messages a second, and the memory of the gateway over the run.  Needs root and Postfix (``make system-packages``).
The sender is a small asyncio client on the same cores; Postfix discards what it accepts.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from tests.mail.gateway import CLEAN, ROSTER, Gateway
from tests.mail.postfix import Postfix, free_port, running

SESSIONS = 10
PASS_ALL = """
import asyncio, sys
from dlp.channels.mail.milter import Milter
class Judge:
    facts = {}
    async def run(self, meta, message, *, seconds):
        return {"action": "allow", "complete": True}
async def main():
    milter = Milter(Judge())
    server = await asyncio.start_server(milter.handle, "127.0.0.1", int(sys.argv[1]), backlog=256)
    await server.serve_forever()
asyncio.run(main())
"""
DISCARD = "default_transport = discard:\nrelay_transport = discard:\nrelayhost =\ndefault_process_limit = 60\n"


def message(text: str, number: int) -> bytes:
    """One mail as it goes over the wire, with a number that makes it unlike all others."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "會議通知", "clerk@a.example", "x@b.example"
    mail["Message-ID"] = f"<{number}.{os.getpid()}.{time.time_ns()}@a.example>"
    mail.set_content(f"{text}\n編號 {number}", charset="utf-8")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..")


class Client:
    """One SMTP session."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Client":
        client = cls(*await asyncio.open_connection("127.0.0.1", port))
        await client.answer()
        await client.say(b"EHLO bench\r\n")
        return client

    async def answer(self) -> bytes:
        while (line := await self.reader.readline())[3:4] == b"-":
            pass
        return line

    async def say(self, data: bytes) -> bytes:
        self.writer.write(data)
        return await self.answer()

    async def send(self, raw: bytes) -> bytes:
        """The final answer."""
        self.writer.write(b"MAIL FROM:<clerk@a.example>\r\nRCPT TO:<x@b.example>\r\nDATA\r\n")
        for _ in range(3):
            line = await self.answer()
        if not line.startswith(b"354"):
            return line
        return await self.say(raw + b"\r\n.\r\n")

    async def close(self) -> None:
        self.writer.write(b"QUIT\r\n")
        with contextlib.suppress(ConnectionError):
            await self.answer()
        self.writer.close()


async def throughput(port: int, mails: list[bytes]) -> float:
    """Messages a second with SESSIONS sessions; every answer must be 250 or 550."""
    todo, began = list(mails), time.perf_counter()

    async def session() -> None:
        client = await Client.open(port)
        while todo:
            line = await client.send(todo.pop())
            assert line[:3] in (b"250", b"550"), line
        await client.close()

    await asyncio.gather(*(session() for _ in range(SESSIONS)))
    return len(mails) / (time.perf_counter() - began)


async def latencies(port: int, mails: list[bytes], rate: float) -> list[float]:
    """Seconds from the end of DATA's beginning to the answer, messages leaving on a fixed beat whatever the answers do."""
    idle = [await Client.open(port) for _ in range(30)]
    taken: list[float] = []

    async def one(raw: bytes) -> None:
        client = idle.pop() if idle else await Client.open(port)
        began = time.perf_counter()
        line = await client.send(raw)
        taken.append(time.perf_counter() - began)
        assert line[:3] == b"250", line
        idle.append(client)

    tasks, start = [], time.perf_counter()
    for i, raw in enumerate(mails):
        await asyncio.sleep(max(0.0, start + i / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(one(raw)))
    await asyncio.gather(*tasks)
    for client in idle:
        await client.close()
    return taken


def percentile(values: list[float], part: float) -> float:
    return statistics.quantiles(values, n=1000)[min(998, round(part * 1000) - 1)] if len(values) > 1 else values[0]


def memory_mb(pid: int) -> float:
    """Memory of a process and all below it, shared pages counted once (PSS)."""
    total, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        with contextlib.suppress(OSError):
            todo += [int(w) for w in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
            total += next(int(line.split()[1]) for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return total / 1024


@contextlib.contextmanager
def pass_all() -> Iterator[int]:
    """A milter of the same make whose judge passes everything; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", PASS_ALL, str(port)])
    try:
        time.sleep(2)
        yield port
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def measure(postfix: Postfix, count: int, pid: int | None) -> dict[str, float]:
    """The figures of one milter."""
    filler = "本週六舉辦親子閱讀活動，歡迎報名。\n"
    small = [message(CLEAN, n) for n in range(count)]
    leaking = [message(f"{filler * 130}{ROSTER}", n) for n in range(count // 4)]
    clean = [message(filler * 130, n) for n in range(count)]
    asyncio.run(throughput(postfix.port, [message(CLEAN, -n) for n in range(1, 41)]))  # warm
    out = {"memory at start": memory_mb(pid) if pid else 0.0}
    out["small clean/s"] = asyncio.run(throughput(postfix.port, small))
    out["leaking 10 KB/s"] = asyncio.run(throughput(postfix.port, leaking))
    taken = asyncio.run(latencies(postfix.port, clean, 50))
    out |= {"clean 10 KB p50 ms": statistics.median(taken) * 1e3, "clean 10 KB p99 ms": percentile(taken, 0.99) * 1e3}
    out["memory at end"] = memory_mb(pid) if pid else 0.0
    out["bytes"] = statistics.mean(map(len, clean))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="messages of each kind")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    rows: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="bench.") as folder:
        base = Path(folder)
        base.chmod(0o755)
        for name in ("pass-all", "dlp"):
            (base / name).mkdir()
        with pass_all() as port, running(base / "pass-all", milter=f"inet:127.0.0.1:{port}", settings=DISCARD) as postfix:
            rows["pass-all"] = measure(postfix, given.count, None)
        gateway = Gateway(free_port(), base / "home", base / "dlp" / "etc", ("--notify-by", "none"), given.workers)
        with running(base / "dlp", milter=f"inet:127.0.0.1:{gateway.port}", settings=DISCARD) as postfix:
            gateway.start()
            try:
                assert gateway.process is not None
                rows["dlp"] = measure(postfix, given.count, gateway.process.pid)
            finally:
                gateway.kill()
    print(f"{'':<22}{'dlp':>10}{'pass-all':>10}{'ratio':>8}")
    for key, value in rows["dlp"].items():
        other = rows["pass-all"][key]
        print(f"{key:<22}{value:>10.1f}{other:>10.1f}{f'{value / other:>8.2f}' if other else ''}")
    added = rows["dlp"]["clean 10 KB p99 ms"] - rows["pass-all"]["clean 10 KB p99 ms"]
    print(f"added p99 at 50 messages/s: {added:.1f} ms; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
