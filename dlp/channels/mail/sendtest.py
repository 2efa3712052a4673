"""Does mail that leaves this host pass the engine?  Sends harmless probes along the real ways and says where each got to (F03).

    for hop in walk("me@example.gov.tw", home=None): print(hop.good, hop.name, hop.detail)

Two ways are walked: mail of local programs (``non_smtpd_milters``), and SMTP where a server is named (``smtpd_milters``).  Over SMTP a
second probe carries a classification mark with made-up content, which must be refused; it is never delivered where all is well.
"""

import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from dlp.channels.mail import probes, queue
from dlp.channels.mail.queue import QueueError
from dlp.records.home import Home, open_home

CLEAN = "這是郵件閘道的測試信，內容無須處理。This is a test of the mail gateway; nothing needs to be done."
# Nothing in it says that it is a test: the engine would rightly take that as talk about a mark.
STOPPED = "密等及解密條件或保密期限：密（本件至160年12月31日解密）\n主旨：檢送計畫1份。"
PASSING = ("allow", "log", "warn")
LOCAL, BY_SMTP, LEAK, LEFT, SETTINGS = "本機程式寄信", "SMTP 寄信", "應攔下的測試信", "離開佇列", "Postfix 設定"


@dataclass(frozen=True, slots=True)
class Hop:
    """One thing that was tried.  ``good`` None: not applicable here."""

    name: str
    good: bool | None
    detail: str


def walk(address: str, *, home: str | None, config: str = "", smtp: tuple[str, int] | None = None, seconds: float = 30) -> Iterator[Hop]:
    """Hop by hop, as they are tried.  ``address`` is sender and recipient.  Raises HomeRefused, KeyRefused, StoreUnavailable."""
    opened = open_home(home)
    probes.sweep(opened, datetime.now(UTC))
    if queue.available():
        yield _settings(config)
        yield from _local(opened, address, config, seconds)
    else:
        yield Hop(LOCAL, None, "這台主機沒有 Postfix")
    if smtp is None:
        yield Hop(BY_SMTP, None, "未指定伺服器；用 --smtp 主機:埠 測試同仁寄信的服務")
        return
    yield from _by_smtp(opened, address, config, smtp, seconds)


def _settings(config: str) -> Hop:
    """What the mail server is told to do when the engine is down: never to let mail out."""
    try:
        values = queue.settings(("non_smtpd_milters", "milter_default_action"), config=config)
    except QueueError as err:
        return Hop(SETTINGS, False, f"讀不到設定（{err}）")
    if not values.get("non_smtpd_milters"):
        return Hop(SETTINGS, False, "non_smtpd_milters 是空的：本機程式寄的信不會受檢查（dlp integrations postfix）")
    default = values.get("milter_default_action", "")
    if default not in ("tempfail", "quarantine", "reject"):
        return Hop(SETTINGS, False, f"milter_default_action = {default}：引擎停止時信件會未經檢查就寄出，請改為 tempfail")
    return Hop(SETTINGS, True, f"milter_default_action = {default}")


def _local(home: Home, address: str, config: str, seconds: float) -> Iterator[Hop]:
    token = probes.make_token(home, datetime.now(UTC))
    try:
        queue.submit(address, [address], _message(address, token, CLEAN), config=config)
    except QueueError as err:
        yield Hop(LOCAL, False, f"sendmail 不收（{err}）")
        return
    seen = _wait(home, token, seconds)
    yield _judged(LOCAL, seen, "non_smtpd_milters")
    if seen is not None and seen.action in PASSING:
        yield _left(seen.queue_id, config, seconds)


def _by_smtp(home: Home, address: str, config: str, server: tuple[str, int], seconds: float) -> Iterator[Hop]:
    token = probes.make_token(home, datetime.now(UTC))
    answer = _send(address, token, CLEAN, server, seconds)
    if answer is not None:
        yield Hop(BY_SMTP, False, answer)
        return
    seen = _wait(home, token, seconds)
    yield _judged(BY_SMTP, seen, "smtpd_milters")
    if seen is None:
        return
    if queue.available() and server[0] in ("127.0.0.1", "localhost", "::1"):
        yield _left(seen.queue_id, config, seconds)
    token = probes.make_token(home, datetime.now(UTC))
    answer = _send(address, token, STOPPED, server, seconds)
    seen = _wait(home, token, 1 if answer else seconds)
    if seen is None:
        yield Hop(LEAK, False, f"引擎沒有看到（{answer or '伺服器收下了'}）")
    elif answer is None:
        yield Hop(LEAK, False, f"伺服器收下了；政策的決定是 {seen.action}")
    else:
        yield Hop(LEAK, True, answer)


def _judged(name: str, seen: probes.Seen | None, setting: str) -> Hop:
    if seen is None:
        return Hop(name, False, f"信收下了，但引擎沒有看到：請檢查 {setting}，以及引擎是否用同一個資料夾（--home）")
    good = seen.action in PASSING
    return Hop(name, good, f"引擎已檢查，決定 {seen.action}，政策 {seen.policy}")


def _left(queue_id: str, config: str, seconds: float) -> Hop:
    end = time.monotonic() + seconds
    while True:
        try:
            where = queue.where(queue_id, config=config)
        except QueueError as err:
            return Hop(LEFT, False, f"看不到佇列（{err}）")
        if not where:
            return Hop(LEFT, True, f"{queue_id} 已送往下一站")
        if time.monotonic() > end or where == "hold":
            return Hop(LEFT, False, f"{queue_id} 還在 {where} 佇列")
        time.sleep(0.3)


def _message(address: str, token: str, text: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = message["To"] = address
    message["Subject"] = "DLP test"
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=address.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message[probes.HEADER] = token
    message.set_content(text, charset="utf-8")
    return message.as_bytes()


def _send(address: str, token: str, text: str, server: tuple[str, int], seconds: float) -> str | None:
    """None when the server took the mail, else what it answered (first line)."""
    try:
        with smtplib.SMTP(*server, timeout=seconds) as client:
            client.ehlo()
            if client.has_extn("starttls"):
                client.starttls()
            client.sendmail(address, [address], _message(address, token, text))
    except smtplib.SMTPRecipientsRefused as err:
        code, words = next(iter(err.recipients.values()))
        return f"{code} {words.decode('utf-8', 'replace').splitlines()[0]}"
    except smtplib.SMTPResponseException as err:
        words = err.smtp_error if isinstance(err.smtp_error, bytes) else str(err.smtp_error).encode()
        return f"{err.smtp_code} {words.decode('utf-8', 'replace').splitlines()[0]}"
    except (OSError, smtplib.SMTPException) as err:
        return f"連不上（{type(err).__name__}）"
    return None


def _wait(home: Home, token: str, seconds: float) -> probes.Seen | None:
    end = time.monotonic() + seconds
    while (seen := probes.read(home, token)) is None and time.monotonic() < end:
        time.sleep(0.1)
    return seen
