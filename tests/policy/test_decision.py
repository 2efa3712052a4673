"""The decision: every part of the language, as tables of findings and the action that must follow."""

import time
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from dlp.document import Envelope, NotReadReason
from dlp.kinds import Kind
from dlp.policy import load_shipped
from dlp.policy.decision import plans_of
from dlp.policy.destinations import Class, classify, fits
from dlp.policy.policyset import Places
from dlp.verdict import Action, Channel
from tests.policy.making import decided, finding, policy_of

ID, NAME, MOBILE, EMAIL, HEALTH = "personal.national_id", "personal.name", "personal.mobile", "personal.email", "personal.health"


def _rule(find: str, *, then: str = "{mail: hold, post: block, share: hold}", more: str = "", id_: str = "RUL-1") -> str:
    return f"  - id: {id_}\n    name: 規則\n    why: [依據]\n    find: {find}\n    then: {then}\n    tests: []\n" + "".join(
        f"    {line}\n" for line in more.splitlines()
    )


FINDS = [
    ("{any: [personal.national_id, personal.mobile]}", [finding(MOBILE)], True, "any: one of them is enough"),
    ("{any: [personal.national_id]}", [finding(MOBILE)], False, "any: none of them"),
    ("{any: [personal.*]}", [finding(HEALTH)], True, "a wildcard stands for its family"),
    ("{any: [personal.*]}", [finding("draft.undecided")], False, "a wildcard stands for no other family"),
    ("{all: [personal.name, personal.mobile]}", [finding(NAME), finding(MOBILE, 90_000)], True, "all: anywhere in the document"),
    ("{all: [personal.name, personal.mobile]}", [finding(NAME)], False, "all: one is missing"),
    ("{all: [personal.name, personal.mobile], within: part}", [finding(NAME), finding(MOBILE, part="header")], False, "all within part: two parts"),
    ("{all: [personal.name, personal.mobile], within: part}", [finding(NAME), finding(MOBILE, 5000)], True, "all within part: one part"),
    ("{together: [personal.name, personal.mobile]}", [finding(NAME), finding(MOBILE, 150)], True, "together: one passage"),
    ("{together: [personal.name, personal.mobile]}", [finding(NAME), finding(MOBILE, 300)], False, "together: too far apart"),
    ("{together: [personal.name, personal.mobile]}", [finding(NAME), finding(MOBILE, part="header")], False, "together: other part, same offset"),
    ("{together: [personal.name, personal.mobile], within: document}", [finding(NAME), finding(MOBILE, 9000)], True, "together within document"),
    ("{together: [personal.*, personal.name]}", [finding(NAME)], False, "together: one finding cannot be both"),
    ("{together: [personal.*, personal.name]}", [finding(NAME), finding(MOBILE, 9)], True, "together: two findings"),
    ("{any: [personal.email], together: [personal.name, personal.mobile]}", [finding(NAME), finding(MOBILE, 9)], False, "any and together add up"),
    (
        "{together: [personal.name, personal.mobile]}",
        [finding(MOBILE, 0), finding(MOBILE, 190), finding(NAME, 380), finding(NAME, 900)], True, "together: the window slides",
    ),
    ("{any: [personal.mobile]}", [finding(MOBILE, confidence=0.49)], False, "below medium by default"),
    ("{any: [personal.mobile], confidence: low}", [finding(MOBILE, confidence=0.1)], True, "low counts everything"),
    ("{any: [personal.mobile], confidence: high}", [finding(MOBILE, confidence=0.79)], False, "high means 0.8"),
    ("{any: [personal.mobile], confidence: 0.7}", [finding(MOBILE, confidence=0.7)], True, "a number is a threshold"),
    ("{together: [personal.name, personal.mobile], confidence-of: {personal.name: 0.3}}", [finding(NAME, confidence=0.4), finding(MOBILE, 9)], True, "a name may weigh little"),
    ("{together: [personal.name, personal.mobile], confidence-of: {personal.name: 0.3}}", [finding(NAME, confidence=0.4), finding(MOBILE, 9, confidence=0.4)], False, "the other keeps its threshold"),
    ("{any: [personal.*], confidence: low, confidence-of: {personal.mobile: high}}", [finding(MOBILE, confidence=0.6)], False, "a threshold of its own may be higher"),
    ("{any: [personal.mobile], at-least: 3}", [finding(MOBILE, i * 20, text=f"{i}") for i in range(3)], True, "three values"),
    ("{any: [personal.mobile], at-least: 3}", [finding(MOBILE, i * 20, text="same") for i in range(9)], False, "one value nine times is one"),
    ("{any: [personal.*], persons: 2}", [finding(NAME, 0, person="甲"), finding(ID, 9, person="甲"), finding(MOBILE, 20, person="甲")], False, "three facts of one person"),
    ("{any: [personal.*], persons: 2}", [finding(NAME, 0, person="甲"), finding(ID, 9, person="乙")], True, "two persons"),
    ("{any: [personal.*], persons: 2}", [finding(ID, 0, text="a"), finding(ID, 9, text="b")], True, "two numbers without a name are two persons"),
    ("{any: [personal.*], persons: 2}", [finding(ID, 0), finding(MOBILE, 9)], False, "a number and a telephone may be one person"),
    ("{any: [personal.*], persons: 30}", [finding(ID, attrs={"persons": "30"})], True, "a finding may say how many persons it stands for"),
    ("{any: [classified.*], where: {state: in-force}}", [finding("classified.official", attrs={"state": "in-force"})], True, "where"),
    ("{any: [classified.*], where: {state: [expired, released]}}", [finding("classified.official", attrs={"state": "released"})], True, "where: one of several"),
    ("{any: [classified.*], where: {state: in-force}}", [finding("classified.official")], False, "where: the fact is not known"),
    ("{any: [classified.*], where-not: {state: expired}}", [finding("classified.official")], True, "where-not: the fact is not known"),
    ("{any: [classified.*], where-not: {state: expired}}", [finding("classified.official", attrs={"state": "expired"})], False, "where-not"),
    ("{any: [personal.mobile], not: [personal.email]}", [finding(MOBILE), finding(EMAIL, 9000)], False, "not: anywhere in the document"),
    ("{any: [personal.mobile], not: [personal.email], within: passage}", [finding(MOBILE), finding(EMAIL, 9000)], True, "not within passage: far away"),
    ("{any: [personal.mobile], not: [personal.email], within: passage}", [finding(MOBILE), finding(EMAIL, 90)], False, "not within passage: near"),
    ("{any: [personal.mobile], not: [personal.email]}", [finding(MOBILE), finding(EMAIL, confidence=0.2)], True, "not: only what is sure enough"),
    ("{any: [personal.mobile], with-part: [header]}", [finding(MOBILE)], False, "with-part: the body is no header"),
    ("{any: [personal.mobile], with-part: [header]}", [finding(MOBILE, part="header")], True, "with-part: the header"),
    ("{any: [personal.mobile], with-part: [attachment]}", [finding(MOBILE, part="attachment[1]/body")], True, "with-part: any part of an attachment"),
    ("{any: [personal.mobile], without-part: [header]}", [finding(MOBILE, part="header")], False, "without-part"),
]  # fmt: skip


