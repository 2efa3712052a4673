"""Accounts, sessions, sign-on by proxy, passes for released mail."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dlp.records import accounts, passes, schema, web_sessions
from dlp.records.errors import NoSuchRecord, NotAllowed, RecordsError
from dlp.records.people import Right, Role, parse_roles
from dlp.records.store import Store
from tests.records.conftest import ADMIN, APPROVER, HANDLER, Clock

GOOD = "correct horse 電池 staple"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at full cost takes a tenth of a second; the tests check behaviour, one test the real cost."""
    monkeypatch.setattr(accounts, "MEMORY_KIB", 64)
    monkeypatch.setattr(accounts, "PASSES", 1)


def add(store: Store, name: str = "chen", password: str | None = GOOD, *roles: Role) -> None:
    accounts.add(store, name, roles=frozenset(roles or {Role.HANDLER}), actor=ADMIN, password=password, emails=[f"{name}@example.gov.tw"])


def test_no_account_exists_by_default(store: Store) -> None:
    assert accounts.listing(store) == []


def test_login(store: Store) -> None:
    add(store)
    assert accounts.log_in(store, "chen", GOOD).roles == {Role.HANDLER}
    assert [(r["action"], r["result"]) for r in store.audit.tail()[-1:]] == [("login", "ok")]


@pytest.mark.parametrize(("name", "password"), [("chen", "wrong password"), ("nobody", GOOD), ("proxyonly", GOOD), ("off", GOOD), ("chen", "")])
def test_every_refusal_looks_the_same(store: Store, name: str, password: str) -> None:
    add(store)
    add(store, "proxyonly", None)
    add(store, "off")
    accounts.set_disabled(store, "off", True, actor=ADMIN)
    with pytest.raises(NotAllowed) as caught:
        accounts.log_in(store, name, password)
    assert str(caught.value) == f"E653 {accounts.REFUSED}"


def test_an_unknown_name_is_not_written_anywhere(store: Store) -> None:
    """People type their password into the name field."""
    with pytest.raises(NotAllowed):
        accounts.log_in(store, "MyPasswordByMistake", "x")
    assert "MyPasswordByMistake" not in store.audit.current.read_text()


def test_five_failures_lock_for_a_quarter_of_an_hour(store: Store, clock: Clock) -> None:
    add(store)
    for _ in range(5):
        with pytest.raises(NotAllowed):
            accounts.log_in(store, "chen", "wrong password")
    with pytest.raises(NotAllowed):
        accounts.log_in(store, "chen", GOOD)
    clock.forward(minutes=15)
    assert accounts.log_in(store, "chen", GOOD)


def test_a_success_forgets_failures(store: Store) -> None:
    add(store)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NotAllowed):
                accounts.log_in(store, "chen", "wrong password")
        assert accounts.log_in(store, "chen", GOOD)


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("short7!", False), ("password", False), ("Password1", False), ("ji32k7au4a83", False), ("aaaaaaaaaaaa", False), ("welcome2026", True),
        ("password2026!", False), ("chen-secret-phrase", False), ("四個不相關的詞喔", True), (GOOD, True), ("x" * 300, False), ("8 chars!", True),
    ],
)  # fmt: skip
def test_passwords(password: str, good: bool) -> None:
    if good:
        assert accounts.check_password(password, name="chen-s") == password
    else:
        with pytest.raises(RecordsError):
            accounts.check_password(password, name="chen-s")


