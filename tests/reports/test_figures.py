"""What a report says is what the store holds; small groups are merged; nothing is called safe."""

from datetime import date, timedelta

import pytest

from dlp.document import NotReadReason
from dlp.records import retention
from dlp.records.states import State
from dlp.records.store import Store, open_store
from dlp.reports.content import Content, content_of, coverage_line
from dlp.reports.figures import Expiring, Figures, gather, merged
from dlp.reports.period import last_months, period_of
from dlp.verdict import Action
from tests.records.conftest import Clock
from tests.records.samples import verdict
from tests.reports.conftest import MONTH, live

NOVEMBER = period_of("month", date(2026, 11, 15))


@pytest.fixture(scope="module")
def figures(month: Store) -> Figures:
    return gather(month, NOVEMBER)


@pytest.fixture(scope="module")
def content(figures: Figures) -> Content:
    return content_of(figures, office="範例市政府")


def test_counts(figures: Figures) -> None:
    assert (figures.checked, figures.stopped) == (79, 19)
    assert figures.decisions == {("mail", Action.HOLD): 19, ("post", Action.ALLOW): 60}
    assert (figures.opened, figures.opened_before) == (19, 0)
    assert figures.incomplete == {"post": 7}
    assert figures.gaps == {NotReadReason.IMAGE: 7}


def test_the_four_numbers(figures: Figures) -> None:
    assert (figures.decided, figures.false_alarms, figures.approval_minutes) == (13, 4, 30), "8 released, 4 false alarms, 1 expired"
    assert figures.open_by_state == {State.PENDING: 5, State.LEAKED: 1}
    assert figures.overdue == 6, "1 expired and 5 waiting past their clock; the leak still has a day"


def test_rules_with_their_false_alarms(figures: Figures) -> None:
    assert [(r.rule, r.hits, r.opened, r.false_alarms) for r in figures.rules] == [("INF-01", 19, 19, 4), ("PII-01", 19, 19, 4)]


def test_days_and_months_add_up(figures: Figures) -> None:
    assert sum(n for _, n, _ in figures.by_day) == 79
    assert len(figures.by_day) == 15, "days that have not come yet are not drawn as zero"
    assert figures.months[-1] == ("115-11", 79, 19)
    assert len(figures.months) == 12


def test_units_under_five_are_merged(figures: Figures) -> None:
    assert figures.units == (("政風室", 9), ("其他單位合併（3 個）", 10)), "3 + 1 would be 4, so the next smallest joins"


