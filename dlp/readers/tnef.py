"""winmail.dat (TNEF): Outlook's envelope for a message body and attachments.

Every attribute of every level is read; strings and binaries of the MAPI properties inside as well.  Sources: MS-OXTNEF,
MS-OXPROPS, read 2026-11.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers import compressed_rtf
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.html import read as read_html

SIGNATURE = 0x223E9F78
FROM, SUBJECT, BODY, ATTACH_DATA, ATTACH_TITLE = 0x8000, 0x8004, 0x800C, 0x800F, 0x8010
ATTACH_START, MAPI_PROPS, RECIPIENTS, ATTACHMENT_PROPS = 0x9002, 0x9003, 0x9004, 0x9005
TEXT_KINDS = (1, 2)  # atpString, atpText
PT_STRING8, PT_UNICODE, PT_BINARY, PT_OBJECT = 0x1E, 0x1F, 0x102, 0x0D
FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
PR_SUBJECT, PR_BODY, PR_RTF, PR_HTML = 0x0037, 0x1000, 0x1009, 0x1013
PR_ATTACH_DATA, PR_ATTACH_NAME, PR_ATTACH_LONG_NAME, PR_ATTACH_PATH = 0x3701, 0x3704, 0x3707, 0x370D
# Message class, address types, search keys, tags of MIME types: words of the protocol.
NOISE = frozenset({0x001A, 0x1035, 0x300B, 0x3FDE, 0x0064, 0x0C1E, 0x0075, 0x0077, 0x3002, 0x370E})


@dataclass(slots=True)
class _Attachment:
    names: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)


class _Cut(ValueError):
    """The stream ends inside a value."""


def read(data: bytes, ctx: ReadContext) -> None:
    """Subject, bodies in every form, recipients, attachments."""
    attachment: _Attachment | None = None
    at = 6
    while at + 9 <= len(data):
        ctx.budget.check_time()
        level, number, kind, size = data[at], *unpack_from("<HHI", data, at + 1)
        body = data[at + 9 : at + 9 + size]
        if level not in (1, 2):
            ctx.not_read(NotReadReason.DAMAGED, "winmail.dat 結構損壞")
            break
        if number == ATTACH_START:
            _finish(attachment, ctx)
            attachment = _Attachment()
        attachment = _attribute(number, kind, body, attachment, ctx)
        if at + 9 + size > len(data):
            ctx.not_read(NotReadReason.TRUNCATED)
            break
        at += 9 + size + 2
    _finish(attachment, ctx)


def _attribute(number: int, kind: int, body: bytes, attachment: _Attachment | None, ctx: ReadContext) -> _Attachment | None:
    if number == SUBJECT:
        ctx.add(Place.SUBJECT, _text(body), name="subject")
    elif number == BODY:
        ctx.add(Place.BODY, _text(body))
    elif number == MAPI_PROPS:
        _message(body, ctx)
    elif number == RECIPIENTS:
        _recipients(body, ctx)
    elif number in (ATTACH_TITLE, ATTACH_DATA, ATTACHMENT_PROPS):
        attachment = attachment or _Attachment()
        if number == ATTACH_TITLE:
            attachment.names.append(_text(body))
        elif number == ATTACH_DATA:
            attachment.contents.append(body)
        else:
            _attachment_properties(body, attachment, ctx)
    elif number == FROM and len(body) > 8:
        ctx.add(Place.MAIL_HEADER, "\n".join(_text(piece) for piece in body[8:].split(b"\0") if piece), name="header", field="From")
    elif kind in TEXT_KINDS and len(body) > 1:
        ctx.add(Place.PROPERTY, _text(body), name="property")
    return attachment


def _finish(attachment: _Attachment | None, ctx: ReadContext) -> None:
    if attachment is None:
        return
    name = "\n".join(dict.fromkeys(filter(None, attachment.names)))
    for content in attachment.contents or [b""]:
        ctx.child(content, name=name, label="attachment")


def _message(body: bytes, ctx: ReadContext) -> None:
    for number, kind, value in _guarded(body, ctx):
        if number == PR_RTF and kind == PT_BINARY:
            try:
                ctx.child(compressed_rtf.decompress(value), label="embedded", declared="application/rtf")
            except ValueError:
                ctx.not_read(NotReadReason.DAMAGED, "RTF 內文損壞")
        elif number == PR_HTML:
            read_html(value, ctx)
        elif number == PR_BODY:
            ctx.add(Place.BODY, _string(value, kind))
        elif number == PR_SUBJECT:
            ctx.add(Place.SUBJECT, _string(value, kind), name="subject")
        elif kind in (PT_STRING8, PT_UNICODE) and number not in NOISE:
            ctx.add(Place.PROPERTY, _string(value, kind), name="property", field=f"{number:04X}")


def _recipients(body: bytes, ctx: ReadContext) -> None:
    try:
        count = unpack_from("<I", body)[0]
    except StructError:
        return
    at = 4
    for _ in range(min(count, 10_000)):
        lines: list[str] = []
        try:
            for _, kind, value, after in _properties(body, at):
                at = after
                if kind in (PT_STRING8, PT_UNICODE):
                    lines.append(_string(value, kind))
        except (_Cut, StructError):
            ctx.not_read(NotReadReason.DAMAGED, "winmail.dat 收件人損壞")
            return
        ctx.add(Place.MAIL_HEADER, "\n".join(dict.fromkeys(lines)), name="header", field="To")
        ctx.budget.check_time()


def _attachment_properties(body: bytes, attachment: _Attachment, ctx: ReadContext) -> None:
    for number, kind, value in _guarded(body, ctx):
        if number in (PR_ATTACH_NAME, PR_ATTACH_LONG_NAME, PR_ATTACH_PATH) and kind in (PT_STRING8, PT_UNICODE):
            attachment.names.append(_string(value, kind))
        elif number == PR_ATTACH_DATA and kind in (PT_BINARY, PT_OBJECT):
            attachment.contents.append(value[16:] if kind == PT_OBJECT else value)  # an object begins with its interface id
        elif kind in (PT_STRING8, PT_UNICODE) and number not in NOISE:
            ctx.add(Place.PROPERTY, _string(value, kind), name="property", field=f"{number:04X}")


def _guarded(body: bytes, ctx: ReadContext) -> Iterator[tuple[int, int, bytes]]:
    try:
        for number, kind, value, _ in _properties(body, 0):
            yield number, kind, value
    except (_Cut, StructError):
        ctx.not_read(NotReadReason.DAMAGED, "winmail.dat 屬性損壞")


def _properties(body: bytes, at: int) -> Iterator[tuple[int, int, bytes, int]]:
    """Properties of one list: number, type, value, offset behind.  Raises _Cut."""
    count = unpack_from("<I", body, at)[0]
    at += 4
    for _ in range(count):
        kind, number = unpack_from("<HH", body, at)
        at += 4
        if number >= 0x8000:
            at = _skip_name(body, at)
        several, base = bool(kind & 0x1000), kind & 0x0FFF
        values = 1
        if several or base in (PT_STRING8, PT_UNICODE, PT_BINARY, PT_OBJECT):
            values = unpack_from("<I", body, at)[0]
            at += 4
        if values > len(body):
            raise _Cut
        for _ in range(values):
            size = FIXED.get(base)
            if size is None:
                size = unpack_from("<I", body, at)[0]
                at += 4
                if at + size > len(body):
                    raise _Cut
            value = body[at : at + size]
            at += -(-size // 4) * 4
            yield number, base, value, at


def _skip_name(body: bytes, at: int) -> int:
    at += 16
    by_name = unpack_from("<I", body, at)[0] == 1
    at += 4
    if not by_name:
        return at + 4
    size = int(unpack_from("<I", body, at)[0])
    return at + 4 + -(-size // 4) * 4


def _string(value: bytes, kind: int) -> str:
    return value.decode("utf-16-le", "replace").rstrip("\0") if kind == PT_UNICODE else _text(value)


def _text(value: bytes) -> str:
    return decode(value.rstrip(b"\0")).text
