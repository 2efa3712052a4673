"""What the commands of the share have in common: ending on a signal, one scan at a time, settings."""

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dlp.errors import NotReady


def stop_on_signal() -> Callable[[], bool]:
    """A function that says whether SIGTERM or SIGINT has come."""
    stopped = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return lambda: stopped


@contextmanager
def only_one(folder: Path, name: str = "scan") -> Iterator[None]:
    """Hold the lock of this home; raises NotReady when another process holds it (F57).  It goes with the process that holds it."""
    handle = os.open(folder / f".{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady("另一個掃描正在進行。請等它完成，或用不同的 --home。", code="E442") from None
        yield
    finally:
        os.close(handle)
