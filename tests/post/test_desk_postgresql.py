"""The desk over PostgreSQL: the same pages on the store that several hosts share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dlp.channels.post.app import create_app
from dlp.channels.post.guard import Guard
from dlp.policy.keys import SLIP_KEY, create_key
from dlp.records import incidents
from dlp.records.states import State
from dlp.records.store import open_store
from dlp.scanner import Scanner
from tests.post.conftest import PASSWORD, TODAY, fill_store
from tests.post.test_asking import ask, check, report
from tests.post.test_desk import take, token
from tests.records import postgres
from tests.records.conftest import new_database


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if reason := postgres.why_not():
        pytest.skip(reason)
    with postgres.server() as url:
        yield new_database(url)


def test_from_request_to_release_and_from_report_to_allow_list(server: str, tmp_path: Path) -> None:
    with open_store(tmp_path / "home", url=server) as store:
        fill_store(store)
        guard: Any = Guard(create_app(Scanner(today=TODAY), store=store, slip_key=create_key(SLIP_KEY, tmp_path / "home")), frozenset({"testserver"}))
        with TestClient(guard, base_url="https://testserver", follow_redirects=False) as client:
            public = ask(client).json()["id"]
            assert client.post("/desk/login", data={"name": "chen", "password": PASSWORD}).status_code == 303
            for path in ("/desk", "/desk?group=all&overdue=1", f"/desk/i/{public}", "/desk/allow", "/desk/month"):
                assert client.get(path).status_code == 200, path
            assert take(client, public, "approve").status_code == 303
            assert incidents.find(store, public).state is State.RELEASED
            text = "陳情人江佩珊反映公車誤點。"
            reported = report(client, text=text).json()["id"]
            assert take(client, reported, "review").status_code == 409, "chen sent it from this session: four eyes"
            client.post("/desk/logout", data={"token": token(client)})
            again = report(client, text=text, sender="lin@example.gov.tw").json()["id"]
            client.post("/desk/login", data={"name": "chen", "password": PASSWORD})
            take(client, again, "review")
            take(client, again, "confirm", note="已公開")
            assert not check(client, text)["items"]
