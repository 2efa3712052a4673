"""Structured logs, crash output and process hardening: facts as fields, never text of an item (P05, P06).

One JSON object a line: ``{"at","level","event", …}``.  Only the field names in ``FIELDS`` are written, and of an exception only
its class, its stable code and the places in our source: an exception's message and local variables may hold content.
"""

import ctypes
import json
import logging
import os
import resource
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from dlp.errors import DlpError

NAME = "dlp"
FIELDS = frozenset({
    "item", "incident", "decision", "channel", "rule", "rules", "action", "state", "ms", "code", "reason", "count", "policy", "error", "frames",
    "queue", "size", "retries", "worker", "pid", "signal", "listen", "version", "health", "read", "not_read", "files", "kind", "seq", "limit",
})  # fmt: skip
MAX_FRAMES = 8
PR_SET_DUMPABLE = 4


def logger() -> logging.Logger:
    return logging.getLogger(NAME)


def log(event: str, *, level: int = logging.INFO, **fields: str | float | bool | list[str] | None) -> None:
    """Log an event with fields of ``FIELDS``; another name is a mistake in the program (TypeError)."""
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"no log field: {', '.join(sorted(unknown))}")
    logger().log(level, event, extra={"dlp_fields": fields})


def failure(target: logging.Logger, event: str, err: BaseException, **fields: str | int) -> None:
    """Log an exception without its message."""
    target.error(event, extra={"dlp_fields": {**describe(err), **fields}})


def describe(err: BaseException) -> dict[str, Any]:
    """Class, stable code and source places of an exception; no message, no values."""
    frames = traceback.extract_tb(err.__traceback__)[-MAX_FRAMES:]
    places = [f"{os.path.basename(os.path.dirname(f.filename))}/{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in frames]
    out: dict[str, Any] = {"error": type(err).__name__, "frames": places}
    if isinstance(err, DlpError):
        out["code"] = err.code
    return out


class JsonLines(logging.Formatter):
    """A record as one JSON line.  Records of other libraries keep only their logger's name and level: their text is unknown."""

    def format(self, record: logging.LogRecord) -> str:
        out: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), "level": record.levelname.lower(),
        }  # fmt: skip
        fields = getattr(record, "dlp_fields", None)
        if record.name.split(".")[0] == NAME and fields is not None:
            out |= {"event": record.msg, **fields}
        elif record.name.split(".")[0] == NAME and not record.args and record.exc_info is None:
            out["event"] = record.msg
        else:
            out |= {"event": "library", "logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            out |= describe(record.exc_info[1])
        return json.dumps(out, ensure_ascii=False, default=lambda _: "?")


def set_up(stream: TextIO | None = None, *, level: int = logging.INFO) -> logging.Handler:
    """Send all logs of the process as JSON lines to ``stream`` (stderr).  Returns the handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False  # a log call that fails must not print its arguments
    return handler


def harden_process(*, dumpable: bool = False) -> None:
    """umask 077, no core dumps, not readable by other processes, crash output without values.  Call at the start of a service."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not dumpable and sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    sys.excepthook = _crash
    threading.excepthook = lambda args: _crash(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _crash(args.exc_type, args.exc_value, args.exc_traceback)


def _crash(kind: type[BaseException], err: BaseException | None, trace: TracebackType | None) -> None:
    if kind is KeyboardInterrupt:
        return
    fields = describe(err.with_traceback(trace)) if err is not None else {"error": kind.__name__}
    print(json.dumps({"level": "critical", "event": "crash", **fields}, ensure_ascii=False), file=sys.stderr, flush=True)
