"""``dlp explain``: every kind is explained, and its examples are true."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from dlp.cli.explain import explain
from dlp.errors import UsageError
from dlp.finding import MEDIUM_FROM
from dlp.kinds import Kind, legal_basis
from dlp.resources import package_data
from dlp.scanner import Scanner

ABOUT = json.loads(package_data("data", "explain.json"))["kinds"]
SCANNER = Scanner(model=False, today=date(2026, 11, 22))


def test_every_kind_is_explained() -> None:
    assert set(ABOUT) == {k.value for k in Kind}
    assert all(a["what"] and a["is"] and a["is_not"] for a in ABOUT.values())


@pytest.mark.parametrize("kind", Kind)
def test_what_is_called_a_finding_is_one(kind: Kind) -> None:
    for text in ABOUT[kind]["is"]:
        found = [f for f in SCANNER.check(text, "post").findings if f.kind is kind]
        assert max((f.confidence for f in found), default=0) >= MEDIUM_FROM, text


@pytest.mark.parametrize("kind", Kind)
def test_what_is_called_harmless_is_harmless(kind: Kind) -> None:
    for text in ABOUT[kind]["is_not"]:
        assert not [f for f in SCANNER.check(text, "post").findings if f.confidence >= MEDIUM_FROM], text


def test_the_law_and_the_awareness_rule_are_named() -> None:
    out = CliRunner().invoke(explain, ["draft.undecided"]).output
    assert legal_basis()[Kind.DRAFT_UNDECIDED][0].citation in out
    assert "8(1) 行政決定前之擬稿" in out


def test_half_a_name_explains_the_family() -> None:
    facts = json.loads(CliRunner().invoke(explain, ["classified", "--format", "json"]).output)
    assert [f["kind"] for f in facts] == [k.value for k in Kind if k.startswith("classified.")]


def test_a_chinese_label_is_understood() -> None:
    facts = json.loads(CliRunner().invoke(explain, ["營業秘密", "--format", "json"]).output)
    assert [f["kind"] for f in facts] == ["secret.trade"]


def test_a_wrong_name_gets_a_suggestion() -> None:
    result = CliRunner().invoke(explain, ["clasified.secret"])
    assert isinstance(result.exception, UsageError) and "classified.secret" in str(result.exception)
