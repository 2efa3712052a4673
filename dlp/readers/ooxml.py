"""Office Open XML packages (docx, xlsx, pptx and their kin), also flat, strict, and the XML of Office 2003.

What a part is, its root element says, not its name: parts nobody points to are read like all others.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import ClassVar, Protocol

from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.members import is_thumbnail, quiet_strings, read_other_xml, without_path
from dlp.readers.ooxml_book import BookEvents, FormatEvents, StringEvents
from dlp.readers.ooxml_drawing import PlainDrawing
from dlp.readers.ooxml_names import NAMESPACES, Relation, Relations, resolve, source_of
from dlp.readers.ooxml_quick import quick_cells, quick_strings
from dlp.readers.ooxml_sheet import Book, SheetEvents
from dlp.readers.ooxml_slides import DEFAULT_SIZE, PresentationEvents, SlideEvents
from dlp.readers.ooxml_word import WordEvents
from dlp.readers.ooxml_word_styles import StyleEvents, WordStyles
from dlp.readers.packages import Member, Package
from dlp.readers.xml_events import Attributes, Events, parse

_ROOT = re.compile(rb"<(?![?!])(?:([^\s<>/:]{1,40}):)?([^\s<>/:]{1,60})")
_COMMENTS = re.compile(rb"<!--.{0,4000}?-->", re.DOTALL)
QUICK_BYTES = 128 << 20  # largest sheet read whole
# Binary members that programs write for themselves; anything that is a container is read as one, whatever its name.
_QUIET = re.compile(r"printersettings[0-9]*\.bin|.*\.(?:odttf|fntdata|xmlsig|psmdcp)|sig[0-9]+\.bin|calcchain\.bin")
_CONTAINERS = (b"PK", b"\xd0\xcf\x11\xe0", b"%PDF", b"Rar!", b"7z\xbc\xaf", b"{\\rt", b"\x1f\x8b")
_FETCHED = frozenset({
    "attachedTemplate", "oleObject", "image", "frame", "subDocument", "externalLinkPath", "aFChunk", "video", "audio",
    "externalLink", "package", "mailMergeSource", "slide", "slideMaster",
})  # fmt: skip
# First the parts that others need.
_WORD = frozenset(NAMESPACES["w"]) | {"http://schemas.microsoft.com/office/word/2012/wordml"}
_FIRST = ("presentation", "workbook", "sst", "styleSheet", "styles")


class Parts(Protocol):
    """A package: zipped, or the flat form taken apart."""

    members: list[Member]

    def head(self, member: Member) -> bytes: ...

    def pieces(self, member: Member) -> Iterator[bytes]: ...


@dataclass(slots=True)
class Reading:
    """What is known of the package while its parts are read."""

    relations: Relations
    pages: dict[str, int] = field(default_factory=dict)  # member in lower case → slide or sheet it belongs to
    hidden: set[str] = field(default_factory=set)
    word: WordStyles = field(default_factory=WordStyles)
    book: Book = field(default_factory=Book)
    size: tuple[float, float] = DEFAULT_SIZE
    binary: list[tuple[str, bytes]] = field(default_factory=list)  # parts of a binary workbook


def read(data: bytes, ctx: ReadContext) -> None:
    """Read an Office Open XML file.  Raises ValueError when it is neither a package nor XML."""
    if data[:2] != b"PK" and b"PK\x03\x04" not in data[:4096]:
        _read_flat(data, ctx)
        return
    read_package(Package(data, ctx), ctx)


def read_package(package: Parts, ctx: ReadContext) -> None:
    """All parts of a package, those that others need first."""
    reading = Reading(_relations(package, ctx))
    waiting: list[tuple[int, int, Member, tuple[str, str]]] = []
    for index, member in enumerate(package.members):
        if member.name.endswith(("/", ".rels")) or member.name == "[Content_Types].xml":
            continue
        root = _root_of(package.head(member))
        waiting.append((_FIRST.index(root[0]) if root[0] in _FIRST else len(_FIRST), index, member, root))
    for _, _, member, root in sorted(waiting, key=lambda row: row[:2]):
        _read_member(package, member, root, reading, ctx)
    if reading.binary:
        from dlp.readers.sheets import BinaryBook

        BinaryBook(ctx, reading.relations, reading.book).read(reading.binary)
    _unused_strings(reading.book, ctx)


def _root_of(head: bytes) -> tuple[str, str]:
    """Local name and namespace of the root element; ``""`` when it is no XML."""
    start = head[:8_000]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "replace").encode()
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "", ""
    start = _COMMENTS.sub(b"", start)
    found = _ROOT.search(start)
    if not found:
        return "xml?", ""
    declared = rb"xmlns:" + re.escape(found[1]) if found[1] else rb"xmlns"
    uri = re.search(declared + rb"\s{0,9}=\s{0,9}[\"']([^\"']{0,200})", start[found.start() :])
    return found[2].decode("utf-8", "replace"), uri[1].decode("utf-8", "replace") if uri else ""


class _RelationEvents(Events):
    def __init__(self, ctx: ReadContext, source: str) -> None:
        super().__init__(ctx)
        self.source = source
        self.found: dict[str, Relation] = {}
        self.seen: list[str] = []

    def relation(self, attributes: Attributes) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        external = attributes.get("TargetMode") == "External"
        name = target if external else resolve(self.source, target)
        self.found[attributes.get("Id", "")] = Relation(kind, name, external)
        if external:
            self.seen.append(target)
            if kind in _FETCHED:
                self.ctx.remark("引用外部的內容（未取回）")

    OPEN: ClassVar = {
        "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship": relation,
    }


def _relations(package: Parts, ctx: ReadContext) -> Relations:
    by_source: dict[str, dict[str, Relation]] = {}
    links: dict[str, None] = {}
    for member in package.members:
        if not member.name.endswith(".rels"):
            continue
        source = source_of(member.name)
        events = _RelationEvents(ctx, source)
        parse(package.pieces(member), events, ctx, name="relations")
        by_source.setdefault(source.lower(), {}).update(events.found)
        links.update(dict.fromkeys(events.seen))
    ctx.add(Place.LINK, "\n".join(links), name="links")
    return Relations(by_source)


def _read_member(
    package: Parts, member: Member, kind: tuple[str, str], reading: Reading, ctx: ReadContext
) -> None:
    root, uri = kind
    pieces = package.pieces(member)
    if not root or root.lower() in ("html", "svg", "body"):
        _read_binary(b"".join(pieces), member, reading, ctx)
        return
    everything: Iterable[bytes] = pieces
    name = member.name.lower()
    page = reading.pages.get(name)
    events = _events_for(root, uri, name, page, reading, ctx)
    if events is None:
        read_other_xml(everything, ctx)
        return
    if isinstance(events, SheetEvents) or root == "sst":
        everything = _without_bulk(everything, events, reading.book)
    try:
        parse(everything, events, ctx, name="part")
    finally:
        finish = getattr(events, "finish", None)
        if finish is not None:
            finish()
    _learned(events, member.name, reading, ctx)


def _without_bulk(pieces: Iterable[bytes], events: Events, book: Book) -> Iterable[bytes]:
    """Cells or shared strings the quick way where possible; what is left for the parser."""
    start: list[bytes] = []
    size = 0
    stream = iter(pieces)
    for piece in stream:
        start.append(piece)
        size += len(piece)
        if size > QUICK_BYTES:
            return chain(start, stream)
    data = b"".join(start)
    if isinstance(events, SheetEvents):
        return [quick_cells(data, events) or data]
    strings = quick_strings(data)
    if strings is None:
        return [data]
    book.strings += strings
    return [b"<sst/>"]


def _events_for(
    root: str, uri: str, name: str, page: int | None, reading: Reading, ctx: ReadContext
) -> Events | None:
    """The reader of a part by its root element; None for vocabularies that are none of Office's."""
    if uri in _WORD and root in _WORD_PARTS:
        place, step, band = _WORD_PARTS[root]
        return WordEvents(ctx, reading.word, place=place, name=step, band=band)
    if root == "styles":
        return StyleEvents(ctx, reading.word)
    if root in _SLIDE_PARTS:
        place, step = _SLIDE_PARTS[root]
        if root == "sld" and page is None:
            step = "unlisted-slide"
        return SlideEvents(ctx, place=place, name=step, page=page, size=reading.size)
    if root in ("chartSpace", "dataModel", "wsDr", "userShapes") or (root == "drawing" and "drawing" in uri):
        return PlainDrawing(ctx, place=Place.TEXT_BOX, name="drawing", page=page)
    if root == "xml" and name.endswith(".vml"):
        return PlainDrawing(ctx, place=Place.TEXT_BOX, name="drawing", page=page)
    if root in ("worksheet", "chartsheet", "dialogsheet", "macrosheet"):
        return SheetEvents(ctx, reading.book, page=page, hidden=name in reading.hidden)
    if root == "sst":
        return StringEvents(ctx, reading.book.strings.append)
    if root in ("comments", "ThreadedComments", "personList"):
        return StringEvents(ctx, lambda text: ctx.add(Place.COMMENT, text, name="comment", page=page))
    if root == "styleSheet":
        return FormatEvents(ctx, reading.book)
    if root == "workbook":
        return BookEvents(ctx, reading.book)
    if root == "presentation":
        return PresentationEvents(ctx)
    if root in ("coreProperties", "Properties"):
        from dlp.readers.ooxml_properties import PropertyEvents

        return PropertyEvents(ctx)
    return None


