"""Shared by the secrets of others: is a topic disclosed, or only spoken about?

A topic word alone (底價, 配方, 客戶名單) is nothing.  Disclosure is topic + something specific (an amount, a name, a number, a share) + a sign
that it is not public (還沒決標, 先跟你說, 機密), or a document that carries such content in a structured way.
"""

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.setting import Setting, local, setting_of

AMOUNT = re.compile(
    r"[0-9][0-9,.]{0,12} ?(?:萬|億|千|百)?(?:元|塊|萬|億|%|％|折|分|名|家|票|公斤|公克|度|ppm|ml|mL)|[一二三四五六七八九十百千兩]{1,8}(?:萬|億|千|百)(?:元)?|[一二三四五六七八九十兩]{1,3}(?:家|位|名|成|折|分)|(?:新臺幣|NT\$?|\$) ?[0-9][0-9,.]{0,12}"
)
SECRET = re.compile(
    r"還沒|尚未|未(?:公布|公開|決標|開標|公告)|先(?:跟|給|讓|告訴|透露|偷)|偷偷|私下|不要(?:說|講|傳|外傳)|別(?:說|講|傳)|勿(?:外傳|轉傳)|機密|保密|透露|內定|懂的就懂|你知道就好|別說是我|自己人|NDA|內線|內部消息|榜還沒"
)
PUBLIC = re.compile(
    r"(?:已|業)(?:於|經)?[^。\n]{0,14}(?:決標|公告|公布|公開|刊登|上網|公佈)|決標公告|決標金額|得標廠商為|公開資訊|年報|財報公布|新聞稿|招標公告|公報|官網|歡迎|判決|起訴|報導"
)
ABSTRACT = re.compile(
    r"應(?:予|於|由|保密|密封)|不得|依[^。\n]{0,20}(?:法|辦法|規定|準則)|第[0-9一二三四五六七八九十]{1,4}條|如何|怎麼|是指|係指|定義|原則|通常|一般|請問|什麼|訂定(?:程序|方式)|題|何者|下列"
)


def judge(passage: Passage, start: int, end: int, *, reach: int = 60) -> tuple[str, Setting, Setting]:
    """The surroundings of a place (its sentence and ``reach`` characters on each side), the whole's and the sentence's setting."""
    low, high = passage.sentence(start)
    around = passage.text[max(0, low - reach) : min(len(passage.text), max(high, end) + reach)]
    return around, setting_of(passage), local(passage, start, end)


def is_talk(around: str, whole: Setting, near: Setting) -> bool:
    """Law, lesson, question, news: spoken about."""
    return (
        near.law
        or near.question
        or near.conditional
        or near.news
        or near.hypothetical
        or near.quoted
        or whole.law
        or (ABSTRACT.search(around) is not None and not SECRET.search(around))
    )
