"""Terms of secrecy: every way they are written, against a reference date."""

from datetime import date

import pytest

from dlp.detectors.official.declassification import State, read

TODAY = date(2026, 11, 22)
ISSUED = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "state", "until"),
    [
        ("(本件至115年12月31日解密)", State.IN_FORCE, date(2026, 12, 31)),
        ("(本件至115年11月22日解密)", State.IN_FORCE, date(2026, 11, 22)),
        ("(本件至115年11月21日解密)", State.EXPIRED, date(2026, 11, 21)),
        ("(保密至民國118年12月31日)", State.IN_FORCE, date(2029, 12, 31)),
        ("(保密至2030/12/31)", State.IN_FORCE, date(2030, 12, 31)),
        ("(保密期限至116.3.1止)", State.IN_FORCE, date(2027, 3, 1)),
        ("(本件至民國一百一十六年十二月三十一日解密)", State.IN_FORCE, date(2027, 12, 31)),
        ("(保密至116年6月)", State.IN_FORCE, date(2027, 6, 30)),
        ("(保密至114年底)", State.EXPIRED, date(2025, 12, 31)),
        ("(保密期限5年)", State.IN_FORCE, date(2031, 3, 1)),
        ("(保密期限:十年)", State.IN_FORCE, date(2036, 3, 1)),
        ("(自核定日起6個月)", State.EXPIRED, date(2026, 9, 1)),
        ("(本件於公布時解密)", State.UNDECIDABLE, None),
        ("(附件抽存後解密)", State.UNDECIDABLE, None),
        ("(工作完成或會議終了時解密)", State.UNDECIDABLE, None),
        ("(其他特別條件或另行檢討後辦理解密)", State.UNDECIDABLE, None),
        ("(本件已於115年1月1日解密)", State.RELEASED, None),
        ("(業經○○部115年2月3日函解除密等)", State.RELEASED, None),
        ("(已註銷機密等級)", State.RELEASED, None),
        ("(變更為普通)", State.RELEASED, None),
        ("", State.IN_FORCE, None),
    ],
)
def test_a_term_is_read(text: str, state: State, until: date | None) -> None:
    term = read(text, today=TODAY, issued=ISSUED)
    assert (term.state, term.until) == (state, until)


def test_a_period_without_the_date_of_the_paper_cannot_be_decided() -> None:
    assert read("(保密期限5年)", today=TODAY).state is State.UNDECIDABLE


def test_a_term_that_is_not_there_is_told_apart_from_one_that_is() -> None:
    assert not read("\n主旨:檢送名冊", today=TODAY).stated
    assert read("(結案後解密)", today=TODAY).stated


def test_a_release_still_to_come_is_none() -> None:
    assert read("(本件尚未解密)", today=TODAY).state is State.IN_FORCE
    assert read("(保密至117年6月30日解除密等)", today=TODAY).state is State.IN_FORCE


def test_permanent_secrecy_is_seen() -> None:
    assert read("(永久保密)", today=TODAY).permanent


@pytest.mark.parametrize(("text", "years"), [("(保密期限15年)", 15.0), ("(本件至145年3月1日解密)", 30.0)])
def test_the_length_of_a_term_is_counted_from_the_paper(text: str, years: float) -> None:
    assert abs(read(text, today=TODAY, issued=ISSUED).years - years) < 0.05
