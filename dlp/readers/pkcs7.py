"""PKCS#7 / CMS containers of S/MIME: opaque-signed content is taken out, enveloped data is encrypted.

Only the outermost structure is walked, in BER with definite or indefinite lengths.  Source: RFC 5652, X.690, read 2026-11.
"""

import re

from dlp.document import NotReadReason
from dlp.readers import raw
from dlp.readers.context import ReadContext
from dlp.readers.mail_headers import lenient_base64

OID_PREFIX = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
DATA, SIGNED, ENVELOPED, DIGESTED, ENCRYPTED = 1, 2, 3, 5, 6
COMPRESSED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"
LEVELS_MOST = 40
PIECES_MOST = 1_000_000
_MIME_START = re.compile(
    rb"\s{0,20}(?:content-[a-z-]{2,40}|mime-version|subject|from|to|date|message-id|received|return-path):", re.IGNORECASE
)


class BrokenBer(ValueError):
    """The bytes are not BER."""


def read(data: bytes, ctx: ReadContext) -> None:
    """The signed content as a child; encrypted content as not read."""
    armour = re.search(rb"-----BEGIN (?:PKCS7|CMS)-----(.{1,100000000}?)-----END", data, re.DOTALL)
    if armour:
        data = lenient_base64(armour[1])
    elif data[:1] != b"\x30":
        data = lenient_base64(data)
    kind, content = unwrap(data)
    if kind in (ENVELOPED, ENCRYPTED):
        ctx.not_read(NotReadReason.ENCRYPTED, "S/MIME 加密")
    elif content:
        ctx.child(content, label="embedded", declared="message/rfc822" if _looks_like_mime(content) else "")
    elif kind not in (SIGNED, DIGESTED):  # a detached signature or bare certificates hold no text
        ctx.not_read(NotReadReason.UNKNOWN_TYPE, "PKCS#7")
        raw.salvage(data, ctx)


def _looks_like_mime(content: bytes) -> bool:
    return _MIME_START.match(content[:200]) is not None


def unwrap(data: bytes) -> tuple[int, bytes]:
    """Content type (last arc of pkcs-7) and encapsulated content.  Raises BrokenBer."""
    tag, start, end, _ = _header(data, 0)
    if tag != 0x30:
        raise BrokenBer
    tag, oid_start, oid_end, after = _header(data, start)
    oid = data[oid_start:oid_end]
    if tag != 0x06 or not oid.startswith(OID_PREFIX) or len(oid) != len(OID_PREFIX) + 1:
        return 0, b""
    kind = oid[-1]
    if kind in (ENVELOPED, ENCRYPTED):
        return kind, b""
    return kind, _content(data, after, end)


def _content(data: bytes, at: int, end: int) -> bytes:
    """First [0] EXPLICIT that holds an OCTET STRING behind a data OID."""
    found = data.find(b"\x06\x09" + OID_PREFIX + bytes((DATA,)), at, end)
    if found < 0:
        return b""
    at = found + 11
    if at >= len(data) or data[at] != 0xA0:
        return b""
    _, start, _, _ = _header(data, at)
    out: list[bytes] = []
    _octets(data, start, out, 0)
    return b"".join(out)


def _octets(data: bytes, at: int, out: list[bytes], level: int) -> int:
    """One OCTET STRING, primitive or in pieces; returns the offset behind it."""
    if level > LEVELS_MOST or len(out) > PIECES_MOST:
        raise BrokenBer
    tag, start, end, after = _header(data, at)
    if tag == 0x04:
        out.append(data[start:end])
        return after
    if tag != 0x24:
        raise BrokenBer
    indefinite = end < 0
    while (start < end) if not indefinite else data[start : start + 2] != b"\0\0":
        if start >= len(data):
            break
        start = _octets(data, start, out, level + 1)
    return start + 2 if indefinite else after


def _header(data: bytes, at: int) -> tuple[int, int, int, int]:
    """Tag, start and end of the contents, offset behind; end is -1 for an indefinite length."""
    if at + 2 > len(data):
        raise BrokenBer
    tag, length = data[at], data[at + 1]
    if length == 0x80:
        return tag, at + 2, -1 if tag in (0x24, 0xA0) else len(data), len(data)
    start = at + 2
    if length > 0x80:
        count = length & 0x7F
        if count > 8 or start + count > len(data):
            raise BrokenBer
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    return tag, start, min(start + length, len(data)), start + length
