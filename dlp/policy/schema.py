"""The form of a policy file, as strict models: no unknown key, no silent conversion, kebab-case keys.

What a single file cannot know (does this rule exist, is that finding kind known) is checked in ``compiling.py``.
The JSON Schema for editors is made from these models (``json_schema``).
"""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from dlp.document import NotReadReason, Place
from dlp.policy.values import (
    ActionWord,
    AttrValues,
    ChannelWord,
    Confidence,
    Count,
    Date,
    Destinations,
    Duration,
    FindName,
    FindNames,
    LevelWord,
    ListFile,
    LongText,
    ModeWord,
    Name,
    PlacePattern,
    RuleId,
    Scope,
    Size,
    Text,
    Texts,
    Time,
)

PART_WORDS = (*(str(p) for p in Place), "attachment")
if TYPE_CHECKING:  # the closed lists are enums of the values; type checkers cannot see through them
    PartWord = str
    NotReadWord = str
else:
    PartWord = Literal[PART_WORDS]
    NotReadWord = Literal[tuple(str(r) for r in NotReadReason)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _kebab(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _at_least_one(*keys: str) -> dict[str, Any]:
    return {"anyOf": [{"required": [k]} for k in keys]}


class Form(BaseModel):
    """Base of all: strict, closed, kebab-case.  ``needs_one_of``: at least one of these keys must be given."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=_kebab)
    needs_one_of: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _given(self) -> Self:
        if self.needs_one_of and not any(_kebab(f) in self.needs_one_of for f in self.model_fields_set):
            raise PydanticCustomError("P201", "至少要寫一項：{keys}", {"keys": "、".join(self.needs_one_of)})
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler.resolve_ref_schema(handler(core_schema))
        if cls.needs_one_of:
            schema.update(_at_least_one(*cls.needs_one_of))
        return schema


class Approved(Form):
    """Who approved the policy, when, under which document number."""

    by: Text
    date: Date
    doc: Text | None = None


class Places(Form):
    """Patterns of domains and addresses; under ``public`` also the names of public places (facebook, website …)."""

    inside: list[PlacePattern] = []
    trusted: list[PlacePattern] = []
    public: list[PlacePattern] = []


class Person(Form):
    """Who may approve: addresses, and deputies who take over."""

    who: Annotated[list[PlacePattern], Field(min_length=1)]
    deputy: list[PlacePattern] = []


class PerChannel(Form):
    """An action for each channel that the rule speaks about."""

    needs_one_of = ("mail", "post", "share")
    mail: ActionWord | None = Field(None)
    post: ActionWord | None = Field(None)
    share: ActionWord | None = Field(None)


class Group(Form):
    """A name for several finding kinds."""

    label: Text
    kinds: FindNames


class Find(Form):
    """What must be found.  ``any``, ``all`` and ``together`` add up; ``not`` takes away."""

    needs_one_of = ("any", "all", "together")
    any: FindNames | None = None
    all: FindNames | None = None
    together: Annotated[list[FindName], Field(min_length=2, max_length=6)] | None = None
    within: Scope | None = None
    confidence: Confidence = 0.5
    confidence_of: dict[FindName, Confidence] = {}
    at_least: Count = 1
    persons: Count = 1
    where: dict[Name, AttrValues] = {}
    where_not: dict[Name, AttrValues] = {}
    not_: FindNames | None = None
    with_part: Annotated[list[PartWord], Field(min_length=1)] | None = None
    without_part: Annotated[list[PartWord], Field(min_length=1)] | None = None


class Step(Form):
    """From so many values or persons, or from this confidence on, these actions."""

    needs_one_of = ("at-least", "persons", "confidence")
    at_least: Count | None = None
    persons: Count | None = None
    confidence: Confidence | None = None
    then: PerChannel | None = None
    to_trusted: PerChannel | None = None
    to_inside: PerChannel | None = None


class Approve(Form):
    """Who may let it go, within which time, and what happens when nobody answers."""

    by: Name
    within: Duration
    otherwise: Literal["block", "hold"] = "block"


class Exception_(Form):
    """When the rule does not apply.  Reason, end date and author are required; only ``log`` remains by default."""

    needs_one_of = ("to", "from", "unit", "channels")
    why: Text
    until: Date
    added_by: Text
    to: Destinations | None = None
    from_: Destinations | None = None
    unit: Texts | None = None
    channels: Annotated[list[ChannelWord], Field(min_length=1)] | None = None
    then: Literal["allow", "log", "warn"] = "log"


class SizeLimit(Form):
    """Applies from this size on."""

    over: Size


class TestFinding(Form):
    """A finding as a test states it.  ``at`` is its offset; findings without stand 20 characters apart."""

    kind: FindName
    confidence: Confidence = 0.9
    person: Text | None = None
    part: PartWord = "body"
    at: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    where: dict[Name, Text] = {}
    value: Text | None = None


class RuleTest(Form):
    """A text (or findings) and the action that *this rule* must come to (``or-stricter``: at least); ``allow``: must not apply."""

    needs_one_of = ("text", "findings")
    text: LongText | None = None
    findings: Annotated[list[TestFinding], Field(min_length=1)] | None = None
    channel: ChannelWord
    expect: ActionWord
    or_stricter: bool = False
    to: Literal["inside", "trusted", "outside"] = "outside"
    name: Text | None = None
    note: Text | None = None
    today: Date | None = None


class RuleBody(Form):
    """What a rule says and what an override may say anew."""

    mode: ModeWord | None = None
    level: LevelWord | None = None
    then: PerChannel | None = None
    to_trusted: PerChannel | None = None
    to_inside: PerChannel | None = None
    steps: Annotated[list[Step], Field(min_length=1, max_length=20)] | None = None
    to: Destinations | None = None
    from_: Destinations | None = None
    unit: Texts | None = None
    size: SizeLimit | None = None
    tell: Text | None = None
    fix: Text | None = None
    approve: Approve | None = None
    except_: list[Exception_] | None = None
    ignore: Annotated[list[ListFile], Field(min_length=1)] | None = None
    tests: list[RuleTest] | None = None


class Rule(RuleBody):
    """One rule."""

    needs_one_of = ("find", "size")
    id: RuleId
    name: Text
    why: Texts
    find: Find | None = None


class Override(RuleBody):
    """Changes to a rule of another file.  ``because`` is required; ``except`` and ``tests`` are added, the rest replaced."""

    rule: RuleId
    because: Text
    find: Find | None = None


class Schedule(Form):
    """When folders are scanned."""

    name: Text
    scan: Annotated[list[Text], Field(min_length=1)]
    start: Time
    stop: Time
    days: Annotated[list[Weekday], Field(min_length=1)] | None = None


class PolicyFile(Form):
    """One file."""

    needs_one_of = ("rules", "overrides", "extends", "places", "people", "groups", "schedules", "if-not-read", "accepted")
    version: Literal[1]
    policy: Text
    owner: Text
    approved: Approved | None = None
    mode: ModeWord = "enforce"
    extends: Destinations | None = None
    allow_empty: bool = False
    places: Places = Places()
    people: dict[Name, Person] = {}
    groups: dict[Name, Group] = {}
    if_engine_fails: PerChannel | None = None
    if_not_read: PerChannel | None = None
    if_not_read_because: dict[NotReadWord, PerChannel] = {}
    accepted: Annotated[list[ListFile], Field(min_length=1)] | None = None
    rules: Annotated[list[Rule], Field(max_length=1000)] = []
    overrides: Annotated[list[Override], Field(max_length=1000)] = []
    schedules: Annotated[list[Schedule], Field(max_length=100)] = []


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a policy file, for editors."""
    schema = PolicyFile.model_json_schema(by_alias=True)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "dlp 政策檔"}
    return head | {k: v for k, v in _without_null(schema).items() if k not in head}


def _without_null(node: Any) -> Any:
    """A key without a value is refused by the loader (P202), so the schema must not offer null."""
    if isinstance(node, list):
        return [_without_null(n) for n in node]
    if not isinstance(node, dict):
        return node
    options = node.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [o for o in options if o != {"type": "null"}]
        others = {k: v for k, v in node.items() if k not in ("anyOf", "default")}
        return _without_null({**others, **(rest[0] if len(rest) == 1 else {"anyOf": rest})})
    return {k: _without_null(v) for k, v in node.items()}
