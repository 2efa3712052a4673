"""The detectors' road through one document: sieve → regions → views → detectors → relators → findings.

Only this module knows how passages are cut.  A part of up to ``WHOLE_PART_CHARS`` with a cue is one passage; of longer parts
only the neighbourhood of cues is folded, cut at line ends.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from dlp.detectors import catalog, meaning, together
from dlp.detectors.contract import Context, Hit, Passage
from dlp.detectors.sieve import Match, Sieve
from dlp.document import NotRead, NotReadReason, Part
from dlp.finding import Finding
from dlp.text.folding import fold
from dlp.text.joining import join, needs_joining
from dlp.verdict import FINDINGS_KEPT

WHOLE_PART_CHARS = 65_536
WINDOW_BYTES = 3_000  # about a thousand Chinese characters of context on each side of a cue
LONGEST_REGION_BYTES = 262_144


@cache
def shipped_sieve(engine: str = "auto") -> Sieve:
    """The sieve over every detector and relator of the catalog."""
    cues = {d.ID: d.CUES for d in catalog.DETECTORS} | {r.ID: r.CUES for r in catalog.RELATORS}
    return Sieve(cues, engine=engine)


def find(context: Context, *, sieve: Sieve | None = None) -> tuple[list[Finding], list[NotRead]]:
    """All findings of a document, ordered by part, start, longer first, and what could not be analysed.

    ``sieve`` is None for the shipped one.  A detector that fails costs its passage: the rest is kept, and the passage is
    reported as not read.
    """
    sieve = sieve or shipped_sieve()
    findings: list[Finding] = []
    failed: list[NotRead] = []
    for part in context.document.parts:
        for passage in passages(part, context, sieve):
            findings += in_passage(passage, sieve, failed)
    findings = together.conclude(merge(findings), context)
    order = {part.path: i for i, part in enumerate(context.document.parts)}
    findings.sort(key=lambda f: (order[f.part], f.start, -f.end))
    if len(findings) > FINDINGS_KEPT:
        strongest = sorted(range(len(findings)), key=lambda i: -findings[i].confidence)[:FINDINGS_KEPT]
        findings = [findings[i] for i in sorted(strongest)]
    return findings, list(dict.fromkeys(failed))


def passages(part: Part, context: Context, sieve: Sieve) -> Iterator[Passage]:
    """The passages of ``part`` that may hold something, each in every view in which it reads differently."""
    for start, end in regions(part, sieve):
        folded = fold(part.text[start:end], base=start)
        plain = Passage(part, folded.text, folded, "plain", context)
        yield plain
        if needs_joining(folded.text) and (joined := join(folded)) is not None:
            yield Passage(part, joined.text, joined, "joined", context, plain=plain)


def regions(part: Part, sieve: Sieve) -> Iterator[tuple[int, int]]:
    """Half-open code-point ranges of ``part.text`` around cues; none where no cue fires."""
    # A lone surrogate becomes one byte, so that characters still count alike.
    utf8 = part.utf8 if part.utf8 is not None else part.text.encode("utf-8", "replace")
    ends = sieve.ends(utf8)
    if not ends:
        return
    if len(part.text) <= WHOLE_PART_CHARS:
        yield 0, len(part.text)
        return
    yield from _code_points(utf8, _windows(utf8, ends))


def _windows(utf8: bytes, ends: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Byte ranges around cues: merged where they touch, cut at line ends, none longer than LONGEST_REGION_BYTES."""
    start, stop = -1, -1
    for end in ends:
        if end <= stop - WINDOW_BYTES // 2 and start >= 0:
            continue  # well inside the present window
        low, high = max(0, end - WINDOW_BYTES), min(len(utf8), end + WINDOW_BYTES)
        if start < 0:
            start, stop = _line_start(utf8, low), high
        elif low <= stop and high - start <= LONGEST_REGION_BYTES:
            stop = max(stop, high)
        else:
            cut = _line_end(utf8, stop)
            yield start, cut
            start, stop = max(cut, _line_start(utf8, low)), max(high, cut)
    if start >= 0 and start < len(utf8):
        yield start, _line_end(utf8, stop)


def _line_start(utf8: bytes, at: int) -> int:
    found = utf8.rfind(b"\n", max(0, at - WINDOW_BYTES), at)
    return found + 1 if found >= 0 else _boundary(utf8, at)


