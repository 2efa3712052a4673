"""Days, weeks (Monday to Sunday) and months in Taipei, with their names in the calendar of the Republic."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dlp.errors import UsageError
from dlp.records.clock import day_start, moment


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` to ``last``, both included."""

    kind: str
    first: date
    last: date

    @property
    def since(self) -> datetime:
        return moment(day_start(self.first))

    @property
    def until(self) -> datetime:
        return moment(day_start(self.last + timedelta(days=1)))

    @property
    def label(self) -> str:
        if self.kind == "month":
            return f"{self.first.year - 1911} 年 {self.first.month} 月"
        return roc(self.first) if self.first == self.last else f"{roc(self.first)} 至 {roc(self.last)}"

    @property
    def word(self) -> str:
        return {"day": "本日", "week": "本週", "month": "本月"}[self.kind]

    def before(self) -> "Period":
        """The period just before."""
        return period_of(self.kind, self.first - timedelta(days=1))


def roc(day: date) -> str:
    """``115-11-20``"""
    return f"{day.year - 1911}-{day.month:02d}-{day.day:02d}"


def period_of(kind: str, day: date) -> Period:
    """The day, week or month that holds ``day``.  Raises UsageError."""
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(kind, monday, monday + timedelta(days=6))
    if kind == "month":
        first = day.replace(day=1)
        return Period(kind, first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    raise UsageError("報表期間只能是 day、week 或 month。", code="E660")


def last_months(day: date, count: int) -> list[Period]:
    """The ``count`` months up to the one of ``day``, oldest first."""
    months = [period_of("month", day)]
    while len(months) < count:
        months.insert(0, months[0].before())
    return months
