"""Values that the desk confirmed as false alarms, as accepted values of the policy in force (same key, same digests), for every door."""

from dataclasses import replace
from typing import TYPE_CHECKING

from dlp.kinds import Kind
from dlp.policy.accepted import Accepted, Entry
from dlp.records.clock import TAIPEI, millis, moment
from dlp.records.incidents import allow_list

if TYPE_CHECKING:
    from dlp.policy.policyset import PolicySet
    from dlp.records.store import Store

REFRESH_SECONDS = 60.0  # a decision of the desk reaches every door within this time


def with_allowed(policy: "PolicySet", store: "Store") -> "PolicySet":
    """``policy`` with the entries of the store's allow list that are in force; the version stays the same.

    An entry ends at 00:00 Taipei time, so its last day is the one before.
    """
    entries: dict[str, Entry] = dict(policy.accepted.entries)
    for found in allow_list(store):
        last = moment(millis(found.until) - 1).astimezone(TAIPEI).date()
        known = entries.get(found.digest)
        rules: tuple[str, ...] = (found.rule,) if found.rule else ()
        if known is not None and known.rules and rules:
            rules = tuple(sorted({*known.rules, *rules}))
        elif known is not None and not known.rules:
            rules = ()
        entries[found.digest] = Entry(found.digest, Kind(found.kind), "", max(last, known.until) if known else last, found.who, rules)
    if not entries:
        return policy
    return replace(policy, accepted=Accepted(entries, policy.accepted.key or store.keys.digest_key))
