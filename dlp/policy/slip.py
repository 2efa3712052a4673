"""檢核單: a slip that says what was checked, when, under which policy, with which result — and nothing of the text.

The content is bound by a keyed digest, the slip by a signature (HMAC) under the same key of the installation.  Dropping the
draft back in tells whether it is unchanged.  A plain hash would let anybody test guesses at a short text.
"""

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from dlp.document import NOT_READ_LABELS, Document, Place
from dlp.errors import UsageError
from dlp.verdict import Action, Verdict

FORM = "dlp-slip-1"


class Outcome(StrEnum):
    """What comparing a draft with its slip shows."""

    UNCHANGED = "unchanged"
    TEXT_UNCHANGED = "text-unchanged"  # same text, other bytes: formatting or pictures changed
    CHANGED = "changed"

    @property
    def label(self) -> str:
        return {
            "unchanged": "內容未變", "text-unchanged": "文字未變，但檔案其他部分（格式、圖片）有變動", "changed": "檢核後又改過",
        }[self.value]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip.  ``read`` and ``not_read`` are Chinese labels; ``text`` and ``data`` keyed digests (``data`` may be empty)."""

    time: str
    policy: str
    channel: str
    action: str
    rules: tuple[str, ...]
    chars: int
    read: tuple[str, ...]
    not_read: tuple[str, ...]
    text: str
    data: str
    signature: str = ""

    def to_json(self) -> str:
        """The slip as a file."""
        return json.dumps({"form": FORM, **asdict(self)}, ensure_ascii=False, indent=2) + "\n"

    @property
    def lines(self) -> tuple[str, ...]:
        """The slip as people read it."""
        missed = "、".join(self.not_read) or "無"
        return (
            "外送檢核單", f"檢核時間　{self.time}", f"政策版本　{self.policy}", f"通路　　　{self.channel}",
            f"結論　　　{Action.parse(self.action).label}" + (f"（{'、'.join(self.rules)}）" if self.rules else ""),
            f"已檢查　　{'、'.join(self.read) or '無'}，共 {self.chars} 字", f"未檢查　　{missed}", f"內容碼　　{self.text[:16]}",
        )  # fmt: skip


def make_slip(verdict: Verdict, *, key: bytes, when: datetime, data: bytes | None = None) -> Slip:
    """The slip of a verdict.  ``data`` are the bytes of the file, where there was one."""
    coverage = verdict.coverage
    unsigned = Slip(
        time=when.astimezone().isoformat(timespec="seconds"), policy=verdict.policy_version, channel=str(verdict.channel),
        action=str(verdict.action), rules=tuple(dict.fromkeys(r.id for r in verdict.rules if r.action >= Action.WARN)),
        chars=sum(n for _, _, n in coverage.read), read=tuple(dict.fromkeys(label.partition("（第")[0] for _, label, _ in coverage.read)),
        not_read=tuple(NOT_READ_LABELS[n.reason] for n in coverage.not_read), text=text_digest(verdict.document, key),
        data=_keyed(key, "data", data) if data is not None else "",
    )  # fmt: skip
    return _signed(unsigned, key)


def read_slip(text: str, *, key: bytes) -> Slip:
    """The slip in ``text``.  Raises UsageError when it is none, or when its signature does not fit."""
    try:
        raw = json.loads(text)
        if raw.pop("form") != FORM:
            raise ValueError
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
        slip = Slip(**fields)
        Action.parse(slip.action)
        given = slip.signature.encode()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UsageError("這不是檢核單，或檔案不完整。", code="E130") from None
    if not hmac.compare_digest(given, _signed(slip, key).signature.encode()):
        raise UsageError("檢核單的簽章不符：內容被改過，或不是本機關開出的。", code="E131")
    return slip


def compare(slip: Slip, document: Document, *, key: bytes, data: bytes | None = None) -> Outcome:
    """Whether ``document`` (and its bytes) is what the slip was made for."""
    if slip.data and data is not None and hmac.compare_digest(slip.data, _keyed(key, "data", data)):
        return Outcome.UNCHANGED
    if not hmac.compare_digest(slip.text, text_digest(document, key)):
        return Outcome.CHANGED
    return Outcome.TEXT_UNCHANGED if slip.data and data is not None else Outcome.UNCHANGED


def text_digest(document: Document, key: bytes) -> str:
    """Keyed digest of all text with its places; line ends and the file's own name do not count."""
    parts = [
        (str(p.place), p.field or "", "\n".join(p.text.splitlines()).rstrip())
        for p in document.parts
        if not (p.place is Place.FILE_NAME and p.path == "name")
    ]
    return _keyed(key, "text", json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _keyed(key: bytes, use: str, data: bytes) -> str:
    return hmac.new(key, use.encode() + b"\0" + data, sha256).hexdigest()


def _signed(slip: Slip, key: bytes) -> Slip:
    fields: dict[str, Any] = asdict(slip)
    fields.pop("signature")
    body = json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
    return Slip(**{**fields, "rules": slip.rules, "read": slip.read, "not_read": slip.not_read}, signature=_keyed(key, "slip", body))
