"""Mobile numbers: bare, disguised, beside persons; and document numbers, serials, service lines."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_MOBILE
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("陳情人林美玉女士（電話0912-345-678）反映積水", "0912-345-678", HIGH, "beside a petitioner"),
    ("姓名：吳雅婷　電話：0922-333-444", "0922-333-444", HIGH, "form"),
    ("打給他 0922 333 444", "0922 333 444", MEDIUM, "bare"),
    ("請回撥+886-922-333-444，林小姐", "+886-922-333-444", HIGH, "international"),
    ("０９１２－３４５－６７８", "０９１２－３４５－６７８", MEDIUM, "full width"),
    ("(09)12345678", "(09)12345678", MEDIUM, "bracketed"),
    ("零九一二三四五六七八找王先生", "零九一二三四五六七八", HIGH, "Chinese numerals"),
    ("09一二345六七八 私訊我", "09一二345六七八", MEDIUM, "mixed numerals"),
    ("手機 0 9 1 2 3 4 5 6 7 8", "0 9 1 2 3 4 5 6 7 8", MEDIUM, "single digits"),
    ("0912．345．678", "0912．345．678", MEDIUM, "full-width dots"),
    ("手機0912-345\n678", "0912-345\n678", MEDIUM, "broken over lines"),
    ("手機：912345678", "912345678", MEDIUM, "without the zero"),
    ("0912\u200b345\u200b678", "0912\u200b345\u200b678", MEDIUM, "zero-width"),
    ("0912/345/678", "0912/345/678", MEDIUM, "slashes"),
    ("姓名,手機\n王小明,0912345678", "0912345678", HIGH, "column"),
    ("手机：0912345678 王先生", "0912345678", HIGH, "Simplified"),
    ("手機0912***678，另一處寫0912-345-***", "0912***678", MEDIUM, "two maskings of one number"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("請填姓名、電話（範例：王小明、0900-000-000）", "sample"),
    ("服務專線：0912-345-678（24小時）", "service line"),
    ("洽詢電話0912345678", "enquiries"),
    ("訂單序號：0912345678", "serial"),
    ("09 30 15 20 25", "numbers in a row"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("府民字第0912345678號函", "document number"),
    ("署授食字第0９３９３１１１３８號", "document number, mixed width"),
    ("0912-***-678", "masked"),
    ("0912345678901", "13-digit serial"),
    ("09123456789", "one digit too long"),
    ("時間09:30-10:15", "times"),
    ("預算0912345678元", "amount"),
    ("https://example.gov.tw/0912345678", "web address"),
    ("115.09.12-345678", "date and code"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
