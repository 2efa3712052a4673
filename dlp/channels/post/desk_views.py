"""What the desk shows: the list with its filters, one incident masked, the allow list, the charts of a month.  Reading only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dlp.channels.post import allowing
from dlp.channels.post.asking import APPEAL, APPROVAL, PLACE_LABELS, UNNAMED
from dlp.channels.post.pages import render
from dlp.channels.post.words import DEFAULT
from dlp.document import PLACE_LABELS as PART_LABELS
from dlp.document import Place
from dlp.finding import Level
from dlp.kinds import Kind
from dlp.records import accounts, incidents, schema
from dlp.records.clock import TAIPEI, millis, moment
from dlp.records.errors import NoSuchRecord
from dlp.records.incidents import Incident
from dlp.records.people import Actor, Right
from dlp.records.states import OPEN_STATES, STEPS, State, Step
from dlp.records.store import Store
from dlp.reports.period import period_of, roc

PAGE_ROWS = 50
GROUPS: dict[str, tuple[str, frozenset[State] | None]] = {
    "open": ("未結", OPEN_STATES),
    "approval": ("待核准", frozenset({State.PENDING})),
    "appeal": ("誤判申訴", frozenset({State.APPEALED, State.REVIEW})),
    "leak": ("已外流", frozenset({State.LEAKED, State.CONTAINED, State.REPORTED, State.NOTIFIED, State.IMPROVED})),
    "decided": ("已決定", frozenset({State.RELEASED, State.RETURNED, State.EXPIRED, State.FALSE_ALARM, State.UPHELD})),
    "all": ("全部", None),
}
CHANNELS = {"mail": "郵件", "post": "貼文", "share": "共用資料夾"}
SET_APART = frozenset({"leak"})  # serious enough not to stand beside «approve»
NO_ITEM = frozenset({"approve", "submit", "leak"})  # a report of a false alarm holds nothing that could be let out
OTHER_STEPS = {"request": "送審說明", "assign": "分派", "view_original": "開啟原件", "open": "開啟事件"}
# In the order in which the buttons stand; the first two are what an approver came for.
BUTTONS = ("approve", "confirm", "return", "uphold", "review", "submit", "appeal", "close", "contain", "report", "notify", "improve", "leak")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a known person.  ``token`` goes into every form."""

    request: Request
    store: Store
    actor: Actor
    token: str

    def render(self, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
        return render(
            self.request, template, status=status, tag=DEFAULT, actor=self.actor, token=self.token, path=self.request.url.path, when=shown_time,
            sees=self.actor.may(Right.VIEW), approves=self.actor.may(Right.APPROVE), **context,
        )  # fmt: skip


def shown_time(at: datetime | None) -> str:
    """``115-11-25 14:05`` in Taipei, empty for None."""
    if at is None:
        return ""
    local = at.astimezone(TAIPEI)
    return f"{roc(local.date())} {local:%H:%M}"


def found(visit: Visit) -> Incident:
    """The incident of the path, for somebody who may see it.  Others learn nothing, not even that it exists (W09)."""
    one = incidents.find(visit.store, str(visit.request.path_params["public"]))
    if visit.actor.may(Right.VIEW) or visit.actor.is_person(one.sender):
        return one
    raise NoSuchRecord("找不到這個事件編號。")


def listing(visit: Visit, form: FormData | None) -> Response:
    """The list, the most urgent first."""
    query = visit.request.query_params
    group = query.get("group", "open") if query.get("group", "open") in GROUPS else "open"
    channel = query.get("channel") if query.get("channel") in CHANNELS else None
    unit = (query.get("unit") or "")[:64] or None
    number = query.get("page", "1")
    page = min(int(number), 10_000) if number.isascii() and number.isdecimal() and len(number) < 6 and int(number) else 1
    mine, overdue = query.get("mine") == "1", query.get("overdue") == "1"
    rows = _rows(visit, GROUPS[group][1], channel=channel, unit=unit, mine=mine, overdue=overdue, page=page)
    return visit.render(
        "desk.html", rows=rows[:PAGE_ROWS], more=len(rows) > PAGE_ROWS, page=page, group=group, groups={k: v[0] for k, v in GROUPS.items()},
        channel=channel or "", channels=CHANNELS, unit=unit or "", mine=mine, overdue=overdue, now=visit.store.now(),
        counts=_counts(visit) if visit.actor.may(Right.VIEW) else {}, what=what,
    )  # fmt: skip


def _rows(
    visit: Visit, states: Iterable[State] | None, *, channel: str | None, unit: str | None, mine: bool, overdue: bool, page: int
) -> list[Incident]:  # fmt: skip
    limits: dict[str, Any] = {"states": states, "channel": channel, "unit": unit, "overdue": overdue, "limit": PAGE_ROWS + 1, "offset": (page - 1) * PAGE_ROWS}
    if visit.actor.may(Right.VIEW):
        return incidents.listing(visit.store, **limits, assigned_to=visit.actor.name if mine else None)
    own: list[Incident] = []
    for name in (visit.actor.name, *visit.actor.emails):  # people without a role see what they sent, nothing else
        own += incidents.listing(visit.store, **limits, sender=name)
    return own[: PAGE_ROWS + 1]


def _counts(visit: Visit) -> dict[str, int]:
    from sqlalchemy import func, select

    state = schema.incidents.c.state
    with visit.store.reading() as connection:
        by_state = {r[0]: r[1] for r in connection.execute(select(state, func.count()).group_by(state))}
    return {name: sum(n for s, n in by_state.items() if states is None or State(s) in states) for name, (_, states) in GROUPS.items()}


def what(incident: Incident) -> str:
    """What the incident is, in a word."""
    if incident.reference.startswith(APPROVAL):
        return "申請核准"
    if incident.reference.startswith(APPEAL):
        return "誤判回報"
    return CHANNELS[incident.channel]


def incident(visit: Visit, form: FormData | None) -> Response:
    """One incident: masked findings, rules, history, and what this person may do now."""
    return incident_page(visit, found(visit))


def incident_page(visit: Visit, one: Incident, *, error: str = "", status: int = 200) -> Response:
    store = visit.store
    steps = allowed_steps(one, visit.actor)
    others = [a for a in accounts.listing(store) if not a.disabled and a.roles] if visit.actor.may(Right.HANDLE) or visit.actor.may(Right.APPROVE) else []
    return visit.render(
        "incident.html", status=status, one=one, error=error, what=what(one), channel=CHANNELS[one.channel], rules=incidents.rules_of(store, one),
        findings=[(f, _kind_label(f.kind), _place_label(f.place, f.page), Level(f.level).label) for f in incidents.findings_of(store, one)],
        history=[(h, _step_label(h.step), State(h.after).label) for h in incidents.history(store, one)], overdue=one.overdue(store.now()),
        steps=[s for s in steps if s.name not in SET_APART], apart=[s for s in steps if s.name in SET_APART], reason=_reason(store, one), asks_until=any(s.name == "confirm" for s in steps), people=others, destination=PLACE_LABELS.get(one.destination, one.destination),
        original=_has_original(store, one) and visit.actor.may(Right.OPEN), own=visit.actor.is_person(one.sender), from_page=one.reference.startswith((APPROVAL, APPEAL)),
        verified=one.reference.endswith(" known") or one.sender == UNNAMED, today=store.now().astimezone(TAIPEI).date(),
    )  # fmt: skip


def allowed_steps(one: Incident, actor: Actor) -> list[Step]:
    """Steps whose button this person gets; the store checks again."""
    is_sender = actor.is_person(one.sender)
    out = []
    for name in BUTTONS:
        step = STEPS[name]
        if one.state not in step.before or (step.four_eyes and is_sender) or (one.reference.startswith(APPEAL) and name in NO_ITEM):
            continue
        if (step.sender_may and is_sender) or any(actor.may(right) for right in step.rights):
            out.append(step)
    return out


def _reason(store: Store, one: Incident) -> str:
    """What the sender wrote last when asking or appealing."""
    notes = [h.note for h in incidents.history(store, one) if h.step in ("request", "submit", "appeal") and h.note]
    return notes[-1] if notes else ""


def _kind_label(kind: str) -> str:
    return Kind(kind).label


def _place_label(place: str, page: int | None) -> str:
    return PART_LABELS[Place(place)] + (f"（第 {page} 頁）" if page else "")


def _step_label(step: str) -> str:
    return STEPS[step].label if step in STEPS else OTHER_STEPS.get(step, step)


def _has_original(store: Store, one: Incident) -> bool:
    from sqlalchemy import select

    t = schema.evidence
    with store.reading() as connection:
        row = connection.execute(select(t.c.purged_at).where(t.c.incident_id == one.row)).first()
    return row is not None and row.purged_at is None


def allow(visit: Visit, form: FormData | None) -> Response:
    """The allow list with its ends."""
    visit.actor.require(Right.VIEW)
    from dlp.records.evidence import unseal

    now = visit.store.now()
    rows = [
        {"row": r, "kind": _kind_label(r.kind), "until": roc(moment(r.until - 1).astimezone(TAIPEI).date()), "why": unseal(visit.store.keys.evidence, r.why, purpose="why"),
         "state": "已撤銷" if r.state != "confirmed" else "有效" if r.until > millis(now) else "已到期"}
        for r in allowing.rows(visit.store, now=now)
    ]  # fmt: skip
    return visit.render("allow.html", rows=rows, today=now.astimezone(TAIPEI).date(), error="")


def month(visit: Visit, form: FormData | None) -> Response:
    """Sentence, numbers, charts and tables of a month; no text, small groups merged."""
    visit.actor.require(Right.VIEW)
    from dlp.reports import charts, figures
    from dlp.reports.content import content_of

    today = visit.store.now().astimezone(TAIPEI).date()
    asked = visit.request.query_params.get("month", "")
    period = period_of("month", _month(asked, today))
    content = content_of(figures.gather(visit.store, period))
    drawn = []
    for table in content.tables:
        draw = {"line": charts.line, "bar": charts.bars, "bars": charts.bars}.get(table.chart) if table.rows else None
        svg = draw(f"{table.title}：{table.columns[1]}", [(str(r[0]), float(r[1] or 0)) for r in table.rows]) if draw else ""
        drawn.append((table, Markup(svg)))  # our own SVG, its labels escaped there
    before = period.before().first
    return visit.render(
        "month.html", content=content, tables=drawn, label=period.label, value=f"{period.first:%Y-%m}", before=f"{before:%Y-%m}",
        this=f"{today:%Y-%m}",
    )  # fmt: skip


def _month(text: str, today: date) -> date:
    try:
        year, _, number = text.partition("-")
        return min(date(int(year), int(number), 1), today) if text else today
    except ValueError:
        return today
