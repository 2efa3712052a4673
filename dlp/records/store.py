"""The store: everything the doors remember, behind one object.

    store = open_store()                                       # home from DLP_HOME, database in it
    decision = store.record_decision(verdict, envelope=envelope, item_key=item_key(data, envelope))
    incident = store.open_incident(verdict, envelope=envelope, item_key=…, original=data)      # "D-8F3K"
    with store.reading() as connection: …                      # a consistent view

Each writing call is one transaction, synced before it returns; an audited one writes its audit record before the commit.
``record_decision`` and ``open_incident`` are idempotent per item: a retried message adds to ``retries`` and gets the same ids.
Any failure of disk or database is ``StoreUnavailable``; the doors map it to their failure action.
The object may be used from several threads and many processes may have the same store open.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from dlp.document import Envelope
from dlp.records.errors import KeyRefused, StoreUnavailable
from dlp.records.home import Home, open_home
from dlp.records.people import SYSTEM, Actor
from dlp.verdict import Verdict

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from dlp.records.clock import WorkCalendar

Original = bytes | Iterable[bytes] | IO[bytes]
CRASH_RUN = 2  # unsettled records in a row that crashes explain
CHECKED_KEYS = ("digest", "evidence", "session")


@dataclass(slots=True)
class Change:
    """One audited change in the making: ``op`` ties it to its audit record, ``facts`` go there."""

    connection: "Connection"
    op: str
    object_id: str = ""
    result: str = "ok"
    policy: str = ""
    facts: dict[str, str | int | bool | None] = field(default_factory=dict)
    cancelled: bool = False

    def cancel(self) -> None:
        """Nothing changes after all: commit without an audit record."""
        self.cancelled = True


@dataclass(frozen=True, slots=True)
class Event:
    """What outlets are told after a commit: ids and codes only.  ``kind`` is ``incident.opened`` or ``incident.<step>``."""

    kind: str
    incident: str
    at: datetime


def open_store(home: "Home | str | Path | None" = None, *, url: str | None = None, now: Callable[[], datetime] | None = None) -> "Store":
    """Open (and create, migrate, tidy) the store.

    ``home``  an opened home, a folder, a database URL (then the home is the default one), or None for the default.
    ``url``   database URL; default ``Home.store_url``.
    Raises HomeRefused, KeyRefused, StoreUnavailable.
    """
    if isinstance(home, str) and "://" in home:
        home, url = None, home
    opened = home if isinstance(home, Home) else open_home(home)
    store = Store(opened, url or opened.store_url, now=now)
    try:
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


class Store:
    """See the module.  Made by ``open_store``."""

    def __init__(self, home: Home, url: str, *, now: Callable[[], datetime] | None = None) -> None:
        from dlp.records.audit import AuditLog
        from dlp.records.database import open_engine
        from dlp.records.evidence import EvidenceFolder

        self.home, self.keys = home, home.keys
        self.now: Callable[[], datetime] = now or (lambda: datetime.now(UTC))
        self.engine: Engine = open_engine(url)
        self.audit = AuditLog(home)
        self.evidence = EvidenceFolder(home.evidence, home.keys.evidence)
        self.outlets: list[Callable[[Store, Event], None]] = []

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.engine.dispose()

    # --- opening

    def prepare(self) -> None:
        """Migrate, check the keys, void what a crash left unfinished, remove drafts."""
        from dlp.records import migrations

        with self.reading() as connection:
            current = migrations.version_of(connection)
        if current != migrations.HEAD:
            with self.home.locked("migrate"), self.writing() as connection:
                migrations.upgrade(connection)
        self._check_keys()
        self.recover()
        self.evidence.sweep()

    def _check_keys(self) -> None:
        from sqlalchemy import insert

        from dlp.records.schema import meta

        wanted = {f"key:{name}": self.keys.fingerprint(name) for name in CHECKED_KEYS}
        with self.reading() as connection:
            found = self._remembered(connection, wanted)
        if not found:
            with self.home.locked("migrate"), self.writing() as connection:
                found = self._remembered(connection, wanted)
                if not found:
                    connection.execute(insert(meta), [{"key": k, "value": v} for k, v in wanted.items()])
                    return
        if found != wanted:
            raise KeyRefused("金鑰不是這個資料庫的。請還原原來的金鑰；第二台閘道請複製第一台的 keys 資料夾。", code="E632")

    @staticmethod
    def _remembered(connection: "Connection", names: Iterable[str]) -> dict[str, str]:
        from sqlalchemy import select

        from dlp.records.schema import meta

        return {row.key: row.value for row in connection.execute(select(meta).where(meta.c.key.in_(names)))}

    def recover(self) -> int:
        """Mark audit records whose change never took place; returns how many.

        A killed process leaves one such record.  Many in a row mean a database older than the log (a restored backup):
        those are left for ``dlp admin check`` and a person (F79).
        """
        from sqlalchemy import select

        from dlp.records.schema import operations

        with self.audit.locked():
            tail = self.audit.tail()
            voided = {r.get("void") for r in tail if r.get("action") == "audit.void"}
            open_ops = {r["op"]: r for r in tail if r.get("op") and r["op"] not in voided and r.get("log") == self.audit.id}
            if not open_ops:
                return 0
            with self.reading() as connection:
                known = set(connection.execute(select(operations.c.op).where(operations.c.op.in_(open_ops))).scalars())
            lost = [record for run in _missing_runs(open_ops, known) if len(run) <= CRASH_RUN for record in run]
            for record in lost:
                facts = {"void": record["op"], "seq_of": record["seq"]}
                self.audit.append("audit.void", actor="system", via="audit", object_id=record["object"], facts=facts)
        return len(lost)

    # --- transactions

    @contextmanager
    def reading(self) -> "Iterator[Connection]":
        """A consistent read-only view."""
        from dlp.records import database

        with database.reading(self.engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> "Iterator[Connection]":
        """One transaction without an audit record (journal, sessions, retries)."""
        from dlp.records import database

        with database.writing(self.engine) as connection:
            yield connection

    @contextmanager
    def audited(self, action: str, *, actor: Actor, object_id: str = "", at: datetime | None = None) -> Iterator[Change]:
        """One transaction with one audit record, which is synced before the commit (threats §7)."""
        from sqlalchemy import insert

        from dlp.records.clock import millis
        from dlp.records.schema import operations

        when, op, written = at or self.now(), secrets.token_hex(16), False
        with self.audit.locked():
            try:
                with self.writing() as connection:
                    change = Change(connection, op, object_id)
                    yield change
                    if change.cancelled:
                        return
                    position = self.audit.append(
                        action, actor=actor.name, via=actor.via, object_id=change.object_id, result=change.result, policy=change.policy,
                        op=op, at=when, facts=change.facts,
                    )  # fmt: skip
                    written = True
                    row = {"op": op, "log": self.audit.id, "seq": position.seq, "hash": position.hash, "at": millis(when)}
                    connection.execute(insert(operations), [row])
            except BaseException:
                if written:
                    self._settle(op, change.object_id)
                raise

    def _settle(self, op: str, object_id: str) -> None:
        """After a failed commit: void the record unless the change is there after all.  ``recover`` does it otherwise."""
        from sqlalchemy import select

        from dlp.records.schema import operations

        try:
            with self.reading() as connection:
                there = connection.execute(select(operations.c.op).where(operations.c.op == op)).first()
            if there is None:
                self.audit.append("audit.void", actor="system", via="audit", object_id=object_id, facts={"void": op})
        except StoreUnavailable:
            return

    def audit_event(
        self, action: str, *, actor: Actor = SYSTEM, object_id: str = "", result: str = "ok", policy: str = "", **facts: str | int | bool | None
    ) -> None:  # fmt: skip
        """An audit record of something that changes no row: log-in, refused policy, view, export.  Synced on return."""
        self.audit.append(action, actor=actor.name, via=actor.via, object_id=object_id, result=result, policy=policy, at=self.now(), facts=facts)

    # --- what the doors call

    def record_decision(
        self, verdict: Verdict, *, envelope: Envelope | None = None, item_key: str | None = None, recipient_class: str = "",
        listed: Sequence[tuple[str, ...]] = (), at: datetime | None = None,
    ) -> int:  # fmt: skip
        """Write the decision into the journal (no text) and return its id.

        ``item_key`` makes it idempotent: the same item under the same policy version gives the same id and one more retry.
        ``recipient_class`` is the policy's word for where it goes (inside, trusted, outside, public); ``listed`` names for each
        finding the policy's public lists that hold its value.
        """
        from dlp.records import journal

        entry = journal.entry_of(
            verdict, self.keys, at=at or self.now(), envelope=envelope, item=item_key, recipient_class=recipient_class, listed=listed
        )  # fmt: skip
        with self.writing() as connection:
            return journal.write(connection, entry)[0]

    def open_incident(
        self, verdict: Verdict, *, item_key: str, envelope: Envelope | None = None, original: Original | None = None, label: str = "",
        reference: str = "", recipient_class: str = "", decision_id: int | None = None, facts: dict[str, Any] | None = None,
        at: datetime | None = None,
    ) -> str:  # fmt: skip
        """Open the incident of this item, or find the one that is there; returns its public id, such as ``D-8F3K``.

        ``original``   the item's bytes (or a file, or pieces); encrypted and synced before the incident exists.
        ``label``      what to call the item; found values in it are masked.  ``reference``: the door's own handle.
        ``facts``      encrypted with the original (recipients, names).  The envelope is added by itself.
        A hold, or a rule with an approver, makes it wait for approval; everything else is new.
        """
        from dlp.records import incident_opening

        return incident_opening.open_incident(
            self, verdict, item_key=item_key, envelope=envelope, original=original, label=label, reference=reference,
            recipient_class=recipient_class, decision_id=decision_id, facts=facts, at=at,
        )  # fmt: skip

    def calendar(self) -> "WorkCalendar":
        """Office hours with the holiday table as edited."""
        from dlp.records import settings

        with self.reading() as connection:
            return settings.calendar(connection)

    def tell(self, event: Event) -> None:
        """Hand an event to the outlets.  An outlet that fails is logged and never undoes what was decided."""
        from dlp.records.logs import failure, logger

        for outlet in self.outlets:
            try:
                outlet(self, event)
            except Exception as err:  # the edge to foreign systems: any failure there is only noted
                failure(logger(), "outlet.failed", err, incident=event.incident)


def _missing_runs(records: dict[str, dict[str, Any]], known: set[str]) -> list[list[dict[str, Any]]]:
    """Runs of neighbouring records whose op is not known, in order of the log."""
    runs: list[list[dict[str, Any]]] = [[]]
    for op, record in records.items():
        if op in known:
            runs.append([])
        else:
            runs[-1].append(record)
    return [run for run in runs if run]
