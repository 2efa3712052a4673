"""The quick look at a tree that was scanned before: which folders changed?

Several processes walk subtrees and compare the folders' marks with the state file; only folders that changed are read again
and looked at file by file.  So an unchanged tree costs little more than a walk.  No more than ``FOLDERS`` folders are done in
one go, so that memory stays bounded and work is shared evenly.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dlp.channels.share.crew import Crew, Job
from dlp.channels.share.walk import MAX_DEPTH, Folder, Ignores, depth_of, ignores_above, mark_of, read_rows, walk

FOLDERS = 400


def survey(
    root: bytes, *, state: Path, engine: frozenset[int], due: Callable[[bytes], float], jobs: int
) -> Iterator[tuple[Folder, int]]:
    """Every folder below ``root`` once: (folder without its files, their number) when it has not changed, else (folder, -1).

    ``engine``: bases whose marks hold; ``due(folder)``: contents must have been compared after this moment.
    """
    crew = Crew(_Looker(root, state, engine, due), size=jobs)
    crew.submit(Job(root, None))
    try:
        while crew.busy:
            for job, answer in crew.step():
                if "failed" in answer:  # the process died: look at this subtree without its help
                    yield from ((folder, -1) for folder in walk(root, start=job.path))
                    continue
                for path in answer["more"]:
                    crew.submit(Job(bytes.fromhex(path), None))
                for path, count in answer["same"]:
                    yield Folder(bytes.fromhex(path), (), b""), count
                for path in answer["changed"]:
                    for folder in walk(root, start=bytes.fromhex(path), deep=False):
                        yield folder, -1
    finally:
        crew.close()


class _Looker:
    """Runs in the workers: subtree → plain JSON, paths in hexadecimal because they may be any bytes."""

    def __init__(self, root: bytes, state: Path, engine: frozenset[int], due: Callable[[bytes], float]) -> None:
        self._root, self._state, self._engine, self._due = root, state, engine, due
        self._db: sqlite3.Connection | None = None

    def __call__(self, top: bytes) -> dict[str, Any]:
        if self._db is None:
            self._db = sqlite3.connect(f"file:{self._state}?mode=ro", uri=True, timeout=30, isolation_level=None)
        same: list[tuple[str, int]] = []
        changed: list[str] = []
        above = ignores_above(self._root, top)
        stack: list[tuple[bytes, Ignores]] = [(top, above)]
        while stack and len(same) + len(changed) < FOLDERS:
            path, ignores = stack.pop()
            rows, children, refused, own = read_rows(path, ignores)
            if own is not None:
                ignores = (*ignores, (path, own))
                rows, children, refused, _ = read_rows(path, ignores)
            too_deep = bool(children) and depth_of(path, self._root) >= MAX_DEPTH
            if refused or too_deep or not self._unchanged(path, mark_of(rows)):
                changed.append(path.hex())
            else:
                same.append((path.hex(), len(rows)))
            if not too_deep:
                stack.extend((os.path.join(path, c), ignores) for c in children)
        return {"same": same, "changed": changed, "more": [p.hex() for p, _ in stack]}

    def _unchanged(self, path: bytes, mark: bytes) -> bool:
        assert self._db is not None
        row = self._db.execute("SELECT mark, basis, checked FROM folders WHERE path=?", (path,)).fetchone()
        return row is not None and row[0] == mark and row[1] in self._engine and row[2] > self._due(path)
