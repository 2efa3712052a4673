"""The sieve: one automaton over UTF-8 bytes that says where any detector could find anything.

Text in which no cue fires is finished.  Two engines give the same answer: Vectorscan (the ``hyperscan`` wheel, over 1 GB/s)
and, where it is missing, ahocorasick-rs with ``regex``.  Offsets are byte offsets of the end of a match.
"""

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed
from typing import Any, Protocol

from dlp.detectors import sieve_cache
from dlp.detectors.contract import Cue
from dlp.detectors.cues import (
    EVASIONS,
    TRIGGERED_EVASIONS,
    needs_trigger,
    trigger_patterns,
    widen_char,
    widen_literal,
    widen_pattern,
)

EVASION = -1  # owner number of the evasion patterns
VARIANTS_PER_LITERAL = 64  # more spellings than this and the fallback engine uses a pattern


@dataclass(frozen=True, slots=True)
class Match:
    """``end`` is a byte offset; ``owner`` the number of the detector in ``Sieve.owners``, or EVASION."""

    end: int
    owner: int


class Engine(Protocol):
    def scan(self, utf8: bytes) -> list[tuple[int, int]]:
        """(pattern number, end byte offset) of matches, in order of end; of one pattern at least one in THIN_BYTES."""
        ...


class Sieve:
    """Built once from every detector's cues; safe to use from several threads.

    ``owners`` are the detector ids in catalog order.  ``engine`` is ``auto``, ``vectorscan`` or ``fallback``.
    """

    def __init__(self, cues: Mapping[str, Sequence[Cue]], *, engine: str = "auto") -> None:
        self.owners = tuple(cues)
        by_pattern: dict[str, tuple[str, bool, set[int]]] = {}
        for number, owner in enumerate(self.owners):
            for cue in cues[owner]:
                wide = widen_pattern(cue.text) if cue.is_pattern else widen_literal(cue.text)
                triggered = cue.is_pattern and needs_trigger(cue.text)
                by_pattern.setdefault(wide, ("" if cue.is_pattern else cue.text, triggered, set()))[2].add(number)
        for triggered, evasions in ((False, EVASIONS), (True, TRIGGERED_EVASIONS)):
            for evasion in evasions:
                by_pattern.setdefault(evasion, ("", triggered, set()))[2].add(EVASION)
        self._owners_of = [tuple(owners) for _, _, owners in by_pattern.values()]
        patterns = [Pattern(wide, word, triggered) for wide, (word, triggered, _) in by_pattern.items()]
        self.engine_name, self._engine = _engine(patterns, engine)

    def scan(self, utf8: bytes) -> list[Match]:
        """The cues in ``utf8``, in order of their ends; of one that repeats itself at least one in THIN_BYTES."""
        owners_of = self._owners_of
        return [Match(end, owner) for number, end in self._engine.scan(utf8) for owner in owners_of[number]]

    def ends(self, utf8: bytes) -> list[int]:
        """End offsets of every cue or evasion, ascending."""
        return [end for _, end in self._engine.scan(utf8)]

    def owners_in(self, utf8: bytes) -> set[str]:
        """Ids of the detectors that have a cue in ``utf8``."""
        seen = {number for number, _ in self._engine.scan(utf8)}
        return {self.owners[o] for number in seen for o in self._owners_of[number] if o != EVASION}


@dataclass(frozen=True, slots=True)
class Pattern:
    """``wide`` over raw text; ``word`` the literal it came from, if any; ``triggered``: only searched near a trigger."""

    wide: str
    word: str
    triggered: bool


def _engine(patterns: Sequence[Pattern], wanted: str) -> tuple[str, Engine]:
    if wanted != "fallback":
        try:
            return "vectorscan", Vectorscan(patterns)
        except ImportError:
            if wanted == "vectorscan":
                raise
    return "fallback", Fallback(patterns)


SLICE_BYTES = 8_192  # is there a trigger in it?
OVERLAP_BYTES = 1_024  # longer than any match of a triggered pattern
PAIR_BYTES = 8  # longer than any trigger
THIN_BYTES = 16  # a pattern of digits matches at every digit of a long number; one match in so many bytes says the same


