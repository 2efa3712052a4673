"""Workers: what they may not do, what happens when they die or are late, and that the pool goes on."""

import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dlp.document import NotRead, NotReadReason, Part, Place
from dlp.readers import protocol, read_bytes
from dlp.readers.isolation import ReaderPool, _Worker
from dlp.readers.limits import DEFAULT, MIB
from tests.readers.hostile import NEEDLE, mail, zip_of

QUICK = replace(DEFAULT, item_seconds=3.0, part_seconds=1.5, memory_bytes=512 * MIB)
ZIP = zip_of({"a.txt": NEEDLE.encode()})


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(workers=2, limits=QUICK) as pool:
        yield pool
    gc.collect()


def confined(program: str) -> str:
    """Output of a program run in a process confined like a worker."""
    start = "from dlp.readers.confinement import confine\nfrom dlp.readers.limits import DEFAULT\nc = confine(DEFAULT)\n"
    done = subprocess.run([sys.executable, "-c", start + program], capture_output=True, text=True, timeout=30)
    return done.stdout.strip() or f"status {done.returncode} {done.stderr[-300:]}"


def attempt(code: str) -> str:
    return confined(f"try:\n    {code}\n    print('done')\nexcept (OSError, PermissionError) as error:\n    print('refused')\n")


@pytest.fixture(scope="module")
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_worker_has_no_network(listener: int) -> None:
    socket.create_connection(("127.0.0.1", listener)).close()  # it is there
    assert attempt(f"import socket; socket.create_connection(('127.0.0.1', {listener}), timeout=2)") == "refused"


def test_pool_says_what_holds(pool: ReaderPool) -> None:
    assert pool.confinement()["network"] in ("seccomp", "namespace")
    assert pool.confinement()["memory"] is True



def filtered() -> bool:
    return confined("print(c.files)") == "True"


@pytest.mark.parametrize(
    "code",
    ["open('/tmp/dlp-worker-wrote', 'w').close()", "import os; os.mkdir('/tmp/dlp-worker-dir')", "import os; os.unlink('/etc/hostname')",
     "import os; os.rename('/etc/hostname', '/tmp/x')", "import os; os.symlink('/etc', '/tmp/dlp-worker-link')",
     "import subprocess; subprocess.run(['/bin/true'])", "import os; os.kill(os.getppid(), 0)",
     "import os; os.open('/tmp/dlp-worker-wrote', os.O_CREAT | os.O_RDONLY)", "import os; os.truncate('/etc/hostname', 0)"],
)  # fmt: skip
def test_worker_cannot_write_or_start_programs(code: str) -> None:
    if not filtered():
        pytest.skip("this kernel refuses seccomp filters")
    assert attempt(code) == "refused"
    assert not list(Path("/tmp").glob("dlp-worker-*"))


def test_worker_can_still_read_and_import() -> None:
    assert attempt("import lxml.etree, zipfile; open('/etc/hostname').read()") == "done"


def test_memory_limit_holds() -> None:
    assert confined("try:\n    b = bytearray(3 << 30)\n    print('got it')\nexcept MemoryError:\n    print('refused')") == "refused"


def test_worker_environment_is_empty_and_silent(pool: ReaderPool) -> None:
    worker = pool._take()
    pool._put(worker)
    environment = Path(f"/proc/{worker.process.pid}/environ")
    with contextlib.suppress(PermissionError):  # not dumpable: even better
        assert environment.read_bytes() == b""
    assert os.getpgid(worker.process.pid) == worker.process.pid


@pytest.mark.parametrize("data", [ZIP, mail(NEEDLE.encode()), b"<html><p>x</p></html>", b"\0" * 100, b"", NEEDLE.encode() * 50_000])
def test_pool_reads_the_same_as_in_process(data: bytes, pool: ReaderPool) -> None:
    there, here = pool.read(data, name="a.bin"), read_bytes(data, name="a.bin")
    assert there == here
    assert [part.text for part in there.parts] == [part.text for part in here.parts]


