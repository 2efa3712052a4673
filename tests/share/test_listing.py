"""What a run says: designated folders, baseline, reports, copies, names."""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dlp.channels.share.examining import file_digest, make_examiner
from dlp.channels.share.naming import Namer
from dlp.channels.share.placement import load_designated
from dlp.cli import cli
from dlp.errors import DlpError
from dlp.scanner import Scanner
from tests.share.test_quarantine import PERSON, SECRET

OLD = "密等及解密條件或保密期限：密（本件至100年12月31日解密）\n主旨：歷史案卷。"
KEY = b"k" * 32


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    def invoke(*words: str) -> Result:
        return CliRunner().invoke(cli, ["--home", str(tmp_path / "home"), *words], standalone_mode=False)

    return invoke


def scan(run: Callable[..., Result], share: Path, *words: str) -> dict[str, dict[str, Any]]:
    lines = [json.loads(line) for line in run("scan", "--no-model", "--format", "jsonl", *words, str(share)).stdout.splitlines()]
    return {os.path.basename(o["path"]) if "path" in o else "summary": o for o in lines}


def rules(item: dict[str, Any]) -> dict[str, str]:
    return {r["id"]: r["action"] for r in item["rules"]}


# --- designated folders


def designate(tmp_path: Path, folder: Path, grades: str = "[密, 機密]") -> None:
    (tmp_path / "home").mkdir(mode=0o700, exist_ok=True)
    (tmp_path / "home" / "share.yaml").write_text(f"designated:\n  - {{path: {folder}, grades: {grades}}}\n")


def test_a_classified_paper_belongs_into_its_folder(run: Callable[..., Result], share: Path, tmp_path: Path) -> None:
    for place in ("密件櫃", "密件櫃/二科", "公用"):
        (share / place).mkdir(parents=True)
        (share / place / f"{Path(place).name}.txt").write_text(SECRET)
    assert all("SHR-01" not in rules(o) for o in scan(run, share).values() if "rules" in o), "no folder is named: none is wrong"
    designate(tmp_path, share / "密件櫃")
    found = scan(run, share)
    assert (found["公用.txt"]["action"], rules(found["公用.txt"])["SHR-01"]) == ("hold", "warn")
    assert found["密件櫃.txt"]["action"] == found["二科.txt"]["action"] == "log"
    assert "SHR-01" not in rules(found["二科.txt"])
    assert found["summary"]["summary"]["examined"] == 0, "a setting needs no new scan"


def test_a_folder_for_one_grade_is_no_folder_for_another(run: Callable[..., Result], share: Path, tmp_path: Path) -> None:
    (share / "機密櫃").mkdir()
    (share / "機密櫃" / "a.txt").write_text(SECRET)
    designate(tmp_path, share / "機密櫃", "[機密]")
    assert rules(scan(run, share)["a.txt"])["SHR-01"] == "warn"


def test_a_person_in_a_paper_of_the_folder_still_counts(run: Callable[..., Result], share: Path, tmp_path: Path) -> None:
    (share / "密件櫃").mkdir()
    (share / "密件櫃" / "a.txt").write_text(f"{SECRET}\n{PERSON}")
    designate(tmp_path, share / "密件櫃")
    found = scan(run, share)["a.txt"]
    assert found["action"] == "hold" and rules(found)["CLS-04"] == "log" and rules(found)["INF-01"] == "hold"


