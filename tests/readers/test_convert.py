"""LibreOffice as the second chance: what the own readers refuse, and what must then hold."""

import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dlp.document import Document, NotRead, NotReadReason, Place
from dlp.readers import convert
from dlp.readers.isolation import ReaderPool
from dlp.readers.limits import DEFAULT

needs_libreoffice = pytest.mark.skipif(convert.program() is None, reason="LibreOffice is not installed")
RTF = br"{\rtf1\ansi\ansicpg950\deff0 \u27298?\u33289?\u20154?\u26159?\u38515?\u22826?\u22826?\par}"


def test_only_what_was_refused_is_tried() -> None:
    refused = Document("a.rtf", (), (NotRead("document", NotReadReason.DAMAGED),))
    read = Document("a.rtf", (), ())
    part_only = Document("a.rtf", (), (NotRead("attachment-1", NotReadReason.DAMAGED),))
    assert convert.wanted(refused, RTF) == (convert.program() is not None)
    assert not convert.wanted(read, RTF)
    assert not convert.wanted(part_only, RTF)
    assert not convert.wanted(replace(refused, name="a.png"), b"\x89PNG\r\n\x1a\n" + bytes(40))


@needs_libreoffice
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_libreoffice_reads_and_leaves_nothing_behind(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(convert.tempfile, "tempdir", str(tmp_path))
    made = convert.converted(RTF, name="信.rtf", limits=DEFAULT)
    assert made is not None and made[:2] == b"PK"
    assert list(tmp_path.iterdir()) == []


@needs_libreoffice
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_refused_item_is_read_in_the_second_try(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    with ReaderPool(workers=1) as pool:
        first = Document("信.rtf", (), (NotRead("document", NotReadReason.DAMAGED),))
        second = pool._second_chance(first, RTF)
    assert second.not_read == ()
    assert any("檢舉人是陳太太" in p.text for p in second.parts if p.place is not Place.FILE_NAME)
    assert convert.REMARK in second.remarks


@needs_libreoffice
@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_converter_that_is_late_is_ended() -> None:
    assert convert.converted(RTF, name="信.rtf", limits=replace(DEFAULT, item_seconds=0.2)) is None


def test_without_libreoffice_the_item_stays_not_read(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(convert, "program", lambda: None)
    with ReaderPool(workers=1) as pool:
        document = pool.read(b"PK\x03\x04" + bytes(60), name="壞.docx")
    assert document.not_read


@pytest.mark.slow
def test_the_converter_has_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        # The converter's environment is not Python's: -S -E keep the interpreter from looking for anything.
        command = [sys.executable, "-S", "-E", "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=5)"]
        assert subprocess.run(command, check=False).returncode == 0
        assert convert._run([*command[:-1], "pass"], str(tmp_path), DEFAULT)
        assert not convert._run(command, str(tmp_path), DEFAULT)
