"""A policy as people sign it: numbered clauses in Chinese, made from the same objects that decide."""

from dataclasses import dataclass

from dlp.policy import wording
from dlp.policy.policyset import PolicySet
from dlp.policy.values import roc
from dlp.policy.wording import numeral


@dataclass(frozen=True, slots=True)
class Clause:
    """``第 number 條（title）`` with its lines (heading, sentence); a heading may be empty."""

    number: int
    title: str
    lines: tuple[tuple[str, str], ...]

    @property
    def heading(self) -> str:
        return f"第{numeral(self.number)}條（{self.title}）"


@dataclass(frozen=True, slots=True)
class Clauses:
    """The whole text."""

    title: str
    head: tuple[str, ...]
    clauses: tuple[Clause, ...]

    @property
    def text(self) -> str:
        out = [self.title, *self.head]
        for clause in self.clauses:
            out += ["", clause.heading]
            out += [f"　　{head}：{said}" if head else f"　　{said}" for head, said in clause.lines]
        return "\n".join(out) + "\n"


def clauses_of(policy: PolicySet, *, title: str = "") -> Clauses:
    """Clauses of ``policy``.  ``title`` names the document; the last file's title by default."""
    entries = [*_settings(policy), *((f"{r.id} {r.name}", tuple(wording.rule_lines(r, policy))) for r in policy.rules)]
    return Clauses(
        title or (policy.titles[-1].policy if policy.titles else "政策"), tuple(_head(policy)),
        tuple(Clause(n, name, lines) for n, (name, lines) in enumerate(entries, 1)),
    )  # fmt: skip


def _head(policy: PolicySet) -> list[str]:
    lines = [f"政策版本：{policy.version}　規則 {len(policy.active)} 條" + (f"（停用 {len(policy.rules) - len(policy.active)} 條）" if len(policy.active) < len(policy.rules) else "")]
    for t in policy.titles:
        approved = f"；{t.approved[0]} {t.approved[1]} 核定{' ' + t.approved[2] if t.approved[2] else ''}" if t.approved else ""
        lines.append(f"{t.policy}：主管單位 {t.owner}{approved}")
    return lines


def _settings(policy: PolicySet) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Clauses before the rules."""
    places = [(wording.DESTINATION_LABELS[n], "、".join(getattr(policy.places, n)) or "（未列）") for n in ("inside", "trusted", "public")]
    out = [("收件對象", tuple(places))]
    if policy.people:
        out.append(("核准人", tuple((n, "、".join(p.who) + (f"；代理：{'、'.join(p.deputy)}" if p.deputy else "")) for n, p in policy.people.items())))
    if policy.groups:
        out.append(("名詞", tuple((f"{g.label}（{n}）", wording.names(g.names, policy.groups)) for n, g in policy.groups.items())))
    failing = [("引擎故障時", wording.actions(policy.engine_fails)), ("有內容讀不到時", wording.actions(policy.not_read))]
    failing += [(wording.reason(r), wording.actions(a)) for r, a in policy.not_read_because.items()]
    out.append(("故障與讀不到", tuple(failing)))
    if policy.schedules:
        out.append(("排程", tuple(("", wording.schedule(s)) for s in policy.schedules)))
    if policy.accepted:
        entries = sorted(policy.accepted.entries.values(), key=lambda e: e.until)
        out.append(("允許清單", tuple((e.kind.label, f"{e.why}；至 {roc(e.until)} 止；{e.added_by}加註{'；限 ' + '、'.join(e.rules) if e.rules else ''}") for e in entries)))
    return out
