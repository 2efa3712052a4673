"""Number of foreigners, Hong Kong, Macao and mainland residents (外來人口統一證號, on the 居留證).

Since 2021-01-02: one letter, 8 or 9, eight digits, with the check digit of the national ID.  Before, and in use until
2031-01-01: two letters (the second A–D), eight digits; that is also the shape of an invoice number, so the old form needs a
label or a foreigner beside it.  By label only: the tax code of persons without either (9 and a date, or a date and two
letters) and the 12-digit number printed on some cards.
Sources: 內政部移民署 announcement of the new numbers (2020-12), 財政部 tax identification rules; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.checkdigits import is_new_resident, is_old_resident
from dlp.detectors.personal.evidence import Tally, deliberate, joined_only, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.detectors.personal.public_numbers import Public, public_at
from dlp.kinds import Kind
from dlp.text.dates import parse_date

ID = "personal.resident_certificate"
KINDS = (Kind.PERSONAL_RESIDENT_CERTIFICATE,)
LABELS = vocabulary(
    "(?:外僑|永久|外來人口|大陸地區)?(?:居留|統一|居停留)(?:證|編號)(?:統一)?(?:證號|號碼?|編號)?|統一證號|居留證?號|(?:入出境|出入境)許可證(?:號碼?)?|"
    "ARC|APRC|UI[ ]?No\\.?|身[分份]證(?:統一編號|字?號碼?)?|證號|外籍人士|移工編號|稅籍編號"
)
CUES = (
    *literals("居留", "統一證號", "境許可證", "稅籍", "證號", "身分證", "身份證"),
    *pattern(r"ARC[^A-Za-z]{0,6}[0-9]"),
    *pattern(r"[A-Z][ .\-_]?[89][ .\-_]?[0-9][ .\-_]?[0-9][ .\-_]?[0-9][ .\-_]?[0-9]"),
    *pattern(r"[A-Z][A-D][ \-]?[0-9]{8}"),
)
FIX = "刪去統一證號；要表明同一人時，最多寫成 A8*******9 的樣子。"

_NEW = re.compile(r"(?<![0-9A-Za-z])(?<![0-9]-)[A-Za-z][ \-.·_]{0,2}[89](?:[ \-.·_]?[0-9]){8}(?![0-9A-Za-z])(?!-[0-9]{1,4}(?![0-9]))")
_OLD = re.compile(r"(?<![0-9A-Za-z])[A-Za-z][A-Da-d][ \-]?[0-9]{4}[ \-]?[0-9]{4}(?![0-9A-Za-z])")
_BY_LABEL = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{8}[A-Z]{2}|9[0-9]{6}|[0-9]{12}|[0-9]{4}[ -][0-9]{4}[ -][0-9]{4})(?![0-9A-Za-z])(?!-[0-9])")
_OWN_LABELS = vocabulary("居留證?(?:證號|號碼?|編號)?|統一證號|許可證(?:號碼?)|稅籍編號|ARC|APRC")
_FOREIGN = re.compile(r"居留|外籍|外僑|移工|新住民|大陸配偶|陸配|港澳|越南|印尼|菲律賓|泰國|仲介|看護|ARC", re.IGNORECASE)
_INVOICE = re.compile(r"發票|字軌|對獎|中獎|統編|買受人|invoice", re.IGNORECASE)
_SEPARATORS = re.compile(r"[^0-9A-Za-z]")
_GAPS = re.compile(r"[^0-9A-Za-z]{1,2}")


def mask(value: str) -> str:
    bare = _SEPARATORS.sub("", value).upper()
    return f"{bare[:2]}{'*' * (len(bare) - 3)}{bare[-1]}"


def find(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _NEW, digits=9, letters=True):
        yield from _value(passage, match.start(), match.end(), new=True)
    for match in matches(passage, _OLD, digits=8, letters=True):
        yield from _value(passage, match.start(), match.end(), new=False)
    yield from _labelled(passage)


def _value(passage: Passage, start: int, end: int, *, new: bool) -> Iterator[Hit]:
    written = passage.text[start:end]
    value = _SEPARATORS.sub("", written).upper()
    correct = is_new_resident(value) if new else is_old_resident(value)
    how = label_of(passage, start, end, LABELS)
    if not correct and how is None:
        return
    context = passage.before(start, 40) + passage.after(end, 20)
    if not new and how is How.NEAR and (not correct or _INVOICE.search(context)):
        return
    if not new and how is None and (_INVOICE.search(context) or not written[0].isupper()):
        return
    if correct:
        tally = Tally(0.8 if new else 0.35, "checksum-ok", "符合外來人口統一證號的格式與檢查碼")
        glued = joined_only(passage, start, end) or len(_GAPS.findall(written)) > 3
        if new and how is None and glued and not deliberate(passage, start, end):
            tally.to(0.5, "pulled-apart", "字元是拼起來的，可能不是同一個號碼")
    else:
        tally = Tally(0.3, "checksum-failed", "格式像外來人口統一證號，檢查碼不符，可能是打錯")
    around = surroundings(passage, start, end)
    if how is not None:
        tally.to((0.95 if how is not How.NEAR else 0.85) if correct else 0.6, f"label-{how}", f"{how.text}（居留證、統一證號）")
    elif _FOREIGN.search(context):
        tally.at_least(0.8, "foreigner-near", "旁邊說的是外來人口")
    elif new and around.private:
        tally.at_least(0.9, "person-near", "旁邊寫著是誰的")
    elif not new and around.private:
        tally.to(0.5, "person-near", "旁邊寫著是誰的")
    public = public_at(passage, start, end)
    if public is not None and how is None:
        tally.at_most(0.3 if public is Public.INVOICE else 0.45, public.value, f"這個位置{public.text}")
    if around.sample:
        tally.at_most(0.5, "sample", "在範例或填寫說明裡")
    yield tally.hit(
        Kind.PERSONAL_RESIDENT_CERTIFICATE, start, end, masked=mask(value), fix=FIX, person=around.person,
        attrs={"form": "new" if new else "old", "checksum": "ok" if correct else "failed"},
    )  # fmt: skip


def _labelled(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _BY_LABEL, digits=7):
        value = _SEPARATORS.sub("", match[0])
        how = label_of(passage, match.start(), match.end(), _OWN_LABELS)
        if how is None or how is How.NEAR or not _tax_code(value):
            continue
        tally = Tally(0.2, "shape", "格式像稅籍編號或居留證卡片號碼")
        tally.to(0.7, f"label-{how}", f"{how.text}（居留證、稅籍編號）")
        yield tally.hit(
            Kind.PERSONAL_RESIDENT_CERTIFICATE, match.start(), match.end(), masked=mask(value), fix="刪去居留證或稅籍編號。",
            attrs={"form": "by-label"}, person=surroundings(passage, match.start(), match.end()).person,
        )  # fmt: skip


def _tax_code(value: str) -> bool:
    if value[-1].isalpha():
        return parse_date(value[:8]) is not None
    if len(value) == 7:
        return parse_date("19" + value[1:]) is not None or parse_date("20" + value[1:]) is not None
    return True
