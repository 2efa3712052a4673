"""Where names of persons stand: a conditional random field over characters, words and the statistics of names.

Tags ``B I E U`` (begin, inside, end, one character) and ``O``.  It learns the shapes of names from a few thousand sentences better than the
network does; who a person is, the network says.
"""

import threading
from pathlib import Path
from typing import Any

from dlp.errors import NotReady
from dlp.language.features import characters

Span = tuple[int, int, float]
"""Start, end, confidence."""


def tags(length: int, persons: list[tuple[int, int]]) -> list[str]:
    """Spans → one tag a character."""
    out = ["O"] * length
    for start, end in persons:
        if end - start == 1:
            out[start] = "U"
            continue
        out[start], out[end - 1] = "B", "E"
        out[start + 1 : end - 1] = ["I"] * (end - start - 2)
    return out


def spans(tagged: list[str]) -> list[tuple[int, int]]:
    """Tags → spans; an unfinished span is dropped."""
    out, start = [], -1
    for i, mark in enumerate(tagged):
        if mark in ("B", "U"):
            start = i
        if mark in ("E", "U") and start >= 0:
            out.append((start, i + 1))
            start = -1
        elif mark == "O":
            start = -1
    return out


class PersonModel:
    """Safe to call from several threads: one at a time."""

    def __init__(self, path: Path) -> None:
        """Raises NotReady when the file is missing or damaged."""
        import pycrfsuite

        if not path.is_file():
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401")
        self._tagger: Any = pycrfsuite.Tagger()
        self._lock = threading.Lock()
        try:
            self._tagger.open(str(path))
        except (ValueError, RuntimeError) as err:
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401") from err

    def find(self, text: str) -> list[Span]:
        """Persons in folded ``text``, line by line."""
        found: list[Span] = []
        at = 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                features = characters(line)
                with self._lock:
                    self._tagger.set(features)
                    tagged = self._tagger.tag()
                    for start, end in spans(tagged):
                        confidence = min(self._tagger.marginal(tagged[i], i) for i in range(start, end))
                        found.append((at + start, at + end, float(confidence)))
            at += len(line)
        return found
