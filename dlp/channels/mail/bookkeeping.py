"""What the gateway writes down: every decision in the journal, what is stopped as an incident with the sealed original.

A store that cannot be written is StoreFailed: the message is then answered with the policy's failure action (F14, F70, F76).

An incident's ``reference`` says who acts on it: ``4QID@1a2b3c4d`` for a message that this gateway (named by its audit log) put on
hold under that queue id, ``-@1a2b3c4d`` for one that is in no queue because it was refused, or deleted after a return.
"""

import os
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from dlp.channels.mail.marks import seal_of, without_own_headers
from dlp.document import Envelope
from dlp.verdict import Action, Verdict

if TYPE_CHECKING:
    from dlp.policy.policyset import PolicySet

NOT_QUEUED = "-"
GATEWAY_CHARS = 8
TRIES = 100


class StoreFailed(Exception):
    """The store, audit log or disk refused; the message names only the kind of failure."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written down: the incident's id (empty when there is none), and the seal for a held message's header."""

    ref: str = ""
    seal: str = ""


class Bookkeeper(Protocol):
    def check(self) -> None: ...
    def decided(self, verdict: Verdict, envelope: Envelope, message: bytes, **facts: Any) -> Written: ...
    def passed(self, token: str, message: bytes, envelope: Envelope) -> bool: ...
    def probed(self, token: str, action: str, queue_id: str, policy: str) -> bool: ...
    def allowed(self, policy: "PolicySet") -> "PolicySet": ...


class NoBooks:
    """Keeps nothing: for dry runs and benchmarks, never for a gateway in service."""

    def check(self) -> None: ...

    def decided(self, verdict: Verdict, envelope: Envelope, message: bytes, **facts: Any) -> Written:
        return Written()

    def passed(self, token: str, message: bytes, envelope: Envelope) -> bool:
        return False

    def probed(self, token: str, action: str, queue_id: str, policy: str) -> bool:
        return False

    def allowed(self, policy: "PolicySet") -> "PolicySet":
        return policy


class Books:
    """The store in ``home`` (None for the default), opened once in each process: a connection is not shared over a fork."""

    def __init__(self, home: str | None) -> None:
        self._home = home
        self._store: Any = None
        self._process = 0
        self._allowed: PolicySet | None = None
        self._looked = 0.0

    def _open(self) -> Any:
        if self._store is None or self._process != os.getpid():
            from dlp.records import open_home, open_store

            self._store = open_store(open_home(self._home))
            self._process = os.getpid()
        return self._store

    def check(self) -> None:
        """Open the store once, so that a missing key or a locked folder is said at start.  Raises DlpError."""
        store = self._open()
        store.close()
        self._store = None

    def decided(self, verdict: Verdict, envelope: Envelope, message: bytes, **facts: Any) -> Written:
        """Journal the decision; open an incident for what is stopped.  Raises StoreFailed.

        ``facts``: ``queue_id``, ``reason`` (given by the sender), ``recipient_class``, ``notify`` (whom to tell of the outcome),
        ``elsewhere`` (held mail goes to a queue that is not ours), ``on_hold`` (it lies in ours already).
        """
        from dlp.records import StoreUnavailable, item_key

        try:
            store = self._open()
            key = item_key(message, envelope)
            decision = store.record_decision(verdict, envelope=envelope, item_key=key, recipient_class=facts.get("recipient_class", ""))
            if verdict.action < Action.JUSTIFY or (verdict.action is Action.JUSTIFY and not facts.get("reason")):
                return Written()
            queue_id = str(facts.get("queue_id", ""))
            held = verdict.action is Action.HOLD or bool(facts.get("on_hold"))
            for _ in range(TRIES):
                ref = store.open_incident(
                    verdict, envelope=envelope, item_key=key, original=message, decision_id=decision,
                    reference="" if facts.get("elsewhere") else reference_of(store, queue_id if held else ""), recipient_class=facts.get("recipient_class", ""),
                    facts={k: v for k, v in facts.items() if v and k in ("queue_id", "reason", "notify")},
                )  # fmt: skip
                if not _settled(store, ref):
                    break
                # The same mail again after it was released, returned or closed: it waits for a decision of its own.
                key = f"{key}\nafter {ref}"
            return Written(ref, seal_of(store.keys, queue_id, ref) if held else "")
        except StoreUnavailable as err:
            raise StoreFailed(type(err).__name__) from err

    def passed(self, token: str, message: bytes, envelope: Envelope) -> bool:
        """Use up the pass of a mail that was approved after it had been refused.  Raises StoreFailed."""
        from dlp.records import StoreUnavailable, passes

        try:
            store = self._open()
            good = passes.redeem(store, token, message_hash(message), envelope.recipients)
            if good:
                store.audit_event("mail.pass")
            return good
        except StoreUnavailable as err:
            raise StoreFailed(type(err).__name__) from err

    def allowed(self, policy: "PolicySet") -> "PolicySet":
        """``policy`` with the desk's allow list, looked up once in REFRESH_SECONDS.  Raises StoreFailed."""
        from dlp.channels.allowed import REFRESH_SECONDS, with_allowed
        from dlp.records import StoreUnavailable

        if self._allowed is None or monotonic() - self._looked > REFRESH_SECONDS:
            try:
                self._allowed = with_allowed(policy, self._open())
            except StoreUnavailable as err:
                raise StoreFailed(type(err).__name__) from err
            self._looked = monotonic()
        return self._allowed

    def probed(self, token: str, action: str, queue_id: str, policy: str) -> bool:
        """Note what was decided about a genuine test message of ours; False when it is none.  Raises StoreFailed."""
        from dlp.channels.mail import probes
        from dlp.records import StoreUnavailable

        try:
            store = self._open()
            return probes.genuine(store.home, token, store.now()) and probes.write(store.home, token, probes.Seen(action, queue_id, policy))
        except (StoreUnavailable, OSError) as err:
            raise StoreFailed(type(err).__name__) from err


def gateway_of(store: Any) -> str:
    """The name of this gateway among several that share a database."""
    return str(store.audit.id)[:GATEWAY_CHARS]


def reference_of(store: Any, queue_id: str) -> str:
    return f"{queue_id or NOT_QUEUED}@{gateway_of(store)}"


def message_hash(message: bytes) -> str:
    """Hash of a message for its pass: without our own headers, whatever the line ends."""
    lines = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return sha256(without_own_headers(lines).rstrip()).hexdigest()


def _settled(store: Any, ref: str) -> bool:
    """Whether nothing more will happen to the items of this incident."""
    from sqlalchemy import select

    from dlp.records.schema import incidents
    from dlp.records.states import State

    query = select(incidents.c.carried_out_at, incidents.c.state).where(incidents.c.public_id == ref)
    with store.reading() as connection:
        row = connection.execute(query).one()
    return row.carried_out_at is not None or row.state == State.CLOSED
