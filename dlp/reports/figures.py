"""What a report tells, gathered from the store in a few grouped queries: counts, no text, no persons.

Groups of people (units) under five are merged (``merged``), so that a report never points at somebody.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select

from dlp.document import NotReadReason
from dlp.records import incidents, runs, schema, settings
from dlp.records.clock import TAIPEI, WorkCalendar, day_start, millis, moment
from dlp.records.incidents import Incident
from dlp.records.retention import incident_rows, tally_rows
from dlp.records.runs import PolicyChange, ScanRun
from dlp.records.states import OPEN_STATES, State
from dlp.records.store import Store
from dlp.reports.period import Period, last_months
from dlp.verdict import Action

SMALL_GROUP = 5
OLDEST = 10
EXPIRING_DAYS = 30
EPOCH = date(1970, 1, 1)
DECIDING = ("approve", "return", "expire", "confirm", "uphold")


@dataclass(frozen=True, slots=True)
class Expiring:
    """An exception or allow-list entry that ends soon.  ``what`` is a rule id, ``why`` is never shown."""

    what: str
    until: date
    source: str


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """``hits`` decisions, ``opened`` incidents, ``false_alarms`` confirmed in the period."""

    rule: str
    name: str
    hits: int
    opened: int
    false_alarms: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a report shows.  ``overdue`` counts what expired in the period and what is open past its clock."""

    period: Period
    made_at: datetime
    opened: int
    opened_before: int
    overdue: int
    decided: int
    false_alarms: int
    approval_minutes: int | None
    decisions: Mapping[tuple[str, Action], int]
    incomplete: Mapping[str, int]
    by_day: tuple[tuple[date, int, int], ...]  # day, decisions, stopped
    months: tuple[tuple[str, int, int], ...]  # month, decisions, incidents
    rules: tuple[RuleFigures, ...]
    kinds: tuple[tuple[str, int], ...]
    units: tuple[tuple[str, int], ...]
    gaps: Mapping[NotReadReason, int]
    open_by_state: Mapping[State, int]
    oldest: tuple[Incident, ...]
    expiring: tuple[Expiring, ...]
    policy_changes: tuple[PolicyChange, ...]
    scans: tuple[ScanRun, ...]
    calendar_known: bool
    audit_intact: bool | None = None

    @property
    def checked(self) -> int:
        return sum(self.decisions.values())

    @property
    def stopped(self) -> int:
        return sum(n for (_, action), n in self.decisions.items() if action >= Action.HOLD)


def gather(store: Store, period: Period, *, exceptions: Sequence[Expiring] = (), audit_intact: bool | None = None) -> Figures:
    """The figures of a period.  ``exceptions`` are the policy's, which the caller reads from the policy in force."""
    now = store.now()
    since, until = millis(period.since), millis(period.until)
    with store.reading() as connection:
        rows = _counted(connection, period)
        calendar = settings.calendar(connection)
        t = schema.incidents.c
        opened_in = (t.opened_at >= since) & (t.opened_at < until)
        steps = _steps(connection, since, until)
        figures: dict[str, Any] = {
            "opened": _count(connection, opened_in),
            "opened_before": _count(connection, (t.opened_at >= millis(period.before().since)) & (t.opened_at < since)),
            "overdue": len({r.incident_id for r in steps if r.step == "expire"}) + _count(connection, (t.due_at <= millis(now)) & _open()),
            "decided": len({r.incident_id for r in steps if r.step in DECIDING}),
            "false_alarms": len({r.incident_id for r in steps if r.step == "confirm"}),
            "approval_minutes": _approval(connection, calendar, [r for r in steps if r.step == "approve"]),
            "months": _months(connection, period),
            "rules": _rules(connection, rows, opened_in, {r.incident_id for r in steps if r.step == "confirm"}),
            "units": merged(_units(connection, opened_in)),
            "open_by_state": {State(r[0]): r[1] for r in connection.execute(select(t.state, func.count()).where(_open()).group_by(t.state))},
            "gaps": _gaps(connection, since, until),
        }  # fmt: skip
    return Figures(
        period=period, made_at=now, **figures, **_of_rows(rows, period, now.astimezone(TAIPEI).date()),
        oldest=tuple(sorted(incidents.listing(store, states=OPEN_STATES, limit=500), key=lambda i: i.opened_at)[:OLDEST]),
        expiring=_expiring(store, exceptions, now), policy_changes=tuple(runs.policy_changes(store, period.since, period.until)),
        scans=tuple(runs.between(store, period.since, period.until)), calendar_known=calendar.covers(period.last.year), audit_intact=audit_intact,
    )  # fmt: skip


