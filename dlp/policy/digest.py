"""The version of a policy: a short digest of everything in it that can change a decision or what people are told."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Any

from dlp.policy.policyset import PolicySet

VERSION_CHARS = 12
_LEFT_OUT = frozenset({"tests", "file", "line", "warnings", "version", "plans", "key", "titles", "listed_kinds", "changed"})


def version_of(policy: PolicySet) -> str:
    """Digest of the policy; tests, file names and lines do not count."""
    text = json.dumps(canonical(policy), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:VERSION_CHARS]


def canonical(value: Any) -> Any:
    """``value`` as JSON data, equal for equal policies."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: canonical(getattr(value, f.name)) for f in fields(value) if f.name not in _LEFT_OUT}
    if isinstance(value, Mapping):
        return {str(k): canonical(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(str(v) for v in value)
    if isinstance(value, (list, tuple)):
        return [canonical(v) for v in value]
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
