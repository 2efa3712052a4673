"""How long things are kept, and their removal: nightly, audited, leaving nothing in free pages (P09).

Originals 30 days, incidents 180 days after they were closed, journal 365 days, audit 3 years, unless the operator sets other figures.
What is still open is never removed.  Journal days that go leave counts behind (``tallies``) for the 12-month line.
"""

import os
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from dlp.records import schema, settings
from dlp.records.audit import canonical, parse
from dlp.records.audit_verify import stub_mac
from dlp.records.clock import day_start, millis, taipei_day
from dlp.records.database import translated
from dlp.records.home import create_private, sync_folder
from dlp.records.people import SYSTEM, Actor
from dlp.records.states import OPEN_STATES

if TYPE_CHECKING:
    from dlp.records.store import Store

DAY_MILLIS = 86_400_000
TAIPEI_MILLIS = 8 * 3_600_000
BATCH_DAYS = 7  # journal days removed in one transaction: writers wait for it


@dataclass(frozen=True, slots=True)
class Periods:
    """Days each thing is kept."""

    evidence: int = 30
    incidents: int = 180
    journal: int = 365
    audit: int = 3 * 365


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge removed."""

    evidence: int
    incidents: int
    decisions: int
    sessions: int
    audit_files: int


def periods(store: "Store") -> Periods:
    """The figures in force."""
    with store.reading() as connection:
        return Periods(**{f.name: int(settings.value(connection, f"keep.{f.name}", f.default)) for f in fields(Periods)})


def purge(store: "Store", *, actor: Actor = SYSTEM, at: datetime | None = None) -> Purged:
    """Remove what is older than its period.  Each kind is one audited transaction; a crash leaves the rest for next night."""
    now, keep = at or store.now(), periods(store)
    done = Purged(
        evidence=_evidence(store, now - timedelta(days=keep.evidence), actor),
        incidents=_incidents(store, now - timedelta(days=keep.incidents), actor),
        decisions=_journal(store, now - timedelta(days=keep.journal), actor),
        sessions=_sessions(store, now),
        audit_files=_audit(store, now - timedelta(days=keep.audit), actor),
    )
    _leave_nothing_behind(store)
    return done


def _closed_before(limit: datetime) -> Any:
    t = schema.incidents
    return (t.c.changed_at < millis(limit)) & t.c.state.not_in([str(s) for s in OPEN_STATES])


def _evidence(store: "Store", limit: datetime, actor: Actor) -> int:
    t, i = schema.evidence, schema.incidents
    query = select(t.c.id).join(i, i.c.id == t.c.incident_id).where(t.c.purged_at.is_(None), t.c.stored_at < millis(limit), i.c.state.not_in([str(s) for s in OPEN_STATES]))
    with store.audited("purge.evidence", actor=actor) as change:
        ids = list(change.connection.execute(query).scalars())
        if not ids:
            change.cancel()
            return 0
        change.facts["count"] = len(ids)
        change.connection.execute(update(t).where(t.c.id.in_(ids)).values(purged_at=millis(store.now())))
    # After the commit: a crash here leaves files whose row says purged; the next purge or check removes them.
    for evidence_id in ids:
        store.evidence.remove(evidence_id)
    return len(ids)


def _incidents(store: "Store", limit: datetime, actor: Actor) -> int:
    t, e = schema.incidents, schema.evidence
    with store.audited("purge.incidents", actor=actor) as change:
        connection = change.connection
        ids = list(connection.execute(select(t.c.id).where(_closed_before(limit))).scalars())
        if not ids:
            change.cancel()
            return 0
        files = list(connection.execute(select(e.c.id).where(e.c.incident_id.in_(ids))).scalars())
        _add(connection, incident_rows(connection, t.c.id.in_(ids)))
        for table in (schema.transitions, schema.incident_findings, schema.incident_rules, e):
            connection.execute(delete(table).where(table.c.incident_id.in_(ids)))
        connection.execute(delete(t).where(t.c.id.in_(ids)))
        change.facts["count"] = len(ids)
    for evidence_id in files:
        store.evidence.remove(evidence_id)
    return len(ids)


def _journal(store: "Store", limit: datetime, actor: Actor) -> int:
    """Whole Taipei days before ``limit``, a week a transaction; each leaves its counts."""
    t, end, total = schema.decisions, day_start(taipei_day(millis(limit))), 0
    while True:
        with store.reading() as connection:
            first = connection.execute(select(func.min(t.c.at)).where(t.c.at < end)).scalar()
        if first is None:
            return total
        until = min(end, day_start(taipei_day(first)) + BATCH_DAYS * DAY_MILLIS)
        with store.audited("purge.journal", actor=actor) as change:
            count = _fold(change.connection, until)
            change.facts |= {"count": count, "before": taipei_day(until).isoformat()}
        total += count


def _fold(connection: Connection, until: int) -> int:
    t = schema.decisions
    old = t.c.at < until
    _add(connection, tally_rows(connection, old))
    ids = select(t.c.id).where(old)
    for table in (schema.decision_findings, schema.decision_rules, schema.decision_gaps):
        connection.execute(delete(table).where(table.c.decision_id.in_(ids)))
    return connection.execute(delete(t).where(old)).rowcount


def _add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        key = {k: row[k] for k in ("day", "channel", "what", "key")}
        match = [schema.tallies.c[k] == v for k, v in key.items()]
        if not connection.execute(update(schema.tallies).where(*match).values(n=schema.tallies.c.n + row["n"])).rowcount:
            connection.execute(insert(schema.tallies).values(row))


def incident_rows(connection: Connection, where: Any) -> list[dict[str, Any]]:
    """Counts of incidents by the day they were opened, and channel."""
    t = schema.incidents
    day = ((t.c.opened_at + TAIPEI_MILLIS) // DAY_MILLIS).label("day")
    query = select(day, t.c.channel, func.count()).where(where).group_by(day, t.c.channel)
    return [{"day": int(row[0]), "channel": row[1], "what": "incident", "key": "", "n": int(row[2])} for row in connection.execute(query)]


def tally_rows(connection: Connection, where: Any) -> list[dict[str, Any]]:
    """Counts of a set of decisions by day and channel: what = action, incomplete, rule, kind."""
    t, r, f = schema.decisions, schema.decision_rules, schema.decision_findings
    day = ((t.c.at + TAIPEI_MILLIS) // DAY_MILLIS).label("day")
    base = (day, t.c.channel)
    queries = {
        "action": select(*base, t.c.action, func.count(), func.sum(case((t.c.complete, 0), else_=1))).where(where).group_by(*base, t.c.action),
        "rule": select(*base, r.c.rule, func.count()).join(r, r.c.decision_id == t.c.id).where(where).group_by(*base, r.c.rule),
        "kind": select(*base, f.c.kind, func.sum(f.c.count)).join(f, f.c.decision_id == t.c.id).where(where).group_by(*base, f.c.kind),
    }
    out: list[dict[str, Any]] = []
    incomplete: dict[tuple[int, str], int] = {}
    for what, query in queries.items():
        for row in connection.execute(query):
            out.append({"day": int(row[0]), "channel": row[1], "what": what, "key": str(row[2]), "n": int(row[3])})
            if what == "action" and row[4]:
                incomplete[(int(row[0]), row[1])] = incomplete.get((int(row[0]), row[1]), 0) + int(row[4])
    return out + [{"day": d, "channel": c, "what": "incomplete", "key": "", "n": n} for (d, c), n in incomplete.items()]


def _sessions(store: "Store", now: datetime) -> int:
    from dlp.records.web_sessions import ABSOLUTE

    with store.writing() as connection:
        gone = connection.execute(delete(schema.sessions).where(schema.sessions.c.began_at < millis(now - ABSOLUTE))).rowcount
        connection.execute(delete(schema.passes).where(schema.passes.c.expires_at < millis(now)))
        return gone


def _audit(store: "Store", limit: datetime, actor: Actor) -> int:
    """Closed audit files whose last record is older than ``limit``, each replaced by a signed stub, oldest first."""
    count = 0
    for path in sorted(store.audit.folder.glob("audit-*.jsonl")):
        lines = path.read_bytes().splitlines()
        first, last = parse(lines[0]), parse(lines[-1])
        if first is None or last is None or datetime.fromisoformat(last["at"]) >= limit:
            break
        store.audit_event("purge.audit", actor=actor, file=path.name, records=last["seq"] - first["seq"] + 1)
        _write_stub(path, store.keys.audit, first, last, len(lines))
        path.unlink()
        sync_folder(path.parent)
        count += 1
    return count


def _write_stub(path: Path, key: bytes, first: dict[str, Any], last: dict[str, Any], lines: int) -> None:
    stub: dict[str, Any] = {
        "first_seq": first["seq"], "last_seq": last["seq"], "prev": first["prev"], "last_hash": last["hash"], "records": lines,
        "digest": sha256(path.read_bytes()).hexdigest(), "deleted_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    stub["mac"] = stub_mac(key, stub)
    target = path.with_suffix(".stub")
    target.unlink(missing_ok=True)
    with os.fdopen(create_private(target), "wb") as file:
        file.write(canonical(stub) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _leave_nothing_behind(store: "Store") -> None:
    """SQLite overwrites freed content (secure_delete); the write-ahead log still holds old pages until it is emptied."""
    if store.engine.dialect.name == "sqlite":
        with translated(), store.engine.connect().execution_options(dlp_reading=True) as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

