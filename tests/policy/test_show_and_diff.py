"""``show`` and the YAML say the same: both come from the same objects, and nothing of a rule is left unsaid."""

import shutil
import zipfile
from dataclasses import fields, replace
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pytest

from dlp.kinds import Kind
from dlp.policy import load_policies, load_shipped
from dlp.policy.clauses import clauses_of
from dlp.policy.diff import diff
from dlp.policy.loading import shipped_folder
from dlp.policy.odt import to_odt
from dlp.policy.policyset import Actions, Approve, Exemption, Find, PolicySet, Rule, Step, Term
from dlp.policy.wording import numeral, rule_lines
from dlp.policy.writing import to_yaml
from dlp.verdict import Action, Channel
from tests.policy.making import policy_of

LOCAL = """\
mode: remind
approved: {by: 局長, date: "115-10-01", doc: ○政字第1153000001號}
people: {ethics: {who: [e@example.gov.tw], deputy: [it@example.gov.tw]}}
groups: {numbers: {label: 證號, kinds: [personal.national_id, personal.passport]}}
if-engine-fails: {mail: hold}
if-not-read: {mail: hold, post: warn}
if-not-read-because: {encrypted: {mail: block}}
schedules: [{name: 夜間, scan: ["//nas/公用"], start: 22:00, stop: 06:00, days: [mon, fri]}]
rules:
  - id: LOC-01
    name: 名冊
    why: [PRV-01, 本局要點第3點]
    level: critical
    find: {together: [personal.name, numbers], within: part, confidence: 0.7, confidence-of: {personal.name: 0.3}, persons: 2, at-least: 3,
           where: {role: [petitioner]}, where-not: {public: [yes]}, not: [personal.email], with-part: [cells, attachment], without-part: [header]}
    to: [outside, "*.edu.tw"]
    from: ["hr@example.gov.tw"]
    unit: [人事處]
    size: {over: 5MB}
    then: {mail: hold, post: block, share: log}
    to-trusted: {mail: warn}
    to-inside: {mail: log}
    steps: [{persons: 5, then: {mail: block}, to-trusted: {mail: hold}, to-inside: {mail: warn}}, {persons: 9, at-least: 2, confidence: high, then: {post: block}}]
    approve: {by: ethics, within: 30m, otherwise: hold}
    tell: 名冊不可外送
    fix: 遮蔽
    except: [{why: 依法, to: ["*.moj.gov.tw"], from: ["a@example.gov.tw"], unit: [政風室], channels: [mail], until: 116-06-30, added-by: 政風室, then: warn}]
    tests: [{findings: [{kind: personal.name, person: 甲, at: 3, part: cells, where: {role: petitioner}, value: v}], channel: mail, expect: allow, to: inside, name: a.ods, note: 說明, today: "115-01-01", or-stricter: true}]
"""


def _reloaded(policy: PolicySet, folder) -> PolicySet:
    folder.mkdir(exist_ok=True)
    (folder / "p.yaml").write_text(to_yaml(policy), encoding="utf-8")
    if not (folder / "lists").exists():
        shutil.copytree(shipped_folder() / "lists", folder / "lists")
    return load_policies(folder)


def _without_place(rule: Rule) -> Rule:
    return replace(rule, file="", line=0)


@pytest.mark.parametrize("which", ["shipped", "local"])
def test_what_is_written_loads_to_an_equal_policy_that_shows_the_same(which, tmp_path):
    policy = load_shipped() if which == "shipped" else policy_of(tmp_path, LOCAL)
    again = _reloaded(policy, tmp_path / "again")
    assert [_without_place(r) for r in again.rules] == [_without_place(r) for r in policy.rules]
    assert again.version == policy.version
    assert clauses_of(again).clauses == clauses_of(policy).clauses
    assert diff(policy, again) == ()


NUMBERS = Term("personal.email", frozenset({Kind.PERSONAL_EMAIL}))
CHANGES: dict[str, object] = {
    "id": "LOC-99", "name": "改名", "why": ("別的依據",), "level": "low", "mode": "enforce", "find": None, "size_over": 1024, "to": ("inside",),
    "from_": ("z@example.gov.tw",), "unit": ("主計處",), "then": Actions(Action.WARN), "to_trusted": None, "to_inside": Actions(Action.BLOCK),
    "steps": (), "tell": "別的", "fix": "別的", "approve": Approve("ethics", "2d", Action.BLOCK), "exemptions": (), "ignore": ("lists/a.txt",),
    "changed": ("原因",),
}  # fmt: skip
FIND_CHANGES: dict[str, object] = {
    "any": (NUMBERS,), "all": (NUMBERS,), "together": (NUMBERS, NUMBERS), "within": "document", "confidence": 0.9, "confidence_of": ((NUMBERS, 0.1),),
    "at_least": 7, "persons": 8, "where": (("grade", ("x",)),), "where_not": (), "not_": (), "with_part": ("footer",), "without_part": (),
}  # fmt: skip
STEP_CHANGES: dict[str, object] = {
    "at_least": 4, "persons": 6, "confidence": 0.66, "then": Actions(Action.LOG), "to_trusted": None, "to_inside": Actions(Action.HOLD),
}
EXCEPTION_CHANGES: dict[str, object] = {
    "why": "別的", "until": date(2030, 1, 1), "added_by": "人事室", "to": (), "from_": (), "unit": (), "channels": (Channel.POST,), "then": Action.ALLOW,
}


