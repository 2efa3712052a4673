"""The decision: findings, coverage, channel and envelope in, action and rules out.  Pure; the strictest rule wins.

``judge`` works on ``Sightings``, so that a journal row gives the same decision later, without any text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dlp.document import NOT_READ_LABELS, Document, Envelope, NotReadReason
from dlp.finding import Finding
from dlp.kinds import Kind
from dlp.policy.accepted import value_digest
from dlp.policy.destinations import Class, Target, addressed, fits_any, targets
from dlp.policy.matching import ATTACHMENT, Sighting, Sightings, matched
from dlp.policy.policyset import Actions, Exemption, Find, PolicySet, Rule
from dlp.verdict import Action, Channel, Coverage, RuleHit

NOT_READ_RULE = "NOT-READ"
_CAPS = {"simulate": Action.LOG, "remind": Action.WARN}


@dataclass(frozen=True, slots=True)
class Decision:
    """The strictest action and the rules that applied, strictest first."""

    action: Action
    rules: tuple[RuleHit, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All but the findings that a decision depends on.  ``listed``: per list name the caller's indexes in that list."""

    channel: Channel
    today: date
    targets: tuple[Target, ...]
    sender: str = ""
    unit: str = ""
    size_bytes: int = 0
    not_read: tuple[NotReadReason, ...] = ()
    listed: dict[str, frozenset[int]] | None = None
    digests: tuple[str, ...] = ()  # keyed digest per caller's index, where accepted values exist


def decide(
    findings: Sequence[Finding], coverage: Coverage, channel: Channel, *,
    envelope: Envelope | None, policy: PolicySet, document: Document, today: date,
) -> Decision:  # fmt: skip
    """Decision on ``findings`` of ``document``.  Indexes in the rule hits are positions in ``findings``."""
    listed = {
        name: frozenset(i for i, f in enumerate(findings) if f.kind in policy.listed_kinds and values.holds(f.kind, f.text))
        for name, values in policy.lists.items()
    }  # fmt: skip
    digests = tuple(value_digest(policy.accepted.key, f.kind, f.text) for f in findings) if policy.accepted else ()
    at = Circumstances(
        channel, today, targets(channel, envelope, policy.places),
        sender=(envelope.authenticated_user or envelope.sender) if envelope else "",
        unit=envelope.unit if envelope else "",
        size_bytes=envelope.size_bytes if envelope else 0,
        not_read=tuple(dict.fromkeys(n.reason for n in coverage.not_read)), listed=listed, digests=digests,
    )  # fmt: skip
    return judge(sightings_of(findings, document), at, policy)


def sightings_of(findings: Sequence[Finding], document: Document) -> Sightings:
    """Findings as sightings: parts become numbers, values and persons stay in memory."""
    parts = {p.path: (n, _places(p.path, str(p.place))) for n, p in enumerate(document.parts)}
    unknown = (len(parts), ("body",))
    items = []
    for i, f in enumerate(findings):
        part, places = parts.get(f.part, unknown)
        items.append(Sighting(i, f.kind, f.confidence, part, f.start, places, f.text, f.person or None, f.attrs))
    return Sightings(items)


def _places(path: str, place: str) -> tuple[str, ...]:
    return (place, ATTACHMENT) if path.startswith("attachment[") else (place,)


