"""Single-use passes for released mail (F12): a message that comes back after its release is let through once.

A pass is an HMAC over the message's hash and its recipients plus a random part.  Another message, other recipients, a second
use, a forged header or more than an hour give no pass.
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from dlp.records import schema
from dlp.records.clock import millis
from dlp.records.keys import keyed

if TYPE_CHECKING:
    from dlp.records.store import Store

LIFE = timedelta(hours=1)


def issue(store: "Store", message_hash: str, recipients: Iterable[str]) -> str:
    """A pass for one message to these recipients; goes into a header of the released copy."""
    nonce = secrets.token_hex(16)
    token = f"{nonce}.{_mac(store, nonce, message_hash, recipients)}"
    expires = millis(store.now() + LIFE)
    with store.writing() as connection:
        connection.execute(insert(schema.passes).values(token=_stored(store, token), expires_at=expires))
    return token


def redeem(store: "Store", token: str, message_hash: str, recipients: Iterable[str]) -> bool:
    """Use the pass up.  False for anything but the first use of a genuine, fitting pass within its hour."""
    nonce, _, mac = token.partition(".")
    if not hmac.compare_digest(mac.encode("utf-8", "replace"), _mac(store, nonce, message_hash, recipients).encode()):
        return False
    t, now = schema.passes, millis(store.now())
    with store.writing() as connection:
        used = update(t).where(t.c.token == _stored(store, token), t.c.used_at.is_(None), t.c.expires_at > now).values(used_at=now)
        return connection.execute(used).rowcount == 1


def _mac(store: "Store", nonce: str, message_hash: str, recipients: Iterable[str]) -> str:
    facts = "\n".join([nonce, message_hash, *sorted(r.casefold() for r in recipients)])
    return keyed(store.keys.session, "pass", facts.encode("utf-8", "replace"))


def _stored(store: "Store", token: str) -> str:
    return keyed(store.keys.session, "stored pass", token.encode("utf-8", "replace"))
