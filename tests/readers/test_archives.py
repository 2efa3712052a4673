"""Archives: members, names in UTF-8 and Big5, comments, nesting, what the directory does not say; unread is never clean."""

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dlp.document import Document, NotReadReason, Place
from dlp.readers import libarchive, read_bytes, seven_zip
from tests.readers.hostile import NEEDLE, encrypted_flag, tar_of, zip_of

N = "A123456789"
TEXT = NEEDLE.encode()
NAME = "機密檢舉人名冊.txt"


def texts(document: Document, place: Place) -> list[str]:
    return [part.text for part in document.parts if part.place is place]


def seven_zip_of(members: dict[str, bytes], password: str | None = None, *, hide_names: bool = False) -> bytes:
    py7zr = pytest.importorskip("py7zr")
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=hide_names) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return out.getvalue()


def zstd(data: bytes) -> bytes:
    return bytes(pytest.importorskip("zstandard").compress(data))


MAKERS: list[tuple[str, Callable[[], bytes]]] = [
    ("a.zip", lambda: zip_of({NAME: TEXT})),
    ("stored.zip", lambda: zip_of({NAME: TEXT}, method=zipfile.ZIP_STORED)),
    ("bzip2.zip", lambda: zip_of({NAME: TEXT}, method=zipfile.ZIP_BZIP2)),
    ("lzma.zip", lambda: zip_of({NAME: TEXT}, method=zipfile.ZIP_LZMA)),
    ("a.tar", lambda: tar_of({NAME: TEXT})),
    ("gnu.tar", lambda: tar_of({NAME: TEXT}, format=tarfile.GNU_FORMAT)),
    ("v7.tar", lambda: tar_of({NAME: TEXT}, format=tarfile.USTAR_FORMAT)),
    ("a.tar.gz", lambda: gzip.compress(tar_of({NAME: TEXT}))),
    ("a.tgz", lambda: gzip.compress(tar_of({NAME: TEXT}))),
    ("a.tar.bz2", lambda: bz2.compress(tar_of({NAME: TEXT}))),
    ("a.tar.xz", lambda: lzma.compress(tar_of({NAME: TEXT}))),
    ("a.tar.zst", lambda: zstd(tar_of({NAME: TEXT}))),
    ("a.7z", lambda: seven_zip_of({NAME: TEXT})),
    (NAME + ".gz", lambda: gzip.compress(TEXT)),
    (NAME + ".bz2", lambda: bz2.compress(TEXT)),
    (NAME + ".xz", lambda: lzma.compress(TEXT)),
    (NAME + ".lzma", lambda: lzma.compress(TEXT, lzma.FORMAT_ALONE)),
    (NAME + ".zst", lambda: zstd(TEXT)),
]


@pytest.mark.parametrize(("name", "make"), MAKERS, ids=[row[0] for row in MAKERS])
def test_member_and_its_name(name: str, make: Callable[[], bytes]) -> None:
    if name.endswith(".7z") and not (libarchive.available() or seven_zip.available()):
        pytest.skip("neither libarchive13 nor py7zr is here")
    document = read_bytes(make(), name=name)
    assert texts(document, Place.BODY) == [NEEDLE]
    assert NAME in texts(document, Place.FILE_NAME)
    assert not document.not_read
    assert not document.remarks


