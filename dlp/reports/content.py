"""The report in words: one sentence, four numbers, what to decide, and the tables.  Every format prints this, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dlp.document import NOT_READ_LABELS, NotReadReason
from dlp.kinds import Kind
from dlp.records.clock import TAIPEI
from dlp.records.states import State
from dlp.reports.figures import EXPIRING_DAYS, Figures
from dlp.reports.period import roc
from dlp.reports.tables import Table
from dlp.verdict import ACTION_LABELS, Action

CHANNEL_LABELS = {"mail": "郵件", "post": "貼文", "share": "共用資料夾"}
FEW = 5  # a rate over fewer is no rate
ALARMING_SHARE, ALARMING_COUNT = 0.2, 3
TO_DECIDE = 3
DAILY = "每日"


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four numbers: label, value, remark."""

    label: str
    value: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A report, ready to be written in any format."""

    title: str
    made: str
    sentence: str
    numbers: tuple[Number, ...]
    decide: tuple[str, ...]
    coverage: str
    tables: tuple[Table, ...]


def content_of(figures: Figures, *, office: str = "") -> Content:
    """The words and tables of the figures.  ``office`` is the agency's name."""
    kind = {"day": "日報", "week": "週報", "month": "月報"}[figures.period.kind]
    return Content(
        title=f"{office + ' ' if office else ''}對外傳送保密{kind}　{figures.period.label}", made=f"製表 {_when(figures.made_at)}",
        sentence=_sentence(figures), numbers=_numbers(figures), decide=tuple(to_decide(figures))[:TO_DECIDE],
        coverage=coverage_line(figures), tables=tuple(_tables(figures)),
    )  # fmt: skip


def _when(moment: datetime) -> str:
    local = moment.astimezone(TAIPEI)
    return f"{roc(local.date())} {local:%H:%M}"


def _sentence(f: Figures) -> str:
    change = f.opened - f.opened_before
    than = "與前期相同" if not change else f"比前期{'多' if change > 0 else '少'} {abs(change)} 件"
    leaks = sum(f.open_by_state.get(s, 0) for s in (State.LEAKED, State.CONTAINED))
    tail = f"；有 {leaks} 件外流案件處理中" if leaks else ""
    return f"{f.period.word}檢查 {f.checked:,} 件，留置或攔截 {f.stopped:,} 件，新事件 {f.opened:,} 件（{than}），逾時 {f.overdue:,} 件{tail}。"


def _numbers(f: Figures) -> tuple[Number, ...]:
    if not f.decided:
        rate = Number("誤判率", "—", "沒有已決定的事件")
    elif f.decided < FEW:
        rate = Number("誤判率", f"{f.false_alarms}/{f.decided}", "件數少，不計百分比")
    else:
        rate = Number("誤判率", f"{f.false_alarms / f.decided:.1%}", f"{f.false_alarms} 件，共決定 {f.decided} 件")
    approval = Number("核准中位時間", "—", "沒有核准") if f.approval_minutes is None else Number("核准中位時間", _span(f.approval_minutes), "工作時間")
    return (Number("新事件", f"{f.opened:,}", f"前期 {f.opened_before:,}"), Number("逾時", f"{f.overdue:,}", "含已逾時退回"), rate, approval)


def _span(minutes: int) -> str:
    return f"{minutes} 分鐘" if minutes < 60 else f"{minutes / 60:.1f} 小時"


def to_decide(f: Figures) -> Iterator[str]:
    """What the head of agency should decide, the most urgent first; nothing is made up to fill the list."""
    leaked = f.open_by_state.get(State.LEAKED, 0) + f.open_by_state.get(State.CONTAINED, 0)
    if leaked:
        yield f"{leaked} 件外流尚未完成通報：請指定負責人，並確認通報期限。"
    if f.audit_intact is False:
        yield "稽核紀錄驗證不符：請指派查明（dlp audit verify）。"
    for rule in f.rules:
        if rule.false_alarms >= ALARMING_COUNT and rule.false_alarms >= ALARMING_SHARE * max(1, rule.opened):
            yield f"規則 {rule.rule} {rule.name} 確認誤判 {rule.false_alarms} 件（新事件 {rule.opened} 件）：是否調整條件？"
    if f.overdue:
        yield f"{f.overdue} 件逾時：是否增設代理人，或延長時限？"
    if unfinished := sum(not s.finished for s in f.scans):
        yield f"{unfinished} 次掃描未完成：是否延長掃描時段？"
    if encrypted := _gap(f, NotReadReason.ENCRYPTED):
        yield f"{encrypted:,} 項內容因加密無法檢查：是否訂定加密附件的處理方式？"
    if f.expiring:
        yield f"{len(f.expiring)} 項例外或允許清單將在 {EXPIRING_DAYS} 天內到期：續期或停用？"
    if not f.calendar_known:
        yield f"{f.period.last.year - 1911} 年的行事曆尚未匯入，時限只扣週末：請人事單位提供。"


