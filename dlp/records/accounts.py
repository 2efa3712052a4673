"""Local accounts: argon2id passwords, limited attempts, no default account (W02).  Sign-on by a reverse proxy: see ``proxy_actor``.

Log-in never tells whether the account exists: an unknown name costs the same time and gives the same answer.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select, update

from dlp.records import schema
from dlp.records.clock import millis
from dlp.records.errors import NoSuchRecord, NotAllowed, RecordsError
from dlp.records.people import Actor, Right, Role
from dlp.resources import package_data

if TYPE_CHECKING:
    from dlp.records.store import Store

MIN_CHARS, MAX_CHARS = 8, 256
ADVISED_CHARS = 15
FAILURES, LOCK_MINUTES = 5, 15
# OWASP's advice for argon2id as of 2025: at least 19 MiB and 2 passes; this is RFC 9106's second recommendation.
MEMORY_KIB, PASSES, LANES = 65536, 3, 1
REFUSED = "帳號或密碼不正確，或嘗試次數過多。請稍後再試。"

_c = schema.accounts.c


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    display: str
    roles: frozenset[Role]
    emails: tuple[str, ...]
    unit: str
    disabled: bool
    has_password: bool


def add(
    store: "Store", name: str, *, roles: frozenset[Role], actor: Actor, password: str | None = None, emails: Iterable[str] = (),
    unit: str = "", display: str = "",
) -> None:  # fmt: skip
    """Make an account.  Without a password it signs on through the reverse proxy only.  Raises RecordsError."""
    actor.require(Right.ADMINISTER)
    check_name(name)
    hashed = None if password is None else hash_password(check_password(password, name=name))
    with store.audited("account.add", actor=actor, object_id=name) as change:
        if _row(change.connection, name) is not None:
            raise RecordsError("已經有這個帳號。", code="E652")
        change.connection.execute(insert(schema.accounts).values(
            name=name, display=display[:64], password=hashed, roles=_words(roles), emails=json.dumps([e.strip().lower() for e in emails]),
            unit=unit[:64], disabled=False, failures=0, locked_until=0, added_at=millis(store.now()),
        ))  # fmt: skip
        change.facts["roles"] = _words(roles)


def set_roles(store: "Store", name: str, roles: frozenset[Role], *, actor: Actor) -> None:
    """Replace the roles; running sessions end."""
    _change(store, "account.roles", name, actor, {"roles": _words(roles)}, roles=_words(roles))


def set_disabled(store: "Store", name: str, disabled: bool, *, actor: Actor) -> None:
    """Switch an account off (running sessions end) or on again."""
    _change(store, "account.disable" if disabled else "account.enable", name, actor, {"disabled": disabled, "failures": 0, "locked_until": 0})


def set_password(store: "Store", name: str, password: str, *, actor: Actor) -> None:
    """Set a new password; running sessions end.  Everybody may set their own."""
    hashed = hash_password(check_password(password, name=name))
    _change(store, "account.password", name, actor, {"password": hashed, "failures": 0, "locked_until": 0}, own=True)


def _change(store: "Store", action: str, name: str, actor: Actor, values: dict[str, Any], *, own: bool = False, **facts: str) -> None:
    if not (own and actor.name == name):
        actor.require(Right.ADMINISTER)
    with store.audited(action, actor=actor, object_id=name) as change:
        if not change.connection.execute(update(schema.accounts).where(_c.name == name).values(values)).rowcount:
            raise NoSuchRecord("沒有這個帳號。")
        change.connection.execute(delete(schema.sessions).where(schema.sessions.c.account == name))
        change.facts |= facts


def listing(store: "Store") -> list[Account]:
    """All accounts by name."""
    with store.reading() as connection:
        return [_account(row) for row in connection.execute(select(schema.accounts).order_by(_c.name))]


def find(store: "Store", name: str) -> Account:
    """The account.  Raises NoSuchRecord."""
    with store.reading() as connection:
        row = _row(connection, name)
    if row is None:
        raise NoSuchRecord("沒有這個帳號。用 dlp admin account list 查看。")
    return _account(row)


def actor_of(account: Account, *, via: str) -> Actor:
    """The account as somebody who acts."""
    return Actor(account.name, account.roles, account.emails, account.unit, via)


def log_in(store: "Store", name: str, password: str) -> Account:
    """Check a password.  Raises NotAllowed with one and the same message for every cause; audited either way."""
    now = millis(store.now())
    with store.reading() as connection:
        row = _row(connection, name)
    usable = row is not None and row.password is not None and not row.disabled and row.locked_until <= now
    good = verify_password(password, row.password if usable and row is not None else _dummy_hash()) and usable
    actor = Actor(name if row is not None else "unknown", via="web")
    with store.writing() as connection:
        if good:
            connection.execute(update(schema.accounts).where(_c.name == name).values(failures=0))
        elif row is not None and row.locked_until <= now:
            _count_failure(connection, name, now)
    store.audit_event("login", actor=actor, result="ok" if good else "refused")
    if not good or row is None:
        raise NotAllowed(REFUSED, code="E653")
    return _account(row)


def _count_failure(connection: Connection, name: str, now: int) -> None:
    """Counted in the database, so that parallel tries cannot slip past the limit."""
    failures = connection.execute(update(schema.accounts).where(_c.name == name).values(failures=_c.failures + 1).returning(_c.failures)).scalar_one()
    if failures >= FAILURES:
        until = now + int(timedelta(minutes=LOCK_MINUTES).total_seconds() * 1000)
        connection.execute(update(schema.accounts).where(_c.name == name).values(failures=0, locked_until=until))


def proxy_actor(store: "Store", name: str, *, peer: str, trusted: Iterable[str]) -> Actor:
    """The account named by a header of the office's own sign-on, believed only from a trusted address (W02).

    ``trusted`` are addresses or networks.  Raises NotAllowed; a header from elsewhere is audited.
    """
    if not _trusted(peer, trusted):
        store.audit_event("login.header", result="refused", peer=peer[:64])
        raise NotAllowed(REFUSED, code="E653")
    with store.reading() as connection:
        row = _row(connection, name)
    if row is None or row.disabled:
        store.audit_event("login.header", actor=Actor("unknown", via="proxy"), result="refused")
        raise NotAllowed(REFUSED, code="E653")
    return actor_of(_account(row), via="proxy")


def _trusted(peer: str, trusted: Iterable[str]) -> bool:
    if peer == "unix":
        return "unix" in trusted
    try:
        address = ip_address(peer)
        return any(address in ip_network(network, strict=False) for network in trusted if network != "unix")
    except ValueError:
        return False


def check_name(name: str) -> None:
    """Letters, digits, dot, dash, underscore, at most 64.  Raises RecordsError (E654)."""
    if not name or len(name) > 64 or not all(c.isascii() and (c.isalnum() or c in ".-_@") for c in name):
        raise RecordsError("帳號只能用英文字母、數字與 . - _ @，最多 64 字。", code="E654")


def check_password(password: str, *, name: str = "") -> str:
    """The password when it is acceptable.  Raises RecordsError (E655) that says what to change."""
    if len(password) < MIN_CHARS:
        raise RecordsError(f"密碼至少 {MIN_CHARS} 字，建議 {ADVISED_CHARS} 字以上。", code="E655")
    if len(password) > MAX_CHARS:
        raise RecordsError(f"密碼最多 {MAX_CHARS} 字。", code="E655")
    plain = password.casefold()
    if plain in common_passwords() or plain.rstrip("0123456789!@#$.") in common_passwords() or len(set(plain)) < 4:
        raise RecordsError("這個密碼太常見，很容易被猜中。請換一個，例如四個不相關的詞。", code="E655")
    if name and len(name) > 3 and name.casefold() in plain:
        raise RecordsError("密碼不能包含帳號。", code="E655")
    return password


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that everybody tries first."""
    lines = package_data("records", "data", "common_passwords.txt").decode("utf-8").split("\n")
    return frozenset(word for line in lines if (word := line.strip()) and not word.startswith("##"))


def hash_password(password: str) -> str:
    """Argon2id as a PHC string."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(salt=os.urandom(16), length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive_phc_encoded(password.encode("utf-8", "surrogatepass"))


def verify_password(password: str, hashed: str) -> bool:
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id.verify_phc_encoded(password.encode("utf-8", "surrogatepass")[: MAX_CHARS * 4], hashed)
    except InvalidKey:
        return False
    return True


@cache
def _dummy_hash() -> str:
    return hash_password(os.urandom(16).hex())


def _row(connection: Connection, name: str) -> Any:
    return connection.execute(select(schema.accounts).where(_c.name == name)).first()


def _account(row: Any) -> Account:
    roles = frozenset(Role(word) for word in row.roles.split(",") if word)
    return Account(row.name, row.display, roles, tuple(json.loads(row.emails)), row.unit, row.disabled, row.password is not None)


def _words(roles: frozenset[Role]) -> str:
    return ",".join(sorted(str(role) for role in roles))
