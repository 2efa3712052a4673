"""The self-check says what is wrong with a code and a remedy, and ends in 4 when something would pass unseen."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dlp.channels.share import mounts
from dlp.cli import cli, doctor_checks
from dlp.cli.doctor_checks import Circumstances, Grade


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., tuple[int, dict[str, dict[str, str]]]]:
    def run(*words: str) -> tuple[int, dict[str, dict[str, str]]]:
        result = CliRunner().invoke(cli, ["--home", str(tmp_path / "home"), "doctor", "--format", "json", *words], standalone_mode=False)
        return result.return_value, {a["code"]: a for a in json.loads(result.stdout)}

    return run


def test_a_sound_installation_is_sound(ask: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "a.txt").write_text("x")
    code, found = ask(str(tmp_path / "share"))
    assert code == 0 and {"D01", "D02", "D10", "D20", "D54", "D62"} <= set(found)


@pytest.mark.parametrize(
    ("prepare", "code", "ends"),
    [
        pytest.param(lambda t: (t / "home").mkdir(mode=0o755), "D-E620", 4, id="home-open-to-others"),
        pytest.param(lambda t: (t / "share").rmdir(), "D50", 4, id="share-not-mounted"),
        pytest.param(lambda t: None, "D52", 0, id="share-empty"),
    ],
)
def test_what_is_wrong_is_said(prepare: Callable[[Path], None], code: str, ends: int, ask: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    prepare(tmp_path)
    if code == "D-E620":
        os.chmod(tmp_path / "home", 0o755)
    ended, found = ask(str(tmp_path / "share"))
    assert ended == ends and code in found, found
    assert found[code]["remedy"] or "chmod" in found[code]["what"]


def test_a_broken_policy_is_said(ask: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("version: 1\nrulez: []\n")
    ended, found = ask("--policy", str(tmp_path / "p.yaml"))
    assert ended == 4 and any(c.startswith("D-P") for c in found)


def test_too_few_watches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(20):
        (tmp_path / "share" / str(n)).mkdir(parents=True)
    monkeypatch.setattr(mounts, "inotify_limits", lambda: mounts.Limits(16_384, 128, 10))
    (answer, *_) = doctor_checks.watching(Circumstances(str(tmp_path / "home"), paths=(str(tmp_path / "share"),)))
    assert (answer.code, answer.grade) == ("D61", Grade.WARN) and "max_user_watches" in answer.remedy


def test_the_gateway_is_called(tmp_path: Path) -> None:
    at = Circumstances(str(tmp_path / "home"), milter=f"unix:{tmp_path}/m.sock")
    assert [a.code for a in doctor_checks.gateway(at)] == ["D81"]
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{tmp_path}/m.sock")
        listening.listen()
        assert [a.code for a in doctor_checks.gateway(at)] == ["D82"]


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ("milter_default_action = accept\nnon_smtpd_milters =\nmessage_size_limit = 10240000", {"D90", "D91"}),
        ("milter_default_action = tempfail\nnon_smtpd_milters = inet:127.0.0.1:8891\nmessage_size_limit = 0", {"D92", "D93"}),
        ("milter_default_action = quarantine\nnon_smtpd_milters = inet:127.0.0.1:8891\nmessage_size_limit = 10240000", {"D93"}),
    ],
)
def test_settings_of_postfix_that_let_mail_out(settings: str, codes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "postconf"
    program.write_text(f"#!/bin/sh\ncat <<'X'\n{settings}\nX\n")
    program.chmod(0o755)
    monkeypatch.setattr(doctor_checks.shutil, "which", lambda name, path=None: str(program))
    assert {a.code for a in doctor_checks.postfix(Circumstances(None, milter="inet:127.0.0.1:8891"))} == codes


def test_a_check_that_fails_does_not_end_the_others(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret value")

    monkeypatch.setattr(doctor_checks, "_service", broken)
    ended, found = ask()
    assert ended == 4 and "D30" in found and "secret" not in json.dumps(found)
