"""What the desk changes: steps, assignment, opening an original, the allow list.  The store checks right, state and four eyes."""

from datetime import date
from urllib.parse import quote

import regex
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from dlp.channels.post import allowing
from dlp.channels.post.api import service_of
from dlp.channels.post.asking import APPROVAL
from dlp.channels.post.desk_views import Visit, found, incident_page
from dlp.channels.post.service import Refused
from dlp.errors import DlpError
from dlp.records import incidents
from dlp.records.errors import StoreUnavailable
from dlp.records.masked import printable
from dlp.records.states import STEPS

NOTE_CHARS = 500
SHOWN_CHARS = 200_000  # of a pasted text; longer ones are downloaded
EXTENSION = regex.compile(r"\.[A-Za-z0-9]{1,5}$")
NEEDS_NOTE = frozenset({"return", "confirm", "uphold"})


def step(visit: Visit, form: FormData | None) -> Response:
    """Take a step; back to the incident, with the reason when it was refused."""
    one, name, note = found(visit), _field(form, "step"), _field(form, "note")
    if name not in STEPS or name == "expire":
        raise Refused(422, "W150", "沒有這個處理步驟。")
    if name in NEEDS_NOTE and not note.strip():
        return incident_page(visit, one, error=f"「{STEPS[name].label}」要寫說明，送件人會看到。" if name != "confirm" else "「確認誤判」要寫說明。", status=422)
    try:
        last = _day(_field(form, "until")) if name == "confirm" else None
        until = last + allowing.DAY if last else None
        incidents.take(visit.store, one.id, name, actor=visit.actor, note=note[:NOTE_CHARS], until=until)
    except StoreUnavailable:
        raise
    except DlpError as err:
        return incident_page(visit, incidents.find(visit.store, one.id), error=err.message, status=409)
    if name == "confirm":
        service_of(visit.request).refresh()
    return RedirectResponse(f"/desk/i/{one.id}", status_code=303)


def assign(visit: Visit, form: FormData | None) -> Response:
    """Give the incident to an account."""
    one = found(visit)
    try:
        incidents.assign(visit.store, one.id, _field(form, "to")[:64], actor=visit.actor)
    except StoreUnavailable:
        raise
    except DlpError as err:
        return incident_page(visit, one, error=err.message, status=409)
    return RedirectResponse(f"/desk/i/{one.id}", status_code=303)


def original(visit: Visit, form: FormData | None) -> Response:
    """Open the original: audited before the first byte.  A pasted text is shown, everything else is downloaded (W08)."""
    one = found(visit)
    try:
        facts, pieces = incidents.open_original(visit.store, one.id, actor=visit.actor, reason=_field(form, "reason")[:NOTE_CHARS])
    except StoreUnavailable:
        raise
    except DlpError as err:
        return incident_page(visit, one, error=err.message, status=403 if err.code == "E642" else 409)
    data = b"".join(pieces)
    name = str(facts.get("file") or facts.get("name") or "")
    if one.reference.startswith(APPROVAL) and not name and len(data) < SHOWN_CHARS * 4:
        return visit.render("original.html", one=one, text=data.decode("utf-8", "replace"), reason=str(facts.get("reason") or ""))
    extension = EXTENSION.search(name)
    plain = f"{one.id}{extension.group() if extension else '.eml' if one.channel == 'mail' else '.bin'}"
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(printable(name) or plain, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type="application/octet-stream", headers=headers)


def allow(visit: Visit, form: FormData | None) -> Response:
    """Another end for an entry of the allow list, or its withdrawal."""
    withdraw = _field(form, "act") == "withdraw"
    until = None if withdraw else _day(_field(form, "until"))
    if not withdraw and until is None:
        raise Refused(422, "W151", "請填新的到期日。")
    allowing.change(visit.store, int(visit.request.path_params["entry"]), until=until, actor=visit.actor)
    service_of(visit.request).refresh()
    return RedirectResponse("/desk/allow", status_code=303)


def _field(form: FormData | None, name: str) -> str:
    value = form.get(name) if form is not None else None
    return value if isinstance(value, str) else ""


def _day(text: str) -> date | None:
    """``2027-11-25`` as the browser sends it.  Raises Refused."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Refused(422, "W152", "日期要寫成 2027-11-25。") from None
    if not 1912 <= found.year <= 9000:
        raise Refused(422, "W152", "日期要寫成 2027-11-25。")
    return found
