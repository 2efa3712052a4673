"""Incidents in the formats of ``dlp incident export``, and files that only their owner may read."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlp.errors import UsageError

if TYPE_CHECKING:
    from dlp.records.incidents import Incident
    from dlp.records.store import Store
    from dlp.reports.tables import Table


def exported(store: "Store", found: "Sequence[Incident]", form: str) -> bytes:
    """The incidents as bytes."""
    from dlp.cli.desk import as_object

    if form == "json":
        return (
            json.dumps([as_object(store, i, details=True) for i in found], ensure_ascii=False, indent=2) + "\n"
        ).encode()
    if form in ("ocsf", "cef"):
        from dlp.records import siem

        lines = [
            json.dumps(siem.ocsf(store, i, _kind(i), at=i.opened_at), ensure_ascii=False)
            if form == "ocsf"
            else siem.cef(store, i, _kind(i), at=i.opened_at)
            for i in found
        ]
        return "".join(line + "\n" for line in lines).encode()
    from dlp.reports.tables import as_csv, as_ods

    return (as_csv if form == "csv" else as_ods)([_table(store, found)])


def _kind(incident: "Incident") -> str:
    return "incident.close" if str(incident.state) == "closed" else "incident.opened"


def _table(store: "Store", found: "Sequence[Incident]") -> "Table":
    from dlp.cli.desk import shown_time
    from dlp.records.incidents import rules_of
    from dlp.reports.tables import Table

    columns = (
        "編號",
        "狀態",
        "處置",
        "通路",
        "開啟",
        "期限",
        "名稱",
        "送件人",
        "單位",
        "規則",
        "承辦",
        "決定",
        "重試",
        "政策",
    )
    rows = tuple(
        (
            i.id, i.state.label, i.action.label, i.channel, shown_time(i.opened_at), shown_time(i.due_at), i.label, i.sender, i.unit,
            "、".join(r for r, _, _ in rules_of(store, i)), i.assigned_to, i.decided_by, i.retries, i.policy_version,
        )
        for i in found
    )  # fmt: skip
    return Table("事件", columns, rows)


def write_out(data: bytes, output: Path | None) -> None:
    """To standard output, or to a file of mode 0600 that appears whole."""
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    draft = output.with_name(f".{output.name}.{os.getpid()}.draft")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(output)
    except OSError as err:
        draft.unlink(missing_ok=True)
        raise UsageError(f"檔案寫不出去（{type(err).__name__}）。請確認資料夾與空間。", code="E104") from None
