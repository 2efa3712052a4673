"""The page and desk as served: over HTTP without a socket (``web``), and on a port for browsers and office programs (``site``)."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="extra «web» is not installed")

from dlp.channels.post.access import SignOn
from dlp.channels.post.app import create_app
from dlp.channels.post.guard import Guard
from dlp.policy.keys import SLIP_KEY, create_key
from dlp.records import accounts
from dlp.records.people import Role, terminal_actor
from dlp.records.store import Store, open_store
from dlp.scanner import Scanner

TODAY = date(2026, 11, 22)
PASSWORD = "correct horse battery staple"
LEAK = "本案係由住三樓的葉俊宏檢舉，電話0928-471-356。"
PEOPLE = (
    ("chen", Role.APPROVER, "chen@example.gov.tw", "政風室", "陳核准"),
    ("wu", Role.HANDLER, "wu@example.gov.tw", "政風室", "吳承辦"),
    ("guo", Role.VIEWER, "guo@example.gov.tw", "主計室", "郭檢視"),
)


def new_store(home: Path) -> Store:
    """A store with an approver, a handler and a viewer, and somebody without a role."""
    store = open_store(home)
    fill_store(store)
    return store


def fill_store(store: Store) -> None:
    for name, role, email, unit, display in PEOPLE:
        accounts.add(store, name, roles=frozenset({role}), actor=terminal_actor(), password=PASSWORD, emails=[email], unit=unit, display=display)
    accounts.add(store, "lin", roles=frozenset(), actor=terminal_actor(), password=PASSWORD, emails=["lin@example.gov.tw"], unit="民政課")


@dataclass(slots=True)
class Web:
    """Clients of one application: ``new()`` is another browser."""

    app: Any
    store: Store
    new: Callable[..., Any]
    scanner: Scanner


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    testclient = pytest.importorskip("starlette.testclient", reason="httpx2 (dev) is not installed")
    home = tmp_path_factory.mktemp("web") / "home"
    store, scanner = new_store(home), Scanner(today=TODAY)
    app = create_app(scanner, store=store, slip_key=create_key(SLIP_KEY, home), sign_on=SignOn("x-remote-user", frozenset({"127.0.0.1"})))
    guard = Guard(app, frozenset({"testserver"}), checks_per_minute=100_000, checks_at_once=100)
    guard.rates.clock = iter(range(0, 10**9, 61)).__next__  # a minute passes between requests: limits have a test of their own
    made = []

    def new(**options: Any) -> Any:
        client = testclient.TestClient(guard, base_url="https://testserver", raise_server_exceptions=False, follow_redirects=False, **{"client": ("127.0.0.1", 50000), **options})
        made.append(client)
        return client

    with new():
        yield Web(app, store, new, scanner)
    for client in made:
        client.close()
    store.close()


@dataclass(slots=True)
class Site:
    """A served application."""

    url: str
    store: Store
    scanner: Scanner


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("site") / "home"
    store, scanner = new_store(home), Scanner(today=TODAY)
    app = create_app(scanner, store=store, slip_key=create_key(SLIP_KEY, home))
    guard = Guard(app, frozenset({"127.0.0.1", "localhost"}), checks_per_minute=100_000, checks_at_once=100)
    guard.rates.clock = iter(range(0, 10**9, 61)).__next__
    with served(guard) as port:
        yield Site(f"http://127.0.0.1:{port}", store, scanner)
    store.close()


class served:
    """An ASGI application on a free port of the loopback, in a thread."""

    def __init__(self, app: Any) -> None:
        uvicorn = pytest.importorskip("uvicorn", reason="extra «web» is not installed")
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})

    def __enter__(self) -> int:
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started and time.monotonic() < until:
            time.sleep(0.02)
        return int(self.socket.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(15)
        self.socket.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Headless Chromium of the system, driven by playwright.

    For a module only: while the driver is there, its event loop runs, and tests that start one of their own would fail.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright (dev) is not installed")
    program = os.environ.get("DLP_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium here (apt: chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


ARTIFACTS = Path(__file__).resolve().parent.parent.parent / "artifacts" / "screens"


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots are kept for people to look at; not under version control."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    return ARTIFACTS
