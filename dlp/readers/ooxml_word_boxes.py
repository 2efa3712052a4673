"""Floating boxes of Word documents: where they stand on the page, in DrawingML and in VML."""

from dataclasses import dataclass

from dlp.document import Corner, Place
from dlp.readers.context import ReadContext
from dlp.readers.ooxml_drawing import DrawingEvents
from dlp.readers.positions import A4_POINTS, box_corner, corner, horizontal, points
from dlp.readers.xml_events import Attributes

_EMU = 1 / 12_700  # points
_MARGIN = 72.0  # points; Word's default page margin is an inch


@dataclass(slots=True)
class Anchor:
    """Where a floating box stands, as far as it says."""

    sideways: str = ""  # alignment word
    left: float | None = None
    top: float | None = None
    width: float = 0
    height: float = 0
    left_from: str = ""
    top_from: str = ""
    watermark: bool = False


class BoxEvents(DrawingEvents):
    """Adds the boxes; what a paragraph or table around a box was doing goes on after it."""

    def __init__(self, ctx: ReadContext, *, place: Place = Place.BODY, name: str = "body") -> None:
        super().__init__(ctx, place=place, name=name)
        self.anchor = Anchor()
        self.anchors: list[Anchor] = []
        self.axis = ""
        self.number: list[str] = []
        self.run_marks: list[int] = [0]  # marks of the changes around
        self.run_hidden = 0
        self.paragraph_hidden = 0
        self.columns = 0  # of the table around
        self.bands_below: list[str] = []
        self.saved: list[tuple[list[int], int]] = []

    def current_mark(self) -> int:
        return self.run_marks[-1] | self.run_hidden | self.paragraph_hidden

    def anchor_open(self, _: Attributes) -> None:
        self.anchors.append(self.anchor)
        self.anchor = Anchor()

    def anchor_close(self) -> None:
        self.anchor = self.anchors.pop() if self.anchors else Anchor()

    def extent(self, attributes: Attributes) -> None:
        self.anchor.width = _number(attributes.get("cx", "")) * _EMU
        self.anchor.height = _number(attributes.get("cy", "")) * _EMU

    def axis_open(self, attributes: Attributes, axis: str) -> None:
        self.axis = axis
        origin = attributes.get("relativeFrom", "")
        if axis == "h":
            self.anchor.left_from = origin
        else:
            self.anchor.top_from = origin

    def across_open(self, attributes: Attributes) -> None:
        self.axis_open(attributes, "h")

    def down_open(self, attributes: Attributes) -> None:
        self.axis_open(attributes, "v")

    def number_open(self, _: Attributes) -> None:
        self.number = []
        self.taking = self.number.append

    def align_close(self) -> None:
        self.taking = None
        word = "".join(self.number).strip()
        if self.axis == "h":
            self.anchor.sideways = horizontal(word)
        else:
            self.anchor.top = {"top": 0.0, "bottom": A4_POINTS[1] - self.anchor.height}.get(word)

    def offset_close(self) -> None:
        self.taking = None
        value = _number("".join(self.number)) * _EMU
        if self.axis == "h":
            self.anchor.left = value
        else:
            self.anchor.top = value

    def document_properties(self, attributes: Attributes) -> None:
        self.anchor.watermark = "watermark" in attributes.get("name", "").lower()
        self.shape_names(attributes)

    def vml_shape(self, attributes: Attributes) -> None:
        super().vml_shape(attributes)
        entries = (entry.partition(":") for entry in attributes.get("style", "")[:2_000].split(";"))
        style = {key.strip().lower(): value.strip() for key, _, value in entries}
        self.anchor = Anchor(
            sideways=horizontal(style.get("mso-position-horizontal")),
            left=points(style.get("margin-left") or style.get("left")),
            top=points(style.get("margin-top") or style.get("top")),
            width=points(style.get("width")) or 0,
            height=points(style.get("height")) or 0,
            left_from=style.get("mso-position-horizontal-relative", ""),
            top_from=style.get("mso-position-vertical-relative", ""),
            watermark="watermark" in attributes.get("id", "").lower(),
        )

    def box_open(self, _: Attributes) -> None:
        """The content of a text box: a part of its own in whatever vocabulary."""
        anchor = self.anchor
        self.saved.append((self.run_marks, self.columns))
        self.run_marks, self.run_hidden, self.paragraph_hidden, self.mark = [0], 0, 0, 0
        self.columns = 0
        self.bands_below.append(self.band)
        if self.band and anchor.watermark:
            self.open_part(Place.WATERMARK, "watermark")
        elif self.band:
            place = Place.HEADER if self.band == "top" else Place.FOOTER
            self.open_part(place, f"{place.value}-box", corner=corner(self.band, self.sideways() or "left"))
        else:
            self.open_part(Place.TEXT_BOX, "text-box", corner=self.body_corner())

    def sideways(self) -> str:
        anchor = self.anchor
        if anchor.sideways or anchor.left is None:
            return anchor.sideways
        left = anchor.left + (0 if anchor.left_from == "page" else _MARGIN)
        middle = (left + anchor.width / 2) / A4_POINTS[0]
        return "left" if middle < 0.36 else "right" if middle > 0.64 else "center"

    def body_corner(self) -> Corner | None:
        anchor = self.anchor
        if anchor.top is None or anchor.top_from in ("paragraph", "line", "text", ""):
            return None
        top = anchor.top + (_MARGIN if anchor.top_from in ("margin",) else 0)
        spot = box_corner(A4_POINTS[0] / 2, top, 0, anchor.height, A4_POINTS)
        return corner(spot.value.split("-")[0], self.sideways() or "left") if spot else None

    def box_close(self) -> None:
        self.close_part()
        if self.bands_below:
            self.band = self.bands_below.pop()
        if self.saved:
            self.run_marks, self.columns = self.saved.pop()
        self.mark = self.current_mark()


def _number(text: str) -> float:
    try:
        return max(min(float(text), 1e9), -1e9)
    except ValueError:
        return 0.0
