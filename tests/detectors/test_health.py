"""Illness and treatment told of a person; talk about illness in general passes."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .told import check_general, check_told

KIND = Kind.PERSONAL_HEALTH
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

TOLD = [
    ("陳情人陳秀英主訴其子罹患思覺失調症，請社會局協助就醫。", "思覺失調症", HIGH, "illness of a child in a petition"),
    ("聽說會計室的林淑芬得了乳癌，下禮拜要開刀，大家先不要講。", "乳癌", HIGH, "office gossip"),
    ("姓名：王大偉\n病名：肺腺癌第三期\n電話：0912-555-777", "肺腺癌", HIGH, "record of label lines"),
    ("姓名\t身分證字號\t診斷\n林美惠\tA223456781\tF20.9", "F20.9", HIGH, "column of a table"),
    ("學生陳柏翰有ADHD，在校需服用藥物，請各科老師留意", "ADHD", HIGH, "pupil"),
    ("案主A200501503，重度身心障礙，福利資格遭取消", "重度身心障礙", HIGH, "an identifier instead of a name"),
    ("王先生因中風住院，家屬請求延期。", "中風", MEDIUM, "surname only"),
    ("林淑芬（乳癌）已請長假", "乳癌", MEDIUM, "bracket after the name"),
    ("確診名單：周美玲、吳志豪、蔡宗憲", "確診", MEDIUM, "list under a heading"),
    ("張文傑，事由：憂鬱症就診", "憂鬱症", MEDIUM, "leave slip"),
    ("黃國書的媽媽失智走失，請協尋", "失智", MEDIUM, "kin of a named person"),
    ("剛剛急診送來的是局裡的許家豪，好像中風", "中風", MEDIUM, "chat"),
    ("吳淑玲女士愛滋病陽性，請個管師接手", "愛滋病", HIGH, "infection"),
    ("劉建志上週三在身心科看診，開了抗憂鬱劑", "身心科看診", MEDIUM, "department betrays"),
    ("李佩珊去年流產後情緒低落", "流產", MEDIUM, "pregnancy loss"),
    ("查鄭文彬係慢性精神病患，曾多次滋擾", "精神病", HIGH, "police note"),
    ("聽說樓上的林淑芬昨晚吞了一整瓶安眠藥，救護車載走", "吞了一整瓶安眠藥", MEDIUM, "self-harm in everyday words"),
    ("郭俊宏車禍後就包尿布、插鼻胃管，太太一個人顧", "插鼻胃管", MEDIUM, "aids"),
    ("房客張文傑每個月要去打長效針，不打就會幻聽", "打長效針", MEDIUM, "injection that betrays the illness"),
    ("我們班陳柏翰沒吃藥就坐不住，老師都知道", "沒吃藥", MEDIUM, "medication of a pupil"),
    ("社區三樓那位太太懷孕了又流掉，不要跟她提", "懷孕", MEDIUM, "described by floor, pregnancy"),
    ("里長家的大女兒在吃抗憂鬱的藥", "吃抗憂鬱的藥", MEDIUM, "kin of the village head"),
    ("全鄉唯一的獸醫上個月確診愛滋", "確診愛滋", MEDIUM, "the only one"),
    ("個案：林美惠。\n本週情形：案主手腕有新的割痕，已轉介。", "割痕", MEDIUM, "case work goes on about the person named before"),
    ("同仁張文傑調職一案。他上個月在身心科拿藥，請勿外傳。", "在身心科拿藥", MEDIUM, "the sentence after the name"),
    ("1 林金水 28/04/02 北勢路二段16號 臥床、氧氣機", "臥床", MEDIUM, "row of a list"),
    ("Colonel Chen Wei-ming was diagnosed with colon cancer and starts chemotherapy next week, please inform our colleagues.", "diagnosed with colon cancer", MEDIUM, "English mail"),
]


@pytest.mark.parametrize(("text", "words", "level", "why"), TOLD, ids=[t[3] for t in TOLD])
def test_told_of_a_person(text: str, words: str, level: Level, why: str) -> None:
    check_told(KIND, text, words, level)


GENERAL = [
    ("糖尿病是國人常見慢性病，衛生局呼籲定期檢查。", "health education"),
    ("感染科主任李大維表示，登革熱疫情升溫。", "official speaks about an illness"),
    ("如有罹患傳染病者，應通報衛生局。", "duty"),
    ("市府辦理失智症照顧者服務，由王大偉科長說明。", "service"),
    ("依身心障礙者權益保障法第5條規定", "law"),
    ("本季新增確診病例38例，較上季減少5%", "statistics"),
    ("癌症防治中心許志豪主任受邀演講", "name of a unit"),
    ("議員林美燕關心腸病毒疫情，要求加強消毒", "councillor and epidemic"),
    ("林怡君護理師負責糖尿病衛教", "job"),
    ("提案人：蔡淑惠\n案由：補助民眾帶狀皰疹疫苗", "motion"),
    ("王小明罹患流感時，應如何請假？（範例）", "sample"),
    ("陳建宏醫師研究阿茲海默症二十年", "research"),
    ("減輕生育負擔，由王美玲科長報告", "word inside words"),
    ("我去年動乳房手術，謝謝大家的關心", "own story"),
    ("新聞說那位歌手每天吃四顆安眠藥", "what the news said"),
    ("小說裡的林淑芬喝農藥那段寫得真好", "novel"),
    ("經當事人同意公開：林淑芬女士分享抗癌經驗，去年罹患乳癌", "consent"),
    ("若張文傑罹患憂鬱症，學校應如何協助", "supposed"),
    ("有沒有懷孕、有沒有流產，都不能告訴林先生", "left open"),
    ("案主陳○○，偶有輕生念頭，已轉介", "masked name"),
    ("洗腎病患每週三次，復康巴士可預約，請洽里長林大同", "service"),
    ("自殺防治專線1925，安心您的心，主任林大同敬上", "hotline"),
]


@pytest.mark.parametrize(("text", "why"), GENERAL, ids=[g[1] for g in GENERAL])
def test_talk_about_the_subject_passes(text: str, why: str) -> None:
    check_general(KIND, text)


def test_council_business_is_public_talk() -> None:
    """What councillors say of a person on the floor stays below a level, a number that leads to the person does not."""
    told = "林大同議員質詢：陳情人張文傑罹患肺癌，市府應專案處理。衛生局長答詢：已派員訪視。大會決議：照案通過。"
    check_general(KIND, told)
    check_told(KIND, told.replace("張文傑", "張文傑（A223456781）"), "肺癌", MEDIUM)
