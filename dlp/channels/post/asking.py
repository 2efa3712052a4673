"""What a person asks for from the page: 申請核准 (to publish after all) and 這是誤判 (a false alarm).

Only here does anything of a draft reach the store, and only because the person asked.  An approval keeps the draft as sealed
evidence, so that the approver can decide.  A report of a false alarm keeps the rule, the kind and a keyed digest of the value;
the masked surroundings go along only when the person ticks the box.

The page has no log-in.  Who asks is what they wrote, unless the desk's session or the office's sign-on names them; the desk
shows which.  A request is followed up by its number and a code that only the asker was given.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dlp.channels.post.service import Draft, Refused, Service
from dlp.document import Document, Envelope
from dlp.finding import Finding
from dlp.masking import mask_text
from dlp.records import incidents, settings
from dlp.records.clock import TAIPEI
from dlp.records.errors import NoSuchRecord
from dlp.records.evidence import seal
from dlp.records.incident_opening import write_transition
from dlp.records.incident_views import find_row
from dlp.records.journal import item_key
from dlp.records.keys import keyed
from dlp.records.people import Actor, Right
from dlp.records.states import DECIDED_STATES, State
from dlp.verdict import Action, Coverage, Verdict

if TYPE_CHECKING:
    from dlp.records.incidents import Incident
    from dlp.records.store import Store

UNNAMED = "未具名"
SENT_BACK = frozenset({State.RETURNED, State.EXPIRED, State.CLOSED})
REASON_LEAST, REASON_MOST = 4, 400
CODE_CHARS = 12
ROOM_BYTES = 1024**3  # what must stay free: the page has no log-in, and must not be a way to fill the disk
AROUND_CHARS = 40  # what the store's snippet is cut from
TRIES = 9  # how often the same content may be asked about again after it was sent back
APPROVAL, APPEAL = "post-approval", "post-appeal"
PLACE_LABELS = {
    "facebook": "臉書／Threads", "threads": "臉書／Threads", "line-group": "LINE 群組", "website": "官網", "press": "新聞稿", "mail": "電子郵件",
    "post": "貼文", "share": "共用資料夾",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: an account (``known``) or what the person wrote."""

    name: str
    unit: str = ""
    known: Actor | None = None

    @property
    def actor(self) -> Actor:
        return self.known or Actor(self.name, via="page")


def asker_of(draft: Draft, known: Actor | None) -> Asker:
    """The asker.  A session wins over what was written, so that nobody approves their own text under another name."""
    unit = draft.word("unit", 64)
    if known is not None:
        return Asker(known.emails[0] if known.emails else known.name, known.unit or unit, known)
    return Asker(draft.word("sender", 254) or UNNAMED, unit)


def ask_approval(service: Service, draft: Draft, known: Actor | None) -> dict[str, Any]:
    """Files the request; returns its number, code and state.  Raises Refused, StoreUnavailable."""
    store, who = service.need_store(), asker_of(draft, known)
    reason, wish, approver = draft.word("reason", REASON_MOST), draft.word("until", 40), draft.word("approver", 64)
    if who.name == UNNAMED:
        raise Refused(422, "W140", "請填寫您的公務電子郵件或帳號，核准人才知道是誰送的。")
    if len(reason) < REASON_LEAST:
        raise Refused(422, "W141", f"請寫明為什麼需要發布（至少 {REASON_LEAST} 字）。")
    envelope = Envelope(sender=who.name, destination=_destination(draft), unit=who.unit)
    verdict = service.check(draft, envelope=envelope)
    if verdict.action < Action.JUSTIFY and verdict.complete:
        raise Refused(409, "W142", "這份內容不需要核准。")
    incident = _open(store, verdict, draft, envelope, {"reason": reason, "file": draft.name}, known=known is not None)
    public, note = incident.id, reason + (f"（希望 {wish} 前回覆）" if wish else "")
    if incident.state in (State.NEW, State.UPHELD):
        incidents.take(store, public, "submit", actor=_as_sender(who, incident), note=note)
    elif incident.state is State.PENDING:
        _add_note(store, public, "request", who, note)
    if name := _approver_named(store, approver):
        _assign(store, public, name, who)
    return _receipt(store, public)


def _open(store: "Store", verdict: Verdict, draft: Draft, envelope: Envelope, facts: dict[str, Any], *, known: bool) -> "Incident":
    """The incident of this content and asker; a new one when the last was sent back.  Raises StoreUnavailable (F71)."""
    store.home.require_room(ROOM_BYTES + 2 * len(draft.content))
    for attempt in range(TRIES):
        key = _item(draft, envelope, f"{APPROVAL}:{attempt}" if attempt else APPROVAL)
        decision = store.record_decision(verdict, envelope=envelope, item_key=key, recipient_class="public")
        public = store.open_incident(
            verdict, item_key=key, envelope=envelope, original=draft.content, label=_label(draft), recipient_class="public",
            reference=f"{APPROVAL} known" if known else APPROVAL, decision_id=decision, facts=facts,
        )  # fmt: skip
        incident = incidents.find(store, public)
        if incident.state not in SENT_BACK:
            return incident
    raise Refused(409, "W145", "同一份內容已多次退回。請先改寫再申請。")


