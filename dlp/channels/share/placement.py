"""Where classified papers may lie, and old grades whose period has passed: findings of their own.

The awareness page: 機密資料檔案與非機密資料檔案分開保管.  國家機密保護法施行細則 and 文書處理手冊 ask for the grade to be changed or
lifted when its period is over; a mark that says otherwise misleads everyone who reads the paper.

``share.yaml`` in the home names the folders::

    designated:
      - {path: /srv/share/密件櫃, grades: [密, 機密]}

Only where folders are named is a paper elsewhere out of place.  In its folder a paper is where it belongs: the rules that
speak of its mark alone then only log.  The step works on stored results, so a changed setting needs no new scan.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlp.channels.share.listing import Item, Step
from dlp.channels.share.state import Row
from dlp.errors import UsageError
from dlp.kinds import Kind
from dlp.verdict import Action

GRADES = {
    "密": Kind.CLASSIFIED_OFFICIAL, "機密": Kind.CLASSIFIED_CONFIDENTIAL, "極機密": Kind.CLASSIFIED_SECRET, "絕對機密": Kind.CLASSIFIED_TOP_SECRET,
}  # fmt: skip
WORDS = {kind: word for word, kind in GRADES.items()}
MARKS = frozenset(map(str, GRADES.values()))
OVER = ("expired", "released")
SURE_FROM = 0.5
SURE_FROM_OVER = 0.4  # the detectors lower the confidence of a mark that no longer holds to this
OUTSIDE_RULE, EXPIRED_RULE = "SHR-01", "SHR-02"


@dataclass(frozen=True, slots=True)
class Designated:
    """A folder and the kinds of mark that belong there."""

    path: bytes
    kinds: frozenset[str]

    def holds(self, path: bytes) -> bool:
        return path.startswith(self.path.rstrip(b"/") + b"/")


def load_designated(path: Path) -> tuple[Designated, ...]:
    """The folders named in ``share.yaml``; none when there is no such file.  Raises UsageError with the line at fault."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError):
        raise UsageError("share.yaml 讀不到或不是 UTF-8。", code="E144") from None
    try:
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as err:
        line = err.problem_mark.line + 1 if err.problem_mark else 1
        raise UsageError(f"share.yaml 第 {line} 行寫法有誤。請檢查縮排、冒號與引號。", code="E144") from None
    if value is None:
        return ()
    if not isinstance(value, dict) or set(value) - {"designated"} or not isinstance(value.get("designated"), list):
        raise UsageError("share.yaml 只能有 designated，內容是資料夾清單。", code="E144")
    return tuple(_entry(number, entry) for number, entry in enumerate(value["designated"], 1))


def _entry(number: int, entry: Any) -> Designated:
    where = f"share.yaml 的 designated 第 {number} 項"
    if not isinstance(entry, dict) or set(entry) != {"path", "grades"} or not isinstance(entry["path"], str) or not isinstance(entry["grades"], list):
        raise UsageError(f"{where}要寫 path（資料夾）與 grades（等級清單）。", code="E144")
    if not os.path.isabs(entry["path"]):
        raise UsageError(f"{where}的 path 要寫完整路徑。", code="E144")
    wrong = [g for g in entry["grades"] if g not in GRADES]
    if wrong or not entry["grades"]:
        raise UsageError(f"{where}的 grades 只能是 {'、'.join(GRADES)}。", code="E144")
    return Designated(os.fsencode(os.path.normpath(entry["path"])), frozenset(str(GRADES[g]) for g in entry["grades"]))


def step(designated: Sequence[Designated]) -> Step:
    """The step of the listing."""

    def placed(row: Row, item: Item) -> Item:
        marks = [f for f in item["findings"] if f["kind"] in MARKS and f["confidence"] >= _sure_from(f)]
        if not marks:
            return item
        item = _in_place(item, _kinds_here(designated, os.path.join(row.folder, row.name)))
        in_force = [f for f in marks if f["attrs"].get("state") not in OVER]
        lost = [f for f in in_force if designated and f["kind"] not in _kinds_here(designated, os.path.join(row.folder, row.name))]
        if lost:
            item = _with(item, OUTSIDE_RULE, "密件不在指定的資料夾", lost, "請移到指定存放密件的資料夾，機密與非機密資料分開保管。", Action.WARN)
        over = [f for f in marks if f["attrs"].get("state") == "expired"]
        if over:
            item = _with(item, EXPIRED_RULE, "保密期限已過，標示未更新", over, "請依程序辦理解密或延長，並更正標示。", Action.WARN)
        return item

    return placed


def _sure_from(finding: dict[str, Any]) -> float:
    return SURE_FROM_OVER if finding["attrs"].get("state") in OVER else SURE_FROM


def _kinds_here(designated: Sequence[Designated], path: bytes) -> frozenset[str]:
    return frozenset[str]().union(*(d.kinds for d in designated if d.holds(path)))


def _in_place(item: Item, kinds: frozenset[str]) -> Item:
    """Rules that rest on marks belonging here alone only log."""
    if not kinds:
        return item
    rules = []
    for rule in item["rules"]:
        about = [item["findings"][i]["kind"] for i in rule["findings"] if i < len(item["findings"])]
        belongs = bool(about) and len(about) == len(rule["findings"]) and all(kind in kinds for kind in about)
        rules.append(rule | {"action": "log", "designated": True} if belongs else rule)
    return item | {"rules": rules, "action": str(_strictest(rules))}


def _with(item: Item, rule: str, name: str, marks: list[dict[str, Any]], fix: str, action: Action) -> Item:
    first, number = marks[0], len(item["findings"])
    grade = "、".join(dict.fromkeys(WORDS[Kind(f["kind"])] for f in marks))
    expired = rule == EXPIRED_RULE
    kind = Kind.CLASSIFIED_DECLASSIFICATION if expired else Kind(first["kind"])
    finding = {
        "kind": str(kind), "label": name, "part": first["part"], "start": first["start"], "end": first["end"], "utf16": first["utf16"],
        "masked": grade, "confidence": first["confidence"], "level": first["level"],
        "reasons": [{"layer": "rule", "code": "expired" if expired else "place", "message": f"標示為「{grade}」", "weight": 1.0}],
        "law": list(kind.law), "fix": fix, "attrs": {"place": "share" if expired else "outside-designated", "grade": grade},
    }  # fmt: skip
    hit = {"id": rule, "name": name, "action": str(action), "why": list(kind.law), "tell": f"{name}。", "fix": fix, "findings": [number]}
    rules = [*item["rules"], hit]
    return item | {
        "findings": [*item["findings"], finding], "findings_total": int(item.get("findings_total", number)) + 1, "rules": rules,
        "action": str(max(Action.parse(item["action"]), action)),
    }  # fmt: skip


def _strictest(rules: Sequence[dict[str, Any]]) -> Action:
    return max((Action.parse(r["action"]) for r in rules), default=Action.ALLOW)
