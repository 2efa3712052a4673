"""The trained network at run time: ONNX on the CPU, tables of characters looked up with numpy.

One reading of a passage gives persons with roles, the chance that it leaks, topics, kinds, and where the network looked.
Passages are read in pieces of at most ``PIECE`` characters that end at a line or sentence where possible.
Files: ``vocabulary.json``, ``labels.json`` (names of every output, calibration), ``tables.npz`` (16-bit), ``network.onnx``.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlp.errors import NotReady
from dlp.language.reading import Named, Piece, Reading
from dlp.language.signals import Row, Vocabulary, signals

PIECE = 384
ROWS = ("characters", "pairs", "places", "names", "shapes")
TAGS = ("O", "B", "I", "E", "U")
ALLOWED = {"O": "OBU", "B": "IE", "I": "IE", "E": "OBU", "U": "OBU"}  # what may follow a tag
NEVER = -1e4
BATCH = 8
SENTENCE_END = frozenset("。!?;！？；\n")

Floats = NDArray[np.float32]


class Network:
    """Not for several threads at once in one session's tables; onnxruntime itself is safe, so ``read`` may be shared."""

    def __init__(self, folder: Path) -> None:
        """Raises NotReady when files are missing or damaged."""
        import onnxruntime

        try:
            self.vocabulary = Vocabulary.load(folder / "vocabulary.json")
            self.labels: dict[str, Any] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
            with np.load(folder / "tables.npz", allow_pickle=False) as kept:
                self._tables = [kept[name].astype(np.float32) for name in ROWS]
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(folder / "network.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as err:  # a damaged file raises anything from ValueError to the runtime's own kinds
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401") from err
        self._roles: list[str] = self.labels["roles"]
        self._topics: list[str] = self.labels["topics"]
        self._kinds: list[str] = self.labels["kinds"]
        self._slope, self._offset = self.labels["calibration"]
        self._bars = _transitions()

    def read(self, text: str) -> Reading:
        """What the network says about folded ``text``; offsets are those of ``text``."""
        cuts = [c for c in pieces(text) if text[c[0] : c[1]].strip()]
        read: list[Piece] = []
        persons: list[Named] = []
        for first in range(0, len(cuts), BATCH):
            for (start, end), outputs in zip(
                cuts[first : first + BATCH], self._run(text, cuts[first : first + BATCH]), strict=True
            ):
                tags, roles, leak, topics, kinds, looked = outputs
                persons += self._persons(start, tags[: end - start], roles[: end - start])
                chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, float(leak[0]) * self._slope + self._offset))))
                read.append(
                    Piece(
                        start,
                        end,
                        chance,
                        dict(zip(self._topics, _softmax(topics).tolist(), strict=True)),
                        dict(zip(self._kinds, (1 / (1 + np.exp(-kinds))).tolist(), strict=True)),
                        tuple(looked[: end - start].tolist()),
                    )
                )
        return Reading.of(read, persons)

    def _run(self, text: str, cuts: list[tuple[int, int]]) -> Iterator[tuple[Floats, ...]]:
        rows = [signals(text[start:end], self.vocabulary) for start, end in cuts]
        longest = max(r.shape[1] for r in rows)
        here = np.zeros((len(rows), longest, 1), dtype=np.float32)
        embedded = np.zeros((len(rows), longest, self._tables[0].shape[1]), dtype=np.float32)
        for i, row in enumerate(rows):
            here[i, : row.shape[1]] = 1
            embedded[i, : row.shape[1]] = self._embed(row)
        outputs = self._session.run(None, {"embedded": embedded, "here": here})
        for i in range(len(rows)):
            yield tuple(o[i] for o in outputs)

    def _embed(self, row: Row) -> Floats:
        total: Floats = self._tables[0][row[0]]
        for table, numbers in zip(self._tables[1:], row[1:], strict=True):
            total = total + table[numbers]
        return total

    def _persons(self, base: int, tags: Floats, roles: Floats) -> Iterator[Named]:
        path = _viterbi(tags, self._bars)
        chances = np.exp(tags - tags.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        start = -1
        for i, tag in enumerate(path):
            if TAGS[tag] in "BU":
                start = i
            if TAGS[tag] in "EU" and start >= 0:
                role = self._roles[int(roles[start : i + 1].sum(axis=0).argmax())]
                confidence = float(min(chances[j, path[j]] for j in range(start, i + 1)))
                yield Named(base + start, base + i + 1, role, confidence)
                start = -1


def _transitions() -> Floats:
    return np.array([[0.0 if b in ALLOWED[a] else NEVER for b in TAGS] for a in TAGS], dtype=np.float32)


def _viterbi(scores: Floats, bars: Floats) -> list[int]:
    """Best path of tags that may follow each other."""
    if not scores.argmax(axis=1).any():
        return [0] * len(scores)
    best, back = scores[0] + bars[0], []
    for row in scores[1:]:
        reached = best[:, None] + bars
        back.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    closed = best + np.array([0, NEVER, NEVER, 0, 0], dtype=np.float32)
    path = [int(closed.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


def _softmax(values: Floats) -> Floats:
    raised = np.exp(values - values.max())
    out: Floats = raised / raised.sum()
    return out


def pieces(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of at most PIECE characters that cover ``text``, cut after a line or sentence where there is one."""
    out, at = [], 0
    while len(text) - at > PIECE:
        end = at + PIECE
        cut = next((i for i in range(end - 1, at + PIECE // 2, -1) if text[i] in SENTENCE_END), end - 1) + 1
        out.append((at, cut))
        at = cut
    if at < len(text):
        out.append((at, len(text)))
    return out
