"""Reading the audit log back: is every record there, in order, unchanged, up to the end?

``verify(home, operations=…)`` compares the chain with its three witnesses (see ``audit.py``) and names every fault; the first
is the first bad record.  Nothing is changed.  A record whose change never took place (crash between writing and commit)
is no fault: it is marked by an ``audit.void`` record, or listed as ``unsettled``.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from dlp.records.audit import CURRENT, START, HeadFile, Position, canonical, parse, record_hash, rotated_files
from dlp.records.home import Home

MAX_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """``where`` is ``file:line`` or a file; ``seq`` the record's number where known; ``what`` zh-TW."""

    where: str
    what: str
    seq: int | None = None

    def __str__(self) -> str:
        return f"{self.where}  {f'第 {self.seq} 筆  ' if self.seq is not None else ''}{self.what}"


@dataclass(slots=True)
class Report:
    """What was found.  ``intact`` is True only without any fault."""

    records: int = 0
    files: int = 0
    last: Position = START
    faults: list[Fault] = field(default_factory=list)
    torn: int = 0
    unsettled: list[int] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.faults

    def fault(self, where: str, what: str, seq: int | None = None) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(where, what, seq))


@dataclass(slots=True)
class _Walk:
    """State while going along the chain."""

    report: Report
    key: bytes
    log: str
    end: Position = START
    hashes: dict[int, str] = field(default_factory=dict)
    ops: dict[str, int] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    stubbed: int = 0  # records up to here were deleted by retention
    torn: tuple[str, bytes, bytes] | None = None  # where, the line, its newline if any


def verify(home: Home, *, operations: Iterable[tuple[str, int, str]] | None = None, anchors: Path | None = None) -> Report:
    """Check the whole log of ``home``.

    ``operations``  rows ``(op, seq, hash)`` of the store for this log; None when the store cannot be asked.
    ``anchors``     another copy of the anchors to compare with (from the second place).
    """
    report = Report()
    folder = home.path / "audit"
    log = _read_id(folder)
    walk = _Walk(report, home.keys.audit, log)
    files = [*rotated_files(folder), *([folder / CURRENT] if (folder / CURRENT).exists() else [])]
    for path in files:
        report.files += 1
        (_stub if path.suffix == ".stub" else _file)(walk, path)
    if walk.torn:
        report.torn += 1
    report.last = walk.end
    _compare_head(walk, home)
    for path in [home.anchors / f"{log}.anchors", *([anchors] if anchors else [])]:
        _compare_anchors(walk, path, bool(files))
    _compare_strangers(walk, home)
    _compare_store(walk, operations)
    return report


