"""Teach the network Chinese: hide words of public text, let it restore them.

    python -m tools.pretrain [--corpus DIR] [--out build/encoder.pt] [--steps 3500] [--threads 2]

Reads the background corpus (the fifth that evaluation keeps is left out), the UNER training sentences and the own training texts,
all without their labels.
Fixed seeds.  About 0.7 s a step on two cores; writes a checkpoint every 250 steps and goes on from it.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from dlp.language.signals import FIRST_CHARACTER, MASK, Vocabulary, pair_ids, signals
from dlp.text.folding import fold
from tools.check_corpus import load, splits
from tools.false_alarms import corpus_folder
from tools.network import WIDTH, Encoder, save
from tools.train import SEED, held_out

ROOT = Path(__file__).parent.parent
LENGTH, BATCH = 256, 32
PER_SOURCE = 3_500_000  # characters; laws and gazettes repeat themselves
OWN_TIMES = 3  # the texts of offices are few among the public ones
RARE = 3  # a character seen less often is unknown
HIDDEN = 0.15


def background(corpus: Path) -> Iterator[str]:
    """Folded public texts, sources cut to PER_SOURCE characters."""
    for path in sorted((corpus / "negatives").glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        random.Random(SEED).shuffle(lines)
        left = PER_SOURCE
        for line in lines:
            item = json.loads(line)
            if left > 0 and not held_out(item["id"]):
                left -= len(item["text"])
                yield fold(item["text"]).text
    for line in (corpus / "labelled" / "uner_zh_gsd_train.jsonl").open(encoding="utf-8"):
        yield fold(json.loads(line)["text"]).text


def own_windows(vocabulary: Vocabulary) -> np.ndarray:
    """The own training texts one after another in rows of LENGTH, OWN_TIMES in another order each time."""
    of = splits()
    texts = [fold(item.text).text for item in load() if of.get(item.writer, "train") == "train"]
    rng, parts = random.Random(SEED), []
    for _ in range(OWN_TIMES):
        rng.shuffle(texts)
        joined = "\n".join(texts)
        for start in range(0, len(joined) - LENGTH, LENGTH):
            parts.append(signals(joined[start : start + LENGTH], vocabulary).astype(np.int16))
    return np.stack(parts)


def windows(corpus: Path, cache: Path) -> tuple[np.ndarray, Vocabulary]:
    """All signals in rows of LENGTH, and the vocabulary."""
    if cache.is_file():
        with np.load(cache, allow_pickle=False) as kept:
            return kept["rows"], Vocabulary(str(kept["characters"]))
    texts = list(background(corpus))
    counts = Counter(c for t in texts for c in t.lower() if not c.isspace() and not c.isdigit())
    vocabulary = Vocabulary("".join(c for c, n in counts.most_common() if n >= RARE))
    parts, at = [], 0
    for text in texts:
        for start in range(0, len(text), LENGTH):
            piece = text[start : start + LENGTH]
            if len(piece) >= 16:
                row = np.zeros((5, LENGTH), dtype=np.int16)
                row[:, : len(piece)] = signals(piece, vocabulary)
                parts.append(row)
                at += len(piece)
    rows = np.stack(parts)
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.savez(cache, rows=rows, characters=np.array(vocabulary.characters))
    print(f"{len(texts)} texts, {at} characters, {len(rows)} windows, vocabulary {len(vocabulary)}", flush=True)
    return rows, vocabulary


def hide(rows: np.ndarray, rng: np.random.Generator, vocabulary: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole words hidden: eight in ten a mask, one another character, one left as it is.  Returns input and targets (-100 elsewhere)."""
    out = rows.astype(np.int64)
    starts = (rows[:, 2] == 1) | (rows[:, 2] == 4)
    word = np.cumsum(starts, axis=1)
    chosen = rng.random((len(rows), LENGTH + 1)) < HIDDEN
    hidden = np.take_along_axis(chosen, word, axis=1) & (rows[:, 0] >= FIRST_CHARACTER)
    targets = np.where(hidden, out[:, 0], -100)
    luck = rng.random(hidden.shape)
    out[:, 0] = np.where(hidden & (luck < 0.8), MASK, out[:, 0])
    other = rng.integers(FIRST_CHARACTER, vocabulary, hidden.shape)
    out[:, 0] = np.where(hidden & (luck >= 0.8) & (luck < 0.9), other, out[:, 0])
    out[:, 3] = np.where(hidden, 0, out[:, 3])
    for i in range(len(out)):
        out[i, 1] = np.where(out[i, 0] != 0, pair_ids(out[i, 0]), 0)
    return out, targets


class Restorer(nn.Module):
    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.encoder = Encoder(vocabulary, dropout=0.05)
        self.dense = nn.Linear(WIDTH, WIDTH)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, signals: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        x = self.encoder(signals)[targets >= 0]
        logits = functional.gelu(self.dense(x)) @ self.encoder.characters.weight.T + self.bias
        return functional.cross_entropy(logits, targets[targets >= 0])


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=corpus_folder())
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "encoder.pt")
    parser.add_argument("--steps", type=int, default=3500)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(argv)
    if args.corpus is None:
        parser.error("no background corpus: give --corpus DIR")
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    rows, vocabulary = windows(args.corpus, args.out.parent / "background.npz")
    rows = np.concatenate([rows, own_windows(vocabulary)])
    model = Restorer(len(vocabulary))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=args.steps, pct_start=0.08)
    first = 0
    if args.out.is_file():
        kept = torch.load(args.out, weights_only=True)
        if "all" in kept and kept["steps"] < args.steps:
            model.load_state_dict(kept["all"])
            optimizer.load_state_dict(kept["optimizer"])
            first = kept["steps"]
            for _ in range(first):
                schedule.step()
    order = np.random.default_rng(SEED).permutation(len(rows))
    began, losses = time.time(), []
    for step in range(first, args.steps):
        rng = np.random.default_rng(SEED + step)
        chosen = np.take(order, range(step * BATCH, (step + 1) * BATCH), mode="wrap")
        inputs, targets = hide(rows[chosen], rng, len(vocabulary))
        loss = model(torch.from_numpy(inputs), torch.from_numpy(targets))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if (step + 1) % 250 == 0 or step + 1 == args.steps:
            print(
                f"step {step + 1}: loss {sum(losses) / len(losses):.3f}, {(time.time() - began) / (step + 1 - first):.2f} s a step",
                flush=True,
            )
            losses = []
            save(
                model.encoder,
                args.out,
                steps=step + 1,
                characters=vocabulary.characters,
                all=model.state_dict(),
                optimizer=optimizer.state_dict(),
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
