"""The person recognizer: a conditional random field over characters, tags ``B I E U`` with a role, ``O`` elsewhere."""

from pathlib import Path
from typing import Any

from dlp.errors import NotReady
from dlp.language.features import characters
from dlp.language.reading import Named

UNKNOWN_ROLE = "other"


def tags(length: int, persons: list[tuple[int, int, str]]) -> list[str]:
    """Spans with roles → one tag a character."""
    out = ["O"] * length
    for start, end, role in persons:
        if end - start == 1:
            out[start] = f"U-{role}"
            continue
        out[start], out[end - 1] = f"B-{role}", f"E-{role}"
        out[start + 1 : end - 1] = [f"I-{role}"] * (end - start - 2)
    return out


def spans(tagged: list[str]) -> list[tuple[int, int, str]]:
    """Tags → spans; an unfinished span is dropped."""
    out, start = [], -1
    for i, tag in enumerate(tagged):
        mark, _, role = tag.partition("-")
        if mark in ("B", "U"):
            start = i
        if mark in ("E", "U") and start >= 0:
            out.append((start, i + 1, role))
            start = -1
        elif mark == "O":
            start = -1
    return out


class PersonModel:
    """A trained CRF; not for several threads at once (each has its own lattice), so the pipeline locks around it."""

    def __init__(self, path: Path) -> None:
        import pycrfsuite

        if not path.is_file():
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401")
        self._tagger: Any = pycrfsuite.Tagger()
        try:
            self._tagger.open(str(path))
        except (ValueError, RuntimeError) as err:
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401") from err

    def find(self, text: str) -> tuple[Named, ...]:
        """Persons in folded ``text``, line by line."""
        found, at = [], 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                self._tagger.set(characters(line))
                tagged = self._tagger.tag()
                for start, end, role in spans(tagged):
                    confidence = min(self._tagger.marginal(tagged[i], i) for i in range(start, end))
                    found.append(Named(at + start, at + end, role, float(confidence)))
            at += len(line)
        return tuple(found)
