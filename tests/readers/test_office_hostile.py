"""Hostile office files: whatever the bytes, an answer comes soon, nothing is raised, and what is missing is said."""

import random
import struct
import time
import tracemalloc
import zlib

import pytest

from dlp.document import Document, NotReadReason, Place
from dlp.readers import Limits, read_bytes
from tests.readers.make_office import NEEDLE, docx, element, flat_odf, odf, package, pptx, slide_shape, xlsx
from tests.readers.make_ole import (
    atom,
    bof,
    compound,
    doc,
    label_text,
    message,
    ppt,
    ppt_shape,
    record,
    sst,
    wide,
    xls,
)
from tests.readers.make_pdf import pdf, show, stream

SECONDS = 5.0
N = NEEDLE
_TEXT = "".join(f"第{i}段陳情內容" for i in range(300))
SEEDS: dict[str, bytes] = {
    "odt": odf("text", f"<text:p>{_TEXT}</text:p>", masters="<style:header><text:p>密</text:p></style:header>"),
    "ods": odf("spreadsheet", f"<table:table table:name='S'><table:table-row><table:table-cell><text:p>{_TEXT}</text:p></table:table-cell></table:table-row></table:table>"),
    "fodt": flat_odf("text", f"<text:p>{_TEXT}</text:p>"),
    "docx": docx(f"<w:p><w:r><w:t>{_TEXT}</w:t></w:r></w:p>", {"word/header1.xml": element("w:hdr", "<w:p><w:r><w:t>密</w:t></w:r></w:p>")}),
    "xlsx": xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=(f"<x:t>{_TEXT}</x:t>",)),
    "pptx": pptx((slide_shape(_TEXT),)),
    "doc": doc({0: _TEXT + "\r", 1: "註\r"}, headers=[""] * 7 + ["密\r"] + [""] * 4, marks=[(0, 5, 0x083C)]),
    "xls": xls(label_text("甲") + label_text("乙", 1), book=sst(*(f"第{i}列" for i in range(400)))),
    "ppt": ppt(ppt_shape(_TEXT), ppt_shape("乙")),
    "msg": compound(message({0x37: "主旨", 0x1000: _TEXT})),
    "rtf": b"{\\rtf1\\ansi\\ansicpg950{\\fonttbl{\\f0\\fcharset136 x;}}" + "".join(f"\\u{ord(c)}?" for c in _TEXT).encode() + b"}",
    "pdf": pdf("".join(show(_TEXT[i : i + 30], 72, 800 - i / 4) for i in range(0, len(_TEXT), 30)), packed=True),
}  # fmt: skip
SAID = {NotReadReason.DAMAGED, NotReadReason.TRUNCATED, NotReadReason.UNKNOWN_TYPE, NotReadReason.LIMIT_DEPTH, NotReadReason.EMPTY,
        NotReadReason.UNDECODABLE}  # fmt: skip


def read_soon(data: bytes, name: str = "", limits: Limits | None = None) -> Document:
    began = time.monotonic()
    document = read_bytes(data, name=name, limits=limits or Limits())
    assert time.monotonic() - began < SECONDS
    return document


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("kind", SEEDS)
def test_cut_off_files_are_said(kind: str, share: float) -> None:
    data = SEEDS[kind]
    document = read_soon(data[: int(len(data) * share)], f"函.{kind}")
    assert {entry.reason for entry in document.not_read} & SAID


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", SEEDS)
def test_random_bytes_in_files_raise_nothing(kind: str, seed: int) -> None:
    rng = random.Random(f"{kind}{seed}")
    for _ in range(5):
        data = bytearray(SEEDS[kind])
        for _ in range(rng.randrange(1, 30)):
            at = rng.randrange(len(data))
            choice = rng.randrange(4)
            if choice == 0:
                data[at] = rng.randrange(256)
            elif choice == 1:
                data[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"))
            elif choice == 2:
                del data[at : at + rng.randrange(100)]
            else:
                data[at:at] = data[at : at + rng.randrange(300)]
        read_soon(bytes(data), f"函.{kind}")


def _reasons(document: Document) -> set[NotReadReason]:
    return {entry.reason for entry in document.not_read}


BOMB = b"A" * (1 << 20)


def _zip_bomb(name: str, megabytes: int, around: tuple[bytes, bytes]) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(around[0])
    for _ in range(megabytes):
        body += packer.compress(BOMB)
    body += packer.compress(around[1]) + packer.flush()
    size, raw = len(body), name.encode()
    local = b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, size, 1000, len(raw), 0) + raw
    central = (
        b"PK\1\2"
        + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 0, 0, size, 1000, len(raw), 0, 0, 0, 0, 0, 0)
        + raw
    )
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + size, 0)
    return local + body + central + end


