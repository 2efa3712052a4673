"""Shared by the secrets of others: is something disclosed, or only spoken about?

A topic word alone (底價, 配方, 客戶名單) is nothing.  Disclosure is a topic, something specific about it, and a sign that it is not public or that it
is handed on: 還沒決標, 先跟你說, 寄給你, an insider's voice, advice to the one who gains by it.  Law, lessons, questions, news and
published results speak about the same things.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex as re

from dlp.detectors.business.leaks import FORMAL, FUTURE, INSIDER, QUIZ, SECRECY, UNPUBLISHED, transcript
from dlp.detectors.contract import Hit, Passage
from dlp.detectors.official.signs import Paper, Sign, discount, lowered, papers
from dlp.detectors.setting import local
from dlp.finding import MEDIUM_FROM
from dlp.kinds import Kind

REACH = 110  # characters on each side of the topic that belong to one statement
CLOSE = 70  # characters between a topic and its detail
UNSURE = MEDIUM_FROM - 0.06  # of a topic with details that nothing shows to be secret

AMOUNT = re.compile(
    r"[0-9][0-9,.]{0,12} ?(?:萬|億|千|百)?(?:元|塊|萬|億|%|折|分(?!鐘)|成|名|家|票)|[一二三四五六七八九十百千兩]{1,10}(?:萬|億)(?:[一二三四五六七八九十百千]{0,6})?(?:元)?|[九八七][成折](?:[一二三四五六七八九])?|(?:新臺幣|NT\$?|\$) ?[0-9][0-9,.]{0,12}|[0-9][0-9,]{5,12}"
)
HANDED = re.compile(
    r"(?:寄|轉|傳|拿|給|拍|影印|整理|打包|透露|列|抄)(?:給|一份給)?(?:你|妳|您|貴|老闆|王董|大家)(?:們)?|給(?:你|妳|您)(?:們)?(?:參考|看|準備|比價|用)|(?:先|一併)?附上|如附(?!件[一二三])|附件是|(?:供|請)(?:你|您|貴公司)?(?:先)?參考|幫你(?:問|查|弄|看)|我跟你說|跟你講|恭喜你"
)
AIMED = re.compile(
    r"(?:你|妳|你們|您|貴公司|王董|老闆)(?:自己)?(?:看|再|可以|先|就|要不要)?[^。,\n]{0,6}(?:寫|抓|斟酌|準備|打招呼|打個招呼|壓|圍|比價|確認|降|報|出|開|填|拿捏|調整)|標單(?:記得)?(?:寫|填)|(?:寫|填|報)[^。,\n]{1,8}就(?:好|過|行|會上)|別家進不來|可以(?:再)?(?:壓|打|降)"
)
EARLIER = re.compile(r"(?:開標|決標|評選|公告|放榜|議價|截止|考試|公布|上網)(?:之)?(?:前|還沒|尚未)|截止前|榜還沒|下[週周](?:才)?(?:上網|辦|開|公告)|(?:明|後)(?:天|早|日)(?:才)?(?:開標|公布|上網|議價)|[上下]午[^。,\n]{0,6}開標|(?:目前|到今天|到?現在|截至)(?=[^。,\n]{0,12}(?:領標|投標|參標|[一二三四五兩0-9]家))")
PUBLIC = re.compile(
    r"(?:已|業)(?:於|經)?[^。\n]{0,14}(?:決標|公告|公布|公開|刊登|上網|公佈)(?!前)|決標公告|決標金額|得標廠商[為:]|公開資訊|財報|年報|新聞稿|招標公告|公告於|公報|官網|網站(?:下載|公告)|歡迎|判決|判刑|起訴|報導|標售|標租|法拍|拍賣|第[一二三四]拍|保證金|請廠商"
)
TALK = re.compile(
    r"應(?:予|於|由|保密|密封)|不得(?!已)|依[^。\n]{0,20}(?:法|辦法|規定|準則|規範)|第[0-9一二三四五六七八九十]{1,4}條|怎麼訂|是指|係指|定義|所稱|何者|下列|請問|標準答案|原則上|辦理方式|配分|由評選委員|甄選辦法"
)

# So plainly out already that no whisper around it makes it a secret.
OUT_ALREADY = re.compile(
    r"決標公告(?:已|附|上|內|也|裡|中)|(?:已|業)(?:於|經)?[^。,\n]{0,14}(?:公開於|公告於|刊登於|公布於)|(?:去年|上個?月|上週|前年)[^。,\n]{0,6}公開(?:標售|招標|拍賣)|(?:校網|官網|政府電子採購網)(?:上|均|都|就|已)?[^。,\n]{0,6}(?:公告|可下載|看得到|名單|查得到)|免私訊|決標給|公告總分"
)

UNTOLD_SIGNS: tuple[Sign, ...] = (
    Sign("untold", "hush", "要人保密或私下說", 0.42, SECRECY, laid=True), Sign("untold", "not-yet", "表明還沒公布", 0.42, UNPUBLISHED, laid=True),
    Sign("untold", "keep", "表明要保密、別外流", 0.42, re.compile(r"(?:勿|不要|別|不能|不得|不可)(?:外流|外傳|轉傳|轉出)|密存|用完(?:就)?刪|看完(?:就)?刪|他(?:叫|要)我別說|請勿告知|要求保密|別說(?:是)?從我|叫(?:我們|我)不要(?:講|說)|保密條款|[(]未(?:公告|公布|公開)[)]"), laid=True),
    Sign("early", "early", "時間在開標、公布之前", 0.3, EARLIER, laid=True), Sign("insider", "insider", "說話的人是內部人員", 0.28, INSIDER, laid=True),
    Sign("soon", "soon", "講的是還沒發生的事", 0.18, FUTURE, laid=True), Sign("handed", "handed", "把內容交給別人", 0.3, HANDED, laid=True),
    Sign("aimed", "aimed", "教對方怎麼利用", 0.3, AIMED, laid=True),
)  # fmt: skip
SHOWN = frozenset({"untold", "early", "insider", "handed", "aimed"})


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of secret.  ``signs`` holds its topics and details, ``needs`` the families that must all stand together, and
    ``one_of`` those of which at least one must."""

    kind: Kind
    signs: tuple[Sign, ...]
    core: tuple[str, ...]
    needs: tuple[str, ...]
    one_of: frozenset[str]
    masked: str
    fix: str
    public: "re.Pattern[str]" = PUBLIC
    most: float = 0.92


