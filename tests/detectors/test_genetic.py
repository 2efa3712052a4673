"""Results of genetic tests told of a person."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .told import check_general, check_told

KIND = Kind.PERSONAL_GENETIC
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

TOLD = [
    ("許雅雯 BRCA1突變陽性，請轉遺傳諮詢", "BRCA1突變", HIGH, "mutation"),
    ("王大偉的基因檢測報告顯示為地中海型貧血帶因者", "帶因者", HIGH, "carrier"),
    ("經親子鑑定，鄭國華並非其生父", "親子鑑定", HIGH, "kinship"),
    ("孕婦林怡君的胎兒染色體異常", "染色體異常", MEDIUM, "foetus"),
    ("DNA比對結果與現場跡證相符，嫌犯為張志強", "DNA比對結果", MEDIUM, "match"),
    ("姓名,基因檢測結果\n林美惠,HBB突變", "HBB突變", MEDIUM, "column"),
    ("林美惠帶亨丁頓基因，孩子還小", "帶亨丁頓基因", MEDIUM, "carrier"),
    ("送檢人陳大維與許志豪親子關係概率99.99%", "親子關係概率99.99%", MEDIUM, "kinship figure"),
]


@pytest.mark.parametrize(("text", "words", "level", "why"), TOLD, ids=[t[3] for t in TOLD])
def test_told_of_a_person(text: str, words: str, level: Level, why: str) -> None:
    check_told(KIND, text, words, level)


GENERAL = [
    ("基因檢測費用由健保給付", "fee"),
    ("羊膜穿刺及染色體檢查補助要點", "subsidy"),
    ("衛福部修正人類生物資料庫管理條例", "law"),
    ("刑事局DNA實驗室通過認證，由陳建宏主任主持", "laboratory"),
    ("基因改造食品應標示", "food"),
    ("親子關係概率如何計算，由林大同博士主講", "lecture"),
]


@pytest.mark.parametrize(("text", "why"), GENERAL, ids=[g[1] for g in GENERAL])
def test_talk_about_the_subject_passes(text: str, why: str) -> None:
    check_general(KIND, text)
