"""What documents, sheets and slides of Office Open XML share: drawings, text boxes, charts, diagrams, alternatives.

A viewer shows one of several alternative contents; all are read, those that say the same once.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from dlp.document import Corner, Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import Flow, Loose, Mark
from dlp.readers.ooxml_names import attribute, table
from dlp.readers.xml_events import Attributes, Events

# Names that office programs give by themselves.
MADE_UP = re.compile(
    r"(?:[A-Za-z_][A-Za-z _-]{0,40}\s{0,3}[0-9]{0,10}|_x0000_[a-z][0-9]{1,8}|[0-9]{1,6}|"
    r"(?:圖片|文字方塊|矩形|標題|副標題|內容版面配置區|文字版面配置區|投影片編號版面配置區|日期版面配置區|頁尾版面配置區|頁首版面配置區|"
    r"投影片影像版面配置區|備忘稿版面配置區|圖片版面配置區|表格|圖表|群組|手繪多邊形|直線(?:接點|單箭頭接點)?|橢圓|圓角矩形|資料庫圖表|"
    r"工作表)(?:[\s:：]{0,2}[0-9]{0,6})?)"
)


class DrawingEvents(Events):
    """Text of DrawingML, VML, charts and SmartArt.  Subclasses add their own vocabulary."""

    box_place: ClassVar[Place] = Place.TEXT_BOX

    def __init__(self, ctx: ReadContext, *, place: Place = Place.BODY, name: str = "body", page: int | None = None) -> None:
        super().__init__(ctx)
        self.flow = Flow(ctx)
        self.flow.sink.place, self.flow.sink.name, self.flow.sink.page = place, name, page
        self.page = page
        self.band = ""
        self.mark = 0
        self.taking: Callable[[str], None] | None = None
        self.fallbacks = 0
        self.choices: list[int] = []
        self.texts_seen: set[str] = set()
        self.code: list[str] = []
        self.codes = Loose(Place.HIDDEN, "field-codes")
        self.strings = Loose(Place.HIDDEN, "hidden-strings")
        self.names = Loose(Place.HIDDEN, "names")
        self.links = Loose(Place.LINK, "links")
        self.stray = Loose(Place.HIDDEN, "other-text")
        self.in_textbox = 0

    # ── text ──

    def start(self, tag: str, attributes: Attributes) -> None:
        super().start(tag, attributes)
        if attributes and tag not in self.OPEN:
            for value in attributes.values():
                if not value.isascii():
                    self.strings.add(value)

    def data(self, text: str) -> None:
        if self.taking is not None:
            self.taking(text)
        elif not text.isspace():
            if self.in_textbox:
                self.flow.sink.write(text)
            else:
                self.stray.add(text)

    def comment(self, text: str) -> None:
        self.stray.add(text)

    def text_open(self, _: Attributes) -> None:
        sink, mark = self.flow.sink, self.mark
        self.taking = (lambda text: sink.write(text, mark)) if mark else sink.write

    def text_close(self) -> None:
        self.taking = None

    def ignore_open(self, _: Attributes) -> None:
        self.taking = _nothing

    def font(self, _: Attributes) -> None:
        """The name of a typeface is no text."""

    def string_open(self, _: Attributes) -> None:
        self.code = []
        self.taking = self.code.append

    def string_close(self) -> None:
        self.taking = None
        self.strings.add("".join(self.code))
        self.code = []

    def formula_close(self) -> None:
        """A chart's reference to cells; of interest only when it holds a text."""
        self.taking = None
        code = "".join(self.code)
        if '"' in code or not code.isascii():
            self.codes.add(code)
        self.code = []

    def paragraph_close(self) -> None:
        self.flow.sink.end_paragraph()

    def value_close(self) -> None:
        """A chart's point: one a line."""
        self.taking = None
        self.flow.sink.end_paragraph()

    def break_open(self, _: Attributes) -> None:
        self.flow.sink.write("\n", self.mark)

    def tab_open(self, _: Attributes) -> None:
        self.flow.sink.write("\t", self.mark)

    def cell_close(self) -> None:
        self.flow.sink.end_cell()

    def row_close(self) -> None:
        self.flow.sink.end_row()

    # ── parts inside parts ──

    def open_part(
        self, place: Place, name: str, *,
        page: int | None = None, corner: Corner | None = None, field: str | None = None, band: str = "",
    ) -> None:  # fmt: skip
        self.flow.push(place, name, page=page or self.page, corner=corner, field=field, band=band)

    def close_part(self) -> None:
        """Emit the part, unless it only repeats, as an alternative, what was there already."""
        text = self.flow.sink.plain()
        if self.fallbacks and (not text or text in self.texts_seen):
            self.flow.drop()
            return
        self.texts_seen.add(text)
        self.flow.pop()

    def alternatives_open(self, _: Attributes) -> None:
        self.choices.append(0)

    def alternatives_close(self) -> None:
        if self.choices:
            self.choices.pop()

    def choice_open(self, _: Attributes) -> None:
        if self.choices:
            self.choices[-1] += 1
            if self.choices[-1] > 1:
                self.second_choice()

    def second_choice(self) -> None:
        self.texts_seen.update("".join(self.flow.sink.run).split("\n"))
        self.fallbacks += 1
        self.open_part(Place.HIDDEN, "alternative")

    def choice_close(self) -> None:
        if self.choices and self.choices[-1] > 1:
            self.fallback_close()

    def fallback_open(self, _: Attributes) -> None:
        self.second_choice()

    def fallback_close(self) -> None:
        if self.fallbacks:
            self.close_part()
            self.fallbacks -= 1

    # ── names and descriptions ──

    def shape_names(self, attributes: Attributes) -> None:
        """Alternative text, title and name of a drawing object."""
        for key in ("descr", "title"):
            self.flow.once(Place.ALT_TEXT, attributes.get(key), "alt-text", page=self.page)
        self.shape_name(attributes.get("name", ""))

    def shape_name(self, name: str) -> None:
        if name and not MADE_UP.fullmatch(name):
            self.names.add(name)

    def link_open(self, attributes: Attributes) -> None:
        self.flow.once(Place.ALT_TEXT, attributes.get("tooltip"), "tooltip", page=self.page)

    def vml_shape(self, attributes: Attributes) -> None:
        for key in ("alt", "title"):
            self.flow.once(Place.ALT_TEXT, attributes.get(key), "alt-text", page=self.page)
        self.links.add(attributes.get("href"))
        self.shape_name(attributes.get("id", ""))

    def vml_textpath(self, attributes: Attributes) -> None:
        """WordArt: the way Word makes watermarks."""
        place = Place.WATERMARK if self.band else Place.TEXT_BOX
        text = attributes.get("string", "")
        if not (self.fallbacks and text in self.texts_seen):
            self.flow.once(place, text, place.value, page=self.page)

    def vml_image(self, attributes: Attributes) -> None:
        self.flow.once(Place.ALT_TEXT, attribute(attributes, "o:title"), "alt-text", page=self.page)

    def vml_box_open(self, _: Attributes) -> None:
        self.in_textbox += 1
        self.open_part(self.box_place, "text-box")

    def vml_box_close(self) -> None:
        self.in_textbox = max(self.in_textbox - 1, 0)
        self.close_part()

    def finish(self) -> None:
        self.flow.finish()
        for loose in (self.links, self.codes, self.strings, self.names, self.stray):
            loose.emit(self.ctx)

    OPEN: ClassVar[Mapping[str, Callable[[Any, Attributes], None]]] = {}
    CLOSE: ClassVar[Mapping[str, Callable[[Any], None]]] = {}


