"""``dlp serve``: the page, the API and the editors' endpoint.  A pre-check is private: nothing about it is stored or logged."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from time import monotonic
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from dlp.channels.post import languagetool
from dlp.channels.post.openapi import document as openapi_document
from dlp.document import Envelope
from dlp.errors import DlpError
from dlp.reports.verdict_json import as_object, masked_range
from dlp.verdict import Action, Verdict

HERE = Path(__file__).parent
DESTINATIONS = {
    "facebook": "post",
    "threads": "post",
    "line-group": "post",
    "website": "post",
    "press": "post",
    "mail": "mail",
    "post": "post",
    "share": "share",
}
TEXT_CHARS = 2_000_000  # one paste; larger texts come as files
PROBE = "自我檢查：陳情人葉俊宏，身分證字號B220417363，電話0928-471-356。"
PROBE_SECONDS = 300.0


@dataclass(slots=True)
class Service:
    """The scanner and what the endpoints share.  Checks run in threads so that a large file holds nobody up."""

    scanner: Any
    threads: int = 4
    checks: dict[str, int] = field(default_factory=dict)
    degraded: tuple[str, ...] = ()
    _pool: ThreadPoolExecutor | None = None
    _probed: tuple[float, bool] = (-1e9, False)

    async def run(self, work: Any, *args: Any) -> Any:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="check")
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args))

    def check_text(self, text: str, where: str) -> Verdict:
        channel, envelope = place(where)
        return self._count(self.scanner.check(text, channel, envelope=envelope))

    def check_file(self, data: bytes, name: str, where: str) -> Verdict:
        channel, envelope = place(where)
        return self._count(self.scanner.check_bytes(data, name, channel, envelope=envelope))

    def _count(self, verdict: Verdict) -> Verdict:
        key = f"{verdict.channel}:{verdict.action}"
        self.checks[key] = self.checks.get(key, 0) + 1
        return verdict

    def healthy(self) -> bool:
        """Whether the probe text is still found; looked at again every five minutes."""
        now = monotonic()
        if now - self._probed[0] > PROBE_SECONDS:
            try:
                found = self.scanner.check(PROBE, "post").action >= Action.WARN
            except Exception:
                found = False  # whatever is broken, «ok» must not be said
            self._probed = (now, found)
        return self._probed[1]


class Refused(Exception):
    """A request that a person can mend: ``code`` is stable, ``message`` zh-TW."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def place(where: str) -> tuple[str, Envelope | None]:
    """Channel or destination named by a client → channel and envelope.  Raises Refused."""
    if where not in DESTINATIONS:
        raise Refused(
            422, "W110", "channel 只能是 mail、post、share，或 facebook、threads、line-group、website、press。"
        )
    channel = DESTINATIONS[where]
    return channel, Envelope(destination=where) if where != channel else None


