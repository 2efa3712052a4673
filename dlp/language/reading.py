"""What the trained pipeline says about a passage."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Named:
    """A person in the passage: half-open offsets of the text that was read, the role the model gives, a confidence 0..1."""

    start: int
    end: int
    role: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """``leak`` is the calibrated probability that the passage discloses something; ``topics`` one probability a topic."""

    leak: float
    topics: Mapping[str, float] = NOTHING
    persons: tuple[Named, ...] = ()
