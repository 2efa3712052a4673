"""The OpenAPI description of the HTTP interface, written by hand so that it says what the code promises and nothing more."""

from typing import Any

CHANNELS = ["mail", "post", "share", "facebook", "threads", "line-group", "website", "press"]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _responses(schema: dict[str, Any]) -> dict[str, Any]:
    errors = {
        code: {"description": text, "content": _json(_ref("Error"))}
        for code, text in (
            ("400", "不是合格的要求"),
            ("403", "其他網站送來的要求"),
            ("413", "超過上限"),
            ("422", "欄位不對"),
            ("429", "太頻繁"),
        )
    }
    return {"200": {"description": "完成", "content": _json(schema)}, **errors}


def document(version: str) -> dict[str, Any]:
    """OpenAPI 3.1 as a dict."""
    text_request = {
        "type": "object",
        "required": ["text"],
        "properties": {
            "text": {"type": "string", "maxLength": 2_000_000},
            "channel": {"type": "string", "enum": CHANNELS, "default": "post"},
        },
    }
    upload = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}, "channel": {"type": "string", "enum": CHANNELS}},
    }
    body = {
        "required": True,
        "content": {"application/json": {"schema": text_request}, "multipart/form-data": {"schema": upload}},
    }
    form = {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}, "language": {"type": "string"}},
    }
    finding = {
        "type": "object",
        "required": ["kind", "label", "part", "start", "end", "masked", "confidence", "level", "reasons", "law", "fix"],
        "properties": {
            "kind": {"type": "string"}, "label": {"type": "string"}, "part": {"type": "string"}, "start": {"type": "integer"}, "end": {"type": "integer"},
            "utf16": {"type": "array", "items": {"type": "integer"}}, "masked": {"type": "string"}, "confidence": {"type": "number"},
            "level": {"enum": ["low", "medium", "high"]}, "reasons": {"type": "array", "items": {"type": "object"}},
            "law": {"type": "array", "items": {"type": "string"}}, "fix": {"type": "string"}, "attrs": {"type": "object"},
        },
    }  # fmt: skip
    verdict = {
        "type": "object",
        "required": ["name", "channel", "action", "complete", "rules", "findings", "not_read", "policy_version", "seconds"],
        "properties": {
            "name": {"type": "string"}, "channel": {"enum": ["mail", "post", "share"]}, "action": {"enum": ["allow", "log", "warn", "justify", "hold", "block"]},
            "complete": {"type": "boolean"}, "rules": {"type": "array", "items": {"type": "object"}}, "findings": {"type": "array", "items": _ref("Finding")},
            "not_read": {"type": "array", "items": {"type": "object"}}, "policy_version": {"type": "string"}, "seconds": {"type": "number"},
            "banner": {"type": "string"}, "coverage": {"type": "string"},
        },
    }  # fmt: skip
    presidio = {
        "type": "object",
        "required": ["text"],
        "properties": {
            "text": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, "language": {"type": "string"},
            "entities": {"type": "array", "items": {"type": "string"}}, "score_threshold": {"type": "number"}, "return_decision_process": {"type": "boolean"},
        },
    }  # fmt: skip
    plain = {"text/plain": {"schema": {"type": "string"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "發布前檢查", "version": version, "description": "外送文件防洩密掃描。檢查不留存任何文字。"},
        "paths": {
            "/v1/check": {"post": {"summary": "檢查文字或檔案", "operationId": "check", "requestBody": body, "responses": _responses(_ref("Verdict"))}},
            "/v1/mask": {"post": {"summary": "產生遮蔽版", "operationId": "mask", "requestBody": body, "responses": _responses({"type": "object"})}},
            "/analyze": {"post": {"summary": "Presidio 相容", "operationId": "analyze", "requestBody": {"required": True, "content": _json(presidio)}, "responses": _responses({"type": "array"})}},
            "/v2/check": {
                "post": {
                    "summary": "LanguageTool 相容", "operationId": "languagetool",
                    "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
                    "responses": {**_responses({"type": "object"}), "400": {"description": "缺少文字", "content": {**plain, **_json(_ref("Error"))}}},
                }
            },
            "/v2/languages": {"get": {"summary": "語言清單", "operationId": "languages", "responses": {"200": {"description": "清單", "content": _json({"type": "array"})}}}},
            "/healthz": {"get": {"summary": "狀態", "operationId": "health", "responses": {"200": {"description": "ok 或 degraded", "content": _json({"type": "object"})}, "503": {"description": "failing", "content": _json({"type": "object"})}}}},
            "/metrics": {"get": {"summary": "Prometheus", "operationId": "metrics", "responses": {"200": {"description": "計數", "content": plain}}}},
        },
        "components": {
            "schemas": {
                "Finding": finding,
                "Verdict": verdict,
                "Error": {"type": "object", "required": ["error"], "properties": {"error": {"type": "object", "required": ["code", "message"], "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}}},
            }
        },
    }  # fmt: skip
