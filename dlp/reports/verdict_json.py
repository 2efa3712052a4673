"""A verdict as the JSON object that the design promises, and the masked pieces of text that people may see."""

from typing import Any

from dlp.document import Place
from dlp.finding import Finding
from dlp.verdict import Verdict

SNIPPET_CHARS = 20  # on each side of a finding (P02)


def as_object(verdict: Verdict, *, reveal: bool = False) -> dict[str, Any]:
    """The verdict without any found value, unless ``reveal`` adds ``text`` to each finding."""
    return {
        "name": masked_name(verdict),
        "channel": str(verdict.channel),
        "action": str(verdict.action),
        "complete": verdict.complete,
        "rules": [rule_object(verdict, i) for i in range(len(verdict.rules))],
        "findings": [finding_object(verdict, f, reveal=reveal) for f in verdict.findings],
        "not_read": [{"part": n.part, "reason": str(n.reason), "detail": n.detail} for n in verdict.coverage.not_read],
        "read": [{"part": path, "label": label, "chars": chars} for path, label, chars in verdict.coverage.read],
        "policy_version": verdict.policy_version,
        "seconds": round(verdict.seconds, 6),
    }


def rule_object(verdict: Verdict, index: int) -> dict[str, Any]:
    rule = verdict.rules[index]
    return {"id": rule.id, "name": rule.name, "action": str(rule.action), "why": list(rule.why), "tell": rule.tell, "fix": rule.fix, "findings": list(rule.findings)}  # fmt: skip


def finding_object(verdict: Verdict, finding: Finding, *, reveal: bool = False) -> dict[str, Any]:
    text = verdict.part(finding.part).text
    start16 = finding.start + sum(c > "\uffff" for c in text[: finding.start])
    end16 = start16 + (finding.end - finding.start) + sum(c > "\uffff" for c in text[finding.start : finding.end])
    out: dict[str, Any] = {
        "kind": str(finding.kind),
        "label": finding.label,
        "part": finding.part,
        "start": finding.start,
        "end": finding.end,
        "utf16": [start16, end16],
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


def masked_name(verdict: Verdict) -> str:
    """The item's name with what was found in it masked, control and bidi characters shown as escapes."""
    name = verdict.name
    for part in verdict.document.parts:
        if part.place is Place.FILE_NAME and part.text == verdict.name:
            name = masked_range(verdict, part.path, 0, len(name))
            break
    return printable(name)


def printable(text: str) -> str:
    """``text`` with control, bidi and other unprintable characters escaped (W06)."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def snippet(verdict: Verdict, finding: Finding) -> str:
    """The finding in its surroundings, every found value in it masked."""
    text = verdict.part(finding.part).text
    start, end = max(0, finding.start - SNIPPET_CHARS), min(len(text), finding.end + SNIPPET_CHARS)
    for other in verdict.findings:  # never cut through another found value: that would show a piece of it
        if other.part == finding.part and other.start < start < other.end:
            start = other.start
        if other.part == finding.part and other.start < end < other.end:
            end = other.end
    shown = " ".join(masked_range(verdict, finding.part, start, end).split())
    return f"{'…' if start else ''}{printable(shown)}{'…' if end < len(text) else ''}"


def masked_range(verdict: Verdict, path: str, start: int, end: int) -> str:
    """``text[start:end]`` of a part with findings replaced by their masks; of overlapping ones the longest."""
    text = verdict.part(path).text
    spans = sorted(
        (f for f in verdict.findings if f.part == path and f.start >= start and f.end <= end),
        key=lambda f: (f.start, -f.end),
    )
    out, at = [], start
    for finding in spans:
        if finding.start < at:
            continue
        out += [text[at : finding.start], finding.masked]
        at = finding.end
    return "".join((*out, text[at:end]))
