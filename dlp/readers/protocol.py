"""Frames between the pool and a worker: a length-limited JSON head and, for texts, raw UTF-8 behind it.

Nothing that comes back is trusted: places, reasons, paths, sizes and the UTF-8 itself are checked, and the first fault
ends the worker.  Never pickle.
"""

import json
import re
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from dlp.document import Corner, NotRead, NotReadReason, Part, Place
from dlp.readers.context import NOT_READ_KEPT, REMARKS_KEPT

HEAD_BYTES = 1 << 20
REMARK_CHARS = 500
_LENGTHS = struct.Struct(">IQ")  # of the head, of what follows it
_PATH = re.compile(r"[a-z0-9._\[\]/-]{1,4000}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+/-]{1,200}")


class BrokenProtocol(Exception):
    """The other side sent what no sound worker sends."""


class WorkerGone(Exception):
    """The connection ended inside a frame or before one."""


class OutOfTime(Exception):
    """Nothing came before the deadline."""


def send(connection: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """One frame.  Raises OSError when the other side is gone."""
    encoded = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode()
    connection.sendall(_LENGTHS.pack(len(encoded), len(body)) + encoded)
    if body:
        connection.sendall(body)


def receive(
    connection: socket.socket, *, most_bytes: int, deadline: Callable[[], float] | None = None
) -> tuple[dict[str, Any], bytes]:
    """One frame: head and body.  ``deadline`` gives the monotonic time by which the next bytes must come."""
    head_size, body_size = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size, deadline))
    if head_size > HEAD_BYTES or body_size > most_bytes:
        raise BrokenProtocol("frame too large")
    try:
        head = json.loads(_exactly(connection, head_size, deadline))
    except (ValueError, RecursionError):
        raise BrokenProtocol("no JSON") from None
    if not isinstance(head, dict):
        raise BrokenProtocol("no object")
    return head, _exactly(connection, body_size, deadline)


def _exactly(connection: socket.socket, size: int, deadline: Callable[[], float] | None) -> bytes:
    if size == 0:
        return b""
    buffer = bytearray(size)
    view, at = memoryview(buffer), 0
    while at < size:
        if deadline is not None:
            left = deadline() - time.monotonic()
            if left <= 0:
                raise OutOfTime
            connection.settimeout(left)
        try:
            count = connection.recv_into(view[at:], min(size - at, 1 << 20))
        except TimeoutError:
            continue
        except OSError:
            raise WorkerGone from None
        if count == 0:
            raise WorkerGone
        at += count
    view.release()
    return bytes(buffer)


def part_head(part: Part) -> dict[str, Any]:
    """Everything of a part but its text."""
    head: dict[str, Any] = {"kind": "part", "path": part.path, "place": part.place.value}
    if part.page is not None:
        head["page"] = part.page
    if part.corner is not None:
        head["corner"] = part.corner.value
    if part.field is not None:
        head["field"] = part.field
    return head


def part_of(head: dict[str, Any], body: bytes) -> Part:
    """A checked part.  Raises BrokenProtocol."""
    path, page, field = head.get("path"), head.get("page"), head.get("field")
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise BrokenProtocol("path")
    if page is not None and (not isinstance(page, int) or isinstance(page, bool) or not 0 < page < 10_000_000):
        raise BrokenProtocol("page")
    if field is not None and (not isinstance(field, str) or len(field) > 300):
        raise BrokenProtocol("field")
    try:
        corner = None if head.get("corner") is None else Corner(head["corner"])
        return Part(path, Place(str(head.get("place"))), body.decode(), page=page, corner=corner, field=field, utf8=body)
    except (ValueError, TypeError):
        raise BrokenProtocol("place or text") from None


def not_read_head(entry: NotRead) -> dict[str, Any]:
    return {"kind": "not_read", "part": entry.part, "reason": entry.reason.value, "detail": entry.detail}


def not_read_of(head: dict[str, Any]) -> NotRead:
    """A checked entry.  Raises BrokenProtocol."""
    part, detail = head.get("part"), head.get("detail", "")
    if not isinstance(part, str) or not _PATH.fullmatch(part) or not isinstance(detail, str):
        raise BrokenProtocol("not read")
    try:
        return NotRead(part, NotReadReason(str(head.get("reason"))), detail[:REMARK_CHARS])
    except ValueError:
        raise BrokenProtocol("reason") from None


def done_of(head: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Media type and remarks of the last frame of a job.  Raises BrokenProtocol."""
    media_type, remarks = head.get("media_type"), head.get("remarks")
    if not isinstance(media_type, str) or not _MEDIA_TYPE.fullmatch(media_type) or not isinstance(remarks, list):
        raise BrokenProtocol("done")
    if len(remarks) > REMARKS_KEPT or not all(isinstance(remark, str) for remark in remarks):
        raise BrokenProtocol("remarks")
    return media_type, tuple(remark[:REMARK_CHARS] for remark in remarks)


MOST_NOT_READ = NOT_READ_KEPT + 1
