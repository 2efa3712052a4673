"""``dlp serve``: the page, the API, the editors' endpoint and the desk as one application.

    app = create_app(scanner)                          # the page alone: nothing can be asked for, no desk
    app = create_app(scanner, store=store, slip_key=…) # with requests, desk and 檢核單
    guarded = Guard(app, hosts)                        # what is served: see ``guard.py``
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from dlp.channels.post import api
from dlp.channels.post.service import Refused, Service
from dlp.errors import DlpError, NotReady

if TYPE_CHECKING:
    from dlp.channels.post.access import SignOn
    from dlp.channels.post.crew import Crew
    from dlp.records.store import Store

HERE = Path(__file__).parent
STATUS = {"E640": 404, "E641": 409, "E642": 403, "E644": 404, "E649": 403, "E651": 422}  # of records' errors; others 422


def create_app(
    scanner: Any, *, threads: int = 8, store: "Store | None" = None, slip_key: bytes | None = None, sign_on: "SignOn | None" = None,
    degraded: Callable[[], tuple[str, ...]] = tuple, crew: "Crew | None" = None,
) -> Starlette:  # fmt: skip
    """The application, without its guard.  ``degraded`` names further troubles for ``/healthz``; ``crew``
    are processes that check pasted texts."""
    from dlp.channels.post import desk, pages
    from dlp.channels.post.access import SignOn

    service = Service(scanner, threads, store=store, slip_key=slip_key, degraded=degraded, crew=crew)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    routes: list[Route] = [*pages.ROUTES, *api.ROUTES, *(desk.ROUTES if store is not None else [])]
    app = Starlette(
        routes=routes, lifespan=lifespan, exception_handlers={Refused: _refused, DlpError: _dlp_error, HTTPException: _http_error}
    )
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.state.service, app.state.sign_on = service, sign_on or SignOn()
    service.refresh()
    return app


async def _refused(request: Request, err: Exception) -> Response:
    assert isinstance(err, Refused)
    return _answer(request, err.status, err.code, err.message)


async def _dlp_error(request: Request, err: Exception) -> Response:
    assert isinstance(err, DlpError)
    return _answer(request, 503 if isinstance(err, NotReady) else STATUS.get(err.code, 422), err.code, err.message)


async def _http_error(request: Request, err: Exception) -> Response:
    assert isinstance(err, HTTPException)
    message = {404: "沒有這個網頁。", 405: "這個網址不接受這種要求。"}.get(err.status_code, "這個要求無法處理。")
    return _answer(request, err.status_code, f"W{err.status_code}", message, dict(err.headers or {}))


def _answer(request: Request, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """A page for people, JSON for programs."""
    from dlp.channels.post.pages import render

    if "text/html" in request.headers.get("accept", ""):
        store = request.app.state.service.store
        answer: Response = render(request, "error.html", status=status, code=code, message=message, desk=store is not None)
    else:
        answer = JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
    answer.headers.update(headers or {})
    return answer
