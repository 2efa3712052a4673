"""Replaying a decision from a journal row: detector results, counts and classes of recipients, never any text.

A row holds what ``decide`` used, so that the same policy gives the same decision again, and another policy shows what
would have changed.  Offsets and part numbers are kept because rules ask for things that stand together; values and persons
are numbers or keyed digests that mean nothing outside the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dlp.document import Document, Envelope, NotReadReason
from dlp.finding import EMPTY, Finding, Level, level_of
from dlp.kinds import Kind
from dlp.policy.accepted import value_digest
from dlp.policy.decision import Circumstances, Decision, judge, sightings_of
from dlp.policy.destinations import Class, Target, classify, targets
from dlp.policy.matching import Sighting, Sightings
from dlp.policy.policyset import PolicySet
from dlp.verdict import Action, Channel, Coverage


@dataclass(frozen=True, slots=True)
class JournalFinding:
    """One finding without its text.

    ``part_place`` is where it stood (``body``, ``header`` …), with ``attachment`` behind a space for attachments.
    ``count``: how many findings of this value this row stands for.  ``digest``: keyed digest of the value, empty where no key is
    in use.  ``value`` and ``person`` number the different values and persons of the item from 1 (0: no person known).
    ``listed``: names of the public lists that held the value.
    """

    kind: Kind
    level: Level
    confidence: float
    part_place: str
    count: int = 1
    digest: str = ""
    attrs: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    part: int = 0
    start: int = 0
    value: int = 0
    person: int = 0
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One decision.  ``recipient_class`` is the farthest class; ``recipient_domains`` may be empty where not recorded.

    ``action`` and ``rules`` are what was decided then.  ``not_read`` holds the reasons; ``complete`` is False when any.
    """

    time: datetime
    channel: Channel
    findings: tuple[JournalFinding, ...]
    recipient_class: Class
    policy_version: str
    action: Action
    complete: bool
    not_read: tuple[NotReadReason, ...] = ()
    rules: tuple[tuple[str, Action], ...] = ()
    recipient_domains: tuple[str, ...] = ()
    destination: str = ""
    sender_domain: str = ""
    unit: str = ""
    size_bytes: int = 0


def row_of(
    findings: Sequence[Finding], coverage: Coverage, channel: Channel, decision: Decision, *,
    envelope: Envelope | None, policy: PolicySet, document: Document, when: datetime,
) -> JournalRow:  # fmt: skip
    """The journal row of a decision that was just made."""
    reached = targets(channel, envelope, policy.places)
    order = list(Class)
    return JournalRow(
        time=when, channel=channel, findings=journal_findings(findings, document, policy),
        recipient_class=max((t.kind for t in reached), key=order.index), policy_version=policy.version, action=decision.action,
        complete=coverage.complete, not_read=tuple(dict.fromkeys(n.reason for n in coverage.not_read)),
        rules=tuple((h.id, h.action) for h in decision.rules),
        recipient_domains=tuple(dict.fromkeys("@" + r.rpartition("@")[2].lower() for r in envelope.recipients)) if envelope else (),
        destination=envelope.destination if envelope else "", sender_domain=_domain(envelope), unit=envelope.unit if envelope else "",
        size_bytes=envelope.size_bytes if envelope else 0,
    )  # fmt: skip


def _domain(envelope: Envelope | None) -> str:
    sender = (envelope.authenticated_user or envelope.sender) if envelope else ""
    return "@" + sender.rpartition("@")[2].lower() if sender else ""


def journal_findings(findings: Sequence[Finding], document: Document, policy: PolicySet) -> tuple[JournalFinding, ...]:
    """Findings without text, in their order."""
    seen = {s.position: s for s in sightings_of(findings, document).items}
    values: dict[tuple[Kind, str], int] = {}
    persons: dict[str, int] = {"": 0}
    out = []
    for i, f in enumerate(findings):
        where = seen[i]
        out.append(JournalFinding(
            f.kind, f.level, f.confidence, " ".join(where.places), 1,
            value_digest(policy.accepted.key, f.kind, f.text) if policy.accepted else "", dict(f.attrs), where.part, f.start,
            values.setdefault((f.kind, f.text), len(values) + 1), persons.setdefault(f.person, len(persons)),
            tuple(name for name, known in policy.lists.items() if f.kind in policy.listed_kinds and known.holds(f.kind, f.text)),
        ))  # fmt: skip
    return tuple(out)


def replay(row: JournalRow, policy: PolicySet) -> Decision:
    """What ``policy`` decides on a row, on the day it was made."""
    return judge(_sightings(row), _circumstances(row, policy), policy)


def _sightings(row: JournalRow) -> Sightings:
    """A finding that stands for several values (``count`` without own values) counts as that many."""
    items = []
    for i, f in enumerate(row.findings):
        for n in range(max(1, f.count)):
            value = (f.value or -1 - i, n)
            confidence = f.confidence if level_of(f.confidence) is f.level else _floor(f.level)
            items.append(Sighting(i, f.kind, confidence, f.part, f.start, tuple(f.part_place.split()), value, f.person or None, f.attrs))
    return Sightings(items)


def _floor(level: Level) -> float:
    """Rows whose thresholds were other ones keep the level that was decided on."""
    return {Level.LOW: 0.0, Level.MEDIUM: 0.5, Level.HIGH: 0.8}[level]


def _circumstances(row: JournalRow, policy: PolicySet) -> Circumstances:
    listed: dict[str, set[int]] = {}
    for i, f in enumerate(row.findings):
        for name in f.listed:
            listed.setdefault(name, set()).add(i)
    return Circumstances(
        row.channel, row.time.date(), _targets(row, policy), sender=row.sender_domain, unit=row.unit, size_bytes=row.size_bytes,
        not_read=row.not_read, listed={n: frozenset(s) for n, s in listed.items()},
        digests=tuple(f.digest for f in row.findings) if policy.accepted else (),
    )  # fmt: skip


def _targets(row: JournalRow, policy: PolicySet) -> tuple[Target, ...]:
    """Recipients anew where their domains were recorded, else the class that was decided then."""
    if row.channel is Channel.MAIL and row.recipient_domains:
        return tuple(Target(d, classify(d, policy.places)) for d in row.recipient_domains)
    if row.channel is Channel.POST and row.destination:
        return targets(row.channel, Envelope(destination=row.destination), policy.places)
    return (Target(row.destination, Class.OUTSIDE if row.channel is Channel.SHARE else row.recipient_class),)


def undecidable(row: JournalRow, policy: PolicySet) -> bool:
    """True when the policy asks for addresses that the row does not hold, so that its replay is only near."""
    if row.channel is not Channel.MAIL or row.recipient_domains:
        return False
    words = {"inside", "trusted", "outside", "public"}
    return any(w not in words for r in policy.rules for w in (*r.to, *(t for e in r.exemptions for t in e.to)))
