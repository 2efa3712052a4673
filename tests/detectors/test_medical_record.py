"""Medical record numbers, by label."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_MEDICAL_RECORD
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("病歷號4958603，診斷思覺失調", "4958603", HIGH, "label"),
    ("病歷號碼：８８６２２００", "８８６２２００", HIGH, "full width"),
    ("Chart No. 123456", "123456", HIGH, "English"),
    ("MRN: A1234567", "A1234567", HIGH, "MRN"),
    ("姓名\t病歷號\n王小明\t0012345", "0012345", HIGH, "column"),
    ("病歷編號 四九五八六〇三", "四九五八六〇三", HIGH, "Chinese numerals"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("範例：病歷號1234567", "sample"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("病歷應保存7年", "talk"),
    ("病歷號碼應保密", "talk about the number"),
    ("4958603", "no label"),
    ("病歷號*****03", "masked"),
    ("病歷1150101年度統計", "year"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
