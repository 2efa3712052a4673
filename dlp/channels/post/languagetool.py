"""The LanguageTool protocol as office programs and editors speak it: requests of every dialect in, matches out.

Facts observed with LibreOffice 7.4 and 25.2 (2026-11): one POST a paragraph; 7.4 does not percent-encode the text, so that
``&`` inside it is no separator; offsets are UTF-16 units; the colour of the underline follows the category.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import regex as re

from dlp.finding import Finding
from dlp.verdict import Action, Verdict

RAW_BODY = re.compile(
    rb"^text=(?P<text>.*)&language=(?P<language>[A-Za-z0-9\-]*)(?:&(?:username|apiKey)=[^&]*)*$", re.DOTALL
)
CATEGORIES = {
    Action.BLOCK: ("TYPOS", "攔截"), Action.HOLD: ("GRAMMAR", "留置"), Action.JUSTIFY: ("GRAMMAR", "請說明理由"),
    Action.WARN: ("STYLE", "提醒"), Action.LOG: ("STYLE", "記錄"),
}  # fmt: skip
SUGGESTIONS = 3
CONTEXT_CHARS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the editor wants checked.  ``offsets[i]`` is the UTF-16 offset in the editor's text of character i of ``text``."""

    text: str
    offsets: tuple[int, ...]
    mode: str = ""


class BadRequest(ValueError):
    """Neither ``text`` nor ``data``."""


def parse(body: bytes, content_type: str = "") -> Asked:
    """A request body of any dialect.  Raises BadRequest."""
    raw = RAW_BODY.match(body)
    if raw is not None and any(b > 0x7F for b in raw["text"]):
        return _plain(raw["text"].decode("utf-8", "replace"))
    stripped = body.lstrip()
    if stripped.startswith(b"{"):
        try:
            value = json.loads(stripped)
        except ValueError:
            raise BadRequest from None
        fields = (
            {k: v if isinstance(v, str) else json.dumps(v) for k, v in value.items()} if isinstance(value, dict) else {}
        )
    else:
        fields = {
            k: v[-1]
            for k, v in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50).items()
        }
    mode = fields.get("mode", "")
    if "text" in fields:
        return _plain(fields["text"], mode)
    if "data" in fields:
        return _annotated(fields["data"], mode)
    raise BadRequest


def _plain(text: str, mode: str = "") -> Asked:
    offsets, at = [], 0
    for char in text:
        offsets.append(at)
        at += 2 if char > "\uffff" else 1
    return Asked(text, (*offsets, at), mode)


def _annotated(data: str, mode: str) -> Asked:
    """``{"text": …}`` or ``{"annotation": [{"text"}, {"markup", "interpretAs"}]}``: markup counts in offsets but is not read."""
    try:
        value = json.loads(data)
        if "text" in value:
            return _plain(str(value["text"]), mode)
        pieces = [
            (str(p["text"]), None) if "text" in p else (str(p.get("interpretAs", "")), str(p["markup"]))
            for p in value["annotation"]
        ]
    except (ValueError, TypeError, KeyError):
        raise BadRequest from None
    text, offsets, at = [], [], 0
    for shown, markup in pieces:
        for char in shown:
            text.append(char)
            offsets.append(at)
            if markup is None:
                at += _units(char)
        if markup is not None:
            at += _units(markup)
    return Asked("".join(text), (*offsets, at), mode)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def answer(verdict: Verdict, asked: Asked, *, version: str) -> dict[str, Any]:
    """The response object.  With ``mode=textLevelOnly`` only rules without a place, otherwise only findings."""
    matches = [] if asked.mode == "textLevelOnly" else _matches(verdict, asked)
    language = {"name": "中文（臺灣）", "code": "zh-TW"}
    return {
        "software": {
            "name": "dlp",
            "version": version,
            "buildDate": "2026-11-22",
            "apiVersion": 1,
            "premium": False,
            "status": "",
        },
        "warnings": {"incompleteResults": not verdict.complete},
        "language": {**language, "detectedLanguage": {**language, "confidence": 0.99}},
        "matches": matches,
        "sentenceRanges": [[0, asked.offsets[-1]]],
    }


def _matches(verdict: Verdict, asked: Asked) -> list[dict[str, Any]]:
    out, taken = [], set()
    for rule in sorted((r for r in verdict.rules if r.action >= Action.WARN), key=lambda r: -r.action):
        for index in rule.findings:
            finding = verdict.findings[index]
            if finding.part != "body" or (finding.start, finding.end) in taken:
                continue
            taken.add((finding.start, finding.end))
            out.append(_match(finding, rule.action, rule.id, rule.name, rule.why, asked))
    return sorted(out, key=lambda m: (m["offset"], -m["length"]))


def _match(
    finding: Finding, action: Action, rule_id: str, name: str, why: tuple[str, ...], asked: Asked
) -> dict[str, Any]:
    category, label = CATEGORIES[action]
    law = f"，{why[0]}" if why else ""
    first, last = max(0, finding.start - CONTEXT_CHARS), min(len(asked.text), finding.end + CONTEXT_CHARS)
    offset = asked.offsets[finding.start]
    end = asked.offsets[finding.end - 1] + _units(asked.text[finding.end - 1])  # not the markup that may follow
    return {
        "message": f"[{label}] {finding.label}（{rule_id}{law}）。"
        + (finding.fix or f"建議改為「{finding.masked}」。"),
        "shortMessage": finding.label,
        "offset": offset,
        "length": end - offset,
        "replacements": [{"value": finding.masked}][:SUGGESTIONS],
        "context": {
            "text": asked.text[first:last],
            "offset": _units(asked.text[first : finding.start]),
            "length": end - offset,
        },
        "sentence": asked.text[first:last],
        "type": {"typeName": "Other"},
        "rule": {
            "id": rule_id,
            "description": name,
            "issueType": "non-conformance",
            "category": {"id": category, "name": label},
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


LANGUAGES = [
    {"name": "中文（臺灣）", "code": "zh", "longCode": "zh-TW"},
    {"name": "中文（香港）", "code": "zh", "longCode": "zh-HK"},
    {"name": "中文", "code": "zh", "longCode": "zh-CN"},
    {"name": "English", "code": "en", "longCode": "en-US"},
]
