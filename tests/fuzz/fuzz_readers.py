"""Fuzzing of every reader: mutated valid files through the road, in a child that a watchdog can end.

    python -m tests.fuzz.fuzz_readers --seconds 600 [--format mail,html] [--seed 1]

A finding is an exception that leaves the road, a part that is no valid text, a reading that takes longer than its
limit, or the death of the child.  Findings are written to ``--out`` with the seed that makes them.  Exit code 1 then.
"""

import argparse
import faulthandler
import multiprocessing
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

from dlp.readers import read_bytes
from dlp.readers.limits import DEFAULT, MIB
from tests.readers.hostile import cases
from tests.readers.test_images import CASES as IMAGES
from tests.readers.test_matrix import CONTAINERS, FORMATS

LIMITS = replace(
    DEFAULT, unpacked_bytes=16 * MIB, ratio_from_bytes=4 * MIB, item_bytes=8 * MIB, text_chars=4 * MIB, item_seconds=10.0, part_seconds=5.0,
    container_members=500, item_members=1_000, sheet_cells=100_000, pdf_pages=50,
)  # fmt: skip
SECONDS_MOST = 12.0  # the limit and two seconds
SEED_BYTES = 200_000
ROUND = 200  # inputs of one child
INTERESTING = (b"\0", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"<", b">", b'"', b"\r\n\r\n", b"=?", b"--b", b"&#x", b"]]>")


def seeds() -> dict[str, list[tuple[str, bytes]]]:
    """Valid files by the name of what makes them: our own formats, containers, hostile ones, and what others registered."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for key, (name, data) in FORMATS.items():
        found[key] = [(name, data)]
        for container, (outer, wrap) in CONTAINERS.items():
            found.setdefault(container, []).append((outer.format(name) or name, wrap(name, data)))
    found["images"] = [(name, data) for _, name, data in IMAGES]
    for case in cases():
        data = case.make()
        if len(data) <= SEED_BYTES:
            found.setdefault("hostile", []).append((case.name, data))
    found.update(_office())
    return found


def _office() -> dict[str, list[tuple[str, bytes]]]:
    """Office files, where the test helpers offer them (``fuzz_seeds() -> {name: [(file name, bytes)]}``)."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for module in ("make_office", "make_pdf"):
        try:
            maker = getattr(import_module(f"tests.readers.{module}"), "fuzz_seeds", None)
        except ImportError:
            continue
        if maker is not None:
            found.update(maker())
    return found


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One to eight small changes: bits, bytes, cuts, copies, numbers, words that parsers know."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not changed:
            return bytes(chance.randbytes(chance.randint(0, 64)))
        at = chance.randrange(len(changed))
        kind = chance.randrange(8)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[at] = chance.randrange(256)
        elif kind == 2:
            del changed[at : at + chance.randint(1, 64)]
        elif kind == 3:
            changed[at:at] = changed[at : at + chance.randint(1, 64)]
        elif kind == 4:
            changed[at:at] = chance.choice(INTERESTING)
        elif kind == 5:
            word = chance.choice(INTERESTING)
            changed[at : at + len(word)] = word
        elif kind == 6:
            del changed[at:]
        else:
            other = chance.randrange(len(changed))
            size = chance.randint(1, 200)
            changed[at : at + size] = changed[other : other + size]
    return bytes(changed)


def check(name: str, data: bytes) -> None:
    """Read one input and look at what comes back.  Raises on a finding."""
    began = time.monotonic()
    document = read_bytes(data, name=name, limits=LIMITS)
    if time.monotonic() - began > SECONDS_MOST:
        raise AssertionError("slower than its limit")
    paths = set()
    for part in document.parts:
        if part.text.encode() != part.utf8:
            raise AssertionError("utf8 is not the text")
        paths.add(part.path)
    if len(paths) != len(document.parts):
        raise AssertionError("a path twice")


def inputs(files: list[tuple[str, bytes]], seed: int) -> Iterator[tuple[str, bytes]]:
    """The inputs of one round; the same seed makes the same ones."""
    chance = random.Random(seed)
    for _ in range(ROUND):
        name, data = chance.choice(files)
        yield name, mutate(data, chance)


def _child(files: list[tuple[str, bytes]], seed: int, out: Connection) -> None:
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number, (name, data) in enumerate(inputs(files, seed)):
        out.send(number)
        try:
            check(name, data)
        except BaseException:
            out.send(traceback.format_exc())
            return
    out.send("done")


def run_round(files: list[tuple[str, bytes]], seed: int) -> tuple[int, str] | None:
    """One child; returns the number of the input and what happened, None when nothing did."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_child, args=(files, seed, theirs))
    process.start()
    theirs.close()
    number = 0
    try:
        while True:
            if not ours.poll(SECONDS_MOST + 3):
                return number, "hang"
            try:
                message = ours.recv()
            except EOFError:
                process.join(5)
                return number, f"child died: {process.exitcode}"
            if message == "done":
                return None
            if isinstance(message, str):
                return number, message
            number = message
    finally:
        process.kill()
        process.join()
        ours.close()


def fuzz(seconds: float, *, chosen: set[str] | None, seed: int, out: Path, say: Callable[[str], None]) -> int:
    """Go round all formats until the time is over; returns the number of findings."""
    targets = {key: files for key, files in seeds().items() if chosen is None or key in chosen}
    end, count, findings = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        for key, files in targets.items():
            if time.monotonic() >= end:
                break
            seed += 1
            fault = run_round(files, seed)
            count += ROUND if fault is None else fault[0] + 1
            if fault is not None:
                findings += 1
                _keep(out, key, seed, files, fault)
                say(f"finding in {key}, seed {seed}, input {fault[0]}:\n{fault[1]}")
    say(f"{count} inputs, {len(targets)} targets, {findings} findings")
    return findings


def _keep(out: Path, key: str, seed: int, files: list[tuple[str, bytes]], fault: tuple[int, str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for number, (name, data) in enumerate(inputs(files, seed)):
        if number == fault[0]:
            suffix = Path(name).suffix
            (out / f"{key.replace(' ', '-').replace('.', '-')}-{seed}-{number}{suffix}").write_bytes(data)


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz the document readers.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--format", default="", help="comma-separated targets; empty: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"))
    options = parser.parse_args()
    chosen = set(options.format.split(",")) if options.format else None
    return 1 if fuzz(options.seconds, chosen=chosen, seed=options.seed, out=options.out, say=print) else 0


if __name__ == "__main__":
    sys.exit(main())
