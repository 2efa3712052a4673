"""Sessions of the web page: 256-bit tokens, kept only as keyed digests; idle 15 minutes, absolute 8 hours (W03)."""

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from dlp.records import schema
from dlp.records.accounts import Account, actor_of
from dlp.records.accounts import _account as account_of_row
from dlp.records.clock import millis
from dlp.records.keys import keyed
from dlp.records.people import Actor

if TYPE_CHECKING:
    from dlp.records.store import Store

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
TOUCH_MILLIS = 30_000  # "seen" is written at most this often
TOKEN_BYTES = 32

_c = schema.sessions.c


def begin(store: "Store", account: Account) -> str:
    """A new session; returns its token for the cookie.  Old sessions of the account go on."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), millis(store.now())
    with store.writing() as connection:
        connection.execute(insert(schema.sessions).values(token=_digest(store, token), account=account.name, began_at=now, seen_at=now))
    return token


def actor(store: "Store", token: str) -> Actor | None:
    """Who a token belongs to; None when unknown, idle too long, too old, or the account is switched off."""
    now = millis(store.now())
    digest = _digest(store, token)
    query = (
        select(schema.accounts, _c.began_at, _c.seen_at)
        .join(schema.sessions, _c.account == schema.accounts.c.name)
        .where(_c.token == digest, schema.accounts.c.disabled.is_(False))
        .where(_c.seen_at > now - _millis(IDLE), _c.began_at > now - _millis(ABSOLUTE))
    )
    with store.reading() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    if now - row.seen_at > TOUCH_MILLIS:
        with store.writing() as connection:
            connection.execute(update(schema.sessions).where(_c.token == digest).values(seen_at=now))
    return actor_of(account_of_row(row), via="web")


def end(store: "Store", token: str) -> None:
    """Log out."""
    with store.writing() as connection:
        connection.execute(delete(schema.sessions).where(_c.token == _digest(store, token)))


def form_token(store: "Store", token: str) -> str:
    """The CSRF token that belongs to a session (W04)."""
    return keyed(store.keys.session, "form", token.encode())


def _digest(store: "Store", token: str) -> str:
    return keyed(store.keys.session, "session", token.encode("utf-8", "replace"))


def _millis(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
