"""Compiled sieves are kept only where nobody else can put one, and a damaged one is never used."""

from pathlib import Path

import pytest

from dlp.detectors import sieve_cache
from dlp.detectors.contract import literals
from dlp.detectors.sieve import Sieve

CUES = {"people": literals("檢舉人", "陳情")}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "dlp"


def test_the_second_sieve_is_loaded_and_finds_the_same(folder: Path) -> None:
    text = "這位檢舉人與陳情".encode()
    first = Sieve(CUES).ends(text)
    kept = sorted(p.name for p in folder.iterdir())
    assert kept
    assert Sieve(CUES).ends(text) == first
    assert sorted(p.name for p in folder.iterdir()) == kept


def test_a_damaged_file_is_compiled_anew(folder: Path) -> None:
    Sieve(CUES)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)
    assert Sieve(CUES).owners_in("檢舉人".encode()) == {"people"}


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o770])
def test_a_folder_open_to_others_is_not_used(folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    assert sieve_cache.load("x") is None
    Sieve(CUES)
    assert not list(folder.iterdir())


def test_a_link_in_place_of_a_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    Sieve(CUES)
    name = next(folder.iterdir()).name
    other = tmp_path / "elsewhere"
    (folder / name).rename(other)
    (folder / name).symlink_to(other)
    assert sieve_cache.load(name) is None


def test_other_cues_have_another_name() -> None:
    assert sieve_cache.key("1", [b"a"], [0], 0) != sieve_cache.key("1", [b"b"], [0], 0)
    assert sieve_cache.key("1", [b"a"], [0], 0) != sieve_cache.key("2", [b"a"], [0], 0)
