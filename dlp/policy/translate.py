"""What pydantic says about a wrong file, said again in zh-TW: what is wrong, what is allowed, what was probably meant."""

import types
import typing
import unicodedata
from collections.abc import Mapping
from typing import Any

import regex

from dlp.policy import values
from dlp.policy.faults import Fault, nearest
from dlp.policy.schema import Form, PolicyFile
from dlp.policy.source import Path, Source
from dlp.verdict import ACTION_LABELS

# What people write → what it is called here.
_KEY_WORDS = {
    "action": "then", "actions": "then", "動作": "then", "處置": "then", "match": "find", "detect": "find", "kinds": "find", "找": "find",
    "exclude": "where-not", "exception": "except", "exceptions": "except", "例外": "except", "message": "tell", "訊息": "tell", "law": "why",
    "依據": "why", "reason": "why", "說明": "tell", "rule": "rules", "規則": "rules", "名稱": "name", "title": "policy", "測試": "tests",
    "test": "tests", "expires": "until", "期限": "until", "by": "added-by", "added_by": "added-by", "unless": "not", "min": "at-least",
    "count": "at-least", "severity": "level", "scope": "within", "website": "post", "facebook": "post", "email": "mail", "e-mail": "mail",
    "郵件": "mail", "貼文": "post", "共用資料夾": "share", "file": "share", "drive": "share", "whitelist": "ignore", "allow-list": "ignore",
}  # fmt: skip
_VALUE_WORDS = {
    **{label: str(action) for action, label in ACTION_LABELS.items()}, "留置": "hold", "隔離": "hold", "quarantine": "hold", "deny": "block",
    "reject": "block", "pass": "allow", "notify": "warn", "警告": "warn", "紀錄": "log", "執行": "enforce", "試行": "simulate", "停用": "off",
    "高": "high", "中": "medium", "低": "low", "段落": "passage", "paragraph": "passage", "sentence": "passage", "全文": "document",
    "email": "mail", "website": "post", "貼文": "post", "郵件": "mail", "drive": "share", "file": "share", "on": "enforce", "audit": "simulate",
}  # fmt: skip
_FORMATS = {
    values.TEXT: ("這裡不能空白", "寫上文字"),
    values.DATE: ("日期寫法不對", "寫成 \"115-10-01\" 或 \"2026-10-01\""),
    values.TIME: ("時間寫法不對", "寫成 \"22:00\""),
    values.DURATION: ("期間寫法不對", "寫成 30m（分）、4h（時）或 2d（日）"),
    values.SIZE: ("大小寫法不對", "寫成 20MB、500KB 或 1GB"),
    values.RULE_ID: ("規則代號寫法不對", "大寫英文加連字號與數字，例如 PII-01"),
    values.NAME: ("名稱寫法不對", "用小寫英文、數字與連字號，例如 id-numbers"),
    values.FIND_NAME: ("要找的種類寫法不對", "例如 personal.national_id、personal.* 或群組名"),
    values.PLACE_PATTERN: ("收件範圍寫法不對", "例如 \"*.gov.tw\"、\"a@example.gov.tw\" 或 facebook，一項一個"),
    values.LIST_FILE: ("清單檔名寫法不對", "例如 lists/public-contacts.txt"),
}  # fmt: skip
_WANTED = {
    "string_type": ("P202", "這裡要文字"), "int_type": ("P203", "這裡要整數"), "int_from_float": ("P203", "這裡要整數"),
    "float_type": ("P203", "這裡要數字"), "bool_type": ("P211", "這裡要 true 或 false"), "list_type": ("P204", "這裡要清單"),
    "dict_type": ("P205", "這裡要「鍵: 值」"), "model_type": ("P205", "這裡要「鍵: 值」"), "model_attributes_type": ("P205", "這裡要「鍵: 值」"),
}  # fmt: skip
_QUOTED = regex.compile(r"'([^']{1,60})'")


def translate(error: Mapping[str, Any], source: Source) -> Fault:
    """One pydantic error of ``source`` as a fault."""
    path: Path = tuple(error["loc"])
    kind, context, given = error["type"], error.get("ctx") or {}, error.get("input")
    if kind == "extra_forbidden":
        return _unknown_key(path, source)
    if kind == "missing":
        mark = source.key_mark(path[:-1]) if len(path) > 1 and isinstance(path[-2], str) else source.mark(path[:-1])
        return source.fault(mark, "P201", f"少了必要的鍵 {path[-1]}", f"補上 {path[-1]}: …")
    if kind.startswith("P"):
        return source.at(path, kind, error["msg"])
    if kind == "literal_error":
        return _not_a_choice(path, str(context.get("expected", "")), given, source)
    if kind == "string_pattern_mismatch":
        if path and path[-1] == "[key]":
            return _bad_key(path[:-1], source)
        message, hint = _FORMATS.get(str(context.get("pattern")), ("寫法不對", ""))
        return source.at(path, "P209", f"{message}：{_shown(given)}", hint)
    if kind in ("too_short", "string_too_short"):
        least = context.get("min_length", 1)
        return source.at(path, "P207", "這裡不能是空的" if least == 1 else f"這裡至少要 {least} 項")
    if kind in ("too_long", "string_too_long"):
        return source.at(path, "P208", f"太長了，最多 {context.get('max_length'):,}")
    if kind in ("greater_than_equal", "less_than_equal"):
        return source.at(path, "P203", f"數字要在 {context.get('ge', '')}{context.get('le', '')} {'以上' if 'ge' in context else '以下'}")
    if kind in _WANTED:
        return _wrong_type(path, kind, given, source)
    return source.at(path, "P200", "這個值不能用")


