"""Decisions and incidents on both databases: written once, found again, counted right."""

import threading
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text

from dlp.kinds import Kind
from dlp.policy.lists import canonical as policy_canonical
from dlp.policy.replay import JournalRow
from dlp.records import incidents, migrations, schema
from dlp.records.canonical import canonical
from dlp.records.errors import StoreUnavailable
from dlp.records.journal import JournalEntry, entries, item_key, value_digest
from dlp.records.states import State
from dlp.records.store import Store
from dlp.verdict import Action, Channel
from tests.records.conftest import Clock
from tests.records.samples import ENVELOPE, IMAGE, NAME, NAME_MASK, PHONE, TEXT, verdict


def count(store: Store, table: object) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_migrations_make_the_schema_of_the_code(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, schema.metadata) == []
        assert migrations.version_of(connection) == migrations.HEAD


def test_a_store_of_a_newer_program_is_refused(store: Store, reopen: object) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable) as caught:
        reopen()  # type: ignore[operator]
    assert caught.value.code == "E605"
    assert not caught.value.transient


def test_head_names_the_last_step() -> None:
    assert max(migrations.known_versions()) == migrations.HEAD


def test_a_decision_is_kept_without_text(store: Store, clock: Clock) -> None:
    store.record_decision(verdict(not_read=(IMAGE,)), envelope=ENVELOPE, item_key="k", recipient_class="outside")
    (entry,) = entries(store)
    assert (entry.channel, entry.action, entry.complete, entry.policy_version) == (Channel.MAIL, Action.HOLD, False, "115-11-20/14")
    assert entry.time == clock.time
    assert (entry.recipient_class, entry.unit, entry.recipient_domains) == ("outside", "政風室", ("@example.com", "@example.org"))
    assert [(f.kind, f.part_place, f.count, f.value, f.confidence) for f in entry.findings] == [
        (Kind.INFORMANT_IDENTITY, "body", 1, 1, 0.9), (Kind.PERSONAL_MOBILE, "body", 1, 2, 0.7),
    ]  # fmt: skip
    assert entry.findings[0].start == TEXT.index(NAME)
    assert [r[0] for r in entry.rules] == ["INF-01", "PII-01"]
    assert NAME not in repr(entry)
    assert PHONE not in repr(entry)


def test_an_entry_has_every_field_that_a_replay_needs() -> None:
    assert set(JournalRow.__dataclass_fields__) <= set(JournalEntry.__dataclass_fields__)


def test_the_same_item_under_the_same_policy_is_one_decision(store: Store) -> None:
    first = store.record_decision(verdict(), item_key="k")
    assert store.record_decision(verdict(), item_key="k") == first
    assert store.record_decision(verdict(policy="115-12-01/15"), item_key="k") != first
    assert store.record_decision(verdict(), item_key="other") != first
    assert store.record_decision(verdict()) != store.record_decision(verdict()), "without a key every decision counts"
    assert [e.retries for e in entries(store)] == [1, 0, 0, 0, 0]
    assert count(store, schema.decision_findings) == 10


