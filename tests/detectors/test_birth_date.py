"""Birth dates: labels, 「…生」, columns; and rules, biographies, document dates."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_BIRTH_DATE
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("陳情人張建宏，民國75年3月5日生。", "民國75年3月5日", MEDIUM, "after a name"),
    ("出生年月日：民國七十五年三月五日", "民國七十五年三月五日", HIGH, "characters"),
    ("生日：1986/03/05", "1986/03/05", HIGH, "common era"),
    ("當事人（75.03.05生）", "75.03.05", MEDIUM, "bracketed"),
    ("出生年月日：0750305", "0750305", HIGH, "seven digits"),
    ("出生日期 750305", "750305", HIGH, "six digits"),
    ("DOB 05/03/1986", "05/03/1986", HIGH, "English label"),
    ("出生年月日：７５／０３／０５", "７５／０３／０５", HIGH, "full width"),
    ("姓名,生日\n王小明,0750305", "0750305", HIGH, "column"),
    ("出生：民國前1年5月3日", "民國前1年5月3日", HIGH, "before the Republic"),
    ("A123456789，1986年3月5日出生，住大安區", "1986年3月5日", MEDIUM, "in a record"),
    ("出生年月日：\n75年3月5日", "75年3月5日", HIGH, "label on the line above"),
    ("要保人林美惠 66.9.23 F223456786 申請給付", "66.9.23", MEDIUM, "behind a name, an identity number follows"),
    ("吳承恩｜107.5.9｜女｜流感疫苗同意", "107.5.9", MEDIUM, "row of a list"),
    ("作業員張文傑（74/08/11）血鉛偏高", "74/08/11", MEDIUM, "brackets behind a name"),
    ("3 許金枝 27/06/30 臥床 氧氣機", "27/06/30", MEDIUM, "two-digit years"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("貝多芬1950年3月5日出生於波昂", "biography"),
    ("填寫範例：出生年月日 75/03/05", "sample"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("民國六十八年一月一日以後出生之役男", "rule"),
    ("原因事由發生日為102年5月23日", "發生日"),
    ("中華民國115年11月22日", "document date"),
    ("出生年月日：　年　月　日", "blank form"),
    ("出生年月日：114/02/29", "no such day"),
    ("出生年月日：**/**/**", "masked"),
    ("出生：2050/01/01", "in the future"),
    ("電話75.03.05生效", "生效"),
    ("承辦人林美惠 113.5.9 簽辦", "date of a note"),
    ("林美惠 115/10/02 來電詢問", "recent date behind a name"),
    ("依張文傑 108.7.4 決議辦理，請查照", "date of a decision"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
