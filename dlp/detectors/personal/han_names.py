"""Chinese names by statistics alone: how much likelier is this stretch a surname and a given name than running text?

A candidate is a surname (one or two characters) and one or two given characters.  Its score is a log-odds: character
statistics, whether everyday words explain the same characters or cross its edges, and what stands at its edges.  The
weights are a logistic regression (``tools/train_name_weights.py``) on the training part of Universal NER Chinese-GSD.
All candidates of a text are scored at once, on arrays.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
import regex as re
from numpy.typing import NDArray

from dlp.detectors.personal.name_tables import BMP, Tables, codes_of, simplified, tables

LINKED_BONUS = 4.2  # log-odds of a name behind a label and its colon
CHEAP_THREE = -2.0  # log likelihood ratio below which three characters are not looked at
CHEAP_TWO = 2.5
HUSBAND_GIVEN = 5.0  # 陳林美玉: both surnames common and the given name typical
LISTED_BEARERS = 10  # of a compound surname that is believed in any place
MARGIN = 4  # characters of padding on both sides of the arrays
WEIGHTS = (
    -4.478, 0.423, 0.14, 0.389, -0.9, -0.306, -0.171, -0.39, -0.893, -0.708, 0.145, -0.809, 1.08, 1.601, 1.437, 2.482, 0.967, -1.413,
)  # fmt: skip

# Taiwan's most frequent given names after a surname are names also where the encyclopaedia that the weights come from has few.
TYPICAL_BONUS = 2.0

FUNCTION_BEFORE = "由與和及跟為是被對向給將把請讓替在從於、,。:;()「」『』《》〈〉!?\n\t "
FUNCTION_AFTER = "等的於在為是說曾又則就將與和及、,。:;()「」『』《》〈〉!?\n\t 表指稱住因自並認擔任出提對被也以到向"

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible name; ``score`` is a log-odds, 0 = even."""

    start: int
    end: int
    surname: int  # characters of the surname
    score: float