def disclosed(passage: Passage, matter: Matter) -> Iterator[Hit]:
    """Statements that disclose ``matter``, one hit a statement."""
    if passage.view == "joined":
        return
    for paper in papers(passage, matter.signs, core=matter.core, reach=REACH):
        hit = _judge(passage, paper, matter)
        if hit is not None:
            yield hit


def _judge(passage: Passage, paper: Paper, matter: Matter) -> Hit | None:
    best = paper.best
    if any(family not in best or abs(best[family].start - paper.anchor.start) > CLOSE for family in matter.needs):
        return None
    confidence = min(matter.most, paper.confidence)
    if not best.keys() & matter.one_of:
        confidence = min(confidence, UNSURE)
    factor, cause = spoken_about(passage, paper.anchor.start, paper.anchor.end, hushed="untold" in best or "handed" in best, public=matter.public)
    reasons, confidence = lowered(paper.reasons, confidence, factor, cause)
    if confidence < 0.2:
        return None
    start = min(s.start for s in best.values() if s.sign.family in (*matter.core, *matter.needs))
    end = max(s.end for s in best.values() if s.sign.family in (*matter.core, *matter.needs))
    text = passage.text[start:end]
    start += len(text) - len(text.lstrip())
    return Hit(
        matter.kind, start, max(start + 1, end - (len(text) - len(text.rstrip()))), confidence, reasons, matter.masked, matter.fix,
        {"topic": paper.anchor.sign.code, "families": ",".join(best)},
    )  # fmt: skip


def spoken_about(passage: Passage, start: int, end: int, *, hushed: bool, public: "re.Pattern[str]" = PUBLIC) -> tuple[float, str]:
    """Factor for law, lesson, question, news and published matter around a place, with its zh-TW cause."""
    near = local(passage, start, end)
    low, high = max(0, start - REACH), min(len(passage.text), end + REACH)
    around = passage.text[low:high]
    factor, cause = discount(passage, letter=hushed)
    for holds, value, text in (
        (near.law, 0.5, "是法規"), (near.question and not hushed, 0.5, "是問句"), (near.news and not hushed, 0.5, "是新聞"),
        (transcript(passage), 0.5, "是逐字紀錄"), (FORMAL.search(around) is not None, 0.88 if hushed else 0.6, "是公文或議事紀錄的語氣"),
        (near.hypothetical, 0.6 if near.conditional else 0.88, "是假設"), (near.quoted, 0.6, "是引述"), (near.conditional and not hushed, 0.6, "是假設"), (near.fiction, 0.4, "是故事"),
        (OUT_ALREADY.search(around) is not None, 0.45, "已公開的結果"),
        (public.search(around) is not None, 0.75 if hushed else 0.4, "已公開或是公告、新聞"), (QUIZ.search(around) is not None, 0.4, "是試題"), (TALK.search(around) is not None, 0.8 if hushed else 0.4, "是規定或說明"),
    ):  # fmt: skip
        if holds:
            factor *= value
            cause = cause or text
    return factor, cause


def labelled(words: Sequence[str]) -> "re.Pattern[str]":
    """Pattern of any of ``words``."""
    return re.compile("|".join(words))
