"""After an outage: judge what was put on hold unchecked, and release what policy lets out."""

from dlp.channels.mail import queue
from dlp.channels.mail.answers import RESULT_HEADER
from dlp.channels.mail.judge import prepare
from dlp.verdict import Action


def recheck(*, home: str | None, config: str = "", policies: tuple[str, ...] = (), dry_run: bool = False) -> tuple[int, int]:
    """Released and kept counts.  A held message that carries our result header was judged and waits for a person: it stays."""
    judge, _ = prepare({"policies": list(policies), "home": home})
    released = kept = 0
    for queue_id in queue.held(config=config):
        raw = queue.content(queue_id, config=config)
        if f"\n{RESULT_HEADER}:".encode() in raw.partition(b"\n\n")[0]:
            kept += 1
            continue
        sender, recipients = envelope_of(queue_id, config=config)
        subject = next((line[8:].strip() for line in raw.split(b"\n") if line[:8].lower() == b"subject:"), b"")
        message = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        judgement = judge({"sender": sender, "recipients": recipients, "queue_id": queue_id, "subject": subject.decode("latin-1")}, message)
        if not judgement.get("failed") and Action.parse(judgement["action"]) <= Action.WARN:
            released += 1
            if not dry_run:
                queue.release(queue_id, config=config)
        else:
            kept += 1
    return released, kept


def envelope_of(queue_id: str, *, config: str = "") -> tuple[str, list[str]]:
    """Sender and recipients of a queue file."""
    sender, recipients = "", []
    for line in queue.envelope(queue_id, config=config).splitlines():
        name, _, value = line.partition(": ")
        if name == "sender":
            sender = value.strip()
        elif name == "recipient":
            recipients.append(value.strip())
    return sender, recipients
