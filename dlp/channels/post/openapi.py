"""The OpenAPI description of the HTTP interface, written by hand so that it says what the code promises and nothing more."""

from typing import Any

CHANNELS = ["mail", "post", "share", "facebook", "threads", "line-group", "website", "press"]
ACTIONS = ["allow", "log", "warn", "justify", "hold", "block"]
ERRORS = {
    "400": "不是合格的要求", "403": "其他網站送來的要求", "404": "找不到", "408": "傳送中斷太久", "409": "現在不能這樣做",
    "413": "超過上限", "422": "欄位不對", "429": "太頻繁", "503": "暫時不能處理",
}  # fmt: skip
TEXT = {"type": "string", "maxLength": 2_000_000}
WORD = {"type": "string"}
CHANNEL = {"type": "string", "enum": CHANNELS, "default": "post"}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _answers(content: dict[str, Any], *, status: str = "200") -> dict[str, Any]:
    refused = {code: {"description": text, "content": _json(_ref("Error"))} for code, text in ERRORS.items()}
    return {status: {"description": "完成", "content": content}, **refused}


def _post(name: str, summary: str, body: dict[str, Any], answers: dict[str, Any], *query: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"summary": summary, "operationId": name, "requestBody": {"required": True, "content": body}, "responses": answers}
    return {"post": out | ({"parameters": list(query)} if query else {})}


def _get(name: str, summary: str, answers: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"summary": summary, "operationId": name, "responses": answers}}


