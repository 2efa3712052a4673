"""Bytes of unknown type: readable strings in UTF-8, UTF-16 and Big5 are searched, and the item counts as not read.

A string must look like language: random bytes hold short runs in every encoding, so Chinese runs are weighed by how
common their characters are.
"""

import re
from collections.abc import Iterator

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext
from dlp.readers.encodings import CP950, UTF8, mean_weight
from dlp.readers.formats import FORMATS
from dlp.readers.limits import MIB

HEAD_BYTES = 12 * MIB  # of a bigger file the start and the end are searched
TAIL_BYTES = 4 * MIB
STRINGS_CHARS = 2_000_000  # most text kept of one item
LANGUAGE = -7.8  # mean weight from which a Chinese run is language
SHORT_RUN = 12  # characters; a shorter run has to read better
SHORT_MARGIN = 0.8

_HAN_UTF8 = rb"[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbf][\x80-\xbf]"
_PATTERNS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    (UTF8, re.compile(rb"(?:[\t\n\r -~]|" + _HAN_UTF8 + rb"){8,20000}")),
    ("utf-16-le", re.compile(rb"(?:[\t\n\r -~]\0|.[\x4e-\x9f]|[\0-\x1f]\x30|[\x01-\x5e]\xff){5,20000}", re.DOTALL)),
    ("utf-16-be", re.compile(rb"(?:\0[\t\n\r -~]|[\x4e-\x9f].|\x30[\0-\x1f]|\xff[\x01-\x5e]){5,20000}", re.DOTALL)),
    (CP950, re.compile(rb"(?:[\t\n\r -~]|[\xa1-\xf9][\x40-\x7e\xa1-\xfe]){6,20000}")),
)
_UTF8_HAN = re.compile(rb"(?:" + _HAN_UTF8 + rb"){3}")
_HAN = re.compile("[\u4e00-\u9fff]")
_NUMBERS = re.compile(r"[0-9]{7,20}|[A-Za-z][0-9]{8,10}")


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
    for encoding, pattern in _PATTERNS:
        found: list[str] = []
        size = 0
        for text in _strings(data, encoding, pattern, ctx):
            if text in seen:
                continue
            seen.add(text)
            found.append(text)
            size += len(text)
            if size > STRINGS_CHARS:
                break
        ctx.add(Place.RAW, "\n".join(found), name="strings")


def _strings(data: bytes, encoding: str, pattern: re.Pattern[bytes], ctx: ReadContext) -> Iterator[str]:
    for number, match in enumerate(pattern.finditer(data)):
        if number % 1000 == 0:
            ctx.budget.check_time()
        run = match[0]
        if encoding == CP950:
            if run.isascii() or _UTF8_HAN.search(run):
                continue  # found as UTF-8
            # A byte in front may have been taken for the first half of the first character.
            readings = [run.decode(encoding, "replace"), run[1:].decode(encoding, "replace")]
        else:
            readings = [run.decode(encoding, "replace")]
        for text in readings:
            if _is_language(text.strip(), encoding):
                yield text.strip()


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
