"""Lists of public values that rules leave out: the office's own published telephone numbers and mailboxes.

One value a line, ``#`` starts a remark.  Values are compared in canonical form, so 02-2720-8889, (02)27208889 and
+886 2 2720 8889 are one.  ``@example.gov.tw`` stands for every mailbox of that domain.  Only what is public anyway may
stand here in clear; accepted values of persons belong into ``accepted.py``'s keyed list.
"""

import unicodedata
from dataclasses import dataclass

import regex

from dlp.kinds import Kind

PHONES = frozenset({Kind.PERSONAL_MOBILE, Kind.PERSONAL_LANDLINE})
_EXTENSION = regex.compile(r"(?:轉|分機|ext\.?|#)\s{0,3}[0-9]{1,6}\s{0,3}$", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ValueList:
    """Canonical values and mail domains."""

    values: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def holds(self, kind: Kind, text: str) -> bool:
        """True when the value stands in the list."""
        if kind is Kind.PERSONAL_EMAIL and self.domains:
            domain = unicodedata.normalize("NFKC", text).rpartition("@")[2].strip().lower()
            if domain in self.domains:
                return True
        return canonical(kind, text) in self.values


def canonical(kind: Kind, text: str) -> str:
    """The value without what people write differently: width, case, spaces, hyphens, country code, extension."""
    plain = (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()
    if kind in PHONES:
        return _phone(plain)
    if kind is Kind.PERSONAL_EMAIL:
        return "".join(plain.split())
    return "".join(c for c in plain if c.isalnum())


def _phone(text: str) -> str:
    digits = "".join(c for c in _EXTENSION.sub("", text) if "0" <= c <= "9")
    return "0" + digits[3:].lstrip("0") if digits.startswith("886") else digits


def parse_list(text: str) -> ValueList:
    """The list in ``text``; lines without a value are skipped."""
    values, domains = set(), set()
    for line in text.splitlines():
        value = line.partition("#")[0].strip() if not line.lstrip().startswith("#") else ""
        if not value:
            continue
        if value.startswith("@"):
            domains.add(value[1:].lower())
            continue
        looks_like_phone = all(c in "0123456789+-() 　.轉" for c in unicodedata.normalize("NFKC", value))
        kind = Kind.PERSONAL_LANDLINE if looks_like_phone else Kind.PERSONAL_EMAIL if "@" in value else Kind.PERSONAL_NAME
        values.add(canonical(kind, value))
    return ValueList(frozenset(values), frozenset(domains))
