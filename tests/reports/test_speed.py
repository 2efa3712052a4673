"""A month with very many decisions: the report must not take a coffee break.  Bar: a million journal rows in 10 seconds."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from dlp.kinds import Kind
from dlp.records import schema
from dlp.records.clock import millis
from dlp.records.store import Store, open_store
from dlp.reports.content import content_of
from dlp.reports.figures import gather
from dlp.reports.html import as_html
from dlp.reports.odt import as_odt
from dlp.reports.period import period_of
from dlp.reports.tables import as_csv, as_ods
from tests.records.conftest import new_database
from tests.reports.conftest import MONTH

CHUNK = 10_000
KINDS = [str(k) for k in list(Kind)[:20]]
BAR_SECONDS = 10.0


def rows_of(start: int, step: int, rng: random.Random) -> Iterator[tuple[dict[str, object], list[dict[str, object]], list[dict[str, object]]]]:
    for number in range(start, start + CHUNK):
        at = millis(MONTH) + number * step + rng.randrange(step)  # decisions are written as time goes
        dirty = number % 5 == 0
        decision = {
            "id": number + 1, "at": at, "channel": ("mail", "post", "share")[number % 3], "action": rng.choice((1, 2, 4, 5)) if dirty else 0,
            "complete": number % 50 != 0, "recipient_class": "outside", "destination": "", "unit": f"單位{number % 30}", "sender": f"{number % 900:032x}",
            "item": f"{number:032x}", "policy_version": "p", "milliseconds": 40, "retries": 0,
        }  # fmt: skip
        findings = [
            {"decision_id": number + 1, "kind": rng.choice(KINDS), "level": "high", "confidence": 0.9, "part_place": "body", "part": 0, "start": n,
             "value": n, "person": 0, "count": 1, "digest": f"{rng.getrandbits(128):032x}", "attrs": "{}", "listed": "[]"}
            for n in range(3 if dirty else 0)
        ]  # fmt: skip
        rules = [{"decision_id": number + 1, "rule": f"R-{rng.randrange(12):02d}", "action": 2} for _ in range(1 if dirty else 0)]
        yield decision, findings, rules


def fill(connection: Connection, start: int, step: int, rng: random.Random) -> None:
    decisions, findings, rules = [], [], []
    for decision, more, hits in rows_of(start, step, rng):
        decisions.append(decision)
        findings += more
        rules += hits
    connection.execute(insert(schema.decisions), decisions)
    connection.execute(insert(schema.decision_findings), findings)
    connection.execute(insert(schema.decision_rules), rules)


def timed_report(store: Store, rows: int) -> float:
    rng = random.Random(7)
    for start in range(0, rows, CHUNK):
        with store.writing() as connection:
            fill(connection, start, 27 * 86_400_000 // rows, rng)
    began = time.monotonic()
    content = content_of(gather(store, period_of("month", date(2026, 11, 1))))
    data = [as_html(content), as_csv(content.tables), as_ods(content.tables), as_odt(content)]
    seconds = time.monotonic() - began
    assert f"檢查 {rows:,} 件" in content.sentence
    assert all(len(d) > 1000 for d in data)
    print(f"report over {rows:,} rows ({store.engine.dialect.name}): {seconds:.2f} s")
    return seconds


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home", now=lambda: MONTH + timedelta(days=28)) as opened:
        yield opened


@pytest.mark.slow
def test_a_hundred_thousand_rows(store: Store) -> None:
    assert timed_report(store, 100_000) < BAR_SECONDS / 5


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_million_rows(store: Store) -> None:
    assert timed_report(store, 1_000_000) < BAR_SECONDS


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_million_rows_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    with open_store(tmp_path / "home", url=new_database(postgresql), now=lambda: MONTH + timedelta(days=28)) as store:
        assert timed_report(store, 1_000_000) < BAR_SECONDS
