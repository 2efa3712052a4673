"""The HTTP interface for programs and for the page's script: check, mask, slip, ask; Presidio's and LanguageTool's dialects."""

from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.metadata import version as installed
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dlp.channels.post import languagetool
from dlp.channels.post.access import known_actor
from dlp.channels.post.documents import MEDIA, file_of, in_layout, masked_parts
from dlp.channels.post.openapi import document as openapi_document
from dlp.channels.post.service import Draft, Refused, Service, draft_of, json_object, place, text_of, whole
from dlp.channels.post.wording import banner, coverage, items, slip_lines
from dlp.channels.post.words import translator
from dlp.reports.verdict_json import as_object, snippet
from dlp.verdict import Verdict


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def v1_check(request: Request) -> Response:
    """The verdict as JSON; ``?masked=1`` adds the masked version of the text for the page."""
    draft, query = await draft_of(request), request.query_params
    options: dict[str, Any] = {"form": "page", "lang": query.get("lang", "")[:20], "masked": query.get("masked") == "1" and draft.text is not None}

    def work(service: Service) -> Response:
        done = service.check_elsewhere(draft, **options)
        if done is not None:
            return Response(done, media_type="application/json")
        return JSONResponse(page_object(service.check(draft), **options))

    service = service_of(request)
    return await service.run(work, service)


def page_object(verdict: Verdict, *, lang: str, masked: bool, form: str = "") -> dict[str, Any]:
    """The verdict as JSON with the sentences and places of the page."""
    say = translator(lang)
    out = as_object(verdict) | {"banner": banner(verdict, say), "coverage": coverage(verdict, say), "items": _items(verdict)}
    if masked:
        with suppress(Refused):  # too much to mask: the page then offers nothing to copy
            out["masked"] = masked_parts(verdict, listed=True).get("body", "")
    return out