def report_false_alarm(service: Service, draft: Draft, known: Actor | None) -> dict[str, Any]:
    """Files the report of one finding; returns number, code and state.  Raises Refused, StoreUnavailable."""
    store, who = service.need_store(), asker_of(draft, known)
    verdict = service.check(draft)
    finding, index = _reported(verdict, draft)
    envelope = Envelope(sender=who.name, destination=_destination(draft), unit=who.unit)
    reduced = _only(verdict, finding, index, surroundings=draft.fields.get("context") in (True, "true", "on", "1"))
    where = f"{finding.kind}:{finding.part}:{finding.start}:{finding.end}"
    public = store.open_incident(
        reduced, item_key=_item(draft, envelope, f"{APPEAL}:{where}"), envelope=envelope, label=f"誤判回報　{finding.label}",
        reference=APPEAL if known is None else f"{APPEAL} known", recipient_class="public",
    )  # fmt: skip
    incident = incidents.find(store, public)
    if incident.state in (State.NEW, State.PENDING):
        incidents.appeal(store, public, actor=_as_sender(who, incident), note=draft.word("reason", REASON_MOST))
    return _receipt(store, public)


def status(service: Service, public_id: str, code: str, draft: Draft | None) -> dict[str, Any]:
    """What became of a request.  With the draft, also whether it is still what was asked about.  Raises Refused."""
    store = service.need_store()
    try:
        incident = incidents.find(store, public_id)
    except NoSuchRecord:
        incident = None
    if incident is None or not hmac.compare_digest(code_of(store, incident.id).encode(), code.strip().upper().encode()):
        raise Refused(404, "W143", "找不到這個申請，請核對編號與查詢碼。")
    if incident.state in DECIDED_STATES:
        _told(store, incident)
    out: dict[str, Any] = {"id": incident.id, "state": str(incident.state), "label": incident.state.label, "message": _outcome(incident)}
    if draft is not None:
        envelope = Envelope(sender=incident.sender, destination=incident.destination, unit=incident.unit)
        uses = [APPROVAL, *(f"{APPROVAL}:{n}" for n in range(1, TRIES))]
        out["unchanged"] = _stored_item(store, incident) in {store.keys.digest(_item(draft, envelope, use), purpose="item") for use in uses}
    return out


def approvers(store: "Store") -> list[dict[str, str]]:
    """Whom one may ask: a keyed id and the name they want to be shown by, no account names."""
    from dlp.records import accounts

    out = []
    for account in accounts.listing(store):
        if not account.disabled and accounts.actor_of(account, via="web").may(Right.APPROVE):
            shown = account.display or account.unit or "核准人"
            out.append({"id": _opaque(store, account.name), "name": f"{shown}（{account.unit}）" if account.display and account.unit else shown})
    return sorted(out, key=lambda a: a["name"])


def code_of(store: "Store", public_id: str) -> str:
    """The code that goes with a request's number; without it the number tells nothing."""
    return keyed(store.keys.session, "request code", public_id.encode())[:CODE_CHARS].upper()


def _receipt(store: "Store", public: str) -> dict[str, Any]:
    incident = incidents.find(store, public)
    return {
        "id": public, "code": code_of(store, public), "state": str(incident.state), "label": incident.state.label,
        "message": _outcome(incident),
    }  # fmt: skip


def _outcome(incident: "Incident") -> str:
    due = f"，最晚 {_when(incident.due_at)}" if incident.due_at else ""
    return {
        State.NEW: "已收到。", State.PENDING: f"已送出，等待核准{due}。逾時會自動退回。", State.RELEASED: "已核准：可以發布送審的那份內容；改過就要重新送審。",
        State.RETURNED: "退回修改：請依建議改寫後再檢查。", State.EXPIRED: "逾時未核准，已退回。請改寫，或重新申請。",
        State.APPEALED: f"已收到誤判回報，等待複核{due}。", State.REVIEW: f"複核中{due}。", State.FALSE_ALARM: "確認是誤判，已更正，謝謝您的回報。",
        State.UPHELD: "複核後維持原判。請依建議改寫，或申請核准。", State.CLOSED: "已結案。",
    }.get(incident.state, "處理中。")  # fmt: skip


def _when(moment: datetime) -> str:
    local = moment.astimezone(TAIPEI)
    return f"{local.year - 1911}-{local:%m-%d %H:%M}"


def _destination(draft: Draft) -> str:
    return draft.where if draft.where not in ("mail", "post", "share") else ""


def _label(draft: Draft) -> str:
    return f"發布前檢查　{PLACE_LABELS[draft.where]}" + (f"　{draft.name}" if draft.name else "　貼上的文字")


