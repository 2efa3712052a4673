"""Walking a tree: every regular file once, links never followed, what cannot be opened listed.

Names are bytes throughout (F58).  A folder's *mark* is a digest over name, size, mtime, ctime and inode of its files, so that an
unchanged folder costs one comparison instead of one per file.
"""

import fnmatch
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex as re

IGNORE_FILE = b".dlpignore"
MAX_DEPTH = 1_000  # folders; deeper ones are listed as not read


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file: name in its folder, and what tells whether it changed (sizes in bytes, times in nanoseconds)."""

    name: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @property
    def mark(self) -> bytes:
        return b"%d %d %d %d" % (self.size, self.mtime_ns, self.ctime_ns, self.inode)


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder: its path, its files, the mark over them, and names that could not be read with the reason."""

    path: bytes
    files: tuple[Entry, ...]
    mark: bytes
    refused: tuple[tuple[bytes, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ignore:
    """Patterns of ``.dlpignore``, one a line, relative to the folder the file lies in; ``#`` comments; ``!`` takes back."""

    rules: tuple[tuple["re.Pattern[str]", bool, bool], ...] = ()

    def matches(self, relative: str, *, folder: bool) -> bool:
        ignored = False
        for pattern, negated, folders_only in self.rules:
            if (folder or not folders_only) and pattern.fullmatch(relative):
                ignored = not negated
        return ignored


Ignores = tuple[tuple[bytes, Ignore], ...]  # (folder, its rules), outermost first
Row = tuple[bytes, int, int, int, int]  # name, size, mtime, ctime, inode


def parse_ignore(text: str) -> Ignore:
    rules = []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        negated, line = line.startswith("!"), line.removeprefix("!")
        folders_only, line = line.endswith("/"), line.rstrip("/")
        anchored = "/" in line
        body = fnmatch.translate(line.lstrip("/")).removeprefix("(?s:").removesuffix(r")\Z").removesuffix(r")\z")
        rules.append((re.compile(f"(?s:{'' if anchored else '(?:.*/)?'}{body})"), negated, folders_only))
    return Ignore(tuple(rules))


def walk(root: bytes, *, start: bytes | None = None, deep: bool = True) -> Iterator[Folder]:
    """Folders below ``root`` (which may be a file), parents first, in the order of their names.  Bounded memory: one folder at a time.

    ``start``: begin at this folder below ``root``, under the rules of those above it; ``deep`` False: that folder alone.
    """
    if not os.path.isdir(root) or os.path.islink(root):
        yield _single(root)
        return
    start = root if start is None else start
    stack: list[tuple[bytes, int, Ignores]] = [(start, depth_of(start, root), ignores_above(root, start))]
    while stack:
        path, depth, ignores = stack.pop()
        folder, children, own = _read(path, ignores)
        if own is not None:
            ignores = (*ignores, (path, own))
            folder, children, _ = _read(path, ignores)
        if depth >= MAX_DEPTH and children:
            folder = Folder(
                folder.path, folder.files, folder.mark, (*folder.refused, *((c, "limit-depth") for c in children))
            )
            children = []
        yield folder
        if not deep:
            return
        stack.extend((os.path.join(path, c), depth + 1, ignores) for c in sorted(children, reverse=True))


def depth_of(path: bytes, root: bytes) -> int:
    return path.count(b"/") - root.rstrip(b"/").count(b"/")


def ignores_above(root: bytes, path: bytes) -> Ignores:
    """The rules of the folders from ``root`` down to the one above ``path``."""
    found: list[tuple[bytes, Ignore]] = []
    base = root
    for piece in path[len(root.rstrip(b"/")) + 1 :].split(b"/") if path != root else ():
        own = _load_ignore(os.path.join(base, IGNORE_FILE))
        if own is not None:
            found.append((base, own))
        base = os.path.join(base, piece)
    return tuple(found)


def _single(path: bytes) -> Folder:
    parent, name = os.path.split(path)
    try:
        found = os.lstat(path)
    except OSError as err:
        return Folder(parent, (), b"", ((name, _reason(err)),))
    if not stat.S_ISREG(found.st_mode):
        return Folder(parent, (), b"", ((name, "special"),))
    entry = Entry(name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    return Folder(parent, (entry,), b"", ())


def _read(path: bytes, ignores: Ignores) -> tuple[Folder, list[bytes], Ignore | None]:
    rows, children, refused, own = read_rows(path, ignores)
    files = tuple(Entry(*row) for row in rows)
    return Folder(path, files, b"" if refused and refused[0][0] == b"." else mark_of(rows), tuple(refused)), children, own


def read_rows(path: bytes, ignores: Ignores) -> tuple[list[Row], list[bytes], list[tuple[bytes, str]], Ignore | None]:
    """Files of a folder sorted by name, its subfolders, what could not be looked at, and the folder's own rules of ignoring."""
    rows: list[Row] = []
    children: list[bytes] = []
    refused: list[tuple[bytes, str]] = []
    own = None
    try:
        with os.scandir(path) as listing:
            for entry in listing:
                try:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if ignores and _ignored(path, entry.name, ignores, folder=is_folder):
                        continue
                    if is_folder:
                        children.append(entry.name)
                    elif entry.is_file(follow_symlinks=False):  # links, pipes, devices, sockets: never opened
                        found = entry.stat(follow_symlinks=False)
                        rows.append((entry.name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
                        if entry.name == IGNORE_FILE and not any(p == path for p, _ in ignores):
                            own = _load_ignore(entry.path)
                except OSError as err:
                    refused.append((entry.name, _reason(err)))
    except OSError as err:
        return [], [], [(b".", _reason(err))], None
    rows.sort()
    return rows, children, refused, own


def mark_of(rows: list[Row]) -> bytes:
    return hashlib.blake2b(repr(rows).encode(), digest_size=16).digest()


def _load_ignore(path: bytes) -> Ignore | None:
    try:
        with open(path, "rb") as file:
            return parse_ignore(file.read(65_536).decode("utf-8", "replace"))
    except OSError:
        return None


def _ignored(path: bytes, name: bytes, ignores: Ignores, *, folder: bool) -> bool:
    full = os.path.join(path, name)
    for base, ignore in ignores:
        relative = os.fsdecode(full[len(base) :]).lstrip("/")
        if ignore.matches(relative, folder=folder):
            return True
    return False


def _reason(err: OSError) -> str:
    if isinstance(err, PermissionError):
        return "no-access"
    return "vanished" if isinstance(err, FileNotFoundError) else "no-access"


class IgnoreCache:
    """``.dlpignore`` for single paths, as the watcher meets them; files are looked at again after ``SECONDS``."""

    SECONDS = 5.0

    def __init__(self, roots: Iterable[bytes]) -> None:
        self._roots = tuple(roots)
        self._loaded: dict[bytes, tuple[float, Ignore | None]] = {}

    def ignored(self, path: bytes, now: float) -> bool:
        """Whether a rule of a folder above, up to the root, leaves out this file or a folder it lies in."""
        root = next((r for r in self._roots if path.startswith(r.rstrip(b"/") + b"/")), None)
        if root is None:
            return False
        pieces = path[len(root.rstrip(b"/")) + 1 :].split(b"/")
        base, ignores = root, list[tuple[bytes, Ignore]]()
        for depth, piece in enumerate(pieces):
            own = self._of(base, now)
            if own is not None:
                ignores.append((base, own))
            if ignores and _ignored(base, piece, tuple(ignores), folder=depth < len(pieces) - 1):
                return True
            base = os.path.join(base, piece)
        return False

    def _of(self, folder: bytes, now: float) -> Ignore | None:
        kept = self._loaded.get(folder)
        if kept is None or now - kept[0] > self.SECONDS:
            if len(self._loaded) > 50_000:
                self._loaded.clear()
            kept = self._loaded[folder] = (now, _load_ignore(os.path.join(folder, IGNORE_FILE)))
        return kept[1]


def entry_of(path: bytes) -> Entry | None:
    """The regular file at ``path``; None for anything else."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Entry(os.path.basename(path), found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def entry_from(name: bytes, mark: bytes) -> Entry:
    """The entry whose ``mark`` was written down."""
    return Entry(name, *map(int, mark.split()))
