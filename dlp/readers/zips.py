"""ZIP, read by own code: the directory and the local entries are both believed only as far as they agree.

Members are read as streams and never written anywhere; names are text, not paths.  Sizes in headers are ignored for
compressed members (the stream knows its end).  Entries that the directory does not list, bytes before and after, comments
and Big5 names are read as well.  Source: APPNOTE.TXT 6.3.10, read 2026-11.
"""

import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers import raw
from dlp.readers.container_kinds import ZIP_END_BYTES
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.limits import LimitReached
from dlp.readers.unpacking import Unpacked, bunzip, inflate, unxz

LOCAL, CENTRAL, END, END64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"
STORED, DEFLATED, DEFLATE64, BZIP2, LZMA, ZSTD, XZ, AES = 0, 8, 9, 12, 14, 93, 95, 99
ENCRYPTED_FLAG, DESCRIPTOR_FLAG, UTF8_FLAG, MASKED_FLAG = 0x1, 0x8, 0x800, 0x2000
UNICODE_PATH = 0x7075
TEXT_AROUND_BYTES = 16  # fewest stray bytes before, between or after entries that are searched


@dataclass(frozen=True, slots=True)
class Entry:
    """One member, as the directory or (``listed`` false) its local header describes it."""

    name: str
    method: int
    flags: int
    crc: int
    packed_bytes: int
    size_bytes: int
    local_at: int
    comment: str = ""
    listed: bool = True


@dataclass(slots=True)
class _Local:
    name: str
    method: int
    flags: int
    packed_bytes: int
    size_bytes: int
    start: int


def read(data: bytes, ctx: ReadContext) -> None:
    """Every member of the zip as a child, whatever the directory says."""
    entries, comment, base = _directory(data, ctx)
    if comment:
        ctx.add(Place.COMMENT, comment, name="comment")
    if not entries:
        if data[:4] == END or data[-22:-18] == END:
            return
        ctx.not_read(NotReadReason.TRUNCATED, "ZIP 目錄不見了，逐一搜尋成員")
        salvage(data, ctx)
        return
    covered: list[tuple[int, int]] = []
    for number, entry in enumerate(entries, start=1):
        _charge(number, ctx)
        covered.append(_read_entry(data, base, entry, ctx))
    _read_gaps(data, covered, ctx)


def salvage(data: bytes, ctx: ReadContext) -> None:
    """Members found by their local headers only: no directory, or one that lies."""
    _scan(data, 0, len(data), ctx, found=0)


def _charge(number: int, ctx: ReadContext) -> None:
    ctx.budget.charge_member()
    ctx.budget.check_time()
    if number > ctx.budget.limits.container_members:
        raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"壓縮檔成員超過 {ctx.budget.limits.container_members:,} 個")


def _directory(data: bytes, ctx: ReadContext) -> tuple[list[Entry], str, int]:
    """Entries of the last directory, the archive comment, and how far everything is shifted by bytes in front."""
    tail_at = max(len(data) - ZIP_END_BYTES, 0)
    at = data.rfind(END, tail_at)
    if at < 0 or at + 22 > len(data):
        return [], "", 0
    total, size, offset, comment_size = unpack_from("<HIIH", data, at + 10)
    comment = _text(data[at + 22 : at + 22 + comment_size])
    start = at - size
    if offset == 0xFFFFFFFF or total == 0xFFFF or size == 0xFFFFFFFF:
        at64 = data.rfind(END64, max(at - 4_096, 0), at)
        if at64 >= 0 and at64 + 56 <= len(data):
            size, offset = unpack_from("<QQ", data, at64 + 40)
            start = at64 - size
    if start < 0 or data[start : start + 4] != CENTRAL:
        start = data.find(CENTRAL, max(min(offset, len(data)), 0)) if data[offset : offset + 4] == CENTRAL else data.rfind(CENTRAL, 0, at)
        if start < 0:
            return [], comment, 0
        first = data.find(CENTRAL)
        start = offset if data[offset : offset + 4] == CENTRAL else first
        ctx.not_read(NotReadReason.DAMAGED, "ZIP 目錄的位置不對")
    base = max(start - offset, 0) if offset < len(data) else 0
    return list(_entries(data, start, at, ctx)), comment, base


def _entries(data: bytes, start: int, end: int, ctx: ReadContext) -> Iterator[Entry]:
    at = start
    while at + 46 <= end and data[at : at + 4] == CENTRAL:
        flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size = unpack_from("<HHHHIIIHHH", data, at + 8)
        local_at = unpack_from("<I", data, at + 42)[0]
        name_at = at + 46
        extra = data[name_at + name_size : name_at + name_size + extra_size]
        comment_at = name_at + name_size + extra_size
        packed, size, local_at = _zip64(extra, packed, size, local_at)
        name = _name(data[name_at : name_at + name_size], flags, extra)
        yield Entry(name, method, flags, crc, packed, size, local_at, _text(data[comment_at : comment_at + comment_size]))
        at = comment_at + comment_size
    if at < end and data[at : at + 4] not in (END64, b"PK\x06\x07", b"PK\x05\x05"):
        ctx.not_read(NotReadReason.DAMAGED, "ZIP 目錄不完整")


