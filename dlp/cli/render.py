"""A verdict as a person reads it on a terminal: findings first, each with why and how to fix it, then the conclusion."""

from datetime import datetime

import click

from dlp.document import NOT_READ_LABELS
from dlp.finding import LAYER_LABELS, Finding
from dlp.reports.verdict_json import masked_name, snippet
from dlp.verdict import Action, RuleHit, Verdict

COLOURS = {
    Action.BLOCK: "red",
    Action.HOLD: "red",
    Action.JUSTIFY: "yellow",
    Action.WARN: "yellow",
    Action.LOG: "cyan",
    Action.ALLOW: "green",
}
SHOWN_PER_RULE = 5


def render(verdict: Verdict, *, name: str | None, when: datetime) -> str:
    """Text for a terminal; no found value in clear.  ``name`` replaces the item's own name in the first line."""
    lines = [click.style(name or masked_name(verdict) or "文字", bold=True)]
    rules = [rule for rule in verdict.rules if rule.action >= Action.WARN]
    for rule in sorted(rules, key=lambda r: -r.action):
        lines += _rule(verdict, rule)
    logged = {i for rule in verdict.rules if rule.action < Action.WARN for i in rule.findings}
    lines += _conclusion(verdict, rules, len(logged - {i for rule in rules for i in rule.findings}))
    return "\n".join(lines)


def _rule(verdict: Verdict, rule: RuleHit) -> list[str]:
    findings = [verdict.findings[i] for i in rule.findings]
    sure = f"    把握度 {max((f.level for f in findings), key=lambda x: x.rank).label}" if findings else ""
    head = f"  {click.style(rule.action.label, fg=COLOURS[rule.action], bold=True)} {rule.id} {rule.name}{sure}"
    lines = [head]
    said = ""
    for finding in findings[:SHOWN_PER_RULE]:
        lines += _finding(verdict, finding, said)
        said = _why(finding)  # the same reason is said once, not beneath every row of a register
    if len(findings) > SHOWN_PER_RULE:
        lines.append(f"    … 另有 {len(findings) - SHOWN_PER_RULE} 處")
    if rule.tell:
        lines.append(f"    提示    {rule.tell}")
    if rule.why:
        lines.append(f"    依據    {'；'.join(rule.why)}")
    advice = rule.fix or next((f.fix for f in findings if f.fix), "")
    if advice:
        lines.append(f"    怎麼改  {advice}")
    return lines


def _why(finding: Finding) -> str:
    reasons = "；".join(f"{LAYER_LABELS[r.layer]}：{r.text}" for r in finding.reasons)
    return f"    為什麼  {finding.label}（{reasons}）" if reasons else ""


def _finding(verdict: Verdict, finding: Finding, said: str) -> list[str]:
    why = _why(finding)
    shown = f"    {verdict.part(finding.part).label}「{snippet(verdict, finding)}」"
    return [shown, why] if why and why != said else [shown]


def _conclusion(verdict: Verdict, rules: list[RuleHit], logged: int) -> list[str]:
    lines = []
    if rules:
        counts = "、".join(
            f"{action.label} {n}" for action in reversed(Action) if (n := sum(r.action is action for r in rules))
        )
        lines.append(f"  結論  {click.style(verdict.action.label, fg=COLOURS[verdict.action], bold=True)}（{counts}）")
    elif verdict.action >= Action.WARN:
        lines.append(
            f"  結論  {click.style(verdict.action.label, fg=COLOURS[verdict.action], bold=True)}：有內容未能檢查"
        )
    elif verdict.complete:
        lines.append(f"  結論  {click.style('未發現需處理的內容', fg='green')}。仍請承辦人與核稿人確認。")
    else:
        lines.append(f"  結論  {click.style('未完整檢查', fg='yellow')}：讀到的部分未發現需處理的內容。")
    if logged:
        lines.append(f"        另有 {logged} 處僅供參考，未達提醒標準。")
    lines.append("  " + _coverage(verdict))
    lines.append(f"  政策  {verdict.policy_version}    用時 {verdict.seconds:.2f} 秒")
    return lines


def _coverage(verdict: Verdict) -> str:
    places = list(dict.fromkeys(label.partition("（第")[0] for _, label, _ in verdict.coverage.read))
    chars = sum(count for _, _, count in verdict.coverage.read)
    text = f"已檢查  {'、'.join(places[:12]) or '無'}（共 {chars} 字）。"
    missed = [f"{NOT_READ_LABELS[n.reason]}{f'（{n.detail}）' if n.detail else ''}" for n in verdict.coverage.not_read]
    if missed:
        unique = list(dict.fromkeys(missed))
        text += f"未檢查  {'；'.join(unique[:6])}{f' 等 {len(missed)} 項' if len(missed) > 6 else ''}。"
    return text
