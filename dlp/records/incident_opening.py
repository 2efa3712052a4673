"""Opening an incident: once for an item, with its original sealed and on disk first (F08, F15)."""

import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from dlp.document import Envelope
from dlp.records import schema, settings
from dlp.records.clock import millis, minutes_of
from dlp.records.errors import StoreUnavailable
from dlp.records.evidence import seal
from dlp.records.journal import value_digest
from dlp.records.masked import masked_name, snippet, without_values
from dlp.records.people import SYSTEM, Actor
from dlp.records.states import State
from dlp.records.store import Event, Original, Store
from dlp.verdict import Action, Verdict

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: ids are read out on the telephone
APPROVAL_MINUTES = 4 * 60  # working minutes an approval may take unless the rule says otherwise
MAX_FINDINGS = 1000  # L22
TRIES = 20

_c = schema.incidents.c


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
        write_transition(connection, row, "submit" if values["state"] == State.PENDING else "open", "", values["state"], SYSTEM, when, change.op, None)
        change.object_id, change.policy = values["public_id"], verdict.policy_version
        change.facts |= {"channel": str(verdict.channel), "verdict": str(verdict.action), "state": values["state"], "original": stored is not None}
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


def write_transition(
    connection: Connection, row: int, step: str, before: str, after: str, actor: Actor, when: datetime, op: str, note: bytes | None
) -> None:  # fmt: skip
    connection.execute(
        insert(schema.transitions).values(
            incident_id=row, at=millis(when), step=step, before=before, after=after, actor=actor.name, via=actor.via, op=op, note=note
        )
    )
