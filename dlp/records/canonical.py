"""One way of writing for equal values, before the keyed digest: width, case, spaces, hyphens, country code, extension.

Must give what ``dlp.policy.lists.canonical`` gives, so that a false alarm confirmed here is accepted there; a test compares them.
"""

import unicodedata

import regex

from dlp.kinds import Kind

PHONES = frozenset({Kind.PERSONAL_MOBILE, Kind.PERSONAL_LANDLINE})
EXTENSION = regex.compile(r"(?:轉|分機|ext\.?|#)\s{0,3}[0-9]{1,6}\s{0,3}$", regex.IGNORECASE)


def canonical(kind: Kind, text: str) -> str:
    """The canonical form of a found value."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if kind in PHONES:
        digits = "".join(c for c in EXTENSION.sub("", plain) if "0" <= c <= "9")
        return "0" + digits[3:].lstrip("0") if digits.startswith("886") else digits
    if kind is Kind.PERSONAL_EMAIL:
        return "".join(plain.split())
    return "".join(c for c in plain if c.isalnum())
