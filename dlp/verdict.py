"""The answer for one item: the action, the rules that led to it, the findings, and what was and was not read."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from dlp.document import Document, NotRead, Part
from dlp.finding import Finding

FINDINGS_KEPT = 1_000  # per item (L22); more are only counted


class Channel(StrEnum):
    """The way out."""

    MAIL = "mail"
    POST = "post"
    SHARE = "share"


class Action(IntEnum):
    """The ladder; the strictest wins.  On a share HOLD and BLOCK move the file to quarantine."""

    ALLOW = 0
    LOG = 1
    WARN = 2
    JUSTIFY = 3
    HOLD = 4
    BLOCK = 5

    @classmethod
    def parse(cls, word: str) -> "Action":
        return cls[word.upper()]

    def __str__(self) -> str:
        return self.name.lower()

    @property
    def label(self) -> str:
        return ACTION_LABELS[self]


ACTION_LABELS: dict[Action, str] = {
    Action.ALLOW: "放行", Action.LOG: "記錄", Action.WARN: "提醒", Action.JUSTIFY: "請說明理由", Action.HOLD: "留置待核准", Action.BLOCK: "攔截",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that applied: its action in this channel, why (laws), what to tell the person, what to write instead."""

    id: str
    name: str
    action: Action
    why: tuple[str, ...] = ()
    tell: str = ""
    fix: str = ""
    findings: tuple[int, ...] = ()  # indexes into Verdict.findings
    attrs: tuple[tuple[str, str], ...] = ()  # approver, within, otherwise, mode …


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read (part paths with their Chinese label and size in characters) and what was not."""

    read: tuple[tuple[str, str, int], ...]
    not_read: tuple[NotRead, ...]

    @property
    def complete(self) -> bool:
        return not self.not_read


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision.  ``findings`` are ordered by part, start, longer first.  ``seconds`` is wall time of the check."""

    name: str = field(repr=False)
    channel: Channel
    action: Action
    findings: tuple[Finding, ...]
    rules: tuple[RuleHit, ...]
    coverage: Coverage
    policy_version: str
    seconds: float
    document: Document = field(repr=False)

    @property
    def complete(self) -> bool:
        """False when anything was not read: such a verdict is never «clean»."""
        return self.coverage.complete

    def part(self, path: str) -> Part:
        """The part with this path.  Raises KeyError."""
        for part in self.document.parts:
            if part.path == path:
                return part
        raise KeyError(path)

    def masked(self, path: str) -> str:
        """Safe version of one part.  Raises KeyError, and ValueError when findings beyond those kept were dropped."""
        from dlp.masking import mask_text  # the one import that points up: the promise is a method of the verdict

        if len(self.findings) >= FINDINGS_KEPT:
            raise ValueError("too many findings to mask this part safely")
        return mask_text(self.part(path).text, self.findings, path)
