"""Builders of findings, documents and policies for tests of policies."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from dlp.document import Document, Envelope, NotRead, NotReadReason, Part, Place
from dlp.finding import EMPTY, Finding
from dlp.kinds import Kind
from dlp.policy import load_policies
from dlp.policy.decision import Decision, decide
from dlp.policy.policyset import PolicySet
from dlp.verdict import Channel, Coverage

TODAY = date(2026, 11, 22)
HEAD = "version: 1\npolicy: 測試\nowner: 政風室\nplaces: {inside: ['*.example.gov.tw'], trusted: ['*.gov.tw']}\n"


def policy_of(folder: Path, text: str, *, head: str = HEAD) -> PolicySet:
    """The policy in ``text``, written to a file of its own.  Faults raise."""
    path = folder / "p.yaml"
    path.write_text(head + text, encoding="utf-8")
    return load_policies(path)


def finding(
    kind: str, at: int = 0, *, confidence: float = 0.9, text: str = "", part: str = "body", person: str = "", attrs: Mapping[str, str] = EMPTY
) -> Finding:
    value = text or f"{kind}-{at}"
    return Finding(Kind(kind), part, at, at + len(value), value, confidence, (), "＊", attrs=attrs, person=person)


def document(*paths: str) -> Document:
    """A document with these parts; ``header`` and ``file-name`` say where the part stands."""
    places = {p.value for p in Place}
    return Document("", tuple(Part(p, Place(p) if p in places else Place.BODY, "") for p in paths or ("body",)))


def decided(
    policy: PolicySet, findings: Sequence[Finding], channel: str = "post", *, to: Sequence[str] = (), envelope: Envelope | None = None,
    parts: Sequence[str] = ("body",), not_read: Sequence[NotReadReason] = (), today: date = TODAY,
) -> Decision:  # fmt: skip
    coverage = Coverage((), tuple(NotRead("body", r) for r in not_read))
    envelope = envelope or (Envelope(recipients=tuple(to)) if to else None)
    return decide(findings, coverage, Channel(channel), envelope=envelope, policy=policy, document=document(*parts), today=today)
