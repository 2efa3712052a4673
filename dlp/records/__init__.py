"""What the three doors remember together: decisions, incidents, evidence, people, and an audit log that can be trusted.

    from dlp.records import open_home, open_store, item_key, StoreUnavailable

    home = open_home(path)            # path, else DLP_HOME, else ~/.local/share/dlp; 0700, keys in it (home.py, keys.py)
    store = open_store(home)          # SQLite in the home, or PostgreSQL by DLP_STORE (store.py)
    store.record_decision(verdict, envelope=…, item_key=item_key(data, envelope), recipient_class="outside")
    store.open_incident(verdict, envelope=…, item_key=…, original=data, reference=queue_id)  → "D-8F3K"

    from dlp.records import incidents
    incidents.to_carry_out(store, "mail")   # decided by people; the door passes on or returns, then calls carried_out
    incidents.expire_due(store)             # what nobody decided in time

    from dlp.records import passes          # single-use passes for released mail (F12)
    from dlp.records import retention       # nightly: retention.purge(store)
    from dlp.records import runs            # runs.record(store, …): how much a scan read, for the coverage line
    from dlp.records.logs import log, set_up, harden_process
    from dlp.records.metrics import Metrics  # and siem.py: OCSF, CEF outlets

Every failure of disk, database or audit log is ``StoreUnavailable``: the door then answers with its failure action.
Importing this package loads no database library.
"""

from typing import TYPE_CHECKING, Any

from dlp.records.errors import HomeRefused, KeyRefused, NotAllowed, RecordsError, StoreUnavailable, WrongState

if TYPE_CHECKING:
    from dlp.records.home import Home, open_home
    from dlp.records.journal import JournalEntry, JournalFinding, item_key
    from dlp.records.people import Actor, Role
    from dlp.records.store import Store, open_store

__all__ = [
    "Actor", "Home", "HomeRefused", "JournalEntry", "JournalFinding", "KeyRefused", "NotAllowed", "RecordsError", "Role", "Store",
    "StoreUnavailable", "WrongState", "item_key", "open_home", "open_store",
]  # fmt: skip
_HOMES = {
    "Home": "home", "open_home": "home", "JournalEntry": "journal", "JournalFinding": "journal", "item_key": "journal", "Actor": "people",
    "Role": "people", "Store": "store", "open_store": "store",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dlp.records' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"dlp.records.{_HOMES[name]}"), name)
