"""``dlp feedback``: a false alarm becomes a test candidate, masked unless allowed, and training material once accepted."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlp.records import feedback, open_store
from dlp.records.errors import NotAllowed
from dlp.records.incident_views import candidates
from dlp.records.people import Actor, Role

DRAFT = "請假請洽承辦：林淑貞，身分證字號 A123456789，謝謝。\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@dataclass
class Result:
    exit_code: int
    output: str


def run(home: Path, *words: str, text: str = "") -> Result:
    command = [sys.executable, "-m", "dlp.cli", "--home", str(home), "feedback", *words]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60, check=False)
    return Result(done.returncode, (done.stdout + done.stderr).decode())


def test_a_report_is_kept_masked(home: Path) -> None:
    done = run(home, "-", "--wrong", "personal.national_id", "--no-model", text=DRAFT)
    assert done.exit_code == 0, done.output
    with open_store(home) as store:
        (one,) = candidates(store)
    assert one.rule == "personal.national_id" and one.expect == feedback.ASKED
    assert "A123456789" not in one.text and "請假請洽承辦" in one.text


def test_the_text_itself_only_when_the_person_says_so(home: Path) -> None:
    run(home, "-", "--wrong", "personal.national_id", "--keep-text", "--no-model", text=DRAFT)
    with open_store(home) as store:
        assert candidates(store)[0].text.strip() == DRAFT.strip()
    assert b"A123456789" not in b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())


def test_a_rule_that_did_not_apply_is_said(home: Path) -> None:
    done = run(home, "-", "--wrong", "CLS-01", "--no-model", text=DRAFT)
    assert done.exit_code == 2
    assert "沒有觸發" in done.output and "E151" in done.output and "A123456789" not in done.output


def test_without_a_rule_it_asks_for_one(home: Path) -> None:
    done = run(home, "-", text=DRAFT)
    assert done.exit_code == 2 and "--wrong" in done.output


def test_accepted_reports_are_written_for_training(home: Path, tmp_path: Path) -> None:
    for _ in range(2):
        run(home, "-", "--wrong", "personal.national_id", "--no-model", text=DRAFT)
    assert run(home, "--accept", "1").exit_code == 0
    assert run(home, "--drop", "2").exit_code == 0
    listed = run(home, "--list").output
    assert "已接受" in listed and "1 筆" in listed
    out = tmp_path / "feedback.jsonl"
    assert run(home, "--export", str(out)).exit_code == 0
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["rule"] == "personal.national_id"
    assert run(home, "--export", str(out)).exit_code == 2  # never over an existing file


def test_an_unknown_number_is_said(home: Path) -> None:
    done = run(home, "--accept", "7")
    assert done.exit_code == 2 and "E640" in done.output


def test_only_who_may_approve_accepts_or_drops(home: Path) -> None:
    handler = Actor("lin", frozenset({Role.HANDLER}))
    with open_store(home) as store:
        number = feedback.add(store, rule="INF-02", kinds=["informant.clue"], channel="post", text="一段文字", actor=handler)
        for step in (feedback.accept, feedback.drop):
            with pytest.raises(NotAllowed):
                step(store, number, actor=handler)
        assert [c.expect for c in candidates(store)] == [feedback.ASKED]
