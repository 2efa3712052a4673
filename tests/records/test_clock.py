"""Working hours in Taipei with holidays and made-up days."""

from datetime import date, datetime, timedelta, timezone

import pytest

from dlp.records.clock import Day, WorkCalendar, minutes_of, read_table, shipped_days
from dlp.records.errors import RecordsError
from dlp.records.settings import set_days
from dlp.records.store import Store
from tests.records.conftest import ADMIN, HANDLER

TAIPEI = timezone(timedelta(hours=8))
CALENDAR = WorkCalendar({d.day: d for d in shipped_days()})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("start", "minutes", "end", "why"),
    [
        ("2026-11-18 09:00", 60, "2026-11-18 10:00", "within the morning"),
        ("2026-11-18 12:00", 60, "2026-11-18 14:00", "over the lunch break"),
        ("2026-11-18 12:45", 30, "2026-11-18 14:00", "begins in the lunch break"),
        ("2026-11-18 07:00", 60, "2026-11-18 09:30", "begins before the office opens"),
        ("2026-11-18 17:00", 60, "2026-11-19 09:00", "over night"),
        ("2026-11-18 20:00", 60, "2026-11-19 09:30", "begins in the evening"),
        ("2026-11-20 16:30", 240, "2026-11-23 11:30", "over the weekend"),
        ("2026-11-18 08:30", 480, "2026-11-18 17:30", "exactly one day ends that day"),
        ("2026-09-24 16:30", 120, "2026-09-29 09:30", "Moon Festival on Friday, weekend, Teachers' Day on Monday"),
        ("2026-02-13 17:00", 60, "2026-02-23 09:00", "ten days of New Year"),
        ("2026-12-24 17:00", 60, "2026-12-28 09:00", "Constitution Day"),
    ],
    ids=lambda v: v if isinstance(v, str) and " " in v and ":" not in v else "",
)
def test_a_clock_ends(start: str, minutes: int, end: str, why: str) -> None:
    assert CALENDAR.due(at(start), minutes) == at(end)
    assert CALENDAR.minutes_between(at(start), at(end)) == minutes


def test_other_zones_give_the_same_end() -> None:
    local = at("2026-11-18 12:00")
    assert CALENDAR.due(local.astimezone(timezone.utc), 60) == at("2026-11-18 14:00")  # noqa: UP017


def test_a_saturday_may_be_a_working_day() -> None:
    calendar = WorkCalendar({date(2026, 11, 21): Day(date(2026, 11, 21), True, "補行上班")})
    assert calendar.due(at("2026-11-20 17:00"), 60) == at("2026-11-21 09:00")


def test_no_minutes_backwards() -> None:
    assert CALENDAR.minutes_between(at("2026-11-19 09:00"), at("2026-11-18 09:00")) == 0


@pytest.mark.parametrize("year", [2026, 2027])
def test_every_shipped_weekday_holiday_follows_the_act(year: int) -> None:
    """A holiday on Saturday is free on Friday, on Sunday on Monday (the spring festival is made up after it)."""
    free = {d.day for d in shipped_days() if not d.working}
    for month, day in [(1, 1), (2, 28), (4, 4), (5, 1), (9, 28), (10, 10), (10, 25), (12, 25)]:
        holiday = date(year, month, day)
        shift = {5: -1, 6: 1}.get(holiday.weekday(), 0)
        observed = holiday + timedelta(days=shift)
        assert observed in free, f"{holiday} observed {observed}"


@pytest.mark.parametrize(
    ("span", "minutes"), [("30m", 30), ("4h", 240), ("2d", 960), ("4小時", 240), (" 2 個工作天 ", 960), ("90分鐘", 90), ("1H", 60)]
)
def test_spans(span: str, minutes: int) -> None:
    assert minutes_of(span) == minutes


@pytest.mark.parametrize("span", ["", "4", "h", "4 weeks", "-4h", "999999h"])
def test_wrong_spans(span: str) -> None:
    with pytest.raises(RecordsError):
        minutes_of(span)


def test_a_clock_of_years_is_a_mistake() -> None:
    with pytest.raises(RecordsError):
        CALENDAR.due(at("2026-11-18 09:00"), 99999 * 480)


def test_the_yearly_file_is_understood() -> None:
    lines = ["\ufeff西元日期,星期,是否放假,備註", "20270101,五,2,開國紀念日", "20270102,六,2,", "20270104,一,0,", "20270109,六,0,補行上班"]
    assert read_table(lines) == [Day(date(2027, 1, 1), False, "開國紀念日"), Day(date(2027, 1, 9), True, "補行上班")]


def test_a_wrong_line_is_named() -> None:
    with pytest.raises(RecordsError, match="第 2 列"):
        read_table(["2027-01-01,0,開國紀念日", "2027-13-01,0,x"])


def test_an_edited_day_overrides_the_shipped_one_and_needs_the_right(store: Store) -> None:
    from dlp.records.errors import NotAllowed

    day = date(2026, 11, 18)
    assert store.calendar().working_day(day)
    with pytest.raises(NotAllowed):
        set_days(store, [Day(day, False, "颱風假")], actor=HANDLER)
    set_days(store, [Day(day, False, "颱風假")], actor=ADMIN)
    assert not store.calendar().working_day(day)
    set_days(store, [Day(day, True, "恢復上班")], actor=ADMIN)
    assert store.calendar().working_day(day)
    assert not store.calendar().covers(2031)
