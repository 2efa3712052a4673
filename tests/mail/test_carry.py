"""What people decide about held mail happens in the mail server: once, whoever dies in between; by somebody else than the sender."""

import contextlib
import email
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dlp.channels.mail import marks
from dlp.channels.mail.carry import Carrier, undone
from dlp.channels.mail.queue import QueueError
from dlp.channels.mail.queue_access import DirectAccess
from dlp.records import incidents, open_store
from dlp.records.people import Actor, Role
from dlp.records.states import State
from dlp.records.store import Store
from tests.mail.gateway import CLEAN, MARKED, ROSTER, Gateway, hand_in, mail, send, until
from tests.mail.postfix import Postfix

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
BOSS = Actor("boss", frozenset({Role.APPROVER, Role.HANDLER}), ("boss@a.example",), via="web")
Pair = tuple[Gateway, Postfix]


@pytest.fixture
def store(relay: Pair) -> Iterator[Store]:
    with open_store(relay[0].home) as opened:
        yield opened


def held_one(postfix: Postfix, store: Store, body: str = ROSTER) -> str:
    """Sends a mail that is held; the id of its incident."""
    before = {i.id for i in incidents.listing(store)}
    assert send(postfix, body)[0] == 250
    assert until(lambda: postfix.queue("hold"))
    (made,) = {i.id for i in incidents.listing(store)} - before
    return made


def delivered(postfix: Postfix, *, to: str = "x@b.example") -> list[bytes]:
    return [message for _, recipients, message in postfix.sink.messages if recipients == [to]]


def notices(postfix: Postfix) -> list[str]:
    """Bodies of the notices to the sender; each has the null return path and says that it is automatic."""
    out = []
    for sender, recipients, raw in postfix.sink.messages:
        if recipients == ["clerk@a.example"]:
            message = email.message_from_bytes(raw)
            assert sender == "" and message["Auto-Submitted"] == "auto-replied"
            out.append(message.get_payload(decode=True).decode())
    return out


def test_approved_by_another_person_it_is_delivered_once(relay: Pair, store: Store) -> None:
    gateway, postfix = relay
    ref = held_one(postfix, store)
    assert until(lambda: len(notices(postfix)) == 1)
    assert "等待核准" in notices(postfix)[0] and ref in notices(postfix)[0] and "上班時間" in notices(postfix)[0]
    incidents.approve(store, ref, actor=BOSS)
    assert until(lambda: delivered(postfix))
    assert until(lambda: len(notices(postfix)) == 2)
    assert until(lambda: not undone(store))
    assert postfix.settled() and not postfix.queue("hold")
    assert len(delivered(postfix)) == 1
    assert not any("B220417363" in text or "許雅筑" in text for text in notices(postfix)), "a notice never quotes the secret"
    assert incidents.find(store, ref).state is State.RELEASED
    assert gateway.stop() == 0


