"""Presentations in Office Open XML: slides, notes, masters, comments; what stands off the slide or is hidden is said.

Sources: ECMA-376 part 1 §19, MS-PPTX, read 2026-11.
"""

from typing import ClassVar

from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.ooxml_drawing import DRAWING_CLOSE, DRAWING_OPEN, DrawingEvents
from dlp.readers.ooxml_names import attribute, table
from dlp.readers.positions import box_corner, outside
from dlp.readers.xml_events import Attributes, Events

DEFAULT_SIZE = (12_192_000.0, 6_858_000.0)  # EMU, 16:9
_BANDS = {"ftr": Place.FOOTER, "dt": Place.FOOTER, "sldNum": Place.FOOTER, "hdr": Place.HEADER}
_TITLES = frozenset({"title", "ctrTitle", "subTitle", "body"})


class PresentationEvents(Events):
    """presentation.xml: order of the slides and their size."""

    def __init__(self, ctx: ReadContext) -> None:
        super().__init__(ctx)
        self.slides: list[str] = []
        self.size = DEFAULT_SIZE

    def slide(self, attributes: Attributes) -> None:
        self.slides.append(attribute(attributes, "r:id"))

    def slide_size(self, attributes: Attributes) -> None:
        width, height = _emu(attributes.get("cx", "")), _emu(attributes.get("cy", ""))
        if width > 0 and height > 0:
            self.size = (width, height)


PresentationEvents.OPEN = table({"p:sldId": PresentationEvents.slide, "p:sldSz": PresentationEvents.slide_size})


class SlideEvents(DrawingEvents):
    """One slide, layout, master, notes page or list of comments."""

    box_place: ClassVar[Place] = Place.SLIDE

    def __init__(
        self, ctx: ReadContext, *, place: Place, name: str, page: int | None, size: tuple[float, float]
    ) -> None:
        super().__init__(ctx, place=place, name=name, page=page)
        self.size = size
        self.boxes: list[tuple[float, float, float, float] | None] = []
        self.groups: list[tuple[float, float, float, float]] = [(0.0, 0.0, 1.0, 1.0)]  # shift and scale
        self.group_frame: dict[str, tuple[float, float]] = {}
        self.in_group_properties = False
        self.placeholder = ""
        self.shape_hidden = False
        self.opened: list[int] = []
        self.left_top = (0.0, 0.0)

    def slide_open(self, attributes: Attributes) -> None:
        if attributes.get("show") in ("0", "false"):
            self.flow.sink.place = Place.HIDDEN
            self.ctx.remark(f"第 {self.page} 張投影片是隱藏的" if self.page else "有一張投影片是隱藏的")

    def slide_name(self, attributes: Attributes) -> None:
        self.shape_name(attributes.get("name", ""))

    def shape_open(self, _: Attributes) -> None:
        self.boxes.append(None)
        self.opened.append(0)
        self.placeholder, self.shape_hidden = "", False

    def shape_close(self) -> None:
        if self.opened and self.opened.pop():
            self.close_part()
        if self.boxes:
            self.boxes.pop()

    def shape_names(self, attributes: Attributes) -> None:
        self.shape_hidden = attributes.get("hidden") in ("1", "true")
        super().shape_names(attributes)

    def placeholder_open(self, attributes: Attributes) -> None:
        self.placeholder = attributes.get("type", "body")

    def group_open(self, _: Attributes) -> None:
        self.groups.append(self.groups[-1])

    def group_close(self) -> None:
        if len(self.groups) > 1:
            self.groups.pop()

    def group_properties_open(self, _: Attributes) -> None:
        self.in_group_properties, self.group_frame = True, {}

    def group_properties_close(self) -> None:
        """Children of a group stand in a frame of their own."""
        self.in_group_properties = False
        frame = self.group_frame
        if len(self.groups) < 2 or not {"off", "ext", "chOff", "chExt"} <= frame.keys():
            return
        shift_x, shift_y, scale_x, scale_y = self.groups[-2]
        inner_x = frame["ext"][0] / frame["chExt"][0] if frame["chExt"][0] else 1.0
        inner_y = frame["ext"][1] / frame["chExt"][1] if frame["chExt"][1] else 1.0
        self.groups[-1] = (
            shift_x + scale_x * (frame["off"][0] - frame["chOff"][0] * inner_x),
            shift_y + scale_y * (frame["off"][1] - frame["chOff"][1] * inner_y),
            scale_x * inner_x,
            scale_y * inner_y,
        )

    def offset(self, attributes: Attributes) -> None:
        self.left_top = (_emu(attributes.get("x", "")), _emu(attributes.get("y", "")))
        self.group_frame["off"] = self.left_top

    def extent(self, attributes: Attributes) -> None:
        size = (_emu(attributes.get("cx", "")), _emu(attributes.get("cy", "")))
        self.group_frame["ext"] = size
        if not self.in_group_properties and self.boxes and self.boxes[-1] is None:
            shift_x, shift_y, scale_x, scale_y = self.groups[-1]
            self.boxes[-1] = (
                shift_x + self.left_top[0] * scale_x, shift_y + self.left_top[1] * scale_y,
                size[0] * scale_x, size[1] * scale_y,
            )  # fmt: skip

    def child_offset(self, attributes: Attributes) -> None:
        self.group_frame["chOff"] = (_emu(attributes.get("x", "")), _emu(attributes.get("y", "")))

    def child_extent(self, attributes: Attributes) -> None:
        self.group_frame["chExt"] = (_emu(attributes.get("cx", "")), _emu(attributes.get("cy", "")))

    def content_open(self, _: Attributes) -> None:
        """The text of a shape begins: its place on the slide is known by now."""
        if not self.opened or self.opened[-1]:
            return
        box = self.boxes[-1]
        spot = box_corner(*box, self.size) if box else None
        if self.placeholder in _BANDS:
            place = _BANDS[self.placeholder]
            self.open_part(place, place.value, corner=spot)
        elif self.shape_hidden:
            self.open_part(Place.HIDDEN, "hidden-shape")
        elif box and outside(*box, self.size):
            self.open_part(Place.HIDDEN, "off-slide")
        elif spot is not None and self.placeholder not in _TITLES and self.flow.sink.place is not Place.NOTES:
            self.open_part(self.flow.sink.place, "corner-box", corner=spot)
        else:
            return
        self.opened[-1] = 1

    def comment_open(self, _: Attributes) -> None:
        self.open_part(Place.COMMENT, "comment")

    def author(self, attributes: Attributes) -> None:
        self.flow.once(Place.PROPERTY, attributes.get("name"), "author", field="author")

    def tag(self, attributes: Attributes) -> None:
        self.strings.add(attributes.get("val"))


