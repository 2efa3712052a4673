"""Occupational secrets: what lawyers, doctors, pharmacists, psychologists, accountants, notaries and social workers learn in their work.

Sources: 刑法 Art. 316; 醫療法 Art. 72; 律師法 Art. 36; 會計師法 Art. 48; 社會工作師法 Art. 15; 心理師法 Art. 17; read 2026-11-22.  Told is who the speaker is (or who
told him), what was confided, and enough to guess of whom; advice, statistics, news and one's own illness are none.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.disclosed import UNTOLD_SIGNS, Matter, disclosed
from dlp.detectors.contract import Hit, Passage
from dlp.detectors.official.signs import Sign
from dlp.detectors.official.variants import words
from dlp.kinds import Kind

ID = "business.occupational"
KINDS = (Kind.SECRET_OCCUPATIONAL,)
CUES = words(
    "律師", "醫師", "醫生", "藥師", "藥局", "心理師", "諮商", "會計師", "社工", "當事人", "委任人", "病人", "病患", "病房", "個案", "案主", "客戶", "事務所", "查帳", "晤談", "諮詢", "護理師", "護士", "助產師", "門診", "急診", "診所", "輔導", "公證", "代書", "地政士", "記帳士",
    "訪視", "會談", "護理站", "輔導室", "社工室", "諮商室",
)  # fmt: skip

ROLE = r"(?:律師|醫師|醫生|藥師|心理師|諮商師|會計師|社工師?|護理師|護士|助產師|公證人|地政士|代書|記帳士|輔導老師|復健師|治療師|法官助理)"
SHOP = r"(?:事務所|診所|藥局|病房|門診|急診室?|代書事務所|諮商所|院裡|科裡|中心)"
SIGNS: tuple[Sign, ...] = (
    Sign("role", "speaker", "說話的人以專業身分得知", 0.32, re.compile(rf"(?:我(?:是|在|當)|身為)[^。,\n]{{0,10}}(?:{ROLE}(?:助理)?|做(?:諮商|輔導|社工|看護)|{SHOP}|查帳)|我們{SHOP}|(?:護理站|病房|急診|門診|社工室|輔導室|諮商室|診間)(?:今天|昨天|剛|剛剛|上週)?(?:收|來)了|(?:我們|本所|敝所)[^。,\n]{{0,6}}(?:接的|辦的|查帳的|服務的)|來我們{SHOP}|我(?:手上|負責|接)(?:的)?(?:這個|那個|一個)?(?:個案|案子|客戶|病人|當事人)|(?:今天|昨天|剛剛|上週)[^。,\n]{{0,4}}(?:門診|急診|診間|來公證|來諮商|來看診|來做筆錄)"), laid=True),
    Sign("role", "told-by", "專業人員轉述給說話的人", 0.32, re.compile(rf"{ROLE}(?:助理)?[^。,\n]{{0,8}}(?:偷偷|私下|跟我)[^。,\n]{{0,4}}(?:說|講|透露|爆料)|{ROLE}朋友[^。,\n]{{0,4}}(?:說|講|透露)"), laid=True),
    Sign("role", "record", "業務上的紀錄", 0.36, re.compile(r"(?:晤談|諮商|諮詢|查帳|會談|訪視|委任|看診|輔導)(?:紀錄|摘要|內容|筆記|工作底稿|報告)[^。\n]{0,8}(?:[::]|如下|如附|提到|顯示|記載)"), laid=True),
    Sign("content", "confided", "當事人不願人知的事", 0.36, re.compile(
        r"承認|坦承|招認|自白|癌|愛滋|HIV|梅毒|性病|精神(?:病|科)|憂鬱症|躁鬱|思覺|失智|外遇|婚外情|小三|墮胎|拿(?:過|掉)小孩|呆帳|掏空|喝農藥|懷孕|流產|不孕|吸毒|毒癮|酗酒|賭|割腕|自殺|輕生|自傷|服藥|家暴|性侵|碰過|亂倫|繼父|前科|逃漏|漏開|漏報|兩套帳|內外帳|人頭|脫產|假離婚|破產|負債|欠(?:債|錢|款)|挪用|侵占|"
        r"遺囑|遺產|離婚|私生|領養|藏(?:在|錢|了)|買了[^。,\n]{0,6}(?:地|房)|作假|造假|串供|檢查出來|確診|感染|開刀|整形|戒斷"
    ), laid=True),
    Sign("client", "client", "當事人、病人或客戶", 0.22, re.compile(r"當事人|委任人|病人|病患|個案|案主|客戶|患者|來談者|委託人|求助者|伴侶|來(?:領|看|做|拿|公證|諮商|求診)[^。,\n]{0,10}的[^。,\n]{0,6}(?:先生|太太|小姐|女士|老闆|藝人|議員|學生|女生|男生|媽媽|爸爸)"), laid=True),
    Sign("pointer", "pointer", "能猜出是誰的線索", 0.28, re.compile(r"隔壁|樓下|樓上|對面|那[個位](?:議員|立委|局長|里長|藝人|主播|網紅|老闆|明星|主管|女生|男生)|(?:早餐店|檳榔攤|小吃店)?老闆|里長|議員|藝人|[陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊江呂何蕭羅高潘簡朱鍾溫](?:姓|老?先生|太太|小姐|女士|媽媽)|住(?:在)?[\p{Han}0-9]{2,8}|[0-9]{1,2} ?歲|(?:國|高)[一二三]|我們(?:社區|大樓|學校|公司)|[0-9]{1,2}樓|甲公司|[\p{Han}]{2,6}公司|(?:她|他)(?:的)?(?:主管|老闆|先生|太太|婆婆)"), laid=True),
    *UNTOLD_SIGNS,
)  # fmt: skip
MATTER = Matter(
    Kind.SECRET_OCCUPATIONAL, SIGNS, ("role",), ("content",), frozenset({"client", "pointer", "untold", "handed"}), "［業務上知悉的秘密］",
    "業務上知悉的個案內容不得對外說明；教學或討論請改用不能辨識的情境。",
    re.compile(r"公布|新聞|報導|起訴|判決|判刑|網站|歡迎|宣導|衛教|統計|人次|誠徵|劇中|小說|電影|研討|免費|請先預約|呼籲"),
)  # fmt: skip


def find(passage: Passage) -> Iterator[Hit]:
    """What a client confided, told on."""
    yield from disclosed(passage, MATTER)


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return MATTER.masked
