"""Big5 as Taiwan writes it: CP950, then HKSCS, then the user-defined areas; the ETEN rows as ETEN and HKSCS write them.

Python's ``big5`` codec is never used: it loses everything after 碁.  The rows C6A1–C8D3 are read as ETEN and HKSCS write them (①, ぁ),
not as the oldest table had them.  Sources: Microsoft code page 950 end-user-defined ranges; HKSCS-2016; Python codec tables, 2026-11.
"""

import codecs
import re
from functools import cache

CP950 = "cp950"


def decode_big5(data: bytes) -> str:
    """Big5 of any flavour: CP950, HKSCS and ETEN extensions, user-defined areas as private-use characters."""
    text = data.decode(CP950, _HANDLER)
    if _ETEN_ROWS.search(data) and _eten_characters().search(text):
        text = text.translate(_eten())
    return text


_HANDLER = "dlp-big5"
_ETEN_ROWS = re.compile(rb"[\xc6-\xc8][\xa1-\xfe]")


@cache
def _eten() -> dict[int, str]:
    """What CP950 makes of C6A1–C7FC → what is meant by it."""
    table: dict[int, str] = {}
    for lead in (0xC6, 0xC7):
        for trail in (*range(0xA1, 0xFF), *range(0x40, 0x7F)):
            pair = bytes((lead, trail))
            if lead == 0xC6 and trail < 0xA1:
                continue
            try:
                old, new = pair.decode(CP950), pair.decode("big5hkscs")
            except UnicodeDecodeError:
                continue
            if old != new and len(old) == 1:
                table[ord(old)] = new
    return table


@cache
def _eten_characters() -> re.Pattern[str]:
    return re.compile("[" + "".join(map(re.escape, map(chr, _eten()))) + "]")


def _on_error(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    at = error.start
    pair = error.object[at : at + 2]
    if len(pair) == 2 and pair[0] >= 0x81:
        try:
            return pair.decode("big5hkscs"), at + 2
        except UnicodeDecodeError:
            private = _user_defined(pair[0], pair[1])
            if private:
                return private, at + 2
    if pair[:1] == b"\x80":
        return "€", at + 1
    return "\ufffd", at + 1


codecs.register_error(_HANDLER, _on_error)


def _user_defined(lead: int, trail: int) -> str:
    """Windows' private-use character for a pair in its end-user-defined areas, ``""`` outside."""
    if not (0x40 <= trail <= 0x7E or 0xA1 <= trail <= 0xFE):
        return ""
    column = trail - 0x40 if trail <= 0x7E else trail - 0x62
    for first, last, base in ((0xFA, 0xFE, 0xE000), (0x8E, 0xA0, 0xE311), (0x81, 0x8D, 0xEEB8)):
        if first <= lead <= last:
            return chr(base + (lead - first) * 157 + column)
    return ""
