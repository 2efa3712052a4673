"""What the nightly scan remembers: one SQLite file, progress and findings in one transaction (F50).

``folders`` holds the mark of a folder when all its files were done, ``files`` one row a file with its last result, ``bases``
what results rest on (detectors and model; policy), ``gone`` the findings that were there before and are no more.  Every
row of ``files`` has its folder in ``folders``.  A run that was killed goes on where it stopped.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time

from dlp.channels.share.walk import Entry, Folder

VERSION = 3
SCHEMA = """
CREATE TABLE IF NOT EXISTS runs(id INTEGER PRIMARY KEY, roots TEXT NOT NULL, began REAL NOT NULL, ended REAL);
CREATE TABLE IF NOT EXISTS bases(id INTEGER PRIMARY KEY, engine TEXT NOT NULL, policy TEXT NOT NULL, UNIQUE(engine, policy));
CREATE TABLE IF NOT EXISTS folders(
    path BLOB PRIMARY KEY, mark BLOB NOT NULL, basis INTEGER NOT NULL, seen INTEGER NOT NULL, changed INTEGER NOT NULL, checked REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files(
    folder BLOB NOT NULL, name BLOB NOT NULL, mark BLOB NOT NULL, digest BLOB, basis INTEGER NOT NULL, day TEXT, seen INTEGER NOT NULL,
    since INTEGER NOT NULL, action TEXT NOT NULL, result TEXT, PRIMARY KEY(folder, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_by_digest ON files(digest) WHERE digest IS NOT NULL;
CREATE INDEX IF NOT EXISTS files_with_result ON files(folder, name) WHERE result IS NOT NULL;
CREATE TABLE IF NOT EXISTS gone(run INTEGER NOT NULL, folder BLOB NOT NULL, name BLOB NOT NULL, digest BLOB, since INTEGER NOT NULL, result TEXT NOT NULL, why TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS files_cleared AFTER UPDATE ON files WHEN OLD.result IS NOT NULL AND NEW.result IS NULL BEGIN
    INSERT INTO gone VALUES(NEW.seen, OLD.folder, OLD.name, OLD.digest, OLD.since, OLD.result, 'cleared'); END;
"""
INSIDE = "(folder=? OR (folder>=? AND folder<?))"
CONTENT_BYTES = 16  # of a digest; the rest stands for the name, as far as it matters
GONE_RUNS = 30  # runs whose vanished findings are kept


@dataclass(frozen=True, slots=True)
class Done:
    """Result of one file.

    ``digest``  keyed, of content and of what matters of the name; None where it was not read.
    ``result``  the masked JSON object for reports, None where there is nothing to report.
    ``day``     last ISO date for which the result holds (a term of secrecy ends); None where it does not depend on the day.
    """

    folder: bytes
    entry: Entry
    digest: bytes | None
    action: str
    result: str | None
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    mark: bytes
    valid: bool
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Row:
    """One file with something to report.  ``since``: the run that first saw it so."""

    folder: bytes
    name: bytes
    since: int
    action: str
    result: str
    digest: bytes | None
    mark: bytes


class State:
    """The state file.  Several processes may write it, in short transactions; workers only read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        self.db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA secure_delete=ON")
        self.db.execute("PRAGMA cache_size=-65536")
        if self.db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            self._make()
        self.basis = 0
        self.engine: frozenset[int] = frozenset()  # bases of the same detectors: their marks of folders hold
        self._day = ""

    def _make(self) -> None:
        """New tables.  Older ones are dropped: what they held is found again by scanning."""
        self.db.execute("BEGIN IMMEDIATE")
        if self.db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'").fetchall():
                self.db.execute(f'DROP TABLE "{name}"')
            for statement in SCHEMA.split(";\n"):
                self.db.execute(statement)
            self.db.execute(f"PRAGMA user_version={VERSION}")
        self.db.execute("COMMIT")

    def close(self) -> None:
        self.db.close()

    # --- what results rest on

    def rest_on(self, engine: str, policy: str, day: str) -> None:
        """Say what results rest on from now: ``engine`` (detectors, model), ``policy`` (rules in force), ``day`` (ISO).

        A file without findings stays as it is under another policy; one with findings is judged anew, and so is one whose result
        held until a day that has passed.
        """
        self.db.execute("INSERT OR IGNORE INTO bases(engine, policy) VALUES(?,?)", (engine, policy))
        rows = self.db.execute("SELECT id, policy FROM bases WHERE engine=?", (engine,)).fetchall()
        self.basis = next(i for i, p in rows if p == policy)
        self.engine, self._day = frozenset(i for i, _ in rows), day
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute(
            "UPDATE folders SET mark=x'' WHERE path IN (SELECT folder FROM files WHERE result IS NOT NULL AND (basis<>? OR day<?))",
            (self.basis, day),
        )
        self.db.execute("COMMIT")

    def _valid(self, basis: int, day: str | None, has_result: bool) -> bool:
        if has_result:
            return basis == self.basis and (day is None or day >= self._day)
        return basis in self.engine

    # --- runs

    def begin(self, roots: str) -> tuple[int, bool]:
        """Number of the run, and whether it continues one that was cut off."""
        row = self.db.execute("SELECT id FROM runs WHERE roots=? AND ended IS NULL ORDER BY id DESC LIMIT 1", (roots,)).fetchone()
        if row is not None:
            return int(row[0]), True
        cursor = self.db.execute("INSERT INTO runs(roots, began) VALUES(?,?)", (roots, time()))
        return int(cursor.lastrowid or 0), False

    def finish(self, run: int) -> None:
        self.db.execute("UPDATE runs SET ended=? WHERE id=?", (time(), run))
        self.db.execute("DELETE FROM gone WHERE run<?", (run - GONE_RUNS,))

    def began(self, run: int) -> float:
        """When the run began, seconds since 1970."""
        return float(self.db.execute("SELECT began FROM runs WHERE id=?", (run,)).fetchone()[0])

    def next_run(self) -> int:
        """The number the next run will have: what the watcher finds counts as new in that run."""
        return int(self.db.execute("SELECT coalesce(max(id),0)+1 FROM runs").fetchone()[0])

    # --- looking up

    def folder_unchanged(self, folder: Folder, *, checked_after: float = 0.0) -> bool:
        """Whether all files of the folder are done and none changed; its contents were compared after ``checked_after``."""
        row = self.db.execute("SELECT mark, basis, checked FROM folders WHERE path=?", (folder.path,)).fetchone()
        return row is not None and row[0] == folder.mark and row[1] in self.engine and row[2] > checked_after

    def knows(self, root: bytes) -> bool:
        """Whether any folder at or below ``root`` is known."""
        where = INSIDE.replace("folder", "path")
        return self.db.execute(f"SELECT 1 FROM folders WHERE {where} LIMIT 1", _below(root)).fetchone() is not None

    def checked(self, folder: bytes) -> float:
        """When the contents of the folder were last compared; 0 when never."""
        row = self.db.execute("SELECT checked FROM folders WHERE path=?", (folder,)).fetchone()
        return float(row[0]) if row else 0.0

    def known(self, folder: bytes) -> dict[bytes, Known]:
        rows = self.db.execute("SELECT name, mark, basis, day, result IS NOT NULL, digest FROM files WHERE folder=?", (folder,))
        return {name: Known(mark, self._valid(basis, day, bool(has)), digest) for name, mark, basis, day, has, digest in rows}

    # --- writing

    def record(
        self, results: Iterable[Done], run: int, *, finished: Iterable[tuple[Folder, float]] = (), kept: Iterable[tuple[bytes, bytes]] = (),
        untouched: Iterable[bytes] = (), closed: Iterable[bytes] = (),
    ) -> None:  # fmt: skip
        """One transaction: results; folders whose every file is done, with the time from which on their contents are known (0: now);
        files and folders that were seen and had not changed; folders that could not be entered, below which all stays as it was.
        """
        results, now = list(results), time()
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany(
            "INSERT OR IGNORE INTO folders(path,mark,basis,seen,changed,checked) VALUES(?,x'',?,?,?,?)",
            {(d.folder, self.basis, run, run, now) for d in results},
        )
        self.db.executemany(
            "INSERT INTO files(folder,name,mark,digest,basis,day,seen,since,action,result) VALUES(?,?,?,?,?,?,?,?,?,?) "
            "ON CONFLICT(folder,name) DO UPDATE SET since=CASE WHEN files.result IS NOT NULL AND excluded.result IS NOT NULL THEN files.since ELSE excluded.since END, "
            "mark=excluded.mark,digest=excluded.digest,basis=excluded.basis,day=excluded.day,seen=excluded.seen,action=excluded.action,result=excluded.result",
            ((d.folder, d.entry.name, d.entry.mark, d.digest, self.basis, d.day, run, run, d.action, d.result) for d in results),
        )
        self.db.executemany("UPDATE files SET seen=? WHERE folder=? AND name=?", ((run, f, n) for f, n in kept))
        self.db.executemany(
            "INSERT OR REPLACE INTO folders(path,mark,basis,seen,changed,checked) VALUES(?,?,?,?,?,?)",
            ((f.path, f.mark, self.basis, run, run, checked or now) for f, checked in finished),
        )
        self.db.executemany("UPDATE folders SET seen=? WHERE path=?", ((run, f) for f in untouched))
        for folder in closed:
            self.db.execute("UPDATE folders SET seen=?, mark=x'' WHERE path=? OR (path>=? AND path<?)", (run, *_below(folder)))
        self.db.execute("COMMIT")

    def drop(self, folder: bytes, name: bytes, run: int, why: str) -> None:
        """The file is no longer there (it was moved to quarantine)."""
        self.db.execute("BEGIN IMMEDIATE")
        self._bury("folder=? AND name=?", (folder, name), run, why)
        self.db.execute("UPDATE folders SET mark=x'' WHERE path=?", (folder,))
        self.db.execute("COMMIT")

    def _bury(self, where: str, arguments: Sequence[object], run: int, why: str) -> None:
        self.db.execute(
            f"INSERT INTO gone SELECT ?, folder, name, digest, since, result, ? FROM files WHERE result IS NOT NULL AND {where}", (run, why, *arguments)
        )
        self.db.execute(f"DELETE FROM files WHERE {where}", tuple(arguments))

    def forget_missing(self, roots: Sequence[bytes], run: int) -> None:
        """Drop the rows of files and folders below ``roots`` that this run did not see, and notice which files only moved."""
        self.db.execute("BEGIN IMMEDIATE")
        for root in roots:
            where = _below(root)
            inside = INSIDE.replace("folder", "path")
            vanished = self.db.execute(f"SELECT path FROM folders WHERE {inside} AND seen<?", (*where, run)).fetchall()
            for (path,) in vanished:
                self._bury("folder=?", (path,), run, "gone")
            # In a folder that had not changed, files were not looked at one by one.
            changed = self.db.execute(f"SELECT path FROM folders WHERE {inside} AND seen=? AND changed=?", (*where, run, run)).fetchall()
            for (path,) in changed:
                self._bury("folder=? AND seen<?", (path, run), run, "gone")
            self.db.executemany("DELETE FROM folders WHERE path=?", vanished)
        self._follow_moves(run)
        self.db.execute("COMMIT")

    def _follow_moves(self, run: int) -> None:
        """A finding that is gone here and new there, in the same content, was moved or renamed: it is neither."""
        lost = self.db.execute("SELECT rowid, digest, since FROM gone WHERE run=? AND why='gone' AND digest IS NOT NULL", (run,)).fetchall()
        for row, digest, since in lost:
            low = digest[:CONTENT_BYTES]
            found = self.db.execute(
                "SELECT folder, name FROM files WHERE digest>=? AND digest<=? AND since=? AND result IS NOT NULL", (low, low + b"\xff" * 9, run)
            ).fetchall()
            self.db.executemany("UPDATE files SET since=? WHERE folder=? AND name=?", ((since, *place) for place in found))
            if found:
                self.db.execute("UPDATE gone SET why='moved' WHERE rowid=?", (row,))

    # --- reporting

    def results(self, roots: Sequence[bytes]) -> Iterator[Row]:
        """Every file below ``roots`` with something to report."""
        for root in roots:
            where, arguments = _files_of(root)
            rows = self.db.execute(
                f"SELECT folder,name,since,action,result,digest,mark FROM files WHERE result IS NOT NULL AND {where} ORDER BY folder,name", arguments
            )
            for row in rows:
                yield Row(*row)

    def gone(self, roots: Sequence[bytes], run: int) -> Iterator[tuple[bytes, bytes, str, str]]:
        """(folder, name, result, why) of findings that this run no longer saw; ``why`` is gone, cleared or quarantined."""
        for root in roots:
            where, arguments = _files_of(root)
            yield from self.db.execute(
                f"SELECT folder,name,result,why FROM gone WHERE run=? AND why<>'moved' AND {where} ORDER BY folder,name", (run, *arguments)
            )

    def count(self, roots: Sequence[bytes]) -> int:
        questions = (_files_of(root) for root in roots)
        return sum(self.db.execute(f"SELECT count(*) FROM files WHERE {where}", arguments).fetchone()[0] for where, arguments in questions)


def _below(root: bytes) -> tuple[bytes, bytes, bytes]:
    """Arguments of INSIDE: every path below ``root`` sorts between the two."""
    stem = root.rstrip(b"/")
    return root, stem + b"/", stem + b"0"


def _files_of(root: bytes) -> tuple[str, tuple[bytes, ...]]:
    """Condition and arguments for the rows of ``root``, which may be a single file."""
    if os.path.isfile(root):
        return "(folder=? AND name=?)", os.path.split(root)
    return INSIDE, _below(root)


def look_up(db: sqlite3.Connection, digest: bytes, engine: str, policy: str, day: str) -> tuple[str, str | None] | None:
    """(action, result) of a file of the same content that was judged by the same detectors and, if it has findings, the same policy."""
    row = db.execute(
        "SELECT action, result, day FROM files JOIN bases ON bases.id=files.basis "
        "WHERE digest=? AND engine=? AND (result IS NULL OR (policy=? AND (day IS NULL OR day>=?))) LIMIT 1",
        (digest, engine, policy, day),
    ).fetchone()
    return None if row is None else (row[0], row[1])
