"""Reading: YAML 1.2 values, limits, dangerous YAML, several files, extension and override."""

from pathlib import Path

import pytest

from dlp.errors import PolicyError
from dlp.policy import load_policies
from dlp.policy.loading import check_bytes, examine, shipped_folder
from dlp.policy.yaml12 import MAX_DEPTH, read, resolve
from dlp.verdict import Action
from tests.policy.broken_files import HEAD, RULE, rule
from tests.policy.making import policy_of


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("22:00", "22:00", "no sexagesimal numbers"), ("on", "on", "no 1.1 booleans"), ("no", "no", "no 1.1 booleans"),
        ("2026-11-22", "2026-11-22", "dates stay text"), ("115-10-01", "115-10-01", "dates of the Republic stay text"),
        ("0123", 123, "no octal by a leading zero"), ("0o17", 15, "1.2 octal"), ("0x1F", 31, "hexadecimal"),
        ("1e3", 1000.0, "1.2 float"), ("true", True, "boolean"), ("~", None, "null"), ("", None, "null"), ("-", "-", "a lone dash is text"),
        ("1_000", "1_000", "no underscores"), (".5", 0.5, "float"), ("+886", 886, "signed"), ("12:30:45", "12:30:45", "no sexagesimal"),
    ],
)  # fmt: skip
def test_scalars_follow_the_1_2_core_schema(text, value, why):
    assert resolve(text) == value and type(resolve(text)) is type(value)


def _codes(data: bytes) -> list[str]:
    return [f.code for f in check_bytes(data, "p.yaml")[2]]


@pytest.mark.parametrize(
    ("data", "code", "why"),
    [
        ((HEAD + RULE).encode("cp950"), "P101", "Big5 is named as Big5"),
        (b"\xff\xfe\x00", "P101", "no encoding at all"),
        (b"#" * (1024 * 1024 + 1), "P115", "larger than 1 MB"),
        ((HEAD + "places: {inside: " + "[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5) + "}\n").encode(), "P116", "too deep"),
        (b"[" * 200_000, "P116", "deep enough to overflow a recursive reader"),
        ((HEAD + "places: {inside: [" + "a," * 100_001 + "]}\n").encode(), "P117", "too many nodes"),
        ((HEAD + rule(tell="字" * 4097)).encode(), "P115", "one value longer than 4,096 characters"),
    ],
)
def test_limits_hold_before_anything_is_kept(data, code, why):
    assert code in _codes(data)


def test_an_alias_bomb_is_refused_without_being_expanded():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 10)}]" for i in range(9)]
    root, faults = read("\n".join(lines), "bomb.yaml")
    assert {f.code for f in faults} == {"P113"} and root is not None


def test_big5_is_named():
    faults = check_bytes((HEAD + RULE).encode("cp950"), "p.yaml")[2]
    assert faults[0].message == "檔案不是 UTF-8，看起來是 Big5"


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + RULE).replace("\n", "\r\n").encode())
    assert load_policies(path).rules[0].name == "身分證"


def test_missing_file_and_empty_folder_are_faults(tmp_path):
    assert [f.code for f in examine([tmp_path / "none.yaml"])[1]] == ["P100"]
    assert [f.code for f in examine([tmp_path])[1]] == ["P316"]
    with pytest.raises(PolicyError):
        load_policies([])


