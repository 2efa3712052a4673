"""Checked kinds of values in policy files: dates of the Republic, times, durations, sizes, names, patterns.

Each is a pydantic type with its JSON Schema; what a wrong one is told stands in ``translate.py`` under the same pattern.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from dlp.finding import HIGH_FROM, MEDIUM_FROM

TEXT = r"\S"
DATE = r"^(?:[0-9]{2,4})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"
TIME = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"
DURATION = r"^[1-9][0-9]{0,3}[mhd]$"
SIZE = r"^[1-9][0-9]{0,5}(?:KB|MB|GB)$"
RULE_ID = r"^[A-Z][A-Z0-9]{1,11}(?:-[A-Z0-9]{1,11}){1,3}$"
NAME = r"^[a-z][a-z0-9_-]{0,39}$"
FIND_NAME = r"^[a-z][a-z0-9_-]{0,39}(?:\.(?:\*|[a-z][a-z0-9_]{0,39}))?$"
PLACE_PATTERN = r"^[^\s,;]{1,255}$"
LIST_FILE = r"^(?:[^/\\\s][^/\\]{0,99}/){0,4}[^/\\\s][^/\\]{0,99}\.(?:txt|yaml)$"
ROC_OFFSET = 1911

CHANNELS = ("mail", "post", "share")
ACTIONS = ("allow", "log", "warn", "justify", "hold", "block")
MODES = ("off", "simulate", "remind", "enforce")
LEVELS = ("critical", "high", "medium", "low")
DESTINATIONS = ("inside", "trusted", "outside", "public")
CONFIDENCE = {"low": 0.0, "medium": MEDIUM_FROM, "high": HIGH_FROM}

Text = Annotated[str, StringConstraints(pattern=TEXT, max_length=2000)]
LongText = Annotated[str, StringConstraints(max_length=4096)]
ActionWord = Literal["allow", "log", "warn", "justify", "hold", "block"]
ChannelWord = Literal["mail", "post", "share"]
ModeWord = Literal["off", "simulate", "remind", "enforce"]
LevelWord = Literal["critical", "high", "medium", "low"]
Scope = Literal["passage", "part", "document"]
RuleId = Annotated[str, StringConstraints(pattern=RULE_ID)]
Name = Annotated[str, StringConstraints(pattern=NAME)]
FindName = Annotated[str, StringConstraints(pattern=FIND_NAME)]
PlacePattern = Annotated[str, StringConstraints(pattern=PLACE_PATTERN)]
ListFile = Annotated[str, StringConstraints(pattern=LIST_FILE)]
Time = Annotated[str, StringConstraints(pattern=TIME)]
Duration = Annotated[str, StringConstraints(pattern=DURATION)]
Size = Annotated[str, StringConstraints(pattern=SIZE)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


def parse_date(text: str) -> date:
    """``115-10-01`` (Republic) or ``2026-10-01`` → date.  Raises ValueError."""
    year, month, day = text.split("-")
    return date(int(year) + (0 if len(year) == 4 else ROC_OFFSET), int(month), int(day))


def roc(day: date) -> str:
    """The date as offices write it: ``115-10-01``."""
    return f"{day.year - ROC_OFFSET}-{day.month:02}-{day.day:02}"


def _real_date(text: str) -> str:
    try:
        parse_date(text)
    except ValueError:
        raise PydanticCustomError("P209", "沒有這一天") from None
    return text


Date = Annotated[str, StringConstraints(pattern=DATE), AfterValidator(_real_date)]


def _confidence(value: Any) -> float:
    if isinstance(value, str) and value in CONFIDENCE:
        return CONFIDENCE[value]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise PydanticCustomError("P206", "把握度要寫 low、medium、high，或 0 到 1 的小數")


Confidence = Annotated[
    float,
    BeforeValidator(_confidence),
    WithJsonSchema({"anyOf": [{"enum": list(CONFIDENCE)}, {"type": "number", "minimum": 0, "maximum": 1}]}),
]


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _list_schema(pattern: str) -> dict[str, Any]:
    item = {"type": "string", "pattern": pattern}
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


Destinations = Annotated[
    list[PlacePattern], Field(min_length=1), BeforeValidator(_one_or_more), WithJsonSchema(_list_schema(PLACE_PATTERN))
]
Texts = Annotated[list[Text], Field(min_length=1)]
AttrValues = Annotated[list[Text], Field(min_length=1), BeforeValidator(_one_or_more), WithJsonSchema(_list_schema(TEXT))]
FindNames = Annotated[list[FindName], Field(min_length=1)]


def known_words(words: Sequence[str]) -> str:
    """``mail、post、share``"""
    return "、".join(words)
