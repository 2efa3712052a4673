"""Birth date (出生年月日): a date with a cue beside it, in 民國 or the common era.

Official texts are full of dates; only a label (出生年月日：), 「…生」 right after it, or a column header makes one a birth
date.  「六十八年一月一日以後出生」 is a rule about everybody, and the birth of somebody in an encyclopedia is public.
"""

from collections.abc import Iterator
from datetime import date

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.evidence import Tally, joined_only
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.names import persons
from dlp.detectors.personal.owners import surroundings
from dlp.kinds import Kind
from dlp.text.dates import DateForm, DateSpan, find_dates

ID = "personal.birth_date"
KINDS = (Kind.PERSONAL_BIRTH_DATE,)
LABELS = vocabulary(
    "出生(?:年月日|日期?|時間|年|於)?(?:\\((?:民國|西元|年/月/日|yyy/mm/dd)\\))?|(?<![發產衛學師醫先民眾新])生日|生辰|(?<![發產學師衛醫先人民眾])生於|誕辰|D\\.?O\\.?B\\.?(?![a-z])|"
    "(?:date of birth|birth[ _]?(?:date|day)?|born)(?:[ ]on)?"
)
CUES = (
    *literals("出生", "生日", "生辰", "生於", "DOB", "D.O.B", "birth", "born", "日生"),
    *pattern("[0-9日號] ?生"), *pattern("[0-9]{2,4}[./][0-9]{1,2}[./][0-9]{1,2}"), *pattern("民國 ?[0-9]{1,3}年"),
)
FIX = "刪去出生年月日；需要時改寫年齡層，例如「40 多歲」。"

_BORN_AFTER = re.compile(r"[ ]?(?:出生(?!地登記|率|數|證明)|生(?=[\s,。、;)(」]|$)|生日)")
_RULE = re.compile(r"[ ]?(?:\(?[含]?\)?)?(?:以前|以後|之前|之後|前|後|起|至|止|間|當日|以降|\(含\))")
_RULE_LABEL = re.compile(r"出生[^\n]{0,6}(?:以前|以後|登記|通報|日期?為準|統計)|(?:凡|應|須|得)[^\n]{0,10}$")
_PROSE = re.compile(r"(?:出生於|生於|出生|誕辰|born[ ]?(?:on)?)[\s:]{0,2}$", re.IGNORECASE)
_WEAK = (DateForm.ROC_COMPACT6, DateForm.ROC_SEPARATED, DateForm.CE_COMPACT, DateForm.ROC_COMPACT)
_OTHER_DATA = re.compile(r"身[分份]證|電話|手機|住址|地址|戶籍|[A-Z][1289][0-9]{8}|09[0-9]{2}")
OLDEST_YEARS = 115
# A reign title such as 大中祥符三年: the year is not one of the Republic.
_ANY_ERA = re.compile(r"\p{Han}(?<![於在是為的期日國月年:])$")


def mask(written: str) -> str:
    """Every figure goes; the year too, because it narrows down."""
    return str(re.sub(r"[0-9〇零○一二三四五六七八九十百廿卅元正壹貳參肆伍陸柒捌玖拾佰]{1,8}", "**", written))


def find(passage: Passage) -> Iterator[Hit]:
    dates = passage.once("dates", lambda: find_dates(passage.text))
    for span in dates:
        hit = _date(passage, span)
        if hit is not None:
            yield hit