def test_every_field_of_a_rule_is_said(tmp_path):
    """Two rules that differ in anything never show the same: whoever reads the clauses has read the rule."""
    policy = policy_of(tmp_path, LOCAL)
    rule = policy.rules[0]
    assert rule.find is not None
    unsaid = {"tests", "file", "line"}
    assert {f.name for f in fields(Rule)} - unsaid == set(CHANGES)
    assert {f.name for f in fields(Find)} == set(FIND_CHANGES)
    assert {f.name for f in fields(Step)} == set(STEP_CHANGES)
    assert {f.name for f in fields(Exemption)} == set(EXCEPTION_CHANGES)
    variants = [replace(rule, **{name: value}) for name, value in CHANGES.items()]
    variants += [replace(rule, find=replace(rule.find, **{name: value})) for name, value in FIND_CHANGES.items()]
    variants += [replace(rule, steps=(replace(rule.steps[0], **{n: v}), rule.steps[1])) for n, v in STEP_CHANGES.items()]
    variants += [replace(rule, exemptions=(replace(rule.exemptions[0], **{n: v}),)) for n, v in EXCEPTION_CHANGES.items()]
    said = {(v.id, v.name, *rule_lines(v, policy)) for v in [rule, *variants]}
    assert len(said) == len(variants) + 1


def test_every_change_appears_in_the_diff(tmp_path):
    policy = policy_of(tmp_path, LOCAL)
    rule = policy.rules[0]
    for name, value in CHANGES.items():
        changed = replace(policy, rules=(replace(rule, **{name: value}),))
        assert diff(policy, changed), name


def test_the_diff_speaks_plainly(tmp_path):
    old = load_shipped()
    new = policy_of(
        tmp_path,
        "extends: shipped\noverrides:\n  - {rule: PII-04, because: 太鬆, then: {post: hold}, tell: 新的提示}\n  - {rule: PII-12, because: 不用, mode: off}\n"
        "rules:\n  - {id: LOC-01, name: 本地, why: [x], find: {any: [personal.email]}, then: {post: warn}, tests: []}\n",
    )
    lines = diff(old, new)
    assert "PII-04 貼文：「提醒」→「留置待核准」（變嚴）" in lines
    assert "PII-12 狀態：執行 → 停用" in lines
    assert "新增規則 LOC-01 本地：貼文提醒" in lines
    assert any(line.startswith("PII-04 告知：") and line.endswith("→ 新的提示") for line in lines)
    assert any(line.startswith("收件對象・機關內部：（未列） → *.example.gov.tw") for line in lines)
    assert diff(new, old)[0].startswith("刪除規則 LOC-01")
    assert any("（變鬆）" in line for line in diff(new, old))


def test_clauses_are_numbered_like_a_statute(tmp_path):
    text = clauses_of(policy_of(tmp_path, LOCAL), title="本局對外傳送保密政策").text
    assert text.startswith("本局對外傳送保密政策\n政策版本：")
    assert "局長 115-10-01 核定 ○政字第1153000001號" in text
    assert "第一條（收件對象）" in text and "第六條（LOC-01 名冊）" in text
    assert "處置：郵件留置待核准、貼文攔截、共用資料夾記錄" in text
    assert "核准：由e@example.gov.tw（代理：it@example.gov.tw）於 30 分鐘內核准，逾時留置待核准（ethics）" in text


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (34, "三十四"), (100, "一百"), (105, "一百零五"), (110, "一百一十"), (1003, "一千零三")])
def test_numerals(number, said):
    assert numeral(number) == said


def test_the_odt_is_a_whole_document_with_the_same_words(tmp_path):
    clauses = clauses_of(load_shipped())
    with zipfile.ZipFile(BytesIO(to_odt(clauses))) as odt:
        assert odt.testzip() is None
        first = odt.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert odt.read("mimetype") == b"application/vnd.oasis.opendocument.text"
        content = "\n".join("".join(p.itertext()) for p in ElementTree.fromstring(odt.read("content.xml")).iter() if p.tag.endswith("}p"))
        ElementTree.fromstring(odt.read("styles.xml"))
        ElementTree.fromstring(odt.read("META-INF/manifest.xml"))
    for clause in clauses.clauses:
        assert clause.heading in content
        assert all(said in content for _, said in clause.lines)
    assert "機關首長：" in content


