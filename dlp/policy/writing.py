"""A PolicySet as one YAML file: what is in force after all files, extensions and overrides.  Loads to an equal policy."""

from collections.abc import Sequence
from typing import Any

from dlp.policy.policyset import Actions, Exemption, Find, PolicySet, Rule, RuleTest, Step, Term
from dlp.policy.values import CONFIDENCE, roc


def to_yaml(policy: PolicySet) -> str:
    """YAML text of the whole policy.  Lists and accepted values stay files of their own, named by the same names."""
    import yaml

    return yaml.safe_dump(_without_empty(_file(policy)), allow_unicode=True, sort_keys=False, width=150)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: kept for k, v in value.items() if (kept := _without_empty(v)) not in (None, "", [], {}, ())}
    if isinstance(value, (list, tuple)):
        return [_without_empty(v) for v in value]
    return value


def _file(policy: PolicySet) -> dict[str, Any]:
    last = policy.titles[-1]
    approved = {"by": last.approved[0], "date": last.approved[1], "doc": last.approved[2]} if last.approved else None
    return {
        "version": 1, "policy": last.policy, "owner": last.owner, "approved": approved, "allow-empty": policy.allow_empty or None,
        "places": {n: list(getattr(policy.places, n)) for n in ("inside", "trusted", "public")},
        "people": {n: {"who": list(p.who), "deputy": list(p.deputy)} for n, p in policy.people.items()},
        "groups": {n: {"label": g.label, "kinds": list(g.names)} for n, g in policy.groups.items()},
        "if-engine-fails": _actions(policy.engine_fails), "if-not-read": _actions(policy.not_read),
        "if-not-read-because": {str(r): _actions(a) for r, a in policy.not_read_because.items()},
        "rules": [_rule(r) for r in policy.rules],
        "schedules": [{"name": s.name, "scan": list(s.scan), "start": s.start, "stop": s.stop, "days": list(s.days)} for s in policy.schedules],
    }  # fmt: skip


def _actions(row: Actions | None) -> dict[str, str] | None:
    return {c: str(a) for c, a in zip(("mail", "post", "share"), row.row, strict=True) if a is not None} if row else None


def _names(terms: Sequence[Term]) -> list[str]:
    return [t.name for t in terms]


def _confidence(value: float) -> str | float:
    return next((word for word, number in CONFIDENCE.items() if number == value), value)


def _find(find: Find | None) -> dict[str, Any] | None:
    if find is None:
        return None
    return {
        "any": _names(find.any), "all": _names(find.all), "together": _names(find.together), "within": find.within,
        "confidence": _confidence(find.confidence),
        "confidence-of": {t.name: _confidence(c) for t, c in find.confidence_of}, "at-least": find.at_least, "persons": find.persons,
        "where": {n: list(v) for n, v in find.where}, "where-not": {n: list(v) for n, v in find.where_not},
        "not": _names(find.not_), "with-part": list(find.with_part), "without-part": list(find.without_part),
    }  # fmt: skip


def _rule(rule: Rule) -> dict[str, Any]:
    approve = rule.approve
    return {
        "id": rule.id, "name": rule.name, "why": list(rule.why), "level": rule.level, "mode": rule.mode, "find": _find(rule.find),
        "size": {"over": _size(rule.size_over)} if rule.size_over else None, "to": list(rule.to), "from": list(rule.from_),
        "unit": list(rule.unit), "then": _actions(rule.then), "to-trusted": _actions(rule.to_trusted), "to-inside": _actions(rule.to_inside),
        "steps": [_step(s) for s in rule.steps], "ignore": list(rule.ignore), "tell": rule.tell, "fix": rule.fix,
        "approve": {"by": approve.by, "within": approve.within, "otherwise": str(approve.otherwise)} if approve else None,
        "except": [_exemption(e) for e in rule.exemptions], "tests": [_test(t) for t in rule.tests],
    }  # fmt: skip


def _size(size_bytes: int) -> str:
    return f"{size_bytes // 1024**2}MB" if size_bytes % 1024**2 == 0 else f"{size_bytes // 1024}KB"


def _step(step: Step) -> dict[str, Any]:
    return {
        "at-least": step.at_least or None, "persons": step.persons or None, "confidence": _confidence(step.confidence) if step.confidence else None,
        "then": _actions(step.then), "to-trusted": _actions(step.to_trusted), "to-inside": _actions(step.to_inside),
    }  # fmt: skip


def _exemption(e: Exemption) -> dict[str, Any]:
    return {
        "why": e.why, "until": roc(e.until), "added-by": e.added_by, "to": list(e.to), "from": list(e.from_), "unit": list(e.unit),
        "channels": [str(c) for c in e.channels], "then": str(e.then),
    }  # fmt: skip


def _test(t: RuleTest) -> dict[str, Any]:
    findings = [
        {"kind": str(f.kind), "confidence": _confidence(f.confidence), "person": f.person, "part": f.part, "at": f.at,
         "where": dict(f.attrs), "value": f.value}
        for f in t.findings
    ]  # fmt: skip
    return {
        "text": t.text, "findings": findings, "channel": str(t.channel), "expect": str(t.expect), "to": t.to, "name": t.name,
        "note": t.note, "or-stricter": t.or_stricter or None, "today": roc(t.today) if t.today else None,
    }  # fmt: skip
