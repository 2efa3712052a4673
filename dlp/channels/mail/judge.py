"""Judging one message inside a worker: scanner, then records, then the judgement as plain JSON.

Run as ``python -m dlp.channels.mail.judge OPTIONS-JSON CONTROL-FD`` it is a nursery (see ``workers``).
"""

import json
import socket
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dlp.channels.mail.message import decoded_subject, reason_in
from dlp.document import Document, Envelope, NotRead, NotReadReason
from dlp.errors import DlpError
from dlp.verdict import Action, Channel, Verdict

Judge = Callable[[dict[str, Any], bytes], dict[str, Any]]


def prepare(options: dict[str, Any]) -> tuple[Judge, dict[str, Any]]:
    """Load scanner and policies (and open the store once, to be sure); the judge and the facts the gateway needs.

    ``options``: ``policies`` (list of paths), ``home``, ``url`` (where people fix things), ``records`` (False: keep none).
    """
    from dlp.channels.mail.bookkeeping import Books, NoBooks
    from dlp.scanner import Scanner

    scanner = Scanner(policies=options.get("policies") or None, isolate=True)
    if scanner.policy.degraded:
        raise DlpError("政策沒有任何啟用的規則", code="P300")
    # The store is opened anew after each fork: a connection must not be shared between processes.
    books = Books(options.get("home")) if options.get("records", True) else NoBooks()
    books.check()
    fails = scanner.policy.engine_fails.get(Channel.MAIL)
    facts = {"ready": True, "policy": scanner.policy.version, "if_engine_fails": str(fails) if fails is not None else ""}

    def judge(meta: dict[str, Any], message: bytes) -> dict[str, Any]:
        return judge_message(scanner, books, meta, message, url=str(options.get("url", "")))

    return judge, facts


def judge_message(scanner: Any, books: Any, meta: dict[str, Any], message: bytes, *, url: str = "") -> dict[str, Any]:
    """One message → judgement.  Raises nothing that lets a message out: a failed store is ``failed``."""
    from dlp.channels.mail.bookkeeping import StoreFailed

    envelope = Envelope(
        sender=meta["sender"],
        recipients=tuple(meta["recipients"]),
        authenticated_user=meta.get("authenticated_user", ""),
        size_bytes=len(message),
    )
    verdict = _verdict(scanner, meta, message, envelope)
    reason = reason_in(decoded_subject(meta["subject"].encode("latin-1")))
    judgement = {
        "action": str(verdict.action),
        "rules": [rule.id for rule in verdict.rules if rule.action >= Action.WARN],
        "kinds": sorted({str(verdict.findings[i].kind) for rule in verdict.rules if rule.action >= Action.WARN for i in rule.findings}),
        "tell": next((rule.tell for rule in sorted(verdict.rules, key=lambda r: -r.action) if rule.tell), ""),
        "complete": verdict.complete,
        "policy": verdict.policy_version,
        "reason_given": bool(reason),
        "seconds": verdict.seconds,
    }
    try:
        judgement["ref"] = books.decided(verdict, envelope, message, queue_id=meta.get("queue_id", ""), reason=reason)
    except StoreFailed as err:
        fails = scanner.policy.engine_fails.get(Channel.MAIL)
        return {"failed": f"store: {err}", "if_engine_fails": str(fails) if fails is not None else ""}
    if judgement["ref"] and url:
        judgement["url"] = f"{url.rstrip('/')}/i/{judgement['ref']}"
    if verdict.action is Action.WARN and meta["sender"]:
        books.notify(
            "warn", judgement["ref"] or "-", meta["sender"], [(r.id, r.name, r.tell) for r in verdict.rules if r.action is Action.WARN], datetime.now()
        )
    return judgement


def _verdict(scanner: Any, meta: dict[str, Any], message: bytes, envelope: Envelope) -> Verdict:
    if meta.get("too_large"):
        document = Document("", (), (NotRead("message", NotReadReason.LIMIT_SIZE),), "message/rfc822")
        return scanner.check_document(document, "mail", envelope=envelope)  # type: ignore[no-any-return]
    return scanner.check_bytes(message, "message.eml", "mail", envelope=envelope)  # type: ignore[no-any-return]


def main(argv: list[str]) -> None:
    """Entry point of a nursery.  A failure to prepare is said over the control socket, not on a traceback."""
    from dlp.channels.mail.workers import ANSWER, nursery

    control = socket.socket(fileno=int(argv[2]))
    try:
        prepared = prepare(json.loads(argv[1]))
    except DlpError as err:
        faults = " ".join(getattr(err, "faults", ())[:3])
        data = json.dumps({"error": f"{err.code} {err.message} {faults}".strip()}, ensure_ascii=False).encode()
        control.sendall(ANSWER.pack(len(data)) + data)
        return
    nursery(control, lambda: prepared)


if __name__ == "__main__":
    main(sys.argv)
