"""The nightly scan: every file once, whatever is killed; unchanged trees cost a walk; what was not read is listed."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlp.channels.share import listing
from dlp.channels.share import scan as engine
from dlp.channels.share.crew import Crew, Job
from dlp.channels.share.examining import Basis
from dlp.channels.share.naming import printable_name
from dlp.channels.share.state import State
from dlp.channels.share.walk import parse_ignore, walk

BASIS = Basis("e1", "p1", "2026-11-22")


def examine(path: bytes) -> dict[str, Any]:
    """A scanner in six lines: a file with LEAK in it has a finding; DIE kills the worker."""
    data = Path(os.fsdecode(path)).read_bytes()
    if b"DIE" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    answer: dict[str, Any] = {"digest": hashlib.md5(data).hexdigest(), "action": "allow"}
    if b"LEAK" in data:
        answer |= {"action": "hold", "item": {"name": printable_name(os.path.basename(path)), "action": "hold", "complete": True, "findings": [{"label": "x"}], "not_read": []}}
    return answer


def tree(folder: Path, files: int, *, leaks: int = 0) -> list[bytes]:
    for i in range(files):
        place = folder / f"d{i % 7}" / f"e{i % 3}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"f{i}.txt").write_text("LEAK" if i < leaks else f"text {i}")
    return [os.fsencode(folder)]


def run(roots: list[bytes], home: Path, **options: Any) -> tuple[engine.Outcome, State]:
    state = State(home / "scan.db")
    return engine.scan(roots, state, options.pop("examine", examine), basis=options.pop("basis", BASIS), jobs=2, **options), state


def names(state: State, roots: list[bytes], outcome: engine.Outcome) -> dict[str, str]:
    return {os.path.basename(item["path"]): item["state"] for item in listing.lines(state, roots, outcome.run)}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


def test_first_run_examines_everything_and_the_second_nothing(share: Path, home: Path) -> None:
    roots = tree(share, 200, leaks=5)
    outcome, state = run(roots, home)
    assert (outcome.progress.examined, outcome.progress.with_findings) == (200, 5)
    outcome, state = run(roots, home)
    assert (outcome.progress.examined, outcome.progress.unchanged) == (0, 200)
    assert listing.summary(state, roots, outcome)["findings"] == 5
    assert {item["state"] for item in listing.lines(state, roots, outcome.run)} == {"still"}


def test_only_what_changed_is_examined(share: Path, home: Path) -> None:
    roots = tree(share, 50)
    run(roots, home)
    (share / "d0" / "e0" / "f0.txt").write_text("LEAK now")
    (share / "d1" / "e1" / "f1.txt").unlink()
    (share / "new.txt").write_text("new")
    outcome, state = run(roots, home)
    assert outcome.progress.examined == 2
    assert state.count(roots) == 50
    assert [item["state"] for item in listing.lines(state, roots, outcome.run)] == ["new"]


def test_a_finding_that_went_away_is_counted_as_gone(share: Path, home: Path) -> None:
    roots = tree(share, 20, leaks=2)
    run(roots, home)
    (share / "d0" / "e0" / "f0.txt").unlink()
    outcome, state = run(roots, home)
    assert [os.path.basename(item["path"]) for item in listing.gone(state, roots, outcome.run)] == ["f0.txt"]


@pytest.mark.parametrize(
    ("basis", "examined"),
    [
        pytest.param(BASIS, 0, id="nothing-changed"),
        pytest.param(replace(BASIS, engine="e2"), 30, id="other-detectors-all-files"),
        pytest.param(replace(BASIS, policy="p2"), 4, id="other-policy-only-files-with-findings"),
        pytest.param(replace(BASIS, day="2026-11-23"), 0, id="another-day-no-term-has-passed"),
        pytest.param(replace(BASIS, day="2027-01-01"), 4, id="a-term-has-passed"),
    ],
)
def test_what_results_rest_on(share: Path, home: Path, basis: Basis, examined: int) -> None:
    roots = tree(share, 30, leaks=4)

    def dated(path: bytes) -> dict[str, Any]:
        return examine(path) | {"day": "2026-12-31"}

    run(roots, home, examine=dated)
    outcome, state = run(roots, home, basis=basis, examine=dated)
    assert outcome.progress.examined == examined
    assert {item["state"] for item in listing.lines(state, roots, outcome.run)} == {"still"}


def test_contents_are_compared_once_a_week_whatever_the_times_say(share: Path, home: Path) -> None:
    roots = tree(share, 60)
    run(roots, home)
    nights = [run(roots, home, now=lambda night=night: time.time() + night * engine.DAY)[0].progress.examined for night in range(1, 9)]
    assert nights[:3] == [0, 0, 0]
    assert sum(nights[:7]) >= 60


def test_one_unread_file_does_not_make_its_folder_done(share: Path, home: Path) -> None:
    """Whichever file of the folder comes last."""
    folder = share / "d"
    folder.mkdir()
    for name in ("a.txt", "m.txt", "z.txt"):
        (folder / name).write_text("DIE" if name == "a.txt" else name)
    roots = [os.fsencode(share)]
    run(roots, home)
    (folder / "a.txt").chmod(0o644)
    outcome, _ = run(roots, home)
    assert outcome.progress.examined == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_folder_that_cannot_be_entered_is_not_gone_for_real(share: Path, home: Path) -> None:
    roots = tree(share, 20, leaks=20)
    run(roots, home)
    (share / "d0").chmod(0)
    outcome, state = run(roots, home)
    (share / "d0").chmod(0o755)
    assert not list(listing.gone(state, roots, outcome.run))


def test_a_folder_that_cannot_be_entered_is_not_gone(share: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = tree(share, 40, leaks=40)
    run(roots, home)
    real = os.scandir

    def closed(path: Any) -> Any:
        if os.fsencode(path).endswith(b"/d0"):
            raise PermissionError
        return real(path)

    monkeypatch.setattr(os, "scandir", closed)
    outcome, state = run(roots, home)
    assert not list(listing.gone(state, roots, outcome.run))
    assert [i["not_read"][0]["reason"] for i in listing.lines(state, roots, outcome.run) if not i["complete"]] == ["no-access"]
    monkeypatch.undo()
    outcome, state = run(roots, home)
    assert all(i["complete"] for i in listing.lines(state, roots, outcome.run))
    assert state.count(roots) == 40


def test_a_renamed_or_moved_file_is_neither_new_nor_gone(share: Path, home: Path) -> None:
    roots = tree(share, 10)
    (share / "d0" / "old.txt").write_text("LEAK")
    run(roots, home)
    (share / "d0" / "old.txt").rename(share / "d1" / "new.txt")
    outcome, state = run(roots, home)
    assert names(state, roots, outcome) == {"new.txt": "still"}
    assert not list(listing.gone(state, roots, outcome.run))


def test_a_finding_that_was_put_right_is_gone(share: Path, home: Path) -> None:
    roots = tree(share, 10, leaks=1)
    run(roots, home)
    (share / "d0" / "e0" / "f0.txt").write_text("harmless now")
    outcome, state = run(roots, home)
    assert [item["why"] for item in listing.gone(state, roots, outcome.run)] == ["cleared"]


def test_roots_inside_each_other_are_walked_once(share: Path, home: Path) -> None:
    roots = tree(share, 21)
    outcome, _ = run([*roots, roots[0] + b"/d0"], home)
    assert outcome.progress.examined == 21


def test_a_single_file_is_a_root(share: Path, home: Path) -> None:
    tree(share, 3, leaks=3)
    roots = [os.fsencode(share / "d0" / "e0" / "f0.txt")]
    outcome, state = run(roots, home)
    assert names(state, roots, outcome) == {"f0.txt": "new"}


def test_a_killer_file_costs_itself_only(share: Path, home: Path) -> None:
    roots = tree(share, 100, leaks=3)
    (share / "d3" / "killer.txt").write_text("DIE")
    outcome, state = run(roots, home)
    assert outcome.progress.examined == 101
    unread = [item for item in listing.lines(state, roots, outcome.run) if not item["complete"]]
    assert [(os.path.basename(i["path"]), i["not_read"][0]["reason"]) for i in unread] == [("killer.txt", "crash")]
    outcome, _ = run(roots, home)
    assert outcome.progress.examined == 1, "what was not read is tried again"


def test_a_hanging_file_is_given_up(share: Path, home: Path) -> None:
    roots = tree(share, 10)
    (share / "hang.txt").write_text("HANG")

    def hanging(path: bytes) -> dict[str, Any]:
        if path.endswith(b"/hang.txt"):
            time.sleep(60)
        return examine(path)

    outcome, state = run(roots, home, examine=hanging, file_seconds=1.0)
    assert [i["not_read"][0]["reason"] for i in listing.lines(state, roots, outcome.run)] == ["timeout"]


def test_links_pipes_and_strange_names(share: Path, home: Path) -> None:
    roots = tree(share, 3)
    (share / "loop").symlink_to(share)
    (share / "link.txt").symlink_to(share / "d0" / "e0" / "f0.txt")
    os.mkfifo(share / "pipe")
    Path(os.fsdecode(os.fsencode(share) + b"/\xff\xfe.txt")).write_text("LEAK")
    (share / "a\nb.txt").write_text("LEAK")
    outcome, state = run(roots, home)
    assert outcome.progress.examined == 5
    assert all("\n" not in item["path"] for item in listing.lines(state, roots, outcome.run))


def test_ignore_file(share: Path, home: Path) -> None:
    roots = tree(share, 20)
    (share / ".dlpignore").write_text("*.bak\nd1/\n!keep.bak\n/top.txt\n")
    for name in ("a.bak", "keep.bak", "top.txt"):
        (share / name).write_text("x")
    (share / "d0" / "top.txt").write_text("x")
    seen = {os.path.join(f.path, e.name) for f in walk(roots[0]) for e in f.files}
    found = {os.path.relpath(os.fsdecode(p), share) for p in seen}
    assert "keep.bak" in found and "d0/top.txt" in found
    assert not {"a.bak", "top.txt"} & found
    assert not any(f.startswith("d1/") for f in found)


@pytest.mark.parametrize(
    ("rules", "path", "folder", "ignored"),
    [("*.tmp", "a/b.tmp", False, True), ("/a.txt", "b/a.txt", False, False), ("x/", "x", False, False), ("x/", "x", True, True), ("a/*.txt", "a/b.txt", False, True), ("# c", "# c", False, False)],
)
def test_ignore_rules(rules: str, path: str, folder: bool, ignored: bool) -> None:
    assert parse_ignore(rules).matches(path, folder=folder) is ignored


def test_an_empty_or_missing_root_fails_loudly(share: Path, home: Path) -> None:
    roots = tree(share, 5)
    run(roots, home)
    for item in sorted(share.rglob("*"), reverse=True):
        item.rmdir() if item.is_dir() else item.unlink()
    with pytest.raises(engine.RootMissing, match="empty"):
        run(roots, home)
    share.rmdir()
    with pytest.raises(engine.RootMissing, match="missing"):
        run(roots, home)
    state = State(home / "scan.db")
    assert state.count(roots) == 5


def test_a_time_window_stops_and_the_next_run_goes_on(share: Path, home: Path) -> None:
    roots = tree(share, 400, leaks=4)
    calls = 0

    def over() -> bool:
        nonlocal calls
        calls += 1
        return calls > 6

    outcome, _ = run(roots, home, deadline=over)
    assert not outcome.complete
    done = outcome.progress.examined
    outcome, state = run(roots, home)
    assert outcome.complete and outcome.resumed
    assert done + outcome.progress.examined == 400
    assert listing.summary(state, roots, outcome)["files"] == 400


KILLED = """
import os, sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.share.test_scan import BASIS, examine
from dlp.channels.share import scan as engine
from dlp.channels.share.state import State
def slow(path):
    time.sleep(0.001)
    return examine(path)
