"""Notices to the inside sender: held, returned, expired, sent with a remark.  They never quote what was found.

Null return path and ``Auto-Submitted: auto-replied``, so that no two systems answer each other (F13).
"""

import smtplib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

WAYS_OUT = "您可以：\n  1. 遮蔽後重寄（dlp mask，或用發布前檢查頁）\n  2. 申請核准（逾時自動退回）\n  3. 回報誤判\n"
TEXTS = {
    "hold": ("信件已暫停，等待核准", "您寄出的一封信依政策暫停寄送，等待核准。"),
    "released": ("信件已核准寄出", "您先前被暫停的信件已核准並寄出。"),
    "returned": ("信件未寄出", "您先前被暫停的信件未獲核准，沒有寄出。"),
    "expired": ("信件逾時退回", "您先前被暫停的信件逾時未獲核准，已退回，沒有寄出。"),
    "warn": ("信件已寄出，請留意", "您寄出的信件已寄出，但內容有需要留意之處。"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """``event`` is a key of TEXTS; ``rules`` are (id, name, tell) without found values; ``sent_at`` is zh-TW local time."""

    event: str
    ref: str
    to: str
    rules: tuple[tuple[str, str, str], ...] = ()
    sent_at: str = ""
    url: str = ""


def compose(notice: Notice, *, sender: str) -> EmailMessage:
    """The notice as a mail.  The subject of the original is not repeated: it may hold the secret."""
    title, first = TEXTS[notice.event]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = notice.to
    message["Subject"] = f"[DLP {notice.ref}] {title}"
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    lines = [first, "", f"編號：{notice.ref}"]
    if notice.sent_at:
        lines.append(f"寄出時間：{notice.sent_at}")
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


def send(
    message: EmailMessage,
    *,
    command: Sequence[str] = ("/usr/sbin/sendmail", "-i", "-f", ""),
    smtp: tuple[str, int] | None = None,
) -> None:
    """Hand the notice to the mail server: by SMTP where ``smtp`` is given, else by the sendmail command.  Null return path.

    Raises OSError or smtplib.SMTPException; the caller records that the notice was not sent.
    """
    if smtp is not None:
        with smtplib.SMTP(*smtp, timeout=20) as client:
            client.sendmail("", [str(message["To"])], message.as_bytes())
        return
    subprocess.run(
        [*command, "--", str(message["To"])], input=message.as_bytes(), check=True, timeout=30, capture_output=True
    )
