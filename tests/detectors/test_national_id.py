"""National ID numbers: written by clerks, in tables, disguised; and what only looks like one."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_NATIONAL_ID
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("本案申請人身分證統一編號F131104093，請查調戶籍。", "F131104093", HIGH, "in a letter"),
    ("F131104093", "F131104093", HIGH, "bare, check digit right"),
    ("字號A123456789號", "A123456789", HIGH, "touches Chinese on both sides"),
    ("身份證字號Ａ１２３４５６７８９", "Ａ１２３４５６７８９", HIGH, "full width"),
    ("身分證：a123456789", "a123456789", HIGH, "lower case"),
    ("身分證字號 A1-2345-6789", "A1-2345-6789", HIGH, "hyphens"),
    ("身分證字號：A123 456 789", "A123 456 789", HIGH, "spaces"),
    ("ID: A 1 2 3 4 5 6 7 8 9", "A 1 2 3 4 5 6 7 8 9", HIGH, "every character apart"),
    ("他的身分證是A一二三四五六七八九", "A一二三四五六七八九", HIGH, "Chinese numerals"),
    ("身分證號碼Ａ壹貳參肆伍陸柒捌玖", "Ａ壹貳參肆伍陸柒捌玖", HIGH, "financial numerals"),
    ("身份证号：A123456789", "A123456789", HIGH, "Simplified label"),
    ("身分證字號A12345\n6789", "A12345\n6789", HIGH, "broken over lines"),
    ("> 身分證字號A1234\n> 56789，請查", "A1234\n> 56789", HIGH, "quoted mail"),
    ("A1\u200b2345\u200b6789", "A1\u200b2345\u200b6789", HIGH, "zero-width characters"),
    ("身分證字號A&#49;23456789", "A&#49;23456789", HIGH, "character references"),
    ("身分證字號：A123456788", "A123456788", MEDIUM, "wrong check digit next to the label"),
    ("身分證字號：AI23456789", "AI23456789", MEDIUM, "I for 1 next to the label"),
    ("姓名,身分證字號,電話\n王小明,A123456789,0912345678\n李大華,B200000004,0933222111", "B200000004", HIGH, "CSV column"),
    ("姓名\t身分證字號\n王小明\tA123456788", "A123456788", MEDIUM, "wrong check digit in the column"),
    ("姓名｜身分證\n林美玉｜F131104093", "F131104093", HIGH, "bars"),
    ("身分證前五碼A1234，末四碼6789", "A1234", MEDIUM, "two ends of one number"),
    ("表一寫A1234*****，表二寫A12***6789", "A12***6789", MEDIUM, "two maskings of one number"),
    ("自然人憑證卡號：AB12345678901234", "AB12345678901234", MEDIUM, "citizen certificate by label"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("填寫範例：身分證字號A123456789", "sample"),
    ("產品型號 A123456789 已到貨", "model number"),
    ("案號A123456789", "case number"),
    ("Plan B 1 2345 678 9 items", "glued prose"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("身分證字號（A12345****）", "masked"),
    ("A1*******9", "our own mask"),
    ("A1234*****\nA1357*****\nB2244*****", "a list masked one way"),
    ("身分證字號：", "empty form"),
    ("國民身分證統一編號應予遮蔽", "talk"),
    ("XA123456789", "inside a longer code"),
    ("A1234567890", "one digit too long"),
    ("A123456788", "wrong check digit, no label"),
    ("末四碼6789", "one piece only"),
    ("府民字第1150012345號", "document number"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
