"""The road through the readers: bytes of any origin become a Document, and what could not be read is said.

Content decides the type; the format's module is imported when its first file comes.  A reader's exception, a limit, a
missing component cost that item alone: what was read before stays, the rest is recorded.
"""

import importlib
import os
import stat
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from dlp.document import Document, NotReadReason
from dlp.readers.container_kinds import has_zip_tail
from dlp.readers.context import Collector, ReadContext
from dlp.readers.formats import CONTAINERS, FORMATS, OFFICE_ZIPS, Format
from dlp.readers.limits import DEFAULT, MIB, Budget, LimitReached, Limits
from dlp.readers.sniff import extension_of, sniff

Reader = Callable[[bytes, ReadContext], None]

IN_PROCESS_FORMATS = frozenset({"text", "empty"})  # their reader parses nothing, so it needs no worker
TEXT_READERS = frozenset({"markup", "official_exchange", "html"})  # their bytes are text when the structure fails
STRUCTURE_LIMITS = frozenset({NotReadReason.LIMIT_DEPTH, NotReadReason.LIMIT_UNPACKED})
DAMAGED_REASONS = frozenset({NotReadReason.DAMAGED, NotReadReason.TRUNCATED})


def needs_worker(data: bytes, *, name: str = "") -> bool:
    """False for plain text, which may be read in the calling process; True for everything that has to be parsed."""
    return sniff(data, name=name).format.key not in IN_PROCESS_FORMATS


def read_bytes(
    data: bytes, *, name: str = "", limits: Limits = DEFAULT, ocr: bool = False, declared: str = ""
) -> Document:
    """Read one item in this process.  ``name`` is its file name (untrusted), ``declared`` the media type it claims.

    Never raises on any content: faults are entries of ``Document.not_read``.
    """
    return read_collected(data, Collector(), name=name, limits=limits, ocr=ocr, declared=declared)


def read_collected(
    data: bytes, collector: Collector, *,
    name: str = "", limits: Limits = DEFAULT, ocr: bool = False, declared: str = "",
) -> Document:  # fmt: skip
    """Like ``read_bytes``, with a collector that sees each part as soon as it is there."""
    budget = Budget(limits, input_bytes=len(data))
    ctx = ReadContext(collector, budget, read_into, name=name, declared=declared, ocr=ocr)
    media_type = FORMATS["empty"].media_type
    if len(data) > limits.item_bytes:
        ctx.not_read(NotReadReason.LIMIT_SIZE, f"檔案超過 {limits.item_bytes // MIB} MB")
        _add_name(ctx)
    else:
        _add_name(ctx)
        media_type = _read(data, ctx)
    return collector.document(name, media_type)


def read_file(
    path: str | os.PathLike[str], *, limits: Limits = DEFAULT, ocr: bool = False, name: str | None = None
) -> Document:
    """Read a regular file.  Links are not followed; what cannot be opened is ``not_read``, never an exception."""
    shown = Path(path).name if name is None else name
    try:
        data = file_bytes(path, most=limits.item_bytes)
    except FileNotFoundError:
        return unread(shown, NotReadReason.VANISHED)
    except LimitReached as limit:
        return unread(shown, limit.reason, limit.detail)
    except OSError:
        return unread(shown, NotReadReason.NO_ACCESS)
    return read_bytes(data, name=shown, limits=limits, ocr=ocr)


