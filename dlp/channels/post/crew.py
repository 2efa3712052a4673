"""Processes that check pasted texts, so that many people at once are served by all cores (one interpreter uses one).

They are forked before the server starts any thread and share the loaded scanner with it.  A job is small and its answer is
the finished JSON, so that nothing of a verdict has to cross.  A process that dies costs its own job, which is then done
here (as is one that fails); the others go on.  A change of policy or allow list reaches each process before its next job.
"""

import contextlib
import json
import os
import queue
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from typing import Any

WAIT_SECONDS = 30.0  # for an idle member; then the job is done here
Work = Callable[[Any, dict[str, Any]], tuple[str, Any]]


@dataclass(slots=True)
class _Member:
    pid: int
    pipe: Connection
    seen: int = 0


@dataclass(slots=True)
class Crew:
    """``work(scanner, job)`` in other processes.  Made before any thread is started; ``close`` ends it."""

    scanner: Any
    work: Work
    size: int
    _members: list[_Member] = field(default_factory=list)
    _idle: "queue.SimpleQueue[_Member]" = field(default_factory=queue.SimpleQueue)
    _version: int = 0
    _policy: Any = None

    def __post_init__(self) -> None:
        for _ in range(self.size):
            ours, theirs = Pipe()
            pid = os.fork()
            if pid == 0:
                ours.close()
                for member in self._members:  # or their end would never be noticed
                    member.pipe.close()
                _serve(self.scanner, self.work, theirs)
            theirs.close()
            member = _Member(pid, ours)
            self._members.append(member)
            self._idle.put(member)

    @property
    def alive(self) -> int:
        return len(self._members)

    def tell(self, policy: Any) -> None:
        """The policy from the next job on."""
        self._policy, self._version = policy, self._version + 1

    def run(self, job: dict[str, Any]) -> tuple[str, bytes] | None:
        """What ``work`` gave: a word for the count, and JSON.  Blocks; None when it has to be done here."""
        if not self._members:
            return None
        try:
            member = self._idle.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            return None
        try:
            version, policy = self._version, self._policy
            member.pipe.send((job, policy if member.seen != version else None))
            member.seen = version
            answer: tuple[str, bytes] | None = member.pipe.recv()
        except (EOFError, OSError):
            self._lost(member)
            return None
        self._idle.put(member)
        return answer

    def _lost(self, member: _Member) -> None:
        with contextlib.suppress(ValueError):
            self._members.remove(member)
        member.pipe.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(member.pid, os.WNOHANG)

    def close(self) -> None:
        for member in self._members:
            member.pipe.close()
        for member in self._members:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(member.pid, 0)
        self._members = []


def _serve(scanner: Any, work: Work, pipe: Connection) -> None:
    """The life of a member.  Never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then closes the pipe
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    code = 1
    try:
        while True:
            job, policy = pipe.recv()
            if policy is not None:
                scanner.policy = policy
            try:
                word, value = work(scanner, job)
                pipe.send((word, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()))
            except Exception:  # whatever it is: the server does the job again and decides what the person is told
                pipe.send(None)
    except (EOFError, OSError, KeyboardInterrupt):
        code = 0
    finally:
        os._exit(code)
