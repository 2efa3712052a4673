"""When does a mark end?  Conditions and periods of secrecy, read against a reference date.

A grade is followed, on its line or the next, by a condition or a period in brackets: 本件於公布時解密, 保密至民國118年12月31日,
保密期限5年.  The result says whether the mark is in force; a date decides, an event (公布, 決標, 會議終了) cannot be decided
from the text.  The longest lawful periods since approval are 30, 20 and 10 years for 絕對機密, 極機密, 機密 (國家機密保護法第11條第2項,
amended 2023-12-27, which also ended 永久保密; read 2026-11-22).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import regex as re

from dlp.text.dates import PeriodSpan, add_period, find_dates, find_periods

READ_CHARS = 160  # behind a grade: its bracket, also when it stands on the next line


class State(StrEnum):
    """``undecidable``: there is a condition that no date decides; treated as in force."""

    IN_FORCE = "in-force"
    EXPIRED = "expired"
    RELEASED = "released"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, slots=True)
class Term:
    """``until`` is the last day of secrecy where the text gives one; ``stated`` is False when there is no condition at all."""

    state: State
    until: date | None = None
    stated: bool = True
    permanent: bool = False
    years: float = 0.0  # length of the period from the document's date, 0 when unknown

    @property
    def text(self) -> str:
        """zh-TW for the finding's reasons."""
        if self.state is State.RELEASED:
            return "註明已解密或註銷"
        if self.until is not None:
            day = f"民國{self.until.year - 1911}年{self.until.month}月{self.until.day}日"
            return f"保密至{day}，已過期" if self.state is State.EXPIRED else f"保密至{day}，仍在期限內"
        if self.permanent:
            return "註明永久保密（現行法已無永久保密）"
        if self.state is State.UNDECIDABLE:
            return "有解密條件，無法從文字判斷是否成就，視為有效"
        return "沒有註明解密條件或保密期限，視為有效"


RELEASED = re.compile(
    r"(?:已|業(?:已|經|於)?)[^,。;\n]{0,24}(?:解密|解除(?:機密|密等|保密)?|註銷|降為普通|變更為普通)|(?:註銷|解除)(?:機密|密等|保密)|機密(?:等級)?(?:變更或)?註銷|解密(?:在案|完成)|已解密|本件(?:已)?解密完畢"
)
PERMANENT = re.compile(r"永久(?:保密|機密|保存?密)|永不解密|無限期保密")
EVENT = re.compile(
    r"(?:於|俟|待|至|經|自)?[^,。;:()\n]{0,16}(?:公布|公告|發布|簽約|訂約|開標|決標|確定|終了|完成|完竣|結束|結案|放榜|屆滿|抽存|核定|奉准|命令|發令|施行|審定|宣判)[^,。;:()\n]{0,8}(?:解密|解除|為止|止)"
    r"|另行檢討|其他特別條件|附件抽存後解密|解密條件"
)
UNTIL = re.compile(r"(?:至|到|迄|保密期限|期限|解密日期?|於)[^\n]{0,6}?$")
PERIOD_CUE = re.compile(
    r"(?:保密|機密|解密)?(?:期限|期間)[::為]{0,2} ?$|保密 ?$|(?:核定|發文|公布|生效)(?:日|之日)?起(?:算)? ?$|[(（] ?$|為期 ?$"
)
BOUNDED = re.compile(r"解密|保密|解除|期限|為止|止\)?")


def read(text: str, *, today: date, issued: date | None = None) -> Term:
    """The term stated in ``text`` (folded, what follows a grade).  ``issued`` is the document's date, for periods."""
    piece = text[:READ_CHARS]
    if RELEASED.search(piece):
        return Term(State.RELEASED)
    if PERMANENT.search(piece):
        return Term(State.IN_FORCE, permanent=True)
    until = _date(piece)
    if until is not None:
        years = (until - issued).days / 365.25 if issued is not None else 0.0
        return Term(State.EXPIRED if until < today else State.IN_FORCE, until, years=years)
    period = _period(piece)
    if period is not None:
        years = period.years + period.months / 12 + period.days / 365.25
        if issued is None:
            return Term(State.UNDECIDABLE, years=years)
        until = add_period(issued, period)
        return Term(State.EXPIRED if until < today else State.IN_FORCE, until, years=years)
    if EVENT.search(piece):
        return Term(State.UNDECIDABLE)
    return Term(State.IN_FORCE, stated=False)


def _date(piece: str) -> date | None:
    """The latest date of the bracket that ends secrecy; the document's own dates stand elsewhere."""
    dates = [
        d.date
        for d in find_dates(piece)
        if BOUNDED.search(piece[d.end : d.end + 12]) or UNTIL.search(piece[max(0, d.start - 12) : d.start])
    ]
    return max(dates, default=None)


def _period(piece: str) -> PeriodSpan | None:
    for period in find_periods(piece):
        if PERIOD_CUE.search(piece[max(0, period.start - 14) : period.start]) or BOUNDED.match(
            piece[period.end : period.end + 6].lstrip("後內 ")
        ):
            return period
    return None
