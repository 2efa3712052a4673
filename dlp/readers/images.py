"""Pictures: the texts that stand beside the pixels, and the pixels themselves by OCR when that is switched on.

Read without decoding the picture: PNG text chunks, JPEG comments and Exif, IPTC captions, GIF comments, TIFF tags, XMP.
A picture too small to hold a word is no gap in the reading.
Sources: PNG 3rd edition, JPEG T.81, Exif 2.32, TIFF 6.0, GIF89a, XMP part 3, read 2026-11.
"""

import re
from collections.abc import Iterator
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers import ocr
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.limits import LimitReached
from dlp.readers.unpacking import inflate

SMALLEST_SIDE_PIXELS = 12  # below this no character can be read: spacers, tracking dots, bullets
SMALLEST_AREA_PIXELS = 900
_XMP = re.compile(rb"<x:xmpmeta.{0,5000000}?</x:xmpmeta>", re.DOTALL)
_XMP_TEXT = re.compile(r">([^<>]{1,100000})<|=\"([^\"<>]{1,100000})\"")
_ADDRESS = re.compile(r"\A(?:https?://|urn:|xmp\.|uuid:)[!-~]{0,400}\Z")
TIFF_TEXT_TAGS = frozenset({0x010D, 0x010E, 0x010F, 0x0110, 0x011D, 0x0131, 0x013B, 0x013C, 0x8298, 0x9286,
                            0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F, 0xA430, 0xA433})  # fmt: skip
TIFF_TYPES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}  # bytes per value of the types that matter
DIRECTORIES_MOST = 200


def read(data: bytes, ctx: ReadContext) -> None:
    """Texts around the pixels as properties, then the pixels."""
    texts = list(dict.fromkeys(text.strip("\0 \t\r\n") for text in _texts(data, ctx)))
    ctx.add(Place.PROPERTY, "\n".join(filter(None, texts)), name="metadata")
    size = pixel_size(data, ctx.format)
    if size is not None and (min(size) < SMALLEST_SIDE_PIXELS or size[0] * size[1] < SMALLEST_AREA_PIXELS):
        return
    if size is not None and size[0] * size[1] > ctx.budget.limits.image_pixels:
        ctx.not_read(NotReadReason.LIMIT_SIZE, f"圖片超過 {ctx.budget.limits.image_pixels // 1_000_000} 百萬像素，未辨識文字")
        return
    ocr.read(data, ctx)


def _texts(data: bytes, ctx: ReadContext) -> Iterator[str]:
    readers = {"png": _png, "jpeg": _jpeg, "tiff": _tiff_file, "gif": _gif}
    reader = readers.get(ctx.format)
    try:
        if reader is not None:
            yield from reader(data, ctx)
    except (StructError, ValueError, IndexError):
        ctx.remark("圖片的附加資料損壞")
    for match in _XMP.finditer(data[: 64 << 20]):
        for found in _XMP_TEXT.finditer(decode(match[0]).text):
            text = (found[1] or found[2]).strip()
            if text and not _ADDRESS.match(text):
                yield text


def _png(data: bytes, ctx: ReadContext) -> Iterator[str]:
    at = 8
    while at + 12 <= len(data):
        size, kind = unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if kind == b"tEXt":
            yield decode(body.replace(b"\0", b" ", 1)).text
        elif kind == b"zTXt":
            key, _, rest = body.partition(b"\0")
            yield decode(key).text + " " + decode(_inflated(rest[1:], ctx)).text
        elif kind == b"iTXt":
            yield _itxt(body, ctx)
        elif kind == b"eXIf":
            yield from _tiff(body)
        at += 12 + size
        ctx.budget.check_time()


def _itxt(body: bytes, ctx: ReadContext) -> str:
    key, _, rest = body.partition(b"\0")
    packed, rest = rest[:1] == b"\1", rest[2:]
    _, _, rest = rest.partition(b"\0")
    title, _, text = rest.partition(b"\0")
    return f"{decode(key).text} {decode(title).text} {decode(_inflated(text, ctx) if packed else text).text}"


