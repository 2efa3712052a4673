"""Zip packages of office files, read by their local headers as well as by their directory.

A directory that is cut off, lies about sizes or leaves members out hides nothing: every member that has a local header
is read, once, and what disagrees is said.  Sizes in headers are never believed; bytes are counted as they come out.
Source: APPNOTE.TXT 6.3.10, read 2026-11.
"""

import bz2
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

from dlp.document import NotReadReason
from dlp.readers.context import ReadContext
from dlp.readers.limits import LimitReached

PIECE_BYTES = 1 << 20  # most bytes handed on at once
HEAD_BYTES = 8_192
FEED_BYTES = 1 << 16  # compressed bytes given to the decompressor at once
STORED, DEFLATED, BZIP2 = 0, 8, 12
ENCRYPTED, STREAMED, UTF8_NAME = 1, 8, 0x800  # general purpose flags
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Member:
    """One member.  ``start`` is where its data begin, ``size`` what its header claims (−1 when it claims nothing)."""

    name: str
    method: int
    encrypted: bool
    start: int
    size: int
    crc: int | None


class Package:
    """The members of a zip.  Raises ValueError when there is none at all."""

    def __init__(self, data: bytes, ctx: ReadContext) -> None:
        self.data = data
        self.ctx = ctx
        self.members = self._listed()
        listed = bool(self.members)
        self.members += self._unlisted({member.start for member in self.members})
        if not self.members:
            raise ValueError("no members")
        if not listed:
            ctx.not_read(NotReadReason.TRUNCATED, "壓縮目錄遺失，已逐一取出還讀得到的內容", name="package")
        limit = ctx.budget.limits.container_members
        if len(self.members) > limit:
            raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"內含檔案超過 {limit:,} 個")

    def named(self, name: str) -> list[Member]:
        """Members of that name, without regard to case; more than one when entries are doubled."""
        return [member for member in self.members if member.name.lower() == name.lower()]

    def read(self, member: Member) -> bytes:
        return b"".join(self.pieces(member))

    def head(self, member: Member) -> bytes:
        """The first bytes of a member, to look at; nothing is charged or recorded."""
        if member.encrypted:
            return b""
        if member.method == DEFLATED:
            try:
                return zlib.decompressobj(-15).decompress(self.data[member.start : member.start + HEAD_BYTES], HEAD_BYTES)
            except zlib.error:
                return b""
        if member.method == STORED:
            return self.data[member.start : member.start + HEAD_BYTES]
        return next(self._expand_bzip2(member.start), b"")[:HEAD_BYTES] if member.method == BZIP2 else b""

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The member's bytes, in pieces.  Damage is recorded after the pieces that could be read."""
        self.ctx.budget.charge_member()
        if member.encrypted:
            self.ctx.not_read(NotReadReason.ENCRYPTED, name="package")
            return
        crc = 0
        try:
            for piece in self._produce(member):
                self.ctx.budget.charge_bytes(len(piece))
                self.ctx.budget.check_time()
                crc = zlib.crc32(piece, crc)
                yield piece
        except (zlib.error, OSError, EOFError):
            self.ctx.not_read(NotReadReason.DAMAGED, "壓縮內容損壞", name="package")
            return
        if member.crc is not None and crc != member.crc:
            self.ctx.not_read(NotReadReason.DAMAGED, "檢查碼不符", name="package")

    def _produce(self, member: Member) -> Iterator[bytes]:
        if member.method == STORED:
            end = len(self.data) if member.size < 0 else member.start + member.size
            if end > len(self.data):
                self.ctx.not_read(NotReadReason.TRUNCATED, name="package")
            for at in range(member.start, min(end, len(self.data)), PIECE_BYTES):
                yield self.data[at : min(at + PIECE_BYTES, end)]
        elif member.method == DEFLATED:
            yield from self._inflate(member.start)
        elif member.method == BZIP2:
            yield from self._expand_bzip2(member.start)
        else:
            self.ctx.not_read(NotReadReason.UNKNOWN_TYPE, "不支援的壓縮方式", name="package")

    def _inflate(self, start: int) -> Iterator[bytes]:
        """The stream's own end counts, not the size in the header."""
        expander = zlib.decompressobj(-15)
        view = memoryview(self.data)
        for at in range(start, len(self.data), FEED_BYTES):
            waiting: bytes | memoryview = view[at : at + FEED_BYTES]
            while waiting:
                piece = expander.decompress(waiting, PIECE_BYTES)
                if piece:
                    yield piece
                if expander.eof:
                    return
                waiting = expander.unconsumed_tail
                if not piece and not waiting:
                    break
        self.ctx.not_read(NotReadReason.TRUNCATED, name="package")

    def _expand_bzip2(self, start: int) -> Iterator[bytes]:
        expander = bz2.BZ2Decompressor()
        at = start
        while not expander.eof:
            if expander.needs_input and at >= len(self.data):
                self.ctx.not_read(NotReadReason.TRUNCATED, name="package")
                return
            feed = self.data[at : at + FEED_BYTES] if expander.needs_input else b""
            at += len(feed)
            piece = expander.decompress(feed, PIECE_BYTES)
            if piece:
                yield piece

    def _listed(self) -> list[Member]:
        """Members of the directory, also when something stands before the zip."""
        end = self.data.rfind(END)
        if end < 0 or end + 22 > len(self.data):
            return []
        size, offset = unpack_from("<II", self.data, end + 12)
        at = end - size if size < end and self.data.startswith(CENTRAL, end - size) else offset
        shift = at - offset if offset != 0xFFFFFFFF else 0
        members = []
        while self.data.startswith(CENTRAL, at) and at + 46 <= len(self.data):
            self.ctx.budget.check_time()
            flags, method = unpack_from("<HH", self.data, at + 8)
            crc, packed, unpacked = unpack_from("<III", self.data, at + 16)
            name_length, extra_length, comment_length = unpack_from("<HHH", self.data, at + 28)
            local = unpack_from("<I", self.data, at + 42)[0]
            name = self.data[at + 46 : at + 46 + name_length]
            extra = self.data[at + 46 + name_length : at + 46 + name_length + extra_length]
            packed, local = _wide(extra, unpacked, packed, local)
            start = self._data_start(local + shift)
            if start is None:
                self.ctx.not_read(NotReadReason.DAMAGED, "壓縮目錄與內容不符", name="package")
            else:
                members.append(
                    Member(_decoded(name, flags), method, bool(flags & ENCRYPTED), start, packed, crc)
                )
            at += 46 + name_length + extra_length + comment_length
        return members

    def _data_start(self, local: int) -> int | None:
        if local < 0 or local + 30 > len(self.data) or not self.data.startswith(LOCAL, local):
            return None
        name_length, extra_length = unpack_from("<HH", self.data, local + 26)
        return int(local + 30 + name_length + extra_length)

    def _unlisted(self, known: set[int]) -> list[Member]:
        """Members that only have a local header; signatures inside stored members belong to those."""
        spans = sorted((m.start, m.start + max(m.size, 0)) for m in self.members)
        found: list[Member] = []
        index, at = 0, self.data.find(LOCAL)
        while at >= 0:
            self.ctx.budget.check_time()
            while index < len(spans) and spans[index][1] <= at:
                index += 1
            inside = index < len(spans) and spans[index][0] <= at
            start = self._data_start(at)
            if not inside and start is not None and start not in known and start <= len(self.data):
                found.append(self._local(at, start))
                step = max(found[-1].size, 0) if found[-1].method == STORED else 0
                at = self.data.find(LOCAL, start + step)
            else:
                at = self.data.find(LOCAL, at + 4)
        if found and self.members:
            self.ctx.remark("檔內有目錄未列出的成員")
        return found

    def _local(self, at: int, start: int) -> Member:
        flags, method = unpack_from("<HH", self.data, at + 6)
        crc, packed = unpack_from("<II", self.data, at + 14)
        name_length = unpack_from("<H", self.data, at + 26)[0]
        name = _decoded(self.data[at + 30 : at + 30 + name_length], flags)
        if flags & STREAMED and not packed:
            following = self.data.find(b"PK", start)
            size = following - start if method == STORED and following > 0 else -1
            return Member(name, method, bool(flags & ENCRYPTED), start, size, None)
        return Member(name, method, bool(flags & ENCRYPTED), start, packed, crc)


def _wide(extra: bytes, unpacked: int, packed: int, local: int) -> tuple[int, int]:
    """Packed size and offset from the zip64 field where the short ones are full."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = unpack_from("<HH", extra, at)
        if kind == 1:
            values = [unpack_from("<Q", extra, at + 4 + 8 * i)[0] for i in range(min(length, len(extra) - at - 4) // 8)]
            if unpacked == 0xFFFFFFFF and values:
                values.pop(0)
            if packed == 0xFFFFFFFF and values:
                packed = values.pop(0)
            if local == 0xFFFFFFFF and values:
                local = values.pop(0)
        at += 4 + length
    return packed, local


def _decoded(name: bytes, flags: int) -> str:
    """A member's name with forward slashes.  It is text and a key, never a path."""
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("utf-8" if flags & UTF8_NAME else "cp950", "replace")
    return text.replace("\\", "/").lstrip("/")
