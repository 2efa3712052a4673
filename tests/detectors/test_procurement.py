"""A topic, something specific, and a sign that it is before its time.  More in tests/scenarios/official."""

import pytest

from dlp.kinds import Kind
from tests.detectors.official import worth_a_look

LEAKS = (
    ("下午開標，底價978萬，你標單寫低一點。", "the price, before opening"),
    ("評選委員是陳教授跟林建築師，名單還沒公布。", "names of evaluators"),
    ("目前只有兩家投標，明天開標。", "number of bidders"),
    ("題目我出的，口試會問如何處理陳情，別說是我講的。", "questions of an examination"),
    ("底價核定表\n核定底價：1,085,000元\n開標日期：115年12月3日", "a filled form"),
)
HARMLESS = (
    ("底價", "the word alone"),
    ("底價1,020萬元，決標公告已刊登", "after award"),
    ("底價於決標前應予保密", "the law"),
    ("請問底價怎麼訂", "a question"),
    ("國有土地標售底價1,500萬元", "a public sale"),
    ("評選委員名單已公告於採購網", "published"),
    ("試題將於考後公布", "after the examination"),
    ("外聘委員是哪幾位，決標公告附的名單都有寫，私下問我也是一樣", "published, whatever is whispered around it"),
    ("上個月公開標售的那塊地，底價兩千萬，你自己斟酌", "a public sale that is over"),
)


@pytest.mark.parametrize(("text", "why"), LEAKS)
def test_it_is_worth_a_look(text: str, why: str) -> None:
    assert worth_a_look(text, Kind.SECRET_PROCUREMENT), why


@pytest.mark.parametrize(("text", "why"), HARMLESS)
def test_it_is_harmless(text: str, why: str) -> None:
    assert not worth_a_look(text, Kind.SECRET_PROCUREMENT), why
