"""Compound files (MS-CFB): storages and streams, opened with olefile and bounded.

A storage inside another (an embedded document, an attached message) is seen through the same view as a whole file.
Source: MS-CFB, read 2026-11.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dlp.document import NotReadReason
from dlp.readers.context import ReadContext
from dlp.readers.limits import LimitReached

FREE_SECTOR = 0xFFFFFFFF
STREAM_BYTES = 256 << 20  # of one stream


@dataclass(slots=True)
class Storage:
    """One storage.  ``path`` is empty for the whole file; stream names are as stored."""

    file: Any
    ctx: ReadContext
    path: tuple[str, ...] = ()
    used: set[tuple[str, ...]] = field(default_factory=set)  # streams somebody has read

    def streams(self) -> list[str]:
        """Names of the streams directly in it."""
        return [entry[-1] for entry in _entries(self, streams=True)]

    def storages(self) -> list[str]:
        """Names of the storages directly in it."""
        return [entry[-1] for entry in _entries(self, streams=False)]

    def inner(self, name: str) -> "Storage":
        return Storage(self.file, self.ctx, (*self.path, name), self.used)

    def with_context(self, ctx: ReadContext) -> "Storage":
        return Storage(self.file, ctx, self.path, self.used)

    def has(self, name: str) -> bool:
        return any(stream.lower() == name.lower() for stream in self.streams())

    def read(self, name: str) -> bytes:
        """Bytes of a stream by name, without regard to case; empty when absent.  Damage is recorded."""
        for stream in self.streams():
            if stream.lower() == name.lower():
                return self._bytes((*self.path, stream))
        return b""

    def _bytes(self, path: tuple[str, ...]) -> bytes:
        self.used.add(path)
        self.ctx.budget.charge_member()
        try:
            data: bytes = self.file.openstream(list(path)).read(STREAM_BYTES)
        except LimitReached:
            raise
        except Exception:  # olefile raises many kinds on damaged chains of sectors
            self.ctx.not_read(NotReadReason.DAMAGED, "資料流損壞", name="stream")
            return b""
        self.ctx.budget.charge_bytes(len(data))
        return data

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Streams directly in it that nobody has read."""
        for name in self.streams():
            if (*self.path, name) not in self.used:
                yield name, self._bytes((*self.path, name))


def _entries(storage: Storage, *, streams: bool) -> list[list[str]]:
    depth = len(storage.path)
    found: list[list[str]] = storage.file.listdir(streams=streams, storages=not streams)
    return [entry for entry in found if len(entry) == depth + 1 and tuple(entry[:depth]) == storage.path]


def opened(data: bytes, ctx: ReadContext) -> Storage:
    """The file's root storage.  Raises ValueError when it is none or beyond reading."""
    import olefile

    try:
        file = olefile.OleFileIO(io.BytesIO(data))
        count = len(file.listdir())
    except (MemoryError, RecursionError):
        raise
    except Exception as fault:  # olefile raises many kinds on hostile bytes
        raise ValueError("no compound file") from fault
    limit = ctx.budget.limits.container_members
    if count > limit:
        raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"內含資料流超過 {limit:,} 個")
    if _is_cut(file, len(data)):
        ctx.not_read(NotReadReason.TRUNCATED, name="container")
    if file.parsing_issues:
        ctx.not_read(NotReadReason.DAMAGED, "複合檔結構有誤", name="container")
    return Storage(file, ctx)


def _is_cut(file: Any, size: int) -> bool:
    """True when the file ends before the last sector that its table counts as used."""
    used = next((index for index in range(len(file.fat) - 1, -1, -1) if file.fat[index] != FREE_SECTOR), -1)
    return bool((used + 2) * file.sector_size > size)
