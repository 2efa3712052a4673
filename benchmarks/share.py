"""``python -m benchmarks.share [files]``: nightly scan of a tree of small clean files, against ``find`` in the same run.

Prints the first run (files/s), the second run over the unchanged tree and its ratio to ``find -printf '%s %T@'`` (each the
best of three, warm cache), and peak memory.  The bars: first run 1,500 files/s on two cores, second run 3 times ``find``,
1.5 GB.
"""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.texts import CLEAN_SENTENCES

FILES_IN_FOLDER = 40
ROUNDS = 3


def make_tree(root: Path, files: int) -> None:
    """Text files of 0.3 to 3 kB in folders of ``FILES_IN_FOLDER``, three levels deep."""
    dice = random.Random(1)
    for start in range(0, files, FILES_IN_FOLDER):
        number = start // FILES_IN_FOLDER
        folder = root / f"科室{number % 20}" / f"年度{number // 20 % 25}" / f"案卷{number}"
        folder.mkdir(parents=True)
        for n in range(start, min(files, start + FILES_IN_FOLDER)):
            text = "".join(dice.choice(CLEAN_SENTENCES) for _ in range(dice.randint(4, 36)))
            (folder / f"文件{n}.txt").write_text(f"{text}\n{n}\n", encoding="utf-8")


def timed(command: list[str], **options: object) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode in (0, 1, 3), done.returncode
    return time.perf_counter() - began


def main(files: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="dlp-bench-"))
    try:
        root, home = folder / "share", folder / "home"
        make_tree(root, files)
        find = ["find", str(root), "-type", "f", "-printf", "%s %T@\\n"]
        scan = [sys.executable, "-m", "dlp.cli", "--home", str(home), "scan", "--format", "jsonl", str(root)]
        first = timed(scan)
        print(f"first run   {files:,} files  {first:8.1f} s  {files / first:8.0f} files/s, {os.cpu_count()} cores")
        again, walk = min(timed(scan) for _ in range(ROUNDS)), min(timed(find) for _ in range(ROUNDS))
        print(f"second run  {again:8.2f} s; find {walk:.2f} s; ratio {again / walk:.1f}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"peak memory of the largest process {peak:.0f} MB; state file {(home / 'scan.db').stat().st_size / 1e6:.0f} MB")
        last = subprocess.run(scan, stdout=subprocess.PIPE, check=False, text=True).stdout.splitlines()[-1]
        print(json.loads(last)["summary"])
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
