"""Planted markers: after everything was done with a store full of them, no file and no output holds one (P12).

The markers are a found name, a found number, the words around them (which no detector found) and everything a person may write.
"""

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from dlp.records.home import open_home
from tests.records.samples import NAME, NEIGHBOUR, PHONE

ROOT = Path(__file__).resolve().parents[2]
NOTE = "紫貝殼乙說是公開的"
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp950")
FOUND = [NAME, PHONE, PHONE.replace("-", "")]
NEVER_STORED = [*FOUND, NEIGHBOUR, NOTE]

ACTIVITY = f"""
import sys
from pathlib import Path
from dlp.records import accounts, incidents, logs, passes, siem, web_sessions
from dlp.records.metrics import Metrics
from dlp.records.people import Actor, Role
from dlp.records.store import open_store
from tests.records.samples import ENVELOPE, IMAGE, TEXT, verdict
logs.set_up(level=10)
logs.harden_process()
A = Actor("chen", frozenset({{Role.APPROVER, Role.HANDLER, Role.ADMIN}}), ("c@example.gov.tw",), via="cli")
B = Actor("zhou", frozenset({{Role.APPROVER}}), ("z@example.gov.tw",), via="cli")
metrics = Metrics()
with open_store(sys.argv[1]) as store:
    store.outlets.append(siem.FileOutlet(store.home.path / "ocsf.jsonl"))
    for n in range(12):
        v = verdict(not_read=(IMAGE,) if n % 2 else ())
        metrics.observe(v)
        store.record_decision(v, envelope=ENVELOPE, item_key=f"{{TEXT}}{{n}}")
        i = store.open_incident(v, envelope=ENVELOPE, item_key=f"{{TEXT}}{{n}}", original=TEXT.encode(), label=TEXT[:10] if n == 0 else "")
        if n % 3 == 0:
            incidents.approve(store, i, actor=A, note={NOTE!r})
        elif n % 3 == 1:
            incidents.appeal(store, i, actor=A, note={NOTE!r}); incidents.take(store, i, "review", actor=A, note={NOTE!r})
            incidents.confirm_false_alarm(store, i, actor=B, note={NOTE!r})
        incidents.open_original(store, i, actor=A, reason={NOTE!r})[1].close()
    accounts.MEMORY_KIB, accounts.PASSES = 64, 1
    accounts.add(store, "wu", roles=frozenset({{Role.HANDLER}}), actor=A, password={NAME!r} * 3)
    web_sessions.begin(store, accounts.log_in(store, "wu", {NAME!r} * 3))
    passes.issue(store, "ab" * 32, [TEXT])
    try:
        accounts.log_in(store, {NAME!r}, {PHONE!r})
    except Exception as err:
        print(err, repr(err))
    print(metrics.render(store))
    print(v, v.findings, [incidents.find(store, i)])
    raise RuntimeError(TEXT)
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home after much activity and a crash, and what the process printed."""
    home = tmp_path_factory.mktemp("lived") / "home"
    env = os.environ | {"TMPDIR": str(home.parent)}
    done = subprocess.run([sys.executable, "-c", ACTIVITY, str(home)], cwd=ROOT, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 1
    assert '"event": "crash"' in done.stderr, done.stderr
    return home, done.stdout + done.stderr


def holds(data: bytes, marker: str) -> bool:
    return any(marker.encode(e) in data for e in ENCODINGS) or json.dumps(marker)[1:-1].encode() in data


@pytest.mark.parametrize("marker", NEVER_STORED)
def test_no_file_holds_a_marker(lived: tuple[Path, str], marker: str) -> None:
    home, _ = lived
    files = [p for p in home.parent.rglob("*") if p.is_file()]
    assert len(files) > 15
    assert [p.name for p in files if holds(p.read_bytes(), marker)] == []


@pytest.mark.parametrize("marker", NEVER_STORED)
def test_no_output_holds_a_marker(lived: tuple[Path, str], marker: str) -> None:
    assert marker not in lived[1]


def test_the_test_would_notice(lived: tuple[Path, str]) -> None:
    """The masked form is there, so the search reads what it should."""
    home, _ = lived
    assert any(holds(p.read_bytes(), "章○○○") for p in home.glob("dlp.db*"))


COMMANDS = [
    ["incident", "list"], ["incident", "list", "--json"], ["incident", "show", "ID"], ["incident", "show", "ID", "--json"],
    ["incident", "export", "--format", "json"], ["incident", "export", "--format", "csv"], ["incident", "export", "--format", "ods"],
    ["incident", "export", "--format", "ocsf"], ["incident", "export", "--format", "cef"], ["audit", "verify", "--json"], ["admin", "check"],
    ["admin", "account", "list"], *[["report", kind, "--date", "DAY", "--format", form] for kind in ("day", "week", "month") for form in ("html", "csv", "ods", "odt", "json")],
    ["incident", "close", "ID"], ["incident", "close", "ID"], ["incident", "show", "D-0000"],
]  # fmt: skip


@pytest.mark.slow
def test_no_command_prints_a_found_value(lived: tuple[Path, str]) -> None:
    from datetime import datetime

    from dlp.records import incidents
    from dlp.records.clock import TAIPEI
    from dlp.records.store import open_store

    home, _ = lived
    with open_store(home) as store:
        public = incidents.listing(store)[0].id
    day = datetime.now(TAIPEI).date().isoformat()
    for words in COMMANDS:
        command = [{"ID": public, "DAY": day}.get(w, w) for w in words]
        done = subprocess.run([sys.executable, "-m", "dlp.cli", "--home", str(home), *command], cwd=ROOT, capture_output=True, check=False)
        out = done.stdout + done.stderr
        assert b"Traceback" not in out, out.decode()
        if done.stdout.startswith(b"PK"):
            with zipfile.ZipFile(BytesIO(done.stdout)) as archive:
                out += b"".join(archive.read(n) for n in archive.namelist())
        for marker in FOUND:
            assert not holds(out, marker), words
        if words[0] == "report":
            assert done.returncode == 0, out.decode()
            assert not holds(out, NEIGHBOUR), words
            assert not holds(out, "章○"), "reports have no masks either"
            assert not holds(out, "lin@"), words


def test_the_home_opens_as_ever(lived: tuple[Path, str]) -> None:
    assert open_home(lived[0])
