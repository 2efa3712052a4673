"""Which words must stand in a text for a pattern to match: cues taken from the pattern itself, so that they cannot go stale.

Of every alternative one literal of two or more characters is taken; a pattern without such a literal has no cue and is
reported as a mistake when the detector is imported.
"""

import re._constants as ops  # type: ignore[import-not-found]  # private, so without stubs; the only parser of patterns there is
import re._parser as sre  # type: ignore[import-not-found]  # same
from collections.abc import Sequence
from typing import Any

from dlp.detectors.contract import Cue

MOST_SPELLINGS = 60  # of one run of characters
SHORTEST = 2  # characters; single ones stand in every text


def cues_of(*patterns: str) -> tuple[Cue, ...]:
    """Literal cues, at least one of which stands in whatever any of ``patterns`` matches.  Raises ValueError where none can be named."""
    words: set[str] = set()
    for pattern in patterns:
        found = _required(sre.parse(pattern.replace("\\p{Han}", ".")))
        if found is None:
            raise ValueError("an alternative without a literal of two characters")
        words |= found
    # A word that contains another cue adds nothing.
    kept = [w for w in words if not any(other != w and other in w for other in words)]
    return tuple(Cue(word) for word in sorted(kept))


def _required(items: Sequence[Any]) -> "set[str] | None":
    """The best set of words one of which any match of the sequence holds, None where there is none."""
    best: set[str] | None = None
    runs: set[str] = {""}
    for op, value in [*items, (None, None)]:
        exact = _exact(op, value)
        if exact is not None and len(runs) * len(exact) <= MOST_SPELLINGS:
            runs = {run + more for run in runs for more in exact}
            continue
        if min(map(len, runs)) >= SHORTEST:
            best = _better(best, runs)
        runs = {""}
        best = _better(best, _of_item(op, value))
    return best


def _exact(op: Any, value: Any) -> "set[str] | None":
    """Every string the item can match, where they are few and no repeat or class of unknown size is in it."""
    if op is ops.LITERAL:
        return {chr(value)}
    if op is ops.IN and all(kind in (ops.LITERAL, ops.RANGE) for kind, _ in value):
        spans = [(code, code) if kind is ops.LITERAL else code for kind, code in value]
        few = sum(high - low + 1 for low, high in spans) <= MOST_SPELLINGS
        return {chr(code) for low, high in spans for code in range(low, high + 1)} if few else None
    if op is ops.SUBPATTERN:
        return _exact_run(value[3])
    if op is ops.BRANCH:
        found = [_exact_run(branch) for branch in value[1]]
        return None if None in found else {text for texts in found if texts for text in texts}
    return None


def _exact_run(items: Sequence[Any]) -> "set[str] | None":
    runs: set[str] = {""}
    for op, value in items:
        exact = _exact(op, value)
        if exact is None or len(runs) * len(exact) > MOST_SPELLINGS:
            return None
        runs = {run + more for run in runs for more in exact}
    return runs


def _of_item(op: Any, value: Any) -> "set[str] | None":
    if op is ops.SUBPATTERN:
        return _required(value[3])
    if op is ops.BRANCH:
        words: set[str] = set()
        for branch in value[1]:
            found = _required(branch)
            if found is None:
                return None
            words |= found
        return words
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[0] >= 1:
        return _required(value[2])
    return None


def _better(one: "set[str] | None", other: "set[str] | None") -> "set[str] | None":
    if one is None or other is None:
        return one if other is None else other
    return min(one, other, key=lambda words: (len(words), -min(map(len, words))))
