"""State of an RTF document while its words pass: groups, destinations, bytes waiting to be decoded."""

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from struct import error as StructError
from struct import unpack_from

from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.flow import Flow, Loose, Mark
from dlp.readers.rtf_codes import (
    ALIGNMENT,
    BANDS,
    BOXES,
    CHARACTERS,
    CHARSETS,
    CODE_PAGES,
    DOUBLE_BYTE,
    IGNORED_SHAPE_PROPERTIES,
    PROPERTIES,
    SKIPPED,
    STOPS,
    STRINGS,
)  # fmt: skip

GROUPS_MOST = 1_000  # nesting
_UNICODE = re.compile(rb"\\u(-?[0-9]{1,6}) ?(?:\\'([0-9a-fA-F]{2})|\?)")
_HYPERLINK = re.compile(r"(?:HYPERLINK|INCLUDEPICTURE|INCLUDETEXT)\s{1,9}(?:\\[a-z]\s{1,9})?\"?([^\"]{4,2000})")
_HEX = re.compile(rb"[^0-9a-fA-F]+")


@dataclass(slots=True)
class _Group:
    """What a brace restores."""

    take: str = "text"  # text, skip, string, property, hex, fonts
    name: str = ""
    mark: int = 0
    font: int = -1
    skip_after: int = 1  # \uc
    pushed: bool = False
    owner: bool = False  # the group that began the string or the hexadecimal data
    html_off: bool = False


