"""Office 97–2003 and Outlook messages, built record by record."""

import io
import struct
import zlib

import pytest

from dlp.document import Corner, Document, NotReadReason, Place
from dlp.readers import read_bytes
from dlp.readers.ole import decompressed_module
from tests.readers.make_office import NEEDLE, docx
from tests.readers.make_ole import (
    atom,
    attachment,
    bof,
    chars,
    compound,
    doc,
    holder,
    label,
    label_text,
    message,
    ppt,
    ppt_shape,
    record,
    sst,
    summary,
    wide,
    xls,
)

N = NEEDLE


def found_at(document: Document, needle: str = N) -> set[Place]:
    return {part.place for part in document.parts if needle in part.text}


LINE = f"{N}\r"


def _header(index: int, text: str = LINE) -> list[str]:
    stories = [""] * 12
    stories[6 + index] = text
    return stories


WORD = [
    ("body", doc({0: LINE}), Place.BODY),
    ("footnote", doc({0: "甲\r", 1: LINE}), Place.FOOTNOTE),
    ("comment", doc({0: "甲\r", 4: LINE}), Place.COMMENT),
    ("endnote", doc({0: "甲\r", 5: LINE}), Place.FOOTNOTE),
    ("text box", doc({0: "甲\r", 6: LINE}), Place.TEXT_BOX),
    ("box in a header", doc({0: "甲\r", 7: LINE}), Place.HEADER),
    ("header of odd pages", doc({0: "甲\r"}, headers=_header(1)), Place.HEADER),
    ("header of even pages", doc({0: "甲\r"}, headers=_header(0)), Place.HEADER),
    ("header of the first page", doc({0: "甲\r"}, headers=_header(4)), Place.HEADER),
    ("footer", doc({0: "甲\r"}, headers=_header(3)), Place.FOOTER),
    ("footer of the first page", doc({0: "甲\r"}, headers=_header(5)), Place.FOOTER),
    ("hidden run", doc({0: f"甲{LINE}"}, marks=[(1, 1 + len(N), 0x083C)]), Place.HIDDEN),
    ("deleted run", doc({0: f"甲{LINE}"}, marks=[(1, 1 + len(N), 0x0800)]), Place.DELETED),
    ("inserted run", doc({0: f"甲{LINE}"}, marks=[(1, 1 + len(N), 0x0801)]), Place.BODY),
    ("field code", doc({0: f"甲\x13QUOTE {N}\x14x\x15\r"}), Place.HIDDEN),
    ("field result", doc({0: f"甲\x13X\x14{N}\x15\r"}), Place.BODY),
    ("text beyond what the header counts", doc({0: LINE, 3: ""}).replace(struct.pack("<I", len(LINE)), struct.pack("<I", 0), 1), Place.HIDDEN),
    ("property", compound({"WordDocument": b"\0" * 99, "\x05SummaryInformation": summary({2: N})}), Place.PROPERTY),
    ("category", compound({"WordDocument": b"\0" * 99, "\x05DocumentSummaryInformation": summary({2: N}, document=True)}), Place.PROPERTY),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "place"), WORD, ids=[row[0] for row in WORD])
def test_doc_places(why: str, data: bytes, place: Place) -> None:
    document = read_bytes(data, name="函.doc")
    assert place in found_at(document), [(p.place, p.text) for p in document.parts]
    if why not in ("property", "category"):
        assert document.not_read == ()


def test_doc_header_tabs_tell_the_corner() -> None:
    document = read_bytes(doc({0: "甲\r"}, headers=_header(1, "甲\t\t密\r")))
    assert {p.corner: p.text for p in document.parts if p.place is Place.HEADER} == {
        Corner.TOP_LEFT: "甲",
        Corner.TOP_RIGHT: "密",
    }


def test_deleted_words_stand_in_their_sentence() -> None:
    document = read_bytes(doc({0: "檢舉人為王大明某君先生\r"}, marks=[(4, 7, 0x0800), (7, 9, 0x0801)]))
    assert [p.text for p in document.parts if p.place is Place.BODY] == ["檢舉人為某君先生"]
    assert [p.text for p in document.parts if p.place is Place.DELETED] == ["檢舉人為王大明先生"]


def test_encrypted_doc_is_said() -> None:
    document = read_bytes(doc({0: LINE}, flags=0x0100))
    assert {e.reason for e in document.not_read} == {NotReadReason.ENCRYPTED}


