"""Train models/zh_dlp from models/corpus and, where given, public background text.

    python -m tools.train [--corpus DIR] [--out models/zh_dlp] [--rounds 2]

Steps, all with fixed seeds on one CPU: persons (CRF over characters; own texts, UNER sentences where the corpus folder has
them), topics (logistic regression over hashed pieces; own texts, public negatives as harmless, hard negatives mined in a
second round), calibration on the dev writers.  Prints figures on dev; ``make evaluate`` measures on test.
"""

import argparse
import hashlib
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dlp.language import persons as person_tags
from dlp.language.abstraction import abstract
from dlp.language.features import characters
from dlp.language.persons import PersonModel
from dlp.language.topics import BUCKETS, LEAK, TopicModel, vector
from dlp.text.folding import fold
from tools.check_corpus import Labelled, load, splits
from tools.false_alarms import corpus_folder

ROOT = Path(__file__).parent.parent
SEED = 20261125
NEGATIVES_FIRST_ROUND = 6_000
NEGATIVES_MINED = 4_000
# Roles that the recognizer tells apart; the rest is «other».
ROLES = frozenset(
    {"informant", "reported", "petitioner", "victim", "handler", "official", "public", "patient", "family"}
)


def one_to_one(text: str) -> str:
    """Folded text where folding kept the length, else the text itself (spans stay valid)."""
    folded = fold(text).text
    return folded if len(folded) == len(text) else text


def person_sentences(texts: list[Labelled]) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    for item in texts:
        at = 0
        folded = one_to_one(item.text)
        for line in folded.splitlines(keepends=True):
            inside = [
                (p.start - at, p.end - at, p.role if p.role in ROLES else "other")
                for p in item.persons
                if at <= p.start and p.end <= at + len(line)
            ]
            if line.strip():
                yield line, inside
            at += len(line)


def uner(folder: Path, split: str) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    path = folder / "labelled" / f"uner_zh_gsd_{split}.jsonl"
    for line in path.open(encoding="utf-8"):
        item = json.loads(line)
        yield one_to_one(item["text"]), [(a, b, "public") for a, b, label in item["spans"] if label == "PER"]


def train_persons(out: Path, own: list[Labelled], corpus: Path | None, *, iterations: int) -> None:
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    sentences = list(person_sentences(own)) + (list(uner(corpus, "train")) if corpus else [])
    for text, spans in sentences:
        trainer.append(characters(text), person_tags.tags(len(text), spans))
    trainer.set_params({"c1": 0.05, "c2": 0.02, "max_iterations": iterations, "feature.possible_transitions": True})
    out.mkdir(parents=True, exist_ok=True)
    trainer.train(str(out / "persons.crf"))


def score_persons(model: PersonModel, sentences: Iterator[tuple[str, list[tuple[int, int, str]]]]) -> str:
    hit = false = missed = role = 0
    for text, spans in sentences:
        found = {(n.start, n.end): n.role for n in model.find(text)}
        gold = {(a, b): r for a, b, r in spans}
        hit += len(found.keys() & gold.keys())
        role += sum(found[k] == gold[k] for k in found.keys() & gold.keys())
        false += len(found.keys() - gold.keys())
        missed += len(gold.keys() - found.keys())
    return f"P {hit / max(1, hit + false):.3f} R {hit / max(1, hit + missed):.3f} F1 {2 * hit / max(1, 2 * hit + false + missed):.3f} role {role / max(1, hit):.3f}"


