"""The two small models beside the network: names (CRF) and leak or talk by words (linear), and how the scores are joined."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dlp.language import persons as names
from dlp.language.abstraction import abstract
from dlp.language.features import characters
from dlp.language.linear import BUCKETS, Linear, LinearKinds, vector
from dlp.language.signals import MASKS

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from tools.train import Example

SEED = 20261125
PUBLIC = 8_000
STRENGTH, STRENGTH_OF_KINDS = 20.0, 100.0
LEAST_TEXTS = 10  # a kind with fewer is not learnt
PUBLIC_WEIGHT = 0.3


def lines(examples: "list[Example]") -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Every line with the names in it."""
    for example in examples:
        at = 0
        for line in example.text.splitlines(keepends=True):
            if line.strip():
                yield line, [(a - at, b - at) for a, b, _ in example.persons or () if at <= a and b <= at + len(line)]
            at += len(line)


def train_persons(out: Path, examples: "list[Example]", *, iterations: int = 100) -> None:
    """Write a CRF over the lines of ``examples`` to ``out``."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    for text, spans in lines(examples):
        trainer.append(characters(text), names.tags(len(text), spans))
    trainer.set_params({"c1": 0.05, "c2": 0.02, "max_iterations": iterations, "feature.possible_transitions": True})
    out.parent.mkdir(parents=True, exist_ok=True)
    trainer.train(str(out))


def view(example: "Example") -> str:
    """The text as the linear model sees it, with the names that stand in it."""
    return abstract(
        example.text, [(a, b, not MASKS.isdisjoint(example.text[a:b])) for a, b, _ in example.persons or ()]
    )


def as_rows(texts: list[str]) -> "csr_matrix":
    """One row of hashed pieces for each text."""
    from scipy.sparse import csr_matrix

    data, indices, starts = [], [], [0]
    for text in texts:
        numbers, values = vector(text)
        indices.append(numbers)
        data.append(values)
        starts.append(starts[-1] + len(numbers))
    return csr_matrix((np.concatenate(data), np.concatenate(indices), np.array(starts)), shape=(len(texts), BUCKETS))


def train_linear(texts: "list[Example]", public: "list[Example]", finder: names.PersonModel) -> Linear:
    """Logistic regression on own texts with their marked names, and on a sample of public texts with the names found."""
    from dataclasses import replace

    from sklearn.linear_model import LogisticRegression

    chosen = random.Random(SEED).sample(public, min(PUBLIC, len(public)))
    chosen = [replace(e, persons=tuple((a, b, 0) for a, b, _ in finder.find(e.text))) for e in chosen]
    rows = as_rows([view(e) for e in (*texts, *chosen)])
    targets = np.array([bool(e.leak) for e in texts] + [False] * len(chosen))
    weights = np.array([1.0] * len(texts) + [PUBLIC_WEIGHT] * len(chosen))
    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=SEED, max_iter=300)
    model.fit(rows, targets, sample_weight=weights)
    return Linear(model.coef_[0].astype(np.float16), float(model.intercept_[0]))


def train_kinds(texts: "list[Example]", kinds: "tuple[str, ...]") -> LinearKinds:
    """One logistic regression a kind, on the texts that leak: which of them hold it.  ``kinds`` names the numbers in the examples."""
    from sklearn.linear_model import LogisticRegression

    leaks = [e for e in texts if e.leak]
    rows = as_rows([view(e) for e in leaks])
    names, weights, biases = [], [], []
    for number, name in enumerate(kinds):
        targets = np.array([number in (e.kinds or ()) for e in leaks])
        if targets.sum() >= LEAST_TEXTS:
            model = LogisticRegression(C=STRENGTH_OF_KINDS, solver="liblinear", random_state=SEED, max_iter=300).fit(rows, targets)
            names.append(str(name))
            weights.append(model.coef_[0])
            biases.append(float(model.intercept_[0]))
    return LinearKinds.of(tuple(names), np.array(weights), np.array(biases))


def join(network: list[float], linear: list[float], leaks: list[bool]) -> tuple[float, float, float]:
    """Weights of both scores and an offset, so that their logistic is the observed share (fitted on the dev writers).  ``leaks``: or any truth."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0).fit(np.array([network, linear]).T, np.array(leaks))
    return float(model.coef_[0, 0]), float(model.coef_[0, 1]), float(model.intercept_[0])


def join_persons(
    proposed: "list[tuple[list[tuple[int, int, float, float]], set[tuple[int, int]]]]",
) -> tuple[float, float, float, float]:
    """Weights of field and network for names, an offset, and the threshold of the best F1 (fitted on the dev texts).

    Each item is a text's proposals and the spans of its true names.
    """
    from sklearn.linear_model import LogisticRegression

    rows = [(names.logit(f), names.logit(n)) for spans, _ in proposed for _, _, f, n in spans]
    right = [(a, b) in gold for spans, gold in proposed for a, b, _, _ in spans]
    model = LogisticRegression(C=1.0).fit(np.array(rows), np.array(right))
    weights = float(model.coef_[0, 0]), float(model.coef_[0, 1]), float(model.intercept_[0])
    best, least = 0.0, 0.5
    for step in range(20, 71, 5):
        joining = names.Joining(*weights, step / 100)
        found = [({(a, b) for a, b, _ in joining.choose(spans)}, gold) for spans, gold in proposed]
        hits = sum(len(f & g) for f, g in found)
        score = 2 * hits / max(1, sum(len(f) + len(g) for f, g in found))
        if score > best:
            best, least = score, step / 100
    return (*weights, least)
