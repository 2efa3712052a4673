"""Values that a person has judged harmless: keyed hashes with reason and end date, never values, never plain hashes.

There are about 5 × 10⁸ national IDs: a plain hash of one is found by trying them all in minutes.  So each entry is
HMAC-SHA-256 under a key of this installation, over kind and canonical value.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from dlp.kinds import Kind
from dlp.policy.lists import canonical


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted value.  ``rules`` empty: for every rule.  Valid through ``until``."""

    digest: str
    kind: Kind
    why: str
    until: date
    added_by: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """All entries by digest, with the key that makes digests."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    key: bytes = field(default=b"", repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def accepts(self, digest: str, rule_id: str, today: date) -> bool:
        entry = self.entries.get(digest)
        return entry is not None and today <= entry.until and (not entry.rules or rule_id in entry.rules)


def value_digest(key: bytes, kind: Kind, text: str) -> str:
    """Keyed digest of a found value, equal however the value is written; 32 hex digits."""
    message = f"{kind}\0{canonical(kind, text)}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, sha256).hexdigest()[:32]