def crew_work(scanner: Any, job: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What a member of the crew does for a pasted text or a paragraph of an editor."""
    channel, envelope = place(job["where"])
    verdict = scanner.check(job["text"], channel, envelope=envelope)
    key = f"{verdict.channel}:{verdict.action}"
    if job["form"] == "editor":
        return key, languagetool.answer(verdict, languagetool.Asked(job["text"], job["offsets"], job["mode"]), version=version())
    return key, page_object(verdict, lang=job["lang"], masked=job["masked"])


def _items(verdict: Verdict) -> list[dict[str, Any]]:
    """The places to look at, as indexes into ``findings``, with rule and masked surroundings."""
    labels = {p.path: p.label for p in verdict.document.parts}
    return [
        {
            "finding": item.index, "rule": item.rule.id, "action": str(item.rule.action), "place": labels[item.finding.part],
            "snippet": snippet(verdict, item.finding), "also": [{"label": f.label, "rule": r.id} for f, r in item.others],
        }
        for item in items(verdict)
    ]  # fmt: skip


async def v1_mask(request: Request) -> Response:
    """The masked version: as JSON, or with ``?format=txt|odt|docx`` as a file.

    ``?listed=1`` masks only what the page lists.
    """
    draft, form = await draft_of(request), request.query_params.get("format", "json")
    listed = request.query_params.get("listed") == "1"
    if form not in ("json", *MEDIA):
        raise Refused(422, "W131", "format 只能是 json、txt、odt、docx。")

    def work(service: Service) -> Response:
        verdict = service.check(draft)
        if form == "json":
            parts = masked_parts(verdict, listed=listed)
            return JSONResponse(
                {"text": parts.get("body", ""), "parts": parts, "action": str(verdict.action), "complete": verdict.complete}
            )
        kept = in_layout(service.scanner, draft.data, verdict, form, listed=listed) if draft.data is not None else None
        answer = _download(kept or file_of(verdict, form, listed=listed), MEDIA[form], f"masked.{form}")
        answer.headers["x-dlp-layout"] = "kept" if kept else "text"
        return answer

    service = service_of(request)
    return await service.run(work, service)


def _download(data: bytes, media: str, name: str) -> Response:
    return Response(data, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})


async def v1_slip(request: Request) -> Response:
    """檢核單: what was checked, when, under which policy, with which result; nothing of the text."""
    from dlp.policy.slip import make_slip

    draft, service = await draft_of(request), service_of(request)
    key = _slip_key(service)

    def work() -> dict[str, Any]:
        slip = make_slip(service.check(draft), key=key, when=datetime.now(), data=draft.data)
        return {"slip": slip.to_json(), "lines": slip_lines(slip)}

    return JSONResponse(await service.run(work))


async def v1_slip_verify(request: Request) -> Response:
    """Whether a draft is what its slip was made for.  Field ``slip`` is the slip's text or file."""
    from dlp.policy.slip import compare, read_slip

    draft, service = await draft_of(request), service_of(request)
    key, given = _slip_key(service), draft.fields.get("slip")
    if not isinstance(given, str):
        raise Refused(422, "W132", "缺少檢核單欄位 slip。")

    def work() -> dict[str, Any]:
        slip = read_slip(whole(given), key=key)
        outcome = compare(slip, service.check(draft).document, key=key, data=draft.data)
        return {"outcome": str(outcome), "label": outcome.label, "lines": slip_lines(slip)}

    return JSONResponse(await service.run(work))


def _slip_key(service: Service) -> bytes:
    if service.slip_key is None:
        raise Refused(503, "W502", "這台檢查服務沒有開啟檢核單，請洽資訊單位。")
    return service.slip_key


async def v1_requests(request: Request) -> Response:
    """申請核准."""
    from dlp.channels.post.asking import ask_approval

    return await _ask(request, ask_approval)


async def v1_appeals(request: Request) -> Response:
    """這是誤判."""
    from dlp.channels.post.asking import report_false_alarm

    return await _ask(request, report_false_alarm)


async def _ask(request: Request, work: Any) -> Response:
    draft, service = await draft_of(request), service_of(request)
    service.need_store()
    known = await service.run(known_actor, request)
    return JSONResponse(await service.run(work, service, draft, known), status_code=201)


async def v1_status(request: Request) -> Response:
    """What became of a request: ``id`` and ``code``, and the draft (``text`` or ``file``) to compare."""
    from dlp.channels.post.asking import status

    service = service_of(request)
    if request.headers.get("content-type", "").startswith("multipart/"):
        draft: Draft | None = await draft_of(request)
        fields = draft.fields if draft else {}
    else:
        fields = await json_object(request)
        where = fields.get("channel", "post")
        draft = Draft(where if isinstance(where, str) else "?", text_of(fields)) if "text" in fields else None
    public, code = fields.get("id"), fields.get("code")
    if not isinstance(public, str) or not isinstance(code, str):
        raise Refused(422, "W146", "請給申請編號 id 與查詢碼 code。")
    return JSONResponse(await service.run(status, service, whole(public)[:20], whole(code)[:40], draft))


async def v1_approvers(request: Request) -> Response:
    """Whom one may ask."""
    from dlp.channels.post.asking import approvers

    service = service_of(request)
    return JSONResponse(await service.run(approvers, service.need_store()))


async def analyze(request: Request) -> Response:
    """Presidio's request and response names, so that its clients can ask us."""
    value = await json_object(request)
    many = isinstance(value.get("text"), list)
    texts = [text_of({"text": t}) for t in value["text"][:TEXTS]] if many else [text_of(value)]
    wanted, threshold = value.get("entities"), value.get("score_threshold")
    threshold = 0.0 if threshold is None else threshold
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not (wanted is None or isinstance(wanted, list)):
        raise Refused(422, "W126", "score_threshold 要是數字，entities 要是清單。")
    if many and len(value["text"]) > TEXTS:
        raise Refused(413, "W133", f"一次最多 {TEXTS} 段文字。")
    service, explain = service_of(request), bool(value.get("return_decision_process"))

    def work(text: str) -> list[dict[str, Any]]:
        verdict = service.check(Draft("post", text))
        kept = (f for f in verdict.findings if f.part == "body" and f.confidence >= threshold)
        return [_presidio(f, explain) for f in kept if wanted is None or str(f.kind) in wanted]

    answers = [await service.run(work, text) for text in texts]
    return JSONResponse(answers if many else answers[0])


TEXTS = 1_000


def _presidio(finding: Any, explain: bool) -> dict[str, Any]:
    score = round(finding.confidence, 3)
    explanation = {"recognizer": finding.detector, "score": score, "textual_explanation": "；".join(r.text for r in finding.reasons)}
    return {
        "entity_type": str(finding.kind), "start": finding.start, "end": finding.end, "score": score,
        "analysis_explanation": explanation if explain else None,
    }  # fmt: skip


async def v2_check(request: Request) -> Response:
    """One paragraph from an editor.  Some ask with HEAD or OPTIONS first whether anybody is there."""
    if request.method != "POST":
        return Response(status_code=204, headers={"allow": "POST, HEAD, OPTIONS"})
    try:
        asked = languagetool.parse(await request.body(), request.headers.get("content-type", ""))
    except languagetool.BadRequest:
        return PlainTextResponse("Missing 'text' or 'data' parameter", status_code=400)
    service = service_of(request)

    def work() -> Response:
        draft = Draft("post", asked.text)
        done = service.check_elsewhere(draft, form="editor", offsets=asked.offsets, mode=asked.mode)
        if done is not None:
            return Response(done, media_type="application/json")
        return JSONResponse(languagetool.answer(service.check(draft), asked, version=version()))

    return await service.run(work)


async def v2_languages(request: Request) -> Response:
    return JSONResponse(languagetool.LANGUAGES)


async def healthz(request: Request) -> Response:
    service = service_of(request)
    if not await service.run(service.healthy):
        return JSONResponse({"status": "failing", "reasons": ["probe"]}, status_code=503)
    reasons = await service.run(service.troubles)
    return JSONResponse(
        {"status": "degraded" if reasons else "ok", "reasons": reasons, "policy_version": service.scanner.policy.version}
    )


async def metrics(request: Request) -> Response:
    lines = ["# HELP dlp_checks_total Checks by channel and action.", "# TYPE dlp_checks_total counter"]
    for key, count in sorted(service_of(request).checks.items()):
        channel, _, action = key.partition(":")
        lines.append(f'dlp_checks_total{{channel="{channel}",action="{action}"}} {count}')
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


async def openapi(request: Request) -> Response:
    return JSONResponse(openapi_document(version()))


@cache
def version() -> str:
    return installed("dlp-zh")


ROUTES = [
    Route("/openapi.json", openapi),
    Route("/v1/check", v1_check, methods=["POST"]),
    Route("/v1/mask", v1_mask, methods=["POST"]),
    Route("/v1/slip", v1_slip, methods=["POST"]),
    Route("/v1/slip/verify", v1_slip_verify, methods=["POST"]),
    Route("/v1/requests", v1_requests, methods=["POST"]),
    Route("/v1/requests/status", v1_status, methods=["POST"]),
    Route("/v1/appeals", v1_appeals, methods=["POST"]),
    Route("/v1/approvers", v1_approvers),
    Route("/analyze", analyze, methods=["POST"]),
    Route("/v2/check", v2_check, methods=["POST", "HEAD", "OPTIONS"]),
    Route("/v2/languages", v2_languages),
    Route("/healthz", healthz),
    Route("/metrics", metrics),
]
