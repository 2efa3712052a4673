"""Statistics of Taiwanese names, loaded once on first use.

Sources: Ministry of the Interior, 全國姓名統計分析 112 年版 (2023-06-30); person names and word frequencies of jieba's
dictionary (MIT).  Built by ``tools/build_name_tables.py``, which describes the files.
"""

from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from dlp.resources import package_data
from dlp.text.folding import fold, simplify_table

BMP = 0x10000
RARE_BEARERS = 2_000  # a surname with fewer bearers is taken only with other evidence
NONE = -30.0  # log share of what never occurs
Table = NDArray[np.float32]

SAMPLE_NAMES = frozenset((
    "王小明", "王大明", "陳小明", "林小華", "李大同", "張三", "李四", "王五", "趙六", "王曉明", "陳曉明", "李小華", "陳小華", "張小明", "林小明", "李小明",
    "王小美", "陳小美", "林小美", "王小華", "王曉華", "陳曉華", "李曉明", "王老五", "吳小明", "黃小明", "陳大明", "林大明",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tables:
    """Arrays are indexed by code point (BMP); values are logarithms of likelihood ratios, name over running text."""

    surname: Table = field(repr=False)
    first: Table = field(repr=False)  # as first of two given characters
    second: Table = field(repr=False)
    only: Table = field(repr=False)
    simple: NDArray[np.uint32] = field(repr=False)  # Traditional → Simplified
    words: dict[str, int] = field(repr=False)  # Simplified everyday word → decimal logarithm of its frequency
    surnames: dict[str, int] = field(repr=False)  # of any length → bearers
    compound: tuple[str, ...] = field(repr=False)
    confusables: frozenset[str] = field(repr=False)
    typical: frozenset[str] = field(repr=False)  # the most frequent given names
    known: frozenset[str] = field(repr=False)  # Simplified names of historical and public persons

    def rank_of_rarity(self, surname: str) -> int:
        """Bearers of ``surname``; 0 where unknown."""
        return self.surnames.get(surname, 0)


@cache
def tables() -> Tables:
    """The tables; about 60 ms on first use."""
    surnames: dict[str, int] = {}
    for line in _lines("surnames.tsv"):
        name, count, _ = line.split("\t")
        surnames[name] = int(count)
    shares = _shares()
    total = sum(surnames.values())
    surname = np.full(BMP, NONE, np.float32)
    for name, bearers in surnames.items():
        if len(name) == 1 and ord(name) < BMP:
            surname[ord(name)] = np.log(bearers / total) - shares[3][ord(name)]
    for table in shares[:3]:
        table -= shares[3]
        np.clip(table, NONE, 8, out=table)
    simple = np.arange(0x110000, dtype=np.uint32)
    for code, char in simplify_table().items():
        simple[code] = ord(char)
    words: dict[str, int] = {}
    for line in _lines("words.tsv"):
        size, _, listed = line.partition("\t")
        words.update(dict.fromkeys(listed.split(" "), int(size)))
    return Tables(
        surname, shares[0], shares[1], shares[2], simple, words, surnames, tuple(s for s in surnames if len(s) == 2),
        frozenset(_lines("confusables.txt")[0].split(" ")), frozenset(_lines("typical_given.txt")[0].split(" ")),
        frozenset(_lines("known_names.txt")[0].split(" ")),
    )  # fmt: skip


def _shares() -> list[Table]:
    shares = [np.full(BMP, NONE, np.float32) for _ in range(3)] + [np.full(BMP, -16.0, np.float32)]
    for line in _lines("given.tsv"):
        char, *cells = line.split("\t")
        if ord(char) < BMP:
            for table, cell in zip(shares, cells, strict=True):
                if cell:
                    table[ord(char)] = float(cell)
    return shares


def _lines(name: str) -> list[str]:
    return package_data("detectors", "personal", "data", name).decode("utf-8").splitlines()


def codes_of(text: str) -> NDArray[np.uint32]:
    """Code points of ``text``; everything beyond the BMP becomes 0, which is in no table."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.where(codes < BMP, codes, np.uint32(0))


def simplified(text: str) -> str:
    """``text`` in Simplified characters, one to one, as ``words`` and ``known`` are written."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return tables().simple[codes].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def simple_word(word: str) -> str:
    """``simplified`` for a few characters."""
    return word.translate(simplify_table())


@lru_cache(4096)
def is_sample(name: str) -> bool:
    """Whether ``name`` is one that forms and teaching use for nobody."""
    return fold(name).text in SAMPLE_NAMES
