"""Who is behind a case?  Words for petitioners and informants, and the slots in a sentence that such a person fills.

Facts: ``陳情人`` (行政程序法 Art. 168 ff.), ``檢舉人``, ``申訴人``, ``通報人``, ``揭弊者`` and slang are all protected (Art. 170 II there; 公益揭弊者保護法 Art. 15;
勞動基準法 Art. 74; 刑法 Art. 132).  A *frame* is a place in a sentence where the language itself says that whoever stands in the
slot is that person: ``檢舉人為＿``, ``係由＿檢舉``, ``去告的是＿``, ``＿就是抓耙子``, ``是＿打的1999``.  Who stands there is asked by the detectors.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.people.whom import SURNAMES
from dlp.detectors.setting import Setting, local, made_up, setting_of

INFORMANT, PETITION = "informant", "petition"
SLOT_CHARS = 90  # a slot reaches this far; longer "sentences" are lists
INFER_CHARS = 40
SUBJECT_CHARS = 64  # a subject with its address in brackets
HINT_CHARS = 110  # a riddle (猜猜是誰檢舉的) may be solved in the sentences that follow
SAME_SENTENCE = 40  # a running header on every page is still found on the first forty
SHORTEST = 5  # characters of a sentence that can say who did something
CORES_KEPT = 6  # actor words, and verbs, looked at in one sentence, from its start and from its end
STOPS = "。!?;\n"

ACT = "檢舉|舉報|舉發|告發|揭發|爆料|告密|密告|通報|報案|申訴|投訴|吹哨|揭弊"
AGENCY = "1999|113|110|1955|1966|勞工局|勞動局|勞檢處|勞檢所|勞動檢查處|環保局|衛生局|國稅局|稅捐處|建管處|建管科|教育局|教育處|消防局|警察局|派出所|分局|政風室?|政風處|廉政署|調查局|調查站|地檢署|農業局|動保處|社會局|監理站|公平會|消保官|市府|縣府|公所|校長|記者|媒體|總公司|專線|信箱|議員|里長|主管|老闆"
LETTER = "黑函|匿名信|檢舉信|檢舉函|投訴信|申訴信|陳情書|陳情信|抗議信|投書|市長信箱|局長信箱|首長信箱|縣長信箱|這封信|那封信|該信|信"
ACTORS = {
    INFORMANT: r"(?<![被受遭])(?:(?:檢舉|舉報|舉發|告發|揭發|爆料|告密|密告|通報|報案|申訴|投訴|吹哨|揭弊)(?:人|者|之人|的(?:那個|那位)?人(?!說|都|很|會)|民眾|學生|員工|勞工|家長|同仁|方(?=[為是係:]))|線民|(?<![一二前第])線人(?!員|力|潮|數)|[抓爪][耙扒][仔子]|廖北[鴨丫仔]|報馬仔|內鬼|(?:檢舉|投訴)(?:達人|魔人|大王|王)|正義魔人|秘密證人|證人[甲乙丙A-Z](?![0-9A-Za-z])|關係人[甲乙丙A-Z])",
    PETITION: r"(?<![被受遭])(?:(?:陳情|反映|反應|請願|陳訴)(?:人|者|民眾|學生|家長|代表|住戶|里民|戶)(?:之家長|之配偶)?|(?:來信|來電|來函|來文|投書|發信|致電|寄件|留言|話務)(?:人|者|民眾)|申訴(?:民眾|人)|訴願人兼陳情人|陳情(?:大王|達人|專業戶)|請願代表|受訪陳情人|案主(?!動)|(?:選民|受訪人|受話人)(?=[\p{Han}]{2,4}[,、(（]|[\p{Han}]{2,3}(?:先生|女士|小姐))|申請人(?=[^,。]{0,30}(?:陳情|來電|反映)))",
}  # fmt: skip
TALKS_ON = r"(?!數|次|專線|獎|保護|制度|信箱|權益|會議|獎金|身[分份](?:應|之|資料應|保密|依|不|均|要|予)|個人資料(?![(:])|個資(?![(:])|資料(?:應|不|均|外洩|予|之)|(?:之)?(?:姓名|電話|住址|地址)[、,及或等]|(?:之)?姓名(?:應|依|不|均|以|要|或|及)|應|得(?!標)|須|必須|如(?!下)|若|倘|可以|可(?=[撥向以至於憑依])|請求(?!賠)|要求(?:匿名|保密)|提出|有無|或|及其|及被|與被|之(?:身分|姓名|權|保護|個人))"

SPOKEN = (
    rf"(?:打|撥)(?:去|給|到|的|了|電話去|電話給|電話到)?(?:[^,。;\n]{{0,6}})(?:{AGENCY})|"
    rf"(?:跑去|去|向|跟|到|上)[^,。;\n]{{0,3}}(?:{AGENCY}|公司|學校|上面)[^,。;\n]{{0,6}}?(?:告|檢舉|申訴|投訴|爆料|告狀|講|說|報|吹哨|哭|鬧|作證|做筆錄|作筆錄)(?!訴)|"
    rf"(?:寫|寄|投|丟|發)(?:的|了|出|來|給)?(?:[^,。;\n]{{0,8}})(?:{LETTER})|(?:{LETTER})(?:[^,。;\n]{{0,4}})(?:寫|寄|投|丟|發)(?:來)?的|"
    r"(?:跑)?去(?:講|說|報|告|舉報|告密|告狀)(?:的|你|我|他|出)|(?:傳|寄|報|通知)(?:給|到|去)[^,。;\n]{0,2}(?:" + AGENCY + r")|講出去|說出去|打小報告|告狀|出賣|告(?:你們?|我們?|他們|妳們?)|捅(?:出去|去|到|給|上)|鬧到|投訴到|告到|爆到|洩的底|抓包你"
)
VERBS = {INFORMANT: rf"(?:{ACT})(?!人|者|專線|信箱|獎|案件|系統|函|書|信|制度|達人|電話)|{SPOKEN}", PETITION: r"陳情(?!人|者|書|案|系統|函|代表)|反映(?!人|者|出|了社)|反應(?!人)|投書|請願|來文(?!人|者)|請託|求助|請求協助|訴苦|抱怨|來信(?!人|者)|來電(?!人|者)|致電|來函(?!人)|寫信|主訴|再次陳情"}  # fmt: skip

_ACTOR = {side: re.compile(pattern + TALKS_ON) for side, pattern in ACTORS.items()}
_VERB = {side: re.compile(pattern) for side, pattern in VERBS.items()}
CORE_WORDS = re.compile(
    f"{ACT}|{AGENCY}|黑函|匿名信|檢舉信|{ACTORS[INFORMANT]}|陳情|反映|反應|來信|來電|來函|投書|請願|致電|案主|去講|去說|去報|去告|講出去|說出去|小報告|告狀|告[你我他妳]|的信|寄件者|線報|密報|消息來源|來文|請託|求助|抱怨|作證|叫來|打電話來|通知的|請來|封信|該信"
)

COPULA = r"(?:[^,。;\n]{0,3}?)(?:(?:本人|身[分份]|個人資料|個資|聯絡資料|資料|姓名|居所|住所|住址|地址|電話|信箱|戶籍|帳戶|暱稱|真名|本名|名字|確認|資料|名稱|聯絡(?:人|方式|電話|電子郵件|資訊)?|其人)?[^,。;\n:為是係即叫]{0,2}(?:就是|即為|即是|確為|應為|應係|乃|即|係|為|是|叫做?|:)|[(「（])"
_AFTER_ACTOR = re.compile(COPULA)
_BEFORE_ACTOR = re.compile(r"(?:就是|即是|即為|正是|才是|不就是?|根本就是|應該就是|者為|者即|即|係|為|是)(?:去|那個|那位|這次|本案|此次|當初|我們的|這件事的)?(?:的)?$")
_CLEFT = re.compile(r"[^,。;\n]{0,16}?的(?:那?(?:個|位|人|通|傢伙)?(?:人|同學|民眾|家長|學生|員工|客人|鄰居|老師|先生|小姐|女生|男生|住戶|同事|網友)?)?[,]?(?:其實|應該|大概|八成|肯定|一定|原來|根本|當然|很明顯|確認|經查)?(?:就是|不就是?|即是|即為|即|係|是|為|叫|姓)")
_OBJECT = re.compile(r"[^,。;\n]{0,14}?的(?=$|[,。!?;\s啦喔吧嘛呀啊)]|那|人)|$")
_AGENT = re.compile(r"(?:係由|是由|乃由|即由|由|係經|係|是|乃|就|不就|經|據|被|因|為|都是|原來是|就是|即)")
_AGENT_PETITION = re.compile(r"係由|是由|由|係|是|據")
_HINT = re.compile(r"(?:誰|何人|哪位|何者|哪個人)[^,。;\n]{0,10}?(?:檢舉|舉發|舉報|投訴|申訴|告|爆料|打的|寫的|講|報|吹哨|反映)|(?:檢舉|投訴|告密|爆料|舉報|抓耙子)[^,。;\n]{0,8}?(?:是)?誰|提示:[^。\n]{0,30}(?:投訴|檢舉|告)")
_NOT_AGENT = re.compile(r"遭|被(?!害)|受理|接獲|接到|收到|民眾(?!["+SURNAMES+r"]\p{Han})|有人|匿名|請勿|不得|應|如有|若有|任何|拒絕|呼籲|鼓勵|歡迎|請(?!調)|提供(?:民眾)?檢舉|接受|輔導|宣導|防止|避免|得(?:向|以|於)|依據|規定|涉")

# The complaint itself as the topic: its hand, voice, origin tell who wrote it.
_PAPER = re.compile(r"(?<![被])(?:匿名|原|該|本件)?(?:檢舉|舉報|投訴|申訴|告發|通報|爆料)(?:信(?!箱|用)|函|書|電話|內容|照片|影片|錄音|附件|留言|簡訊|電郵)(?!應|得|須|必須|格式|系統|專線|範|之格式|如|若)|黑函|匿名信|線報|密報|檢舉來源|消息來源|來函檢附")
_NOUN_BEFORE = re.compile("(?:這起|此起|該起|一起|多起|[0-9一二三四五六七八九十]件|本件|此件|該件|此類|有關|相關|根據|依據|針對|關於|接獲|受理|不實|前次|本次|處理)$")
_NOUN_AFTER = re.compile("案(?!的?(?:是|就|即))|數|量|內容|方式|管道|平台|單位|機制|獎勵|事件|事由|事項|期間|程序|熱線|資料|紀錄|筆錄|表")
_PRONOUN = re.compile("[他她牠]|這個人|那個人|此人|該員|該人|這傢伙")
# The writer concludes who it was: the clues may stand anywhere in what was said.
_INFERENCE = re.compile("推測|研判|應係|應即|應為|顯係|顯然|懷疑|八成|肯定是|想也知道|還用猜|不用猜|很明顯|你說是誰|自己想|心裡有數|除了[^,。]{1,8}還有誰|只有[^,。]{1,12}(?:知道|看過|在場)|會知道")
_RECEIVED = re.compile("^.{0,20}(?:收到|接到|接獲|獲)")
# A letter from outside that is handed on as it came: 原始郵件 … 寄件者: name <address>, no unit beside it.
_PASSED_ON = re.compile(r"(?:原始(?:郵件|訊息|信件)|Original Message|原信|原文|貼給|轉給|照貼)[^。]{0,30}?寄件(?:人|者)(?![^\n]{0,24}(?:科|課|處|室|局|組|股|公所|中心|公司|幹事|總監|經理|小組|委員會))", re.IGNORECASE)
_ONLY = re.compile("僅|只有|唯|只剩")
_IS = re.compile("(?:就是|即是|正是|不就是?|就)(?:去|來|跑去|跑來|打電話|那個|這次)?$")
_ONE = re.compile(r"[^,。;\n]{0,8}?的(?:那?(?:個|位|人|傢伙)|人)?(?=$|[,。!?;\s啦喔吧嘛])")
_DEED = re.compile(r"(?:打|寫|寄|投|報|講|告|提供|提|搞|爆|洩漏|傳|檢舉|申請|去|叫|找|請|引|捅)(?:來|出來|出去|上去|過來)?的(?!人|話|那)|(?:所|親自|具名)?(?:提出|提供|撥打|投遞|寄發|撰寫|書寫|寄送|為之)")
_AGENCY = re.compile(AGENCY)
_BROUGHT = re.compile("(?:叫|找|請|引|帶|捅|打電話|打|告|通知|講|去講|去說)(?:來|去|出去|過來|上去)?的(?!人|話)")
_DEED_ABOUT = {
    INFORMANT: re.compile(rf"{ACT}|1999|110|113|黑函|匿名信|檢舉信|那通(?:電話)?|小報告"),
    PETITION: re.compile("陳情|投書|這封信|那封信|該信|來信|信箱|請願書|這件|反映"),
}

@dataclass(frozen=True, slots=True)
class Frame:
    """A slot ``[start, end)`` whose filler is the petitioner or informant.

    ``core`` is the range of the word or verb that says so.  ``base`` 0..1 is what the construction alone is worth, ``sort`` its
    name (actor, copula, cleft, agent, subject, hint).  ``back`` when the slot stands before the core.
    """

    side: str
    sort: str
    start: int
    end: int
    core: tuple[int, int]
    base: float
    back: bool = False


def sentences(passage: Passage) -> tuple[tuple[int, int], ...]:
    """Half-open ranges of sentences that hold a word of petition or complaint, in order; once per passage."""
    return passage.once("cases.sentences", lambda: tuple(_not_too_often(passage.text, _sentences(passage.text))))


def _not_too_often(text: str, ranges: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Without the repetitions of a sentence beyond SAME_SENTENCE, which say nothing new and only cost time."""
    seen: Counter[str] = Counter()
    for low, high in ranges:
        sentence = text[low:high]
        seen[sentence] += 1
        if high - low >= SHORTEST and seen[sentence] <= SAME_SENTENCE:
            yield low, high


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    done = -1
    for match in CORE_WORDS.finditer(text):
        if match.start() < done:
            continue
        floor = max(done, match.start() - 240, 0)
        low = max((text.rfind(stop, floor, match.start()) for stop in STOPS), default=-1) + 1
        low = max(low, floor)
        ceiling = min(len(text), match.end() + 240)
        high = min((at for stop in STOPS if (at := text.find(stop, match.end(), ceiling)) >= 0), default=ceiling)
        done = high
        yield low, high


