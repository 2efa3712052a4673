"""Compound files of any kind: documents of Office 97–2003, messages, embedded objects, macros, encrypted packages.

The storage's own streams say what it is; whatever no reader asked for is searched for strings.
Sources: MS-CFB, MS-OLEDS, MS-OVBA, MS-OFFCRYPTO, read 2026-11.
"""

import re
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers.compound import Storage, opened
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.members import quiet_strings
from dlp.readers.ole_properties import read_properties

_CONTAINERS = (b"PK\x03\x04", b"%PDF", b"{\\rt", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"<?xml", b"<html")
# Streams that programs keep for themselves: class names, flags, caches of how an object looks.
_QUIET = frozenset((
    "\x01compobj", "\x01ole", "\x03objinfo", "\x03linkinfo", "\x03ocxname", "\x03print", "\x03epsprint", "__srp", "_vba_project", "dir",
    "projectwm", "projectlk", "version", "dataspacemap", "\x06primary", "\x06dataspaces", "current user", "\x01ole10itemname",
))  # fmt: skip
_PICTURES = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xe0\xe1\xdb\xee]")
PICTURES_MOST = 500
MODULE_BYTES = 4 << 20


def read(data: bytes, ctx: ReadContext) -> None:
    """Read a compound file.  Raises ValueError when it cannot be opened."""
    read_storage(opened(data, ctx), ctx)


def read_storage(storage: Storage, ctx: ReadContext) -> None:
    """A storage and everything below it."""
    ctx.budget.check_time()
    names = {name.lower() for name in storage.streams()}
    if "encryptedpackage" in names or "encryptioninfo" in names:
        ctx.not_read(NotReadReason.ENCRYPTED)
        storage.read("EncryptedPackage")
        storage.read("EncryptionInfo")
    if "worddocument" in names:
        from dlp.readers.legacy_word import read_streams as word

        word(storage, ctx)
    if names & {"workbook", "book"}:
        from dlp.readers.legacy_excel import read_streams as excel

        excel(storage, ctx)
    if "powerpoint document" in names:
        from dlp.readers.legacy_powerpoint import read_streams as powerpoint

        powerpoint(storage, ctx)
    if "__properties_version1.0" in names:
        from dlp.readers.msg import read_streams as message

        message(storage, ctx)
        return
    _common(storage, ctx)
    for name in storage.storages():
        with ctx.budget.nested():
            read_storage(storage.inner(name), ctx)


def _common(storage: Storage, ctx: ReadContext) -> None:
    """Streams that any kind of storage may have."""
    for name, data in storage.unread():
        lower = name.lower()
        if lower == "\x05summaryinformation":
            read_properties(data, ctx, document=False)
        elif lower == "\x05documentsummaryinformation":
            read_properties(data, ctx, document=True)
        elif lower == "\x01ole10native":
            _native(data, ctx)
        elif lower in ("data", "pictures"):
            carve_pictures(data, ctx)
            quiet_strings(_PICTURES.split(data, maxsplit=1)[0], ctx)
        elif storage.path and storage.path[-1].lower() == "vba" and not lower.startswith(("__srp", "_vba", "dir")):
            _module(data, ctx)
        elif data.startswith(_CONTAINERS) or lower in ("package", "contents"):
            ctx.child(data, label="embedded")
        elif not lower.startswith(tuple(_QUIET)) or len(data) > 4_096:
            quiet_strings(data, ctx)


def _native(data: bytes, ctx: ReadContext) -> None:
    """A packaged file: label, two paths, and its bytes."""
    try:
        at = 6
        label, at = _c_string(data, at)
        path, at = _c_string(data, at)
        at += 8
        temporary, at = _c_string(data, at)
        size = unpack_from("<I", data, at)[0]
        body = data[at + 4 : at + 4 + size]
    except (StructError, ValueError):
        ctx.child(data[4:], label="embedded")
        return
    names = dict.fromkeys(decode(name).text for name in (label, path, temporary) if name)
    ctx.child(body or data[4:], name="\n".join(names), label="embedded")


def _c_string(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.index(b"\0", at)
    return data[at:end], end + 1


def carve_pictures(data: bytes, ctx: ReadContext) -> None:
    """Pictures inside a stream, found by their signatures."""
    starts = [found.start() for found in _PICTURES.finditer(data)][:PICTURES_MOST]
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(data)
        ctx.child(data[start:end], label="embedded")


def _module(data: bytes, ctx: ReadContext) -> None:
    """A module of macros: source code, compressed behind a cache of its compiled form."""
    for found in re.finditer(rb"\x00Attribut", data):
        start = found.start() - 3
        if start >= 0 and data[start : start + 1] == b"\x01":
            source = decompressed_module(data[start:])
            ctx.budget.charge_bytes(len(source))
            ctx.add(Place.HIDDEN, decode(source).text, name="macro")
            return
    quiet_strings(data, ctx)


def decompressed_module(data: bytes) -> bytes:
    """MS-OVBA §2.4.1: chunks of 4,096 bytes, literals and copies.  A broken chunk ends the text."""
    out = bytearray()
    at = 1
    while at + 2 <= len(data) and len(out) < MODULE_BYTES:
        header = unpack_from("<H", data, at)[0]
        if header >> 12 & 7 != 3:
            break
        end = min(at + (header & 0xFFF) + 3, len(data))
        at += 2
        begin = len(out)
        if not header >> 15:
            out += data[at:end]
            at = end
            continue
        while at < end:
            flags = data[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(data[at])
                    at += 1
                    continue
                if at + 2 > end:
                    return bytes(out)
                token = unpack_from("<H", data, at)[0]
                at += 2
                bits = max((len(out) - begin - 1).bit_length(), 4)
                length = (token & (0xFFFF >> bits)) + 3
                back = (token >> 16 - bits) + 1
                if back > len(out) - begin:
                    return bytes(out)
                for _ in range(length):
                    out.append(out[-back])
    return bytes(out)
