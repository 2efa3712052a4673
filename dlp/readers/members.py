"""Members of office packages that are no document of their own: unknown XML, thumbnails, settings in binary."""

import re
from collections.abc import Iterable
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import Loose, add_pieces
from dlp.readers.raw import salvage
from dlp.readers.xml_events import Attributes, Events, parse

THUMBNAIL_PIXELS = 520  # longer side; LibreOffice writes 512, a page of text is not legible then
QUIET_BYTES = 4 << 20  # of a binary member that is searched for strings
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{64,}={0,2}")
_NUMBERS = re.compile(r"[0-9.,:%\s\-]{0,7}|#?[0-9A-Fa-f]{6,8}|true|false|auto|none")
_URI = re.compile(r"(?:https?://schemas\.|http://purl\.|http://www\.w3\.org|http://docs\.oasis-open\.org|urn:)\S{0,300}|[A-Za-z0-9]{1,20}\.(?:xml|png|wmf|bin)")


class OtherXml(Events):
    """XML of any vocabulary: text in its order, and attributes that hold words."""

    def __init__(self, ctx: ReadContext) -> None:
        super().__init__(ctx)
        self.texts: list[str] = []
        self.run: list[str] = []
        self.values = Loose(Place.HIDDEN, "xml-attributes")

    def start(self, tag: str, attributes: Attributes) -> None:
        super().start(tag, attributes)
        for value in attributes.values():
            if (len(value) > 3 or not value.isascii()) and not _NUMBERS.fullmatch(value) and not _URI.fullmatch(value):
                self.values.add(value)

    def data(self, text: str) -> None:
        if not text.isspace() and not _BASE64.fullmatch(text):
            self.run.append(text)

    def end(self, tag: str) -> None:
        super().end(tag)
        if self.run:
            self.texts.append("".join(self.run))
            self.run.clear()

    def comment(self, text: str) -> None:
        self.texts.append(text)

    def finish(self) -> None:
        self.texts += self.run
        add_pieces(self.ctx, Place.HIDDEN, self.texts, name="other-xml")
        self.values.emit(self.ctx)


def read_other_xml(pieces: Iterable[bytes], ctx: ReadContext) -> None:
    """XML whose vocabulary is not known (custom XML, macros, settings)."""
    events = OtherXml(ctx)
    try:
        parse(pieces, events, ctx, name="other-xml")
    finally:
        events.finish()


def quiet_strings(data: bytes, ctx: ReadContext) -> None:
    """Strings of a binary member that programs write for themselves (printer settings, caches)."""
    salvage(data[:QUIET_BYTES], ctx)
    if len(data) > QUIET_BYTES:
        ctx.not_read(NotReadReason.LIMIT_SIZE, "程式自用的二進位資料過大，只查前段", name="strings")


def is_thumbnail(name: str, data: bytes) -> bool:
    """A small preview picture of the document itself, at the place where programs put it."""
    lower = name.lower()
    if not lower.startswith(("thumbnails/thumbnail", "docprops/thumbnail")):
        return False
    size = picture_size(data)
    return size is not None and max(size) <= THUMBNAIL_PIXELS


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = unpack_from(">II", data, 16)
        return width, height
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + unpack_from(">H", data, at + 2)[0]
    return None


def without_path(name: str) -> str:
    """A member's name as shown: names that programs number themselves say nothing."""
    return "" if re.fullmatch(r"[0-9A-F]{16,40}\.[a-z]{3,4}|(?:image|object|media)[0-9]{0,5}\.[a-z]{3,5}", name, re.IGNORECASE) else name
