"""IP addresses: of citizens, of servers, of nobody."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_IP_ADDRESS
MEDIUM, LOW = Level.MEDIUM, Level.LOW

LEAKS = [
    ("發文者IP：203.69.12.55，林先生", "203.69.12.55", MEDIUM, "poster"),
    ("檢舉人登入來源 IP 位址 203.69.12.55", "203.69.12.55", MEDIUM, "informant"),
    ("ＩＰ：２０３．６９．１２．５５", "２０３．６９．１２．５５", MEDIUM, "full width"),
    ("使用者IP 2001:b011:4002:1a3c:0:0:0:25", "2001:b011:4002:1a3c:0:0:0:25", MEDIUM, "version 6"),
    ("203.69.12.55", "203.69.12.55", LOW, "bare"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("內部伺服器 192.168.1.254", "private range"),
    ("DNS主機 IP 168.95.1.1", "server"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("韌體版本 1.2.3.4", "version"),
    ("第2.1.3.1節", "chapter"),
    ("256.1.1.1", "octet"),
    ("1.2.3.4.5", "five parts"),
    ("203.69.*.*", "masked"),
    ("115.11.22", "date"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