def test_the_password_is_stored_as_argon2id_at_the_advised_cost(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    add(store)
    with store.reading() as connection:
        stored = connection.execute(select(schema.accounts.c.password)).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert accounts.log_in(store, "chen", GOOD)


def test_only_admins_keep_accounts_but_everybody_their_own_password(store: Store) -> None:
    add(store)
    with pytest.raises(NotAllowed):
        accounts.add(store, "x", roles=frozenset(), actor=APPROVER)
    with pytest.raises(NotAllowed):
        accounts.set_roles(store, "chen", frozenset(Role), actor=APPROVER)
    with pytest.raises(NotAllowed):
        accounts.set_password(store, "chen", "another good phrase", actor=HANDLER)
    accounts.set_password(store, "chen", "another good phrase", actor=APPROVER)  # APPROVER's name is chen
    assert accounts.log_in(store, "chen", "another good phrase")


@pytest.mark.parametrize("name", ["", "有中文", "a b", "x" * 65, "a/b", "a\nb"])
def test_account_names(store: Store, name: str) -> None:
    with pytest.raises(RecordsError):
        add(store, name)


def test_an_account_is_not_made_twice_and_unknown_ones_are_said_so(store: Store) -> None:
    add(store)
    with pytest.raises(RecordsError):
        add(store)
    with pytest.raises(NoSuchRecord):
        accounts.set_roles(store, "nobody", frozenset(), actor=ADMIN)


def session(store: Store) -> str:
    add(store)
    return web_sessions.begin(store, accounts.find(store, "chen"))


def test_a_session_belongs_to_its_account(store: Store) -> None:
    token = session(store)
    actor = web_sessions.actor(store, token)
    assert actor is not None
    assert (actor.name, actor.via, actor.may(Right.HANDLE)) == ("chen", "web", True)
    assert web_sessions.actor(store, token + "x") is None
    assert len(token) >= 43, "256 bits"
    with store.reading() as connection:
        assert token not in str(connection.execute(select(schema.sessions)).all())


def test_sessions_end_when_idle_for_15_minutes(store: Store, clock: Clock) -> None:
    token = session(store)
    for _ in range(4):
        clock.forward(minutes=14)
        assert web_sessions.actor(store, token)
    clock.forward(minutes=15)
    assert web_sessions.actor(store, token) is None


def test_sessions_end_after_eight_hours_of_work(store: Store, clock: Clock) -> None:
    token = session(store)
    for _ in range(47):
        clock.forward(minutes=10)
        assert web_sessions.actor(store, token)
    clock.forward(minutes=10)
    assert web_sessions.actor(store, token) is None


@pytest.mark.parametrize("how", ["end", "disable", "roles", "password"])
def test_sessions_end_at_logout_and_when_the_account_changes(store: Store, how: str) -> None:
    token = session(store)
    if how == "end":
        web_sessions.end(store, token)
    elif how == "disable":
        accounts.set_disabled(store, "chen", True, actor=ADMIN)
    elif how == "roles":
        accounts.set_roles(store, "chen", frozenset({Role.VIEWER}), actor=ADMIN)
    else:
        accounts.set_password(store, "chen", "another good phrase", actor=ADMIN)
    assert web_sessions.actor(store, token) is None


def test_form_tokens_belong_to_one_session(store: Store) -> None:
    assert web_sessions.form_token(store, "a") == web_sessions.form_token(store, "a") != web_sessions.form_token(store, "b")


@pytest.mark.parametrize(
    ("peer", "trusted", "believed"),
    [
        ("127.0.0.1", ("127.0.0.1",), True), ("10.1.2.3", ("10.1.0.0/16",), True), ("10.2.2.3", ("10.1.0.0/16",), False), ("::1", ("127.0.0.1",), False),
        ("unix", ("unix",), True), ("unix", ("127.0.0.1",), False), ("127.0.0.1", (), False), ("rubbish", ("127.0.0.1",), False),
        ("127.0.0.1", ("unix",), False),
    ],
)  # fmt: skip
def test_the_proxys_header_is_believed_only_from_its_address(store: Store, peer: str, trusted: tuple[str, ...], believed: bool) -> None:
    add(store, "chen", None)
    if believed:
        assert accounts.proxy_actor(store, "chen", peer=peer, trusted=trusted).via == "proxy"
    else:
        with pytest.raises(NotAllowed):
            accounts.proxy_actor(store, "chen", peer=peer, trusted=trusted)
        assert store.audit.tail()[-1]["action"] == "login.header"


def test_roles_are_named_when_wrong() -> None:
    assert parse_roles("viewer, approver") == {Role.VIEWER, Role.APPROVER}
    with pytest.raises(NotAllowed, match="approver"):
        parse_roles("boss")


HASH, TO = "ab" * 32, ("b@example.com", "A@example.com")


def test_a_pass_works_once(store: Store) -> None:
    token = passes.issue(store, HASH, TO)
    assert passes.redeem(store, token, HASH, ("a@example.com", "b@example.com"))
    assert not passes.redeem(store, token, HASH, TO)


@pytest.mark.parametrize(
    ("change", "message", "to"),
    [("", "cd" * 32, TO), ("", HASH, TO[:1]), ("", HASH, (*TO, "c@example.com")), ("x", HASH, TO), ("forged", HASH, TO)],
    ids=["other message", "fewer recipients", "more recipients", "changed", "forged"],
)
def test_a_pass_fits_one_message_and_its_recipients(store: Store, change: str, message: str, to: tuple[str, ...]) -> None:
    token = passes.issue(store, HASH, TO)
    given = "00" * 16 + "." + "00" * 32 if change == "forged" else token + change
    assert not passes.redeem(store, given, message, to)
    assert passes.redeem(store, token, HASH, TO), "and the attempt does not use it up"


def test_a_pass_ends_after_an_hour(store: Store, clock: Clock) -> None:
    token = passes.issue(store, HASH, TO)
    clock.time += timedelta(hours=1)
    assert not passes.redeem(store, token, HASH, TO)
