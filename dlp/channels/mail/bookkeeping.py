"""What the gateway writes down: every decision in the journal, what is stopped as an incident with the sealed original.

A store that cannot be written is StoreFailed: the message is then answered with the policy's failure action (F14, F70, F76).
"""

import os
from collections.abc import Sequence
from typing import Any, Protocol

from dlp.channels.mail.notices import Notice, compose, send
from dlp.document import Envelope
from dlp.verdict import Action, Verdict

NOTICE_SENDER = "dlp-noreply@localhost"


class StoreFailed(Exception):
    """The store, audit log or disk refused; the message names only the kind of failure."""


class Bookkeeper(Protocol):
    def check(self) -> None: ...
    def decided(self, verdict: Verdict, envelope: Envelope, message: bytes, *, queue_id: str, reason: str) -> str: ...
    def notify(self, event: str, ref: str, to: str, rules: Sequence[tuple[str, str, str]], when: Any) -> None: ...


class NoBooks:
    """Keeps nothing: for dry runs and benchmarks, never for a gateway in service."""

    def check(self) -> None: ...

    def decided(self, verdict: Verdict, envelope: Envelope, message: bytes, *, queue_id: str, reason: str) -> str:
        return ""

    def notify(self, event: str, ref: str, to: str, rules: Sequence[tuple[str, str, str]], when: Any) -> None: ...


class Books:
    """The store in ``home`` (None for the default), opened once in each process: a connection is not shared over a fork."""

    def __init__(self, home: str | None, *, notice_sender: str = NOTICE_SENDER, notices: bool = True) -> None:
        self._home, self._sender, self._notices = home, notice_sender, notices
        self._store: Any = None
        self._process = 0

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

    def decided(self, verdict: Verdict, envelope: Envelope, message: bytes, *, queue_id: str, reason: str) -> str:
        """Journal the decision; open an incident for what is stopped.  The incident's id, or empty.  Raises StoreFailed."""
        from dlp.records import StoreUnavailable, item_key

        try:
            store = self._open()
            key = item_key(message, envelope)
            decision = store.record_decision(verdict, envelope=envelope, item_key=key)
            if verdict.action < Action.JUSTIFY or (verdict.action is Action.JUSTIFY and not reason):
                return ""
            facts = {"queue_id": queue_id, "reason": reason} if reason else {"queue_id": queue_id}
            incident: str = store.open_incident(verdict, envelope=envelope, item_key=key, original=message, reference=queue_id, decision_id=decision, facts=facts)
            return incident
        except StoreUnavailable as err:
            raise StoreFailed(type(err).__name__) from err

    def notify(self, event: str, ref: str, to: str, rules: Sequence[tuple[str, str, str]], when: Any) -> None:
        """Tell the inside sender.  A notice that cannot be sent changes nothing about the message."""
        if not self._notices or not to:
            return
        import smtplib
        import subprocess

        try:
            send(compose(Notice(event, ref, to, tuple(rules), when.strftime("%Y-%m-%d %H:%M")), sender=self._sender))
        except (OSError, subprocess.SubprocessError, smtplib.SMTPException):
            import logging

            logging.getLogger("dlp.milter").warning("notice not sent", extra={"reference": ref})
