"""Quarantine: nothing is lost at any step, nothing is overwritten, what comes back is what was taken; dry run unless told."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dlp.channels.share import moving
from dlp.channels.share import quarantine as module
from dlp.channels.share.acting import TAG
from dlp.channels.share.quarantine import Quarantine
from dlp.channels.share.walk import entry_of
from dlp.cli import cli
from dlp.errors import DlpError
from dlp.records.home import open_home

SECRET = "密等及解密條件或保密期限：密（本件至126年12月31日解密）\n主旨：有關違規案件查處情形。"
PERSON = "檢舉人王小明（電話0912-345-678，身分證A123456789）檢舉本局科長收賄。"
ITEM: dict[str, Any] = {
    "action": "hold", "rules": [{"id": "CLS-04", "name": "密件標示有效", "action": "hold", "tell": "以密件處理。", "fix": "移出。"}],
    "findings": [{"label": "密件標示", "masked": "密", "fix": "", "kind": "classified.official"}], "not_read": [], "path": "x",
}  # fmt: skip


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share" / "sub").mkdir(parents=True)
    return tmp_path / "share"


@pytest.fixture
def vault(tmp_path: Path) -> Quarantine:
    return Quarantine(open_home(tmp_path / "home"))


def put_away(vault: Quarantine, path: Path) -> str:
    entry = entry_of(os.fsencode(path))
    assert entry is not None
    return vault.put_away(os.fsencode(path.parent), entry, ITEM)[0]


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_what_comes_back_is_what_was_taken(share: Path, vault: Quarantine) -> None:
    paper = share / "公文.txt"
    paper.write_text(SECRET)
    paper.chmod(0o640)
    os.utime(paper, ns=(1_600_000_000_000_000_001, 1_500_000_000_000_000_002))
    number = put_away(vault, paper)
    assert names(share) == ["sub", "公文.txt.已移至隔離區.txt"]
    note = (share / "公文.txt.已移至隔離區.txt").read_text("utf-8-sig")
    assert number in note and "密件標示" in note and "查處" not in note
    (held,) = vault.held()
    assert vault.restore(held) == os.fsencode(paper)
    assert names(share) == ["sub", "公文.txt"]
    about = paper.stat()
    assert (paper.read_text(), stat.S_IMODE(about.st_mode), about.st_mtime_ns) == (SECRET, 0o640, 1_500_000_000_000_000_002)
    assert not list(vault.held())


def test_the_copy_is_sealed(share: Path, vault: Quarantine, tmp_path: Path) -> None:
    (share / "a.txt").write_text(SECRET)
    put_away(vault, share / "a.txt")
    sealed = [p.read_bytes() for p in (tmp_path / "home" / "quarantine").rglob("*") if p.is_file()]
    assert len(sealed) == 1 and "查處".encode() not in sealed[0]


def test_a_file_that_is_not_the_one_examined_stays(share: Path, vault: Quarantine) -> None:
    paper = share / "a.txt"
    paper.write_text(SECRET)
    entry = entry_of(os.fsencode(paper))
    assert entry is not None
    paper.write_text("another text")
    with pytest.raises(moving.Changed):
        vault.put_away(os.fsencode(share), entry, ITEM)
    assert names(share) == ["a.txt", "sub"] and not list(vault.held())


def test_a_link_is_never_followed(share: Path, vault: Quarantine) -> None:
    (share / "real.txt").write_text(SECRET)
    entry = entry_of(os.fsencode(share / "real.txt"))
    assert entry is not None
    (share / "real.txt").rename(share / "elsewhere.txt")
    (share / "real.txt").symlink_to(share / "elsewhere.txt")
    with pytest.raises(OSError):
        vault.put_away(os.fsencode(share), entry, ITEM)
    assert names(share) == ["elsewhere.txt", "real.txt", "sub"]


def test_restoring_never_overwrites(share: Path, vault: Quarantine) -> None:
    (share / "a.txt").write_text(SECRET)
    put_away(vault, share / "a.txt")
    (share / "a.txt").write_text("a new one")
    (held,) = vault.held()
    with pytest.raises(DlpError, match="E451"):
        vault.restore(held)
    assert (share / "a.txt").read_text() == "a new one" and list(vault.held()) == [held]
    assert vault.restore(held, to=share / "sub") == os.fsencode(share / "sub" / "a.txt")


def test_a_full_or_closed_home_leaves_the_file_alone(share: Path, vault: Quarantine, monkeypatch: pytest.MonkeyPatch) -> None:
    (share / "a.txt").write_text(SECRET)

    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DlpError):
        put_away(vault, share / "a.txt")
    monkeypatch.undo()
    assert (share / "a.txt").read_text() == SECRET and not list(vault.held())


class Killed(BaseException):
    """Stands for the end of the process: nothing that follows in the code is run."""


STEPS = ["sealed", "note", "aside", "deleted"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_after_each_step_the_file_is_in_one_place(step: str, share: Path, vault: Quarantine, tmp_path: Path) -> None:
    """A child process is stopped right after the step; then recovery has to find the file whole, in one place."""
    (share / "a.txt").write_text(SECRET)
    child = os.fork()
    if child == 0:
        _stop_after(step)
        try:
            put_away(vault, share / "a.txt")
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    again = Quarantine(open_home(tmp_path / "home"))
    undone = again.recover()
    if step == "deleted":
        (held,) = again.held()
        assert not undone and again.restore(held)
    else:
        assert len(undone) == 1 and not list(again.held())
    assert names(share) == ["a.txt", "sub"] and (share / "a.txt").read_text() == SECRET


def _stop_after(step: str) -> None:
    """Patch the child so that it ends at once when the step is done."""

    def ending(call: Callable[..., Any], when: Callable[..., bool] = lambda *args: True) -> Callable[..., Any]:
        def ended(*args: Any, **options: Any) -> Any:
            value = call(*args, **options)
            if when(*args):
                os._exit(9)
            return value

        return ended

    if step == "sealed":
        Quarantine._seal = ending(Quarantine._seal)  # type: ignore[method-assign]
    elif step == "note":
        moving.write_new = ending(moving.write_new)
    elif step == "aside":
        os.rename = ending(os.rename, lambda source, target: bytes(target).endswith(b".dlp-aside"))
    else:
        module.os.unlink = ending(os.unlink, lambda path: bytes(path).endswith(b".dlp-aside"))


# --- as people use it


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    def invoke(*words: str) -> Result:
        return CliRunner().invoke(cli, ["--home", str(tmp_path / "home"), *words], standalone_mode=False)

    return invoke


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def scan(run: Callable[..., Result], share: Path, *words: str) -> list[dict[str, Any]]:
    return objects(run("scan", "--no-model", "--format", "jsonl", *words, str(share)))


def test_a_dry_run_only_tells(run: Callable[..., Result], share: Path) -> None:
    (share / "a.txt").write_text(SECRET)
    found = scan(run, share, "--on-stop", "quarantine")
    assert found[0]["act"] == {"what": "quarantine", "done": False}
    assert names(share) == ["a.txt", "sub"]
    assert "act" not in scan(run, share)[0]


def test_quarantine_and_restore_by_command(run: Callable[..., Result], share: Path) -> None:
    (share / "sub" / "a.txt").write_text(SECRET)
    (share / "warn.txt").write_text("密等及解密條件或保密期限：密（本件至100年12月31日解密）\n主旨：歷史案卷。")
    found = scan(run, share, "--on-stop", "quarantine", "--apply")
    number = next(o["act"]["number"] for o in found if "act" in o)
    assert [o["path"].endswith("a.txt") for o in found if "act" in o] == [True], "what the policy only warns of stays"
    assert names(share / "sub") == ["a.txt.已移至隔離區.txt"]
    assert [o["number"] for o in objects(run("quarantine", "list", "--format", "jsonl"))] == [number]
    assert not [o for o in scan(run, share) if "隔離區" in o.get("path", "") and o["state"] != "accepted"], "our own note is no finding"
    assert number in run("quarantine", "restore", number.lower(), "--why", "業務需要").output
    assert names(share / "sub") == ["a.txt"]
    again = scan(run, share, "--on-stop", "quarantine", "--apply")
    assert not [o for o in again if "act" in o], "brought back by a person, it stays"
    (share / "sub" / "a.txt").write_text(SECRET + "改。")
    assert [o["act"]["done"] for o in scan(run, share, "--on-stop", "quarantine", "--apply") if "act" in o] == [True]
    assert run("audit", "verify").return_value == 0


def test_an_unknown_number_is_said(run: Callable[..., Result]) -> None:
    error = run("quarantine", "restore", "Q-ABCDEFGH").exception
    assert isinstance(error, DlpError) and error.code == "E450"


def test_a_rule_on_trial_moves_nothing(run: Callable[..., Result], share: Path, tmp_path: Path) -> None:
    policy = tmp_path / "p.yaml"
    policy.write_text(
        "version: 1\npolicy: 試行\nowner: 政風\nmode: simulate\nrules:\n  - id: TRY-01\n    name: 密件\n    why: [CLS-11]\n"
        "    find: {any: [classified.official]}\n    then: {share: hold}\n"
    )
    (share / "a.txt").write_text(SECRET)
    found = scan(run, share, "--policy", str(policy), "--on-stop", "quarantine", "--apply")
    assert found[0]["action"] == "log" and names(share) == ["a.txt", "sub"]


def test_tagging_writes_rules_and_no_value(run: Callable[..., Result], share: Path) -> None:
    (share / "a.txt").write_text(PERSON)
    try:
        os.setxattr(share / "a.txt", "user.test", b"1")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    found = scan(run, share, "--on-stop", "tag", "--apply")
    tag = json.loads(os.getxattr(share / "a.txt", TAG))
    assert found[0]["act"]["done"] and tag["action"] == "hold" and "INF-01" in tag["rules"]
    assert (share / "a.txt").read_text() == PERSON
