"""Fixed-line telephone (市內電話): area code and subscriber number, nine or ten digits with the leading 0.

Offices publish theirs; the number of a private home is personal.  So the shape alone is low, and a private person beside it
raises it.  Toll-free (0800), premium and short numbers are not fixed lines.
Sources: numbering plan as in libphonenumber's metadata for TW and 國家通訊傳播委員會's table of area codes, read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.evidence import Tally, joined_only, matches
from dlp.detectors.personal.labels import cells_of, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.detectors.personal.public_numbers import public_at
from dlp.detectors.setting import setting_of
from dlp.kinds import Kind

ID = "personal.landline"
KINDS = (Kind.PERSONAL_LANDLINE,)
LABELS = vocabulary("電話(?:號碼)?|市話|室內電話|[聯連]絡(?:方式|電話)|傳真|住家|宅電|家裡|公司電話|\\(?[HOhо]\\)|tel|phone|fax|回電|來電|致電")
PRIVATE_LABELS = vocabulary("(?<!大)家電(?!用|行|量)|(?:[他她人們們]|所|自己|處|信)留的?(?:聯絡)?(?:電話|號碼)(?:是|為)?|家裡(?!人)|府上|住家(?:電話)?|宅電|家(?:用|裡|中)(?:的)?電話|市話|室內電話|住宅電話|\\([Hh]\\)")
CUES = (
    *pattern(r"0[2-8][0-9]{0,2}[ )\-.]{0,3}[2-9][0-9]{1,3}[ \-.]?[0-9]{3}"),
    *pattern(r"886[ )\-.(0]{0,4}[2-8][0-9]{0,2}[ )\-.]{0,3}[2-9][0-9]{1,3}"),
    *literals("住家電話", "宅電", "家裡電話", "家用電話", "市話"),
)
FIX = "刪去私人電話；需要聯絡時，改留機關的總機或承辦單位電話。"

_S = r"(?:[ ]?[\-.][ ]?|[ ]{1,2})"  # between groups
_G = r"(?:\)[ ]?[\-]?|[ ]?[\-./][ ]?|[ ]{1,2})?"  # after the area code


def _subscriber(first: str, digits: int) -> str:
    """Pattern of a subscriber number of so many digits, in one piece or two."""
    whole = rf"{first}[0-9]{{{digits - 1}}}"
    head = digits - 4 if digits > 5 else 2
    halves = rf"{first}[0-9]{{{head - 1}}}{_S}[0-9]{{{digits - head}}}"
    return rf"(?:{whole}|{halves})"


# (area code without 0, first digit of the subscriber number, its length); the longer code first.
_AREAS = (
    ("836", "[2-9]", 5), ("826", "6", 5), ("37", "[2-9]", 6), ("89", "[2-9]", 6), ("82", "[2-9]", 6), ("49", "2", 7),
    ("2", "[2-8]", 8), ("3", "[2-9]", 7), ("4", "[23]", 8), ("4", "[78]", 7), ("5", "[2-8]", 7), ("6", "[2-9]", 7), ("7", "[2-9]", 7), ("8", "[78]", 7),
)  # fmt: skip
_AREA = "|".join(rf"{code}{_G}{_subscriber(first, length)}" for code, first, length in _AREAS)
_EXTENSION = re.compile(r"[ ]?(?:分機|轉分機|轉接?|ext\.?|#)[ ]{0,2}[0-9]{1,6}(?:[~、,\-][0-9]{1,6}){0,3}", re.IGNORECASE)
_SHAPE = re.compile(
    rf"(?:(?<![0-9A-Za-z])|(?<=(?:tel|fax|phone)))(?<![0-9]\.)(?<!(?<![0-9])[0-9]{{1,4}}[\-/])(?:(?:\+|00)?886[ \-.(]{{0,2}}0?\)?|\(?0)(?:{_AREA})(?![0-9A-Za-z*○●])(?!-[0-9]{{5}})(?!\.[0-9])(?!/[0-9]{{1,4}}(?![0-9]))",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"(?<![0-9A-Za-z])(?<![0-9)][ .\-/])(?<!\))[2-8][0-9]{2,3}-?[0-9]{4}(?![0-9A-Za-z])(?![\-./][0-9])")
_NOT_DIGITS = re.compile(r"[^0-9]")


def mask(value: str) -> str:
    """Area code and the last three digits stay: ``02-*****889``."""
    digits = _NOT_DIGITS.sub("", value)
    if digits.startswith("886"):
        digits = "0" + digits[3:].lstrip("0")
    area = next((f"0{code}" for code, _, _ in _AREAS if digits.startswith(f"0{code}")), "")
    return f"{area}-*****{digits[-3:]}" if area else f"*****{digits[-3:]}"


def find(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _SHAPE, digits=9):
        extension = _EXTENSION.match(passage.text, match.end())
        hit = _number(passage, match.start(), match.end(), extension.end() if extension else match.end())
        if hit is not None:
            yield hit
    if PRIVATE_LABELS.words.search(passage.text):
        for match in matches(passage, _LOCAL, digits=7):
            hit = _local(passage, match.start(), match.end())
            if hit is not None:
                yield hit


def _number(passage: Passage, start: int, end: int, full_end: int) -> Hit | None:
    how = label_of(passage, start, end, LABELS)
    if public_at(passage, start, end) is not None and how is None:
        return None
    written = passage.text[start:end]
    bare = written.isdigit()
    if joined_only(passage, start, end) and how is None:
        return None
    around = surroundings(passage, start, full_end)
    if around.letterhead:
        return None
    tally = Tally(0.25 if bare and how is None else 0.35, "shape", "格式是市內電話")
    if label_of(passage, start, end, PRIVATE_LABELS) is not None:
        tally.to(0.7 if around.private else 0.6, "label-home", "標明是住家電話")
    elif around.private and not around.office and not around.contact and (how is not None or around.person):
        tally.to(0.6, "person-near", "旁邊寫著是誰的")
    elif around.public:
        tally.to(0.2, "office", "像是機關或店家對外的電話")
    if label_of(passage, start, end, PRIVATE_LABELS) is None and not around.letterhead and not around.contact and not around.service and _private_row(passage, start, end):
        tally.at_least(0.6, "record", "與同一人的其他資料寫在同一筆")
    if full_end > end:
        tally.at_most(0.45, "extension", "有分機，應是辦公室的電話")
    if around.service:
        tally.at_most(0.3 if not around.person else 0.45, "service", "像是對外公布的服務或洽詢電話")
    whole = setting_of(passage)
    if (whole.procedure or whole.law or whole.teaching) and not around.person:
        tally.at_most(0.4, "procedure", "在程序或規定的說明裡")
    if around.sample:
        tally.at_most(0.3, "sample", "在範例或填寫說明裡")
    return tally.hit(Kind.PERSONAL_LANDLINE, start, full_end, masked=mask(written), fix=FIX, person=around.person)


_RECORD = re.compile(r"(?<![0-9A-Za-z])[A-Z][1289][0-9]{8}(?![0-9])|(?<![0-9])09[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}(?![0-9])|[0-9]日生")
_PRIVATE_COLUMN = re.compile("陳情人|檢舉人|通報人|反映人|申訴人|來電人|案主|個案|家長|住戶|病[人患]")


def _private_row(passage: Passage, start: int, end: int) -> bool:
    """Whether a private number stands in the same sentence before, or the table's header names petitioners and the like."""
    low, _ = passage.line(start)
    if _RECORD.search(passage.text, max(low, start - 40), start):
        return True
    if any(_PRIVATE_COLUMN.search(header) for header, _ in cells_of(passage, start)):
        return True
    header = passage.text[passage.line(low - 1)[0] : low] if low else ""
    return header.count("/") >= 2 and _PRIVATE_COLUMN.search(header) is not None and passage.text[low:start].count("/") >= 2


def _local(passage: Passage, start: int, end: int) -> Hit | None:
    how = label_of(passage, start, end, PRIVATE_LABELS)
    if how is None or not how.close:
        return None
    around = surroundings(passage, start, end)
    tally = Tally(0.2, "shape", "像是沒寫區碼的市內電話").to(0.55, "label-home", "標明是住家電話")
    return tally.hit(Kind.PERSONAL_LANDLINE, start, end, masked=mask(passage.text[start:end]), fix=FIX, person=around.person)
