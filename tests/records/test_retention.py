"""Things are kept as long as said, then removed without a trace; what is open stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dlp.records import incidents, retention, schema, settings
from dlp.records.audit_verify import verify
from dlp.records.errors import NoSuchRecord
from dlp.records.store import Store, open_store
from dlp.verdict import Action
from tests.records.conftest import ADMIN, APPROVER, HANDLER, Clock
from tests.records.samples import ENVELOPE, IMAGE, verdict
from tests.records.test_audit import operations


def closed(store: Store, key: str) -> str:
    public = store.open_incident(verdict(), item_key=key, envelope=ENVELOPE, original=b"original")
    incidents.approve(store, public, actor=APPROVER)
    return incidents.take(store, public, "close", actor=HANDLER).id


def test_originals_go_after_30_days_incidents_after_180(store: Store, clock: Clock) -> None:
    public = closed(store, "a")
    waiting = store.open_incident(verdict(), item_key="b", original=b"original")
    clock.forward(days=31)
    done = retention.purge(store)
    assert (done.evidence, done.incidents) == (1, 0)
    with pytest.raises(NoSuchRecord):
        incidents.open_original(store, public, actor=APPROVER, reason="x")
    clock.forward(days=150)
    assert retention.purge(store).incidents == 1
    with pytest.raises(NoSuchRecord):
        incidents.find(store, public)
    _, pieces = incidents.open_original(store, waiting, actor=APPROVER, reason="still open")
    assert b"".join(pieces) == b"original"
    assert [r["action"] for r in store.audit.tail() if r["action"].startswith("purge")] == ["purge.evidence", "purge.incidents"]


def test_a_purge_with_nothing_to_do_writes_nothing(store: Store) -> None:
    closed(store, "a")
    before = len(store.audit.tail())
    assert retention.purge(store) == retention.Purged(0, 0, 0, 0, 0)
    assert len(store.audit.tail()) == before


def test_the_operator_sets_the_periods(store: Store, clock: Clock) -> None:
    settings.set_value(store, "keep.evidence", 7, actor=ADMIN)
    closed(store, "a")
    clock.forward(days=8)
    assert retention.periods(store).evidence == 7
    assert retention.purge(store).evidence == 1


def test_journal_days_leave_their_counts(store: Store, clock: Clock) -> None:
    for number in range(3):
        store.record_decision(verdict(not_read=(IMAGE,) if number else ()), item_key=f"a{number}")
    store.record_decision(verdict(clean=True), item_key="clean")
    clock.forward(days=20)
    store.record_decision(verdict(action=Action.BLOCK), item_key="b")
    clock.forward(days=360)
    assert retention.purge(store).decisions == 4
    with store.reading() as connection:
        tallies = {(r.what, r.key): r.n for r in connection.execute(select(schema.tallies))}
        left = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in (schema.decisions, schema.decision_findings)]
    assert tallies == {
        ("action", "4"): 3, ("action", "0"): 1, ("rule", "INF-01"): 3, ("rule", "PII-01"): 3, ("kind", "informant.identity"): 3,
        ("kind", "personal.mobile"): 3, ("incomplete", ""): 2,
    }  # fmt: skip
    assert left == [1, 2]


def test_old_audit_files_leave_a_signed_stub_that_the_chain_goes_over(store: Store, clock: Clock) -> None:
    for round_ in range(3):
        for number in range(4):
            store.open_incident(verdict(), item_key=f"{round_}{number}")
        store.audit.rotate()
        clock.forward(days=400)
    # The rotation records carry the real clock, which is later than the test's: only the first files are old enough.
    clock.time = clock.time + timedelta(days=5 * 365)
    done = retention.purge(store)
    assert done.audit_files >= 1
    assert list(store.audit.folder.glob("*.stub"))
    report = verify(store.home, operations=operations(store))
    assert report.faults == []
    next(store.audit.folder.glob("*.stub")).unlink()
    assert not verify(store.home, operations=operations(store)).intact


def test_nothing_stays_in_free_pages(tmp_path: Path, clock: Clock) -> None:
    """secure_delete and an emptied write-ahead log: the file no longer holds what was removed."""
    with open_store(tmp_path / "home", now=clock) as store:
        label = "unmistakable-label-4711"
        public = store.open_incident(verdict(), item_key="k", label=label)
        incidents.approve(store, public, actor=APPROVER)
        incidents.take(store, public, "close", actor=HANDLER)

        def anywhere() -> bool:
            return any(label.encode() in p.read_bytes() for p in store.home.path.glob("dlp.db*"))

        assert anywhere()
        clock.forward(days=200)
        assert retention.purge(store).incidents == 1
        assert not anywhere()