def frames(passage: Passage) -> tuple[Frame, ...]:
    """Every frame of the passage, in order; once per passage."""
    return passage.once("cases.frames", lambda: tuple(f for low, high in sentences(passage) for f in _frames(passage.text, low, high)))


def _frames(text: str, low: int, high: int) -> Iterator[Frame]:
    for side in (INFORMANT, PETITION):
        for actor in _some(list(_ACTOR[side].finditer(text, low, high))):
            yield from _of_actor(text, low, high, side, actor.start(), actor.end())
        for verb in _some(list(_VERB[side].finditer(text, low, high))):
            yield from _of_verb(text, low, high, side, verb.start(), verb.end())
        yield from _of_deed(text, low, high, side)
    for paper in _some(list(_PAPER.finditer(text, low, high))):
        yield Frame(INFORMANT, "paper", paper.end(), min(high, paper.end() + SLOT_CHARS), paper.span(), 0.1)
    accuses = _VERB[INFORMANT].search(text, low, high) or _ACTOR[INFORMANT].search(text, low, high) or _BROUGHT.search(text, low, high)
    if accuses and (inferred := _INFERENCE.search(text, max(0, low - INFER_CHARS), min(len(text), high + INFER_CHARS))):
        core = inferred.span()
        yield Frame(INFORMANT, "inference", max(low, high - 2 * SLOT_CHARS), high, core, 0.2)
    if hint := _HINT.search(text, low, high):
        end = min(len(text), hint.end() + HINT_CHARS)
        yield Frame(INFORMANT, "hint", hint.end(), end, hint.span(), 0.25)
        yield Frame(INFORMANT, "hint", max(low, hint.start() - SLOT_CHARS), hint.start(), hint.span(), 0.15, back=True)


