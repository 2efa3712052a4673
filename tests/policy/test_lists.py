"""Values that rules leave out: public lists, and accepted values under the key."""

import os
from datetime import date

import pytest

from dlp.errors import DlpError, PolicyError, UsageError
from dlp.kinds import Kind
from dlp.policy import load_policies
from dlp.policy.accepted import Accepted, value_digest
from dlp.policy.accepting import accept
from dlp.policy.keys import ACCEPTED_KEY, KeyFault, create_key, load_key
from dlp.policy.lists import canonical, parse_list
from dlp.policy.loading import examine
from dlp.verdict import Action
from tests.policy.broken_files import HEAD
from tests.policy.making import decided, finding

KEY = b"k" * 32
MOBILE = Kind.PERSONAL_MOBILE

EQUAL = [
    (Kind.PERSONAL_LANDLINE, ["02-2720-8889", "(02)27208889", "02 2720 8889", "+886-2-2720-8889", "０２－２７２０－８８８９", "02-27208889轉1234", "02-27208889 分機 12", "02-27208889#5"]),
    (MOBILE, ["0912-345-678", "0912345678", "+886912345678", "886 912 345 678"]),
    (Kind.PERSONAL_EMAIL, ["Service@Example.gov.tw", "service@example.gov.tw", "ｓｅｒｖｉｃｅ@example.gov.tw"]),
    (Kind.PERSONAL_BANK_ACCOUNT, ["0031234-0567891", "00312340567891"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "forms"), EQUAL, ids=[k.value for k, _ in EQUAL])
def test_ways_to_write_one_value(kind, forms):
    assert len({canonical(kind, f) for f in forms}) == 1


@pytest.mark.parametrize(
    ("a", "b"), [("02-2720-8889", "02-2720-8888"), ("0912345678", "0912345679"), ("1999", "1998")],
)  # fmt: skip
def test_other_values_stay_other(a, b):
    assert canonical(MOBILE, a) != canonical(MOBILE, b)


def test_a_list_has_remarks_values_and_domains():
    values = parse_list("# 標題\n1999  # 專線\n\n@Agency.gov.tw\nservice@other.tw # 信箱\n0031234-0567891\n")
    assert values.holds(Kind.PERSONAL_LANDLINE, "1999") and values.holds(Kind.PERSONAL_EMAIL, "anyone@agency.gov.tw")
    assert values.holds(Kind.PERSONAL_EMAIL, "SERVICE@other.tw") and values.holds(Kind.PERSONAL_BANK_ACCOUNT, "00312340567891")
    assert not values.holds(Kind.PERSONAL_EMAIL, "x@sub.agency.gov.tw") and not values.holds(MOBILE, "0912345678")


POLICY = HEAD + "accepted: [accepted.yaml]\nrules:\n  - {id: PII-01, name: 手機, why: [依據], find: {any: [personal.mobile]}, then: {post: hold}, tests: []}\n  - {id: PII-02, name: 手機, why: [依據], find: {any: [personal.mobile]}, then: {post: warn}, tests: []}\n"


def _accept(folder, value="0912-345-678", rules=(), until=date(2027, 6, 30)) -> str:
    return accept(folder / "accepted.yaml", value, kind=MOBILE, why='里長公開的電話 "公告"', until=until, added_by="政風室", rules=rules, key=KEY)


def _load(folder):
    (folder / "p.yaml").write_text(POLICY, encoding="utf-8")
    return load_policies(folder / "p.yaml", key=KEY)


def test_an_accepted_value_does_not_count_however_it_is_written(tmp_path):
    _accept(tmp_path)
    policy = _load(tmp_path)
    assert decided(policy, [finding("personal.mobile", text="+886 912345678")]).action is Action.ALLOW
    assert decided(policy, [finding("personal.mobile", text="0912345679")]).action is Action.HOLD


def test_it_counts_again_after_its_end_date(tmp_path):
    _accept(tmp_path)
    found = [finding("personal.mobile", text="0912345678")]
    assert decided(_load(tmp_path), found, today=date(2027, 6, 30)).action is Action.ALLOW
    assert decided(_load(tmp_path), found, today=date(2027, 7, 1)).action is Action.HOLD


def test_it_may_hold_for_some_rules_only(tmp_path):
    _accept(tmp_path, rules=("PII-01",))
    assert decided(_load(tmp_path), [finding("personal.mobile", text="0912345678")]).action is Action.WARN


def test_the_list_shows_no_value_and_no_plain_hash(tmp_path):
    from hashlib import md5, sha256

    digest = _accept(tmp_path)
    text = (tmp_path / "accepted.yaml").read_text(encoding="utf-8")
    assert digest in text and "0912" not in text
    for value in ("0912-345-678", "0912345678"):
        assert sha256(value.encode()).hexdigest()[:32] != digest != md5(value.encode()).hexdigest()
    assert value_digest(b"x" * 32, MOBILE, "0912345678") != digest


def test_entries_are_added_and_never_twice(tmp_path):
    _accept(tmp_path)
    _accept(tmp_path, "0987654321")
    assert len(_load(tmp_path).accepted.entries) == 2
    with pytest.raises(UsageError, match="已經在清單裡，到 116-06-30 止"):
        _accept(tmp_path, "0912 345 678")


BROKEN = [
    ("version: 1\naccepted:\n  - {digest: abc, kind: personal.mobile, why: x, until: 116-06-30, added-by: y}\n", "P209", "digest of another length"),
    ("version: 1\naccepted:\n  - {digest: 0123456789abcdef0123456789abcdef, kind: personal.mobil, why: x, until: 116-06-30, added-by: y}\n", "P206", "unknown kind"),
    ("version: 1\naccepted:\n  - {digest: 0123456789abcdef0123456789abcdef, kind: personal.mobile, until: 116-06-30, added-by: y}\n", "P201", "no reason"),
    ("version: 1\naccepted:\n  - {value: 0912345678, kind: personal.mobile, why: x, until: 116-06-30, added-by: y}\n", "P210", "a value in clear"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), [b[:2] for b in BROKEN], ids=[b[2] for b in BROKEN])
def test_a_broken_accepted_list_is_a_fault_of_the_policy(text, code, tmp_path):
    (tmp_path / "accepted.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(POLICY, encoding="utf-8")
    assert code in [f.code for f in examine([tmp_path / "p.yaml"], key=KEY)[1]]


def test_accepted_values_without_a_key_do_not_start(tmp_path, monkeypatch):
    monkeypatch.setenv("DLP_HOME", str(tmp_path / "home"))
    _accept(tmp_path)
    (tmp_path / "p.yaml").write_text(POLICY, encoding="utf-8")
    with pytest.raises(PolicyError) as err:
        load_policies(tmp_path / "p.yaml")
    assert "P322" in err.value.faults[0] and "digest.key" in err.value.faults[0]
    assert not (tmp_path / "home").exists(), "no key is made in silence"


def test_an_empty_accepted_list_needs_no_key(tmp_path, monkeypatch):
    monkeypatch.setenv("DLP_HOME", str(tmp_path / "home"))
    (tmp_path / "accepted.yaml").write_text("# 尚無\n", encoding="utf-8")
    (tmp_path / "p.yaml").write_text(POLICY, encoding="utf-8")
    assert load_policies(tmp_path / "p.yaml").accepted == Accepted()


@pytest.mark.parametrize("text", ["# 尚無\n", "version: 1\naccepted: []\n", "# 說明\nversion: 1\naccepted: []\n"])
def test_the_first_entry_finds_a_list_without_entries(text, tmp_path):
    (tmp_path / "accepted.yaml").write_text(text, encoding="utf-8")
    _accept(tmp_path)
    assert len(_load(tmp_path).accepted.entries) == 1
    assert text.startswith("#") is (tmp_path / "accepted.yaml").read_text(encoding="utf-8").startswith(text.splitlines()[0])


def test_the_version_changes_with_the_accepted_values(tmp_path):
    (tmp_path / "accepted.yaml").write_text("# 尚無\n", encoding="utf-8")
    before = _load(tmp_path).version
    _accept(tmp_path)
    assert _load(tmp_path).version != before


KEY_FAULTS = [
    (lambda p: p.unlink(), "E410", "missing"), (lambda p: p.chmod(0o640), "E411", "readable by the group"),
    (lambda p: p.write_bytes(b"00"), "E413", "too short"), (lambda p: p.write_bytes(b"x" * 64), "E413", "no hexadecimal"),
]  # fmt: skip


@pytest.mark.parametrize(("harm", "code"), [k[:2] for k in KEY_FAULTS], ids=[k[2] for k in KEY_FAULTS])
def test_a_key_that_is_missing_open_or_damaged_is_refused(harm, code, tmp_path):
    key = create_key("some.key", tmp_path)
    assert load_key("some.key", tmp_path) == key and os.stat(tmp_path / "keys" / "some.key").st_mode & 0o777 == 0o600
    harm(tmp_path / "keys" / "some.key")
    with pytest.raises(KeyFault) as err:
        load_key("some.key", tmp_path)
    assert err.value.code == code and isinstance(err.value, DlpError)


def test_a_key_is_never_overwritten(tmp_path):
    key = create_key("some.key", tmp_path)
    with pytest.raises(KeyFault):
        create_key("some.key", tmp_path)
    assert load_key("some.key", tmp_path) == key


def test_the_key_of_a_data_folder_is_the_one_that_the_records_made(tmp_path):
    from dlp.records.home import open_home

    home = open_home(tmp_path / "home")
    assert load_key(ACCEPTED_KEY, home.path) == home.keys.digest_key
