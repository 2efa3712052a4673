"""Fit the weights of ``dlp/detectors/personal/han_names.py`` on labelled sentences and say how well they do.

    python -m tools.train_name_weights CORPUS/labelled

Trains on the training part of Universal NER Chinese-GSD only and reports training and development parts; ``--test`` adds the test part.
"""

import json
import sys
from pathlib import Path

import numpy as np

from dlp.detectors.personal import han_names
from dlp.text.folding import fold

RIDGE = 1e-3


def sentences(path: Path) -> list[tuple[str, set[tuple[int, int]]]]:
    out = []
    for line in path.open(encoding="utf-8"):
        item = json.loads(line)
        text = fold(item["text"]).text
        if len(text) == len(item["text"]):
            out.append((text, {(a, b) for a, b, label in item["spans"] if label == "PER"}))
    return out


def examples(data: list[tuple[str, set[tuple[int, int]]]]) -> tuple[np.ndarray, np.ndarray]:
    rows, labels = [], []
    for text, spans in data:
        names = han_names.HanNames(text)
        found = names.cheap()
        rows.append(names.features(found))
        labels += [
            1.0 if (a, a + n) in spans else 0.0 for a, n in zip(found.start.tolist(), found.size.tolist(), strict=True)
        ]
    return np.concatenate(rows), np.array(labels)


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    scale = np.maximum(np.abs(x).max(0), 1e-9)
    x = x / scale
    w = np.zeros(x.shape[1])
    for _ in range(60):  # Newton's method
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - y) + RIDGE * len(y) * w * 0.01
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.eye(x.shape[1]) * (RIDGE * len(y) * 0.01 + 1e-6)
        w -= np.linalg.solve(hessian, gradient)
    return w / scale


def measure(data: list[tuple[str, set[tuple[int, int]]]], at_least: float) -> tuple[float, float, float]:
    right = seen = gold = 0
    for text, spans in data:
        found = {(c.start, c.end) for c in han_names.choose(han_names.candidates(text, at_least=at_least))}
        right += len(found & spans)
        seen += len(found)
        gold += len(spans)
    p, r = right / max(seen, 1), right / max(gold, 1)
    return p, r, 2 * p * r / max(p + r, 1e-9)


def main(argv: list[str]) -> int:
    folder = Path(argv[0])
    data = {part: sentences(folder / f"uner_zh_gsd_{part}.jsonl") for part in ("train", "dev", "test")}
    x, y = examples(data["train"])
    print("candidates", len(y), "names", int(y.sum()))
    weights = fit(x, y)
    han_names.WEIGHTS = tuple(round(float(w), 3) for w in weights)
    print("WEIGHTS =", han_names.WEIGHTS)
    for part in ("train", "dev", *(("test",) if "--test" in argv else ())):
        for at_least in (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0):
            precision, recall, f1 = measure(data[part], at_least)
            print(f"{part} {at_least} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