BOMBS = [
    ("word/document.xml", (b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:t>", b"</w:t></w:document>")),
    ("content.xml", (b"<?xml version='1.0'?><a>", b"</a>")),
    ("xl/sharedStrings.xml", (b"<?xml version='1.0'?><sst>", b"</sst>")),
    ("word/media/image1.bin", (b"", b"")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "around"), BOMBS, ids=[row[0] for row in BOMBS])
def test_bombs_stop_at_the_limit_in_little_memory(name: str, around: tuple[bytes, bytes]) -> None:
    data = _zip_bomb(name, 300, around)
    assert len(data) < 1 << 20
    document = read_soon(data, "函.docx", Limits(unpacked_bytes=64 << 20))
    assert _reasons(document) & {NotReadReason.LIMIT_RATIO, NotReadReason.LIMIT_UNPACKED, NotReadReason.LIMIT_TEXT}


def test_a_bomb_of_text_needs_no_more_memory_than_its_limit() -> None:
    data = _zip_bomb("word/document.xml", 300, BOMBS[0][1])
    tracemalloc.start()
    try:
        read_bytes(data, limits=Limits(unpacked_bytes=32 << 20))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 200 << 20


ENTITIES = "<!ENTITY a '{}'>" + "".join(f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(12))
XML_TRICKS = [
    ("billion laughs", f"<!DOCTYPE x [{ENTITIES.format('甲' * 9)}]><x>&m;</x>"),
    ("file entity", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"),
    ("web entity", "<!DOCTYPE x [<!ENTITY e SYSTEM 'http://127.0.0.1:9/'>]><x>&e;</x>"),
    ("parameter entity", "<!DOCTYPE x [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><x/>"),
    ("remote document type", "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'><x>甲</x>"),
    ("deep", "<x>" * 5_000 + "</x>" * 5_000),
    ("huge attribute", f"<x a='{'y' * 12_000_000}'/>"),
    ("many attributes", f"<x {' '.join(f'a{i}=' + chr(39) + chr(39) for i in range(50_000))}/>"),
    ("endless comment", "<x><!--" + "-a" * 500_000),
    ("unclosed", "<x><y>" + "甲" * 1000),
    ("nothing but brackets", "<" * 100_000),
    ("unknown encoding", "<?xml version='1.0' encoding='x-none'?><x>甲</x>"),
    ("wrong encoding", "<?xml version='1.0' encoding='utf-16'?><x>甲</x>"),
    ("NUL bytes", "<x>\0\0甲\0</x>"),
    (
        "include",
        "<x xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd' parse='text'/></x>",
    ),
]


@pytest.mark.parametrize(
    "member",
    [
        "word/document.xml",
        "content.xml",
        "customXml/item1.xml",
        "_rels/.rels",
        "META-INF/manifest.xml",
        "xl/workbook.xml",
    ],
)
@pytest.mark.parametrize(("why", "xml"), XML_TRICKS, ids=[row[0] for row in XML_TRICKS])
def test_xml_tricks(why: str, xml: str, member: str) -> None:
    base = (
        {"mimetype": "application/vnd.oasis.opendocument.text"}
        if member in ("content.xml", "META-INF/manifest.xml")
        else {"[Content_Types].xml": "<Types/>"}
    )
    members = {
        **base,
        "content.xml" if len(base) == 1 and "mimetype" in base else "word/document.xml": "<x>甲</x>",
        member: xml,
    }
    document = read_soon(package(members), "函.docx")
    everything = "".join(part.text for part in document.parts)
    assert "root:" not in everything
    assert len(everything) < 32_000_000
    if "entity" in why or why == "billion laughs":
        assert document.not_read


LIES = [
    ("size in the directory too small", lambda d: d.replace(struct.pack("<I", _size(d)), struct.pack("<I", 3))),
    ("member flagged as encrypted", lambda d: d.replace(b"PK\1\2\x14\x03\x14\0\0\0", b"PK\1\2\x14\x03\x14\0\1\0")),
    ("unknown compression", lambda d: d.replace(b"\x14\0\0\0\x08\0", b"\x14\0\0\0\x63\0")),
    ("no directory", lambda d: d[: d.index(b"PK\1\2")]),
    ("something before the zip", lambda d: b"MZ" * 500 + d),
    ("something behind it", lambda d: d + b"\0" * 5_000),
]  # fmt: skip


def _size(data: bytes) -> int:
    return int(struct.unpack_from("<I", data, data.index(b"PK\1\2") + 20)[0])


@pytest.mark.parametrize(("why", "lie"), LIES, ids=[row[0] for row in LIES])
def test_lying_packages(why: str, lie) -> None:  # type: ignore[no-untyped-def]
    data = lie(docx(f"<w:p><w:r><w:t>{N}</w:t></w:r></w:p>"))
    document = read_soon(data, "函.docx")
    found = any(N in part.text for part in document.parts)
    assert found or document.not_read
    if why in ("no directory", "something before the zip", "something behind it", "size in the directory too small"):
        assert found
    if why == "no directory":
        assert document.not_read


def test_two_members_of_one_name_are_both_read() -> None:
    first = docx(f"<w:p><w:r><w:t>{N}</w:t></w:r></w:p>")
    second = docx("<w:p><w:r><w:t>無害</w:t></w:r></w:p>")
    local = first[: first.index(b"PK\1\2")]
    shifted = bytearray(second)
    end = second.index(b"PK\5\6")
    at = second.index(b"PK\1\2")
    start = at
    while second.startswith(b"PK\1\2", at):
        offset = struct.unpack_from("<I", shifted, at + 42)[0]
        struct.pack_into("<I", shifted, at + 42, offset + len(local))
        name, extra, comment = struct.unpack_from("<HHH", shifted, at + 28)
        at += 46 + name + extra + comment
    struct.pack_into("<I", shifted, end + 16, start + len(local))
    document = read_soon(local + bytes(shifted), "函.docx")
    text = "".join(part.text for part in document.parts)
    assert N in text
    assert "無害" in text


def test_too_many_members() -> None:
    document = read_soon(
        package(
            {f"word/p{i}.xml": "<a/>" for i in range(500)}
            | {"[Content_Types].xml": "<T/>", "word/document.xml": "<a/>"}
        ),
        limits=Limits(container_members=100),
    )
    assert NotReadReason.LIMIT_MEMBERS in _reasons(document)


def test_documents_nested_in_documents_stop_at_the_limit() -> None:
    data = docx(f"<w:p><w:r><w:t>{N}</w:t></w:r></w:p>")
    for _ in range(20):
        data = docx("<w:p/>", {"word/embeddings/a.docx": data})
    assert NotReadReason.LIMIT_DEPTH in _reasons(read_soon(data))


SHEETS = [
    ("repeated rows and columns", odf("spreadsheet", "<table:table table:name='S'><table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'><text:p>甲</text:p></table:table-cell></table:table-row></table:table>")),
    ("spaces by the million", odf("text", "<text:p>" + "<text:s text:c='999999999'/>" * 50 + "</text:p>")),
    ("a dimension of seventeen billion cells", xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', after='<dimension ref="A1:XFD1048576"/>')),
    ("a shared string far away", xlsx('<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>')),
    ("columns without end", xlsx('<row r="1">' + '<c r="ZZZ1"><v>1</v></c>' * 2_000 + "</row>")),
    ("a shared string table that lies", xls(b"", book=record(0xFC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + wide("甲")))),
    ("cells in the last corner", xls(record(0x204, struct.pack("<HHH", 65535, 255, 0) + wide("甲")))),
    ("deep records", ppt(b"".join(struct.pack("<HHI", 15, 0x0FF1, 8 * (400 - i)) for i in range(400)))),
    ("records that contain themselves", ppt(b"", more=struct.pack("<HHI", 15, 0x03EE, 0xFFFFFFF0))),
    ("empty records by the hundred thousand", ppt(b"", more=atom(0x0FF1) * 100_000)),
    ("a header story with lying positions", doc({0: "甲\r"}, headers=[""] * 12).replace(struct.pack("<I", 0x800), struct.pack("<I", 0xFFFFFF00))),
    ("lengths of four billion", doc({0: "甲\r"}).replace(struct.pack("<I", 2), b"\xff\xff\xff\xff")),
    ("braces", b"{\\rtf1" + b"{" * 200_000),
    ("closing braces", b"{\\rtf1" + b"}" * 200_000),
    ("a lying \\bin", b"{\\rtf1 {\\pict\\bin2147483647 abc} x}"),
    ("a negative \\bin", b"{\\rtf1 {\\pict\\bin-5 abc} x}"),
    ("a word without end", b"{\\rtf1 \\" + b"a" * 1_000_000 + b"}"),
    ("a number without end", b"{\\rtf1 \\uc" + b"9" * 1_000_000 + b"}"),
    ("backslashes", b"{\\rtf1 " + b"\\" * 500_001 + b"}"),
    ("pages that contain each other", pdf("").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[2 0 R]/Count 9")),
    ("a million pages", pdf("").replace(b"/Count 1", b"/Count 1000000")),
    ("form objects that draw each other", pdf("/X1 Do", resources="/XObject<</X1 7 0 R>>", more=(stream(b"/X1 Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X1 7 0 R>>>>"),))),
    ("arrays in arrays", pdf("").replace(b"/Type/Catalog", b"/Type/Catalog/A " + b"[" * 50_000)),
    ("an outline that goes round", pdf("", catalog="/Outlines<</First 7 0 R/Last 7 0 R>>", more=("<</Title(a)/Next 7 0 R/First 7 0 R>>",))),
    ("a stream that inflates", pdf("", more=(stream(b"<a>" + b"A" * 60_000_000 + b"</a>"),))),
    ("a huge page box", pdf(show("甲"), box="/MediaBox[0 0 1e30 1e30]")),
    ("unclosed strings", pdf("").replace(b"%%EOF", b"(" * 200_000)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data"), SHEETS, ids=[row[0] for row in SHEETS])
def test_structures_that_lie_cost_little(why: str, data: bytes) -> None:
    document = read_soon(data, "函")
    assert sum(len(part.text) for part in document.parts) < 10_000_000


def test_workbook_substreams_without_end() -> None:
    read_soon(compound({"Workbook": bof(5) * 2_000}))


def test_storages_nested_deep() -> None:
    tree: dict[str, object] = {"WordDocument": b"x"}
    for _ in range(60):
        tree = {"a": tree}
    document = read_soon(compound(tree))  # type: ignore[arg-type]
    assert document.not_read


def test_messages_in_messages_stop_at_the_limit() -> None:
    tree = message({0x37: N})
    for _ in range(30):
        tree = message(
            {}, {"__attach_version1.0_#00000000": {"__properties_version1.0": b"\0" * 8, "__substg1.0_3701000D": tree}}
        )
    assert NotReadReason.LIMIT_DEPTH in _reasons(read_soon(compound(tree)))


@pytest.mark.parametrize("kind", SEEDS)
def test_a_wrong_extension_changes_nothing(kind: str) -> None:
    honest = {p.text for p in read_soon(SEEDS[kind], f"函.{kind}").parts if p.place is not Place.FILE_NAME}
    lying = read_soon(SEEDS[kind], "函.txt")
    assert {p.text for p in lying.parts if p.place is not Place.FILE_NAME} == honest


@pytest.mark.parametrize("kind", SEEDS)
def test_the_seeds_themselves_are_read_whole(kind: str) -> None:
    assert read_soon(SEEDS[kind], f"函.{kind}").not_read == ()