class RtfReader:
    def __init__(self, ctx: ReadContext) -> None:
        self.ctx = ctx
        self.flow = Flow(ctx)
        self.group = _Group()
        self.stack: list[_Group] = []
        self.codec = "cp950"
        self.fonts: dict[int, str] = {}
        self.font_defined = -1
        self.pending = bytearray()
        self.skip = 0
        self.starred = False
        self.buffer: list[str] = []
        self.hex: list[bytes] = []
        self.band = ""
        self.bands: list[str] = []
        self.shape_property = ""
        self.user_property = ""
        self.alternatives = bytearray()  # what old readers would show
        self.strings = Loose(Place.HIDDEN, "hidden-strings")
        self.codes = Loose(Place.HIDDEN, "field-codes")
        self.links = Loose(Place.LINK, "links")
        self.other = Loose(Place.HIDDEN, "other-text")
        self.from_html = False
        self.html: list[str] = []
        self.too_deep = False

    # ── characters ──

    def current_codec(self) -> str:
        codec = self.fonts.get(self.group.font, self.codec)
        return self.codec if codec == "cp1252" else codec

    def flush(self) -> None:
        """Decode the bytes in hand; a lead byte without its trail waits."""
        if not self.pending:
            return
        codec = self.current_codec()
        data = bytes(self.pending)
        self.pending.clear()
        if codec in DOUBLE_BYTE and _ends_in_lead(data):
            self.pending += data[-1:]
            data = data[:-1]
        if data:
            self.write(decoded(data, codec))

    def write(self, text: str) -> None:
        take = self.group.take
        if take == "text":
            self.flow.sink.write(text, self.group.mark)
            if self.from_html and not self.group.html_off:
                self.html.append(text)
        elif take in ("string", "property", "fonts"):
            self.buffer.append(text)
        elif take == "html":
            self.html.append(text)
        elif take == "other":
            self.other_text.append(text)

    @property
    def other_text(self) -> list[str]:
        return self.buffer

    def letters(self, data: bytes) -> None:
        if self.group.take in ("skip", "hex"):
            if self.group.take == "hex":
                self.hex.append(data)
            return
        if self.skip:
            self.alternatives += data[: self.skip]
            used = min(self.skip, len(data))
            self.skip -= used
            data = data[used:]
        self.pending += data

    def escaped(self, data: bytes) -> None:
        if self.skip:
            used = min(self.skip, len(data))
            self.alternatives += data[:used]
            self.skip -= used
            data = data[used:]
        if self.group.take not in ("skip", "hex"):
            self.pending += data

    def characters(self, data: bytes) -> None:
        """A run of \\u words, each with one byte for old readers."""
        self.flush()
        pairs = _UNICODE.findall(data)
        text = "".join(chr(int(number) % 0x10000) for number, _ in pairs)
        self.write(text)
        old = "".join(code.decode("ascii") for _, code in pairs if code and code != b"3f")
        if old:
            self.alternatives += bytes.fromhex(old)

    def character(self, number: int) -> None:
        self.flush()
        self.write(chr(number % 0x10000))
        self.skip = self.group.skip_after

    # ── groups ──

    def open(self) -> None:
        self.flush()
        self.skip = 0
        if len(self.stack) >= GROUPS_MOST:
            self.too_deep = True
        self.stack.append(self.group)
        self.group = replace(self.group, pushed=False, owner=False)
        self.starred = False

    def close(self) -> None:
        self.flush()
        self.pending.clear()
        self.skip = 0
        done = self.group
        if done.owner:
            self.taken(done)
        if done.pushed:
            self.flow.pop()
            self.band = self.bands.pop() if self.bands else ""
        self.group = self.stack.pop() if self.stack else _Group()

    def taken(self, group: _Group) -> None:
        """A string or binary destination is complete."""
        if group.take == "hex":
            self.binary(group.name, _HEX.sub(b"", b"".join(self.hex)))
            self.hex = []
            return
        if group.take not in ("string", "property", "other"):
            return
        text = paired("".join(self.buffer)).strip()
        self.buffer = []
        if group.take == "property":
            self.flow.once(Place.PROPERTY, text, "property", field=group.name)
        elif group.take == "other":
            self.other.add(text)
        else:
            self.string(group.name, text)

    def string(self, name: str, text: str) -> None:
        if name == "fldinst":
            self.codes.add(text)
            found = _HYPERLINK.search(text)
            self.links.add(found[1] if found else None)
        elif name == "sn":
            self.shape_property = text
        elif name == "sv":
            self.shape_value(text)
        elif name == "propname":
            self.user_property = text
        elif name == "staticval":
            self.flow.once(Place.PROPERTY, text, "property", field=self.user_property or None)
        elif not (name == "leveltext" and not any("\u3400" <= c <= "\u9fff" for c in text)):
            self.strings.add(text if not text.startswith("_") else None)

    def shape_value(self, text: str) -> None:
        if self.shape_property == "gtextUNICODE":
            place = Place.WATERMARK if self.band else Place.TEXT_BOX
            self.flow.once(place, text, place.value)
        elif self.shape_property in ("wzDescription", "wzTooltip"):
            self.flow.once(Place.ALT_TEXT, text, "alt-text")
        elif self.shape_property not in IGNORED_SHAPE_PROPERTIES and not re.fullmatch(r"[\x00-\x7f]{0,40}", text):
            self.strings.add(text)

    def binary(self, name: str, digits: bytes) -> None:
        try:
            data = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
        except (ValueError, binascii.Error):
            return
        self.blob(name, data)

    def blob(self, name: str, data: bytes) -> None:
        if not data:
            return
        self.ctx.budget.charge_bytes(len(data))
        if name == "objdata":
            data = _ole1_payload(data)
        self.ctx.child(data, label="embedded")

    def destination(self, take: str, name: str) -> None:
        self.flush()
        self.group.take, self.group.name, self.group.owner = take, name, True
        self.group.mark = 0
        if take == "hex":
            self.hex = []
        else:
            self.buffer = []

    def box(self, place: Place, name: str, band: str = "") -> None:
        self.flush()
        self.bands.append(self.band)
        header = self.band
        self.band = band or self.band
        if place is Place.TEXT_BOX and header:
            place = Place.HEADER if header == "top" else Place.FOOTER
            name = f"{place.value}-box"
        self.flow.push(place, name, band=band)
        self.group.pushed, self.group.take, self.group.mark = True, "text", 0

    # ── words ──

    def word(self, word: str, number: int | None) -> None:
        if self.skip:
            self.skip -= 1
            return
        starred, self.starred = self.starred, False
        if self.group.take == "skip" and word != "ud":
            return
        if word == "u":
            if number is not None:
                self.character(number)
            return
        self.flush()
        if word in _ACTIONS:
            _ACTIONS[word](self, number)
        elif word in CHARACTERS:
            self.write(CHARACTERS[word])
        elif word in ALIGNMENT:
            if self.flow.sink.band:
                self.flow.sink.align = ALIGNMENT[word]
        elif word in STOPS:
            self.flow.sink.stops += (STOPS[word],) if len(self.flow.sink.stops) < 20 else ()
        elif self.stack:
            self.group_word(word, starred)

    def group_word(self, word: str, starred: bool) -> None:
        """Words that say what a group is."""
        if word in BANDS:
            place, edge = BANDS[word]
            self.box(place, word, edge)
        elif word in BOXES:
            self.box(BOXES[word], BOXES[word].value)
        elif word in SKIPPED or word == "nonshppict":
            self.group.take = "skip"
        elif word in PROPERTIES:
            self.destination("property", word)
        elif word in STRINGS:
            self.destination("string", word)
        elif word in ("pict", "objdata", "datastore"):
            self.destination("hex", word)
        elif word == "revtbl":
            self.destination("other", word)
        elif word == "htmltag":
            self.group.take = "html"
        elif starred and word not in ("shppict", "shpinst", "ud", "fldrslt", "nestrow", "mhtmltag", "cs", "ts", "do"):
            self.destination("other", word)

    # ── words with an action ──

    def paragraph(self, _: int | None) -> None:
        if self.group.take == "text":
            self.fix_run()
            self.flow.sink.end_paragraph()
            if self.from_html and not self.group.html_off:
                self.html.append("\n")

    def fix_run(self) -> None:
        """Surrogate halves come one by one."""
        sink = self.flow.sink
        if any("\ud800" <= c <= "\udfff" for text in sink.run for c in text[:1]) and not sink.marks:
            sink.run[:] = [paired("".join(sink.run))]

    def paragraph_reset(self, _: int | None) -> None:
        if self.flow.sink.band:
            self.flow.sink.align, self.flow.sink.stops = "", ()

    def cell(self, _: int | None) -> None:
        if self.group.take == "text":
            self.flow.sink.end_cell()

    def row(self, _: int | None) -> None:
        if self.group.take == "text":
            self.flow.sink.end_row()

    def plain(self, _: int | None) -> None:
        self.group.mark = 0

    def hidden(self, number: int | None) -> None:
        self.set_mark(Mark.HIDDEN, number)

    def deleted(self, number: int | None) -> None:
        self.set_mark(Mark.DELETED, number)

    def inserted(self, number: int | None) -> None:
        self.set_mark(Mark.INSERTED, number)

    def set_mark(self, mark: int, number: int | None) -> None:
        self.group.mark = self.group.mark & ~mark if number == 0 else self.group.mark | mark

    def skip_count(self, number: int | None) -> None:
        self.group.skip_after = max(0, min(number if number is not None else 1, 100))

    def code_page(self, number: int | None) -> None:
        codec = CODE_PAGES.get(number or 0, f"cp{number}")
        try:
            "".encode(codec)
        except LookupError:
            return
        self.codec = codec

    def font(self, number: int | None) -> None:
        self.group.font = number or 0
        if self.group.take == "fonts":
            self.font_defined = number or 0

    def font_table(self, _: int | None) -> None:
        self.group.take = "fonts"

    def character_set(self, number: int | None) -> None:
        if self.group.take == "fonts" and len(self.fonts) < 10_000:
            self.fonts[self.font_defined] = CHARSETS.get(number or 0, self.codec)

    def unicode_part(self, _: int | None) -> None:
        """The Unicode spelling of a group that comes in two."""
        below = next((group for group in reversed(self.stack) if group.take != "skip"), _Group())
        self.group.take, self.group.name = below.take, below.name

    def two_spellings(self, _: int | None) -> None:
        pass

    def html_document(self, _: int | None) -> None:
        self.from_html = True

    def html_off(self, number: int | None) -> None:
        self.group.html_off = number != 0

    # ── all of it ──

    def finish(self) -> None:
        self.flush()
        self.fix_run()
        while self.flow.below:
            self.fix_run()
            self.flow.pop()
        self.flow.finish()
        for loose in (self.links, self.codes, self.strings, self.other):
            loose.emit(self.ctx)


