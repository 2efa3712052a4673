"""How the tables of the number detectors are checked: through the whole road, sieve included."""

from datetime import date

from dlp.detectors import road
from dlp.detectors.contract import Context
from dlp.document import Document, Part
from dlp.finding import Finding, Level
from dlp.kinds import Kind
from dlp.masking import mask_text
from dlp.verdict import Channel

TODAY = date(2026, 11, 22)


def findings(text: str, kind: Kind, *, parts: tuple[Part, ...] | None = None) -> list[Finding]:
    """Findings of one kind in a text, as the scanner reports them."""
    document = Document.from_text(text) if parts is None else Document("", parts)
    found, failed = road.find(Context(document, Channel.POST, TODAY))
    assert not failed
    return [f for f in found if f.kind is kind]


def check_leak(kind: Kind, text: str, value: str, level: Level) -> None:
    """``value`` is found in ``text`` at least at ``level``, and its masked text has no finding of the kind left."""
    found = [f for f in findings(text, kind) if f.text == value]
    assert found, f"not found; seen: {[(f.text, f.confidence) for f in findings(text, kind)]}"
    assert found[0].level.rank >= level.rank, [(r.code, r.weight) for r in found[0].reasons]
    assert found[0].fix and found[0].reasons
    assert not any(value in r.text for r in found[0].reasons)
    once = mask_text(text, findings(text, kind), "body")
    assert value not in once
    assert findings(once, kind) == []
    assert mask_text(once, findings(once, kind), "body") == once


def check_harmless(kind: Kind, text: str) -> None:
    """Nothing in ``text`` is worth a person's time."""
    assert [(f.text, f.confidence) for f in findings(text, kind) if f.level is not Level.LOW] == []


def check_silent(kind: Kind, text: str) -> None:
    """Nothing at all is reported."""
    assert [(f.text, f.confidence) for f in findings(text, kind)] == []
