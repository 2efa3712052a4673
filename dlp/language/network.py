"""The trained model at run time: network (ONNX on the CPU, tables of characters looked up with numpy), linear scorer, names.

One reading of a passage gives persons with roles, the chance that it leaks, topics, kinds, and where the network looked.
Passages are read in pieces of at most ``PIECE`` characters that end at a line or sentence where possible.
Files: ``vocabulary.json``, ``labels.json`` (names of every output, calibration), ``tables.npz`` (16-bit), ``network.onnx``,
``linear.npz``, ``persons.crf``.
"""

import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlp.errors import NotReady
from dlp.language.abstraction import abstract
from dlp.language.linear import Linear
from dlp.language.persons import PersonModel
from dlp.language.reading import Named, Piece, Reading
from dlp.language.signals import MASKS, Row, Vocabulary, signals

PIECE = 384
ROWS = ("characters", "pairs", "places", "names", "shapes")
BATCH = 8
SENTENCE_END = frozenset("。!?;！？；\n")

Floats = NDArray[np.float32]


class Network:
    """May be used from several threads: onnxruntime is safe, the person recognizer locks."""

    def __init__(self, folder: Path) -> None:
        """Raises NotReady when files are missing or damaged."""
        import onnxruntime

        try:
            self.vocabulary = Vocabulary.load(folder / "vocabulary.json")
            self.labels: dict[str, Any] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
            with np.load(io.BytesIO((folder / "tables.npz").read_bytes()), allow_pickle=False) as kept:
                self._tables = [kept[name].astype(np.float32) for name in ROWS]
            self._linear = Linear.load(folder / "linear.npz")
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(folder / "network.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as err:  # a damaged file raises anything from ValueError to the runtime's own kinds
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401") from err
        self._finder = PersonModel(folder / "persons.crf")
        self._roles: list[str] = self.labels["roles"]
        self._topics: list[str] = self.labels["topics"]
        self._kinds: list[str] = self.labels["kinds"]
        self._calibration: tuple[float, float, float] = tuple(self.labels["calibration"])

    def read(self, text: str) -> Reading:
        """What the model says about folded ``text``; offsets are those of ``text``."""
        cuts = [c for c in pieces(text) if text[c[0] : c[1]].strip()]
        read: list[Piece] = []
        persons: list[Named] = []
        for first in range(0, len(cuts), BATCH):
            chosen = cuts[first : first + BATCH]
            for (start, end), outputs in zip(chosen, self._run(text, chosen), strict=True):
                piece, named = self._piece(text[start:end], outputs)
                read.append(piece.moved(start))
                persons += [n.moved(start) for n in named]
        return Reading.of(read, persons)

    def _piece(self, text: str, outputs: tuple[Floats, ...]) -> tuple[Piece, list[Named]]:
        roles, leak, topics, kinds, looked = outputs
        named = [
            Named(start, end, self._roles[int(roles[start:end].sum(axis=0).argmax())], confidence)
            for start, end, confidence in self._finder.find(text)
        ]
        score = self.chance(float(leak[0]), self.linear(text, [(n.start, n.end) for n in named]))
        of_topics = dict(zip(self._topics, _softmax(topics).tolist(), strict=True))
        of_kinds = dict(zip(self._kinds, (1 / (1 + np.exp(-kinds))).tolist(), strict=True))
        return Piece(0, len(text), score, of_topics, of_kinds, tuple(looked[: len(text)].tolist())), named

    def linear(self, text: str, persons: list[tuple[int, int]]) -> float:
        """The linear model's score of a piece in which these persons stand."""
        return self._linear.score(abstract(text, [(a, b, not MASKS.isdisjoint(text[a:b])) for a, b in persons]))

    def chance(self, network: float, linear: float) -> float:
        """The calibrated chance of a leak from both scores."""
        of_network, of_linear, offset = self._calibration
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, of_network * network + of_linear * linear + offset))))

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
