"""From a judgement to what the mail server is told.  SMTP text is complete in ASCII first, Chinese last."""

from dataclasses import dataclass
from typing import Any

from dlp.channels.mail import protocol as p
from dlp.channels.mail.marks import RESULT_HEADER
from dlp.channels.mail.message import decoded_subject, reason_in, without_reason

WHAT = {
    "classified": "a classification mark in force", "restricted": "a restricted-reading mark", "petition": "identity of a petitioner",
    "informant": "identity of an informant", "personal": "personal data", "draft": "a paper before decision", "meeting": "closed-meeting content",
    "secret": "a trade, occupational or procurement secret", "business": "official business not meant for outside", "third_party": "rights of a third party",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """Packets to send at the end of a message, the action for the counters, and for the SMTP form the reply lines.

    ``notice``: what to tell the inside sender once the answer is given, as ``judge`` made it.
    """

    action: str
    packets: list[bytes]
    smtp: tuple[str, ...] = ()  # full reply lines, without the final CR LF; empty when accepted
    quarantine: bool = False
    notice: dict[str, Any] | None = None

    @property
    def accepted(self) -> bool:
        return not self.smtp


def _refusal(action: str, lines: list[str], *, code: str, extended: str) -> Answer:
    smtp = tuple(f"{code}{'-' if i < len(lines) - 1 else ' '}{extended} {line}" for i, line in enumerate(lines))
    return Answer(action, [p.reply(lines, code=code, extended=extended)], smtp)


def busy() -> Answer:
    """More messages than can be judged in time, or stopping: the sender's server keeps the message and tries again."""
    return _refusal(
        "tempfail",
        ["Content check is busy, please try again.", "內容檢查忙線中，請稍後再送，信件沒有遺失。"],
        code="451",
        extended="4.7.1",
    )


def engine_failed(wanted: str) -> Answer:
    """The engine could not judge.  ``wanted`` is the policy's word; only ``hold`` differs from deferring."""
    if wanted == "hold":
        return Answer("hold", [p.quarantine("dlp: not checked, engine failed"), p.packet(p.ACCEPT)], (), True)
    return _refusal(
        "tempfail",
        [
            "Content check is not available, please try again.",
            "內容檢查暫時無法使用，信件保留在寄件端，稍後會自動重送。",
        ],
        code="451",
        extended="4.7.1",
    )


def from_judgement(judgement: dict[str, Any], subject: bytes) -> Answer:
    """``judgement`` as ``dlp.channels.mail.judge`` makes it; ``subject`` the raw header value."""
    if judgement.get("failed"):
        return engine_failed(str(judgement.get("if_engine_fails", "")))
    action, ref = str(judgement["action"]), str(judgement.get("ref", ""))
    header = p.add_header(RESULT_HEADER, _result(judgement))
    if action in ("allow", "log", "warn"):
        return Answer(action, [header, *_without_reason(subject), p.packet(p.ACCEPT)], notice=judgement.get("notice"))
    if action == "justify" and judgement.get("reason_given"):
        return Answer("justified", [header, *_without_reason(subject), p.packet(p.ACCEPT)])
    if action == "hold":
        packets = [header, *_without_reason(subject), p.quarantine(f"dlp: hold {ref}"), p.packet(p.ACCEPT)]
        return Answer("hold", packets, (), True, judgement.get("notice"))
    what = (
        " and ".join(dict.fromkeys(WHAT.get(k.partition(".")[0], k) for k in judgement.get("kinds", ())))
        or "content that could not be checked"
    )
    rules = ", ".join(judgement.get("rules", ()))
    first = f"[DLP {ref}] Not sent: {what} (policy {rules})."[:400]
    where = str(judgement.get("url", ""))
    tell = str(judgement.get("tell", "")) or "信件內容依政策不得寄出。"
    if action == "justify":
        lines = [first, f"Give a reason at {where} or put [理由:...] into the subject and send again." if where else "Put [理由:...] into the subject and send again.",
                 f"未寄出：{tell}請在主旨加上 [理由:…] 後重寄，理由會留存紀錄並自主旨移除。"]  # fmt: skip
    else:
        lines = [
            first,
            f"Fix or request approval: {where}" if where else "Remove or mask it and send again, or ask for approval.",
            f"未寄出：{tell}",
        ]
    return _refusal(action, [line[:480] for line in lines], code="550", extended="5.7.1")


def _result(judgement: dict[str, Any]) -> str:
    rules = ",".join(judgement.get("rules", ())) or "none"
    seal = f"; seal={judgement['seal']}" if judgement.get("seal") else ""
    return f"{judgement['action']}; rules={rules}; complete={'yes' if judgement.get('complete') else 'no'}; policy={judgement.get('policy', '')}; id={judgement.get('ref') or '-'}{seal}"


def _without_reason(subject: bytes) -> list[bytes]:
    text = decoded_subject(subject)
    return [p.change_header("Subject", without_reason(text))] if reason_in(text) else []
