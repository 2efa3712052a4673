"""Text of a document as it flows: paragraphs, boxes inside paragraphs, tracked and hidden runs, page headers.

A ``Sink`` collects one part.  Text that a viewer does not show (tracked deletions, hidden runs) leaves the part as it is
seen, and is added with its whole paragraph in the reading in which it shows: a deleted name alone means nothing,
「檢舉人：王○○」 as it stood before the deletion does.
"""

from dataclasses import dataclass
from dataclasses import field as made
from enum import IntFlag

from dlp.document import Corner, Place
from dlp.readers.context import ReadContext
from dlp.readers.positions import corner

SPACES_KEPT = 1_000  # of a run of spaces given as a count
NAMES_KEPT = 200_000  # short texts remembered so that none is added twice
CUT_UP_CHARS = 6  # mean length below which pieces are taken for parts of words


class Mark(IntFlag):
    """How a run differs from plain text."""

    INSERTED = 1
    DELETED = 2
    HIDDEN = 4


@dataclass(slots=True)
class Sink:
    """One part in the making."""

    place: Place
    name: str
    page: int | None = None
    corner: Corner | None = None
    field: str | None = None
    band: str = ""  # "top" or "bottom" for page headers and footers, whose lines are kept with their position
    lines: list[str] = made(default_factory=list)
    run: list[str] = made(default_factory=list)
    marks: dict[int, int] = made(default_factory=dict)
    deleted: list[str] = made(default_factory=list)
    hidden: list[str] = made(default_factory=list)
    positioned: dict[str, list[str]] = made(default_factory=dict)
    align: str = ""
    stops: tuple[str, ...] = ()

    def write(self, text: str, mark: int = 0) -> None:
        if mark:
            self.marks[len(self.run)] = mark
        self.run.append(text)

    def end_paragraph(self, ending: str = "\n") -> None:
        """Close the paragraph in all its readings."""
        if self.marks:
            self._readings()
        elif self.band:
            self._position("".join(self.run))
        else:
            self.lines += self.run
        if not self.band:
            self.lines.append(ending)
        self.run.clear()

    def _readings(self) -> None:
        runs = [(text, self.marks.get(index, 0)) for index, text in enumerate(self.run)]
        used = 0
        for mark in self.marks.values():
            used |= mark
        shown = "".join(text for text, mark in runs if not mark & (Mark.DELETED | Mark.HIDDEN))
        if self.band:
            self._position(shown)
        else:
            self.lines.append(shown)
        if used & Mark.DELETED:
            before = "".join(text for text, mark in runs if not mark & Mark.INSERTED or mark & Mark.DELETED)
            self.deleted += (before, "\n")
        if used & Mark.HIDDEN:
            self.hidden += ("".join(text for text, mark in runs if not mark & Mark.DELETED), "\n")
        self.marks.clear()

    def _position(self, text: str) -> None:
        """Put a header's line, or its stretches between tabs, where they stand."""
        stretches = text.split("\t")
        where = self.align or "left"
        stops = self.stops or ("center", "right")
        for index, stretch in enumerate(stretches):
            if index:
                where = stops[min(index, len(stops)) - 1]
            if stretch.strip():
                self.positioned.setdefault(where, []).append(stretch)

    def end_cell(self) -> None:
        """A table cell ends: its last line break becomes a tab."""
        if self.run:
            self.end_paragraph()
        if self.lines and self.lines[-1] == "\n":
            self.lines[-1] = "\t"
        elif not self.band:
            self.lines.append("\t")

    def end_row(self) -> None:
        if self.lines and self.lines[-1] == "\t":
            self.lines[-1] = "\n"

    def plain(self) -> str:
        """The text so far; ends the paragraph in hand."""
        if self.run:
            self.end_paragraph()
        if self.band:
            return "\n".join(line for lines in self.positioned.values() for line in lines)
        return "".join(self.lines).rstrip("\n\t")

    def emit(self, ctx: ReadContext) -> None:
        """Hand the part on, with what it hides."""
        if self.run:
            self.end_paragraph()
        if self.band:
            for where, lines in self.positioned.items():
                ctx.add(self.place, "\n".join(lines), name=self.name, page=self.page, corner=corner(self.band, where))
        elif self.lines:
            text = "".join(self.lines).rstrip("\n\t")
            ctx.add(self.place, text, name=self.name, page=self.page, corner=self.corner, field=self.field)
        if self.deleted:
            ctx.add(Place.DELETED, "".join(self.deleted).rstrip("\n"), name=f"{self.name}-deleted", page=self.page)
        if self.hidden:
            ctx.add(Place.HIDDEN, "".join(self.hidden).rstrip("\n"), name=f"{self.name}-hidden", page=self.page)


class Flow:
    """A stack of sinks: what is inside a box goes to the box, what comes after it goes on where it was."""

    def __init__(self, ctx: ReadContext) -> None:
        self.ctx = ctx
        self.sink = Sink(Place.BODY, "body")
        self.below: list[Sink] = []
        self.seen: set[tuple[Place, str]] = set()

    def push(
        self, place: Place, name: str, *,
        page: int | None = None, corner: Corner | None = None, field: str | None = None, band: str = "",
    ) -> None:  # fmt: skip
        self.below.append(self.sink)
        self.sink = Sink(place, name, page, corner, field, band)

    def pop(self) -> None:
        """Emit the inner part and go back to the outer one."""
        done = self.sink
        if self.below:
            self.sink = self.below.pop()
        done.emit(self.ctx)

    def drop(self) -> None:
        """Leave the inner part without emitting it."""
        if self.below:
            self.sink = self.below.pop()

    def finish(self) -> None:
        """Emit everything, innermost first; a broken document may leave parts open."""
        while self.below:
            self.pop()
        self.sink.emit(self.ctx)

    def once(
        self, place: Place, text: str | None, name: str, *, page: int | None = None, field: str | None = None
    ) -> None:
        """A short text of its own; the same one at the same kind of place counts once."""
        if text and not text.isspace() and (place, text) not in self.seen:
            if len(self.seen) < NAMES_KEPT:
                self.seen.add((place, text))
            self.ctx.add(place, text, name=name, page=page, field=field)


class Loose:
    """Short strings found here and there (names, targets, codes), kept as one part of a line each."""

    def __init__(self, place: Place, name: str) -> None:
        self.place = place
        self.name = name
        self.lines: dict[str, None] = {}

    def add(self, text: str | None) -> None:
        if text and not text.isspace():
            self.lines[text.strip()] = None

    def emit(self, ctx: ReadContext) -> None:
        if self.lines:
            add_pieces(ctx, self.place, list(self.lines), name=self.name)
        self.lines.clear()


def add_pieces(ctx: ReadContext, place: Place, pieces: list[str], *, name: str) -> None:
    """Pieces of text of which nobody knows how they belong together: a line each, and, when they are so short that a
    text may have been cut up, also as one."""
    ctx.add(place, "\n".join(pieces), name=name)
    if len(pieces) > 2 and sum(map(len, pieces)) <= len(pieces) * CUT_UP_CHARS:
        ctx.add(place, "".join(pieces), name=f"{name}-joined")
