"""What stands in a PDF besides its pages: strings and XML in its objects, found without believing its tables.

A viewer's library gives the pages of the latest revision.  Titles under other names, scripts, forms in XML, layer names
and what earlier revisions held are found here, by a scan of the bytes and of the streams that hold objects.
Source: ISO 32000-2:2020 §7, read 2026-11.
"""

import re
import zlib
from collections.abc import Iterator

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext
from dlp.readers.members import read_other_xml

HEAD_BYTES = 512  # of a stream, to see whether it is XML
LOOKED_AT_BYTES = 16 << 20  # of one stream
TEXT_CHARS = 500_000
_STRING = re.compile(rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,2000}\)){1,65000}\)", re.DOTALL)
_HEX = re.compile(rb"<((?:[0-9A-Fa-f]\s{0,2}){8,65000})>")
_ESCAPE = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3}|\r\n|\n|\r)")
_CODES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_BINARY_STREAM = re.compile(rb"/Subtype\s{0,9}/(?:Image|Type1C|CIDFontType0C|OpenType)|/Length1\s|/FontFile|/DCTDecode|/JPXDecode|/FunctionType|/PatternType|/N\s{1,3}[134]\s{0,3}/Alternate")
_NOISE = re.compile(r"D:[0-9]{4,14}[0-9Z+\-']{0,10}|[A-Z]{6}\+\S{1,60}|/?[A-Za-z]{1,24}[0-9]{0,3}|[\x00-\x7f]{0,5}|[0-9A-Fa-f\-]{16,64}|%.*")


def strings(data: bytes, ctx: ReadContext, *, known: str) -> None:
    """Strings of the document's objects that are not in ``known`` (the text read from its pages)."""
    found: dict[str, None] = {}
    size = 0
    for area in _areas(data, ctx):
        for text in _texts(area):
            if text not in found and text not in known and not _NOISE.fullmatch(text):
                found[text] = None
                size += len(text)
        ctx.budget.check_time()
        if size > TEXT_CHARS:
            ctx.not_read(NotReadReason.LIMIT_TEXT, "PDF 物件中的字串過多", name="objects")
            break
    ctx.add(Place.HIDDEN, "\n".join(found), name="strings")


def _areas(data: bytes, ctx: ReadContext) -> Iterator[bytes]:
    """The bytes between streams, and the streams that hold objects; XML streams are read on the way."""
    at = 0
    while at < len(data):
        start = data.find(b"stream", at)
        if start < 0:
            yield data[at:]
            return
        if data[start - 3 : start] == b"end":
            at = start + 6
            continue
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        dictionary = data[max(data.rfind(b"obj", at, start), at) : start]
        yield data[at:start]
        body = data[start + 6 : end].lstrip(b"\r\n")
        if not _BINARY_STREAM.search(dictionary):
            yield from _stream(dictionary, body, ctx)
        at = end + 9


def _stream(dictionary: bytes, body: bytes, ctx: ReadContext) -> Iterator[bytes]:
    if b"/ObjStm" in dictionary:
        yield _inflated(body, ctx, LOOKED_AT_BYTES)
        return
    head = body[:HEAD_BYTES] if b"/Filter" not in dictionary else _inflated(body[:4096], ctx, HEAD_BYTES)
    if head.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith((b"<", b"\0<", b"<\0")):
        whole = body if b"/Filter" not in dictionary else _inflated(body, ctx, LOOKED_AT_BYTES)
        read_other_xml([whole.strip(b"\0 \r\n")], ctx)


def _inflated(body: bytes, ctx: ReadContext, most: int) -> bytes:
    """The beginning of a deflated stream, as much of it as is there; other filters give nothing."""
    try:
        out = zlib.decompressobj().decompress(body, most)
    except zlib.error:
        return b""
    ctx.budget.charge_bytes(len(out))
    if len(out) == most == LOOKED_AT_BYTES:
        ctx.not_read(NotReadReason.LIMIT_UNPACKED, f"PDF 物件超過 {most >> 20} MB 的部分", name="objects")
    return out


def _texts(area: bytes) -> Iterator[str]:
    for found in _STRING.finditer(area):
        yield from decoded(_ESCAPE.sub(_unescape, found[0][1:-1]))
    for found in _HEX.finditer(area):
        digits = b"".join(found[1].split())
        yield from decoded(bytes.fromhex(digits[: len(digits) & ~1].decode("ascii")))


def _unescape(found: "re.Match[bytes]") -> bytes:
    code = found[1]
    if code[:1].isdigit():
        return bytes((int(code, 8) & 255,))
    return b"" if code[:1] in b"\r\n" else _CODES.get(code, code)


def decoded(data: bytes) -> Iterator[str]:
    """A text string of a PDF in whatever it is likely to be written in."""
    if data.startswith(b"\xfe\xff"):
        yield data[2:].decode("utf-16-be", "replace").strip("\0 \r\n")
    elif data.startswith(b"\xff\xfe"):
        yield data[2:].decode("utf-16-le", "replace").strip("\0 \r\n")
    else:
        for codec in ("utf-8", "cp950"):
            try:
                text = data.removeprefix(b"\xef\xbb\xbf").decode(codec)
            except UnicodeDecodeError:
                continue
            if all(c >= " " or c in "\t\r\n" for c in text):
                yield text.strip()
                return
