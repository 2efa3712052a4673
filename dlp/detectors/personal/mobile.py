"""Mobile telephone number (行動電話): 09 and eight digits, also as +886 9…, with and without separators.

099 is the range of personal numbers and counts too.  A mobile number leads to one person; beside a name it is certain, in
an agency's contact line it is published.  In document numbers (字第0980151010號) the same digits are a year and a serial.
Sources: 國家通訊傳播委員會 numbering plan as in libphonenumber's metadata for TW, read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.evidence import Tally, deliberate, joined_only, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import is_dummy, surroundings
from dlp.detectors.personal.pieces import mobile_pieces, reconstructed
from dlp.detectors.personal.public_numbers import Public, public_at
from dlp.kinds import Kind

ID = "personal.mobile"
KINDS = (Kind.PERSONAL_MOBILE,)
LABELS = vocabulary(
    "手機(?:號碼?)?|行動(?:電話)?(?:號碼)?|大哥大|[聯連]絡(?:電話|方式|手機)|電話(?:號碼)?|門號|mobile|cell(?:phone)?|phone|tel|whatsapp|"
    "(?<![a-z])m:|(?<![a-z])t:|line|賴|簡訊|來電|回電|致電"
)
MOBILE_ONLY = vocabulary("手機(?:號碼?)?|行動(?:電話)?(?:號碼)?|門號|mobile|cell(?:phone)?")
CUES = (
    *pattern(r"0[ )\-.]{0,2}9[ )\-./_~]{0,2}[0-9][ \-./_~]{0,3}[0-9][ \-./_~]{0,3}[0-9][ \-./_~]{0,3}[0-9]"),
    *pattern(r"886[ )\-.(0]{0,4}9[ \-.]?[0-9]"),
    *pattern(r"09[0-9]{2}[*#○●Xx\-]"),
    *literals("手機", "行動電話", "門號"),
)
FIX = "刪去手機號碼；需要聯絡時，改留機關的總機或承辦單位電話。"

_SEP = r"(?:[ ]?[\-./_~][ ]?|[ ]{1,2})"
_PREFIX = rf"(?:(?:\+|00)?886{_SEP}?(?:\(0\)|0)?{_SEP}?9|\(?0[ ]?9)"
_SHAPE = re.compile(
    rf"(?:(?<![0-9A-Za-z])|(?<=(?:tel|TEL|Tel|phone|Phone|cell|Cell)))(?<![0-9]\.)(?<!(?<![0-9])[0-9]{{1,4}}[\-/_])({_PREFIX})(?:"
    rf"[0-9]{{2}}\)?{_SEP}[0-9]{{3}}{_SEP}?[0-9]{{3}}"  # 0912-345-678, 0912 345678, (0912)345-678
    rf"|[0-9]{{2}}\)[0-9]{{3}}{_SEP}?[0-9]{{3}}"
    rf"|[0-9]{{8}}"
    rf"|\)?{_SEP}?[0-9]{{4}}{_SEP}?[0-9]{{4}}"  # 09-1234-5678, (09)12345678
    rf"|\)?{_SEP}?[0-9]{{8}}"
    rf"|[0-9]{{2}}{_SEP}[0-9]{{2}}{_SEP}[0-9]{{2}}{_SEP}[0-9]{{2}}"  # 0912 34 56 78
    rf"|[0-9]{{5}}{_SEP}[0-9]{{3}}|[0-9]{{3}}{_SEP}[0-9]{{5}}|[0-9]{_SEP}[0-9]{{3}}{_SEP}[0-9]{{4}}"
    rf")(?![0-9A-Za-z*○●])(?![\-.][0-9])"
)
_WITHOUT_ZERO = re.compile(r"(?<![0-9A-Za-z+])(?<![0-9][.\-/_ ])9[0-8][0-9](?:[ -]?[0-9]{3}){2}(?![0-9A-Za-z])(?![\-./,][0-9])")
_LISTED = re.compile(r"(?<![0-9A-Za-z])09[0-9]{2}[、,;][ ]?[0-9]{3}[、,;][ ]?[0-9]{3}(?![0-9A-Za-z])(?![、,;.][0-9])")
_MISREAD = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]{0,9}[OoIl])[0Oo]9[0-9OoIl]{8}(?![0-9A-Za-z])")
_REPAIR = str.maketrans("OoIl", "0011")
_NOT_DIGITS = re.compile(r"[^0-9]")
_PLATED = re.compile(r"字[ ]?第?[ ]{0,2}$")


def mask(value: str) -> str:
    """The last three digits stay: ``09**-***-678``."""
    return f"09**-***-{_NOT_DIGITS.sub('', value)[-3:]}"


def national(value: str) -> str:
    """``09…`` form of any written form, digits only."""
    digits: str = _NOT_DIGITS.sub("", value)
    at = digits.find("886")
    if at in (0, 2):
        digits = "0" + digits[at + 3 :].lstrip("0")
    return digits


def find(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _SHAPE, digits=10):
        hit = _number(passage, match.start(), match.end())
        if hit is not None:
            yield hit
    for match in _LISTED.finditer(passage.text):
        if label_of(passage, match.start(), match.end(), LABELS) is not None:
            hit = _number(passage, match.start(), match.end())
            if hit is not None:
                yield hit
    if MOBILE_ONLY.words.search(passage.text):
        for match in matches(passage, _MISREAD, digits=5, letters=True):
            hit = _without_zero(passage, match.start(), match.end(), "把 O、I、l 看作 0、1 之後，是行動電話")
            if hit is not None:
                yield hit
        for match in matches(passage, _WITHOUT_ZERO, digits=9):
            hit = _without_zero(passage, match.start(), match.end())
            if hit is not None:
                yield hit
    if passage.view == "plain":
        yield from _from_pieces(passage)


def _number(passage: Passage, start: int, end: int) -> Hit | None:
    if len(national(passage.text[start:end])) != 10 or _PLATED.search(passage.before(start, 4)):
        return None
    how = label_of(passage, start, end, LABELS)
    public = public_at(passage, start, end)
    if public is not None and how is None:
        if public in (Public.URL, Public.HEX, Public.DOCUMENT, Public.AMOUNT):
            return None
    else:
        public = None
    around = surroundings(passage, start, end)
    tally = Tally(0.6, "shape", "格式是行動電話")
    if joined_only(passage, start, end) and not deliberate(passage, start, end) and how is None and not around.private:
        tally.to(0.4, "pulled-apart", "數字是拼起來的，可能不是同一個號碼")
    if around.letterhead:
        tally.to(0.4, "letterhead", "在機關的聯絡資訊區塊裡")
    elif around.private:
        tally.to(0.85, "person-near", "旁邊寫著是誰的")
    elif how is not None and label_of(passage, start, end, MOBILE_ONLY) is not None:
        tally.to(0.7, f"label-{how}", f"{how.text}（手機）")
    if (around.contact and not around.private) or around.listing:
        tally.at_most(0.45, "contact", "像是機關、店家或活動的聯絡電話")
    if around.service and not around.person:
        tally.at_most(0.45, "service", "像是對外公布的服務或洽詢電話")
    if public is not None:
        tally.at_most(0.3, public.value, f"這個位置{public.text}")
    if around.sample:
        dummy = is_dummy(national(passage.text[start:end]))
        tally.at_most(0.3 if dummy else 0.55, "sample", "在範例或填寫說明裡")
    return tally.hit(
        Kind.PERSONAL_MOBILE, start, end, masked=mask(passage.text[start:end]), fix=FIX, person=around.person
    )


def _without_zero(passage: Passage, start: int, end: int, text: str = "像是少了開頭 0 的行動電話") -> Hit | None:
    how = label_of(passage, start, end, MOBILE_ONLY)
    if how is None or not how.close:
        return None
    tally = Tally(0.2, "repaired", text).to(0.65, f"label-{how}", f"{how.text}（手機）")
    around = surroundings(passage, start, end)
    return tally.hit(Kind.PERSONAL_MOBILE, start, end, masked=mask(passage.text[start:end].translate(_REPAIR)), fix=FIX, person=around.person)


def _from_pieces(passage: Passage) -> Iterator[Hit]:
    for piece in reconstructed(mobile_pieces(passage), length=10, missing=1):
        tally = Tally(0.3, "piece", "遮蔽過的行動電話")
        tally.to(0.65, "pieces-joined", "與文中另一處露出的部分合起來，可以還原完整號碼")
        yield tally.hit(
            Kind.PERSONAL_MOBILE, piece.start, piece.end, masked="*" * (piece.end - piece.start),
            fix="兩處遮蔽的位置要一致，合起來才不會露出完整號碼。", attrs={"partial": "joined"},
        )  # fmt: skip


__all__ = ["CUES", "ID", "KINDS", "How", "find", "mask", "national"]
