"""The report after a run: new, still there, gone; by folder, owner, kind and grade; what was not read.  HTML, CSV, ODS, JSON, SARIF.

Nothing here holds a found value: paths are masked, findings are masks.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dlp.channels.share.listing import Item, total
from dlp.channels.share.placement import MARKS, WORDS
from dlp.channels.share.state import Row
from dlp.kinds import Kind
from dlp.reports.content import Content, Number
from dlp.reports.html import as_html
from dlp.reports.sarif import LEVELS
from dlp.reports.tables import Table, as_csv, as_ods
from dlp.verdict import ACTION_LABELS, Action

FORMS = ("html", "csv", "ods", "json", "sarif")
LISTED = 2_000  # files listed in a report for people; JSON and SARIF hold all up to KEPT
KEPT = 100_000
STATES = {"new": "新", "still": "仍在", "gone": "已不見", "accepted": "已接受"}
GONE = {"gone": "檔案不在", "cleared": "已修正", "quarantined": "已移至隔離區"}
DEPTH = 2  # folders below the scanned path by which findings are counted


@dataclass(slots=True)
class Gathered:
    """Counts and the first objects of a run; memory does not grow with the share."""

    roots: list[str]
    began: datetime
    items: list[Item] = field(default_factory=list)
    gone: list[Item] = field(default_factory=list)
    folders: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)
    left_out: int = 0

    def add(self, item: Item) -> None:
        """Count one object of the listing."""
        for gap in {n["reason"]: n for n in item["not_read"]}.values():
            self.gaps[gap["detail"] or gap["reason"]] += 1
        if item["findings"]:
            self.states[item["state"]] += 1
            self.actions[item["action"]] += 1
            self.folders[self._folder(item["path"])] += 1
            self.owners[item.get("owner", "")] += 1
            for kind in {f["kind"] for f in item["findings"]}:
                self.kinds[kind] += 1
            for kind in {f["kind"] for f in item["findings"]} & MARKS:
                self.grades[WORDS[Kind(kind)]] += 1
        if len(self.items) < KEPT:
            self.items.append(item)
        else:
            self.left_out += 1

    def _folder(self, path: str) -> str:
        root = next((r for r in self.roots if path == r or path.startswith(r.rstrip("/") + "/")), "")
        pieces = os.path.dirname(path[len(root) :]).strip("/").split("/")
        return "/".join([root.rstrip("/"), *pieces[:DEPTH]]).rstrip("/") or "/"


def owner_names() -> Callable[[Row], str]:
    """Row → account name of the file's owner, each asked for once; empty when the file is gone."""
    import pwd

    known: dict[int, str] = {}

    def name(row: Row) -> str:
        try:
            uid = os.lstat(os.path.join(row.folder, row.name)).st_uid
        except OSError:
            return ""
        if uid not in known:
            try:
                known[uid] = pwd.getpwuid(uid).pw_name
            except KeyError:
                known[uid] = f"uid {uid}"
        return known[uid]

    return name


def write(form: str, gathered: Gathered, summary: Item, *, office: str = "") -> bytes:
    """The report in one of FORMS."""
    if form == "json":
        value = {"roots": gathered.roots, "began": gathered.began.isoformat(), "summary": summary, "files": gathered.items, "gone": gathered.gone}
        return json.dumps(value, ensure_ascii=False, indent=1).encode()
    if form == "sarif":
        return json.dumps(as_sarif(gathered, complete=bool(summary["complete"])), ensure_ascii=False, indent=1).encode()
    content = content_of(gathered, summary, office=office)
    return as_html(content) if form == "html" else as_csv(content.tables) if form == "csv" else as_ods(content.tables)


def content_of(gathered: Gathered, summary: Item, *, office: str = "") -> Content:
    """The words and tables for people."""
    when = gathered.began.strftime("%Y-%m-%d %H:%M")
    with_findings = sum(gathered.states[s] for s in ("new", "still"))
    return Content(
        title=f"{office + ' ' if office else ''}共用資料夾掃描　{when}", made=f"範圍 {'、'.join(gathered.roots)}",
        sentence=f"有發現的檔案 {with_findings:,} 個，其中新發現 {gathered.states['new']:,} 個；上次有、這次不見的 {len(gathered.gone):,} 個。",
        numbers=(
            Number("新發現", f"{gathered.states['new']:,}", "個檔案"), Number("仍在", f"{gathered.states['still']:,}", "個檔案"),
            Number("已不見", f"{len(gathered.gone):,}", "刪除、修正或隔離"), Number("讀不到", f"{summary['not_read']:,}", "不等於沒有問題"),
        ),
        decide=tuple(_to_decide(gathered, summary)),
        coverage=f"應掃 {summary['files']:,} 檔，實掃 {summary['read']:,}，讀不到 {summary['not_read']:,}"
        + ("" if summary["complete"] else "；時間到或被中斷，尚未掃完") + "。讀不到的不等於沒有問題。",
        tables=tuple(_tables(gathered)),
    )  # fmt: skip


