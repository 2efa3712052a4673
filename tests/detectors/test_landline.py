"""Fixed lines: private homes, offices, letterheads."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_LANDLINE
MEDIUM, LOW = Level.MEDIUM, Level.LOW

LEAKS = [
    ("陳情人住家電話：04-22289111", "04-22289111", MEDIUM, "home"),
    ("陳情人張先生電話(02)2345-6789，請回電", "(02)2345-6789", MEDIUM, "beside a petitioner"),
    ("宅電２３４５－６７８９", "２３４５－６７８９", MEDIUM, "home, no area code"),
    ("住家 +886-2-2345-6789", "+886-2-2345-6789", MEDIUM, "international"),
    ("檢舉人李女士 電話０２－２３４５－６７８９", "０２－２３４５－６７８９", MEDIUM, "full width"),
    ("02-2345-6789", "02-2345-6789", LOW, "bare"),
    ("姓名,住家電話\n王小明,07-3368333", "07-3368333", MEDIUM, "column"),
    ("住家電話：(０４９)2222106", "(０４９)2222106", MEDIUM, "three-digit area"),
    ("周美玲留的電話02-2933-7716，請回電", "02-2933-7716", MEDIUM, "the number somebody left"),
    ("學生吳承恩家電06-265-1904", "06-265-1904", MEDIUM, "home telephone"),
    ("你要找的林美惠，家裡03-935-1172", "03-935-1172", MEDIUM, "home in speech"),
    ("通報編號,通報人,身分,電話\nA1,林美惠,鄰居,037-662518", "037-662518", MEDIUM, "column under those who report"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("如有疑問請電洽本局02-2720-8889分機1234林小姐", "office"),
    ("聯絡人：企劃處李小姐（電話：02-87897623）", "contact person"),
    ("總機：02-27208889", "switchboard"),
    ("傳真：02-23971548", "fax"),
    ("電話：(02)27208889", "label only"),
    ("公務聯絡窗口：林美惠專員 02-8995-6700#214", "contact with an extension"),
    ("採購申訴審議程序請電採購中心 (02)8789-7500", "procedure"),
    ("課長林美惠，05-262-0011 轉 15", "office with an extension"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("地址：臺北市市府路1號\n承辦人：王小明\n電話：02-27208889轉1234\n傳真：02-27208890\n電子信箱：a@gov.taipei.tw\n", "letterhead"),
    ("免付費0800-211-334", "toll free"),
    ("02-****-*889", "masked"),
    ("02-28-2026", "date"),
    ("02-12345678", "no such subscriber"),
    ("統一編號：02208889", "business number"),
    ("第03-15條", "range"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
