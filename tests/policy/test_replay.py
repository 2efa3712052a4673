"""Decisions replayed from journal rows, without any text, and what a simulation counts."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from dlp.document import Envelope, NotRead, NotReadReason
from dlp.errors import UsageError
from dlp.finding import Level
from dlp.kinds import Kind
from dlp.policy import load_shipped
from dlp.policy.accepted import Accepted, Entry, value_digest
from dlp.policy.decision import decide
from dlp.policy.destinations import Class
from dlp.policy.journalfile import from_line, read_rows, to_line
from dlp.policy.policyset import Actions, Places
from dlp.policy.replay import JournalFinding, JournalRow, replay, row_of
from dlp.trials.simulation import report, simulate
from dlp.verdict import Action, Channel, Coverage
from tests.policy.making import TODAY, document, finding

WHEN = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=UTC)
PARTS = ("body", "header", "attachment[1]/body")


def _items(count: int):
    """Random findings, envelopes and gaps, over all kinds and channels."""
    random = Random(7)
    kinds = list(Kind)
    for _ in range(count):
        findings = [
            finding(
                random.choice(kinds), random.randrange(900), confidence=random.random(), text=random.choice(["1999", "v1", "v2", "v3", "@x"]),
                part=random.choice(PARTS), person=random.choice(["", "甲", "乙", "丙", "丁", "戊"]),
                attrs=random.choice([{}, {"state": "expired"}, {"persons": "60"}, {"domain": "agency"}]),
            )
            for _ in range(random.randrange(12))
        ]  # fmt: skip
        channel = random.choice(list(Channel))
        envelope = random.choice(
            [None, Envelope(recipients=("a@in.example",)), Envelope(recipients=("a@in.example", "b@gmail.com"), sender="x@in.example"), Envelope(destination="facebook", size_bytes=9)]
        )
        gaps = random.choice([(), (NotRead("body", NotReadReason.ENCRYPTED),), (NotRead("body", NotReadReason.IMAGE),)])
        yield sorted(findings, key=lambda f: (f.part, f.start)), channel, envelope, Coverage((), gaps)


def test_a_replay_under_the_same_policy_is_the_same_decision():
    policy = load_shipped()
    key = b"k" * 32
    entry = Entry(value_digest(key, Kind.PERSONAL_MOBILE, "v1"), Kind.PERSONAL_MOBILE, "公開", TODAY, "政風室")
    policy = replace(policy, places=Places(("in.example",), (), policy.places.public), accepted=Accepted({entry.digest: entry}, key))
    acted = 0
    for findings, channel, envelope, coverage in _items(400):
        doc = document(*PARTS)
        made = decide(findings, coverage, channel, envelope=envelope, policy=policy, document=doc, today=TODAY)
        row = row_of(findings, coverage, channel, made, envelope=envelope, policy=policy, document=doc, when=WHEN)
        row = from_line(to_line(row))
        again = replay(row, policy)
        assert again == made
        acted += made.action > Action.LOG
    assert acted > 100


def test_a_row_holds_no_text():
    policy = load_shipped()
    secret = "陳大文0912345678"
    found = [finding("personal.mobile", text=secret, person=secret)]
    made = decide(found, Coverage((), ()), Channel.POST, envelope=None, policy=policy, document=document(), today=TODAY)
    line = to_line(row_of(found, Coverage((), ()), Channel.POST, made, envelope=Envelope(sender="lin@in.example", recipients=("chen@gmail.com",)), policy=policy, document=document(), when=WHEN))
    assert "0912" not in line and "陳大文" not in line and "lin@" not in line and "chen@" not in line
    assert json.loads(line)["recipient_domains"] == ["@gmail.com"]


def _row(kind: str, *, channel: Channel = Channel.MAIL, action: Action = Action.WARN, rule: str = "PII-02", days: int = 0, count: int = 1) -> JournalRow:
    found = JournalFinding(Kind(kind), Level.HIGH, 0.9, "body", count=count)
    return JournalRow(WHEN - timedelta(days=days), channel, (found,), Class.OUTSIDE, "old", action, True, rules=((rule, action),))


def test_counts_per_rule_channel_and_action():
    policy = load_shipped()
    stricter = replace(policy, plans=tuple(replace(p, rule=replace(p.rule, then=Actions(Action.HOLD))) if p.rule.id == "PII-02" else p for p in policy.plans))
    rows = [_row("personal.national_id"), _row("personal.national_id", days=3), _row("personal.mobile", action=Action.LOG, rule="PII-04")]
    result = simulate(rows, stricter, since=WHEN - timedelta(days=1))
    assert result.rows == 2
    assert result.by_action == {
        (Channel.MAIL, Action.LOG): (1, 1), (Channel.MAIL, Action.WARN): (1, 0), (Channel.MAIL, Action.HOLD): (0, 1),
    }  # fmt: skip
    assert result.by_rule == {("PII-02", Channel.MAIL): (1, 1)}
    assert result.changes == {(Channel.MAIL, Action.WARN, Action.HOLD): 1}
    assert result.minutes == (0, 6)
    text = report(result)
    assert "郵件　提醒　1 → 0（-1）" in text and "「提醒」→「留置待核准」　1" in text and "0.0 小時 → 0.1 小時" in text


def test_a_finding_that_stands_for_many_counts_as_many():
    policy = load_shipped()
    assert replay(_row("personal.mobile", count=1), policy).action is Action.LOG
    assert replay(_row("personal.mobile", count=5), policy).action is Action.HOLD


def test_an_empty_journal_says_so():
    assert report(simulate([], load_shipped())) == "這段期間沒有判斷紀錄，無法試算。"


def test_a_damaged_journal_file_names_the_line(tmp_path):
    path = tmp_path / "j.jsonl"
    path.write_text(to_line(_row("personal.mobile")) + "\n{\n", encoding="utf-8")
    with pytest.raises(UsageError, match="第 2 行"):
        list(read_rows(path))


def test_entries_of_the_records_become_rows():
    from dlp.records.journal import JournalEntry
    from dlp.records.journal import JournalFinding as Recorded
    from dlp.trials.journal_rows import row_from

    recorded = Recorded(Kind.PERSONAL_NATIONAL_ID, Level.HIGH, 0.9, "body attachment", value=1)
    entry = JournalEntry(WHEN, Channel.POST, (recorded,), "", "v", Action.HOLD, True)
    row = row_from(entry)
    assert row.recipient_class is Class.OUTSIDE and row.findings[0].part_place == "body attachment"
    assert replay(row, load_shipped()).action is Action.HOLD


def test_the_journal_and_the_accepted_list_make_equal_digests():
    from dlp.records.journal import value_digest as recorded
    from dlp.records.keys import Keys

    keys = Keys(b"k" * 32, b"e" * 32, b"a" * 32, b"s" * 32)
    for kind, text in ((Kind.PERSONAL_MOBILE, "+886 912-345-678"), (Kind.PERSONAL_EMAIL, "A@B.tw"), (Kind.PERSONAL_NAME, "王 小明")):
        assert recorded(keys, kind, text) == value_digest(b"k" * 32, kind, text)
