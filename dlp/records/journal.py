"""The decision journal: what was decided and why, without any text, so that policies can be replayed and counted.

``JournalEntry`` is one decision.  Its findings are grouped: one ``JournalFinding`` per kind, part, value and attributes, with
a count; values are keyed digests (``Keys.digest``), equal for equal values of one installation and useless elsewhere.

    for entry in entries(store, since=…, until=…): …      # oldest first, streamed
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select

from dlp.document import Envelope, NotReadReason, Place
from dlp.finding import Finding, Level
from dlp.kinds import Kind
from dlp.records import schema
from dlp.records.clock import millis, moment
from dlp.records.keys import Keys
from dlp.verdict import Action, Verdict

if TYPE_CHECKING:
    from dlp.records.store import Store

BATCH = 2000  # decisions read at a time
ATTR_CHARS = 60  # longer attributes are no codes


@dataclass(frozen=True, slots=True)
class JournalFinding:
    """Equal findings of one part: ``count`` places, the highest confidence."""

    kind: Kind
    level: Level
    confidence: float
    place: Place
    part: str
    count: int
    digest: str
    attrs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class JournalRule:
    """A rule that led to the decision, with how many findings it had."""

    rule: str
    action: Action
    count: int


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One decision.  ``sender`` and ``item`` are keyed digests, empty when unknown; ``at`` is UTC."""

    at: datetime
    channel: str
    action: Action
    complete: bool
    policy_version: str
    findings: tuple[JournalFinding, ...] = ()
    rules: tuple[JournalRule, ...] = ()
    not_read: Mapping[NotReadReason, int] = field(default_factory=dict)
    recipient_class: str = ""
    destination: str = ""
    unit: str = ""
    sender: str = ""
    item: str = ""
    milliseconds: int = 0
    retries: int = 0
    id: int = 0


def item_key(content: bytes, envelope: Envelope | None = None, *, name: str = "") -> str:
    """What identifies an item for the store: its content and envelope (F08).  Doors may build their own string instead."""
    envelope = envelope or Envelope()
    facts = [envelope.sender.lower(), *sorted(r.lower() for r in envelope.recipients), envelope.destination, name]
    return sha256(content).hexdigest() + "\n" + json.dumps(facts)


def value_digest(keys: Keys, finding: Finding) -> str:
    """Keyed digest of a found value, the same for full-width digits, spaces and hyphens in it."""
    plain = unicodedata.normalize("NFKC", finding.text).casefold()
    return keys.digest("".join(c for c in plain if not c.isspace() and c not in "-‐‑–—－"), purpose=str(finding.kind))


def entry_of(
    verdict: Verdict, keys: Keys, *, at: datetime, envelope: Envelope | None = None, item: str | None = None, recipient_class: str = "",
) -> JournalEntry:  # fmt: skip
    """The journal entry of a verdict."""
    envelope = envelope or Envelope()
    not_read: dict[NotReadReason, int] = {}
    for gap in verdict.coverage.not_read:
        not_read[gap.reason] = not_read.get(gap.reason, 0) + 1
    return JournalEntry(
        at=at, channel=str(verdict.channel), action=verdict.action, complete=verdict.complete, policy_version=verdict.policy_version,
        findings=grouped(verdict, keys), rules=tuple(JournalRule(r.id, r.action, len(r.findings)) for r in verdict.rules),
        not_read=not_read, recipient_class=recipient_class, destination=envelope.destination, unit=envelope.unit,
        sender=keys.digest(envelope.sender.lower(), purpose="sender") if envelope.sender else "",
        item=keys.digest(item, purpose="item") if item else "", milliseconds=round(verdict.seconds * 1000),
    )  # fmt: skip


def grouped(verdict: Verdict, keys: Keys) -> tuple[JournalFinding, ...]:
    """Findings of a verdict without their values, equal ones counted, in order of first appearance."""
    groups: dict[tuple[Any, ...], JournalFinding] = {}
    for finding in verdict.findings:
        attrs = {k: v for k, v in finding.attrs.items() if len(v) <= ATTR_CHARS and not (len(finding.text) > 1 and finding.text in v)}
        digest = value_digest(keys, finding)
        key = (finding.kind, finding.part, digest, finding.level, tuple(sorted(attrs.items())))
        old = groups.get(key)
        groups[key] = JournalFinding(
            kind=finding.kind, level=finding.level, confidence=max(finding.confidence, old.confidence if old else 0.0),
            place=verdict.part(finding.part).place, part=finding.part, count=(old.count if old else 0) + 1, digest=digest, attrs=attrs,
        )  # fmt: skip
    return tuple(groups.values())


