"""Originals: encrypted, authenticated, opened only with a right, a reason and an audit record."""

import io
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dlp.records import incidents
from dlp.records.errors import EvidenceDamaged, NoSuchRecord, NotAllowed, RecordsError
from dlp.records.evidence import CHUNK, EvidenceFolder, seal, unseal
from dlp.records.home import Home
from dlp.records.store import Store
from tests.records.conftest import ADMIN, APPROVER, HANDLER, VIEWER
from tests.records.samples import ENVELOPE, verdict

KEY = bytes(range(32))


@pytest.fixture
def folder(tmp_path: Path) -> EvidenceFolder:
    (tmp_path / "evidence").mkdir(mode=0o700)
    return EvidenceFolder(tmp_path / "evidence", KEY)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK], ids=str)
def test_what_goes_in_comes_out(folder: EvidenceFolder, size: int) -> None:
    content = os.urandom(size)
    for form in (content, io.BytesIO(content), [content[:10], content[10:]]):
        stored = folder.store("ab" * 16, form, {"name": "甲.eml"})
        assert stored.size == size
        assert b"".join(folder.open("ab" * 16)) == content
        assert folder.facts("ab" * 16) == {"name": "甲.eml"}


def test_nothing_lies_about_in_clear(folder: EvidenceFolder) -> None:
    folder.store("ab" * 16, b"MARKER" * 1000, {"name": "MARKER"})
    assert b"MARKER" not in folder.path("ab" * 16).read_bytes()


def flip(at: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        flip(0), flip(10), flip(45), flip(-1), lambda d: d[:-1], lambda d: d[: len(d) // 2], lambda d: d + b"x", lambda d: b"",
        lambda d: d[: 40 + 4 + 2 + 16], lambda d: d + d[40:],
    ],
    ids=["magic", "salt", "first frame", "last byte", "one byte short", "half", "one byte more", "empty", "frames cut off", "frames doubled"],
)  # fmt: skip
def test_damage_is_found(folder: EvidenceFolder, damage: Callable[[bytes], bytes]) -> None:
    folder.store("ab" * 16, os.urandom(2 * CHUNK), {})
    path = folder.path("ab" * 16)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(EvidenceDamaged):
        b"".join(folder.open("ab" * 16))


def test_frames_do_not_move_between_files(folder: EvidenceFolder) -> None:
    folder.store("ab" * 16, b"one", {})
    folder.store("cd" * 16, b"two", {})
    folder.path("cd" * 16).write_bytes(folder.path("ab" * 16).read_bytes())
    with pytest.raises(EvidenceDamaged):
        b"".join(folder.open("cd" * 16))


def test_another_key_does_not_open(folder: EvidenceFolder) -> None:
    folder.store("ab" * 16, b"one", {})
    with pytest.raises(EvidenceDamaged):
        b"".join(EvidenceFolder(folder.folder, bytes(32)).open("ab" * 16))


def test_a_source_that_fails_leaves_no_file(folder: EvidenceFolder) -> None:
    def pieces() -> object:
        yield b"x" * CHUNK
        raise RuntimeError("lost")

    with pytest.raises(RuntimeError):
        folder.store("ab" * 16, pieces(), {})  # type: ignore[arg-type]
    assert [p for p in folder.folder.rglob("*") if p.is_file()] == []


def test_drafts_of_a_dead_process_are_swept_and_those_of_a_living_one_kept(folder: EvidenceFolder) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (folder.folder / "ab").mkdir(mode=0o700)
    gone, kept = (folder.folder / "ab" / f".{'ab' * 16}.{pid}.0a0b.draft" for pid in (dead.pid, os.getpid()))
    for path in (gone, kept):
        path.write_bytes(b"half")
    assert folder.sweep() == 1
    assert not gone.exists()
    assert kept.exists()


def test_twenty_five_megabytes_stream_in_little_memory(tmp_path: Path) -> None:
    code = f"""
import resource, sys
from pathlib import Path
from dlp.records.evidence import EvidenceFolder
folder = EvidenceFolder(Path({str(tmp_path)!r}), bytes(32))
def run(n):
    folder.store("ab" * 16, (b"y" * 65536 for _ in range(n)), {{}})
    assert sum(map(len, folder.open("ab" * 16))) == n * 65536
run(16)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
run(400)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    tmp_path.chmod(0o700)
    grown = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert grown < 8 * 1024, f"{grown} KiB for 25 MiB"
    assert resource.getrusage(resource.RUSAGE_SELF)


@pytest.mark.parametrize("text", ["", "章魚燒", "x" * 10_000, "\ud800"])
def test_sealed_fields(text: str) -> None:
    sealed = seal(KEY, text, purpose="note")
    assert unseal(KEY, sealed, purpose="note") == text
    assert sealed != seal(KEY, text, purpose="note"), "equal texts do not look equal"
    with pytest.raises(EvidenceDamaged):
        unseal(KEY, sealed, purpose="why")
    assert unseal(KEY, None, purpose="note") == ""


@pytest.mark.parametrize("actor", [HANDLER, APPROVER], ids=lambda a: a.name)
def test_opening_is_audited_before_the_first_byte(store: Store, actor: object) -> None:
    public = store.open_incident(verdict(), item_key="k", envelope=ENVELOPE, original=b"the original")
    facts, pieces = incidents.open_original(store, public, actor=actor, reason="核對")  # type: ignore[arg-type]
    record = store.audit.tail()[-1]
    assert (record["action"], record["object"], record["result"]) == ("incident.view_original", public, "ok")
    assert b"".join(pieces) == b"the original"
    assert facts["recipients"] == list(ENVELOPE.recipients)
    assert incidents.history(store, incidents.find(store, public))[-1].note == "核對"


@pytest.mark.parametrize("actor", [VIEWER, ADMIN], ids=lambda a: a.name)
def test_without_the_right_it_stays_closed_and_the_attempt_is_audited(store: Store, actor: object) -> None:
    public = store.open_incident(verdict(), item_key="k", original=b"the original")
    with pytest.raises(NotAllowed):
        incidents.open_original(store, public, actor=actor, reason="x")  # type: ignore[arg-type]
    assert (store.audit.tail()[-1]["action"], store.audit.tail()[-1]["result"]) == ("incident.view_original", "refused")


def test_a_reason_is_needed(store: Store) -> None:
    public = store.open_incident(verdict(), item_key="k", original=b"x")
    with pytest.raises(RecordsError):
        incidents.open_original(store, public, actor=APPROVER, reason=" ")


def test_without_an_original_it_says_so(store: Store) -> None:
    public = store.open_incident(verdict(), item_key="k")
    with pytest.raises(NoSuchRecord):
        incidents.open_original(store, public, actor=APPROVER, reason="x")


def test_evidence_is_on_disk_before_the_incident_exists(home: Home, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_a: object, **_k: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dlp.records.evidence.os.fsync", fail)
    from dlp.records.errors import StoreUnavailable

    with pytest.raises(StoreUnavailable) as caught:
        store.open_incident(verdict(), item_key="k", original=b"x")
    assert caught.value.code == "E601"
    monkeypatch.undo()
    assert incidents.listing(store) == []
    assert store.evidence.ids() == set()
