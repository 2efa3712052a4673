"""Official papers: the scenario files in tests/scenarios/official (see README there), through the whole road."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlp.detectors import road
from dlp.detectors.contract import Context
from dlp.document import Corner, Document, Envelope, Part, Place
from dlp.finding import Finding, Level
from dlp.verdict import Channel

FOLDER = Path(__file__).resolve().parent.parent / "scenarios" / "official"
TODAY = date(2026, 11, 22)
OURS = ("classified.", "restricted.", "draft.", "meeting.", "secret.", "third_party.")
KEYS = {"text", "parts", "name", "expect", "none", "grade", "state", "until", "today", "channel", "why", "gap", "to"}
PHRASE_KEYS = {"phrase", "kind", "for", "against", "gap_for", "gap_against"}


def _document(case: dict[str, Any]) -> Document:
    parts = [Part("body", Place.BODY, case["text"])] if "text" in case else []
    for i, p in enumerate(case.get("parts", [])):
        corner = Corner(p["corner"]) if "corner" in p else None
        parts.append(Part(f"part[{i}]", Place(p["place"]), p["text"], p.get("page"), corner, p.get("field")))
    if "name" in case:
        parts.append(Part("name", Place.FILE_NAME, case["name"]))
    return Document(case.get("name", ""), tuple(parts))


def _find(case: dict[str, Any]) -> list[Finding]:
    envelope = Envelope(recipients=tuple(case["to"])) if "to" in case else None
    today = case.get("today", TODAY)
    found, failed = road.find(Context(_document(case), Channel(case.get("channel", "mail")), today, envelope))
    assert not failed, [f.detail for f in failed]
    return [f for f in found if f.kind.startswith(OURS)]


def _seen(found: list[Finding]) -> list[tuple[str, float, str, dict[str, str], list[str]]]:
    return [(str(f.kind), f.confidence, f.text[:40], dict(f.attrs), [r.code for r in f.reasons]) for f in found]


def _marks(gap: str | None) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason=gap)] if gap else []


def _cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem == "phrases":
            continue
        for i, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            assert set(case) <= KEYS, (path.name, i, set(case) - KEYS)
            yield pytest.param(case, id=f"{path.stem}-{i}-{case['why']}", marks=_marks(case.get("gap")))


def _phrases() -> Iterator[Any]:
    path = FOLDER / "phrases.yaml"
    for i, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
        assert set(case) <= PHRASE_KEYS, (i, set(case) - PHRASE_KEYS)
        yield pytest.param(case["for"], case["kind"], id=f"{i}-{case['phrase']}-for", marks=_marks(case.get("gap_for")))
        yield pytest.param(
            case["against"], None, id=f"{i}-{case['phrase']}-against", marks=_marks(case.get("gap_against"))
        )


@pytest.mark.parametrize("case", list(_cases()))
def test_scenario(case: dict[str, Any]) -> None:
    found = _find(case)
    expected: dict[str, str] = case.get("expect", {})
    for kind, level in expected.items():
        of_kind = [f for f in found if f.kind == kind]
        assert of_kind, (kind, _seen(found))
        best = max(of_kind, key=lambda f: f.confidence)
        if level == "low":
            assert best.level is Level.LOW, _seen(found)
        else:
            assert best.level.rank >= Level(level).rank, _seen(found)
        if kind.startswith("classified.") and kind != "classified.declassification":
            for name in ("grade", "state", "until"):
                if name in case:
                    assert best.attrs.get(name) == case[name], _seen(found)
    if not expected:
        assert not [f for f in found if f.level is not Level.LOW], _seen(found)
    for kind in case.get("none", []):
        assert not [f for f in found if f.kind == kind and f.level is not Level.LOW], _seen(found)
    for finding in found:
        part = next(p for p in _document(case).parts if p.path == finding.part)
        assert part.text[finding.start : finding.end] == finding.text


@pytest.mark.parametrize(("text", "kind"), list(_phrases()))
def test_phrase(text: str, kind: str | None) -> None:
    found = [f for f in _find({"text": text}) if f.level is not Level.LOW]
    if kind is None:
        assert not found, _seen(found)
    else:
        assert [f for f in found if str(f.kind).startswith(kind)], _seen(_find({"text": text}))


def test_there_are_enough_scenarios() -> None:
    assert sum(1 for _ in _cases()) >= 200
