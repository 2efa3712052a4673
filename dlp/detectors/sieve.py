"""The sieve: one automaton over UTF-8 bytes that says where any detector could find anything.

Text in which no cue fires is finished.  Two engines give the same answer: Vectorscan (the ``hyperscan`` wheel, over 1 GB/s)
and, where it is missing, ahocorasick-rs with ``regex``.  Offsets are byte offsets of the end of a match.
"""

import itertools
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dlp.detectors.contract import Cue
from dlp.detectors.cues import EVASIONS, widen_char, widen_literal, widen_pattern

EVASION = -1  # owner number of the evasion patterns
VARIANTS_PER_LITERAL = 64  # more spellings than this and the fallback engine uses a pattern


@dataclass(frozen=True, slots=True)
class Match:
    """``end`` is a byte offset; ``owner`` the number of the detector in ``Sieve.owners``, or EVASION."""

    end: int
    owner: int


class Engine(Protocol):
    def scan(self, utf8: bytes) -> list[tuple[int, int]]:
        """(pattern number, end byte offset) of every match, in order of end."""
        ...


class Sieve:
    """Built once from every detector's cues; safe to use from several threads.

    ``owners`` are the detector ids in catalog order.  ``engine`` is ``auto``, ``vectorscan`` or ``fallback``.
    """

    def __init__(self, cues: Mapping[str, Sequence[Cue]], *, engine: str = "auto") -> None:
        self.owners = tuple(cues)
        by_pattern: dict[str, tuple[str, set[int]]] = {}
        for number, owner in enumerate(self.owners):
            for cue in cues[owner]:
                wide = widen_pattern(cue.text) if cue.is_pattern else widen_literal(cue.text)
                by_pattern.setdefault(wide, ("" if cue.is_pattern else cue.text, set()))[1].add(number)
        for evasion in EVASIONS:
            by_pattern.setdefault(evasion, ("", set()))[1].add(EVASION)
        self._owners_of = [tuple(owners) for _, owners in by_pattern.values()]
        patterns = list(by_pattern)
        words = [word for word, _ in by_pattern.values()]
        self.engine_name, self._engine = _engine(patterns, words, engine)

    def scan(self, utf8: bytes) -> list[Match]:
        """Every cue in ``utf8``, in order of its end."""
        owners_of = self._owners_of
        return [Match(end, owner) for number, end in self._engine.scan(utf8) for owner in owners_of[number]]

    def ends(self, utf8: bytes) -> list[int]:
        """End offsets of every cue or evasion, ascending."""
        return [end for _, end in self._engine.scan(utf8)]

    def owners_in(self, utf8: bytes) -> set[str]:
        """Ids of the detectors that have a cue in ``utf8``."""
        seen = {number for number, _ in self._engine.scan(utf8)}
        return {self.owners[o] for number in seen for o in self._owners_of[number] if o != EVASION}


def _engine(patterns: Sequence[str], words: Sequence[str], wanted: str) -> tuple[str, Engine]:
    if wanted != "fallback":
        try:
            return "vectorscan", Vectorscan(patterns)
        except ImportError:
            if wanted == "vectorscan":
                raise
    return "fallback", Fallback(patterns, words)


class Vectorscan:
    """All patterns in one Vectorscan database; one scratch per thread."""

    def __init__(self, patterns: Sequence[str]) -> None:
        import hyperscan

        self._hyperscan = hyperscan
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[p.encode() for p in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=[hyperscan.HS_FLAG_UTF8] * len(patterns),
        )
        self._local = threading.local()

    def scan(self, utf8: bytes) -> list[tuple[int, int]]:
        scratch = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = self._hyperscan.Scratch(self._database)
        found: list[tuple[int, int]] = []

        def on_match(number: int, start: int, end: int, flags: int, context: Any) -> None:
            found.append((number, end))

        self._database.scan(utf8, match_event_handler=on_match, scratch=scratch)
        return found


class Fallback:
    """Literals by Aho-Corasick over every spelling, patterns by ``regex``; about 30 times slower, same matches."""

    def __init__(self, patterns: Sequence[str], words: Sequence[str]) -> None:
        import ahocorasick_rs
        import regex

        spellings: list[bytes] = []
        self._numbers: list[int] = []
        self._patterns: list[tuple[int, Any]] = []
        for number, (pattern, word) in enumerate(zip(patterns, words, strict=True)):
            variants = list(_spellings(word)) if word else []
            if variants:
                spellings += variants
                self._numbers += [number] * len(variants)
            else:
                self._patterns.append((number, regex.compile(_python_dialect(pattern))))
        self._automaton = ahocorasick_rs.BytesAhoCorasick(spellings) if spellings else None

    def scan(self, utf8: bytes) -> list[tuple[int, int]]:
        found = []
        if self._automaton is not None:
            found = [
                (self._numbers[i], end) for i, _, end in self._automaton.find_matches_as_indexes(utf8, overlapping=True)
            ]
        text = utf8.decode("utf-8", "surrogatepass")
        ascii_only = len(text) == len(utf8)
        for number, pattern in self._patterns:
            for match in pattern.finditer(text, overlapped=False):
                found.append(
                    (number, match.end() if ascii_only else len(text[: match.end()].encode("utf-8", "surrogatepass")))
                )
        return sorted(found, key=lambda f: f[1])


def _spellings(word: str) -> Iterable[bytes]:
    choices = [_choices(c) for c in word]
    total = 1
    for c in choices:
        total *= len(c)
    if total > VARIANTS_PER_LITERAL:
        return ()
    return ("".join(chars).encode() for chars in itertools.product(*choices))


def _choices(char: str) -> list[str]:
    wide = widen_char(char, any_case=True)
    if not wide.startswith("["):
        return [char]
    return list(dict.fromkeys(c for c in wide[1:-1] if c != "\\" or char == "\\"))


def _python_dialect(pattern: str) -> str:
    import re

    return re.sub(
        r"\\x\{([0-9a-fA-F]+)\}", lambda m: re.escape(chr(int(m[1], 16))) if int(m[1], 16) else "\\x00", pattern
    )