def _shown(given: Any) -> str:
    text = {True: "true", False: "false"}.get(given, str(given)) if isinstance(given, bool) else str(given)
    return text if len(text) <= 40 else text[:40] + "…"


def _wrong_type(path: Path, kind: str, given: Any, source: Source) -> Fault:
    code, message = _WANTED[kind]
    hint = ""
    if kind == "string_type" and isinstance(given, (int, float, bool)):
        node = source.node(path)
        written = _written(source, path) if node else _shown(given)
        hint = _FORMATS[values.SIZE][1] if path[-1] == "over" else f'加引號："{written}"'
    elif kind == "list_type" and isinstance(given, (str, int)):
        hint = f"用中括號：[{_shown(given)}]"
    elif kind == "list_type" and isinstance(given, dict):
        hint = "每一項前面加「- 」"
    elif kind.startswith("int") and isinstance(given, str):
        plain = unicodedata.normalize("NFKC", given)
        hint = f"寫成 {plain}，不加引號" if plain.isdigit() else ""
    elif kind == "bool_type":
        hint = "yes、on、是 都不行"
    elif code == "P205" and isinstance(given, str):
        hint = "換行縮排，一行一個鍵"
    return source.at(path, code, f"{message}，這裡是{_kind_of(given)}", hint)


def _kind_of(given: Any) -> str:
    if isinstance(given, bool):
        return "是非值"
    if isinstance(given, (int, float)):
        return "數字"
    if given is None:
        return "空的"
    return "文字" if isinstance(given, str) else "清單" if isinstance(given, list) else "對照表"


def _written(source: Source, path: Path) -> str:
    """The value as it stands in the file: 0912 was read as the number 912."""
    mark = source.original(source.mark(path))
    line = source.lines[mark.line] if mark.line < len(source.lines) else ""
    match = regex.match(r"[^\s,\]}#]{1,40}", line[mark.column :])
    return match.group() if match else ""


def _unknown_key(path: Path, source: Source) -> Fault:
    key = str(path[-1])
    allowed = keys_at(path[:-1])
    plain = unicodedata.normalize("NFKC", key).strip()
    mark = source.key_mark(path)
    if plain != key and plain.lower() in allowed:
        return source.fault(mark, "P121", f"鍵 {key} 用了全形字", f"改成 {plain.lower()}")
    head = plain.partition(":")[0].strip()
    if head != plain and head in allowed:
        return source.fault(mark, "P106", f"鍵 {head} 的冒號後面少了一格空白", f"改成 {head}: {plain.partition(':')[2].strip()}")
    meant = _KEY_WORDS.get(plain.lower(), "")
    hint = f"是不是 {meant}？" if meant in allowed else nearest(plain, allowed)
    return source.fault(mark, "P210", f"不認得 {key}", hint or f"這裡可以寫：{'、'.join(allowed)}")


def _bad_key(path: Path, source: Source) -> Fault:
    message, hint = _FORMATS[values.NAME]
    return source.fault(source.key_mark(path), "P209", f"{message}：{path[-1]}", hint)


def _not_a_choice(path: Path, expected: str, given: Any, source: Source) -> Fault:
    choices = _QUOTED.findall(expected)
    if not choices:  # Literal[1]
        return source.at(path, "P206", f"{path[-1]} 只能是 {expected}", f"這裡是 {_shown(given)}")
    shown = "、".join(choices)
    if path and path[-1] == "[key]":
        key = str(path[-2])
        return source.fault(source.key_mark(path[:-1]), "P210", f"不認得 {key}", nearest(key, choices) or f"這裡可以寫：{shown}")
    if not isinstance(given, str):
        return source.at(path, "P206", f"{_shown(given) if not isinstance(given, (list, dict)) else _kind_of(given)} 不能用在這裡", f"可以寫：{shown}")
    plain = unicodedata.normalize("NFKC", given).strip().lower()
    if plain in choices and plain != given:
        return source.at(path, "P121", f"{given} 的寫法不對", f"改成 {plain}")
    meant = _VALUE_WORDS.get(plain, "")
    hint = f"是不是 {meant}？" if meant in choices else nearest(plain, choices)
    if plain == "quarantine" and "hold" in choices:
        hint = "在共用資料夾上寫 hold，檔案就會移到隔離區"
    return source.at(path, "P206", f"{_shown(given)} 不能用在這裡，可以寫：{shown}", hint)


def keys_at(path: Path) -> tuple[str, ...]:
    """Keys that may stand at ``path`` of a policy file, in order."""
    form: Any = PolicyFile
    for step in path:
        form = _inside(form, step)
        if form is None:
            return ()
    return tuple(f.alias or n for n, f in form.model_fields.items()) if _is_form(form) else ()


def _is_form(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Form)


def _inside(form: Any, step: str | int) -> Any:
    if _is_form(form):
        for field in form.model_fields.values():
            if field.alias == step:
                return _core(field.annotation)
        return None
    arguments = typing.get_args(form)
    return _core(arguments[-1]) if arguments else None


def _core(annotation: Any) -> Any:
    """The annotation without ``None`` and without constraints."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _core(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        rest = [a for a in typing.get_args(annotation) if a is not type(None)]
        return _core(rest[0]) if len(rest) == 1 else annotation
    return annotation
