"""Who learned it in his work, what was confided, and of whom.  More in tests/scenarios/official."""

import pytest

from dlp.kinds import Kind
from tests.detectors.official import worth_a_look

LEAKS = (
    ("我是他的律師，當事人承認錢藏在他媽媽家。", "a lawyer"),
    ("今天門診那位病人是隔壁里長，肝癌，別說。", "a doctor"),
    ("我們事務所查帳的客戶有兩套帳，老闆私下說的。", "an accountant"),
    ("晤談紀錄如下：案主表示曾割腕，住文山區。", "a record"),
)
HARMLESS = (
    ("律師對於業務知悉之秘密應保密", "the law"),
    ("律師表示，當事人將上訴", "news"),
    ('醫師說我膽固醇太高', "one's own illness"),
    ("今年諮商1,250人次", "statistics"),
    ("誠徵社工員", "an advert"),
)


@pytest.mark.parametrize(("text", "why"), LEAKS)
def test_it_is_worth_a_look(text: str, why: str) -> None:
    assert worth_a_look(text, Kind.SECRET_OCCUPATIONAL), why


@pytest.mark.parametrize(("text", "why"), HARMLESS)
def test_it_is_harmless(text: str, why: str) -> None:
    assert not worth_a_look(text, Kind.SECRET_OCCUPATIONAL), why
