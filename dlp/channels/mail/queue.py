"""Postfix's hold queue: release and delete one message, list what is held.  Only these forms of ``postsuper`` are used."""

import subprocess
from collections.abc import Sequence

import regex as re

QUEUE_ID = re.compile(r"[0-9A-Za-z]{5,30}")


class QueueError(Exception):
    """The queue command failed; the message is where it was."""


def _run(command: Sequence[str], *, config: str = "") -> str:
    full = [command[0], *(["-c", config] if config else []), *command[1:]]
    try:
        done = subprocess.run(full, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as err:
        raise QueueError(type(err).__name__) from None
    if done.returncode != 0:
        raise QueueError(f"exit {done.returncode}")
    return done.stdout + done.stderr


def _checked(queue_id: str) -> str:
    if not QUEUE_ID.fullmatch(queue_id):
        raise QueueError("not a queue id")
    return queue_id


def release(queue_id: str, *, config: str = "") -> None:
    """Take one message off hold; Postfix delivers it without asking the milter again.  Raises QueueError."""
    if (
        "released from hold: 1 message"
        not in _run(["/usr/sbin/postsuper", "-H", _checked(queue_id)], config=config).lower()
    ):
        raise QueueError("no such held message")


def delete(queue_id: str, *, config: str = "") -> None:
    """Delete one message from the hold queue.  Raises QueueError."""
    if (
        "deleted: 1 message"
        not in _run(["/usr/sbin/postsuper", "-d", _checked(queue_id), "hold"], config=config).lower()
    ):
        raise QueueError("no such held message")


def held(*, config: str = "") -> list[str]:
    """Ids in the hold queue (``!`` in the listing)."""
    out = _run(["/usr/sbin/postqueue", "-p"], config=config)
    return [match[1] for match in re.finditer(r"(?m)^([0-9A-Za-z]{5,30})! ", out)]


def content(queue_id: str, *, config: str = "") -> bytes:
    """The raw message of a queue file, by ``postcat``.  Raises QueueError."""
    return _postcat("-bhq", queue_id, config)


def envelope(queue_id: str, *, config: str = "") -> str:
    """The envelope records of a queue file (``sender: …``, ``recipient: …``).  Raises QueueError."""
    return _postcat("-eq", queue_id, config).decode("utf-8", "replace")


def _postcat(flags: str, queue_id: str, config: str) -> bytes:
    command = ["/usr/sbin/postcat", *(["-c", config] if config else []), flags, _checked(queue_id)]
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError) as err:
        raise QueueError(type(err).__name__) from None
