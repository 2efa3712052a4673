"""Binary workbooks (.xlsb): the same package as .xlsx with records in place of XML.

Source: MS-XLSB, read 2026-11.  Texts in records this reader does not know are collected as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers.biff import rk
from dlp.readers.context import ReadContext
from dlp.readers.flow import Loose
from dlp.readers.number_formats import BUILT_IN, literal_texts, render
from dlp.readers.ooxml_names import Relations
from dlp.readers.ooxml_sheet import Book, RowWriter, add_header

_ROW, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = 0, 2, 3, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_NUMBER, _RICH_TEXT = 8, 9, 62
_SHARED_ITEM, _FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 19, 44, 47, 617, 618
_BEGIN_BOOK, _BEGIN_SHEET, _BEGIN_STRINGS, _BEGIN_STYLE_SHEET, _SHEET = 131, 129, 159, 278, 156
_NAME, _HEADERS, _COMMENT, _AUTHOR = 39, 479, 637, 632
_FIRST = {_BEGIN_STRINGS: 0, _BEGIN_STYLE_SHEET: 1, _BEGIN_BOOK: 2}
_WIDE_RUN = re.compile(rb"(?:[\x20-\x7e]\x00|[\x00-\xff][\x30\x4e-\x9f\xff]){3,2000}")


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Record numbers and contents.  Raises ValueError where a record does not end inside the part."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            if at >= len(data):
                raise ValueError("cut")
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        size = 0
        for shift in (0, 7, 14, 21):
            if at >= len(data):
                raise ValueError("cut")
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if at + size > len(data):
            raise ValueError("cut")
        yield kind, data[at : at + size]
        at += size


def wide(data: bytes, at: int) -> tuple[str, int]:
    """A string with its length in characters, and where it ends; a missing one is empty."""
    length = unpack_from("<I", data, at)[0]
    if length == 0xFFFFFFFF:
        return "", at + 4
    return data[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace"), at + 4 + 2 * length


@dataclass(slots=True)
class BinaryBook:
    """A workbook's parts, read one after another: strings, styles, the book, then everything else."""

    ctx: ReadContext
    relations: Relations
    book: Book
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    pages: dict[str, int] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def read(self, parts: list[tuple[str, bytes]]) -> None:
        """``parts`` are member names and contents."""
        for name, data in sorted(parts, key=lambda part: _FIRST.get(_first_record(part[1]), 9)):
            reader = _Part(self, name)
            try:
                reader.read(data)
            except (ValueError, StructError, IndexError):
                self.ctx.not_read(NotReadReason.DAMAGED, "活頁簿的紀錄損壞", name="workbook")
            reader.finish()


def _first_record(data: bytes) -> int:
    try:
        return next(records(data), (-1, b""))[0]
    except ValueError:
        return -1


