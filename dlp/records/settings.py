"""What an operator edits in the store: holidays, who handles which unit, deputies, how long things are kept."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select, update

from dlp.records import schema
from dlp.records.clock import Day, WorkCalendar, millis, shipped_days
from dlp.records.people import Actor, Right

if TYPE_CHECKING:
    from dlp.records.store import Store


def calendar(connection: Connection) -> WorkCalendar:
    """Office hours; the edited table overrides the shipped one day by day."""
    days = {day.day: day for day in shipped_days()}
    for row in connection.execute(select(schema.calendar_days)):
        day = date.fromisoformat(row.day)
        days[day] = Day(day, row.working, row.name)
    return WorkCalendar(days)


def set_days(store: "Store", days: Iterable[Day], *, actor: Actor) -> int:
    """Write entries of the holiday table; returns how many."""
    actor.require(Right.ADMINISTER)
    rows = [{"day": d.day.isoformat(), "working": d.working, "name": d.name[:64]} for d in days]
    with store.audited("calendar.set", actor=actor) as change:
        t = schema.calendar_days
        for row in rows:
            change.connection.execute(delete(t).where(t.c.day == row["day"]))
        if rows:
            change.connection.execute(insert(t), rows)
        change.facts["days"] = len(rows)
    return len(rows)


def set_unit(store: "Store", unit: str, *, handler: str, approver: str, actor: Actor) -> None:
    """Who handles and who approves the incidents of a unit."""
    actor.require(Right.ADMINISTER)
    with store.audited("unit.set", actor=actor, object_id=unit[:64]) as change:
        t = schema.units
        change.connection.execute(delete(t).where(t.c.unit == unit))
        change.connection.execute(insert(t).values(unit=unit, handler=handler, approver=approver))
        change.facts |= {"handler": handler[:64], "approver": approver[:64]}


def set_deputy(store: "Store", principal: str, deputy: str, since: datetime, until: datetime, *, actor: Actor) -> None:
    """``deputy`` decides for ``principal`` in ``[since, until)``.  The principal may set it without being admin."""
    if actor.name != principal:
        actor.require(Right.ADMINISTER)
    with store.audited("deputy.set", actor=actor, object_id=principal[:64]) as change:
        change.connection.execute(
            insert(schema.deputies).values(principal=principal, deputy=deputy, since=millis(since), until=millis(until))
        )
        change.facts["deputy"] = deputy[:64]


def deputy_of(connection: Connection, principal: str, when: datetime) -> str | None:
    """The deputy in force, the one set last."""
    t = schema.deputies
    query = select(t.c.deputy).where(t.c.principal == principal, t.c.since <= millis(when), t.c.until > millis(when))
    return connection.execute(query.order_by(t.c.id.desc())).scalar()


def principals_of(connection: Connection, deputy: str, when: datetime) -> list[str]:
    """Everybody for whom ``deputy`` decides now: their names, addresses and units."""
    t, a = schema.deputies, schema.accounts
    query = select(t.c.principal).where(t.c.deputy == deputy, t.c.since <= millis(when), t.c.until > millis(when))
    names = list(connection.execute(query).scalars())
    out = list(names)
    for row in connection.execute(select(a.c.emails, a.c.unit).where(a.c.name.in_(names))):
        out += [*json.loads(row.emails), row.unit]
    return out


def assignee(connection: Connection, unit: str, when: datetime, *, approval: bool) -> str:
    """Account that gets a new incident of the unit, or its deputy; empty when the table does not know the unit."""
    t = schema.units
    row = connection.execute(select(t).where(t.c.unit.in_([unit, "*"])).order_by(t.c.unit == "*")).first()
    name = "" if row is None else (row.approver or row.handler if approval else row.handler or row.approver)
    return (deputy_of(connection, name, when) or name) if name else ""


def unit_approver(connection: Connection, unit: str) -> str:
    t = schema.units
    return connection.execute(select(t.c.approver).where(t.c.unit == unit)).scalar() or ""


def any_known(connection: Connection, names: Iterable[str]) -> bool:
    """Whether one of the names is an account, a mail address of one, or a unit of one."""
    a = schema.accounts
    wanted = {n.casefold() for n in names}
    for row in connection.execute(select(a.c.name, a.c.emails, a.c.unit).where(a.c.disabled.is_(False))):
        if wanted & {row.name.casefold(), row.unit.casefold(), *(e.casefold() for e in json.loads(row.emails))}:
            return True
    return False


def value(connection: Connection, key: str, default: Any) -> Any:
    """A setting stored as JSON."""
    found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == f"setting:{key}")).scalar()
    return default if found is None else json.loads(found)


def set_value(store: "Store", key: str, new: int | str, *, actor: Actor) -> None:
    """Change a setting; audited with its new value."""
    actor.require(Right.ADMINISTER)
    with store.audited("setting.set", actor=actor, object_id=key) as change:
        t, name = schema.meta, f"setting:{key}"
        if not change.connection.execute(update(t).where(t.c.key == name).values(value=json.dumps(new))).rowcount:
            change.connection.execute(insert(t).values(key=name, value=json.dumps(new)))
        change.facts["value"] = new
