"""What would another policy have done?  Replays journal rows and counts, without any text.

The hours of review are an estimate: minutes a person needs for a held item and for one that asks for a reason.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dlp.policy.policyset import PolicySet
from dlp.policy.replay import JournalRow, replay, undecidable
from dlp.policy.wording import CHANNEL_LABELS
from dlp.verdict import ACTION_LABELS, Action, Channel

REVIEW_MINUTES = {Action.JUSTIFY: 2, Action.HOLD: 6, Action.BLOCK: 4}  # reading, asking back, deciding


@dataclass(frozen=True, slots=True)
class Simulation:
    """Counts of a replay.

    ``by_action``: (channel, action) → (old, new) items.  ``by_rule``: (rule, channel) → (old, new) hits.  ``changes``:
    (channel, old action, new action) → items.  ``near``: items whose replay lacks addresses.
    """

    rows: int
    by_action: dict[tuple[Channel, Action], tuple[int, int]]
    by_rule: dict[tuple[str, Channel], tuple[int, int]]
    changes: dict[tuple[Channel, Action, Action], int]
    near: int
    versions: tuple[str, ...]
    first: datetime | None
    last: datetime | None

    @property
    def minutes(self) -> tuple[int, int]:
        """Minutes of review, old and new."""
        old = sum(REVIEW_MINUTES.get(action, 0) * a for (_, action), (a, _) in self.by_action.items())
        new = sum(REVIEW_MINUTES.get(action, 0) * b for (_, action), (_, b) in self.by_action.items())
        return old, new


def simulate(rows: Iterable[JournalRow], policy: PolicySet, *, since: datetime | None = None) -> Simulation:
    """Replays all rows from ``since`` on under ``policy``."""
    old_actions: Counter[tuple[Channel, Action]] = Counter()
    new_actions: Counter[tuple[Channel, Action]] = Counter()
    old_rules: Counter[tuple[str, Channel]] = Counter()
    new_rules: Counter[tuple[str, Channel]] = Counter()
    changes: Counter[tuple[Channel, Action, Action]] = Counter()
    versions: dict[str, None] = {}
    count = near = 0
    first = last = None
    for row in rows:
        if since is not None and row.time < since:
            continue
        decision = replay(row, policy)
        count += 1
        near += undecidable(row, policy)
        versions[row.policy_version] = None
        first, last = min(first or row.time, row.time), max(last or row.time, row.time)
        old_actions[row.channel, row.action] += 1
        new_actions[row.channel, decision.action] += 1
        old_rules.update((rule, row.channel) for rule, action in row.rules if action >= Action.WARN)
        new_rules.update((hit.id, row.channel) for hit in decision.rules if hit.action >= Action.WARN)
        if decision.action is not row.action:
            changes[row.channel, row.action, decision.action] += 1
    return Simulation(
        count, {k: (old_actions[k], new_actions[k]) for k in sorted(old_actions | new_actions)},
        {k: (old_rules[k], new_rules[k]) for k in sorted(old_rules | new_rules)}, dict(sorted(changes.items())), near, tuple(versions), first, last,
    )  # fmt: skip


def report(result: Simulation) -> str:
    """The counts as a text for people."""
    if not result.rows:
        return "這段期間沒有判斷紀錄，無法試算。"
    lines = [f"試算 {result.rows:,} 筆判斷紀錄（{result.first:%Y-%m-%d %H:%M} 至 {result.last:%Y-%m-%d %H:%M}）", "", "各通路的處置（舊 → 新）"]
    for (channel, action), (a, b) in result.by_action.items():
        lines.append(f"  {CHANNEL_LABELS[channel]}　{ACTION_LABELS[action]}　{a:,} → {b:,}{_sign(b - a)}")
    lines += ["", "各規則（提醒以上，舊 → 新）"]
    for (rule, channel), (a, b) in result.by_rule.items():
        lines.append(f"  {rule}　{CHANNEL_LABELS[channel]}　{a:,} → {b:,}{_sign(b - a)}")
    if result.changes:
        lines += ["", "處置改變的筆數"]
        lines += [f"  {CHANNEL_LABELS[c]}　「{ACTION_LABELS[a]}」→「{ACTION_LABELS[b]}」　{n:,}" for (c, a, b), n in result.changes.items()]
    old, new = result.minutes
    lines += ["", f"估計人工處理時間　{old / 60:.1f} 小時 → {new / 60:.1f} 小時{_sign(round((new - old) / 60, 1))}"]
    if result.near:
        lines.append(f"其中 {result.near:,} 筆沒有收件網域，依網域的條件只能近似。")
    return "\n".join(lines)


def _sign(change: float) -> str:
    return f"（{change:+,}）" if change else ""
