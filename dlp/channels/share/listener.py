"""The listener of the watcher: a process of its own that does nothing but hear names and pass them on (F51).

The kernel's queue holds 16,384 events; a busy interpreter lets it overflow.  So events are read here and written to a pipe
as ``kind (1 byte), length (4 bytes), path``.  Kinds:

    C  written and closed              N  new; may still be written to
    M  moved here, complete            D  a folder that is new or was moved here: walk it
    F  look at the files of a folder   O  events were lost below this folder: walk it all
    R  this root is being watched      P  this root is being polled
    T  this root could not be watched completely (limit of watches); it is polled as well

Run as ``python -m dlp.channels.share.listener``, with the roots and the seconds between two polls as JSON on standard input; it
ends when standard input closes.
"""

import json
import logging
import os
import struct
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from dlp.channels.share.mounts import must_poll, watches_held
from dlp.channels.share.walk import walk

HEAD = struct.Struct("!cI")
POLL_SHARE = 3.0  # a poll may take a third of the time at most
Say = Callable[[bytes, bytes], None]


def parse(buffer: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """(kind, path) of every whole message at the start of ``buffer``, which is emptied of them."""
    at = 0
    try:
        while len(buffer) - at >= HEAD.size:
            kind, size = HEAD.unpack_from(buffer, at)
            if len(buffer) - at - HEAD.size < size:
                return
            path = bytes(buffer[at + HEAD.size : at + HEAD.size + size])
            at += HEAD.size + size
            yield kind, path
    finally:
        del buffer[:at]


def main() -> None:
    warnings.simplefilter("ignore")  # the library warns when a folder is met twice, which is harmless
    wanted = json.loads(sys.stdin.buffer.readline())
    roots = [os.fsencode(r) for r in wanted["roots"]]
    output, lock = sys.stdout.fileno(), threading.Lock()

    def say(kind: bytes, path: bytes) -> None:
        message = HEAD.pack(kind, len(path)) + path
        with lock:
            while message:
                message = message[os.write(output, message) :]

    polled = [r for r in roots if wanted.get("poll") or must_poll(r)]
    heard = [r for r in roots if r not in polled]
    observer = listen(heard, say, polled) if heard else None
    stop = threading.Event()
    for root in polled:
        threading.Thread(target=poll, args=(root, say, stop, float(wanted["interval"])), daemon=True).start()
    sys.stdin.buffer.read()  # until the watcher ends
    stop.set()
    if observer is not None:
        observer.stop()
        observer.join()


def listen(roots: list[bytes], say: Say, polled: list[bytes]) -> Any:
    """Observe ``roots``.  Those that cannot be watched as a whole are added to ``polled``."""
    from watchdog.events import (
        DirCreatedEvent,
        DirMovedEvent,
        FileClosedEvent,
        FileCreatedEvent,
        FileMovedEvent,
        FileSystemEvent,
        FileSystemEventHandler,
    )
    from watchdog.observers import Observer

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            kind = KINDS.get(type(event))
            if kind is not None:
                say(kind, os.fsencode(event.dest_path if kind == b"M" or isinstance(event, DirMovedEvent) else event.src_path))

    KINDS: dict[type[FileSystemEvent], bytes] = {
        FileClosedEvent: b"C", FileMovedEvent: b"M", FileCreatedEvent: b"N", DirCreatedEvent: b"D", DirMovedEvent: b"D",
    }  # fmt: skip
    log = logging.getLogger("watchdog")
    log.addHandler(_Overflow(roots, say))
    log.propagate = False
    observer = Observer()
    # Without event_filter our own reading would raise events, and from 5,000 folders on the queue overflows for ever.
    for root in roots:
        observer.schedule(Handler(), os.fsdecode(root), recursive=True, event_filter=list(KINDS))
    observer.start()
    _check_complete(roots, say, polled)
    return observer


class _Overflow(logging.Handler):
    """The library tells its log, and nobody else, that the kernel dropped events."""

    def __init__(self, roots: list[bytes], say: Say) -> None:
        super().__init__()
        self._roots, self._say = roots, say

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.getMessage().lower():
            for root in self._roots:
                self._say(b"O", root)


def _check_complete(roots: list[bytes], say: Say, polled: list[bytes]) -> None:
    """Watches that the kernel refused are not reported by the library either: count them."""
    folders = {root: _folders(root) for root in roots}
    short = watches_held() < sum(folders.values())
    for root in roots:
        if short and folders[root] != _folders(root):  # it grew while we counted; what is new raises events
            short = watches_held() < sum(_folders(r) for r in roots)
        if short:
            polled.append(root)
            say(b"T", root)
        else:
            say(b"R", root)


def _folders(root: bytes) -> int:
    count, stack = 0, [root]
    while stack:
        path = stack.pop()
        count += 1
        try:
            with os.scandir(path) as listing:
                stack.extend(e.path for e in listing if e.is_dir(follow_symlinks=False))
        except OSError:
            continue
    return count


def poll(root: bytes, say: Say, stop: threading.Event, interval: float) -> None:
    """Compare the folders' marks (size, times, inode of every file) again and again; changed ones are passed on."""
    before: dict[bytes, bytes] | None = None
    while not stop.is_set():
        began = monotonic()
        now: dict[bytes, bytes] = {}
        for folder in walk(root):
            now[folder.path] = folder.mark
            if before is not None and before.get(folder.path) != folder.mark and folder.files:
                say(b"F", folder.path)
        if before is None:
            say(b"P", root)
        before = now
        stop.wait(max(interval, POLL_SHARE * (monotonic() - began)))


if __name__ == "__main__":
    main()
