"""Writes accepted values: the digest of a value that a person judged harmless, with reason, end date and author."""

import json
from datetime import date
from pathlib import Path

from dlp.errors import UsageError
from dlp.kinds import Kind
from dlp.policy.accepted import value_digest
from dlp.policy.fixing import write_atomically
from dlp.policy.listfiles import parse_accepted
from dlp.policy.values import roc

_REMARK = "# 允許清單：經人判定無礙的值，只存加密雜湊（HMAC），看不出原值。由 dlp policy accept 寫入。\n"
_HEAD = "version: 1\naccepted:\n"


def accept(path: Path, value: str, *, kind: Kind, why: str, until: date, added_by: str, rules: tuple[str, ...], key: bytes) -> str:
    """Adds ``value`` to the list at ``path`` and returns its digest.  Raises UsageError when the list cannot be read."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    entries, faults = parse_accepted(text, str(path))
    if faults:
        raise UsageError("允許清單有錯，請先修正：\n" + "\n".join(f.text for f in faults), code="P323")
    digest = value_digest(key, kind, value)
    if digest in entries:
        raise UsageError(f"這個值已經在清單裡，到 {roc(entries[digest].until)} 止。", code="P324")
    line = {"digest": digest, "kind": str(kind), "why": why, "until": roc(until), "added-by": added_by, "rules": list(rules)}
    if not entries:  # only remarks, or a head without entries: nothing is lost by writing the head anew
        remarks = "".join(f"{r}\n" for r in text.splitlines() if r.startswith("#"))
        text = (remarks or _REMARK) + _HEAD
    # JSON is YAML: quoting a reason can never break the file.
    entry = ", ".join(f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in line.items())
    write_atomically(path, f"{text.rstrip()}\n  - {{{entry}}}\n".encode())
    return digest