def test_pool_reads_files_and_says_what_it_cannot_open(pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "公文.zip"
    path.write_bytes(ZIP)
    link = tmp_path / "link.zip"
    link.symlink_to(path)
    os.mkfifo(tmp_path / "pipe")
    assert NEEDLE in [part.text for part in pool.read(path).parts]
    assert pool.read(path).name == "公文.zip"
    reasons = [pool.read(tmp_path / name).not_read[0].reason for name in ("gone", "link.zip", "pipe", ".")]
    assert reasons == [NotReadReason.VANISHED, NotReadReason.NO_ACCESS, NotReadReason.NO_ACCESS, NotReadReason.NO_ACCESS]


def test_item_beyond_the_size_limit_is_not_even_sent() -> None:
    with ReaderPool(workers=1, limits=replace(QUICK, item_bytes=1000)) as pool:
        assert pool.read(b"x" * 1001, name="a").not_read[0].reason is NotReadReason.LIMIT_SIZE
        assert not pool._idle


def stubborn_worker(pool: ReaderPool, body: str) -> _Worker:
    """A process that plays a worker gone wrong, put where the pool takes it next."""
    worker = _Worker.__new__(_Worker)
    ours, theirs = socket.socketpair()
    code = f"import socket, os, time, signal\nfrom dlp.readers import protocol\nc = socket.socket(fileno={theirs.fileno()})\nprotocol.receive(c, most_bytes=1 << 30)\n{body}\n"
    with theirs:
        worker.process = subprocess.Popen([sys.executable, "-c", code], pass_fds=(theirs.fileno(),), start_new_session=True)
    worker.connection, worker.limits, worker.jobs, worker.confinement = ours, pool.limits, 0, {}
    for idle in pool._idle:
        idle.kill()
    pool._idle[:] = [worker]
    return worker


PART = "protocol.send(c, {'kind': 'part', 'path': 'body', 'place': 'body'}, 'kept'.encode())\n"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (PART + "os.kill(os.getpid(), signal.SIGSEGV)", NotReadReason.CRASH),
        (PART + "os.kill(os.getpid(), signal.SIGKILL)", NotReadReason.RESOURCE),
        (PART + "os.kill(os.getpid(), signal.SIGXCPU)", NotReadReason.TIMEOUT),
        (PART + "os._exit(3)", NotReadReason.CRASH),
        (PART + "time.sleep(60)", NotReadReason.TIMEOUT),
        (PART + "while True: protocol.send(c, {'kind': 'progress'}); time.sleep(0.2)", NotReadReason.TIMEOUT),
        (PART + "c.sendall(b'garbage' * 100)", NotReadReason.CRASH),
        (PART + "protocol.send(c, {'kind': 'part', 'path': '../X', 'place': 'body'}, b'x')", NotReadReason.CRASH),
        (PART + "protocol.send(c, {'kind': 'part', 'path': 'a', 'place': 'nowhere'}, b'x')", NotReadReason.CRASH),
        (PART + "protocol.send(c, {'kind': 'part', 'path': 'a', 'place': 'body'}, b'\\xff')", NotReadReason.CRASH),
        (PART + "protocol.send(c, {'kind': 'strange'})", NotReadReason.CRASH),
        (PART + "c.sendall(protocol._LENGTHS.pack(1 << 30, 0))", NotReadReason.CRASH),
        (PART + "c.sendall(protocol._LENGTHS.pack(10, 1 << 60))", NotReadReason.CRASH),
    ],
    ids=["SIGSEGV", "SIGKILL", "SIGXCPU", "exit", "hang", "busy for ever", "garbage", "bad path", "bad place", "bad text", "bad kind",
         "huge head", "huge body"],
)  # fmt: skip
def test_death_of_a_worker_costs_one_item_and_keeps_what_was_read(body: str, reason: NotReadReason, pool: ReaderPool) -> None:
    worker = stubborn_worker(pool, body)
    began = time.monotonic()
    document = pool.read(os.urandom(20), name="a")
    assert time.monotonic() - began < QUICK.item_seconds + 3
    assert [part.text for part in document.parts] == ["kept"]
    assert [entry.reason for entry in document.not_read] == [reason]
    assert worker.process.poll() is not None
    assert not pool.read(ZIP, name="a.zip").not_read


def test_worker_that_died_idle_is_replaced_without_a_word(pool: ReaderPool) -> None:
    pool.read(ZIP, name="a.zip")
    for worker in pool._idle:
        os.killpg(worker.process.pid, signal.SIGKILL)
        worker.process.wait()
    assert not pool.read(ZIP, name="a.zip").not_read


def test_content_that_kills_three_workers_is_not_tried_again(pool: ReaderPool) -> None:
    data = b"poison" + os.urandom(8)
    for _ in range(3):
        stubborn_worker(pool, "os._exit(9)")
        assert pool.read(data).not_read[0].reason is NotReadReason.CRASH
    document = pool.read(data)
    assert document.not_read[0].reason is NotReadReason.CRASH
    assert "不再嘗試" in document.not_read[0].detail
    assert not pool.read(ZIP, name="a.zip").not_read


def test_workers_are_renewed_after_their_jobs() -> None:
    with ReaderPool(workers=1, limits=QUICK, jobs_per_worker=2) as pool:
        pids = []
        for _ in range(5):
            worker = pool._take()
            pids.append(worker.process.pid)
            pool._put(worker)
            pool.read(ZIP, name="a.zip")
        assert len(set(pids)) == 3


def test_many_threads_share_a_pool(pool: ReaderPool) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(not pool.read(ZIP, name="a.zip").not_read)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 16
    assert len(pool._idle) <= 2


def test_closed_pool_leaves_no_process_behind() -> None:
    with ReaderPool(workers=1, limits=QUICK) as pool:
        pool.read(ZIP, name="a.zip")
        process = pool._idle[0].process
    assert process.poll() is not None


def test_small_file_costs_little(pool: ReaderPool) -> None:
    pool.read(ZIP, name="a.zip")
    began = time.perf_counter()
    for _ in range(100):
        pool.read(ZIP, name="a.zip")
    assert (time.perf_counter() - began) / 100 < 0.02


@pytest.mark.parametrize(
    "head",
    [{"path": "A", "place": "body"}, {"path": "a" * 5000, "place": "body"}, {"path": "a"}, {"path": "a", "place": "body", "page": 0},
     {"path": "a", "place": "body", "page": True}, {"path": "a", "place": "body", "field": 3}, {"path": "a", "place": "body", "corner": "x"},
     {"path": "a\n", "place": "body"}, {"path": ["a"], "place": "body"}],
)  # fmt: skip
def test_protocol_refuses_what_no_sound_worker_sends(head: dict[str, object]) -> None:
    with pytest.raises(protocol.BrokenProtocol):
        protocol.part_of(head, b"x")


def test_protocol_keeps_every_field() -> None:
    part = Part("a/b[2]", Place.FIELD, "密", page=3, field="密等", utf8="密".encode())
    assert protocol.part_of(protocol.part_head(part), "密".encode()) == part
    entry = NotRead("a", NotReadReason.DAMAGED, "說明")
    assert protocol.not_read_of(protocol.not_read_head(entry)) == entry