def test_an_old_grade_whose_period_has_passed_is_a_finding(run: Callable[..., Result], share: Path) -> None:
    (share / "old.txt").write_text(OLD)
    (share / "talk.txt").write_text("密件保密期限屆滿後，應辦理解密並更正標示。")
    found = scan(run, share)
    assert rules(found["old.txt"])["SHR-02"] == "warn" and "talk.txt" not in found
    assert found["old.txt"]["findings"][-1]["kind"] == "classified.declassification"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("designated: [", "第 "), ("other: 1", "只能有 designated"), ("designated:\n  - {path: share, grades: [密]}", "完整路徑"),
        ("designated:\n  - {path: /a, grades: [密件]}", "只能是"), ("designated:\n  - {path: /a}", "要寫 path"), ("designated:\n  - {path: /a, grades: []}", "只能是"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused_with_its_place(text: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "share.yaml").write_text(text)
    with pytest.raises(DlpError, match=fault):
        load_designated(tmp_path / "share.yaml")


# --- baseline


def test_accepted_findings_are_quiet_until_the_content_changes(run: Callable[..., Result], share: Path) -> None:
    (share / "a.txt").write_text(SECRET)
    scan(run, share)
    until = (date.today() + timedelta(days=30)).isoformat()
    assert "1 個檔案" in run("baseline", "create", "--why", "業務保管", "--until", until, str(share)).output
    found = scan(run, share)
    assert (found["a.txt"]["state"], found["a.txt"]["action"], found["summary"]["summary"]["accepted"]) == ("accepted", "log", 1)
    assert run("scan", "--no-model", str(share)).return_value == 0
    (share / "copy.txt").write_text(SECRET)
    assert scan(run, share)["copy.txt"]["action"] == "hold", "a copy elsewhere is not accepted with it"
    (share / "a.txt").write_text(SECRET + "又加了一段。")
    assert scan(run, share)["a.txt"]["action"] == "hold"


def test_the_baseline_holds_neither_path_nor_value(run: Callable[..., Result], share: Path, tmp_path: Path) -> None:
    (share / "王小明.txt").write_text(PERSON)
    scan(run, share)
    run("baseline", "create", "--why", "x", "--until", (date.today() + timedelta(days=3)).isoformat(), str(share))
    data = (tmp_path / "home" / "baseline.db").read_bytes()
    assert not [v for v in ("王小明", "A123456789", str(share)) if v.encode() in data]
    assert json.loads(run("baseline", "show", "--format", "json").output)[0]["entries"] == 1
    assert "1 個" in run("baseline", "drop").output
    assert scan(run, share)["王○明.txt" if "王○明.txt" in scan(run, share) else "王小明.txt"]["action"] == "hold"


@pytest.mark.parametrize("days", [-1, 400])
def test_a_baseline_ends_within_a_year(days: int, run: Callable[..., Result], share: Path) -> None:
    (share / "a.txt").write_text(SECRET)
    scan(run, share)
    error = run("baseline", "create", "--why", "x", "--until", (date.today() + timedelta(days=days)).isoformat(), str(share)).exception
    assert isinstance(error, DlpError) and error.code == "E146"


# --- reports


def test_reports_say_new_still_and_gone_without_a_value(run: Callable[..., Result], share: Path, tmp_path: Path) -> None:
    (share / "still.txt").write_text(SECRET)
    (share / "gone.txt").write_text(PERSON)
    (share / "locked.zip").write_bytes(b"PK\x03\x04broken")
    scan(run, share)
    (share / "gone.txt").unlink()
    (share / "new.txt").write_text(PERSON + "另有一事。")
    forms = ("html", "csv", "ods", "json", "sarif")
    scan(run, share, *(w for f in forms for w in ("--report", str(tmp_path / f"r.{f}"))), "--office", "○○局")
    written = {f: (tmp_path / f"r.{f}").read_bytes() for f in forms}
    with zipfile.ZipFile(io.BytesIO(written["ods"])) as archive:
        written["ods"] = archive.read("content.xml")
    assert not [(f, v) for f, data in written.items() for v in ("王小明", "0912-345-678", "A123456789") if v.encode() in data]
    assert all((tmp_path / f"r.{f}").stat().st_mode & 0o077 == 0 for f in forms)
    value = json.loads(written["json"])
    states = {os.path.basename(i["path"]): i["state"] for i in [*value["files"], *value["gone"]] if i["findings"]}
    assert states == {"still.txt": "still", "new.txt": "new", "gone.txt": "gone"}
    assert value["summary"]["not_read"] == 1
    results = json.loads(written["sarif"])["runs"][0]["results"]
    assert {r["baselineState"] for r in results} == {"new", "unchanged", "absent"}
    rows = list(csv.reader(io.StringIO(written["csv"].decode("utf-8-sig"))))
    assert ["依擁有者"] in rows and ["依資料夾"] in rows and ["依等級"] in rows
    page = written["html"].decode()
    assert "○○局" in page and "應掃 3 檔，實掃 2，讀不到 1" in page and not re.search(r"(?:src|href)=", page)


@pytest.mark.parametrize(("name", "code"), [("r.pdf", "E147"), ("no/such/r.html", "E148")])
def test_a_report_that_cannot_be_written_is_said_before_the_scan(name: str, code: str, run: Callable[..., Result], share: Path, tmp_path: Path) -> None:
    error = run("scan", "--report", str(tmp_path / name), str(share)).exception
    assert isinstance(error, DlpError) and error.code == code


def test_one_scan_at_a_time(run: Callable[..., Result], share: Path, tmp_path: Path) -> None:
    from dlp.cli.sharing import only_one
    from dlp.records.home import open_home

    (share / "a.txt").write_text("x")
    with only_one(open_home(tmp_path / "home").path):
        error = run("scan", str(share)).exception
    assert isinstance(error, DlpError) and error.code == "E442"


# --- copies


def test_copies_and_renamed_files_are_not_examined_again(run: Callable[..., Result], share: Path) -> None:
    (share / "a.txt").write_text(SECRET)
    scan(run, share)
    (share / "b.txt").write_text(SECRET)
    (share / "c.txt").write_text(SECRET + "。")
    totals = scan(run, share)["summary"]["summary"]
    assert (totals["examined"], totals["copies"], totals["findings"]) == (2, 1, 3)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("a.txt", "b.txt", True), ("a.txt", "公園.txt", True), ("a.txt", "a.docx", False), ("a.txt", "A.TXT", True), ("a.txt", "0912345678.txt", False),
        ("0912345678.txt", "0912345678.txt", True),
    ],
)  # fmt: skip
def test_a_name_matters_when_it_holds_something_itself(first: str, second: str, same: bool) -> None:
    from dlp.channels.share.naming import name_matters

    loud = name_matters()
    digests = [file_digest(b"content", name, key=KEY, loud=loud) for name in (first, second)]
    assert (digests[0] == digests[1]) is same
    assert digests[0][:16] == digests[1][:16], "content is recognised whatever the name"


