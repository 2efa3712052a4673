"""Several checked files become one PolicySet; what only all files together can show is checked here (P3xx).

Files are taken in order of name.  A rule id stands once; another file changes a rule by ``overrides`` with a reason.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from dlp.document import NotReadReason
from dlp.kinds import Kind
from dlp.policy import values
from dlp.policy.decision import plans_of
from dlp.policy.digest import version_of
from dlp.policy.faults import START, Fault, nearest
from dlp.policy.keywords import ATTRS
from dlp.policy.listfiles import read_accepted, read_lists
from dlp.policy.loading import Loaded
from dlp.policy.names import Names
from dlp.policy.policyset import (
    Actions,
    Approve,
    Approver,
    Exemption,
    Find,
    Places,
    PolicySet,
    Rule,
    RuleTest,
    Schedule,
    Step,
    Term,
    TestFinding,
    Title,
)
from dlp.policy.source import Path, Source
from dlp.resources import package_data
from dlp.verdict import Action, Channel

_UNITS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3}


def compile_files(loaded: Sequence[Loaded], *, key: bytes | None) -> tuple[PolicySet | None, list[Fault]]:
    """All readable files as one PolicySet; None when any file was unreadable or a fault is an error."""
    good = [item for item in loaded if item.form is not None]
    work = _Compiler(good, complete=len(good) == len(loaded))
    rules = work.rules()
    lists, faults = read_lists(good, rules)
    accepted, more = read_accepted(good, key)
    faults = [*work.faults, *faults, *more, *work.emptiness(rules)]
    if len(good) < len(loaded) or any(not f.warning for f in faults):
        return None, faults
    policy = PolicySet(
        titles=tuple(_title(item) for item in good), rules=rules, places=work.places(), people=work.people, groups=work.names.groups,
        engine_fails=work.setting("if_engine_fails"), not_read=work.setting("if_not_read"), not_read_because=work.because(),
        schedules=tuple(_schedule(s) for item in good for s in item.form.schedules), lists=lists, accepted=accepted,
        allow_empty=any(item.form.allow_empty for item in good), warnings=tuple(f for f in faults if f.warning), plans=plans_of(rules),
        listed_kinds=frozenset(k for r in rules if r.ignore and r.find for t in (*r.find.any, *r.find.all, *r.find.together) for k in t.kinds),
    )  # fmt: skip
    return replace(policy, version=version_of(policy)), faults


class _Compiler:
    """Collects faults while it turns forms into rules.  ``complete``: all files are there, so unknown names are faults."""

    def __init__(self, files: Sequence[Loaded], *, complete: bool) -> None:
        self.files = files
        self.complete = complete
        self.faults: list[Fault] = []
        self.names = Names(files, self.faults)
        self.people: dict[str, Approver] = {}
        for item in files:
            for name, person in item.form.people.items():
                self.people[name] = Approver(tuple(person.who), tuple(person.deputy))
            self._extends(item)

    def _extends(self, item: Loaded) -> None:
        for word in item.form.extends or ():
            if word != "shipped":
                self.faults.append(item.source.at(("extends",), "P312", f"extends 只能寫 shipped，這裡是 {word}", "其他檔案放在同一個資料夾就會一起載入"))

    def rules(self) -> tuple[Rule, ...]:
        found: dict[str, Rule] = {}
        for item in self.files:
            for n, form in enumerate(item.form.rules):
                path = ("rules", n)
                if form.id in found:
                    first = found[form.id]
                    self._fault(item, (*path, "id"), "P301", f"規則代號 {form.id} 重複了，{first.file} 第 {first.line} 行已經用過", "換一個代號，或改用 overrides 修改")
                    continue
                found[form.id] = self._rule(item, form, path)
        for item in self.files:
            for n, form in enumerate(item.form.overrides):
                self._override(item, form, ("overrides", n), found)
        return tuple(found.values())

    def _fault(self, item: Loaded, path: Path, code: str, message: str, hint: str = "", *, warning: bool = False) -> None:
        self.faults.append(item.source.at(path, code, message, hint, warning=warning))

    def _rule(self, item: Loaded, form: Any, path: Path) -> Rule:
        base = Rule(
            id=form.id, name=form.name, why=self._why(item, form.why, path), mode=form.mode or item.form.mode,
            find=self._find(item, form.find, (*path, "find")) if form.find else None, file=item.source.file, line=item.source.mark(path).line + 1,
        )  # fmt: skip
        rule = self._body(item, form, path, base)
        self._acts(item, rule, path)
        if form.tests is None and not item.shipped:
            self._fault(item, path, "P307", f"規則 {form.id} 沒有測試", "在 tests 寫至少一句該擋的、一句不該擋的", warning=True)
        return rule

    def _acts(self, item: Loaded, rule: Rule, path: Path) -> None:
        """A rule that can never do anything is a mistake."""
        rows = [rule.then, rule.to_trusted, rule.to_inside, *(r for s in rule.steps for r in (s.then, s.to_trusted, s.to_inside))]
        actions = [a for r in rows if r is not None for a in r.row if a is not None]
        if not actions:
            self._fault(item, path, "P310", f"規則 {rule.id} 沒有寫處置", "補上 then: {mail: …, post: …, share: …}")
        if rule.approve and not any(a in (Action.HOLD, Action.JUSTIFY) for a in actions):
            self._fault(item, (*path, "approve"), "P319", "寫了 approve，但沒有 hold 或 justify，永遠不會送核准", "刪掉 approve，或把處置改成 hold", warning=True)

    def _override(self, item: Loaded, form: Any, path: Path, found: dict[str, Rule]) -> None:
        rule = found.get(form.rule)
        if rule is None:
            if self.complete:
                hint = nearest(form.rule, list(found)) or "要修改隨附規則，檔頭要寫 extends: shipped"
                self._fault(item, (*path, "rule"), "P304", f"沒有規則 {form.rule} 可以修改", hint)
            return
        if form.find:
            rule = replace(rule, find=self._find(item, form.find, (*path, "find")))
        changed = self._body(item, form, path, replace(rule, mode=form.mode or rule.mode, changed=(*rule.changed, form.because)))
        self._acts(item, changed, path)
        found[form.rule] = changed

    def _body(self, item: Loaded, form: Any, path: Path, base: Rule) -> Rule:
        """``base`` with what the form says; exceptions and tests are added, actions replaced per channel."""
        given = form.model_fields_set
        new: dict[str, Any] = {}
        for name in ("tell", "fix", "level"):
            if getattr(form, name) is not None:
                new[name] = getattr(form, name)
        for name in ("to", "from_", "unit", "ignore"):
            if getattr(form, name) is not None:
                new[name] = tuple(getattr(form, name))
        if form.size:
            new["size_over"] = int(form.size.over[:-2]) * _UNITS[form.size.over[-2:]]
        if form.then:
            new["then"] = _actions(form.then).over(base.then)
        for name in ("to_trusted", "to_inside"):
            if getattr(form, name):
                new[name] = _actions(getattr(form, name)).over(getattr(base, name))
        if "steps" in given and form.steps:
            new["steps"] = self._steps(item, form.steps, (*path, "steps"))
        if form.approve:
            new["approve"] = self._approve(item, form.approve, (*path, "approve"))
        if form.except_:
            new["exemptions"] = base.exemptions + tuple(_exemption(e) for e in form.except_)
        if form.tests:
            new["tests"] = base.tests + tuple(self._test(item, t, (*path, "tests", n)) for n, t in enumerate(form.tests))
        return replace(base, **new)

    def _why(self, item: Loaded, why: Sequence[str], path: Path) -> tuple[str, ...]:
        out = []
        for n, text in enumerate(why):
            if len(text) == 6 and text[:3].isupper() and text[3] == "-" and text[4:].isdigit():
                citation = _citations().get(text)
                if citation is None:
                    self._fault(item, (*path, "why", n), "P313", f"依據代號 {text} 不在法規資料裡", nearest(text, list(_citations())) or "直接寫法條，例如 個人資料保護法第16條")
                out.append(citation or text)
            else:
                out.append(text)
        return tuple(out)

    def _find(self, item: Loaded, form: Any, path: Path) -> Find:
        def terms(key: str, names: Sequence[str] | None) -> tuple[Term, ...]:
            return tuple(self.names.term(name, item.source, (*path, key, n)) for n, name in enumerate(names or ()))

        for key in ("where", "where-not"):
            for attr in getattr(form, key.replace("-", "_")):
                if attr not in ATTRS:
                    mark = item.source.key_mark((*path, key, attr))
                    hint = nearest(attr, sorted(ATTRS)) or f"可以用：{'、'.join(sorted(ATTRS))}"
                    self.faults.append(item.source.fault(mark, "P315", f"沒有 {attr} 這種條件", hint))
        return Find(
            any=terms("any", form.any), all=terms("all", form.all), together=terms("together", form.together),
            within=form.within or ("passage" if form.together else "document"), confidence=form.confidence,
            confidence_of=tuple((self.names.term(n, item.source, (*path, "confidence-of", n)), c) for n, c in form.confidence_of.items()),
            at_least=form.at_least, persons=form.persons, where=_conditions(form.where), where_not=_conditions(form.where_not), not_=terms("not", form.not_),
            with_part=tuple(form.with_part or ()), without_part=tuple(form.without_part or ()),
        )  # fmt: skip

    def _steps(self, item: Loaded, forms: Sequence[Any], path: Path) -> tuple[Step, ...]:
        out: list[Step] = []
        for n, form in enumerate(forms):
            if not (form.then or form.to_trusted or form.to_inside):
                self._fault(item, (*path, n), "P310", "這一級沒有寫處置", "補上 then: {…}")
            step = Step(form.at_least or 0, form.persons or 0, form.confidence or 0.0, *(_actions(r) if r else None for r in (form.then, form.to_trusted, form.to_inside)))
            if out and _amount(step) <= _amount(out[-1]):
                self._fault(item, (*path, n), "P305", "級距要由少到多、由低到高", "把數字小的放前面")
            out.append(step)
        return tuple(out)

    def _approve(self, item: Loaded, form: Any, path: Path) -> Approve:
        if form.by not in self.people and self.complete:
            hint = nearest(form.by, list(self.people)) or "先在 people 寫出核准人"
            self._fault(item, (*path, "by"), "P303", f"people 裡沒有 {form.by}", hint)
        return Approve(form.by, form.within, Action.parse(form.otherwise))

    def _test(self, item: Loaded, form: Any, path: Path) -> RuleTest:
        if form.text is not None and form.findings is not None:
            self._fault(item, path, "P320", "text 和 findings 只能寫一種")
        findings = []
        for n, f in enumerate(form.findings or ()):
            term = self.names.term(f.kind, item.source, (*path, "findings", n, "kind"), single=True)
            kind = next(iter(term.kinds), Kind.PERSONAL_NAME)
            findings.append(TestFinding(kind, f.confidence, f.person or "", f.part, f.at, tuple(sorted(f.where.items())), f.value or ""))
        return RuleTest(
            form.text, tuple(findings), Channel(form.channel), Action.parse(form.expect), form.to, form.name or "", form.note or "",
            values.parse_date(form.today) if form.today else None, form.or_stricter,
        )  # fmt: skip

    def places(self) -> Places:
        forms = [item.form.places for item in self.files]
        return Places(*(tuple(dict.fromkeys(p for f in forms for p in getattr(f, name))) for name in ("inside", "trusted", "public")))

    def setting(self, name: str) -> Actions:
        """A setting for the whole office: later files win channel by channel."""
        actions = Actions()
        for item in self.files:
            form = getattr(item.form, name)
            if form is not None:
                actions = _actions(form).over(actions)
        return actions

    def because(self) -> dict[NotReadReason, Actions]:
        out: dict[NotReadReason, Actions] = {}
        for item in self.files:
            for reason, form in item.form.if_not_read_because.items():
                out[NotReadReason(reason)] = _actions(form).over(out.get(NotReadReason(reason)))
        return out

    def emptiness(self, rules: Sequence[Rule]) -> list[Fault]:
        """F42: a policy that decides nothing is loud, unless it says that this is wanted."""
        if not self.files or not self.complete or any(r.mode != "off" for r in rules):
            return []
        if any(item.form.allow_empty for item in self.files):
            return []
        source = self.files[0].source
        return [source.fault(START, "P321", "沒有任何生效的規則，什麼都不會攔", "若真的要這樣，寫 allow-empty: true", warning=True)]


def _actions(form: Any) -> Actions:
    return Actions(*(Action.parse(word) if word else None for word in (form.mail, form.post, form.share)))


def _amount(step: Step) -> tuple[int, int, float]:
    return (step.persons, step.at_least, step.confidence)


def _conditions(where: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((name, tuple(allowed)) for name, allowed in where.items()))


def _exemption(form: Any) -> Exemption:
    return Exemption(
        form.why, values.parse_date(form.until), form.added_by, tuple(form.to or ()), tuple(form.from_ or ()), tuple(form.unit or ()),
        tuple(Channel(c) for c in form.channels or ()), Action.parse(form.then),
    )  # fmt: skip


def _title(item: Loaded) -> Title:
    a = item.form.approved
    approved = (a.by, values.roc(values.parse_date(a.date)), a.doc or "") if a else None
    return Title(item.source.file, item.form.policy, item.form.owner, approved, item.form.mode)


def _schedule(form: Any) -> Schedule:
    return Schedule(form.name, tuple(form.scan), form.start, form.stop, tuple(form.days or ()))


@cache
def _citations() -> dict[str, str]:
    """Id of a statute in the shipped legal data → its citation."""
    entries = json.loads(package_data("data", "legal_basis.json"))["entries"]
    return {e["id"]: f"{e['law']}{e['article']}" for e in entries}


def expired(policy: PolicySet, today: date, sources: Sequence[Source] = ()) -> list[Fault]:
    """Warnings about exceptions and accepted values whose end date has passed."""
    out = []
    for rule in policy.rules:
        for e in rule.exemptions:
            if e.until < today:
                message = f"規則 {rule.id} 的例外（{e.why}）已在 {values.roc(e.until)} 到期，不再適用"
                out.append(Fault(rule.file, START, "P306", message, "延長期限或刪掉", warning=True))
    return out
