"""The decision journal: what was decided and why, without any text, so that policies can be replayed and counted.

``JournalEntry`` is one decision, with the field names that a replay needs; its findings keep kind, place, offset and confidence,
and in the place of values and persons numbers within the item and a keyed digest (``value_digest``).

    for entry in entries(store, since=…, until=…): …      # oldest first, streamed
    for entry in rows(home=None, since=…): …              # the same, opening the store by itself
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select

from dlp.document import Envelope, NotReadReason, Place
from dlp.finding import EMPTY, Finding, Level
from dlp.kinds import Kind
from dlp.records import schema
from dlp.records.canonical import canonical
from dlp.records.clock import millis, moment
from dlp.records.keys import DIGEST_HEX, Keys, keyed
from dlp.verdict import Action, Channel, Verdict

if TYPE_CHECKING:
    from dlp.records.store import Store

BATCH = 2000  # decisions read at a time
ATTR_CHARS = 60  # longer attributes are no codes
MAX_FINDINGS = 1000  # L22: findings kept per item, then only counted
ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class JournalFinding:
    """One finding without its text.

    ``part_place`` is where it stood (``body``, ``header`` …) with ``attachment`` behind a space for attachments; ``part`` numbers the
    parts of the item from 0, ``value`` its different values and ``person`` its persons from 1 (0: none known).  ``count`` is more
    than 1 only for the last kept finding of a very long list.  ``listed``: names of the public lists that held the value.
    """

    kind: Kind
    level: Level
    confidence: float
    part_place: str
    count: int = 1
    digest: str = ""
    attrs: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    part: int = 0
    start: int = 0
    value: int = 0
    person: int = 0
    listed: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return Place(self.part_place.partition(" ")[0])


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One decision.  ``sender`` and ``item`` are keyed digests, empty when unknown; ``time`` is UTC.

    ``recipient_class`` is the policy's word (inside, trusted, outside, public); ``rules`` are (id, action).
    """

    time: datetime
    channel: Channel
    findings: tuple[JournalFinding, ...]
    recipient_class: str
    policy_version: str
    action: Action
    complete: bool
    not_read: tuple[NotReadReason, ...] = ()
    rules: tuple[tuple[str, Action], ...] = ()
    recipient_domains: tuple[str, ...] = ()
    destination: str = ""
    sender_domain: str = ""
    unit: str = ""
    size_bytes: int = 0
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


def value_digest(keys: Keys, kind: Kind, text: str) -> str:
    """Keyed digest of a found value, equal however the value is written; 32 hexadecimal characters."""
    return keyed(keys.digest_key, str(kind), canonical(kind, text).encode("utf-8", "surrogatepass"))[:DIGEST_HEX]


def entry_of(
    verdict: Verdict, keys: Keys, *, at: datetime, envelope: Envelope | None = None, item: str | None = None, recipient_class: str = "",
    listed: Sequence[tuple[str, ...]] = (),
) -> JournalEntry:  # fmt: skip
    """The journal entry of a verdict.  ``listed``: for each finding the public lists that hold its value."""
    envelope = envelope or Envelope()
    domains = ("@" + r.rpartition("@")[2].lower() for r in envelope.recipients if "@" in r)
    sender = envelope.authenticated_user or envelope.sender
    return JournalEntry(
        time=at, channel=verdict.channel, findings=_findings(verdict, keys, listed), recipient_class=recipient_class,
        policy_version=verdict.policy_version, action=verdict.action, complete=verdict.complete,
        not_read=tuple(gap.reason for gap in verdict.coverage.not_read), rules=tuple((r.id, r.action) for r in verdict.rules),
        recipient_domains=tuple(dict.fromkeys(domains)), destination=envelope.destination,
        sender_domain="@" + sender.rpartition("@")[2].lower() if sender else "", unit=envelope.unit, size_bytes=envelope.size_bytes,
        sender=keys.digest(envelope.sender.lower(), purpose="sender") if envelope.sender else "",
        item=keys.digest(item, purpose="item") if item else "", milliseconds=round(verdict.seconds * 1000),
    )  # fmt: skip


def _findings(verdict: Verdict, keys: Keys, listed: Sequence[tuple[str, ...]]) -> tuple[JournalFinding, ...]:
    parts = {part.path: (n, str(part.place)) for n, part in enumerate(verdict.document.parts)}
    values: dict[tuple[Kind, str], int] = {}
    persons: dict[str, int] = {"": 0}
    out = []
    for i, finding in enumerate(verdict.findings[:MAX_FINDINGS]):
        number, place = parts.get(finding.part, (len(parts), str(Place.BODY)))
        out.append(JournalFinding(
            finding.kind, finding.level, finding.confidence, f"{place} {ATTACHMENT}" if finding.part.startswith("attachment[") else place,
            max(1, len(verdict.findings) - MAX_FINDINGS + 1) if i == MAX_FINDINGS - 1 else 1,
            value_digest(keys, finding.kind, finding.text), _codes(finding), number, finding.start,
            values.setdefault((finding.kind, finding.text), len(values) + 1), persons.setdefault(finding.person, len(persons)),
            tuple(listed[i]) if i < len(listed) else (),
        ))  # fmt: skip
    return tuple(out)


