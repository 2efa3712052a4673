"""Bank accounts: labels, banks, the post office; and public accounts, registers, logins."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_BANK_ACCOUNT
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("退費請匯陳情人郭美玲帳戶（郵局700 局號0041081 帳號0316280）。", "0041081 帳號0316280", HIGH, "post office"),
    ("檢舉獎金請匯檢舉人陳信宏之玉山銀行帳戶808-0123456789012。", "808-0123456789012", HIGH, "bank and code"),
    ("薪轉戶頭：012-345-678901", "012-345-678901", HIGH, "hyphens"),
    ("台新812 帳號 20881000123456", "20881000123456", HIGH, "label"),
    ("帳號：０１２３４５６７８９０１", "０１２３４５６７８９０１", HIGH, "full width"),
    ("匯款帳號 0123 4567 8901 23", "0123 4567 8901 23", HIGH, "groups"),
    ("姓名,銀行代碼,帳號\n王小明,012,345678901234", "345678901234", HIGH, "column"),
    ("存摺帳號：零一二三四五六七八九零一", "零一二三四五六七八九零一", HIGH, "Chinese numerals"),
    ("郵局 0041081-0316280 王小明", "0041081-0316280", HIGH, "post office, bank name only"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("稅款請繳入公庫帳號 012345678901", "treasury"),
    ("愛心捐款專戶帳號：123456789012", "donations"),
    ("登入系統帳號 1234567890，密碼請洽資訊室", "login"),
    ("範例：帳號012345678901", "sample"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("123456789012", "no label"),
    ("抵押權人\n華南商業銀行股份有限公司龜山分行\n09405151530\n2005/09/05", "register of liens"),
    ("帳號*********901", "masked"),
    ("帳號保管應注意事項", "talk"),
    ("局號0041081", "half an account"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