def negatives(corpus: Path, count: int, seed: int) -> list[str]:
    """A fixed sample of the public texts; one in five is left out for evaluation (by digest of the id)."""
    texts = []
    for path in sorted((corpus / "negatives").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            item = json.loads(line)
            if not held_out(item["id"]):
                texts.append(item["text"][:1500])
    random.Random(seed).shuffle(texts)
    return texts[:count]


def held_out(item_id: str) -> bool:
    return hashlib.sha256(item_id.encode()).digest()[0] % 5 == 0


def view(text: str, model: PersonModel) -> str:
    folded = fold(text).text
    return abstract(
        folded, [(n.start, n.end, any(c in "○〇ＯX*●" for c in folded[n.start : n.end])) for n in model.find(folded)]
    )


def as_rows(texts: list[str]) -> Any:
    """Training matrix (scipy CSR) of abstracted texts."""
    from scipy.sparse import csr_matrix

    data, indices, starts = [], [], [0]
    for text in texts:
        numbers, values = vector(text)
        indices.append(numbers)
        data.append(values)
        starts.append(starts[-1] + len(numbers))
    return csr_matrix((np.concatenate(data), np.concatenate(indices), np.array(starts)), shape=(len(texts), BUCKETS))


def fit(rows: Any, targets: np.ndarray, weights: np.ndarray, *, strength: float) -> tuple[np.ndarray, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver="liblinear", random_state=SEED, max_iter=300)
    model.fit(rows, targets, sample_weight=weights)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def calibrate(scores: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Platt: slope and offset so that the logistic of the score is the observed share."""
    from sklearn.linear_model import LogisticRegression

    if len(set(targets.tolist())) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1.0).fit(scores.reshape(-1, 1), targets)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def train_topics(
    own: list[Labelled], dev: list[Labelled], public: list[str], person_model: PersonModel, *, strength: float = 20.0
) -> TopicModel:
    texts = [view(t.text, person_model) for t in own] + [view(t, person_model) for t in public]
    topics = sorted({t.topic for t in own})
    labels = (LEAK, *topics)
    rows = as_rows(texts)
    # A pair teaches the one fact that matters: its members count double.
    weights = np.array([2.0 if t.pair else 1.0 for t in own] + [0.5] * len(public))
    dev_rows = as_rows([view(t.text, person_model) for t in dev])
    matrix, bias, calibration = (
        np.zeros((len(labels), BUCKETS), np.float16),
        np.zeros(len(labels), np.float32),
        np.ones((len(labels), 2), np.float32),
    )
    for i, label in enumerate(labels):
        targets = np.array([t.leak if label == LEAK else t.topic == label for t in own] + [False] * len(public)).astype(
            int
        )
        if targets.sum() < 5:
            bias[i] = -6.0
            calibration[i] = (1.0, 0.0)
            continue
        coefficients, intercept = fit(rows, targets, weights, strength=strength)
        matrix[i], bias[i] = coefficients.astype(np.float16), intercept
        scores = dev_rows @ matrix[i].astype(np.float32) + intercept
        calibration[i] = calibrate(
            scores, np.array([t.leak if label == LEAK else t.topic == label for t in dev]).astype(int)
        )
    return TopicModel(labels, matrix, bias, calibration)


def mine(model: TopicModel, person_model: PersonModel, texts: list[str], count: int) -> list[str]:
    """The public texts that the model takes most for leaks."""
    scored = [(model.probabilities(view(t, person_model))[LEAK], t) for t in texts]
    scored.sort(key=lambda s: -s[0])
    return [t for _, t in scored[:count]]


def write_pipeline(out: Path, topic_model: TopicModel, facts: dict[str, Any]) -> None:
    """A spaCy pipeline folder around the two models (persons.crf lies in ``out/dlp_persons`` already)."""
    import spacy

    from dlp.language import components  # noqa: F401

    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "dlp.segmenter.v1"}}})
    nlp.add_pipe("dlp_persons")
    nlp.add_pipe("dlp_topics").model = topic_model
    nlp.meta.update(
        {
            "name": "dlp",
            "version": "1.0.0",
            "description": "persons with roles; leak or talk; topics",
            "author": "dlp-zh",
            "license": "MIT",
            "performance": facts,
        }
    )
    nlp.to_disk(out)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=corpus_folder())
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "zh_dlp")
    parser.add_argument("--iterations", type=int, default=100)
    args = parser.parse_args(argv)
    random.seed(SEED)
    began = time.time()
    by_split: dict[str, list[Labelled]] = defaultdict(list)
    of = splits()
    for item in load():
        by_split[of.get(item.writer, "train")].append(item)
    own, dev = by_split["train"], by_split["dev"]
    print(
        f"own texts: train {len(own)}, dev {len(dev)}, test {len(by_split['test'])} (not read); background: {'yes' if args.corpus else 'no'}"
    )
    train_persons(args.out / "dlp_persons", own, args.corpus, iterations=args.iterations)
    person_model = PersonModel(args.out / "dlp_persons" / "persons.crf")
    facts: dict[str, Any] = {"persons_dev": score_persons(person_model, person_sentences(dev))}
    if args.corpus:
        facts["persons_uner_dev"] = score_persons(person_model, uner(args.corpus, "dev"))
    print(f"[{time.time() - began:.0f} s] persons:", facts)
    public = negatives(args.corpus, NEGATIVES_FIRST_ROUND, SEED) if args.corpus else []
    topic_model = train_topics(own, dev, public, person_model)
    print(f"[{time.time() - began:.0f} s] topics, first round")
    if args.corpus:
        pool = negatives(args.corpus, 10**9, SEED)[NEGATIVES_FIRST_ROUND:][::2]
        public = public[: NEGATIVES_FIRST_ROUND // 2] + mine(topic_model, person_model, pool, NEGATIVES_MINED)
        topic_model = train_topics(own, dev, public, person_model)
        print(f"[{time.time() - began:.0f} s] topics, with mined hard negatives")
    facts["leak_dev"] = leak_scores(topic_model, person_model, dev)
    print("leak on dev:", facts["leak_dev"])
    write_pipeline(args.out, topic_model, facts)
    size = sum(p.stat().st_size for p in args.out.rglob("*") if p.is_file())
    print(f"[{time.time() - began:.0f} s] written {args.out.name}: {size / 1e6:.1f} MB")
    return 0


def leak_scores(model: TopicModel, person_model: PersonModel, texts: list[Labelled]) -> str:
    values = [(model.probabilities(view(t.text, person_model))[LEAK], t.leak) for t in texts]
    hit = sum(v >= 0.5 and leak for v, leak in values)
    false = sum(v >= 0.5 and not leak for v, leak in values)
    missed = sum(v < 0.5 and leak for v, leak in values)
    return f"P {hit / max(1, hit + false):.3f} R {hit / max(1, hit + missed):.3f} F1 {2 * hit / max(1, 2 * hit + false + missed):.3f} of {len(values)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
