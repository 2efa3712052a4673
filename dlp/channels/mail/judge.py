"""Judging one message inside a worker: scanner, then records, then the judgement as plain JSON.

Run as ``python -m dlp.channels.mail.judge OPTIONS-JSON CONTROL-FD`` it is a nursery (see ``workers``).
"""

import json
import socket
import sys
from collections.abc import Callable
from typing import Any

from dlp.channels.mail import probes
from dlp.channels.mail.marks import own_header, pass_in
from dlp.channels.mail.message import decoded_subject, reason_in
from dlp.document import Document, Envelope, NotRead, NotReadReason
from dlp.errors import DlpError
from dlp.verdict import Action, Channel, Verdict

Judge = Callable[[dict[str, Any], bytes], dict[str, Any]]


def prepare(options: dict[str, Any]) -> tuple[Judge, dict[str, Any]]:
    """Load scanner and policies (and open the store once, to be sure); the judge and the facts the gateway needs.

    ``options``: ``policies`` (list of paths), ``home``, ``url`` (where people fix things), ``records`` (False: keep none),
    ``model`` (folder, None for the shipped one, False for none).
    """
    from dlp.channels.mail.bookkeeping import Books, NoBooks
    from dlp.scanner import Scanner

    scanner = Scanner(policies=options.get("policies") or None, model=options.get("model"), isolate=True)
    if scanner.policy.degraded:
        raise DlpError("政策沒有任何啟用的規則", code="P300")
    # The store is opened anew after each fork: a connection must not be shared between processes.
    books = Books(options.get("home")) if options.get("records", True) else NoBooks()
    books.check()
    fails = scanner.policy.engine_fails.get(Channel.MAIL)
    facts = {"ready": True, "policy": scanner.policy.version, "if_engine_fails": str(fails) if fails is not None else ""}

    return judging(scanner, books, url=str(options.get("url", ""))), facts


def judging(scanner: Any, books: Any, *, url: str = "") -> Judge:
    """The judge over a loaded scanner; the desk's allow list is taken into its policy as time passes."""
    from dlp.channels.mail.bookkeeping import StoreFailed

    loaded = scanner.policy

    def judge(meta: dict[str, Any], message: bytes) -> dict[str, Any]:
        try:
            scanner.policy = books.allowed(loaded)
        except StoreFailed as err:
            return _store_failed(err, loaded)
        return judge_message(scanner, books, meta, message, url=url)

    return judge


def _store_failed(err: Exception, policy: Any) -> dict[str, Any]:
    fails = policy.engine_fails.get(Channel.MAIL)
    return {"failed": f"store: {err}", "if_engine_fails": str(fails) if fails is not None else ""}


def judge_message(scanner: Any, books: Any, meta: dict[str, Any], message: bytes, *, url: str = "") -> dict[str, Any]:
    """One message → judgement.  Raises nothing that lets a message out: a failed store is ``failed``."""
    from dlp.channels.mail.bookkeeping import StoreFailed

    envelope = Envelope(
        sender=meta["sender"],
        recipients=tuple(meta["recipients"]),
        authenticated_user=meta.get("authenticated_user", ""),
        size_bytes=len(message),
    )
    policy = scanner.policy
    try:
        if (token := pass_in(message)) and books.passed(token, message, envelope):
            return {"action": "allow", "complete": True, "policy": policy.version}
        verdict = _verdict(scanner, meta, message, envelope)
        if (token := own_header(message, probes.HEADER)) and books.probed(token, str(verdict.action), meta.get("queue_id", ""), policy.version):
            passes = verdict.action <= Action.WARN
            return {"action": "allow" if passes else "block", "ref": "TEST", "rules": [r.id for r in verdict.rules], "complete": True, "policy": policy.version}
        reason = reason_in(decoded_subject(meta["subject"].encode("latin-1")))
        to_tell = _to_tell(envelope, policy.places)
        written = books.decided(
            verdict, envelope, message, queue_id=meta.get("queue_id", ""), reason=reason, notify=to_tell,
            recipient_class=_farthest(envelope, policy.places), elsewhere=bool(meta.get("hold_elsewhere")), on_hold=bool(meta.get("on_hold")),
        )  # fmt: skip
    except StoreFailed as err:
        return _store_failed(err, policy)
    shown = [rule for rule in verdict.rules if rule.action >= Action.WARN]
    judgement = {
        "action": str(verdict.action),
        "rules": [rule.id for rule in shown],
        "kinds": sorted({str(verdict.findings[i].kind) for rule in shown for i in rule.findings}),
        "tell": next((rule.tell for rule in sorted(verdict.rules, key=lambda r: -r.action) if rule.tell), ""),
        "complete": verdict.complete,
        "policy": verdict.policy_version,
        "reason_given": bool(reason),
        "seconds": verdict.seconds,
        "ref": written.ref,
        "seal": written.seal,
    }
    if written.ref and url:
        judgement["url"] = f"{url.rstrip('/')}/i/{written.ref}"
    if verdict.action in (Action.WARN, Action.HOLD) and to_tell:
        judgement["notice"] = _notice(verdict, written.ref, to_tell, str(judgement.get("url", "")))
    return judgement


def _farthest(envelope: Envelope, places: Any) -> str:
    """The policy's word for the farthest recipient."""
    from dlp.policy.destinations import Class, targets

    order = list(Class)
    return str(max((target.kind for target in targets(Channel.MAIL, envelope, places)), key=order.index))


def _to_tell(envelope: Envelope, places: Any) -> str:
    """The sender's address, when the sender is one of ours; empty otherwise.  A notice never goes outside.

    Where the policy does not say who is inside, the mail server's word counts: it asks us about outgoing mail only.
    """
    from dlp.policy.destinations import Class, classify

    sender = envelope.sender
    ours = "@" in sender and (not places.inside or classify(sender, places) is Class.INSIDE or bool(envelope.authenticated_user))
    return sender if ours else ""


def _notice(verdict: Verdict, ref: str, to: str, url: str) -> dict[str, Any]:
    rules = [rule for rule in verdict.rules if rule.action is verdict.action]
    within = next((value for rule in rules for name, value in rule.attrs if name == "within"), "")
    return {
        "event": "hold" if verdict.action is Action.HOLD else "warn", "ref": ref or "-", "to": to, "url": url, "within": within,
        "rules": [[rule.id, rule.name, rule.tell] for rule in rules],
    }  # fmt: skip


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
