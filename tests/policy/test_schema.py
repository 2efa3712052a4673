"""The JSON Schema that editors use accepts what the loader accepts and refuses what it refuses."""

import json

import pytest

from dlp.policy.keywords import ATTRS, KEYS
from dlp.policy.loading import check_bytes, shipped_folder
from dlp.policy.schema import Form, json_schema
from dlp.policy.yaml12 import read
from tests.policy.broken_files import BROKEN, HEAD, RULE
from tests.policy.test_show_and_diff import LOCAL

jsonschema = pytest.importorskip("jsonschema", reason="install jsonschema to compare the schema with the loader")

# What a schema of one file cannot know: other files, other lists, comparisons between values.
BEYOND = {"P3"}
# What is no longer in the data that a schema sees: duplicate keys, tags, anchors, control characters, several documents.
READING = {"P101", "P105", "P111", "P112", "P113", "P114", "P118", "P119", "P120", "P123"}
REAL_DATES = "沒有這一天"  # a pattern does not know how long February is


@pytest.fixture(scope="module")
def validator():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def _data(text: str):
    root, _ = read(text, "p.yaml")
    assert root is not None
    return root.data()


def test_the_shipped_schema_is_the_one_made_from_the_models():
    """Run ``dlp policy schema -o policies/policy.schema.json`` after changing the models."""
    assert json.loads((shipped_folder() / "policy.schema.json").read_text(encoding="utf-8")) == json_schema()


@pytest.mark.parametrize("path", sorted(shipped_folder().glob("*.yaml")), ids=lambda p: p.name)
def test_it_accepts_the_shipped_files(path, validator):
    validator.validate(_data(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("text", [HEAD + RULE, HEAD + LOCAL, HEAD + "extends: shipped\n"], ids=["small", "every key", "extends"])
def test_it_accepts_what_the_loader_accepts(text, validator):
    assert check_bytes(text.encode(), "p.yaml")[1] is not None
    validator.validate(_data(text))


def _visible() -> list[tuple[str, str]]:
    out = []
    for why, text, faults in BROKEN:
        codes = {code for _, code, _, _ in faults}
        if codes & READING or {c[:2] for c in codes} <= BEYOND or any(m == REAL_DATES for _, _, m, _ in faults):
            continue
        root, _ = read(text, "p.yaml")
        if root is not None:
            out.append((why, text))
    return out


# Mechanical faults that leave good data behind: a full-width number sign, a full-width space, odd indentation.
HARMLESS_DATA = {
    "invisible character in the indentation",
}


@pytest.mark.parametrize(("why", "text"), _visible(), ids=[w for w, _ in _visible()])
def test_it_refuses_what_the_loader_refuses(why, text, validator):
    assert validator.is_valid(_data(text)) is (why in HARMLESS_DATA)


def test_most_broken_files_are_visible_to_the_schema():
    assert len(_visible()) > 50


def test_the_list_of_keys_for_the_search_of_faults_is_complete():
    def keys(form: type[Form]) -> set[str]:
        own = {f.alias or n for n, f in form.model_fields.items()}
        return own.union(*(keys(sub) for sub in form.__subclasses__())) if form.__subclasses__() else own

    from dlp.policy import acceptedform

    assert keys(Form) - {f.alias or n for n, f in acceptedform.AcceptedValue.model_fields.items()} <= KEYS
    assert keys(Form) >= KEYS


def test_the_attributes_that_rules_may_ask_for_exist_in_detectors():
    from pathlib import Path

    import dlp.detectors

    sources = "\n".join(p.read_text(encoding="utf-8") for p in Path(dlp.detectors.__file__).parent.rglob("*.py"))
    assert not [a for a in ATTRS - {"persons"} if f'"{a}"' not in sources]
