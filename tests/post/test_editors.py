"""What editors send and what they need back: every dialect, UTF-16 offsets, colours, probes, other origins."""

import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from starlette.testclient import TestClient

from dlp.channels.post import languagetool
from dlp.channels.post.guard import Guard
from dlp.document import Document, Part, Place
from dlp.finding import Finding, Layer, Reason
from dlp.kinds import Kind
from dlp.verdict import Action, Channel, Coverage, RuleHit, Verdict
from tests.post.conftest import Web

FORM = "application/x-www-form-urlencoded"
TEXT = "本案檢舉人王小明身分證A123456789，密等:機密 & 100% a+b。"


def verdict(text: str, start: int, end: int, action: Action = Action.BLOCK) -> Verdict:
    """A finding made by hand: these tests are about the protocol."""
    found = Finding(Kind.INFORMANT_IDENTITY, "body", start, end, text[start:end], 0.9, (Reason(Layer.FORM, "shape", "形式相符"),), "民眾")
    rule = RuleHit("INF-01", "檢舉人身分", action, ("公益揭弊者保護法第15條",), findings=(0,))
    return Verdict("", Channel.POST, action, (found,), (rule,), Coverage((("body", "內文", len(text)),), ()), "v", 0.0, Document("", (Part("body", Place.BODY, text),)))


def annotation(*pieces: dict[str, str]) -> bytes:
    return b"data=" + quote_plus(json.dumps({"annotation": list(pieces)}, ensure_ascii=False)).encode()


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        (f"text={TEXT}&language=zh-TW".encode(), FORM, TEXT),
        (f"text={TEXT}&language=zh-TW&username=a&apiKey=b".encode(), FORM, TEXT),
        (f"text={TEXT}&language=".encode(), FORM, TEXT),
        (f"text={quote(TEXT)}&language=zh-TW".encode(), FORM, TEXT),
        (f"language=auto&text={quote_plus(TEXT)}&mode=allButTextLevelOnly".encode(), FORM, TEXT),
        (f"text={quote_plus('only ascii & more = 100% a+b')}&language=zh-CN".encode(), FORM, "only ascii & more = 100% a+b"),
        (f"text={quote_plus(TEXT)}&language=zh-TW".encode(), "application/json", TEXT),
        (json.dumps({"text": TEXT, "language": "zh-TW"}).encode(), "application/json", TEXT),
        (json.dumps({"data": {"text": TEXT}}).encode(), "application/json", TEXT),
        (b"data=" + quote_plus(json.dumps({"text": TEXT})).encode(), FORM, TEXT),
        (annotation({"text": TEXT[:4]}, {"markup": "<b>"}, {"text": TEXT[4:]}), FORM, TEXT),
        (annotation({"text": "一"}, {"markup": "<br/>", "interpretAs": "\n"}, {"text": "二"}), FORM, "一\n二"),
        (b"text=&language=zh-TW", FORM, ""),
    ],
    ids=["raw-7.4", "raw-account", "raw-no-language", "encoded", "mode", "ascii", "mislabelled", "json", "json-data", "data-text", "markup", "interpreted", "empty"],
)  # fmt: skip
def test_every_dialect_is_understood(body: bytes, kind: str, text: str) -> None:
    assert languagetool.parse(body, kind).text == text


@pytest.mark.parametrize("body", [b"", b"x=1", b"data=", b"data=[]", b"data=%7B%7D", b'{"text": 5', b"[1]", b'data={"annotation":[{"x":1}]}', b'data={"annotation":5}', b'{"data":5}'])
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(languagetool.BadRequest):
        languagetool.parse(body)


def test_offsets_count_utf16_units() -> None:
    text = "😀😀檢舉人𡶀小明"
    (match,) = languagetool.answer(verdict(text, 2, 8), languagetool.parse(f"text={text}&language=zh-TW".encode()), version="1")["matches"]
    assert (match["offset"], match["length"]) == (4, 7)
    context = match["context"]
    units = context["text"].encode("utf-16-le")
    assert units[2 * context["offset"] : 2 * (context["offset"] + context["length"])].decode("utf-16-le") == "檢舉人𡶀小明"


def test_offsets_count_markup_that_is_not_read() -> None:
    asked = languagetool.parse(annotation({"text": "洽"}, {"markup": "<b>"}, {"text": "王小明"}, {"markup": "</b>"}, {"text": "。"}))
    (match,) = languagetool.answer(verdict(asked.text, 1, 4), asked, version="1")["matches"]
    assert (match["offset"], match["length"]) == (4, 3)


@pytest.mark.parametrize(("action", "category"), [(Action.BLOCK, "TYPOS"), (Action.HOLD, "GRAMMAR"), (Action.JUSTIFY, "GRAMMAR"), (Action.WARN, "STYLE")])
def test_the_colour_follows_the_action(action: Action, category: str) -> None:
    (match,) = languagetool.answer(verdict("洽王小明", 1, 4, action), languagetool.parse("text=洽王小明&language=".encode()), version="1")["matches"]
    assert match["rule"]["category"]["id"] == category
    assert match["shortMessage"] and match["replacements"] == [{"value": "民眾"}]


def test_text_level_questions_get_no_places() -> None:
    body = f"text={quote_plus('洽王小明')}&language=auto&mode="
    places = {m: languagetool.answer(verdict("洽王小明", 1, 4), languagetool.parse(f"{body}{m}".encode()), version="1")["matches"] for m in ("textLevelOnly", "allButTextLevelOnly")}
    assert [len(v) for v in places.values()] == [0, 1]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_probes_are_answered(web: Web, method: str) -> None:
    assert web.new().request(method, "/v2/check").status_code == 204


def test_the_languages_have_zh_tw(web: Web) -> None:
    assert "zh-TW" in {item["longCode"] for item in web.new().get("/v2/languages").json()}


def test_other_origins_read_answers_only_where_the_operator_says_so(web: Web) -> None:
    app: Any = Guard(web.app, frozenset({"testserver"}), frozenset({"https://editor.example.gov.tw"}))
    client = TestClient(app, base_url="https://testserver")
    for origin, allowed in (("https://editor.example.gov.tw", True), ("https://evil.example", False)):
        probe = client.options("/v2/check", headers={"origin": origin, "access-control-request-method": "POST"})
        assert probe.headers.get("access-control-allow-origin") == (origin if allowed else None)
        answer = client.post("/v2/check", data={"text": TEXT}, headers={"origin": origin, "sec-fetch-site": "cross-site"})
        assert answer.status_code == (200 if allowed else 403)
