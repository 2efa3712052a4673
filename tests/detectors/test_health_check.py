"""Results of health examinations told of a person."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .told import check_general, check_told

KIND = Kind.PERSONAL_HEALTH_CHECK
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

TOLD = [
    ("李佳穎的健檢報告顯示血糖偏高，GPT 88", "血糖偏高", HIGH, "report"),
    ("姓名,血壓,BMI\n林美惠,165/98,31.2", "165/98", MEDIUM, "column"),
    ("陳志明健檢膽固醇280，肝指數異常", "膽固醇280", HIGH, "figure"),
    ("王建宏公費健檢查出大腸息肉", "健檢查出大腸息肉", HIGH, "finding"),
    ("許文彬兵役體檢判定免役體位", "免役體位", MEDIUM, "conscript"),
]


@pytest.mark.parametrize(("text", "words", "level", "why"), TOLD, ids=[t[3] for t in TOLD])
def test_told_of_a_person(text: str, words: str, level: Level, why: str) -> None:
    check_told(KIND, text, words, level)


GENERAL = [
    ("公務人員一般健康檢查補助每人新臺幣4,500元", "subsidy"),
    ("健檢報告應保存七年", "duty"),
    ("請於月底前完成健康檢查並繳交收據", "notice"),
    ("高血壓標準為收縮壓140以上", "standard"),
    ("行道樹健檢報告公開上網，議員蔡淑惠提案", "trees"),
]


@pytest.mark.parametrize(("text", "why"), GENERAL, ids=[g[1] for g in GENERAL])
def test_talk_about_the_subject_passes(text: str, why: str) -> None:
    check_general(KIND, text)
