"""Marriage, family, protection cases and school discipline told of a person."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .told import check_general, check_told

KIND = Kind.PERSONAL_FAMILY
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

TOLD = [
    ("陳情人周淑惠表示其前夫洪志明積欠扶養費", "扶養費", HIGH, "maintenance"),
    ("三年二班張宇恩遭同學霸凌，父母離異，由阿嬤照顧", "父母離異", MEDIUM, "pupil"),
    ("林子豪被記大過一次，請家長到校", "記大過", MEDIUM, "discipline"),
    ("同事許雅婷剛離婚，正在爭取監護權", "離婚", HIGH, "gossip"),
    ("案主陳美玲遭丈夫家暴，已聲請保護令", "家暴", HIGH, "violence"),
    ("學童吳品妍經社會局緊急安置於寄養家庭", "緊急安置", MEDIUM, "placement"),
    ("鄭家豪是領養的，不要跟他說", "領養的", HIGH, "adoption"),
]


@pytest.mark.parametrize(("text", "words", "level", "why"), TOLD, ids=[t[3] for t in TOLD])
def test_told_of_a_person(text: str, words: str, level: Level, why: str) -> None:
    check_told(KIND, text, words, level)


GENERAL = [
    ("家庭暴力防治法第50條", "law"),
    ("離婚率較去年下降3%", "statistics"),
    ("本中心提供單親家庭服務，洽王社工", "service"),
    ("校園霸凌防制準則修正說明會", "rules"),
    ("戶政事務所受理離婚登記，應備身分證", "procedure"),
    ("學生曠課達規定節數者，應予記過", "duty"),
    ("議員陳怡珍要求落實家暴防治", "councillor"),
]


@pytest.mark.parametrize(("text", "why"), GENERAL, ids=[g[1] for g in GENERAL])
def test_talk_about_the_subject_passes(text: str, why: str) -> None:
    check_general(KIND, text)
