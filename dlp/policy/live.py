"""The policy in force while a service runs: reloaded on change and on SIGHUP, the last good one stays (F40, F43).

``current`` is replaced as a whole: a message that has taken it keeps it to the end, so each message is judged by exactly one
version.  A broken file changes nothing but ``health``.
"""

import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dlp.policy.faults import Fault
from dlp.policy.loading import examine, load_policies, shipped_folder
from dlp.policy.policyset import PolicySet

log = logging.getLogger("dlp.policy")
QUIET_SECONDS = 0.3  # editors write in several steps; wait until a file has been left alone this long
DEGRADED = "degraded: policy"


class LivePolicy:
    """Holds the policy of ``paths`` (None: the shipped one) and keeps it fresh.

    The constructor raises PolicyError when the policy is broken at start (F41).  ``on_change(policy)`` and
    ``on_refused(faults)`` are called from the reloading thread, one call at a time.
    """

    def __init__(
        self, paths: Sequence[Path | str] | None = None, *,
        on_change: Callable[[PolicySet], None] | None = None, on_refused: Callable[[tuple[Fault, ...]], None] | None = None,
    ) -> None:  # fmt: skip
        self.paths = [Path(p) for p in paths] if paths else [shipped_folder()]
        self._on_change, self._on_refused = on_change, on_refused
        self._lock = threading.Lock()
        self._faults: tuple[Fault, ...] = ()
        self._policy = load_policies(self.paths)
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._observer: Any = None

    @property
    def current(self) -> PolicySet:
        """The policy in force.  Take it once per message."""
        return self._policy

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why the newest files are not in force; empty when they are."""
        return self._faults

    @property
    def health(self) -> str:
        """``ok`` or ``degraded: policy``."""
        return DEGRADED if self._faults or self._policy.degraded else "ok"

    def reload(self) -> bool:
        """Reads the files again.  True when they are in force now; False when they are broken and the last good ones stay."""
        with self._lock:
            policy, faults = examine(self.paths)
            if policy is None:
                self._faults = tuple(f for f in faults if not f.warning)
                log.error("policy refused: %d faults, first at %s:%d:%d %s", len(self._faults), *_place(self._faults[0]))
                if self._on_refused:
                    self._on_refused(self._faults)
                return False
            changed = policy.version != self._policy.version
            self._faults, self._policy = (), policy
            if changed:
                log.info("policy version %s in force", policy.version)
                if self._on_change:
                    self._on_change(policy)
            return True

    def start(self, *, sighup: bool = True) -> None:
        """Watches the files and, in the main thread, takes SIGHUP as a wish to reload.  Call ``stop`` at the end."""
        if self._thread is not None:
            return
        self._observer = self._watch()
        self._thread = threading.Thread(target=self._run, name="dlp-policy-reload", daemon=True)
        self._thread.start()
        if sighup and hasattr(signal, "SIGHUP") and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGHUP, lambda *_: self._wake.set())

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def nudge(self) -> None:
        """Asks for a reload soon, from any thread or signal handler."""
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            if self._stop.is_set():
                return
            while True:  # until it has been quiet for a while
                self._wake.clear()
                if not self._wake.wait(QUIET_SECONDS) or self._stop.is_set():
                    break
            if self._stop.is_set():
                return
            try:
                self.reload()
            except Exception as err:
                # The watcher must outlive any surprise; the last good policy stays in force.  Only the type: a message may quote a list.
                log.error("policy reload failed: %s", type(err).__name__)

    def _watch(self) -> Any:
        """An observer over the folders of all files; None where file events are not available."""
        from watchdog.events import (
            DirCreatedEvent,
            FileClosedEvent,
            FileDeletedEvent,
            FileMovedEvent,
            FileSystemEvent,
            FileSystemEventHandler,
        )
        from watchdog.observers import Observer

        live = self

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                names = (str(event.src_path), str(getattr(event, "dest_path", "")))
                if any(n.endswith((".yaml", ".yml", ".txt")) for n in names):
                    live.nudge()

        observer = Observer()
        # watchdog without event_filter also reports opens and reads: our own reload would wake us again.
        wanted: list[type[FileSystemEvent]] = [FileClosedEvent, FileMovedEvent, FileDeletedEvent, DirCreatedEvent]
        for folder in self._folders():
            observer.schedule(Handler(), str(folder), recursive=False, event_filter=wanted)
        observer.daemon = True
        observer.start()
        return observer

    def _folders(self) -> Iterator[Path]:
        seen: set[Path] = set()
        for path in self.paths:
            folder = (path if path.is_dir() else path.parent).resolve()
            for f in (folder, folder / "lists"):
                if f.is_dir() and f not in seen:
                    seen.add(f)
                    yield f


def _place(fault: Fault) -> tuple[str, int, int, str]:
    return fault.file, fault.mark.line + 1, fault.mark.column + 1, fault.code


@contextlib.contextmanager
def watching(paths: Sequence[Path | str] | None = None, **calls: Any) -> Iterator[LivePolicy]:
    """A LivePolicy that watches inside the block."""
    live = LivePolicy(paths, **calls)
    live.start()
    try:
        yield live
    finally:
        live.stop()
