"""Binary workbooks (.xlsb), built record by record."""

import struct

import pytest

from dlp.document import NotReadReason, Place
from dlp.readers import read_bytes
from tests.readers.make_office import NEEDLE, package, relations

N = NEEDLE


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))
    size, out = len(data), b""
    while True:
        out += bytes((size & 0x7F | (0x80 if size > 127 else 0),))
        size >>= 7
        if not size:
            return head + out + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(state: int = 0, *, cell: bytes | None = None, after: bytes = b"", shared: str = "", cut: int = 0) -> bytes:
    sheets = record(156, struct.pack("<II", state, 1) + wide("rId1") + wide("表"))
    book = record(131) + record(143) + sheets + record(144) + record(132)
    cells = record(0, struct.pack("<IIHBBBI", 0, 0, 300, 0, 0, 0, 0)) + (
        record(6, struct.pack("<II", 0, 0) + wide(N)) if cell is None else cell
    )
    sheet = (
        record(129)
        + record(148, struct.pack("<IIII", 0, 0, 0, 0))
        + record(145)
        + cells
        + record(146)
        + after
        + record(130)
    )
    sheet = sheet[: len(sheet) - cut]
    return package({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations({"r": ("officeDocument", "xl/workbook.bin")}),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": relations({"rId1": ("worksheet", "worksheets/sheet1.bin")}),
        "xl/worksheets/sheet1.bin": sheet,
        "xl/sharedStrings.bin": record(159, struct.pack("<II", 1, 1)) + record(19, b"\0" + wide(shared)) + record(160),
    })  # fmt: skip


def test_cells_of_a_binary_workbook() -> None:
    document = read_bytes(xlsb(), name="冊.xlsb")
    assert Place.CELLS in {p.place for p in document.parts if N in p.text}
    assert "表" in {p.text for p in document.parts if p.place is Place.SHEET_NAME}


def test_hidden_sheet_of_a_binary_workbook() -> None:
    document = read_bytes(xlsb(2), name="冊.xlsb")
    assert Place.HIDDEN in {p.place for p in document.parts if N in p.text}


def test_damaged_binary_workbook_is_said() -> None:
    document = read_bytes(xlsb(cut=5), name="冊.xlsb")
    assert NotReadReason.DAMAGED in {e.reason for e in document.not_read}


CASES = [
    ("shared string", record(7, struct.pack("<III", 0, 0, 0)), b"", Place.CELLS),
    ("rich text", record(62, struct.pack("<IIB", 0, 0, 0) + wide(N)), b"", Place.CELLS),
    ("result of a formula", record(8, struct.pack("<II", 0, 0) + wide(N)), b"", Place.CELLS),
    ("unused string", b"", b"", Place.HIDDEN),
    ("header", b"", record(479, b"\0\0" + wide(f"&R{N}") + b"\xff\xff\xff\xff" * 5), Place.HEADER),
    ("comment", b"", record(637, b"\0" + wide(N)), Place.COMMENT),
    ("record nobody knows", b"", record(999, b"\1" + wide(N)), Place.HIDDEN),
]


@pytest.mark.parametrize(("why", "cell", "after", "place"), CASES, ids=[row[0] for row in CASES])
def test_places_in_a_binary_workbook(why: str, cell: bytes, after: bytes, place: Place) -> None:
    document = read_bytes(xlsb(cell=cell or None, after=after, shared=N), name="冊.xlsb")
    assert place in {p.place for p in document.parts if N in p.text}
    assert document.not_read == ()


def test_numbers_and_columns() -> None:
    cells = record(5, struct.pack("<IId", 0, 0, 12.5)) + record(2, struct.pack("<III", 2, 0, 7 << 2 | 2))
    document = read_bytes(xlsb(cell=cells), name="冊.xlsb")
    assert [p.text for p in document.parts if p.place is Place.CELLS] == ["12.5\t\t7"]
