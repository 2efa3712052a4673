"""How well the scanner tells a leak from talk: own held-out texts and public texts, against two baselines in the same run.

    python -m tools.evaluate [--corpus DIR] [--split test] [--every 1] [--jobs 2] [--no-model] [--errors FILE] [FILE…]

Texts are JSONL in the form of models/corpus/README.md; anyone can add a file and name it.  Printed: recall and precision of the
decision, of each kind and each channel; pairs with both texts right; false alarms of every public source (the fifth that
training leaves out); persons; calibration of the network.  Baselines: keyword lists as a suite ships them, and Presidio.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from dlp import Scanner
from dlp.finding import Level
from dlp.kinds import Kind
from dlp.verdict import Action
from tools.baselines import keyword_baseline, presidio_baseline
from tools.check_corpus import Labelled, load, splits
from tools.false_alarms import corpus_folder

_scanner: Scanner | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the scanner did with one text: the action, and the kinds found at medium or above."""

    action: Action
    kinds: frozenset[str]


def _start(use_model: bool) -> None:
    global _scanner
    _scanner = Scanner(model=None if use_model else False)


def _check(job: tuple[str, str]) -> Outcome:
    assert _scanner is not None
    verdict = _scanner.check(job[0], job[1])
    return Outcome(verdict.action, frozenset(str(f.kind) for f in verdict.findings if f.level != Level.LOW))


def check_all(jobs: list[tuple[str, str]], *, processes: int, use_model: bool) -> list[Outcome]:
    """One outcome for every (text, channel)."""
    with ProcessPoolExecutor(processes, initializer=_start, initargs=(use_model,)) as pool:
        return list(pool.map(_check, jobs, chunksize=16))


def raised(channel: str, outcome: Outcome) -> bool:
    """Whether somebody is shown it: warned or stopped; on a share the report lists all that is found at medium or above."""
    return outcome.action >= Action.WARN or (channel == "share" and bool(outcome.kinds))


def share(part: int, whole: int) -> str:
    return f"{part / whole:6.1%} ({part}/{whole})" if whole else "     – (0)"


def decision_line(name: str, texts: list[Labelled], flagged: list[bool]) -> str:
    """Recall, precision and pairs of a yes/no decision."""
    leaks = sum(t.leak for t in texts)
    hit = sum(f and t.leak for f, t in zip(flagged, texts, strict=True))
    alarms = sum(flagged)
    pairs: dict[str, list[bool]] = defaultdict(list)
    for flag, text in zip(flagged, texts, strict=True):
        if text.pair:
            pairs[f"{text.writer}:{text.pair}"].append(flag == text.leak)
    both = [all(p) for p in pairs.values() if len(p) == 2]
    return f"{name:<26} recall {share(hit, leaks):<20} precision {share(hit, alarms):<20} pairs both right {share(sum(both), len(both))}"


def kind_table(texts: list[Labelled], outcomes: list[Outcome]) -> Iterable[str]:
    for kind in Kind:
        wanted = [kind in t.kinds for t in texts]
        found = [kind in o.kinds for o in outcomes]
        both = sum(w and f for w, f in zip(wanted, found, strict=True))
        if sum(wanted) or sum(found):
            precision, recall = both / max(1, sum(found)), both / max(1, sum(wanted))
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            yield f"  {kind:<34} P {precision:.2f} R {recall:.2f} F1 {f1:.2f}  wanted {sum(wanted):4} found {sum(found):4}"


def public_rates(corpus: Path, every: int, processes: int, use_model: bool) -> Iterable[str]:
    """False alarms of each source, on the fifth of the public texts that training leaves out."""
    from tools.train import held_out

    sources, jobs = [], []
    for path in sorted((corpus / "negatives").glob("*.jsonl")):
        kept = [item for item in map(json.loads, path.open(encoding="utf-8")) if held_out(item["id"])]
        for item in kept[::every]:
            sources.append(item["source"])
            jobs.append((item["text"], "mail"))
    outcomes = check_all(jobs, processes=processes, use_model=use_model)
    total, warned, held = Counter(sources), Counter[str](), Counter[str]()
    for source, outcome in zip(sources, outcomes, strict=True):
        warned[source] += outcome.action >= Action.WARN
        held[source] += outcome.action >= Action.HOLD
    yield f"public texts               warn or more {share(warned.total(), total.total())}, hold or more {share(held.total(), total.total())}"
    for source, count in total.most_common():
        yield f"  {source:<34} warn or more {share(warned[source], count)}, hold or more {share(held[source], count)}"


