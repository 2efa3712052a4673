"""Card numbers: check digit, brand, label; and orders, IMEI, test data."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_CREDIT_CARD
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("4111 1111 1111 1111", "4111 1111 1111 1111", MEDIUM, "bare"),
    ("信用卡號４１１１－１１１１－１１１１－１１１１", "４１１１－１１１１－１１１１－１１１１", HIGH, "full width"),
    ("5555555555554444，有效期限 05/28", "5555555555554444", HIGH, "with expiry"),
    ("刷卡 3782 822463 10005", "3782 822463 10005", HIGH, "American Express"),
    ("卡號：4111111111111112", "4111111111111112", MEDIUM, "wrong check digit next to the label"),
    ("持卡人王小明 卡號 4012-8888-8888-1881", "4012-8888-8888-1881", HIGH, "holder"),
    ("信用卡四一一一一一一一一一一一一一一一", "四一一一一一一一一一一一一一一一", HIGH, "Chinese numerals"),
    ("卡號4111 1111\n1111 1111", "4111 1111\n1111 1111", HIGH, "broken over lines"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("訂單編號：4111111111111111", "order"),
    ("虛擬帳號4111111111111111", "virtual account"),
    ("測試卡號 4111111111111111", "test data"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("4111********1111", "masked"),
    ("0000000000000000", "zeros"),
    ("1234567812345678", "wrong"),
    ("4111111111111112", "wrong check digit, no label"),
    ("IMEI 356938035643809", "IMEI"),
    ("ISBN 9789571312345", "book"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
