"""What the commands of the share have in common: ending on a signal, one scan at a time, settings."""

import fcntl
import os
import secrets
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlp.errors import NotReady

if TYPE_CHECKING:
    from dlp.channels.share.cluster import Recipe
    from dlp.channels.share.examining import Basis, Examiner
    from dlp.channels.share.listing import Step
    from dlp.channels.share.naming import Namer
    from dlp.channels.share.scan import Outcome
    from dlp.channels.share.state import Row, State
    from dlp.channels.share.summing import Gathered
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
        self._given, self.home, self.channel = given, home, channel

    @cached_property
    def policy(self) -> "PolicySet":
        from dlp.policy import load_policies, load_shipped

        paths = [Path(p) for p in self._given["policies"]]
        policy = load_policies(paths) if paths else load_shipped()
        if not self._allowed:
            return policy
        from dlp.channels.allowed import with_allowed
        from dlp.records.store import open_store

        with open_store(self.home) as store:
            return with_allowed(policy, store)

    @cached_property
    def _allowed(self) -> str:
        from dlp.records.allow_mark import allow_mark

        return allow_mark(self.home)

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
        mark = f"{files_mark(self._policy_files())} {self._allowed} {day}"
        noted = self.home.path / "policy.mark"
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
        return Examiner(lambda: make_examiner(self.scanner, key=self.home.keys.digest_key, state=state, basis=basis, channel=self.channel))

    def renewed(self) -> "Engine | None":
        """An engine with the policy, allow list and day of now, when they differ; the scanner is the same.  Raises PolicyError, StoreUnavailable."""
        other = Engine(self._given, self.home, channel=self.channel)
        if (other.basis.policy, other.basis.day) == (self.basis.policy, self.basis.day):
            return None
        # The code in memory is that of our start, whatever was installed meanwhile.
        other.__dict__["basis"] = replace(other.basis, engine=self.basis.engine)
        self.scanner.policy = other.policy
        other.__dict__["scanner"] = self.scanner
        return other

    @property
    def recipe(self) -> "Recipe":
        """How the workers of a cluster build the same examiner."""
        from dlp.channels.share.cluster import Recipe

        given = self._given
        return Recipe(secrets.token_hex(8), self.policy, not given["no_model"], given["ocr"], self.channel, self.home.keys.digest_key)

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


def steps_of(home: "Home") -> "list[Step]":
    """What the listing goes through: designated folders of ``share.yaml``, then the baseline."""
    from dlp.channels.share import placement
    from dlp.channels.share.baseline import Baseline

    steps = [placement.step(placement.load_designated(home.path / "share.yaml"))]
    path = home.path / "baseline.db"
    if path.exists():
        book = Baseline(path, home.keys)
        steps.append(book.step(date.today()))
    return steps


class Collected:
    """What the reports of a run need, gathered while its files are listed."""

    def __init__(self, state: "State", roots: Sequence[bytes], run: int, namer: "Namer", *, wanted: bool) -> None:
        self._state, self._roots, self._run, self._namer, self._wanted = state, roots, run, namer, wanted
        self._reasons: Counter[str] = Counter()
        self._gathered: Gathered | None = None
        if wanted:
            from dlp.channels.share import summing

            began = datetime.fromtimestamp(state.began(run)).astimezone()
            self._gathered, self._owner = summing.Gathered([namer.path(r) for r in roots], began), summing.owner_names()

    def owned(self, row: "Row", item: dict[str, Any]) -> dict[str, Any]:
        """The item with its owner, asked for before anything moves the file."""
        return item if self._gathered is None else item | {"owner": self._owner(row)}

    def add(self, item: dict[str, Any]) -> None:
        self._reasons.update({n["reason"] for n in item["not_read"]})
        if self._gathered is not None:
            self._gathered.add(item)

    def write(self, paths: Sequence[str], totals: dict[str, Any], office: str) -> None:
        """The reports asked for, each complete or not there."""
        if self._gathered is None:
            return
        from dlp.channels.share import listing, summing

        self._gathered.gone = list(listing.gone(self._state, self._roots, self._run, namer=self._namer))
        for path in paths:
            data = summing.write(os.path.splitext(path)[1][1:].lower(), self._gathered, totals, office=office)
            draft = f"{path}.{os.getpid()}.tmp"
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(data)
            os.replace(draft, path)

    def record(self, home: "Home", totals: dict[str, Any], outcome: "Outcome") -> None:
        """One line for the monthly report: how much was to be read and how much was."""
        if outcome.progress.examined == 0 and not outcome.resumed and not self._reasons:
            return  # nothing new: the nightly figures stand
        from dlp.document import NotReadReason
        from dlp.records import runs
        from dlp.records.store import open_store

        known = {str(r): r for r in NotReadReason}
        reasons = {known[r]: n for r, n in self._reasons.items() if r in known}
        began = datetime.fromtimestamp(self._state.began(self._run)).astimezone()
        with open_store(home) as store:
            runs.record(store, runs.ScanRun(
                "share", began, store.now(), totals["files"], totals["read"], totals["not_read"], reasons, outcome.complete
            ))  # fmt: skip


def acted_words(act: dict[str, Any] | None) -> str:
    """What was done with a file, for its line."""
    if act is None:
        return ""
    if "error" in act:
        return f"\t未處理：{act['error']}"
    words = "移至隔離區" if act["what"] == "quarantine" else "標記"
    return f"\t已{words} {act.get('number', '')}".rstrip() if act["done"] else f"\t（試行）會{words}"
