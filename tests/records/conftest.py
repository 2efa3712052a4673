"""Homes and stores for the tests.  Everything that takes ``store`` runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from dlp.records.home import Home, open_home
from dlp.records.people import Actor, Role
from dlp.records.store import Store, open_store
from tests.records import postgres

TAIPEI = timezone(timedelta(hours=8))
WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=TAIPEI)  # an ordinary working day


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = WEDNESDAY

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> datetime:
        self.time += timedelta(**span)
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    if reason := postgres.why_not():
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


def new_database(url: str) -> str:
    """The one database, emptied: many databases would be many thousand files to remove."""
    import psycopg

    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return f"{url}/postgres"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, home: Home) -> str | None:
    if request.param == "sqlite":
        return None
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def store(home: Home, store_url: str | None, clock: Clock) -> Iterator[Store]:
    with open_store(home, url=store_url, now=clock) as opened:
        yield opened


@pytest.fixture
def reopen(home: Home, store_url: str | None, clock: Clock) -> Iterator[Callable[[], Store]]:
    stores: list[Store] = []

    def again() -> Store:
        stores.append(open_store(home, url=store_url, now=clock))
        return stores[-1]

    yield again
    for opened in stores:
        opened.close()


APPROVER = Actor("chen", frozenset({Role.APPROVER}), ("chen@example.gov.tw",), "政風室", "web")
HANDLER = Actor("wu", frozenset({Role.HANDLER}), ("wu@example.gov.tw",), "政風室", "web")
SENDER = Actor("lin", frozenset(), ("lin@example.gov.tw",), "民政課", "web")
VIEWER = Actor("guo", frozenset({Role.VIEWER}), ("guo@example.gov.tw",), "主計室", "web")
ADMIN = Actor("root", frozenset({Role.ADMIN}), (), "", "cli")