@pytest.mark.parametrize(
    ("groups", "expected", "why"),
    [
        ({}, (), "nothing"),
        ({"a": 9, "b": 5}, (("a", 9), ("b", 5)), "all large"),
        ({"a": 9, "b": 4, "c": 3}, (("a", 9), ("其他單位合併（2 個）", 7)), "two small ones are enough"),
        ({"a": 9, "b": 6, "c": 1}, (("a", 9), ("其他單位合併（2 個）", 7)), "a lone small one takes the next with it"),
        ({"a": 9, "b": 1}, (("其他單位合併（2 個）", 10),), "otherwise the small one could be read off the total"),
        ({"a": 2}, (("其他單位合併（1 個）", 2),), "no name for a small group alone"),
        ({"": 8}, (("（未填單位）", 8),), "no unit"),
        ({"a": 9, "b": 0}, (("a", 9),), "zero is no group"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_merging(groups: dict[str, int], expected: tuple[tuple[str, int], ...], why: str) -> None:
    assert merged(groups) == expected


def test_the_coverage_line_is_honest(figures: Figures) -> None:
    line = coverage_line(figures)
    assert "應掃 58,902 檔，實掃 58,875，讀不到 27" in line
    assert "其中 7 件有內容讀不到" in line
    assert "安全" not in line


def test_files_that_a_scan_never_reached_are_said(store_with_short_scan: Store) -> None:
    line = coverage_line(gather(store_with_short_scan, NOVEMBER))
    assert "未掃到 40" in line


@pytest.fixture
def store_with_short_scan(tmp_path: object, month: Store) -> object:
    from pathlib import Path

    from dlp.records import runs

    assert isinstance(tmp_path, Path)
    with open_store(tmp_path / "home", now=month.now) as store:
        runs.record(store, runs.ScanRun("夜間", MONTH, None, 100, 50, 10, {NotReadReason.NO_ACCESS: 10}, False))
        yield store


def test_what_to_decide_is_the_most_urgent_and_never_more_than_three(content: Content, store_with_short_scan: Store) -> None:
    assert len(content.decide) == 3
    assert content.decide[0].startswith("1 件外流")
    assert "INF-01" in content.decide[1]
    calm = content_of(gather(store_with_short_scan, period_of("month", date(2026, 9, 1))))
    assert calm.decide == ()


def test_the_sentence(content: Content) -> None:
    assert content.sentence.startswith("本月檢查 79 件，留置或攔截 19 件，新事件 19 件（比前期多 19 件）")
    assert [n.label for n in content.numbers] == ["新事件", "逾時", "誤判率", "核准中位時間"]
    assert content.title == "範例市政府 對外傳送保密月報\u3000115 年 11 月"


def test_a_rate_over_few_is_no_percentage(tmp_path: object, store_with_short_scan: Store) -> None:
    from dlp.records import incidents
    from tests.records.conftest import APPROVER

    store = store_with_short_scan
    public = store.open_incident(verdict(), item_key="k")
    incidents.approve(store, public, actor=APPROVER)
    numbers = content_of(gather(store, NOVEMBER)).numbers
    assert (numbers[2].value, numbers[2].remark) == ("0/1", "件數少，不計百分比")


def test_ends_of_exceptions_come_from_policy_and_allow_list(month: Store) -> None:
    soon, later = MONTH.date() + timedelta(days=20), MONTH.date() + timedelta(days=300)
    figures = gather(month, NOVEMBER, exceptions=[Expiring("INF-01", soon, "政策例外"), Expiring("PII-01", later, "政策例外")])
    assert ("INF-01", "政策例外") in [(e.what, e.source) for e in figures.expiring]
    assert any(e.source.startswith("允許清單") for e in figures.expiring)
    assert all(e.until < later for e in figures.expiring)


def test_a_purged_day_still_counts_in_the_line_of_the_year(tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    clock = Clock()
    with open_store(tmp_path / "home", now=clock) as store:
        live(store, clock)
        before = gather(store, NOVEMBER)
        clock.forward(days=200)
        assert retention.purge(store).incidents > 0
        clock.forward(days=100)
        later = gather(store, period_of("month", date(2027, 9, 1)))
        assert later.months[1] == before.months[-1]
        clock.forward(days=100)
        assert retention.purge(store).decisions == 79
        assert gather(store, NOVEMBER).decisions == before.decisions
        assert gather(store, NOVEMBER).kinds == before.kinds


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "label"),
    [
        ("day", "2026-11-20", "2026-11-20", "2026-11-20", "115-11-20"),
        ("week", "2026-11-20", "2026-11-16", "2026-11-22", "115-11-16 至 115-11-22"),
        ("month", "2026-02-10", "2026-02-01", "2026-02-28", "115 年 2 月"),
        ("month", "2028-02-10", "2028-02-01", "2028-02-29", "117 年 2 月"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31", "115 年 12 月"),
    ],
)
def test_periods(kind: str, day: str, first: str, last: str, label: str) -> None:
    period = period_of(kind, date.fromisoformat(day))
    assert (period.first.isoformat(), period.last.isoformat(), period.label) == (first, last, label)


def test_twelve_months_over_the_year() -> None:
    months = last_months(date(2026, 3, 31), 12)
    assert (months[0].first, months[-1].first, len(months)) == (date(2025, 4, 1), date(2026, 3, 1), 12)