def _gap(f: Figures, reason: NotReadReason) -> int:
    return f.gaps.get(reason, 0) + sum(s.reasons.get(reason, 0) for s in f.scans)


def coverage_line(f: Figures) -> str:
    """What was read and what was not.  Never says that anything is safe."""
    parts = []
    if f.scans:
        expected, read, not_read = (sum(getattr(s, n) for s in f.scans) for n in ("expected", "read", "not_read"))
        missing = expected - read - not_read
        parts.append(f"共用資料夾：應掃 {expected:,} 檔，實掃 {read:,}，讀不到 {not_read:,}" + (f"，未掃到 {missing:,}" if missing > 0 else ""))
    else:
        parts.append("共用資料夾：沒有掃描紀錄")
    for channel in ("mail", "post"):
        total = sum(n for (c, _), n in f.decisions.items() if c == channel)
        if total:
            parts.append(f"{CHANNEL_LABELS[channel]}：檢查 {total:,} 件，其中 {f.incomplete.get(channel, 0):,} 件有內容讀不到")
    return "；".join(parts) + "。讀不到的不等於沒有問題。"


def _tables(f: Figures) -> Iterator[Table]:
    actions = [a for a in Action if any(n for (_, action), n in f.decisions.items() if action is a)] or [Action.ALLOW]
    yield Table("十二個月", ("月份", "新事件", "檢查件數"), tuple((m, opened, checked) for m, checked, opened in f.months), chart="line")
    if len(f.by_day) > 1:
        yield Table(DAILY, ("日期", "留置或攔截", "檢查件數"), tuple((roc(d), stopped, n) for d, n, stopped in f.by_day), chart="line")
    yield Table(
        "依規則", ("規則", "新事件", "名稱", "符合次數", "確認誤判"), tuple((r.rule, r.opened, r.name, r.hits, r.false_alarms) for r in f.rules),
        chart="bar",
    )  # fmt: skip
    yield Table("依單位", ("單位", "新事件"), f.units, note="少於 5 件的單位已合併。", chart="bar")
    channels = sorted({c for c, _ in f.decisions})
    yield Table(
        "依通路與處置", ("通路", "合計", *(ACTION_LABELS[a] for a in actions), "有內容讀不到"),
        tuple(
            (CHANNEL_LABELS[c], sum(f.decisions.get((c, a), 0) for a in Action), *(f.decisions.get((c, a), 0) for a in actions), f.incomplete.get(c, 0))
            for c in channels
        ),
        chart="bar",
    )  # fmt: skip
    yield Table("依發現種類", ("種類", "次數"), tuple((Kind(k).label, n) for k, n in f.kinds), chart="bar")
    yield Table("處理中", ("狀態", "件數"), tuple((s.label, f.open_by_state[s]) for s in State if s in f.open_by_state), chart="bar")
    yield _oldest(f)
    yield Table("即將到期的例外", ("規則", "到期日", "來源"), tuple((e.what, roc(e.until), e.source) for e in f.expiring))
    yield Table("政策變更", ("時間", "版本", "內容"), tuple((_when(c.at), c.version, "；".join(c.summary)) for c in f.policy_changes))
    yield Table(
        "掃描", ("名稱", "應掃", "實掃", "讀不到", "開始", "完成"),
        tuple((s.name, s.expected, s.read, s.not_read, _when(s.began_at), "是" if s.finished else "否") for s in f.scans),
    )  # fmt: skip
    reasons = {r: _gap(f, r) for r in NotReadReason}
    rows = sorted(((NOT_READ_LABELS[r], n) for r, n in reasons.items() if n), key=lambda x: -x[1])
    yield Table("讀不到的原因", ("原因", "次數"), tuple(rows), chart="bar")


def _oldest(f: Figures) -> Table:
    rows = tuple((i.id, (f.made_at - i.opened_at).days, i.state.label, CHANNEL_LABELS[i.channel], "是" if i.overdue(f.made_at) else "") for i in f.oldest)
    return Table("最久未結", ("事件", "天數", "狀態", "通路", "逾時"), rows)
