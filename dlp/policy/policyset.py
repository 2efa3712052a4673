"""A loaded policy: plain values, ready to decide with.  Everything here is immutable and free of pydantic."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dlp.document import NotReadReason
from dlp.kinds import Kind
from dlp.policy.accepted import Accepted
from dlp.policy.faults import Fault
from dlp.policy.lists import ValueList
from dlp.verdict import Action, Channel


@dataclass(frozen=True, slots=True)
class Actions:
    """One action per channel; None where the rule says nothing."""

    mail: Action | None = None
    post: Action | None = None
    share: Action | None = None

    def get(self, channel: Channel) -> Action | None:
        return self.mail if channel is Channel.MAIL else self.post if channel is Channel.POST else self.share

    def over(self, base: "Actions | None") -> "Actions":
        """These actions, and ``base`` where these say nothing."""
        if base is None:
            return self
        return Actions(*(b if a is None else a for a, b in zip(self.row, base.row, strict=True)))

    @property
    def row(self) -> tuple[Action | None, Action | None, Action | None]:
        return (self.mail, self.post, self.share)


@dataclass(frozen=True, slots=True)
class Term:
    """A name in ``find`` (a kind, ``personal.*`` or a group) and the kinds it stands for."""

    name: str
    kinds: frozenset[Kind]


Conditions = tuple[tuple[str, tuple[str, ...]], ...]  # attribute → allowed values


@dataclass(frozen=True, slots=True)
class Find:
    """What must be found; see ``schema.Find``.  ``within`` is resolved: passage for ``together``, else document."""

    any: tuple[Term, ...] = ()
    all: tuple[Term, ...] = ()
    together: tuple[Term, ...] = ()
    within: str = "document"
    confidence: float = 0.5
    confidence_of: tuple[tuple[Term, float], ...] = ()  # thresholds of their own; a bare name never weighs much
    at_least: int = 1
    persons: int = 1
    where: Conditions = ()
    where_not: Conditions = ()
    not_: tuple[Term, ...] = ()
    with_part: tuple[str, ...] = ()
    without_part: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """From ``at_least`` values or ``persons`` persons on (0: not asked), counting findings of this ``confidence``."""

    at_least: int
    persons: int
    confidence: float
    then: Actions | None
    to_trusted: Actions | None
    to_inside: Actions | None


@dataclass(frozen=True, slots=True)
class Approve:
    """Who approves, within which time (``4h``), what happens otherwise."""

    by: str
    within: str
    otherwise: Action


@dataclass(frozen=True, slots=True)
class Exemption:
    """A reasoned, dated exception.  Valid through ``until``."""

    why: str
    until: date
    added_by: str
    to: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    then: Action = Action.LOG


@dataclass(frozen=True, slots=True)
class TestFinding:
    kind: Kind
    confidence: float
    person: str
    part: str
    at: int | None
    attrs: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True, slots=True)
class RuleTest:
    """``expect`` is the action of the rule itself, ALLOW when it must not apply; ``or_stricter`` takes more, too."""

    text: str | None
    findings: tuple[TestFinding, ...]
    channel: Channel
    expect: Action
    to: str
    name: str
    note: str
    today: date | None
    or_stricter: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.  ``file`` and ``line`` (from 1) say where it stands."""

    id: str
    name: str
    why: tuple[str, ...]
    level: str = "medium"
    mode: str = "enforce"
    find: Find | None = None
    size_over: int = 0
    to: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    then: Actions = Actions()
    to_trusted: Actions | None = None
    to_inside: Actions | None = None
    steps: tuple[Step, ...] = ()
    tell: str = ""
    fix: str = ""
    approve: Approve | None = None
    exemptions: tuple[Exemption, ...] = ()
    ignore: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()  # reasons of overrides
    tests: tuple[RuleTest, ...] = field(default=(), repr=False)
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Approver:
    who: tuple[str, ...]
    deputy: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    inside: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    public: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    kinds: frozenset[Kind]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """``start`` and ``stop`` are HH:MM; ``days`` empty for every day."""

    name: str
    scan: tuple[str, ...]
    start: str
    stop: str
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """Head of one file: its name, title, owner, approval (by, date, document)."""

    file: str
    policy: str
    owner: str
    approved: tuple[str, str, str] | None
    mode: str


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All files together.  ``version`` is a digest of everything that can change a decision."""

    titles: tuple[Title, ...]
    rules: tuple[Rule, ...]
    places: Places = Places()
    people: Mapping[str, Approver] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    engine_fails: Actions = Actions()
    not_read: Actions = Actions()
    not_read_because: Mapping[NotReadReason, Actions] = field(default_factory=dict)
    schedules: tuple[Schedule, ...] = ()
    lists: Mapping[str, ValueList] = field(default_factory=dict)
    accepted: Accepted = field(default_factory=Accepted)
    allow_empty: bool = False
    warnings: tuple[Fault, ...] = ()
    version: str = ""
    listed_kinds: frozenset[Kind] = field(default=frozenset(), repr=False, compare=False)  # kinds that lists are asked for
    plans: tuple[Any, ...] = field(default=(), repr=False, compare=False)  # of dlp.policy.decision

    @property
    def active(self) -> tuple[Rule, ...]:
        """Rules that are not switched off."""
        return tuple(r for r in self.rules if r.mode != "off")

    @property
    def degraded(self) -> bool:
        """True when nothing can be decided and nobody said that this is wanted (F42)."""
        return not self.active and not self.allow_empty

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id.  Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
