"""Entries of the decision journal as rows that policies can be replayed on."""

from datetime import datetime

from dlp.policy.destinations import Class
from dlp.policy.replay import JournalFinding, JournalRow
from dlp.records.journal import JournalEntry


def row_from(entry: JournalEntry) -> JournalRow:
    """The row of an entry, in local time: the day of a decision is the office's day.  An unknown class counts as outside."""
    when: datetime = entry.time.astimezone()
    return JournalRow(
        time=when, channel=entry.channel,
        findings=tuple(
            JournalFinding(f.kind, f.level, f.confidence, f.part_place, f.count, f.digest, f.attrs, f.part, f.start, f.value, f.person, f.listed)
            for f in entry.findings
        ),
        recipient_class=Class(entry.recipient_class or Class.OUTSIDE), policy_version=entry.policy_version, action=entry.action,
        complete=entry.complete, not_read=entry.not_read, rules=entry.rules, recipient_domains=entry.recipient_domains,
        destination=entry.destination, sender_domain=entry.sender_domain, unit=entry.unit, size_bytes=entry.size_bytes,
    )  # fmt: skip
