"""Train models/zh_dlp from models/corpus and, where given, public background text.

    python -m tools.train [--corpus DIR] [--encoder build/encoder.pt] [--out models/zh_dlp] [--epochs 12]

One network learns four things at once: persons and their roles (own texts; UNER sentences where the corpus folder has them), leak or
talk, topics and kinds (own texts; public texts are never leaks).  Half of the names are replaced by made-up ones each time, so that no
name is learnt.  The two texts of a pair come together and are also compared with each other.  After a first part, the public
texts that the network takes most for leaks come more often.  Calibrated on the dev writers; test writers are not read.
Fixed seeds, CPU.
"""

import argparse
import hashlib
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from dlp.kinds import Kind
from dlp.language.features import name_lists
from dlp.language.network import PIECE, ROWS, Network
from dlp.language.persons import PersonModel
from dlp.language.signals import MASK, Vocabulary, pair_ids, signals
from dlp.text.folding import fold
from tools import train_parts
from tools.check_corpus import HARMLESS_TOPICS, LEAK_TOPICS, Labelled, load, splits
from tools.false_alarms import corpus_folder
from tools.network import AtRunTime, Encoder, Reader, save

ROOT = Path(__file__).parent.parent
SEED = 20261125
BATCH_CHARS = 6_000
PUBLIC_EACH_EPOCH = 1_200
ROLES = ("other", "informant", "reported", "petitioner", "applicant", "victim", "witness", "handler", "official", "public", "author", "patient", "student", "family", "offender")  # fmt: skip
TOPICS = tuple(sorted(LEAK_TOPICS) + sorted(HARMLESS_TOPICS))
KINDS = tuple(Kind)
IGNORED = -100
HIDDEN = 0.08  # of the characters, so that none is leant on alone


@dataclass(frozen=True, slots=True)
class Example:
    """Folded text; persons (start, end, role number or IGNORED); the rest None where the source does not say."""

    text: str
    persons: tuple[tuple[int, int, int], ...] | None
    leak: bool | None
    topic: int = IGNORED
    kinds: tuple[int, ...] | None = None
    pair: str | None = None
    weight: float = 1.0


def one_to_one(text: str) -> str:
    """Folded text where folding kept the length, else the text itself (spans stay valid)."""
    folded = fold(text).text
    return folded if len(folded) == len(text) else text


def held_out(item_id: str) -> bool:
    """One in five public texts is kept for evaluation, chosen by digest of its id."""
    return hashlib.sha256(item_id.encode()).digest()[0] % 5 == 0


def own(item: Labelled) -> Example:
    persons = tuple((p.start, p.end, ROLES.index(p.role) if p.role in ROLES else 0) for p in item.persons)
    kinds = tuple(KINDS.index(Kind(k)) for k in item.kinds)
    return Example(one_to_one(item.text), persons, item.leak, TOPICS.index(item.topic), kinds, f"{item.writer}:{item.pair}" if item.pair else None)  # fmt: skip


def uner(corpus: Path, split: str) -> list[Example]:
    out = []
    for line in (corpus / "labelled" / f"uner_zh_gsd_{split}.jsonl").open(encoding="utf-8"):
        item = json.loads(line)
        spans = tuple((a, b, IGNORED) for a, b, label in item["spans"] if label == "PER")
        out.append(Example(one_to_one(item["text"]), spans, None))
    return out


