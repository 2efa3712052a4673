"""A finding: one place where a detector saw something, with every layer of evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from dlp.kinds import Kind


class Layer(StrEnum):
    """Which layer of evidence a reason belongs to."""

    FORM = "form"  # shape, checksum, position
    CONTEXT = "context"  # labels, roles, neighbourhood, kind of document
    MEANING = "meaning"  # the trained pipeline


LAYER_LABELS: dict[Layer, str] = {Layer.FORM: "形式", Layer.CONTEXT: "上下文", Layer.MEANING: "語意"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the evidence: ``code`` is stable (``checksum-ok``), ``text`` is zh-TW without any found value.

    ``weight`` is what the step added to (or took from) the confidence, 0 when it only informs.
    """

    layer: Layer
    code: str
    text: str
    weight: float = 0.0


class Level(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return LEVEL_ORDER.index(self)

    @property
    def label(self) -> str:
        return {"low": "低", "medium": "中", "high": "高"}[self.value]


LEVEL_ORDER = (Level.LOW, Level.MEDIUM, Level.HIGH)
EVIDENCE_MEANING = "meaning"  # attrs["evidence"] of a finding that no rule of form or context supports
MEDIUM_FROM = 0.50  # confidence from which a finding is worth a person's time
HIGH_FROM = 0.80  # confidence from which stopping is right more often than 19 of 20 times; see models/README.md


def level_of(confidence: float) -> Level:
    """Level of a confidence in 0..1."""
    if confidence >= HIGH_FROM:
        return Level.HIGH
    return Level.MEDIUM if confidence >= MEDIUM_FROM else Level.LOW


EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in one part.

    ``start`` and ``end`` are half-open code-point offsets into the part's original text and ``text`` is what stands
    there.  ``masked`` is the safe replacement, ``fix`` zh-TW advice.  ``attrs`` are facts for policies and reports
    (``grade``, ``regime``, ``state``, ``persons``, ``role``), never found values.  ``person`` is an in-memory key that is
    equal for the same person within the document; it is a found value and must not leave the process.
    """

    kind: Kind
    part: str
    start: int
    end: int
    text: str = field(repr=False)
    confidence: float
    reasons: tuple[Reason, ...]
    masked: str
    fix: str = ""
    detector: str = ""
    attrs: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    person: str = field(default="", repr=False)

    @property
    def level(self) -> Level:
        return level_of(self.confidence)

    @property
    def label(self) -> str:
        """Chinese label for people; a kind that only the network names is a guess and is said as one."""
        return f"可能是{self.kind.label}" if self.attrs.get("evidence") == EVIDENCE_MEANING else self.kind.label

    @property
    def law(self) -> tuple[str, ...]:
        return self.kind.law
