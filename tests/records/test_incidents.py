"""The life of an incident: who may do what, when clocks end, and one transaction with one audit record for each step."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from dlp.records import accounts, incidents, schema, settings
from dlp.records.audit_verify import verify
from dlp.records.errors import NoSuchRecord, NotAllowed, RecordsError, WrongState
from dlp.records.home import Home
from dlp.records.journal import value_digest
from dlp.records.people import SYSTEM, Actor, Role, terminal_actor
from dlp.records.states import STEPS, State
from dlp.records.store import Event, Store, open_store
from dlp.verdict import Action, Channel
from tests.records.conftest import ADMIN, APPROVER, HANDLER, SENDER, VIEWER, Clock
from tests.records.samples import ENVELOPE, NAME_MASK, PHONE, verdict


def opened(store: Store, **options: object) -> str:
    return store.open_incident(verdict(**options), item_key="k", envelope=ENVELOPE, original=b"the original")  # type: ignore[arg-type]


def audit_actions(store: Store) -> list[str]:
    return [record["action"] for record in store.audit.tail()]


# Ways through the life, each step with who takes it and the state afterwards.
WAYS = {
    "released and closed": [("approve", APPROVER, State.RELEASED), ("close", HANDLER, State.CLOSED)],
    "returned and closed": [("return", HANDLER, State.RETURNED), ("close", HANDLER, State.CLOSED)],
    "rejected by the approver": [("return", APPROVER, State.RETURNED)],
    "expired": [("expire", SYSTEM, State.EXPIRED), ("close", HANDLER, State.CLOSED)],
    "false alarm, released": [
        ("appeal", SENDER, State.APPEALED), ("review", HANDLER, State.REVIEW), ("confirm", APPROVER, State.FALSE_ALARM),
        ("approve", APPROVER, State.RELEASED), ("close", HANDLER, State.CLOSED),
    ],
    "appeal after return, upheld": [
        ("return", HANDLER, State.RETURNED), ("appeal", SENDER, State.APPEALED), ("review", HANDLER, State.REVIEW),
        ("uphold", HANDLER, State.UPHELD), ("close", HANDLER, State.CLOSED),
    ],
    "upheld, then approval asked for": [
        ("appeal", SENDER, State.APPEALED), ("review", HANDLER, State.REVIEW), ("uphold", HANDLER, State.UPHELD),
        ("submit", SENDER, State.PENDING), ("approve", APPROVER, State.RELEASED),
    ],
    "leak": [
        ("leak", HANDLER, State.LEAKED), ("contain", HANDLER, State.CONTAINED), ("report", HANDLER, State.REPORTED),
        ("notify", HANDLER, State.NOTIFIED), ("improve", HANDLER, State.IMPROVED), ("close", HANDLER, State.CLOSED),
    ],
    "leak found after the close": [("approve", APPROVER, State.RELEASED), ("close", HANDLER, State.CLOSED), ("leak", HANDLER, State.LEAKED)],
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_ways_through_the_life(store: Store, way: list[tuple[str, Actor, State]]) -> None:
    public = opened(store)
    for step, actor, after in way:
        assert incidents.take(store, public, step, actor=actor, note="理由").state is after
    history = incidents.history(store, incidents.find(store, public))
    assert [h.step for h in history] == ["submit", *(step for step, _, _ in way)]
    assert audit_actions(store) == ["incident.open", *(f"incident.{step}" for step, _, _ in way)], "one step, one audit record"
    assert verify(store.home).intact


@pytest.mark.parametrize(("step", "state"), [(step.name, state) for step in STEPS.values() for state in State if state not in step.before])
def test_a_step_from_a_wrong_state_is_refused_and_leaves_no_trace(home: Home, clock: Clock, step: str, state: State) -> None:
    store = open_store(home, now=clock)
    public = opened(store)
    with store.writing() as connection:
        connection.execute(schema.incidents.update().values(state=str(state)))
    before = audit_actions(store)
    with pytest.raises(WrongState):
        incidents.take(store, public, step, actor=terminal_actor())
    assert audit_actions(store) == before
    assert incidents.find(store, public).state is state
    store.close()


@pytest.mark.parametrize(
    ("actor", "step", "why"),
    [
        (VIEWER, "approve", "viewers look"), (HANDLER, "approve", "handlers do not release"), (ADMIN, "approve", "admins keep accounts only"),
        (VIEWER, "return", "viewers look"), (ADMIN, "return", "admins keep accounts only"), (VIEWER, "appeal", "neither sender nor handler"),
        (APPROVER, "expire", "the clock alone"), (APPROVER, "close", "handlers close"), (SENDER, "approve", "four eyes"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_rights(store: Store, actor: Actor, step: str, why: str) -> None:
    public = opened(store)
    if step == "close":
        incidents.give_back(store, public, actor=HANDLER)
    with pytest.raises(NotAllowed):
        incidents.take(store, public, step, actor=actor)


@pytest.mark.parametrize(
    ("name", "emails", "via"),
    [
        ("lin", ("lin@example.gov.tw",), "web"), ("somebody", ("LIN@example.gov.tw",), "web"), ("lin", (), "cli"), ("Lin", (), "cli"),
        ("lin@example.gov.tw", (), "proxy"),
    ],
)  # fmt: skip
def test_nobody_decides_about_their_own_mail_in_whatever_role(store: Store, name: str, emails: tuple[str, ...], via: str) -> None:
    public = opened(store)
    everything = Actor(name, frozenset(Role), emails, "政風室", via)
    for step in ("approve", "return"):
        with pytest.raises(NotAllowed) as caught:
            incidents.take(store, public, step, actor=everything)
        assert caught.value.code == "E649"
    assert incidents.find(store, public).state is State.PENDING


def test_who_appealed_does_not_confirm(store: Store) -> None:
    public = opened(store)
    both = Actor("both", frozenset({Role.HANDLER, Role.APPROVER}), ("both@example.gov.tw",), "政風室", "web")
    incidents.appeal(store, public, actor=both)
    incidents.take(store, public, "review", actor=HANDLER)
    with pytest.raises(NotAllowed):
        incidents.confirm_false_alarm(store, public, actor=both, note="x")


def make_account(store: Store, name: str, *roles: Role, unit: str = "") -> Actor:
    accounts.add(store, name, roles=frozenset(roles), actor=ADMIN, emails=[f"{name}@example.gov.tw"], unit=unit)
    return accounts.actor_of(accounts.find(store, name), via="web")


def test_the_named_approver_decides_and_a_deputy_only_while_in_force(store: Store, clock: Clock) -> None:
    chief = make_account(store, "chief", Role.APPROVER, unit="ethics")
    other = make_account(store, "other", Role.APPROVER, unit="會計室")
    public = opened(store, approver="ethics")
    with pytest.raises(NotAllowed):
        incidents.approve(store, public, actor=other)
    settings.set_deputy(store, "chief", "other", clock.time + timedelta(days=1), clock.time + timedelta(days=3), actor=chief)
    with pytest.raises(NotAllowed):
        incidents.approve(store, public, actor=other)
    clock.forward(days=1)
    assert incidents.approve(store, public, actor=other).decided_by == "other"


def test_a_deputy_who_sent_it_does_not_decide(store: Store, clock: Clock) -> None:
    chief = make_account(store, "chief", Role.APPROVER, unit="ethics")
    sender = make_account(store, "lin", Role.APPROVER)
    settings.set_deputy(store, "chief", "lin", clock.time, clock.time + timedelta(days=3), actor=chief)
    public = opened(store)
    with pytest.raises(NotAllowed):
        incidents.approve(store, public, actor=sender)


def test_an_approver_that_no_account_matches_blocks_nobody(store: Store) -> None:
    public = opened(store, approver="a-group-nobody-set-up")
    assert incidents.approve(store, public, actor=APPROVER).state is State.RELEASED


def test_new_incidents_go_to_the_unit_or_its_deputy(store: Store, clock: Clock) -> None:
    chief = make_account(store, "chief", Role.APPROVER)
    make_account(store, "clerk", Role.HANDLER)
    make_account(store, "other", Role.APPROVER)
    settings.set_unit(store, "政風室", handler="clerk", approver="chief", actor=ADMIN)
    waiting = store.open_incident(verdict(), item_key="a", envelope=ENVELOPE)
    blocked = store.open_incident(verdict(action=Action.BLOCK, approver=""), item_key="b", envelope=ENVELOPE)
    assert [incidents.find(store, i).assigned_to for i in (waiting, blocked)] == ["chief", "clerk"]
    settings.set_deputy(store, "chief", "other", clock.time, clock.time + timedelta(days=1), actor=chief)
    assert incidents.find(store, store.open_incident(verdict(), item_key="c", envelope=ENVELOPE)).assigned_to == "other"


def test_assigning(store: Store) -> None:
    make_account(store, "clerk", Role.HANDLER)
    public = opened(store)
    assert incidents.assign(store, public, "clerk", actor=HANDLER).assigned_to == "clerk"
    with pytest.raises(NoSuchRecord):
        incidents.assign(store, public, "nobody", actor=HANDLER)
    with pytest.raises(NotAllowed):
        incidents.assign(store, public, "clerk", actor=VIEWER)


def test_what_nobody_decided_goes_back_when_its_clock_ends(store: Store, clock: Clock) -> None:
    public = opened(store, within="4h")
    clock.forward(hours=4, minutes=59)
    assert incidents.expire_due(store) == []
    clock.forward(minutes=1)
    (expired,) = incidents.expire_due(store)
    assert (expired.id, expired.state) == (public, State.EXPIRED)
    assert incidents.expire_due(store) == []
    with pytest.raises(WrongState):
        incidents.approve(store, public, actor=APPROVER)


def test_an_appeal_stops_the_clock_of_the_approval(store: Store, clock: Clock) -> None:
    public = opened(store, within="1h")
    incidents.appeal(store, public, actor=SENDER)
    clock.forward(days=10)
    assert incidents.expire_due(store) == []
    assert incidents.listing(store, overdue=True)[0].id == public, "but a review that takes long is overdue"


def test_the_leak_clock_runs_day_and_night_and_goes_on_until_reported(store: Store, clock: Clock) -> None:
    public = opened(store)
    leaked = incidents.take(store, public, "leak", actor=HANDLER)
    assert leaked.due_at == clock.time + timedelta(hours=72)
    clock.forward(hours=10)
    assert incidents.take(store, public, "contain", actor=HANDLER).due_at == leaked.due_at
    assert incidents.take(store, public, "report", actor=HANDLER).due_at is None


def test_a_policy_sets_the_leak_clock(store: Store, clock: Clock) -> None:
    due = clock.time + timedelta(hours=1)
    assert incidents.take(store, opened(store), "leak", actor=HANDLER, due=due).due_at == due.astimezone(UTC)


def test_a_confirmed_false_alarm_allows_its_values_until_a_day_and_leaves_test_candidates(store: Store, clock: Clock) -> None:
    public = opened(store)
    incidents.appeal(store, public, actor=SENDER)
    incidents.take(store, public, "review", actor=HANDLER)
    incidents.confirm_false_alarm(store, public, actor=APPROVER, note="公開專線", until=date(2027, 1, 31))
    entries = incidents.allow_list(store)
    assert [(e.rule, e.kind, e.who, e.why, e.incident) for e in entries] == [
        ("INF-01", "informant.identity", "chen", "公開專線", public), ("PII-01", "personal.mobile", "chen", "公開專線", public),
    ]  # fmt: skip
    from dlp.kinds import Kind

    digest = value_digest(store.keys, Kind.PERSONAL_MOBILE, PHONE.replace("-", " "))
    assert incidents.allowed(store, digest, kind="personal.mobile")
    assert not incidents.allowed(store, digest, kind="personal.landline")
    assert not incidents.allowed(store, digest, kind="personal.mobile", at=datetime(2027, 1, 31, tzinfo=UTC)), "the end is Taipei's midnight"
    first, second = incidents.candidates(store)
    assert (first.rule, first.expect, first.channel, second.rule) == ("INF-01", "allow", "mail", "PII-01")
    assert NAME_MASK in first.text


def test_a_false_alarm_cannot_be_allowed_into_the_past(store: Store) -> None:
    public = opened(store)
    incidents.appeal(store, public, actor=SENDER)
    incidents.take(store, public, "review", actor=HANDLER)
    with pytest.raises(RecordsError):
        incidents.confirm_false_alarm(store, public, actor=APPROVER, note="x", until=date(2026, 11, 18))
    assert incidents.find(store, public).state is State.REVIEW
    assert incidents.allow_list(store) == []


def test_a_door_is_asked_until_it_has_carried_out_what_was_decided(store: Store) -> None:
    public = opened(store)
    assert incidents.to_carry_out(store, "mail") == []
    incidents.approve(store, public, actor=APPROVER)
    assert [i.id for i in incidents.to_carry_out(store, "mail")] == [public]
    assert incidents.to_carry_out(store, "share") == []
    incidents.carried_out(store, public)
    assert incidents.to_carry_out(store, "mail") == []


def test_two_deciders_at_once_give_one_decision(store: Store) -> None:
    import threading

    public, results = opened(store), []
    barrier = threading.Barrier(2)

    def decide(step: str, actor: Actor) -> None:
        barrier.wait()
        try:
            results.append(incidents.take(store, public, step, actor=actor).state)
        except WrongState as err:
            results.append(err)

    threads = [threading.Thread(target=decide, args=a) for a in (("approve", APPROVER), ("return", HANDLER))]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sum(isinstance(r, State) for r in results) == 1


def test_notes_are_sealed(store: Store) -> None:
    public = opened(store)
    incidents.give_back(store, public, actor=HANDLER, note="章魚燒乙打來問")
    with store.reading() as connection:
        rows = connection.execute(select(schema.transitions.c.note)).scalars().all()
    assert all("章魚燒乙".encode() not in bytes(note or b"") for note in rows)
    assert incidents.history(store, incidents.find(store, public))[-1].note == "章魚燒乙打來問"


def test_outlets_are_told_after_the_commit_and_their_failures_change_nothing(store: Store) -> None:
    told: list[Event] = []

    def broken(_store: Store, _event: Event) -> None:
        raise OSError("no network")

    def good(store: Store, event: Event) -> None:
        assert incidents.find(store, event.incident)  # it is there already
        told.append(event)

    store.outlets += [broken, good]
    public = opened(store)
    incidents.approve(store, public, actor=APPROVER)
    assert [e.kind for e in told] == ["incident.opened", "incident.approve"]


def test_an_unknown_id_is_said_so(store: Store) -> None:
    with pytest.raises(NoSuchRecord):
        incidents.find(store, "D-ZZZZ")


def test_share_and_post_incidents_too(store: Store) -> None:
    public = store.open_incident(verdict(channel=Channel.SHARE, action=Action.LOG, approver=""), item_key="s")
    assert incidents.take(store, public, "close", actor=HANDLER).state is State.CLOSED
