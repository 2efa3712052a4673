"""``dlp check`` as users run it: a real process, exit codes, JSON by the promised shape."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LEAK = "本案係由住三樓的葉俊宏檢舉，電話0928-471-356，身分證B220417363。"
HARMLESS = "本週六舉辦親子閱讀活動，歡迎報名。"


def dlp(*args: str, stdin: bytes | None = None, home: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "dlp.cli", *(["--home", str(home)] if home else []), *args]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    (tmp_path / "leak.txt").write_text(LEAK, encoding="utf-8")
    (tmp_path / "fine.txt").write_text(HARMLESS, encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "cut.docx").write_bytes(b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + b"\x00" * 40)
    (tmp_path / "bad.txt").write_bytes("本案".encode() + b"\xff\xfe\xfa" + HARMLESS.encode())
    return tmp_path


@pytest.mark.parametrize(
    ("files", "code", "why"),
    [
        (["fine.txt"], 0, "read to the end, nothing found"),
        (["leak.txt"], 1, "a finding"),
        (["missing.txt"], 2, "no such file"),
        (["empty.txt"], 3, "nothing to read is not clean"),
        (["binary.txt"], 3, "unknown bytes are not clean"),
        (["cut.docx"], 3, "a truncated document is not clean"),
        (["fine.txt", "leak.txt", "missing.txt"], 1, "findings outweigh"),
        (["fine.txt", "missing.txt"], 2, "a missing file is never clean"),
    ],
)
def test_exit_codes(drafts: Path, files: list[str], code: int, why: str) -> None:
    run = dlp("check", *[str(drafts / f) for f in files])
    assert run.returncode == code, (why, run.stdout.decode(), run.stderr.decode())
    assert b"Traceback" not in run.stderr


def test_no_output_shows_a_found_value(drafts: Path) -> None:
    for form in ("text", "json", "jsonl"):
        run = dlp("check", "--format", form, str(drafts / "leak.txt"))
        out = (run.stdout + run.stderr).decode()
        for value in ("葉俊宏", "0928-471-356", "B220417363"):
            assert value not in out, form


def test_json_shape(drafts: Path) -> None:
    run = dlp("check", "--format", "json", str(drafts / "leak.txt"))
    item = json.loads(run.stdout)
    assert {
        "name",
        "channel",
        "action",
        "complete",
        "rules",
        "findings",
        "not_read",
        "policy_version",
        "seconds",
    } <= set(item)
    assert item["rules"] and {"id", "name", "action"} <= set(item["rules"][0])
    for finding in item["findings"]:
        assert {
            "kind",
            "label",
            "part",
            "start",
            "end",
            "masked",
            "confidence",
            "level",
            "reasons",
            "law",
            "fix",
        } <= set(finding)
        assert "text" not in finding


def test_reveal_adds_the_text(drafts: Path) -> None:
    item = json.loads(dlp("check", "--format", "json", "--reveal", str(drafts / "leak.txt")).stdout)
    assert all(LEAK[f["start"] : f["end"]] == f["text"] for f in item["findings"] if f["part"] == "body")


def test_json_lines_echo_ids(drafts: Path) -> None:
    lines = [
        json.dumps({"id": i, "text": t, "channel": "post"}, ensure_ascii=False)
        for i, t in (("a", HARMLESS), ("b", LEAK))
    ]
    run = dlp("check", "--jsonl", "-", stdin="\n".join([*lines, "not json"]).encode())
    out = [json.loads(line) for line in run.stdout.splitlines()]
    assert [o["id"] for o in out] == ["a", "b", None]
    assert (out[0]["action"], out[1]["action"] in ("hold", "block")) == ("allow", True)
    assert run.returncode == 1


def test_standard_input(drafts: Path) -> None:
    assert dlp("check", "-", stdin=LEAK.encode("cp950")).returncode == 1
    assert dlp("check", "-", stdin=HARMLESS.encode()).returncode == 0


def test_fail_on_and_exit_zero(drafts: Path) -> None:
    assert dlp("check", "--exit-zero", str(drafts / "leak.txt")).returncode == 0
    assert dlp("check", "--exit-zero", str(drafts / "empty.txt")).returncode == 3


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["--channel", "fax", "x"],
        ["--format", "pdf", "x"],
        ["--today", "11/22", "x"],
        ["--policy", "missing.yaml", "x"],
    ],
)
def test_usage_errors(args: list[str]) -> None:
    run = dlp("check", *args)
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv=['dlp','--help']\nfrom dlp.cli import main\ntry: main()\nexcept SystemExit: pass\nprint([m for m in ('spacy','jieba','pydantic','numpy','sqlalchemy','lxml','rich') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert run.stdout.decode().strip().endswith("[]")


def test_the_help_of_every_command_matches_the_list() -> None:
    from dlp.cli import COMMANDS, cli

    context = cli.make_context("dlp", ["check"], resilient_parsing=True)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None and command.help, name
        assert name in COMMANDS


def test_several_files_end_with_a_line_that_counts_them(drafts: Path) -> None:
    out = dlp("check", *(str(drafts / f) for f in ("fine.txt", "leak.txt", "empty.txt"))).stdout.decode().strip().splitlines()
    assert out[-1].startswith("共 3 份：") and "放行 1" in out[-1] and "沒有全部讀到" in out[-1]
    assert "共" not in dlp("check", str(drafts / "fine.txt")).stdout.decode().splitlines()[-1]


def on_a_terminal(*args: str, **environment: str) -> bytes:
    """What a terminal would receive."""
    mine, theirs = os.openpty()
    process = subprocess.Popen([sys.executable, "-m", "dlp.cli", *args], stdout=theirs, stderr=theirs, env={**os.environ, **environment})
    os.close(theirs)
    shown = b""
    while True:
        try:
            chunk = os.read(mine, 65_536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(mine)
    process.wait(60)
    return shown


def test_colours_are_for_terminals_that_want_them(drafts: Path) -> None:
    draft = str(drafts / "leak.txt")
    assert b"\x1b[" not in dlp("check", "--no-model", draft).stdout, "a file or pipe gets plain text"
    assert b"\x1b[" in on_a_terminal("check", "--no-model", draft, NO_COLOR="")
    assert b"\x1b[" not in on_a_terminal("check", "--no-model", draft, NO_COLOR="1")
