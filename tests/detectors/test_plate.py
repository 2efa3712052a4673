"""Plates: with a vehicle beside them; standards, invoices and rooms."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_PLATE
MEDIUM, LOW = Level.MEDIUM, Level.LOW

LEAKS = [
    ("檢舉人駕駛ABC-1235號車行車紀錄器錄得影像", "ABC-1235", MEDIUM, "informant's car"),
    ("現場照片右側為檢舉民眾，車號MXY-8810。", "MXY-8810", MEDIUM, "by label"),
    ("自小客車BGT-5678遭拖吊", "BGT-5678", MEDIUM, "kind of car"),
    ("車號abc1235的車主是王先生", "abc1235", MEDIUM, "lower case, no hyphen"),
    ("車牌 ＭＸＹ－８８１０", "ＭＸＹ－８８１０", MEDIUM, "full width"),
    ("機車 123-ABC 違停", "123-ABC", MEDIUM, "old motorcycle"),
    ("牌照號碼1234-AB", "1234-AB", MEDIUM, "old car"),
    ("姓名,車號\n王小明,BGT-5678", "BGT-5678", MEDIUM, "column"),
    ("BGT-5678", "BGT-5678", LOW, "bare"),
    ("車身號碼：JTDBR32E720123456", "JTDBR32E720123456", MEDIUM, "VIN"),
    ("擋在巷口那台黑色BRT-2561是林美惠的", "BRT-2561", MEDIUM, "the car told of"),
    ("鄰居張文傑那台BKD-3390又占車位", "BKD-3390", MEDIUM, "a neighbour's car"),
    ("車號查到了 AXU-6620 登記吳志豪", "AXU-6620", MEDIUM, "looked up"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("今天院會開始之前，先為復興GE-222班機失事致哀", "flight"),
    ("公開演出須取得MDS-219電腦伴唱機授權", "machine"),
    ("公務車ABC-1234返廠保養", "official car"),
    ("符合CNS-1168規格", "standard"),
    ("車號,使用人,備註\nRBA-3095,總務公務車,", "official car in a table"),
    ("請於BQT-2005會議室集合", "a room"),
    ("工程車KLB-3072由得標廠商管理", "car of a contractor"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("COVID-19疫情", "disease"),
    ("ISO-9001認證", "standard"),
    ("發票AB-12345678", "invoice"),
    ("會議室 113-ABC", "room"),
    ("USB-300", "product"),
    ("ABC-****", "masked"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