async def _json(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(await request.body())
    except ValueError:
        raise Refused(400, "W120", "內容不是 JSON。") from None
    if not isinstance(value, dict):
        raise Refused(422, "W121", "JSON 最外層要是物件。")
    return value


def _text(value: dict[str, Any]) -> str:
    text = value.get("text")
    if not isinstance(text, str):
        raise Refused(422, "W122", "缺少文字欄位 text。")
    if len(text) > TEXT_CHARS:
        raise Refused(413, "W123", "文字超過 200 萬字，請改用檔案上傳。")
    return text


async def _verdict(request: Request) -> Verdict:
    """The verdict on a JSON text or an uploaded file."""
    service: Service = request.app.state.service
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        try:
            form = await request.form(max_files=1, max_fields=8)
        except ClientDisconnect:
            raise
        except Exception:
            # The form parser raises several kinds for a broken body; the person can only send it again.
            raise Refused(400, "W124", "上傳內容不完整，請重新選擇檔案。") from None
        try:
            upload, where = form.get("file"), str(form.get("channel") or "post")
            if not isinstance(upload, UploadFile):
                raise Refused(422, "W125", "缺少檔案欄位 file。")
            data = await upload.read()
        finally:
            await form.close()  # removes the spooled upload at once (F78)
        verdict = await service.run(service.check_file, data, upload.filename or "", where)
    else:
        value = await _json(request)
        where = value.get("channel", "post")
        verdict = await service.run(service.check_text, _text(value), where if isinstance(where, str) else "?")
    return verdict  # type: ignore[no-any-return]


async def v1_check(request: Request) -> Response:
    verdict = await _verdict(request)
    return JSONResponse(as_object(verdict) | {"banner": banner(verdict), "coverage": coverage(verdict)})


async def v1_mask(request: Request) -> Response:
    verdict = await _verdict(request)
    parts = {p.path: masked_range(verdict, p.path, 0, len(p.text)) for p in verdict.document.parts}
    return JSONResponse(
        {"text": parts.get("body", ""), "parts": parts, "action": str(verdict.action), "complete": verdict.complete}
    )


async def basic(request: Request) -> Response:
    """The form of the page when scripts are off."""
    from dlp.channels.post.basic import result_page

    try:
        form = await request.form(max_files=0, max_fields=8)
    except Exception:
        # As above: a broken body can only be sent again.
        raise Refused(400, "W124", "內容不完整，請重新送出。") from None
    service: Service = request.app.state.service
    text = _text({"text": form.get("text")})
    verdict = await service.run(service.check_text, text, str(form.get("channel") or "post"))
    masked = masked_range(verdict, "body", 0, len(text))
    return HTMLResponse(result_page(verdict, banner=banner(verdict), coverage=coverage(verdict), masked=masked))


async def analyze(request: Request) -> Response:
    """Presidio's request and response names, so that its clients can ask us."""
    value = await _json(request)
    texts = value["text"] if isinstance(value.get("text"), list) else [_text(value)]
    if not all(isinstance(t, str) for t in texts):
        raise Refused(422, "W122", "缺少文字欄位 text。")
    wanted, threshold = value.get("entities"), value.get("score_threshold", 0.0)
    if not isinstance(threshold, int | float) or not (wanted is None or isinstance(wanted, list)):
        raise Refused(422, "W126", "score_threshold 要是數字，entities 要是清單。")
    service: Service = request.app.state.service
    answers = []
    for text in texts:
        verdict = await service.run(service.check_text, text, "post")
        found = []
        for finding in verdict.findings:
            if (
                finding.part != "body"
                or finding.confidence < threshold
                or (wanted is not None and str(finding.kind) not in wanted)
            ):
                continue
            item: dict[str, Any] = {
                "entity_type": str(finding.kind),
                "start": finding.start,
                "end": finding.end,
                "score": round(finding.confidence, 3),
            }
            item["analysis_explanation"] = (
                {
                    "recognizer": finding.detector,
                    "score": round(finding.confidence, 3),
                    "textual_explanation": "；".join(r.text for r in finding.reasons),
                }
                if value.get("return_decision_process")
                else None
            )
            found.append(item)
        answers.append(found)
    return JSONResponse(answers if isinstance(value.get("text"), list) else answers[0])


async def v2_check(request: Request) -> Response:
    try:
        asked = languagetool.parse(await request.body(), request.headers.get("content-type", ""))
    except languagetool.BadRequest:
        return PlainTextResponse("Missing 'text' or 'data' parameter", status_code=400)
    service: Service = request.app.state.service
    verdict = await service.run(service.check_text, asked.text, "post")
    return JSONResponse(languagetool.answer(verdict, asked, version=_version()))


async def v2_languages(request: Request) -> Response:
    return JSONResponse(languagetool.LANGUAGES)


async def healthz(request: Request) -> Response:
    service: Service = request.app.state.service
    if not await service.run(service.healthy):
        return JSONResponse({"status": "failing", "reasons": ["probe"]}, status_code=503)
    reasons = [*service.degraded, *(["policy: empty"] if service.scanner.policy.degraded else [])]
    return JSONResponse(
        {
            "status": "degraded" if reasons else "ok",
            "reasons": reasons,
            "policy_version": service.scanner.policy.version,
        }
    )


async def metrics(request: Request) -> Response:
    service: Service = request.app.state.service
    lines = ["# HELP dlp_checks_total Checks by channel and action.", "# TYPE dlp_checks_total counter"]
    for key, count in sorted(service.checks.items()):
        channel, _, action = key.partition(":")
        lines.append(f'dlp_checks_total{{channel="{channel}",action="{action}"}} {count}')
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


async def page(request: Request) -> Response:
    return FileResponse(HERE / "static" / "index.html", media_type="text/html")


async def docs(request: Request) -> Response:
    return FileResponse(HERE / "static" / "docs.html", media_type="text/html")


async def openapi(request: Request) -> Response:
    return JSONResponse(openapi_document(_version()))


def banner(verdict: Verdict) -> str:
    """One sentence for people; never says that something is safe."""
    stop = sum(r.action >= Action.HOLD for r in verdict.rules)
    ask = sum(Action.WARN <= r.action < Action.HOLD for r in verdict.rules)
    if stop:
        return f"先不要發布：{stop} 項要改" + (f"、{ask} 項請確認" if ask else "")
    if ask:
        return f"請確認 {ask} 項"
    if not verdict.complete:
        return "有內容沒有檢查到，請看下方說明"
    return "未發現需處理的內容。仍請承辦人與核稿人確認。"


def coverage(verdict: Verdict) -> str:
    from dlp.document import NOT_READ_LABELS

    chars = sum(count for path, _, count in verdict.coverage.read if path != "name")
    missed = [f"{NOT_READ_LABELS[n.reason]}{f'（{n.detail}）' if n.detail else ''}" for n in verdict.coverage.not_read]
    return (
        f"已檢查：文字 {chars} 字。"
        + (f"未檢查：{'；'.join(dict.fromkeys(missed))}。" if missed else "")
        + f"政策 {verdict.policy_version}"
    )


@cache
def _version() -> str:
    return installed("dlp-zh")


async def _refused(request: Request, err: Exception) -> Response:
    assert isinstance(err, Refused)
    return JSONResponse({"error": {"code": err.code, "message": err.message}}, status_code=err.status)


async def _dlp_error(request: Request, err: Exception) -> Response:
    assert isinstance(err, DlpError)
    return JSONResponse({"error": {"code": err.code, "message": err.message}}, status_code=422)


def create_app(scanner: Any, *, threads: int = 4) -> Starlette:
    """The application, without its guard (``dlp.channels.post.guard``)."""
    routes = [
        Route("/", page),
        Route("/docs", docs),
        Route("/openapi.json", openapi),
        Route("/v1/check", v1_check, methods=["POST"]),
        Route("/v1/mask", v1_mask, methods=["POST"]),
        Route("/basic", basic, methods=["POST"]),
        Route("/analyze", analyze, methods=["POST"]),
        Route("/v2/check", v2_check, methods=["POST"]),
        Route("/v2/languages", v2_languages),
        Route("/healthz", healthz),
        Route("/metrics", metrics),
    ]
    app = Starlette(routes=routes, exception_handlers={Refused: _refused, DlpError: _dlp_error})
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.state.service = Service(scanner, threads)
    return app
