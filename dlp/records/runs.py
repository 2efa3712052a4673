"""What the doors report besides decisions: scan runs (for the honest coverage line) and changes of the policy."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from dlp.document import NotReadReason
from dlp.records import schema
from dlp.records.clock import millis, moment
from dlp.records.people import SYSTEM, Actor

if TYPE_CHECKING:
    from dlp.records.store import Store


@dataclass(frozen=True, slots=True)
class ScanRun:
    """One scan of a share: ``expected`` files were there, ``read`` were read to the end, ``not_read`` were not.

    ``name`` is the schedule's or share's name, no path with personal names in it.  ``finished`` is False when it was cut short.
    """

    name: str
    began_at: datetime
    ended_at: datetime | None
    expected: int
    read: int
    not_read: int
    reasons: Mapping[NotReadReason, int]
    finished: bool


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A policy version that came into force; ``summary`` are zh-TW sentences (``dlp policy diff``)."""

    at: datetime
    version: str
    who: str
    summary: tuple[str, ...]


def record(store: "Store", run: ScanRun) -> int:
    """Remember a scan run; returns its id."""
    values = {
        "name": run.name[:120], "began_at": millis(run.began_at), "ended_at": millis(run.ended_at) if run.ended_at else None,
        "expected": run.expected, "read": run.read, "not_read": run.not_read, "finished": run.finished,
        "reasons": json.dumps({str(reason): count for reason, count in run.reasons.items()}),
    }  # fmt: skip
    with store.writing() as connection:
        return int(connection.execute(insert(schema.scan_runs).values(values).returning(schema.scan_runs.c.id)).scalar_one())


def between(store: "Store", since: datetime, until: datetime) -> list[ScanRun]:
    """Scan runs that began in ``[since, until)``, oldest first."""
    t = schema.scan_runs
    with store.reading() as connection:
        rows = connection.execute(select(t).where(t.c.began_at >= millis(since), t.c.began_at < millis(until)).order_by(t.c.began_at)).all()
    return [
        ScanRun(
            r.name, moment(r.began_at), moment(r.ended_at) if r.ended_at else None, r.expected, r.read, r.not_read,
            {NotReadReason(k): n for k, n in json.loads(r.reasons).items()}, r.finished,
        )
        for r in rows
    ]  # fmt: skip


def record_policy(store: "Store", version: str, summary: Sequence[str], *, actor: Actor = SYSTEM) -> None:
    """A policy came into force; audited."""
    with store.audited("policy.load", actor=actor) as change:
        change.policy = version
        change.connection.execute(
            insert(schema.policy_changes).values(
                at=millis(store.now()), version=version[:96], who=actor.name, summary=json.dumps(list(summary), ensure_ascii=False)
            )
        )


def policy_refused(store: "Store", version: str, faults: int) -> None:
    """A reload was refused; the old policy stays (F40)."""
    store.audit_event("policy.load", result="refused", policy=version, faults=faults)


def policy_changes(store: "Store", since: datetime, until: datetime) -> list[PolicyChange]:
    """Policy versions that came into force in ``[since, until)``."""
    t = schema.policy_changes
    with store.reading() as connection:
        rows = connection.execute(select(t).where(t.c.at >= millis(since), t.c.at < millis(until)).order_by(t.c.at)).all()
    return [PolicyChange(moment(r.at), r.version, r.who, tuple(json.loads(r.summary))) for r in rows]
