"""The audit log: chained, synced, and every tampering is found (F75, F76)."""

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, select

from dlp.records import incidents, schema
from dlp.records.audit import AuditLog, canonical, record_hash
from dlp.records.audit_verify import Report, verify
from dlp.records.errors import StoreUnavailable
from dlp.records.home import Home, open_home
from dlp.records.store import Store, open_store
from tests.records.conftest import APPROVER, HANDLER
from tests.records.samples import verdict

RECORDS = 60


def operations(store: Store) -> list[tuple[str, int, str]]:
    t = schema.operations.c
    with store.reading() as connection:
        return [(r.op, r.seq, r.hash) for r in connection.execute(select(t.op, t.seq, t.hash).where(t.log == store.audit.id))]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a rotated and a current file, to be copied and tampered with."""
    path = tmp_path_factory.mktemp("audit") / "home"
    with open_store(path) as store:
        for number in range(RECORDS // 3):
            public = store.open_incident(verdict(), item_key=str(number))
            incidents.take(store, public, "approve", actor=APPROVER)
            incidents.take(store, public, "close", actor=HANDLER)
            if number == 8:
                store.audit.rotate()
    return path


@pytest.fixture
def copied(master: Path, tmp_path: Path) -> Home:
    shutil.copytree(master, tmp_path / "home")
    return open_home(tmp_path / "home")


def check(home: Home) -> Report:
    """As ``dlp audit verify`` does: with the store's operations."""
    with open_store(home) as store:
        return verify(home, operations=operations(store))


def test_an_untouched_log_is_intact(copied: Home) -> None:
    report = check(copied)
    assert (report.intact, report.records, report.files, report.unsettled, report.torn) == (True, RECORDS + 1, 2, [], 0)


def test_a_record_has_what_threats_ask_for(copied: Home) -> None:
    record = json.loads((copied.path / "audit" / "audit.jsonl").read_text().splitlines()[-1])
    assert {"seq", "at", "actor", "action", "object", "policy", "result", "prev", "hash"} <= set(record)
    assert record["at"].endswith("+00:00")


Tamper = Callable[[list[bytes], random.Random], list[bytes]]


def edit_field(field: str, value: object) -> Tamper:
    def tamper(lines: list[bytes], rng: random.Random) -> list[bytes]:
        n = rng.randrange(len(lines))
        record = json.loads(lines[n])
        record[field] = value if record.get(field) != value else f"{value}x"
        lines[n] = canonical(record)
        return lines

    return tamper


