"""Pictures: texts beside the pixels, the pixels by OCR when it is on, and «not read» when it is off."""

import shutil
import struct
import subprocess
import zlib

import pytest

from dlp.document import Document, NotReadReason, Place
from dlp.readers import ocr, read_bytes
from dlp.readers.isolation import ReaderPool
from tests.readers.hostile import png

N = "檢舉人A123456789"


def jpeg(*segments: tuple[int, bytes], size: tuple[int, int] = (400, 300)) -> bytes:
    out = b"\xff\xd8"
    for marker, body in (*segments, (0xC0, b"\x08" + struct.pack(">HH", size[1], size[0]) + b"\x01\x01\x11\0")):
        out += b"\xff" + bytes((marker,)) + struct.pack(">H", len(body) + 2) + body
    return out + b"\xff\xd9"


def tiff(tag: int, kind: int, body: bytes) -> bytes:
    entry = struct.pack("<HHII", tag, kind, len(body), 26)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry + struct.pack("<I", 0) + body


XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:li>{N}</rdf:li></x:xmpmeta>'.encode()
CASES = [
    ("PNG text chunk", "a.png", png(400, 300, [(b"tEXt", b"Comment\0" + N.encode())])),
    ("PNG text chunk in Big5", "a.png", png(400, 300, [(b"tEXt", b"Comment\0" + N.encode("cp950"))])),
    ("PNG packed chunk", "a.png", png(400, 300, [(b"zTXt", b"k\0\0" + zlib.compress(N.encode()))])),
    ("PNG international chunk", "a.png", png(400, 300, [(b"iTXt", b"k\0\0\0zh\0t\0" + N.encode())])),
    ("PNG international chunk, packed", "a.png", png(400, 300, [(b"iTXt", b"k\0\1\0zh\0t\0" + zlib.compress(N.encode()))])),
    ("JPEG comment", "a.jpg", jpeg((0xFE, N.encode()))),
    ("JPEG Exif description", "a.jpg", jpeg((0xE1, b"Exif\0\0" + tiff(0x010E, 2, N.encode() + b"\0")))),
    ("JPEG Windows title", "a.jpg", jpeg((0xE1, b"Exif\0\0" + tiff(0x9C9B, 1, N.encode("utf-16-le"))))),
    ("JPEG user comment", "a.jpg", jpeg((0xE1, b"Exif\0\0" + tiff(0x9286, 7, b"UNICODE\0" + N.encode("utf-16-le"))))),
    ("JPEG caption", "a.jpg", jpeg((0xED, b"Photoshop 3.0\0\x1c\x02\x78" + struct.pack(">H", len(N.encode())) + N.encode()))),
    ("JPEG XMP", "a.jpg", jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP))),
    ("TIFF description", "a.tif", tiff(0x010E, 2, N.encode() + b"\0")),
    ("GIF comment", "a.gif", b"GIF89a" + struct.pack("<HH", 300, 300) + b"\0\0\0\x21\xfe" + bytes((len(N.encode()),)) + N.encode() + b"\0;"),
]


def properties(document: Document) -> str:
    return "\n".join(part.text for part in document.parts if part.place is Place.PROPERTY)


@pytest.mark.parametrize(("name", "data"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_texts_beside_the_pixels(name: str, data: bytes) -> None:
    document = read_bytes(data, name=name)
    assert N in properties(document)
    assert [entry.reason for entry in document.not_read] == [NotReadReason.IMAGE]


@pytest.mark.parametrize(
    ("size", "gap"), [((1, 1), False), ((600, 3), False), ((20, 20), False), ((120, 40), True), ((2000, 1000), True)]
)
def test_picture_too_small_for_a_word_is_no_gap(size: tuple[int, int], gap: bool) -> None:
    assert bool(read_bytes(png(*size), name="a.png").not_read) is gap
    assert bool(read_bytes(jpeg(size=size), name="a.jpg").not_read) is gap


def test_ocr_without_tesseract_is_a_missing_component(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "program", lambda: None)
    document = read_bytes(png(400, 300), name="a.png", ocr=True)
    assert [entry.reason for entry in document.not_read] == [NotReadReason.MISSING_READER]


FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>
<style:style style:name="P" style:family="paragraph"><style:text-properties fo:font-size="28pt" style:font-size-asian="28pt"/></style:style>
</office:automatic-styles><office:body><office:text><text:p text:style-name="P">機密文件請勿外流</text:p>
<text:p text:style-name="P">身分證字號 A123456789</text:p></office:text></office:body></office:document>"""


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A page of Chinese text as a picture, drawn by LibreOffice."""
    office = shutil.which("soffice")
    if office is None or ocr.program() is None:
        pytest.skip("needs tesseract-ocr-chi-tra and LibreOffice")
    folder = tmp_path_factory.mktemp("ocr")
    (folder / "page.fodt").write_text(FODT, encoding="utf-8")
    command = [office, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "png", "--outdir", str(folder),
               str(folder / "page.fodt")]  # fmt: skip
    subprocess.run(command, capture_output=True, check=False, timeout=90)
    if not (folder / "page.png").is_file():
        pytest.skip("LibreOffice cannot draw here")
    return (folder / "page.png").read_bytes()


def test_text_in_a_picture_is_recognised(picture: bytes) -> None:
    document = read_bytes(picture, name="a.png", ocr=True)
    text = "".join(part.text for part in document.parts if part.place is Place.OCR)
    assert "A123456789" in text
    assert "機密" in text
    assert not document.not_read


def test_workers_of_an_ocr_pool_may_start_tesseract_and_still_have_no_network(picture: bytes) -> None:
    with ReaderPool(workers=1, ocr=True) as pool:
        document = pool.read(picture, name="a.png")
        assert any("A123456789" in part.text for part in document.parts if part.place is Place.OCR)
        assert pool.confinement()["network"] in ("seccomp", "namespace")


def test_recognition_that_takes_too_long_is_a_timeout(picture: bytes) -> None:
    path = ocr.program()
    assert path is not None
    assert ocr.recognise(path, picture, seconds=0.01) == ("", NotReadReason.TIMEOUT)
