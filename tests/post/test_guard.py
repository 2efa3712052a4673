"""What stands before every request: rates, size, silence, hosts, origins, and a last handler without details."""

import asyncio
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from dlp.channels.post.guard import Guard, Rates
from tests.post.conftest import served


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


async def ok(scope: Any, receive: Any, send: Any) -> None:
    """An application that reads the whole body and says how long it was."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def broken(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError("the secret 0928-471-356 and /home/somebody/file.py")


def client(app: Any = ok, **options: Any) -> TestClient:
    guard: Any = Guard(app, frozenset({"testserver"}), **options)
    return TestClient(guard, raise_server_exceptions=False)


def test_thirty_checks_a_minute_then_wait() -> None:
    clock = Clock()
    asking = client(rates=Rates(clock))
    codes = [asking.post("/v1/check", content=b"x").status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    refused = asking.post("/v1/check", content=b"x")
    assert 0 < int(refused.headers["retry-after"]) <= 61
    clock.time = 61
    assert asking.post("/v1/check", content=b"x").status_code == 200


def test_editors_and_reading_pages_have_limits_of_their_own() -> None:
    asking = client(rates=Rates(Clock()), checks_per_minute=1)
    assert asking.post("/v1/check", content=b"x").status_code == 200
    assert asking.post("/v1/check", content=b"x").status_code == 429
    assert {asking.post("/v2/check", content=b"x").status_code for _ in range(200)} == {200}
    assert {asking.get("/").status_code for _ in range(400)} == {200}


@pytest.mark.parametrize(("peer", "forwarded", "shared"), [("127.0.0.1", True, False), ("192.0.2.1", True, True), ("192.0.2.1", False, True)])
def test_only_a_trusted_proxy_says_who_it_is(peer: str, forwarded: bool, shared: bool) -> None:
    guard: Any = Guard(ok, frozenset({"testserver"}), checks_per_minute=1, trusted_proxies=frozenset({"127.0.0.1"}))
    asking = TestClient(guard, client=(peer, 1))
    for number, wanted in ((1, 200), (2, 429 if shared else 200)):
        headers = {"x-forwarded-for": f"198.51.100.{number}"} if forwarded else {}
        assert asking.post("/v1/check", content=b"x", headers=headers).status_code == wanted


def test_five_at_once() -> None:
    async def scenario() -> list[int]:
        gate, codes = asyncio.Event(), []

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await gate.wait()
            await ok(scope, receive, send)

        guard = Guard(slow, frozenset({"h"}))
        scope = {"type": "http", "method": "POST", "path": "/v1/check", "headers": [(b"host", b"h")], "client": ("192.0.2.1", 1)}

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                codes.append(message["status"])

        waiting = [asyncio.create_task(guard(scope, receive, send)) for _ in range(7)]
        await asyncio.sleep(0.05)
        gate.set()
        await asyncio.gather(*waiting)
        await guard(scope, receive, send)
        return codes

    assert sorted(asyncio.run(scenario())) == [200] * 6 + [429] * 2


def test_too_large_is_refused_before_and_while_it_is_read() -> None:
    asking = client(upload_bytes=1000)
    assert asking.post("/v1/check", content=b"x" * 1001).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    assert asking.post("/v1/check", content=pieces()).status_code == 413
    assert asking.post("/v1/check", content=b"x" * 1000).text == "1000"


@pytest.mark.parametrize("length", ["²", "-5", "1e9", "9" * 400, "0x10", ""])
def test_odd_lengths_are_no_server_error(length: str) -> None:
    answer = client().post("/v1/check", content=b"x", headers={"content-length": length.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code in (200, 400, 413)


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "", "testserver:80:80", "[::1", "127.0.0.1"])
def test_other_host_names_are_refused(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "passes", "why"),
    [
        ({}, True, "a program"),
        ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, True, "our page"),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True, "a form of our page under no-referrer"),
        ({"origin": "null"}, False, "a sandboxed frame in an old browser"),
        ({"sec-fetch-site": "cross-site", "origin": "null"}, False, "a sandboxed frame"),
        ({"sec-fetch-site": "cross-site"}, False, "another site"),
        ({"sec-fetch-site": "same-site", "origin": "http://other.testserver"}, False, "a neighbour"),
        ({"origin": "http://evil.example"}, False, "another site in an old browser"),
        ({"origin": "http://testserver.evil.example"}, False, "a look-alike"),
    ],
)
def test_changes_come_from_our_own_pages(headers: dict[str, str], passes: bool, why: str) -> None:
    assert (client().post("/v1/check", content=b"x", headers=headers).status_code == 200) is passes, why


def test_an_error_tells_a_number_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    for accept in ("application/json", "text/html"):
        answer = client(broken).post("/v1/check", content=b"x", headers={"accept": accept})
        assert answer.status_code == 500
        for word in ("secret", "0928", "file.py", "RuntimeError", "Traceback"):
            assert word not in answer.text
    assert "0928" not in caplog.text and "secret" not in caplog.text


def test_silence_in_the_middle_of_a_request_is_cut_off() -> None:
    guard: Any = Guard(ok, frozenset({"127.0.0.1"}), silence_seconds=0.3)
    with served(guard) as port, socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(b"POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nonly a few")
        began = time.monotonic()
        assert b" 408 " in line.recv(4096)
        assert time.monotonic() - began < 3


def test_a_connection_that_never_asks_is_closed() -> None:
    uvicorn = pytest.importorskip("uvicorn")
    from dlp.channels.post.patience import PatientProtocol

    class Quick(PatientProtocol):
        head_seconds = 0.3

    made = served(Guard(ok, frozenset({"127.0.0.1"})))
    made.server = uvicorn.Server(uvicorn.Config(made.server.config.app, log_level="warning", http=Quick, timeout_graceful_shutdown=3))
    made.thread._kwargs, made.thread._target = {"sockets": [made.socket]}, made.server.run  # type: ignore[attr-defined]
    with made as port:
        for sent in (b"", b"POST /v1/check HTTP/1.1\r\nHost: 127"):
            with socket.create_connection(("127.0.0.1", port), 5) as line:
                line.sendall(sent)
                assert line.recv(4096) == b"", "closed"
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            for _ in range(2):  # between requests the keep-alive limit counts
                line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                answer = b""
                while not answer.endswith(b"0\r\n\r\n"):
                    answer += line.recv(4096) or pytest.fail("closed")
                assert b" 200 " in answer
                time.sleep(0.5)
