"""Where names of persons stand: a conditional random field over characters, words and the statistics of names, joined with the network.

Tags ``B I E U`` (begin, inside, end, one character) and ``O``.  The field learns the shapes of names from a few thousand sentences, the network
hears what is said around them; each proposes spans, and both say how likely every proposal is.
"""

import math
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlp.errors import NotReady
from dlp.language.features import characters

Span = tuple[int, int, float]
"""Start, end, confidence."""

TAGS = "OBIEU"
LEAST = 1e-4  # of a chance: below, all is the same


def tags(length: int, persons: list[tuple[int, int]]) -> list[str]:
    """Spans → one tag a character."""
    out = ["O"] * length
    for start, end in persons:
        if end - start == 1:
            out[start] = "U"
            continue
        out[start], out[end - 1] = "B", "E"
        out[start + 1 : end - 1] = ["I"] * (end - start - 2)
    return out


def spans(tagged: list[str]) -> list[tuple[int, int]]:
    """Tags → spans; an unfinished span is dropped."""
    out, start = [], -1
    for i, mark in enumerate(tagged):
        if mark in ("B", "U"):
            start = i
        if mark in ("E", "U") and start >= 0:
            out.append((start, i + 1))
            start = -1
        elif mark == "O":
            start = -1
    return out


class PersonModel:
    """Safe to call from several threads: one at a time."""

    def __init__(self, path: Path) -> None:
        """Raises NotReady when the file is missing or damaged."""
        import pycrfsuite

        if not path.is_file():
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401")
        self._tagger: Any = pycrfsuite.Tagger()
        self._lock = threading.Lock()
        try:
            self._tagger.open(str(path))
        except (ValueError, RuntimeError) as err:
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401") from err

    def find(self, text: str, others: Iterable[tuple[int, int]] = ()) -> list[Span]:
        """Persons in folded ``text``, line by line, and how likely ``others`` are names (those within one line)."""
        found: list[Span] = []
        asked = sorted(others)
        at = 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                end_of_line = at + len(line)
                here = [(a - at, b - at) for a, b in asked if at <= a and b <= end_of_line]
                found += [(at + a, at + b, chance) for a, b, chance in self._in_line(line, here)]
            at += len(line)
        return found

    def _in_line(self, line: str, others: Sequence[tuple[int, int]]) -> list[Span]:
        features = characters(line)
        with self._lock:
            self._tagger.set(features)
            wanted = dict.fromkeys((*spans(self._tagger.tag()), *others))
            return [(a, b, min(self._tagger.marginal(mark, i) for i, mark in marks(a, b))) for a, b in wanted]


def marks(start: int, end: int) -> list[tuple[int, str]]:
    """Position and tag of every character of a span."""
    if end - start == 1:
        return [(start, "U")]
    return [(start, "B"), *((i, "I") for i in range(start + 1, end - 1)), (end - 1, "E")]


def logit(chance: float) -> float:
    """Log-odds, of a chance kept away from 0 and 1."""
    kept = min(max(chance, LEAST), 1 - LEAST)
    return math.log(kept / (1 - kept))


@dataclass(frozen=True, slots=True)
class Joining:
    """How the chances of field and network make one: weights of their log-odds, an offset, and from where on it is a name."""

    of_field: float = 1.0
    of_network: float = 0.0
    offset: float = 0.0
    least: float = 0.5

    def chance(self, field: float, network: float) -> float:
        total = self.of_field * logit(field) + self.of_network * logit(network) + self.offset
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def choose(self, proposals: Iterable[tuple[int, int, float, float]]) -> list[Span]:
        """Of proposals (start, end, chance of the field, of the network) the names, none overlapping, in order of place."""
        rated = [(a, b, self.chance(field, network)) for a, b, field, network in proposals]
        chosen: list[Span] = []
        for span in sorted((s for s in rated if s[2] >= self.least), key=lambda s: (-s[2], s[0])):
            if not any(span[0] < b and a < span[1] for a, b, _ in chosen):
                chosen.append(span)
        return sorted(chosen)
