"""Every broken file is refused with exactly these faults: place, code, message, hint."""

from pathlib import Path

import pytest

from dlp.errors import PolicyError
from dlp.policy import load_policies
from dlp.policy.loading import examine
from tests.policy.broken_files import BROKEN, HEAD, RULE, rule


@pytest.mark.parametrize(("text", "expected"), [(t, e) for _, t, e in BROKEN], ids=[why for why, _, _ in BROKEN])
def test_broken_file_is_refused_with_exactly_these_faults(text, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(text, encoding="utf-8")
    policy, faults = examine(["p.yaml"])
    assert policy is None
    assert tuple((f"{f.mark.line + 1}:{f.mark.column + 1}", f.code, f.message, f.hint) for f in faults) == expected


def test_there_are_more_than_sixty_broken_files():
    assert len({why for why, _, _ in BROKEN}) == len(BROKEN) > 60


def test_the_unbroken_base_of_the_table_loads(tmp_path):
    path = tmp_path / "p.yaml"
    for text in (HEAD + RULE, HEAD + rule()):
        path.write_text(text, encoding="utf-8")
        assert [r.id for r in load_policies(path).rules] == ["PII-01"]


def test_a_fault_is_shown_with_its_line_a_caret_and_the_remedy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("50-本機關.yaml").write_text(HEAD + RULE.replace("    name: 身分證", "    name: 身分證\n    fined: x"), encoding="utf-8")
    with pytest.raises(PolicyError) as err:
        load_policies("50-本機關.yaml")
    assert err.value.message == "政策有 1 個錯誤，未生效。"
    assert err.value.faults == (
        "50-本機關.yaml:7:5  錯誤 P210  不認得 fined\n    7 │     fined: x\n      │     ^ 是不是 find？",
    )  # fmt: skip


def test_the_caret_stands_under_the_place_when_chinese_stands_before_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(HEAD + rule(tell="注意: 不要"), encoding="utf-8")
    _, faults = examine(["p.yaml"])
    line, caret = faults[0].text.split("\n")[1:3]
    assert line == "   11 │     tell: 注意: 不要"
    assert caret.index("^") == len("      │ ") + len("    tell: ") + 4  # 注意 takes four columns
