"""The desk's commands as people run them: real processes, exit codes, outputs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlp.records import accounts, incidents
from dlp.records.people import Role
from dlp.records.store import open_store
from dlp.verdict import Action
from tests.records.conftest import ADMIN
from tests.records.samples import ENVELOPE, verdict

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


class Desk:
    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str, stdin: str = "", **env: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "dlp.cli", "--home", str(self.home), *words]
        plain = {k: v for k, v in os.environ.items() if k not in ("SUDO_USER", "LOGNAME", "USER")} | {"LOGNAME": "tester", "NO_COLOR": "1"}
        return subprocess.run(command, cwd=ROOT, env=plain | env, input=stdin, capture_output=True, text=True, check=False)

    def ok(self, *words: str, **options: str) -> str:
        done = self.run(*words, **options)  # type: ignore[arg-type]
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, code: str, *words: str, **options: str) -> None:
        done = self.run(*words, **options)  # type: ignore[arg-type]
        assert done.returncode == 2, done
        assert code in done.stderr
        assert "Traceback" not in done.stderr

    def json(self, *words: str) -> object:
        return json.loads(self.ok(*words))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    with open_store(tmp_path / "home") as store:
        store.open_incident(verdict(), item_key="held", envelope=ENVELOPE, original=b"the original")
        store.open_incident(verdict(action=Action.BLOCK, approver=""), item_key="blocked", envelope=ENVELOPE)
    return Desk(tmp_path / "home")


def held(desk: Desk) -> str:
    (found,) = desk.json("incident", "list", "--state", "pending", "--json")  # type: ignore[misc]
    return str(found["id"])


def test_list_and_show(desk: Desk) -> None:
    assert len(desk.json("incident", "list", "--json")) == 2  # type: ignore[arg-type]
    assert "2 件" in desk.run("incident", "list").stderr
    shown = desk.json("incident", "show", held(desk), "--json")
    assert isinstance(shown, dict)
    assert {"id", "state", "findings", "history", "rules", "due_at", "complete"} <= set(shown)
    assert desk.run("incident", "list", "--state", "nonsense").returncode == 2
    desk.refused("E640", "incident", "show", "D-0000")


def test_release_names_the_person_and_happens_once(desk: Desk) -> None:
    public = held(desk)
    assert "已核准放行" in desk.ok("incident", "approve", public, "--note", "已遮蔽")
    desk.refused("E641", "incident", "approve", public)
    with open_store(desk.home) as store:
        last = incidents.history(store, incidents.find(store, public))[-1]
    assert (last.actor, last.via, last.note) == ("tester", "cli", "已遮蔽")


def test_four_eyes_at_the_terminal(desk: Desk) -> None:
    desk.refused("E649", "incident", "approve", held(desk), LOGNAME="lin")
    desk.refused("E649", "incident", "approve", held(desk), LOGNAME="root", SUDO_USER="lin")


def test_acting_as_an_account_has_its_rights_only(desk: Desk) -> None:
    with open_store(desk.home) as store:
        accounts.add(store, "guo", roles=frozenset({Role.VIEWER}), actor=ADMIN)
        accounts.add(store, "tester2", roles=frozenset({Role.APPROVER}), actor=ADMIN, emails=["lin@example.gov.tw"])
    desk.refused("E642", "incident", "approve", held(desk), "--as", "guo")
    desk.refused("E649", "incident", "approve", held(desk), "--as", "tester2")
    desk.refused("E640", "incident", "approve", held(desk), "--as", "nobody")
    desk.refused("E649", "incident", "approve", held(desk), LOGNAME="tester2")


def test_the_way_of_a_false_alarm(desk: Desk) -> None:
    public = held(desk)
    desk.ok("incident", "appeal", public, "--note", "公開專線", LOGNAME="lin")
    desk.ok("incident", "review", public)
    desk.ok("incident", "confirm", public, "--note", "確為公開專線", "--until", "119-01-31")
    with open_store(desk.home) as store:
        assert {e.until.isoformat() for e in incidents.allow_list(store)} == {"2030-01-30T16:00:00+00:00"}


def test_the_way_of_a_leak(desk: Desk) -> None:
    public = held(desk)
    desk.ok("incident", "leak", public, "--within", "24")
    for step in ("contain", "report", "notify", "improve", "close"):
        desk.ok("incident", step, public)
    shown = desk.json("incident", "show", public, "--json")
    assert isinstance(shown, dict)
    assert shown["state"] == "closed"


def test_the_original_needs_a_reason_and_goes_to_a_private_new_file(desk: Desk, tmp_path: Path) -> None:
    public, target = held(desk), tmp_path / "original.eml"
    assert desk.run("incident", "original", public, "-o", str(target)).returncode == 2
    desk.ok("incident", "original", public, "--reason", "核對", "-o", str(target))
    assert target.read_bytes() == b"the original"
    assert target.stat().st_mode & 0o077 == 0
    desk.refused("E104", "incident", "original", public, "--reason", "核對", "-o", str(target))
    assert desk.ok("incident", "original", public, "--reason", "核對", "-o", "-") == "the original"


@pytest.mark.parametrize("form", ["json", "csv", "ods", "ocsf", "cef"])
def test_export_is_audited_and_private(desk: Desk, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"out.{form}"
    desk.ok("incident", "export", "--format", form, "-o", str(target))
    assert target.stat().st_size > 100
    assert target.stat().st_mode & 0o077 == 0
    with open_store(desk.home) as store:
        record = store.audit.tail()[-1]
    assert (record["action"], record["format"], record["count"]) == ("incident.export", form, 2)


def test_audit_verify_says_where(desk: Desk) -> None:
    assert "完好" in desk.ok("audit", "verify")
    path = desk.home / "audit" / "audit.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"actor":"system"', b'"actor":"nobody"', 1))
    done = desk.run("audit", "verify")
    assert done.returncode == 1
    assert "audit.jsonl:1" in done.stderr
    report = json.loads(desk.run("audit", "verify", "--json").stdout)
    assert (report["intact"], report["faults"][0]["seq"]) == (False, 1)
    assert desk.run("audit", "verify", "--without-store").returncode == 1


def test_audit_can_be_read_when_the_database_is_gone(desk: Desk) -> None:
    (desk.home / "dlp.db").write_bytes(b"\xff" * 4096)
    assert desk.run("audit", "verify").returncode == 4
    assert "完好" in desk.ok("audit", "verify", "--without-store")


def test_check_lists_what_a_restored_backup_lacks_and_deletes_nothing(desk: Desk) -> None:
    """F79: the database is older than evidence and audit."""
    import shutil

    assert "沒有差異" in desk.ok("admin", "check")
    backup = desk.home.parent / "backup.db"
    shutil.copy(desk.home / "dlp.db", backup)
    with open_store(desk.home) as store:
        for number in range(4):
            store.open_incident(verdict(), item_key=f"later{number}", original=b"later")
    for path in desk.home.glob("dlp.db*"):
        path.unlink()
    shutil.copy(backup, desk.home / "dlp.db")
    (desk.home / "dlp.db").chmod(0o600)
    done = desk.run("admin", "check")
    assert done.returncode == 1
    assert done.stdout.count("沒有對應的事件") == 4
    assert done.stdout.count("不在資料庫裡") == 4
    assert len(list((desk.home / "evidence").glob("??/*.sealed"))) == 5
    assert desk.run("audit", "verify").returncode == 0, "the log itself is whole"


def test_accounts(desk: Desk) -> None:
    desk.ok("admin", "account", "add", "chen", "--roles", "approver,handler", "--email", "chen@example.gov.tw", stdin="correct horse battery\n")
    desk.refused("E655", "admin", "account", "add", "wu", "--roles", "viewer", stdin="password\n")
    desk.refused("E648", "admin", "account", "add", "wu", "--roles", "boss", stdin="correct horse battery\n")
    desk.ok("admin", "account", "role", "chen", "viewer")
    desk.ok("admin", "account", "password", "chen", stdin="another horse battery\n")
    desk.ok("admin", "account", "disable", "chen")
    assert "停用" in desk.ok("admin", "account", "list")
    with open_store(desk.home) as store:
        assert [r["action"] for r in store.audit.tail()][-4:] == ["account.add", "account.roles", "account.password", "account.disable"]


def test_calendar_units_deputies_retention(desk: Desk, tmp_path: Path) -> None:
    desk.ok("admin", "calendar", "set", "115-11-18", "free", "--name", "颱風假")
    assert "2026-11-18  放假  颱風假" in desk.ok("admin", "calendar", "show", "--year", "2026")
    yearly = tmp_path / "117.csv"
    yearly.write_bytes("西元日期,星期,是否放假,備註\n20280101,六,2,開國紀念日\n".encode("cp950"))
    assert "1 天" in desk.ok("admin", "calendar", "import", str(yearly))
    desk.ok("admin", "unit", "政風室", "--handler", "wu", "--approver", "chen")
    desk.ok("admin", "deputy", "chen", "wu", "--from", "115-11-20", "--to", "115-11-21")
    desk.refused("E111", "admin", "deputy", "chen", "wu", "--from", "115-11-20", "--to", "115-11-19")
    assert "evidence  20 天" in desk.ok("admin", "retention", "--evidence", "20")
    assert "原件 0" in desk.ok("admin", "purge")


@pytest.mark.parametrize("form", ["html", "csv", "ods", "odt", "json"])
def test_reports(desk: Desk, tmp_path: Path, form: str) -> None:
    out = tmp_path / "reports"
    desk.ok("report", "month", "--format", form, "-o", str(out), "--date", "2026-11-01")
    (path,) = out.iterdir()
    assert path.name == f"dlp-month-2026-11-01.{form}"
    assert path.stat().st_mode & 0o077 == 0


def test_report_usage(desk: Desk) -> None:
    assert desk.run("report", "month", "--format", "html,csv").returncode == 2
    assert desk.run("report", "month", "--format", "docx").returncode == 2
    assert desk.run("report", "year").returncode == 2
    desk.refused("E111", "report", "day", "--date", "yesterday")


def test_a_refused_home_is_exit_code_4(desk: Desk) -> None:
    desk.home.chmod(0o755)
    done = desk.run("incident", "list")
    assert done.returncode == 4
    assert "E620" in done.stderr
    assert "chmod 700" in done.stderr


def test_help_lists_every_command(desk: Desk) -> None:
    text = desk.ok("incident", "--help")
    for word in ("list", "show", "assign", "approve", "return", "close", "export", "appeal", "review", "confirm", "uphold", "leak", "expire", "original"):
        assert f"  {word} " in text
