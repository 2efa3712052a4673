"""How the tables of facts about persons are checked: something at a level is found, or nothing is worth a look."""

from dlp.finding import Level
from dlp.kinds import Kind
from dlp.masking import mask_text

from .numbers import findings


def check_told(kind: Kind, text: str, words: str, level: Level) -> None:
    """A finding of ``kind`` covers ``words`` at ``level`` or above; reasons quote nothing; the masked text has none left."""
    found = [f for f in findings(text, kind) if words in f.text or f.text in words]
    assert found, [(f.text, f.confidence) for f in findings(text, kind)]
    best = max(found, key=lambda f: f.confidence)
    assert best.level.rank >= level.rank, (best.text, best.confidence, [(r.code, r.weight) for r in best.reasons])
    assert best.fix
    assert best.reasons
    once = mask_text(text, findings(text, kind), "body")
    assert [f.text for f in findings(once, kind) if f.level is not Level.LOW] == []


def check_general(kind: Kind, text: str) -> None:
    """Nothing in ``text`` is worth a person's time."""
    assert [(f.text, f.confidence) for f in findings(text, kind) if f.level is not Level.LOW] == []
