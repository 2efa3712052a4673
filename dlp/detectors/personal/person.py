"""A person named in a passage."""

from dataclasses import dataclass, field

from dlp.finding import Reason


@dataclass(frozen=True, slots=True)
class Person:
    """``[start, end)`` of ``Passage.text`` names a person.

    ``form`` is full, title (王先生), masked (王○明, 王姓民眾, A男), latin, indigenous (any dotted name) or nickname.
    ``confidence`` (0..1) is how sure it is that the span is a person's name, not that it leaks.  ``role`` is one of
    ``dlp.detectors.personal.roles``.  ``public`` says that the name stands there because of an office.  ``sample`` is a name
    that forms use for nobody.  ``key`` is equal for the same name in a document: a found value, never to leave the process.
    """

    start: int
    end: int
    form: str
    confidence: float
    role: str
    public: bool
    key: str = field(repr=False)
    surname: str = field(repr=False)
    sample: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def named(self) -> bool:
        """Whether the person can be called by name: a full, Latin or indigenous name."""
        return self.form in ("full", "latin", "indigenous")
