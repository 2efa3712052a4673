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
    ("張宇恩的爸爸在關，媽媽跑了，現在跟阿嬤住", "爸爸在關", MEDIUM, "parents gone"),
    ("林子豪不是他爸親生的，別講出去", "不是他爸親生的", MEDIUM, "descent"),
    ("三樓王太太被老公打到住院，已經聲請保護令", "聲請保護令", MEDIUM, "surname with a floor"),
    ("會計許雅婷跟主任搞外遇，老公還不知道", "外遇", MEDIUM, "affair"),
    ("周惠玲帶著孩子躲到庇護所，地址不能講", "庇護所", MEDIUM, "shelter"),
    ("聲請人周惠玲與兄長打遺產官司，十年沒講話", "打遺產官司", MEDIUM, "dispute"),
    ("早餐店老闆娘離過婚，兩個小孩給前夫", "離過婚", MEDIUM, "keeper of a shop"),
    ("個案周惠玲，24歲。懷孕30週，嬰兒生父不詳。", "懷孕", MEDIUM, "pregnancy in a case record"),
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
    ("我媽過世以後，我爸一個人住", "own family"),
    ("連續劇裡那個女主角其實是領養的", "television"),
    ("遺產怎麼分才公平？請洽法律扶助", "advice"),
    ("家暴相對人預防性認知教育由社工督導林大同主講", "training"),
    ("懷孕婦女請多利用產檢補助，洽健康科王小姐", "service for the pregnant"),
    ("案父○○○離家，案母改嫁", "masked, nobody"),
]


@pytest.mark.parametrize(("text", "why"), GENERAL, ids=[g[1] for g in GENERAL])
def test_talk_about_the_subject_passes(text: str, why: str) -> None:
    check_general(KIND, text)