def _item(draft: Draft, envelope: Envelope, use: str) -> str:
    return f"{use}\n{item_key(draft.content, envelope, name=draft.where)}"


def _as_sender(who: Asker, incident: "Incident") -> Actor:
    """The asker as the incident's sender; a known account keeps its name in the history."""
    return who.actor if who.actor.is_person(incident.sender) else Actor(incident.sender, via="page")


def _add_note(store: "Store", public: str, step: str, who: Asker, note: str) -> None:
    with store.audited(f"incident.{step}", actor=who.actor) as change:
        incident = find_row(change.connection, public, lock=True)
        change.object_id, change.policy = incident.id, incident.policy_version
        state = str(incident.state)
        sealed = seal(store.keys.evidence, note, purpose="note")
        write_transition(change.connection, incident.row, step, state, state, who.actor, store.now(), change.op, sealed)


def _assign(store: "Store", public: str, name: str, who: Asker) -> None:
    from sqlalchemy import update

    from dlp.records import schema

    with store.audited("incident.assign", actor=who.actor) as change:
        incident = find_row(change.connection, public, lock=True)
        if incident.assigned_to or incident.approver or not settings.any_known(change.connection, [name]):
            change.cancel()  # the policy or the table of units names somebody: a wish does not override it
            return
        change.object_id, change.policy = incident.id, incident.policy_version
        change.facts["to"] = name
        change.connection.execute(update(schema.incidents).where(schema.incidents.c.id == incident.row).values(assigned_to=name))
        state = str(incident.state)
        write_transition(change.connection, incident.row, "assign", state, state, who.actor, store.now(), change.op, None)


def _approver_named(store: "Store", opaque: str) -> str | None:
    from dlp.records import accounts

    if not opaque:
        return None
    return next((a.name for a in accounts.listing(store) if hmac.compare_digest(_opaque(store, a.name).encode(), opaque.encode())), None)


def _opaque(store: "Store", name: str) -> str:
    return keyed(store.keys.session, "approver", name.encode())[:16]


def _told(store: "Store", incident: "Incident") -> None:
    """The asker has the outcome: there is nothing else for this door to carry out."""
    waiting = {i.id for i in incidents.to_carry_out(store, incident.channel)}
    if incident.id in waiting:
        incidents.carried_out(store, incident.id, result="ok")


def _stored_item(store: "Store", incident: "Incident") -> str:
    from sqlalchemy import select

    from dlp.records import schema

    with store.reading() as connection:
        return str(connection.execute(select(schema.incidents.c.item).where(schema.incidents.c.id == incident.row)).scalar_one())


def _reported(verdict: Verdict, draft: Draft) -> tuple[Finding, int]:
    """The finding that the fields ``part``, ``start``, ``end``, ``kind`` name, so that a changed text is noticed."""
    wanted = draft.fields
    for index, finding in enumerate(verdict.findings):
        if (finding.part, str(finding.start), str(finding.end), str(finding.kind)) == (
            wanted.get("part"), str(wanted.get("start")), str(wanted.get("end")), wanted.get("kind"),
        ):  # fmt: skip
            return finding, index
    raise Refused(409, "W144", "內容已經改過，這一項不在了。請重新檢查後再回報。")


def _only(verdict: Verdict, finding: Finding, index: int, *, surroundings: bool) -> Verdict:
    """The verdict with this finding alone.  Without ``surroundings`` nothing of the text around it is left; with them,
    whatever else was found there is masked."""
    part = verdict.part(finding.part)
    before, after = "", ""
    if surroundings:
        before = _masked_piece(verdict, finding.part, max(0, finding.start - AROUND_CHARS), finding.start)
        after = _masked_piece(verdict, finding.part, finding.end, min(len(part.text), finding.end + AROUND_CHARS))
    text = before + finding.text + after
    one = replace(finding, start=len(before), end=len(before) + len(finding.text))
    rules = tuple(replace(rule, findings=(0,)) for rule in verdict.rules if index in rule.findings)
    return replace(
        verdict, name="", findings=(one,), rules=rules, action=max((r.action for r in rules), default=Action.LOG),
        document=Document("", (replace(part, text=text, utf8=None),), (), verdict.document.media_type),
        coverage=Coverage(((part.path, part.label, len(text)),), ()),
    )  # fmt: skip


def _masked_piece(verdict: Verdict, path: str, start: int, end: int) -> str:
    """``text[start:end]`` with everything found in it masked, also what reaches in from outside."""
    piece = verdict.part(path).text[start:end]
    clipped = []
    for other in verdict.findings:
        first, last = max(other.start, start), min(other.end, end)
        if other.part == path and first < last:
            cut = (first, last) != (other.start, other.end)
            masked = "○" * (last - first) if cut or other.masked == other.text else other.masked
            clipped.append(replace(other, start=first - start, end=last - start, text=piece[first - start : last - start], masked=masked))
    return mask_text(piece, clipped, path)
