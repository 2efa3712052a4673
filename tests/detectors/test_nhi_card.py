"""Health insurance card numbers, by label."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_NHI_CARD
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("健保卡號0000 1234 5678", "0000 1234 5678", HIGH, "letter"),
    ("健保IC卡號碼：000012345678", "000012345678", HIGH, "IC card"),
    ("健保卡：０００１２３４５６７８９", "０００１２３４５６７８９", HIGH, "full width"),
    ("姓名,健保卡號\n王小明,000098765432", "000098765432", HIGH, "column"),
    ("健保卡卡號 0000-0000-0001", "0000-0000-0001", HIGH, "hyphens"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("範例：健保卡號000012345678", "sample"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("000012345678", "no label"),
    ("健保卡號0000****5678", "masked"),
    ("健保卡號0000123456789", "one digit too long"),
    ("健保卡遺失補發", "talk"),
    ("訂單000012345678，運費另計", "order"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
