"""HTML: templates with escaping always on, in the language of the reader."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dlp.channels.post.api import service_of
from dlp.channels.post.asking import PLACE_LABELS
from dlp.channels.post.documents import masked_parts
from dlp.channels.post.service import Draft, Refused, form_of, text_of
from dlp.channels.post.wording import banner, coverage, items, style
from dlp.channels.post.words import DEFAULT, LANGUAGES, choose, translator
from dlp.records.masked import printable
from dlp.reports.verdict_json import snippet

HERE = Path(__file__).parent
CHOICES = ("facebook", "line-group", "website", "mail", "press")
LANGUAGE_COOKIE = "lang"


@cache
def environment(tag: str) -> Environment:
    """Jinja with autoescaping and the words of a language; names and labels go through ``|shown`` (bidi, control)."""
    made = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"_": translator(tag), "lang": tag, "languages": list(LANGUAGES)}
    made.filters["shown"] = printable
    return made


def language(request: Request) -> str:
    """The reader's language: ``?lang=``, else the browser's."""
    return choose(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def render(request: Request, template: str, /, *, status: int = 200, tag: str | None = None, **context: Any) -> HTMLResponse:
    """A template as a response."""
    tag = tag or language(request)
    return HTMLResponse(environment(tag).get_template(template).render(other=_other(tag), **context), status_code=status)


def _other(tag: str) -> str:
    return "en" if tag == DEFAULT else DEFAULT


@cache
def script_words(tag: str) -> dict[str, str]:
    """Translations that the page's script needs: each literal in a call of ``T``."""
    import regex

    source = (HERE / "static" / "page.js").read_text(encoding="utf-8")
    say = translator(tag)
    return {word: say(word) for word in regex.findall(r'\bT\("([^"]{1,200})"', source) if say(word) != word}


async def page(request: Request) -> Response:
    service, tag = service_of(request), language(request)
    say = translator(tag)
    return render(
        request, "index.html", tag=tag, places=[(c, say(PLACE_LABELS[c])) for c in CHOICES], words=script_words(tag),
        asks=service.store is not None, slips=service.slip_key is not None,
    )  # fmt: skip


async def basic(request: Request) -> Response:
    """The form of the page when scripts are off (W14)."""
    form = await form_of(request)
    draft = Draft(str(form.get("channel") or "post"), text_of({"text": form.get("text")}))
    service, tag = service_of(request), language(request)
    say = translator(tag)

    def work() -> Response:
        verdict = service.check(draft)
        try:
            masked = masked_parts(verdict, listed=True).get("body", "")
        except Refused as err:
            masked = err.message
        return render(
            request, "result.html", tag=tag, banner=banner(verdict, say), style=style(verdict), coverage=coverage(verdict, say), masked=masked,
            items=[(item, snippet(verdict, item.finding)) for item in items(verdict)],
        )  # fmt: skip

    return await service.run(work)


async def docs(request: Request) -> Response:
    return render(request, "docs.html")


async def incident_link(request: Request) -> Response:
    """``/i/D-8F3K`` in notices: the desk, which asks for a log-in first."""
    public = "".join(c for c in request.path_params["public"] if c.isascii() and (c.isalnum() or c == "-"))[:16]
    return RedirectResponse(f"/desk/i/{public}", status_code=303)


ROUTES = [
    Route("/", page),
    Route("/docs", docs),
    Route("/basic", basic, methods=["POST"]),
    Route("/i/{public}", incident_link),
]