def public(corpus: Path) -> list[Example]:
    """All public texts that training may see, each cut to one piece."""
    out = []
    for path in sorted((corpus / "negatives").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            item = json.loads(line)
            if not held_out(item["id"]):
                text = fold(item["text"]).text
                at = random.Random(item["id"]).randrange(max(1, len(text) - PIECE // 2)) if len(text) > PIECE else 0
                out.append(Example(text[at : at + PIECE], None, False, kinds=(), weight=0.5))
    return out


def renamed(example: Example, rng: random.Random) -> Example:
    """Half of the Chinese names of two to four characters replaced by made-up ones of the same length, the same one everywhere."""
    if not example.persons or rng.random() < 0.3:
        return example
    singles, _, given = _name_stock()
    text, persons, shift, new = example.text, [], 0, {}
    for start, end, role in sorted(example.persons):
        start, end = start + shift, end + shift
        name = text[start:end]
        if (
            2 <= len(name) <= 3
            and all("\u4e00" <= c <= "\u9fff" for c in name)
            and name[0] in singles
            and rng.random() < 0.6
        ):
            made = new.setdefault(name, rng.choice(singles) + "".join(rng.choice(given) for _ in name[1:]))
            text = text[:start] + made + text[end:]
        persons.append((start, end, role))
    return Example(text, tuple(persons), example.leak, example.topic, example.kinds, example.pair, example.weight)


def _name_stock() -> tuple[list[str], list[str], list[str]]:
    singles, compounds, given = name_lists()
    return sorted(singles), sorted(compounds), sorted(given)


def batches(examples: list[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Batches of like lengths; pairs stay together."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for number, example in enumerate(examples):
        groups[example.pair or f"#{number}"].append(example)
    units = list(groups.values())
    rng.shuffle(units)
    units.sort(key=lambda u: max(len(e.text) for e in u) // 24 + rng.random())
    ready, batch, longest = [], [], 0
    for unit in units:
        size = max(longest, max(min(len(e.text), PIECE) for e in unit))
        if batch and size * (len(batch) + len(unit)) > BATCH_CHARS:
            ready.append(batch)
            batch, size = [], max(min(len(e.text), PIECE) for e in unit)
        batch, longest = batch + unit, size
    if batch:
        ready.append(batch)
    rng.shuffle(ready)
    yield from ready


def tensors(batch: list[Example], vocabulary: Vocabulary, noise: np.random.Generator | None) -> dict[str, torch.Tensor]:
    texts = [e.text[:PIECE] for e in batch]
    length = max(len(t) for t in texts)
    rows = np.zeros((len(batch), 5, length), dtype=np.int64)
    tags = np.full((len(batch), length), IGNORED)
    roles = np.full((len(batch), length), IGNORED)
    for i, (example, text) in enumerate(zip(batch, texts, strict=True)):
        row = signals(text, vocabulary)
        if noise is not None:
            hidden = noise.random(len(text)) < HIDDEN
            row[0] = np.where(hidden & (row[0] > 3), MASK, row[0])
            row[1] = pair_ids(row[0])
        rows[i, :, : len(text)] = row
        if example.persons is None:
            continue
        tags[i, : len(text)] = 0
        for start, end, role in example.persons:
            if end <= len(text):
                tags[i, start:end] = 2
                tags[i, start], tags[i, end - 1] = (1, 3) if end - start > 1 else (4, 4)
                roles[i, start:end] = role
    kinds = np.zeros((len(batch), len(KINDS)), dtype=np.float32)
    for i, example in enumerate(batch):
        kinds[i, list(example.kinds or ())] = 1
    return {
        "rows": torch.from_numpy(rows),
        "tags": torch.from_numpy(tags),
        "roles": torch.from_numpy(roles),
        "leak": torch.tensor([float(bool(e.leak)) for e in batch]),
        "said": torch.tensor([0.0 if e.leak is None else e.weight for e in batch]),
        "topics": torch.tensor([e.topic for e in batch]),
        "kinds": torch.from_numpy(kinds),
        "kinds_said": torch.tensor([float(bool(e.leak)) for e in batch]),
    }


def loss_of(outputs: tuple[torch.Tensor, ...], t: dict[str, torch.Tensor], batch: list[Example]) -> torch.Tensor:
    tags, roles, leak, topics, kinds, _ = outputs
    total = torch.zeros(())
    if (t["tags"] >= 0).any():
        total = total + 1.5 * functional.cross_entropy(tags.flatten(0, 1), t["tags"].flatten(), ignore_index=IGNORED)
    if (t["roles"] >= 0).any():
        total = total + 0.3 * functional.cross_entropy(roles.flatten(0, 1), t["roles"].flatten(), ignore_index=IGNORED)
    leak = leak.squeeze(-1)
    smooth = t["leak"] * 0.94 + 0.03
    said = functional.binary_cross_entropy_with_logits(leak, smooth, reduction="none") * t["said"]
    total = total + said.sum() / t["said"].sum().clamp(min=1)
    if (t["topics"] >= 0).any():
        total = total + 0.3 * functional.cross_entropy(topics, t["topics"], ignore_index=IGNORED)
    wrong = functional.binary_cross_entropy_with_logits(kinds, t["kinds"], reduction="none").sum(1) * t["kinds_said"]
    total = total + 0.3 * wrong.sum() / t["kinds_said"].sum().clamp(min=1)
    of_pair: dict[str, dict[bool, int]] = defaultdict(dict)
    for i, example in enumerate(batch):
        if example.pair and example.leak is not None:
            of_pair[example.pair][example.leak] = i
    both = [(p[True], p[False]) for p in of_pair.values() if len(p) == 2]
    if both:
        above, below = (torch.tensor(side) for side in zip(*both, strict=True))
        total = total + 0.3 * functional.softplus(1.0 - (leak[above] - leak[below])).mean()
    return total


class Training:
    def __init__(self, encoder_path: Path | None, vocabulary: Vocabulary, seed: int) -> None:
        torch.manual_seed(seed)
        encoder = Encoder(len(vocabulary), dropout=0.2)
        if encoder_path is not None:
            encoder.load_state_dict(torch.load(encoder_path, weights_only=True)["weights"])
        self.vocabulary = vocabulary
        self.model = Reader(encoder, roles=len(ROLES), topics=len(TOPICS), kinds=len(KINDS))
        self.rng = random.Random(seed)
        self.noise = np.random.default_rng(seed)

    def run(self, texts: list[Example], names: list[Example], open_texts: list[Example], dev: list[Example], epochs: int, *, rate: float, say: Any) -> None:  # fmt: skip
        heads = [p for n, p in self.model.named_parameters() if not n.startswith("encoder.")]
        steps_guess = epochs * sum(1 for _ in batches(self._epoch(texts, names, open_texts), random.Random(1)))
        optimizer = torch.optim.AdamW(
            [{"params": self.model.encoder.parameters(), "lr": rate}, {"params": heads, "lr": 3 * rate}],
            weight_decay=0.02,
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, [rate, 3 * rate], total_steps=int(steps_guess * 1.1) + 10, pct_start=0.1
        )
        average = torch.optim.swa_utils.AveragedModel(
            self.model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99)
        )
        for epoch in range(epochs):
            if epoch in (epochs // 3, 2 * epochs // 3) and open_texts:
                open_texts = self._hardest_first(open_texts)
            self.model.train()
            for batch in batches(self._epoch(texts, names, open_texts), self.rng):
                t = tensors(batch, self.vocabulary, self.noise)
                loss = loss_of(self.model(t["rows"]), t, batch)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                average.update_parameters(self.model)
            if say and (epoch % 2 or epoch + 1 == epochs):
                say(epoch, self.scores(dev))
        self.model = average.module

    def _epoch(self, texts: list[Example], names: list[Example], open_texts: list[Example]) -> list[Example]:
        hard = open_texts[: PUBLIC_EACH_EPOCH // 2]
        rest = open_texts[PUBLIC_EACH_EPOCH // 2 :]
        return (
            [renamed(e, self.rng) for e in texts]
            + names
            + hard
            + self.rng.sample(rest, min(len(rest), PUBLIC_EACH_EPOCH // 2))
        )

    def _hardest_first(self, open_texts: list[Example]) -> list[Example]:
        sample = self.rng.sample(open_texts, min(len(open_texts), 8_000))
        scores = self.leak(sample)
        order = sorted(range(len(sample)), key=lambda i: -scores[i])
        chosen = [sample[i] for i in order]
        return chosen + [e for e in open_texts if e not in set(chosen[:PUBLIC_EACH_EPOCH])]

    @torch.no_grad()
    def leak(self, examples: list[Example]) -> list[float]:
        """Score of the likeliest piece of each text, before calibration."""
        self.model.eval()
        out = [0.0] * len(examples)
        order = sorted(range(len(examples)), key=lambda i: len(examples[i].text))
        for first in range(0, len(order), 32):
            chosen = order[first : first + 32]
            t = tensors([examples[i] for i in chosen], self.vocabulary, None)
            for i, value in zip(chosen, self.model(t["rows"])[2].squeeze(-1).tolist(), strict=True):
                out[i] = value
        return out

    def scores(self, dev: list[Example]) -> str:
        return leak_scores(self.leak(dev), dev)


def leak_scores(scores: list[float], examples: list[Example]) -> str:
    hit = sum(s >= 0 and bool(e.leak) for s, e in zip(scores, examples, strict=True))
    false = sum(s >= 0 and not e.leak for s, e in zip(scores, examples, strict=True))
    missed = sum(s < 0 and bool(e.leak) for s, e in zip(scores, examples, strict=True))
    pairs: dict[str, dict[bool, float]] = defaultdict(dict)
    for s, e in zip(scores, examples, strict=True):
        if e.pair:
            pairs[e.pair][bool(e.leak)] = s
    both = [p for p in pairs.values() if len(p) == 2]
    right = sum(p[True] >= 0 > p[False] for p in both)
    order = sum(p[True] > p[False] for p in both)
    return (
        f"P {hit / max(1, hit + false):.3f} R {hit / max(1, hit + missed):.3f} F1 {2 * hit / max(1, 2 * hit + false + missed):.3f} of {len(examples)}; "
        f"pairs both right {right / max(1, len(both)):.3f}, in order {order / max(1, len(both)):.3f} of {len(both)}"
    )


def score_persons(reader: Any, examples: list[Example]) -> str:
    hit = false = missed = role = roles = 0
    for example in examples:
        found = {(n.start, n.end): n.role for n in reader.read(example.text).persons}
        gold = {(a, b): r for a, b, r in example.persons or ()}
        hit += len(found.keys() & gold.keys())
        known = [k for k in found.keys() & gold.keys() if gold[k] != IGNORED]
        roles += len(known)
        role += sum(found[k] == ROLES[gold[k]] for k in known)
        false += len(found.keys() - gold.keys())
        missed += len(gold.keys() - found.keys())
    return f"P {hit / max(1, hit + false):.3f} R {hit / max(1, hit + missed):.3f} F1 {2 * hit / max(1, 2 * hit + false + missed):.3f} role {role / max(1, roles):.3f}"


def write_labels(
    out: Path,
    *,
    leak: tuple[float, float, float] = (1.0, 0.0, 0.0),
    kinds: tuple[float, float, float] = (1.0, 0.0, 0.0),
    persons: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.5),
) -> None:
    """Names of the outputs, and how two scores make one chance."""
    labels = {"roles": ROLES, "topics": TOPICS, "kinds": KINDS, "calibration": leak, "kinds_calibration": kinds, "persons": persons}
    (out / "labels.json").write_text(json.dumps(labels, ensure_ascii=False, indent=1), encoding="utf-8")


def export(model: Reader, vocabulary: Vocabulary, out: Path) -> None:
    """Tables of 16 bits; products of 8 bits, which halve the reading time."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    vocabulary.save(out / "vocabulary.json")
    for block in model.encoder.blocks:
        block.as_product = True
    tables = {name: getattr(model.encoder, name).weight.detach().numpy().astype(np.float16) for name in ROWS}
    np.savez_compressed(out / "tables.npz", **tables)
    model.eval()
    width = tables["characters"].shape[1]
    torch.onnx.export(
        AtRunTime(model).eval(),
        (torch.zeros(2, 40, width), torch.ones(2, 40, 1)),
        str(out / "whole.onnx"),
        input_names=["embedded", "here"],
        output_names=["tags", "roles", "leak", "topics", "kinds", "looked"],
        dynamic_axes={n: {0: "batch", 1: "length"} for n in ("embedded", "here", "tags", "roles", "looked")} | {n: {0: "batch"} for n in ("leak", "topics", "kinds")},
        opset_version=17,
        dynamo=False,
    )  # fmt: skip
    quantize_dynamic(out / "whole.onnx", out / "network.onnx", weight_type=QuantType.QInt8, per_channel=True)
    (out / "whole.onnx").unlink()


def write_pipeline(out: Path, facts: dict[str, Any]) -> None:
    """A spaCy pipeline folder around the network (its files lie in ``out/dlp_reader`` already)."""
    import spacy

    from dlp.language import components  # noqa: F401

    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "dlp.segmenter.v1"}}})
    nlp.add_pipe("dlp_reader").model = Network(out / "dlp_reader")
    nlp.meta.update({"name": "dlp", "version": "1.0.0", "description": "persons with roles; leak or talk; topics; kinds", "author": "dlp-zh", "license": "MIT", "performance": facts})  # fmt: skip
    nlp.to_disk(out, exclude=["dlp_reader"])


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=corpus_folder())
    parser.add_argument("--encoder", type=Path, default=ROOT / "build" / "encoder.pt")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "zh_dlp")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--reader", type=Path, default=ROOT / "build" / "reader.pt", help="where the trained network is kept"
    )
    parser.add_argument("--start", type=Path, help="a trained network to go on from, for a few epochs at a lower rate on further texts")
    parser.add_argument("--only-finish", action="store_true", help="take the network from --reader")
    parser.add_argument("--feedback", type=Path, help="accepted false alarms, written by dlp feedback --export")
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    began = time.time()
    by_split: dict[str, list[Example]] = defaultdict(list)
    of = splits()
    for item in load():
        split = of.get(item.writer, "train")
        if split != "test":
            by_split[split].append(own(item))
    texts, dev = by_split["train"], by_split["dev"]
    if args.feedback:
        lines = args.feedback.read_text(encoding="utf-8").splitlines()
        texts += [Example(one_to_one(json.loads(line)["text"]), None, False, kinds=()) for line in lines]
    names = uner(args.corpus, "train") if args.corpus else []
    open_texts = public(args.corpus) if args.corpus else []
    random.Random(SEED).shuffle(open_texts)
    encoder = args.encoder if args.encoder.is_file() else None
    vocabulary = Vocabulary(torch.load(encoder, weights_only=True)["characters"]) if encoder else own_vocabulary(texts)
    print(
        f"own texts: train {len(texts)}, dev {len(dev)}; UNER {len(names)}; public {len(open_texts)}; encoder: {'pretrained' if encoder else 'new'}",
        flush=True,
    )
    training = Training(encoder, vocabulary, SEED)
    if args.start:
        training.model.load_state_dict(torch.load(args.start, weights_only=True)["weights"])
    if args.only_finish:
        training.model.load_state_dict(torch.load(args.reader, weights_only=True)["weights"])
    else:
        training.run(
            texts,
            names,
            open_texts,
            dev,
            args.epochs,
            rate=args.rate,
            say=lambda epoch, said: print(f"[{time.time() - began:.0f} s] epoch {epoch + 1}: dev {said}", flush=True),
        )
        save(training.model, args.reader, characters=vocabulary.characters)
    finish(training, texts, names, open_texts, dev, args.out, args.corpus, began)
    return 0


def finish(training: Training, texts: list[Example], names: list[Example], open_texts: list[Example], dev: list[Example], out: Path, corpus: Path | None, began: float) -> None:  # fmt: skip
    """Everything after the network: names, linear scorer, calibration, export, figures on dev."""
    folder = out / "dlp_reader"
    export(training.model, training.vocabulary, folder)
    train_parts.train_persons(folder / "persons.crf", texts + names)
    finder = PersonModel(folder / "persons.crf")
    print(f"[{time.time() - began:.0f} s] names", flush=True)
    train_parts.train_linear(texts, open_texts, finder).save(folder / "linear.npz")
    print(f"[{time.time() - began:.0f} s] linear", flush=True)
    train_parts.train_kinds(texts, KINDS).save(folder / "kinds.npz")
    print(f"[{time.time() - began:.0f} s] kinds", flush=True)
    write_labels(folder)
    raw = Network(folder)
    checked = dev + (uner(corpus, "dev") if corpus else [])
    persons = train_parts.join_persons([(raw.proposed(e.text[:PIECE]), persons_within(e)) for e in checked])
    write_labels(folder, persons=persons)
    leak, kinds = calibrations(Network(folder), dev)
    write_labels(folder, leak=leak, kinds=kinds, persons=persons)
    reader = Network(folder)
    scores = [reader.read(e.text).leak - 0.5 for e in dev]
    facts: dict[str, Any] = {"leak_dev": leak_scores(scores, dev), "persons_dev": score_persons(reader, dev)}
    if corpus:
        facts["persons_uner_dev"] = score_persons(reader, uner(corpus, "dev"))
    for name, value in facts.items():
        print(f"{name}: {value}")
    write_pipeline(out, facts)
    size = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
    print(f"[{time.time() - began:.0f} s] written {out.name}: {size / 1e6:.1f} MB")


def calibrations(raw: Network, dev: list[Example]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """How network and linear scores join: for a leak on all dev texts, for kinds on those that leak."""
    scored = [(e, *raw.scores(e.text[:PIECE])) for e in dev]
    leak = train_parts.join([s[1] for s in scored], [s[2] for s in scored], [bool(s[0].leak) for s in scored])
    asked = [(both, KINDS.index(Kind(name)) in (e.kinds or ())) for e, _, _, kinds in scored if e.leak for name, both in kinds.items()]
    kinds = train_parts.join([b[0] for b, _ in asked], [b[1] for b, _ in asked], [truth for _, truth in asked])
    return leak, kinds


def persons_within(example: Example) -> set[tuple[int, int]]:
    """The marked names of the first piece."""
    return {(a, b) for a, b, _ in example.persons or () if b <= PIECE}


def own_vocabulary(texts: list[Example]) -> Vocabulary:
    """Characters of the own texts, for a run without background."""
    from collections import Counter

    counts = Counter(c for e in texts for c in e.text.lower() if not c.isspace() and not c.isdigit())
    return Vocabulary("".join(c for c, _ in counts.most_common()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