def _some(matches: "Sequence[re.Match[str]]") -> "Sequence[re.Match[str]]":
    return matches if len(matches) <= 2 * CORES_KEPT else (*matches[:CORES_KEPT], *matches[-CORES_KEPT:])


def _of_deed(text: str, low: int, high: int, side: str) -> Iterator[Frame]:
    """「1999那通是＿打的」, 「匿名信是＿寄來的」: the deed is named first, who did it between 是 and the verb."""
    about, deeds = _DEED_ABOUT[side].search(text, low, high), _DEED
    if about is None and side == INFORMANT:
        about, deeds = _AGENCY.search(text, low, high), _BROUGHT
    if about is None:
        return
    for deed in _some(list(deeds.finditer(text, about.end(), high))):
        marks = [m for m in _AGENT.finditer(text, max(about.end(), deed.start() - 40), deed.start()) if m.end() < deed.start()]
        if marks and not _NOT_AGENT.search(text, marks[0].end(), deed.start()):
            yield Frame(side, "agent", marks[0].end(), deed.start(), deed.span(), 0.25, back=True)


def _of_actor(text: str, low: int, high: int, side: str, start: int, end: int) -> Iterator[Frame]:
    after = min(high, end + SLOT_CHARS)
    if text.startswith("寄件", start) and not _PASSED_ON.search(text, max(0, start - 60), after):
        return  # the head of this mail, or of one between offices
    if copula := _AFTER_ACTOR.match(text, end, high):
        yield Frame(side, "copula", copula.end(), after, (start, end), 0.2)
    yield Frame(side, "actor", end, after, (start, end), 0.1)
    if only := _ONLY.search(text, max(low, start - 4), start):
        yield Frame(side, "copula", only.start(), min(high, end + 12), (start, end), 0.1)
    if before := _BEFORE_ACTOR.search(text, max(low, start - 12), start):
        yield Frame(side, "copula", max(low, before.start() - SLOT_CHARS), before.start(), (start, end), 0.25, back=True)
    elif end >= high - 2 or text[end : end + 1] in tuple(",)"):
        comma = text.rfind(",", low, start) + 1
        if start - max(low, comma) >= 2:
            yield Frame(side, "apposition", max(low, comma), start, (start, end), 0.05, back=True)