def test_word_95_in_big5() -> None:
    main = bytearray(0x400)
    text = LINE.encode("cp950")
    struct.pack_into("<HH", main, 0, 0xA5DC, 101)
    struct.pack_into("<II", main, 0x18, 0x400, 0x400 + len(text))
    assert found_at(read_bytes(compound({"WordDocument": bytes(main) + text}))) == {Place.BODY}


_BOX = record(0x1B6, struct.pack("<HH6xHHI", 0, 0, len(N), 0, 0)) + record(0x3C, b"\1" + N.encode("utf-16-le"))
_NAME = record(0x18, struct.pack("<HBBHHHBBBB", 0, 0, len(N), 0, 0, 0, 0, 0, 0, 0) + b"\1" + N.encode("utf-16-le"))
_FORMULA_TEXT = record(0x06, struct.pack("<HHH", 0, 0, 0) + b"\0\0\0\0\0\0\xff\xff" + b"\0" * 8)
EXCEL = [
    ("shared string", xls(label(0, 0, 0), book=sst(N)), Place.CELLS),
    ("label", xls(label_text(N)), Place.CELLS),
    ("result of a formula", xls(_FORMULA_TEXT + record(0x207, wide(N))), Place.CELLS),
    ("text in a formula", xls(record(0x06, struct.pack("<HHHd", 0, 0, 0, 1.0) + b"\0" * 8 + b"\x17" + wide(N, "<B"))), Place.HIDDEN),
    ("unused shared string", xls(b"", book=sst(N)), Place.HIDDEN),
    ("hidden sheet", xls(label_text(N), state=1), Place.HIDDEN),
    ("very hidden sheet", xls(label_text(N), state=2), Place.HIDDEN),
    ("sheet name", xls(b"", name=N), Place.SHEET_NAME),
    ("comment", xls(_BOX), Place.COMMENT),
    ("author of a comment", xls(record(0x1C, struct.pack("<HHHH", 0, 0, 0, 1) + wide(N))), Place.PROPERTY),
    ("header", xls(record(0x14, wide(f"&R{N}"))), Place.HEADER),
    ("footer", xls(record(0x15, wide(N))), Place.FOOTER),
    ("defined name", xls(b"", book=_NAME), Place.HIDDEN),
    ("number format", xls(b"", book=record(0x41E, struct.pack("<H", 170) + wide(f'"{N}"0'))), Place.HIDDEN),
    ("validation", xls(record(0x1BE, struct.pack("<I", 0) + wide(N))), Place.HIDDEN),
    ("chart title", xls(bof(0x20) + record(0x100D, b"\0\0" + wide(N, "<B")) + record(0x0A)), Place.TEXT_BOX),
    ("user", xls(b"", book=record(0x5C, wide(N))), Place.PROPERTY),
    ("workbook of Excel 95", compound({"Book": record(0x809, struct.pack("<HHI", 0x500, 5, 0)) + record(0x42, struct.pack("<H", 950)) + record(0x0A) + record(0x809, struct.pack("<HHI", 0x500, 0x10, 0)) + record(0x204, struct.pack("<HHHH", 0, 0, 0, len(N.encode("cp950"))) + N.encode("cp950")) + record(0x0A)}), Place.CELLS),
    ("chart kept as an object", compound({"Workbook": bof(5) + record(0x0A), "MBD0001": {"Workbook": bof(5) + record(0x0A) + bof(0x10) + label_text(N) + record(0x0A)}}), Place.CELLS),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "place"), EXCEL, ids=[row[0] for row in EXCEL])
def test_xls_places(why: str, data: bytes, place: Place) -> None:
    document = read_bytes(data, name="冊.xls")
    assert place in found_at(document), [(p.place, p.text) for p in document.parts]
    assert document.not_read == ()


def test_string_cut_by_records_is_whole() -> None:
    first = struct.pack("<II", 1, 1) + struct.pack("<HB", len(N), 1) + N[:4].encode("utf-16-le")
    book = record(0xFC, first) + record(0x3C, b"\1" + N[4:].encode("utf-16-le"))
    assert found_at(read_bytes(xls(label(0, 0, 0), book=book))) == {Place.CELLS}