def edit_and_rehash_without_key(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(len(lines))
    record = json.loads(lines[n])
    record["actor"] = "somebody"
    record["hash"] = record_hash(b"a guessed key", record)
    lines[n] = canonical(record)
    return lines


def rewrite_the_rest_without_key(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(1, len(lines))
    prev = json.loads(lines[n - 1])["hash"]
    out = lines[:n]
    for seq_shift, line in enumerate(lines[n + 1 :]):
        record = json.loads(line)
        record |= {"prev": prev, "seq": json.loads(lines[n])["seq"] + seq_shift}
        record["hash"] = prev = record_hash(b"", record)
        out.append(canonical(record))
    return out


def remove(count: int) -> Tamper:
    def tamper(lines: list[bytes], rng: random.Random) -> list[bytes]:
        n = rng.randrange(len(lines) - count)
        return lines[:n] + lines[n + count :]

    return tamper


def cut_tail(count: int) -> Tamper:
    return lambda lines, rng: lines[:-count]


def cut_head(count: int) -> Tamper:
    return lambda lines, rng: lines[count:]


def swap(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(len(lines) - 1)
    lines[n], lines[n + 1] = lines[n + 1], lines[n]
    return lines


def repeat(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(len(lines))
    return [*lines[: n + 1], lines[n], *lines[n + 1 :]]


def reverse(lines: list[bytes], rng: random.Random) -> list[bytes]:
    return lines[::-1]


def insert_forged(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(1, len(lines))
    record = json.loads(lines[n - 1])
    record |= {"seq": record["seq"] + 1, "prev": record["hash"], "action": "incident.approve"}
    record["hash"] = record_hash(b"x", record)
    return [*lines[:n], canonical(record), *lines[n:]]


def garble_bytes(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(len(lines))
    line = bytearray(lines[n])
    at = rng.randrange(len(line))
    line[at] ^= 1 << rng.randrange(7)
    lines[n] = bytes(line)
    return lines


def insert_rubbish(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(len(lines))
    return [*lines[:n], b"# maintenance", *lines[n:]]


def blank_line(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(len(lines))
    return [*lines[:n], b"", *lines[n:]]


def spaces(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(len(lines))
    lines[n] = lines[n].replace(b'":', b'": ')
    return lines


def halve_a_line(lines: list[bytes], rng: random.Random) -> list[bytes]:
    n = rng.randrange(len(lines))
    lines[n] = lines[n][: len(lines[n]) // 2]
    return lines


def empty(lines: list[bytes], rng: random.Random) -> list[bytes]:
    return []


IN_FILE: dict[str, Tamper] = {
    **{f"edit {f}": edit_field(f, v) for f, v in {
        "actor": "x", "action": "incident.close", "object": "D-2222", "at": "2026-01-01T00:00:00.000+00:00", "result": "refused",
        "policy": "p", "via": "cli", "op": "0" * 32, "seq": 7, "prev": "0" * 64, "hash": "0" * 64, "log": "0" * 16, "new": "fact",
    }.items()},
    **{f"remove {n}": remove(n) for n in (1, 2, 5)},
    **{f"cut {n} at the end": cut_tail(n) for n in (1, 2, 3, 10)},
    **{f"cut {n} at the beginning": cut_head(n) for n in (1, 5)},
    "edit and rehash": edit_and_rehash_without_key, "rewrite the rest": rewrite_the_rest_without_key, "swap": swap, "repeat": repeat,
    "reverse": reverse, "insert forged": insert_forged, "flip a bit": garble_bytes, "insert rubbish": insert_rubbish,
    "blank line": blank_line, "spaces": spaces, "halve a line": halve_a_line, "empty": empty,
}  # fmt: skip


def rewrite(path: Path, tamper: Tamper, seed: int) -> None:
    lines = path.read_bytes().splitlines()
    out = tamper(list(lines), random.Random(seed))
    assert out != lines
    path.write_bytes(b"".join(line + b"\n" for line in out))


def files(home: Home) -> tuple[Path, Path]:
    (rotated,) = (home.path / "audit").glob("audit-*.jsonl")
    return rotated, home.path / "audit" / "audit.jsonl"


@pytest.mark.parametrize("which", [0, 1], ids=["rotated file", "current file"])
@pytest.mark.parametrize("name", IN_FILE)
def test_every_change_in_a_file_is_found(copied: Home, name: str, which: int) -> None:
    rewrite(files(copied)[which], IN_FILE[name], seed=len(name) + which)
    report = verify(copied)
    assert not report.intact
    assert report.faults[0].where


def replace_by_older(home: Home) -> None:
    """The whole audit folder put back to an earlier state, anchors left: a restored copy."""
    _, current = files(home)
    current.write_bytes(b"".join(current.read_bytes().splitlines(keepends=True)[:5]))


def drop_rotated(home: Home) -> None:
    files(home)[0].unlink()


def drop_current(home: Home) -> None:
    files(home)[1].unlink()


def exchange(home: Home) -> None:
    a, b = files(home)
    left, right = a.read_bytes(), b.read_bytes()
    a.write_bytes(right)
    b.write_bytes(left)


def anchor_file(home: Home, suffix: str) -> Path:
    (path,) = (home.path / "anchors").glob(f"*.{suffix}")
    return path


def drop_head(home: Home) -> None:
    anchor_file(home, "head").unlink()


def drop_anchors(home: Home) -> None:
    anchor_file(home, "anchors").unlink()


def empty_anchors(home: Home) -> None:
    anchor_file(home, "anchors").write_bytes(b"")


def forge_anchor(home: Home) -> None:
    path = anchor_file(home, "anchors")
    path.write_bytes(path.read_bytes().replace(b'"seq":1}', b'"seq":2}'))


def forge_head(home: Home) -> None:
    path = anchor_file(home, "head")
    path.write_bytes(path.read_bytes().replace(b"6", b"5"))


def truncate_inside_a_line(home: Home) -> None:
    path = files(home)[1]
    os.truncate(path, path.stat().st_size - 40)


def truncate_the_newline(home: Home) -> None:
    path = files(home)[1]
    os.truncate(path, path.stat().st_size - 1)


def forged_stub(home: Home) -> None:
    rotated = files(home)[0]
    lines = [json.loads(line) for line in rotated.read_bytes().splitlines()]
    stub = {"first_seq": 1, "last_seq": lines[-1]["seq"], "prev": "0" * 64, "last_hash": lines[-1]["hash"], "mac": "0" * 64}
    rotated.with_suffix(".stub").write_text(json.dumps(stub))
    rotated.unlink()


def start_over(home: Home) -> None:
    """Everything about the log removed and a new one begun."""
    shutil.rmtree(home.path / "audit")
    AuditLog(home).append("incident.open", actor="system")


WHOLE: list[Callable[[Home], None]] = [
    replace_by_older, drop_rotated, drop_current, exchange, drop_head, drop_anchors, empty_anchors, forge_anchor, forge_head,
    truncate_inside_a_line, truncate_the_newline, forged_stub, start_over,
]  # fmt: skip


@pytest.mark.parametrize("tamper", WHOLE, ids=lambda f: f.__name__)
def test_every_change_of_files_is_found(copied: Home, tamper: Callable[[Home], None]) -> None:
    tamper(copied)
    assert not verify(copied).intact


@pytest.mark.parametrize("seed", range(40))
def test_random_changes_are_found(copied: Home, seed: int) -> None:
    rng = random.Random(seed)
    name = rng.choice([n for n in IN_FILE if n not in ("empty", "reverse")])
    rewrite(rng.choice(files(copied)), IN_FILE[name], seed)
    assert not verify(copied).intact


def test_there_are_at_least_a_hundred_variants() -> None:
    assert len(IN_FILE) * 2 + len(WHOLE) + 40 >= 100


@pytest.mark.parametrize("count", [1, 5])
def test_a_cut_tail_stays_visible_after_the_log_went_on(copied: Home, count: int) -> None:
    rewrite(files(copied)[1], cut_tail(count), 0)
    with open_store(copied) as store:
        store.audit_event("login", actor=APPROVER)
        report = verify(copied, operations=operations(store))
    assert not report.intact
    assert any("缺少" in f.what for f in report.faults)


def test_with_head_and_anchors_put_back_too_the_store_is_the_witness(tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        store.open_incident(verdict(), item_key="a")
        for folder in ("audit", "anchors"):
            shutil.copytree(store.home.path / folder, tmp_path / folder)
        public = store.open_incident(verdict(), item_key="b")
        incidents.take(store, public, "approve", actor=APPROVER)
        for folder in ("audit", "anchors"):
            shutil.rmtree(store.home.path / folder)
            shutil.copytree(tmp_path / folder, store.home.path / folder)
        report = verify(store.home, operations=operations(store))
    assert [f.seq for f in report.faults] == [2, 3]


def test_a_copy_of_the_anchors_elsewhere_is_a_witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLP_ANCHORS", str(tmp_path / "elsewhere"))
    with open_store(tmp_path / "home") as store:
        for _ in range(3):
            store.audit_event("login", actor=APPROVER)
        assert verify(store.home).intact
        assert {p.suffix for p in (tmp_path / "elsewhere").iterdir()} == {".anchors", ".head"}
        shutil.rmtree(store.home.path / "audit")
        store.home.folder("audit")
        assert not verify(store.home, operations=operations(store)).records


def test_anchors_come_every_thousand_records_and_after_ten_minutes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlp.records.audit.ANCHOR_RECORDS", 10)
    told: list[str] = []
    log = AuditLog(home, notify=told.append)
    for _ in range(25):
        log.append("login", actor="x")
    assert [json.loads(line)["seq"] for line in told] == [1, 11, 21]
    monkeypatch.setattr("dlp.records.audit.ANCHOR_SECONDS", 0)
    log.append("login", actor="x")
    assert [json.loads(line)["seq"] for line in told] == [1, 11, 21, 26]


def test_a_torn_last_line_is_marked_not_repaired(home: Home) -> None:
    log = AuditLog(home)
    log.append("login", actor="x")
    with log.current.open("ab") as file:
        file.write(b'{"action":"logi')
    assert verify(home).intact, "a crash is no tampering"
    AuditLog(home).append("login", actor="y")
    actions = [r["action"] for r in log.tail()]
    assert actions == ["login", "audit.torn", "login"]
    report = verify(home)
    assert (report.intact, report.torn) == (True, 1)


def test_a_record_without_its_change_is_voided_at_the_next_start(store: Store, reopen: Callable[[], Store]) -> None:
    """As after a kill between the record and the commit."""
    store.open_incident(verdict(), item_key="a")
    store.audit.append("incident.open", actor="system", op="f" * 32, object_id="D-9999")
    assert verify(store.home, operations=operations(store)).unsettled == [2]
    again = reopen()
    report = verify(again.home, operations=operations(again))
    assert (report.intact, report.unsettled) == (True, [])
    assert [r["action"] for r in again.audit.tail()] == ["incident.open", "incident.open", "audit.void"]
    reopen()
    assert len(again.audit.tail()) == 3, "voided once"


def test_a_commit_that_fails_voids_its_record(store: Store) -> None:
    public = store.open_incident(verdict(), item_key="a")

    def fail(_connection: object) -> None:
        raise OSError("power")

    event.listen(store.engine, "commit", fail, once=True)
    with pytest.raises(OSError, match="power"):
        incidents.take(store, public, "approve", actor=APPROVER)
    assert incidents.find(store, public).state == "pending"
    assert [r["action"] for r in store.audit.tail()] == ["incident.open", "incident.approve", "audit.void"]
    report = verify(store.home, operations=operations(store))
    assert (report.intact, report.unsettled) == (True, [])


def test_no_effect_without_a_record(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """F76: when the audit log cannot be written nothing changes."""
    public = store.open_incident(verdict(), item_key="a")

    def refuse(*_args: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dlp.records.audit.os.write", refuse)
    with pytest.raises(StoreUnavailable) as caught:
        incidents.take(store, public, "approve", actor=APPROVER)
    assert caught.value.code == "E611"
    monkeypatch.undo()
    assert incidents.find(store, public).state == "pending"


def test_many_writers_make_one_chain(home: Home) -> None:
    import threading

    logs = [AuditLog(home) for _ in range(4)]
    threads = [threading.Thread(target=lambda log=log: [log.append("login", actor="x") for _ in range(25)]) for log in logs]
    [t.start() for t in threads]
    [t.join() for t in threads]
    report = verify(home)
    assert (report.intact, report.records) == (True, 100)


def test_large_files_rotate_and_the_chain_goes_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlp.records.audit.ROTATE_BYTES", 2000)
    log = AuditLog(home)
    for _ in range(30):
        log.append("login", actor="x")
    report = verify(home)
    assert report.intact
    assert report.files > 3


def test_facts_are_short_codes_only(home: Home) -> None:
    log = AuditLog(home)
    for value in ("x" * 201, ["list"], {"a": 1}, b"bytes", 1.5):
        with pytest.raises(TypeError):
            log.append("login", actor="x", facts={"f": value})  # type: ignore[dict-item]
    assert log.tail() == []
