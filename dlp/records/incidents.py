"""Incidents: what a person handles.  Every step is one transaction with one audit record.

    open_incident(store, verdict, item_key=…, original=…)  → "D-8F3K"
    approve(store, "D-8F3K", actor=…)                       released; the door passes the item on
    give_back(store, …)                                     returned for rewriting
    appeal / review / confirm_false_alarm / uphold          the way of a false alarm
    leak / contain / report / notify / improve / close      the way of a leak
    expire_due(store)                                       what nobody decided in time goes back

A door asks ``to_carry_out(store, channel)`` what was decided, does it, and calls ``carried_out``; a crash in between only
means that it is asked again.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from dlp.records import schema, settings
from dlp.records.clock import WorkCalendar, day_start, millis
from dlp.records.errors import NoSuchRecord, NotAllowed, RecordsError, WrongState
from dlp.records.evidence import seal, unseal
from dlp.records.incident_opening import APPROVAL_MINUTES, open_incident, write_transition
from dlp.records.incident_views import (
    AllowEntry,
    Candidate,
    HistoryEntry,
    Incident,
    IncidentFinding,
    allow_list,
    allowed,
    candidates,
    find,
    find_row,
    findings_of,
    history,
    incident_of,
    listing,
    rules_of,
)
from dlp.records.people import SYSTEM, Actor, Right, Role
from dlp.records.states import DECIDED_STATES, STEPS, State, Step
from dlp.records.store import Event, Store

__all__ = [
    "AllowEntry", "Candidate", "HistoryEntry", "Incident", "IncidentFinding", "allow_list", "allowed", "appeal", "approve", "assign", "candidates",
    "carried_out", "confirm_false_alarm", "expire_due", "find", "findings_of", "give_back", "history", "listing", "open_incident", "open_original",
    "rules_of", "take", "to_carry_out",
]  # fmt: skip
REVIEW_MINUTES = 8 * 60
LEAK_HOURS = 72  # real hours until a leak is reported; clocks of the law run day and night
ALLOW_DAYS = 365  # a confirmed false alarm is looked at again after this long at the latest
NOTE_CHARS = 500

_c = schema.incidents.c


def take(
    store: Store, public_id: str, step_name: str, *, actor: Actor, note: str = "", due: datetime | None = None, at: datetime | None = None,
    until: date | None = None,
) -> Incident:  # fmt: skip
    """Take one step of ``states.STEPS``.  Raises NotAllowed, WrongState, NoSuchRecord, StoreUnavailable."""
    step, when = STEPS[step_name], at or store.now()
    with store.audited(f"incident.{step_name}", actor=actor, at=when) as change:
        incident = find_row(change.connection, public_id, lock=True)
        change.object_id, change.policy = incident.id, incident.policy_version
        if incident.state not in step.before:
            raise WrongState(f"事件 {incident.id} 目前是「{incident.state.label}」，不能「{step.label}」。")
        _check_right(change.connection, incident, step, actor, when)
        values = _after(change.connection, incident, step, actor, when, due)
        change.connection.execute(update(schema.incidents).where(_c.id == incident.row).values(values))
        if step_name == "confirm":
            change.facts["allowed"] = _accept_false_alarm(store, change.connection, incident, actor, note, when, until)
        sealed = seal(store.keys.evidence, note[:NOTE_CHARS], purpose="note") if note else None
        write_transition(change.connection, incident.row, step_name, str(incident.state), str(step.after), actor, when, change.op, sealed)
        change.facts |= {"before": str(incident.state), "after": str(step.after), "note": bool(note)}
    store.tell(Event(f"incident.{step_name}", incident.id, when))
    return find(store, incident.id)


def _check_right(connection: Connection, incident: Incident, step: Step, actor: Actor, when: datetime) -> None:
    is_sender = actor.is_person(incident.sender)
    if step.four_eyes and is_sender:
        raise NotAllowed("送件人不能自己決定這件事件。請由其他有權限的人處理。", code="E649")
    if step.sender_may and is_sender:
        return
    if not step.rights:
        if actor is not SYSTEM:
            raise NotAllowed(f"「{step.label}」由系統執行。")
        return
    if not any(actor.may(right) for right in step.rights):
        actor.require(step.rights[0])
    if step.name in ("approve", "confirm") and actor.via != "cli":
        _check_approver(connection, incident, actor, when)
    if step.name == "confirm" and _taken_by(connection, incident, "appeal") == actor.name:
        raise NotAllowed("申訴的人不能自己確認誤判。請由另一人複核。", code="E649")


def _check_approver(connection: Connection, incident: Incident, actor: Actor, when: datetime) -> None:
    """The rule's approver, its deputies, or the approver of the sender's unit decides; without either, any approver."""
    named = [n for n in (incident.approver, settings.unit_approver(connection, incident.unit)) if n]
    if not named or not settings.any_known(connection, named):
        return
    stands_for = [actor.name, *actor.emails, actor.unit, *settings.principals_of(connection, actor.name, when)]
    if not {n.casefold() for n in named} & {s.casefold() for s in stands_for if s}:
        raise NotAllowed("這件事件由另一位核准人（或其代理人）決定。")


def _taken_by(connection: Connection, incident: Incident, step: str) -> str | None:
    t = schema.transitions
    query = select(t.c.actor).where(t.c.incident_id == incident.row, t.c.step == step).order_by(t.c.id.desc())
    return connection.execute(query).scalar()


def _after(connection: Connection, incident: Incident, step: Step, actor: Actor, when: datetime, due: datetime | None) -> dict[str, Any]:
    values: dict[str, Any] = {"state": str(step.after), "changed_at": millis(when)}
    if step.running:
        values["due_at"] = millis(due or _default_due(settings.calendar(connection), incident, step, when))
    else:
        values["due_at"] = None
    if step.after in DECIDED_STATES:
        values |= {"decided_at": millis(when), "decided_by": actor.name, "outcome": str(step.after), "carried_out_at": None}
    elif step.after in (State.FALSE_ALARM, State.UPHELD):
        values |= {"decided_at": millis(when), "decided_by": actor.name, "outcome": str(step.after)}
    values["closed_at"] = millis(when) if step.after is State.CLOSED else None
    return values


def _default_due(calendar: WorkCalendar, incident: Incident, step: Step, when: datetime) -> datetime:
    if step.name == "leak":
        return when + timedelta(hours=LEAK_HOURS)
    if step.name == "contain" and incident.due_at:
        return incident.due_at  # the reporting clock goes on
    return calendar.due(when, REVIEW_MINUTES if step.name in ("appeal", "review") else APPROVAL_MINUTES)


def _accept_false_alarm(
    store: Store, connection: Connection, incident: Incident, actor: Actor, note: str, when: datetime, until: date | None
) -> int:  # fmt: skip
    """Each value found becomes an allow-list entry with an end, each finding a test candidate; returns the entries."""
    end = day_start(until) if until else millis(when + timedelta(days=ALLOW_DAYS))
    if end <= millis(when):
        raise RecordsError("允許清單的期限要在今天之後。", code="E650")
    t = schema.incident_findings
    rows = connection.execute(select(t).where(t.c.incident_id == incident.row).order_by(t.c.id)).all()
    entries, candidates = {}, {}
    for row in rows:
        rule = next(iter(json.loads(row.rules)), "")
        entries[(rule, row.kind, row.digest)] = {
            "rule": rule, "kind": row.kind, "digest": row.digest, "state": "confirmed", "who": actor.name, "until": end,
            "why": seal(store.keys.evidence, note[:NOTE_CHARS], purpose="why"), "incident": incident.id, "added_at": millis(when),
        }  # fmt: skip
        text = unseal(store.keys.evidence, row.snippet, purpose="snippet")
        candidates[(rule, row.kind, text)] = {
            "rule": rule, "kind": row.kind, "channel": incident.channel, "expect": "allow", "incident": incident.id,
            "text": seal(store.keys.evidence, text, purpose="candidate"), "added_at": millis(when),
        }  # fmt: skip
    if rows:
        connection.execute(insert(schema.allow_list), list(entries.values()))
        connection.execute(insert(schema.test_candidates), list(candidates.values()))
    return len(entries)


def approve(store: Store, public_id: str, *, actor: Actor, note: str = "", at: datetime | None = None) -> Incident:
    """Release: the door passes the item on.  Needs an approver who is not the sender."""
    return take(store, public_id, "approve", actor=actor, note=note, at=at)


def give_back(store: Store, public_id: str, *, actor: Actor, note: str = "", at: datetime | None = None) -> Incident:
    """Return for rewriting."""
    return take(store, public_id, "return", actor=actor, note=note, at=at)


def appeal(store: Store, public_id: str, *, actor: Actor, note: str = "", at: datetime | None = None) -> Incident:
    """The sender (or a handler) says it is a false alarm."""
    return take(store, public_id, "appeal", actor=actor, note=note, at=at)


def confirm_false_alarm(store: Store, public_id: str, *, actor: Actor, note: str, until: date | None = None, at: datetime | None = None) -> Incident:
    """A reviewed appeal is right: allow-list entries until ``until`` and a test candidate for the rule."""
    return take(store, public_id, "confirm", actor=actor, note=note, until=until, at=at)


def assign(store: Store, public_id: str, to: str, *, actor: Actor, at: datetime | None = None) -> Incident:
    """Give the incident to an account.  No change of state."""
    when = at or store.now()
    actor.require(Right.HANDLE if Role.HANDLER in actor.roles else Right.APPROVE)
    with store.audited("incident.assign", actor=actor, at=when) as change:
        incident = find_row(change.connection, public_id, lock=True)
        if incident.state is State.CLOSED:
            raise WrongState(f"事件 {incident.id} 已結案，不能再分派。")
        if not settings.any_known(change.connection, [to]):
            raise NoSuchRecord("沒有這個帳號。用 dlp admin account list 查看。")
        change.object_id, change.policy = incident.id, incident.policy_version
        change.facts["to"] = to[:64]
        change.connection.execute(update(schema.incidents).where(_c.id == incident.row).values(assigned_to=to, changed_at=millis(when)))
        write_transition(change.connection, incident.row, "assign", str(incident.state), str(incident.state), actor, when, change.op, None)
    return find(store, incident.id)


def expire_due(store: Store, *, at: datetime | None = None) -> list[Incident]:
    """Return what waited longer than its clock; each is a transaction of its own.  The doors carry it out."""
    when, out = at or store.now(), []
    query = select(_c.public_id).where(_c.state == str(State.PENDING), _c.due_at <= millis(when)).order_by(_c.due_at)
    with store.reading() as connection:
        due = list(connection.execute(query).scalars())
    for public_id in due:
        try:
            out.append(take(store, public_id, "expire", actor=SYSTEM, at=when))
        except WrongState:
            continue  # decided in the meantime
    return out


def to_carry_out(store: Store, channel: str, *, limit: int = 500) -> list[Incident]:
    """Decided incidents whose item the door has not yet passed on or returned, oldest decision first."""
    query = (
        select(schema.incidents)
        .where(_c.channel == channel, _c.state.in_([str(s) for s in DECIDED_STATES]), _c.carried_out_at.is_(None))
        .order_by(_c.decided_at).limit(limit)
    )  # fmt: skip
    with store.reading() as connection:
        return [incident_of(row) for row in connection.execute(query)]


def carried_out(store: Store, public_id: str, *, actor: Actor = SYSTEM, result: str = "ok", reference: str | None = None) -> None:
    """The door did what was decided (or, with another ``result``, could not for good).  ``reference``: its handle from now on."""
    with store.audited("incident.carried_out", actor=actor) as change:
        incident = find_row(change.connection, public_id, lock=True)
        change.object_id, change.policy, change.result = incident.id, incident.policy_version, result
        change.facts["outcome"] = incident.outcome
        values: dict[str, Any] = {"carried_out_at": millis(store.now())} | ({} if reference is None else {"reference": reference[:128]})
        change.connection.execute(update(schema.incidents).where(_c.id == incident.row).values(values))


def open_original(store: Store, public_id: str, *, actor: Actor, reason: str) -> tuple[dict[str, Any], Iterator[bytes]]:
    """Facts and bytes of the stored original.  Needs the right to open and a reason; the audit record is synced first."""
    incident = find(store, public_id)
    if not reason.strip():
        raise RecordsError("開啟原件要寫理由。", code="E651")
    if not actor.may(Right.OPEN):
        store.audit_event("incident.view_original", actor=actor, object_id=incident.id, result="refused")
        actor.require(Right.OPEN)
    t = schema.evidence
    with store.reading() as connection:
        row = connection.execute(select(t).where(t.c.incident_id == incident.row)).first()
    if row is None or row.purged_at is not None:
        raise NoSuchRecord("這件事件沒有留存原件，或已依保存期限刪除。", code="E644")
    with store.audited("incident.view_original", actor=actor) as change:
        change.object_id, change.policy = incident.id, incident.policy_version
        note = seal(store.keys.evidence, reason[:NOTE_CHARS], purpose="note")
        write_transition(change.connection, incident.row, "view_original", str(incident.state), str(incident.state), actor, store.now(), change.op, note)
    return store.evidence.facts(row.id), store.evidence.open(row.id)