def _of_verb(text: str, low: int, high: int, side: str, start: int, end: int) -> Iterator[Frame]:
    if _NOUN_BEFORE.search(text, max(low, start - 4), start) or _NOUN_AFTER.match(text, end):
        return
    if text[start - 1 : start] in tuple("被遭受獲") or (text[end : end + 1] == "之" and side == INFORMANT):
        return
    if cleft := _CLEFT.match(text, end, high):
        yield Frame(side, "cleft", cleft.end(), min(high, cleft.end() + SLOT_CHARS), (start, end), 0.25)
    if (is_ := _IS.search(text, max(low, start - 8), start)) and _ONE.match(text, end, high):
        yield Frame(side, "copula", max(low, is_.start() - SLOT_CHARS), is_.start(), (start, end), 0.25, back=True)
    begin = max(low, start - SUBJECT_CHARS)
    clause = max(begin, text.rfind(",", low, start) + 1)
    if ")" in (opened := text[clause:start]) and "(" not in opened.partition(")")[0]:
        bracket = text.rfind("(", low, clause)  # a comma inside brackets parts no clauses
        clause = max(low, start - SUBJECT_CHARS, text.rfind(",", low, max(bracket, low)) + 1)
    if start - clause < 3 and clause > low:  # 是隔壁那位,去檢舉的
        clause = max(begin, text.rfind(",", low, clause - 1) + 1)
    if _PRONOUN.fullmatch(text[clause:start].removeprefix("就是").removeprefix("是")) and clause > low:
        clause = low
    between = text[clause:start]
    marks = list((_AGENT if side == INFORMANT else _AGENT_PETITION).finditer(between))
    nominal = _OBJECT.match(text, end, high) is not None and text[end - 1] != "被"
    if marks and not _NOT_AGENT.search(between[marks[-1].end() :]):
        first = marks[0] if len(between) - marks[0].end() <= 40 else marks[-1]
        spoken = nominal or between[first.start() : first.end()].startswith(("係", "由", "乃", "經", "據", "即由", "是由"))
        slot = clause + first.end()
        if _PRONOUN.fullmatch(text, slot, start):
            slot = low  # 阿水伯家的媳婦啦,就是她打給環保局: who she is stands before
        yield Frame(side, "agent", slot, start, (start, end), 0.2 if spoken or slot == low else 0.05, back=True)
    between = _RECEIVED.sub("", between) if side == PETITION else between
    if not _NOT_AGENT.search(between):
        yield Frame(side, "subject", clause, start, (start, end), 0.15 if nominal else 0.0, back=True)


