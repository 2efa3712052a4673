"""The allow list at the desk: its entries, and giving one another last day or withdrawing it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from dlp.records import schema
from dlp.records.clock import day_start, millis
from dlp.records.errors import NoSuchRecord, RecordsError
from dlp.records.people import Actor, Right

if TYPE_CHECKING:
    from datetime import date, datetime

    from dlp.records.store import Store

DAY = timedelta(days=1)  # people name the last day, the store keeps the moment after it


def rows(store: "Store", *, now: "datetime") -> list[Any]:
    """All entries for the desk: those in force first, by their end."""
    t = schema.allow_list
    with store.reading() as connection:
        found = connection.execute(select(t).order_by(t.c.until.desc(), t.c.id.desc()).limit(500)).all()
    return sorted(found, key=lambda r: (not (r.state == "confirmed" and r.until > millis(now)), r.until))


def change(store: "Store", entry: int, *, until: "date | None", actor: Actor) -> None:
    """Give an entry another last day, or (None) withdraw it.  Raises NotAllowed, NoSuchRecord, RecordsError."""
    actor.require(Right.APPROVE)
    if until is not None and day_start(until + DAY) <= millis(store.now()):
        raise RecordsError("允許清單的期限要在今天之後。", code="E650")
    t = schema.allow_list
    values = {"state": "withdrawn"} if until is None else {"until": day_start(until + DAY)}
    with store.audited("allow.withdraw" if until is None else "allow.until", actor=actor, object_id=str(entry)) as made:
        done = made.connection.execute(update(t).where(t.c.id == entry, t.c.state == "confirmed").values(values))
        if not done.rowcount:
            raise NoSuchRecord("沒有這筆允許清單，或已經撤銷。")
        made.facts |= {"until": until.isoformat()} if until else {}