def _zip64(extra: bytes, packed: int, size: int, local_at: int) -> tuple[int, int, int]:
    field = _extra_field(extra, 1)
    values = [unpack_from("<Q", field, i)[0] for i in range(0, len(field) - 7, 8)]
    if size == 0xFFFFFFFF and values:
        size = values.pop(0)
    if packed == 0xFFFFFFFF and values:
        packed = values.pop(0)
    if local_at == 0xFFFFFFFF and values:
        local_at = values.pop(0)
    return packed, size, local_at


def _extra_field(extra: bytes, wanted: int) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, size = unpack_from("<HH", extra, at)
        if kind == wanted:
            return extra[at + 4 : at + 4 + size]
        at += 4 + size
    return b""


def _name(name: bytes, flags: int, extra: bytes) -> str:
    """UTF-8 where it says so, else judged (Windows in Taiwan writes CP950); a differing Unicode path is added."""
    text = name.decode("utf-8", "replace") if flags & UTF8_FLAG else _text(name)
    unicode_path = _extra_field(extra, UNICODE_PATH)[5:].decode("utf-8", "replace")
    if unicode_path and unicode_path != text:
        return f"{unicode_path}\n{text}" if flags & UTF8_FLAG or not name.isascii() else unicode_path
    return text


def _text(data: bytes) -> str:
    return decode(data).text if data else ""


def _local(data: bytes, at: int) -> _Local | None:
    if at < 0 or data[at : at + 4] != LOCAL or at + 30 > len(data):
        return None
    flags, method, _, _, _, packed, size, name_size, extra_size = unpack_from("<HHHHIIIHH", data, at + 6)
    extra = data[at + 30 + name_size : at + 30 + name_size + extra_size]
    packed, size, _ = _zip64(extra, packed, size, 0)
    name = _name(data[at + 30 : at + 30 + name_size], flags, extra)
    return _Local(name, method, flags, packed, size, at + 30 + name_size + extra_size)


def _read_entry(data: bytes, base: int, entry: Entry, ctx: ReadContext) -> tuple[int, int]:
    """Read one listed member; returns the bytes it takes."""
    at = entry.local_at + base
    local = _local(data, at) or _local(data, at := entry.local_at)
    name = entry.name
    if local is not None and local.name != name and not entry.flags & MASKED_FLAG:
        name = f"{name}\n{local.name}"
        ctx.remark("壓縮檔成員的名稱在目錄與檔頭不一致")
    if entry.comment:
        ctx.add(Place.COMMENT, entry.comment, name="comment")
    if name.endswith("/") and entry.size_bytes == 0:
        ctx.open_child(name=name, label="member")
        return (at, local.start) if local else (0, 0)
    if local is None:
        ctx.open_child(name=name, label="member").not_read(NotReadReason.DAMAGED, "找不到成員的檔頭")
        return 0, 0
    if (entry.flags | local.flags) & ENCRYPTED_FLAG or AES in (entry.method, local.method):
        ctx.open_child(name=name, label="member").not_read(NotReadReason.ENCRYPTED)
        return at, min(local.start + entry.packed_bytes, len(data))
    end = local.start + entry.packed_bytes
    return at, _unpack(data, local, entry, name, end, ctx)


def _unpack(data: bytes, local: _Local, entry: Entry, name: str, end: int, ctx: ReadContext) -> int:
    """Unpack one member and hand it on; returns where it ended."""
    method = local.method
    if entry.method != local.method:
        ctx.not_read(NotReadReason.AMBIGUOUS, "壓縮檔成員的壓縮方法在目錄與檔頭不一致")
    try:
        unpacked = _unpack_stream(data, local.start, end, method, ctx)
    except LimitReached as limit:
        ctx.open_child(name=name, label="member").not_read(limit.reason, limit.detail)
        return end
    if unpacked is None:
        ctx.open_child(name=name, label="member").not_read(NotReadReason.MISSING_READER, f"不支援的 ZIP 壓縮方法 {method}")
        return end
    content = unpacked.data
    if method == STORED and not local.flags & DESCRIPTOR_FLAG and local.packed_bytes != entry.packed_bytes:
        ctx.not_read(NotReadReason.AMBIGUOUS, "壓縮檔成員的大小在目錄與檔頭不一致")
        content = data[local.start : local.start + max(local.packed_bytes, entry.packed_bytes)]
    child_data = content
    sub = _member_faults(child_data, unpacked, entry)
    ctx.child(child_data, name=name, label="member") if child_data or not sub else ctx.open_child(name=name, label="member")
    if sub:
        ctx.not_read(sub, "壓縮檔成員")
    return max(end, local.start + unpacked.used)


