"""The systemd units: systemd itself finds nothing wrong, the share is read-only unless files may be moved."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dlp.cli import cli


def written(folder: Path, *words: str) -> dict[str, str]:
    result = CliRunner().invoke(cli, ["integrations", "systemd", "--output", str(folder), *words], standalone_mode=False)
    assert result.exception is None, result.exception
    return {p.name: p.read_text() for p in folder.iterdir()}


@pytest.mark.parametrize("words", [(), ("--moves",), ("--path", '/srv/公用 "資料"/100%$x')])
def test_systemd_accepts_the_units(words: tuple[str, ...], tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    dlp = tmp_path / "dlp"
    dlp.write_text(f"#!{sys.executable}\n")
    dlp.chmod(0o755)
    (tmp_path / "units").mkdir()
    written(tmp_path / "units", "--dlp", str(dlp), *words)
    for unit in sorted((tmp_path / "units").iterdir()):
        done = subprocess.run([program, "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60, check=False)
        faults = [line for line in done.stderr.splitlines() if unit.name in line and "postfix" not in line]
        assert not faults, faults


def test_the_share_is_read_only_unless_files_may_be_moved(tmp_path: Path) -> None:
    quiet = written(tmp_path)
    assert "ReadWritePaths" not in quiet["dlp-scan.service"] and "--apply" not in quiet["dlp-scan.service"]
    assert "ReadWritePaths" in quiet["dlp-outbox.service"]
    moving = written(tmp_path, "--moves")
    assert 'ReadWritePaths=-"/srv/share"' in moving["dlp-scan.service"] and "--on-stop quarantine --apply" in moving["dlp-scan.service"]


def test_the_timer_and_the_window_agree(tmp_path: Path) -> None:
    found = written(tmp_path, "--start", "23:30", "--stop", "05:00")
    assert "OnCalendar=*-*-* 23:30:00" in found["dlp-scan.timer"] and "--time-window 23:30-05:00" in found["dlp-scan.service"]


def test_one_unit_can_be_printed() -> None:
    result = CliRunner().invoke(cli, ["integrations", "systemd", "watch"], standalone_mode=False)
    assert result.output.startswith("# /etc/systemd/system/dlp-watch.service\n") and "milter" not in result.output
