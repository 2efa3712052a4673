"""What the nightly scan remembers: one SQLite file, progress and findings in one transaction (F50).

``folders`` holds the mark of a folder when all its files were done, ``files`` one row a file with its last result.  A run that
was killed goes on where it stopped: files done in the run carry its number.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time

from dlp.channels.share.walk import Entry, Folder

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs(id INTEGER PRIMARY KEY, roots TEXT NOT NULL, fingerprint TEXT NOT NULL, began REAL NOT NULL, ended REAL);
CREATE TABLE IF NOT EXISTS folders(path BLOB PRIMARY KEY, mark BLOB NOT NULL, fingerprint TEXT NOT NULL, seen INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files(
    folder BLOB NOT NULL, name BLOB NOT NULL, mark BLOB NOT NULL, digest BLOB, fingerprint TEXT NOT NULL, done INTEGER NOT NULL, seen INTEGER NOT NULL,
    since INTEGER NOT NULL, action TEXT NOT NULL, result TEXT, PRIMARY KEY(folder, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_by_digest ON files(digest) WHERE digest IS NOT NULL;
CREATE INDEX IF NOT EXISTS files_with_result ON files(folder, name) WHERE result IS NOT NULL;
"""


@dataclass(frozen=True, slots=True)
class Done:
    """Result of one file.  ``result`` is the masked JSON object for reports, None where there is nothing to report."""

    folder: bytes
    entry: Entry
    digest: bytes | None
    action: str
    result: str | None


@dataclass(frozen=True, slots=True)
class Known:
    mark: bytes
    fingerprint: str
    done: int


class State:
    """The state file.  One process writes it; workers only read files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA secure_delete=ON")
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        self.db.close()

    def begin(self, roots: str, fingerprint: str) -> tuple[int, bool]:
        """Number of the run, and whether it continues one that was cut off."""
        row = self.db.execute(
            "SELECT id FROM runs WHERE roots=? AND fingerprint=? AND ended IS NULL ORDER BY id DESC LIMIT 1",
            (roots, fingerprint),
        ).fetchone()
        if row is not None:
            return int(row[0]), True
        cursor = self.db.execute(
            "INSERT INTO runs(roots, fingerprint, began) VALUES(?,?,?)", (roots, fingerprint, time())
        )
        return int(cursor.lastrowid or 0), False

    def finish(self, run: int) -> None:
        self.db.execute("UPDATE runs SET ended=? WHERE id=?", (time(), run))

    def previous(self, roots: str, run: int) -> int:
        """Number of the last finished run over the same roots before ``run``; 0 when there is none."""
        row = self.db.execute(
            "SELECT max(id) FROM runs WHERE roots=? AND id<? AND ended IS NOT NULL", (roots, run)
        ).fetchone()
        return int(row[0] or 0)

    def folder_unchanged(self, folder: Folder, fingerprint: str) -> bool:
        row = self.db.execute("SELECT mark, fingerprint FROM folders WHERE path=?", (folder.path,)).fetchone()
        return row is not None and row[0] == folder.mark and row[1] == fingerprint

    def touch(self, folders: Iterable[bytes], run: int) -> None:
        """These folders were seen in this run and had not changed."""
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("UPDATE folders SET seen=? WHERE path=?", ((run, f) for f in folders))
        self.db.execute("COMMIT")

    def known(self, folder: bytes) -> dict[bytes, Known]:
        rows = self.db.execute("SELECT name, mark, fingerprint, done FROM files WHERE folder=?", (folder,))
        return {name: Known(mark, fingerprint, done) for name, mark, fingerprint, done in rows}

    def keep(self, folder: bytes, names: Iterable[bytes], run: int) -> None:
        """Files of a changed folder that did not change themselves."""
        self.db.executemany("UPDATE files SET seen=? WHERE folder=? AND name=?", ((run, folder, n) for n in names))

    def by_digest(self, digest: bytes, fingerprint: str) -> tuple[str, str | None] | None:
        """Result of a file with the same content, judged by the same policy and detectors: a copy or a renamed file."""
        row = self.db.execute(
            "SELECT action, result FROM files WHERE digest=? AND fingerprint=? LIMIT 1", (digest, fingerprint)
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def record(self, results: Iterable[Done], run: int, fingerprint: str, finished: Iterable[Folder] = ()) -> None:
        """Results and, with them, the folders whose every file is done: one transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany(
            "INSERT INTO files(folder,name,mark,digest,fingerprint,done,seen,since,action,result) VALUES(?,?,?,?,?,?,?,?,?,?) "
            "ON CONFLICT(folder,name) DO UPDATE SET since=CASE WHEN files.result IS NOT NULL AND excluded.result IS NOT NULL THEN files.since ELSE excluded.since END, "
            "mark=excluded.mark,digest=excluded.digest,fingerprint=excluded.fingerprint,done=excluded.done,seen=excluded.seen,action=excluded.action,result=excluded.result",
            (
                (d.folder, d.entry.name, d.entry.mark, d.digest, fingerprint, run, run, run, d.action, d.result)
                for d in results
            ),
        )
        self.db.executemany(
            "INSERT OR REPLACE INTO folders(path,mark,fingerprint,seen,changed) VALUES(?,?,?,?,?)",
            ((f.path, f.mark, fingerprint, run, run) for f in finished),
        )
        self.db.execute("COMMIT")

    def forget_missing(self, roots: list[bytes], run: int) -> list[str]:
        """Results of files below ``roots`` that are gone; their rows are deleted."""
        gone: list[str] = []
        self.db.execute("BEGIN IMMEDIATE")
        for root in roots:
            low, high = root + b"/", root + b"0"  # every path below root sorts between them
            inside = "(folder=? OR (folder>=? AND folder<?))"
            # In a folder whose mark had not changed, files were not looked at one by one.
            missing = f"{inside} AND seen<? AND NOT EXISTS (SELECT 1 FROM folders WHERE folders.path=files.folder AND folders.seen=? AND folders.changed<?)"
            arguments = (root, low, high, run, run, run)
            gone += [
                r[0]
                for r in self.db.execute(f"SELECT result FROM files WHERE {missing} AND result IS NOT NULL", arguments)
            ]
            self.db.execute(f"DELETE FROM files WHERE {missing}", arguments)
            self.db.execute(
                "DELETE FROM folders WHERE (path=? OR (path>=? AND path<?)) AND seen<?", (root, low, high, run)
            )
        self.db.execute("COMMIT")
        return gone

    def results(self, roots: list[bytes]) -> Iterator[tuple[bytes, bytes, int, str, str]]:
        """(folder, name, run since which there is something, action, result) of every file below ``roots`` with a result."""
        for root in roots:
            yield from self.db.execute(
                "SELECT folder,name,since,action,result FROM files WHERE result IS NOT NULL AND (folder=? OR (folder>=? AND folder<?)) ORDER BY folder,name",
                (root, root + b"/", root + b"0"),
            )

    def count(self, roots: list[bytes]) -> int:
        total = 0
        for root in roots:
            total += self.db.execute(
                "SELECT count(*) FROM files WHERE folder=? OR (folder>=? AND folder<?)",
                (root, root + b"/", root + b"0"),
            ).fetchone()[0]
        return total