def judge(seen: Sightings, at: Circumstances, policy: PolicySet) -> Decision:
    """Decision on sightings under these circumstances."""
    present = frozenset(seen.by_kind)
    hits = []
    for plan in policy.plans:
        if plan.kinds is not None and not (plan.kinds & present):
            continue
        hit = _apply(plan, seen, at, policy)
        if hit is not None:
            hits.append(hit)
    unread = _unread(at, policy)
    if unread is not None:
        hits.append(unread)
    hits.sort(key=lambda h: -h.action)
    return Decision(max((h.action for h in hits), default=Action.ALLOW), tuple(hits))


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule ready to decide.

    ``kinds``: one of these must be there before a closer look pays (None: always look).  ``finds``: per step, what must be
    found at the step's confidence; None where the rule's own findings count.
    """

    rule: Rule
    kinds: frozenset[Kind] | None
    finds: tuple[Find | None, ...]


def plans_of(rules: Sequence[Rule]) -> tuple[Plan, ...]:
    """Plans of the rules that are not switched off."""
    return tuple(_plan(rule) for rule in rules if rule.mode != "off")


def _plan(rule: Rule) -> Plan:
    if rule.find is None:
        return Plan(rule, None, (None,) * len(rule.steps))
    terms = (rule.find.all or rule.find.together)[:1] or rule.find.any
    kinds = frozenset[Kind]().union(*(t.kinds for t in terms))
    finds = tuple(replace(rule.find, confidence=s.confidence) if s.confidence > rule.find.confidence else None for s in rule.steps)
    return Plan(rule, kinds, finds)


def _apply(plan: Plan, seen: Sightings, at: Circumstances, policy: PolicySet) -> RuleHit | None:
    rule = plan.rule
    if rule.size_over and at.size_bytes < rule.size_over:
        return None
    if rule.from_ and not fits_any(rule.from_, at.sender):
        return None
    if rule.unit and at.unit not in rule.unit:
        return None
    if rule.find is None:
        return _hit(plan, 0, 0, seen, at)
    left_out = _left_out(rule, seen, at, policy)
    mask = matched(rule.find, seen, left_out)
    return _hit(plan, mask, left_out, seen, at) if mask else None


def _left_out(rule: Rule, seen: Sightings, at: Circumstances, policy: PolicySet) -> int:
    """Findings that this rule must not count: public values and accepted ones."""
    gone: set[int] = set()
    for name in rule.ignore:
        gone |= (at.listed or {}).get(name, frozenset())
    if at.digests:
        gone |= {i for i, d in enumerate(at.digests) if d and policy.accepted.accepts(d, rule.id, at.today)}
    if not gone:
        return 0
    return sum(1 << n for n, item in enumerate(seen.items) if item.position in gone)


def _hit(plan: Plan, mask: int, left_out: int, seen: Sightings, at: Circumstances) -> RuleHit | None:
    rule = plan.rule
    action, exemption = _action(rule, _rows(plan, mask, left_out, seen), at)
    if action is None or (action is Action.ALLOW and exemption is None):
        return None
    attrs = [("level", rule.level)]
    if exemption is not None:
        attrs += [("exception", exemption.why), ("until", exemption.until.isoformat())]
    cap = _CAPS.get(rule.mode)
    if cap is not None:
        attrs.append(("mode", rule.mode))
        if action > cap:
            attrs.append(("would", str(action)))
            action = cap
    if rule.approve and action in (Action.JUSTIFY, Action.HOLD):
        attrs += [("approver", rule.approve.by), ("within", rule.approve.within), ("otherwise", str(rule.approve.otherwise))]
    return RuleHit(rule.id, rule.name, action, rule.why, rule.tell, rule.fix, seen.callers(mask), tuple(attrs))


def _action(rule: Rule, rows: dict[Class, Actions], at: Circumstances) -> tuple[Action | None, Exemption | None]:
    """The strictest action over all recipients that the rule speaks of, and the exemption when all fall under one."""
    reached = at.targets if not rule.to or at.channel is Channel.SHARE else tuple(t for t in at.targets if addressed(rule.to, t))
    if not reached:
        return None, None
    actions: list[Action] = []
    exempt: list[tuple[Action, Exemption]] = []
    for kind, exemption in dict.fromkeys((t.kind, _exemption(rule, t, at)) for t in reached):
        action = rows[kind].get(at.channel)
        if action is None:
            continue
        if exemption is None:
            actions.append(action)
        elif action > Action.ALLOW:
            exempt.append((min(action, exemption.then), exemption))
    if actions:
        return max([*actions, *(a for a, _ in exempt)]), None
    if exempt:
        return max(exempt, key=lambda e: e[0])
    return None, None


def _exemption(rule: Rule, target: Target, at: Circumstances) -> Exemption | None:
    for e in rule.exemptions:
        if at.today > e.until or (e.channels and at.channel not in e.channels):
            continue
        if (e.to and not addressed(e.to, target)) or (e.from_ and not fits_any(e.from_, at.sender)):
            continue
        if e.unit and at.unit not in e.unit:
            continue
        return e
    return None


def _rows(plan: Plan, mask: int, left_out: int, seen: Sightings) -> dict[Class, Actions]:
    """Actions by class of recipient, after the steps that are reached."""
    rule = plan.rule
    then, trusted, inside = rule.then, rule.to_trusted, rule.to_inside
    for step, find in zip(rule.steps, plan.finds, strict=True):
        counted = mask if find is None else matched(find, seen, left_out)
        if find is not None and not counted:
            continue
        if (step.at_least and seen.values(counted) < step.at_least) or (step.persons and seen.persons(counted) < step.persons):
            continue
        then = step.then.over(then) if step.then else then
        trusted = step.to_trusted.over(trusted) if step.to_trusted else trusted
        inside = step.to_inside.over(inside) if step.to_inside else inside
    return {
        Class.OUTSIDE: then, Class.PUBLIC: then,
        Class.TRUSTED: trusted.over(then) if trusted else then, Class.INSIDE: inside.over(then) if inside else then,
    }  # fmt: skip


def _unread(at: Circumstances, policy: PolicySet) -> RuleHit | None:
    """What happens because something could not be read."""
    actions = {
        reason: policy.not_read_because.get(reason, Actions()).over(policy.not_read).get(at.channel) or Action.LOG
        for reason in at.not_read
    }  # fmt: skip
    if not actions:
        return None
    strictest = max(actions.values())
    if strictest is Action.ALLOW:
        return None
    said = "；".join(NOT_READ_LABELS[r] for r, a in actions.items() if a is strictest)
    return RuleHit(
        NOT_READ_RULE, "有內容讀不到，未能檢查", strictest, tell=f"{said}。讀不到的內容不等於沒有問題，請自行確認或改用讀得到的格式。",
        attrs=(("level", "medium"), ("reasons", ",".join(actions))),
    )  # fmt: skip
