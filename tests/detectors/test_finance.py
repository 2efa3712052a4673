"""Tax, debts, income and welfare status told of a person."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .told import check_general, check_told

KIND = Kind.PERSONAL_FINANCE
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

TOLD = [
    ("陳情人黃文雄欠稅新臺幣182萬元，請求分期", "欠稅新臺幣182萬元", HIGH, "tax debt"),
    ("吳家瑋為低收入戶第一款，每月領補助", "低收入戶", HIGH, "welfare"),
    ("張美玲月薪48000元", "月薪48000元", HIGH, "pay"),
    ("林志豪的薪水被扣押", "薪水被扣押", MEDIUM, "enforcement"),
    ("姓名,福利身分,電話\n林美惠,低收第二款,0912-666-888", "低收第二款", HIGH, "column"),
    ("許先生積欠房租12萬元", "積欠房租12萬元", MEDIUM, "surname only"),
    ("王建宏名下房屋遭法拍", "遭法拍", MEDIUM, "foreclosure"),
    ("存戶鄭淑芬帳戶餘額1,250,300元", "餘額1,250,300元", HIGH, "balance"),
    ("張文傑欠地下錢莊八十幾萬，昨天有人來公司堵", "欠地下錢莊八十幾萬", MEDIUM, "loan sharks"),
    ("清潔隊林金水被法院扣薪，每個月只領一萬六", "被法院扣薪", MEDIUM, "wage garnished"),
    ("王美玲的中低收今年沒過，因為名下有兩筆土地", "名下有兩筆土地", MEDIUM, "welfare refused, property"),
    ("四樓那位房客房租欠三個月，卡債五十萬", "卡債五十萬", MEDIUM, "lodger by floor"),
    ("姓名	身分證字號	補償費\n林美惠	A223456781	1,286,000", "1,286,000", MEDIUM, "column of compensation"),
    ("郭俊宏被詐騙一百二十萬，太太不知道", "被詐騙一百二十萬", MEDIUM, "loss by fraud"),
]


@pytest.mark.parametrize(("text", "words", "level", "why"), TOLD, ids=[t[3] for t in TOLD])
def test_told_of_a_person(text: str, words: str, level: Level, why: str) -> None:
    check_told(KIND, text, words, level)


GENERAL = [
    ("低收入戶申請資格及所得標準", "standard"),
    ("薪資所得申報期限為5月31日", "tax season"),
    ("地價稅欠稅大戶名單依法公告", "publication in general"),
    ("約僱人員月薪36,000元，誠徵1名", "advert"),
    ("本府負債較去年減少2億元，陳主計長表示", "debt of the agency"),
    ("陳議員發放物資給低收入戶", "donation"),
    ("中低收入戶學生補助，洽承辦人王小姐", "service"),
    ("林大同主任說明低收入戶38戶、中低收入戶61戶", "numbers of households"),
    ("獎學金每名5000元，得主林美惠同意具名", "prize with consent"),
    ("若陳情人有卡債，可申請債務協商", "supposed"),
    ("刮刮樂在林太太店裡開出獎金", "lottery"),
]


@pytest.mark.parametrize(("text", "why"), GENERAL, ids=[g[1] for g in GENERAL])
def test_talk_about_the_subject_passes(text: str, why: str) -> None:
    check_general(KIND, text)
