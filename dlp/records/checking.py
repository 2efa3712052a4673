"""Does what belongs together fit together?  After a restored backup, store, originals and audit may be of different ages (F79).

Nothing is changed: a person decides.
"""

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from dlp.records import schema
from dlp.records.audit_verify import verify
from dlp.records.database import translated

if TYPE_CHECKING:
    from dlp.records.store import Store


def differences(store: "Store") -> list[str]:
    """Differences as zh-TW lines with ids; empty when all fits."""
    return [*_database(store), *_evidence(store), *_audit(store)]


def _database(store: "Store") -> list[str]:
    if store.engine.dialect.name != "sqlite":
        return []
    with translated(), store.reading() as connection:
        found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(10)"))]
    return [] if found == ["ok"] else [f"資料庫檢查不通過（{len(found)} 項）。請從備份還原。"]


def _evidence(store: "Store") -> list[str]:
    t = schema.evidence.c
    query = select(t.id, t.purged_at, schema.incidents.c.public_id).join(schema.incidents, schema.incidents.c.id == t.incident_id)
    with store.reading() as connection:
        rows = connection.execute(query).all()
    there, kept = store.evidence.ids(), {r.id for r in rows if r.purged_at is None}
    lost = [f"事件 {r.public_id} 的原件不在證物區" for r in rows if r.purged_at is None and r.id not in there]
    late = [f"事件 {r.public_id} 的原件已過期，檔案還在" for r in rows if r.purged_at is not None and r.id in there]
    known = kept | {r.id for r in rows}
    return lost + late + [f"證物區的 {evidence_id[:8]}… 沒有對應的事件（資料庫可能較舊）" for evidence_id in sorted(there - known)]


def _audit(store: "Store") -> list[str]:
    t = schema.operations.c
    with store.audit.locked(), store.reading() as connection:
        rows = [(r.op, r.seq, r.hash) for r in connection.execute(select(t.op, t.seq, t.hash).where(t.log == store.audit.id))]
        report = verify(store.home, operations=rows)
    newer = [f"稽核第 {seq} 筆的變更不在資料庫裡（資料庫可能較舊）" for seq in report.unsettled]
    return [*(f"稽核紀錄：{fault}" for fault in report.faults), *newer]
