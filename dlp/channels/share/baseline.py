"""The baseline: findings that people know and accept stay quiet until the content changes or another rule applies.

An entry holds an HMAC of place and content under the key of this installation — no value, no path, no plain hash —, the rules
that were accepted, who accepted them, why and until when.  A copy elsewhere is not accepted with it.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlp.channels.share.listing import Item, Step
from dlp.channels.share.state import CONTENT_BYTES, Row

if TYPE_CHECKING:
    from dlp.records.keys import Keys

ANY_RULE = "*"
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS entries(digest TEXT PRIMARY KEY, rules TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, until TEXT NOT NULL, "
    "at TEXT NOT NULL, name TEXT NOT NULL) WITHOUT ROWID"
)


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that were accepted together.  ``live`` of them are still valid."""

    name: str
    who: str
    why: str
    until: date
    at: date
    entries: int
    live: int


class Baseline:
    """The baseline file of a home."""

    def __init__(self, path: Path, keys: "Keys") -> None:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.execute(SCHEMA)
        self._keys = keys

    def close(self) -> None:
        self._db.close()

    def accept(
        self, found: Iterable[tuple[Row, Item]], *, name: str, who: str, why: str, until: date, today: date
    ) -> int:
        """Accept these findings; returns how many files.  What was accepted before is accepted anew."""
        entries = [
            (self._digest(row.folder, row.name, row.digest), " ".join(rules_of(item)), who, why, until.isoformat(), today.isoformat(), name)
            for row, item in found
            if row.digest is not None and item["findings"]
        ]
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT OR REPLACE INTO entries VALUES(?,?,?,?,?,?,?)", entries)
        self._db.execute("COMMIT")
        return len(entries)

    def accept_one(self, path: bytes, content: bytes, rules: Sequence[str], *, name: str, who: str, why: str, until: date, today: date) -> None:
        """Accept one file by the digest of its content."""
        folder, base = os.path.split(path)
        entry = (self._digest(folder, base, content), " ".join(sorted(rules)), who, why, until.isoformat(), today.isoformat(), name)
        self._db.execute("INSERT OR REPLACE INTO entries VALUES(?,?,?,?,?,?,?)", entry)

    def groups(self, today: date) -> Iterator[Group]:
        query = (
            "SELECT name, who, why, until, at, count(*), sum(until>=?) FROM entries WHERE rules<>'*' GROUP BY name, who, why, until, at ORDER BY at, name"
        )
        for name, who, why, until, at, count, live in self._db.execute(query, (today.isoformat(),)):
            yield Group(name, who, why, date.fromisoformat(until), date.fromisoformat(at), count, live)

    def drop(self, name: str | None = None) -> int:
        """Remove the entries of this name, or all; returns how many."""
        cursor = self._db.execute("DELETE FROM entries" if name is None else "DELETE FROM entries WHERE name=?", () if name is None else (name,))
        return cursor.rowcount

    def step(self, today: date) -> Step:
        """A step of the listing: accepted findings become quiet, what was not read stays."""
        rows = self._db.execute("SELECT digest, rules FROM entries WHERE until>=?", (today.isoformat(),))
        known = {digest: frozenset(rules.split()) for digest, rules in rows}

        def quiet(row: Row, item: Item) -> Item:
            if not known or row.digest is None or not item["findings"]:
                return item
            accepted = known.get(self._digest(row.folder, row.name, row.digest))
            if accepted is None or not (ANY_RULE in accepted or set(rules_of(item)) <= accepted):
                return item
            return item | {"state": "accepted", "accepted": True, "action": "log", "findings": [], "findings_total": 0, "rules": []}

        return quiet

    def _digest(self, folder: bytes, name: bytes, digest: bytes | None) -> str:
        content = (digest or b"")[:CONTENT_BYTES]
        return self._keys.digest(content + b"\0" + os.path.join(folder, name), purpose="baseline")


def rules_of(item: dict[str, Any]) -> list[str]:
    """Rules that the item breaks, sorted: another one later is news."""
    return sorted({str(r["id"]) for r in item["rules"] if r["action"] not in ("allow", "log")})
