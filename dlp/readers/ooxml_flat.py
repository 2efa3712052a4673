"""Office XML in one file: packages laid flat (pkg:package), and spreadsheets of Office 2003."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any, ClassVar

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import Flow, Loose
from dlp.readers.limits import LimitReached
from dlp.readers.ooxml_names import attribute, local_name, table
from dlp.readers.ooxml_sheet import RowWriter, add_header
from dlp.readers.packages import Member
from dlp.readers.xml_events import Attributes, Events

_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"


class FlatPackage:
    """A flat package as a package of members.  Raises ValueError when nothing can be taken out."""

    def __init__(self, data: bytes, ctx: ReadContext) -> None:
        from lxml import etree

        if b"<!DOCTYPE" in data[:4_000] or b"<!ENTITY" in data[:4_000]:
            raise ValueError("document type")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, load_dtd=False)
        root: Any = etree.fromstring(data, parser)
        if root is None:
            raise ValueError("no element")
        if any(entry.level_name == "FATAL" for entry in parser.error_log):
            ctx.not_read(NotReadReason.DAMAGED, "XML 結構損壞", name="package")
        self.ctx = ctx
        self.contents: dict[int, bytes] = {}
        self.members: list[Member] = []
        for part in root.iter(f"{_PKG}part"):
            self._add(etree, part)
        if not self.members:
            raise ValueError("no parts")

    def _add(self, etree: Any, part: Any) -> None:
        limit = self.ctx.budget.limits.container_members
        if len(self.members) >= limit:
            raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"內含檔案超過 {limit:,} 個")
        name = (part.get(f"{_PKG}name") or "").lstrip("/")
        for child in part:
            content = b""
            if child.tag == f"{_PKG}xmlData" and len(child):
                content = etree.tostring(child[0], encoding="UTF-8", xml_declaration=True, with_tail=False)
            elif child.tag == f"{_PKG}binaryData":
                try:
                    content = base64.b64decode("".join((child.text or "").split()))
                except (binascii.Error, ValueError):
                    self.ctx.not_read(NotReadReason.DAMAGED, name="package")
            index = len(self.members)
            self.contents[index] = content
            self.members.append(Member(name, 0, False, index, len(content), None))

    def head(self, member: Member) -> bytes:
        return self.contents[member.start][:8_192]

    def pieces(self, member: Member) -> Iterator[bytes]:
        content = self.contents[member.start]
        self.ctx.budget.charge_bytes(len(content))
        yield content


class OldSheetEvents(Events):
    """A workbook of Office 2003 as XML."""

    def __init__(self, ctx: ReadContext) -> None:
        super().__init__(ctx)
        self.sheet = 0
        self.flow = Flow(ctx)
        self.lines: list[str] = []
        self.rows = RowWriter(self.lines)
        self.texts: list[str] | None = None
        self.cell_texts: list[str] = []
        self.index = 0
        self.in_comment = False
        self.strings = Loose(Place.HIDDEN, "hidden-strings")
        self.stray = Loose(Place.HIDDEN, "other-text")

    def start(self, tag: str, attributes: Attributes) -> None:
        super().start(tag, attributes)
        if attributes and tag not in self.OPEN and local_name(tag) != "Font":
            for value in attributes.values():
                if not value.isascii():
                    self.strings.add(value)

    def data(self, text: str) -> None:
        if self.texts is not None:
            self.texts.append(text)
        elif not text.isspace():
            self.stray.add(text)

    def comment(self, text: str) -> None:
        self.stray.add(text)

    def sheet_open(self, attributes: Attributes) -> None:
        self.sheet += 1
        self.ctx.add(Place.SHEET_NAME, attribute(attributes, "ss:Name"), name="sheet-name", page=self.sheet)
        self.lines.clear()

    def sheet_close(self) -> None:
        self.rows.end()
        self.ctx.add(Place.CELLS, "".join(self.lines).rstrip("\n"), name="sheet", page=self.sheet)
        self.lines.clear()

    def row_close(self) -> None:
        self.rows.end()

    def cell_open(self, attributes: Attributes) -> None:
        index = attribute(attributes, "ss:Index")
        self.index = int(index) if index.isascii() and index.isdigit() and len(index) < 6 else 0
        self.cell_texts = []
        for key in ("ss:HRef", "ss:Formula", "xv:HRefScreenTip"):
            value = attribute(attributes, key)
            if key != "ss:Formula" or '"' in value:
                self.strings.add(value)

    def cell_close(self) -> None:
        self.ctx.budget.charge_cells()
        self.rows.cell(self.index, " ".join(self.cell_texts))

    def data_open(self, _: Attributes) -> None:
        self.texts = []

    def data_close(self) -> None:
        text, self.texts = "".join(self.texts or ()), None
        if self.in_comment:
            self.ctx.add(Place.COMMENT, text, name="comment", page=self.sheet)
        else:
            self.cell_texts.append(text)

    def comment_open(self, attributes: Attributes) -> None:
        self.in_comment = True
        self.flow.once(Place.PROPERTY, attribute(attributes, "ss:Author"), "author", field="author")

    def comment_close(self) -> None:
        self.in_comment = False

    def header(self, attributes: Attributes) -> None:
        add_header(self.ctx, attribute(attributes, "xv:Data"), bottom=False, page=self.sheet or None)

    def footer(self, attributes: Attributes) -> None:
        add_header(self.ctx, attribute(attributes, "xv:Data"), bottom=True, page=self.sheet or None)

    def finish(self) -> None:
        self.sheet_close()
        self.strings.emit(self.ctx)
        self.stray.emit(self.ctx)

    OPEN: ClassVar = {}
    CLOSE: ClassVar = {}


_O = OldSheetEvents
OldSheetEvents.OPEN = table({
    "ss:Worksheet": _O.sheet_open, "ss:Cell": _O.cell_open, "ss:Data": _O.data_open, "ss:Comment": _O.comment_open,
    "xv:Header": _O.header, "xv:Footer": _O.footer,
})  # fmt: skip
OldSheetEvents.CLOSE = table({
    "ss:Worksheet": _O.sheet_close, "ss:Cell": _O.cell_close, "ss:Data": _O.data_close, "ss:Comment": _O.comment_close,
    "ss:Row": _O.row_close,
})  # fmt: skip
