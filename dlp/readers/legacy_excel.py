"""Excel 97–2003 workbooks (and BIFF5 before them): sheets as shown, headers, comments, names, hidden sheets.

Read record by record, so that a damaged workbook gives what stands before the damage.  Source: MS-XLS, read 2026-11.
"""

import re
from dataclasses import dataclass, field
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers.biff import CONTINUE, records, rk, shared_strings, text5, text8
from dlp.readers.compound import Storage, opened
from dlp.readers.context import ReadContext
from dlp.readers.flow import Flow, Loose
from dlp.readers.number_formats import BUILT_IN, literal_texts, render
from dlp.readers.ooxml_sheet import RowWriter, add_header

_BOF, _EOF, _FILEPASS, _CODEPAGE, _BOUNDSHEET, _SST = (0x0009, 0x0209, 0x0409, 0x0809), 0x0A, 0x2F, 0x42, 0x85, 0xFC
_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _MULRK, _FORMULA, _STRING = 0xFD, 0x204, 0xD6, 0x203, 0x27E, 0xBD, 0x06, 0x207
_FORMAT, _FORMAT5, _XF, _XF5, _DATEMODE, _HEADER, _FOOTER, _NOTE, _TXO, _NAME = 0x41E, 0x1E, 0xE0, 0x43, 0x22, 0x14, 0x15, 0x1C, 0x1B6, 0x18
_HLINK, _VALIDATION, _USER, _ROW, _COLUMN = 0x1B8, 0x1BE, 0x5C, 0x208, 0x7D
_DRAWINGS, _DRAWING = 0xEB, 0xEC
_SUPBOOK, _EXTERNAL_NAME, _CACHED, _PIVOT_TEXT, _CHART_TEXT, _HEADER_FIRST = 0x1AE, 0x23, 0x5A, 0xCD, 0x100D, 0x89C
_HIDDEN_STATES = (1, 2)
_WIDE_RUN = re.compile(rb"(?:[\x20-\x7e]\x00|[\x00-\xff][\x30\x4e-\x9f\xff]){2,2000}")


@dataclass(slots=True)
class _Sheet:
    lines: list[str] = field(default_factory=list)
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    chart: bool = False


