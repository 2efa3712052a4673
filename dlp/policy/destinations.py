"""Where does it go?  Every recipient or public place is inside, trusted, outside or public."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dlp.document import Envelope
from dlp.policy.policyset import Places
from dlp.verdict import Channel


class Class(StrEnum):
    """Classes of recipients, from near to far.  ``outside`` in a policy's ``to`` means all but inside."""

    INSIDE = "inside"
    TRUSTED = "trusted"
    OUTSIDE = "outside"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        return {"inside": "機關內部", "trusted": "信任的機關", "outside": "外部", "public": "公開場所"}[self.value]


@dataclass(frozen=True, slots=True)
class Target:
    """One recipient: an address, a domain (``@example.gov.tw``), the name of a public place, or nothing known."""

    address: str
    kind: Class


def fits(pattern: str, address: str) -> bool:
    """``*.gov.tw`` fits the domain and all below; ``a@b.tw`` one mailbox; ``facebook`` a place.  Case does not matter."""
    pattern, address = pattern.lower(), address.lower()
    domain = address.rpartition("@")[2].rstrip(".")
    if pattern.startswith("*."):
        return domain == pattern[2:] or domain.endswith(pattern[1:])
    if "@" in pattern[1:]:
        return address == pattern
    return domain == pattern.removeprefix("@")


def fits_any(patterns: Iterable[str], address: str) -> bool:
    return bool(address) and any(fits(p, address) for p in patterns)


def classify(address: str, places: Places) -> Class:
    """Class of one address.  Unknown is outside."""
    if fits_any(places.inside, address):
        return Class.INSIDE
    if fits_any(places.public, address):
        return Class.PUBLIC
    return Class.TRUSTED if fits_any(places.trusted, address) else Class.OUTSIDE


def targets(channel: Channel, envelope: Envelope | None, places: Places) -> tuple[Target, ...]:
    """All recipients of an item.  Nothing known about it counts as outside (mail) or public (post)."""
    if channel is Channel.MAIL:
        recipients = envelope.recipients if envelope else ()
        known = tuple(Target(r, classify(r, places)) for r in dict.fromkeys(recipients) if r)
        return known or (Target("", Class.OUTSIDE),)
    if channel is Channel.POST:
        place = envelope.destination if envelope else ""
        kind = classify(place, places) if place else Class.PUBLIC
        return (Target(place, Class.PUBLIC if kind is Class.OUTSIDE else kind),)
    return (Target("", Class.OUTSIDE),)


def addressed(to: tuple[str, ...], target: Target) -> bool:
    """True when ``to`` (classes or patterns) speaks of this target."""
    for word in to:
        if word == "outside":
            if target.kind is not Class.INSIDE:
                return True
        elif word in ("inside", "trusted", "public"):
            if target.kind == word:
                return True
        elif target.address and fits(word, target.address):
            return True
    return False