engine.scan([os.fsencode({share!r})], State(Path({home!r}) / "scan.db"), slow, basis=BASIS, jobs=2)
"""


@pytest.mark.parametrize("rounds", [pytest.param(6, id="short"), pytest.param(50, id="long", marks=pytest.mark.long)])
def test_killed_at_random_points_each_file_is_reported_once(share: Path, home: Path, rounds: int) -> None:
    roots = tree(share, 2000, leaks=40)
    code = KILLED.format(root=str(Path(__file__).parents[2]), share=str(share), home=str(home))
    dice = random.Random(rounds)
    for _ in range(rounds):
        process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        time.sleep(dice.uniform(0.2, 1.2))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    outcome, state = run(roots, home)
    assert outcome.complete
    reported = [item["path"] for item in listing.lines(state, roots, outcome.run)]
    assert len(reported) == len(set(reported)) == 40
    assert state.count(roots) == 2000


def test_the_crew_returns_every_job_once() -> None:
    jobs = [Job(b"%d" % i, i) for i in range(1000)]
    crew = Crew(lambda path: {"n": int(path)}, size=3)
    results = [(job.tag, value["n"]) for job, value in crew.run(iter(jobs))]
    assert sorted(results) == [(i, i) for i in range(1000)]


def test_the_window_crosses_midnight() -> None:
    from datetime import datetime

    for hour, over in ((23, False), (3, False), (12, True), (6, True), (22, False)):
        assert engine.window("22:00-06:00", now=lambda hour=hour: datetime(2026, 1, 1, hour))() is over
    with pytest.raises(ValueError):
        engine.window("22-6")


def test_results_hold_no_more_than_json_says(share: Path, home: Path) -> None:
    roots = tree(share, 5, leaks=1)
    outcome, state = run(roots, home)
    rows = state.db.execute("SELECT result FROM files WHERE result IS NOT NULL").fetchall()
    assert [json.loads(r[0])["findings"] for r in rows] == [[{"label": "x"}]]
    assert outcome.complete