def _nothing(_: str) -> None:
    return None


_E = DrawingEvents
_IGNORED = (
    "wp:align wp:posOffset wp14:pctPosHOffset wp14:pctPosVOffset wp14:pctWidth wp14:pctHeight a:tableStyleId xdr:col "
    "xdr:colOff xdr:row xdr:rowOff xv:Row xv:Column xv:Anchor xv:MoveWithCells xv:SizeWithCells xv:AutoFill xv:Locked "
    "xv:LockText xv:AutoLine xv:DefaultSize xv:Visible xv:CF xv:AutoPict xv:PrintObject xv:UIObj c:idx"
)
DRAWING_OPEN: dict[str, Callable[..., Any]] = table({
    "a:t m:t": _E.text_open,
    "c:v cx:v cx:pt": _E.text_open,
    "c:f cx:f": _E.string_open,
    "c:formatCode": _E.string_open,
    "a:br": _E.break_open,
    "a:tab": _E.tab_open,
    "mc:AlternateContent": _E.alternatives_open,
    "mc:Choice": _E.choice_open,
    "mc:Fallback": _E.fallback_open,
    "wp:docPr pic:cNvPr p:cNvPr xdr:cNvPr wps:cNvPr dsp:cNvPr a:cNvPr": _E.shape_names,
    "a:hlinkClick a:hlinkHover": _E.link_open,
    "v:shape v:rect v:roundrect v:oval v:line v:group": _E.vml_shape,
    "v:textpath": _E.vml_textpath,
    "v:imagedata": _E.vml_image,
    _IGNORED: _E.ignore_open,
    "a:latin a:ea a:cs a:sym a:font a:buFont": _E.font,
})  # fmt: skip
DRAWING_CLOSE: dict[str, Callable[..., Any]] = table({
    "a:t m:t": _E.text_close,
    "c:v cx:v cx:pt": _E.value_close,
    "c:f cx:f": _E.formula_close,
    "c:formatCode": _E.formula_close,
    "a:p": _E.paragraph_close,
    "a:tc": _E.cell_close,
    "a:tr": _E.row_close,
    "mc:AlternateContent": _E.alternatives_close,
    "mc:Choice": _E.choice_close,
    "mc:Fallback": _E.fallback_close,
    _IGNORED: _E.text_close,
})  # fmt: skip


class PlainDrawing(DrawingEvents):
    """A drawing part of its own: chart, diagram, drawing on a sheet, VML with its boxes."""

    OPEN: ClassVar = DRAWING_OPEN | table({"v:textbox": _E.vml_box_open})
    CLOSE: ClassVar = DRAWING_CLOSE | table({"v:textbox": _E.vml_box_close})


__all__ = ["DRAWING_CLOSE", "DRAWING_OPEN", "MADE_UP", "DrawingEvents", "Mark", "PlainDrawing"]