def _inflated(data: bytes, ctx: ReadContext) -> bytes:
    try:
        return inflate(data, 0, len(data), ctx.budget, window=15).data
    except LimitReached as limit:
        ctx.not_read(limit.reason, limit.detail)
        return b""


def _jpeg(data: bytes, ctx: ReadContext) -> Iterator[str]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (0xD8, 0x01) or 0xD0 <= marker <= 0xD7 or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in (0xD9, 0xDA):
            return
        size = unpack_from(">H", data, at + 2)[0]
        body = data[at + 4 : at + 2 + size]
        if marker == 0xFE:
            yield decode(body).text
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            yield from _tiff(body[6:])
        elif marker == 0xED:
            yield from _iptc(body)
        at += 2 + max(size, 2)
        ctx.budget.check_time()


def _iptc(body: bytes) -> Iterator[str]:
    for match in re.finditer(rb"\x1c\x02[\x05-\x7a\xe7]", body):
        if match.end() + 2 <= len(body):
            size = unpack_from(">H", body, match.end())[0]
            if size < 0x8000:
                yield decode(body[match.end() + 2 : match.end() + 2 + size]).text


def _gif(data: bytes, ctx: ReadContext) -> Iterator[str]:
    for match in re.finditer(rb"\x21\xfe", data):
        at, out = match.end(), []
        while at < len(data) and data[at]:
            out.append(data[at + 1 : at + 1 + data[at]])
            at += 1 + data[at]
        yield decode(b"".join(out)).text
        ctx.budget.check_time()


def _tiff_file(data: bytes, ctx: ReadContext) -> Iterator[str]:
    return _tiff(data)


def _tiff(data: bytes) -> Iterator[str]:
    """Text tags of all directories; a loop among them ends by its count."""
    order = "<" if data[:2] == b"II" else ">"
    waiting = [unpack_from(order + "I", data, 4)[0]]
    seen: set[int] = set()
    while waiting and len(seen) < DIRECTORIES_MOST:
        at = waiting.pop()
        if at in seen or at + 2 > len(data) or at == 0:
            continue
        seen.add(at)
        count = unpack_from(order + "H", data, at)[0]
        for entry in range(at + 2, min(at + 2 + 12 * count, len(data) - 11), 12):
            tag, kind, number, value = unpack_from(order + "HHII", data, entry)
            if tag in (0x8769, 0x8825, 0x014A):  # Exif, GPS, sub-images
                waiting.append(value)
            elif tag in TIFF_TEXT_TAGS and kind in TIFF_TYPES:
                size = number * TIFF_TYPES[kind]
                body = data[entry + 8 : entry + 8 + size] if size <= 4 else data[value : value + min(size, 1 << 20)]
                yield _tag_text(tag, body)
        following = at + 2 + 12 * count
        if following + 4 <= len(data):
            waiting.append(unpack_from(order + "I", data, following)[0])


def _tag_text(tag: int, body: bytes) -> str:
    if 0x9C9B <= tag <= 0x9C9F:  # Windows' XPTitle … are UTF-16
        return body.decode("utf-16-le", "replace").rstrip("\0")
    if tag == 0x9286:  # UserComment: eight bytes name the encoding
        return body[8:].decode("utf-16-le", "replace") if body.startswith(b"UNICODE") else decode(body[8:].strip(b"\0")).text
    return decode(body.rstrip(b"\0")).text


def pixel_size(data: bytes, key: str) -> tuple[int, int] | None:
    """Width and height from the header, None where unknown."""
    try:
        if key == "png":
            return unpack_from(">II", data, 16)
        if key == "gif":
            return unpack_from("<HH", data, 6)
        if key == "bmp":
            width, height = unpack_from("<ii", data, 18)
            return abs(width), abs(height)
        if key == "jpeg":
            return _jpeg_size(data)
        if key == "ico":
            return data[6] or 256, data[7] or 256
    except (StructError, IndexError):
        return None
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = unpack_from(">HH", data, at + 5)
            return width, height
        if marker == 0xFF:
            at += 1
            continue
        at += 2 + max(unpack_from(">H", data, at + 2)[0], 2)
    return None
