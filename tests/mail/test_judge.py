"""One message judged: what goes into the journal, and whom a notice may go to."""

from pathlib import Path
from typing import Any

import pytest

from dlp.channels.mail.bookkeeping import Books
from dlp.channels.mail.judge import judge_message, judging
from dlp.channels.mail.marks import pass_in, read_mark, seal_of, without_own_headers
from dlp.records import incidents, open_store
from dlp.records.journal import entries
from dlp.records.people import Actor, Role
from dlp.scanner import Scanner
from tests.mail.gateway import CLEAN, ROSTER, mail

PLACES = "version: 1\npolicy: 測試\nowner: 政風室\nextends: shipped\nplaces: {inside: ['*.a.example'], trusted: ['*.gov.tw']}\n"


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    path = tmp_path_factory.mktemp("policy") / "p.yaml"
    path.write_text(PLACES, encoding="utf-8")
    return Scanner(policies=[path], model=False)


def judged(scanner: Scanner, home: Path, body: str, *, sender: str = "clerk@a.example", to: tuple[str, ...] = ("x@b.example",)) -> dict[str, Any]:
    meta = {"sender": sender, "recipients": list(to), "queue_id": "4QUEUEID", "subject": "test"}
    return judge_message(scanner, Books(str(home)), meta, mail(body).as_bytes().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize(
    ("to", "kind"),
    [
        (("b@a.example",), "inside"),
        (("b@sub.a.example",), "inside"),
        (("b@tax.gov.tw",), "trusted"),
        (("b@a.example", "c@tax.gov.tw"), "trusted"),
        (("b@a.example", "c@tax.gov.tw", "d@gmail.example"), "outside"),
        ((), "outside"),
    ],
)
def test_the_journal_holds_the_class_of_the_farthest_recipient(placed: Scanner, tmp_path: Path, to: tuple[str, ...], kind: str) -> None:
    judged(placed, tmp_path / "home", CLEAN, to=to)
    with open_store(tmp_path / "home") as store:
        assert [e.recipient_class for e in entries(store)] == [kind]


@pytest.mark.parametrize(
    ("sender", "told"),
    [("clerk@a.example", True), ("clerk@sub.a.example", True), ("visitor@elsewhere.example", False), ("", False)],
)
def test_only_an_inside_sender_is_told(placed: Scanner, tmp_path: Path, sender: str, told: bool) -> None:
    judgement = judged(placed, tmp_path / "home", ROSTER, sender=sender)
    assert judgement["action"] == "hold"
    assert ("notice" in judgement) is told
    if told:
        assert judgement["notice"]["to"] == sender and judgement["notice"]["event"] == "hold"


def test_a_mark_is_good_for_its_own_queue_file_only(tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        seal = seal_of(store.keys, "4ONE", "D-8F3K")
        line = f"X-DLP-Result: hold; rules=PER-01; complete=yes; policy=abc; id=D-8F3K; seal={seal}\n".encode()
        good = read_mark(store.keys, "4ONE", b"Subject: x\nMessage-ID: <a@b>\n" + line)
        assert good is not None and good.ref == "D-8F3K" and good.has_message_id
        folded = line.replace(b"; id=", b";\n id=")
        assert read_mark(store.keys, "4ONE", folded) is not None
        assert read_mark(store.keys, "4TWO", line) is None
        assert read_mark(store.keys, "4ONE", line.replace(b"D-8F3K", b"D-9999")) is None
        assert read_mark(store.keys, "4ONE", b"X-DLP-Result: hold; id=D-8F3K\n") is None
        assert seal_of(store.keys, "", "D-8F3K") == ""


def test_own_headers_are_taken_out_of_the_head_only() -> None:
    raw = b"Subject: x\r\nX-DLP-Result: a;\r\n b\r\nx-dlp-pass: tok\r\nTo: y\r\n\r\nX-DLP-Result: quoted\r\n"
    assert without_own_headers(raw) == b"Subject: x\r\nTo: y\r\n\r\nX-DLP-Result: quoted\r\n"
    assert pass_in(raw) == "tok"
    assert pass_in(b"X-DLP-Pass:\r\n tok\r\n\r\nbody") == "tok", "folded by a mail program"
    assert pass_in(b"Subject: x\r\n\r\nX-DLP-Pass: tok\r\n") == ""


def test_what_the_desk_confirmed_as_a_false_alarm_passes_the_gateway(placed: Scanner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held, appealed, confirmed: from then on the same values are not held by that rule, other ones are."""
    judge = judging(placed, Books(str(tmp_path / "home")))
    sender = Actor("lin", emails=("clerk@a.example",))
    people = frozenset({Role.HANDLER, Role.APPROVER})

    def sent(body: str) -> str:
        meta = {"sender": "clerk@a.example", "recipients": ["x@b.example"], "queue_id": "4QUEUEID", "subject": "test"}
        return str(judge(meta, mail(body).as_bytes().replace(b"\n", b"\r\n"))["action"])

    assert sent(ROSTER) == "hold"
    with open_store(tmp_path / "home") as store:
        (incident,) = incidents.listing(store)
        incidents.appeal(store, incident.id, actor=sender)
        incidents.take(store, incident.id, "review", actor=Actor("chen", people))
        incidents.confirm_false_alarm(store, incident.id, actor=Actor("chen", people), note="公開名冊")
    assert sent(ROSTER) == "hold", "looked up once a minute"
    monkeypatch.setattr("dlp.channels.allowed.REFRESH_SECONDS", -1.0)
    assert sent(ROSTER) == "warn", "allowed for the rule that held it, not for every other"
    other = "姓名 身分證 電話\n范國棟 A123456789 0932-551-807\n彭淑芬 F131104093 0918-330-266"
    assert sent(other) == "hold", "other values are not allowed"
