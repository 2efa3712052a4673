"""Leak or talk by a linear model over hashed pieces of the abstracted text: words and short strings, wherever they stand.

It sees no order beyond a pair of words, but every rare word that the network's small memory cannot hold; the two err on different texts, so
their scores are added.  Trained with scikit-learn (``tools/train_parts.py``), shipped as one array of 16-bit weights, scored with numpy.
"""

import io
import math
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dlp.language import segmenter

BUCKETS = 1 << 18


def pieces(abstracted: str) -> Iterator[str]:
    """Every piece of an abstracted text, with repeats: strings of one to four characters, words, pairs of words."""
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


class Linear:
    """``score`` is in log-odds before calibration."""

    def __init__(self, weights: NDArray[np.float16], bias: float) -> None:
        self.weights, self.bias = weights, bias

    def score(self, abstracted: str) -> float:
        numbers, values = vector(abstracted)
        return float(self.weights[numbers].astype(np.float32) @ values) + self.bias

    def save(self, path: Path) -> None:
        np.savez_compressed(path, weights=self.weights, bias=np.array(self.bias, dtype=np.float32))

    @classmethod
    def load(cls, path: Path) -> "Linear":
        """Raises OSError, ValueError, KeyError or zipfile's own errors for a damaged file."""
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            weights, bias = arrays["weights"], float(arrays["bias"])
        if weights.shape != (BUCKETS,):
            raise ValueError("wrong size")
        return cls(weights, bias)
