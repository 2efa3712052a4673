"""Decisions about files are in the journal like those about mail: once for each content, without any text."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dlp.channels.share.journaling import ShareJournal, line_of
from dlp.finding import Level
from dlp.kinds import Kind
from dlp.policy.journalfile import from_line
from dlp.records.errors import StoreUnavailable
from dlp.records.home import Home, open_home
from dlp.records.journal import JournalEntry, entries, value_digest
from dlp.records.store import open_store
from dlp.scanner import Scanner

LEAK = "檢舉人王小明（電話0912-345-678，身分證A123456789）檢舉本局科長收賄。"
CLEAN = "公園的櫻花開了。"
VALUES = ("王小明", "0912-345-678", "0912345678", "A123456789")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


def journal_of(home: Home) -> list[JournalEntry]:
    with open_store(home) as store:
        return list(entries(store))


def scan(home: Home, folder: Path) -> None:
    command = [sys.executable, "-m", "dlp.cli", "--home", str(home.path), "scan", "--no-model", "--format", "jsonl", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode in (0, 1), done.stderr


def test_a_scan_writes_every_new_decision_once(home: Home, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "a.txt").write_text(LEAK)
    (share / "copy.txt").write_text(LEAK)
    (share / "b.txt").write_text(CLEAN)
    scan(home, share)
    scan(home, share)
    (entry,) = journal_of(home)
    assert entry.channel == "share" and entry.complete and entry.action.name == "HOLD"
    assert {f.kind for f in entry.findings} >= {Kind.INFORMANT_IDENTITY, Kind.PERSONAL_MOBILE, Kind.PERSONAL_NATIONAL_ID}
    assert ("INF-01" in dict(entry.rules)) and entry.size_bytes == len(LEAK.encode())
    (share / "a.txt").write_text(LEAK + "請查照。")
    scan(home, share)
    assert len(journal_of(home)) == 2, "changed content is a new decision"


def test_a_line_holds_digests_and_no_value(home: Home, scanner: Scanner) -> None:
    line = line_of(scanner.check(LEAK, "share"), scanner.policy, key=home.keys.digest_key, size=5)
    assert not any(value in line or json.dumps(value)[1:-1] in line for value in VALUES)
    (mobile,) = {f.digest for f in from_line(line).findings if f.kind is Kind.PERSONAL_MOBILE}
    assert mobile == value_digest(home.keys, Kind.PERSONAL_MOBILE, "0912 345 678"), "equal however it is written"


def refuse(*_: object, **__: object) -> None:
    raise StoreUnavailable("資料磁碟空間不足。", code="E601")


def test_what_the_store_refuses_is_kept_and_written_later(home: Home, scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    line = line_of(scanner.check(LEAK, "share"), scanner.policy, key=home.keys.digest_key, size=5)
    book = ShareJournal(home)
    with monkeypatch.context() as patch:
        patch.setattr("dlp.records.store.open_store", refuse)
        book.write([("aa", line)])
    assert book.waiting == 1
    book.write([("bb", line)])
    book.close()
    assert len(journal_of(home)) == 2 and book.lost == 0


def test_what_cannot_be_written_at_last_is_counted(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlp.records.store.open_store", refuse)
    monkeypatch.setattr("dlp.channels.share.journaling.WAITING", 3)
    book = ShareJournal(home)
    book.write([(str(n), "{}") for n in range(5)])
    assert (book.waiting, book.lost) == (3, 2)
    book.close()
    assert book.lost == 5


def test_the_same_decision_twice_is_one_entry(home: Home, scanner: Scanner) -> None:
    line = line_of(scanner.check(LEAK, "share"), scanner.policy, key=home.keys.digest_key, size=5)
    for _ in range(2):  # as after a crash between journal and state
        book = ShareJournal(home)
        book.write([("aa", line)])
        book.close()
    (entry,) = journal_of(home)
    assert entry.retries == 1 and entry.findings[0].level in tuple(Level)