def merged(groups: Mapping[str, int], minimum: int = SMALL_GROUP) -> tuple[tuple[str, int], ...]:
    """Groups from large to small; those under ``minimum`` become one.

    When the merged group would itself be small, the next smallest joins it: a lone small group could be read off the total.
    """
    ordered = sorted(groups.items(), key=lambda g: (-g[1], g[0]))
    large = [g for g in ordered if g[1] >= minimum]
    small = [g for g in ordered if 0 < g[1] < minimum]
    while small and sum(n for _, n in small) < minimum and large:
        small.append(large.pop())
    named = [(name or "（未填單位）", n) for name, n in large]
    return (*named, (f"其他單位合併（{len(small)} 個）", sum(n for _, n in small))) if small else tuple(named)


def _open() -> Any:
    return schema.incidents.c.state.in_([str(s) for s in OPEN_STATES])


def _count(connection: Connection, where: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(schema.incidents).where(where)).scalar_one())


def _counted(connection: Connection, period: Period) -> list[dict[str, Any]]:
    """Journal counts of the period, live rows and purged days together."""
    d, t = schema.decisions.c, schema.tallies.c
    live = tally_rows(connection, (d.at >= millis(period.since)) & (d.at < millis(period.until)))
    first, last = (period.first - EPOCH).days, (period.last - EPOCH).days
    old = connection.execute(select(schema.tallies).where(t.day >= first, t.day <= last, t.what != "incident"))
    return live + [{"day": r.day, "channel": r.channel, "what": r.what, "key": r.key, "n": r.n} for r in old]


def _of_rows(rows: list[dict[str, Any]], period: Period, today: date) -> dict[str, Any]:
    decisions: Counter[tuple[str, Action]] = Counter()
    incomplete: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    days: dict[date, list[int]] = {period.first + timedelta(days=n): [0, 0] for n in range((period.last - period.first).days + 1)}
    for row in rows:
        if row["what"] == "action":
            action = Action(int(row["key"]))
            decisions[(row["channel"], action)] += row["n"]
            day = days[EPOCH + timedelta(days=row["day"])]
            day[0] += row["n"]
            day[1] += row["n"] if action >= Action.HOLD else 0
        elif row["what"] == "incomplete":
            incomplete[row["channel"]] += row["n"]
        elif row["what"] == "kind":
            kinds[row["key"]] += row["n"]
    return {
        "decisions": decisions, "incomplete": incomplete, "kinds": tuple(kinds.most_common()),
        "by_day": tuple((day, n, stopped) for day, (n, stopped) in days.items() if day <= today or n),
    }  # fmt: skip


def _steps(connection: Connection, since: int, until: int) -> list[Any]:
    t = schema.transitions.c
    query = select(t.incident_id, t.step, t.at).where(t.at >= since, t.at < until, t.step.in_(DECIDING))
    return list(connection.execute(query))


def _approval(connection: Connection, calendar: WorkCalendar, approvals: list[Any]) -> int | None:
    """Median working minutes from the request to the release."""
    if not approvals:
        return None
    t = schema.transitions.c
    wanted = {r.incident_id for r in approvals}
    asked: dict[int, int] = {}
    for row in connection.execute(select(t.incident_id, t.at).where(t.step == "submit").order_by(t.at)):
        if row.incident_id in wanted:
            asked[row.incident_id] = row.at
    spans = [calendar.minutes_between(moment(asked[r.incident_id]), moment(r.at)) for r in approvals if r.incident_id in asked]
    return round(median(spans)) if spans else None


