"""Medical record number (病歷號碼): set by each hospital, five to ten characters, so by label only.

It leads to a patient and is health data by nature (個資法 §6).
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.evidence import Tally, lumped, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.kinds import Kind

ID = "personal.medical_record"
KINDS = (Kind.PERSONAL_MEDICAL_RECORD,)
LABELS = vocabulary("病歷(?:表)?(?:號碼?|編號|號數)|病歷|病號|chart[ ]?(?:no\\.?|number|#)|MRN(?:[ ]?no\\.?)?|medical record[ ]?(?:no\\.?|number)|住院號|就診(?:序號|號碼?)|掛號號碼")
EXACT = vocabulary("病歷(?:表)?(?:號碼?|編號|號數)|病號|chart[ ]?(?:no\\.?|number|#)|MRN|medical record[ ]?(?:no\\.?|number)|住院號")
CUES = literals("病歷", "病號", "chart no", "chart number", "MRN", "medical record", "住院號", "就診號")
UNITS = tuple("年月日元人件號")  # figures that count or date something
FIX = "刪去病歷號碼。"

_VALUE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][./])(?:[A-Za-z]{0,2}-?[0-9]{5,10}(?:-[0-9])?)(?![0-9A-Za-z*])(?![./][0-9])")


def mask(value: str) -> str:
    return "*" * max(3, len(value) - 2) + value[-2:]


def find(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _VALUE, digits=5):
        start, end = match.span()
        if passage.text[end : end + 1] in UNITS:
            continue
        how = label_of(passage, start, end, LABELS, near=10)
        if lumped(passage, start, end) or how is None or how is How.AFTER:
            continue
        exact = label_of(passage, start, end, EXACT, near=10) is not None
        if not exact and not how.close:
            continue
        tally = Tally(0.15, "shape", "位數像病歷號碼")
        tally.to(0.85 if exact and how.close else 0.6, f"label-{how}", f"{how.text}（病歷）")
        around = surroundings(passage, start, end)
        if around.sample:
            tally.at_most(0.45, "sample", "在範例或填寫說明裡")
        yield tally.hit(Kind.PERSONAL_MEDICAL_RECORD, start, end, masked=mask(match[0]), fix=FIX, person=around.person)
