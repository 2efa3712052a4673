"""Word documents in Office Open XML: body, page headers, notes, comments, changes, hidden runs, fields, controls.

Sources: ECMA-376 part 1 §17, MS-DOCX, read 2026-11.
"""


from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import Mark
from dlp.readers.ooxml_drawing import DRAWING_CLOSE, DRAWING_OPEN
from dlp.readers.ooxml_names import attribute, table
from dlp.readers.ooxml_word_boxes import BoxEvents
from dlp.readers.ooxml_word_styles import WordStyles, is_on
from dlp.readers.positions import horizontal
from dlp.readers.xml_events import Attributes

# Bookmarks Word makes for itself.
_OWN_BOOKMARKS = ("_Toc", "_Ref", "_GoBack", "_Hlk", "OLE_LINK", "_bookmark")


class WordEvents(BoxEvents):
    """One part of a Word document.  ``band`` is top or bottom for page headers and footers."""

    def __init__(
        self, ctx: ReadContext, styles: WordStyles, *, place: Place = Place.BODY, name: str = "body", band: str = ""
    ) -> None:
        super().__init__(ctx, place=place, name=name)
        self.flow.sink.band = band
        self.band = band
        self.styles = styles
        self.in_paragraph_properties = 0
        self.cell = 0
        self.stops: list[str] = []
        self.control = ""

    # ── runs ──

    def run_open(self, _: Attributes) -> None:
        self.run_hidden = 0
        self.mark = self.current_mark()

    def vanish(self, attributes: Attributes) -> None:
        if not self.in_paragraph_properties:
            self.run_hidden = Mark.HIDDEN if is_on(attributes) else 0
            self.mark = self.current_mark()

    def run_style(self, attributes: Attributes) -> None:
        if not self.in_paragraph_properties and self.styles.hidden(attribute(attributes, "w:val")):
            self.run_hidden = Mark.HIDDEN
            self.mark = self.current_mark()

    def inserted_open(self, attributes: Attributes) -> None:
        self.change_open(attributes, Mark.INSERTED)

    def deleted_open(self, attributes: Attributes) -> None:
        self.change_open(attributes, Mark.DELETED)

    def change_open(self, attributes: Attributes, mark: int) -> None:
        self.author(attributes)
        self.run_marks.append(self.run_marks[-1] | mark)
        self.mark = self.current_mark()

    def change_close(self) -> None:
        if len(self.run_marks) > 1:
            self.run_marks.pop()
        self.mark = self.current_mark()

    def author(self, attributes: Attributes) -> None:
        self.flow.once(Place.PROPERTY, attribute(attributes, "w:author"), "author", field="author")

    def deleted_text_open(self, _: Attributes) -> None:
        """Deleted text counts as deleted even where nothing around it says so."""
        sink, mark = self.flow.sink, self.current_mark() | Mark.DELETED
        self.taking = lambda text: sink.write(text, mark)

    def break_open(self, _: Attributes) -> None:
        self.flow.sink.write("\n", self.mark)

    def hyphen_open(self, _: Attributes) -> None:
        self.flow.sink.write("-", self.mark)

    def symbol(self, attributes: Attributes) -> None:
        """A character by its number; the private range is for pictures of symbol fonts."""
        try:
            code = int(attribute(attributes, "w:char") or "0", 16)
        except ValueError:
            return
        if 0x20 <= code < 0xD800 or 0xF900 <= code <= 0xFFEF:
            self.flow.sink.write(chr(code), self.mark)

    def code_open(self, _: Attributes) -> None:
        self.taking = self.code.append

    def field_char(self, attributes: Attributes) -> None:
        if attribute(attributes, "w:fldCharType") in ("separate", "end") and self.code:
            self.codes.add("".join(self.code))
            self.code = []

    def simple_field(self, attributes: Attributes) -> None:
        self.codes.add(attribute(attributes, "w:instr"))

    def ruby_open(self, _: Attributes) -> None:
        self.open_part(Place.BODY, "ruby")

    # ── paragraphs ──

    def paragraph_open(self, _: Attributes) -> None:
        self.paragraph_hidden = 0
        sink = self.flow.sink
        if sink.band:
            sink.align, sink.stops = "", ()
            self.stops = []
            if self.columns > 1:
                sink.align = "left" if self.cell <= 1 else "right" if self.cell >= self.columns else "center"

    def paragraph_close(self) -> None:
        self.flow.sink.end_paragraph()
        self.paragraph_hidden = 0

    def paragraph_properties_open(self, _: Attributes) -> None:
        self.in_paragraph_properties += 1

    def paragraph_properties_close(self) -> None:
        self.in_paragraph_properties = max(self.in_paragraph_properties - 1, 0)
        if self.flow.sink.band and self.stops:
            self.flow.sink.stops = tuple(self.stops)

    def paragraph_style(self, attributes: Attributes) -> None:
        chain = self.styles.chain(attribute(attributes, "w:val"))
        if any(style.hidden for style in chain[:1]):
            self.paragraph_hidden = Mark.HIDDEN
        sink = self.flow.sink
        if sink.band:
            sink.align = sink.align or next((style.align for style in chain if style.align), "")
            sink.stops = next((style.stops for style in chain if style.stops), ())

    def justify(self, attributes: Attributes) -> None:
        if self.flow.sink.band and self.columns <= 1:
            self.flow.sink.align = horizontal(attribute(attributes, "w:val"))

    def frame(self, attributes: Attributes) -> None:
        """A paragraph in a frame of its own; Word puts page numbers there."""
        where = horizontal(attribute(attributes, "w:xAlign"))
        if self.flow.sink.band and where:
            self.flow.sink.align = where

    def tab_open(self, attributes: Attributes) -> None:
        """A tab, or, inside paragraph properties, the definition of a tab stop."""
        if not self.in_paragraph_properties:
            self.flow.sink.write("\t", self.mark)
        elif attribute(attributes, "w:val") not in ("clear", "bar") and len(self.stops) < 20:
            self.stops.append(horizontal(attribute(attributes, "w:val")) or "left")

    def positioned_tab(self, attributes: Attributes) -> None:
        sink = self.flow.sink
        if sink.band:
            before = "".join(sink.run).count("\t")
            stops = (sink.stops or ("center", "right"))[:before]
            sink.stops = (*stops, horizontal(attribute(attributes, "w:alignment")) or "left")
        sink.write("\t", self.mark)

    def grid_open(self, _: Attributes) -> None:
        self.columns = 0

    def grid_column(self, _: Attributes) -> None:
        self.columns += 1

    def table_row_open(self, _: Attributes) -> None:
        self.cell = 0

    def table_cell_open(self, _: Attributes) -> None:
        self.cell += 1

    def table_close(self) -> None:
        self.columns = 0

    # ── notes, comments, headers of 2003 ──

    def note_open(self, _: Attributes) -> None:
        self.open_part(Place.FOOTNOTE, "footnote")

    def comment_open(self, attributes: Attributes) -> None:
        self.author(attributes)
        self.open_part(Place.COMMENT, "comment")

    def header_open(self, _: Attributes) -> None:
        """A page header inside the document, as Word 2003 wrote it; the part's own root is not pushed."""
        if self.levels > 1:
            self.band = "top"
            self.open_part(Place.HEADER, "header", band="top")

    def footer_open(self, _: Attributes) -> None:
        if self.levels > 1:
            self.band = "bottom"
            self.open_part(Place.FOOTER, "footer", band="bottom")

    def band_close(self) -> None:
        if self.levels > 0 and self.flow.below:
            self.band = ""
            self.close_part()

    # ── strings in attributes ──

    def bookmark(self, attributes: Attributes) -> None:
        name = attribute(attributes, "w:name")
        if not name.startswith(_OWN_BOOKMARKS):
            self.names.add(name)

    def hyperlink(self, attributes: Attributes) -> None:
        self.flow.once(Place.ALT_TEXT, attribute(attributes, "w:tooltip"), "tooltip")
        for key in ("w:docLocation", "w:dest"):
            self.links.add(attribute(attributes, key))

    def control_open(self, _: Attributes) -> None:
        self.control = ""

    def control_name(self, attributes: Attributes) -> None:
        """Title or tag of a content control."""
        value = attribute(attributes, "w:val")
        self.control = self.control or value
        self.flow.once(Place.FIELD, value, "control", field="control")

    def control_item(self, attributes: Attributes) -> None:
        for key in ("w:displayText", "w:value"):
            self.flow.once(Place.FIELD, attribute(attributes, key), "control-item", field=self.control or None)

    def value_string(self, attributes: Attributes) -> None:
        """An element whose ``val`` is text: form help, table description, list number, query."""
        self.strings.add(attribute(attributes, "w:val"))

    def form_value(self, attributes: Attributes) -> None:
        value = attribute(attributes, "w:val")
        if len(value) > 1:
            self.flow.once(Place.FIELD, value, "form")

    def level_text(self, attributes: Attributes) -> None:
        """The text around automatic numbers."""
        value = attribute(attributes, "w:val")
        if any("\u3400" <= c <= "\u9fff" for c in value) or any(c.isascii() and c.isalnum() for c in _unnumbered(value)):
            self.strings.add(value)

    def document_variable(self, attributes: Attributes) -> None:
        self.flow.once(
            Place.PROPERTY, attribute(attributes, "w:val"), "variable", field=attribute(attributes, "w:name") or None
        )

    def smart_attribute(self, attributes: Attributes) -> None:
        for key in ("w:val", "w:element", "w:uri", "w:xpath"):
            self.strings.add(attribute(attributes, key) if not attribute(attributes, key).startswith("urn:") else "")

    def nothing(self, _: Attributes) -> None:
        """Fonts and styles: names that say nothing of the text."""


