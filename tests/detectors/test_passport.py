"""Passport numbers, by label, and the machine-readable zone."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_PASSPORT
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("申請人護照號碼：312345678", "312345678", HIGH, "letter"),
    ("Passport No. 360987654", "360987654", HIGH, "English label"),
    ("她的護照是 301020304", "301020304", HIGH, "chat"),
    ("護照號碼３５１２３４５６７", "３５１２３４５６７", HIGH, "full width"),
    ("護照號碼：三一二三四五六七八", "三一二三四五六七八", HIGH, "Chinese numerals"),
    ("外籍人士護照：C1234567", "C1234567", HIGH, "foreign"),
    ("姓名\t護照號碼\n王小明\t312345678", "312345678", HIGH, "column"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("填寫範例：護照號碼 312345678", "sample"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("312345678", "no label"),
    ("護照申請費1300元", "price"),
    ("護照號碼：312,345,678", "amount"),
    ("護照號碼：31234567A1", "letters after"),
    ("護照號碼：*****5678", "masked"),
    ("持護照辦理登機", "talk"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
