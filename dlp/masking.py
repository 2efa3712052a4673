"""The safe version of a text: every found value replaced by its mask, the same value everywhere by the same mask.

The detector decides the mask; here only the text is rewritten.  A value that was found once is masked wherever it stands in
the part, also where nothing around it would have given it away (the account number repeated without its label, the name
in the next sentence).  Masking a masked text changes nothing: masks hold no value, so there is nothing left to find.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dlp.finding import MEDIUM_FROM, Finding
from dlp.kinds import Kind

SHORTEST_REPEATED = 3  # characters; shorter ones stand inside other words too often
# What leads to one person wherever it stands.  An illness or a role means somebody only beside the name.
REPEATED = frozenset(
    {
        Kind.PERSONAL_NAME, Kind.PERSONAL_NATIONAL_ID, Kind.PERSONAL_RESIDENT_CERTIFICATE, Kind.PERSONAL_PASSPORT, Kind.PERSONAL_NHI_CARD,
        Kind.PERSONAL_MOBILE, Kind.PERSONAL_LANDLINE, Kind.PERSONAL_ADDRESS, Kind.PERSONAL_BANK_ACCOUNT, Kind.PERSONAL_CREDIT_CARD,
        Kind.PERSONAL_PLATE, Kind.PERSONAL_EMAIL, Kind.PERSONAL_LINE_ID, Kind.PERSONAL_MEDICAL_RECORD, Kind.PERSONAL_STUDENT_ID,
        Kind.PERSONAL_IP_ADDRESS,
    }
)  # fmt: skip
MOST_VALUES = 4_000  # different values looked for elsewhere in a text


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    masked: str
    confidence: float


def mask_text(text: str, findings: Iterable[Finding], part: str, *, at_least: float = 0.0) -> str:
    """``text`` of the part with path ``part``, with its findings masked.

    Findings of other parts, below ``at_least``, or whose mask is the value itself (classification marks, which are shown)
    are left out.  Of overlapping findings the longer decides; what only touches is replaced side by side.
    """
    wanted = [
        f
        for f in findings
        if f.part == part and f.confidence >= at_least and f.masked != f.text and f.masked and not _is_masked(f)
    ]
    edits = [_Edit(f.start, f.end, f.masked, f.confidence) for f in wanted if 0 <= f.start < f.end <= len(text)]
    edits += _repeats(text, wanted, edits)
    return _apply(text, _without_overlaps(edits))


def _is_masked(finding: Finding) -> bool:
    """A weak finding on what somebody masked already (陳○○之): masking it again would eat the character beside it."""
    return finding.confidence < MEDIUM_FROM and any(sign in finding.text for sign in "○＊*")


def _repeats(text: str, findings: Sequence[Finding], edits: Sequence[_Edit]) -> list[_Edit]:
    """Further places of found values, at the edges of words."""
    masks: dict[str, str] = {}
    for finding in sorted(findings, key=lambda f: -f.confidence):
        if finding.kind in REPEATED and len(finding.text) >= SHORTEST_REPEATED and _repeatable(finding.text):
            masks.setdefault(finding.text, finding.masked)
    taken = {(e.start, e.end) for e in edits}
    out = []
    for value in sorted(masks, key=len, reverse=True)[:MOST_VALUES]:
        at = text.find(value)
        while at >= 0:
            end = at + len(value)
            if (at, end) not in taken and _stands_alone(text, at, end):
                out.append(_Edit(at, end, masks[value], 0.0))
            at = text.find(value, end)
    return out


def _repeatable(value: str) -> bool:
    """Whether a value means the same wherever it stands: a number or address does, a short figure or one character not."""
    figures = sum(c.isalnum() and c.isascii() for c in value)
    return figures >= 5 or figures == 0


def _stands_alone(text: str, start: int, end: int) -> bool:
    """No ASCII letter or digit continues the value on either side."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_word(before) and _word(text[start])) and not (_word(after) and _word(text[end - 1]))


def _word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _without_overlaps(edits: Sequence[_Edit]) -> list[_Edit]:
    """The longer edit of overlapping ones (then the more confident), ordered by start; what it leaves open is covered too."""
    kept: list[_Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, -(e.end - e.start), -e.confidence)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
        elif edit.end > kept[-1].end:
            last = kept[-1]
            longer = last if last.end - last.start >= edit.end - edit.start else edit
            kept[-1] = _Edit(last.start, edit.end, longer.masked, max(last.confidence, edit.confidence))
    return kept


def _apply(text: str, edits: Sequence[_Edit]) -> str:
    pieces, at = [], 0
    for edit in edits:
        pieces += [text[at : edit.start], edit.masked]
        at = edit.end
    return "".join((*pieces, text[at:]))


__all__ = ["mask_text"]
