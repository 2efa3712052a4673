"""Pieces of an item that people may see: names and surroundings with every found value replaced by its mask (P01, P02)."""

from dlp.document import Place
from dlp.finding import Finding
from dlp.verdict import Verdict

SNIPPET_CHARS = 20  # on each side of a finding (P02)


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
    return "".join(c if c.isprintable() or c == "\u3000" else f"\\u{ord(c):04x}" for c in text)


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
    spans = sorted((f for f in verdict.findings if f.part == path and f.start >= start and f.end <= end), key=lambda f: (f.start, -f.end))
    out, at = [], start
    for finding in spans:
        if finding.start < at:
            continue
        out += [text[at : finding.start], finding.masked]
        at = finding.end
    return "".join((*out, text[at:end]))


def without_values(text: str, verdict: Verdict) -> str:
    """``text`` from elsewhere (a label, a path) with every found value of the verdict masked."""
    for finding in sorted(verdict.findings, key=lambda f: -len(f.text)):
        if len(finding.text) > 1:
            text = text.replace(finding.text, finding.masked)
    return printable(text)
