"""Procurement secrets: base price before award, evaluators before they are published, bidders and bids before opening, scores, papers before notice.

Sources: 政府採購法 Art. 34 (tender papers before notice; base price until award; bidders before opening; bids), 採購評選委員會組織準則 Art. 6,
採購人員倫理準則 Art. 7; examinations 典試法 Art. 31; read 2026-11-22.  After award price and winner are public.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.disclosed import AMOUNT, PUBLIC, SECRET, is_talk, judge
from dlp.detectors.contract import Hit, Passage, literals
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "business.procurement"
KINDS = (Kind.SECRET_PROCUREMENT,)
CUES = literals(
    "底價", "評選委員", "評審委員", "委員名單", "外聘委員", "投標廠商", "領標", "投標", "開標", "議價", "報價", "標案", "採購案", "得標", "流標", "廢標", "價格標", "服務建議書", "綁標", "圍標", "規格", "單價", "預算金額", "押標金",
    "試題", "考題", "命題", "閱卷", "口試", "題目", "榜單", "錄取名單", "放榜", "標單", "評分", "序位", "招標文件", "標價",
)  # fmt: skip

# topic → (what is told, whether an amount or name must stand beside it)
TOPICS: tuple[tuple[str, "re.Pattern[str]", str], ...] = (
    ("base-price", re.compile(r"(?P<mark>(?:核定)?底價(?:單|金額)?(?:[^。;\n]{0,14}?)(?:是|為|:|壓在|訂|定|抓|落在|大概|約|在|核|砍到|不會超過|只有|設)?[^。;\n]{0,6}?(?:新臺幣|NT\$?)?[0-9一二三四五六七八九十百千兩][0-9,.一二三四五六七八九十百千]{0,10} ?(?:萬|億|元|千|塊|折|成|%))"), "說出決標前的底價"),
    ("evaluators", re.compile(r"(?P<mark>(?:評選|評審|外聘|採購)?委員(?:名單|人選|會委員)?(?:[^。;\n]{0,12}?)(?:是|有|為|:|包括|找|聘|請了|裡面有)[^。;\n]{0,4}(?:[\p{Han}]{2,4}(?:老師|教授|委員|建築師|技師|主任|局長|科長|先生|小姐)|[一二三四五六七八九兩0-9]{1,2} ?位))"), "說出評選委員是誰或有幾位"),
    ("bidders", re.compile(r"(?P<mark>(?:目前|現在|到今天|截至|只有|有|共)[^。;\n]{0,8}[一二三四五六七八九十兩0-9]{1,2} ?家[^。;\n]{0,8}(?:領標|投標|來投|來領|送件|遞件|參標))|(?P<mark>(?:領標|投標|參標|送件)(?:的)?(?:廠商)?[^。;\n]{0,6}(?:有|是|包括|只有|:)[^。;\n]{0,10}(?:公司|營造|工程|企業|事務所|顧問|[一二三四五六七八九十兩0-9]{1,2} ?家))"), "說出開標前的投標廠商或家數"),
    ("bid", re.compile(r"(?P<mark>(?:他們|對手|競爭對手|另一家|那家|第[一二三四五]家|[\p{Han}]{2,8}(?:公司|營造|工程))[^。;\n]{0,12}(?:報價|標價|單價|開價|報|投)[^。;\n]{0,8}(?:是|為|到|才|只|了)?[^。;\n]{0,4}[0-9一二三四五六七八九十百千兩][0-9,.]{0,10} ?(?:萬|億|元|千|塊))"), "說出別家的報價"),
    ("score", re.compile(r"(?P<mark>(?:評選|評分|評審|序位|委員打(?:的)?分|分數)[^。;\n]{0,16}?(?:第[一二三]名|最高分?|最低分?|[0-9]{1,3}(?:\.[0-9])? ?分|序位 ?[一二三1-9])[^。;\n]{0,10})"), "說出未公布的評選分數或序位"),
    ("rigged", re.compile(r"(?P<mark>(?:規格|標案|這個?案子|招標文件|這個?標)[^。;\n]{0,10}(?:量身|綁|內定|喬好|講好|安排好|就是要給|會給|給)[^。;\n]{0,12})"), "說出規格或得標安排"),
    ("exam", re.compile(r"(?P<mark>(?:口試|筆試|甄試|考試|複試|這次)?(?:題目|試題|考題)[^。;\n]{0,8}(?:會考|是|有|出|包括|:|就考|考)[^。;\n]{2,20})|(?P<mark>閱卷[^。;\n]{0,14}(?:平均|[0-9]{1,3} ?分)[^。;\n]{0,8})|(?P<mark>(?:錄取|榜|正取)(?:名單)?[^。;\n]{0,8}(?:有|是|包括)[^。;\n]{2,12})"), "說出試題、閱卷或未放榜的結果"),
)  # fmt: skip
NOT_YET = {
    "base-price": re.compile(r"開標|決標前|還沒(?:開|決)標|下午|明天|下週|壓|懂的|先|待|尚未|投標|怎麼寫|填"),
    "evaluators": re.compile(
        r"名單|私訊|還沒|尚未|未公(?:布|開)|不要|先|我們學校|認識|打招呼|拜託|開標前|評選前|下週|明天"
    ),
    "bidders": re.compile(r"目前|現在|開標前|還沒開|截止前|老面孔|截至|明天|下午|只有"),
    "bid": re.compile(r"議價|還沒|先|可以打到|壓|降|你們|你|記得|明天"),
    "score": re.compile(r"還沒|尚未|未公布|別說|先|內部|明天|簽|委員|偷"),
    "rigged": re.compile(r"我們|跟你|你們|放心|喬|說好|別|不要"),
    "exam": re.compile(r"還沒|放榜|口試|別說|不要說|幫忙|偷|委員|我出的|命題|先跟|猜|明天|下週|考前"),
}
FIX = "決標（放榜、公告）前不得說明；對外只說「依採購公告辦理」，並改由承辦單位統一回復。"


def find(passage: Passage) -> Iterator[Hit]:
    """Told: what must not be told before award, opening or publication."""
    for code, pattern, words in TOPICS:
        for match in pattern.finditer(passage.text):
            start, end = match.span("mark")
            around, whole, near = judge(passage, start, end)
            if is_talk(around, whole, near) or PUBLIC.search(around):
                continue
            untold, early = SECRET.search(around) is not None, NOT_YET[code].search(around) is not None
            confidence = 0.42 + 0.22 * untold + 0.16 * early + 0.06 * (AMOUNT.search(match["mark"]) is not None)
            if whole.teaching or whole.news or whole.published or near.modal:
                confidence = min(confidence, 0.4)
            reasons = [Reason(Layer.CONTEXT, code, words, 0.42)]
            if untold:
                reasons.append(Reason(Layer.CONTEXT, "not-public", "表明還沒公布或要對方保密", 0.22))
            if early:
                reasons.append(Reason(Layer.CONTEXT, "too-early", "時間在開標、決標或公布之前", 0.16))
            yield Hit(
                Kind.SECRET_PROCUREMENT,
                start,
                end,
                min(confidence, 0.9),
                tuple(reasons),
                "（採購或考試保密事項）",
                FIX,
                {"topic": code},
            )
    yield from _papers(passage)


PAPER = re.compile(
    r"(?m)^[^\n]{0,20}(?P<mark>底價(?:核定表|單|封|建議表|訂定表)|評選委員(?:建議)?名單|採購評選委員會委員名單|廠商評分(?:表|總表)|評選總表|投標廠商(?:名單|聲明)|(?:試題|題庫)卷?(?:[(]?(?:密|機密|未公開)[)]?))[^\n]{0,20}$"
)
FILLED = re.compile(
    r"(?:核定底價|建議底價|底價|評分|總分|序位|委員)[ \t]{0,4}[:|\t][ \t]{0,6}(?:新臺幣|NT\$?)?[0-9\p{Han}][^\n]{1,30}|[0-9]{1,3}(?:\.[0-9])?分|[0-9,]{6,14} ?元"
)


def _papers(passage: Passage) -> Iterator[Hit]:
    for match in PAPER.finditer(passage.text):
        around, whole, near = judge(passage, match.start("mark"), match.end("mark"), reach=400)
        if is_talk(around[:80], whole, near) or PUBLIC.search(around) or whole.teaching:
            continue
        filled = FILLED.search(passage.text[match.end() : match.end() + 600]) is not None
        confidence = 0.72 if filled else 0.4
        reasons = (
            Reason(
                Layer.FORM, "paper", "標題是底價、委員名單或評分表" + ("，且已填內容" if filled else ""), confidence
            ),
        )
        yield Hit(
            Kind.SECRET_PROCUREMENT,
            match.start("mark"),
            match.end("mark"),
            confidence,
            reasons,
            match["mark"],
            FIX,
            {"topic": "paper"},
        )


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return "（採購或考試保密事項）"
