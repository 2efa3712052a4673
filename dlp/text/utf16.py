"""Offsets in UTF-16 units, as JavaScript and LibreOffice count them: a character outside the basic plane is two."""

from bisect import bisect_left

import regex as re

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16Offsets:
    """Made once for a text (one pass); a look-up costs the logarithm of its characters outside the basic plane."""

    def __init__(self, text: str) -> None:
        self._astral = [m.start() for m in _ASTRAL.finditer(text)] if text and max(text) > "\uffff" else []

    def of(self, offset: int) -> int:
        """Units before code point ``offset``."""
        return offset + bisect_left(self._astral, offset)
