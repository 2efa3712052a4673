"""Figures for Prometheus (text format 0.0.4).  Labels are closed words of ours: no rule's free text, no unit, no person.

``Metrics`` counts what this process did; ``render`` adds what the store knows.  A store that cannot be asked is
``dlp_store_up 0``, never an error page.
"""

import threading
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from dlp.kinds import Kind
from dlp.records import schema
from dlp.records.clock import millis
from dlp.records.errors import StoreUnavailable
from dlp.records.states import OPEN_STATES, State
from dlp.verdict import Verdict

if TYPE_CHECKING:
    from dlp.records.store import Store

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)  # seconds


class Metrics:
    """Counters of one process; may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decisions: Counter[tuple[str, str]] = Counter()
        self._findings: Counter[Kind] = Counter()
        self._gaps: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._buckets: Counter[float] = Counter()
        self._seconds, self._count = 0.0, 0

    def observe(self, verdict: Verdict) -> None:
        """Count one decision."""
        with self._lock:
            self._decisions[(str(verdict.channel), str(verdict.action))] += 1
            self._findings.update(f.kind for f in verdict.findings)
            self._gaps.update(str(n.reason) for n in verdict.coverage.not_read)
            self._seconds, self._count = self._seconds + verdict.seconds, self._count + 1
            self._buckets.update(b for b in BUCKETS if verdict.seconds <= b)

    def failed(self, code: str) -> None:
        """Count a failure by its stable code (``E601``)."""
        with self._lock:
            self._failures[code] += 1

    def render(self, store: "Store | None" = None) -> str:
        """The page for ``/metrics``."""
        with self._lock:
            lines = _family("dlp_decisions_total", "counter", "Decisions", {f'channel="{c}",action="{a}"': n for (c, a), n in self._decisions.items()})
            lines += _family("dlp_findings_total", "counter", "Findings", {f'kind="{k}"': n for k, n in self._findings.items()})
            lines += _family("dlp_not_read_total", "counter", "Parts not read", {f'reason="{r}"': n for r, n in self._gaps.items()})
            lines += _family("dlp_failures_total", "counter", "Failures by code", {f'code="{c}"': n for c, n in self._failures.items()})
            lines += self._histogram()
        if store is not None:
            lines += _of_store(store)
        return "\n".join(lines) + "\n"

    def _histogram(self) -> list[str]:
        name = "dlp_decision_seconds"
        out = [f"# HELP {name} Time of a decision", f"# TYPE {name} histogram"]
        out += [f'{name}_bucket{{le="{bucket}"}} {self._buckets[bucket]}' for bucket in BUCKETS]
        return [*out, f'{name}_bucket{{le="+Inf"}} {self._count}', f"{name}_sum {self._seconds:.6f}", f"{name}_count {self._count}"]


def _family(name: str, kind: str, help_: str, values: dict[str, int]) -> list[str]:
    out = [f"# HELP {name} {help_}", f"# TYPE {name} {kind}"]
    return out + [f"{name}{{{labels}}} {n}" if labels else f"{name} {n}" for labels, n in sorted(values.items())]


def _of_store(store: "Store") -> list[str]:
    t = schema.incidents.c
    try:
        with store.reading() as connection:
            by_state = {row[0]: row[1] for row in connection.execute(select(t.state, func.count()).group_by(t.state))}
            late = select(func.count()).where(t.due_at <= millis(store.now()), t.state.in_([str(s) for s in OPEN_STATES]))
            overdue = connection.execute(late).scalar_one()
    except StoreUnavailable:
        return _family("dlp_store_up", "gauge", "Whether the store answers", {"": 0})
    return [
        *_family("dlp_store_up", "gauge", "Whether the store answers", {"": 1}),
        *_family("dlp_incidents", "gauge", "Incidents by state", {f'state="{s}"': by_state.get(str(s), 0) for s in State}),
        *_family("dlp_incidents_overdue", "gauge", "Open incidents past their clock", {"": overdue}),
        *_family("dlp_store_free_bytes", "gauge", "Room on the disk of the data folder", {"": store.home.free_bytes()}),
    ]