def write(connection: Connection, entry: JournalEntry) -> tuple[int, bool]:
    """Insert the entry; returns its id and whether it is new.  The same item under the same policy counts as a retry."""
    table = schema.decisions
    statement = _upsert(connection)(table).values(
        at=millis(entry.at), channel=entry.channel, action=int(entry.action), complete=entry.complete,
        recipient_class=entry.recipient_class[:32], destination=entry.destination[:32], unit=entry.unit[:64], sender=entry.sender,
        item=entry.item or None, policy_version=entry.policy_version[:96], milliseconds=entry.milliseconds, retries=0,
    )  # fmt: skip
    statement = statement.on_conflict_do_update(
        index_elements=[table.c.item, table.c.policy_version], set_={"retries": table.c.retries + 1}
    ).returning(table.c.id, table.c.retries)
    decision_id, retries = connection.execute(statement).one()
    if retries == 0:
        _write_parts(connection, decision_id, entry)
    return int(decision_id), retries == 0


def _upsert(connection: Connection) -> Any:
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert
    from sqlalchemy.dialects import postgresql

    return postgresql.insert


def _write_parts(connection: Connection, decision_id: int, entry: JournalEntry) -> None:
    if entry.findings:
        connection.execute(insert(schema.decision_findings), [
            {"decision_id": decision_id, "kind": str(f.kind), "level": str(f.level), "confidence": f.confidence, "part": f.part[:120],
             "place": str(f.place), "count": f.count, "digest": f.digest, "attrs": json.dumps(dict(f.attrs), ensure_ascii=False)}
            for f in entry.findings
        ])  # fmt: skip
    if entry.rules:
        connection.execute(insert(schema.decision_rules), [
            {"decision_id": decision_id, "rule": r.rule[:64], "action": int(r.action), "count": r.count} for r in entry.rules
        ])  # fmt: skip
    if entry.not_read:
        connection.execute(insert(schema.decision_gaps), [
            {"decision_id": decision_id, "reason": str(reason), "count": count} for reason, count in entry.not_read.items()
        ])  # fmt: skip


def entries(store: "Store", *, since: datetime | None = None, until: datetime | None = None, channel: str | None = None) -> Iterator[JournalEntry]:
    """Decisions of ``[since, until)``, oldest first, read in batches: memory does not grow with the journal."""
    after: tuple[int, int] = (millis(since) if since else -1, -1)
    while True:
        with store.reading() as connection:
            batch = _batch(connection, after, millis(until) if until else None, channel)
        yield from batch
        if len(batch) < BATCH:
            return
        after = (millis(batch[-1].at), batch[-1].id)


def _batch(connection: Connection, after: tuple[int, int], until: int | None, channel: str | None) -> list[JournalEntry]:
    t = schema.decisions
    query = select(t).where((t.c.at > after[0]) | ((t.c.at == after[0]) & (t.c.id > after[1]))).order_by(t.c.at, t.c.id).limit(BATCH)
    if until is not None:
        query = query.where(t.c.at < until)
    if channel:
        query = query.where(t.c.channel == channel)
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    findings = _by_decision(connection, schema.decision_findings, ids)
    rules = _by_decision(connection, schema.decision_rules, ids)
    gaps = _by_decision(connection, schema.decision_gaps, ids)
    return [_entry(row, findings.get(row.id, []), rules.get(row.id, []), gaps.get(row.id, [])) for row in rows]


def _by_decision(connection: Connection, table: Any, ids: list[int]) -> dict[int, list[Any]]:
    out: dict[int, list[Any]] = {}
    for start in range(0, len(ids), 500):
        for row in connection.execute(select(table).where(table.c.decision_id.in_(ids[start : start + 500])).order_by(table.c.id)):
            out.setdefault(row.decision_id, []).append(row)
    return out


def _entry(row: Any, findings: list[Any], rules: list[Any], gaps: list[Any]) -> JournalEntry:
    return JournalEntry(
        at=moment(row.at), channel=row.channel, action=Action(row.action), complete=row.complete, policy_version=row.policy_version,
        findings=tuple(
            JournalFinding(Kind(f.kind), Level(f.level), f.confidence, Place(f.place), f.part, f.count, f.digest, json.loads(f.attrs))
            for f in findings
        ),
        rules=tuple(JournalRule(r.rule, Action(r.action), r.count) for r in rules),
        not_read={NotReadReason(g.reason): g.count for g in gaps}, recipient_class=row.recipient_class, destination=row.destination,
        unit=row.unit, sender=row.sender, item=row.item or "", milliseconds=row.milliseconds, retries=row.retries, id=row.id,
    )  # fmt: skip
