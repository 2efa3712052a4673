"""Type by content: extensions lie, talk about a format is not the format."""

import gzip
import io
import tarfile
import zipfile

import pytest

from dlp.document import NotReadReason, Place
from dlp.readers import needs_worker, read_bytes
from dlp.readers.sniff import extension_of, sniff
from tests.readers.hostile import png, tar_of, zip_of

CASES = [
    ("公文內容如下，請查照。".encode(), "a.txt", "text", False, "plain text"),
    ("公文內容如下，請查照。".encode("cp950"), "", "text", False, "Big5 without a name"),
    ("公文內容".encode("utf-16-le"), "a.txt", "text", False, "UTF-16 without a mark"),
    ("請在 <html> 標籤內填寫 <title>，不要用 <b>。".encode(), "a.txt", "text", False, "talk about tags is text"),
    (b"<html><body><p>x</p></body></html>", "a.txt", "html", True, "a page named .txt"),
    (b"<div class=x><p>hello</p></div>", "", "html", False, "a fragment of a page"),
    (b"<html xmlns:o='urn:schemas-microsoft-com:office:office'><table><tr><td>1</td></tr></table></html>", "a.xls", "html", True, "HTML named .xls"),
    (b'<?xml version="1.0"?><a><b/></a>', "a.xml", "xml", False, "XML"),
    ('<?xml version="1.0"?><!DOCTYPE 函 SYSTEM "104_2_utf8.dtd"><函/>'.encode(), "a.txt", "di", True, ".di under another name"),
    ("<函><密等及解密條件或保密期限/></函>".encode(), "a.di", "di", False, ".di without a declaration"),
    (b'{"a": 1, "b": [2]}', "a.json", "json", False, "JSON"),
    ("〔附件〕{見下頁}".encode(), "a.txt", "text", False, "brackets are not JSON"),
    ("[密] 會議紀錄".encode(), "a.txt", "text", False, "a mark in brackets is not JSON"),
    (b"a,b\n1,2\n", "a.csv", "csv", False, "CSV by its name"),
    (b"From: a@b.tw\nTo: c@d.tw\nSubject: x\n\nbody", "a.eml", "mail", False, "a mail"),
    (b"Received: from x\nMIME-Version: 1.0\nSubject: x\nContent-Type: text/plain\n\nbody", "", "mail", False, "a mail without a name"),
    ("From: 王小明\nTo: 李大華\n\n以上為往來信件摘要".encode(), "a.txt", "text", False, "text that quotes headers"),
    ("主旨：檢送公文\n說明：如附件".encode(), "a.txt", "text", False, "a letter's head is no mail header"),
    (b"From a@b Mon Nov 1\nSubject: x\n\nbody\n", "a", "mbox", False, "mbox"),
    (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "a.ics", "ics", False, "calendar"),
    (b"%PDF-1.7\n%%EOF", "a.doc", "pdf", True, "PDF named .doc"),
    (b"{\\rtf1 x}", "a.doc", "rtf", True, "RTF named .doc"),
    (b"junk junk\n%PDF-1.4\n1 0 obj\n%%EOF", "a.pdf", "pdf", False, "junk before a PDF"),
    (zip_of({"a.txt": b"x"}), "a.jpg", "zip", True, "zip named .jpg"),
    (zip_of({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), "a.docx", "ooxml", False, "docx"),
    (zip_of({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"})[:90], "a.docx", "ooxml", False, "docx cut short"),
    (zip_of({"content.xml": b"<a/>", "META-INF/manifest.xml": b"<a/>"}), "a.odt", "odf", False, "ODF without its mimetype"),
    (tar_of({"a": b"x"}), "a.tar", "tar", False, "tar"),
    (tar_of({"a": b"x"}, format=tarfile.GNU_FORMAT), "a.bin", "tar", True, "tar by its header"),
    (gzip.compress(b"x"), "a.txt.gz", "gz", False, "double extension of a compressed file is honest"),
    (b"BZh wird gesagt", "a.txt", "text", False, "text that begins like bzip2"),
    (b"ID3 is a tag format", "a.txt", "text", False, "text that begins like MP3"),
    (b"MZ is the signature", "a.txt", "text", False, "text that begins like a program"),
    (b"-----BEGIN PGP MESSAGE-----\n\nx", "a.asc", "pgp", False, "OpenPGP"),
    (png(100, 100), "a.png", "png", False, "PNG"),
    (bytes(range(256)) * 20, "a.txt", "binary", True, "binary named .txt"),
    (b"", "a.docx", "empty", False, "nothing"),
]


@pytest.mark.parametrize(("data", "name", "key", "disguised", "why"), CASES, ids=[case[-1] for case in CASES])
def test_content_decides(data: bytes, name: str, key: str, disguised: bool, why: str) -> None:
    judged = sniff(data, name=name)
    assert (judged.format.key, judged.disguised) == (key, disguised)


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.TXT", "txt"), ("a.tar.gz", "gz"), ("a", ""), ("a.", ""), ("..", ""), ("x/y.z/a", ""), ("C:\\a\\b.Doc", "doc"), ("密.docx ", "docx"),
     ("a.docx\0", "docx"), ("a.長", ""), ("a." + "x" * 40, "")],
)  # fmt: skip
def test_extension(name: str, extension: str) -> None:
    assert extension_of(name) == extension


def test_disguise_becomes_a_remark_without_the_name() -> None:
    document = read_bytes(zip_of({"a.txt": b"x"}), name="王小明.jpg")
    assert any("副檔名與內容不符" in remark for remark in document.remarks)
    assert not any("王小明" in remark for remark in document.remarks)


def test_only_plain_text_may_be_read_without_a_worker() -> None:
    assert not needs_worker("內容".encode(), name="a.txt")
    assert needs_worker(b"<html><p>x</p></html>", name="a.txt")
    assert needs_worker(zip_of({"a": b"x"}), name="a.txt")


def test_zip_behind_another_file_is_read_as_well() -> None:
    document = read_bytes(png(300, 300) + zip_of({"a.txt": "檢舉人A123456789".encode()}), name="a.png")
    assert any("A123456789" in part.text for part in document.parts)
    assert any("ZIP" in remark for remark in document.remarks)


def test_unknown_binary_is_searched_and_not_clean() -> None:
    data = bytes(range(256)) * 8 + "檢舉人王大明電話0912345678".encode("utf-16-le") + bytes(range(256))
    document = read_bytes(data, name="a.dat")
    assert NotReadReason.UNKNOWN_TYPE in {entry.reason for entry in document.not_read}
    assert any(part.place is Place.RAW and "王大明" in part.text for part in document.parts)


def test_reader_that_fails_keeps_what_it_read_and_salvages_the_rest() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document><w:t>A123456789</w:t></w:document>")
    document = read_bytes(out.getvalue()[:-60], name="a.docx")
    assert document.not_read
    assert any("A123456789" in part.text for part in document.parts)