class _Part:
    def __init__(self, whole: BinaryBook, name: str) -> None:
        self.whole, self.book, self.ctx = whole, whole.book, whole.ctx
        self.name = name
        self.page = whole.pages.get(name.lower())
        self.lines: list[str] = []
        self.rows = RowWriter(self.lines)
        self.cell_styles = False
        self.names = Loose(Place.HIDDEN, "defined-names")
        self.others = Loose(Place.HIDDEN, "hidden-strings")
        self.authors: dict[str, None] = {}

    def read(self, data: bytes) -> None:
        for count, (kind, body) in enumerate(records(data)):
            if count % 4096 == 0:
                self.ctx.budget.check_time()
            if kind == _ROW:
                self.rows.end()
            elif kind in _CELLS:
                self.cell(kind, body)
            elif not self.table(kind, body):
                self.others_in(kind, body)

    def table(self, kind: int, body: bytes) -> bool:
        """Records outside the cells; False when the record is none of those."""
        if kind == _SHARED_ITEM:
            self.book.strings.append(wide(body, 1)[0])
            self.book.used.append(0)
        elif kind == _FORMAT:
            code = wide(body, 2)[0]
            self.whole.codes[unpack_from("<H", body)[0]] = code
            if not literal_texts(code).isascii():
                self.others.add(literal_texts(code))
        elif kind in (_BEGIN_STYLES, _END_STYLES):
            self.cell_styles = kind == _BEGIN_STYLES
        elif kind == _STYLE:
            if self.cell_styles:
                self.book.formats.append(self.whole.codes.get(unpack_from("<H", body, 2)[0], ""))
        elif kind == _SHEET:
            self.sheet(body)
        elif kind == _HEADERS:
            self.headers(body)
        elif kind == _COMMENT:
            self.ctx.add(Place.COMMENT, wide(body, 1)[0], name="comment", page=self.page)
        elif kind == _AUTHOR:
            self.ctx.add(Place.PROPERTY, wide(body, 0)[0], name="author", field="author")
        elif kind == _NAME:
            self.names.add(wide(body, 9)[0])
            return False
        else:
            return False
        return True

    def others_in(self, kind: int, body: bytes) -> None:
        for found in (*_WIDE_RUN.finditer(body), *_WIDE_RUN.finditer(body[1:])):
            text = found[0].decode("utf-16-le", "replace")
            if not text.isascii() or (len(text) > 7 and kind != _SHEET and not text.startswith(("rId", "_xl"))):
                self.others.add(text)

    def sheet(self, body: bytes) -> None:
        state = unpack_from("<I", body)[0]
        relation, at = wide(body, 8)
        name = wide(body, at)[0]
        number = len(self.whole.pages) + 1
        self.ctx.add(Place.SHEET_NAME, name, name="sheet-name", page=number)
        known = self.whole.relations.of(self.name).get(relation)
        target = known.target.lower() if known else f"?{number}"
        self.whole.pages[target] = number
        for below in self.whole.relations.of(target).values():
            self.whole.pages.setdefault(below.target.lower(), number)
        if state in (1, 2):
            self.whole.hidden.add(target)
            self.ctx.remark(f"第 {number} 個工作表是隱藏的")

    def headers(self, body: bytes) -> None:
        at = 2
        for index in range(6):
            code, at = wide(body, at)
            add_header(self.ctx, code, bottom=index % 2 == 1, page=self.page)

    def cell(self, kind: int, body: bytes) -> None:
        self.ctx.budget.charge_cells()
        column, style = unpack_from("<II", body)
        self.rows.cell(column + 1, self.shown(kind, style & 0xFFFFFF, body))

    def shown(self, kind: int, style: int, body: bytes) -> str:
        if kind == _SHARED:
            index: int = unpack_from("<I", body, 8)[0]
            if index >= len(self.book.strings):
                return ""
            self.book.used[index] = 1
            return self.book.strings[index]
        if kind in (_TEXT, _FORMULA_TEXT):
            text, end = wide(body, 8)
            self.others_in(kind, body[end:])
            return text
        if kind == _RICH_TEXT:
            return wide(body, 9)[0]
        if kind in (_BOOL, 10):
            return "TRUE" if body[8] else "FALSE"
        if kind in (_ERROR, 11):
            return ""
        value: float = rk(body[8:12]) if kind == _RK else unpack_from("<d", body, 8)[0]
        if kind == _FORMULA_NUMBER:
            self.others_in(kind, body[16:])
        code = self.book.formats[style] if style < len(self.book.formats) else ""
        return render(repr(value), code, epoch_1904=self.book.epoch_1904)

    def finish(self) -> None:
        self.rows.end()
        place = Place.HIDDEN if self.name.lower() in self.whole.hidden else Place.CELLS
        self.ctx.add(place, "".join(self.lines).rstrip("\n"), name="sheet", page=self.page)
        self.names.emit(self.ctx)
        self.others.emit(self.ctx)


_CELLS = frozenset({_RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED, _FORMULA_TEXT, _FORMULA_NUMBER, 10, 11, _RICH_TEXT})
