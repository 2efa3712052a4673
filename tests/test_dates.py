"""Dates of the Republic and of the common era, in every written form, checked against the calendar."""

from datetime import date

import pytest

from dlp.text.dates import DateForm, PeriodSpan, add_period, find_dates, find_periods, parse_date

BIRTHDAY = date(1986, 3, 5)

FORMS = [
    ("民國75年3月5日", DateForm.ROC_WORDS, "the plain form"),
    ("民國 75 年 3 月 5 日", DateForm.ROC_WORDS, "spaces as in forms"),
    ("民國七十五年三月五日", DateForm.ROC_WORDS, "characters with units"),
    ("民國七五年三月五日", DateForm.ROC_WORDS, "characters by place"),
    ("民國柒拾伍年參月伍日", DateForm.ROC_WORDS, "financial characters"),
    ("75年3月5日", DateForm.ROC_WORDS, "without an era"),
    ("75年03月05號", DateForm.ROC_WORDS, "號 for 日"),
    ("1986年3月5日", DateForm.CE_WORDS, "common era"),
    ("西元一九八六年三月五日", DateForm.CE_WORDS, "common era in characters"),
    ("75/03/05", DateForm.ROC_SEPARATED, "slashes"),
    ("75.3.5", DateForm.ROC_SEPARATED, "dots"),
    ("75-03-05", DateForm.ROC_SEPARATED, "hyphens"),
    ("075/03/05", DateForm.ROC_SEPARATED, "three-digit year"),
    ("75 / 3 / 5", DateForm.ROC_SEPARATED, "spaced slashes"),
    ("1986/3/5", DateForm.CE_SEPARATED, "common era with slashes"),
    ("1986-03-05", DateForm.CE_SEPARATED, "ISO"),
    ("05/03/1986", DateForm.DAY_FIRST, "day first"),
    ("5 Mar 1986", DateForm.ENGLISH, "English"),
    ("March 5, 1986", DateForm.ENGLISH, "English, month first"),
    ("0750305", DateForm.ROC_COMPACT, "seven digits"),
    ("750305", DateForm.ROC_COMPACT6, "six digits"),
    ("19860305", DateForm.CE_COMPACT, "eight digits"),
]


@pytest.mark.parametrize(("text", "form", "why"), FORMS, ids=[f[2] for f in FORMS])
def test_every_form_gives_the_same_day(text: str, form: DateForm, why: str) -> None:
    wrapped = f"（{text}）"
    (found,) = find_dates(wrapped)
    assert (found.date, found.form) == (BIRTHDAY, form)
    assert wrapped[found.start : found.end] == text
    assert parse_date(text) == BIRTHDAY


NONE = [
    ("114/02/29", "2025 is no leap year"),
    ("113/02/30", "30 February"),
    ("75/13/05", "month 13"),
    ("75/00/10", "month 0"),
    ("75/04/31", "31 April"),
    ("0751305", "compact, month 13"),
    ("113年2月30日", "in words, 30 February"),
    ("1.2.3.4", "version or address"),
    ("192.168.1.1", "IP address"),
    ("02-2720-8889", "telephone"),
    ("0123-75/03/05-7", "inside a longer code"),
    ("75/3.5", "mixed separators"),
    ("第75條第3項第5款", "articles"),
]


@pytest.mark.parametrize(("text", "why"), NONE, ids=[n[1] for n in NONE])
def test_what_is_no_day_is_no_date(text: str, why: str) -> None:
    assert find_dates(text) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("民國前3年1月2日", date(1909, 1, 2)),
        ("民國100年12月31日", date(2011, 12, 31)),
        ("113/02/29", date(2024, 2, 29)),
        ("中華民國一百十五年十一月廿二日", date(2026, 11, 22)),
        ("民國一一五年元月卅一日", date(2026, 1, 31)),
        ("二○二六年一月五日", date(2026, 1, 5)),
    ],
)
def test_calendar(text: str, day: date) -> None:
    assert parse_date(text) == day


def test_dates_come_in_order_and_do_not_overlap() -> None:
    found = find_dates("自115年1月1日至115/12/31止，1150630檢討")
    assert [d.date for d in found] == [date(2026, 1, 1), date(2026, 12, 31), date(2026, 6, 30)]


PERIODS = [
    ("保密期限5年", PeriodSpan(4, 6, years=5), "figures"),
    ("保密十年", PeriodSpan(2, 4, years=10), "characters"),
    ("於6個月內", PeriodSpan(1, 4, months=6), "months"),
    ("30日內", PeriodSpan(0, 3, days=30), "days"),
    ("一年半後", PeriodSpan(0, 3, years=1, months=6), "and a half"),
    ("二週內", PeriodSpan(0, 2, days=14), "weeks"),
]


@pytest.mark.parametrize(("text", "period", "why"), PERIODS, ids=[p[2] for p in PERIODS])
def test_periods(text: str, period: PeriodSpan, why: str) -> None:
    assert find_periods(text) == (period,)


def test_parts_of_a_date_are_no_period() -> None:
    assert find_periods("115年11月22日") == ()
    assert find_periods("3月份") == ()


def test_month_ends_are_kept_in_the_month() -> None:
    assert add_period(date(2026, 1, 31), PeriodSpan(0, 0, months=1)) == date(2026, 2, 28)
    assert add_period(date(2024, 2, 29), PeriodSpan(0, 0, years=1)) == date(2025, 2, 28)