def test_the_command_carries_out_at_once_and_refuses_the_sender(relay: Pair, store: Store) -> None:
    gateway, postfix = relay
    gateway.stop()
    gateway.start()
    message = mail(ROSTER, sender="root@a.example")
    assert hand_in(postfix, message)[0] == 250
    (one,) = incidents.listing(store)
    refused = gateway.command("incident", "approve", one.id)
    assert refused.returncode == 2 and "E649" in refused.stderr, "the person at the terminal is root, who sent it"
    assert len(postfix.queue("hold")) == 1 and not delivered(postfix)
    environment = gateway.environment | {"SUDO_USER": "boss"}
    line = [sys.executable, "-m", "dlp.cli", "--home", str(gateway.home), "incident", "approve", one.id]
    done = subprocess.run(line, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert not postfix.queue("hold")
    assert until(lambda: len(delivered(postfix)) == 1)
    assert not undone(store)


def test_returned_it_is_deleted_and_the_sender_is_told(relay: Pair, store: Store) -> None:
    _, postfix = relay
    ref = held_one(postfix, store)
    incidents.give_back(store, ref, actor=BOSS, note="請遮蔽")
    assert until(lambda: any("未獲核准" in text for text in notices(postfix)))
    assert until(lambda: not undone(store))
    assert postfix.settled() and not postfix.queue("hold")
    assert not delivered(postfix)
    assert len(notices(postfix)) == 2


def test_what_nobody_decides_in_time_goes_back(relay: Pair, store: Store) -> None:
    _, postfix = relay
    ref = held_one(postfix, store)
    due = incidents.find(store, ref).due_at
    assert due is not None
    incidents.expire_due(store, at=due + timedelta(seconds=1))
    assert until(lambda: any("逾時" in text and "沒有寄出" in text for text in notices(postfix)))
    assert until(lambda: not undone(store))
    assert not postfix.queue("hold") and not delivered(postfix)


def test_a_returned_mail_that_was_a_false_alarm_after_all_is_sent_from_its_original(relay: Pair, store: Store) -> None:
    _, postfix = relay
    ref = held_one(postfix, store)
    incidents.give_back(store, ref, actor=BOSS)
    assert until(lambda: not undone(store)) and not postfix.queue("hold")
    incidents.appeal(store, ref, actor=Actor("clerk", emails=("clerk@a.example",), via="web"), note="這是範例")
    incidents.take(store, ref, "review", actor=BOSS)
    incidents.confirm_false_alarm(store, ref, actor=BOSS, note="範例")
    incidents.approve(store, ref, actor=BOSS)
    assert until(lambda: len(delivered(postfix)) == 1), "the pass lets it through once, although the policy would hold it"
    assert until(lambda: not undone(store))
    assert postfix.settled() and not postfix.queue("hold")
    assert b"X-DLP-Pass" not in delivered(postfix)[0]
    assert len(incidents.listing(store)) == 1


@pytest.mark.parametrize("step", ["delete", "release", "submit", "settle"])
def test_a_carrier_that_dies_between_two_steps_is_taken_over(relay: Pair, store: Store, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway, postfix = relay
    ref = held_one(postfix, store)
    assert until(lambda: len(notices(postfix)) == 1)
    gateway.kill()
    (incidents.give_back if step == "delete" else incidents.approve)(store, ref, actor=BOSS)

    class Dies(DirectAccess):
        def _die(self) -> None:
            raise KeyboardInterrupt

        def delete(self, queue_id: str) -> None:
            super().delete(queue_id)
            self._die()

        def release(self, queue_id: str) -> None:
            super().release(queue_id)
            if step == "release":
                self._die()

        def submit(self, sender: str, recipients: object, message: bytes) -> None:
            if step == "submit":
                self._die()

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        if step == "settle":
            patch.setattr(Carrier, "_settle", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
        Carrier(store, Dies(str(postfix.config))).run()
    assert undone(store)
    gateway.start()
    Carrier(store, DirectAccess(str(postfix.config)), "dlp@a.example").run()
    assert undone(store), "it may still be on its way into the queue"
    for _ in range(2):
        Carrier(store, DirectAccess(str(postfix.config)), "dlp@a.example", grace=timedelta(0)).run()
    assert not undone(store)
    assert postfix.settled() and not postfix.queue("hold")
    assert len(delivered(postfix)) == (0 if step == "delete" else 1)
    if step == "delete":
        assert until(lambda: sum("未獲核准" in text for text in notices(postfix)) == 1)


def test_two_carriers_at_once_deliver_once(relay: Pair, store: Store) -> None:
    gateway, postfix = relay
    refs = [held_one_of(postfix, store, n) for n in range(6)]
    gateway.stop()
    for ref in refs:
        incidents.approve(store, ref, actor=BOSS)
    gateway.start()
    line = [sys.executable, "-m", "dlp.cli", "--home", str(gateway.home), "milter", "carry-out", "--no-notices"]
    several = [subprocess.Popen(line, env=gateway.environment, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [one.wait(60) for one in several] == [0, 0, 0]
    assert postfix.settled() and not postfix.queue("hold") and not undone(store)
    assert len(delivered(postfix)) == 6


def held_one_of(postfix: Postfix, store: Store, number: int) -> str:
    before = {i.id for i in incidents.listing(store)}
    assert send(postfix, f"{ROSTER}\n第 {number} 份")[0] == 250
    (made,) = {i.id for i in incidents.listing(store)} - before
    return made


def test_copies_of_one_mail_are_delivered_once(relay: Pair, store: Store) -> None:
    """A client that lost our answer sends the same mail again: one incident, two files on hold."""
    _, postfix = relay
    message = mail(ROSTER)
    message["Message-ID"] = "<one@a.example>"
    message["Date"] = "Wed, 25 Nov 2026 10:00:00 +0800"
    assert [hand_in(postfix, message)[0] for _ in range(2)] == [250, 250]
    assert len(postfix.queue("hold")) == 2
    (one,) = incidents.listing(store)
    incidents.approve(store, one.id, actor=BOSS)
    assert until(lambda: not undone(store)) and until(lambda: not postfix.queue("hold"))
    assert postfix.settled()
    assert len(delivered(postfix)) == 1
    assert hand_in(postfix, message)[0] == 250, "sent once more after its release"
    assert {i.state for i in incidents.listing(store)} == {State.RELEASED, State.PENDING}, "it waits for a decision of its own"


def test_a_forged_mark_releases_nothing_and_is_removed(relay: Pair, store: Store) -> None:
    _, postfix = relay
    ref = held_one(postfix, store)
    seal = marks.seal_of(store.keys, "4OTHERQUEUEID", ref)
    incidents.approve(store, ref, actor=BOSS)
    assert until(lambda: not postfix.queue("hold"))
    forged = mail(ROSTER + "\n另一份")
    forged["X-DLP-Result"] = f"hold; rules=none; complete=yes; policy=x; id={ref}; seal={seal}"
    forged["X-DLP-Pass"] = "0" * 32 + "." + "0" * 64
    assert hand_in(postfix, forged)[0] == 250
    assert until(lambda: postfix.queue("hold"))
    (queue_id,) = postfix.queue("hold")
    head = DirectAccess(str(postfix.config)).head(queue_id)
    assert head.count(b"X-DLP-Result:") == 1 and seal.encode() not in head and b"X-DLP-Pass" not in head
    Carrier(store, DirectAccess(str(postfix.config)), grace=timedelta(0)).run(sweep=True)
    assert postfix.queue("hold") == [queue_id]


def test_after_an_outage_clean_mail_is_released_and_the_rest_waits_for_a_person(tmp_path: Path) -> None:
    from tests.mail.postfix import free_port, running

    (tmp_path / "pf").mkdir()
    gateway = Gateway(free_port(), tmp_path / "home", tmp_path / "pf" / "etc")
    with running(tmp_path / "pf", milter=f"inet:127.0.0.1:{gateway.port}", default="quarantine") as postfix:
        for body in (CLEAN, MARKED, ROSTER):
            assert send(postfix, body)[0] == 250
        assert until(lambda: len(postfix.queue("hold")) == 3), "nobody was there to judge"
        for _ in range(2):  # the second time changes nothing
            done = gateway.command("milter", "recheck-held", "--no-model")
            assert done.returncode == 0, done.stderr
            assert until(lambda: len(postfix.queue("hold")) == 2)
        gateway.start()
        try:
            with open_store(gateway.home) as store:
                by_action = {str(i.action): i.id for i in incidents.listing(store)}
                assert set(by_action) == {"hold", "block"}
                incidents.approve(store, by_action["hold"], actor=BOSS)
                incidents.give_back(store, by_action["block"], actor=BOSS)
                assert until(lambda: not postfix.queue("hold"))
                assert until(lambda: not undone(store))
            assert postfix.settled()
            assert len(delivered(postfix)) == 2
        finally:
            with contextlib.suppress(ProcessLookupError):
                gateway.kill()


def reachable_by(account: str) -> bool:
    """Whether ``account`` can run this interpreter and import the package."""
    line = [sys.executable, "-c", "import sqlalchemy, dlp.records.store"]
    try:
        return subprocess.run(line, user=account, env=os.environ | {"HOME": "/"}, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except PermissionError:
        return False


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_home_of_another_account_keeps_its_owner(relay: Pair, store: Store) -> None:
    """The service account cannot touch the queue; root's ``carry-out`` does, and writes no file of the home as root."""
    import pwd

    if not reachable_by("nobody"):
        pytest.skip("another account cannot read this Python or this checkout (it lies in a private folder)")
    gateway, postfix = relay
    ref = held_one(postfix, store)
    gateway.stop()
    incidents.approve(store, ref, actor=BOSS)
    store.close()
    owner = pwd.getpwnam("nobody")
    for path in (gateway.home, *gateway.home.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    for parent in gateway.home.parents:
        with contextlib.suppress(OSError):
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    done = gateway.command("milter", "carry-out", "--no-notices")
    assert done.returncode == 0, done.stderr
    assert "放行 1 封" in done.stdout
    assert {p.stat().st_uid for p in gateway.home.rglob("*")} == {owner.pw_uid}
    assert not postfix.queue("hold")


def test_the_helper_of_the_queue_does_nothing_else() -> None:
    from dlp.channels.mail.queue_access import _do

    for request in ({"do": "delete", "id": "ALL"}, {"do": "delete", "id": "-r"}, {"do": "run", "id": "x"}, {"do": "submit", "sender": "", "to": ["-oX"], "message": ""}):
        with pytest.raises(QueueError):
            _do(DirectAccess(), request)