def test_numbers_of_a_workbook_are_shown_in_their_format() -> None:
    book = record(0x41E, struct.pack("<H", 170) + wide("0000000000")) + record(
        0xE0, struct.pack("<HH", 0, 170) + b"\0" * 16
    )
    document = read_bytes(xls(record(0x203, struct.pack("<HHHd", 0, 2, 0, 912345678.0)), book=book))
    assert [p.text for p in document.parts if p.place is Place.CELLS] == ["\t\t0912345678"]


def test_encrypted_workbook_is_said() -> None:
    document = read_bytes(xls(label_text(N), book=record(0x2F, b"\0" * 54)))
    assert {e.reason for e in document.not_read} == {NotReadReason.ENCRYPTED}


def test_workbook_cut_off_gives_what_stood_before() -> None:
    data = compound(
        {"Workbook": (bof(5) + record(0x0A) + bof(0x10) + label_text(N) + record(0x204, b"x" * 5000))[:4500]}
    )
    document = read_bytes(data)
    assert found_at(document) == {Place.CELLS}
    assert NotReadReason.TRUNCATED in {e.reason for e in document.not_read}


def _art(number: int, text: str) -> bytes:
    raw = text.encode("utf-16-le") + b"\0\0"
    return atom(0xF00B, struct.pack("<HI", 0x8000 | number, len(raw)) + raw, instance=1, version=3)


_COMMENT = holder(0x2EE0, atom(0x0FBA, "甲".encode("utf-16-le")), atom(0x0FBA, N.encode("utf-16-le"), instance=1))
_TEXTS = holder(0x0FF0, atom(0x03F3, b"\0" * 20), chars(N))
_OBJECT = compound({"WordDocument": b"\0" * 99, "\x05SummaryInformation": summary({2: N})})
SLIDES = [
    ("shape", ppt(ppt_shape(N)), Place.SLIDE),
    ("shape deep inside", ppt(holder(0x040C, holder(0xF002, holder(0xF003, ppt_shape(N))))), Place.SLIDE),
    ("text in the outline", ppt(b"", document=_TEXTS), Place.SLIDE),
    ("notes", ppt(b"", more=holder(0x03F0, ppt_shape(N))), Place.NOTES),
    ("master", ppt(b"", more=holder(0x03F8, ppt_shape(N))), Place.SLIDE),
    ("hidden slide", ppt(atom(0x03F9, b"\0" * 10 + b"\4\0" + b"\0" * 4) + ppt_shape(N)), Place.HIDDEN),
    ("off the slide", ppt(ppt_shape(N, box=(7000, 100, 8000, 200))), Place.HIDDEN),
    ("alternative text", ppt(ppt_shape("甲", more=_art(0x0381, N))), Place.ALT_TEXT),
    ("WordArt", ppt(ppt_shape("甲", more=_art(0x00C0, N))), Place.TEXT_BOX),
    ("footer", ppt(b"", document=holder(0x0FD9, atom(0x0FBA, N.encode("utf-16-le"), instance=2))), Place.FOOTER),
    ("comment", ppt(_COMMENT), Place.COMMENT),
    ("link", ppt(b"", document=holder(0x0409, holder(0x0FD7, atom(0x0FBA, N.encode("utf-16-le"), instance=1)))), Place.LINK),
    ("slide left in the file", ppt(b"", more=holder(0x03EE, ppt_shape(N))), Place.SLIDE),
    ("embedded object", ppt(b"", more=atom(0x1011, _OBJECT)), Place.PROPERTY),
    ("packed object", ppt(b"", more=atom(0x1011, struct.pack("<I", len(_OBJECT)) + zlib.compress(_OBJECT), instance=1)), Place.PROPERTY),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "place"), SLIDES, ids=[row[0] for row in SLIDES])
def test_ppt_places(why: str, data: bytes, place: Place) -> None:
    document = read_bytes(data, name="簡報.ppt")
    assert place in found_at(document), [(p.place, p.text) for p in document.parts]


def test_ppt_slides_are_numbered_and_corners_known() -> None:
    document = read_bytes(ppt(ppt_shape("第一"), ppt_shape("密", box=(5000, 50, 5700, 300))))
    assert [(p.page, p.corner) for p in document.parts if p.text == "密"] == [(2, Corner.TOP_RIGHT)]


