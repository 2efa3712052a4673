"""What a workbook in Office Open XML holds beside its sheets: shared strings, comments, number formats, names, protection.

Sources: ECMA-376 part 1 §18.4, §18.7, §18.8, MS-XLSX, read 2026-11.
"""

from collections.abc import Callable
from typing import ClassVar

from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import Flow, Loose
from dlp.readers.number_formats import BUILT_IN, literal_texts
from dlp.readers.ooxml_names import attribute, table
from dlp.readers.ooxml_sheet import Book
from dlp.readers.xml_events import Attributes, Events

_HIDDEN = ("1", "true")


class StringEvents(Events):
    """Strings with rich runs: the shared table, or the comments of a sheet."""

    def __init__(self, ctx: ReadContext, emit: Callable[[str], None]) -> None:
        super().__init__(ctx)
        self.emit = emit
        self.flow = Flow(ctx)
        self.texts: list[str] = []
        self.taking = self.phonetic = self.author = False
        self.stray = Loose(Place.HIDDEN, "other-text")

    def data(self, text: str) -> None:
        if self.phonetic:
            self.stray.add(text)
        elif self.taking:
            self.texts.append(text)
        elif not text.isspace():
            self.stray.add(text)

    def comment(self, text: str) -> None:
        self.stray.add(text)

    def item_open(self, _: Attributes) -> None:
        self.texts = []

    def item_close(self) -> None:
        self.emit("".join(self.texts))

    def text_open(self, _: Attributes) -> None:
        self.taking = True

    def text_close(self) -> None:
        self.taking = False

    def phonetic_open(self, _: Attributes) -> None:
        self.phonetic = True

    def phonetic_close(self) -> None:
        self.phonetic = False

    def author_open(self, _: Attributes) -> None:
        self.texts, self.taking = [], True

    def author_close(self) -> None:
        self.taking = False
        self.flow.once(Place.PROPERTY, "".join(self.texts), "author", field="author")

    def person(self, attributes: Attributes) -> None:
        self.flow.once(Place.PROPERTY, attributes.get("displayName"), "author", field="author")

    OPEN: ClassVar = {}
    CLOSE: ClassVar = {}


_S = StringEvents
_ITEMS = "x:si x:comment xtc:threadedComment"
StringEvents.OPEN = table({
    _ITEMS: _S.item_open, "x:t xtc:text": _S.text_open, "x:rPh": _S.phonetic_open, "x:author": _S.author_open,
    "xtc:person": _S.person,
})  # fmt: skip
StringEvents.CLOSE = table({
    _ITEMS: _S.item_close, "x:t xtc:text": _S.text_close, "x:rPh": _S.phonetic_close, "x:author": _S.author_close,
})  # fmt: skip


class FormatEvents(Events):
    """styles.xml of a workbook: the number format of each cell style, and texts in formats."""

    def __init__(self, ctx: ReadContext, book: Book) -> None:
        super().__init__(ctx)
        self.book = book
        self.codes: dict[str, str] = {str(number): code for number, code in BUILT_IN.items()}
        self.literals = Loose(Place.HIDDEN, "number-formats")
        self.in_cells = False

    def format_code(self, attributes: Attributes) -> None:
        code = attributes.get("formatCode", "")
        self.codes[attributes.get("numFmtId", "")] = code
        texts = literal_texts(code)
        if not texts.isascii():
            self.literals.add(texts)

    def cells_open(self, _: Attributes) -> None:
        self.in_cells = True

    def cells_close(self) -> None:
        self.in_cells = False

    def cell_style(self, attributes: Attributes) -> None:
        if self.in_cells:
            self.book.formats.append(self.codes.get(attributes.get("numFmtId", ""), ""))


FormatEvents.OPEN = table({
    "x:numFmt": FormatEvents.format_code, "x:cellXfs": FormatEvents.cells_open, "x:xf": FormatEvents.cell_style,
})  # fmt: skip
FormatEvents.CLOSE = table({"x:cellXfs": FormatEvents.cells_close})


class BookEvents(Events):
    """workbook.xml: sheets and their state, defined names."""

    def __init__(self, ctx: ReadContext, book: Book) -> None:
        super().__init__(ctx)
        self.book = book
        self.name = ""
        self.texts: list[str] | None = None
        self.names = Loose(Place.HIDDEN, "defined-names")
        self.stray = Loose(Place.HIDDEN, "other-text")

    def data(self, text: str) -> None:
        if self.texts is not None:
            self.texts.append(text)
        elif not text.isspace():
            self.stray.add(text)

    def comment(self, text: str) -> None:
        self.stray.add(text)

    def sheet(self, attributes: Attributes) -> None:
        relation = attribute(attributes, "r:id")
        self.book.sheets.append((attributes.get("name", ""), attributes.get("state", ""), relation))

    def name_open(self, attributes: Attributes) -> None:
        self.texts = []
        self.name = attributes.get("name", "")
        for key in ("comment", "description", "help", "statusBar", "customMenu"):
            self.names.add(attributes.get(key))

    def name_close(self) -> None:
        if not self.name.startswith("_xlnm."):
            self.names.add(f"{self.name}\t{''.join(self.texts or ())}")
        self.texts = None

    def properties(self, attributes: Attributes) -> None:
        self.book.epoch_1904 = attributes.get("date1904") in _HIDDEN

    def sharing(self, attributes: Attributes) -> None:
        self.stray.add(attributes.get("userName"))


BookEvents.OPEN = table({
    "x:sheet": BookEvents.sheet, "x:definedName": BookEvents.name_open, "x:workbookPr": BookEvents.properties,
    "x:fileSharing": BookEvents.sharing,
})  # fmt: skip
BookEvents.CLOSE = table({"x:definedName": BookEvents.name_close})
