"""Names that ``find`` may use: finding kinds, ``personal.*``, and groups that a policy file defines."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlp.kinds import LABELS, Kind
from dlp.policy.faults import Fault, nearest
from dlp.policy.policyset import Group, Term
from dlp.policy.source import Path, Source

if TYPE_CHECKING:
    from dlp.policy.loading import Loaded

_KINDS = {str(k): k for k in Kind}
_FAMILIES = {f"{family}.*": frozenset(k for k in Kind if k.startswith(family + ".")) for family in dict.fromkeys(k.partition(".")[0] for k in Kind)}


class Names:
    """All names of a set of files.  Faults go to the list that is handed in."""

    def __init__(self, files: "Sequence[Loaded]", faults: list[Fault]) -> None:
        self.faults = faults
        self.groups: dict[str, Group] = {}
        self._forms: dict[str, tuple[Loaded, Sequence[str], str]] = {}
        for item in files:
            for name, form in item.form.groups.items():
                if name in self._forms:
                    self._fault(item.source, ("groups", name), "P309", f"群組 {name} 重複定義")
                self._forms[name] = (item, form.kinds, form.label)
        for name, (item, kinds, label) in self._forms.items():
            self.groups[name] = Group(label, self._expand(name, (), item.source), tuple(kinds))

    def _fault(self, source: Source, path: Path, code: str, message: str, hint: str = "") -> None:
        self.faults.append(source.at(path, code, message, hint))

    def _expand(self, name: str, above: tuple[str, ...], source: Source) -> frozenset[Kind]:
        """Kinds of a group, groups in groups included."""
        if name in above:
            self._fault(source, ("groups", name), "P309", f"群組 {name} 繞了一圈又包含自己")
            return frozenset()
        item, members, _ = self._forms[name]
        kinds: frozenset[Kind] = frozenset()
        for n, member in enumerate(members):
            if member in self._forms:
                kinds |= self._expand(member, (*above, name), item.source)
            elif not above:
                kinds |= self._known(member, item.source, ("groups", name, "kinds", n))
            else:
                kinds |= _FAMILIES.get(member) or frozenset({_KINDS[member]} if member in _KINDS else ())
        return kinds

    def term(self, name: str, source: Source, path: Path, *, single: bool = False) -> Term:
        """The kinds behind ``name``; an unknown name is a fault and stands for none.  ``single``: only one kind."""
        if single:
            if name not in _KINDS:
                self._unknown(name, source, path)
            return Term(name, frozenset({_KINDS[name]}) if name in _KINDS else frozenset())
        group = self.groups.get(name)
        return Term(name, group.kinds if group else self._known(name, source, path))

    def _known(self, name: str, source: Source, path: Path) -> frozenset[Kind]:
        if name in _KINDS:
            return frozenset({_KINDS[name]})
        if name in _FAMILIES:
            return _FAMILIES[name]
        self._unknown(name, source, path)
        return frozenset()

    def _unknown(self, name: str, source: Source, path: Path) -> None:
        by_tail = [k for k in _KINDS if k.partition(".")[2].replace("_", "-") == name.partition(".")[2].replace("_", "-") or k.partition(".")[2].replace("_", "-") == name]
        hint = f"是不是 {by_tail[0]}？" if by_tail else nearest(name, [*_KINDS, *_FAMILIES, *self._forms])
        self._fault(source, path, "P302", f"不認得要找的種類 {name}", hint or "用 dlp policy schema 看全部種類，或在 groups 自訂")


def label_of(term: Term, groups: dict[str, Group]) -> str:
    """Chinese name of a term, for people."""
    if term.name in groups:
        return groups[term.name].label
    if term.name in _KINDS:
        return LABELS[_KINDS[term.name]]
    return FAMILY_LABELS.get(term.name, term.name)


FAMILY_LABELS = {
    "classified.*": "各級密件標示", "restricted.*": "限閱及同類標示", "petition.*": "陳情人身分或內容", "informant.*": "檢舉人身分或線索",
    "personal.*": "任一種個人資料", "draft.*": "決定前的擬稿", "meeting.*": "不公開會議資料", "secret.*": "營業、職業或採購秘密",
    "business.*": "公務內部資訊", "third_party.*": "第三人權利",
}  # fmt: skip
