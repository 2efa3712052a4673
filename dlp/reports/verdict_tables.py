"""Verdicts as tables, for ``--format csv|html|ods``: one row a finding, masked, and one for everything that was not read."""

from collections.abc import Sequence

from dlp.document import NOT_READ_LABELS
from dlp.reports.html import tables_page
from dlp.reports.tables import Cell, Table, as_csv, as_ods
from dlp.reports.verdict_json import masked_name, snippet
from dlp.verdict import Verdict

COLUMNS = ("名稱", "處置", "規則", "種類", "位置", "遮蔽後", "前後文", "把握度", "信心", "依據", "怎麼改")


def tables_of(verdicts: Sequence[Verdict]) -> list[Table]:
    """Findings, then what was not read, then one row an item."""
    return [
        Table("發現", COLUMNS, tuple(row for v in verdicts for row in _findings(v))),
        Table("未檢查", ("名稱", "部分", "原因"), tuple((masked_name(v), n.part, NOT_READ_LABELS[n.reason]) for v in verdicts for n in v.coverage.not_read)),
        Table(
            "總表", ("名稱", "處置", "發現數", "是否全部讀過", "政策"),
            tuple((masked_name(v), v.action.label, len(v.findings), "是" if v.complete else "否", v.policy_version) for v in verdicts),
        ),
    ]  # fmt: skip


def _findings(verdict: Verdict) -> list[tuple[Cell, ...]]:
    out: list[tuple[Cell, ...]] = []
    for index, finding in enumerate(verdict.findings):
        rules = [r for r in verdict.rules if index in r.findings]
        out.append((
            masked_name(verdict), max((r.action for r in rules), default=verdict.action.__class__(0)).label, "、".join(r.id for r in rules), finding.label,
            verdict.part(finding.part).label, finding.masked, snippet(verdict, finding), finding.level.label, round(finding.confidence, 3),
            "；".join(finding.law), finding.fix,
        ))  # fmt: skip
    return out


def write(verdicts: Sequence[Verdict], form: str) -> bytes:
    """``csv`` (BOM, formula-safe), ``ods`` or ``html``."""
    tables = tables_of(verdicts)
    if form == "csv":
        return as_csv(tables[:1] if all(v.complete for v in verdicts) else tables[:2])
    return as_ods(tables) if form == "ods" else tables_page("檢查結果", tables)
