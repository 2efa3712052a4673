"""``dlp check --clipboard``: reads what the desktop holds, says so where there is none, and puts no text on a command line."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dlp.cli import clipboard
from tests.post.conftest import LEAK

ENV = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}


def run(env: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "dlp.cli", "check", "--clipboard", "--no-model", *options], capture_output=True, text=True, env=env, timeout=60)


def desktop(folder: Path, program: str, script: str, variable: str) -> dict[str, str]:
    """An environment with a clipboard command of our own."""
    tool = folder / program
    tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return {**ENV, "PATH": f"{folder}:{ENV['PATH']}", variable: "x"}


@pytest.mark.parametrize(
    ("program", "variable"), [("wl-paste", "WAYLAND_DISPLAY"), ("xclip", "DISPLAY"), ("xsel", "DISPLAY")],
)  # fmt: skip
def test_the_desktops_command_is_asked(tmp_path: Path, program: str, variable: str) -> None:
    done = run(desktop(tmp_path, program, f"printf '%s' '{LEAK}'", variable), "--channel", "facebook")
    assert done.returncode == 1 and "剪貼簿" in done.stdout and "葉俊宏" not in done.stdout


def test_a_clean_clipboard(tmp_path: Path) -> None:
    assert run(desktop(tmp_path, "xclip", "printf '%s' '明日停水，請提早儲水。'", "DISPLAY")).returncode == 0


def test_without_a_desktop_it_says_what_to_do() -> None:
    done = run(ENV)
    assert done.returncode == 2 and "E131" in done.stderr and "檔案" in done.stderr


def test_a_clipboard_that_cannot_be_read_is_not_clean(tmp_path: Path) -> None:
    done = run(desktop(tmp_path, "xclip", "echo secret >&2; exit 1", "DISPLAY"))
    assert done.returncode == 2 and "E132" in done.stderr and "secret" not in done.stderr


def test_an_empty_clipboard_is_not_clean(tmp_path: Path) -> None:
    assert run(desktop(tmp_path, "xclip", "true", "DISPLAY")).returncode == 3


def test_no_text_goes_onto_a_command_line() -> None:
    assert all(not argument.startswith("-i") for _, command in clipboard.COMMANDS for argument in command)