_ROW_FORMS = frozenset((DateForm.ROC_SEPARATED, DateForm.CE_SEPARATED, DateForm.ROC_WORDS, DateForm.CE_WORDS))
_ROW_GAP = re.compile(r"[\s|/,、(:·\-]{0,4}(?:[A-Z][1289][0-9]{8}|(?:護照)?[ ]?[A-Z]{0,2}[ ]?[0-9]{7,9}|[男女]|[\p{Han}A-Z,\- ]{0,14})?[\s|/,、(:]{1,4}")
_ROW_DATA = re.compile(r"(?<![0-9A-Za-z])[A-Z][1289][0-9]{8}(?![0-9])|(?<![0-9])09[0-9]{2}[ -]?[0-9]{3}|健保卡|護照|身[分份]證|家裡|電話|(?<=[\s|,/])[男女](?=[\s|,/])|[男女],|臥床|失智|過敏|疫苗|血鉛|視力|慢性病|障礙")
_ADULT_DAYS, _ROW_BEFORE = 700, 48
ROW_SURE, ROW_LIKELY = 0.66, 0.52


def _in_row(passage: Passage, span: DateSpan) -> float:
    """How sure a date right behind a name is a birth date: other personal data in the same row, or brackets after the name."""
    if span.form not in _ROW_FORMS or (passage.context.today - span.date).days < _ADULT_DAYS:
        return 0.0
    low, high = passage.line(span.start)
    low, high = max(low, span.start - _ROW_BEFORE), min(high, span.end + 2 * _ROW_BEFORE)
    named = [p for p in persons(passage) if low <= p.start and p.end <= span.start and p.named and p.confidence >= 0.5 and not p.public]
    if not named or _ROW_GAP.fullmatch(passage.text, named[-1].end, span.start) is None:
        return 0.0
    if _ROW_DATA.search(passage.text, named[-1].end, high):
        return ROW_SURE
    bracketed = passage.text[span.start - 1 : span.start] == "(" and passage.text[span.end : span.end + 1] == ")"
    return ROW_LIKELY if bracketed and named[-1].end == span.start - 1 else 0.0


def _date(passage: Passage, span: DateSpan) -> Hit | None:
    today = passage.context.today
    if not date(today.year - OLDEST_YEARS, 1, 1) <= span.date <= today:
        return None
    start, end = span.start, span.end
    after = passage.after(end, 12)
    if _RULE.match(after):
        return None
    how = label_of(passage, start, end, LABELS, near=12)
    suffixed = _BORN_AFTER.match(after) is not None and not re.match(r"[ ]?出生[^\n]{0,4}(?:以前|以後|者)", after)
    row = _in_row(passage, span) if how is None and not suffixed else 0.0
    if (how is None and not suffixed and not row) or (how is How.NEAR and span.form in _WEAK):
        return None
    before = passage.before(start, 24)
    if how is How.NEAR and span.form is DateForm.ROC_WORDS and _ANY_ERA.search(before):
        return None
    if _RULE_LABEL.search(before) or (joined_only(passage, start, end) and how is None):
        return None
    around = surroundings(passage, start, end)
    tally = Tally(0.2, "date-valid", "日曆上有這一天，年份合理")
    if how is not None and how.close:
        tally.to(0.8, f"label-{how}", f"{how.text}（出生）")
    elif row:
        tally.to(row, "row", "緊接在姓名之後，與同一人的其他資料同列")
    elif suffixed:
        tally.to(0.75, "born-after", "日期後面寫著「生」")
    else:
        tally.to(0.6, f"label-{how}", f"{how}"if how is None else how.text)
    near = passage.before(start, 60) + passage.after(end, 60)
    prose = span.form in (DateForm.CE_WORDS, DateForm.CE_SEPARATED, DateForm.ENGLISH) and _OTHER_DATA.search(near) is None
    if prose and (_PROSE.search(before) or (suffixed and after.lstrip().startswith("出生"))):
        tally.at_most(0.45, "biography", "像是介紹人物生平的文字")
    elif around.private and _OTHER_DATA.search(near):
        tally.at_least(0.85, "record", "與同一人的其他資料寫在一起")
    if around.sample:
        tally.at_most(0.4, "sample", "在範例或填寫說明裡")
    return tally.hit(
        Kind.PERSONAL_BIRTH_DATE, start, end, masked=mask(passage.text[start:end]), fix=FIX, person=around.person
    )
