"""Word 97–2003 documents: the text by its piece table, cut into body, notes, page headers, comments and boxes.

Sources: MS-DOC §2.4–2.9, read 2026-11.  Word 6 and 95 kept plain bytes in the office's code page.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers.compound import Storage, opened
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.flow import Flow, Loose, Mark
from dlp.readers.members import quiet_strings

WORD_6_95 = 105  # nFib below this: no piece table in a stream of its own
PIECES_MOST = 500_000
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PLC_HEADERS, _PLC_CHARS, _PLC_PARAGRAPHS, _CLX = 11, 12, 13, 33
_BOOKMARKS, _ASSOCIATED, _COMMENT_AUTHORS, _REVISERS = 21, 32, 36, 51
_ASSOCIATED_NAMES = {2: "title", 3: "subject", 4: "keywords", 5: "comments", 6: "author", 7: "last-author", 15: "password"}
_STORIES: tuple[tuple[Place, str], ...] = (
    (Place.BODY, "body"), (Place.FOOTNOTE, "footnotes"), (Place.HEADER, "header"), (Place.BODY, "macros"),
    (Place.COMMENT, "comments"), (Place.FOOTNOTE, "endnotes"), (Place.TEXT_BOX, "text-boxes"), (Place.HEADER, "header-boxes"),
)  # fmt: skip
_JUSTIFY = {0: "left", 1: "center", 2: "right", 3: "left", 4: "left", 5: "left"}
_SPRM_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f]")
_REPLACED = {0x0B: "\n", 0x0C: "\n", 0x0E: "\n", 0x1E: "-", 0x07: "\t"}
_HYPERLINK = re.compile(r"HYPERLINK\s{1,9}(?:\\[a-z]\s{1,9})?\"?([^\"\x01]{4,2000})")
_FIELD = re.compile("[\x13\x14\x15]")


@dataclass(slots=True)
class _Word:
    """The streams and what their header says."""

    main: bytes
    table: bytes
    ctx: ReadContext
    pieces: list[tuple[int, int, int, bool]] = field(default_factory=list)  # first cp, last cp, offset, one byte each
    flags: list[tuple[int, int, int]] = field(default_factory=list)  # from, to (offsets in main), mark
    flag_starts: list[int] = field(default_factory=list)
    aligns: list[tuple[int, int, str]] = field(default_factory=list)
    tables: list[tuple[int, int]] = field(default_factory=list)  # pages of properties in main: no text
    links: Loose = field(default_factory=lambda: Loose(Place.LINK, "links"))

    def span(self, index: int) -> bytes:
        """A structure of the table stream by its number in the header."""
        at = 0x9A + 8 * index
        if at + 8 > len(self.main):
            return b""
        offset, size = unpack_from("<II", self.main, at)
        return self.table[offset : offset + size] if size < len(self.table) + 1 else b""


def read(data: bytes, ctx: ReadContext) -> None:
    """Read a Word document and everything else in its compound file."""
    from dlp.readers.ole import read_storage

    read_storage(opened(data, ctx), ctx)


def read_streams(storage: Storage, ctx: ReadContext) -> None:
    """The document in a storage."""
    main = storage.read("WordDocument")
    if len(main) < 0x60:
        ctx.not_read(NotReadReason.DAMAGED, "Word 文件不完整", name="word")
        quiet_strings(main, ctx)
        return
    version, flags = unpack_from("<H", main, 2)[0], unpack_from("<H", main, 0x0A)[0]
    if flags & _ENCRYPTED:
        ctx.not_read(NotReadReason.ENCRYPTED)
        storage.read("0Table")
        storage.read("1Table")
        return
    if version < WORD_6_95:
        _old_word(main, ctx)
        return
    names = ("1Table", "0Table") if flags & _SECOND_TABLE else ("0Table", "1Table")
    word = _Word(main, storage.read(names[0]), ctx)
    storage.read(names[1])
    try:
        _modern_word(word)
    except (StructError, IndexError, ValueError):
        ctx.not_read(NotReadReason.DAMAGED, "Word 文件結構損壞，只做字串檢查", name="word")
        quiet_strings(main, ctx)
        quiet_strings(word.table, ctx)


def _old_word(main: bytes, ctx: ReadContext) -> None:
    start, end = unpack_from("<II", main, 0x18)
    body = main[start:end] if start < end <= len(main) else main
    text = decode(body.replace(b"\0", b" "), declared="cp950").text
    flow = Flow(ctx)
    _write(flow, text.replace("\r", "\n"), 0)
    flow.finish()


def _modern_word(word: _Word) -> None:
    lengths = list(unpack_from("<8I", word.main, 0x4C))
    _pieces(word)
    _character_marks(word)
    if not word.pieces:
        raise ValueError("no pieces")
    total = word.pieces[-1][1]
    at = 0
    for (place, name), length in zip(_STORIES, lengths, strict=True):
        if length > total:
            raise ValueError("lying length")
        if place is Place.HEADER and name == "header":
            _headers(word, at, at + length)
        else:
            _story(word, at, at + length, place, name)
        at += length
    if at < total:
        _story(word, at, total, Place.HIDDEN, "rest")
    word.links.emit(word.ctx)
    _names(word)
    _gaps(word)


def _pieces(word: _Word) -> None:
    clx = word.span(_CLX)
    at = 0
    while at + 3 <= len(clx) and clx[at] == 1:
        at += 3 + unpack_from("<H", clx, at + 1)[0]
    if at + 5 > len(clx) or clx[at] != 2:
        raise ValueError("no piece table")
    size = unpack_from("<I", clx, at + 1)[0]
    plc = clx[at + 5 : at + 5 + size]
    count = min((len(plc) - 4) // 12, PIECES_MOST)
    positions = unpack_from(f"<{count + 1}I", plc)
    for index in range(count):
        fc = unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)[0]
        narrow = bool(fc & 0x40000000)
        offset = (fc & 0x3FFFFFFF) // 2 if narrow else fc & 0x3FFFFFFF
        if positions[index + 1] > positions[index] >= (word.pieces[-1][1] if word.pieces else 0):
            word.pieces.append((positions[index], positions[index + 1], offset, narrow))


def _runs(word: _Word, start: int, end: int) -> Iterator[tuple[str, int, int, int]]:
    """Texts of the characters from ``start`` to ``end``: text, mark, offset in the stream, bytes a character."""
    for first, last, offset, narrow in word.pieces:
        if last <= start or first >= end:
            continue
        width = 1 if narrow else 2
        begin = offset + (max(start, first) - first) * width
        stop = offset + (min(end, last) - first) * width
        for low, high, mark in _cut(word, begin, stop):
            data = word.main[low:high]
            text = data.decode("cp1252", "replace") if narrow else data.decode("utf-16-le", "replace")
            yield text, mark, low, width


def _cut(word: _Word, begin: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The range cut at the edges of marked runs."""
    at = begin
    index = max(bisect_right(word.flag_starts, begin) - 1, 0)
    while index < len(word.flags) and word.flags[index][0] < stop:
        low, high, mark = word.flags[index]
        index += 1
        low, high = max(low, at), min(high, stop)
        if high <= low:
            continue
        if low > at:
            yield at, low, 0
        yield low, high, mark
        at = high
    if at < stop:
        yield at, stop, 0


