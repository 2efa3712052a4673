"""Runs of ASCII in a folded text that hold digits: where numbers can stand.

In Chinese text a number is an island of ASCII.  Patterns for numbers are tried on these islands only, which keeps fifteen
detectors as cheap as one pass over the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex as re

# The middle dot separates groups of figures too; circles mask figures.
_RUN = re.compile(r"[ -~\t·○●]{3,}")


@dataclass(frozen=True, slots=True)
class Run:
    """A maximal stretch of ASCII on one line: half-open range, how many digits, whether it has letters."""

    start: int
    end: int
    digits: int
    letters: bool


def find_runs(text: str) -> tuple[Run, ...]:
    """Every run with at least three digits, ordered."""
    out = []
    for match in _RUN.finditer(text):
        written = match[0]
        digits = sum(map(written.count, "0123456789"))
        if digits >= 3:
            out.append(Run(match.start(), match.end(), digits, _LETTER.search(written) is not None))
    return tuple(out)


_LETTER = re.compile("[A-Za-z]")


def scan(
    text: str, runs: Sequence[Run], pattern: "re.Pattern[str]", *, digits: int, letters: bool = False
) -> Iterator["re.Match[str]"]:
    """Matches of ``pattern`` inside runs with at least so many digits (and letters, where wanted).

    Look-behind sees what stands before a run; look-ahead ends with it.
    """
    for run in runs:
        if run.digits >= digits and (run.letters or not letters):
            yield from pattern.finditer(text, run.start, run.end)
