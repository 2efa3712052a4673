"""Single-file compression: gzip, bzip2, xz, lzma, zstd; several members in a row, names and comments in headers."""

from collections.abc import Callable
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers import raw
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.limits import MIB, Budget, LimitReached
from dlp.readers.unpacking import Unpacked, bunzip, inflate, unxz

ZSTD_WINDOW_BYTES = 128 * MIB
GZIP_EXTRA, GZIP_NAME, GZIP_COMMENT = 4, 8, 16
STREAMS_MOST = 10_000  # members of one gzip or frames of one zstd file
TAR_ENDINGS = {"tgz": "tar", "tbz": "tar", "tbz2": "tar", "tb2": "tar", "txz": "tar", "tlz": "tar", "tzst": "tar", "svgz": "svg"}


def read_gzip(data: bytes, ctx: ReadContext) -> None:
    """All members together are one file, as gunzip makes it; their header names are names."""
    names = _gzip_names(data, ctx)
    _read_stream(data, ctx, _gunzip, b"\x1f\x8b\x08", names)


def _gunzip(data: bytes, budget: Budget) -> Unpacked:
    """One member; one with a wrong check sum is inflated once more without the check."""
    unpacked = inflate(data, 0, len(data), budget, window=31)
    if not unpacked.damaged:
        return unpacked
    bare = inflate(data, _gzip_header_bytes(data), len(data), budget)
    return Unpacked(bare.data, unpacked.used, complete=False, damaged=True)


def _gzip_header_bytes(data: bytes) -> int:
    try:
        flags, at = data[3], 10
        if flags & GZIP_EXTRA:
            at += 2 + int(unpack_from("<H", data, at)[0])
        for flag in (GZIP_NAME, GZIP_COMMENT):
            if flags & flag:
                at = data.index(b"\0", at) + 1
        return at + (2 if flags & 2 else 0)
    except (ValueError, IndexError, StructError):
        return 10


def read_bzip2(data: bytes, ctx: ReadContext) -> None:
    _read_stream(data, ctx, bunzip, b"BZh", "")


def read_xz(data: bytes, ctx: ReadContext) -> None:
    _read_stream(data, ctx, unxz, data[:6] if data.startswith(b"\xfd7zXZ") else b"\x5d\0\0", "")


def read_zstd(data: bytes, ctx: ReadContext) -> None:
    unpacked = unzstd(data, ctx.budget)
    if unpacked is None:
        ctx.not_read(NotReadReason.MISSING_READER, "需要 zstandard 元件")
        return
    _hand_on(unpacked.data, ctx, "")
    if unpacked.damaged or not unpacked.complete:
        ctx.not_read(NotReadReason.DAMAGED if unpacked.damaged else NotReadReason.TRUNCATED)


def _read_stream(
    data: bytes, ctx: ReadContext, step: Callable[[bytes, Budget], Unpacked], magic: bytes, names: str
) -> None:
    out: list[bytes] = []
    rest, fault = data, None
    for _ in range(STREAMS_MOST):
        try:
            unpacked = step(rest, ctx.budget)
        except LimitReached as limit:
            ctx.not_read(limit.reason, limit.detail)
            fault = limit.reason
            break
        out.append(unpacked.data)
        if unpacked.damaged or not unpacked.complete:
            fault = NotReadReason.DAMAGED if unpacked.damaged else NotReadReason.TRUNCATED
            ctx.not_read(fault)
            break
        rest = rest[max(unpacked.used, 1) :]
        if not rest.startswith(magic):
            break
    _hand_on(b"".join(out), ctx, names)
    if fault is None and rest.strip(b"\0"):
        ctx.remark("壓縮資料之後另有資料")
        raw.salvage(rest, ctx)


def _hand_on(content: bytes, ctx: ReadContext, names: str) -> None:
    """The unpacked file as a child, named as its header or its outer name says."""
    if not content:
        return
    ctx.child(content, name=names or _inner_name(ctx.name), label="member")


def _inner_name(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return ""
    tar = TAR_ENDINGS.get(extension.lower())
    return f"{stem}.{tar}" if tar else stem


def _gzip_names(data: bytes, ctx: ReadContext) -> str:
    """Original name of the first member; further names and comments are added as they are found."""
    try:
        flags, at = data[3], 10
        if flags & GZIP_EXTRA:
            at += 2 + unpack_from("<H", data, at)[0]
        name = b""
        if flags & GZIP_NAME:
            end = data.index(b"\0", at)
            name, at = data[at:end], end + 1
        if flags & GZIP_COMMENT:
            ctx.add(Place.COMMENT, decode(data[at : data.index(b"\0", at)]).text, name="comment")
    except (ValueError, IndexError, StructError):
        return ""
    return decode(name).text if name else ""


def unzstd(data: bytes, budget: Budget) -> Unpacked | None:
    """All zstd frames of ``data``; None when the optional ``zstandard`` is missing."""
    try:
        import zstandard
    except ImportError:
        return None
    out: list[bytes] = []
    damaged = complete = False
    reader = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).stream_reader(data, read_across_frames=True)
    size = 0
    try:
        while block := reader.read(MIB):
            budget.charge_bytes(len(block))
            budget.check_time()
            size += len(block)
            if size > budget.limits.item_bytes:
                raise LimitReached(NotReadReason.LIMIT_SIZE, f"解壓後的單一檔案超過 {budget.limits.item_bytes // MIB} MB")
            out.append(block)
        complete = _last_frame_complete(data)
    except zstandard.ZstdError:
        damaged = True
    return Unpacked(b"".join(out), len(data), complete=complete, damaged=damaged)


def _last_frame_complete(data: bytes) -> bool:
    """The streaming reader ends a cut frame without a word, so the frame is walked by its block headers (RFC 8878)."""
    at = 0
    while at + 6 <= len(data):
        magic = unpack_from("<I", data, at)[0]
        if 0x184D2A50 <= magic <= 0x184D2A5F:
            at += 8 + unpack_from("<I", data, at + 4)[0] if at + 8 <= len(data) else 8
            continue
        if magic != 0xFD2FB528:
            return True  # bytes after the last frame
        descriptor = data[at + 4]
        single, checksum = descriptor >> 5 & 1, descriptor >> 2 & 1
        at += 5 + (0 if single else 1) + (0, 1, 2, 4)[descriptor & 3] + ((1 if single else 0), 2, 4, 8)[descriptor >> 6]
        last = False
        while not last:
            if at + 3 > len(data):
                return False
            header = int.from_bytes(data[at : at + 3], "little")
            last = bool(header & 1)
            at += 3 + (1 if header >> 1 & 3 == 1 else header >> 3)
        at += 4 * checksum
    return at == len(data)
