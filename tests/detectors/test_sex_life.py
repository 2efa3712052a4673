"""Sexual orientation and practice told of a person."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .told import check_general, check_told

KIND = Kind.PERSONAL_SEX_LIFE
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

TOLD = [
    ("人事室的陳柏宇是同志，大家都知道", "是同志", HIGH, "orientation"),
    ("林怡君跟課長有婚外情，還去汽車旅館", "婚外情", HIGH, "affair"),
    ("張志豪坦承曾與未成年人發生性關係", "發生性關係", HIGH, "statement"),
    ("許家豪的性傾向為雙性戀", "性傾向為雙性戀", HIGH, "label"),
    ("被害人黃美玲遭其主管性騷擾", "性騷擾", MEDIUM, "victim named"),
    ("吳志明常去嫖妓，被拍到", "嫖", HIGH, "prostitution"),
    ("張文傑跟他男友同居三年了，家裡還不知道", "跟他男友", MEDIUM, "partner"),
    ("林淑芬說她喜歡女生，不想讓爸媽知道", "喜歡女生", MEDIUM, "told in counselling"),
    ("學生許雅婷的裸照被前男友傳到群組", "裸照被前男友傳", MEDIUM, "images"),
    ("我們班林子豪去領匿篩的試劑", "領匿篩的試劑", MEDIUM, "anonymous test"),
    ("周惠玲與主管在汽車旅館被拍到", "汽車旅館", MEDIUM, "motel"),
]


@pytest.mark.parametrize(("text", "words", "level", "why"), TOLD, ids=[t[3] for t in TOLD])
def test_told_of_a_person(text: str, words: str, level: Level, why: str) -> None:
    check_told(KIND, text, words, level)


GENERAL = [
    ("性騷擾防治法第7條規定雇主應防治性騷擾", "law"),
    ("同志遊行將於週六舉行，王建民局長說明交管", "event"),
    ("性別平等教育宣導：尊重不同性傾向", "education"),
    ("全體同志務必準時", "comrades"),
    ("本月受理性侵害通報12件", "statistics"),
    ("性別平等教育講座由林大同老師主講，談性騷擾防治", "lecture"),
    ("同志遊行週六登場，林大同處長到場", "parade"),
    ("小說裡她跟他男友的故事很動人", "novel"),
]


@pytest.mark.parametrize(("text", "why"), GENERAL, ids=[g[1] for g in GENERAL])
def test_talk_about_the_subject_passes(text: str, why: str) -> None:
    check_general(KIND, text)
