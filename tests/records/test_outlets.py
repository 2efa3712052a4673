"""Metrics, logs, OCSF, CEF, crash output: facts, never text."""

import io
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlp.records import incidents, logs, siem
from dlp.records.errors import StoreUnavailable
from dlp.records.metrics import Metrics
from dlp.records.store import Store, open_store
from dlp.verdict import Action, Channel
from tests.records.conftest import APPROVER, HANDLER, Clock
from tests.records.samples import ENVELOPE, IMAGE, NAME, verdict


@pytest.fixture
def sqlite_store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with open_store(tmp_path / "home", now=clock) as store:
        yield store


def opened(store: Store) -> incidents.Incident:
    return incidents.find(store, store.open_incident(verdict(not_read=(IMAGE,)), item_key="k", envelope=ENVELOPE))


def test_metrics_count_what_happened(sqlite_store: Store, clock: Clock) -> None:
    metrics = Metrics()
    metrics.observe(verdict(not_read=(IMAGE,)))
    metrics.observe(verdict(clean=True, channel=Channel.POST))
    metrics.failed("E601")
    opened(sqlite_store)
    clock.forward(days=2)
    lines = metrics.render(sqlite_store).splitlines()
    for line in (
        'dlp_decisions_total{channel="mail",action="hold"} 1', 'dlp_decisions_total{channel="post",action="allow"} 1',
        'dlp_findings_total{kind="informant.identity"} 1', 'dlp_not_read_total{reason="image-without-ocr"} 1', 'dlp_failures_total{code="E601"} 1',
        'dlp_decision_seconds_bucket{le="0.05"} 1', 'dlp_decision_seconds_bucket{le="0.25"} 2', 'dlp_decision_seconds_bucket{le="+Inf"} 2',
        "dlp_decision_seconds_count 2", "dlp_store_up 1", 'dlp_incidents{state="pending"} 1', 'dlp_incidents{state="closed"} 0', "dlp_incidents_overdue 1",
    ):  # fmt: skip
        assert line in lines


def test_metrics_have_one_help_and_type_a_family_and_no_persons(sqlite_store: Store) -> None:
    opened(sqlite_store)
    text = Metrics().render(sqlite_store)
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names)) == text.count("# HELP")
    assert "lin@" not in text
    assert "政風室" not in text