def test_faults_of_all_files_are_reported_together(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(HEAD + rule(then="{mail：hold}"), encoding="utf-8")
    Path("b.yaml").write_text(HEAD + rule(id="PII-02", level="urgent"), encoding="utf-8")
    assert [(f.file, f.code) for f in examine(["."])[1]] == [("a.yaml", "P102"), ("b.yaml", "P206")]


def test_what_a_broken_file_defines_is_not_reported_missing_elsewhere(tmp_path, monkeypatch):
    """The approver stands in the broken file: one fault, not two."""
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(HEAD + "people：{ethics: {who: [a]}}\n" + RULE, encoding="utf-8")
    Path("b.yaml").write_text(HEAD + rule(id="PII-02", then="{mail: hold}", approve="{by: ethics, within: 4h}"), encoding="utf-8")
    assert [(f.file, f.code) for f in examine(["."])[1]] == [("a.yaml", "P102")]


def test_a_local_file_extends_the_shipped_rules(tmp_path):
    shipped = load_policies(shipped_folder())
    local = policy_of(
        tmp_path,
        "extends: shipped\noverrides:\n  - {rule: PII-04, because: 本所公布志工電話, then: {post: log}, level: medium}\n"
        "  - {rule: PII-12, because: 不需要, mode: off}\n",
    )
    assert [r.id for r in local.rules] == [r.id for r in shipped.rules]
    changed = local.rule("PII-04")
    assert (changed.then.post, changed.then.mail, changed.level) == (Action.LOG, Action.LOG, "medium")
    assert changed.changed == ("本所公布志工電話",) and changed.tests == shipped.rule("PII-04").tests
    assert "PII-12" not in {r.id for r in local.active}
    assert local.places.inside == ("*.example.gov.tw",)
    assert local.version != shipped.version


def test_an_override_adds_exceptions_and_replaces_steps(tmp_path):
    local = policy_of(
        tmp_path,
        "extends: shipped\noverrides:\n  - rule: PII-06\n    because: 戶政業務\n    steps: [{persons: 200, then: {mail: block}}]\n"
        "    except: [{why: 依法移送, to: ['*.moj.gov.tw'], until: 116-06-30, added-by: 政風室}]\n",
    )
    rule = local.rule("PII-06")
    assert [s.persons for s in rule.steps] == [200] and [e.why for e in rule.exemptions] == ["依法移送"]


def test_the_version_changes_with_decisions_and_not_with_tests_or_remarks(tmp_path):
    base = policy_of(tmp_path, RULE).version
    assert policy_of(tmp_path, "# 備註\n" + RULE.replace("tests: []", "tests: [{text: a, channel: post, expect: allow}]")).version == base
    assert policy_of(tmp_path, RULE.replace("mail: warn", "mail: hold")).version != base
    assert policy_of(tmp_path, RULE + "    tell: 新的提示\n").version != base


def test_a_policy_without_active_rules_is_loud_unless_wanted(tmp_path):
    silent = policy_of(tmp_path, RULE + "    mode: off\n")
    assert silent.degraded and [f.code for f in silent.warnings] == ["P321"]
    wanted = policy_of(tmp_path, "allow-empty: true\n" + RULE + "    mode: off\n")
    assert not wanted.degraded and not wanted.warnings


def test_prose_with_full_width_marks_is_left_alone(tmp_path):
    text = rule(
        tell="請注意：姓名、電話，都要遮蔽。「必要時」洽政風室；謝謝！",
        tests='[{text: 檢舉人：王小明，電話：0912-345-678, channel: post, expect: warn, note: "“引號”與［括號］，不動"}]',
    )
    policy = policy_of(tmp_path, text)
    assert policy.rules[0].tell.startswith("請注意：姓名、電話，")
    assert policy.rules[0].tests[0].text == "檢舉人：王小明，電話：0912-345-678"


def test_block_scalars_and_continued_lines_are_left_alone(tmp_path):
    policy = policy_of(tmp_path, RULE + "    tell: |\n      name：這是說明\n      　縮排\n      mail:hold\n    fix: 改成\n      另一種寫法：遮蔽\n")
    assert "name：這是說明" in policy.rules[0].tell and policy.rules[0].fix == "改成 另一種寫法：遮蔽"


def test_importing_the_package_loads_neither_yaml_nor_pydantic():
    import subprocess
    import sys

    code = "import sys, dlp, dlp.policy; print([m for m in ('yaml', 'pydantic', 'regex') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
