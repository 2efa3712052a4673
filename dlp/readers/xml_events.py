"""XML as events, with nothing from outside: no entities, no document types, no network, bounded depth.

A subclass of ``Events`` says which elements it knows; text in places it does not know is kept as well, so that an
element invented to hide something hides nothing.  What lxml had to repair is recorded as damage; what it gave up on
is searched with the tags taken out.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, cast

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext
from dlp.readers.limits import LimitReached

Attributes = Mapping[str, str]
FEED_BYTES = 1 << 20
RAW_BYTES = 8 << 20  # of a broken member, searched without its tags
_DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?\s{0,20}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{1,40})")
# A document type without declarations of its own, as OpenOffice 1.x wrote it: it is never fetched and means nothing.
_BARE_DOCTYPE = re.compile(rb"<!DOCTYPE\s[^\[\]<>]{0,400}>")
_TAG = re.compile(r"<[^<>]{0,65536}>")
_KNOWN_CODECS = frozenset({"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "utf-16le", "utf-16be", "iso-8859-1"})
_OWN_CODECS = {
    "big5": "big5hkscs", "big-5": "big5hkscs", "big5-hkscs": "big5hkscs", "ms950": "cp950", "gb2312": "gb18030", "gbk": "gb18030",
}  # fmt: skip


class DocumentTypeFound(Exception):
    """A document type stands where the format has none: entities could hide or multiply text."""


class Events:
    """Target of the parser.  ``OPEN`` and ``CLOSE`` map full element names to functions of the subclass."""

    OPEN: ClassVar[Mapping[str, Callable[[Any, Attributes], None]]] = {}
    CLOSE: ClassVar[Mapping[str, Callable[[Any], None]]] = {}

    def __init__(self, ctx: ReadContext) -> None:
        self.ctx = ctx
        self.levels = 0
        self.most_levels = ctx.budget.limits.xml_levels
        self.failure: Exception | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        self.levels += 1
        if self.levels > self.most_levels:
            raise LimitReached(NotReadReason.LIMIT_DEPTH, f"XML 巢狀超過 {self.most_levels:,} 層")
        handler = self.OPEN.get(tag)
        if handler is not None:
            handler(self, attributes)

    def end(self, tag: str) -> None:
        self.levels -= 1
        handler = self.CLOSE.get(tag)
        if handler is not None:
            handler(self)

    def data(self, text: str) -> None:
        """Text between tags."""

    def comment(self, text: str) -> None:
        """A comment in the XML."""

    def pi(self, target: str, text: str | None = None) -> None:
        """A processing instruction."""
        if text:
            self.comment(text)

    def doctype(self, *_: object) -> None:
        self.failure = DocumentTypeFound()
        raise self.failure

    def close(self) -> None:
        """End of the document, also of a broken one."""


def parse(pieces: Iterable[bytes], target: Events, ctx: ReadContext, *, name: str = "xml") -> None:
    """Feed a document to ``target``.  Raises what the target raises, LimitReached among it; damage is recorded."""
    from lxml import etree

    parser: Any = None
    consumed: list[bytes] = []
    kept = 0
    try:
        for piece in _utf8(pieces):
            if parser is None:
                parser = _parser(etree, target, piece)
                piece = piece if isinstance(piece, bytes) else piece[0]
                piece = _BARE_DOCTYPE.sub(b"", piece[:4_000], count=1) + piece[4_000:]
            if kept < RAW_BYTES:
                consumed.append(piece)
                kept += len(piece)
            for at in range(0, len(piece), FEED_BYTES):
                parser.feed(piece[at : at + FEED_BYTES])
        if parser is None:
            ctx.not_read(NotReadReason.EMPTY, name=name)
            return
        parser.close()
    except etree.XMLSyntaxError:
        _give_up(consumed, ctx, name)
        return
    except DocumentTypeFound:
        _give_up(consumed, ctx, name, detail="XML 內含文件型別宣告，只做字串檢查")
        return
    if target.failure is not None:
        _give_up(consumed, ctx, name, detail="XML 內含文件型別宣告，只做字串檢查")
    elif any(entry.level_name == "FATAL" for entry in parser.feed_error_log):
        _give_up(consumed, ctx, name)


def _give_up(pieces: list[bytes], ctx: ReadContext, name: str, *, detail: str = "XML 結構損壞") -> None:
    """Record the damage and search the bytes without their tags, however the parser stumbled."""
    ctx.not_read(NotReadReason.DAMAGED, detail, name=name)
    ctx.add(Place.RAW, without_tags(b"".join(pieces)[:RAW_BYTES]), name=name)


def without_tags(data: bytes) -> str:
    """Text of bytes that should have been XML; a document type's declarations stay, attributes go."""
    codec = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = data.decode(codec, "replace")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        text = re.sub(r"<!(?=DOCTYPE|ENTITY)", " ", text)
    return _TAG.sub("", text)


def _utf8(pieces: Iterable[bytes]) -> Iterable[Any]:
    """The pieces as they are, or, for encodings that lxml cannot be trusted with, everything as UTF-8 in one."""
    stream = iter(pieces)
    first = next(stream, b"")
    if not first:
        return
    declared = _DECLARATION.match(first)
    codec = declared[1].decode("ascii").lower() if declared else "utf-8"
    if codec in _KNOWN_CODECS or first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield first
        yield from stream
        return
    whole = first + b"".join(stream)
    try:
        text = whole.decode(_OWN_CODECS.get(codec, codec), "replace")
    except (LookupError, ValueError):  # a codec nobody knows, or one that is no text codec
        text = whole.decode("utf-8", "replace")
    yield (text.encode("utf-8", "replace"),)


def _parser(etree: Any, target: Events, first: bytes | tuple[bytes]) -> Any:
    """``first`` is a tuple when it was re-encoded: the declaration then counts no longer."""
    encoding = "utf-8" if isinstance(first, tuple) else None
    return cast(
        Any,
        etree.XMLParser(
            target=target, encoding=encoding, resolve_entities=False, no_network=True, huge_tree=False, recover=True,
            load_dtd=False, dtd_validation=False,
        ),
    )  # fmt: skip
