"""A store with a month of life for the reports."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dlp.document import Envelope, NotReadReason
from dlp.records import incidents, runs
from dlp.records.people import Actor, Role
from dlp.records.store import Store, open_store
from dlp.verdict import Action, Channel
from tests.records.conftest import APPROVER, HANDLER, TAIPEI, Clock, postgresql  # noqa: F401
from tests.records.samples import IMAGE, verdict

MONTH = datetime(2026, 11, 2, 9, 0, tzinfo=TAIPEI)  # a Monday
REVIEWER = Actor("zhou", frozenset({Role.APPROVER}), ("zhou@example.gov.tw",), via="web")
UNITS = {"政風室": 9, "民政課": 6, "會計室": 3, "人事室": 1}  # incidents


def envelope(unit: str) -> Envelope:
    return Envelope(sender="lin@example.gov.tw", recipients=("out@example.com",), unit=unit)


def live(store: Store, clock: Clock) -> None:
    """19 incidents: 8 released after 30 working minutes, 4 false alarms, 1 expired, 1 leaked, 5 open; 60 clean decisions."""
    clock.time = MONTH
    units = [unit for unit, n in UNITS.items() for _ in range(n)]
    for number, unit in enumerate(units):
        sent = verdict(action=Action.HOLD)
        store.record_decision(sent, envelope=envelope(unit), item_key=f"held{number}", recipient_class="outside")
        public = store.open_incident(sent, envelope=envelope(unit), item_key=f"held{number}")
        if number < 8:
            clock.forward(minutes=30)
            incidents.approve(store, public, actor=APPROVER)
        elif number < 12:
            for step in ("appeal", "review"):
                incidents.take(store, public, step, actor=HANDLER)
            incidents.confirm_false_alarm(store, public, actor=REVIEWER, note="公開專線", until=(clock.time + timedelta(days=20)).date())
        elif number == 12:
            incidents.take(store, public, "leak", actor=HANDLER)
        elif number == 13:
            clock.forward(hours=30)
            incidents.expire_due(store)
        clock.time = MONTH + timedelta(days=number % 12)
    for number in range(60):
        clock.time = MONTH + timedelta(days=number % 12)
        store.record_decision(verdict(clean=True, channel=Channel.POST, not_read=(IMAGE,) if number < 7 else ()), item_key=f"clean{number}")
    began = MONTH + timedelta(days=1)
    reasons = {NotReadReason.ENCRYPTED: 20, NotReadReason.DAMAGED: 7}
    runs.record(store, runs.ScanRun("夜間共用資料夾", began, began + timedelta(hours=5), 58902, 58875, 27, reasons, True))
    runs.record_policy(store, "115-11-20/14", ["INF-01「提醒」→「留置，待政風室核准」"])
    clock.time = MONTH + timedelta(days=13)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    clock = Clock()
    with open_store(tmp_path_factory.mktemp("month") / "home", now=clock) as store:
        live(store, clock)
        yield store


@pytest.fixture
def month_home(month: Store) -> Path:
    return month.home.path
