"""The data folder: private, made by itself, and never a new key over old data (P03, P04, F46)."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dlp.records.errors import HomeRefused, KeyRefused
from dlp.records.home import open_home
from dlp.records.keys import NAMES
from dlp.records.store import open_store
from tests.records.samples import ENVELOPE, verdict


def test_a_new_home_is_made_with_private_modes_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        home = open_home(tmp_path / "deep" / "home")
        with open_store(home) as store:
            store.open_incident(verdict(), item_key="k", envelope=ENVELOPE, original=b"content")
            loose = [p for p in home.path.rglob("*") if stat.S_IMODE(p.stat().st_mode) & 0o077]
    finally:
        os.umask(old)
    assert not loose
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert {p.name for p in home.key_folder.iterdir()} == {f"{n}.key" for n in NAMES}


@pytest.mark.parametrize(("target", "mode"), [(".", 0o750), ("keys", 0o755), ("keys/digest.key", 0o640), ("dlp.db", 0o644)])
def test_looser_modes_are_refused(tmp_path: Path, target: str, mode: int) -> None:
    with open_store(tmp_path / "home") as store:
        path = store.home.path / target
    path.chmod(mode)
    with pytest.raises(HomeRefused, match="chmod"):
        open_home(tmp_path / "home")


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_key_over_old_data_is_refused_and_not_made_anew(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path / "home") as store:
        key = store.home.key_folder / f"{name}.key"
    key.unlink()
    with pytest.raises(KeyRefused) as caught:
        open_home(tmp_path / "home")
    assert caught.value.code == "E630"
    assert not key.exists()


@pytest.mark.parametrize("content", ["", "zz", "ab" * 31, "ab" * 33])
def test_a_malformed_key_is_refused(tmp_path: Path, content: str) -> None:
    home = open_home(tmp_path / "home")
    (home.key_folder / "digest.key").write_text(content)
    with pytest.raises(KeyRefused) as caught:
        open_home(tmp_path / "home")
    assert caught.value.code == "E631"


def test_a_crash_while_the_keys_were_made_is_finished_next_time(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    (home.key_folder / "session.key").unlink()  # no data yet: nothing can be lost
    assert open_home(tmp_path / "home").keys.session


def test_a_foreign_key_is_noticed_by_the_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        key = store.home.key_folder / "digest.key"
    key.write_text("ab" * 32)
    with pytest.raises(KeyRefused) as caught:
        open_store(tmp_path / "home")
    assert caught.value.code == "E632"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_another_owner_is_refused(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    os.chown(home.key_folder / "audit.key", 65534, 65534)
    with pytest.raises(HomeRefused) as caught:
        open_home(tmp_path / "home")
    assert caught.value.code == "E621"


def test_keys_do_not_show_in_repr(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    shown = repr(home) + repr(home.keys)
    assert all(getattr(home.keys, n).hex() not in shown for n in ("digest_key", "evidence", "audit", "session"))


def test_importing_the_package_loads_no_database_library() -> None:
    code = "import sys, dlp.records, dlp.records.home, dlp.records.masked; print('sqlalchemy' in sys.modules, 'alembic' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "False"]
