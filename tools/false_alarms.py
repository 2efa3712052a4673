"""Run the scanner over the public negatives corpus and say what reaches which level, per kind and per source.

    python -m tools.false_alarms [--corpus DIR] [--kinds personal.,classified.] [--only core|hard|all] [--show 20] [--jobs 2] [--channel mail]

The corpus may be published as it is, so whatever reaches ``warn`` is a false alarm or wants a reason.  Nothing of it is
copied into the project.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from dlp import Scanner
from dlp.finding import Level
from dlp.verdict import Action

_scanner: Scanner | None = None


def corpus_folder() -> Path | None:
    """The corpus folder: DLP_CORPUS, or ``shared/corpus`` beside the checkout; None where absent."""
    candidates = [Path(os.environ["DLP_CORPUS"])] if "DLP_CORPUS" in os.environ else []
    candidates.append(Path(__file__).resolve().parent.parent.parent / "shared" / "corpus")
    return next((c for c in candidates if (c / "negatives").is_dir()), None)


def items(folder: Path, only: str) -> Iterator[dict[str, Any]]:
    wanted: dict[str, bool] = {}
    for line in (folder / "negatives" / "hard_ids.tsv").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        wanted[cells[0]] = cells[2] == "1"
    for path in sorted((folder / "negatives").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            item = json.loads(line)
            if (
                only == "all"
                or (only == "hard" and item["id"] in wanted)
                or (only == "core" and wanted.get(item["id"]))
            ):
                yield item


def _start(use_model: bool) -> None:
    global _scanner
    _scanner = Scanner(model=None if use_model else False)


def _examine(job: tuple[str, str, str, str]) -> tuple[str, str, str, list[tuple[str, str, float, str, str]]]:
    item_id, source, text, channel = job
    assert _scanner is not None
    verdict = _scanner.check(text, channel)
    seen = [
        (
            str(f.kind),
            str(f.level),
            f.confidence,
            f.text[:40],
            text[max(0, f.start - 30) : f.end + 30].replace("\n", "⏎")
            + "  <"
            + ",".join(r.code for r in f.reasons)
            + ">",
        )
        for f in verdict.findings
    ]
    return item_id, source, str(verdict.action), seen


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=corpus_folder())
    parser.add_argument("--kinds", default="", help="comma-separated prefixes")
    parser.add_argument("--only", choices=["all", "hard", "core"], default="all")
    parser.add_argument("--show", type=int, default=0, help="print that many medium or high findings per kind")
    parser.add_argument("--every", type=int, default=1, help="take every n-th item")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--channel", default="mail")
    parser.add_argument("--no-model", action="store_true")
    args = parser.parse_args(argv)
    if args.corpus is None:
        print("no corpus folder: set DLP_CORPUS")
        return 2
    prefixes = tuple(p for p in args.kinds.split(",") if p)
    jobs = [(i["id"], i["source"], i["text"], args.channel) for i in list(items(args.corpus, args.only))[:: args.every]]
    counts, actions, by_source, shown = Counter[tuple[str, str]](), Counter[str](), Counter[str](), Counter[str]()
    medium_items = warned = held = 0
    with ProcessPoolExecutor(args.jobs, initializer=_start, initargs=(not args.no_model,)) as pool:
        for item_id, source, action, seen in pool.map(_examine, jobs, chunksize=64):
            actions[action] += 1
            warned += Action.parse(action) >= Action.WARN
            held += Action.parse(action) >= Action.HOLD
            strong = {k for k, level, *_ in seen if level != str(Level.LOW) and k.startswith(prefixes or "")}
            medium_items += bool(strong)
            if strong:
                by_source[source] += 1
            for kind in strong:
                counts[kind, "medium+"] += 1
            for kind, level, confidence, text, around in seen:
                if kind in strong and level != str(Level.LOW) and shown[kind] < args.show:
                    shown[kind] += 1
                    print(f"{kind}\t{confidence:.2f}\t{item_id}\t{text}\t{around}")
    total = len(jobs)
    print(
        f"items {total}; with a finding at medium or above {medium_items} ({medium_items / total:.2%}); warn or more {warned} ({warned / total:.2%}); hold or more {held} ({held / total:.2%})"
    )
    for (kind, _), n in counts.most_common():
        print(f"  {kind:<36} {n:6} items {n / total:.3%}")
    print("  by source:", ", ".join(f"{s} {n}" for s, n in by_source.most_common()))
    print("  actions:", ", ".join(f"{a} {n}" for a, n in actions.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
