"""Chinese numerals: by place, by unit, financial forms, mixed with figures."""

import pytest

from dlp.text.numerals import as_digits, to_int

NUMBERS = [
    ("一一五", 115, "by place"), ("一百一十五", 115, "by unit"), ("一百十五", 115, "ten without one"), ("壹佰壹拾伍", 115, "financial"),
    ("十", 10, "ten"), ("廿三", 23, "廿"), ("卅", 30, "卅"), ("一百零五", 105, "zero as a placeholder"), ("二〇二六", 2026, "circle"),
    ("二○二六", 2026, "the other circle"), ("三千二百萬", 32_000_000, "myriads"), ("3萬5千", 35_000, "mixed"), ("1億2,000萬", 120_000_000, "commas"),
    ("兩百", 200, "兩"), ("115", 115, "figures"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "why"), NUMBERS, ids=[n[2] for n in NUMBERS])
def test_numbers(text: str, number: int, why: str) -> None:
    assert to_int(text) == number


@pytest.mark.parametrize("text", ["", "人", "三萬三億", "一" * 41, "萬"])
def test_what_is_no_number(text: str) -> None:
    assert to_int(text) is None


def test_digit_by_digit() -> None:
    assert as_digits("零九一二") == "0912"
    assert as_digits("壹貳3") == "123"
    assert as_digits("十二") is None
