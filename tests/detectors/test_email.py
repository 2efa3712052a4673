"""E-mail addresses: private ones, role mailboxes, agencies, disguises."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_EMAIL
MEDIUM, LOW = Level.MEDIUM, Level.LOW

LEAKS = [
    ("來信民眾李淑芬（shufen.lee@example.com）陳情", "shufen.lee@example.com", MEDIUM, "beside a petitioner"),
    ("寄件者: 簡美華 <mh.chien@example.org>", "mh.chien@example.org", MEDIUM, "forwarded head"),
    ("wang1985@gmail.com", "wang1985@gmail.com", MEDIUM, "free mail"),
    ("user＠gmail．com", "user＠gmail．com", MEDIUM, "full width"),
    ("wang1985(at)gmail.com", "wang1985(at)gmail.com", MEDIUM, "(at)"),
    ("王小明 wang1985 小老鼠 yahoo.com.tw", "wang1985 小老鼠 yahoo.com.tw", MEDIUM, "小老鼠"),
    ("wang1985 at gmail dot com", "wang1985 at gmail dot com", MEDIUM, "spelled out"),
    ("姓名,email\n王小明,wang@company.com.tw", "wang@company.com.tw", MEDIUM, "column"),
    ("chen123@office.gov.tw", "chen123@office.gov.tw", LOW, "agency"),
    ("留言人的登入信箱是 blueocean77@example.net，你看是誰", "blueocean77@example.net", MEDIUM, "mailbox of somebody"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("請洽 service@mail.taipei.gov.tw", "role mailbox"),
    ("電子信箱：wang@gov.taipei.tw", "agency"),
    ("報名請寄 event@example.com", "enquiries"),
    ("範例：user@example.com", "sample"),
    ("獎學金請洽林美惠小姐 dss@mail.example.edu.tw", "mailbox of an office beside a name"),
    ("有意見請寄 hr@factory.example，人資林美惠", "mailbox of a function"),
    ("意見請以書面提出，電子信箱為 mpi@mail.mil.tw", "published mailbox"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("user@localhost", "no domain"),
    ("@example.com", "no local part"),
    ("name at example.com", "prose"),
    ("w***@gmail.com", "masked"),
    ("user@@example.com", "two at signs"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
