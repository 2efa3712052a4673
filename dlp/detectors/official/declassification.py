"""When does a mark end?  Conditions and periods of secrecy, read against a reference date.

A grade is followed, on its line or the next, by a condition or a period in brackets: 本件於公布時解密, 保密至民國118年12月31日,
保密期限5年.  The result says whether the mark is in force; a date decides, an event (公布, 決標, 會議終了) cannot be decided
from the text.  The longest lawful periods since approval are 30, 20 and 10 years for 絕對機密, 極機密, 機密 (國家機密保護法第11條第2項,
amended 2023-12-27, which also ended 永久保密; read 2026-11-22).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.grades import FIELD, TERM_FIELDS
from dlp.detectors.official.variants import compile_wide
from dlp.document import Part, Place
from dlp.text.dates import PeriodSpan, add_period, find_dates, find_periods, roc_year
from dlp.text.folding import fold
from dlp.text.numerals import to_int

READ_CHARS = 240  # behind a grade: its bracket, also when it stands on the next lines
BELOW_LINES = 3  # lines under a grade that may state its term
HEAD_CHARS = 6_000  # of each part, in which a term or date of the whole document is looked for


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


RELEASED = compile_wide(
    r"(?:(?<!未)已|業(?:已|經|於)?)(?![^,。;\n]{0,24}(?:未|不)解)[^,。;\n]{0,28}(?:解密|解除(?:機密|密等|保密)?|註銷|降為普通|變更為普通)|(?<!不得|未)註銷(?:機密|密等)(?!之|條件|者)|機密(?:等級)?(?:變更或)?註銷|(?:准予|同意)(?:註銷|解密)|(?:變更後|變更為|降為)[: ]{0,3}普通|解密(?:在案|完成)|本件(?:已)?解密完畢"
)
FORM_OF_RELEASE = compile_wide(r"(?:註銷|解密)(?:紀錄單|通知單|清冊)")
NUMERAL = "[0-9]{2,4}|[一二三四五六七八九〇零○百十]{2,6}"
MONTH = re.compile(
    rf"(?:民國|西元)?[ ]?(?P<y>{NUMERAL})[ ]?年[ ]?(?:(?P<m>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}})[ ]?月(?:底|份|止)?(?![ ]?(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})[ ]?[日號])|底|年底|度終了|(?=[ ]?(?:[)\]】〕」』,。;]|$|止|解密)))"
)
PERMANENT = compile_wide(r"永久(?:保密|機密|保存?密)|永不解密|無限期保密")
EVENT = compile_wide(
    r"(?:於|俟|待|至|經|自)?[^,。;:()\n]{0,16}(?:公布|公告|發布|簽約|訂約|開標|決標|確定|終了|完成|完竣|結束|結案|放榜|屆滿|抽存|核定|奉准|命令|發令|施行|審定|宣判)[^,。;:()\n]{0,8}(?:解密|解除|為止|止)"
    r"|(?:本件|本案|全案|附件|[於俟待至經自])[^,。;:()\n]{2,24}[時後前止](?:[始方即再]|予以|辦理)?(?:解密|解除)|另行檢討|其他特別條件|附件抽存後解密|解密條件"
)
UNTIL = compile_wide(r"(?:至|到|迄|保密期限|期限|解密日期?|於)[^\n]{0,6}?$")
PERIOD_CUE = compile_wide(
    r"(?:保密|機密|解密)?(?:期限|期間)[::為]{0,2} ?$|保密 ?$|(?:核定|發文|公布|生效)(?:日|之日)?起(?:算)? ?$|[(（] ?$|為期 ?$"
)
BOUNDED = compile_wide(r"解密|保密|解除|期限|為止|止\)?")


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
    spans = [(d.start, d.end, d.date) for d in find_dates(piece)] + list(_months(piece))
    dates = [
        day
        for start, end, day in spans
        if BOUNDED.search(piece[end : end + 12]) or UNTIL.search(piece[max(0, start - 12) : start])
    ]
    return max(dates, default=None)


def _months(piece: str) -> Iterator[tuple[int, int, date]]:
    """116年6月, 114年底: the last day of the month or year."""
    for match in MONTH.finditer(piece):
        number, month = to_int(match["y"]), to_int(match["m"] or "12")
        if number is None or month is None or not 1 <= month <= 12:
            continue
        if number < 100 and match[0].rstrip().endswith("年"):
            continue  # 保密期限25年 is a period
        year = number if number >= 1000 else roc_year(number)
        if 1912 <= year <= 2150:
            first_of_next = date(year + month // 12, month % 12 + 1, 1)
            yield match.start(), match.end(), first_of_next - timedelta(days=1)


def _period(piece: str) -> PeriodSpan | None:
    for period in find_periods(piece):
        if PERIOD_CUE.search(piece[max(0, period.start - 14) : period.start]) or BOUNDED.match(
            piece[period.end : period.end + 6].lstrip("後內 ")
        ):
            return period
    return None


# -- the term of a mark, within its document ---------------------------------------------------------------------------------------

BELOW = compile_wide(
    r"[ \t|]{0,30}(?:[(\[〔【]|解[ ]?密(?:條件|日期)|保密期限|保密至|本件|本案|業[經於已]|已(?:於|經|解密|註銷)|變更後|原核定|附件抽存)"
)
ISSUED = re.compile(r"(?:發文|核定|中華民國|日期)[^\n]{0,10}$")


def term_of(passage: Passage, end: int) -> Term:
    """The term of the grade that ends at ``end``: what follows it, else what the rest of the document says about its secrecy."""
    today, issued = passage.context.today, issued_on(passage)
    term = read(_behind(passage, end), today=today, issued=issued)
    if FORM_OF_RELEASE.search(passage.text, 0, HEAD_CHARS):
        return Term(State.RELEASED)
    if term.stated:
        return term
    return passage.context.once("official.elsewhere", lambda: _elsewhere(passage, today, issued)) or term


def _elsewhere(passage: Passage, today: date, issued: date | None) -> Term | None:
    terms = (read(piece, today=today, issued=issued) for piece in _of_document(passage))
    return next((t for t in terms if t.stated), None)


def _behind(passage: Passage, end: int) -> str:
    first, *below = passage.text[end : end + READ_CHARS].split("\n")
    out = [first]
    for line in [line for line in below if line.strip()][:BELOW_LINES]:
        if not BELOW.match(line):
            break
        out.append(line)
    return "\n".join(out)


def _of_document(passage: Passage) -> tuple[str, ...]:
    """What the fields 密等及解密條件或保密期限, 解密條件, 保密期限 of the document say, in any of its parts."""
    pieces: list[str] = []
    for part in passage.context.document.parts:
        if part.place is Place.FIELD:
            if (part.field or "") in TERM_FIELDS:
                pieces.append(f"({_labelled(part)})")
            continue
        head = part.text[:HEAD_CHARS]
        if "密" not in head:
            continue
        text = fold(head).text
        pieces += [m["value"] + "\n" + (m["below"] or "") for m in FIELD.finditer(text) if m["value"].strip()]
        pieces += [m[0] for m in re.finditer(r"(?m)^[ \t|]{0,12}(?:解[ ]?密(?:條件|日期)|保密期限)[ \t]{0,4}[:|\t][^\n]{2,80}", text)]
    return tuple(pieces)


def _labelled(part: Part) -> str:
    text = fold(part.text[:READ_CHARS]).text
    return f"解密日期:{text}" if part.field == "解密日期" else text


def issued_on(passage: Passage) -> date | None:
    """Date of the paper: 發文日期 or 核定日期 where there is one."""

    def compute() -> date | None:
        for part in passage.context.document.parts:
            if part.place is Place.FIELD and part.field != "發文日期":
                continue
            folded = fold(part.text[:3_000]).text
            for span in find_dates(folded):
                if part.place is Place.FIELD or ISSUED.search(folded[max(0, span.start - 14) : span.start]):
                    return span.date
        return None

    return passage.context.once("official.issued", compute)
