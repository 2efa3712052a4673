"""When may a file that was heard of be examined?  Only when whoever writes it has finished (F53, F54).

    closed, moved here   shortly after: programs close and reopen, or rename a temp file over the final name
    new, seen in a walk  when its mark (size, times, inode) stayed the same for SETTLE seconds, SETTLE_LIMIT at most
    passing names        lock and temp files of Office, LibreOffice, editors and browsers normally vanish within PASSING
                         seconds; what still stands then is examined like anything else, so such a name is no hiding place

Pure bookkeeping: the clock and the marks come in as arguments.  Times are seconds of a monotonic clock.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex as re

GRACE = 0.1
SETTLE = 2.0
SETTLE_LIMIT = 60.0
PASSING = 10.0

# Office: ~$x.docx (owner), 8 hex digits.tmp (the new version), ~WRL0001.tmp; LibreOffice: .~lock.x.odt#, lu123abc.tmp; vi: .x.swp,
# 4913; Emacs: .#x, #x#; GNOME: .goutputstream-X; KDE: x.kate-swp; browsers, copy tools: .part, .crdownload, .filepart.
PASSING_NAME = re.compile(
    rb"~\$.{1,250}|~WR[LDA][0-9]{1,5}\.tmp|[0-9A-Fa-f]{8}(?:\.tmp)?|\.~lock\..{1,250}#|lu[0-9a-z]{4,30}\.tmp|\..{1,250}\.sw[a-px]|4913|\.#.{1,250}|#.{1,250}#"
    rb"|\.goutputstream-.{1,20}|.{1,250}\.(?:tmp|temp|part|partial|crdownload|filepart|download|kate-swp|dlp-part)|\.[^.].{0,250}\.[A-Za-z0-9]{6}|.{1,250}~",
    re.DOTALL,
)


def is_passing(name: bytes) -> bool:
    """Whether programs use such names for files that normally vanish by themselves."""
    return PASSING_NAME.fullmatch(name) is not None


@dataclass(slots=True)
class _Waiting:
    due: float
    first: float
    sure: bool
    mark: bytes | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that may be examined.  ``heard``: when it was last heard of; ``settled`` is False when it never came to rest."""

    path: bytes
    mark: bytes
    heard: float
    settled: bool = True


class Settler:
    """Paths that wait.  ``look(path)`` gives the present mark of a regular file, None when there is none."""

    def __init__(self, look: Callable[[bytes], bytes | None]) -> None:
        self._look = look
        self._waiting: dict[bytes, _Waiting] = {}
        self._heap: list[tuple[float, bytes]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def hear(self, path: bytes, now: float, *, complete: bool) -> None:
        """``complete``: the file was closed or moved here as a whole."""
        waiting = self._waiting.get(path)
        if waiting is not None and waiting.sure and not complete:
            return
        name = path.rpartition(b"/")[2]
        delay = PASSING if is_passing(name) else GRACE if complete else SETTLE
        first = now if waiting is None or waiting.sure is not complete else waiting.first
        if waiting is not None and complete and now - first > SETTLE:
            return  # closed again and again: look at it now, and again later
        mark = None if complete else self._look(path)
        self._put(path, _Waiting(now + delay, first, complete, mark))

    def again(self, path: bytes, now: float, first: float) -> None:
        """It changed while it was examined; ``first`` is when it was first heard of."""
        if path not in self._waiting:
            self._put(path, _Waiting(now + SETTLE, first, False, self._look(path)))

    def _put(self, path: bytes, waiting: _Waiting) -> None:
        self._waiting[path] = waiting
        heapq.heappush(self._heap, (waiting.due, path))

    def next_due(self) -> float | None:
        return self._heap[0][0] if self._heap else None

    def ready(self, now: float) -> Iterator[Ready]:
        """Paths whose time has come.  Those that vanished are dropped without a word."""
        while self._heap and self._heap[0][0] <= now:
            due, path = heapq.heappop(self._heap)
            waiting = self._waiting.get(path)
            if waiting is None or waiting.due != due:
                continue  # heard of again since
            mark = self._look(path)
            if mark is None:
                del self._waiting[path]
            elif waiting.sure or mark == waiting.mark:
                del self._waiting[path]
                yield Ready(path, mark, waiting.first)
            elif now - waiting.first >= SETTLE_LIMIT:
                del self._waiting[path]
                yield Ready(path, mark, waiting.first, settled=False)
            else:
                waiting.mark, waiting.due = mark, now + SETTLE
                heapq.heappush(self._heap, (waiting.due, path))