class _Book:
    """State while the records pass."""

    def __init__(self, ctx: ReadContext) -> None:
        self.ctx = ctx
        self.flow = Flow(ctx)
        self.wide = True  # BIFF8
        self.label = "cp950"
        self.strings: list[str] = []
        self.used = bytearray()
        self.formats: dict[int, str] = dict(BUILT_IN)
        self.cell_formats: list[int] = []
        self.epoch_1904 = False
        self.names: list[tuple[str, int]] = []
        self.sheet: _Sheet | None = None
        self.number = 0
        self.levels: list[int] = []
        self.last_cell = (0, 0)
        self.continuing: list[bytes] = []
        self.continued = 0
        self.defined = Loose(Place.HIDDEN, "defined-names")
        self.others = Loose(Place.HIDDEN, "hidden-strings")
        self.literals = Loose(Place.HIDDEN, "number-formats")
        self.links = Loose(Place.LINK, "links")
        self.drawings: list[bytes] = []

    # ── the stream ──

    def record(self, kind: int, data: bytes) -> None:
        if kind == CONTINUE:
            self.continuing.append(data)
            return
        if self.continued:
            self.complete()
        if kind in (_SST, _TXO, _DRAWINGS, _DRAWING):
            self.continued, self.continuing = kind, [data]
        elif kind in _BOF:
            self.begin(kind, data)
        elif kind == _EOF:
            self.end()
        elif kind in _HANDLERS:
            _HANDLERS[kind](self, data)

    def complete(self) -> None:
        """A record with its continuations is there."""
        kind, chunks = self.continued, self.continuing
        self.continued, self.continuing = 0, []
        if kind == _SST:
            self.strings = list(shared_strings(chunks))
            self.used = bytearray(len(self.strings))
        elif kind == _TXO:
            self.text_object(chunks)
        else:
            self.drawings.append(b"".join(chunks))

    def begin(self, kind: int, data: bytes) -> None:
        version, substream = unpack_from("<HH", data) if len(data) >= 4 else (0, 0)
        self.wide = version >= 0x0600 if kind == 0x0809 else False
        self.levels.append(substream)
        if len(self.levels) > 1:
            return  # a chart inside a sheet
        if substream in (0x10, 0x20, 0x40) or kind != 0x0809:
            self.number += 1
            self.sheet = _Sheet(chart=substream == 0x20)

    def end(self) -> None:
        if self.levels:
            self.levels.pop()
        if not self.levels:
            self.finish_sheet()

    def finish_sheet(self) -> None:
        sheet, self.sheet = self.sheet, None
        if sheet is None:
            return
        lines: list[str] = []
        for row in sorted(sheet.rows):
            writer = RowWriter(lines)
            for column in sorted(sheet.rows[row]):
                writer.cell(column + 1, sheet.rows[row][column])
            writer.end()
        state = self.names[self.number - 1][1] if self.number <= len(self.names) else 0
        place = Place.HIDDEN if state in _HIDDEN_STATES else Place.CELLS
        self.ctx.add(place, "".join(lines).rstrip("\n"), name="sheet", page=self.number)

    # ── strings ──

    def text(self, data: bytes, at: int, *, wide_length: bool = True) -> str:
        if self.wide:
            return text8(data, at, wide_length=wide_length)
        return text5(data, at, self.label, wide_length=wide_length)

    def page(self) -> int | None:
        return self.number if self.sheet is not None else None

    # ── globals ──

    def file_pass(self, _: bytes) -> None:
        self.ctx.not_read(NotReadReason.ENCRYPTED)
        raise _Encrypted

    def code_page(self, data: bytes) -> None:
        number = unpack_from("<H", data)[0]
        self.label = {1200: "utf-16-le", 32769: "cp1252", 367: "cp1252"}.get(number, f"cp{number}")
        if self.label == "utf-16-le":
            self.label = "cp950"

    def bound_sheet(self, data: bytes) -> None:
        state = data[4] & 3
        name = self.text(data, 6, wide_length=False)
        self.names.append((name, state))
        self.ctx.add(Place.SHEET_NAME, name, name="sheet-name", page=len(self.names))
        if state in _HIDDEN_STATES:
            self.ctx.remark(f"第 {len(self.names)} 個工作表是隱藏的")

    def number_format(self, data: bytes) -> None:
        code = self.text(data, 2)
        self.formats[unpack_from("<H", data)[0]] = code
        texts = literal_texts(code)
        if not texts.isascii():
            self.literals.add(texts)

    def cell_style(self, data: bytes) -> None:
        self.cell_formats.append(unpack_from("<H", data, 2)[0])

    def date_mode(self, data: bytes) -> None:
        self.epoch_1904 = bool(data[0])

    def user(self, data: bytes) -> None:
        self.flow.once(Place.PROPERTY, self.text(data, 0, wide_length=self.wide).strip(), "author", field="user")

    def name(self, data: bytes) -> None:
        length = data[3]
        offset = 14
        if self.wide:
            text = data[offset + 1 : offset + 1 + length * (2 if data[offset] & 1 else 1)]
            name = text.decode("utf-16-le" if data[offset] & 1 else "latin-1", "replace")
        else:
            name = text5(bytes((length,)) + data[offset:], 0, self.label, wide_length=False)
        if len(name) > 1:
            self.defined.add(name)
        self.wide_runs(data[offset + len(name) :])

    def wide_runs(self, data: bytes) -> None:
        """Texts inside formulas and records whose structure does not matter."""
        if not self.wide:
            return
        for found in _WIDE_RUN.finditer(data):
            text = found[0].decode("utf-16-le", "replace")
            if len(text) > 2:
                self.others.add(text)

    def loose(self, data: bytes) -> None:
        self.wide_runs(data)
        self.wide_runs(data[1:])

    def hyperlink(self, data: bytes) -> None:
        for found in (*_WIDE_RUN.finditer(data[32:]), *_WIDE_RUN.finditer(data[33:])):
            text = found[0].decode("utf-16-le", "replace")
            if len(text) > 4:
                self.links.add(text)

    # ── cells ──

    def put(self, row: int, column: int, text: str) -> None:
        if self.sheet is None:
            return
        self.ctx.budget.charge_cells()
        if text:
            self.sheet.rows.setdefault(row, {})[column] = text

    def shown(self, style: int, value: float) -> str:
        text = repr(value)
        code = self.formats.get(self.cell_formats[style], "") if style < len(self.cell_formats) else ""
        return render(text, code, epoch_1904=self.epoch_1904)

    def label_shared(self, data: bytes) -> None:
        row, column, _, index = unpack_from("<HHHI", data)
        if index < len(self.strings):
            self.used[index] = 1
            self.put(row, column, self.strings[index])

    def label_cell(self, data: bytes) -> None:
        row, column = unpack_from("<HH", data)
        self.put(row, column, self.text(data, 6))

    def number_cell(self, data: bytes) -> None:
        row, column, style, value = unpack_from("<HHHd", data)
        self.put(row, column, self.shown(style, value))

    def rk_cell(self, data: bytes) -> None:
        row, column, style = unpack_from("<HHH", data)
        self.put(row, column, self.shown(style, rk(data[6:10])))

    def rk_cells(self, data: bytes) -> None:
        row, column = unpack_from("<HH", data)
        for index in range((len(data) - 6) // 6):
            style = unpack_from("<H", data, 4 + 6 * index)[0]
            self.put(row, column + index, self.shown(style, rk(data[6 + 6 * index : 10 + 6 * index])))

    def formula(self, data: bytes) -> None:
        row, column, style = unpack_from("<HHH", data)
        self.last_cell = (row, column)
        if data[12:14] != b"\xff\xff":
            self.put(row, column, self.shown(style, unpack_from("<d", data, 6)[0]))
        self.formula_texts(data[22:])

    def formula_texts(self, data: bytes) -> None:
        """Text constants (token 17) in a formula's tokens, in wide and narrow characters."""
        self.wide_runs(data)
        self.wide_runs(data[1:])

    def formula_string(self, data: bytes) -> None:
        self.put(*self.last_cell, self.text(data, 0))

    def old_label(self, data: bytes) -> None:
        """BIFF2: three attribute bytes, then a string with a short length."""
        row, column = unpack_from("<HH", data)
        self.put(row, column, text5(data, 7, self.label, wide_length=False))

    # ── beside the cells ──

    def header(self, data: bytes) -> None:
        if data:
            add_header(self.ctx, self.text(data, 0, wide_length=self.wide), bottom=False, page=self.page())

    def footer(self, data: bytes) -> None:
        if data:
            add_header(self.ctx, self.text(data, 0, wide_length=self.wide), bottom=True, page=self.page())

    def more_headers(self, data: bytes) -> None:
        """Headers of even and first pages: four strings one after another."""
        lengths = unpack_from("<HHHH", data, 30)
        at = 38
        for index, length in enumerate(lengths):
            if length:
                flags = data[at + 2]
                add_header(self.ctx, text8(data, at), bottom=index % 2 == 1, page=self.page())
                at += 3 + length * (2 if flags & 1 else 1)

    def note(self, data: bytes) -> None:
        if self.wide:
            self.flow.once(Place.PROPERTY, text8(data, 8), "author", field="author")
        else:
            self.ctx.add(Place.COMMENT, decode_bytes(data[6:], self.label), name="comment", page=self.page())

    def text_object(self, chunks: list[bytes]) -> None:
        """A comment's or a box's text, in the record's continuations."""
        if not self.wide or len(chunks) < 2 or len(chunks[0]) < 12:
            return
        left = unpack_from("<H", chunks[0], 10)[0]
        texts = []
        for chunk in chunks[1:]:
            if left <= 0 or not chunk:
                break
            width = 2 if chunk[0] & 1 else 1
            body = chunk[1 : 1 + left * width]
            texts.append(body.decode("utf-16-le" if width == 2 else "latin-1", "replace"))
            left -= len(body) // width
        self.ctx.add(Place.COMMENT, "".join(texts).replace("\r", "\n"), name="comment", page=self.page())

    def chart_text(self, data: bytes) -> None:
        if len(data) > 3:
            self.flow.once(Place.TEXT_BOX, self.text(data, 2, wide_length=False), "chart", page=self.page())

    def pivot_text(self, data: bytes) -> None:
        self.others.add(self.text(data, 0))

    def row(self, data: bytes) -> None:
        if len(data) >= 14 and data[12] & 0x20:
            self.ctx.remark(f"第 {self.number} 個工作表有隱藏的列")

    def column(self, data: bytes) -> None:
        if len(data) >= 10 and data[8] & 1:
            self.ctx.remark(f"第 {self.number} 個工作表有隱藏的欄")

    def finish(self) -> None:
        if self.continued:
            self.complete()
        self.finish_sheet()
        unused = [text for index, text in enumerate(self.strings) if not self.used[index]]
        self.ctx.add(Place.HIDDEN, "\n".join(unused), name="unused-strings")
        for loose in (self.defined, self.others, self.literals, self.links):
            loose.emit(self.ctx)
        from dlp.readers.ole import carve_pictures

        for data in self.drawings:
            self.loose(data)
            carve_pictures(data, self.ctx)
        self.others.emit(self.ctx)


class _Encrypted(Exception):
    """The rest of the stream is encrypted."""


def decode_bytes(data: bytes, label: str) -> str:
    from dlp.readers.encodings import decode

    return decode(data, declared=label).text


_HANDLERS = {
    _FILEPASS: _Book.file_pass, _CODEPAGE: _Book.code_page, _BOUNDSHEET: _Book.bound_sheet, _FORMAT: _Book.number_format,
    _XF: _Book.cell_style, _DATEMODE: _Book.date_mode, _USER: _Book.user, _NAME: _Book.name, _LABELSST: _Book.label_shared,
    _LABEL: _Book.label_cell, _RSTRING: _Book.label_cell, _NUMBER: _Book.number_cell, _RK: _Book.rk_cell,
    _MULRK: _Book.rk_cells, _FORMULA: _Book.formula, 0x206: _Book.formula, 0x406: _Book.formula, _STRING: _Book.formula_string,
    _HEADER: _Book.header, _FOOTER: _Book.footer, _HEADER_FIRST: _Book.more_headers, _NOTE: _Book.note,
    _CHART_TEXT: _Book.chart_text, _PIVOT_TEXT: _Book.pivot_text, _ROW: _Book.row, _COLUMN: _Book.column,
    _HLINK: _Book.hyperlink, _VALIDATION: _Book.loose, _SUPBOOK: _Book.loose, _EXTERNAL_NAME: _Book.loose,
    _CACHED: _Book.loose, 0x1BA: _Book.loose, 0x868: _Book.loose, 0x866: _Book.loose, 0x04: _Book.old_label,
    0x1B0: _Book.loose, 0x1B1: _Book.loose, 0x800: _Book.loose, 0xAF: _Book.loose, 0x1B7: _Book.loose,
}  # fmt: skip


def read(data: bytes, ctx: ReadContext) -> None:
    """Read a workbook: a compound file, or the bare records of the oldest versions."""
    from dlp.readers.ole import read_storage

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        read_storage(opened(data, ctx), ctx)
    else:
        _read_records(data, ctx)


def read_streams(storage: Storage, ctx: ReadContext) -> None:
    """The workbooks in a storage; a file may hold one for each of two versions."""
    for name in ("Workbook", "Book"):
        if storage.has(name):
            _read_records(storage.read(name), ctx)


def _read_records(data: bytes, ctx: ReadContext) -> None:
    book = _Book(ctx)
    read_bytes, broken = 0, False
    try:
        for count, (kind, body) in enumerate(records(data)):
            read_bytes += 4 + len(body)
            if count % 2048 == 0:
                ctx.budget.check_time()
            try:
                book.record(kind, body)
            except (StructError, IndexError):
                broken = True
            if count == 0 and kind not in _BOF:
                raise ValueError("no workbook")
    except _Encrypted:
        return
    finally:
        book.finish()
    if broken:
        ctx.not_read(NotReadReason.DAMAGED, "有讀不懂的紀錄", name="workbook")
    if book.levels or read_bytes < len(data.rstrip(b"\0")):
        ctx.not_read(NotReadReason.TRUNCATED, name="workbook")