TALK_FACTORS = (
    ("law", 0.5, "句中引用法規"), ("conditional", 0.55, "是假設或條件句"), ("teaching", 0.7, "是宣導或講習"), ("question", 0.6, "是問句"), ("hypothetical", 0.6, "是假設的例子"),
    ("modal", 0.75, "講的是應為或得為"), ("statistics", 0.7, "是統計數字"), ("news", 0.6, "是新聞或判決"), ("procedure", 0.7, "是程序說明"), ("published", 0.8, "已公開"),
)  # fmt: skip
WHOLE_FACTORS = (
    ("fiction", 0.4, "全文是故事或戲劇"), ("law", 0.6, "全文是法規"), ("teaching", 0.85, "全文是宣導"), ("procedure", 0.85, "全文是程序說明"), ("news", 0.7, "全文是新聞"), ("job_advert", 0.4, "全文是徵才"),
)  # fmt: skip


def discount(passage: Passage, start: int, end: int, *, skip: tuple[str, ...] = ()) -> tuple[float, str]:
    """Factor 0..1 for evidence that lives on words at ``[start, end)``, and its main cause in zh-TW ('' for none)."""
    near = _factor(local(passage, start, end), TALK_FACTORS, skip)
    whole = _factor(setting_of(passage), WHOLE_FACTORS, skip)
    if not setting_of(passage).fiction and "fiction" not in skip and made_up(passage, start, end):
        whole = whole[0] * 0.5, whole[1] or "是故事、戲劇或遊戲裡的人物"
    return near[0] * whole[0], near[1] or whole[1]


def _factor(setting: Setting, table: tuple[tuple[str, float, str], ...], skip: tuple[str, ...]) -> tuple[float, str]:
    factor, cause, strongest = 1.0, "", 1.0
    for name, value, text in table:
        if name not in skip and getattr(setting, name):
            factor *= value
            if value < strongest:
                strongest, cause = value, text
    return factor, cause
