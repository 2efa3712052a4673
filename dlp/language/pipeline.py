"""The spaCy pipeline of ``models/zh_dlp``: segmenter, person recognizer, topic classifier.

spaCy gives the frame (config, Doc, components, loading of a site's own model); the work is done by small models that score
with numpy and CRFsuite, because spaCy's own network reads 20,000 characters a second and these read several times that.
A folder that holds any other spaCy pipeline (for example one with a transformer) is loaded the same way: persons are its
PERSON entities, topics its ``doc.cats``.
"""

import json
import threading
from pathlib import Path
from typing import Any

from dlp.errors import NotReady
from dlp.language.reading import Named, Reading

FOREIGN_CONFIDENCE = 0.8
MAX_CHARS = 20_000  # a passage longer than this is read in pieces


class Pipeline:
    """``read`` is safe to call from several threads."""

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp
        self._lock = threading.Lock()

    def read(self, text: str) -> Reading:
        """What the model says about folded ``text``; persons in its offsets, topics the strongest of its pieces."""
        leak, topics, persons = 0.0, dict[str, float](), list[Named]()
        with self._lock:
            for base, piece in _pieces(text):
                doc = self._nlp(piece)
                for named in doc.user_data["persons"] if "persons" in doc.user_data else _entities(doc):
                    persons.append(Named(base + named.start, base + named.end, named.role, named.confidence))
                for label, value in doc.cats.items():
                    topics[label] = max(topics.get(label, 0.0), value)
        leak = topics.pop("leak", 0.0)
        return Reading(leak, topics, tuple(persons))


def _entities(doc: Any) -> list[Named]:
    """Persons of a pipeline of the site's own, which knows no roles and gives no confidence."""
    return [
        Named(e.start_char, e.end_char, "other", FOREIGN_CONFIDENCE) for e in doc.ents if e.label_ in ("PERSON", "PER")
    ]


def _pieces(text: str) -> list[tuple[int, str]]:
    if len(text) <= MAX_CHARS:
        return [(0, text)]
    out, at = [], 0
    while at < len(text):
        cut = text.rfind("\n", at + MAX_CHARS // 2, at + MAX_CHARS)
        end = cut + 1 if cut >= 0 else min(len(text), at + MAX_CHARS)
        out.append((at, text[at:end]))
        at = end
    return out


def load(folder: Path) -> Pipeline:
    """The pipeline in ``folder``.  Raises NotReady with the remedy when it is missing, damaged or of another version."""
    import spacy

    from dlp.language import components  # noqa: F401  # registers tokenizer and factories

    if not (folder / "config.cfg").is_file():
        raise NotReady("找不到語言模型（config.cfg）。請重新安裝，或以 --model 指定資料夾。", code="E401")
    try:
        nlp = spacy.load(folder)
    except NotReady:
        raise
    except Exception as err:
        # spaCy raises many kinds for a damaged folder; all mean the same to the operator, and none may pass silently.
        raise NotReady(
            f"語言模型無法載入（{type(err).__name__}）。請重新安裝，或執行 make train 重新訓練。", code="E402"
        ) from err
    return Pipeline(nlp)


def describe(folder: Path) -> dict[str, Any]:
    """Name, version and scores of a model, from its meta.json."""
    data: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return data
