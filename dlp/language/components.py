"""spaCy components of the shipped pipeline: ``dlp.segmenter.v1`` and ``dlp_reader``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import ensure_path, registry
from spacy.vocab import Vocab

from dlp.language import segmenter
from dlp.language.network import Network


class Segmenter:
    """Tokenizer: our cut of the text, white space as tokens of their own."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words = segmenter.words(text)
        return Doc(self.vocab, words=words, spaces=[False] * len(words))

    def to_disk(self, path: Any, *, exclude: Any = ()) -> None: ...

    def from_disk(self, path: Any, *, exclude: Any = ()) -> "Segmenter":
        return self

    def to_bytes(self, *, exclude: Any = ()) -> bytes:
        return b""

    def from_bytes(self, data: bytes, *, exclude: Any = ()) -> "Segmenter":
        return self


@registry.tokenizers("dlp.segmenter.v1")  # type: ignore[untyped-decorator]  # spaCy types none
def create_segmenter() -> Callable[[Language], Segmenter]:
    return lambda nlp: Segmenter(nlp.vocab)


class Reader:
    """The trained network.  Sets ``doc.ents`` (label PERSON, id the role), ``doc.cats`` (``leak`` and the topics) and
    ``doc.user_data["reading"]`` with all of it."""

    def __init__(self) -> None:
        self.model: Network | None = None

    def __call__(self, doc: Doc) -> Doc:
        if self.model is None:
            return doc
        reading = self.model.read(doc.text)
        doc.user_data["reading"] = reading
        # Names that end inside a word of the segmenter have no token span: they are in the reading only.
        spans = [doc.char_span(n.start, n.end, label="PERSON", span_id=n.role) for n in reading.persons]
        doc.set_ents([s for s in spans if s is not None], default="outside")
        doc.cats = {"leak": reading.leak, **reading.topics}
        return doc

    def to_disk(self, path: Any, *, exclude: Any = ()) -> None: ...

    def from_disk(self, path: Any, *, exclude: Any = ()) -> "Reader":
        self.model = Network(Path(ensure_path(path)))
        return self


@Language.factory("dlp_reader")
def create_reader(nlp: Language, name: str) -> Reader:
    return Reader()


__all__ = ["Reader", "Segmenter"]
