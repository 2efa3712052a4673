"""Chinese names by statistics alone: how much likelier is this stretch a surname and a given name than running text?

A candidate is a surname (one or two characters) and one or two given characters.  Its score is a log-odds: character
statistics, whether everyday words explain the same characters or cross its edges, and what stands at its edges.  The
weights are a logistic regression (``tools/train_name_weights.py``) on the training part of Universal NER Chinese-GSD.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import regex as re

from dlp.detectors.personal.name_tables import Tables, codes_of, simplified, tables

CHEAP_THREE = -2.0  # log likelihood ratio below which three characters are not looked at
CHEAP_TWO = 2.5
WEIGHTS = (-4.478, 0.423, 0.14, 0.389, -0.9, -0.306, -0.171, -0.39, -0.893, -0.708, 0.145, -0.809, 1.08, 1.601, 1.437, 2.482, 0.967, -1.413)

FUNCTION_BEFORE = frozenset("由與和及跟為是被對向給將把請讓替在從於、,。:;()「」『』《》〈〉!?\n\t ")
FUNCTION_AFTER = frozenset("等的於在為是說曾又則就將與和及、,。:;()「」『』《》〈〉!?\n\t 表指稱住因自並認擔任出提對被也以到向")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible name; ``score`` is a log-odds, 0 = even."""

    start: int
    end: int
    surname: int  # characters of the surname
    score: float


def candidates(text: str) -> list[Candidate]:
    """Every candidate that passes the cheap test, several per place."""
    if len(text) < 2:
        return []
    table, codes, simple = tables(), codes_of(text), simplified(text)
    found = [_scored(text, simple, start, size, 1, table) for start, size in _cheap(codes, table)]
    for start, size, surname in _compound(text, codes, table):
        found.append(_scored(text, simple, start, size, surname, table))
    return found


def candidate_at(text: str, start: int, end: int) -> Candidate | None:
    """``[start, end)`` scored as a name, or None where no surname begins it."""
    table = tables()
    low, high = max(0, start - 3), min(len(text), end + 3)
    part = text[low:high]
    surname = 2 if text[start : start + 2] in table.surnames and end - start >= 3 and text[start : start + 2] in table.compound else 1
    if surname == 1 and text[start] not in table.surnames:
        return None
    scored = _scored(part, simplified(part), start - low, end - start, surname, table)
    return Candidate(start, end, surname, scored.score)


def _cheap(codes: "np.ndarray", table: Tables) -> Iterator[tuple[int, int]]:
    surname = table.surname[codes]
    places = np.flatnonzero(surname[:-1] > -8)
    if not len(places):
        return
    padded = np.append(codes, (0, 0))
    one, two = padded[places + 1], padded[places + 2]
    three = np.clip(surname[places], -3, 4) + table.first[one] + table.second[two]
    short = np.clip(surname[places], -3, 4) + table.only[one]
    for at in places[three > CHEAP_THREE].tolist():
        yield at, 3
    for at in places[short > CHEAP_TWO].tolist():
        yield at, 2


def _compound(text: str, codes: "np.ndarray", table: Tables) -> Iterator[tuple[int, int, int]]:
    seen = set()
    for match in _compound_pattern().finditer(text):
        at = match.start()
        if at + 3 <= len(text):
            yield at, 3, 2
        if at + 4 <= len(text):
            seen.add(at)
            yield at, 4, 2
    # 冠夫姓: a husband's surname before a full name
    surname = table.surname[codes]
    if len(codes) < 4:
        return
    both = (surname[:-3] > 2.5) & (surname[1:-2] > 2.5)
    given = table.first[codes[2:-1]] + table.second[codes[3:]]
    for at in np.flatnonzero(both & (given > 5)).tolist():
        if at not in seen:
            yield at, 4, 2


def _compound_pattern() -> "re.Pattern[str]":
    global _COMPOUND
    if _COMPOUND is None:
        _COMPOUND = re.compile("|".join(tables().compound))
    return _COMPOUND


_COMPOUND: "re.Pattern[str] | None" = None


def features(text: str, simple: str, start: int, size: int, surname: int, table: Tables) -> list[float]:
    """The regression's inputs for ``text[start:start + size]``."""
    end = start + size
    words = table.words
    given = size - surname
    if surname == 2:
        share = 4.0
    else:
        share = float(table.surname[_code(text[start])])
    if given == 1:
        first, second = float(table.only[_code(text[end - 1])]), 0.0
    else:
        first, second = float(table.first[_code(text[end - 2])]), float(table.second[_code(text[end - 1])])
    inner_left = _word(words, simple[start : start + 2]) if surname == 1 else 0
    inner_right = _word(words, simple[end - 2 : end]) if size >= 3 else 0
    whole = _word(words, simple[start:end])
    left = max(
        _word(words, simple[start - 1 : start + 1]) if start >= 1 else 0,
        _word(words, simple[start - 2 : start + 1]) if start >= 2 else 0,
        _word(words, simple[start - 1 : start + 2]) if start >= 1 else 0,
    )
    right = max(_word(words, simple[end - 1 : end + 1]), _word(words, simple[end - 1 : end + 2]), _word(words, simple[end - 2 : end + 1]))
    before, after = text[start - 1] if start else "\n", text[end] if end < len(text) else "\n"
    return [
        1.0,
        min(max(share, -3.0), 5.0),
        min(max(first, -4.0), 6.0),
        min(max(second, -4.0), 6.0),
        1.0 if given == 1 else 0.0,
        float(inner_left),
        float(inner_right),
        float(whole),
        float(left),
        float(right),
        0.0 if _han(before) else 1.0,
        0.0 if _han(after) else 1.0,
        1.0 if start >= 2 and simple[start - 2 : start] in words else 0.0,
        1.0 if simple[end : end + 2] in words else 0.0,
        1.0 if before in FUNCTION_BEFORE else 0.0,
        1.0 if after in FUNCTION_AFTER else 0.0,
        1.0 if simple[start:end] in table.known else 0.0,
        1.0 if text[start : start + 2] in table.confusables or text[start : start + 3] in table.confusables else 0.0,
    ]


def _scored(text: str, simple: str, start: int, size: int, surname: int, table: Tables) -> Candidate:
    values = features(text, simple, start, size, surname, table)
    return Candidate(start, start + size, surname, sum(w * v for w, v in zip(WEIGHTS, values, strict=True)))


def _word(words: dict[str, int], word: str) -> int:
    return words.get(word, -1) + 1 if len(word) > 1 else 0


def _code(char: str) -> int:
    code = ord(char)
    return code if code < 0x10000 else 0


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def choose(found: Sequence[Candidate], *, at_least: float = 0.0) -> list[Candidate]:
    """The best candidates that do not overlap, in order of place."""
    taken: list[Candidate] = []
    blocked: set[int] = set()
    for one in sorted(found, key=lambda c: -c.score):
        if one.score < at_least:
            break
        if not blocked.intersection(range(one.start, one.end)):
            blocked.update(range(one.start, one.end))
            taken.append(one)
    return sorted(taken, key=lambda c: c.start)