def _character_marks(word: _Word) -> None:
    """Runs that are hidden, deleted or inserted, from the pages of character properties."""
    for page in _pages(word, _PLC_CHARS):
        count = page[511]
        if count > 101:
            continue
        edges = unpack_from(f"<{count + 1}I", page)
        for index in range(count):
            at = page[4 * (count + 1) + index] * 2
            if not at:
                continue
            mark = 0
            for code, value in _sprms(page[at + 1 : at + 1 + page[at]]):
                on = bool(value and value[0] & 1)
                if code in (0x083C, 0x0839) and on:
                    mark |= Mark.HIDDEN
                elif code == 0x0800 and on:
                    mark |= Mark.DELETED
                elif code == 0x0801 and on:
                    mark |= Mark.INSERTED
            if mark:
                word.flags.append((edges[index], edges[index + 1], mark))
    word.flags.sort()
    word.flag_starts = [low for low, _, _ in word.flags]


def _pages(word: _Word, index: int) -> Iterator[bytes]:
    plc = word.span(index)
    count = (len(plc) - 4) // 8
    for number in range(max(count, 0)):
        page = unpack_from("<I", plc, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
        data = word.main[page * 512 : page * 512 + 512]
        if len(data) == 512:
            word.tables.append((page * 512, page * 512 + 512))
            yield data
        if number % 256 == 0:
            word.ctx.budget.check_time()


def _sprms(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Property modifiers: code and operand."""
    at = 0
    while at + 2 <= len(data):
        code = unpack_from("<H", data, at)[0]
        at += 2
        kind = code >> 13
        size = _SPRM_SIZES.get(kind, 0)
        if kind == 6:
            size = 1 + (data[at] if at < len(data) else 0)
        yield code, data[at : at + size]
        at += size


def _alignments(word: _Word) -> None:
    for page in _pages(word, _PLC_PARAGRAPHS):
        count = page[511]
        if count > 29:
            continue
        edges = unpack_from(f"<{count + 1}I", page)
        for index in range(count):
            at = page[4 * (count + 1) + 13 * index] * 2
            if not at or at >= 511:
                continue
            size, start = (page[at] * 2 - 1, at + 1) if page[at] else (page[at + 1] * 2, at + 2)
            for code, value in _sprms(page[start + 2 : start + size]):
                if code in (0x2403, 0x2461) and value:
                    word.aligns.append((edges[index], edges[index + 1], _JUSTIFY.get(value[0], "")))
    word.aligns.sort()


def _align_at(word: _Word, offset: int) -> str:
    at = bisect_right(word.aligns, (offset, 1 << 40, "")) - 1
    return word.aligns[at][2] if at >= 0 and word.aligns[at][1] > offset else ""


def _headers(word: _Word, start: int, end: int) -> None:
    """Header stories: three kinds of separators twice, then six stories a section."""
    if end <= start:
        return
    _alignments(word)
    plc = word.span(_PLC_HEADERS)
    positions = list(unpack_from(f"<{len(plc) // 4}I", plc)) if plc else []
    covered = start
    for index, (first, last) in enumerate(pairwise(positions)):
        low, high = start + first, min(start + last, end)
        if high <= low or low < covered:
            continue
        if low > covered:
            _story(word, covered, low, Place.HEADER, "header", band="top")
        footer = index >= 6 and (index - 6) % 6 in (2, 3, 5)
        place, band = (Place.FOOTER, "bottom") if footer else (Place.HEADER, "top")
        _story(word, low, high, place, place.value, band=band)
        covered = high
    if covered < end:
        _story(word, covered, end, Place.HEADER, "header", band="top")


def _story(word: _Word, start: int, end: int, place: Place, name: str, *, band: str = "") -> None:
    if end <= start:
        return
    flow = Flow(word.ctx)
    flow.sink.place, flow.sink.name, flow.sink.band = place, name, band
    codes = Loose(Place.HIDDEN, "field-codes")
    state = _Fields(codes)
    for text, mark, offset, width in _runs(word, start, end):
        if band:
            _write_positioned(flow, state.shown(text), mark, word, offset, width)
        else:
            _write(flow, state.shown(text), mark)
        word.ctx.budget.check_time()
    flow.finish()
    for code in codes.lines:
        target = _HYPERLINK.search(code)
        word.links.add(target[1] if target else None)
    codes.emit(word.ctx)


class _Fields:
    """Keeps field codes out of the text and collects them."""

    def __init__(self, codes: Loose) -> None:
        self.codes = codes
        self.levels: list[list[str] | None] = []

    def shown(self, text: str) -> str:
        if not self.levels and "\x13" not in text:
            return text
        out: list[str] = []
        at = 0
        for found in _FIELD.finditer(text):
            self._put(text[at : found.start()], out)
            at = found.end()
            if found[0] == "\x13":
                self.levels.append([])
            elif self.levels:
                code = self.levels[-1]
                if code is not None:
                    self.codes.add(_clean("".join(code)))
                if found[0] == "\x14":
                    self.levels[-1] = None
                else:
                    self.levels.pop()
        self._put(text[at:], out)
        return "".join(out)

    def _put(self, text: str, out: list[str]) -> None:
        code = next((level for level in reversed(self.levels) if level is not None), None)
        if code is not None:
            code.append(text)
        else:
            out.append(text)


def _clean(text: str) -> str:
    return _SPECIAL.sub(lambda found: _REPLACED.get(ord(found[0]), ""), text)


def _write(flow: Flow, text: str, mark: int) -> None:
    """Text with Word's own marks for paragraphs and cells; a row ends with a doubled cell mark."""
    lines = text.replace("\x07\x07", "\r").split("\r")
    for index, line in enumerate(lines):
        if index:
            flow.sink.end_paragraph()
        if line:
            flow.sink.write(_clean(line), mark)


def _write_positioned(flow: Flow, text: str, mark: int, word: _Word, offset: int, width: int) -> None:
    lines = text.replace("\x07\x07", "\r").split("\r")
    at = offset
    for index, line in enumerate(lines):
        if index:
            flow.sink.end_paragraph()
            flow.sink.align = ""
        if line:
            flow.sink.align = flow.sink.align or _align_at(word, at)
            flow.sink.write(_clean(line), mark)
        at += (len(line) + 1) * width


def _names(word: _Word) -> None:
    """Strings kept beside the text: bookmarks, associated strings, authors of comments and changes."""
    names = Loose(Place.HIDDEN, "names")
    for text in _string_table(word.span(_BOOKMARKS)):
        if not text.startswith("_"):
            names.add(text)
    names.emit(word.ctx)
    flow = Flow(word.ctx)
    for index, text in enumerate(_string_table(word.span(_ASSOCIATED))):
        if index in _ASSOCIATED_NAMES:
            flow.once(Place.PROPERTY, text, "property", field=_ASSOCIATED_NAMES[index])
    for text in (*_string_table(word.span(_REVISERS)), *_counted(word.span(_COMMENT_AUTHORS))):
        flow.once(Place.PROPERTY, text, "author", field="author")


def _string_table(data: bytes) -> list[str]:
    if len(data) < 6 or data[:2] != b"\xff\xff":
        return []
    count, extra = unpack_from("<HH", data, 2)
    at = 6
    texts: list[str] = []
    for _ in range(count):
        if at + 2 > len(data):
            break
        length = unpack_from("<H", data, at)[0]
        texts.append(data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length + extra
    return texts


def _counted(data: bytes) -> list[str]:
    at = 0
    texts: list[str] = []
    while at + 2 <= len(data) and len(texts) < 10_000:
        length = unpack_from("<H", data, at)[0]
        texts.append(data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length
    return texts


def _gaps(word: _Word) -> None:
    """What lies in the stream between the pieces: text of earlier quick saves."""
    used = sorted((offset, offset + (last - first) * (1 if narrow else 2)) for first, last, offset, narrow in word.pieces)
    if not word.aligns:
        _alignments(word)
    at, gaps = 0x400, []
    for low, high in sorted(used + word.tables):
        if low - at > 64:
            gaps.append(word.main[at:low])
        at = max(at, high)
    gaps.append(word.main[at:])
    quiet_strings(b"\0\0\0\0".join(gaps), word.ctx)
