"""Kill -9 at random points, many processes on one file, full disk, read-only store: nothing lost, nothing doubled, nothing silent."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dlp.records import incidents, schema
from dlp.records.audit_verify import verify
from dlp.records.errors import StoreUnavailable
from dlp.records.home import open_home
from dlp.records.store import Store, open_store
from tests.records.conftest import APPROVER, new_database
from tests.records.samples import ENVELOPE, verdict
from tests.records.test_audit import operations

ROOT = Path(__file__).resolve().parents[2]


def start(home: Path, url: str, mode: str, seed: int, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.records.worker", str(home), url, mode, str(seed), str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check_consistent(store: Store) -> None:
    """Every incident once and whole; every transition with exactly one record in effect; the chain intact."""
    with store.reading() as connection:
        t = schema.incidents.c
        items = connection.execute(select(t.item)).scalars().all()
        ids = connection.execute(select(t.public_id)).scalars().all()
        rows = set(connection.execute(select(t.id)).scalars())
        ops = connection.execute(select(schema.transitions.c.op)).scalars().all()
        with_findings = set(connection.execute(select(schema.incident_findings.c.incident_id)).scalars())
        evidence = set(connection.execute(select(schema.evidence.c.id)).scalars())
    assert max(Counter(items).values(), default=1) == 1
    assert max(Counter(ids).values(), default=1) == 1
    assert rows == with_findings, "an incident and its findings are one transaction"
    assert evidence <= store.evidence.ids(), "an incident never names an original that is not on disk"
    for evidence_id in evidence:
        assert store.evidence.facts(evidence_id)["sender"] == ENVELOPE.sender
    report = verify(store.home, operations=operations(store))
    assert report.faults == []
    assert report.unsettled == []
    records = store.audit.tail(100_000)
    voided = {r["void"] for r in records if r["action"] == "audit.void"}
    in_effect = [r["op"] for r in records if r.get("op") and r["op"] not in voided]
    assert sorted(in_effect) == sorted(ops), "one transition, one audit record"


def kill_at_random_points(home: Path, url: str, times: int, seed: int) -> int:
    rng, acknowledged, killed = random.Random(seed), [], 0
    for round_ in range(times):
        worker = start(home, url, "mixed", seed * 1000 + round_, 100_000)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n", worker.stderr.read() if worker.stderr else ""
        time.sleep(rng.uniform(0.0, 0.25))
        worker.send_signal(signal.SIGKILL)
        out, err = worker.communicate(timeout=30)
        assert not err, err
        assert worker.returncode == -signal.SIGKILL
        killed += 1
        acknowledged += [line.split() for line in out.splitlines() if line.count(" ") == 2 and out.endswith("\n")]
        if round_ % 5 == 4 or round_ == times - 1:
            with open_store(home, url=url or None) as store:
                check_consistent(store)
                check_acknowledged(store, acknowledged)
    assert len(acknowledged) > times
    return killed


def check_acknowledged(store: Store, acknowledged: list[list[str]]) -> None:
    """What a door was told is there: the same item has always had the same id."""
    by_item: dict[tuple[str, str], set[str]] = {}
    for kind, key, answer in acknowledged:
        if kind in ("decision", "incident"):
            by_item.setdefault((kind, key), set()).add(answer)
    assert all(len(ids) == 1 for ids in by_item.values())
    for (kind, key), ids in by_item.items():
        if kind == "incident":
            assert store.open_incident(verdict(), item_key=key, envelope=ENVELOPE) in ids, "a retry finds it"
    with store.reading() as connection:
        there = set(connection.execute(select(schema.decisions.c.id)).scalars())
        steps = select(schema.incidents.c.public_id, schema.transitions.c.after).join(schema.transitions)
        after = {(row.public_id, row.after) for row in connection.execute(steps)}
    assert {int(next(iter(ids))) for (kind, _), ids in by_item.items() if kind == "decision"} <= there
    assert {(key, answer) for kind, key, answer in acknowledged if kind == "step"} <= after


@pytest.mark.slow
def test_kill_at_twenty_random_points(tmp_path: Path) -> None:
    assert kill_at_random_points(tmp_path / "home", "", 20, seed=1) == 20


@pytest.mark.slow
def test_kill_at_ten_random_points_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    assert kill_at_random_points(tmp_path / "home", new_database(postgresql), 10, seed=2) == 10


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_kill_at_two_hundred_random_points(tmp_path: Path) -> None:
    assert kill_at_random_points(tmp_path / "home", "", 200, seed=3) == 200


def many_processes(home: Path, url: str, count: int, record: object) -> None:
    open_store(home, url=url or None).close()
    began = time.monotonic()
    workers = [start(home, url, "decisions", seed, count) for seed in range(8)]
    for worker in workers:
        out, err = worker.communicate(timeout=900)
        assert (worker.returncode, err) == (0, ""), err
        assert out.endswith(f"done {count}\n")
    seconds = time.monotonic() - began
    record("seconds", round(seconds, 2))  # type: ignore[operator]
    print(f"8 processes x {count} decisions: {seconds:.1f} s, {8 * count / seconds:.0f} a second")
    with open_store(home, url=url or None) as store, store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(schema.decisions)).scalar_one() == 8 * count
        assert connection.execute(select(func.count()).select_from(schema.incidents)).scalar_one() == 8 * -(-count // 10)
        assert connection.execute(select(func.sum(schema.decisions.c.retries))).scalar_one() == 0
        check_consistent(store)


@pytest.mark.slow
def test_eight_processes_write_to_one_file(tmp_path: Path, record_property: object) -> None:
    many_processes(tmp_path / "home", "", 100, record_property)


@pytest.mark.slow
def test_eight_processes_write_to_postgresql(tmp_path: Path, postgresql: str, record_property: object) -> None:
    many_processes(tmp_path / "home", new_database(postgresql), 30, record_property)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_eight_processes_write_a_thousand_decisions_each(tmp_path: Path, record_property: object) -> None:
    many_processes(tmp_path / "home", "", 1000, record_property)


def test_eight_processes_may_make_the_same_new_home(tmp_path: Path) -> None:
    workers = [start(tmp_path / "home", "", "decisions", seed, 1) for seed in range(8)]
    for worker in workers:
        _, err = worker.communicate(timeout=60)
        assert (worker.returncode, err) == (0, "")
    with open_store(tmp_path / "home") as store:
        check_consistent(store)


# --- the disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB."""
    mount = tmp_path / "small"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=700", "tmpfs", str(mount)], check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        yield mount
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return ballast


