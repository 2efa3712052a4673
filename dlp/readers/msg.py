"""Outlook messages (.msg): subject, every body, headers, recipients, attachments, attached messages.

Sources: MS-OXMSG, MS-OXPROPS, read 2026-11.
"""

import re
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers import compressed_rtf
from dlp.readers.compound import Storage, opened
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode

_NAME = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})(?:-[0-9A-F]{8})?", re.IGNORECASE)
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
_DATA, _LONG_NAME, _SHORT_NAME, _PATH, _SHOWN_NAME = 0x3701, 0x3707, 0x3704, 0x3708, 0x3001
_STRING8, _STRING16, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_MULTIPLE = 0x1000
# Words of the protocol: message class, address types, search keys, tags of MIME types, identifiers.
_NOISE = frozenset((
    0x001A, 0x1035, 0x300B, 0x3FDE, 0x0064, 0x0C1E, 0x0075, 0x0077, 0x3002, 0x370E, 0x3703, 0x3712, 0x3716, 0x001D, 0x1042,
    0x1039, 0x0E4B, 0x3FFA, 0x8005,
))  # fmt: skip
_LABELS = {
    0x0C1A: "From", 0x0C1F: "From", 0x0042: "From", 0x0065: "From", 0x5D01: "From", 0x5D02: "From", 0x0E04: "To", 0x0E03: "Cc",
    0x0E02: "Bcc", 0x0076: "To", 0x0040: "To", 0x0044: "To", 0x0078: "To", 0x3003: "To", 0x3001: "To", 0x39FE: "To",
    0x5FF6: "To",
}  # fmt: skip


def read(data: bytes, ctx: ReadContext) -> None:
    """Read a message.  Raises ValueError when it cannot be opened."""
    read_streams(opened(data, ctx), ctx)


def read_streams(storage: Storage, ctx: ReadContext) -> None:
    """The message in a storage."""
    label = _code_page(storage)
    bodies: set[str] = set()
    lines: dict[str, dict[str, None]] = {}
    for number, kind, value in _values(storage):
        if kind & ~_MULTIPLE in (_STRING8, _STRING16):
            _text(number, _decoded(value, kind & ~_MULTIPLE, label), bodies, lines, ctx)
        elif number == _HTML:
            _html(value, ctx)
        elif number == _RTF and kind == _BINARY:
            _rtf(value, bodies, ctx)
    _recipients(storage, label, lines)
    for name, texts in lines.items():
        ctx.add(Place.MAIL_HEADER, "\n".join(texts), name="header", field=name)
    for name in storage.storages():
        if name.lower().startswith("__attach"):
            _attachment(storage.inner(name), label, ctx)


def _values(storage: Storage) -> list[tuple[int, int, bytes]]:
    """Properties that have a stream of their own: number, kind, bytes."""
    found = []
    for stream in sorted(storage.streams()):
        match = _NAME.fullmatch(stream)
        if match:
            found.append((int(match[1], 16), int(match[2], 16), storage.read(stream)))
    return found


def _code_page(storage: Storage) -> str:
    """Code page of the narrow strings, from the fixed properties."""
    data = storage.read("__properties_version1.0")
    for start in (32, 24, 8):
        for at in range(start, len(data) - 15, 16):
            tag = unpack_from("<I", data, at)[0]
            if tag in (0x3FFD0003, 0x3FDE0003, 0x66C30003):
                page = unpack_from("<I", data, at + 8)[0]
                return "utf-8" if page == 65001 else f"cp{page}"
    return ""


def _decoded(value: bytes, kind: int, label: str) -> str:
    if kind == _STRING16:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return decode(value.rstrip(b"\0"), declared=label).text


def _text(number: int, text: str, bodies: set[str], lines: dict[str, dict[str, None]], ctx: ReadContext) -> None:
    if number == _SUBJECT:
        ctx.add(Place.SUBJECT, text, name="subject")
    elif number == _BODY:
        text = text.replace("\r\n", "\n")
        bodies.add("".join(text.split()))
        ctx.add(Place.BODY, text)
    elif number == _HTML:
        _html(text.encode(), ctx)
    elif number == _HEADERS:
        ctx.add(Place.MAIL_HEADER, text, name="header", field="transport")
    elif number in _LABELS:
        lines.setdefault(_LABELS[number], {})[text] = None
    elif number not in _NOISE and text:
        ctx.add(Place.PROPERTY, text, name="property", field=f"{number:04X}")


def _html(value: bytes, ctx: ReadContext) -> None:
    from dlp.readers.html import read as read_html

    read_html(value, ctx)


def _rtf(value: bytes, bodies: set[str], ctx: ReadContext) -> None:
    """The body as RTF, which often only wraps the one in HTML."""
    try:
        data = compressed_rtf.decompress(value)
    except ValueError:
        ctx.not_read(NotReadReason.DAMAGED, "RTF 內文損壞", name="rtf")
        return
    ctx.budget.charge_bytes(len(data))
    ctx.child(data, label="embedded", declared="application/rtf")


def _recipients(storage: Storage, label: str, lines: dict[str, dict[str, None]]) -> None:
    for name in storage.storages():
        if not name.lower().startswith("__recip"):
            continue
        for number, kind, value in _values(storage.inner(name)):
            if kind in (_STRING8, _STRING16) and number not in _NOISE:
                lines.setdefault("To", {})[_decoded(value, kind, label)] = None


def _attachment(storage: Storage, label: str, ctx: ReadContext) -> None:
    """A file, an object, or a message inside the message."""
    storage.read("__properties_version1.0")
    names: dict[str, None] = {}
    content: bytes | None = None
    for number, kind, value in _values(storage):
        if number == _DATA and kind == _BINARY:
            content = value
        elif kind in (_STRING8, _STRING16):
            text = _decoded(value, kind, label)
            if number in (_LONG_NAME, _SHORT_NAME, _PATH, _SHOWN_NAME):
                names[text] = None
            elif number not in _NOISE:
                ctx.add(Place.PROPERTY, text, name="property", field=f"{number:04X}")
    name = "\n".join(names)
    if content is not None:
        ctx.child(content, name=name, label="attachment")
    for inner in storage.storages():
        if not inner.lower().startswith("__substg1.0_3701"):
            continue
        below = ctx.open_child(name=name, label="attachment")
        below.format = "msg"
        with ctx.budget.nested():
            from dlp.readers.ole import read_storage

            read_storage(storage.inner(inner).with_context(below), below)
