"""Pairs of a leak and its harmless twin, read from the scenario files, and what the scanner finds in them."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from dlp.detectors import road
from dlp.detectors.contract import Context, Passage
from dlp.document import Document, Envelope
from dlp.finding import MEDIUM_FROM, Finding
from dlp.text.folding import fold
from dlp.verdict import Channel

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
TODAY = date(2026, 11, 22)
FAMILIES = (("petition", "informant"), ("business",))


@dataclass(frozen=True, slots=True)
class Pair:
    kind: str
    channel: str
    leak: str
    harmless: str
    gap: str = ""


@cache
def pairs(name: str) -> tuple[Pair, ...]:
    """The pairs of ``tests/scenarios/<name>.yaml``."""
    items = yaml.safe_load((SCENARIOS / f"{name}.yaml").read_text(encoding="utf-8"))
    return tuple(Pair(**item) for item in items)


@cache
def findings(text: str, channel: str = "post") -> tuple[Finding, ...]:
    """Findings of the petition, informant and business detectors, over the whole road."""
    context = Context(Document.from_text(text), Channel(channel), TODAY, Envelope())
    found, failed = road.find(context)
    assert not failed
    ours = [f for f in found if f.kind.split(".")[0] in ("petition", "informant", "business")]
    return tuple(sorted(ours, key=lambda f: -f.confidence))


def confidence(text: str, channel: str = "post", *, kind: str = "") -> float:
    """The highest confidence of a finding, of the family of ``kind`` where one is given."""
    family = next((f for f in FAMILIES if kind.split(".")[0] in f), ("petition", "informant", "business"))
    return max((f.confidence for f in findings(text, channel) if f.kind.split(".")[0] in family), default=0.0)


def found(text: str, channel: str = "post", *, kind: str = "") -> bool:
    return confidence(text, channel, kind=kind) >= MEDIUM_FROM


def passage(text: str, channel: str = "post") -> Passage:
    document, folded = Document.from_text(text), fold(text)
    return Passage(document.parts[0], folded.text, folded, "plain", Context(document, Channel(channel), TODAY))
