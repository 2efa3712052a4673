"""Procurement secrets: base price before award, evaluators, bidders and bids before opening, scores, papers before notice; examinations.

Sources: 政府採購法 Art. 34 (tender papers before notice; base price until award; bidders before opening; bids), 採購評選委員會組織準則 Art. 6,
採購人員倫理準則 Art. 7; examinations 典試法 Art. 31; read 2026-11-22.  After award price and winner are public; public sales state theirs beforehand.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.disclosed import AMOUNT, SHOWN, UNTOLD_SIGNS, Matter, disclosed, spoken_about
from dlp.detectors.contract import Hit, Passage
from dlp.detectors.official.signs import Sign
from dlp.detectors.official.variants import compile_wide, words
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "business.procurement"
KINDS = (Kind.SECRET_PROCUREMENT,)
CUES = words(
    "底價", "底標", "標底", "底牌", "評審裡", "委員裡", "評選委員", "評審委員", "採購委員", "委員名單", "委員建議", "外聘委員", "投標", "領標", "參標", "開標", "議價", "報價", "標價", "得標", "服務建議書", "評選完", "評選總表", "評選結果", "評分總表", "評分表", "綁標", "規格", "預算金額", "標單",
    "招標文件", "招標", "試題", "考題", "命題", "閱卷", "口試", "申論題", "題目", "會考", "榜單", "錄取", "放榜", "序位", "甄選", "升等", "甄試", "特考", "高普考", "約僱", "筆試", "複試", "總分",
)  # fmt: skip
N = "[0-9〇零一二三四五六七八九十百千兩]"
FIRM = r"(?:[\p{Han}]{2,6}(?:公司|營造|工程|企業|事務所|顧問|科技|實業|建設)|[A-Z甲乙丙丁]公司|上次那間|老面孔|第一次來)"

SIGNS: tuple[Sign, ...] = (
    Sign("price", "base-price", "底價", 0.34, re.compile("底價|底標|標底|底牌")),
    Sign("people", "evaluators", "評選委員", 0.3, re.compile(r"(?:評選|評審|外聘|內聘|採購(?:評選)?|遴選)(?:會)?委員(?!會(?:設|置|由|應))|委員(?:建議)?名單|(?:評審|評委|委員)(?:裡面|裡頭|裡)(?:有|是)")),
    Sign("bidders", "bidders", "投標或領標的廠商", 0.3, re.compile(r"領標|投標(?!須知|文件應|人應|單)|參標|來投|遞件|送件")),
    Sign("bid", "bid", "別家的報價或得分", 0.3, re.compile(r"(?:他們|對手|對方|另一家|那家|別家|同業|第[一二三四]家|[甲乙丙丁A-Z]公司)[^。,\n]{0,12}(?:報價|標價|單價|開價|服務建議書|報|開的)|(?:報價|標價|單價)(?:每[\p{Han}]{1,3})?(?=是?[ ]?[0-9])|議價")),
    Sign("score", "score", "評選分數或序位", 0.34, re.compile(r"序位|評選(?:完|結果|總表|分數)|評分總?表|委員打(?:的)?分|總分")),
    Sign("tender", "tender", "還沒公告的招標內容", 0.3, re.compile(r"招標(?:文件|公告|規範|案)|規格|預算金額|需求書|標案")),
    Sign("exam", "exam", "試題、閱卷或錄取結果", 0.3, re.compile(r"試題|考題|命題|閱卷|申論題|口試(?:題目|委員|(?=會))|(?:升等|甄試|特考|高普考|約僱|筆試|複試|甄選)(?:考試|甄選|的)?[^。,\n]{0,6}(?:(?<![問主議課話])題|考(?!績|量|慮)|錄取|正取)|錄取(?:名單|的是)|榜(?:單|還沒)")),
    Sign("detail", "amount", "說出金額或數字", 0.32, AMOUNT, laid=True),
    Sign("detail", "count", "說出幾家或幾位", 0.3, re.compile(rf"(?:只有|有|共|剩)[^。,\n]{{0,2}}{N}{{1,2}} ?(?:家|位|間)|{N}{{1,2}} ?(?:家|位)(?:是|來|投標|領標|都)"), laid=True),
    Sign("detail", "names", "說出是誰", 0.32, re.compile(rf"{FIRM}|[\p{{Han}}]{{2,4}}(?:教授|建築師|技師|副教授|老師|副座|主任|局長)|你們系|我們學校|就你們[跟和][\p{{Han}}]{{2,5}}?(?=投標|領標|參標|來|兩|[,。])|姓[\p{{Han}}]那(?:位|個)"), laid=True),
    Sign("detail", "rank", "說出名次或分數", 0.32, re.compile(rf"(?:序位|排)?第[一二三1-3](?:名|高)?是?|最高分|最低分|平均[^。,\n]{{0,3}}{N}{{1,3}}|[0-9]{{1,3}}(?:\.[0-9])? ?分|有[0-9]{{2}}(?![0-9])"), laid=True),
    Sign("detail", "content", "說出題目或規格內容", 0.32, re.compile(rf"會?(?:考|問|出)(?:為什麼|怎麼|如何|[\p{{Han}}]{{2,12}}(?:法|條|題|章|什麼|跟|與|、))|第{N}{{1,2}}題|題目(?:先)?給|照(?:你|貴)(?:們)?(?:家|公司)?的?[^。,\n]{{0,6}}(?:型號|規格|產品)|(?<=規格)(?:就)?(?:照|合不合|量身|綁)|{N}{{1,2}}號跟{N}{{1,2}}號|(?:是|有)[^。,\n]{{0,3}}{N}{{1,2}}號|草稿|草案"), laid=True),
    Sign("own", "own-work", "是說話的人自己出題、閱卷或辦理", 0.3, re.compile(r"我(?:是(?=[^。,\n]{0,12}(?:閱卷|命題|評選|評審|口試|出題))|(?:看|查|問|打聽)到(?:了)?|出的|命題|閱卷|在閱卷|負責|承辦|經手|是委員|監考)|幫忙不要說"), laid=True),
    *UNTOLD_SIGNS,
)  # fmt: skip
MATTER = Matter(
    Kind.SECRET_PROCUREMENT, SIGNS, ("price", "people", "bidders", "bid", "score", "tender", "exam"), ("detail",), SHOWN | {"own"}, "［採購或考試保密事項］",
    "決標（放榜、公告）前不得說明；對外只說「依採購公告辦理」，並改由承辦單位統一回復。",
)  # fmt: skip

PAPER = compile_wide(
    r"(?m)^[^\n。,]{0,24}(?P<mark>底價(?:核定表|單|封|建議表|訂定表|表)|評選委員(?:會)?(?:委員)?(?:建議)?名單|委員建議名單|廠商評分(?:表|總表)|評選(?:總表|評分表)|投標廠商(?:名單|一覽表)|(?:試題|題庫)卷?(?:[ ]?[(](?:密|機密|未公開|草稿)[)])?)[^\n。,]{0,16}$"
)
FILLED = compile_wide(
    r"(?m)(?:核定底價|建議底價|底價)[ \t]{0,4}[:|\t][ \t]{0,6}(?:新臺幣|NT\$?)?[0-9][0-9,]{3,}|^[ \t>]{0,4}[^\n\t]{1,12}\t[0-9]{1,3}(?:\.[0-9]{1,2})?\t|^[ \t>]{0,4}[0-9一二三四五]{1,2}[.、][ ]?[\p{Han}○]{2,4}[ \t]{1,6}[^\n]{2,20}|^[ \t>]{0,4}[一二三四五六七八九十]{1,2}、[^\n]{6,60}(?:[(][0-9]{1,3} ?分[)]|\?|何謂|試述)"
)
SECRET_PAPER = compile_wide(r"密[)】]|未公(?:告|布|開)|開標日期|核定人|建議|尚未")


def find(passage: Passage) -> Iterator[Hit]:
    """Told: what must not be told before award, opening or publication; and papers that hold it."""
    yield from disclosed(passage, MATTER)
    yield from _papers(passage)


def _papers(passage: Passage) -> Iterator[Hit]:
    for match in PAPER.finditer(passage.text):
        below = passage.text[match.end() : match.end() + 600]
        if FILLED.search(below) is None:
            continue
        secret = SECRET_PAPER.search(match[0] + below) is not None or match["mark"].startswith("底價")
        confidence = 0.72 if secret else 0.4
        reasons: tuple[Reason, ...] = (Reason(Layer.FORM, "paper", "標題是底價、委員名單、評分表或試題，且已填內容", confidence),)
        factor, cause = spoken_about(passage, match.start("mark"), match.end("mark"), hushed=secret)
        if factor < 1:
            confidence = round(confidence * factor, 2)
            reasons = (*reasons, Reason(Layer.CONTEXT, "talk", f"降低：{cause}", round(confidence - 0.72, 2)))
        yield Hit(Kind.SECRET_PROCUREMENT, match.start("mark"), match.end("mark"), confidence, reasons, MATTER.masked, MATTER.fix, {"topic": "paper"})


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return MATTER.masked
