"""The trained model at run time: network (ONNX on the CPU, tables of characters looked up with numpy), linear scorer, names.

One reading of a passage gives persons with roles, the chance that it leaks, topics, kinds, and where the network looked.
Passages are read in pieces of at most ``PIECE`` characters that end at a line or sentence where possible.
Files: ``vocabulary.json``, ``labels.json`` (names of every output, calibration), ``tables.npz`` (16-bit), ``network.onnx``,
``linear.npz``, ``kinds.npz``, ``persons.crf``.
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
from dlp.language.linear import Linear, LinearKinds, Vector, vector
from dlp.language.persons import TAGS, Joining, PersonModel, marks, spans
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
            self._of_kinds = LinearKinds.load(folder / "kinds.npz")
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(folder / "network.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._finder = PersonModel(folder / "persons.crf")
            self._roles: list[str] = self.labels["roles"]
            self._topics: list[str] = self.labels["topics"]
            self._kinds: list[str] = self.labels["kinds"]
            self._calibration: tuple[float, float, float] = tuple(self.labels["calibration"])
            self._kinds_calibration: tuple[float, float, float] = tuple(self.labels["kinds_calibration"])
            self._joining = Joining(*self.labels["persons"])
        except NotReady:
            raise
        except Exception as err:  # a damaged or older file raises anything from KeyError to the runtime's own kinds
            raise NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401") from err

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
        tags, roles, leak, topics, kinds, looked = outputs
        named = [
            Named(start, end, self._roles[int(roles[start:end].sum(axis=0).argmax())], confidence)
            for start, end, confidence in self._joining.choose(self.proposals(text, tags))
        ]
        pieces_of_text = self.vector(text, [(n.start, n.end) for n in named])
        score = chance(self._calibration, float(leak[0]), self._linear.score(pieces_of_text))
        of_topics = dict(zip(self._topics, _softmax(topics).tolist(), strict=True))
        heard = dict(zip(self._kinds, kinds.tolist(), strict=True))
        of_kinds = {
            name: chance(self._kinds_calibration, heard[name], linear) for name, linear in self._of_kinds.scores(pieces_of_text).items()
        }
        return Piece(0, len(text), score, of_topics, of_kinds, tuple(looked[: len(text)].tolist())), named

    def proposed(self, text: str) -> list[tuple[int, int, float, float]]:
        """The proposals of one piece of folded text; for training, which fits their joining."""
        (outputs,) = self._run(text, [(0, len(text))])
        return self.proposals(text, outputs[0])

    def proposals(self, text: str, tags: Floats) -> list[tuple[int, int, float, float]]:
        """Spans that the field or the network take for names: start, end, and the chance that each gives it."""
        raised = np.exp(tags[: len(text)] - tags[: len(text)].max(axis=1, keepdims=True))
        chances = raised / raised.sum(axis=1, keepdims=True)
        seen = spans([TAGS[i] for i in chances.argmax(axis=1)])
        return [
            (a, b, field, float(min(chances[i, TAGS.index(mark)] for i, mark in marks(a, b))))
            for a, b, field in self._finder.find(text, seen)
        ]

    def vector(self, text: str, persons: list[tuple[int, int]]) -> Vector:
        """A piece in which these persons stand, as the linear models see it."""
        return vector(abstract(text, [(a, b, not MASKS.isdisjoint(text[a:b])) for a, b in persons]))

    def scores(self, text: str) -> tuple[float, float, dict[str, tuple[float, float]]]:
        """Of one piece, what network and linear models say before they are joined: of a leak, and of every kind.  For training."""
        (outputs,) = self._run(text, [(0, len(text))])
        tags, _roles, leak, _topics, kinds, _looked = outputs
        of = self.vector(text, [(a, b) for a, b, _ in self._joining.choose(self.proposals(text, tags))])
        heard = dict(zip(self._kinds, kinds.tolist(), strict=True))
        return float(leak[0]), self._linear.score(of), {k: (heard[k], v) for k, v in self._of_kinds.scores(of).items()}

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


def chance(calibration: tuple[float, float, float], network: float, linear: float) -> float:
    """The calibrated chance from both scores."""
    of_network, of_linear, offset = calibration
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, of_network * network + of_linear * linear + offset))))


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
