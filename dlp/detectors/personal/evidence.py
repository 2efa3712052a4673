"""How evidence adds up to a confidence: a running number with every step kept as a reason."""

from collections.abc import Iterator, Mapping

import regex as re

from dlp.detectors.contract import Hit, Passage
from dlp.finding import EMPTY, Layer, Reason
from dlp.kinds import Kind
from dlp.text.joining import CIRCLED
from dlp.text.numerals import HAN_DIGITS
from dlp.text.runs import Run, find_runs, scan

_HAN_DIGIT = re.compile("[" + HAN_DIGITS + "".join(CIRCLED) + "]")
_SINGLES = re.compile(r"[0-9A-Za-z](?:[^0-9A-Za-z]{1,4}[0-9A-Za-z]){5,}")


class Tally:
    """Confidence of one value.  ``to`` moves it to a new figure, ``note`` only records; both leave a reason."""

    def __init__(self, confidence: float, code: str, text: str, *, layer: Layer = Layer.FORM) -> None:
        self.confidence = confidence
        self.reasons = [Reason(layer, code, text, confidence)]

    def to(self, confidence: float, code: str, text: str, *, layer: Layer = Layer.CONTEXT) -> "Tally":
        change = round(confidence - self.confidence, 2)
        self.reasons.append(Reason(layer, code, text, change))
        self.confidence = confidence
        return self

    def at_least(self, confidence: float, code: str, text: str, *, layer: Layer = Layer.CONTEXT) -> "Tally":
        return self.to(max(confidence, self.confidence), code, text, layer=layer)

    def at_most(self, confidence: float, code: str, text: str, *, layer: Layer = Layer.CONTEXT) -> "Tally":
        return self.to(min(confidence, self.confidence), code, text, layer=layer)

    def hit(
        self, kind: Kind, start: int, end: int, *, masked: str, fix: str, attrs: Mapping[str, str] = EMPTY, person: str = ""
    ) -> Hit:
        return Hit(kind, start, end, round(self.confidence, 2), tuple(self.reasons), masked, fix, attrs, person)


def number_runs(passage: Passage) -> tuple[Run, ...]:
    """Where numbers can stand in the passage; found once."""
    return passage.once("number-runs", lambda: find_runs(passage.text))


def matches(
    passage: Passage, pattern: "re.Pattern[str]", *, digits: int, letters: bool = False
) -> Iterator["re.Match[str]"]:
    """Matches of a number's pattern; ``digits`` and ``letters`` say what a run must hold to be looked at."""
    return scan(passage.text, number_runs(passage), pattern, digits=digits, letters=letters)


def deliberate(passage: Passage, start: int, end: int) -> bool:
    """Whether the original at ``[start, end)`` is pulled apart in a way that hardly happens by accident.

    That is: digits written as characters, every character apart from the next, character references.
    """
    low, high = passage.folded.to_original(start, end)
    original = passage.part.text[low:high]
    return (
        len(_HAN_DIGIT.findall(original)) >= 4 or "&#" in original or _SINGLES.fullmatch(original.strip()) is not None
    )


def lumped(passage: Passage, start: int, end: int) -> bool:
    """In the joined view: glued over hyphens, dots or commas as lists and dates have them, so rather no value at all."""
    if not joined_only(passage, start, end) or deliberate(passage, start, end):
        return False
    low, high = passage.folded.to_original(start, end)
    return re.search(r"[\-./,_]", passage.part.text[low:high]) is not None


def joined_only(passage: Passage, start: int, end: int) -> bool:
    """In the joined view: whether the value does not stand there as such in the original."""
    if passage.view != "joined":
        return False
    low, high = passage.folded.to_original(start, end)
    return high - low != end - start