_WORD_PARTS: dict[str, tuple[Place, str, str]] = {
    "document": (Place.BODY, "body", ""),
    "wordDocument": (Place.BODY, "body", ""),
    "glossaryDocument": (Place.BODY, "glossary", ""),
    "hdr": (Place.HEADER, "header", "top"),
    "ftr": (Place.FOOTER, "footer", "bottom"),
    "footnotes": (Place.FOOTNOTE, "footnotes", ""),
    "endnotes": (Place.FOOTNOTE, "endnotes", ""),
    "comments": (Place.COMMENT, "comments", ""),
    "settings": (Place.HIDDEN, "settings", ""),
    "numbering": (Place.HIDDEN, "numbering", ""),
    "people": (Place.HIDDEN, "people", ""),
    "recipients": (Place.HIDDEN, "recipients", ""),
    "fonts": (Place.HIDDEN, "fonts", ""),
    "webSettings": (Place.HIDDEN, "web", ""),
    "txbxContent": (Place.TEXT_BOX, "text-box", ""),
}
_SLIDE_PARTS: dict[str, tuple[Place, str]] = {
    "sld": (Place.SLIDE, "slide"),
    "sldMaster": (Place.SLIDE, "master"),
    "sldLayout": (Place.SLIDE, "layout"),
    "notes": (Place.NOTES, "notes"),
    "notesMaster": (Place.NOTES, "notes-master"),
    "handoutMaster": (Place.NOTES, "handout-master"),
    "cmLst": (Place.COMMENT, "comments"),
    "cmAuthorLst": (Place.HIDDEN, "authors"),
    "authorLst": (Place.HIDDEN, "authors"),
    "tagLst": (Place.HIDDEN, "tags"),
    "theme": (Place.HIDDEN, "theme"),
    "themeOverride": (Place.HIDDEN, "theme"),
    "presentationPr": (Place.HIDDEN, "settings"),
    "viewPr": (Place.HIDDEN, "settings"),
    "tblStyleLst": (Place.HIDDEN, "settings"),
}


