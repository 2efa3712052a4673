"""Closed meetings: secret or closed sessions, numbered copies, papers to be returned, deliberations not to be told.

Minutes and agendas of collegial bodies are published as a rule (政府資訊公開法 Art. 7 I 10), so 會議紀錄 alone is nothing.  What counts are
marks on the paper in hand (秘密會議, 編號第003號／共25份, 會後收回, 請勿攜出) and people who tell what was said in a session that they call
closed.  Sources: 國家機密保護法施行細則 Art. 27; 行政院會議議事規則 Art. 11–12; 考績法 Art. 20; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.setting import local, setting_of
from dlp.document import Place
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "official.meetings"
KINDS = (Kind.MEETING_CLOSED,)
CUES = (
    *literals(
        "秘密會議", "不公開會議", "閉門會議", "閉門", "機密會議", "機密議案", "會後收回", "會後繳回", "用畢收回", "議畢收回", "會後回收", "請勿攜出", "不得攜出", "勿攜出", "請勿拍照", "請勿錄音", "禁止錄音", "禁止拍照", "禁止攝影",
        "編號分發", "保密切結", "保密同意書", "不得談論", "勿對外", "不對外公開", "不得對外", "未經同意不得發布", "委員個別意見", "評選會", "評審會", "考績會", "甄審會", "教評會", "性平會", "懲戒會", "審議會", "專案會議", "內部會議",
        "局務會議", "主管會議", "科務會議", "首長會議", "協調會", "表決", "主席裁示", "主席說", "會議上", "會中", "剛開完會", "剛剛的會", "會議紀錄", "會議記錄", "開會的時候", "今天的會", "會議資料", "會前會", "閉門會",
    ),
    *pattern(r"編號[ \t:]{0,4}(?:第 {0,2})?[0-9]{1,3}"),
    *pattern(r"No\. ?[0-9]{2,4}"),
)  # fmt: skip

SIGNS: dict[str, tuple["re.Pattern[str]", float, str]] = {
    "closed": (re.compile(r"(?m)^[^\n。]{0,30}(?:秘密會議|機密會議|不公開會議|閉門會議|機密議案|(?:秘密|不公開)(?:部分|審議|會議)(?:紀錄|資料|議程)?)[^\n。]{0,12}$|[\[【〔(](?:秘密|不公開|閉門|機密)(?:會議|議案)?[\]】〕)]|以秘密(?:會議)?方式(?:舉行|召開)"), 0.4, "標明為秘密、不公開或閉門會議"),
    "numbered": (re.compile(r"編號[ \t]{0,3}:?[ \t]{0,3}(?:第[ \t]{0,2})?[0-9]{1,4}[ \t]{0,2}號?[ \t]{0,3}[/／,、(]?[ \t]{0,2}共?[ \t]{0,2}[0-9]{1,4}[ \t]{0,2}份|第[ \t]{0,2}[0-9]{1,4}[ \t]{0,2}[號份][ \t]{0,2}[/／,、(]?[ \t]{0,2}共[ \t]{0,2}[0-9]{1,4}[ \t]{0,2}份|(?m:^[ \t]{0,30}(?:No\.|編號:?第?)[ \t]{0,3}0[0-9]{1,3}號?[ \t]{0,4}$)"), 0.36, "逐份編號"),
    "return": (re.compile(r"(?:會後|用畢|議畢|閱畢|散會後|會議結束後?)(?:請|即|應|須|務必|一律|當場|全數|由[\p{Han}]{2,6})?[^\n。;,]{0,8}(?:收回|繳回|交回|回收|銷毀)|(?:資料|本件|簡報|議程)[^\n。;]{0,10}(?:請|務)?於?會後(?:繳回|收回|交還)"), 0.34, "會後收回"),
    "no-carry": (re.compile(r"(?:請勿|不得|禁止|嚴禁|勿)(?:將[^\n。]{0,8})?(?:攜出|帶離|拍照|錄音|錄影|攝影|翻拍|抄錄|影印)(?:[、及或,](?:拍照|錄音|錄影|攝影|翻拍|抄錄|影印|複製)){0,4}"), 0.2, "禁止攜出、拍照或錄音"),
    "silence": (re.compile(r"(?:與會|出席|列席|出列席)(?:人員|委員)[^\n。]{0,16}(?:保密|不得對外|不得談論|切結)|會議(?:內容|過程|決議|結論)[^\n。]{0,10}(?:不得對外|不對外公開|請勿外傳|保密|不得公開|未經同意)|未經同意(?:前)?不得(?:對外)?發布|委員(?:個別)?意見[^\n。]{0,8}(?:保密|嚴守秘密|不得)"), 0.26, "要求與會者保密"),
    "minutes": (re.compile(r"(?m)^[ \t]{0,8}(?:會議名稱|會議時間|開會時間|時間|地點|主席|主持人|出席(?:人員|委員|者)?|列席(?:人員|者)?|紀錄|記錄|討論事項|報告事項|案由|決議|臨時動議|主席裁示|開會事由)[ \t]{0,4}:"), 0.12, "會議資料的欄位"),
}  # fmt: skip
PAPER_FROM = 0.42
BODY = r"(?:[\p{Han}]{0,6}(?:評選|評審|考績|甄審|教評|性平|懲戒|審議|申評|人評|遴選|都委|環評|調查|專案|內部|局務|主管|科務|首長|府內|閉門|不公開|秘密|機密|會前|協調)(?:委員)?(?:會議?|小組))"
TOLD = re.compile(
    rf"(?:剛剛|剛才|剛開完|今天|昨天|上午|下午|早上|今早|這次|上次|那場|上週|前天|方才|剛結束)[^。;\n]{{0,14}}?(?P<mark>(?:{BODY}|開會|會議|會)(?:上|中|裡|時|裡面|的時候)?)[^。;\n]{{0,26}}?(?:主席|局長|處長|科長|長官|委員|主任|市長|縣長|部長|秘書長|院長|署長|老闆|大家)?[^。;\n]{{0,8}}?(?:裁示|說|決定|反對|贊成|同意|不同意|投|表決|罵|要求|拍板|擋|傾向|主張|堅持|講)"
    rf"|(?P<mark>{BODY})(?:上|中|裡|時|裡面|的時候|剛)[^。;\n]{{0,24}}?(?:委員|主席|[\p{{Han}}]{{1,3}}(?:委員|局長|處長|科長|主任|老師|教授))[^。;\n]{{0,10}}?(?:說|表示|反對|贊成|同意|不同意|投|給|打|主張|堅持|嫌|認為)"
    rf"|(?P<mark>(?:表決|投票)(?:結果|過程)?)[^。;\n]{{0,10}}?[0-9一二三四五六七八九十]{{1,3}} ?(?:票)?(?:比|對|:)[ ]?[0-9一二三四五六七八九十]{{1,3}}"
)
SECRET = re.compile(
    r"閉門|不公開|秘密|機密|保密|不要(?:說|講|外傳|傳)|別(?:說|講|傳)|勿(?:外傳|轉傳)|對外(?:說|就說|講|先說|一律)|還沒(?:公布|發布|對外|公開)|尚未(?:公布|公開|發布)|私下|偷偷|內部|考績|甄審|評選|性平|教評|懲戒|自己人|會議紀錄還|先不要|別說是我"
)
OUTCOME = re.compile(
    r"已(?:公告|公布|上網|刊登|發布|公開)|會議紀錄(?:已|可|請|公開|公告|刊登|全文|下載)|直播|旁聽|新聞稿|歡迎|議事錄|公報|決議公布|公開會議|公聽會|說明會|里民大會|議會|立法院|質詢"
)
RULE = re.compile(r"(?:應|得|須|不得|依|規定|規則|要點|準則|辦法|條|者)")
FRAMES = frozenset({Place.HEADER, Place.FOOTER, Place.WATERMARK, Place.TEXT_BOX})
FIX = "不公開會議的內容與資料不對外提供；需要對外說明時，簽陳首長核可後以新聞稿發布結論。"


def find(passage: Passage) -> Iterator[Hit]:
    """Papers of closed meetings, and talk out of them."""
    text, setting = passage.text, setting_of(passage)
    talks = setting.teaching or setting.law or setting.procedure
    signs = [
        (name, match, weight, words)
        for name, (pattern_, weight, words) in SIGNS.items()
        if (match := pattern_.search(text)) is not None
    ]
    total = sum(weight for _, _, weight, _ in signs)
    own = [s for s in signs if s[0] != "minutes"]
    framed = passage.part.place in FRAMES or len(text) < 60
    if own and (total >= PAPER_FROM or (framed and own[0][2] >= 0.34)):
        confidence = min(0.93, 0.38 + total * 0.6)
        if talks:
            confidence = min(confidence, 0.38)
        elif OUTCOME.search(text[:3_000]) or setting.news:
            confidence = min(confidence, 0.45)
        start, end = own[0][1].span()
        reasons = tuple(Reason(Layer.FORM, f"meeting-{name}", words, weight) for name, _, weight, words in signs)
        yield Hit(Kind.MEETING_CLOSED, start, end, confidence, reasons, text[start:end], FIX, {"form": "paper"})
    for match in TOLD.finditer(text):
        yield from _told(passage, match, talks=talks)


def mask(value: str) -> str:
    """Signs of a meeting are shown as they are."""
    return value


def _told(passage: Passage, match: "re.Match[str]", *, talks: bool) -> Iterator[Hit]:
    start, end = match.span()
    near = local(passage, start, end)
    low, high = passage.sentence(start)
    around = passage.text[max(0, low - 80) : high + 80]
    if near.law or near.conditional or near.question or near.news or near.hypothetical or OUTCOME.search(around):
        return
    secret = SECRET.search(around) is not None
    confidence = 0.66 if secret else 0.42
    if talks or near.modal:
        confidence = min(confidence, 0.35)
    reasons = [Reason(Layer.CONTEXT, "told", "轉述會議中誰說了什麼或如何表決", 0.42)]
    if secret:
        reasons.append(Reason(Layer.CONTEXT, "not-public", "會議或結論尚未對外公開", 0.24))
    yield Hit(Kind.MEETING_CLOSED, start, end, confidence, tuple(reasons), "（會議內容）", FIX, {"form": "told"})
