"""Verdicts as SARIF 2.1.0 (OASIS, 2020), for editors and build pipelines: masked, offsets in code points.

block → error; hold, justify → warning; warn, log → note.  ``columnKind`` is ``unicodeCodePoints``, as our offsets are.
"""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dlp.finding import Finding
from dlp.reports.verdict_json import masked_name
from dlp.verdict import Action, RuleHit, Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {
    Action.BLOCK: "error", Action.HOLD: "warning", Action.JUSTIFY: "warning", Action.WARN: "note", Action.LOG: "note", Action.ALLOW: "none",
}  # fmt: skip


def as_sarif(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """One run with a result for each finding of each rule; what was not read is a notification."""
    rules: dict[str, dict[str, Any]] = {}
    results, notes, complete = [], [], True
    for verdict in verdicts:
        complete = complete and verdict.complete
        for rule in verdict.rules:
            rules.setdefault(rule.id, _rule(rule))
            results += [_result(verdict, rule, verdict.findings[i]) for i in rule.findings]
        notes += [
            {"level": "warning", "message": {"text": f"{n.part}: {n.reason}"}, "locations": [{"physicalLocation": _artifact(verdict)}]}
            for n in verdict.coverage.not_read
        ]
    order = {rule: n for n, rule in enumerate(rules)}
    for result in results:
        result["ruleIndex"] = order[result["ruleId"]]
    run = {
        "tool": {"driver": {"name": "dlp", "version": _version(), "rules": list(rules.values())}},
        "columnKind": "unicodeCodePoints", "results": results,
        "invocations": [{"executionSuccessful": complete, "toolExecutionNotifications": notes}],
    }  # fmt: skip
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _version() -> str:
    try:
        return version("dlp-zh")
    except PackageNotFoundError:
        return "0"


def _rule(rule: RuleHit) -> dict[str, Any]:
    return {
        "id": rule.id, "name": rule.name, "shortDescription": {"text": rule.name or rule.id},
        "help": {"text": "；".join(rule.why) or rule.name or rule.id}, "defaultConfiguration": {"level": LEVELS[rule.action]},
    }  # fmt: skip


def _result(verdict: Verdict, rule: RuleHit, finding: Finding) -> dict[str, Any]:
    text = f"{finding.label}：{finding.masked}" + (f"　{rule.fix or finding.fix}" if rule.fix or finding.fix else "")
    location = {**_artifact(verdict), "region": _region(verdict, finding)}
    return {
        "ruleId": rule.id, "level": LEVELS[rule.action], "message": {"text": text},
        "locations": [{"physicalLocation": location, "logicalLocations": [{"fullyQualifiedName": finding.part}]}],
        "rank": round(finding.confidence * 100, 1), "properties": {"kind": str(finding.kind), "confidence": round(finding.confidence, 3)},
    }  # fmt: skip


def _artifact(verdict: Verdict) -> dict[str, Any]:
    from urllib.parse import quote

    return {"artifactLocation": {"uri": quote(masked_name(verdict) or "stdin")}}


def _region(verdict: Verdict, finding: Finding) -> dict[str, int]:
    """Lines and columns count from 1; the offset is into the part's text."""
    before = verdict.part(finding.part).text[: finding.start]
    lines = before.split("\n")
    inside = verdict.part(finding.part).text[finding.start : finding.end].split("\n")
    start_line, start_column = len(lines), len(lines[-1]) + 1
    end_line = start_line + len(inside) - 1
    end_column = len(inside[-1]) + (start_column if len(inside) == 1 else 1)
    return {
        "startLine": start_line, "startColumn": start_column, "endLine": end_line, "endColumn": end_column, "charOffset": finding.start,
        "charLength": finding.end - finding.start,
    }  # fmt: skip
