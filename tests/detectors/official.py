"""Helpers for the tests of official papers: findings of a text through the whole road."""

from datetime import date

from dlp.detectors import road
from dlp.detectors.contract import Context
from dlp.document import Document, Envelope, Part, Place
from dlp.finding import MEDIUM_FROM, Finding
from dlp.kinds import Kind
from dlp.verdict import Channel

TODAY = date(2026, 11, 22)


def found(
    text: str, *, place: Place = Place.BODY, field: str | None = None, today: date = TODAY, envelope: Envelope | None = None
) -> list[Finding]:
    """All findings of one part."""
    document = Document("", (Part("part", place, text, field=field),))
    findings, failed = road.find(Context(document, Channel.MAIL, today, envelope))
    assert not failed
    return findings


def best(text: str, kind: Kind, *, place: Place = Place.BODY) -> float:
    """The highest confidence of ``kind``, 0 where there is none."""
    return max((f.confidence for f in found(text, place=place) if f.kind is kind), default=0.0)


def worth_a_look(text: str, kind: Kind, *, place: Place = Place.BODY) -> bool:
    return best(text, kind, place=place) >= MEDIUM_FROM
