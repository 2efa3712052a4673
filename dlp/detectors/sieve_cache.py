"""Compiled sieve databases kept between starts, because compiling takes seconds and loading milliseconds.

One file a database under ``$XDG_CACHE_HOME/dlp`` (or ``~/.cache/dlp``), named by a digest of every expression, flag and the
library's version, so that a changed detector never meets an old database.  The folder must be ours and closed to others
(0700); where it is not, or cannot be written, the sieve is compiled each time.  Nothing of any text is in these files.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

KEPT_FILES = 12  # older ones are removed


def key(version: str, expressions: Sequence[bytes], ids: Sequence[int], flags: int) -> str:
    """Name of the database made of these expressions."""
    digest = hashlib.sha256(f"{version}|{flags}|{os.uname().machine}|{_cpu()}".encode())
    for number, expression in zip(ids, expressions, strict=True):
        digest.update(b"%d:%d:" % (number, len(expression)) + expression)
    return digest.hexdigest()[:40]


def load(name: str) -> bytes | None:
    """The stored database, or None."""
    folder = _folder()
    if folder is None:
        return None
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(file.fileno())
        if facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
            return None
        data = file.read()
    digest, body = data[:32], data[32:]
    return body if hashlib.sha256(body).digest() == digest else None


def store(name: str, database: bytes) -> None:
    """Keep the database; a failure to write is no failure of the scanner."""
    folder = _folder()
    if folder is None:
        return
    with contextlib.suppress(OSError):
        handle, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(database).digest() + database)
        os.replace(draft, folder / name)
        for old in sorted(folder.iterdir(), key=lambda p: p.stat().st_mtime)[:-KEPT_FILES]:
            old.unlink()


def _folder() -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if not os.path.isabs(base):
        return None
    folder = Path(base) / "dlp"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        facts = folder.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & 0o077
    return folder if ours else None


def _cpu() -> str:
    """The processor's features: a database is made for them."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(("flags", "Features")):
                return hashlib.sha256(line.encode()).hexdigest()[:16]
    except OSError:
        pass
    return ""
