"""Somebody else's data, got in office, with a sign that they are kept.  More in tests/scenarios/official."""

import pytest

from dlp.kinds import Kind
from tests.detectors.official import worth_a_look

LEAKS = (
    ("廠商送審的配方是茶湯60%、糖液18%，有標營業秘密。", "content of a file handed in"),
    ("本文件含營業秘密\n○○公司製程說明書", "the mark on the paper"),
    ("他們驗收交的原始碼整份寄給你，合約有保密條款。", "a file handed on"),
    ("稽查時抄到那間廠的蝕刻製程參數是65度90秒，別外傳。", "noted at an inspection"),
)
HARMLESS = (
    ("營業秘密法所稱營業秘密", "the law"),
    ("配方：麵粉200克、牛奶180克", "a recipe"),
    ("第三季毛利率28%，詳見財報", "published"),
    ("營業秘密課程開放報名", "a course"),
    ("原始碼已公開於GitHub", "open source"),
    ("乙方對甲方之營業秘密應負保密義務", "a contract clause"),
)


@pytest.mark.parametrize(("text", "why"), LEAKS)
def test_it_is_worth_a_look(text: str, why: str) -> None:
    assert worth_a_look(text, Kind.SECRET_TRADE), why


@pytest.mark.parametrize(("text", "why"), HARMLESS)
def test_it_is_harmless(text: str, why: str) -> None:
    assert not worth_a_look(text, Kind.SECRET_TRADE), why
