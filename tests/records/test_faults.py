"""Every write, sync and rename of ours fails once, and from then on: each time the caller hears of it and nothing is half.

(SQLite's own input and output is SQLite's business; the full-disk tests go through it.)
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dlp.records import incidents
from dlp.records.audit_verify import verify
from dlp.records.errors import StoreUnavailable
from dlp.records.store import Store, open_store
from tests.records.conftest import APPROVER
from tests.records.samples import ENVELOPE, verdict
from tests.records.test_crashes import check_consistent

CALLS = ("write", "fsync", "rename", "pwrite", "open", "link")


class Faults:
    """Lets ``os`` calls on the home fail from the ``at``-th on, once or for good."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        self.at, self.once, self.count, self.failed, self.active = 0, True, 0, 0, False
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrap(getattr(os, name)))
        self.home = str(home)

    def wrap(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kw: object) -> object:
            if self.active and (not isinstance(args[0], (str, Path)) or str(args[0]).startswith(self.home)):
                self.count += 1
                if self.count == self.at or (not self.once and self.count > self.at):
                    self.failed += 1
                    raise OSError(errno.EIO, "injected")
            return real(*args, **kw)

        return call

    def arm(self, at: int, *, once: bool) -> None:
        self.at, self.once, self.count, self.failed, self.active = at, once, 0, 0, True


def work(store: Store, key: str) -> None:
    public = store.open_incident(verdict(), item_key=key, envelope=ENVELOPE, original=b"the original" * 100)
    if incidents.find(store, public).state == "pending":
        incidents.approve(store, public, actor=APPROVER)


@pytest.mark.parametrize("once", [True, False], ids=["fails once", "fails for good"])
def test_every_position(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, once: bool) -> None:
    home = tmp_path / "home"
    with open_store(home) as store:
        work(store, "first")
    faults = Faults(monkeypatch, home)
    positions = 0
    for at in range(1, 200):
        key = f"item{at}"
        with open_store(home) as store:
            faults.arm(at, once=once)
            try:
                work(store, key)
            except StoreUnavailable as err:
                assert err.code in ("E606", "E610", "E612"), err
            finally:
                faults.active = False
        if not faults.failed:
            break
        positions += 1
        with open_store(home) as store:  # the process starts again
            work(store, key)
            check_consistent(store)
            assert incidents.find(store, store.open_incident(verdict(), item_key=key, envelope=ENVELOPE)).state == "released"
            assert not list((home / "evidence").glob("??/.*"))
    assert positions > 10


def test_after_a_failed_sync_the_process_writes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F72: never retry fsync and go on."""
    with open_store(tmp_path / "home") as store:
        public = store.open_incident(verdict(), item_key="k")
        real, failing = os.fsync, [True]

        def fail(handle: int) -> None:
            if failing:
                failing.clear()
                raise OSError(errno.EIO, "injected")
            real(handle)

        monkeypatch.setattr(os, "fsync", fail)
        for code in ("E610", "E612", "E612"):
            with pytest.raises(StoreUnavailable) as caught:
                incidents.approve(store, public, actor=APPROVER)
            assert caught.value.code == code
    with open_store(tmp_path / "home") as store:
        assert incidents.approve(store, public, actor=APPROVER).state == "released"
        assert verify(store.home).intact


def test_a_failed_write_of_a_key_makes_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dlp.records.home import open_home

    faults = Faults(monkeypatch, tmp_path)
    for at in range(1, 100):
        faults.arm(at, once=True)
        try:
            open_home(tmp_path / f"home{at}")
        except StoreUnavailable:
            pass
        finally:
            faults.active = False
        assert open_home(tmp_path / f"home{at}").keys
        if not faults.failed:
            return
    raise AssertionError("it never ended")