@dataclass(frozen=True, slots=True)
class Spans:
    """Many candidates as arrays: start, size in characters, characters of the surname."""

    start: Ints
    size: Ints
    surname: Ints

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int]]) -> "Spans":
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return cls(table[:, 0], table[:, 1], table[:, 2])

    def plus(self, other: "Spans") -> "Spans":
        """Both, each span once."""
        merged = np.stack([np.concatenate(pair) for pair in ((self.start, other.start), (self.size, other.size), (self.surname, other.surname))])
        keys = merged[0] * 8 + merged[1]
        _, first = np.unique(keys, return_index=True)
        return Spans(*merged[:, first])

    def where(self, mask: NDArray[np.bool_]) -> "Spans":
        return Spans(self.start[mask], self.size[mask], self.surname[mask])


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Words as sorted keys of 16 bits a character, and membership of single characters."""

    two: NDArray[np.uint64] = field(repr=False)
    two_sizes: NDArray[np.int8] = field(repr=False)
    three: NDArray[np.uint64] = field(repr=False)
    three_sizes: NDArray[np.int8] = field(repr=False)
    confusable_two: NDArray[np.uint64] = field(repr=False)
    confusable_three: NDArray[np.uint64] = field(repr=False)
    known: NDArray[np.uint64] = field(repr=False)
    typical: NDArray[np.uint64] = field(repr=False)
    before: NDArray[np.bool_] = field(repr=False)
    after: NDArray[np.bool_] = field(repr=False)


@cache
def _lookup() -> _Lookup:
    table = tables()
    two = sorted((_key(w), n + 1) for w, n in table.words.items() if len(w) == 2)
    three = sorted((_key(w), n + 1) for w, n in table.words.items() if len(w) == 3)
    before, after = np.zeros(BMP, bool), np.zeros(BMP, bool)
    before[[ord(c) for c in FUNCTION_BEFORE]] = True
    after[[ord(c) for c in FUNCTION_AFTER]] = True
    return _Lookup(
        *_columns(two), *_columns(three), _keys(w for w in table.confusables if len(w) == 2), _keys(w for w in table.confusables if len(w) == 3),
        _keys(w for w in table.known if len(w) == 3), _keys(table.typical), before, after,
    )  # fmt: skip


def _columns(pairs: Sequence[tuple[int, int]]) -> tuple[NDArray[np.uint64], NDArray[np.int8]]:
    return np.array([k for k, _ in pairs], dtype=np.uint64), np.array([n for _, n in pairs], dtype=np.int8)


def _key(word: str) -> int:
    value = 0
    for char in word:
        value = value << 16 | ord(char)
    return value


def _keys(words: Iterable[str]) -> NDArray[np.uint64]:
    return np.array(sorted(_key(w) for w in words), dtype=np.uint64)


class HanNames:
    """One text, prepared; ``codes`` are padded by MARGIN line ends on both sides."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.table: Tables = tables()
        self.codes = np.pad(codes_of(text), MARGIN, constant_values=10).astype(np.uint64)
        self.simple = np.pad(codes_of(simplified(text)), MARGIN, constant_values=10).astype(np.uint64)

    def cheap(self) -> Spans:
        """Spans that pass the cheap test on characters alone, compounds and 冠夫姓 included."""
        codes, table = self.codes, self.table
        surname = table.surname[codes[MARGIN : len(codes) - MARGIN]]
        places = np.flatnonzero(surname > -8)
        at = places + MARGIN
        share = np.clip(surname[places], -3, 4)
        three = places[share + table.first[codes[at + 1]] + table.second[codes[at + 2]] > CHEAP_THREE]
        two = places[share + table.only[codes[at + 1]] > CHEAP_TWO]
        starts = np.concatenate((three, two)).astype(np.int64)
        sizes = np.concatenate((np.full(len(three), 3), np.full(len(two), 2))).astype(np.int64)
        spans = Spans(starts, sizes, np.ones(len(starts), np.int64))
        return self.compound().plus(spans)

    def compound(self) -> Spans:
        rows = []
        for match in _compound_pattern().finditer(self.text):
            rows += [(match.start(), 3, 2), (match.start(), 4, 2)]
        codes, table = self.codes, self.table
        surname = table.surname[codes]
        both = (surname[:-3] > 2.5) & (surname[1:-2] > 2.5)
        both &= table.first[codes[2:-1]] + table.second[codes[3:]] > HUSBAND_GIVEN
        rows += [(at - MARGIN, 4, 2) for at in np.flatnonzero(both).tolist() if at >= MARGIN]
        spans = Spans.of(rows)
        spans = spans.where(spans.start + spans.size <= len(self.text))
        return spans.where(_han(codes[spans.start + spans.size + MARGIN - 1]) & _han(codes[spans.start + spans.size + MARGIN - 2]))

    def score(self, spans: Spans) -> Floats:
        """Log-odds of each span."""
        at = spans.start + MARGIN
        end = at + spans.size
        typical = (spans.size - spans.surname == 2) & _member(_lookup().typical, self._key2(self.codes, end - 2))
        typical &= self.table.surname[self.codes[at]] > 0
        return np.asarray(self.features(spans) @ np.array(WEIGHTS) + TYPICAL_BONUS * typical)

    def features(self, spans: Spans) -> Floats:
        """The regression's inputs, a row a span."""
        table, look, codes = self.table, _lookup(), self.codes
        start, end = spans.start + MARGIN, spans.start + spans.size + MARGIN
        double, short = spans.surname == 2, spans.size - spans.surname == 1
        share = np.where(double, 4.0, table.surname[codes[start]])
        first = np.where(short, table.only[codes[end - 1]], table.first[codes[end - 2]])
        second = np.where(short, 0.0, table.second[codes[end - 1]])
        inner_left = np.where(double, 0, self._two(start))
        long = spans.size >= 3
        inner_right = np.where(long, self._two(end - 2), 0)
        whole = np.where(spans.size == 2, self._two(start), np.where(spans.size == 3, self._three(start), 0))
        left = np.maximum(np.maximum(self._two(start - 1), self._three(start - 2)), self._three(start - 1))
        right = np.maximum(np.maximum(self._two(end - 1), self._three(end - 1)), self._three(end - 2))
        before, after = codes[start - 1], codes[end]
        known = (spans.size == 3) & _member(look.known, self._key3(self.simple, start))
        confusable = _member(look.confusable_two, self._key2(codes, start)) | _member(look.confusable_three, self._key3(codes, start))
        columns = (
            np.ones(len(start)), np.clip(share, -3, 5), np.clip(first, -4, 6), np.clip(second, -4, 6), short, inner_left, inner_right, whole, left, right,
            ~_han(before), ~_han(after), self._two(start - 2) > 0, self._two(end) > 0, look.before[before], look.after[after], known, confusable,
        )  # fmt: skip
        return np.stack([np.asarray(c, dtype=np.float64) for c in columns], axis=1)

    @staticmethod
    def _key2(codes: NDArray[np.uint64], at: Ints) -> NDArray[np.uint64]:
        return codes[at] << np.uint64(16) | codes[at + 1]

    @staticmethod
    def _key3(codes: NDArray[np.uint64], at: Ints) -> NDArray[np.uint64]:
        return codes[at] << np.uint64(32) | codes[at + 1] << np.uint64(16) | codes[at + 2]

    def _two(self, at: Ints) -> NDArray[np.int8]:
        look = _lookup()
        return _sizes(look.two, look.two_sizes, self._key2(self.simple, at))

    def _three(self, at: Ints) -> NDArray[np.int8]:
        look = _lookup()
        return _sizes(look.three, look.three_sizes, self._key3(self.simple, at))


