"""Student and examination numbers, by label."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_STUDENT_ID
MEDIUM = Level.MEDIUM

LEAKS = [
    ("學號B11302045 林同學記大過一支", "B11302045", MEDIUM, "discipline"),
    ("學號：４１１２７０１２３", "４１１２７０１２３", MEDIUM, "full width"),
    ("Student ID: 110550001", "110550001", MEDIUM, "English"),
    ("姓名,學號\n王小明,A1085502", "A1085502", MEDIUM, "column"),
    ("准考證號碼：10203045", "10203045", MEDIUM, "examination"),
    ("資工系B11209027那位轉學生沒來考試", "B11209027", MEDIUM, "before the words for a pupil"),
    ("逾期未繳學雜費同學：\nB11203018 林美惠\nB11301044 張文傑", "B11203018", MEDIUM, "list of pupils"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("範例：學號B11302045", "sample"),
    ("錄取名單：陳○安（准考證號1150213）", "masked name in a result"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("B11302045", "no label"),
    ("學號編碼原則", "talk"),
    ("學號*******45", "masked"),
    ("科學號稱", "split word"),
    ("學號共9碼，110學年度起", "rule"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
