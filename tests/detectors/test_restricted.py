"""Labels of limited reading, and talk about such labels.  More in tests/scenarios/official."""

import pytest

from dlp.kinds import Kind
from tests.detectors.official import worth_a_look

LEAKS = (
    ("限閱\n評估報告", "alone on the first line"),
    ("【內部使用】人力盤點", "in brackets at the head"),
    ("機密等級：限閱", "in the field of grades"),
    ("資料等級：□公開 ■內部使用", "a ticked box"),
    ("本簡報僅供內部參考，請勿外流。", "said of the paper in hand"),
    ("名單（請勿轉寄）\n一、甲組", "in brackets behind a title"),
    ("TLP:AMBER\n情資", "a traffic-light mark"),
    ("以上截圖不要外傳", "said of a screenshot"),
)
HARMLESS = (
    ("應標示「限閱」字樣", "about the label"),
    ("民眾個資請勿外流", "a rule, not a label"),
    ("資料等級：□公開 □內部使用 □限閱", "no box is ticked"),
    ("偵查不公開原則", "a principle"),
    ("公文應列為限閱者，由主管核定", "a rule"),
    ("請勿轉傳謠言", "about rumours"),
    ("本軟體供內部使用", "ordinary use"),
)


@pytest.mark.parametrize(("text", "why"), LEAKS)
def test_it_is_worth_a_look(text: str, why: str) -> None:
    assert worth_a_look(text, Kind.RESTRICTED_MARK), why


@pytest.mark.parametrize(("text", "why"), HARMLESS)
def test_it_is_harmless(text: str, why: str) -> None:
    assert not worth_a_look(text, Kind.RESTRICTED_MARK), why
