"""Convictions, prosecution and prison told of a person."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .told import check_general, check_told

KIND = Kind.PERSONAL_CRIMINAL_RECORD
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

TOLD = [
    ("王大偉有竊盜前科，曾在監獄服刑", "竊盜前科", HIGH, "record"),
    ("新來的工友陳國雄坐過牢，大家小心", "坐過牢", MEDIUM, "gossip"),
    ("林志豪因酒駕遭判刑六個月", "酒駕", HIGH, "conviction"),
    ("查張文傑違反毒品危害防制條例，經緩起訴處分確定", "緩起訴", HIGH, "deferred prosecution"),
    ("A123456789 有詐欺前科3筆", "詐欺前科", HIGH, "identifier"),
    ("受刑人李志強假釋出獄", "受刑人", MEDIUM, "prisoner"),
    ("少年林宇翔經少年法庭裁定保護管束", "保護管束", MEDIUM, "juvenile"),
    ("姓名\t前科\n許家豪\t傷害", "傷害", MEDIUM, "column"),
    ("新來的司機張文傑以前因為偷竊關過兩年", "因為偷竊關過兩年", MEDIUM, "new driver"),
    ("林美玉還在假釋，案由是傷害致死", "在假釋", MEDIUM, "parole"),
    ("志工郭俊宏良民證有兩條竊盜", "良民證有兩條", MEDIUM, "background check"),
    ("粿仔店老闆娘坐過牢，大家不要說出去", "坐過牢", MEDIUM, "keeper of a shop"),
    ("姓名：林金水\n採尿：安非他命(+)", "安非他命(+)", MEDIUM, "urine test"),
    ("組長王建宏昨天被檢察官帶去問話", "被檢察官帶去問", MEDIUM, "taken for questioning"),
]


@pytest.mark.parametrize(("text", "words", "level", "why"), TOLD, ids=[t[3] for t in TOLD])
def test_told_of_a_person(text: str, words: str, level: Level, why: str) -> None:
    check_told(KIND, text, words, level)


GENERAL = [
    ("查無前科者得申請良民證", "procedure"),
    ("酒駕防制宣導，請勿酒後開車", "campaign"),
    ("犯前項之罪者，處三年以下有期徒刑", "law"),
    ("更生人就業輔導由王美玲科長說明", "service"),
    ("受刑人製作的手工藝品由郭信良議長選購", "visit"),
    ("本市毒品案件較去年減少12%", "statistics"),
    ("檢察官陳建宏偵辦詐欺案", "official at work"),
    ("劇裡那個司機因為偷竊關過兩年", "television"),
    ("若學生因竊盜被判保護管束，紀錄會塗銷", "supposed"),
    ("本署社會勞動人計61人，聯絡人林大同", "numbers"),
]


@pytest.mark.parametrize(("text", "why"), GENERAL, ids=[g[1] for g in GENERAL])
def test_talk_about_the_subject_passes(text: str, why: str) -> None:
    check_general(KIND, text)