def _learned(events: Events, name: str, reading: Reading, ctx: ReadContext) -> None:
    """What a part tells about others."""
    relations = reading.relations.of(name)
    if isinstance(events, PresentationEvents):
        reading.size = events.size
        for number, relation in enumerate(events.slides, 1):
            if relation in relations:
                _belongs(relations[relation].target, number, reading)
    elif isinstance(events, BookEvents):
        reading.book.used = bytearray(len(reading.book.strings))
        events.names.emit(ctx)
        events.stray.emit(ctx)
        for number, (sheet, state, relation) in enumerate(reading.book.sheets, 1):
            ctx.add(Place.SHEET_NAME, sheet, name="sheet-name", page=number)
            if relation in relations:
                target = relations[relation].target
                _belongs(target, number, reading)
                if state in ("hidden", "veryHidden"):
                    reading.hidden.add(target.lower())
                    ctx.remark(f"第 {number} 個工作表是隱藏的")
    elif isinstance(events, FormatEvents):
        events.literals.emit(ctx)
    elif isinstance(events, StringEvents):
        events.stray.emit(ctx)
        reading.book.used = bytearray(len(reading.book.strings))


def _belongs(target: str, page: int, reading: Reading) -> None:
    """A slide or sheet, and what only it points to, has that number."""
    name = target.lower()
    reading.pages[name] = page
    for relation in reading.relations.of(name).values():
        if not relation.external and relation.kind not in ("slideLayout", "slideMaster", "slide", "theme"):
            reading.pages.setdefault(relation.target.lower(), page)


def _unused_strings(book: Book, ctx: ReadContext) -> None:
    """Strings in the shared table that no cell shows."""
    unused = [text for index, text in enumerate(book.strings) if index >= len(book.used) or not book.used[index]]
    ctx.add(Place.HIDDEN, "\n".join(unused), name="unused-strings")


def _read_binary(data: bytes, member: Member, reading: Reading, ctx: ReadContext) -> None:
    last = member.name.rpartition("/")[2]
    if not data or is_thumbnail(member.name, data):
        return
    contained = data.startswith(_CONTAINERS)
    if _QUIET.fullmatch(last.lower()) and not contained:
        quiet_strings(data, ctx)
    elif ctx.format == "xlsb" and last.endswith(".bin") and not contained:
        reading.binary.append((member.name, data))
    else:
        ctx.child(data, name=without_path(last), label="embedded")


def _read_flat(data: bytes, ctx: ReadContext) -> None:
    """One XML file: a package laid flat, or Office 2003."""
    root = _root_of(data)[0]
    if root == "package":
        from dlp.readers.ooxml_flat import FlatPackage

        read_package(FlatPackage(data, ctx), ctx)
    elif root == "Workbook":
        from dlp.readers.ooxml_flat import OldSheetEvents

        old = OldSheetEvents(ctx)
        try:
            parse([data], old, ctx, name="part")
        finally:
            old.finish()
    elif root == "wordDocument":
        word = WordEvents(ctx, WordStyles())
        try:
            parse([data], word, ctx, name="part")
        finally:
            word.finish()
    else:
        read_other_xml([data], ctx)
