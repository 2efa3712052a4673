"""The road: what the sieve lets pass no detector could find; offsets point into the original; a fault is never clean."""

import random
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest

from dlp.detectors import catalog, road
from dlp.detectors.contract import Context, Hit, Passage, literals
from dlp.detectors.people import disclosure
from dlp.detectors.sieve import Sieve
from dlp.document import Document, NotReadReason
from dlp.finding import Finding
from dlp.kinds import Kind
from dlp.verdict import Channel

TODAY = date(2026, 11, 22)
FILLER = "公園裡的花開得很美，許多家庭前來散步。\n"


def context(text: str) -> Context:
    return Context(Document.from_text(text), Channel.POST, TODAY)


def word_detector(word: str, *, fails: bool = False) -> SimpleNamespace:
    """A detector in ten lines: reports ``word``."""

    def find(passage: Passage) -> Iterator[Hit]:
        if fails:
            raise ValueError(passage.text)
        at = passage.text.find(word)
        while at >= 0:
            yield Hit(Kind.PERSONAL_NAME, at, at + len(word), 0.9, (), "○○○")
            at = passage.text.find(word, at + 1)

    return SimpleNamespace(ID=f"test.{word}", KINDS=(Kind.PERSONAL_NAME,), CUES=literals(word), find=find)


@pytest.fixture
def one_word(monkeypatch: pytest.MonkeyPatch) -> Sieve:
    monkeypatch.setattr(catalog, "DETECTORS", (word_detector("檢舉人"),))
    monkeypatch.setattr(catalog, "RELATORS", ())
    return Sieve({"test.檢舉人": literals("檢舉人")})


@pytest.mark.parametrize(
    "written", ["檢舉人", "检举人", "檢\u200b舉\u200b人", "檢 舉 人", "檢\n舉\n人\n", "&#27298;舉人", "檢·舉·人"]
)
@pytest.mark.parametrize("before", ["", FILLER, FILLER * 8_000], ids=["short", "line", "long"])
def test_offsets_point_at_what_was_written(one_word: Sieve, written: str, before: str) -> None:
    text = f"{before}來信\n{written}\n說明。\n{before}"
    found, failed = road.find(context(text), sieve=one_word)
    assert not failed
    (finding,) = found
    assert text[finding.start : finding.end] == finding.text == written.strip("\n")


def test_every_cue_of_a_long_text_is_seen(one_word: Sieve) -> None:
    dice = random.Random(7)
    pieces = []
    for _ in range(300):
        pieces += [FILLER * dice.randint(0, 400), "檢舉人。\n"]
    text = "".join(pieces)
    found, _ = road.find(context(text), sieve=one_word)
    assert len(found) == 300
    assert {f.text for f in found} == {"檢舉人"}


def test_a_failing_detector_is_reported_as_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "DETECTORS", (word_detector("檢舉人", fails=True), word_detector("陳情人")))
    monkeypatch.setattr(catalog, "RELATORS", ())
    sieve = Sieve({"test.檢舉人": literals("檢舉人"), "test.陳情人": literals("陳情人")})
    found, failed = road.find(context("檢舉人與陳情人"), sieve=sieve)
    assert [f.text for f in found] == ["陳情人"]
    assert [n.reason for n in failed] == [NotReadReason.CRASH]
    assert "檢舉人與" not in str(failed)


def test_of_overlapping_findings_of_a_kind_the_most_confident_stays() -> None:
    def finding(start: int, end: int, confidence: float, kind: Kind = Kind.PERSONAL_NAME) -> Finding:
        return Finding(kind, "body", start, end, "x" * (end - start), confidence, (), "○")

    merged = road.merge(
        [
            finding(0, 3, 0.5),
            finding(1, 4, 0.9),
            finding(2, 5, 0.6),
            finding(8, 9, 0.2),
            finding(0, 3, 0.1, Kind.PERSONAL_MOBILE),
        ]
    )
    assert [(f.kind, f.start, f.end) for f in merged] == [
        (Kind.PERSONAL_MOBILE, 0, 3),
        (Kind.PERSONAL_NAME, 1, 4),
        (Kind.PERSONAL_NAME, 8, 9),
    ]


def test_detectors_declare_what_they_report() -> None:
    for detector in (*catalog.DETECTORS, *catalog.RELATORS):
        # Only what rests on the network alone has no cues: it runs wherever another's cue fires.
        assert detector.CUES or detector is disclosure, detector.ID
        assert detector.KINDS, detector.ID
    ids = [d.ID for d in (*catalog.DETECTORS, *catalog.RELATORS)]
    assert len(ids) == len(set(ids))


# Kinds of the closed list that nothing finds yet; shrink this list as detectors come.
KNOWN_GAPS = {
    Kind.PERSONAL_ADDRESS,
    Kind.PERSONAL_HEALTH,
    Kind.PERSONAL_GENETIC,
    Kind.PERSONAL_SEX_LIFE,
    Kind.PERSONAL_HEALTH_CHECK,
    Kind.PERSONAL_CRIMINAL_RECORD,
    Kind.PERSONAL_FAMILY,
    Kind.PERSONAL_FINANCE,
}


def test_every_kind_has_a_detector_but_the_known_gaps() -> None:
    covered = {kind for d in (*catalog.DETECTORS, *catalog.RELATORS) for kind in d.KINDS}
    assert set(Kind) - covered <= KNOWN_GAPS