_E = SlideEvents
_SHAPES = "p:sp p:pic p:graphicFrame p:cxnSp p:contentPart"
SlideEvents.OPEN = DRAWING_OPEN | table({
    "p:sld": _E.slide_open,
    "p:cSld": _E.slide_name,
    _SHAPES: _E.shape_open,
    "p:grpSp": _E.group_open,
    "p:grpSpPr": _E.group_properties_open,
    "p:cNvPr": _E.shape_names,
    "p:ph": _E.placeholder_open,
    "a:off": _E.offset,
    "a:ext": _E.extent,
    "a:chOff": _E.child_offset,
    "a:chExt": _E.child_extent,
    "p:txBody a:tbl": _E.content_open,
    "p:cm p188:cm p188:reply": _E.comment_open,
    "p:text": _E.text_open,
    "p:cmAuthor p188:author": _E.author,
    "p:tag": _E.tag,
    "a:latin a:ea a:cs a:font a:sym a:buFont a:theme a:fontScheme a:clrScheme a:fmtScheme": lambda events, attributes: None,
})  # fmt: skip
SlideEvents.CLOSE = DRAWING_CLOSE | table({
    _SHAPES: _E.shape_close,
    "p:grpSp": _E.group_close,
    "p:grpSpPr": _E.group_properties_close,
    "p:cm p188:cm p188:reply": _E.close_part,
    "p:text": _E.text_close,
})  # fmt: skip


def _emu(text: str) -> float:
    try:
        return max(min(float(text), 1e12), -1e12)
    except ValueError:
        return 0.0
