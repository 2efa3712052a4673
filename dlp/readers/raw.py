"""Bytes of unknown type: readable strings in UTF-8, UTF-16 and Big5 are searched, and the item counts as not read.

A string must look like language: random bytes hold short runs in every encoding, so Chinese runs are weighed by how
common their characters are.
"""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dlp.document import NotReadReason, Place
from dlp.readers.big5 import CP950
from dlp.readers.context import ReadContext
from dlp.readers.encodings import UTF8, mean_weight
from dlp.readers.formats import FORMATS
from dlp.readers.limits import MIB

HEAD_BYTES = 12 * MIB  # of a bigger file the start and the end are searched
TAIL_BYTES = 4 * MIB
STRINGS_CHARS = 2_000_000  # most text kept of one item
LANGUAGE = -7.8  # mean weight from which a Chinese run is language
SHORT_RUN = 12  # characters; a shorter run has to read better
SHORT_MARGIN = 0.8
RUN_CHARS = 20_000  # longer runs are cut
LEAST_UTF8, LEAST_BIG5, LEAST_WIDE = 8, 8, 5  # bytes, bytes, characters

Mask = NDArray[np.bool_]
_HAN_UTF8 = rb"[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbf][\x80-\xbf]"
_UTF8 = re.compile(rb"(?:[\t\n\r -~]|" + _HAN_UTF8 + rb"){8,20000}")
_BIG5 = re.compile(rb"(?:[\t\n\r -~]|[\xa1-\xf9][\x40-\x7e\xa1-\xfe]){6,20000}")
_UTF8_HAN = re.compile(rb"(?:" + _HAN_UTF8 + rb"){3}")
_HAN = re.compile("[\u4e00-\u9fff]")
_NUMBERS = re.compile(r"[0-9]{7,20}|[A-Za-z][0-9]{8,10}")


def _bytes_mask(*ranges: tuple[int, int]) -> Mask:
    mask = np.zeros(256, dtype=np.bool_)
    for first, last in ((9, 10), (13, 13), (32, 126), *ranges):
        mask[first : last + 1] = True
    return mask


def _wide_mask() -> Mask:
    mask = np.zeros(0x10000, dtype=np.bool_)
    for first, last in ((9, 10), (13, 13), (32, 126), (0x3000, 0x301F), (0x4E00, 0x9FFF), (0xFF01, 0xFF5E)):
        mask[first : last + 1] = True
    return mask


_MAY_BE_UTF8 = _bytes_mask((0x80, 0xBF), (0xE3, 0xE9), (0xEF, 0xEF))
_MAY_BE_BIG5 = _bytes_mask((0xA1, 0xFE))
_MAY_BE_WIDE = _wide_mask()


def read(data: bytes, ctx: ReadContext) -> None:
    """Strings at Place.RAW; the item itself is not read."""
    format_ = FORMATS.get(ctx.format, FORMATS["binary"])
    ctx.not_read(NotReadReason.UNKNOWN_TYPE, "" if format_.key == "binary" else format_.label)
    salvage(data, ctx)


def salvage(data: bytes, ctx: ReadContext) -> None:
    """Strings at Place.RAW, one part per encoding in which there are any."""
    if len(data) > HEAD_BYTES + TAIL_BYTES:
        data = data[:HEAD_BYTES] + data[-TAIL_BYTES:]
    seen: set[str] = set()
    for source in (_utf8(data), _wide(data, "<u2"), _wide(data, ">u2"), _big5(data)):
        found: list[str] = []
        size = 0
        for number, text in enumerate(source):
            if number % 1000 == 0:
                ctx.budget.check_time()
            if text in seen:
                continue
            seen.add(text)
            found.append(text)
            size += len(text)
            if size > STRINGS_CHARS:
                break
        ctx.add(Place.RAW, "\n".join(found), name="strings")


def _runs(mask: Mask, least: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges in which ``mask`` holds at least ``least`` times in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).view(np.int8)))
    starts, ends = edges[0::2], edges[1::2]
    long = ends - starts >= least
    yield from zip(starts[long].tolist(), ends[long].tolist(), strict=True)


def _utf8(data: bytes) -> Iterator[str]:
    for start, end in _runs(_MAY_BE_UTF8[np.frombuffer(data, np.uint8)], LEAST_UTF8):
        for match in _UTF8.finditer(data, start, end):
            text = match[0].decode(UTF8, "replace").strip()
            if _is_language(text, UTF8):
                yield text


def _wide(data: bytes, unit: str) -> Iterator[str]:
    """UTF-16 at even and odd offsets."""
    for shift in (0, 1):
        size = (len(data) - shift) // 2
        if size <= 0:
            return
        units = np.frombuffer(data, unit, count=size, offset=shift)
        codec = "utf-16-le" if unit == "<u2" else "utf-16-be"
        for start, end in _runs(_MAY_BE_WIDE[units], LEAST_WIDE):
            end = min(end, start + RUN_CHARS)
            text = data[shift + 2 * start : shift + 2 * end].decode(codec, "replace").strip()
            if _is_language(text, codec):
                yield text


def _big5(data: bytes) -> Iterator[str]:
    """Runs in Big5 that are no UTF-8; a byte in front may have been taken for half of the first character."""
    for start, end in _runs(_MAY_BE_BIG5[np.frombuffer(data, np.uint8)], LEAST_BIG5):
        for match in _BIG5.finditer(data, start, end):
            run = match[0]
            if run.isascii() or _UTF8_HAN.search(run):
                continue
            for reading in (run, run[1:]):
                text = reading.decode(CP950, "replace").strip()
                if _is_language(text, CP950):
                    yield text


def _is_language(text: str, encoding: str) -> bool:
    han = len(_HAN.findall(text[:2000]))
    if han == 0:
        return len(text) >= 8 or _NUMBERS.search(text) is not None
    if encoding == UTF8 and han >= 2:
        return True  # random bytes do not form UTF-8
    if han < 3:
        return _NUMBERS.search(text) is not None
    limit = LANGUAGE + (SHORT_MARGIN if len(text) < SHORT_RUN else 0.0)
    return mean_weight(text[:400], encoding) > limit