def _to_decide(gathered: Gathered, summary: Item) -> Iterable[str]:
    if stopped := gathered.actions["block"] + gathered.actions["hold"]:
        yield f"{stopped:,} 個檔案依政策應停止存放：是否移至隔離區（dlp scan --on-stop quarantine）？"
    if outside := sum(any(r["id"] == "SHR-01" for r in i["rules"]) for i in gathered.items):
        yield f"{outside:,} 份密件不在指定的資料夾：請指派清理。"
    if not summary["complete"]:
        yield "掃描未完成：是否延長掃描時段？"


def _tables(g: Gathered) -> Iterable[Table]:
    files = [i for i in g.items if i["findings"] and i["state"] != "accepted"]
    note = f"只列前 {LISTED:,} 個，全部請看 JSON。" if len(files) > LISTED else ""
    order = sorted(files, key=lambda i: (i["state"] != "new", -Action.parse(i["action"])))
    yield Table("新與仍在", ("檔案", "發現數", "狀態", "處置", "種類", "規則", "擁有者"), tuple(_row(i) for i in order[:LISTED]), note=note)
    yield Table("已不見", ("檔案", "發現數", "原因"), tuple((i["path"], total(i), GONE[i["why"]]) for i in g.gone[:LISTED]))
    yield Table("依資料夾", ("資料夾", "檔案數"), tuple(g.folders.most_common(50)), chart="bar")
    yield Table("依擁有者", ("擁有者", "檔案數"), tuple((name or "不明", n) for name, n in g.owners.most_common(50)), chart="bar")
    yield Table("依種類", ("種類", "檔案數"), tuple((Kind(k).label, n) for k, n in g.kinds.most_common()), chart="bar")
    yield Table("依等級", ("等級", "檔案數"), tuple(g.grades.most_common()), chart="bar")
    yield Table("依處置", ("處置", "檔案數"), tuple((ACTION_LABELS[a], g.actions[str(a)]) for a in reversed(Action) if g.actions[str(a)]), chart="bar")
    yield Table("讀不到的原因", ("原因", "檔案數"), tuple(g.gaps.most_common()), chart="bar")
    unread = [i for i in g.items if not i["complete"]]
    yield Table("讀不到的檔案", ("檔案", "原因"), tuple((i["path"], "、".join(dict.fromkeys(n["detail"] or n["reason"] for n in i["not_read"]))) for i in unread[:LISTED]))


def _row(item: Item) -> tuple[str | int, ...]:
    kinds = "、".join(dict.fromkeys(f["label"] for f in item["findings"]))
    rules = "、".join(r["id"] for r in item["rules"])
    return (item["path"], total(item), STATES[item["state"]], Action.parse(item["action"]).label, kinds, rules, item.get("owner", ""))


def as_sarif(gathered: Gathered, *, complete: bool) -> dict[str, Any]:
    """SARIF 2.1.0: a result for each finding of each rule; ``baselineState`` says new, unchanged or absent."""
    from dlp.reports.sarif import SCHEMA, _version

    rules: dict[str, dict[str, Any]] = {}
    results: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    states = {"new": "new", "still": "unchanged", "accepted": "unchanged", "gone": "absent"}
    for item in [*gathered.items, *gathered.gone]:
        where = _artifact(item)
        for rule in item["rules"]:
            rules.setdefault(rule["id"], {"id": rule["id"], "name": rule["name"], "shortDescription": {"text": rule["name"]}})
            for index in rule["findings"]:
                if index < len(item["findings"]):
                    results.append(_result(rule, item["findings"][index], where, states[item["state"]]))
        if item["state"] != "gone":
            notes += [
                {"level": "warning", "message": {"text": n["detail"] or n["reason"]}, "locations": [{"physicalLocation": where}]} for n in item["not_read"]
            ]
    order = {rule: n for n, rule in enumerate(rules)}
    for result in results:
        result["ruleIndex"] = order[result["ruleId"]]
    run = {
        "tool": {"driver": {"name": "dlp", "version": _version(), "rules": list(rules.values())}}, "columnKind": "unicodeCodePoints",
        "results": results, "invocations": [{"executionSuccessful": complete, "toolExecutionNotifications": notes}],
    }  # fmt: skip
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _artifact(item: Item) -> dict[str, Any]:
    from urllib.parse import quote

    return {"artifactLocation": {"uri": "file://" + quote(item["path"])}}


def _result(rule: dict[str, Any], finding: dict[str, Any], where: dict[str, Any], state: str) -> dict[str, Any]:
    region = {"charOffset": finding["start"], "charLength": finding["end"] - finding["start"]}
    return {
        "ruleId": rule["id"], "level": LEVELS[Action.parse(rule["action"])], "message": {"text": f"{finding['label']}：{finding['masked']}"},
        "locations": [{"physicalLocation": {**where, "region": region}, "logicalLocations": [{"fullyQualifiedName": finding["part"]}]}],
        "baselineState": state, "properties": {"kind": finding["kind"], "confidence": finding["confidence"]},
    }  # fmt: skip