@pytest.mark.parametrize(("name", "make"), MAKERS, ids=[row[0] for row in MAKERS])
def test_truncated_archive_is_never_complete(name: str, make: Callable[[], bytes]) -> None:
    if name.endswith(".tar") and not name.endswith("."):
        data = make()
        start = data.index(TEXT)
        assert read_bytes(data[: start + 5], name=name).not_read
        return
    data = make()
    assert read_bytes(data[: len(data) * 3 // 4], name=name).not_read


def test_big5_names_of_windows() -> None:
    data = zip_of({"x" * len(NAME.encode("cp950")): TEXT}).replace(b"x" * len(NAME.encode("cp950")), NAME.encode("cp950"))
    assert NAME in texts(read_bytes(data, name="a.zip"), Place.FILE_NAME)


def test_comments_of_archive_and_member() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.comment = "成員註解".encode("cp950")
        archive.writestr(info, "x")
        archive.comment = "封存檔註解".encode("cp950")
    assert set(texts(read_bytes(out.getvalue(), name="a.zip"), Place.COMMENT)) == {"成員註解", "封存檔註解"}


def test_good_members_beside_encrypted_ones_are_read() -> None:
    document = read_bytes(encrypted_flag(), name="a.zip")
    assert "檢舉人名冊.txt" in texts(document, Place.FILE_NAME)
    assert texts(document, Place.BODY) == [NEEDLE]
    assert {entry.reason for entry in document.not_read} == {NotReadReason.ENCRYPTED}


@pytest.mark.parametrize("hide_names", [False, True])
def test_encrypted_7z(hide_names: bool) -> None:
    document = read_bytes(seven_zip_of({NAME: TEXT}, "x", hide_names=hide_names), name="a.7z")
    assert {entry.reason for entry in document.not_read} == {NotReadReason.ENCRYPTED}
    assert (NAME in texts(document, Place.FILE_NAME)) is not hide_names


def test_7z_without_libarchive_goes_through_py7zr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libarchive, "available", lambda: False)
    document = read_bytes(seven_zip_of({NAME: TEXT}), name="a.7z")
    assert texts(document, Place.BODY) == [NEEDLE]


def test_what_no_component_can_open_is_missing_reader_and_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libarchive, "available", lambda: False)
    monkeypatch.setattr(seven_zip, "available", lambda: False)
    document = read_bytes(seven_zip_of({NAME: TEXT}), name="a.7z")
    assert {entry.reason for entry in document.not_read} == {NotReadReason.MISSING_READER}


@pytest.mark.skipif(not libarchive.available(), reason="libarchive13 is not here")
@pytest.mark.parametrize("kind", ["ar", "cpio"])
def test_formats_of_libarchive(kind: str, tmp_path: Path) -> None:
    if kind == "ar":
        data = b"!<arch>\n" + b"a.txt/".ljust(16) + b"0".ljust(12) + b"0".ljust(6) + b"0".ljust(6) + b"644".ljust(8) + b"%-10d" % len(TEXT) + b"`\n" + TEXT + b"\n" * (len(TEXT) % 2)
    else:
        name = b"a.txt\0"
        fields = [1, 0o100644, 0, 0, 1, 0, len(TEXT), 0, 0, 0, 0, len(name), 0]
        entry = b"070701" + b"".join(b"%08X" % value for value in fields) + name
        entry = entry.ljust(-(-len(entry) // 4) * 4, b"\0") + TEXT.ljust(-(-len(TEXT) // 4) * 4, b"\0")
        end = b"070701" + b"".join(b"%08X" % value for value in [0] * 4 + [1] + [0] * 6 + [11, 0]) + b"TRAILER!!!\0"
        data = entry + end.ljust(512, b"\0")
    document = read_bytes(data, name=f"a.{kind}")
    assert NEEDLE in texts(document, Place.BODY)
    assert "a.txt" in texts(document, Place.FILE_NAME)


def test_nested_containers_are_read_to_the_allowed_depth() -> None:
    data = zip_of({"b.tar": tar_of({"c.gz": gzip.compress(zip_of({"d.txt": TEXT}))})})
    document = read_bytes(data, name="a.zip")
    assert texts(document, Place.BODY) == [NEEDLE]
    assert document.parts[-1].path == "member[1]/member[1]/member[1]/member[1]/body"


def test_gzip_header_name_and_comment() -> None:
    plain = gzip.compress(TEXT)
    data = plain[:3] + bytes((plain[3] | 0x18,)) + plain[4:10] + "名冊.txt".encode() + b"\0" + "註解".encode() + b"\0" + plain[10:]
    document = read_bytes(data, name="a.gz")
    assert "名冊.txt" in texts(document, Place.FILE_NAME)
    assert texts(document, Place.COMMENT) == ["註解"]


def test_names_never_become_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for make in (zip_of, tar_of):
        read_bytes(make({"../x": TEXT, "/tmp/dlp-x": TEXT, "y": TEXT}), name="a")
    assert not list(tmp_path.iterdir())
    assert not Path("/tmp/dlp-x").exists()


def test_system_tar_and_zip_agree_with_us(tmp_path: Path) -> None:
    """Archives as the system's own tar writes them, long names and links included."""
    folder = tmp_path / "長" / ("名" * 60)
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(TEXT)
    (folder / "link").symlink_to(NAME)
    done = subprocess.run(["tar", "-C", str(tmp_path), "-czf", "-", "長"], capture_output=True, check=True)
    document = read_bytes(done.stdout, name="a.tar.gz")
    assert texts(document, Place.BODY) == [NEEDLE]
    assert any(name.endswith(NAME) and "名" * 60 in name for name in texts(document, Place.FILE_NAME))
    assert not document.not_read