def test_encrypted_presentation_is_said() -> None:
    document = read_bytes(ppt(ppt_shape(N), token=0xF3D1C4DF))
    assert {e.reason for e in document.not_read} == {NotReadReason.ENCRYPTED}


MESSAGES = [
    ("subject", message({0x0037: N}), Place.SUBJECT),
    ("body", message({0x1000: N}), Place.BODY),
    ("HTML body", message({0x1013: f"<html><body><p>{N}</p></body></html>".encode()}), Place.BODY),
    ("transport headers", message({0x007D: f"X-A: {N}"}), Place.MAIL_HEADER),
    ("sender", message({0x0C1A: N}), Place.MAIL_HEADER),
    ("blind copies", message({0x0E02: N}), Place.MAIL_HEADER),
    ("recipient", message({}, {"__recip_version1.0_#00000000": message({0x3001: N})}), Place.MAIL_HEADER),
    ("another property", message({0x6789: N}), Place.PROPERTY),
    ("file name", message({}, {"__attach_version1.0_#00000000": attachment(f"{N}.txt", b"x")}), Place.FILE_NAME),
    ("attachment", message({}, {"__attach_version1.0_#00000000": attachment("a.docx", docx(f"<w:p><w:r><w:t>{N}</w:t></w:r></w:p>"))}), Place.BODY),
    ("attached message", message({}, {"__attach_version1.0_#00000000": {"__properties_version1.0": b"\0" * 8, "__substg1.0_3701000D": message({0x0037: N})}}), Place.SUBJECT),
]  # fmt: skip


@pytest.mark.parametrize(("why", "tree", "place"), MESSAGES, ids=[row[0] for row in MESSAGES])
def test_msg_places(why: str, tree: dict[str, object], place: Place) -> None:
    document = read_bytes(compound(tree), name="信.msg")  # type: ignore[arg-type]
    assert place in found_at(document), [(p.place, p.text) for p in document.parts]


def test_narrow_strings_in_big5() -> None:
    tree = message({})
    tree["__substg1.0_0037001E"] = N.encode("cp950")
    tree["__properties_version1.0"] = b"\0" * 32 + struct.pack("<IIII", 0x3FFD0003, 6, 950, 0)
    assert found_at(read_bytes(compound(tree))) == {Place.SUBJECT}


def test_encrypted_package_of_new_office_is_said() -> None:
    document = read_bytes(
        compound({"EncryptionInfo": b"\4\0\4\0" + b"x" * 99, "EncryptedPackage": b"\x93\x81" * 3000}), name="函.docx"
    )
    assert {e.reason for e in document.not_read} == {NotReadReason.ENCRYPTED}


def test_packaged_file_is_read_under_its_name() -> None:
    content = f"{N}\n第二行".encode()
    native = (
        b"\0" * 4
        + b"\2\0"
        + "名單.txt".encode("cp950")
        + b"\0C:\\a.txt\0"
        + b"\0\0\3\0\4\0\0\0"
        + b"C:\\\0"
        + struct.pack("<I", len(content))
        + content
    )
    document = read_bytes(compound({"ObjectPool": {"_1": {"\x01Ole10Native": native}}}))
    assert found_at(document) == {Place.BODY}
    assert Place.FILE_NAME in found_at(document, "名單.txt")


def test_source_of_macros_is_unpacked() -> None:
    source = b"Attribute VB_Name\r\n' " + N.encode("cp950") + b"\r\n"
    chunk = b"".join(b"\0" + source[i : i + 8] for i in range(0, len(source), 8))
    packed = b"\1" + struct.pack("<H", 0xB000 | (len(chunk) - 1)) + chunk
    assert decompressed_module(packed) == source
    document = read_bytes(compound({"Macros": {"VBA": {"Module1": b"\xcc\x61" * 50 + packed}}}))
    assert Place.HIDDEN in found_at(document)


def test_streams_nobody_asked_for_are_searched() -> None:
    document = read_bytes(
        compound({"WordDocument": b"\0" * 99, "Odd": (f"{N}，請查照並依規定辦理。" * 3).encode("utf-16-le")})
    )
    assert Place.RAW in found_at(document)


def test_the_test_files_are_what_olefile_takes_for_compound_files() -> None:
    import olefile

    with olefile.OleFileIO(io.BytesIO(compound({"a": b"x", "b": {"c": b"y"}}))) as file:
        assert sorted(file.listdir()) == [["a"], ["b", "c"]]
