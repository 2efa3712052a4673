"""What kind of container a zip or a compound file is, judged by its members, also when its directory is gone.

Sources: APPNOTE.TXT 6.3.10 (zip), ECMA-376 part 2, OASIS ODF 1.3 part 2, MS-CFB, read 2026-11.
"""

import io
import re
import zlib
from struct import unpack_from

ZIP_END_BYTES = 65_557  # longest distance of the end record from the end of a zip


def has_zip_tail(data: bytes) -> bool:
    """True when the bytes end in a zip directory that is really there, whatever stands before it."""
    tail = data[-ZIP_END_BYTES:]
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return False
    size, comment = unpack_from("<I", tail, at + 12)[0], unpack_from("<H", tail, at + 20)[0]
    end = len(data) - len(tail) + at
    start = end - size
    return at + 22 + comment <= len(tail) and 0 <= start < end and data[start : start + 4] == b"PK\x01\x02"


def zip_kind(data: bytes) -> str:
    """Office containers are told from other zips by their member names, also when the directory is gone."""
    names = zip_names(data)
    if "mimetype" in names:
        kind = _zip_mimetype(data)
        if kind.startswith(("application/vnd.oasis.opendocument", "application/vnd.sun.xml")):
            return "odf"
        if kind == "application/epub+zip":
            return "zip"
    if "META-INF/manifest.xml" in names and "content.xml" in names:
        return "odf"
    if "[Content_Types].xml" in names or "_rels/.rels" in names:
        if any(n.endswith("workbook.bin") for n in names):
            return "xlsb"
        if any(n.startswith(("word/", "xl/", "ppt/", "visio/")) for n in names):
            return "ooxml"
        return "ooxml" if {"[Content_Types].xml", "_rels/.rels"} <= names else "zip"
    if any(n in ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml") for n in names):
        return "ooxml"
    return "zip"


def zip_names(data: bytes, *, most: int = 2_000) -> frozenset[str]:
    """Names in the local headers and the directory, found by their signatures; enough to tell what a container is."""
    names: set[str] = set()
    for signature, fixed, at_length in ((b"PK\x03\x04", 30, 26), (b"PK\x01\x02", 46, 28)):
        at, count = data.find(signature), 0
        while at >= 0 and count < most and at + fixed <= len(data):
            length = unpack_from("<H", data, at + at_length)[0]
            names.add(data[at + fixed : at + fixed + min(length, 256)].decode("utf-8", "replace").replace("\\", "/"))
            count += 1
            at = data.find(signature, at + 4)
    return frozenset(names)


def _zip_mimetype(data: bytes) -> str:
    """Content of the member ``mimetype``, stored or deflated, from its local header."""
    at = data.find(b"mimetype")
    if at < 30 or data[at - 30 : at - 26] != b"PK\x03\x04":
        return ""
    method, extra = unpack_from("<H", data, at - 22)[0], unpack_from("<H", data, at - 2)[0]
    body = data[at + 8 + extra : at + 8 + extra + 200]
    if method == 8:
        try:
            body = zlib.decompressobj(-15).decompress(body, 200)
        except zlib.error:
            return ""
    found = re.match(rb"[a-z]{1,20}/[a-z0-9.+-]{1,100}", body)
    return found[0].split(b"PK")[0].decode("ascii") if found else ""


_OLE_STREAMS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"encryptedpackage", "encryptioninfo"}), "ole-encrypted"),
    (frozenset({"worddocument"}), "doc"),
    (frozenset({"workbook", "book"}), "xls"),
    (frozenset({"powerpoint document"}), "ppt"),
    (frozenset({"__properties_version1.0", "__nameid_version1.0"}), "msg"),
)


def ole_kind(data: bytes) -> str:
    """The program behind a compound file, by the streams at its top; by their names anywhere when it is damaged."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            names = {entry.name.lower() for entry in container.root.kids}
    except Exception:  # olefile raises many kinds on hostile bytes; the names are then searched for
        names = {
            name
            for streams, _ in _OLE_STREAMS
            for name in streams
            if re.search(re.escape(name.encode("utf-16-le")), data, re.IGNORECASE)
        }
    for streams, key in _OLE_STREAMS:
        if streams & names:
            return key
    return "ole"