def _member_faults(content: bytes, unpacked: Unpacked, entry: Entry) -> NotReadReason | None:
    if unpacked.damaged:
        return NotReadReason.DAMAGED
    if not unpacked.complete:
        return NotReadReason.TRUNCATED
    if entry.listed and zlib.crc32(content) != entry.crc:
        return NotReadReason.DAMAGED
    return None


def _unpack_stream(data: bytes, start: int, end: int, method: int, ctx: ReadContext) -> Unpacked | None:
    """The member's bytes; None for a method nobody here can undo."""
    budget = ctx.budget
    if method == STORED:
        body = data[start:end]
        budget.charge_bytes(len(body))
        return Unpacked(body, len(body), complete=end <= len(data), damaged=False)
    if method == DEFLATED:
        return inflate(data, start, len(data), budget)
    body = data[start:end]
    if method == BZIP2:
        return bunzip(body, budget)
    if method == XZ:
        return unxz(body, budget)
    if method == LZMA:
        return _unlzma(body, ctx)
    if method == ZSTD:
        from dlp.readers.compressed import unzstd

        return unzstd(body, budget)
    return None


def _unlzma(body: bytes, ctx: ReadContext) -> Unpacked:
    """Zip's own LZMA header: version, size of the properties, properties, raw stream."""
    try:
        size = unpack_from("<H", body, 2)[0]
        properties, dictionary = unpack_from("<BI", body, 4)
    except StructError:
        return Unpacked(b"", len(body), complete=False, damaged=True)
    if size != 5 or properties >= 225 or dictionary > 256 << 20:
        return Unpacked(b"", len(body), complete=False, damaged=True)
    rest, lc = divmod(properties, 9)
    pb, lp = divmod(rest, 5)
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": lc, "lp": lp, "pb": pb}]
    unpacked = unxz(body[9:], ctx.budget, format=lzma.FORMAT_RAW, filters=filters)
    return Unpacked(unpacked.data, len(body), complete=True, damaged=unpacked.damaged)


def _read_gaps(data: bytes, covered: list[tuple[int, int]], ctx: ReadContext) -> None:
    """What lies before, between and after the listed members: hidden entries and plain bytes."""
    spans = sorted(span for span in covered if span[1] > span[0])
    directory = data.find(CENTRAL, spans[-1][1] if spans else 0)
    limit = directory if directory >= 0 else len(data)
    at = 0
    hidden = len(covered)
    for start, end in [*spans, (limit, limit)]:
        if start > at:
            hidden = _read_gap(data, at, start, hidden, ctx)
        elif start < at and end > start and start > 0 and (start, end) not in ((limit, limit),):
            ctx.remark("壓縮檔成員互相重疊")
        at = max(at, end)
    tail = data.rfind(END)
    if tail >= 0:
        comment_size = unpack_from("<H", data, tail + 20)[0] if tail + 22 <= len(data) else 0
        after = tail + 22 + comment_size
        if len(data) - after >= TEXT_AROUND_BYTES:
            ctx.remark("壓縮檔之後另有資料")
            raw.salvage(data[after:], ctx)


def _read_gap(data: bytes, start: int, end: int, found: int, ctx: ReadContext) -> int:
    if data.find(LOCAL, start, end) >= 0:
        ctx.remark("壓縮檔含有目錄未列出的成員")
        return _scan(data, start, end, ctx, found=found)
    body = data[start:end]
    if len(body) >= TEXT_AROUND_BYTES and not body.startswith(b"PK\x07\x08") and body.strip(b"\0"):
        if not body.startswith(b"MZ"):
            ctx.remark("壓縮檔成員之間另有資料")
        raw.salvage(body, ctx)
    return found


def _scan(data: bytes, start: int, end: int, ctx: ReadContext, *, found: int) -> int:
    """Every local entry between ``start`` and ``end``, found by its signature."""
    at = data.find(LOCAL, start, end)
    while at >= 0:
        local = _local(data, at)
        if local is None:
            break
        found += 1
        _charge(found, ctx)
        entry_end = local.start + local.packed_bytes
        if local.method == STORED and (local.flags & DESCRIPTOR_FLAG or entry_end > len(data)):
            following = min((p for p in (data.find(LOCAL, local.start), data.find(CENTRAL, local.start)) if p >= 0), default=len(data))
            entry_end = following
        entry = Entry(local.name, local.method, local.flags, 0, entry_end - local.start, local.size_bytes, at, listed=False)
        if local.flags & ENCRYPTED_FLAG:
            ctx.open_child(name=local.name, label="member").not_read(NotReadReason.ENCRYPTED)
        else:
            entry_end = _unpack(data, local, entry, local.name, entry_end, ctx)
        at = data.find(LOCAL, max(entry_end, at + 4), end)
    return found
