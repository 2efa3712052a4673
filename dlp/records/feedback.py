"""False alarms reported from the command line: kept as test candidates until the policy's owner accepts or drops them.

The text is kept masked unless the person says otherwise, sealed like all evidence.  Accepted ones can be written out for training;
those that the desk confirmed after an appeal are accepted from the start.
"""

from collections.abc import Sequence

from dlp.records import schema
from dlp.records.clock import millis
from dlp.records.errors import NoSuchRecord
from dlp.records.evidence import seal
from dlp.records.incident_views import candidates
from dlp.records.people import Actor, Right
from dlp.records.store import Store

ASKED, ACCEPTED = "asked", "allow"
MOST_CHARS = 20_000  # of a text; a longer one is cut, its beginning is kept


def add(store: Store, *, rule: str, kinds: Sequence[str], channel: str, text: str, actor: Actor) -> int:
    """Keep ``text`` as a candidate that ``rule`` should let pass; returns its number."""
    from sqlalchemy import insert

    row = {
        "rule": rule[:64], "kind": ",".join(kinds)[:48], "channel": channel, "expect": ASKED, "incident": "",
        "text": seal(store.keys.evidence, text[:MOST_CHARS], purpose="candidate"), "added_at": millis(store.now()),
    }  # fmt: skip
    with store.audited("feedback.add", actor=actor) as change:
        change.facts = {"rule": rule}
        key = change.connection.execute(insert(schema.test_candidates).values(**row)).inserted_primary_key
        number = int(key[0]) if key else 0
        change.object_id = str(number)
    return number


def accept(store: Store, number: int, *, actor: Actor) -> None:
    """The report is right: the text becomes a test, and training may use it.  Raises NotAllowed, NoSuchRecord."""
    from sqlalchemy import update

    actor.require(Right.APPROVE)
    t = schema.test_candidates
    with store.audited("feedback.accept", actor=actor, object_id=str(number)) as change:
        if change.connection.execute(update(t).where(t.c.id == number).values(expect=ACCEPTED)).rowcount != 1:
            raise NoSuchRecord("沒有這個編號的誤判回報。", code="E640")


def drop(store: Store, number: int, *, actor: Actor) -> None:
    """The alarm was right: the report is removed.  Raises NotAllowed, NoSuchRecord."""
    from sqlalchemy import delete

    actor.require(Right.APPROVE)
    t = schema.test_candidates
    with store.audited("feedback.drop", actor=actor, object_id=str(number)) as change:
        if change.connection.execute(delete(t).where(t.c.id == number)).rowcount != 1:
            raise NoSuchRecord("沒有這個編號的誤判回報。", code="E640")


def accepted(store: Store) -> list[dict[str, str]]:
    """Texts for training: ``{"text", "channel", "rule"}``."""
    return [
        {"text": c.text, "channel": c.channel, "rule": c.rule}
        for c in candidates(store)
        if c.expect == ACCEPTED and c.text.strip()
    ]
