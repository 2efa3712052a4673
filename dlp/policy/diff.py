"""What changed between two policies, in plain Chinese: 「INF-01 郵件：提醒 → 留置待核准」."""

from collections.abc import Sequence

from dlp.policy import wording
from dlp.policy.clauses import clauses_of
from dlp.policy.policyset import Actions, PolicySet, Rule
from dlp.verdict import Channel

_STRICTER, _LOOSER = "變嚴", "變鬆"


def diff(old: PolicySet, new: PolicySet) -> tuple[str, ...]:
    """One line per change, rules first; empty when both decide and tell the same."""
    before, after = {r.id: r for r in old.rules}, {r.id: r for r in new.rules}
    lines = [f"新增規則 {r.id} {r.name}：{_summary(r)}" for i, r in after.items() if i not in before]
    lines += [f"刪除規則 {r.id} {r.name}：原本{_summary(r)}" for i, r in before.items() if i not in after]
    for rule_id, rule in before.items():
        if rule_id in after:
            lines += _rule(rule, after[rule_id], old, new)
    return (*lines, *_settings(old, new), *_lists(old, new))


def _summary(rule: Rule) -> str:
    return wording.actions(rule.then) if rule.mode != "off" else "停用"


def _rule(old: Rule, new: Rule, before: PolicySet, after: PolicySet) -> list[str]:
    lines = []
    if old.name != new.name:
        lines.append(f"{old.id} 改名：「{old.name}」→「{new.name}」")
    if old.mode != new.mode:
        lines.append(f"{old.id} 狀態：{wording.MODE_LABELS[old.mode]} → {wording.MODE_LABELS[new.mode]}")
    for label, was, now in (("", old.then, new.then), ("信任的機關 ", old.to_trusted, new.to_trusted), ("機關內部 ", old.to_inside, new.to_inside)):
        lines += [f"{old.id} {label}{line}" for line in _actions(was, now)]
    known = {"處置", "信任的機關", "機關內部", "狀態"}
    a, b = dict(wording.rule_lines(old, before)), dict(wording.rule_lines(new, after))
    for head in dict.fromkeys([*a, *b]):
        if head not in known and a.get(head) != b.get(head):
            lines.append(f"{old.id} {head}：{a.get(head) or '（無）'} → {b.get(head) or '（刪除）'}")
    return lines


def _actions(old: Actions | None, new: Actions | None) -> list[str]:
    lines = []
    for channel in Channel:
        a, b = (row.get(channel) if row else None for row in (old, new))
        if a is b:
            continue
        words = [wording.action_word(x, channel) if x is not None else "未定" for x in (a, b)]
        way = "" if a is None or b is None else f"（{_STRICTER if b > a else _LOOSER}）"
        lines.append(f"{wording.CHANNEL_LABELS[channel]}：「{words[0]}」→「{words[1]}」{way}")
    return lines


def _settings(old: PolicySet, new: PolicySet) -> list[str]:
    """Changes in the clauses that stand before the rules."""
    a, b = _setting_lines(old), _setting_lines(new)
    return [f"{k[0]}・{k[1]}：{a.get(k, '（無）')} → {b.get(k, '（刪除）')}" for k in dict.fromkeys([*a, *b]) if a.get(k) != b.get(k)]


def _setting_lines(policy: PolicySet) -> dict[tuple[str, str], str]:
    count = len(clauses_of(policy).clauses) - len(policy.rules)
    out: dict[tuple[str, str], str] = {}
    for clause in clauses_of(policy).clauses[:count]:
        for n, (head, said) in enumerate(clause.lines):
            key = (clause.title, head or str(n + 1))
            out[key] = f"{out[key]}；{said}" if key in out else said
    return out


def _lists(old: PolicySet, new: PolicySet) -> list[str]:
    lines = []
    for name in dict.fromkeys([*old.lists, *new.lists]):
        a, b = (set(_values(p, name)) for p in (old, new))
        if a != b:
            lines.append(f"清單 {name}：新增 {len(b - a)} 筆、刪除 {len(a - b)} 筆")
    return lines


def _values(policy: PolicySet, name: str) -> Sequence[str]:
    known = policy.lists.get(name)
    return [*known.values, *("@" + d for d in known.domains)] if known else []
