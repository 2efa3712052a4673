"""Runs the tests that stand in policies: every test of every rule, each miss explained, none hidden by another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dlp.document import Document, Envelope, Part, Place
from dlp.finding import EMPTY, Finding
from dlp.policy.decision import Decision, decide
from dlp.policy.destinations import Class
from dlp.policy.policyset import Places, PolicySet, Rule, RuleTest, TestFinding
from dlp.verdict import Action, Channel, Coverage

APART = 20  # characters between findings of a test that says nothing about places
_PARTS = {"body": "body", "attachment": "attachment[1]/body"}
# Addresses that stand for the classes; reserved names (RFC 2606), so that they cannot meet a real policy's patterns.
_ADDRESSES = {"inside": "a@inside.invalid", "trusted": "a@trusted.invalid", "outside": "a@outside.invalid"}
FindText = Callable[[Document, str, Envelope | None, date], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test that was run.  ``got`` is the rule's own action; ``others`` what other rules did; ``why`` explains a miss."""

    rule: Rule
    number: int  # from 1
    test: RuleTest
    got: Action
    passed: bool
    others: tuple[tuple[str, Action], ...] = ()
    why: str = ""

    @property
    def name(self) -> str:
        return f"{self.rule.id} 第 {self.number} 題"


def run(policy: PolicySet, find: FindText, *, today: date, rules: Sequence[str] = ()) -> Iterator[Outcome]:
    """Outcomes of all tests (or those of ``rules``) in order.  ``find`` finds in a document, as ``Scanner.find`` does."""
    tested = _with_test_places(policy)
    for rule in tested.rules:
        if rules and rule.id not in rules:
            continue
        for number, test in enumerate(rule.tests, 1):
            yield _one(tested, rule, number, test, find, today)


def _with_test_places(policy: PolicySet) -> PolicySet:
    """The policy with the test addresses as inside and trusted."""
    from dataclasses import replace

    p = policy.places
    return replace(policy, places=Places((*p.inside, "inside.invalid"), (*p.trusted, "trusted.invalid"), p.public))


def _one(policy: PolicySet, rule: Rule, number: int, test: RuleTest, find: FindText, today: date) -> Outcome:
    day = test.today or today
    envelope = Envelope(recipients=(_ADDRESSES[test.to],)) if test.channel is Channel.MAIL else None
    if test.text is not None:
        document = _text_document(test)
        findings = tuple(find(document, str(test.channel), envelope, day))
    else:
        document, findings = _stated(test)
    decision = decide(findings, Coverage((), ()), test.channel, envelope=envelope, policy=policy, document=document, today=day)
    got = max((h.action for h in decision.rules if h.id == rule.id), default=Action.ALLOW)
    others = tuple((h.id, h.action) for h in decision.rules if h.id != rule.id)
    passed = got is test.expect or (test.or_stricter and got > test.expect)
    return Outcome(rule, number, test, got, passed, others, "" if passed else _explain(rule, test, got, findings, decision))


def _text_document(test: RuleTest) -> Document:
    parts = [Part("body", Place.BODY, test.text or "")]
    if test.name:
        parts.append(Part("name", Place.FILE_NAME, test.name))
    return Document(test.name, tuple(parts))


def _stated(test: RuleTest) -> tuple[Document, tuple[Finding, ...]]:
    """The findings of a test as real ones, in a document that has room for them."""
    parts: dict[str, Part] = {}
    found = []
    for n, f in enumerate(test.findings):
        path = _PARTS.get(f.part, f.part)
        at = f.at if f.at is not None else n * APART
        place = Place.BODY if f.part == "attachment" else Place(f.part)
        parts.setdefault(path, Part(path, place, ""))
        found.append(_finding(f, path, at, n))
    return Document("", tuple(parts.values())), tuple(sorted(found, key=lambda f: (f.part, f.start)))


def _finding(f: TestFinding, path: str, at: int, number: int) -> Finding:
    value = f.value or f"{number}"
    return Finding(f.kind, path, at, at + 1, value, f.confidence, (), "＊", attrs=dict(f.attrs) if f.attrs else EMPTY, person=f.person)


def _explain(rule: Rule, test: RuleTest, got: Action, findings: Sequence[Finding], decision: Decision) -> str:
    """Why the rule came to something else, as far as findings show it."""
    if not findings:
        return "引擎在這句話裡什麼都沒發現"
    kinds = "、".join(dict.fromkeys(f"{f.label}（{f.kind}，把握度{f.level.label}）" for f in findings))
    hit = next((h for h in decision.rules if h.id == rule.id), None)
    if hit is None:
        wanted = "、".join(t.name for t in (*rule.find.any, *rule.find.all, *rule.find.together)) if rule.find else "（無）"
        return f"發現了 {kinds}，但都不符合這條規則要找的 {wanted}"
    if test.expect is Action.ALLOW:
        return f"發現了 {kinds}，規則因此適用"
    mode = dict(hit.attrs).get("mode")
    if mode:
        return f"規則在{ {'simulate': '試行', 'remind': '試行提醒'}[mode] }狀態，處置降為{got.label}"
    return f"發現了 {kinds}，依這條規則在{_class_label(test)}應為{got.label}"


def _class_label(test: RuleTest) -> str:
    return f"寄往{Class(test.to).label}的郵件" if test.channel is Channel.MAIL else {"post": "貼文", "share": "共用資料夾"}[str(test.channel)]


def finder(scanner: object) -> FindText:
    """``find`` over a Scanner.  The reference date of a test goes to the detectors, too."""
    from dlp.scanner import Scanner

    assert isinstance(scanner, Scanner)
    engines: dict[date, Scanner] = {}

    def find(document: Document, channel: str, envelope: Envelope | None, today: date) -> Sequence[Finding]:
        engine = engines.get(today)
        if engine is None:
            from copy import copy

            engine = engines[today] = copy(scanner)
            engine._today = today
        return engine.find(document, channel, envelope=envelope)

    return find