def _codes(finding: Finding) -> dict[str, str]:
    """Attributes that are codes; one that repeats the found value is left out, whatever the detector promised."""
    return {k: v for k, v in finding.attrs.items() if len(v) <= ATTR_CHARS and not (len(finding.text) > 1 and finding.text in v)}


def write(connection: Connection, entry: JournalEntry) -> tuple[int, bool]:
    """Insert the entry; returns its id and whether it is new.  The same item under the same policy counts as a retry."""
    table = schema.decisions
    statement = _upsert(connection)(table).values(
        at=millis(entry.time), channel=str(entry.channel), action=int(entry.action), complete=entry.complete,
        recipient_class=entry.recipient_class[:32], destination=entry.destination[:32], unit=entry.unit[:64], sender=entry.sender,
        item=entry.item or None, policy_version=entry.policy_version[:96], milliseconds=entry.milliseconds, retries=0,
        recipient_domains=json.dumps(entry.recipient_domains), sender_domain=entry.sender_domain[:254], size_bytes=entry.size_bytes,
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
            {"decision_id": decision_id, "kind": str(f.kind), "level": str(f.level), "confidence": f.confidence, "part_place": f.part_place,
             "part": f.part, "start": f.start, "value": f.value, "person": f.person, "count": f.count, "digest": f.digest,
             "attrs": json.dumps(dict(f.attrs), ensure_ascii=False), "listed": json.dumps(f.listed, ensure_ascii=False)}
            for f in entry.findings
        ])  # fmt: skip
    if entry.rules:
        connection.execute(
            insert(schema.decision_rules), [{"decision_id": decision_id, "rule": rule[:64], "action": int(action)} for rule, action in entry.rules]
        )
    if entry.not_read:
        counts = {reason: entry.not_read.count(reason) for reason in dict.fromkeys(entry.not_read)}
        connection.execute(
            insert(schema.decision_gaps), [{"decision_id": decision_id, "reason": str(r), "count": n} for r, n in counts.items()]
        )


def rows(*, home: str | Path | None = None, since: datetime | None = None) -> Iterator[JournalEntry]:
    """The journal of a home, for ``dlp policy simulate``."""
    from dlp.records.store import open_store

    with open_store(home) as store:
        yield from entries(store, since=since)


def entries(
    store: "Store", *, since: datetime | None = None, until: datetime | None = None, channel: Channel | None = None
) -> Iterator[JournalEntry]:
    """Decisions of ``[since, until)``, oldest first, read in batches: memory does not grow with the journal."""
    after: tuple[int, int] = (millis(since) - 1 if since else -1, 1 << 62)
    while True:
        with store.reading() as connection:
            batch = _batch(connection, after, millis(until) if until else None, channel)
        yield from batch
        if len(batch) < BATCH:
            return
        after = (millis(batch[-1].time), batch[-1].id)


def _batch(connection: Connection, after: tuple[int, int], until: int | None, channel: Channel | None) -> list[JournalEntry]:
    t = schema.decisions
    query = select(t).where((t.c.at > after[0]) | ((t.c.at == after[0]) & (t.c.id > after[1]))).order_by(t.c.at, t.c.id).limit(BATCH)
    query = query.where(t.c.at >= after[0])  # lets the index begin there
    if until is not None:
        query = query.where(t.c.at < until)
    if channel:
        query = query.where(t.c.channel == str(channel))
    found = connection.execute(query).all()
    ids = [row.id for row in found]
    findings = _by_decision(connection, schema.decision_findings, ids)
    rules = _by_decision(connection, schema.decision_rules, ids)
    gaps = _by_decision(connection, schema.decision_gaps, ids)
    return [_entry(row, findings.get(row.id, []), rules.get(row.id, []), gaps.get(row.id, [])) for row in found]


def _by_decision(connection: Connection, table: Any, ids: list[int]) -> dict[int, list[Any]]:
    out: dict[int, list[Any]] = {}
    for start in range(0, len(ids), 500):
        for row in connection.execute(select(table).where(table.c.decision_id.in_(ids[start : start + 500])).order_by(table.c.id)):
            out.setdefault(row.decision_id, []).append(row)
    return out


def _entry(row: Any, findings: list[Any], rules: list[Any], gaps: list[Any]) -> JournalEntry:
    return JournalEntry(
        time=moment(row.at), channel=Channel(row.channel), action=Action(row.action), complete=row.complete,
        policy_version=row.policy_version, findings=tuple(_finding(f) for f in findings),
        rules=tuple((r.rule, Action(r.action)) for r in rules), not_read=tuple(NotReadReason(g.reason) for g in gaps),
        recipient_class=row.recipient_class, recipient_domains=tuple(json.loads(row.recipient_domains)), destination=row.destination,
        sender_domain=row.sender_domain, unit=row.unit, size_bytes=row.size_bytes, sender=row.sender, item=row.item or "",
        milliseconds=row.milliseconds, retries=row.retries, id=row.id,
    )  # fmt: skip


def _finding(row: Any) -> JournalFinding:
    return JournalFinding(
        Kind(row.kind), Level(row.level), row.confidence, row.part_place, row.count, row.digest, json.loads(row.attrs), row.part, row.start,
        row.value, row.person, tuple(json.loads(row.listed)),
    )  # fmt: skip
