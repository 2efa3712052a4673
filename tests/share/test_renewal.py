"""A scan and a watcher decide by the policy, the allow list and the day of now; a broken policy changes nothing."""

import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dlp.channels.share import watch as watching
from dlp.channels.share.crew import Crew
from dlp.channels.share.journaling import ShareJournal
from dlp.channels.share.scan import state_path
from dlp.channels.share.sharedesk import ShareDesk
from dlp.channels.share.state import State
from dlp.channels.share.watch import Watch
from dlp.cli.sharing import Engine
from dlp.cli.watch import _Renewal
from dlp.errors import DlpError
from dlp.kinds import Kind
from dlp.policy.accepted import value_digest
from dlp.records.allow_mark import allow_mark
from dlp.records.home import Home, open_home
from dlp.records.store import open_store

RULES = """version: 1
policy: 測試用
owner: 政風單位
rules:
  - id: TST-01
    name: 行動電話
    why: [PDPA-05]
    level: high
    find: {{any: [personal.mobile]}}
    then: {{mail: {action}, post: {action}, share: {action}}}
    tell: 有行動電話。
"""
PHONE = "0912-345-678"
GIVEN: dict[str, Any] = {"no_model": True, "ocr": False}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES.format(action="warn"))
    return path


def engine_of(home: Home, policy: Path) -> Engine:
    return Engine({**GIVEN, "policies": (str(policy),)}, home)


def allow(home: Home, value: str, *, until: int = 4_000_000_000_000) -> None:
    """An entry as the desk writes it."""
    from sqlalchemy import insert

    from dlp.records import schema

    with open_store(home) as store, store.writing() as connection:
        digest = value_digest(home.keys.digest_key, Kind.PERSONAL_MOBILE, value)
        row = {"rule": "TST-01", "kind": "personal.mobile", "digest": digest, "state": "confirmed", "who": "chen", "until": until, "added_at": 0}
        connection.execute(insert(schema.allow_list), [row])


def rewrite(path: Path, text: str) -> None:
    time.sleep(0.01)  # another time stamp
    path.write_text(text)
    os.utime(path)


def test_an_unchanged_basis_keeps_the_engine(home: Home, policy: Path) -> None:
    assert engine_of(home, policy).renewed() is None


def test_a_changed_policy_counts_and_keeps_the_scanner(home: Home, policy: Path) -> None:
    engine = engine_of(home, policy)
    before, scanner = engine.basis, engine.scanner
    rewrite(policy, RULES.format(action="hold"))
    fresh = engine.renewed()
    assert fresh is not None and fresh.basis.policy != before.policy and fresh.basis.engine == before.engine
    assert fresh.scanner is scanner and scanner.check(f"電話{PHONE}", "share").action.name == "HOLD"
    assert fresh.renewed() is None


def test_a_broken_policy_changes_nothing(home: Home, policy: Path) -> None:
    engine = engine_of(home, policy)
    assert engine.scanner.check(f"電話{PHONE}", "share").action.name == "WARN"
    rewrite(policy, "policies: [")
    with pytest.raises(DlpError):
        engine.renewed()
    assert engine.scanner.check(f"電話{PHONE}", "share").action.name == "WARN"
    told = _Renewal(engine, None, ShareJournal(home), False)()
    assert told[0] is None and "沿用" in told[1]


def test_what_the_desk_allowed_is_quiet_on_shares_too(home: Home, policy: Path) -> None:
    engine = engine_of(home, policy)
    assert engine.scanner.check(f"電話{PHONE}", "share").action.name == "WARN"
    allow(home, PHONE)
    fresh = engine.renewed()
    assert fresh is not None and fresh.basis.policy != engine.basis.policy
    assert fresh.scanner.check(f"電話{PHONE}", "share").action.name in ("ALLOW", "LOG")
    assert fresh.scanner.check("電話0932-551-807", "share").action.name == "WARN", "other values are not allowed"


def test_an_entry_that_has_ended_counts_no_more(home: Home, policy: Path) -> None:
    allow(home, PHONE, until=1_000)
    assert engine_of(home, policy).scanner.check(f"電話{PHONE}", "share").action.name == "WARN"


def test_the_mark_of_the_allow_list_needs_no_store_and_follows_it(home: Home) -> None:
    assert allow_mark(home) == ""
    allow(home, PHONE)
    first = allow_mark(home)
    allow(home, "0932-551-807")
    assert first and allow_mark(home) not in ("", first)


def test_a_new_day_is_a_new_basis(home: Home, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(home, policy)
    assert engine.basis.day == date.today().isoformat()

    class Tomorrow(date):
        @classmethod
        def today(cls) -> date:
            return date(2099, 1, 1)

    monkeypatch.setattr("dlp.cli.sharing.date", Tomorrow)
    fresh = engine.renewed()
    assert fresh is not None and fresh.basis.day == "2099-01-01"


def test_the_watcher_takes_over_a_changed_policy_without_losing_a_file(
    home: Home, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "RENEW_SECONDS", 0.2)
    share = tmp_path / "share"
    share.mkdir()
    told: list[dict[str, Any]] = []
    engine, state = engine_of(home, policy), State(state_path(home.path))
    desk = ShareDesk([os.fsencode(share)], state, basis=engine.basis, emit=told.append)
    watch = Watch(desk, Crew(engine.examiner(state.path), size=2), renew=_Renewal(engine, desk, ShareJournal(home), False))
    end = time.monotonic() + 60

    def until_told(files: int) -> None:
        while len(told) < files and time.monotonic() < end:
            watch.step()

    try:
        while not watch.listening:
            watch.step()
        (share / "a.txt").write_text(f"電話{PHONE}")
        until_told(1)
        rewrite(policy, "policies: [")
        while not watch.counts.degraded and time.monotonic() < end:
            watch.step()
        assert "沿用" in watch.counts.degraded[0] and watch.counts.renewed == 0
        rewrite(policy, RULES.format(action="hold"))
        while not watch.counts.renewed and time.monotonic() < end:
            watch.step()
        assert watch.counts.degraded == []
        (share / "b.txt").write_text(f"手機{PHONE}")
        until_told(2)
    finally:
        watch.close()
    assert [(Path(t["path"]).name, t["action"]) for t in told] == [("a.txt", "warn"), ("b.txt", "hold")]

