"""What the commands of the share have in common: ending on a signal, one scan at a time, settings."""

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlp.errors import NotReady

if TYPE_CHECKING:
    from dlp.channels.share.examining import Basis, Examiner
    from dlp.channels.share.naming import Namer
    from dlp.policy.policyset import PolicySet
    from dlp.records.home import Home
    from dlp.scanner import Scanner


def stop_on_signal() -> Callable[[], bool]:
    """A function that says whether SIGTERM or SIGINT has come."""
    stopped = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return lambda: stopped


class Engine:
    """Policy and scanner as the options say, each loaded when it is first needed."""

    def __init__(self, given: dict[str, Any], home: "Home", *, channel: str = "share") -> None:
        self._given, self._home, self.channel = given, home, channel

    @cached_property
    def policy(self) -> "PolicySet":
        from dlp.policy import load_policies, load_shipped

        paths = [Path(p) for p in self._given["policies"]]
        return load_policies(paths) if paths else load_shipped()

    @cached_property
    def scanner(self) -> "Scanner":
        from dlp.scanner import Scanner

        return Scanner(policies=self.policy, model=False if self._given["no_model"] else None, isolate=True, ocr=self._given["ocr"])

    @cached_property
    def basis(self) -> "Basis":
        """What results rest on.  The policy's part is remembered as long as no file of it changes: a night without changes is quick."""
        from dlp.channels.share.examining import Basis, engine_fingerprint, files_mark, policy_fingerprint

        words = [self.channel, "no-model" if self._given["no_model"] else "model", "ocr" if self._given["ocr"] else ""]
        day = date.today()
        mark = f"{files_mark(self._policy_files())} {day}"
        noted = self._home.path / "policy.mark"
        with suppress(OSError, ValueError):
            known, policy = noted.read_text().split("\n")
            if known == mark:
                return Basis(engine_fingerprint(" ".join(words)), policy, day.isoformat())
        policy = policy_fingerprint(self.policy, day)
        with open(os.open(noted, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
            file.write(f"{mark}\n{policy}")
        return Basis(engine_fingerprint(" ".join(words)), policy, day.isoformat())

    def _policy_files(self) -> list[Path]:
        import dlp
        from dlp.resources import shipped

        code = Path(dlp.__file__).parent / "policy"
        return [*(Path(p).absolute() for p in self._given["policies"]), shipped("policies"), code]

    def examiner(self, state: Path | None) -> "Examiner":
        from dlp.channels.share.examining import Examiner, make_examiner

        basis = self.basis if state is not None else None
        return Examiner(lambda: make_examiner(self.scanner, key=self._home.keys.digest_key, state=state, basis=basis, channel=self.channel))

    @property
    def namer(self) -> "Namer":
        from dlp.channels.share.naming import Namer

        return Namer(lambda: self.scanner)


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
