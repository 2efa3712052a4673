"""Incidents as people see them: rows of the desk, findings masked, history, allow list, test candidates.  Reading only."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from dlp.records import schema
from dlp.records.clock import millis, moment
from dlp.records.errors import NoSuchRecord
from dlp.records.evidence import unseal
from dlp.records.states import OPEN_STATES, State
from dlp.records.store import Store
from dlp.verdict import Action

_c = schema.incidents.c


@dataclass(frozen=True, slots=True)
class Incident:
    """A row of the desk.  Times are UTC."""

    id: str
    channel: str
    state: State
    action: Action
    opened_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    label: str
    sender: str
    unit: str
    recipient_class: str
    destination: str
    recipients: int
    reference: str
    approver: str
    assigned_to: str
    decided_by: str
    policy_version: str
    complete: bool
    retries: int
    outcome: str
    row: int

    def overdue(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now and self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class IncidentFinding:
    """A finding as people see it: masked.  ``snippet`` is its masked surroundings."""

    kind: str
    part: str
    place: str
    page: int | None
    start: int
    end: int
    level: str
    confidence: float
    masked: str
    digest: str
    rules: tuple[str, ...]
    snippet: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step that was taken."""

    at: datetime
    step: str
    before: str
    after: str
    actor: str
    via: str
    note: str


def find(store: Store, public_id: str) -> Incident:
    """The incident.  Raises NoSuchRecord (E640).  Small letters and a missing ``D-`` are understood."""
    with store.reading() as connection:
        return find_row(connection, public_id)


def find_row(connection: Connection, public_id: str, *, lock: bool = False) -> Incident:
    wanted = public_id.strip().upper()
    wanted = wanted if wanted.startswith("D-") else f"D-{wanted}"
    query = select(schema.incidents).where(_c.public_id == wanted)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NoSuchRecord("找不到這個事件編號。用 dlp incident list 查看。")
    return incident_of(row)


def incident_of(row: Any) -> Incident:
    return Incident(
        id=row.public_id, channel=row.channel, state=State(row.state), action=Action(row.action), opened_at=moment(row.opened_at),
        due_at=_moment(row.due_at), decided_at=_moment(row.decided_at), closed_at=_moment(row.closed_at), label=row.label,
        sender=row.sender, unit=row.unit, recipient_class=row.recipient_class, destination=row.destination, recipients=row.recipients,
        reference=row.reference, approver=row.approver, assigned_to=row.assigned_to, decided_by=row.decided_by,
        policy_version=row.policy_version, complete=row.complete, retries=row.retries, outcome=row.outcome, row=row.id,
    )  # fmt: skip


def _moment(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def listing(
    store: Store, *, states: Iterable[State] | None = None, unit: str | None = None, channel: str | None = None, sender: str | None = None,
    assigned_to: str | None = None, since: datetime | None = None, overdue: bool = False, limit: int = 200, offset: int = 0,
) -> list[Incident]:  # fmt: skip
    """Incidents, the most urgent first (running clocks by their end, then newest)."""
    query = select(schema.incidents)
    if states is not None:
        query = query.where(_c.state.in_([str(s) for s in states]))
    for column, value in ((_c.unit, unit), (_c.channel, channel), (_c.assigned_to, assigned_to), (_c.sender, sender)):
        if value is not None:
            query = query.where(column == value)
    if since:
        query = query.where(_c.opened_at >= millis(since))
    if overdue:
        query = query.where(_c.due_at <= millis(store.now()), _c.state.in_([str(s) for s in OPEN_STATES]))
    query = query.order_by(_c.due_at.is_(None), _c.due_at, _c.opened_at.desc()).limit(limit).offset(offset)
    with store.reading() as connection:
        return [incident_of(row) for row in connection.execute(query)]


def findings_of(store: Store, incident: Incident) -> list[IncidentFinding]:
    """The findings, masked."""
    t = schema.incident_findings
    with store.reading() as connection:
        rows = connection.execute(select(t).where(t.c.incident_id == incident.row).order_by(t.c.id)).all()
    return [
        IncidentFinding(
            r.kind, r.part, r.place, r.page, r.start, r.end, r.level, r.confidence, r.masked, r.digest, tuple(json.loads(r.rules)),
            unseal(store.keys.evidence, r.snippet, purpose="snippet"),
        )
        for r in rows
    ]  # fmt: skip


def rules_of(store: Store, incident: Incident) -> list[tuple[str, str, Action]]:
    """(id, name, action) of the rules that led to the incident."""
    t = schema.incident_rules
    with store.reading() as connection:
        rows = connection.execute(select(t).where(t.c.incident_id == incident.row).order_by(t.c.action.desc(), t.c.id)).all()
    return [(r.rule, r.name, Action(r.action)) for r in rows]


def history(store: Store, incident: Incident) -> list[HistoryEntry]:
    """All steps, oldest first."""
    t = schema.transitions
    with store.reading() as connection:
        rows = connection.execute(select(t).where(t.c.incident_id == incident.row).order_by(t.c.id)).all()
    return [
        HistoryEntry(moment(r.at), r.step, r.before, r.after, r.actor, r.via, unseal(store.keys.evidence, r.note, purpose="note")) for r in rows
    ]


def allowed(store: Store, digest: str, *, kind: str, at: datetime | None = None) -> bool:
    """Whether a value (by ``journal.value_digest``) was confirmed as a false alarm and the entry has not ended."""
    t = schema.allow_list
    query = select(t.c.id).where(t.c.digest == digest, t.c.kind == kind, t.c.state == "confirmed", t.c.until > millis(at or store.now()))
    with store.reading() as connection:
        return connection.execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class AllowEntry:
    """A value confirmed as a false alarm.  ``digest`` is ``value_digest`` under the home's digest key; valid until ``until``."""

    rule: str
    kind: str
    digest: str
    who: str
    why: str
    until: datetime
    incident: str


def allow_list(store: Store, *, at: datetime | None = None) -> list[AllowEntry]:
    """Entries in force, those that end first at the beginning."""
    t = schema.allow_list
    query = select(t).where(t.c.state == "confirmed", t.c.until > millis(at or store.now())).order_by(t.c.until, t.c.id)
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return [
        AllowEntry(r.rule, r.kind, r.digest, r.who, unseal(store.keys.evidence, r.why, purpose="why"), moment(r.until), r.incident) for r in rows
    ]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A masked sentence that the rule should let pass from now on: a test to be looked at by the policy's owner."""

    rule: str
    kind: str
    channel: str
    expect: str
    text: str
    incident: str
    number: int = 0


def candidates(store: Store) -> list[Candidate]:
    """Candidates, oldest first."""
    t = schema.test_candidates
    with store.reading() as connection:
        rows = connection.execute(select(t).order_by(t.c.id)).all()
    return [Candidate(r.rule, r.kind, r.channel, r.expect, unseal(store.keys.evidence, r.text, purpose="candidate"), r.incident, r.id) for r in rows]
