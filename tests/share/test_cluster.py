"""A scan on a cluster: the same findings as at home, also when a worker is killed; nothing without TLS but on this machine."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlp.channels.share import cluster
from dlp.channels.share.crew import Job
from dlp.errors import DlpError
from tests.share.test_quarantine import PERSON, SECRET

pytest.importorskip("distributed", reason="the extra «cluster» is not installed")
ROOT = Path(__file__).parents[2]


def certificates(folder: Path) -> list[str]:
    """An authority of our own and one certificate, as options of the dask commands."""
    new = ["-nodes", "-newkey", "rsa:2048", "-subj"]  # an authority needs another name than what it signs
    ca, key, cert, request = (str(folder / n) for n in ("ca.pem", "key.pem", "cert.pem", "req.pem"))
    for command in (
        ["openssl", "req", "-x509", "-days", "2", *new, "/CN=dlp-test-authority", "-keyout", str(folder / "ca.key"), "-out", ca],
        ["openssl", "req", *new, "/CN=dlp-test", "-keyout", key, "-out", request],
        ["openssl", "x509", "-req", "-in", request, "-CA", ca, "-CAkey", str(folder / "ca.key"), "-CAcreateserial", "-days", "2", "-out", cert],
    ):
        subprocess.run(command, check=True, capture_output=True)
    return ["--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key]


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str], list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers with TLS, each a process of its own."""
    folder = tmp_path_factory.mktemp("cluster")
    tls = certificates(folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    port = 18786
    address = f"tls://127.0.0.1:{port}"
    options: dict[str, Any] = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, "start_new_session": True}
    base = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "tls://127.0.0.1", "--port", str(port), "--no-dashboard", *tls]
    started = [subprocess.Popen(base, **options)]
    for _ in range(2):
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard", "--nanny", *tls]
        started.append(subprocess.Popen(command, **options))
    yield address, tls, started
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def tree(folder: Path, files: int) -> Path:
    for i in range(files):
        place = folder / f"d{i % 9}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"f{i}.txt").write_text({0: SECRET, 1: PERSON}.get(i % 40, "歡迎檢舉不法。") + str(i))
    return folder


def findings(home: Path, share: Path, *words: str) -> tuple[list[tuple[str, str, tuple[str, ...]]], dict[str, Any]]:
    command = [sys.executable, "-m", "dlp.cli", "--home", str(home), "scan", "--no-model", "--format", "jsonl", *words, str(share)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 1 and done.stdout, done.stderr
    *items, last = [json.loads(line) for line in done.stdout.splitlines()]
    return [(i["path"], i["action"], tuple(f["kind"] for f in i["findings"])) for i in items], last["summary"]


def test_a_cluster_with_a_worker_killed_finds_what_one_machine_finds(workers: Any, tmp_path: Path) -> None:
    address, tls, started = workers
    share = tree(tmp_path / "share", 600)
    alone, _ = findings(tmp_path / "alone", share)

    def kill() -> None:
        time.sleep(4)
        os.killpg(started[2].pid, signal.SIGKILL)  # the worker with its nanny

    killing = threading.Thread(target=kill)
    killing.start()
    together, totals = findings(tmp_path / "home", share, "--cluster", address, "--tls-ca", tls[1], "--tls-cert", tls[3], "--tls-key", tls[5])
    killing.join()
    assert together == alone and len(alone) == 30
    assert (totals["examined"], totals["not_read"], totals["complete"]) == (600, 0, True)


@pytest.mark.parametrize(("address", "fine"), [("tls://scheduler:8786", True), ("tcp://127.0.0.1:8786", True), ("tcp://scheduler:8786", False), ("scheduler", False), ("tls://", False)])
def test_only_tls_leaves_the_machine(address: str, fine: bool) -> None:
    if fine:
        cluster.check_address(address)
        return
    with pytest.raises(DlpError, match="E149"):
        cluster.check_address(address)


def test_batches_hold_about_equal_work() -> None:
    jobs = iter([Job(b"%d" % n, n, 100) for n in range(120)] + [Job(b"big", 0, 9_000_000), Job(b"small", 0, 1)])
    sizes = []
    while batch := cluster.next_batch(jobs):
        sizes.append(len(batch))
    assert sizes == [50, 50, 21, 1]


def test_the_key_is_not_shown() -> None:
    recipe = cluster.Recipe("r1", None, True, False, "share", b"secret-key")  # type: ignore[arg-type]
    assert "secret" not in repr(recipe)