_E = WordEvents
_BOX = "w:txbxContent"
WordEvents.OPEN = DRAWING_OPEN | table({
    "w:t": _E.text_open,
    "w:delText": _E.deleted_text_open,
    "w:instrText w:delInstrText": _E.code_open,
    "w:fldChar": _E.field_char,
    "w:fldSimple": _E.simple_field,
    "w:r m:r": _E.run_open,
    "w:vanish w:webHidden w:specVanish": _E.vanish,
    "w:rStyle": _E.run_style,
    "w:ins w:moveTo": _E.inserted_open,
    "w:del w:moveFrom": _E.deleted_open,
    "w:tab": _E.tab_open,
    "w:ptab": _E.positioned_tab,
    "w:br w:cr": _E.break_open,
    "w:noBreakHyphen": _E.hyphen_open,
    "w:sym": _E.symbol,
    "w:rt": _E.ruby_open,
    "w:p": _E.paragraph_open,
    "w:pPr": _E.paragraph_properties_open,
    "w:pStyle": _E.paragraph_style,
    "w:jc": _E.justify,
    "w:framePr": _E.frame,
    "w:tblGrid": _E.grid_open,
    "w:gridCol": _E.grid_column,
    "w:tr": _E.table_row_open,
    "w:tc": _E.table_cell_open,
    "wp:anchor wp:inline": _E.anchor_open,
    "wp:extent": _E.extent,
    "wp:positionH": _E.across_open,
    "wp:positionV": _E.down_open,
    "wp:align wp:posOffset": _E.number_open,
    "wp:docPr": _E.document_properties,
    "v:shape v:rect v:roundrect v:oval v:line v:group": _E.vml_shape,
    _BOX: _E.box_open,
    "w:footnote w:endnote": _E.note_open,
    "w:comment": _E.comment_open,
    "w:hdr": _E.header_open,
    "w:ftr": _E.footer_open,
    "w:bookmarkStart": _E.bookmark,
    "w:hyperlink w:hlink": _E.hyperlink,
    "w:sdtPr": _E.control_open,
    "w:alias w:tag": _E.control_name,
    "w:listItem": _E.control_item,
    "w:default w:listEntry": _E.form_value,
    "w:helpText w:statusText w:tblCaption w:tblDescription w:query w:connectString w:description w:udl": _E.value_string,
    "w:lvlText": _E.level_text,
    "w:docVar": _E.document_variable,
    "w:attr w:smartTag w:customXml": _E.smart_attribute,
    "w:rFonts w:font w:lang w:themeFontLang w:altName w:name w:aliases w:lsdException w:style w:eastAsianLayout": _E.nothing,
})  # fmt: skip
WordEvents.CLOSE = DRAWING_CLOSE | table({
    "w:t w:delText w:instrText w:delInstrText": _E.text_close,
    "w:ins w:moveTo w:del w:moveFrom": _E.change_close,
    "w:p": _E.paragraph_close,
    "w:pPr": _E.paragraph_properties_close,
    "w:rt": _E.close_part,
    "w:tc": _E.cell_close,
    "w:tr": _E.row_close,
    "w:tbl": _E.table_close,
    "wp:anchor wp:inline": _E.anchor_close,
    "wp:align": _E.align_close,
    "wp:posOffset": _E.offset_close,
    _BOX: _E.box_close,
    "w:footnote w:endnote w:comment": _E.close_part,
    "w:hdr w:ftr": _E.band_close,
})  # fmt: skip


def _unnumbered(text: str) -> str:
    return "".join(part[1:] if index else part for index, part in enumerate(text.split("%")))
