"""The spaCy pipeline of ``models/zh_dlp``: segmenter and the trained network.

spaCy gives the frame (config, Doc, components, loading of a site's own model); the shipped network runs in onnxruntime, because
spaCy's own reads 20,000 characters a second and this several times that.  A folder that holds any other spaCy pipeline (for
example one with a transformer) is loaded the same way: persons are its PERSON entities, leak and topics its ``doc.cats``.
"""

import json
import threading
from pathlib import Path
from typing import Any

from dlp.errors import NotReady
from dlp.language.network import pieces
from dlp.language.reading import Named, Piece, Reading

FOREIGN_CONFIDENCE = 0.8


class Pipeline:
    """``read`` is safe to call from several threads."""

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp
        self._lock = threading.Lock()
        # The shipped network needs no Doc: it reads the text itself, and words are cut once instead of twice.
        self._network = nlp.get_pipe("dlp_reader").model if nlp.has_pipe("dlp_reader") else None

    def read(self, text: str) -> Reading:
        """What the model says about folded ``text``; offsets are those of ``text``."""
        if self._network is not None:
            reading: Reading = self._network.read(text)
            return reading
        read, persons = list[Piece](), list[Named]()
        with self._lock:
            for start, end in pieces(text):
                doc = self._nlp(text[start:end])
                cats = dict(doc.cats)
                read.append(Piece(start, end, cats.pop("leak", 0.0), cats))
                persons += _entities(doc, start)
        return Reading.of(read, persons)


def _entities(doc: Any, base: int) -> list[Named]:
    """Persons of a pipeline of the site's own, which knows no roles and gives no confidence."""
    return [
        Named(base + e.start_char, base + e.end_char, "other", FOREIGN_CONFIDENCE)
        for e in doc.ents
        if e.label_ in ("PERSON", "PER")
    ]


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
