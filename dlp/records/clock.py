"""Working hours: when a clock of «four hours» that starts on Friday afternoon ends.

Office hours are Taipei time (UTC+8, no summer time since 1979).  Weekends are free unless the table says otherwise, holidays
come from the table, which an operator edits (``dlp admin calendar``); the Directorate-General of Personnel
Administration's yearly file can be imported.  The shipped table covers 2026 and 2027, derived from the holiday act of 2025
(紀念日及節日實施條例: a holiday on Saturday is made up on Friday, on Sunday on Monday), read 2026-11-20; compare it with the
published calendar of the year.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

import regex

from dlp.records.errors import RecordsError
from dlp.resources import package_data

TAIPEI = timezone(timedelta(hours=8), "Asia/Taipei")
OFFICE_HOURS = ((time(8, 30), time(12, 30)), (time(13, 30), time(17, 30)))
MAX_DAYS = 3660  # a clock longer than this is a mistake in a policy
SPAN = regex.compile(r"\s{0,4}([0-9]{1,5})\s{0,4}(m|min|分鐘?|h|小時|時|d|個?工作天|日|天)\s{0,4}")
DAY_MINUTES = 8 * 60
UNIT_MINUTES = {"m": 1, "min": 1, "分": 1, "分鐘": 1, "h": 60, "小時": 60, "時": 60, "d": DAY_MINUTES, "工作天": DAY_MINUTES, "個工作天": DAY_MINUTES, "日": DAY_MINUTES, "天": DAY_MINUTES}


@dataclass(frozen=True, slots=True)
class Day:
    """One entry of the table: a day that is not what its weekday says."""

    day: date
    working: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Office hours with the days that differ from their weekday."""

    days: Mapping[date, Day] = field(default_factory=dict)
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS

    def working_day(self, day: date) -> bool:
        entry = self.days.get(day)
        return entry.working if entry else day.weekday() < 5

    def covers(self, year: int) -> bool:
        """Whether the table has entries for the year; without them only weekends are free."""
        return any(day.year == year for day in self.days)

    def due(self, start: datetime, minutes: int) -> datetime:
        """When ``minutes`` of working time after ``start`` have passed, as UTC."""
        left, local = timedelta(minutes=minutes), start.astimezone(TAIPEI)
        for offset in range(MAX_DAYS):
            day = local.date() + timedelta(days=offset)
            for begin, end in self._spans(day):
                begin = max(begin, local)
                if begin >= end:
                    continue
                if end - begin >= left:
                    return (begin + left).astimezone(UTC)
                left -= end - begin
        raise RecordsError("時限太長，超過十年。請檢查政策中的 within。", code="E645")

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from ``start`` to ``end``, 0 when ``end`` is not later."""
        total, day = timedelta(), start.astimezone(TAIPEI).date()
        last = end.astimezone(TAIPEI).date()
        while day <= last:
            for begin, finish in self._spans(day):
                total += max(timedelta(), min(finish, end) - max(begin, start))
            day += timedelta(days=1)
        return int(total.total_seconds() // 60)

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.working_day(day):
            return []
        return [(datetime.combine(day, a, TAIPEI), datetime.combine(day, b, TAIPEI)) for a, b in self.hours]


def minutes_of(span: str) -> int:
    """``4h``, ``30m``, ``2d``, ``4小時``, ``2個工作天`` → working minutes (a day is 8 hours).  Raises RecordsError (E646)."""
    match = SPAN.fullmatch(span.lower())
    if not match:
        raise RecordsError("時限要寫成 30m、4h 或 2d（工作分鐘、小時、天）。", code="E646")
    return int(match[1]) * UNIT_MINUTES[match[2]]


@cache
def shipped_days() -> tuple[Day, ...]:
    """The holidays that come with the program."""
    return tuple(read_table(package_data("records", "data", "holidays.csv").decode("utf-8").splitlines()))


def read_table(lines: Iterable[str]) -> list[Day]:
    """Days from a CSV ``day,working,name`` or from the yearly file 「西元日期,星期,是否放假,備註」(0 work, 2 free).

    Of the yearly file only days that differ from their weekday or have a remark are kept.  Raises RecordsError (E647) with the
    line number.
    """
    out = []
    for number, row in enumerate(csv.reader(line for line in lines if not line.startswith("#")), 1):
        if not row or not row[0].strip("\ufeff ")[:1].isdigit():
            continue
        try:
            entry = _row([cell.strip("\ufeff ") for cell in row])
        except (ValueError, IndexError):
            raise RecordsError(f"行事曆第 {number} 列看不懂。格式：日期,是否上班(1/0),名稱。", code="E647") from None
        if entry:
            out.append(entry)
    return out


def _row(cells: list[str]) -> Day | None:
    if len(cells) >= 4:
        day = datetime.strptime(cells[0], "%Y%m%d").date()
        working = {"0": True, "2": False}[cells[2]]
        return Day(day, working, cells[3]) if working != (day.weekday() < 5) or cells[3] else None
    return Day(date.fromisoformat(cells[0]), {"1": True, "0": False}[cells[1]], cells[2] if len(cells) > 2 else "")


def millis(when: datetime) -> int:
    """Milliseconds since 1970 UTC.  ``when`` must be aware."""
    if when.tzinfo is None:
        raise ValueError("a time without zone")
    return int(when.timestamp() * 1000)


def moment(value: int) -> datetime:
    """The UTC time of ``millis``."""
    return datetime.fromtimestamp(value / 1000, UTC)


def taipei_day(value: int) -> date:
    """The calendar day in Taipei of ``millis``."""
    return moment(value).astimezone(TAIPEI).date()


def day_start(day: date) -> int:
    """Milliseconds of 00:00 in Taipei."""
    return millis(datetime.combine(day, time(), TAIPEI))
