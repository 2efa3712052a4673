"""The life of an incident as a table: which step leads from where to where, who may take it.

    new ─ pending ─┬─ released ─┐        appealed ─ review ─ false_alarm → allow list (with an end) and a test candidate
                   ├─ returned ─┼─ closed                 └─ upheld
                   └─ expired  ─┘        leaked ─ contained ─ reported ─ notified ─ improved ─ closed
"""

from dataclasses import dataclass
from enum import StrEnum

from dlp.records.people import Right


class State(StrEnum):
    NEW = "new"
    PENDING = "pending"
    RELEASED = "released"
    RETURNED = "returned"
    EXPIRED = "expired"
    APPEALED = "appealed"
    REVIEW = "review"
    FALSE_ALARM = "false_alarm"
    UPHELD = "upheld"
    LEAKED = "leaked"
    CONTAINED = "contained"
    REPORTED = "reported"
    NOTIFIED = "notified"
    IMPROVED = "improved"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


S = State
STATE_LABELS = {
    S.NEW: "新增", S.PENDING: "待核准", S.RELEASED: "已核准放行", S.RETURNED: "退回修改", S.EXPIRED: "逾時退回", S.APPEALED: "誤判申訴",
    S.REVIEW: "複核中", S.FALSE_ALARM: "確認誤判", S.UPHELD: "維持原判", S.LEAKED: "已外流", S.CONTAINED: "已止血", S.REPORTED: "已通報",
    S.NOTIFIED: "已通知當事人", S.IMPROVED: "已改善", S.CLOSED: "結案",
}  # fmt: skip
OPEN_STATES = frozenset({S.NEW, S.PENDING, S.APPEALED, S.REVIEW, S.LEAKED, S.CONTAINED, S.REPORTED, S.NOTIFIED})
# States in which a door has something to do for the item: pass it on, or return it.
DECIDED_STATES = frozenset({S.RELEASED, S.RETURNED, S.EXPIRED})


@dataclass(frozen=True, slots=True)
class Step:
    """``four_eyes``: the actor must not be the sender.  ``running``: the clock goes on (or starts) in the new state."""

    name: str
    label: str
    before: frozenset[State]
    after: State
    rights: tuple[Right, ...]  # any of them; empty: the system alone
    sender_may: bool = False  # the sender may take the step too
    four_eyes: bool = True
    running: bool = False


def _step(
    name: str, label: str, before: set[State], after: State, *rights: Right,
    sender_may: bool = False, four_eyes: bool = True, running: bool = False,
) -> Step:  # fmt: skip
    return Step(name, label, frozenset(before), after, rights, sender_may, four_eyes, running)


H, A = Right.HANDLE, Right.APPROVE
STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        _step("submit", "送請核准", {S.NEW, S.UPHELD}, S.PENDING, H, sender_may=True, four_eyes=False, running=True),
        _step("approve", "核准放行", {S.PENDING, S.FALSE_ALARM}, S.RELEASED, A),
        _step("return", "退回修改", {S.NEW, S.PENDING, S.UPHELD, S.FALSE_ALARM}, S.RETURNED, H, A),
        _step("expire", "逾時退回", {S.PENDING}, S.EXPIRED, four_eyes=False),
        _step("appeal", "申訴誤判", {S.NEW, S.PENDING, S.RETURNED, S.EXPIRED}, S.APPEALED, H, sender_may=True, four_eyes=False, running=True),
        _step("review", "開始複核", {S.APPEALED}, S.REVIEW, H, A, running=True),
        _step("confirm", "確認誤判", {S.REVIEW}, S.FALSE_ALARM, A),
        _step("uphold", "維持原判", {S.REVIEW}, S.UPHELD, H, A),
        _step("leak", "列為已外流", set(State) - {S.LEAKED, S.CONTAINED, S.REPORTED, S.NOTIFIED}, S.LEAKED, H, A, running=True),
        _step("contain", "已止血", {S.LEAKED}, S.CONTAINED, H, running=True),
        _step("report", "已通報", {S.CONTAINED}, S.REPORTED, H),
        _step("notify", "已通知當事人", {S.REPORTED}, S.NOTIFIED, H),
        _step("improve", "已改善", {S.REPORTED, S.NOTIFIED}, S.IMPROVED, H),
        _step(
            "close", "結案", {S.NEW, S.RELEASED, S.RETURNED, S.EXPIRED, S.FALSE_ALARM, S.UPHELD, S.REPORTED, S.NOTIFIED, S.IMPROVED},
            S.CLOSED, H,
        ),
    )
}  # fmt: skip
