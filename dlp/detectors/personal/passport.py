"""Passport number (護照號碼): nine digits in Taiwan, biometric ones beginning with 3; six to nine letters and digits abroad.

The shape is that of any number, so a label is required.  Only the machine-readable zone stands for itself: its second line
carries check digits over number, birth date and expiry.
Sources: 外交部領事事務局; ICAO 9303 for the machine-readable zone; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.checkdigits import mrz_digit
from dlp.detectors.personal.evidence import Tally, lumped, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.kinds import Kind

ID = "personal.passport"
KINDS = (Kind.PERSONAL_PASSPORT,)
LABELS = vocabulary("護照(?:號碼?|字號|編號)?(?:\\(?passport[ ]?(?:no\\.?|number)?\\)?)?|passport[ ]?(?:no\\.?|number|#)?")
CUES = (*literals("護照", "passport"), *pattern(r"[A-Z0-9<]{9}[0-9][A-Z]{3}[0-9]{7}[MFX<][0-9]{7}"))
FIX = "刪去護照號碼。"

_VALUE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][.\-])(?:[0-9]{9}|[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}|[A-Za-z]{1,2}[ -]?[0-9]{6,8})(?![0-9A-Za-z])(?![.\-][0-9])")
_MRZ = re.compile(r"(?<![0-9A-Z<])(?P<no>[A-Z0-9<]{9})(?P<c1>[0-9])[A-Z<]{3}(?P<born>[0-9]{6})(?P<c2>[0-9])[MFX<](?P<until>[0-9]{6})(?P<c3>[0-9])[A-Z0-9<]{0,16}")
_NOT_VALUE = re.compile(r"[^0-9A-Za-z]")


def mask(value: str) -> str:
    bare: str = _NOT_VALUE.sub("", value)
    return "*" * (len(bare) - 3) + bare[-3:]


def find(passage: Passage) -> Iterator[Hit]:
    if LABELS.words.search(passage.text) or passage.part.field:
        for match in matches(passage, _VALUE, digits=6):
            hit = _labelled(passage, match.start(), match.end())
            if hit is not None:
                yield hit
    for match in matches(passage, _MRZ, digits=15, letters=True):
        if mrz_digit(match["no"]) == match["c1"] and mrz_digit(match["born"]) == match["c2"] and mrz_digit(match["until"]) == match["c3"]:
            tally = Tally(0.95, "mrz-ok", "護照機讀碼，檢查碼都相符")
            yield tally.hit(Kind.PERSONAL_PASSPORT, match.start(), match.end(), masked="*" * 12, fix="刪去護照機讀碼。")


def _labelled(passage: Passage, start: int, end: int) -> Hit | None:
    how = label_of(passage, start, end, LABELS)
    if how is None or lumped(passage, start, end):
        return None
    bare = _NOT_VALUE.sub("", passage.text[start:end])
    native = len(bare) == 9 and bare.isdigit()
    tally = Tally(0.15, "shape", "格式是護照號碼")
    if how is How.NEAR:
        tally.to(0.6 if native and bare[0] == "3" else 0.45, "label-near", how.text)
    else:
        tally.to(0.9 if native and bare[0] == "3" else 0.8, f"label-{how}", f"{how.text}（護照）")
    around = surroundings(passage, start, end)
    if around.sample:
        tally.at_most(0.45, "sample", "在範例或填寫說明裡")
    return tally.hit(Kind.PERSONAL_PASSPORT, start, end, masked=mask(bare), fix=FIX, person=around.person)
