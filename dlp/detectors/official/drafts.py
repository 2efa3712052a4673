"""Papers before a decision: 簽, 稿, drafts not approved, discussion papers (行政程序法46 II 1, 政府資訊公開法18 I 3; read 2026-11-22).

Single words prove nothing: 草案 is often a published preview, 擬辦 and 核定 stand in rules and lessons.  What counts is structure (several
signs of one paper: 擬辦 with 敬陳 and an empty 發文字號), marks of an unfinished state (草稿, 未核定, v0.3) standing as marks, and people who
say of the thing in hand that it is not decided yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.setting import Setting, local, setting_of
from dlp.document import Place
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "official.drafts"
KINDS = (Kind.DRAFT_UNDECIDED,)
CUES = (
    *literals(
        "擬辦", "核示", "陳核", "敬陳", "呈核", "鑒核", "奉核", "奉可", "簽奉", "如擬", "未核定", "尚未核定", "核定前", "未定案", "未經核定", "待簽核", "簽核中", "簽辦", "會辦", "會簽", "會稿", "核稿", "擬稿", "初稿",
        "草稿", "稿本", "函稿", "簽稿", "以稿代簽", "決行", "判行", "鈞閱", "批示", "批核", "核章", "討論稿", "討論用", "內部版", "底稿", "擬議", "研議中", "方案甲", "方案乙", "甲案", "乙案", "丙案", "幕僚建議", "裁示前", "draft",
        "還沒核", "還沒簽", "尚未簽", "還沒定", "還沒決定", "尚未決定", "未拍板", "還在簽", "長官還沒", "首長還沒", "稿子", "未發布", "政策評估", "評分表", "公文稿", "稿（", "(稿)", "（稿）", "暫定", "草案", "修正稿", "定稿前",
    ),
    *pattern(r"[vV][0-9]\.[0-9]"),
    *pattern(r"擬[ \t]{1,8}辦"),
)  # fmt: skip

# sign → (pattern, weight).  Weights add up; a paper with several signs is one.
SIGNS: dict[str, tuple["re.Pattern[str]", float, str]] = {
    "proposal": (re.compile(r"(?m)^[ \t]{0,8}(?:[一二三四五六][、.] ?)?擬[ \t]{0,8}辦[ \t]{0,4}[:]?"), 0.28, "有「擬辦」段"),
    "chain": (re.compile(r"(?m)(?:^[ \t]{0,12}|[。 ])(?:敬陳|謹陳|陳|呈)[ \t]{0,4}(?:[\p{Han}]{1,6}(?:長|秘書|秘|主任|參議|專員)[、 \t\n→>]{0,4}){1,6}[ \t]{0,4}$|敬陳[ \t]{0,6}\n"), 0.22, "有「敬陳」長官的行列"),
    "ask": (re.compile(r"(?:當否|可否|是否可行|是否妥適|妥否|可行否)[,?, ]{0,2}(?:簽|敬|謹|恭)?請[ \t]{0,2}(?:核示|鑒核|鈞長?核示|示遵)|(?:簽|敬|謹|恭)請 ?(?:核示|鑒核|鈞長核示)|請 {0,2}鈞長?(?:核示|鑒核|閱)"), 0.24, "請長官核示的用語"),
    "choice": (re.compile(r"(?:擬|建議|傾向|初步)採(?:用)?(?:[甲乙丙丁ABC]案|方案[甲乙丙丁一二三ABC])|(?:方案|腹案)[甲乙丙一二三][:、]"), 0.24, "列出擬採的方案"),
    "approval-slots": (re.compile(r"(?m)(?:承辦|會辦|核稿|審核|決行|批示|核章)(?:人員?|單位)?[ \t:|]{1,8}(?:會辦|核稿|審核|決行|批示|核章)|第[一二三]?[ \t]{0,2}層決行"), 0.2, "有承辦、核稿、決行欄"),
    "empty-number": (re.compile(r"(?m)^[ \t]{0,8}(?:發文字號|文號|發文日期)[ \t]{0,4}:[ \t]{0,8}(?:[○〇O]{0,4}字第[ \t]{0,12}號|中華民國[ \t]{0,8}年[ \t]{0,8}月[ \t]{0,8}日)?[ \t]{0,4}$"), 0.16, "發文字號或日期空白"),
    "title": (re.compile(r"(?m)^[ \t]{0,40}(?:[\p{Han}○]{2,20} {0,4})?(?:簽(?: {1,4}於|[ \t]{0,4}$|呈)|函[ \t]{0,4}[(]?稿[)]?|公告[ \t]{0,4}[(]稿[)]|書函[ \t]{0,4}[(]稿[)]|簽稿(?:併|並)陳|以稿代簽|便簽)"), 0.26, "標題是簽或稿"),
    "signed-at": (re.compile(r"(?m)^[ \t]{0,12}(?:簽 {0,4})?於[ \t]{0,4}[\p{Han}○]{2,14}(?:科|處|室|課|局|所|股|組|中心)[ \t]{0,4}$"), 0.2, "有「簽於某單位」"),
    "after-approval": (re.compile(r"(?:俟|待|於)?(?:簽)?奉(?:核|可|准)(?:定|示)?(?:可)?(?:後|准後)|如奉(?:核可|核准|鈞長)"), 0.16, "奉核後才辦理"),
    "subject": (re.compile(r"(?m)^[ \t]{0,8}主[ \t]{0,6}旨[ \t]{0,4}:"), 0.05, "有主旨欄"),
}  # fmt: skip
PAPER_FROM = 0.40
MARK_WORD = r"(?:草[ \t]{0,4}稿|初[ \t]{0,4}稿|討論稿|修正稿|稿[ \t]{0,2}本|函稿|底稿|未核定|尚未核定|未經核定|核定前(?:資料)?|未定案|待簽核|簽核中|內部版|內部討論(?:用|稿)?|尚未發布|未發布|DRAFT(?: ?V?[0-9.]{1,5})?|[Vv]0\.[0-9]{1,2}(?:版)?|草案[(]?(?:內部版|未定稿|討論版)[)]?|暫定版)"
OPEN, CLOSE = r"[\[【〔(「『<《]", r"[\]】〕)」』>》]"
ALONE = re.compile(
    rf"(?mi)^[ \t※*★◎●■▲#>\-]{{0,12}}(?:{OPEN}[ \t]{{0,3}})?(?P<mark>{MARK_WORD})(?:[ \t]{{0,3}}{CLOSE})?[ \t※*★!。.]{{0,12}}$"
)
BRACKET = re.compile(
    rf"(?i)[\[【〔(][ \t]{{0,3}}(?P<mark>{MARK_WORD}(?:[,、 ]{{0,2}}[\p{{Han}}]{{0,10}})?)[ \t]{{0,3}}[\]】〕)]"
)
IN_NAME = re.compile(
    r"(?i)(?:^|[_\-. \[【〔()\p{Han}])(?P<mark>草稿|初稿|函稿|簽稿|討論稿|修正稿|底稿|未核定|未定稿|內部版|draft|v0\.[0-9]{1,2})(?=[_\-. \]】〕)0-9v]|$)"
)
THING = r"(?:簽呈|簽|公文|函稿|稿子|新聞稿|計畫|方案|企劃|要點|辦法|草案|名單|預算|規劃|報告|簡報|案子|這案|本案|決定|結果|金額|額度|時程|地點|人選|分數|評分|補助|版本|附件|這份|這個|資料|內容|說帖|擬答|契約|條文)"
NOT_YET = r"(?:還沒|尚未|還未|仍未|未|還在|沒|目前還沒|現在還沒)(?:有)?(?:經)?(?:[\p{Han}]{0,4}?)(?:核定|核准|定案|定稿|拍板|批|批示|批下來|簽出去|簽核|簽完|簽|送出|決行|判行|發文|用印|決定|通過|公布|發布|敲定|出來|點頭|同意|會簽完|會完|跑完)"
OF_THIS = re.compile(
    rf"{THING}[^。;\n]{{0,16}}?(?P<mark>{NOT_YET})|(?P<mark>{NOT_YET})的?[^。;\n]{{0,8}}{THING}|(?:長官|局長|處長|科長|主任|首長|秘書長|市長|縣長|部長|次長|署長|主秘)[^。;\n]{{0,8}}?(?P<mark>{NOT_YET})"
)
HANDED = re.compile(
    r"(?:給你|給您|傳給|寄給|貼給|附上|如附|附件|附檔|請(?:先)?(?:參考|看|過目|幫忙看|惠賜意見)|先(?:給|讓|寄|傳|看|參考|睹為快|跟你|跟您|請你)|偷偷|截圖|圖片|連結|給大家|分享|提供|檢送|預先|搶先|內容(?:是|為|大概|如下)|會改成|打算|準備要|預計|版本)"
)
PUBLISHED = re.compile(
    r"預告|公開徵求|刊登[\p{Han}]{0,6}公報|公聽會|草案總說明|核定版|定稿(?!前)|已核定|業經[^。\n]{0,16}核定|業經|奉核在案|已發文|發布日期|草案全文|公告周知|三讀|施行日期|公共政策網路參與平[臺台]|眾開講|對外徵詢|陳述意見"
)
TEACHES = re.compile(
    r"撰擬|寫作|範例|範本|用語|格式|公文(?:處理|製作|寫作)|手冊|流程|講習|教學|簽應|稿應|何謂|考題|測驗|研習|練習|課程|要領|注意事項|文書處理|作業規定|程序|欄位說明"
)
FRAMES = frozenset({Place.HEADER, Place.FOOTER, Place.WATERMARK, Place.TEXT_BOX})
FIX = "決定前的擬稿不對外提供；已核定者請改附核定版，並移除簽核欄與擬辦。"


@dataclass(frozen=True, slots=True)
class Sign:
    name: str
    start: int
    end: int
    weight: float
    words: str


def find(passage: Passage) -> Iterator[Hit]:
    """The paper as a whole where its structure shows, marks of an unfinished state, and what people say of it."""
    text, place, setting = passage.text, passage.part.place, setting_of(passage)
    released = PUBLISHED.search(text[:4_000]) is not None
    teaches = setting.teaching or setting.law or setting.procedure or len(TEACHES.findall(text[:6_000])) >= 3
    if place in (Place.FILE_NAME, Place.SHEET_NAME, Place.SUBJECT):
        for match in IN_NAME.finditer(text):
            yield _hit(match.start("mark"), match.end("mark"), passage, 0.58, "name", "檔名或主旨上的稿本標示")
    yield from _paper(passage, setting, teaches=teaches, released=released)
    for match in ALONE.finditer(text):
        near_edge = place in FRAMES or match.start() < 160
        confidence = 0.72 if near_edge else 0.55
        yield _hit(
            *match.span("mark"),
            passage,
            confidence if not (teaches or released) or place in FRAMES else 0.3,
            "own-line",
            "單獨成行的稿本或未核定標示",
        )
    for match in BRACKET.finditer(text):
        confidence = 0.65 if match.start() < 120 or place in FRAMES else 0.52
        yield _hit(
            *match.span("mark"),
            passage,
            0.3 if teaches or released else confidence,
            "bracket",
            "以括弧標示稿本或未核定",
        )
    for match in OF_THIS.finditer(text):
        yield from _said(passage, match, teaches=teaches, released=released)


def mask(value: str) -> str:
    """Signs of a draft are shown as they are."""
    return value


def _paper(passage: Passage, setting: Setting, *, teaches: bool, released: bool) -> Iterator[Hit]:
    signs = []
    for name, (pattern_, weight, words) in SIGNS.items():
        match = pattern_.search(passage.text)
        if match is not None:
            signs.append(Sign(name, match.start(), match.end(), weight, words))
    strong = [s for s in signs if s.name != "subject"]
    total = sum(s.weight for s in signs)
    if len(strong) < 2 or total < PAPER_FROM:
        return
    confidence = min(0.92, 0.35 + total * 0.62)
    if teaches or released or setting.news or setting.question:
        confidence = min(confidence, 0.4)
    first = min(strong, key=lambda s: s.start)
    reasons = tuple(Reason(Layer.FORM, f"draft-{s.name}", s.words, s.weight) for s in signs)
    if teaches:
        reasons += (Reason(Layer.CONTEXT, "teaches", "全文在說明公文寫法或程序", -0.4),)
    yield Hit(
        Kind.DRAFT_UNDECIDED,
        first.start,
        first.end,
        confidence,
        reasons,
        passage.text[first.start : first.end],
        FIX,
        {"form": "paper"},
    )


def _said(passage: Passage, match: "re.Match[str]", *, teaches: bool, released: bool) -> Iterator[Hit]:
    start, end = match.span("mark")
    near = local(passage, start, end)
    low, high = passage.sentence(start)
    around = passage.text[max(0, low - 60) : high + 60]
    if near.law or near.conditional or near.question or near.news or near.modal or near.generic:
        return
    handed = HANDED.search(around) is not None
    confidence = 0.62 if handed else 0.42
    if teaches or released:
        confidence = min(confidence, 0.35)
    reasons = [Reason(Layer.CONTEXT, "said-undecided", "提到手上的文件還沒核定", 0.42)]
    if handed:
        reasons.append(Reason(Layer.CONTEXT, "handed-over", "並把內容交給別人", 0.2))
    yield Hit(
        Kind.DRAFT_UNDECIDED, start, end, confidence, tuple(reasons), passage.text[start:end], FIX, {"form": "said"}
    )


def _hit(start: int, end: int, passage: Passage, confidence: float, code: str, words: str) -> Hit:
    reason = Reason(Layer.FORM, code, words, confidence)
    return Hit(Kind.DRAFT_UNDECIDED, start, end, confidence, (reason,), passage.text[start:end], FIX, {"form": "mark"})
