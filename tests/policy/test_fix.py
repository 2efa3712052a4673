"""``fix`` repairs what is mechanical, and nothing else; a repaired file loads."""

import stat

import pytest

from dlp.errors import UsageError
from dlp.policy import load_policies
from dlp.policy.fixing import fix_file, fix_text
from dlp.policy.loading import examine
from tests.policy.broken_files import BROKEN, HEAD, RULE, rule

MECHANICAL = {"P102", "P103", "P104", "P106", "P107", "P108", "P109", "P110", "P119", "P121"}


@pytest.mark.parametrize(
    "text", [t for _, t, faults in BROKEN if {f[1] for f in faults} <= MECHANICAL], ids=[w for w, _, f in BROKEN if {x[1] for x in f} <= MECHANICAL]
)
def test_a_mechanically_broken_file_loads_after_fix(text, tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    assert fix_file(path)
    assert load_policies(path).rules
    assert not fix_file(path), "a second run finds nothing"


@pytest.mark.parametrize("text", [HEAD + RULE, HEAD + rule(tell="請注意：姓名、電話，都要遮蔽")])
def test_a_good_file_is_not_touched(text):
    assert fix_text(text, "p.yaml") == (text, ())


def test_everything_at_once(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(
        "version：1\npolicy: 測試\nowner：政風室\nplaces:　{inside：[*.example.gov.tw，*.gov.tw]}\nrules:\n　－ id：PII-01\n"
        "　　name: 身分證，號碼\n　　why: ［PRV-01，PRV-02］\n　　find: ｛any：[personal.national_id]，at-least: ３｝\n　　then:｛mail：hold，post：block｝\n　　tests: []\n",
        encoding="utf-8",
    )
    fix_file(path)
    rule_ = load_policies(path).rules[0]
    assert rule_.name == "身分證，號碼" and rule_.find is not None and rule_.find.at_least == 3 and len(rule_.why) == 2


def test_meaning_is_left_to_people(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + rule(fined="x", then="{mail：攔截}"), encoding="utf-8")
    assert [f.code for f in fix_file(path)] == ["P102"]
    assert [f.code for f in examine([path])[1]] == ["P206", "P210"]


def test_mode_and_byte_order_mark_stay_and_nothing_is_left_behind(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + RULE.replace("name: ", "name：")).encode())
    path.chmod(0o640)
    fix_file(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfversion") and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["p.yaml"]


def test_check_only_writes_nothing(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + RULE.replace("name: ", "name："), encoding="utf-8")
    before = path.read_bytes()
    assert len(fix_file(path, write=False)) == 1 and path.read_bytes() == before


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_bytes((HEAD + RULE).encode("cp950"))
    with pytest.raises(UsageError, match="UTF-8"):
        fix_file(path)
