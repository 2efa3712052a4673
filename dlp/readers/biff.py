"""Records and strings of Excel 97–2003 workbooks (BIFF8) and of the versions before.

Sources: MS-XLS §2.4–2.5, read 2026-11; OpenOffice's documentation of the Excel file format for BIFF2–5.
"""

from collections.abc import Iterator
from struct import unpack, unpack_from

from dlp.readers.encodings import decode

CONTINUE = 0x3C
STRINGS_MOST = 5_000_000


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Records in their order; what follows the last whole one is dropped by the caller's check of the length."""
    at, end = 0, len(data)
    while at + 4 <= end:
        kind, size = unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def rk(value: bytes) -> float:
    """A number packed into 30 bits."""
    bits = unpack("<I", value)[0]
    if bits & 2:
        number = float(bits >> 2 if not bits & 0x80000000 else (bits >> 2) - (1 << 30))
    else:
        number = unpack("<d", b"\0\0\0\0" + (bits & 0xFFFFFFFC).to_bytes(4, "little"))[0]
    return number / 100 if bits & 1 else number


def text8(data: bytes, at: int, *, wide_length: bool = True) -> str:
    """A BIFF8 string with its length and flags."""
    length = unpack_from("<H", data, at)[0] if wide_length else data[at]
    at += 2 if wide_length else 1
    flags = data[at]
    at += 1
    if flags & 8:
        at += 2
    if flags & 4:
        at += 4
    if flags & 1:
        return data[at : at + 2 * length].decode("utf-16-le", "replace")
    return data[at : at + length].decode("latin-1")


def text5(data: bytes, at: int, label: str, *, wide_length: bool = True) -> str:
    """A string of the versions before BIFF8: bytes in the office's code page."""
    length = unpack_from("<H", data, at)[0] if wide_length else data[at]
    at += 2 if wide_length else 1
    return decode(data[at : at + length], declared=label).text


def shared_strings(chunks: list[bytes]) -> Iterator[str]:
    """Strings of the SST record and its continuations.  A string's characters may go on in the next record, which
    begins with a flag byte of its own.  Stops where the data end."""
    if not chunks or len(chunks[0]) < 8:
        return
    count = min(unpack_from("<I", chunks[0], 4)[0], STRINGS_MOST)
    chunk, at, index = chunks[0], 8, 0
    for _ in range(count):
        if at >= len(chunk):
            index += 1
            if index >= len(chunks):
                return
            chunk, at = chunks[index], 0
        if at + 3 > len(chunk):
            return
        length, flags = unpack_from("<HB", chunk, at)
        at += 3
        runs = extra = 0
        if flags & 8:
            if at + 2 > len(chunk):
                return
            runs = unpack_from("<H", chunk, at)[0]
            at += 2
        if flags & 4:
            if at + 4 > len(chunk):
                return
            extra = unpack_from("<I", chunk, at)[0]
            at += 4
        pieces: list[str] = []
        left = length
        while True:
            width = 2 if flags & 1 else 1
            have = min(left, (len(chunk) - at) // width)
            body = chunk[at : at + have * width]
            pieces.append(body.decode("utf-16-le", "replace") if width == 2 else body.decode("latin-1"))
            at += have * width
            left -= have
            if not left:
                break
            index += 1
            if index >= len(chunks) or not chunks[index]:
                yield "".join(pieces)
                return
            chunk, at = chunks[index], 1
            flags = chunk[0]
        skip = 4 * runs + extra
        while skip > len(chunk) - at:
            skip -= len(chunk) - at
            index += 1
            if index >= len(chunks):
                yield "".join(pieces)
                return
            chunk, at = chunks[index], 0
        at += skip
        yield "".join(pieces)
