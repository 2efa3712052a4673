"""Carries out what people decided about stopped mail: releases it from the hold queue, or deletes it and tells the sender.

A pass looks at what was decided and not yet done, and at what lies in the hold queue, and brings the two together.  Nothing is
remembered between passes that is not in the records or in the queue, each step can be repeated, and the record is closed
last; so a process that dies anywhere, or two that run at once (a lock lets one wait), change nothing about the outcome:

    released     deleted copies of the same mail, then ``postsuper -H`` of the newest; Postfix delivers it without asking again
    returned,    ``postsuper -d``, then a notice to the inside sender (a held mail cannot be bounced by a queue command)
    expired
    refused mail that was approved after all has no copy in a queue: its sealed original is handed in again, with a
                 single-use pass that the gateway honours once

Where a mail is in several copies (a client that lost our answer sends it again), a person has seen one: one is delivered.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from dlp.channels.mail.bookkeeping import NOT_QUEUED, gateway_of, message_hash, reference_of
from dlp.channels.mail.marks import PASS_HEADER, Mark, read_mark
from dlp.channels.mail.notices import Notice, compose
from dlp.channels.mail.queue import Held, QueueError
from dlp.channels.mail.queue_access import QueueAccess
from dlp.errors import DlpError
from dlp.records import incidents, passes, schema
from dlp.records.clock import TAIPEI
from dlp.records.incident_views import Incident, incident_of, rules_of
from dlp.records.states import DECIDED_STATES, OPEN_STATES, State
from dlp.records.store import Store
from dlp.verdict import Action

log = logging.getLogger("dlp.milter")
# A decided mail that is not in the queue may still be on its way into it: the mail server keeps its client waiting this long.
GRACE = timedelta(seconds=300)
SWEEP_SECONDS = 60.0  # how often the hold queue is looked through although nothing is known to be undone
LIMIT = 500
NOTICE_SENDER = "dlp-noreply@localhost"
_c = schema.incidents.c


@dataclass(slots=True)
class Done:
    """Counts of one pass.  ``absent``: decided, but the mail server has no such mail (its sender never sent it again)."""

    released: int = 0
    resent: int = 0
    returned: int = 0
    absent: int = 0
    failed: int = 0
    expired: int = 0
    ids: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.released or self.resent or self.returned or self.absent or self.expired)


@dataclass(frozen=True, slots=True)
class Copy:
    queue_id: str
    mark: Mark


@dataclass(slots=True)
class Carrier:
    """One gateway's carrier.  ``run`` is a pass."""

    store: Store
    access: QueueAccess
    notice_sender: str = NOTICE_SENDER
    notices: bool = True
    grace: timedelta = GRACE
    _marks: dict[str, Mark | None] = field(default_factory=dict)  # of queue ids seen before: a queue file's head never changes
    _held: dict[str, Held] = field(default_factory=dict)
    _swept: float = 0.0

    def run(self, *, sweep: bool = False) -> Done:
        """Expire what is due, then do what was decided.  Raises StoreUnavailable, QueueError (when the queue cannot be listed).

        A single incident that fails is counted, logged by its code, and tried again in the next pass.
        """
        done = Done()
        with self.store.home.locked("carry-mail"):
            done.expired = sum(i.channel == "mail" for i in incidents.expire_due(self.store))
            todo = {i.id: i for i in undone(self.store)}
            if not todo and not sweep and time.monotonic() - self._swept < SWEEP_SECONDS:
                return done
            self._swept = time.monotonic()
            try:
                copies = self._copies()
            except QueueError:
                if not todo and not sweep:
                    return done  # a look around that nothing waits for: the mail server may be stopped, or not be Postfix
                raise
            todo |= {i.id: i for i in _decided_here(self.store, copies.keys() - todo.keys())}
            for incident in todo.values():
                self._try(incident, copies.get(incident.id) or self._unmarked(incident), done)
        return done

    def _copies(self) -> dict[str, list[Copy]]:
        """Held messages of ours by incident, oldest first."""
        self._held = {one.id: one for one in self.access.held()}
        self._marks = {k: v for k, v in self._marks.items() if k in self._held}
        out: dict[str, list[Copy]] = {}
        waiting = waiting_ids(self.store)
        for one in self._held.values():
            if one.id in waiting:
                continue  # nobody has decided about it: no need to read its head
            if one.id not in self._marks:
                try:
                    self._marks[one.id] = read_mark(self.store.keys, one.id, self.access.head(one.id))
                except QueueError:
                    continue  # released or deleted by somebody in the meantime; otherwise it is looked at again
            if (mark := self._marks[one.id]) is not None:
                out.setdefault(mark.ref, []).append(Copy(one.id, mark))
        return out

    def _unmarked(self, incident: Incident) -> list[Copy]:
        """The message that ``recheck-held`` found on hold without a mark.  One that came after the incident is another one."""
        queue_id = incident.reference.partition("@")[0]
        one = self._held.get(queue_id)
        if one is None or queue_id not in self._marks or self._marks[queue_id] is not None:
            return []
        if one.arrival > incident.opened_at.timestamp() or incident.reference != reference_of(self.store, queue_id):
            return []
        return [Copy(queue_id, Mark(incident.id, True))]

    def _try(self, incident: Incident, copies: list[Copy], done: Done) -> None:
        try:
            if goes_out(incident):
                self._release(incident, copies, done)
            else:
                self._return(incident, copies, done)
        except (QueueError, DlpError, OSError) as err:
            done.failed += 1
            log.error("not carried out: %s (%s)", incident.id, getattr(err, "code", type(err).__name__))

    def _release(self, incident: Incident, copies: list[Copy], done: Done) -> None:
        if copies:
            *others, newest = copies
            for other in others:
                if other.mark.has_message_id:
                    self.access.delete(other.queue_id)
                else:
                    self.access.release(other.queue_id)
            self.access.release(newest.queue_id)
            done.released += 1
        elif _in_no_queue(incident):
            self._send_again(incident)
            done.resent += 1
        elif not self._gone(incident):
            return
        else:
            done.absent += 1
            self._settle(incident, done, result="absent")
            return
        if not _carried(self.store, incident):
            self._tell(incident, "released")
        self._settle(incident, done)

    def _return(self, incident: Incident, copies: list[Copy], done: Done) -> None:
        if not copies and not _in_no_queue(incident) and not self._gone(incident):
            return
        for one in copies:
            self.access.delete(one.queue_id)
        if not _carried(self.store, incident):
            self._tell(incident, "expired" if incident.outcome == State.EXPIRED else "returned")
        done.returned += 1
        self._settle(incident, done, reference=reference_of(self.store, NOT_QUEUED))

    def _gone(self, incident: Incident) -> bool:
        """Whether a mail that is not in the queue will not come any more."""
        since = incident.decided_at or incident.closed_at or incident.opened_at
        return self.store.now() - since >= self.grace

    def _settle(self, incident: Incident, done: Done, *, result: str = "ok", reference: str | None = None) -> None:
        done.ids.append(incident.id)
        incidents.carried_out(self.store, incident.id, result=result, reference=reference)

    def _send_again(self, incident: Incident) -> None:
        """Hand the sealed original in, as its sender did.  Raises QueueError, RecordsError when the original is gone."""
        facts, message = _original(self.store, incident)
        recipients = [str(r) for r in facts.get("recipients", ())]
        self.store.audit_event("incident.resend", object_id=incident.id, policy=incident.policy_version)
        token = passes.issue(self.store, message_hash(message), recipients)
        self.access.submit(str(facts.get("sender", "")), recipients, f"{PASS_HEADER}: {token}\r\n".encode() + message)

    def _tell(self, incident: Incident, event: str) -> None:
        """The outcome, to the inside sender.  Raises QueueError: without it the step is not done."""
        to = _whom(self.store, incident)
        if not self.notices or not to:
            return
        sent_at = incident.opened_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M")
        rules = tuple((rule, name, "") for rule, name, action in rules_of(self.store, incident) if action >= Action.WARN)
        message = compose(Notice(event, incident.id, to, rules, sent_at), sender=self.notice_sender)
        self.access.submit("", [to], message.as_bytes())


