"""A normalised view of a text that keeps the way back to the original offsets.

Folding is per character: full-width and compatibility forms, digits of other scripts, look-alike Cyrillic and Greek
letters, dashes, middle dots, Simplified and variant Han characters are replaced; zero-width, bidi and combining marks
vanish.  One original character may become none, one or several, and every folded character knows the half-open range
of original code points it came from.  The table is built by ``tools/build_folding_tables.py``.

Enclosed numbers (①, ⑴) are kept: as list bullets they would glue to the number that follows.  The joined view
(``dlp.text.joining``) resolves them where they are used as digits.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dlp.resources import package_data

Offsets = NDArray[np.int32]
CODE_POINTS = 0x110000


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text of ``original[base:base + length]``.

    ``starts[i]``/``ends[i]`` are the original code-point range behind ``text[i]``; ``None`` means one to one.
    """

    text: str = field(repr=False)
    base: int
    length: int
    starts: Offsets | None = field(default=None, repr=False)
    ends: Offsets | None = field(default=None, repr=False)

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Original half-open range behind folded ``[start, end)``, ``0 <= start < end <= len(text)``."""
        if self.starts is None or self.ends is None:
            return self.base + start, self.base + end
        return self.base + int(self.starts[start]), self.base + int(self.ends[end - 1])

    def from_original(self, offset: int) -> int:
        """Folded index of the first character that came from ``offset`` (original) or later."""
        if self.starts is None:
            return min(max(offset - self.base, 0), len(self.text))
        return int(np.searchsorted(self.starts, offset - self.base, side="left"))


@dataclass(frozen=True, slots=True)
class _Tables:
    single: NDArray[np.uint32]  # code point → folded code point, where exactly one
    lengths: NDArray[np.uint8]  # code point → how many folded characters
    several: dict[int, tuple[int, ...]]


@cache
def _tables() -> _Tables:
    single = np.arange(CODE_POINTS, dtype=np.uint32)
    lengths = np.ones(CODE_POINTS, dtype=np.uint8)
    several = {}
    for line in package_data("text", "data", "folding.tsv").decode("ascii").splitlines():
        code_hex, _, new_hex = line.partition("\t")
        code, new = int(code_hex, 16), tuple(int(h, 16) for h in new_hex.split())
        lengths[code] = len(new)
        if len(new) == 1:
            single[code] = new[0]
        elif new:
            several[code] = new
    return _Tables(single, lengths, several)


def fold(text: str, *, base: int = 0) -> Folded:
    """Fold ``text``, which starts at code point ``base`` of the original.  Accepts any string, lone surrogates included."""
    tables = _tables()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = tables.lengths[codes]
    crlf = (codes[:-1] == 13) & (codes[1:] == 10)
    if crlf.any():
        lengths[:-1][crlf] = 0
    plain = bool((lengths == 1).all())
    if plain:
        return Folded(_decode(tables.single[codes]), base, len(text))
    origin = np.repeat(np.arange(len(codes), dtype=np.int32), lengths)
    source = codes[origin]
    folded = tables.single[source]
    if int(lengths.max(initial=0)) > 1:
        first = np.flatnonzero(np.diff(origin, prepend=-1))
        for index in first[lengths[origin[first]] > 1]:
            new = tables.several[int(source[index])]
            folded[index : index + len(new)] = new
    return Folded(_decode(folded), base, len(text), origin, origin + 1)


def _decode(codes: NDArray[np.uint32]) -> str:
    # A carriage return that is not part of CR LF is an old line end.
    codes = np.where(codes == 13, np.uint32(10), codes)
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


@cache
def simplified_forms() -> dict[str, str]:
    """Traditional character → the Simplified forms folding maps to it (one string of characters)."""
    forms: dict[str, str] = {}
    for line in package_data("text", "data", "folding.tsv").decode("ascii").splitlines():
        code_hex, _, new_hex = line.partition("\t")
        code = int(code_hex, 16)
        if 0x3400 <= code < 0xA000 and len(new_hex) in (4, 5) and " " not in new_hex:
            forms[chr(int(new_hex, 16))] = forms.get(chr(int(new_hex, 16)), "") + chr(code)
    return forms


@cache
def simplify_table() -> dict[int, str]:
    """``str.translate`` table from Traditional to Simplified, one character to one, for the segmenter's dictionary."""
    keys, values = package_data("text", "data", "traditional_simplified.tsv").decode("utf-8").split("\n")[:2]
    return {ord(k): v for k, v in zip(keys, values, strict=True)}
