"""Test messages of our own: they prove that a way out really passes the engine, and leave no incident behind.

A probe carries ``X-DLP-Test: <time>.<random>.<digest>``; only who has the home's keys can make one, it is good once and for an
hour.  The engine judges it like any mail, writes what it decided into ``<home>/probes/``, and keeps no other record.
"""

import contextlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from dlp.records.home import Home, create_private
from dlp.records.keys import keyed

HEADER = "X-DLP-Test"
LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the engine wrote about a probe."""

    action: str
    queue_id: str
    policy: str


def make_token(home: Home, now: datetime) -> str:
    words = f"{int(now.timestamp())}.{secrets.token_hex(12)}"
    return f"{words}.{keyed(home.keys.session, 'probe', words.encode())[:32]}"


def genuine(home: Home, token: str, now: datetime) -> bool:
    """Whether the token is ours and of this hour."""
    words, _, digest = token.rpartition(".")
    stamp, _, rest = words.partition(".")
    good = hmac.compare_digest(digest.encode("utf-8", "replace"), keyed(home.keys.session, "probe", words.encode("utf-8", "replace"))[:32].encode())
    return good and stamp.isdigit() and rest.isalnum() and abs(now.timestamp() - int(stamp)) < LIFE.total_seconds()


def write(home: Home, token: str, seen: Seen) -> bool:
    """Note what was decided.  False when this probe was seen before: the message is then no probe."""
    folder = home.folder("probes")
    name = token.split(".")[1]
    try:
        handle = create_private(folder / f"{name}.json")
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"action": seen.action, "queue_id": seen.queue_id, "policy": seen.policy}, file)
    return True


def read(home: Home, token: str) -> Seen | None:
    """What was written about a probe; None as long as the engine has not seen it."""
    try:
        value = json.loads((home.folder("probes") / f"{token.split('.')[1]}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Seen(str(value.get("action")), str(value.get("queue_id")), str(value.get("policy")))


def sweep(home: Home, now: datetime) -> None:
    """Remove notes that are older than a probe's life."""
    for path in home.folder("probes").glob("*.json"):
        with contextlib.suppress(OSError):
            if now.timestamp() - path.stat().st_mtime > LIFE.total_seconds():
                path.unlink()
