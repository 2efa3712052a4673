"""A verdict as the JSON object that the design promises, and the masked pieces of text that people may see."""

from typing import Any

from dlp.finding import Finding
from dlp.records.masked import SNIPPET_CHARS, masked_name, masked_range, printable, snippet
from dlp.text.utf16 import Utf16Offsets
from dlp.verdict import Verdict

__all__ = ["SNIPPET_CHARS", "as_object", "finding_objects", "masked_name", "masked_range", "printable", "rule_object", "snippet"]


def as_object(verdict: Verdict, *, reveal: bool = False) -> dict[str, Any]:
    """The verdict without any found value, unless ``reveal`` adds ``text`` to each finding."""
    return {
        "name": masked_name(verdict),
        "channel": str(verdict.channel),
        "action": str(verdict.action),
        "complete": verdict.complete,
        "rules": [rule_object(verdict, i) for i in range(len(verdict.rules))],
        "findings": finding_objects(verdict, reveal=reveal),
        "not_read": [{"part": n.part, "reason": str(n.reason), "detail": n.detail} for n in verdict.coverage.not_read],
        "read": [{"part": path, "label": label, "chars": chars} for path, label, chars in verdict.coverage.read],
        "policy_version": verdict.policy_version,
        "seconds": round(verdict.seconds, 6),
    }


def rule_object(verdict: Verdict, index: int) -> dict[str, Any]:
    rule = verdict.rules[index]
    return {"id": rule.id, "name": rule.name, "action": str(rule.action), "why": list(rule.why), "tell": rule.tell, "fix": rule.fix, "findings": list(rule.findings)}  # fmt: skip


def finding_objects(verdict: Verdict, *, reveal: bool = False) -> list[dict[str, Any]]:
    """All findings; ``start`` and ``end`` count code points of the part, ``utf16`` UTF-16 units."""
    offsets = {path: Utf16Offsets(verdict.part(path).text) for path in {f.part for f in verdict.findings}}
    return [_finding_object(f, offsets[f.part], reveal=reveal) for f in verdict.findings]


def _finding_object(finding: Finding, offsets: Utf16Offsets, *, reveal: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "kind": str(finding.kind),
        "label": finding.label,
        "part": finding.part,
        "start": finding.start,
        "end": finding.end,
        "utf16": [offsets.of(finding.start), offsets.of(finding.end)],
        "masked": finding.masked,
        "confidence": round(finding.confidence, 3),
        "level": str(finding.level),
        "reasons": [
            {"layer": str(r.layer), "code": r.code, "message": r.text, "weight": r.weight} for r in finding.reasons
        ],
        "law": list(finding.law),
        "fix": finding.fix,
        "attrs": dict(finding.attrs),
    }
    if reveal:
        out["text"] = finding.text
    return out