def _query(name: str, words: list[str]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string", "enum": words}}


def _draft(required: str = "", **more: Any) -> dict[str, Any]:
    """A request body with a text as JSON, or a file in a form; ``more`` are further fields of both."""
    file = {"type": "string", "format": "binary"}
    return {
        **_json(_object(f"text {required}", text=TEXT, channel=CHANNEL, **more)),
        "multipart/form-data": {"schema": _object(f"file {required}", file=file, channel=CHANNEL, **more)},
    }


def document(version: str) -> dict[str, Any]:
    """OpenAPI 3.1 as a dict."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "發布前檢查", "version": version, "description": "外送文件防洩密掃描。檢查不留存任何文字；申請核准與回報誤判才會留下紀錄。"},
        "paths": {**_paths_of_checks(), **_paths_of_requests(), **_paths_of_others()},
        "components": {"schemas": _schemas()},
    }


def _paths_of_checks() -> dict[str, Any]:
    masked = _object("text parts action complete", text=WORD, parts={"type": "object"}, action={"enum": ACTIONS}, complete={"type": "boolean"})
    files = {m: {"schema": {"type": "string", "format": "binary"}} for m in (
        "text/plain", "application/vnd.oasis.opendocument.text", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )}  # fmt: skip
    slip = _object("slip lines", slip=WORD, lines=_list(WORD))
    outcome = _object("outcome label lines", outcome={"enum": ["unchanged", "text-unchanged", "changed"]}, label=WORD, lines=_list(WORD))
    yes, forms = _query("listed", ["1"]), _query("format", ["json", "txt", "odt", "docx"])
    return {
        "/v1/check": _post("check", "檢查文字或檔案", _draft(), _answers(_json(_ref("Verdict"))), _query("masked", ["1"]), _query("lang", ["en"])),
        "/v1/mask": _post("mask", "產生遮蔽版", _draft(), _answers({**_json(masked), **files}), forms, yes),
        "/v1/slip": _post("slip", "產生檢核單", _draft(), _answers(_json(slip))),
        "/v1/slip/verify": _post("verifySlip", "核對檢核單", _draft("slip", slip=WORD), _answers(_json(outcome))),
    }


def _paths_of_requests() -> dict[str, Any]:
    who = {"sender": {"type": "string", "maxLength": 254}, "unit": {"type": "string", "maxLength": 64}, "reason": {"type": "string", "maxLength": 400}}
    approval = _draft("sender reason", **who, until={"type": "string", "maxLength": 40}, approver={"type": "string", "maxLength": 64})
    where = {"part": WORD, "start": {"type": "integer"}, "end": {"type": "integer"}, "kind": WORD, "context": {"type": "boolean"}}
    question = _json(_object("id code", id=WORD, code=WORD, text=TEXT, channel=CHANNEL))
    state = _object("id state label message", id=WORD, state=WORD, label=WORD, message=WORD, unchanged={"type": "boolean"})
    receipt = _answers(_json(_ref("Receipt")), status="201")
    return {
        "/v1/requests": _post("requestApproval", "申請核准", approval, receipt),
        "/v1/requests/status": _post("requestStatus", "查詢申請結果", question, _answers(_json(state))),
        "/v1/appeals": _post("reportFalseAlarm", "回報誤判", _draft("part start end kind", **who, **where), receipt),
        "/v1/approvers": _get("approvers", "可以請誰核准", _answers(_json(_list(_object("id name", id=WORD, name=WORD))))),
    }


def _paths_of_others() -> dict[str, Any]:
    presidio = _object(
        "text", text={"oneOf": [WORD, _list(WORD)]}, language=WORD, entities=_list(WORD), score_threshold={"type": "number"},
        return_decision_process={"type": "boolean"},
    )  # fmt: skip
    result = _object("entity_type start end score", entity_type=WORD, start={"type": "integer"}, end={"type": "integer"}, score={"type": "number"})
    results = _list({"anyOf": [result, _list(result)]})  # one list, or one for each text
    form = {"application/x-www-form-urlencoded": {"schema": _object("text", text=WORD, language=WORD)}}
    plain = {"text/plain": {"schema": WORD}}
    languagetool = _answers(_json(_object("matches language software", matches={"type": "array"})))
    languagetool["400"] = {"description": "缺少文字", "content": {**plain, **_json(_ref("Error"))}}
    health = _json(_object("status reasons", status={"enum": ["ok", "degraded", "failing"]}, reasons=_list(WORD)))
    return {
        "/analyze": _post("analyze", "Presidio 相容", _json(presidio), _answers(_json(results))),
        "/v2/check": _post("languagetool", "LanguageTool 相容", form, languagetool),
        "/v2/languages": _get("languages", "語言清單", {"200": {"description": "清單", "content": _json({"type": "array"})}}),
        "/healthz": _get("health", "狀態", {c: {"description": t, "content": health} for c, t in (("200", "ok 或 degraded"), ("503", "failing"))}),
        "/metrics": _get("metrics", "Prometheus", {"200": {"description": "計數", "content": plain}}),
    }


def _schemas() -> dict[str, Any]:
    number, flag = {"type": "integer"}, {"type": "boolean"}
    finding = _object(
        "kind label part start end masked confidence level reasons law fix", kind=WORD, label=WORD, part=WORD, start=number, end=number,
        utf16=_list(number), masked=WORD, confidence={"type": "number"}, level={"enum": ["low", "medium", "high"]},
        reasons=_list({"type": "object"}), law=_list(WORD), fix=WORD, attrs={"type": "object"},
    )  # fmt: skip
    rule = _object("id name action findings", id=WORD, name=WORD, action={"enum": ACTIONS}, why=_list(WORD), tell=WORD, findings=_list(number))
    item = _object("finding rule action place snippet also", finding=number, rule=WORD, action={"enum": ACTIONS}, place=WORD, snippet=WORD)
    verdict = _object(
        "name channel action complete rules findings not_read policy_version seconds items banner coverage", name=WORD,
        channel={"enum": ["mail", "post", "share"]}, action={"enum": ACTIONS}, complete=flag, rules=_list(rule), findings=_list(_ref("Finding")),
        not_read=_list({"type": "object"}), policy_version=WORD, seconds={"type": "number"}, banner=WORD, coverage=WORD, items=_list(item),
        masked=WORD,
    )  # fmt: skip
    return {
        "Finding": finding,
        "Verdict": verdict,
        "Receipt": _object("id code state label message", id=WORD, code=WORD, state=WORD, label=WORD, message=WORD),
        "Error": _object("error", error=_object("code message", code=WORD, message=WORD)),
    }