def goes_out(incident: Incident) -> bool:
    """What becomes of the mail: delivered, or returned.  A confirmed false alarm that was closed goes out."""
    return incident.outcome in (State.RELEASED, State.FALSE_ALARM)


def undone(store: Store, *, limit: int = LIMIT) -> list[Incident]:
    """Mail incidents of this gateway that were decided (or closed while the mail was held) and not carried out, oldest first."""
    decided = _c.state.in_([str(s) for s in DECIDED_STATES])
    closed_on_hold = and_(_c.state == str(State.CLOSED), ~_c.reference.startswith(f"{NOT_QUEUED}@"))
    query = (
        select(schema.incidents)
        .where(_c.channel == "mail", _c.carried_out_at.is_(None), or_(decided, closed_on_hold), _c.reference.endswith(f"@{gateway_of(store)}"))
        .order_by(_c.changed_at).limit(limit)
    )  # fmt: skip
    with store.reading() as connection:
        return [incident_of(row) for row in connection.execute(query)]


def waiting_ids(store: Store) -> set[str]:
    """Queue ids of our held mail that waits for a decision."""
    own = f"@{gateway_of(store)}"
    query = select(_c.reference).where(_c.channel == "mail", _c.state.in_([str(s) for s in OPEN_STATES]), _c.reference.endswith(own))
    with store.reading() as connection:
        return {reference.removesuffix(own) for reference in connection.execute(query).scalars()}


