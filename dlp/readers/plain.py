"""Plain text in any encoding, whole or as a stream of pieces in bounded memory.

A valid UTF-8 text costs one decoding and no copy: the part keeps the very bytes that came in.  A huge text, CSV or mbox
is cut at line ends (mbox: at messages), so that a line and its label stay together.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dlp.document import Document, NotRead, NotReadReason, Place
from dlp.readers.big5 import CP950
from dlp.readers.context import Collector, ReadContext
from dlp.readers.encodings import Decoded, decode
from dlp.readers.formats import FORMATS
from dlp.readers.limits import DEFAULT, MIB, Budget, LimitReached, Limits
from dlp.readers.road import open_file, read_bytes, read_into, run_reader
from dlp.readers.sniff import sniff

UNDECODABLE_SHARE = 0.05  # more bad places than this among the characters: what was shown is not the text
UNDECODABLE_FEW = 3  # so few bad places are stray bytes in a text of any length
PIECE_BYTES = 8 * MIB
LINE_OVERLAP_BYTES = 4_096  # a line longer than a piece is cut, with so much of it read twice
STREAMED = frozenset({"text", "csv", "mbox", "json", "html"})

# A stray Big5 lead byte swallows the letter of an identity number: 「?A123456789」 becomes one wrong character and digits.
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_SWALLOWED = re.compile(rb"[\x81-\xfe]([A-Z][A-D1289][0-9]{8})(?![0-9])")


def read(data: bytes, ctx: ReadContext) -> None:
    """The text as one part, its bytes kept where they were UTF-8."""
    decoded = decode(data, declared=ctx.charset)
    note_encoding(decoded, ctx)
    ctx.add(Place.BODY, decoded.text, utf8=decoded.utf8, charge=bool(ctx.path))
    if decoded.encoding == CP950:
        add_swallowed(data, ctx)


def note_encoding(decoded: Decoded, ctx: ReadContext) -> None:
    """Remarks and records about how a text was encoded."""
    if decoded.declared_wrong:
        ctx.remark(f"宣告的字元編碼與內容不符（內容是 {decoded.encoding}）")
    if decoded.mixed:
        ctx.remark("同一份文字含有兩種以上的編碼")
    if decoded.nuls:
        ctx.remark("文字中夾有 NUL 字元")
    if decoded.bad > max(UNDECODABLE_FEW, len(decoded.text) * UNDECODABLE_SHARE):
        ctx.not_read(NotReadReason.UNDECODABLE, f"有 {decoded.bad:,} 處無法解碼")
    elif decoded.bad:
        ctx.remark(f"有 {decoded.bad:,} 處無法解碼")


def add_swallowed(data: bytes, ctx: ReadContext) -> None:
    """The second reading of Big5 bytes in which a lead byte may have eaten a letter."""
    digits = data.translate(_DIGITS)  # finding eight digits in a row first is twenty times faster than the pattern
    found: set[str] = set()
    at = digits.find(b"00000000")
    while at >= 0:
        match = _SWALLOWED.match(data, max(at - 3, 0)) or _SWALLOWED.match(data, max(at - 2, 0))
        if match:
            found.add(match[1].decode("ascii"))
        at = digits.find(b"00000000", at + 8)
    if found:
        ctx.add(Place.RAW, "\n".join(sorted(found)), name="second-reading")


def read_stream(
    path: str | os.PathLike[str], *, limits: Limits = DEFAULT, piece_bytes: int = PIECE_BYTES, name: str | None = None
) -> Iterator[Document]:
    """A text, CSV or mbox file of any size as documents of about ``piece_bytes``, in order.

    Part paths are unique over all pieces (``piece[3]/body``).  A CSV's first line comes first in every piece.  Raises
    OSError when the file cannot be opened.  A file of another format is read as one document, within the limits.
    """
    shown = Path(path).name if name is None else name
    with os.fdopen(open_file(path), "rb") as file:
        head = file.read(65_536)
        file.seek(0)
        format_ = sniff(head, name=shown).format
        if format_.key not in STREAMED or head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
            yield _whole(file, shown, limits)
            return
        header = head.split(b"\n", 1)[0] + b"\n" if format_.key == "csv" and b"\n" in head else b""
        cut = _messages if format_.key == "mbox" else _lines
        for number, piece in enumerate(cut(file, piece_bytes), start=1):
            data = header + piece if header and number > 1 else piece
            yield _piece(data, number, shown, format_.key, limits)


def _whole(file: BinaryIO, name: str, limits: Limits) -> Document:
    data = file.read(limits.item_bytes + 1)
    return read_bytes(data, name=name, limits=limits)


def _piece(data: bytes, number: int, name: str, key: str, limits: Limits) -> Document:
    collector = Collector()
    ctx = ReadContext(collector, Budget(limits, input_bytes=len(data)), read_into, path=f"piece[{number}]", name=name)
    media_type = "application/mbox" if key == "mbox" else "text/csv" if key == "csv" else "text/plain"
    try:
        if number == 1:
            ctx.add_name()
        _read_piece(data, ctx, key)
    except LimitReached as limit:
        collector.not_read(NotRead(ctx.path, limit.reason, limit.detail))
    return collector.document(name, media_type)


def _read_piece(data: bytes, ctx: ReadContext, key: str) -> None:
    if key == "text":
        read(data, ctx)
    elif key == "mbox":
        ctx.child(data, name="", label="member", declared="message/rfc822")
    else:
        ctx.format = key
        run_reader(data, ctx, FORMATS[key])


def _lines(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Pieces that end at line ends; a longer line is cut with an overlap, never inside a UTF-8 character."""
    rest = b""
    while True:
        block = file.read(max(size - len(rest), 1))
        if not block:
            break
        data = rest + block
        if len(data) < size:
            rest = data
            continue
        end = data.rfind(b"\n") + 1
        if end:
            yield data[:end]
            rest = data[end:]
        else:
            yield data
            start = len(data) - min(LINE_OVERLAP_BYTES, len(data) // 2)
            while start > 0 and data[start] & 0xC0 == 0x80 and len(data) - start < 2 * LINE_OVERLAP_BYTES:
                start -= 1
            rest = data[start:]
    if rest:
        yield rest


def _messages(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The messages of an mbox; one larger than a piece is still one message, up to the memory of its own size."""
    message: list[bytes] = []
    blank = True
    for line in iter(lambda: file.readline(size), b""):
        if blank and line.startswith(b"From ") and message:
            yield b"".join(message)
            message = []
        message.append(line)
        blank = not line.strip()
    if message:
        yield b"".join(message)
