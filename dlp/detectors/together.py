"""Document-level conclusions: what findings mean together.

A name says little and a number may be anyone's; a name with a number, an address or an illness beside it is a person laid
open (個人資料保護法施行細則 §3: 對照、組合、連結).  So a name beside such data rises with it, and the data with the name.
Findings of personal data also say how many different persons the document exposes (attr ``persons``): ten people in a
table are more than one person in a sentence.  Names that are public by office take no part.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from dlp.detectors.contract import Context
from dlp.finding import HIGH_FROM, MEDIUM_FROM, Finding, Layer, Reason
from dlp.kinds import Kind

NEAR_CHARS = 90  # a sentence or a row; values further apart are not read together
LIKELY_FROM = 0.4  # below it a value is too doubtful to lend or take weight
NAMED, PARTLY_NAMED, SAMPLE_NAMED = 0.85, 0.55, 0.60
CONTACT_NAMED = 0.60  # beside a landline or mail address only, which offices publish
RAISE, RAISED_TO = 0.08, 0.92

NUMBERS = frozenset((
    Kind.PERSONAL_NATIONAL_ID, Kind.PERSONAL_RESIDENT_CERTIFICATE, Kind.PERSONAL_PASSPORT, Kind.PERSONAL_NHI_CARD, Kind.PERSONAL_MOBILE,
    Kind.PERSONAL_ADDRESS, Kind.PERSONAL_BIRTH_DATE, Kind.PERSONAL_BANK_ACCOUNT, Kind.PERSONAL_CREDIT_CARD, Kind.PERSONAL_PLATE,
    Kind.PERSONAL_LINE_ID, Kind.PERSONAL_MEDICAL_RECORD, Kind.PERSONAL_STUDENT_ID,
))  # fmt: skip
# Found by the person beside them already, so they lend weight and take none.
FACTS = frozenset((
    Kind.PERSONAL_HEALTH, Kind.PERSONAL_GENETIC, Kind.PERSONAL_SEX_LIFE, Kind.PERSONAL_HEALTH_CHECK, Kind.PERSONAL_CRIMINAL_RECORD, Kind.PERSONAL_FAMILY, Kind.PERSONAL_FINANCE,
))  # fmt: skip
CONTACT = frozenset((Kind.PERSONAL_LANDLINE, Kind.PERSONAL_EMAIL))
# Of these one person rarely has two, so that different values are different persons.
ONE_EACH = (
    Kind.PERSONAL_NATIONAL_ID, Kind.PERSONAL_RESIDENT_CERTIFICATE, Kind.PERSONAL_PASSPORT, Kind.PERSONAL_MEDICAL_RECORD, Kind.PERSONAL_STUDENT_ID,
    Kind.PERSONAL_MOBILE, Kind.PERSONAL_BIRTH_DATE, Kind.PERSONAL_ADDRESS, Kind.PERSONAL_NHI_CARD,
)  # fmt: skip
WHOLE_NAMES = ("full", "latin", "indigenous")


def conclude(findings: list[Finding], context: Context) -> list[Finding]:
    """``findings`` of one document with what only the whole document shows added to them."""
    out = list(findings)
    texts = {part.path: part.text for part in context.document.parts}
    for path, places in _by_part(out).items():
        _combine(out, places, texts.get(path, ""))
    return _counted(out)


def _by_part(findings: Sequence[Finding]) -> dict[str, list[int]]:
    """Indexes of personal findings by part, in order of place."""
    parts: dict[str, list[int]] = {}
    for i, finding in enumerate(findings):
        if finding.kind.value.startswith("personal."):
            parts.setdefault(finding.part, []).append(i)
    for places in parts.values():
        places.sort(key=lambda i: findings[i].start)
    return parts


def _combine(out: list[Finding], places: Sequence[int], text: str) -> None:
    """Names and the data beside them lend each other weight."""
    data = [i for i in places if out[i].kind is not Kind.PERSONAL_NAME and out[i].confidence >= LIKELY_FROM]
    starts = [out[i].start for i in data]
    for i in places:
        if out[i].kind is Kind.PERSONAL_NAME and "public" not in out[i].attrs:
            near = [data[n] for n in _near(out[i], out, data, starts, text)]
            _raise(out, i, near)


def _near(name: Finding, out: Sequence[Finding], data: Sequence[int], starts: Sequence[int], text: str) -> Iterator[int]:
    for n in range(bisect_left(starts, name.start - NEAR_CHARS), len(data)):
        other = out[data[n]]
        if other.start > name.end + NEAR_CHARS:
            return
        if other.start < name.end and other.end > name.start:
            continue
        if other.person and name.person and other.person != name.person:
            continue  # known to be somebody else's
        low, high = min(name.end, other.end), max(name.start, other.start)
        if not _parted(text[low:high]):
            yield n


def _parted(between: str) -> bool:
    """Whether text between two values sets them apart: a paragraph, a row of another record, two sentences."""
    if "\n\n" in between or ("\t" in between and "\n" in between):
        return True
    return between.count("\n") > 3 or sum(between.count(stop) for stop in "。！？!?") > 1


def _raise(out: list[Finding], at: int, near: Sequence[int]) -> None:
    name = out[at]
    firm = [i for i in near if out[i].kind in NUMBERS | FACTS and out[i].confidence >= MEDIUM_FROM]
    contact = [i for i in near if out[i].kind in CONTACT and out[i].confidence >= MEDIUM_FROM]
    if not firm and not contact:
        return
    whole = name.attrs.get("form") in WHOLE_NAMES
    sample = any(r.code == "name-sample" for r in name.reasons)
    likely = name.reasons[0].weight >= MEDIUM_FROM if name.reasons else True
    if sample:
        aim = SAMPLE_NAMED if any(out[i].confidence >= HIGH_FROM for i in firm) else name.confidence
    elif firm and whole and likely:
        aim = NAMED if any(out[i].confidence >= 0.7 for i in firm) else 0.7
    elif contact and not firm and whole and likely:
        aim = CONTACT_NAMED
    else:
        aim = PARTLY_NAMED if likely and firm else name.confidence
    if aim > name.confidence:
        out[at] = _moved(name, aim, "姓名旁有可識別或敏感的個人資料")
    if whole and likely and not sample:
        for i in firm:
            if out[i].kind in NUMBERS and out[i].confidence < RAISED_TO and not any(r.code == "together" for r in out[i].reasons):
                out[i] = _moved(out[i], min(RAISED_TO, out[i].confidence + RAISE), "旁邊有姓名，足以連結到個人")


def _moved(finding: Finding, confidence: float, text: str) -> Finding:
    reason = Reason(Layer.CONTEXT, "together", text, round(confidence - finding.confidence, 2))
    return replace(finding, confidence=round(confidence, 2), reasons=(*finding.reasons, reason))


def _counted(findings: list[Finding]) -> list[Finding]:
    """Every personal finding worth a look says how many persons the document exposes."""
    exposing = [f for f in findings if f.kind.value.startswith("personal.") and f.confidence >= MEDIUM_FROM]
    number = str(persons_exposed(exposing))
    return [
        replace(f, attrs={**f.attrs, "persons": number})
        if f.kind.value.startswith("personal.") and f.confidence >= MEDIUM_FROM
        else f
        for f in findings
    ]


def persons_exposed(findings: Sequence[Finding]) -> int:
    """At least how many different persons ``findings`` lay open: by name, or by numbers of which each has one."""
    if not findings:
        return 0
    keys: set[Hashable] = {f.person for f in findings if f.person}
    values: dict[Kind, set[str]] = {kind: set() for kind in ONE_EACH}
    for finding in findings:
        if finding.kind in values:
            values[finding.kind].add("".join(c for c in finding.text if c.isalnum()).upper())
    return max(1, len(keys), *(len(v) for v in values.values()))