class _Database:
    """One Vectorscan database; one scratch per thread."""

    def __init__(self, expressions: Sequence[bytes], ids: Sequence[int], *, utf8: bool, once: bool) -> None:
        import hyperscan

        self._hyperscan = hyperscan
        flags = (hyperscan.HS_FLAG_UTF8 if utf8 else 0) | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0)
        name = sieve_cache.key(installed("hyperscan"), expressions, ids, flags)
        stored = sieve_cache.load(name)
        try:
            if stored is None:
                raise hyperscan.InvalidError
            self._database = hyperscan.loadb(stored, mode=hyperscan.HS_MODE_BLOCK)
        except hyperscan.HyperscanError:
            # None kept, or one that this build of the library does not take.
            self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
            self._database.compile(
                expressions=list(expressions), ids=list(ids), elements=len(ids), flags=[flags] * len(ids)
            )
            sieve_cache.store(name, hyperscan.dumpb(self._database))
        self._local = threading.local()

    def scan(self, data: bytes, on_match: Any) -> None:
        scratch = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = self._hyperscan.Scratch(self._database)
        self._database.scan(data, match_event_handler=on_match, scratch=scratch)


class Vectorscan:
    """Three databases: what is searched everywhere (mostly literals), the triggers, and what is searched near triggers."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        always = [(p.wide.encode(), i) for i, p in enumerate(patterns) if not p.triggered]
        near = [(p.wide.encode(), i) for i, p in enumerate(patterns) if p.triggered]
        triggers = trigger_patterns()
        self._always = _Database([p for p, _ in always], [i for _, i in always], utf8=True, once=False)
        self._near = _Database([p for p, _ in near], [i for _, i in near], utf8=True, once=False)
        self._triggers = _Database(triggers, range(len(triggers)), utf8=False, once=True)

    def scan(self, utf8: bytes) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        kept: dict[int, int] = {}  # pattern → where its last kept match ends
        base = 0

        def take(number: int, start: int, end: int, flags: int, context: object) -> None:
            at = base + end
            if at - kept.get(number, -THIN_BYTES) >= THIN_BYTES:
                kept[number] = at
                found.append((number, at))

        self._always.scan(utf8, take)
        early = len(found)
        for first, last in self._near_triggers(utf8):
            base = first
            self._near.scan(utf8 if (first, last) == (0, len(utf8)) else utf8[first:last], take)
        if early and len(found) > early:
            found.sort(key=_by_end)
        return found

    def _near_triggers(self, utf8: bytes) -> Iterator[tuple[int, int]]:
        """Byte ranges around slices that hold a trigger, merged, at character borders."""
        size = len(utf8)
        start = stop = -1
        for at in range(0, size, SLICE_BYTES):
            piece = utf8 if size <= SLICE_BYTES else utf8[at : at + SLICE_BYTES + PAIR_BYTES]
            seen: list[int] = []
            self._triggers.scan(piece, lambda number, start, end, flags, context, seen=seen: seen.append(number))
            if not seen:
                continue
            low, high = max(0, at - OVERLAP_BYTES), min(size, at + SLICE_BYTES + OVERLAP_BYTES)
            if start >= 0 and low <= stop:
                stop = high
                continue
            if start >= 0:
                yield _border(utf8, start), _border(utf8, stop)
            start, stop = low, high
        if start >= 0:
            yield _border(utf8, start), _border(utf8, stop)


def _by_end(match: tuple[int, int]) -> int:
    return match[1]


def _border(utf8: bytes, at: int) -> int:
    while at < len(utf8) and utf8[at] & 0xC0 == 0x80:
        at += 1
    return at


class Fallback:
    """Literals by Aho-Corasick over every spelling, patterns by ``regex``; about 30 times slower, same matches."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        import ahocorasick_rs
        import regex

        spellings: list[bytes] = []
        self._numbers: list[int] = []
        self._patterns: list[tuple[int, Any]] = []
        for number, pattern in enumerate(patterns):
            variants = list(_spellings(pattern.word)) if pattern.word else []
            if variants:
                spellings += variants
                self._numbers += [number] * len(variants)
            else:
                self._patterns.append((number, regex.compile(_python_dialect(pattern.wide))))
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
