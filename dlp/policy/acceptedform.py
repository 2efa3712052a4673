"""The form of an accepted-values file.  Values never stand in it, only keyed digests."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from dlp.kinds import Kind
from dlp.policy.accepted import Entry
from dlp.policy.schema import Form
from dlp.policy.values import Date, RuleId, Text, parse_date

if TYPE_CHECKING:  # the closed list is an enum; type checkers cannot see through it
    KindWord = str
else:
    KindWord = Literal[tuple(str(k) for k in Kind)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class AcceptedValue(Form):
    """One value that a person judged harmless."""

    digest: Digest
    kind: KindWord
    why: Text
    until: Date
    added_by: Text
    rules: list[RuleId] = Field(default=[], max_length=100)


class AcceptedFile(Form):
    version: Literal[1]
    accepted: Annotated[list[AcceptedValue], Field(max_length=50_000)]


def entry_of(form: AcceptedValue) -> Entry:
    return Entry(form.digest, Kind(form.kind), form.why, parse_date(form.until), form.added_by, tuple(form.rules))
