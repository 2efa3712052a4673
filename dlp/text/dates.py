"""Dates as they are written in Taiwan: years of the Republic (民國) and of the common era, in figures and in characters.

民國 1 is 1912, so a 民國 year plus 1911 is the common year; 民國前 counts backwards from 1911 (民國前1年).  Everything is checked
against the calendar: 113/02/29 is a date, 114/02/29 is none.  Text is expected to be folded.  Where a form is ambiguous the
year decides: three or fewer digits are 民國, four are common era.  Short bare forms (75.3.5, 750305) are weak: callers need a
cue beside them.  Sources: 文書處理手冊 (dates of official documents in 民國), 行政院所屬機關公文用語, read 2026-11-22.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import regex as re

from dlp.text.numerals import ANY_NUMERALS, to_int
from dlp.text.runs import Run, find_runs, scan

ROC_OFFSET = 1911
FIRST_YEAR, LAST_YEAR = 1850, 2150  # earlier or later is no date an office writes


class DateForm(StrEnum):
    """How a date was written."""

    ROC_WORDS = "roc-words"  # 民國75年3月5日, 七十五年三月五日, 75年3月5日
    CE_WORDS = "ce-words"  # 1986年3月5日, 西元一九八六年三月五日
    ROC_SEPARATED = "roc-separated"  # 75/03/05, 75.3.5, 75-03-05
    CE_SEPARATED = "ce-separated"  # 1986/3/5, 1986-03-05
    DAY_FIRST = "day-first"  # 05/03/1986
    ENGLISH = "english"  # 5 Mar 1986, March 5, 1986
    ROC_COMPACT = "roc-compact"  # 0750305, 1150305
    ROC_COMPACT6 = "roc-compact6"  # 750305: weakest of all
    CE_COMPACT = "ce-compact"  # 19860305


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date at the half-open range ``[start, end)`` of the text it was found in."""

    start: int
    end: int
    date: date
    form: DateForm


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """A length of time (5年, 三個月, 30日) at ``[start, end)``: years, months and days."""

    start: int
    end: int
    years: int = 0
    months: int = 0
    days: int = 0


_NUM = rf"[{ANY_NUMERALS}]"
_GAP = r"[ \t]{0,2}"
_WORDS = re.compile(
    rf"(?P<era>民{_GAP}國{_GAP}前|(?:中華{_GAP})?民{_GAP}國|西元|公元)?{_GAP}(?:第{_GAP})?"
    rf"(?P<y>(?<!{_NUM}){_NUM}{{1,6}}){_GAP}年{_GAP}"
    rf"(?P<m>{_NUM}{{1,3}}|元|正){_GAP}月{_GAP}(?:份{_GAP})?"
    rf"(?P<d>[初]?{_NUM}{{1,4}}){_GAP}[日號](?!誌|碼)"
)
# Separators may differ in kind only by spaces around them: 75 / 3 / 5, 75. 3. 5.
_SEPARATED = re.compile(
    r"(?<![0-9A-Za-z]|[0-9][./\-])"
    r"(?P<y>[0-9]{2,4})[ \t]?(?P<s>[./\-])[ \t]?(?P<m>[0-9]{1,2})[ \t]?(?P=s)[ \t]?(?P<d>[0-9]{1,2})"
    r"(?![0-9A-Za-z]|[./\-][0-9])"
)
_DAY_FIRST = re.compile(
    r"(?<![0-9A-Za-z]|[0-9][./\-])(?P<d>[0-9]{1,2})(?P<s>[./\-])(?P<m>[0-9]{1,2})(?P=s)(?P<y>(?:19|20)[0-9]{2})(?![0-9A-Za-z]|[./\-][0-9])"
)
_COMPACT = re.compile(r"(?<![0-9A-Za-z]|[0-9][.,\-/])(?P<n>[0-9]{6,8})(?![0-9A-Za-z]|[.,\-/][0-9])")
_MONTHS = {
    name: i + 1
    for i, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
_MONTH_NAME = r"(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_ENGLISH = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?[ \-]{{1,2}}{_MONTH_NAME},?[ \-]{{1,2}}(?P<y>(?:19|20)[0-9]{{2}})"
    rf"|{_MONTH_NAME}[ ]{{0,2}}(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?[ ]{{1,2}}(?P<y>(?:19|20)[0-9]{{2}}))(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    rf"(?<!{_NUM})(?P<n>{_NUM}{{1,5}}|半){_GAP}(?P<u>年|個月|月|日|天|週|周|星期)(?P<half>半)?(?!{_GAP}{_NUM}{{1,3}}{_GAP}[月日])"
)


def find_dates(text: str) -> tuple[DateSpan, ...]:
    """Every full date (year, month, day) in folded ``text``, ordered by start, none overlapping; the longer form wins."""
    runs = find_runs(text)
    spans = list(_words(text))
    for find in (_separated, _day_first, _english, _compact):
        spans += find(text, runs)
    spans.sort(key=lambda s: (s.start, -s.end))
    kept: list[DateSpan] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def parse_date(text: str) -> date | None:
    """The date ``text`` is, with nothing but spaces and brackets around it; None when it is none."""
    bare = text.strip(" \t\n()[]「」")
    spans = find_dates(bare)
    if len(spans) == 1 and spans[0].start == 0 and spans[0].end == len(bare):
        return spans[0].date
    return None


