"""檢核單: what was checked stays provable without keeping a word of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dlp.document import Document, NotRead, NotReadReason, Part, Place
from dlp.errors import UsageError
from dlp.policy.slip import Outcome, compare, make_slip, read_slip
from dlp.verdict import Action, Channel, Coverage, RuleHit, Verdict

KEY, OTHER = b"k" * 32, b"o" * 32
WHEN = datetime(2026, 11, 22, 10, tzinfo=UTC)
TEXT = "本案檢舉人王建宏\n電話0912-345-678"


def _document(text: str = TEXT) -> Document:
    return Document("稿.txt", (Part("name", Place.FILE_NAME, "稿.txt"), Part("body", Place.BODY, text)))


def _verdict(document: Document) -> Verdict:
    coverage = Coverage(tuple((p.path, p.label, len(p.text)) for p in document.parts), (NotRead("x", NotReadReason.IMAGE),))
    rules = (RuleHit("INF-01", "檢舉人", Action.BLOCK), RuleHit("PII-04", "電話", Action.LOG))
    return Verdict("稿.txt", Channel.POST, Action.BLOCK, (), rules, coverage, "abc123", 0.1, document)


def test_a_slip_says_what_was_checked_and_keeps_no_text():
    slip = make_slip(_verdict(_document()), key=KEY, when=WHEN, data=b"bytes")
    assert (slip.policy, slip.channel, slip.action, slip.rules) == ("abc123", "post", "block", ("INF-01",))
    assert slip.not_read == ("圖片中的文字未辨識",) and slip.chars == len(TEXT) + len("稿.txt")
    written = slip.to_json() + "\n".join(slip.lines)
    assert not any(word in written for word in ("王建宏", "0912", "稿.txt"))
    assert "結論　　　攔截（INF-01）" in slip.lines and any("未檢查　　圖片中的文字未辨識" in line for line in slip.lines)


def test_a_written_slip_reads_back():
    slip = make_slip(_verdict(_document()), key=KEY, when=WHEN)
    assert read_slip(slip.to_json(), key=KEY) == slip


COMPARISONS = [
    (TEXT, b"bytes", Outcome.UNCHANGED, "the same file"),
    (TEXT, b"other", Outcome.TEXT_UNCHANGED, "formatting or a picture changed"),
    (TEXT + "。", b"other", Outcome.CHANGED, "one character more"),
    (TEXT.replace("王建宏", "王○宏"), b"other", Outcome.CHANGED, "masked afterwards"),
    (TEXT.replace("\n", "\r\n"), None, Outcome.UNCHANGED, "line ends of another system"),
    (TEXT + "\n\n", None, Outcome.UNCHANGED, "empty lines at the end"),
    (TEXT, None, Outcome.UNCHANGED, "pasted text without a file"),
]


@pytest.mark.parametrize(("text", "data", "outcome"), [c[:3] for c in COMPARISONS], ids=[c[3] for c in COMPARISONS])
def test_comparing_a_draft_with_its_slip(text, data, outcome):
    slip = make_slip(_verdict(_document()), key=KEY, when=WHEN, data=b"bytes")
    assert compare(slip, _document(text), key=KEY, data=data) is outcome


def test_text_that_moved_to_another_place_is_changed():
    slip = make_slip(_verdict(_document()), key=KEY, when=WHEN)
    moved = Document("稿.txt", (Part("name", Place.FILE_NAME, "稿.txt"), Part("body", Place.COMMENT, TEXT)))
    assert compare(slip, moved, key=KEY) is Outcome.CHANGED


def test_renaming_the_file_changes_nothing():
    slip = make_slip(_verdict(_document()), key=KEY, when=WHEN)
    assert compare(slip, Document("新.txt", (Part("name", Place.FILE_NAME, "新.txt"), Part("body", Place.BODY, TEXT))), key=KEY) is Outcome.UNCHANGED


@pytest.mark.parametrize("field", ["time", "policy", "action", "rules", "not_read", "text", "chars", "signature"])
def test_an_edited_slip_is_refused(field):
    raw = json.loads(make_slip(_verdict(_document()), key=KEY, when=WHEN).to_json())
    raw[field] = {"time": "x", "policy": "x", "action": "allow", "rules": [], "not_read": [], "text": "0" * 64, "chars": 1, "signature": "0" * 64}[field]
    with pytest.raises(UsageError, match="簽章不符"):
        read_slip(json.dumps(raw), key=KEY)


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"form":"dlp-slip-1"}', '{"form":"other"}', '"dlp-slip-1"'])
def test_what_is_no_slip_is_refused(text):
    with pytest.raises(UsageError, match="不是檢核單"):
        read_slip(text, key=KEY)


def test_a_slip_of_another_installation_is_refused():
    slip = make_slip(_verdict(_document()), key=OTHER, when=WHEN)
    with pytest.raises(UsageError, match="簽章不符"):
        read_slip(slip.to_json(), key=KEY)


def test_equal_drafts_have_other_digests_under_another_key():
    """A plain hash would let anybody try out short texts."""
    one, two = (make_slip(_verdict(_document()), key=k, when=WHEN) for k in (KEY, OTHER))
    assert one.text != two.text


def test_a_signature_covers_every_field():
    slip = make_slip(_verdict(_document()), key=KEY, when=WHEN, data=b"x")
    assert replace(slip, data="") != slip
    with pytest.raises(UsageError):
        read_slip(replace(slip, data="").to_json(), key=KEY)
