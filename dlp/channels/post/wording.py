"""The sentences under a verdict: what to do, and what was and was not checked.  None of them ever says that something is safe."""

from dataclasses import dataclass
from datetime import datetime

from dlp.channels.post.words import Translate
from dlp.document import NOT_READ_LABELS
from dlp.finding import Finding
from dlp.policy.slip import Slip
from dlp.records.clock import TAIPEI
from dlp.verdict import Action, Channel, RuleHit, Verdict

CHANNEL_LABELS = {"mail": "電子郵件", "post": "貼文與網站", "share": "共用資料夾"}


@dataclass(frozen=True, slots=True)
class Item:
    """One place that a person has to look at: the finding, its strictest rule, and the other (finding, rule) at the same place."""

    finding: Finding
    index: int
    rule: RuleHit
    others: tuple[tuple[Finding, RuleHit], ...] = ()


def items(verdict: Verdict) -> list[Item]:
    """The places in order of the text, overlapping findings as one: a person mends a place, not a rule."""
    strictest: dict[int, RuleHit] = {}
    for rule in verdict.rules:
        for index in rule.findings:
            if rule.action >= Action.WARN and (index not in strictest or rule.action > strictest[index].action):
                strictest[index] = rule
    out: list[Item] = []
    group: list[int] = []
    for index in sorted(strictest):  # findings are ordered by part and start
        if group and any(_same_place(verdict.findings[index], verdict.findings[i]) for i in group):
            group.append(index)
            continue
        if group:
            out.append(_item(verdict, group, strictest))
        group = [index]
    return [*out, _item(verdict, group, strictest)] if group else out


def _same_place(one: Finding, other: Finding) -> bool:
    """Whether they share at least half of the longer one."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return one.part == other.part and 2 * shared >= max(one.end - one.start, other.end - other.start)


def _item(verdict: Verdict, group: list[int], strictest: dict[int, RuleHit]) -> Item:
    findings = verdict.findings
    first, *rest = sorted(group, key=lambda i: (-strictest[i].action, findings[i].start - findings[i].end, -findings[i].confidence))
    return Item(findings[first], first, strictest[first], tuple((findings[i], strictest[i]) for i in rest))


def banner(verdict: Verdict, say: Translate = str) -> str:
    """One sentence for people, counting what the list shows."""
    found = items(verdict)
    loose = [r for r in verdict.rules if r.action >= Action.WARN and not r.findings and r.id != "NOT-READ"]
    stop = sum(i.rule.action >= Action.HOLD for i in found) + sum(r.action >= Action.HOLD for r in loose)
    ask = len(found) + len(loose) - stop
    if stop:
        first = say("先不要寄出：{stop} 處要改") if verdict.channel is Channel.MAIL else say("先不要發布：{stop} 處要改")
        text = first.format(stop=stop) + (say("、{ask} 處請確認").format(ask=ask) if ask else "")
    elif ask:
        text = say("請確認 {ask} 處").format(ask=ask)
    elif verdict.complete:
        return say("未發現需處理的內容。仍請承辦人與核稿人確認。")
    else:
        return say("有內容沒有檢查到，請看下方說明。")
    return text + say("。") + ("" if verdict.complete else say("另有內容沒有檢查到。"))


def style(verdict: Verdict) -> str:
    """``stop``, ``ask`` or ``ok``: the look of the banner."""
    if verdict.action >= Action.HOLD:
        return "stop"
    return "ask" if verdict.action >= Action.WARN or not verdict.complete else "ok"


def coverage(verdict: Verdict, say: Translate = str) -> str:
    """What was and was not checked, and under which policy."""
    chars = sum(count for path, _, count in verdict.coverage.read if path != "name")
    counts: dict[str, int] = {}
    for gap in verdict.coverage.not_read:
        label = NOT_READ_LABELS[gap.reason] + (f"（{gap.detail}）" if gap.detail else "")
        counts[label] = counts.get(label, 0) + 1
    missed = "；".join(label + (f" ×{n}" if n > 1 else "") for label, n in counts.items())
    return (
        say("已檢查：文字 {chars} 字。").format(chars=f"{chars:,}")
        + (say("未檢查：{missed}。").format(missed=missed) if missed else "")
        + say("政策版本 {policy}").format(policy=verdict.policy_version)
    )


def slip_lines(slip: Slip) -> list[str]:
    """The slip as it is shown: time as the office writes it, the channel by name."""
    when = datetime.fromisoformat(slip.time).astimezone(TAIPEI)
    shown = {"檢核時間": f"{when.year - 1911}-{when:%m-%d %H:%M}", "通路": CHANNEL_LABELS.get(slip.channel, slip.channel)}
    out = []
    for line in slip.lines:
        name, gap, _ = line.partition("　")
        out.append(f"{name}{'　' * (5 - len(name))}{shown[name]}" if gap and name in shown else line)
    return out
