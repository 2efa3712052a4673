"""Occupational secrets: what lawyers, doctors, pharmacists, psychologists, accountants and social workers learn in their work.

Sources: 刑法 Art. 316; 醫療法 Art. 72; 律師法 Art. 36; 會計師法 Art. 48; 社會工作師法 Art. 15; 心理師法 Art. 17; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.disclosed import PUBLIC, is_talk, judge
from dlp.detectors.contract import Hit, Passage, literals
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "business.occupational"
KINDS = (Kind.SECRET_OCCUPATIONAL,)
CUES = literals(
    "律師",
    "醫師",
    "藥師",
    "心理師",
    "諮商",
    "會計師",
    "社工",
    "當事人",
    "委任人",
    "病人",
    "病患",
    "個案",
    "客戶",
    "事務所",
    "查帳",
    "晤談",
    "諮詢",
    "護理師",
    "助產師",
    "門診",
    "輔導老師",
    "公證人",
    "代書",
    "地政士",
    "記帳士",
)

ROLE = r"(?:律師|醫師|醫生|藥師|心理師|諮商師|會計師|社工師?|護理師|助產師|公證人|地政士|代書|記帳士|輔導老師|復健師|治療師)"
CLIENT = r"(?:當事人|委任人|病人|病患|個案|案主|客戶|患者|來談者|諮商者|委託人|學員|求助者)"
TOLD = re.compile(
    rf"(?P<mark>(?:我|我們|本所|事務所|敝所|診所|門診|{ROLE})[^。;\n]{{0,16}}(?:的|這個|那個|一個|有個|這位|那位)?{CLIENT}[^。;\n]{{0,16}}?(?:跟我(?:說|講|承認)|告訴我|坦承|承認|透露|其實|晤談時|看診時|說他|說她|私下|打算|準備|欠|逃漏|外遇|離婚|懷孕|墮胎|自殺|自傷|吸毒|得了|罹患|確診|隱匿|藏|偷)[^。;\n]{{0,30}})"
    rf"|(?P<mark>{ROLE}[^。;\n]{{0,10}}(?:跟我(?:說|講)|告訴我|透露|偷偷說|洩漏|講)[^。;\n]{{0,12}}(?:{CLIENT}|他|她|[\p{{Han}}]{{2,3}}(?:先生|小姐|太太))[^。;\n]{{0,30}})"
    rf"|(?P<mark>(?:晤談|諮商|諮詢|查帳|會談|訪視|委任|看診)(?:紀錄|摘要|內容|筆記|工作底稿)[^。;\n]{{0,10}}(?::|如下|如附|提到|顯示|記載)[^。;\n]{{4,40}})"
)
SPECIFIC = re.compile(
    r"[0-9一二三四五六七八九十]{1,4} ?(?:歲|月|號|萬|樓|年級|床)|住|叫|姓|先生|小姐|太太|女士|老師|公司|那位|昨天|今天|上週|剛剛|門診|國中|國小|高中|議員|里長|明星|局長|某"
)
FIX = "業務上知悉的個案內容不得對外說明；教學或討論請改用不能辨識的情境。"


def find(passage: Passage) -> Iterator[Hit]:
    """What a client confided, told on."""
    for match in TOLD.finditer(passage.text):
        start, end = match.span("mark")
        around, whole, near = judge(passage, start, end, reach=50)
        if is_talk(around, whole, near) or PUBLIC.search(around) or near.modal:
            continue
        specific = SPECIFIC.search(match["mark"]) is not None or SPECIFIC.search(around) is not None
        confidence = 0.46 + 0.18 * specific
        if whole.teaching or whole.news or whole.fiction or whole.job_advert or whole.procedure:
            confidence = min(confidence, 0.38)
        reasons = [Reason(Layer.CONTEXT, "confided", "轉述業務上得知的當事人或病人情況", 0.46)]
        if specific:
            reasons.append(Reason(Layer.CONTEXT, "specific", "有可辨認的細節", 0.18))
        yield Hit(Kind.SECRET_OCCUPATIONAL, start, end, confidence, tuple(reasons), "（業務上知悉的秘密）", FIX)


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return "（業務上知悉的秘密）"
