"""Sets of findings as bits of an integer: a rule over a thousand findings costs a few microseconds.

Bit *i* stands for the *i*-th finding in order of part and start.  The same sets are used for findings of a live check and
for rows of a journal, so that a decision can be replayed without any text.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dlp.kinds import Kind
from dlp.policy.policyset import Find, Term

PASSAGE_CHARS = 200  # a paragraph, or the block of a form: what is read at one glance
ATTACHMENT = "attachment"
_PART_APART = 1 << 40
_BITS = tuple(tuple(i for i in range(8) if byte >> i & 1) for byte in range(256))


class Sighting(NamedTuple):
    """A finding without its text.  ``value`` and ``person`` are equal for equal values and persons; ``position`` is the caller's index."""

    position: int
    kind: Kind
    confidence: float
    part: int
    start: int
    places: tuple[str, ...]
    value: Hashable
    person: Hashable | None
    attrs: Mapping[str, str]


class Sightings:
    """The findings of one item, ready to be asked for sets.  Answers are remembered for the next rule."""

    def __init__(self, items: Sequence[Sighting]) -> None:
        self.items = sorted(items, key=lambda s: (s.part, s.start))
        # One axis for all parts, with more than a passage between them.
        self.where = [s.part * _PART_APART + s.start for s in self.items]
        self.by_kind: dict[Kind, int] = {}
        for i, item in enumerate(self.items):
            self.by_kind[item.kind] = self.by_kind.get(item.kind, 0) | 1 << i
        self._memo: dict[Hashable, int] = {}
        self._indexes: dict[int, tuple[int, ...]] = {}

    def _once(self, key: Hashable, compute: Callable[[], int]) -> int:
        mask = self._memo.get(key)
        if mask is None:
            mask = self._memo[key] = compute()
        return mask

    def _where(self, test: Callable[[Sighting], bool]) -> int:
        bits = bytes(49 if test(s) else 48 for s in reversed(self.items))
        return int(bits, 2) if bits else 0

    def kinds(self, kinds: frozenset[Kind]) -> int:
        """Findings of these kinds."""

        def compute() -> int:
            mask = 0
            for kind in kinds & self.by_kind.keys():
                mask |= self.by_kind[kind]
            return mask

        return self._once(kinds, compute)

    def confident(self, threshold: float) -> int:
        return self._once(("confidence", threshold), lambda: self._where(lambda s: s.confidence >= threshold))

    def attr(self, name: str, allowed: tuple[str, ...]) -> int:
        return self._once(("attr", name, allowed), lambda: self._where(lambda s: s.attrs.get(name) in allowed))

    def places(self, words: tuple[str, ...]) -> int:
        return self._once(("place", words), lambda: self._where(lambda s: any(w in words for w in s.places)))

    def selected(self, find: Find) -> int:
        """Findings that meet the conditions on single findings: confidence, attributes, place."""
        mask = self.confident(find.confidence)
        for term, threshold in find.confidence_of:
            own = self.kinds(term.kinds)
            mask = (mask & ~own) | (own & self.confident(threshold))
        for name, allowed in find.where:
            mask &= self.attr(name, allowed)
        for name, refused in find.where_not:
            mask &= ~self.attr(name, refused)
        if find.with_part:
            mask &= self.places(find.with_part)
        if find.without_part:
            mask &= ~self.places(find.without_part)
        return mask

    def indexes(self, mask: int) -> tuple[int, ...]:
        """Positions of the bits of ``mask``, ascending."""
        known = self._indexes.get(mask)
        if known is None:
            out: list[int] = []
            for base, byte in enumerate(mask.to_bytes((mask.bit_length() + 7) // 8, "little")):
                if byte:
                    out.extend([base * 8 + i for i in _BITS[byte]])
            known = self._indexes[mask] = tuple(out)
        return known

    def callers(self, mask: int) -> tuple[int, ...]:
        """The caller's own indexes of the findings in ``mask``, ascending."""
        return tuple(sorted(self.items[i].position for i in self.indexes(mask)))

    def values(self, mask: int) -> int:
        """How many different values ``mask`` holds: the same telephone number five times is one."""
        return self._once(("values", mask), lambda: len({(self.items[i].kind, self.items[i].value) for i in self.indexes(mask)}))

    def persons(self, mask: int) -> int:
        """How many persons at least: by key where known, else by different values of one kind, or as a finding states."""
        return self._once(("persons", mask), lambda: self._persons(mask))

    def _persons(self, mask: int) -> int:
        keys: set[Hashable] = set()
        per_kind: dict[Kind, set[Hashable]] = {}
        stated = 0
        for i in self.indexes(mask):
            item = self.items[i]
            if item.person is not None:
                keys.add(item.person)
            per_kind.setdefault(item.kind, set()).add(("", item.value) if item.person is None else item.person)
            number = item.attrs.get("persons", "")
            if number.isascii() and number.isdigit():
                stated = max(stated, int(number[:7]))
        return max(len(keys), stated, *(len(v) for v in per_kind.values()), 0)


def matched(find: Find, seen: Sightings, left_out: int = 0) -> int:
    """The findings that make ``find`` true, 0 when it is not.  ``left_out`` are findings that do not count."""
    usable = seen.selected(find) & ~left_out
    required = [seen.kinds(t.kinds) & usable for t in (*find.all, *find.together)]
    if not all(required):
        return 0
    chosen = 0
    for term in find.any:
        chosen |= seen.kinds(term.kinds)
    chosen &= usable
    if find.any and not chosen:
        return 0
    against = _union(find.not_, seen) & seen.confident(find.confidence)
    want = _Want(required, chosen, bool(find.any), against)
    hit = 0
    for scope in _scopes(find.within, seen, want):
        hit |= want.within(scope)
    if not hit or (find.at_least > 1 and seen.values(hit) < find.at_least) or (find.persons > 1 and seen.persons(hit) < find.persons):
        return 0
    return hit


@dataclass(slots=True)
class _Want:
    """The sets a scope must meet."""

    required: list[int]
    chosen: int
    asks_any: bool
    against: int

    @property
    def everything(self) -> int:
        mask = self.chosen | self.against
        for needed in self.required:
            mask |= needed
        return mask

    def within(self, scope: int) -> int:
        """The findings in ``scope`` that meet all, else 0."""
        if self.against & scope:
            return 0
        hit = self.chosen & scope
        if self.asks_any and not hit:
            return 0
        for needed in self.required:
            inside = needed & scope
            if not inside:
                return 0
            hit |= inside
        # One finding cannot stand for two terms.
        return hit if len(self.required) < 2 or hit.bit_count() >= len(self.required) else 0


def _union(terms: tuple[Term, ...], seen: Sightings) -> int:
    mask = 0
    for term in terms:
        mask |= seen.kinds(term.kinds)
    return mask


def _scopes(within: str, seen: Sightings, want: _Want) -> Sequence[int]:
    everything = want.everything
    if within == "document":
        return (everything,)
    positions = seen.indexes(everything)
    if within == "part":
        parts: dict[int, int] = {}
        for i in positions:
            part = seen.items[i].part
            parts[part] = parts.get(part, 0) | 1 << i
        return tuple(parts.values())
    return _windows(positions, seen)


def _windows(positions: Sequence[int], seen: Sightings) -> list[int]:
    """For each finding, it and what follows within a passage of the same part; windows inside another are left out."""
    out: list[int] = []
    where, mask, reached = seen.where, 0, 0
    for i in positions:
        limit = where[i] + PASSAGE_CHARS
        before = reached
        while reached < len(positions) and where[positions[reached]] <= limit:
            mask |= 1 << positions[reached]
            reached += 1
        if reached > before:
            out.append(mask)
        mask &= ~(1 << i)
    return out
