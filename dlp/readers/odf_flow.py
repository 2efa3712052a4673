"""Events of one ODF document: every place in which OASIS ODF 1.3 lets text stand, and the flat form of the same.

What a viewer shows in one line stays in one line, however many spans, bookmarks and changes cut it.  Text in elements
this reader does not know is collected as well.  Source: OASIS ODF 1.3 part 3, read 2026-11.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from dlp.document import Corner, Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import SPACES_KEPT, Flow, Loose, Mark
from dlp.readers.odf_cells import CellReader
from dlp.readers.odf_quick import TARGET
from dlp.readers.odf_styles import Style, StyleReader, Styles, attribute, full
from dlp.readers.positions import box_corner, corner, outside, points
from dlp.readers.xml_events import Attributes, Events

_BREAKS = re.compile(r"[ \t\r\n]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{0,20}Z?)?|P[0-9TDHMS.]{1,30}|[0-9]{1,9}|true|false")
_SETTING = re.compile(r"-?[0-9.]{1,12}|view[0-9]{1,3}|[A-Za-z0-9+/]{40,10000000}={0,2}")
# Names that office programs make up, in the languages of Taiwan's offices.
_MADE_UP = re.compile(
    r"(?:(?:Frame|Image|Object|Shape|Text ?Box|Picture|Table|Sheet|Section|Form|圖片|圖像|外框|框架|物件|表格|工作表|文字方塊|"
    r"矩形|直線|形狀|區段|圖形)\s{0,2}[0-9]{0,6}|page[0-9]{1,4}|_+[A-Za-z]{1,20}[0-9_]{0,20}|[A-Za-z]{1,12}[0-9]{0,3})"
)
_MARGIN_POINTS = 56.7  # 2 cm, the usual margin, for boxes placed from the text's edge
_BAND_CLASSES = {
    "header": Place.HEADER, "footer": Place.FOOTER, "date-time": Place.FOOTER, "page-number": Place.FOOTER,
}  # fmt: skip
_TITLES = frozenset({"title", "subtitle", "outline", "text", "notes"})
# Attributes whose value is text that an author can write, and where it counts.
_TEXT_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "link": ("xlink:href",),
    "title": ("office:title", "xlink:title", "draw:alt", "form:title", "form:help-text"),
    "hidden": (
        "text:string-value", "text:string-value-if-true", "text:string-value-if-false", "text:description",
        "text:condition", "text:help", "text:hint", "table:condition", "table:comment", "table:expression", "form:label",
        "form:current-value", "form:value", "form:text", "form:datasource", "form:command", "draw:kind", "text:formula",
        "text:user-index-name", "text:key1", "text:key2", "text:connection-name", "table:title", "presentation:text",
        "table:message",
    ),
    "name": ("draw:name", "text:name", "text:bookmark", "form:name", "table:name", "text:label", "text:value"),
}  # fmt: skip
_PLACE_OF = {key: kind for kind, names in _TEXT_ATTRIBUTES.items() for name in names for key in full(name)}
_WANTED = frozenset(_PLACE_OF)
_TABLE_TAGS = frozenset(full("table:table") + full("table:named-range") + full("table:table-cell"))
_FORM_VALUES = ("form:current-value", "form:value", "form:label", "form:title", "form:text")


class OdfEvents(StyleReader, CellReader, Events):
    """One content.xml, styles.xml, meta.xml, or a flat document."""

    def __init__(self, ctx: ReadContext, styles: Styles, *, embedded: bool = False) -> None:
        super().__init__(ctx)
        self.flow = Flow(ctx)
        self.styles = styles
        self.embedded = embedded
        self.style: Style | None = None
        self.layout = ""
        self.capture: list[str] | None = None
        self.capture_for = ""
        self.paragraphs = 0
        self.paragraphs_below: list[int] = []
        self.mark = 0
        self.marks_below: list[int] = []
        self.shapes: list[bool] = []
        self.change = ""
        self.changes: dict[str, str] = {}
        self.band = ""
        self.region = ""
        self.slide = 0
        self.on_slide = False
        self.in_notes = False
        self.meta_name = ""
        self.in_meta = False
        self.master = ""
        self.quick: list[str] = []
        self.sheets_expected = False
        self.sheets = self.sheet_level = self.gap = self.repeat = 0
        self.cell_texts: list[str] = []
        self.row: list[str] = []
        self.value = ""
        self.in_cell = False
        self.links = Loose(Place.LINK, "links")
        self.codes = Loose(Place.HIDDEN, "formulas")
        self.formats = Loose(Place.HIDDEN, "number-formats")
        self.strings = Loose(Place.HIDDEN, "hidden-strings")
        self.names = Loose(Place.HIDDEN, "names")
        self.stray = Loose(Place.HIDDEN, "other-text")

    # ── text ──

    def start(self, tag: str, attributes: Attributes) -> None:
        super().start(tag, attributes)
        if attributes and not _WANTED.isdisjoint(attributes):
            self.strings_in(tag, attributes)

    def data(self, text: str) -> None:
        if self.capture is not None:
            self.capture.append(text)
        elif self.paragraphs:
            if "\n" in text or "\t" in text or "  " in text:
                text = _BREAKS.sub(" ", text)
                if not self.flow.sink.run:
                    text = text.lstrip(" ")
            if text:
                self.flow.sink.write(text, self.mark)
        elif not text.isspace():
            self.stray.add(text)

    def comment(self, text: str) -> None:
        self.stray.add(text)

    def pi(self, target: str, text: str | None = None) -> None:
        """Rows that were read the quick way stood here."""
        if target == TARGET and text is not None and text.isdigit() and int(text) < len(self.quick):
            self.flow.sink.lines.append(self.quick[int(text)])
        else:
            super().pi(target, text)

    def strings_in(self, tag: str, attributes: Attributes) -> None:
        """Attributes that hold text of an author."""
        for key in _WANTED.intersection(attributes):
            kind, value = _PLACE_OF[key], attributes[key]
            if kind == "link":
                if not value.startswith(("#", "Pictures/", "./Object", "Object", "./ObjectR")):
                    self.links.add(value)
            elif kind == "title":
                self.flow.once(Place.ALT_TEXT, value, "alt-text")
            elif kind == "hidden":
                self.strings.add(value)
            elif tag not in _TABLE_TAGS and value and not _MADE_UP.fullmatch(value):
                self.names.add(value)

    def paragraph_open(self, attributes: Attributes) -> None:
        self.paragraphs += 1
        if self.paragraphs == 1:
            self.open_line(attribute(attributes, "text:style-name"))

    def open_line(self, style: str) -> None:
        self.marks_below.append(self.mark)
        if style and self.styles.hidden("paragraph", style):
            self.mark |= Mark.HIDDEN
        if self.flow.sink.band:
            self.flow.sink.align = self.region or self.styles.align(style)
            self.flow.sink.stops = self.styles.stops(style)

    def paragraph_close(self) -> None:
        if not self.paragraphs:
            return
        self.paragraphs -= 1
        if self.paragraphs:
            return
        self.mark = self.marks_below.pop() if self.marks_below else 0
        if self.in_cell and not self.paragraphs_below_cell():
            self.cell_texts.append("".join(self.flow.sink.run))
            self.flow.sink.run.clear()
            self.flow.sink.marks.clear()
        else:
            self.flow.sink.end_paragraph()

    def paragraphs_below_cell(self) -> bool:
        """True when the paragraph stands in a box or a comment inside the cell, not in the cell itself."""
        return self.flow.sink.name != "sheet"

    def span_open(self, attributes: Attributes) -> None:
        self.marks_below.append(self.mark)
        style = attribute(attributes, "text:style-name")
        if style and self.styles.hidden("text", style):
            self.mark |= Mark.HIDDEN

    def span_close(self) -> None:
        self.mark = self.marks_below.pop() if self.marks_below else 0

    def spaces(self, attributes: Attributes) -> None:
        count = attribute(attributes, "text:c")
        self.flow.sink.write(" " * (min(int(count), SPACES_KEPT) if count.isascii() and count.isdigit() else 1), self.mark)

    def tab(self, _: Attributes) -> None:
        self.flow.sink.write("\t", self.mark)

    def line_break(self, _: Attributes) -> None:
        self.flow.sink.write("\n", self.mark)

    # ── parts inside parts ──

    def open_part(
        self, place: Place, name: str, *, page: int | None = None, corner: Corner | None = None, band: str = ""
    ) -> None:
        """A box, note or comment begins; the paragraph around it goes on afterwards."""
        self.paragraphs_below.append(self.paragraphs)
        self.paragraphs = 0
        self.marks_below.append(self.mark)
        self.mark = 0
        self.flow.push(place, name, page=page, corner=corner, band=band)

    def close_part(self) -> None:
        self.flow.pop()
        self.paragraphs = self.paragraphs_below.pop() if self.paragraphs_below else 0
        self.mark = self.marks_below.pop() if self.marks_below else 0

    def comment_open(self, attributes: Attributes) -> None:
        self.open_part(Place.COMMENT, "comment", page=self.slide or self.sheets or None)

    def note_open(self, _: Attributes) -> None:
        self.open_part(Place.FOOTNOTE, "footnote")

    def ruby_open(self, _: Attributes) -> None:
        self.open_part(Place.BODY, "ruby")
        self.paragraphs = 1

    def section_open(self, attributes: Attributes) -> None:
        hidden = attribute(attributes, "text:display") in ("none", "condition")
        self.shapes.append(hidden)
        if hidden:
            self.open_part(Place.HIDDEN, "hidden-section")

    def shape_close(self) -> None:
        if self.shapes and self.shapes.pop():
            self.close_part()

    def band_open(self, place: Place, name: str, band: str) -> None:
        self.band = band
        self.open_part(place, name, band=band)

    def band_close(self) -> None:
        self.band = self.region = ""
        self.close_part()

    def region_open(self, where: str) -> None:
        self.region = where

    # ── boxes and slides ──

    def shape_open(self, attributes: Attributes) -> None:
        """A drawing object: a box of its own in texts, part of the slide on slides unless its place says otherwise."""
        left, top = (points(attribute(attributes, name)) for name in ("svg:x", "svg:y"))
        width, height = (points(attribute(attributes, name)) for name in ("svg:width", "svg:height"))
        opened = True
        if self.band and not self.on_slide:
            self.header_box(attributes, left, width)
        elif self.in_notes:
            opened = False
        elif self.on_slide:
            opened = self.slide_shape(attributes, left, top, width, height)
        else:
            style = next(iter(self.styles.chain("graphic", attribute(attributes, "draw:style-name"))), Style())
            spot = None
            if attribute(attributes, "text:anchor-type") == "page" or style.vertical_from_page:
                spot = box_corner(left, top, width, height, self.styles.page_size())
                if spot is not None and style.horizontal:
                    spot = corner(spot.value.split("-")[0], style.horizontal)
            self.open_part(Place.TEXT_BOX, "text-box", corner=spot, page=self.sheets or None)
        self.shapes.append(opened)

    def header_box(self, attributes: Attributes, left: float | None, width: float | None) -> None:
        if "WaterMark" in attribute(attributes, "draw:name"):
            self.open_part(Place.WATERMARK, "watermark")
            return
        style = next(iter(self.styles.chain("graphic", attribute(attributes, "draw:style-name"))), Style())
        where = style.horizontal
        if not where and left is not None:
            middle = (left + (width or 0) / 2 + _MARGIN_POINTS) / self.styles.page_size()[0]
            where = "left" if middle < 0.36 else "right" if middle > 0.64 else "center"
        place = Place.HEADER if self.band == "top" else Place.FOOTER
        self.open_part(place, f"{place.value}-box", corner=corner(self.band, where or "left"))

    def slide_shape(
        self, attributes: Attributes, left: float | None, top: float | None, width: float | None, height: float | None
    ) -> bool:
        page = self.styles.page_size(self.master)
        kind = attribute(attributes, "presentation:class")
        spot = box_corner(left, top, width, height, page)
        number = self.slide or None
        if kind in _BAND_CLASSES:
            self.open_part(_BAND_CLASSES[kind], _BAND_CLASSES[kind].value, page=number, corner=spot)
        elif left is not None and top is not None and outside(left, top, width or 0, height or 0, page):
            self.open_part(Place.HIDDEN, "off-slide", page=number)
        elif spot is not None and kind not in _TITLES:
            self.open_part(self.flow.sink.place, "corner-box", page=number, corner=spot)
        else:
            return False
        return True

    def slide_open(self, attributes: Attributes) -> None:
        self.slide += 1
        self.on_slide = True
        self.master = attribute(attributes, "draw:master-page-name")
        hidden = self.styles.hidden("drawing-page", attribute(attributes, "draw:style-name"))
        name = attribute(attributes, "draw:name")
        if name and not _MADE_UP.fullmatch(name):
            self.flow.once(Place.SHEET_NAME, name, "slide-name", page=self.slide)
        if hidden:
            self.ctx.remark(f"第 {self.slide} 張投影片是隱藏的")
        self.open_part(Place.HIDDEN if hidden else Place.SLIDE, "slide", page=self.slide)

    def slide_close(self) -> None:
        self.on_slide = False
        self.close_part()

    def notes_open(self, _: Attributes) -> None:
        self.in_notes = True
        self.open_part(Place.NOTES, "notes", page=self.slide or None)

    def notes_close(self) -> None:
        self.in_notes = False
        self.close_part()

    def master_open(self, attributes: Attributes) -> None:
        self.master = attribute(attributes, "style:name")
        self.styles.masters[self.master] = attribute(attributes, "style:page-layout-name")
        self.on_slide = not self.sheets_expected and bool(attribute(attributes, "draw:style-name"))
        self.open_part(Place.SLIDE, "master")

    def sheets_begin(self, _: Attributes) -> None:
        self.sheets_expected = True

    def sheets_end(self) -> None:
        self.sheets_expected = False

    # ── changes ──

    def region_of_change(self, attributes: Attributes) -> None:
        self.change = attribute(attributes, "text:id") or attribute(attributes, "xml:id") if attributes else ""

    def deletion_open(self, _: Attributes) -> None:
        self.open_part(Place.DELETED, "deleted")

    def deletion_close(self) -> None:
        """Kept until the place it was deleted from comes by."""
        sink = self.flow.sink
        if sink.run:
            sink.end_paragraph()
        text = "".join(sink.lines).strip("\n")
        if self.change:
            self.changes[self.change] = text
        self.close_part()

    def change_point(self, attributes: Attributes) -> None:
        text = self.changes.get(attribute(attributes, "text:change-id"))
        if text and self.paragraphs:
            self.flow.sink.write(text, Mark.DELETED)

    def insertion_open(self, _: Attributes) -> None:
        self.mark |= Mark.INSERTED

    def insertion_close(self, _: Attributes) -> None:
        self.mark &= ~Mark.INSERTED

    # ── single strings ──

    def capture_open(self, purpose: str) -> None:
        self.capture = []
        self.capture_for = purpose

    def capture_close(self) -> None:
        if self.capture is None:
            return
        text, purpose = "".join(self.capture), self.capture_for
        self.capture = None
        if purpose == "alt":
            self.flow.once(Place.ALT_TEXT, text, "alt-text", page=self.slide or None)
        elif purpose == "format":
            self.formats.add(text)
        elif purpose == "binary":
            self.binary(text)
        elif purpose in ("creator", "initials") and not self.in_meta:
            self.flow.once(Place.PROPERTY, text, "author", field=purpose)
        elif purpose == "citation":
            pass
        elif purpose == "setting":
            if not text.isascii() or (any(c.isdigit() for c in text) and not _SETTING.fullmatch(text.strip())):
                self.stray.add(text)
        elif purpose == "date" and not self.in_meta:
            if not _DATE.fullmatch(text.strip()):
                self.stray.add(text)
        elif self.in_meta:
            self.property(purpose, text)
        else:
            self.stray.add(text)

    def property(self, name: str, text: str) -> None:
        if name == "generator" and text.isascii() and "/" in text:
            return  # a program's version, four numbers with dots
        if _DATE.fullmatch(text.strip()) and name != "user-defined":
            return
        self.ctx.add(Place.PROPERTY, text, name="property", field=self.meta_name or name)

    def meta_open(self, _: Attributes) -> None:
        self.in_meta = True

    def meta_close(self) -> None:
        self.in_meta = False

    def custom_open(self, attributes: Attributes) -> None:
        self.meta_name = attribute(attributes, "meta:name")
        self.capture_open("user-defined")

    def custom_close(self) -> None:
        self.capture_close()
        self.meta_name = ""

    def binary(self, text: str) -> None:
        """Base64 inside a flat document: a picture or an object."""
        try:
            data = b64decode("".join(text.split()), validate=False)
        except (binascii.Error, ValueError):
            self.stray.add(text[:100_000])
            return
        self.ctx.budget.charge_bytes(len(data))
        if data:
            self.ctx.child(data, label="embedded")

    def form_value(self, attributes: Attributes) -> None:
        for name in _FORM_VALUES:
            value = attribute(attributes, name)
            if value and not _DATE.fullmatch(value):
                self.flow.once(Place.FIELD, value, "form", field=attribute(attributes, "form:name") or None)

    def variable(self, attributes: Attributes) -> None:
        """A declared variable; the value of a cell is not repeated."""
        self.strings.add(attribute(attributes, "office:string-value"))

    def declared_band(self, purpose: str) -> None:
        place = Place.FOOTER if purpose == "footer" else Place.HEADER
        self.open_part(place, place.value)
        self.paragraphs = 1

    def finish(self) -> None:
        self.flow.finish()
        for loose in (self.links, self.codes, self.formats, self.strings, self.names, self.stray):
            loose.emit(self.ctx)

    OPEN: ClassVar[Mapping[str, Callable[[Any, Attributes], None]]] = {}
    CLOSE: ClassVar[Mapping[str, Callable[[Any], None]]] = {}
