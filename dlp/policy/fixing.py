"""``dlp policy fix``: writes what the loader repairs in memory (punctuation, spaces, quotes).  Meaning is never touched."""

import os
import tempfile
from pathlib import Path

from dlp.errors import UsageError
from dlp.policy.faults import Fault
from dlp.policy.punctuation import repair

MAX_PASSES = 4  # a repaired colon may bring the next fault to light


def fix_text(text: str, file: str) -> tuple[str, tuple[Fault, ...]]:
    """Repaired text and what was repaired; the same text when there was nothing to do."""
    done: list[Fault] = []
    for _ in range(MAX_PASSES):
        repaired = repair(text, file)
        if not repaired.faults:
            break
        done += repaired.faults
        text = repaired.text
    return text, tuple(done)


def fix_file(path: Path, *, write: bool = True) -> tuple[Fault, ...]:
    """Repairs a file in place (atomically, keeping mode and byte order mark).  Raises UsageError when it cannot be read."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path} 不是 UTF-8，請先另存成 UTF-8。", code="P101") from None
    except OSError as err:
        raise UsageError(f"讀不到 {path}（{type(err).__name__}）。", code="P100") from None
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    fixed, done = fix_text(text.removeprefix(mark) if mark else text, str(path))
    if done and write:
        write_atomically(path, (mark + fixed).encode())
    return done


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces the file as a whole: a reader sees the old or the new one, never half of it."""
    mode = path.stat().st_mode & 0o7777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
