"""The page and its endpoints over HTTP: shapes, dialects of editors, refusals without details, nothing of the text kept."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest

pytest.importorskip("starlette", reason="extra «web» is not installed")
pytest.importorskip("httpx2", reason="httpx2 (dev) is not installed")

from starlette.testclient import TestClient

from dlp.channels.post.app import create_app
from dlp.channels.post.guard import Guard
from dlp.scanner import Scanner

LEAK = "本案係由住三樓的葉俊宏檢舉，電話0928-471-356。"


@pytest.fixture(scope="module")
def client(scanner: Scanner) -> Iterator[TestClient]:
    app = Guard(create_app(scanner), frozenset({"testserver"}), checks_per_minute=10_000)
    with TestClient(app, raise_server_exceptions=False) as made:  # type: ignore[arg-type]
        yield made


def test_check_text(client: TestClient) -> None:
    answer = client.post("/v1/check", json={"text": LEAK, "channel": "facebook"})
    item: dict[str, Any] = answer.json()
    assert answer.status_code == 200 and item["action"] in ("hold", "block")
    assert "葉俊宏" not in answer.text and "0928-471-356" not in answer.text
    assert "安全" not in item["banner"]


def test_a_long_text_full_of_findings_is_answered_in_time(client: TestClient) -> None:
    rows = "".join(f"{n},陳志明,09{n % 89999999 + 10000000},臺中市北屯區崇德路{n % 900}號\n" for n in range(100_000, 101_500))
    text = "今天天氣晴朗，公園裡的櫻花開得很美。" * 100_000 + rows
    began = time.monotonic()
    assert client.post("/v1/check?masked=1", json={"text": text}).status_code == 200
    assert time.monotonic() - began < 30, "was over a minute for the offsets alone"


def test_check_file(client: TestClient) -> None:
    answer = client.post("/v1/check", files={"file": ("a.txt", LEAK.encode("cp950"))}, data={"channel": "post"})
    assert answer.json()["action"] in ("hold", "block")


def test_mask(client: TestClient) -> None:
    assert "葉俊宏" not in client.post("/v1/mask", json={"text": LEAK}).json()["text"]


def test_presidio_names(client: TestClient) -> None:
    found = client.post("/analyze", json={"text": LEAK, "language": "zh", "return_decision_process": True}).json()
    assert {"entity_type", "start", "end", "score", "analysis_explanation"} <= set(found[0])


TEXT = "本案檢舉人葉俊宏身分證B220417363，密等:機密 & 100% a+b。"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f"text={TEXT}&language=zh-TW".encode(), "application/x-www-form-urlencoded"),
        (f"text={quote_plus(TEXT)}&language=zh-TW".encode(), "application/x-www-form-urlencoded"),
        (
            (
                "data="
                + quote_plus(
                    json.dumps(
                        {"annotation": [{"text": TEXT[:5]}, {"markup": "<b>", "interpretAs": ""}, {"text": TEXT[5:]}]}
                    )
                )
                + "&language=auto"
            ).encode(),
            "application/x-www-form-urlencoded",
        ),
        (json.dumps({"text": TEXT, "language": "zh-TW"}).encode(), "application/json"),
    ],
    ids=["unencoded", "encoded", "annotation", "json"],
)
def test_editors_get_matches_whatever_they_speak(client: TestClient, body: bytes, kind: str) -> None:
    matches = client.post("/v2/check", content=body, headers={"content-type": kind}).json()["matches"]
    assert matches
    assert all({"message", "shortMessage", "offset", "length", "replacements", "rule"} <= set(m) for m in matches)


def test_offsets_of_editors_are_utf16(client: TestClient) -> None:
    body = f"text={quote_plus('😀😀身分證B220417363')}&language=zh-TW"
    (match,) = client.post(
        "/v2/check", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    ).json()["matches"]
    assert (match["offset"], match["length"]) == (7, 10)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 422), (b'{"text": 5}', 422), (b'{"text": "x", "channel": "fax"}', 422), (b"{", 400)],
)
def test_bad_requests_get_a_code_and_no_details(client: TestClient, body: bytes, status: int) -> None:
    answer = client.post("/v1/check", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"]["code"].startswith("W")
    assert "Traceback" not in answer.text


def test_other_sites_and_other_hosts_are_refused(client: TestClient) -> None:
    assert client.post("/v1/check", json={"text": "x"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/v1/check", json={"text": "x"}, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_headers_of_every_answer(client: TestClient) -> None:
    for path in ("/", "/static/page.js", "/healthz", "/openapi.json", "/nothing"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"


def test_the_page_works_without_scripts_and_escapes_the_text(client: TestClient) -> None:
    page = client.post("/basic", data={"text": f"<script>alert(1)</script>{LEAK}", "channel": "facebook"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_health_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert "dlp_checks_total" in client.get("/metrics").text


def test_the_page_asks_nothing_of_other_hosts(client: TestClient) -> None:
    for path in ("/", "/static/page.js", "/static/page.css", "/static/icon.svg"):
        text = client.get(path).text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text and "https://" not in text, path


def test_page_weight(client: TestClient) -> None:
    paths = ("/", "/static/page.js", "/static/page.css", "/static/icon.svg", "/static/icons.svg")
    assert sum(len(client.get(p).content) for p in paths) < 150_000
