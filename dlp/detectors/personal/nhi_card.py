"""Number of the health insurance card (健保卡號): twelve digits, printed in groups of four, most beginning with 0000.

It has no published check digit and the shape of many other numbers, so a label is required.
Source: 衛生福利部中央健康保險署, form of the card; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.evidence import Tally, lumped, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.kinds import Kind

ID = "personal.nhi_card"
KINDS = (Kind.PERSONAL_NHI_CARD,)
LABELS = vocabulary("(?:全民)?健保(?:IC)?(?:卡)?(?:卡)?(?:號碼?|編號)?|健康保險(?:IC)?卡(?:號碼?)?|就醫卡號?|NHI[ ]?(?:card)?(?:[ ]?no\\.?)?")
CARD_LABELS = vocabulary("卡號|卡片號碼")
CUES = literals("健保", "健康保險", "就醫卡", "NHI")
FIX = "刪去健保卡號。"

_VALUE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][\-.])[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9A-Za-z*])(?![ \-.][0-9])")
_HEALTH = re.compile(r"健保|健康保險|就醫|NHI", re.IGNORECASE)


def mask(value: str) -> str:
    return "*" * 9 + value[-3:]


def find(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _VALUE, digits=12):
        start, end = match.span()
        how = label_of(passage, start, end, LABELS)
        if how is None and _HEALTH.search(passage.before(start, 30)) is not None:
            how = label_of(passage, start, end, CARD_LABELS)
        if how is None or lumped(passage, start, end):
            continue
        bare = re.sub("[^0-9]", "", match[0])
        tally = Tally(0.15, "shape", "十二位數字")
        if bare.startswith("0000"):
            tally.to(0.25, "prefix", "以 0000 開頭，健保卡多如此", layer=tally.reasons[0].layer)
        tally.to(0.6 if how is How.NEAR else 0.85, f"label-{how}", f"{how.text}（健保卡）")
        around = surroundings(passage, start, end)
        if around.sample:
            tally.at_most(0.45, "sample", "在範例或填寫說明裡")
        yield tally.hit(Kind.PERSONAL_NHI_CARD, start, end, masked=mask(bare), fix=FIX, person=around.person)