def _months(connection: Connection, period: Period) -> tuple[tuple[str, int, int], ...]:
    months = last_months(period.last, 12)
    begin, end = millis(months[0].since), millis(months[-1].until)
    d, i, t = schema.decisions.c, schema.incidents.c, schema.tallies.c
    checked: Counter[tuple[int, int]] = Counter()
    opened: Counter[tuple[int, int]] = Counter()
    for month in months:  # a range of the index a month: no arithmetic on a million rows
        where = (d.at >= millis(month.since)) & (d.at < millis(month.until))
        checked[(month.first.year, month.first.month)] = connection.execute(select(func.count()).select_from(schema.decisions).where(where)).scalar_one()
    for row in incident_rows(connection, (i.opened_at >= begin) & (i.opened_at < end)):
        _add_month(opened, row["day"], row["n"])
    first, last = (months[0].first - EPOCH).days, (months[-1].last - EPOCH).days
    for day, what, n in connection.execute(select(t.day, t.what, t.n).where(t.day >= first, t.day <= last, t.what.in_(("action", "incident")))):
        _add_month(checked if what == "action" else opened, day, n)
    keys = [(m.first.year, m.first.month) for m in months]
    return tuple((f"{y - 1911}-{m:02d}", checked[(y, m)], opened[(y, m)]) for y, m in keys)


def _add_month(counter: Counter[tuple[int, int]], day: int, n: int) -> None:
    when = EPOCH + timedelta(days=day)
    counter[(when.year, when.month)] += n


def _rules(connection: Connection, rows: list[dict[str, Any]], opened_in: Any, confirmed: set[int]) -> tuple[RuleFigures, ...]:
    hits: Counter[str] = Counter()
    for row in rows:
        if row["what"] == "rule":
            hits[row["key"]] += row["n"]
    r, i = schema.incident_rules.c, schema.incidents.c
    opened: Counter[str] = Counter()
    names: dict[str, str] = {}
    query = select(r.rule, func.max(r.name), func.count()).join(schema.incidents, i.id == r.incident_id).where(opened_in)
    for rule, name, n in connection.execute(query.group_by(r.rule)):
        names[rule], opened[rule] = name, n
    wrong: Counter[str] = Counter()
    for chunk in _chunks(sorted(confirmed)):
        for rule, name, n in connection.execute(select(r.rule, func.max(r.name), func.count()).where(r.incident_id.in_(chunk)).group_by(r.rule)):
            names.setdefault(rule, name)
            wrong[rule] += n
    ids = sorted(set(hits) | set(opened) | set(wrong), key=lambda rule: (-opened[rule], -hits[rule], rule))
    return tuple(RuleFigures(rule, names.get(rule, ""), hits[rule], opened[rule], wrong[rule]) for rule in ids)


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[n : n + 500] for n in range(0, len(ids), 500)]


def _units(connection: Connection, opened_in: Any) -> dict[str, int]:
    t = schema.incidents.c
    return {row[0]: row[1] for row in connection.execute(select(t.unit, func.count()).where(opened_in).group_by(t.unit))}


def _gaps(connection: Connection, since: int, until: int) -> dict[NotReadReason, int]:
    g, d = schema.decision_gaps.c, schema.decisions.c
    query = select(g.reason, func.sum(g.count)).join(schema.decisions, d.id == g.decision_id).where(d.at >= since, d.at < until).group_by(g.reason)
    return {NotReadReason(row[0]): int(row[1]) for row in connection.execute(query)}


def _expiring(store: Store, exceptions: Sequence[Expiring], now: datetime) -> tuple[Expiring, ...]:
    limit = now + timedelta(days=EXPIRING_DAYS)
    own = [Expiring(e.rule, e.until.astimezone(TAIPEI).date(), "允許清單") for e in incidents.allow_list(store) if e.until <= limit]
    theirs = [e for e in exceptions if millis(now) <= day_start(e.until) <= millis(limit)]
    grouped = Counter(own)
    out = [*theirs, *(Expiring(e.what, e.until, f"允許清單 {n} 筆") for e, n in grouped.items())]
    return tuple(sorted(out, key=lambda e: (e.until, e.what)))