def _decided_here(store: Store, ids: Any) -> list[Incident]:
    """Those of ``ids``, whose mail lies in our hold queue, that were decided: opened by another gateway, or done before a copy came."""
    if not ids:
        return []
    query = select(schema.incidents).where(_c.public_id.in_(sorted(ids)[:LIMIT]), _c.state.in_([str(s) for s in (*DECIDED_STATES, State.CLOSED)]))
    with store.reading() as connection:
        return [incident_of(row) for row in connection.execute(query)]


def _carried(store: Store, incident: Incident) -> bool:
    with store.reading() as connection:
        return connection.execute(select(_c.carried_out_at).where(_c.id == incident.row)).scalar() is not None


def _in_no_queue(incident: Incident) -> bool:
    return incident.reference.startswith(f"{NOT_QUEUED}@")


def _evidence(store: Store, incident: Incident) -> str | None:
    t = schema.evidence
    with store.reading() as connection:
        return connection.execute(select(t.c.id).where(t.c.incident_id == incident.row, t.c.purged_at.is_(None))).scalar()


def _original(store: Store, incident: Incident) -> tuple[dict[str, Any], bytes]:
    """Facts and bytes of the sealed original.  Raises NoSuchRecord, EvidenceDamaged."""
    from dlp.records.errors import NoSuchRecord

    stored = _evidence(store, incident)
    if stored is None:
        raise NoSuchRecord("這件事件沒有留存原件，或已依保存期限刪除。", code="E644")
    return store.evidence.facts(stored), b"".join(store.evidence.open(stored))


def _whom(store: Store, incident: Incident) -> str:
    """Whom the gateway found to be the inside sender when it stopped the mail; empty when nobody is to be told."""
    stored = _evidence(store, incident)
    if stored is None:
        return ""
    try:
        return str(store.evidence.facts(stored).get("notify", ""))
    except (DlpError, OSError):
        return ""


def waiting_since(store: Store) -> datetime | None:
    """When the oldest decision was made that has not been carried out; None when all is done."""
    found = undone(store, limit=1)
    return (found[0].decided_at or found[0].closed_at) if found else None
