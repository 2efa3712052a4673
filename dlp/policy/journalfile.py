"""Journal rows as JSON lines: for moving a journal to another machine and for trying a policy there.  Never any text."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from dlp.document import NotReadReason
from dlp.errors import UsageError
from dlp.finding import Level
from dlp.kinds import Kind
from dlp.policy.destinations import Class
from dlp.policy.replay import JournalFinding, JournalRow
from dlp.verdict import Action, Channel


def to_line(row: JournalRow) -> str:
    """One row as one JSON line."""
    findings = [
        {
            "kind": str(f.kind), "level": str(f.level), "confidence": round(f.confidence, 6), "part_place": f.part_place, "count": f.count,
            "digest": f.digest, "attrs": dict(f.attrs), "part": f.part, "start": f.start, "value": f.value, "person": f.person, "listed": list(f.listed),
        }
        for f in row.findings
    ]  # fmt: skip
    return json.dumps(
        {
            "time": row.time.isoformat(), "channel": str(row.channel), "findings": findings, "recipient_class": str(row.recipient_class),
            "policy_version": row.policy_version, "action": str(row.action), "complete": row.complete,
            "not_read": [str(r) for r in row.not_read], "rules": [[rule, str(action)] for rule, action in row.rules],
            "recipient_domains": list(row.recipient_domains), "destination": row.destination, "sender_domain": row.sender_domain,
            "unit": row.unit, "size_bytes": row.size_bytes,
        },
        ensure_ascii=False,
    )  # fmt: skip


def from_line(line: str) -> JournalRow:
    """One JSON line as a row.  Raises ValueError, KeyError or TypeError when it is none."""
    raw: dict[str, Any] = json.loads(line)
    return JournalRow(
        time=datetime.fromisoformat(raw["time"]), channel=Channel(raw["channel"]), findings=tuple(_finding(f) for f in raw["findings"]),
        recipient_class=Class(raw["recipient_class"]), policy_version=str(raw["policy_version"]), action=Action.parse(raw["action"]),
        complete=bool(raw["complete"]), not_read=tuple(NotReadReason(r) for r in raw.get("not_read", ())),
        rules=tuple((str(rule), Action.parse(action)) for rule, action in raw.get("rules", ())),
        recipient_domains=tuple(raw.get("recipient_domains", ())), destination=raw.get("destination", ""),
        sender_domain=raw.get("sender_domain", ""), unit=raw.get("unit", ""), size_bytes=int(raw.get("size_bytes", 0)),
    )  # fmt: skip


def _finding(raw: dict[str, Any]) -> JournalFinding:
    return JournalFinding(
        Kind(raw["kind"]), Level(raw["level"]), float(raw["confidence"]), str(raw["part_place"]), int(raw.get("count", 1)),
        str(raw.get("digest", "")), {str(k): str(v) for k, v in raw.get("attrs", {}).items()}, int(raw.get("part", 0)),
        int(raw.get("start", 0)), int(raw.get("value", 0)), int(raw.get("person", 0)), tuple(raw.get("listed", ())),
    )  # fmt: skip


def read_rows(path: Path) -> Iterator[JournalRow]:
    """Rows of a file.  Raises UsageError with the line that is none."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    yield from_line(line)
                except (ValueError, KeyError, TypeError):
                    raise UsageError(f"判斷紀錄第 {number} 行讀不懂。", code="E116") from None
    except OSError as err:
        raise UsageError(f"讀不到判斷紀錄（{type(err).__name__}）。", code="E102") from None
