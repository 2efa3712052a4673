"""LINE and other social accounts, by label."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_LINE_ID
MEDIUM = Level.MEDIUM

LEAKS = [
    ("加我賴 ID：chen-0903", "chen-0903", MEDIUM, "賴"),
    ("我的LINE是 wang_xm88", "wang_xm88", MEDIUM, "chat"),
    ("LINE ID：k9.chen", "k9.chen", MEDIUM, "label"),
    ("ＬＩＮＥ　ＩＤ：ｗａｎｇ８８", "ｗａｎｇ８８", MEDIUM, "full width"),
    ("IG：amy.chen_92", "amy.chen_92", MEDIUM, "Instagram"),
    ("姓名,LINE ID\n王小明,wang_88", "wang_88", MEDIUM, "column"),
    ("檢舉人 line: abc.line_1", "abc.line_1", MEDIUM, "informant"),
    ("手機條碼載具：/ABC+123", "/ABC+123", MEDIUM, "e-invoice carrier"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("官方LINE帳號：@taipei1999", "official"),
    ("本府粉絲專頁 facebook.com/taipei.gov", "page"),
    ("範例：LINE ID：abc123", "sample"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("LINE官方帳號加好友", "talk"),
    ("LINE ID：王小明", "no ASCII"),
    ("下線 online: yes", "online"),
    ("https://line.me/app", "link"),
    ("LINE ID：k***", "masked"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
