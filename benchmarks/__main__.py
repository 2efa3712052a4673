"""``python -m benchmarks [names…]``: throughput of ``check``, against Presidio in the same run, and hostile inputs."""

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import peers, texts
from dlp import Scanner

POLICY = [os.environ["DLP_BENCH_POLICY"]] if "DLP_BENCH_POLICY" in os.environ else None  # None: the shipped ones
EXAMPLES = Path(__file__).parent.parent / "examples"


def timed(run: Callable[[], Any], *, rounds: int = 5) -> float:
    """Median seconds of ``rounds`` runs after one warm-up."""
    run()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def megabytes(text: str) -> float:
    return len(text.encode()) / 1e6


def bench_clean(scanner: Scanner) -> None:
    """(a) 20 MB of clean Chinese through Scanner.check."""
    text = texts.clean(20)
    assert not scanner.check(text).findings
    seconds = timed(lambda: scanner.check(text))
    print(f"clean text 20 MB        {megabytes(text) / seconds:10.1f} MB/s per core")


def bench_peers(scanner: Scanner) -> None:
    """Against Presidio, same texts, same run."""
    analyzer = peers.presidio()
    if analyzer is None:
        print("presidio                not installed: pip install presidio-analyzer")
        return
    for label, text, rounds in (
        ("clean 1 MB", texts.clean(1), 1),
        ("post 2 KB", texts.post(2), 20),
        ("records 100 KB", texts.dense(0.1), 2),
    ):
        ours = timed(lambda t=text: scanner.check(t), rounds=max(rounds, 5))  # type: ignore[misc]
        theirs = timed(lambda t=text: analyzer.analyze(t, language="zh"), rounds=rounds)  # type: ignore[misc]
        print(
            f"{label:<23} {megabytes(text) / ours:10.3f} MB/s; presidio {megabytes(text) / theirs:8.4f} MB/s; ratio {theirs / ours:10.1f} x"
        )


def bench_post(scanner: Scanner) -> None:
    """A 2 KB post with three findings, warm."""
    text = texts.post(2)
    seconds = timed(lambda: scanner.check(text), rounds=200)
    kinds = sorted({str(f.kind) for f in scanner.check(text).findings})
    print(f"post 2 KB, warm         {seconds * 1000:10.2f} ms   {len(kinds)} kinds: {', '.join(kinds)}")


def bench_examples(scanner: Scanner) -> None:
    """(b) the mixed examples, reading included, without process isolation."""
    files = [(p.name, p.read_bytes()) for p in sorted(EXAMPLES.rglob("*")) if p.is_file()]
    seconds = timed(lambda: [scanner.check_bytes(data, name, "mail") for name, data in files])
    print(
        f"examples, {len(files)} files      {len(files) / seconds:10.1f} files/s ({seconds / len(files) * 1000:.1f} ms a file)"
    )


def bench_dense(scanner: Scanner) -> None:
    """Records dense with cues, all detectors and the decision."""
    text = texts.dense(1)
    seconds = timed(lambda: scanner.check(text, "share"), rounds=2)
    print(f"dense records 1 MB      {megabytes(text) / seconds:10.2f} MB/s")


def bench_memory(scanner: Scanner) -> None:
    """Peak memory of a 100 MB text file."""
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        block = texts.clean(10).encode() + b"\n"
        for _ in range(10):
            file.write(block)
        file.flush()
        began = time.perf_counter()
        verdict = scanner.check_file(file.name, "share")
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"text file 100 MB        {100 / seconds:10.1f} MB/s read and checked; peak memory of the process {peak:.0f} MB; complete {verdict.complete}"
    )


def bench_start(_: Scanner) -> None:
    """Time to build a scanner, and of ``dlp --help``."""
    import subprocess

    began = time.perf_counter()
    Scanner(model=False, policies=POLICY)
    print(f"Scanner(), second time  {(time.perf_counter() - began) * 1000:10.1f} ms")
    command = [sys.executable, "-c", "from dlp.cli import main; main()", "--help"]
    print(
        f"dlp --help              {timed(lambda: subprocess.run(command, capture_output=True, check=True)) * 1000:10.1f} ms"
    )


def bench_hostile(_: Scanner) -> None:
    """Hostile inputs of 1 MB through each detector on its own: none may take a second."""
    from benchmarks import hostile

    hostile.main()


BENCHES = {name.removeprefix("bench_"): run for name, run in list(globals().items()) if name.startswith("bench_")}


def main(names: list[str]) -> None:
    began = time.perf_counter()
    scanner = Scanner(model=False, policies=POLICY)
    print(
        f"sieve: {scanner._sieve.engine_name}; start {(time.perf_counter() - began) * 1000:.0f} ms; policy {scanner.policy.version}"
    )
    if not names or "memory" in names:  # first, while the peak is its own
        bench_memory(scanner)
    for name, run in BENCHES.items():
        if name != "memory" and (not names or name in names):
            run(scanner)


if __name__ == "__main__":
    main(sys.argv[1:])
