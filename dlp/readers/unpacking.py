"""Decompressors that count what they produce and stop at the limit, whatever the headers say."""

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from dlp.document import NotReadReason
from dlp.readers.limits import MIB, Budget, LimitReached

CHUNK_BYTES = MIB
XZ_MEMORY_BYTES = 256 * MIB  # a dictionary of more than this is refused


class Decompressor(Protocol):
    """What ``zlib``, ``bz2`` and ``lzma`` objects have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


class Unpacked:
    """What came out of one stream.  ``used`` is how many input bytes it took, ``damaged`` that the stream broke."""

    __slots__ = ("complete", "damaged", "data", "used")

    def __init__(self, data: bytes, used: int, *, complete: bool, damaged: bool) -> None:
        self.data = data
        self.used = used
        self.complete = complete
        self.damaged = damaged


def inflate(data: bytes, start: int, end: int, budget: Budget, *, window: int = -15) -> Unpacked:
    """One deflate stream (``window`` as zlib's wbits: -15 raw, 31 gzip, 15 zlib) from ``data[start:end]``."""
    stream = zlib.decompressobj(window)
    out: list[bytes] = []
    position, pending, damaged, size = start, b"", False, 0
    while not stream.eof:
        if not pending:
            pending = data[position : min(position + CHUNK_BYTES, end)]
            position += len(pending)
            if not pending:
                break
        try:
            block = stream.decompress(pending, CHUNK_BYTES)
        except zlib.error:
            damaged = True
            break
        pending = b"" if stream.eof else stream.unconsumed_tail
        size = _keep(block, out, size, budget)
    used = min(position, end) - start - len(stream.unused_data) - len(pending)
    return Unpacked(b"".join(out), used, complete=stream.eof, damaged=damaged)


def bunzip(data: bytes, budget: Budget) -> Unpacked:
    """One bzip2 stream at the start of ``data``."""
    stream = bz2.BZ2Decompressor()
    return _feed(stream, stream.decompress, data, budget)


def unxz(data: bytes, budget: Budget, *, format: int = lzma.FORMAT_AUTO, filters: list[dict[str, int]] | None = None) -> Unpacked:
    """One xz, lzma or raw LZMA stream at the start of ``data``."""
    if format == lzma.FORMAT_RAW:
        stream = lzma.LZMADecompressor(format, filters=filters)
    else:
        stream = lzma.LZMADecompressor(format, memlimit=XZ_MEMORY_BYTES)
    return _feed(stream, stream.decompress, data, budget)


def _feed(
    stream: bz2.BZ2Decompressor | lzma.LZMADecompressor, step: Callable[[bytes, int], bytes], data: bytes, budget: Budget
) -> Unpacked:
    out: list[bytes] = []
    position, size, damaged = 0, 0, False
    while not stream.eof:
        chunk = b""
        if stream.needs_input:
            chunk = data[position : position + CHUNK_BYTES]
            position += len(chunk)
            if not chunk:
                break
        try:
            block = step(chunk, CHUNK_BYTES)
        except lzma.LZMAError as error:
            if "emory" in str(error):
                raise LimitReached(NotReadReason.RESOURCE, "解壓縮需要的記憶體超過上限") from None
            damaged = True
            break
        except (OSError, EOFError, ValueError):
            damaged = True
            break
        size = _keep(block, out, size, budget)
    used = position - len(stream.unused_data)
    return Unpacked(b"".join(out), used, complete=stream.eof, damaged=damaged)


def _keep(block: bytes, out: list[bytes], size: int, budget: Budget) -> int:
    """Charge and keep a block; the sum of one stream may not pass the size of an item either."""
    budget.charge_bytes(len(block))
    budget.check_time()
    size += len(block)
    if size > budget.limits.item_bytes:
        raise LimitReached(NotReadReason.LIMIT_SIZE, f"解壓後的單一檔案超過 {budget.limits.item_bytes // MIB} MB")
    out.append(block)
    return size