def test_digests_are_keyed() -> None:
    quiet = lambda name: False  # noqa: E731
    assert file_digest(b"x", "a", key=KEY, loud=quiet) != file_digest(b"x", "a", key=b"j" * 32, loud=quiet)


# --- reading, names


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda p: p.symlink_to("/etc/hostname"), "no-access", id="link"),
        pytest.param(lambda p: os.mkfifo(p), "no-access", id="pipe"),
        pytest.param(lambda p: None, "vanished", id="vanished"),
    ],
)
def test_what_is_not_a_file_is_not_read(make: Callable[[Path], None], reason: str, share: Path, scanner: Scanner) -> None:
    make(share / "x")
    assert make_examiner(scanner, key=KEY)(os.fsencode(share / "x")) == {"failed": reason}


def test_reading_leaves_the_access_time(share: Path, scanner: Scanner) -> None:
    (share / "a.txt").write_text("x")
    os.utime(share / "a.txt", ns=(1, 2))
    make_examiner(scanner, key=KEY)(os.fsencode(share / "a.txt"))
    assert (share / "a.txt").stat().st_atime_ns == 1


def test_names_are_escaped_and_masked(scanner: Scanner) -> None:
    namer = Namer(lambda: scanner)
    assert namer.path(b"/srv/a\nb/\xff.txt") == "/srv/a\\u000ab/\\xff.txt"
    shown = namer.path("/srv/0912-345-678申訴/a.txt".encode())
    assert "345" not in shown and shown.startswith("/srv/") and shown.endswith("/a.txt")