@pytest.mark.slow
@pytest.mark.parametrize("action", ["decision", "incident", "step", "login"])
def test_a_full_disk_is_said_and_heals_by_itself(small_disk: Path, action: str) -> None:
    """F70: nothing half is left, and when there is room again everything goes on."""
    with open_store(small_disk / "home") as store:
        public = store.open_incident(verdict(), item_key="before", envelope=ENVELOPE, original=b"x")
        ballast = fill(small_disk)
        tries = {
            "decision": lambda n: store.record_decision(verdict(), item_key=f"k{n}"),
            "incident": lambda n: store.open_incident(verdict(), item_key=f"k{n}", envelope=ENVELOPE, original=os.urandom(100_000)),
            "step": lambda n: incidents.approve(store, public, actor=APPROVER),
            "login": lambda n: store.audit_event("login", actor=APPROVER, number=n),
        }
        with pytest.raises(StoreUnavailable) as caught:
            for number in range(3000):  # what was reserved already may still take some
                tries[action](number)
                if action == "step":
                    raise AssertionError("the audit record must not fit")
        assert caught.value.code in ("E601", "E611")
        assert "磁碟已滿" in caught.value.message
        ballast.unlink()
        store.record_decision(verdict(), item_key="after")
        incidents.approve(store, public, actor=APPROVER)
        check_consistent(store)
    with open_store(small_disk / "home") as store:
        check_consistent(store)


@pytest.mark.slow
def test_a_file_size_limit_counts_as_a_full_disk(tmp_path: Path) -> None:
    code = """
import resource, sys
from dlp.records.store import open_store
from dlp.records.errors import StoreUnavailable
from tests.records.samples import verdict
with open_store(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
    try:
        for number in range(20000):
            store.record_decision(verdict(), item_key=str(number))
    except StoreUnavailable as err:
        print(err.code)
"""
    out = subprocess.run([sys.executable, "-c", code, str(tmp_path / "home")], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() in ("E601", "E606"), out.stderr


def test_a_read_only_store_is_said(small_disk: Path) -> None:
    with open_store(small_disk / "home") as store:
        public = store.open_incident(verdict(), item_key="k")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreUnavailable) as caught, open_store(small_disk / "home") as store:
        incidents.approve(store, public, actor=APPROVER)
    assert caught.value.code in ("E602", "E610")
    assert not caught.value.transient
    assert "唯讀" in caught.value.message


@pytest.mark.parametrize("damage", ["header", "middle"])
def test_a_damaged_database_does_not_open_and_the_audit_is_still_readable(tmp_path: Path, damage: str) -> None:
    with open_store(tmp_path / "home") as store:
        for number in range(50):
            store.open_incident(verdict(), item_key=str(number))
    path = tmp_path / "home" / "dlp.db"
    with path.open("r+b") as file:
        file.seek(0 if damage == "header" else 100)
        file.write(b"\xff" * (100 if damage == "header" else path.stat().st_size - 100))
    with pytest.raises(StoreUnavailable) as caught, open_store(tmp_path / "home") as store:
        incidents.listing(store)
    assert caught.value.code == "E603"
    assert "備份" in caught.value.message
    assert verify(open_home(tmp_path / "home")).intact


def test_no_server_is_said_within_the_time_a_message_may_wait(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    began = time.monotonic()
    with pytest.raises(StoreUnavailable) as caught:
        open_store(tmp_path / "home", url="postgresql://dlp@127.0.0.1:1/none")
    assert caught.value.code == "E604"
    assert time.monotonic() - began < 11


def test_a_wrong_url_is_said_without_repeating_it(tmp_path: Path) -> None:
    for url in ("mysql://user:hunter2@host/db", "://hunter2"):
        with pytest.raises(StoreUnavailable) as caught:
            open_store(tmp_path / "home", url=url)
        assert "hunter2" not in str(caught.value)


def test_a_locked_database_is_given_up_after_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F14."""
    monkeypatch.setattr("dlp.records.database.BUSY_SECONDS", 0.3)
    with open_store(tmp_path / "home") as store, open_store(tmp_path / "home") as other, store.writing():
        began = time.monotonic()
        with pytest.raises(StoreUnavailable) as caught:
            other.record_decision(verdict())
        assert caught.value.code == "E600"
        assert caught.value.transient
        assert time.monotonic() - began < 5


def test_too_little_room_is_said_before_anything_is_read(tmp_path: Path) -> None:
    """F71."""
    home = open_home(tmp_path / "home")
    home.require_room(1024)
    with pytest.raises(StoreUnavailable) as caught:
        home.require_room(shutil.disk_usage(tmp_path).free * 2)
    assert caught.value.code == "E601"
