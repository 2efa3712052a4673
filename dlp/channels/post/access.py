"""Who is at the other end: a session of the desk, or a person whom the office's own sign-on names (W02, W03).

The sign-on header is believed only from the addresses of the reverse proxy; from anywhere else it is ignored.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from dlp.records import accounts, web_sessions
from dlp.records.errors import NoSuchRecord, NotAllowed
from dlp.records.keys import keyed
from dlp.records.people import Actor

if TYPE_CHECKING:
    from dlp.records.store import Store

COOKIE = "__Host-dlp"
NAME_CHARS = 64


@dataclass(frozen=True, slots=True)
class SignOn:
    """Header of the reverse proxy that names the person (empty: local accounts alone) and the addresses it may come from."""

    header: str = ""
    trusted: frozenset[str] = frozenset()


def store_of(request: Request) -> "Store | None":
    store: Store | None = request.app.state.service.store
    return store


def known_actor(request: Request) -> Actor | None:
    """The person, or None when nobody is known.  Somebody without an account gets no role."""
    store = store_of(request)
    if store is None:
        return None
    token = request.cookies.get(COOKIE, "")
    if token and (actor := web_sessions.actor(store, token)) is not None:
        return actor
    return _signed_on(request, store)


def _signed_on(request: Request, store: "Store") -> Actor | None:
    sign_on: SignOn = request.app.state.sign_on
    name = request.headers.get(sign_on.header, "")[:NAME_CHARS].strip() if sign_on.header else ""
    if not name:
        return None
    peer = request.client.host if request.client else "unix"
    try:
        accounts.find(store, name)
    except NoSuchRecord:
        return Actor(name, via="proxy") if accounts._trusted(peer, sign_on.trusted) else None
    try:
        return accounts.proxy_actor(store, name, peer=peer, trusted=sign_on.trusted)
    except NotAllowed:
        return None


def form_token(request: Request, actor: Actor) -> str:
    """The CSRF token of this person's forms: bound to the session, or to the name where the proxy signs on."""
    store = store_of(request)
    assert store is not None
    token = request.cookies.get(COOKIE, "")
    if actor.via == "web" and token:
        return web_sessions.form_token(store, token)
    return keyed(store.keys.session, "proxy form", actor.name.encode())
