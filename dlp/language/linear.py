"""Leak or talk, and of what kind, by linear models over hashed pieces of the abstracted text: words and short strings, wherever they stand.

It sees no order beyond a pair of words, but every rare word that the network's small memory cannot hold; the two err on different texts, so
their scores are added.  Trained with scikit-learn (``tools/train_parts.py``), shipped as arrays of 16-bit (leak) and 8-bit weights (kinds), scored with numpy.
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
Vector = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Bucket numbers and their values."""


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


def vector(abstracted: str) -> Vector:
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

    def score(self, of: Vector) -> float:
        numbers, values = of
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


class LinearKinds:
    """One linear model a kind: how likely a text that leaks leaks just this.  ``names`` of those that were learnt."""

    def __init__(self, names: tuple[str, ...], weights: NDArray[np.int8], scales: NDArray[np.float32], biases: NDArray[np.float32]) -> None:
        self.names, self.weights, self.scales, self.biases = names, weights, scales, biases

    @classmethod
    def of(cls, names: tuple[str, ...], weights: NDArray[np.float64], biases: NDArray[np.float64]) -> "LinearKinds":
        """From exact weights, one row a kind."""
        scales = np.maximum(np.abs(weights).max(axis=1) / 127, 1e-9)
        small = np.round(weights / scales[:, None]).astype(np.int8)
        return cls(names, np.ascontiguousarray(small.T), scales.astype(np.float32), biases.astype(np.float32))

    def scores(self, of: Vector) -> dict[str, float]:
        """Log-odds of every learnt kind."""
        numbers, values = of
        found = values @ self.weights[numbers].astype(np.float32) * self.scales + self.biases
        return dict(zip(self.names, found.tolist(), strict=True))

    def save(self, path: Path) -> None:
        np.savez_compressed(path, names=np.array(self.names), weights=self.weights, scales=self.scales, biases=self.biases)

    @classmethod
    def load(cls, path: Path) -> "LinearKinds":
        """Raises OSError, ValueError, KeyError or zipfile's own errors for a damaged file."""
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as a:
            found = cls(tuple(str(n) for n in a["names"]), a["weights"], a["scales"], a["biases"])
        if found.weights.shape != (BUCKETS, len(found.names)):
            raise ValueError("wrong size")
        return found
