"""The commands as people run them: real processes, exit codes, what is printed."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dlp.cli.policy import parse_since
from dlp.errors import UsageError
from dlp.policy.journalfile import to_line
from tests.policy.broken_files import HEAD, RULE, rule
from tests.policy.test_replay import WHEN, _row

TESTED = RULE.replace(
    "tests: []",
    "tests:\n      - {findings: [{kind: personal.national_id}], channel: mail, expect: warn}\n      - {text: 今天天氣很好, channel: mail, expect: allow}",
)


@pytest.fixture
def dlp(tmp_path):
    """Runs ``dlp`` in an empty folder with its own data folder."""

    def run(*arguments: str, stdin: str | bytes = "", code: int = 0) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "DLP_HOME": str(tmp_path / "home"), "PYTHONPATH": str(Path(__file__).parents[2])}
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "dlp.cli", *arguments], input=data, capture_output=True, cwd=tmp_path, env=environment, timeout=100, check=False
        )
        assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
        assert b"Traceback" not in done.stderr
        return done

    (tmp_path / "p.yaml").write_text(HEAD + TESTED, encoding="utf-8")
    return run


def test_lint_reports_every_fault_and_ends_with_2(dlp, tmp_path):
    (tmp_path / "bad.yaml").write_text(HEAD + rule(then="{mail：hold}", fined="x"), encoding="utf-8")
    out = dlp("policy", "lint", "bad.yaml", code=2).stdout.decode()
    assert "bad.yaml:9:16  錯誤 P102" in out and "bad.yaml:11:5  錯誤 P210  不認得 fined" in out and "2 個錯誤，政策未生效。" in out


def test_lint_of_a_good_file(dlp):
    assert "政策沒有錯誤：1 條規則，版本" in dlp("policy", "lint", "p.yaml").stdout.decode()
    assert json.loads(dlp("policy", "lint", "--format", "json", "p.yaml").stdout)["ok"] is True


def test_lint_as_json_has_places_and_codes(dlp, tmp_path):
    (tmp_path / "bad.yaml").write_text(HEAD + rule(then="{mail: 攔截}"), encoding="utf-8")
    faults = json.loads(dlp("policy", "lint", "--format", "json", "bad.yaml", code=2).stdout)["faults"]
    assert [(f["file"], f["line"], f["column"], f["code"], f["hint"]) for f in faults] == [("bad.yaml", 9, 18, "P206", "是不是 block？")]


def test_lint_warns_of_expired_exceptions(dlp, tmp_path):
    text = HEAD + TESTED + "    except: [{why: 依法, to: outside, until: 110-01-01, added-by: 政風室}]\n"
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    assert "警告 P306" in dlp("policy", "lint", "p.yaml").stdout.decode()


def test_lint_of_a_file_that_is_not_there(dlp):
    assert "P100" in dlp("policy", "lint", "none.yaml", code=2).stdout.decode()


def test_fix_repairs_and_lint_is_content(dlp, tmp_path):
    (tmp_path / "bad.yaml").write_text(HEAD + rule(then="{mail：hold}"), encoding="utf-8")
    assert "可以改正 1 處" in dlp("policy", "fix", "--check", "bad.yaml", code=2).stdout.decode()
    assert "已改正 1 處" in dlp("policy", "fix", "bad.yaml").stdout.decode()
    dlp("policy", "lint", "bad.yaml")


def test_test_runs_and_explains_every_miss(dlp, tmp_path):
    assert "共 2 題，通過 2，不符 0。" in dlp("policy", "test", "--no-model", "p.yaml").stdout.decode()
    wrong = TESTED.replace("expect: warn", "expect: hold").replace("expect: allow", "expect: block")
    (tmp_path / "p.yaml").write_text(HEAD + wrong, encoding="utf-8")
    out = dlp("policy", "test", "--no-model", "p.yaml", code=1).stdout.decode()
    assert "不符 PII-01 第 1 題（身分證）：應為留置待核准，結果提醒" in out
    assert "不符 PII-01 第 2 題（身分證）：應為攔截，結果放行" in out and "什麼都沒發現" in out and "不符 2。" in out


def test_test_of_a_rule_that_is_not_there(dlp):
    assert "P304" in dlp("policy", "test", "--rule", "XX-99", "p.yaml", code=2).stderr.decode()


def test_show_as_text_yaml_json_and_odt(dlp, tmp_path):
    assert "第一條（收件對象）" in dlp("policy", "show", "p.yaml").stdout.decode()
    (tmp_path / "again.yaml").write_bytes(dlp("policy", "show", "--format", "yaml", "p.yaml").stdout)
    assert "沒有差別" in dlp("policy", "diff", "p.yaml", "again.yaml").stdout.decode()
    assert json.loads(dlp("policy", "show", "--format", "json", "p.yaml").stdout)["rules"][0]["id"] == "PII-01"
    dlp("policy", "show", "--format", "odt", "-o", "p.odt", "p.yaml")
    assert zipfile.is_zipfile(tmp_path / "p.odt")


def test_show_of_a_broken_policy_ends_with_2_and_shows_the_faults(dlp, tmp_path):
    (tmp_path / "p.yaml").write_text(HEAD + rule(fined="x"), encoding="utf-8")
    assert "是不是 find？" in dlp("policy", "show", "p.yaml", code=2).stderr.decode()


def test_new_makes_a_file_that_lints_and_passes_its_own_tests(dlp, tmp_path):
    dlp("policy", "new", "local/本所.yaml", "--office", "○○鄉公所", "--domain", "town.example.gov.tw")
    dlp("policy", "lint", "local/本所.yaml")
    assert "不符 0" in dlp("policy", "test", "--no-model", "--rule", "LOC-01", "local/本所.yaml").stdout.decode()
    assert (tmp_path / "local" / "policy.schema.json").is_file()
    dlp("policy", "new", "local/本所.yaml", code=2)
    assert "PII-04 貼文：「提醒」→「記錄」（變鬆）" in dlp("policy", "diff", "local/本所.yaml").stdout.decode()


def test_simulate_from_a_file_and_from_an_empty_store(dlp, tmp_path):
    (tmp_path / "j.jsonl").write_text(to_line(_row("personal.national_id")) + "\n", encoding="utf-8")
    out = dlp("policy", "simulate", "--journal", "j.jsonl", "--since", "2026-01-01", "p.yaml").stdout.decode()
    assert "試算 1 筆" in out and "PII-02　郵件　1 → 0（-1）" in out and "PII-01　郵件　0 → 1（+1）" in out
    assert "沒有判斷紀錄" in dlp("policy", "simulate", "--since", "昨天", "p.yaml").stdout.decode()


@pytest.mark.parametrize(
    ("text", "days"), [("今天", 10 / 24), ("昨天", 1 + 10 / 24), ("7d", 7), ("24h", 1), ("115-11-20", 2 + 10 / 24), ("2026-11-20", 2 + 10 / 24)]
)
def test_since(text, days):
    assert abs((WHEN - parse_since(text, WHEN)).total_seconds() / 86400 - days) < 0.001


@pytest.mark.parametrize("text", ["", "上週", "7x", "d", "2026-13-01"])
def test_since_that_is_none(text):
    with pytest.raises(UsageError):
        parse_since(text, WHEN)


def test_accept_takes_the_value_from_standard_input(dlp, tmp_path):
    options = ["--kind", "personal.mobile", "--why", "公開", "--until", "116-06-30", "--added-by", "政風室"]
    dlp("policy", "accept", "ok.yaml", *options, stdin="0912-345-678\n")
    assert "0912" not in (tmp_path / "ok.yaml").read_text(encoding="utf-8")
    assert "已經在清單裡" in dlp("policy", "accept", "ok.yaml", *options, stdin="0912345678\n", code=2).stderr.decode()
    (tmp_path / "p.yaml").write_text(HEAD + "accepted: [ok.yaml]\n" + TESTED, encoding="utf-8")
    dlp("policy", "lint", "p.yaml")


def test_slip_new_and_verify(dlp, tmp_path):
    (tmp_path / "稿.txt").write_text("本週六舉辦健行活動，歡迎參加。", encoding="utf-8")
    dlp("slip", "new", "--no-model", "-o", "slip.json", "稿.txt")
    assert "核對結果　內容未變" in dlp("slip", "verify", "slip.json", "稿.txt").stdout.decode()
    (tmp_path / "稿.txt").write_text("本週日舉辦健行活動，歡迎參加。", encoding="utf-8")
    assert "核對結果　檢核後又改過" in dlp("slip", "verify", "slip.json", "稿.txt", code=1).stdout.decode()
    (tmp_path / "slip.json").write_text((tmp_path / "slip.json").read_text(encoding="utf-8").replace('"allow"', '"block"'), encoding="utf-8")
    assert "E131" in dlp("slip", "verify", "slip.json", "稿.txt", code=2).stderr.decode()


def test_verify_without_a_key_makes_none(dlp, tmp_path):
    (tmp_path / "slip.json").write_text("{}", encoding="utf-8")
    assert "E410" in dlp("slip", "verify", "slip.json", "p.yaml", code=2).stderr.decode()
    assert not (tmp_path / "home" / "keys" / "slip.key").exists()
