"""Compressed RTF as Outlook keeps it in winmail.dat and .msg.  Source: MS-OXRTFCP, read 2026-11."""

from struct import unpack_from

COMPRESSED, STORED = b"LZFu", b"MELA"
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    b"Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
WINDOW = 4_096
OUTPUT_BYTES = 64 << 20


def decompress(data: bytes) -> bytes:
    """The RTF text; what a cut stream still holds.  Raises ValueError for bytes that are no compressed RTF."""
    if len(data) < 16:
        raise ValueError("too short")
    size, kind = unpack_from("<I", data, 4)[0], data[8:12]
    if kind == STORED:
        return data[16 : 16 + size]
    if kind != COMPRESSED:
        raise ValueError("no compressed RTF")
    window = bytearray(WINDOW)
    window[: len(_DICTIONARY)] = _DICTIONARY
    at, write = 16, len(_DICTIONARY)
    out = bytearray()
    while at < len(data) and len(out) < OUTPUT_BYTES:
        control = data[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                if at >= len(data):
                    return bytes(out)
                window[write] = data[at]
                out.append(data[at])
                write, at = (write + 1) % WINDOW, at + 1
                continue
            if at + 1 >= len(data):
                return bytes(out)
            token = data[at] << 8 | data[at + 1]
            at += 2
            offset, length = token >> 4, (token & 15) + 2
            if offset == write:
                return bytes(out)
            for _ in range(length):
                value = window[offset]
                window[write] = value
                out.append(value)
                offset, write = (offset + 1) % WINDOW, (write + 1) % WINDOW
    return bytes(out)