def _line_end(utf8: bytes, at: int) -> int:
    found = utf8.find(b"\n", at, at + WINDOW_BYTES)
    return found + 1 if found >= 0 else _boundary(utf8, at)


def _boundary(utf8: bytes, at: int) -> int:
    """The next start of a character at or after ``at``."""
    while at < len(utf8) and utf8[at] & 0xC0 == 0x80:
        at += 1
    return at


def _code_points(utf8: bytes, windows: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Byte ranges → code-point ranges, counting each byte once."""
    view, at, count = np.frombuffer(utf8, dtype=np.uint8), 0, 0
    for start, stop in windows:
        count += _characters(view[at:start])
        first = count
        count += _characters(view[start:stop])
        at = stop
        yield first, count


def _characters(view: "np.ndarray[tuple[int], np.dtype[np.uint8]]") -> int:
    total = 0
    for i in range(0, len(view), 1 << 22):  # in slices, so that a long gap costs no second copy of the text
        total += int(np.count_nonzero((view[i : i + (1 << 22)] & 0xC0) != 0x80))
    return total


def in_passage(passage: Passage, sieve: Sieve, failed: list[NotRead]) -> list[Finding]:
    """Findings of every detector and relator whose cues stand in this passage."""
    utf8 = passage.text.encode("utf-8", "replace")
    cues = [m for m in sieve.scan(utf8) if m.owner >= 0]
    wanted = {sieve.owners[m.owner] for m in cues}
    if wanted:
        passage.cues = lambda: _placed(cues, sieve.owners, utf8)
    hits: list[Hit] = []
    for detector in catalog.DETECTORS:
        if detector.ID in wanted:
            hits += _guarded(passage, detector.ID, lambda d=detector: d.find(passage), failed)  # type: ignore[misc]
    for relator in catalog.RELATORS:
        if relator.ID in wanted or (wanted and not relator.CUES):
            seen = tuple(hits)
            hits += _guarded(passage, relator.ID, lambda r=relator, s=seen: r.relate(passage, s), failed)  # type: ignore[misc]
    return [_finding(passage, hit) for hit in meaning.weighed(passage, hits) if hit.end > hit.start]


def _placed(cues: Sequence[Match], owners: Sequence[str], utf8: bytes) -> list[tuple[str, int]]:
    """Detector and code-point offset of the end of every cue."""
    counted = np.cumsum((np.frombuffer(utf8, dtype=np.uint8) & 0xC0) != 0x80)
    return [(owners[m.owner], int(counted[m.end - 1])) for m in cues]


def _guarded(passage: Passage, detector_id: str, run: Callable[[], Iterable[Hit]], failed: list[NotRead]) -> list[Hit]:
    try:
        return [replace(hit, detector=hit.detector or detector_id) for hit in run()]
    except MemoryError:
        raise  # the worker's limit: the whole item is reported as not read by its owner
    except Exception as err:
        # The edge around code that sees hostile text: one detector's fault must neither stop the check nor count as
        # clean.  Only the type is kept, because the message may quote the text.
        failed.append(NotRead(passage.part.path, NotReadReason.CRASH, f"{detector_id}（{type(err).__name__}）"))
        return []


def _finding(passage: Passage, hit: Hit) -> Finding:
    start, end = passage.folded.to_original(hit.start, hit.end)
    return Finding(
        kind=hit.kind, part=passage.part.path, start=start, end=end, text=passage.part.text[start:end], confidence=hit.confidence,
        reasons=hit.reasons, masked=hit.masked, fix=hit.fix, detector=hit.detector, attrs=hit.attrs, person=hit.person,
    )  # fmt: skip


def merge(findings: Sequence[Finding]) -> list[Finding]:
    """Of findings of one kind that overlap in one part, the most confident (then the longest)."""
    kept: list[Finding] = []
    last: dict[tuple[str, str], int] = {}
    for finding in sorted(findings, key=lambda f: (f.part, f.kind, f.start, -f.confidence, -f.end)):
        at = last.get((finding.part, finding.kind))
        if at is None or finding.start >= kept[at].end:
            last[finding.part, finding.kind] = len(kept)
            kept.append(finding)
        elif (finding.confidence, finding.end - finding.start) > (kept[at].confidence, kept[at].end - kept[at].start):
            kept[at] = finding
    return kept


__all__ = ["FINDINGS_KEPT", "find", "merge", "passages", "regions", "shipped_sieve"]
