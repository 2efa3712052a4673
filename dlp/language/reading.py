"""What the trained pipeline says about a passage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Named:
    """A person in the passage: half-open offsets of the text that was read, the role the model gives, a confidence 0..1."""

    start: int
    end: int
    role: str
    confidence: float

    def moved(self, by: int) -> "Named":
        """The same person, ``by`` characters further on."""
        return Named(self.start + by, self.end + by, self.role, self.confidence)


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch read at once: half-open offsets, the calibrated chance that it discloses something, shares of topics (they add up
    to one), a chance for each kind, and for each character the share of attention behind ``leak``."""

    start: int
    end: int
    leak: float
    topics: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    kinds: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    looked: tuple[float, ...] = ()

    def moved(self, by: int) -> "Piece":
        """The same stretch, ``by`` characters further on."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Reading:
    """``leak`` is the chance of the piece most likely to disclose something; ``topics`` and ``kinds`` the largest of all pieces."""

    leak: float
    topics: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    persons: tuple[Named, ...] = ()
    kinds: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    pieces: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, pieces: Iterable[Piece], persons: Iterable[Named]) -> "Reading":
        """The reading of a text from those of its pieces."""
        pieces = tuple(pieces)
        topics: dict[str, float] = {}
        kinds: dict[str, float] = {}
        for piece in pieces:
            for target, source in ((topics, piece.topics), (kinds, piece.kinds)):
                for label, value in source.items():
                    target[label] = max(target.get(label, 0.0), value)
        return cls(max((p.leak for p in pieces), default=0.0), topics, tuple(persons), kinds, pieces)
