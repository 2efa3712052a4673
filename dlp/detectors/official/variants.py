"""Characters that folding leaves apart, because one Simplified character stands for several Traditional ones.

Folding maps 签 to 籤 and leaves 后, 云, 于, 泄 as they are; a pattern that says 簽, 後, 雲, 於, 洩 misses a paper typed in Simplified (or with a variant
form).  ``wide`` lets every such character of a pattern stand for its relatives as well, ``words`` does so for literal cues.
Source: OpenCC's table of one-to-many characters, as far as official vocabulary needs it; read 2026-11-22.
"""

from functools import cache
from itertools import product

import regex as re

from dlp.detectors.contract import Cue, literals

GROUPS = (
    "簽籤", "後后", "為爲", "雲云", "啟啓", "諮咨", "洩泄", "於于", "並并", "裡里裏", "準准", "製制", "複復", "劃划", "註注", "徵征", "隻只", "係系繫", "佈布", "週周", "臺台", "眾衆", "餘余", "佔占", "託托", "夠够", "捨舍",
    "采採", "鐘鍾", "才纔", "闆板", "群羣", "線綫", "秘祕", "證証", "價价", "誌志", "盡儘", "鬱郁", "衝沖", "志誌", "內内", "污汙", "說説", "閱閲", "決决", "場塲", "錶表", "曆歷",
)  # fmt: skip
RELATIVES = {char: group for group in GROUPS for char in group}
MOST_SPELLINGS = 12  # of a literal cue


@cache
def wide(pattern: "re.Pattern[str]") -> "re.Pattern[str]":
    """``pattern`` with every character of ``GROUPS`` widened to its group; itself where there is none."""
    source = pattern.pattern
    widened = widen(source)
    return pattern if widened == source else re.compile(widened, pattern.flags)


def widen(source: str) -> str:
    """Source of a pattern, widened; understands escapes and classes."""
    out, in_class, i = [], False, 0
    while i < len(source):
        char = source[i]
        if char == "\\":
            end = source.index("}", i) + 1 if source[i + 1 : i + 3] in ("p{", "P{", "x{") else i + 2
            out.append(source[i:end])
            i = end
            continue
        if char == "[" and not in_class:
            in_class = True
        elif char == "]" and in_class:
            in_class = False
        group = RELATIVES.get(char, "")
        if group and source[i + 1 : i + 2] != "-" and (i == 0 or source[i - 1] != "-" or not in_class):
            out.append(group if in_class else f"[{group}]")
        else:
            out.append(char)
        i += 1
    return "".join(out)


def words(*cues: str) -> tuple[Cue, ...]:
    """Literal cues in every spelling of ``GROUPS``."""
    out: dict[str, None] = {}
    for word in cues:
        spellings = ["".join(s) for s in product(*(RELATIVES.get(c, c) for c in word))] if _spellings(word) <= MOST_SPELLINGS else [word]
        out.update(dict.fromkeys(spellings))
    return literals(*out)


def _spellings(word: str) -> int:
    total = 1
    for char in word:
        total *= len(RELATIVES.get(char, " "))
    return total


def compile_wide(source: str) -> "re.Pattern[str]":
    """Compiled ``source``, widened."""
    return re.compile(widen(source))