def _sizes(keys: NDArray[np.uint64], sizes: NDArray[np.int8], wanted: NDArray[np.uint64]) -> NDArray[np.int8]:
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, sizes[at], np.int8(0))


def _member(keys: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.bool_]:
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray(keys[at] == wanted)


def _han(codes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    return np.asarray((codes >= 0x4E00) & (codes <= 0x9FFF))


@cache
def _compound_pattern() -> "re.Pattern[str]":
    return re.compile("|".join(s for s in tables().compound if tables().surnames[s] >= LISTED_BEARERS))


def surname_size(text: str, start: int, size: int) -> int:
    """Characters of the surname of ``text[start:start + size]``, 0 where none begins it.

    Four characters need a compound surname or, for 冠夫姓, two common surnames and a typical given name.
    """
    table = tables()
    if size >= 3 and table.surnames.get(text[start : start + 2], 0) >= LISTED_BEARERS:
        return 2
    if size < 4:
        return 1 if text[start] in table.surnames else 0
    husband, own, one, two = (min(ord(c), BMP - 1) for c in text[start : start + 4])
    if min(table.surname[husband], table.surname[own]) > 2.0 and table.first[one] + table.second[two] > 1.0:
        return 2
    return 0


def is_confusable(text: str, start: int, end: int) -> bool:
    """Whether ``[start, end)`` lies in a word of office texts that begins with a surname: 許可證, 蔣渭水高速公路."""
    words = tables().confusables
    return any(text[start:stop] in words for stop in range(end, min(len(text), end + 5) + 1))


def score_alone(name: str) -> tuple[float, int]:
    """(log-odds, characters of the surname) of ``name`` standing alone; (-99, 1) where it begins with no surname."""
    size = surname_size(name, 0, len(name)) if 2 <= len(name) <= 4 else 0
    if not size or is_confusable(name, 0, len(name)):
        return -99.0, 1
    return _alone(name, size), size


@lru_cache(4096)
def _alone(name: str, size: int) -> float:
    return float(HanNames(name).score(Spans.of([(0, len(name), size)]))[0])


def choose(found: Sequence[Candidate], *, at_least: float = 0.0) -> list[Candidate]:
    """The best candidates that do not overlap, in order of place."""
    taken: list[Candidate] = []
    blocked = bytearray(max((c.end for c in found), default=0))
    for one in sorted(found, key=lambda c: -c.score):
        if one.score < at_least:
            break
        if not any(blocked[one.start : one.end]):
            blocked[one.start : one.end] = b"\1" * (one.end - one.start)
            taken.append(one)
    return sorted(taken, key=lambda c: c.start)


def candidates(text: str, *, at_least: float = 0.0) -> list[Candidate]:
    """Candidates of ``text`` by statistics alone."""
    names = HanNames(text)
    spans = names.cheap()
    return as_candidates(spans, names.score(spans), at_least=at_least)


def as_candidates(spans: Spans, scores: Floats, *, at_least: float) -> list[Candidate]:
    keep = scores >= at_least
    kept = spans.where(keep)
    return [
        Candidate(a, a + n, s, score)
        for a, n, s, score in zip(kept.start.tolist(), kept.size.tolist(), kept.surname.tolist(), scores[keep].tolist(), strict=True)
    ]

def chance(score: float) -> float:
    return round(min(0.98, 1 / (1 + math.exp(-score))), 3)
