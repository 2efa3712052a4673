"""Named styles of Word documents: alignment, tab stops and hidden text that paragraphs and runs take from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from dlp.readers.context import ReadContext
from dlp.readers.ooxml_names import attribute, table
from dlp.readers.positions import horizontal
from dlp.readers.xml_events import Attributes, Events

_OFF = frozenset({"0", "false", "off", "none"})
PARENTS_FOLLOWED = 20


@dataclass(slots=True)
class WordStyle:
    """Empty values mean: as the parent has it."""

    parent: str = ""
    align: str = ""
    stops: tuple[str, ...] = ()
    hidden: bool | None = None


@dataclass(slots=True)
class WordStyles:
    by_id: dict[str, WordStyle] = field(default_factory=dict)

    def chain(self, name: str) -> list[WordStyle]:
        found: list[WordStyle] = []
        while name in self.by_id and len(found) < PARENTS_FOLLOWED:
            found.append(self.by_id[name])
            name = found[-1].parent
        return found

    def hidden(self, name: str) -> bool:
        return next((style.hidden for style in self.chain(name) if style.hidden is not None), False)


def is_on(attributes: Attributes) -> bool:
    """A switch that is on unless its value says otherwise."""
    return attribute(attributes, "w:val").lower() not in _OFF


class StyleEvents(Events):
    """styles.xml: alignment, tab stops and hidden text of named styles."""

    def __init__(self, ctx: ReadContext, styles: WordStyles) -> None:
        super().__init__(ctx)
        self.styles = styles
        self.style = WordStyle()

    def style_open(self, attributes: Attributes) -> None:
        self.style = WordStyle()
        self.styles.by_id[attribute(attributes, "w:styleId")] = self.style

    def parent(self, attributes: Attributes) -> None:
        self.style.parent = attribute(attributes, "w:val")

    def justify(self, attributes: Attributes) -> None:
        self.style.align = horizontal(attribute(attributes, "w:val"))

    def stop(self, attributes: Attributes) -> None:
        if attribute(attributes, "w:val") not in ("clear", "bar") and len(self.style.stops) < 20:
            self.style.stops += (horizontal(attribute(attributes, "w:val")) or "left",)

    def vanish(self, attributes: Attributes) -> None:
        self.style.hidden = is_on(attributes)

    OPEN: ClassVar[Mapping[str, object]] = {}  # type: ignore[assignment]


StyleEvents.OPEN = table({
    "w:style": StyleEvents.style_open,
    "w:basedOn": StyleEvents.parent,
    "w:jc": StyleEvents.justify,
    "w:tab": StyleEvents.stop,
    "w:vanish": StyleEvents.vanish,
})  # fmt: skip