def open_file(path: str | os.PathLike[str]) -> int:
    """A read-only descriptor of a regular file.  Raises OSError for links, folders, devices and what is locked away."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags | os.O_NOATIME)
    except PermissionError:  # O_NOATIME is for the owner only
        descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor


def file_bytes(path: str | os.PathLike[str], *, most: int) -> bytes:
    """All bytes of a regular file.  Raises OSError, or LimitReached when there are more than ``most``."""
    with os.fdopen(open_file(path), "rb") as file:
        if os.fstat(file.fileno()).st_size > most:
            raise LimitReached(NotReadReason.LIMIT_SIZE, f"檔案超過 {most // MIB} MB")
        data = file.read(most + 1)
    if len(data) > most:
        raise LimitReached(NotReadReason.LIMIT_SIZE, f"檔案超過 {most // MIB} MB")
    return data


def unread(name: str, reason: NotReadReason, detail: str = "") -> Document:
    """A document of nothing but its name and the reason why it was not read."""
    collector = Collector()
    ctx = ReadContext(collector, Budget(), read_into, name=name)
    _add_name(ctx)
    ctx.not_read(reason, detail)
    return collector.document(name, FORMATS["binary"].media_type)


def _add_name(ctx: ReadContext) -> None:
    try:
        ctx.add_name()
    except LimitReached as limit:
        ctx.not_read(limit.reason, limit.detail)


def read_into(data: bytes, ctx: ReadContext) -> None:
    """Read a child: the ``dispatch`` of every context."""
    if ctx.collector.on_child is not None:
        ctx.collector.on_child()
    try:
        with ctx.budget.nested():
            _read(data, ctx)
    except LimitReached as limit:
        ctx.not_read(limit.reason, limit.detail)


def _read(data: bytes, ctx: ReadContext) -> str:
    """Sniff and dispatch; returns the media type."""
    sniffed = sniff(data, name=ctx.name, declared=ctx.declared)
    ctx.format = sniffed.format.key
    if sniffed.disguised:
        ctx.remark(f"副檔名與內容不符（副檔名 .{extension_of(ctx.name)}，內容是{sniffed.format.label}）")
    if not data:
        if not ctx.path:  # an empty member hides nothing
            ctx.not_read(NotReadReason.EMPTY)
        return sniffed.format.media_type
    run_reader(data, ctx, sniffed.format)
    if ctx.format not in CONTAINERS and has_zip_tail(data):
        ctx.remark("檔案尾端另接有一個 ZIP 壓縮檔")
        run_reader(data, ctx, FORMATS["zip"])
    return sniffed.format.media_type


def run_reader(data: bytes, ctx: ReadContext, format_: Format) -> None:
    """Call the format's reader and turn whatever it raises into a record."""
    reader = load_reader(format_.reader)
    if reader is None:
        ctx.not_read(NotReadReason.MISSING_READER, f"無法讀取{format_.label}")
        _fall_back(data, ctx, format_)
        return
    before = len(ctx.collector.missing)
    try:
        reader(data, ctx)
    except LimitReached as limit:
        ctx.not_read(limit.reason, limit.detail)
        if limit.reason in STRUCTURE_LIMITS and format_.reader in TEXT_READERS:
            _fall_back(data, ctx, format_)
        return
    except MemoryError:
        ctx.not_read(NotReadReason.RESOURCE, "記憶體不足")
        return
    except RecursionError:
        ctx.not_read(NotReadReason.LIMIT_DEPTH, "內部結構層數過多")
        _fall_back(data, ctx, format_)
        return
    except EOFError:
        ctx.not_read(NotReadReason.TRUNCATED)
    except Exception:  # any parser fault on hostile bytes: the item is damaged, the run goes on
        ctx.not_read(NotReadReason.DAMAGED)
    fresh = ctx.collector.missing[before:]
    own = ctx.path or "document"
    if any(entry.part == own and entry.reason in DAMAGED_REASONS for entry in fresh):
        _fall_back(data, ctx, format_)


def _fall_back(data: bytes, ctx: ReadContext, format_: Format) -> None:
    """A reader failed: members of a zip are salvaged one by one, other bytes are searched for strings."""
    module = "archives" if format_.key in OFFICE_ZIPS else "raw"
    if format_.reader in (module, "plain"):
        return
    salvage = load_function(module, "salvage")
    if salvage is None:
        return
    try:
        salvage(data, ctx)
    except LimitReached as limit:
        ctx.not_read(limit.reason, limit.detail)
    except (ValueError, EOFError, OSError, zlib.error, MemoryError, RecursionError):
        ctx.not_read(NotReadReason.DAMAGED)


def load_reader(module: str) -> Reader | None:
    """The ``read`` function of a reader module; None when it, or a component it needs, is not installed."""
    return load_function(module, "read")


def load_function(module: str, function: str) -> Reader | None:
    try:
        loaded = importlib.import_module(f"dlp.readers.{module}")
    except ImportError:
        return None
    return cast("Reader | None", getattr(loaded, function, None))
