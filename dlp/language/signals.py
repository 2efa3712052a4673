"""Text as the network reads it: five whole numbers a character.

Character (digits are one sign, ASCII letters small), the pair it makes with the character before (hashed), where it stands
in jieba's word, what names are made of (surname, given name, transliteration, mask), and which shape of number it is part
of.  Everything is looked up with numpy, so a passage costs little beside the network itself.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dlp.language import segmenter
from dlp.language.abstraction import SHAPES
from dlp.language.features import TRANSLITERATION, name_lists

PAD, UNKNOWN, MASK, DIGIT = 0, 1, 2, 3
FIRST_CHARACTER = 4
PAIRS = 1 << 15
PLACES = 6  # padding, begin, middle, end, single, space
NAMES = 3 * 4 * 2 * 2 + 1
SHAPE_COUNT = len(SHAPES) + 2
MASKS = frozenset("○〇ＯX*＊●")

Row = NDArray[np.int64]
"""Five rows of whole numbers, one column a character."""


class Vocabulary:
    """Which characters the network knows, in order of frequency."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        self._table = np.full(0x110000, UNKNOWN, dtype=np.int32)
        for number, char in enumerate(characters):
            self._table[ord(char)] = FIRST_CHARACTER + number
        for digit in "0123456789":
            self._table[ord(digit)] = DIGIT
        for upper in range(ord("A"), ord("Z") + 1):
            self._table[upper] = self._table[upper + 32]

    def __len__(self) -> int:
        return FIRST_CHARACTER + len(self.characters)

    def ids(self, points: NDArray[np.uint32]) -> NDArray[np.int32]:
        return self._table[points]

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.characters, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Vocabulary":
        return cls(json.loads(path.read_text(encoding="utf-8")))


@cache
def _name_table() -> NDArray[np.int8]:
    singles, compounds, given = name_lists()
    table = np.zeros(0x110000, dtype=np.int8)
    everything = {*singles, *(c for name in compounds for c in name), *given, *TRANSLITERATION, *MASKS}
    starts = {name[0] for name in compounds}
    for char in everything:
        surname = 1 if char in singles else 2 if char in starts else 0
        table[ord(char)] = 1 + surname + 3 * given.get(char, 0) + 12 * (char in TRANSLITERATION) + 24 * (char in MASKS)
    return table


def pair_ids(characters: NDArray[np.int64]) -> NDArray[np.int64]:
    """Hashed pair of each character with the one before; 0 is padding."""
    before = np.concatenate((np.zeros(1, dtype=np.int64), characters[:-1]))
    return (before * 7919 + characters * 104_729) % (PAIRS - 2) + 2


def signals(text: str, vocabulary: Vocabulary) -> Row:
    """The five rows of folded ``text``."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    out = np.zeros((5, len(points)), dtype=np.int64)
    out[0] = vocabulary.ids(points)
    out[1] = pair_ids(out[0])
    out[2] = places(text)
    out[3] = np.maximum(_name_table()[points], 0)
    out[4] = 1
    for number, (_, shape) in enumerate(SHAPES):
        for match in shape.finditer(text):
            row = out[4, match.start() : match.end()]
            row[row == 1] = number + 2
    return out


def places(text: str) -> NDArray[np.int64]:
    """Where each character stands in its word: 1 begin, 2 middle, 3 end, 4 single, 5 white space."""
    out = np.full(len(text), 2, dtype=np.int64)
    at = 0
    for word in segmenter.words(text):
        end = at + len(word)
        if end - at == 1:
            out[at] = 5 if word.isspace() else 4
        elif end > at:
            out[at], out[end - 1] = 1, 3
        at = end
    return out
