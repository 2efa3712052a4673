"""Number detectors as a whole: hostile texts stay cheap, cues cover what is found, the public corpus stays quiet."""

import json
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import hostile
from dlp.detectors import road
from dlp.detectors.contract import Context, Hit, Passage
from dlp.document import Document
from dlp.finding import MEDIUM_FROM
from dlp.text.folding import fold
from dlp.text.joining import join, needs_joining
from dlp.verdict import Channel

MODULES = (
    "national_id", "resident_certificate", "passport", "nhi_card", "mobile", "landline", "birth_date", "bank_account", "credit_card", "plate",
    "email", "line_id", "medical_record", "student_id", "ip_address",
)  # fmt: skip
DETECTORS = [import_module(f"dlp.detectors.personal.{name}") for name in MODULES]
TABLES = [import_module(f"tests.detectors.test_{name}") for name in MODULES]
SHORT_BYTES = 120_000
# Linear cost at a tenth of the size, with room for a busy machine; a quadratic pattern takes a hundred times as long.
SHORT_SECONDS = 0.5


def _hits(text: str) -> Iterator[tuple[Passage, Hit]]:
    document = Document.from_text(text)
    context = Context(document, Channel.POST, date(2026, 11, 22))
    folded = fold(text)
    views = [Passage(document.parts[0], folded.text, folded, "plain", context)]
    if needs_joining(folded.text) and (joined := join(folded)) is not None:
        views.append(Passage(document.parts[0], joined.text, joined, "joined", context))
    for passage in views:
        for detector in DETECTORS:
            for hit in detector.find(passage):
                yield passage, hit


@pytest.mark.parametrize("name", hostile.TEXTS)
def test_hostile_text_stays_cheap(name: str) -> None:
    text = hostile.TEXTS[name](SHORT_BYTES)
    slow = {d.ID: seconds for d in DETECTORS if (seconds := hostile.cost(d, text)) > SHORT_SECONDS}
    assert not slow


@pytest.mark.parametrize("table", TABLES, ids=MODULES)
def test_cues_cover_whatever_is_found(table: object) -> None:
    texts = [row[0] for rows in ("LEAKS", "HARMLESS", "SILENT") for row in getattr(table, rows)]
    for text in texts:
        document = Document.from_text(text)
        with_sieve = {(f.kind, f.start) for f in road.find(Context(document, Channel.POST, date(2026, 11, 22)))[0]}
        for passage, hit in _hits(text):
            start, _ = passage.folded.to_original(hit.start, hit.end)
            assert any(kind is hit.kind and abs(at - start) < 24 for kind, at in with_sieve), (text, hit.kind)


def test_every_hit_says_what_to_write_instead_and_shows_no_value() -> None:
    for table in TABLES:
        for text, value, *_ in table.LEAKS:  # type: ignore[attr-defined]
            for passage, hit in _hits(text):
                assert hit.fix and hit.masked and hit.reasons
                assert hit.masked != passage.text[hit.start : hit.end]
                assert value not in "".join(r.text for r in hit.reasons)


@pytest.mark.corpus
@pytest.mark.slow
def test_public_texts_stay_quiet(corpus: Path) -> None:
    """Every tenth text; the bar is half a percent."""
    total = flagged = 0
    for path in sorted((corpus / "negatives").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[::10]:
            total += 1
            flagged += any(hit.confidence >= MEDIUM_FROM for _, hit in _hits(json.loads(line)["text"]))
    assert flagged <= total * 0.005, (flagged, total)