def _read_id(folder: Path) -> str:
    try:
        return (folder / "log.id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _file(walk: _Walk, path: Path) -> None:
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            where = f"{path.name}:{number}"
            record = parse(line)
            if record is None or not line.endswith(b"\n"):
                _unreadable(walk, where, line)
                continue
            _record(walk, where, record, line)


def _lines(file: Any) -> Iterator[bytes]:
    yield from file


def _unreadable(walk: _Walk, where: str, line: bytes) -> None:
    if walk.torn:
        walk.report.fault(where, "有一行無法辨認，不是當機留下的殘行")
    walk.torn = (where, line.rstrip(b"\n"), line)


def _record(walk: _Walk, where: str, record: dict[str, Any], line: bytes) -> None:
    report, seq = walk.report, record["seq"]
    if walk.torn:
        torn_where, torn, _ = walk.torn
        walk.torn = None
        if record.get("action") == "audit.torn" and record.get("digest") == sha256(torn).hexdigest():
            report.torn += 1
        else:
            report.fault(torn_where, "有一行無法辨認，不是當機留下的殘行")
    if line != canonical(record) + b"\n":
        report.fault(where, "這一筆的寫法不是原樣", seq)
    if not hmac.compare_digest(record_hash(walk.key, record), record["hash"]):
        report.fault(where, "這一筆的內容被改過，或不是本程式寫的", seq)
    if record.get("log") != walk.log:
        report.fault(where, "這一筆屬於另一份稽核紀錄", seq)
    if seq != walk.end.seq + 1:
        report.fault(where, _jump(walk.end.seq, seq), seq)
    elif record.get("prev") != walk.end.hash:
        report.fault(where, "與前一筆接不上：前一筆被換過", seq)
    _remember(walk, record, seq)


def _jump(end: int, seq: int) -> str:
    if seq <= end:
        return f"順序不對：在第 {end} 筆之後出現第 {seq} 筆"
    return f"缺少第 {end + 1} 筆" + (f"到第 {seq - 1} 筆" if seq - 1 > end + 1 else "")


def _remember(walk: _Walk, record: dict[str, Any], seq: int) -> None:
    walk.report.records += 1
    walk.end = Position(seq, record["hash"])
    walk.hashes[seq] = record["hash"]
    if record.get("op"):
        walk.ops[record["op"]] = seq
    if record.get("action") == "audit.void":
        walk.voided.add(str(record.get("void")))


def _stub(walk: _Walk, path: Path) -> None:
    """A deleted file's stub stands for its records when it is signed and fits the chain."""
    try:
        stub = json.loads(path.read_bytes())
        mac = stub.pop("mac")
        first, last, last_hash = stub["first_seq"], stub["last_seq"], stub["last_hash"]
    except (ValueError, KeyError, TypeError, AttributeError):
        walk.report.fault(path.name, "刪除存根無法辨認")
        return
    if not isinstance(mac, str) or not hmac.compare_digest(stub_mac(walk.key, stub), mac):
        walk.report.fault(path.name, "刪除存根的簽章不符")
    if first != walk.end.seq + 1 or stub.get("prev") != walk.end.hash:
        walk.report.fault(path.name, _jump(walk.end.seq, first), first)
    walk.end = Position(last, last_hash)
    walk.hashes[last] = last_hash
    walk.stubbed = last


def stub_mac(key: bytes, stub: Mapping[str, Any]) -> str:
    """Signature of a stub without its ``mac``."""
    return hmac.new(key, b"stub\0" + canonical(dict(stub)), sha256).hexdigest()


def _compare_head(walk: _Walk, home: Home) -> None:
    path = home.anchors / f"{walk.log}.head"
    head = HeadFile(path, walk.key).read()
    if head is None:
        if walk.end.seq:
            walk.report.fault(path.name, "末筆標記不見了或簽章不符")
        return
    if head.seq > walk.end.seq:
        walk.report.fault(CURRENT, f"末端被截去：應有 {head.seq} 筆，只到第 {walk.end.seq} 筆", walk.end.seq)
    elif walk.hashes.get(head.seq, head.hash) != head.hash:
        walk.report.fault(CURRENT, "與末筆標記不符", head.seq)


def _compare_strangers(walk: _Walk, home: Home) -> None:
    """Anchors in the home of a log that is not there: the whole log was replaced."""
    for path in (home.path / "anchors").glob("*.head"):
        if path.stem != walk.log:
            walk.report.fault(path.name, "這份末筆標記的稽核紀錄不見了：整份紀錄被換過")


def _compare_anchors(walk: _Walk, path: Path, expected: bool) -> None:
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        if expected:
            walk.report.fault(path.name, "錨點檔不見了")
        return
    seen = 0
    for number, line in enumerate(lines, 1):
        where, anchor = f"{path.name}:{number}", parse(line)
        if anchor is None or anchor.pop("mac", None) != hmac.new(walk.key, b"anchor\0" + canonical(anchor), sha256).hexdigest():
            if number == len(lines) and not path.read_bytes().endswith(b"\n"):
                continue  # torn by a crash; the next one stands for it
            walk.report.fault(where, "錨點的簽章不符")
            continue
        seq = anchor["seq"]
        if seq > walk.end.seq:
            walk.report.fault(where, f"末端被截去：錨點記到第 {seq} 筆，紀錄只到第 {walk.end.seq} 筆", seq)
        elif walk.hashes.get(seq, anchor["hash"]) != anchor["hash"]:
            walk.report.fault(where, "紀錄與錨點不符", seq)
        seen += 1
    if expected and not seen:
        walk.report.fault(path.name, "錨點檔是空的")


def _compare_store(walk: _Walk, operations: Iterable[tuple[str, int, str]] | None) -> None:
    if operations is None:
        return
    known = set()
    for op, seq, digest in operations:
        known.add(op)
        if walk.hashes.get(seq, digest) != digest:
            walk.report.fault(CURRENT, "資料庫記的是另一筆", seq)
        elif walk.ops.get(op) is None and seq > walk.stubbed:
            walk.report.fault(CURRENT, "資料庫有這項變更，稽核紀錄沒有", seq)
        if op in walk.voided:
            walk.report.fault(CURRENT, "標為未生效的變更卻在資料庫裡", seq)
    for op, seq in walk.ops.items():
        if op not in known and op not in walk.voided:
            walk.report.unsettled.append(seq)

