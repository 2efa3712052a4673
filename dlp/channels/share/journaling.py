"""Decisions about files in the journal, as those about mail are: for the monthly report and for trying a policy.  Never any text.

A worker makes the line, because only it has the values whose keyed digests it holds; the supervisor writes it.  Files without a
finding are counted by the run and leave no line; copies of one content are one item.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dlp.errors import DlpError

if TYPE_CHECKING:
    from dlp.policy.policyset import PolicySet
    from dlp.records.home import Home
    from dlp.records.store import Store
    from dlp.verdict import Verdict

Line = tuple[str, str]
"""Digest of the content in hexadecimal, and the journal line."""
Journal = Callable[[Sequence[Line]], None]
"""Takes the lines of new decisions."""
JOURNAL_LOST = "有 {:,} 筆判斷紀錄寫不進去（資料庫或磁碟）：月報與政策試算不會計入。檢查結果不受影響。"
WAITING = 5_000  # lines kept while the store cannot be written; the oldest of more are lost, and counted


def line_of(verdict: "Verdict", policy: "PolicySet", *, key: bytes, size: int) -> str:
    """The journal line of a verdict on a file of ``size`` bytes."""
    from dlp.policy.accepted import value_digest
    from dlp.policy.decision import Decision
    from dlp.policy.journalfile import to_line
    from dlp.policy.replay import row_of

    row = row_of(
        verdict.findings, verdict.coverage, verdict.channel, Decision(verdict.action, verdict.rules), envelope=None, policy=policy,
        document=verdict.document, when=datetime.now(UTC),
    )  # fmt: skip
    found = tuple(replace(f, digest=value_digest(key, f.kind, v.text)) for f, v in zip(row.findings, verdict.findings, strict=True))
    return to_line(replace(row, findings=found, size_bytes=size))


class ShareJournal:
    """``write`` takes lines; what the store refuses is kept and tried again with the next.

    ``close`` tries a last time; what is still not written then counts as ``lost``.
    """

    def __init__(self, home: "Home") -> None:
        self.lost = 0
        self._home = home
        self._store: Store | None = None
        self._waiting: list[Line] = []

    @property
    def waiting(self) -> int:
        """Lines that the store has not taken yet."""
        return len(self._waiting)

    def write(self, lines: Sequence[Line]) -> None:
        self._waiting += lines
        self.lost += max(0, len(self._waiting) - WAITING)
        del self._waiting[:-WAITING]
        if not self._waiting:
            return
        try:
            self._put()
        except DlpError:
            return  # full disk, locked store: the scan goes on, the lines wait
        self._waiting.clear()

    def _put(self) -> None:
        from dlp.policy.journalfile import from_line
        from dlp.records import journal
        from dlp.records.store import open_store

        if self._store is None:
            self._store = open_store(self._home)
        store = self._store
        with store.writing() as connection:
            for digest, line in self._waiting:
                row = from_line(line)
                facts: dict[str, Any] = {f.name: getattr(row, f.name) for f in fields(row)}
                facts["findings"] = tuple(
                    journal.JournalFinding(**{f.name: getattr(found, f.name) for f in fields(found)}) for found in row.findings
                )
                item = store.keys.digest(f"share\n{digest}", purpose="item")
                journal.write(connection, journal.JournalEntry(**facts, item=item))

    def close(self) -> None:
        self.write(())
        self.lost += len(self._waiting)
        self._waiting.clear()
        if self._store is not None:
            self._store.close()
            self._store = None
