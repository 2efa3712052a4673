"""What the modules of marks hand each other: a mark that was seen, and the words that make one."""

from dataclasses import dataclass, replace

import regex as re

from dlp.finding import Layer, Reason

EXPLAINED = 0.42  # a mark in a text that teaches or is law: shown, not stopped
MARKS_KEPT = 400  # tokens looked at in a passage; more say nothing new


@dataclass(frozen=True, slots=True)
class Seen:
    """A mark: half-open range of the grade in the passage, the grade, how sure, why.  ``regime`` where the mark says one itself.

    ``released`` is True where the mark's own row says that it no longer holds, False where it says that it does.
    """

    start: int
    end: int
    grade: str
    confidence: float
    reason: Reason
    regime: str = ""
    released: bool | None = None

    def at_most(self, confidence: float) -> "Seen":
        return self if self.confidence <= confidence else replace(self, confidence=confidence)


def seen(match: "re.Match[str]", group: str | int, grade: str, weight: float, code: str, words: str, regime: str = "") -> Seen:
    """The mark that ``group`` of ``match`` is."""
    return Seen(match.start(group), match.end(group), grade, weight, reason(code, words, weight), regime)


def reason(code: str, text: str, weight: float) -> Reason:
    """A reason of form, in zh-TW."""
    return Reason(Layer.FORM, code, text, round(weight, 2))