_ACTIONS: dict[str, Callable[[RtfReader, int | None], None]] = {
    "par": RtfReader.paragraph, "sect": RtfReader.paragraph, "cell": RtfReader.cell, "nestcell": RtfReader.cell,
    "row": RtfReader.row, "nestrow": RtfReader.row, "pard": RtfReader.paragraph_reset, "plain": RtfReader.plain,
    "v": RtfReader.hidden, "webhidden": RtfReader.hidden, "spv": RtfReader.hidden, "deleted": RtfReader.deleted,
    "revised": RtfReader.inserted, "uc": RtfReader.skip_count, "ansicpg": RtfReader.code_page, "f": RtfReader.font,
    "fonttbl": RtfReader.font_table, "fcharset": RtfReader.character_set, "ud": RtfReader.unicode_part,
    "upr": RtfReader.two_spellings, "fromhtml": RtfReader.html_document, "htmlrtf": RtfReader.html_off,
}  # fmt: skip


def _ends_in_lead(data: bytes) -> bool:
    """True when the last byte begins a character of two bytes."""
    at = 0
    while at < len(data):
        if data[at] < 0x81:
            at += 1
        elif at + 1 == len(data):
            return True
        else:
            at += 2
    return False


def decoded(data: bytes, codec: str) -> str:
    if data.isascii():
        return data.decode("ascii")
    if codec in ("cp950", "big5hkscs"):
        from dlp.readers.big5 import decode_big5

        return decode_big5(data)
    return data.decode(codec, "replace")


def paired(text: str) -> str:
    """Surrogate halves put together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _ole1_payload(data: bytes) -> bytes:
    """The native data of an embedded object in the OLE 1 format; the whole when its header makes no sense."""
    try:
        if unpack_from("<I", data, 4)[0] not in (1, 2):
            return data
        at = 8
        for _ in range(3):
            at += 4 + unpack_from("<I", data, at)[0]
        size = unpack_from("<I", data, at)[0]
    except StructError:
        return data
    body = data[at + 4 : at + 4 + size]
    return body or data