@pytest.mark.parametrize(("find", "findings", "applies"), [f[:3] for f in FINDS], ids=[f[3] for f in FINDS])
def test_find(find, findings, applies, tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule(find))
    decision = decided(policy, findings, parts=("body", "header", "attachment[1]/body"))
    assert decision.action is (Action.BLOCK if applies else Action.ALLOW)


def test_a_group_may_hold_groups(tmp_path):
    policy = policy_of(tmp_path, "groups: {a: {label: 甲, kinds: [b, personal.email]}, b: {label: 乙, kinds: [personal.mobile]}}\nrules:\n" + _rule("{any: [a]}"))
    assert decided(policy, [finding(MOBILE)]).action is Action.BLOCK


def test_only_the_findings_that_count_are_reported(tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{together: [personal.name, personal.mobile]}"))
    findings = [finding(NAME, 0), finding(EMAIL, 5), finding(MOBILE, 10), finding(MOBILE, 9000)]
    assert decided(policy, findings).rules[0].findings == (0, 2)


TO = [
    ([], Action.HOLD, "nothing known about the recipients is outside"),
    (["a@example.com"], Action.HOLD, "outside"),
    (["a@example.gov.tw"], Action.LOG, "inside: the domain itself"),
    (["a@mail.example.gov.tw"], Action.LOG, "inside: below the domain"),
    (["a@EXAMPLE.GOV.TW"], Action.LOG, "case does not matter"),
    (["a@other.gov.tw"], Action.WARN, "trusted"),
    (["a@evilexample.gov.tw.example.com"], Action.HOLD, "the domain must end there"),
    (["a@fakeexample.gov.tw"], Action.WARN, "trusted only: no dot before the inside domain"),
    (["a@example.gov.tw", "b@gmail.com"], Action.HOLD, "the farthest recipient decides"),
    (["a@example.gov.tw", "b@other.gov.tw"], Action.WARN, "the farthest recipient decides, trusted"),
]


@pytest.mark.parametrize(("to", "action"), [t[:2] for t in TO], ids=[t[2] for t in TO])
def test_recipients(to, action, tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", more="to-trusted: {mail: warn}\nto-inside: {mail: log}"))
    assert decided(policy, [finding(MOBILE)], "mail", to=to).action is action


@pytest.mark.parametrize(
    ("to", "recipient", "applies"),
    [
        ("outside", "a@gmail.com", True), ("outside", "a@other.gov.tw", True), ("outside", "a@example.gov.tw", False),
        ("trusted", "a@other.gov.tw", True), ("trusted", "a@gmail.com", False), ("inside", "a@example.gov.tw", True),
        ("['*.edu.tw']", "a@ntu.edu.tw", True), ("['*.edu.tw']", "a@gmail.com", False), ("['boss@gmail.com']", "boss@gmail.com", True),
        ("['boss@gmail.com']", "x@gmail.com", False),
    ],
)  # fmt: skip
def test_a_rule_may_speak_of_some_recipients_only(to, recipient, applies, tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", more=f"to: {to}"))
    assert (decided(policy, [finding(MOBILE)], "mail", to=[recipient]).action is Action.HOLD) is applies


def test_to_says_nothing_about_a_share(tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", more="to: outside\nto-inside: {share: allow}"))
    assert decided(policy, [finding(MOBILE)], "share").action is Action.HOLD


def test_public_places_and_destinations(tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", more="to: [facebook, threads]"))
    assert decided(policy, [finding(MOBILE)], "post", envelope=Envelope(destination="facebook")).action is Action.BLOCK
    assert decided(policy, [finding(MOBILE)], "post", envelope=Envelope(destination="website")).action is Action.ALLOW
    everywhere = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", more="to: public"))
    assert decided(everywhere, [finding(MOBILE)], "post").action is Action.BLOCK


def test_sender_unit_and_size(tmp_path):
    policy = policy_of(
        tmp_path,
        "rules:\n" + _rule("{any: [personal.mobile]}", more="from: ['*.hr.example.gov.tw']\nunit: [人事處]")
        + "  - {id: BIG-1, name: 大檔, why: [規定], size: {over: 20MB}, then: {mail: warn}, tests: []}\n",
    )  # fmt: skip
    hr = Envelope(sender="a@hr.example.gov.tw", unit="人事處", recipients=("x@gmail.com",))
    assert decided(policy, [finding(MOBILE)], "mail", envelope=hr).action is Action.HOLD
    assert decided(policy, [finding(MOBILE)], "mail", envelope=replace(hr, unit="主計處")).action is Action.ALLOW
    assert decided(policy, [finding(MOBILE)], "mail", envelope=replace(hr, sender="a@gmail.com")).action is Action.ALLOW
    assert decided(policy, [], "mail", envelope=Envelope(size_bytes=20 * 1024**2)).action is Action.WARN
    assert decided(policy, [], "mail", envelope=Envelope(size_bytes=20 * 1024**2 - 1)).action is Action.ALLOW


def test_the_authenticated_user_is_the_sender(tmp_path):
    """The From line can be written by anybody."""
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", more="from: ['hr@example.gov.tw']"))
    forged = Envelope(sender="x@gmail.com", authenticated_user="hr@example.gov.tw")
    assert decided(policy, [finding(MOBILE)], "mail", envelope=forged).action is Action.HOLD


def test_steps_by_count_persons_and_confidence(tmp_path):
    policy = policy_of(
        tmp_path,
        "rules:\n" + _rule(
            "{any: [personal.mobile]}", then="{post: warn, mail: log}",
            more="steps: [{confidence: high, then: {post: justify}}, {at-least: 3, then: {post: hold}}, {persons: 5, then: {post: block, mail: hold}}]",
        ),
    )  # fmt: skip
    numbers = [finding(MOBILE, i * 30, text=f"n{i}", confidence=0.6) for i in range(6)]
    assert decided(policy, numbers[:1]).action is Action.WARN
    assert decided(policy, [finding(MOBILE, confidence=0.9)]).action is Action.JUSTIFY
    assert decided(policy, numbers[:3]).action is Action.HOLD
    assert decided(policy, numbers).action is Action.BLOCK
    assert decided(policy, numbers[:3], "mail").action is Action.LOG, "a channel that a step leaves out keeps its action"


def test_a_step_of_confidence_asks_all_terms_again(tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{together: [personal.health, personal.mobile]}", then="{post: warn}", more="steps: [{confidence: high, then: {post: block}}]"))
    assert decided(policy, [finding(HEALTH, confidence=0.6), finding(MOBILE, 20)]).action is Action.WARN
    assert decided(policy, [finding(HEALTH), finding(MOBILE, 20)]).action is Action.BLOCK


EXCEPT = "except: [{why: 依法移送, to: ['*.moj.gov.tw'], until: 115-12-31, added-by: 政風室}]"


@pytest.mark.parametrize(
    ("to", "today", "action", "why"),
    [
        (["a@tpc.moj.gov.tw"], date(2026, 12, 31), Action.LOG, "the last day counts"),
        (["a@tpc.moj.gov.tw"], date(2027, 1, 1), Action.HOLD, "expired"),
        (["a@gmail.com"], date(2026, 11, 22), Action.HOLD, "other recipients"),
        (["a@tpc.moj.gov.tw", "b@gmail.com"], date(2026, 11, 22), Action.HOLD, "one recipient outside the exception"),
    ],
)
def test_exceptions(to, today, action, why, tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", more=EXCEPT))
    decision = decided(policy, [finding(MOBILE)], "mail", to=to, today=today)
    assert decision.action is action
    assert (("exception", "依法移送") in decision.rules[0].attrs) is (action is Action.LOG)


@pytest.mark.parametrize(
    ("mode", "action", "would"), [("enforce", Action.BLOCK, None), ("remind", Action.WARN, "block"), ("simulate", Action.LOG, "block"), ("off", Action.ALLOW, None)]
)
def test_modes(mode, action, would, tmp_path):
    policy = policy_of(tmp_path, f"mode: {mode}\nallow-empty: true\nrules:\n" + _rule("{any: [personal.mobile]}"))
    decision = decided(policy, [finding(MOBILE)])
    assert decision.action is action
    assert [dict(h.attrs).get("would") for h in decision.rules] == ([] if mode == "off" else [would])
    of_rule = policy_of(tmp_path, "allow-empty: true\nrules:\n" + _rule("{any: [personal.mobile]}", more=f"mode: {mode}"))
    assert decided(of_rule, [finding(MOBILE)]).action is action


def test_the_strictest_rule_wins_and_comes_first(tmp_path):
    policy = policy_of(
        tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", then="{post: warn}", id_="AA-1") + _rule("{any: [personal.email]}", then="{post: hold}", id_="BB-1")
    )
    decision = decided(policy, [finding(MOBILE), finding(EMAIL, 50)])
    assert decision.action is Action.HOLD and [h.id for h in decision.rules] == ["BB-1", "AA-1"]


def test_a_channel_that_a_rule_leaves_out_is_free(tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}", then="{post: hold}"))
    assert decided(policy, [finding(MOBILE)], "mail").action is Action.ALLOW


def test_approval_and_words_travel_with_the_hit(tmp_path):
    policy = policy_of(
        tmp_path,
        "people: {ethics: {who: [e@example.gov.tw]}}\nrules:\n"
        + _rule("{any: [personal.mobile]}", then="{mail: hold, post: warn}", more="approve: {by: ethics, within: 4h, otherwise: block}\ntell: 說明\nfix: 改法\nlevel: critical"),
    )
    hit = decided(policy, [finding(MOBILE)], "mail").rules[0]
    assert (hit.why, hit.tell, hit.fix) == (("依據",), "說明", "改法")
    assert dict(hit.attrs) == {"level": "critical", "approver": "ethics", "within": "4h", "otherwise": "block"}
    assert "approver" not in dict(decided(policy, [finding(MOBILE)], "post").rules[0].attrs)


NOT_READ = "if-not-read: {mail: hold, post: warn, share: log}\nif-not-read-because: {image-without-ocr: {mail: log}}\nrules:\n"


@pytest.mark.parametrize(
    ("reasons", "channel", "action", "why"),
    [
        ((), "mail", Action.ALLOW, "all was read"),
        ((NotReadReason.ENCRYPTED,), "mail", Action.HOLD, "not read is never clean"),
        ((NotReadReason.IMAGE,), "mail", Action.LOG, "a reason of its own"),
        ((NotReadReason.IMAGE,), "post", Action.WARN, "a channel that the reason leaves out"),
        ((NotReadReason.IMAGE, NotReadReason.TIMEOUT), "mail", Action.HOLD, "the strictest reason"),
        ((NotReadReason.DAMAGED,), "share", Action.LOG, "a share only records it"),
    ],
)
def test_not_read(reasons, channel, action, why, tmp_path):
    policy = policy_of(tmp_path, NOT_READ + _rule("{any: [personal.mobile]}"))
    decision = decided(policy, [], channel, not_read=reasons)
    assert decision.action is action and [h.id for h in decision.rules] == (["NOT-READ"] if reasons else [])


def test_not_read_without_a_setting_is_logged(tmp_path):
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.mobile]}"))
    assert decided(policy, [], "mail", not_read=[NotReadReason.ENCRYPTED]).action is Action.LOG


def test_findings_in_the_public_list_do_not_count(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "public.txt").write_text("02-2720-8889  # 總機\n@example.gov.tw\n", encoding="utf-8")
    policy = policy_of(tmp_path, "rules:\n" + _rule("{any: [personal.landline, personal.email]}", more="ignore: [lists/public.txt]"))
    public = [
        finding("personal.landline", 0, text="(02)2720-8889轉1234"), finding("personal.landline", 50, text="+886 2 2720 8889"),
        finding("personal.landline", 90, text="０２－２７２０８８８９"), finding(EMAIL, 150, text="Service@Example.gov.tw"),
    ]  # fmt: skip
    assert decided(policy, public).action is Action.ALLOW
    assert decided(policy, [*public, finding(EMAIL, 300, text="me@gmail.com")]).rules[0].findings == (4,)
    assert decided(policy, [finding("personal.landline", 0, text="02-2720-8888")]).action is Action.BLOCK


@pytest.mark.parametrize(
    ("pattern", "address", "expected"),
    [
        ("*.gov.tw", "a@moj.gov.tw", True), ("*.gov.tw", "a@gov.tw", True), ("*.gov.tw", "a@notgov.tw", False), ("gov.tw", "a@moj.gov.tw", False),
        ("@moj.gov.tw", "a@moj.gov.tw", True), ("a@moj.gov.tw", "b@moj.gov.tw", False), ("facebook", "facebook", True), ("facebook", "threads", False),
        ("*.gov.tw", "a@moj.gov.tw.", True), ("*.gov.tw", "a@gov.tw@evil.com", False),
    ],
)  # fmt: skip
def test_patterns(pattern, address, expected):
    assert fits(pattern, address) is expected


def test_an_unknown_address_is_outside():
    assert classify("a@example.com", Places(("*.example.gov.tw",))) is Class.OUTSIDE


def test_a_thousand_findings_and_a_hundred_rules_take_at_most_five_milliseconds():
    """The bar is 5 ms (3.6 ms measured); three times that here, so that a busy machine does not fail the build."""
    shipped = load_shipped()
    rules = tuple(replace(shipped.rules[n % len(shipped.rules)], id=f"R-{n}") for n in range(100))
    policy = replace(shipped, rules=rules, plans=plans_of(rules))
    random = Random(1)
    kinds = list(Kind)
    findings = sorted(
        (
            finding(
                random.choice(kinds), random.randrange(19_000), confidence=random.random(), text=f"v{random.randrange(700)}",
                part=f"p{i % 3}", person=f"p{random.randrange(100)}" if random.random() < 0.5 else "",
            )
            for i in range(1000)
        ),
        key=lambda f: (f.part, f.start),
    )  # fmt: skip
    best = 1.0
    for _ in range(10):
        began = time.perf_counter()
        decided(policy, findings, parts=("p0", "p1", "p2"))
        best = min(best, time.perf_counter() - began)
    assert best < 0.015


def test_every_channel_is_decided_by_the_same_road():
    policy = load_shipped()
    for channel in Channel:
        assert decided(policy, [finding("classified.top_secret")], channel).action >= Action.HOLD