def test_a_store_that_is_gone_is_a_figure_not_an_error(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise StoreUnavailable("x")

    monkeypatch.setattr(sqlite_store, "reading", gone)
    assert "dlp_store_up 0" in Metrics().render(sqlite_store)


def test_ocsf_is_a_data_security_finding(sqlite_store: Store) -> None:
    event = siem.ocsf(sqlite_store, opened(sqlite_store), "incident.opened")
    assert (event["class_uid"], event["category_uid"], event["type_uid"], event["activity_id"]) == (2006, 2, 200601, 1)
    assert {"metadata", "finding_info", "severity_id", "time"} <= set(event), "what the class requires"
    assert (event["severity_id"], event["disposition_id"], event["status_id"], event["is_alert"]) == (4, 3, 2, True)
    assert event["data_security"]["category_id"] == 1
    assert event["unmapped"]["complete"] is False
    json.dumps(event)


@pytest.mark.parametrize(
    ("step", "activity", "status"), [("approve", 2, 4), ("return", 2, 4), ("leak", 2, 2), ("appeal", 2, 2)]
)
def test_ocsf_of_a_step(sqlite_store: Store, step: str, activity: int, status: int) -> None:
    from dataclasses import replace

    from dlp.records.people import Role

    both = replace(APPROVER, roles=frozenset({Role.APPROVER, Role.HANDLER}))
    after = incidents.take(sqlite_store, opened(sqlite_store).id, step, actor=both)
    event = siem.ocsf(sqlite_store, after, f"incident.{step}")
    assert (event["activity_id"], event["status_id"]) == (activity, status)
    assert event["severity_id"] == (5 if step == "leak" else 4)


def test_cef_escapes_its_separators(sqlite_store: Store) -> None:
    public = sqlite_store.open_incident(verdict(rule="A|B\\C", policy="v=1|x\n2"), item_key="k")
    line = siem.cef(sqlite_store, incidents.find(sqlite_store, public), "incident.opened")
    assert line.startswith("CEF:0|dlp-zh|dlp|0.1.0|A\\|B\\\\C|incident.opened|8|")
    assert "cs1=v\\=1|x 2 " in line
    assert "\n" not in line


def test_siem_outlets_hold_no_sender_label_mask_or_note(sqlite_store: Store) -> None:
    found = opened(sqlite_store)
    text = json.dumps(siem.ocsf(sqlite_store, found, "incident.opened"), ensure_ascii=False) + siem.cef(sqlite_store, found, "x")
    for secret in (NAME, "章○", "lin@", "message.eml", "outsider", "政風室"):
        assert secret not in text


def test_file_outlet_appends_private_lines(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "ocsf.jsonl"
    sqlite_store.outlets.append(siem.FileOutlet(path))
    public = opened(sqlite_store).id
    incidents.approve(sqlite_store, public, actor=APPROVER)
    incidents.take(sqlite_store, public, "close", actor=HANDLER)
    events = [json.loads(line) for line in path.read_text().splitlines()]
    assert [e["activity_name"] for e in events] == ["Create", "Update", "Close"]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("way", ["udp", "tcp", "unix"])
def test_syslog_outlet(sqlite_store: Store, tmp_path: Path, way: str) -> None:
    if way == "unix":
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(str(tmp_path / "log"))
        target: tuple[str, str] | tuple[str, str, int] = ("unix", str(tmp_path / "log"))
    else:
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if way == "udp" else socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        if way == "tcp":
            listener.listen(1)
        target = (way, "127.0.0.1", listener.getsockname()[1])
    with listener:
        listener.settimeout(5)
        sqlite_store.outlets.append(siem.SyslogOutlet(target))
        opened(sqlite_store)
        if way == "tcp":
            connection, _ = listener.accept()
            with connection:
                data = connection.recv(65536)
            length, _, data = data.partition(b" ")
            assert int(length) == len(data)
        else:
            data = listener.recv(65536)
    assert data.startswith(b"<109>1 2026-11-18T")
    assert b"CEF:0|dlp-zh" in data


def test_a_dead_syslog_stops_nothing(sqlite_store: Store) -> None:
    sqlite_store.outlets.append(siem.SyslogOutlet(("tcp", "127.0.0.1", 1)))
    assert opened(sqlite_store).state == "pending"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    out = io.StringIO()
    logs.set_up(out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raising


def test_log_lines_are_json_with_known_fields(stream: io.StringIO) -> None:
    logs.log("decided", incident="D-8F3K", action="hold", ms=12)
    record = json.loads(stream.getvalue())
    assert record | {"at": ""} == {"at": "", "level": "info", "event": "decided", "incident": "D-8F3K", "action": "hold", "ms": 12}
    with pytest.raises(TypeError):
        logs.log("decided", subject="公文")  # type: ignore[arg-type]


def test_exceptions_are_logged_without_their_message(stream: io.StringIO) -> None:
    try:
        raise ValueError(f"cannot parse {NAME}")
    except ValueError as err:
        logs.failure(logs.logger(), "failed", err)
        logging.getLogger("dlp.mail").exception("failed")
        logging.getLogger("some.library").error("text %s", NAME)
        logging.getLogger("some.library").exception("boom %s", NAME)
    text = stream.getvalue()
    assert NAME not in text
    assert text.count("ValueError") == 3
    assert "test_outlets.py" in text
    assert len(text.splitlines()) == 4


def test_a_crash_prints_no_values(tmp_path: Path) -> None:
    code = f"""
import threading
from dlp.records.logs import harden_process
harden_process()
def work():
    value = {NAME!r}
    raise RuntimeError("lost " + value)
t = threading.Thread(target=work); t.start(); t.join()
work()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["error"] for line in lines] == ["RuntimeError", "RuntimeError"]
    assert NAME not in done.stderr


def test_a_hardened_process_makes_private_files_and_no_core() -> None:
    code = """
import os, resource
from dlp.records.logs import harden_process
harden_process()
print(oct(os.umask(0)), resource.getrlimit(resource.RLIMIT_CORE))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0o77 (0, 0)"


def test_actions_have_a_place_in_every_table() -> None:
    for table in (siem.SEVERITY, siem.DISPOSITION, siem.CEF_SEVERITY):
        assert set(table) == set(Action)
