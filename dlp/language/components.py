"""spaCy components of the shipped pipeline: ``dlp.segmenter.v1``, ``dlp_persons``, ``dlp_topics``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import ensure_path, registry
from spacy.vocab import Vocab

from dlp.language import segmenter, topics
from dlp.language.abstraction import abstract
from dlp.language.persons import PersonModel

MASKED = frozenset("○〇ＯX*＊●")


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


class Persons:
    """Sets ``doc.ents`` (label PERSON, id the role).  ``doc.user_data["persons"]`` has all of them with confidence."""

    def __init__(self) -> None:
        self.model: PersonModel | None = None

    def __call__(self, doc: Doc) -> Doc:
        if self.model is None:
            return doc
        named = self.model.find(doc.text)
        doc.user_data["persons"] = named
        # Names that end inside a word of the segmenter have no token span: they are in user_data only.
        spans = [doc.char_span(n.start, n.end, label="PERSON", span_id=n.role) for n in named]
        doc.set_ents([s for s in spans if s is not None], default="outside")
        return doc

    def to_disk(self, path: Any, *, exclude: Any = ()) -> None: ...

    def from_disk(self, path: Any, *, exclude: Any = ()) -> "Persons":
        self.model = PersonModel(Path(ensure_path(path)) / "persons.crf")
        return self


class Topics:
    """Sets ``doc.cats``."""

    def __init__(self) -> None:
        self.model: topics.TopicModel | None = None

    def __call__(self, doc: Doc) -> Doc:
        if self.model is not None:
            named = doc.user_data.get("persons", ())
            spans = [(n.start, n.end, any(c in MASKED for c in doc.text[n.start : n.end])) for n in named]
            doc.cats = self.model.probabilities(abstract(doc.text, spans))
        return doc

    def to_disk(self, path: Any, *, exclude: Any = ()) -> None:
        if self.model is not None:
            self.model.save(Path(ensure_path(path)))

    def from_disk(self, path: Any, *, exclude: Any = ()) -> "Topics":
        self.model = topics.load(Path(ensure_path(path)))
        return self


@Language.factory("dlp_persons")
def create_persons(nlp: Language, name: str) -> Persons:
    return Persons()


@Language.factory("dlp_topics")
def create_topics(nlp: Language, name: str) -> Topics:
    return Topics()


__all__ = ["Persons", "Segmenter", "Topics"]
