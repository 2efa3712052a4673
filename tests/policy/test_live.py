"""A policy that changes while messages are decided: always one whole version, the last good one when the new one is broken."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from dlp.errors import PolicyError
from dlp.policy.faults import Fault
from dlp.policy.fixing import write_atomically
from dlp.policy.live import DEGRADED, LivePolicy, watching
from dlp.verdict import Action
from tests.policy.broken_files import HEAD, RULE
from tests.policy.making import decided, finding

WARN, HOLD = HEAD + RULE, HEAD + RULE.replace("mail: warn", "mail: hold")
BROKEN = WARN.replace("mail: warn", "mail：warn")
PATIENCE = 10.0  # seconds


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "p.yaml"
    path.write_text(WARN, encoding="utf-8")
    return path


def _action(live: LivePolicy) -> Action:
    return decided(live.current, [finding("personal.national_id")], "mail").action


def _until(what) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "did not happen in time"
        threading.Event().wait(0.02)


def test_a_broken_policy_at_start_does_not_start(path):
    path.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(PolicyError):
        LivePolicy([path])


def test_a_broken_file_changes_nothing_but_health(path):
    refused: list[tuple[Fault, ...]] = []
    live = LivePolicy([path], on_refused=refused.append)
    before = live.current
    path.write_text(BROKEN, encoding="utf-8")
    assert live.reload() is False
    assert live.current is before and live.health == DEGRADED == "degraded: policy"
    assert [f.code for f in live.faults] == ["P102"] and refused == [live.faults]
    path.write_text(HOLD, encoding="utf-8")
    assert live.reload() is True
    assert live.health == "ok" and not live.faults and _action(live) is Action.HOLD


def test_a_deleted_or_half_written_file_keeps_the_last_good_policy(path):
    live = LivePolicy([path])
    path.write_text(HOLD[: len(HOLD) // 2], encoding="utf-8")
    assert live.reload() is False and _action(live) is Action.WARN
    path.unlink()
    assert live.reload() is False and _action(live) is Action.WARN and live.health == DEGRADED


def test_a_policy_that_decides_nothing_is_degraded(path):
    live = LivePolicy([path])
    path.write_text(WARN + "    mode: off\n", encoding="utf-8")
    assert live.reload() is True and live.health == DEGRADED
    path.write_text(WARN + "    mode: off\nallow-empty: true\n", encoding="utf-8")
    assert live.reload() is True and live.health == "ok"


@pytest.mark.parametrize("save", ["in place", "by rename"])
def test_a_saved_file_is_in_force_by_itself(path, save):
    changed: list[str] = []
    with watching([path], on_change=lambda policy: changed.append(policy.version)) as live:
        if save == "in place":
            path.write_text(HOLD, encoding="utf-8")
        else:
            write_atomically(path, HOLD.encode())
        _until(lambda: _action(live) is Action.HOLD)
        assert changed == [live.current.version]


def test_a_changed_list_is_in_force_by_itself(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.txt").write_text("", encoding="utf-8")
    (tmp_path / "p.yaml").write_text(WARN + "    ignore: [lists/a.txt]\n", encoding="utf-8")
    with watching([tmp_path]) as live:
        (tmp_path / "lists" / "a.txt").write_text("personal.national_id-0\n", encoding="utf-8")
        _until(lambda: _action(live) is Action.ALLOW)


def test_sighup_reloads(path):
    before = signal.getsignal(signal.SIGHUP)
    try:
        with watching([path]) as live:
            stat = path.stat()
            path.write_text(HOLD, encoding="utf-8")
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            os.kill(os.getpid(), signal.SIGHUP)
            _until(lambda: _action(live) is Action.HOLD)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_reload_under_load_loses_no_decision_and_mixes_no_versions(path):
    """Threads decide while the file changes between two good versions and a broken one: every decision fits its version."""
    expected = {}
    for text, action in ((WARN, Action.WARN), (HOLD, Action.HOLD)):
        path.write_text(text, encoding="utf-8")
        expected[LivePolicy([path]).current.version] = action
    live = LivePolicy([path])
    stop, wrong, counts = threading.Event(), [], [0, 0]
    seen: set[str] = set()

    def work(n: int) -> None:
        while not stop.is_set():
            policy = live.current
            action = decided(policy, [finding("personal.national_id")], "mail").action
            if action is not expected[policy.version]:
                wrong.append((policy.version, action))
            seen.add(policy.version)
            counts[n] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for n in range(18):
        write_atomically(path, (WARN, HOLD, BROKEN)[n % 3].encode())
        assert live.reload() is (n % 3 != 2)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong and seen == set(expected) and all(counts)


def test_stop_leaves_no_thread(path):
    before = threading.active_count()
    with watching([path]):
        assert threading.active_count() > before
    assert threading.active_count() == before
