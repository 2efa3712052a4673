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
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from dlp.document import Envelope
from dlp.records import schema, settings
from dlp.records.clock import WorkCalendar, day_start, millis, minutes_of, moment
from dlp.records.errors import NoSuchRecord, NotAllowed, RecordsError, StoreUnavailable, WrongState
from dlp.records.evidence import seal, unseal
from dlp.records.journal import value_digest
from dlp.records.masked import masked_name, snippet, without_values
from dlp.records.people import SYSTEM, Actor, Right, Role
from dlp.records.states import DECIDED_STATES, OPEN_STATES, STEPS, State, Step
from dlp.records.store import Event, Original, Store
from dlp.verdict import Action, Verdict

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: ids are read out on the telephone
APPROVAL_MINUTES = 4 * 60  # working minutes an approval may take unless the rule says otherwise
REVIEW_MINUTES = 8 * 60
LEAK_HOURS = 72  # real hours until a leak is reported; 資通安全事件 and 個資外洩 clocks run day and night
ALLOW_DAYS = 365  # a confirmed false alarm is looked at again after this long at the latest
MAX_FINDINGS = 1000  # L22
NOTE_CHARS = 500
TRIES = 20

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


# --- opening


def open_incident(
    store: Store, verdict: Verdict, *, item_key: str, envelope: Envelope | None = None, original: Original | None = None, label: str = "",
    reference: str = "", recipient_class: str = "", decision_id: int | None = None, facts: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> str:  # fmt: skip
    """See ``Store.open_incident``."""
    envelope, when = envelope or Envelope(), at or store.now()
    item = store.keys.digest(item_key, purpose="item")
    if known := _seen_again(store, item):
        return known
    stored = None
    if original is not None:
        stored = store.evidence.store(_evidence_id(store, item), original, _facts(verdict, envelope, facts))
    try:
        with store.audited("incident.open", actor=SYSTEM, at=when) as change:
            connection = change.connection
            found = connection.execute(select(_c.public_id).where(_c.item == item)).scalar()
            if found is not None:  # another process was faster
                connection.execute(update(schema.incidents).where(_c.item == item).values(retries=_c.retries + 1))
                change.cancel()
                return str(found)
            values = _incident_values(connection, verdict, envelope, when) | {
                "item": item, "label": without_values(label, verdict) or masked_name(verdict), "reference": reference[:128],
                "recipient_class": recipient_class, "decision_id": decision_id, "public_id": _free_id(connection),
            }  # fmt: skip
            row = connection.execute(insert(schema.incidents).values(values).returning(_c.id)).scalar_one()
            _write_findings(store, connection, row, verdict)
            if stored:
                connection.execute(
                    insert(schema.evidence).values(id=stored.id, incident_id=row, size=stored.size, stored_at=millis(when))
                )
            _write_transition(connection, row, STEPS["submit"].name if values["state"] == State.PENDING else "open", "", values["state"], SYSTEM, when, change.op, None)
            change.object_id, change.policy = values["public_id"], verdict.policy_version
            change.facts |= {"channel": str(verdict.channel), "verdict": str(verdict.action), "state": values["state"], "original": stored is not None}
    except StoreUnavailable:
        raise
    store.tell(Event("incident.opened", values["public_id"], when))
    return str(values["public_id"])


def _seen_again(store: Store, item: str) -> str | None:
    with store.reading() as connection:
        if connection.execute(select(_c.id).where(_c.item == item)).first() is None:
            return None
    with store.writing() as connection:
        statement = update(schema.incidents).where(_c.item == item).values(retries=_c.retries + 1).returning(_c.public_id)
        return connection.execute(statement).scalar()


def _evidence_id(store: Store, item: str) -> str:
    """The same item always has the same file: a crash between file and row leaves nothing behind after the retry."""
    return store.keys.digest(item, purpose="evidence")


def _facts(verdict: Verdict, envelope: Envelope, facts: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "name": verdict.name, "media_type": verdict.document.media_type, "sender": envelope.sender, "recipients": list(envelope.recipients),
        "destination": envelope.destination, **(facts or {}),
    }  # fmt: skip


def _incident_values(connection: Connection, verdict: Verdict, envelope: Envelope, when: datetime) -> dict[str, Any]:
    attrs = [dict(rule.attrs) for rule in verdict.rules if rule.action >= Action.JUSTIFY]
    approver = next((a["approver"] for a in attrs if a.get("approver")), "")
    waiting = verdict.action is Action.HOLD or (verdict.action > Action.WARN and bool(approver))
    values: dict[str, Any] = {
        "channel": str(verdict.channel), "action": int(verdict.action), "opened_at": millis(when), "changed_at": millis(when),
        "state": str(State.PENDING if waiting else State.NEW), "sender": envelope.sender[:254], "unit": envelope.unit[:64],
        "destination": envelope.destination[:32], "recipients": len(envelope.recipients), "approver": approver[:64],
        "policy_version": verdict.policy_version[:96], "complete": verdict.complete, "retries": 0,
        "assigned_to": settings.assignee(connection, envelope.unit, when, approval=waiting),
    }  # fmt: skip
    if waiting:
        minutes = min((minutes_of(a["within"]) for a in attrs if a.get("within")), default=APPROVAL_MINUTES)
        values["due_at"] = millis(settings.calendar(connection).due(when, minutes))
    return values


def _free_id(connection: Connection) -> str:
    for attempt in range(TRIES):
        length = 4 + attempt // 5  # 4 characters give a million ids; longer ones only when short ones get scarce
        public = "D-" + "".join(secrets.choice(ALPHABET) for _ in range(length))
        if connection.execute(select(_c.id).where(_c.public_id == public)).first() is None:
            return public
    raise StoreUnavailable("無法產生事件編號。請再試一次。", code="E606")


def _write_findings(store: Store, connection: Connection, row: int, verdict: Verdict) -> None:
    rules = [{"incident_id": row, "rule": r.id[:64], "name": r.name[:120], "action": int(r.action)} for r in verdict.rules]
    if rules:
        connection.execute(insert(schema.incident_rules), rules)
    findings = []
    for index, finding in enumerate(verdict.findings[:MAX_FINDINGS]):
        part = verdict.part(finding.part)
        findings.append({
            "incident_id": row, "kind": str(finding.kind), "part": finding.part[:120], "place": str(part.place), "page": part.page,
            "start": finding.start, "end": finding.end, "level": str(finding.level), "confidence": finding.confidence,
            "masked": finding.masked, "digest": value_digest(store.keys, finding.kind, finding.text),
            "rules": json.dumps([r.id for r in verdict.rules if index in r.findings]),
            "snippet": seal(store.keys.evidence, snippet(verdict, finding), purpose="snippet"),
        })  # fmt: skip
    if findings:
        connection.execute(insert(schema.incident_findings), findings)


def _write_transition(
    connection: Connection, row: int, step: str, before: str, after: str, actor: Actor, when: datetime, op: str, note: bytes | None
) -> None:  # fmt: skip
    connection.execute(
        insert(schema.transitions).values(
            incident_id=row, at=millis(when), step=step, before=before, after=after, actor=actor.name, via=actor.via, op=op, note=note
        )
    )


# --- reading


def find(store: Store, public_id: str) -> Incident:
    """The incident.  Raises NoSuchRecord (E640).  Small letters and a missing ``D-`` are understood."""
    with store.reading() as connection:
        return _find(connection, public_id)


def _find(connection: Connection, public_id: str, *, lock: bool = False) -> Incident:
    wanted = public_id.strip().upper()
    wanted = wanted if wanted.startswith("D-") else f"D-{wanted}"
    query = select(schema.incidents).where(_c.public_id == wanted)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NoSuchRecord("找不到這個事件編號。用 dlp incident list 查看。")
    return _incident(row)


def _incident(row: Any) -> Incident:
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
        return [_incident(row) for row in connection.execute(query)]


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


# --- steps


def take(
    store: Store, public_id: str, step_name: str, *, actor: Actor, note: str = "", due: datetime | None = None, at: datetime | None = None,
    until: date | None = None,
) -> Incident:  # fmt: skip
    """Take one step of ``states.STEPS``.  Raises NotAllowed, WrongState, NoSuchRecord, StoreUnavailable."""
    step, when = STEPS[step_name], at or store.now()
    with store.audited(f"incident.{step_name}", actor=actor, at=when) as change:
        incident = _find(change.connection, public_id, lock=True)
        change.object_id, change.policy = incident.id, incident.policy_version
        if incident.state not in step.before:
            raise WrongState(f"事件 {incident.id} 目前是「{incident.state.label}」，不能「{step.label}」。")
        _check_right(change.connection, incident, step, actor, when)
        values = _after(change.connection, incident, step, actor, when, due)
        change.connection.execute(update(schema.incidents).where(_c.id == incident.row).values(values))
        if step_name == "confirm":
            change.facts["allowed"] = _accept_false_alarm(store, change.connection, incident, actor, note, when, until)
        sealed = seal(store.keys.evidence, note[:NOTE_CHARS], purpose="note") if note else None
        _write_transition(change.connection, incident.row, step_name, str(incident.state), str(step.after), actor, when, change.op, sealed)
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
        incident = _find(change.connection, public_id, lock=True)
        if incident.state is State.CLOSED:
            raise WrongState(f"事件 {incident.id} 已結案，不能再分派。")
        if not settings.any_known(change.connection, [to]):
            raise NoSuchRecord("沒有這個帳號。用 dlp admin account list 查看。")
        change.object_id, change.policy = incident.id, incident.policy_version
        change.facts["to"] = to[:64]
        change.connection.execute(update(schema.incidents).where(_c.id == incident.row).values(assigned_to=to, changed_at=millis(when)))
        _write_transition(change.connection, incident.row, "assign", str(incident.state), str(incident.state), actor, when, change.op, None)
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
        return [_incident(row) for row in connection.execute(query)]


def carried_out(store: Store, public_id: str, *, actor: Actor = SYSTEM, result: str = "ok") -> None:
    """The door did what was decided (or, with another ``result``, could not for good)."""
    with store.audited("incident.carried_out", actor=actor) as change:
        incident = _find(change.connection, public_id, lock=True)
        change.object_id, change.policy, change.result = incident.id, incident.policy_version, result
        change.facts["outcome"] = incident.outcome
        change.connection.execute(update(schema.incidents).where(_c.id == incident.row).values(carried_out_at=millis(store.now())))


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
        _write_transition(change.connection, incident.row, "view_original", str(incident.state), str(incident.state), actor, store.now(), change.op, note)
    return store.evidence.facts(row.id), store.evidence.open(row.id)


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


def test_candidates(store: Store) -> list[Candidate]:
    """Candidates, oldest first."""
    t = schema.test_candidates
    with store.reading() as connection:
        rows = connection.execute(select(t).order_by(t.c.id)).all()
    return [Candidate(r.rule, r.kind, r.channel, r.expect, unseal(store.keys.evidence, r.text, purpose="candidate"), r.incident) for r in rows]
