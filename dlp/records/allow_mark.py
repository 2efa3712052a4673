"""A mark of the allow list that changes when the list does, found without loading what the store needs (a night without changes is quick)."""

import hashlib
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlp.records.home import Home

COLUMNS = "rule, kind, digest, state, until"


def allow_mark(home: "Home") -> str:
    """Empty where no entry was ever made.  Raises StoreUnavailable when the store cannot be asked."""
    if home.store_url == f"sqlite:///{home.store}":
        if not home.store.exists():
            return ""
        try:
            with sqlite3.connect(f"file:{home.store}?mode=ro", uri=True, timeout=5) as db:
                rows = db.execute(f"SELECT {COLUMNS} FROM allow_list ORDER BY id").fetchall()
            db.close()
        except sqlite3.Error:
            return _asked(home)  # an older layout, or a fault that the store itself names better
        return _mark(rows)
    return _asked(home)


def _asked(home: "Home") -> str:
    from sqlalchemy import select

    from dlp.records.schema import allow_list as t
    from dlp.records.store import open_store

    with open_store(home) as store, store.reading() as connection:
        columns = [t.c[name] for name in COLUMNS.split(", ")]
        return _mark([tuple(row) for row in connection.execute(select(*columns).order_by(t.c.id))])


def _mark(rows: list[tuple[object, ...]]) -> str:
    return hashlib.blake2b(repr(rows).encode(), digest_size=12).hexdigest() if rows else ""