def model_lines(texts: list[Labelled], corpus: Path | None) -> Iterable[str]:
    """The network alone: persons, calibration."""
    from dlp import language
    from tools.train import one_to_one, own, score_persons, uner

    pipeline = language.load()
    if pipeline is None:
        yield "no model"
        return
    chances = [pipeline.read(one_to_one(t.text)).leak for t in texts]
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for chance, text in zip(chances, texts, strict=True):
        bins[min(9, int(chance * 10))].append((chance, text.leak))
    error = sum(abs(sum(c for c, _ in b) - sum(leak for _, leak in b)) for b in bins.values()) / max(1, len(texts))
    yield f"network alone              calibration error {error:.3f}"
    yield decision_line("network alone", texts, [c >= 0.5 for c in chances])
    for number in sorted(bins):
        seen = bins[number]
        yield f"  said {number / 10:.1f}–{(number + 1) / 10:.1f}: observed {sum(leak for _, leak in seen) / len(seen):.2f} of {len(seen)}"
    yield f"persons, own texts         {score_persons(pipeline, [own(t) for t in texts])}"
    if corpus:
        yield f"persons, UNER test         {score_persons(pipeline, uner(corpus, 'test'))}"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--corpus", type=Path, default=corpus_folder())
    parser.add_argument("--split", default="test", choices=["train", "dev", "test"])
    parser.add_argument("--every", type=int, default=1, help="take every n-th public text")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-model", action="store_true")
    parser.add_argument("--no-public", action="store_true")
    parser.add_argument("--errors", type=Path, help="write wrongly judged texts to this file")
    args = parser.parse_args(argv)
    of = splits()
    texts = [t for t in load(args.files or None) if args.files or of.get(t.writer, "train") == args.split]
    jobs = [(t.text, t.channel) for t in texts]
    outcomes = check_all(jobs, processes=args.jobs, use_model=not args.no_model)
    flagged = [raised(t.channel, o) for t, o in zip(texts, outcomes, strict=True)]
    stopped = [o.action >= Action.HOLD for o in outcomes]
    print(f"own texts ({args.split}): {len(texts)}, leaks {sum(t.leak for t in texts)}")
    print(decision_line("scanner, warn or more", texts, flagged))
    print(decision_line("scanner, hold or more", texts, stopped))
    for channel in ("mail", "post", "share"):
        chosen = [i for i, t in enumerate(texts) if t.channel == channel]
        print(decision_line(f"  {channel}", [texts[i] for i in chosen], [flagged[i] for i in chosen]))
    baselines: tuple[tuple[str, Callable[[], Callable[[str], bool] | None]], ...] = (
        ("keyword lists", keyword_baseline),
        ("Presidio", presidio_baseline),
    )
    for name, make in baselines:
        baseline = make()
        print(
            f"{name:<26} not installed"
            if baseline is None
            else decision_line(name, texts, [baseline(t.text) for t in texts])
        )
    print("kinds, medium or above:")
    for line in kind_table(texts, outcomes):
        print(line)
    if not args.no_model:
        for line in model_lines(texts, args.corpus):
            print(line)
    if args.errors:
        with args.errors.open("w", encoding="utf-8") as out:
            for text, outcome, flag in zip(texts, outcomes, flagged, strict=True):
                if flag != text.leak:
                    item = {"id": text.id, "pair": text.pair, "channel": text.channel, "label": "leak" if text.leak else "harmless", "action": str(outcome.action), "kinds": text.kinds, "found": sorted(outcome.kinds), "text": text.text, "reason": text.reason}  # fmt: skip
                    out.write(json.dumps(item, ensure_ascii=False) + "\n")
    if args.corpus and not args.no_public:
        for line in public_rates(args.corpus, args.every, args.jobs, not args.no_model):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
