"""The approver's and handler's desk: log-in, list, one incident, allow list, the month.

Every page needs a person; every object is checked against that person on the server.  Changes come only by POST with the
form token of the session.  Findings are shown masked; the original is opened with a reason, after its audit record is synced.
"""

import hmac
from collections.abc import Callable
from typing import Any

import regex
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dlp.channels.post import desk_steps, desk_views
from dlp.channels.post.access import COOKIE, form_token, known_actor
from dlp.channels.post.api import service_of
from dlp.channels.post.pages import render
from dlp.channels.post.service import Refused, form_of
from dlp.channels.post.words import DEFAULT
from dlp.records import accounts, web_sessions
from dlp.records.errors import NotAllowed

NEXT = regex.compile(r"/desk(?:/(?:allow|month|i/D-[A-Z0-9]{4,8}))?")
Work = Callable[[desk_views.Visit, FormData | None], Response]


def _page(work: Work) -> Callable[[Request], Any]:
    """An endpoint for people who are known; everybody else is sent to the log-in."""

    async def endpoint(request: Request) -> Response:
        service = service_of(request)
        service.need_store()
        form = await form_of(request) if request.method == "POST" else None
        return await service.run(_visit, request, work, form)

    return endpoint


def _visit(request: Request, work: Work, form: FormData | None) -> Response:
    store = service_of(request).need_store()
    actor = known_actor(request)
    if actor is None:
        path = request.url.path if request.method == "GET" and NEXT.fullmatch(request.url.path) else ""
        return RedirectResponse("/desk/login" + (f"?next={path}" if path and path != "/desk" else ""), status_code=303)
    token = form_token(request, actor)
    if form is not None and not hmac.compare_digest(str(form.get("token") or "").encode(), token.encode()):
        raise Refused(403, "W403", "這個表單已過期，請回上一頁重新整理後再送出。")
    return work(desk_views.Visit(request, store, actor, token), form)


async def login(request: Request) -> Response:
    """The log-in form, and its answer: a new session every time."""
    service = service_of(request)
    service.need_store()
    wanted = request.query_params.get("next", "")
    if request.method == "GET":
        return render(request, "login.html", tag=DEFAULT, error="", next=wanted if NEXT.fullmatch(wanted) else "", name="")
    form = await form_of(request)
    return await service.run(_log_in, request, form)


def _log_in(request: Request, form: FormData) -> Response:
    store = service_of(request).need_store()
    name, secret = str(form.get("name") or "").strip()[:64], str(form.get("password") or "")[:1024]
    wanted = str(form.get("next") or "")
    wanted = wanted if NEXT.fullmatch(wanted) else ""
    try:
        account = accounts.log_in(store, name, secret)
    except NotAllowed as err:
        return render(request, "login.html", tag=DEFAULT, error=err.message, next=wanted, name="", status=403)
    if old := request.cookies.get(COOKIE):
        web_sessions.end(store, old)
    answer = RedirectResponse(wanted or "/desk", status_code=303)
    answer.set_cookie(COOKIE, web_sessions.begin(store, account), path="/", secure=True, httponly=True, samesite="strict")
    return answer


def _log_out(visit: desk_views.Visit, form: FormData | None) -> Response:
    if token := visit.request.cookies.get(COOKIE):
        web_sessions.end(visit.store, token)
        visit.store.audit_event("logout", actor=visit.actor)
    answer = RedirectResponse("/desk/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


def _password(visit: desk_views.Visit, form: FormData | None) -> Response:
    """One's own password: the old one first, then all sessions end."""
    if form is None:
        return visit.render("password.html", error="", local=visit.actor.via == "web")
    try:
        accounts.log_in(visit.store, visit.actor.name, str(form.get("old") or "")[:1024])
    except NotAllowed as err:
        return visit.render("password.html", error=err.message, local=True, status=403)
    accounts.set_password(visit.store, visit.actor.name, str(form.get("new") or "")[:1024], actor=visit.actor)
    return RedirectResponse("/desk/login", status_code=303)


ROUTES = [
    Route("/desk/login", login, methods=["GET", "POST"]),
    Route("/desk/logout", _page(_log_out), methods=["POST"]),
    Route("/desk/password", _page(_password), methods=["GET", "POST"]),
    Route("/desk", _page(desk_views.listing)),
    Route("/desk/i/{public}", _page(desk_views.incident)),
    Route("/desk/i/{public}/step", _page(desk_steps.step), methods=["POST"]),
    Route("/desk/i/{public}/assign", _page(desk_steps.assign), methods=["POST"]),
    Route("/desk/i/{public}/original", _page(desk_steps.original), methods=["POST"]),
    Route("/desk/allow", _page(desk_views.allow)),
    Route("/desk/allow/{entry:int}", _page(desk_steps.allow), methods=["POST"]),
    Route("/desk/month", _page(desk_views.month)),
]
