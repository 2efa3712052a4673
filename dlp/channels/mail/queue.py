"""Postfix's queue: what is held, release and delete one message, hand in a mail of our own.

Only two forms of ``postsuper`` are used, each with one queue id: ``-H ID`` and ``-d ID hold``.  Both, and reading a queue file,
need root; ``hands`` has the part that runs with it.  Observed with Postfix 3.7 (2026-11).
"""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import regex as re

QUEUE_ID = re.compile(r"[0-9A-Za-z]{5,30}")
SBIN = "/usr/sbin"
MAX_LISTED = 100_000


class QueueError(Exception):
    """The queue command failed; the message is where it was.  Carries no address and no content."""


@dataclass(frozen=True, slots=True)
class Held:
    """One message on hold.  ``arrival`` in seconds since 1970."""

    id: str
    arrival: int
    sender: str = ""
    recipients: tuple[str, ...] = ()


def _run(command: Sequence[str], *, config: str = "", given: bytes | None = None, seconds: float = 60) -> bytes:
    """Output of both streams.  Raises QueueError with the exit status only: what a mail program says may hold addresses."""
    full = [f"{SBIN}/{command[0]}", *(["-c", config] if config and command[0] != "sendmail" else []), *command[1:]]
    if config and command[0] == "sendmail":
        full[1:1] = ["-C", config]
    try:
        done = subprocess.run(full, input=given, stdin=None if given is not None else subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as err:
        raise QueueError(f"{command[0]}: {type(err).__name__}") from None
    if done.returncode != 0:
        raise QueueError(f"{command[0]}: exit {done.returncode}")
    return done.stdout + b"\n" + done.stderr


def _checked(queue_id: str) -> str:
    if not QUEUE_ID.fullmatch(queue_id):
        raise QueueError("not a queue id")
    return queue_id


def available() -> bool:
    """Whether this machine has Postfix's queue commands."""
    return shutil.which("postsuper", path=SBIN) is not None


def release(queue_id: str, *, config: str = "") -> None:
    """Take one message off hold; Postfix delivers it without asking the milter again.  Raises QueueError."""
    if b"released from hold: 1 message" not in _run(["postsuper", "-H", _checked(queue_id)], config=config).lower():
        raise QueueError("no such held message")


def delete(queue_id: str, *, config: str = "") -> None:
    """Delete one message from the hold queue.  Raises QueueError."""
    if b"deleted: 1 message" not in _run(["postsuper", "-d", _checked(queue_id), "hold"], config=config).lower():
        raise QueueError("no such held message")


def where(queue_id: str, *, config: str = "") -> str:
    """The queue a message lies in (``active``, ``deferred``, ``hold`` …); empty when it has left.  Raises QueueError."""
    wanted = _checked(queue_id)
    return next((str(row.get("queue_name", "")) for row in _rows(config) if row.get("queue_id") == wanted), "")


def settings(names: Sequence[str], *, config: str = "") -> dict[str, str]:
    """Values of Postfix settings as they are in force.  Raises QueueError."""
    out = {}
    for line in _run(["postconf", *names], config=config).decode("utf-8", "replace").splitlines():
        name, equals, value = line.partition("=")
        if equals and name.strip() in names:
            out[name.strip()] = value.strip()
    return out


def held(*, config: str = "") -> list[Held]:
    """The hold queue, oldest first.  Raises QueueError."""
    out = []
    for row in _rows(config):
        if row.get("queue_name") == "hold":
            to = tuple(str(r.get("address", "")) for r in row.get("recipients", ()))
            out.append(Held(str(row["queue_id"]), int(row.get("arrival_time", 0)), str(row.get("sender", "")), to))
    return sorted(out, key=lambda one: (one.arrival, one.id))


def _rows(config: str) -> Iterator[dict[str, Any]]:
    for line in _run(["postqueue", "-j"], config=config).split(b"\n")[:MAX_LISTED]:
        if line.startswith(b"{"):
            try:
                yield json.loads(line)
            except ValueError:
                raise QueueError("postqueue: not understood") from None


def head(queue_id: str, *, config: str = "") -> bytes:
    """The header lines of a queue file.  Raises QueueError."""
    return _postcat("-hq", queue_id, config)


def content(queue_id: str, *, config: str = "") -> bytes:
    """The raw message of a queue file.  Raises QueueError."""
    return _postcat("-bhq", queue_id, config)


def submit(sender: str, recipients: Sequence[str], message: bytes, *, config: str = "") -> None:
    """Hand a mail to Postfix by its sendmail command; an empty ``sender`` is the null return path.  Raises QueueError."""
    if not recipients or any(not r or r.startswith("-") or any(c in r for c in "\r\n\0") for r in (*recipients, sender or "null")):
        raise QueueError("not an address")
    _run(["sendmail", "-i", "-f", sender or "<>", "--", *recipients], config=config, given=message)


def _postcat(flags: str, queue_id: str, config: str) -> bytes:
    command = [f"{SBIN}/postcat", *(["-c", config] if config else []), flags, _checked(queue_id)]
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError) as err:
        raise QueueError(type(err).__name__) from None
