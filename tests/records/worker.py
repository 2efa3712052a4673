"""A door for the crash and load tests, run as its own process: ``python -m tests.records.worker HOME URL MODE SEED COUNT``.

Every finished step is acknowledged on standard output, a line each, so that the test knows what must not be lost.
"""

import random
import sys

from dlp.records import incidents
from dlp.records.errors import RecordsError
from dlp.records.people import Actor, Role
from dlp.records.store import Store, open_store
from dlp.verdict import Action
from tests.records.samples import ENVELOPE, verdict

APPROVER = Actor("chen", frozenset({Role.APPROVER, Role.HANDLER}), ("chen@example.gov.tw",), via="cli")


def say(*words: object) -> None:
    print(*words, flush=True)


def mixed(store: Store, seed: int, count: int) -> None:
    """Decisions, incidents with originals, approvals, closes, retries: in random order, keys from a small set so that they meet."""
    rng = random.Random(seed)
    for _ in range(count):
        key = f"item{rng.randrange(60)}"
        kind = rng.random()
        if kind < 0.35:
            say("decision", key, store.record_decision(verdict(clean=rng.random() < 0.5), envelope=ENVELOPE, item_key=key))
        elif kind < 0.7:
            original = key.encode() * rng.choice((1, 100, 40_000))
            say("incident", key, store.open_incident(verdict(), envelope=ENVELOPE, item_key=key, original=original))
        else:
            step(store, rng)


def step(store: Store, rng: random.Random) -> None:
    found = incidents.listing(store, limit=60)
    if not found:
        return
    incident, name = rng.choice(found), rng.choice(("approve", "return", "close", "appeal", "leak"))
    try:
        after = incidents.take(store, incident.id, name, actor=APPROVER, note="理由").state
    except RecordsError:
        return
    say("step", incident.id, after)


def decisions(store: Store, seed: int, count: int) -> None:
    """Many decisions with different keys; one in ten also opens an incident."""
    for number in range(count):
        store.record_decision(verdict(action=Action.WARN), envelope=ENVELOPE, item_key=f"{seed}.{number}")
        if number % 10 == 0:
            store.open_incident(verdict(), envelope=ENVELOPE, item_key=f"{seed}.{number}", original=b"x" * 2000)
    say("done", count)


def main() -> None:
    home, url, mode, seed, count = sys.argv[1:]
    with open_store(home, url=url or None) as store:
        say("ready")
        {"mixed": mixed, "decisions": decisions}[mode](store, int(seed), int(count))


if __name__ == "__main__":
    main()
