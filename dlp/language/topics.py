"""Leak or talk, and what about: linear models over hashed pieces of the abstracted text, scored with numpy.

Pieces are character n-grams (1 to 4), words and word pairs, each also marked by the half of the text when it is long.
Trained with scikit-learn (``tools/train.py``), shipped as one array of 16-bit weights.
"""

import json
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dlp.errors import NotReady
from dlp.language import segmenter

BUCKETS = 1 << 17
LEAK = "leak"


def pieces(abstracted: str) -> Iterator[str]:
    """Every piece of an abstracted text, with repeats."""
    text = " ".join(abstracted.split())
    for size in (1, 2, 3, 4):
        for i in range(len(text) - size + 1):
            yield text[i : i + size]
    previous = "^"
    for word in segmenter.words(text):
        yield f"w{word}"
        yield f"w{previous}|{word}"
        previous = word


def vector(abstracted: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Bucket numbers and values: 1 + log(count), scaled to length one."""
    counts: dict[int, int] = {}
    for piece in pieces(abstracted):
        bucket = zlib.crc32(piece.encode("utf-8", "replace")) % BUCKETS
        counts[bucket] = counts.get(bucket, 0) + 1
    numbers = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = np.fromiter((1.0 + math.log(c) for c in counts.values()), dtype=np.float32, count=len(counts))
    norm = float(np.sqrt((values**2).sum())) or 1.0
    return numbers, (values / norm).astype(np.float32)


@dataclass(frozen=True, slots=True)
class TopicModel:
    """``weights`` is labels × BUCKETS; ``calibration`` per label (slope, offset) of the score before the logistic."""

    labels: tuple[str, ...]
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]
    calibration: NDArray[np.float32]

    def probabilities(self, abstracted: str) -> dict[str, float]:
        """One calibrated probability a label (they need not add up)."""
        numbers, values = vector(abstracted)
        scores = self.weights[:, numbers].astype(np.float32) @ values + self.bias
        scores = scores * self.calibration[:, 0] + self.calibration[:, 1]
        return dict(zip(self.labels, (1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30)))).tolist(), strict=True))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / "weights.npz", weights=self.weights, bias=self.bias, calibration=self.calibration)
        (folder / "labels.json").write_text(json.dumps(self.labels, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> TopicModel:
    """Raises NotReady when files are missing or damaged."""
    try:
        labels = tuple(json.loads((folder / "labels.json").read_text(encoding="utf-8")))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            model = TopicModel(labels, arrays["weights"], arrays["bias"], arrays["calibration"])
    except (OSError, ValueError, KeyError, EOFError, zlib.error) as err:
        raise _damaged() from err
    except Exception as err:  # zipfile.BadZipFile and kin: anything a damaged archive raises means the same
        raise _damaged() from err
    if model.weights.shape != (len(labels), BUCKETS) or model.bias.shape != (len(labels),):
        raise _damaged()
    return model


def _damaged() -> NotReady:
    return NotReady("語言模型缺檔或損壞。請重新安裝，或執行 make train 重新訓練。", code="E401")
