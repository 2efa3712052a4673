"""What a detector is: a module that declares its cues and yields hits in a passage.

A detector module has

``ID``      its stable name, for example ``"personal.national_id"``
``KINDS``   the kinds it can report
``CUES``    what must stand in a text for it to find anything (``literal`` and ``pattern`` below); the sieve is built from them
``find(passage) -> Iterator[Hit]``

A *relator* is such a module with ``relate(passage, hits) -> Iterator[Hit]`` instead of ``find``: it runs after all detectors
on the same passage and sees their hits (persons next to illnesses, names next to roles).  One without cues of its own runs
wherever another's cue fires.  A relator may return hits that
replace earlier ones: the road keeps, of overlapping hits of one kind, the more confident.

Cues are matched against the *original* text by the sieve and against the folded text once more; each view of the text
(plain and joined) is scanned, so a cue is written in plain Traditional Chinese and ASCII and need not think of evasions.
Simplified forms of literals are added by the sieve.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol, TypeVar

from dlp.document import Document, Envelope, Part
from dlp.finding import EMPTY, Reason
from dlp.kinds import Kind
from dlp.text.folding import Folded
from dlp.verdict import Channel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cue:
    """A literal, or a pattern without look-around, back-references or unbounded repeats (``[0-9]``, ``\\p{Han}``, ``{m,n}``)."""

    text: str
    is_pattern: bool = False


def literals(*words: str) -> tuple[Cue, ...]:
    """Cues that are words; ASCII letters match in either case."""
    return tuple(Cue(w) for w in words)


def pattern(text: str) -> tuple[Cue, ...]:
    """One cue that is a pattern over folded text (so ASCII digits and letters only)."""
    return (Cue(text, is_pattern=True),)


@dataclass(frozen=True, slots=True)
class Hit:
    """What a detector saw, in offsets of ``passage.text`` (half-open, code points).

    ``confidence`` is 0..1; ``masked`` the safe replacement; ``fix`` zh-TW advice; ``attrs`` facts without found values;
    ``person`` an in-memory key, equal for the same person.
    """

    kind: Kind
    start: int
    end: int
    confidence: float
    reasons: tuple[Reason, ...]
    masked: str
    fix: str = ""
    attrs: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    person: str = field(default="", repr=False)
    detector: str = ""


@dataclass(slots=True)
class Context:
    """What holds for the whole document while it is checked.  ``memo`` keeps what several detectors compute once."""

    document: Document
    channel: Channel
    today: date
    envelope: Envelope | None = None
    language: Any = None  # dlp.language.Pipeline, or None where the model is switched off
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    def once(self, key: str, compute: Callable[[], T]) -> T:
        if key not in self.memo:
            self.memo[key] = compute()
        return self.memo[key]  # type: ignore[no-any-return]


@dataclass(slots=True)
class Passage:
    """A stretch of one part in one view.  For most documents it is the whole part.

    ``view`` is ``plain`` (folded) or ``joined`` (values that were pulled apart put together; ask for more evidence there).
    """

    part: Part
    text: str = field(repr=False)
    folded: Folded = field(repr=False)
    view: Literal["plain", "joined"]
    context: Context
    cues: Callable[[], Sequence[tuple[str, int]]] = field(default=tuple, repr=False)
    """Gives detector and offset (of the end, in ``text``) of every cue."""
    plain: "Passage | None" = field(default=None, repr=False)
    """The same stretch in the plain view, where this is the joined one."""
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    def once(self, key: str, compute: Callable[[], T]) -> T:
        """``compute()``, once per passage."""
        if key not in self.memo:
            self.memo[key] = compute()
        return self.memo[key]  # type: ignore[no-any-return]

    def before(self, start: int, chars: int) -> str:
        """Up to ``chars`` characters before ``start``."""
        return self.text[max(0, start - chars) : start]

    def after(self, end: int, chars: int) -> str:
        """Up to ``chars`` characters from ``end`` on."""
        return self.text[end : end + chars]

    def line(self, at: int) -> tuple[int, int]:
        """Half-open range of the line that holds ``at``."""
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        return start, len(self.text) if end < 0 else end

    def sentence(self, at: int) -> tuple[int, int]:
        """Half-open range of the sentence that holds ``at``: between 。！？； or line ends."""
        start, end = self.line(at)
        for i in range(at - 1, start - 1, -1):
            if self.text[i] in SENTENCE_ENDS:
                start = i + 1
                break
        for i in range(at, end):
            if self.text[i] in SENTENCE_ENDS:
                return start, i + 1
        return start, end


SENTENCE_ENDS = "。!?;"  # folded: full-width ！？； have become ASCII


class Detector(Protocol):
    """A detector module (see the module docstring)."""

    ID: str
    KINDS: tuple[Kind, ...]
    CUES: tuple[Cue, ...]

    def find(self, passage: Passage) -> Iterator[Hit]: ...


class Relator(Protocol):
    """A relator module (see the module docstring)."""

    ID: str
    KINDS: tuple[Kind, ...]
    CUES: tuple[Cue, ...]

    def relate(self, passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]: ...
