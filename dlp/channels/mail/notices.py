"""Notices to the inside sender: held, returned, expired, sent with a remark.  They never quote what was found.

Null return path and ``Auto-Submitted: auto-replied``, so that no two systems answer each other (F13).
"""

import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

WAYS_OUT = "您可以：\n  1. 遮蔽後重寄（dlp mask，或用發布前檢查頁）\n  2. 申請核准（逾時自動退回）\n  3. 回報誤判\n"
TEXTS = {
    "hold": ("信件已暫停，等待核准", "您寄出的一封信依政策暫停寄送，等待核准。"),
    "released": ("信件已核准寄出", "您先前被暫停的信件已核准並寄出。"),
    "returned": ("信件未寄出", "您先前被暫停或攔下的信件未獲核准，沒有寄出。"),
    "expired": ("信件逾時退回", "您先前被暫停或攔下的信件逾時未獲核准，已退回，沒有寄出。"),
    "warn": ("信件已寄出，請留意", "您寄出的信件已寄出，但內容有需要留意之處。"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """``event`` is a key of TEXTS; ``rules`` are (id, name, tell) without found values; ``sent_at`` is zh-TW local time.

    ``within``: how long an approval may take, as the policy says it (``4h``).
    """

    event: str
    ref: str
    to: str
    rules: tuple[tuple[str, str, str], ...] = ()
    sent_at: str = ""
    url: str = ""
    within: str = ""


def compose(notice: Notice, *, sender: str) -> EmailMessage:
    """The notice as a mail.  The subject of the original is not repeated: it may hold the secret."""
    title, first = TEXTS[notice.event]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = notice.to
    message["Subject"] = f"[DLP {notice.ref}] {title}"
    message["Date"] = formatdate(localtime=True)
    domain = sender.rpartition("@")[2] or "localhost"
    # The same for every notice of this event: where a crash makes it go out twice, mail stores keep one.
    message["Message-ID"] = f"<dlp.{notice.ref}.{notice.event}@{domain}>" if notice.ref.startswith("D-") else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    lines = [first, "", f"編號：{notice.ref}"]
    if notice.sent_at:
        lines.append(f"寄出時間：{notice.sent_at}")
    if notice.within:
        lines.append(f"核准時限：{_spoken(notice.within)}，逾時自動退回。")
    for rule_id, name, tell in notice.rules:
        lines.append(f"規則：{rule_id} {name}")
        if tell:
            lines.append(f"  {tell}")
    if notice.url:
        lines.append(f"網址：{notice.url}")
    if notice.event != "released":
        lines += ["", WAYS_OUT]
    message.set_content("\n".join(lines), charset="utf-8")
    return message


def _spoken(within: str) -> str:
    """``4h`` → 4 小時."""
    for unit, word in (("h", " 小時"), ("d", " 天"), ("m", " 分鐘")):
        if within.endswith(unit) and within[:-1].isdigit():
            return f"上班時間 {within[:-1]}{word}內"
    return within


Submit = Callable[[str, Sequence[str], bytes], None]


def submitter(way: str, *, config: str = "") -> Submit | None:
    """How mails of our own are handed in: ``sendmail``, ``inet:HOST:PORT`` (SMTP), or None for ``none``.

    The result takes envelope sender (empty: the null return path), recipients, message, and raises QueueError or OSError
    (smtplib's errors among them) when the mail was not taken.
    """
    from dlp.channels.mail import queue
    from dlp.channels.mail.gateway import parse_listen

    if way == "none":
        return None
    if way == "sendmail":
        return lambda sender, to, message: queue.submit(sender, to, message, config=config)
    where = parse_listen(way)

    def by_smtp(sender: str, to: Sequence[str], message: bytes) -> None:
        with smtplib.SMTP(where.host, where.port, timeout=60) as client:
            client.sendmail(sender, list(to), message)

    return by_smtp