def test_entries_are_streamed_in_order_and_by_time(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlp.records.journal.BATCH", 3)
    times = []
    for number in range(10):
        if number % 4 != 3:  # also several decisions in one millisecond
            clock.forward(minutes=1)
        times.append(clock.time)
        store.record_decision(verdict(clean=bool(number % 2)), item_key=str(number))
    assert [e.time for e in entries(store)] == times
    assert [e.id for e in entries(store)] == sorted(e.id for e in entries(store))
    assert [e.time for e in entries(store, since=times[2], until=times[8])] == [t for t in times if times[2] <= t < times[8]]
    assert list(entries(store, channel=Channel.SHARE)) == []


def test_item_key_depends_on_content_and_envelope_not_on_order_or_case() -> None:
    from dataclasses import replace

    base = item_key(b"x", ENVELOPE)
    assert item_key(b"x", replace(ENVELOPE, recipients=tuple(reversed(ENVELOPE.recipients)), sender="LIN@example.gov.tw")) == base
    assert item_key(b"y", ENVELOPE) != base
    assert item_key(b"x", replace(ENVELOPE, recipients=("other@example.com",))) != base


@pytest.mark.parametrize(
    ("kind", "left", "right", "same"),
    [
        (Kind.PERSONAL_NATIONAL_ID, "A123456789", "Ａ１２３４５６７８９", True),
        (Kind.PERSONAL_NATIONAL_ID, "A123456789", "a1234 56789", True),
        (Kind.PERSONAL_NATIONAL_ID, "A123456789", "A123456788", False),
        (Kind.PERSONAL_MOBILE, "0912-345-678", "+886 912 345 678", True),
        (Kind.PERSONAL_LANDLINE, "(02)2720-8889轉1234", "02-27208889", True),
        (Kind.PERSONAL_EMAIL, "A.b@example.com", "a.b@example.com", True),
        (Kind.PERSONAL_EMAIL, "ab@example.com", "a.b@example.com", False),
    ],
)
def test_equal_values_have_equal_digests(store: Store, kind: Kind, left: str, right: str, same: bool) -> None:
    assert (value_digest(store.keys, kind, left) == value_digest(store.keys, kind, right)) is same
    for text_ in (left, right):
        assert canonical(kind, text_) == policy_canonical(kind, text_), "the policy's accepted values use the same form"


def test_a_held_message_opens_an_incident_that_waits_for_approval(store: Store, clock: Clock) -> None:
    public = store.open_incident(verdict(), item_key="k", envelope=ENVELOPE, reference="4Xq1", recipient_class="outside")
    found = incidents.find(store, public)
    assert public.startswith("D-")
    assert (found.state, found.action, found.approver, found.reference) == (State.PENDING, Action.HOLD, "ethics", "4Xq1")
    assert (found.sender, found.unit, found.recipients) == ("lin@example.gov.tw", "政風室", 2)
    assert found.due_at == clock.time + timedelta(hours=5), "09:00 and four working hours, with the lunch break: 14:00"
    assert incidents.find(store, public.lower()[2:]) == found, "ids are read out on the telephone"


@pytest.mark.parametrize(
    ("action", "approver", "state"),
    [
        (Action.HOLD, "ethics", State.PENDING), (Action.HOLD, "", State.PENDING), (Action.BLOCK, "ethics", State.PENDING),
        (Action.BLOCK, "", State.NEW), (Action.WARN, "ethics", State.NEW), (Action.JUSTIFY, "", State.NEW),
    ],
)  # fmt: skip
def test_what_can_be_approved_waits(store: Store, action: Action, approver: str, state: State) -> None:
    public = store.open_incident(verdict(action=action, approver=approver), item_key="k")
    assert incidents.find(store, public).state is state


def test_a_retried_message_is_one_incident_with_its_retries_counted(store: Store) -> None:
    public = store.open_incident(verdict(), item_key="k", original=b"first")
    assert [store.open_incident(verdict(), item_key="k", original=b"first") for _ in range(3)] == [public] * 3
    assert incidents.find(store, public).retries == 3
    assert count(store, schema.incidents) == 1
    assert count(store, schema.incident_findings) == 2
    assert len(store.evidence.ids()) == 1


def test_the_same_item_at_the_same_moment_is_one_incident(store: Store) -> None:
    barrier, got = threading.Barrier(8), []

    def door() -> None:
        barrier.wait()
        got.append(store.open_incident(verdict(), item_key="k", original=b"first"))

    threads = [threading.Thread(target=door) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(set(got)) == 1
    assert len(got) == 8
    assert incidents.find(store, got[0]).retries == 7


def test_findings_are_shown_masked_with_masked_surroundings(store: Store) -> None:
    public = store.open_incident(verdict(), item_key="k", envelope=ENVELOPE)
    first, _ = incidents.findings_of(store, incidents.find(store, public))
    assert (first.masked, first.rules) == (NAME_MASK, ("INF-01",))
    assert NAME_MASK in first.snippet
    assert NAME not in first.snippet
    assert PHONE not in first.snippet


def test_a_label_with_a_found_value_is_masked(store: Store) -> None:
    public = store.open_incident(verdict(), item_key="k", label=f"公文-{NAME}\u202e.odt")
    assert incidents.find(store, public).label == f"公文-{NAME_MASK}\\u202e.odt"


def test_listing_puts_running_clocks_first(store: Store, clock: Clock) -> None:
    blocked = store.open_incident(verdict(action=Action.BLOCK, approver=""), item_key="a")
    clock.forward(minutes=1)
    slow = store.open_incident(verdict(within="2d"), item_key="b")
    urgent = store.open_incident(verdict(within="30m"), item_key="c")
    assert [i.id for i in incidents.listing(store)] == [urgent, slow, blocked]
    assert [i.id for i in incidents.listing(store, states=[State.NEW])] == [blocked]
    clock.forward(hours=1)
    assert [i.id for i in incidents.listing(store, overdue=True)] == [urgent]


def test_errors_of_the_database_carry_neither_statement_nor_values(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("DROP TABLE incident_findings"))
    with pytest.raises(StoreUnavailable) as caught:
        store.open_incident(verdict(), item_key="k", envelope=ENVELOPE)
    chain = [caught.value, caught.value.__cause__, caught.value.__context__ if not caught.value.__suppress_context__ else None]
    assert NAME_MASK not in "".join(map(repr, chain))
    assert "INSERT" not in str(caught.value)