def find_periods(text: str) -> tuple[PeriodSpan, ...]:
    """Every length of time in folded ``text``: 5年, 十年, 6個月, 30日, 一年半.  A year or day of a date is none."""
    dates = iter(find_dates(text))
    taken = next(dates, None)
    out = []
    for match in _PERIOD.finditer(text):
        while taken is not None and taken.end <= match.start():
            taken = next(dates, None)
        if taken is not None and taken.start < match.end():
            continue
        period = _period(match)
        if period is not None:
            out.append(period)
    return tuple(out)


def add_period(start: date, period: PeriodSpan) -> date:
    """``start`` plus ``period``; a day that the month lacks becomes its last (31 January + 1 month is 28 or 29 February)."""
    months = start.year * 12 + start.month - 1 + period.years * 12 + period.months
    year, month = divmod(months, 12)
    if not 1 <= year <= 9998:
        return start
    day = start.day
    while day > 28 and valid_date(year, month + 1, day) is None:
        day -= 1
    return date(year, month + 1, day) + timedelta(days=period.days)


def valid_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def roc_year(year: int, *, before: bool = False) -> int:
    """Common year of 民國 ``year``; ``before`` counts back (民國前1年 is 1911)."""
    return ROC_OFFSET + 1 - year if before else ROC_OFFSET + year


def _plausible(year: int, month: int | None, day: int | None) -> date | None:
    if month is None or day is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return valid_date(year, month, day)


def _words(text: str) -> Iterator[DateSpan]:
    if "年" not in text:
        return
    for match in _WORDS.finditer(text):
        written = match["y"]
        year = to_int(written)
        month = 1 if match["m"] in "元正" else to_int(match["m"])
        day = to_int(match["d"].lstrip("初"))
        if year is None:
            continue
        era = (match["era"] or "").replace(" ", "").replace("\t", "")
        if era.endswith("前"):
            form, year = DateForm.ROC_WORDS, roc_year(year, before=True)
        elif era in ("西元", "公元") or year >= 1000:
            form = DateForm.CE_WORDS
        else:
            form, year = DateForm.ROC_WORDS, roc_year(year)
        found = _plausible(year, month, day)
        if found:
            yield DateSpan(match.start(), match.end(), found, form)


def _separated(text: str, runs: Sequence[Run]) -> Iterator[DateSpan]:
    for match in scan(text, runs, _SEPARATED, digits=4):
        digits, year = match["y"], int(match["y"])
        if len(digits) == 4 and year >= 1000:
            form = DateForm.CE_SEPARATED
        elif year >= 1 and (len(digits) < 4 or digits[0] == "0"):
            form, year = DateForm.ROC_SEPARATED, roc_year(year)
        else:
            continue
        found = _plausible(year, int(match["m"]), int(match["d"]))
        if found:
            yield DateSpan(match.start(), match.end(), found, form)


def _day_first(text: str, runs: Sequence[Run]) -> Iterator[DateSpan]:
    for match in scan(text, runs, _DAY_FIRST, digits=6):
        day, month, year = int(match["d"]), int(match["m"]), int(match["y"])
        found = _plausible(year, month, day) or _plausible(year, day, month)
        if found:
            yield DateSpan(match.start(), match.end(), found, DateForm.DAY_FIRST)


def _english(text: str, runs: Sequence[Run]) -> Iterator[DateSpan]:
    for match in scan(text, runs, _ENGLISH, digits=5, letters=True):
        found = _plausible(int(match["y"]), _MONTHS[match["m"].lower()], int(match["d"]))
        if found:
            yield DateSpan(match.start(), match.end(), found, DateForm.ENGLISH)


def _compact(text: str, runs: Sequence[Run]) -> Iterator[DateSpan]:
    for match in scan(text, runs, _COMPACT, digits=6):
        digits = match["n"]
        month, day = int(digits[-4:-2]), int(digits[-2:])
        year = int(digits[:-4])
        if len(digits) == 8:
            form = DateForm.CE_COMPACT
        else:
            form = DateForm.ROC_COMPACT if len(digits) == 7 else DateForm.ROC_COMPACT6
            if not 1 <= year <= 199:
                continue
            year = roc_year(year)
        found = _plausible(year, month, day)
        if found:
            yield DateSpan(match.start(), match.end(), found, form)


def _period(match: "re.Match[str]") -> PeriodSpan | None:
    half = match["n"] == "半"
    number = 0 if half else to_int(match["n"])
    if number is None or number > 999 or (number == 0 and not half):
        return None
    start, end, extra = match.start(), match.end(), half or match["half"] is not None
    unit = match["u"]
    if unit == "年":
        return PeriodSpan(start, end, years=number, months=6 if extra else 0)
    if unit in ("個月", "月"):
        if unit == "月" and not extra and number <= 12:
            return None  # 3月 is March
        return PeriodSpan(start, end, months=number, days=15 if extra else 0)
    if unit in ("日", "天"):
        return PeriodSpan(start, end, days=number)
    return PeriodSpan(start, end, days=7 * number)


__all__ = [
    "DateForm", "DateSpan", "PeriodSpan", "add_period", "find_dates", "find_periods", "parse_date", "roc_year", "valid_date",
]  # fmt: skip
