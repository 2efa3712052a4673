"""After an outage: judge what was put on hold unchecked, and release what policy lets out."""

import regex as re

from dlp.channels.mail.judge import prepare
from dlp.channels.mail.marks import read_mark
from dlp.channels.mail.queue import content
from dlp.channels.mail.queue_access import DirectAccess, QueueAccess
from dlp.records.home import open_home
from dlp.verdict import Action

OWN_RECEIVED = re.compile(rb"\A\s{0,4}Received:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n){0,20}", re.IGNORECASE)


def recheck(
    *, home: str | None, config: str = "", policies: tuple[str, ...] = (), dry_run: bool = False, access: QueueAccess | None = None,
    model: str | bool | None = None,
) -> tuple[int, int]:  # fmt: skip
    """Released and kept counts.  A held message with a genuine mark of ours was judged and waits for a person: it stays.

    What policy does not let out stays on hold, too; its decision is in the journal, and an incident is opened.
    """
    access = access or DirectAccess(config)
    judge, _ = prepare({"policies": list(policies), "home": home, "records": not dry_run, "model": model})
    keys = open_home(home).keys
    released = kept = 0
    for held in access.held():
        if read_mark(keys, held.id, access.head(held.id)) is not None:
            kept += 1
            continue
        raw = content(held.id, config=config)
        subject = next((line[8:].strip() for line in raw.split(b"\n") if line[:8].lower() == b"subject:"), b"")
        message = as_seen(raw)
        meta = {"sender": held.sender, "recipients": list(held.recipients), "queue_id": held.id, "on_hold": True, "subject": subject.decode("latin-1")}
        judgement = judge(meta, message)
        if not judgement.get("failed") and Action.parse(judgement["action"]) <= Action.WARN:
            released += 1
            if not dry_run:
                access.release(held.id)
        else:
            kept += 1
    return released, kept


def as_seen(raw: bytes) -> bytes:
    """A queue file's message as the milter was shown it: CR LF, and without the Received header that this server put on top.

    So the records know a message that was judged and lost its answer, and open no second incident.
    """
    rest: bytes = OWN_RECEIVED.sub(b"", raw.replace(b"\r\n", b"\n"), count=1)
    return rest.replace(b"\n", b"\r\n")
