"""YAML as this audience writes it: the 1.2 core schema, with a mark on every node, and everything dangerous refused.

Plain PyYAML reads ``on`` as true and 22:00 as 1320, lets the last of two equal keys win, and expands aliases.  Here nodes
are built from libyaml's events, one by one, so that limits (L19) hold before anything is kept.  Source: YAML 1.2.2, chapter
10.3 (core schema), https://yaml.org/spec/1.2.2/, read 2026-11-25.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import regex
import yaml

from dlp.policy.faults import Fault, Mark

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 50
MAX_NODES = 100_000
MAX_SCALAR_CHARS = 4096  # one value, patterns included

Value = str | int | float | bool | None
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = regex.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = regex.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,3})?")
_OTHER_BASE = regex.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,16}")


@dataclass(slots=True)
class Node:
    """A value with its place.  ``keys`` of a mapping: name → mark of the key itself.  ``plain``: a scalar without quotes."""

    mark: Mark
    value: "Value | list[Node] | dict[str, Node]"
    keys: dict[str, Mark] = field(default_factory=dict)
    plain: bool = True

    def data(self) -> Any:
        """The value as plain Python objects."""
        if isinstance(self.value, dict):
            return {k: n.data() for k, n in self.value.items()}
        if isinstance(self.value, list):
            return [n.data() for n in self.value]
        return self.value


class _Stop(Exception):
    """Reading cannot go on; the fault is in the list already."""


class _Builder:
    """Builds the tree of one file and collects faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.nodes = 0

    def fault(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        self.faults.append(Fault(self.file, mark, code, message, hint))

    def stop(self, mark: Mark, code: str, message: str, hint: str = "") -> _Stop:
        self.fault(mark, code, message, hint)
        return _Stop()

    def document(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self.stop(_mark(event), "P118", "一個檔案只能有一份政策，這裡又用 --- 開了一份", "拆成兩個檔案")
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, events, 1)
        return root

    def node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        mark = _mark(event)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.stop(mark, "P117", f"內容太多，超過 {MAX_NODES:,} 個項目", "拆成幾個檔案")
        if depth > MAX_DEPTH:
            raise self.stop(mark, "P116", f"層數太深，超過 {MAX_DEPTH} 層")
        if isinstance(event, yaml.AliasEvent):
            self.fault(mark, "P113", "政策裡不能用 YAML 的別名（*）", "若是萬用字元，請加引號")
            return Node(mark, "＊")  # a stand-in: that it is missing need not be said twice
        if event.anchor:
            self.fault(mark, "P113", "政策裡不能用 YAML 的錨點（&）", "若是文字，請加引號")
        implicit = event.implicit[0] or event.implicit[1] if isinstance(event, yaml.ScalarEvent) else event.implicit
        if event.tag and not (implicit and event.tag.startswith("tag:yaml.org,2002:")):
            self.fault(mark, "P112", "政策裡不能用 YAML 的型別標籤（!）", "若是文字，請加引號")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(mark, list(self.items(events, depth)))
        return self.mapping(mark, events, depth)

    def scalar(self, event: Any, mark: Mark) -> Node:
        if len(event.value) > MAX_SCALAR_CHARS:
            self.fault(mark, "P115", f"這個值太長，超過 {MAX_SCALAR_CHARS:,} 個字")
        plain = event.style is None or event.style == ""
        return Node(mark, resolve(event.value) if plain else event.value, plain=plain)

    def items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self.node(event, events, depth + 1)

    def mapping(self, mark: Mark, events: Iterator[Any], depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            name = event.value if isinstance(event, yaml.ScalarEvent) else None
            if name is None:
                self.fault(key.mark, "P123", "鍵必須是一個詞，不能是清單或對照表")
            elif name in keys:
                first = keys[name]
                self.fault(key.mark, "P114", f"鍵 {name} 重複了，第 {first.line + 1} 行已經寫過", "刪掉其中一個")
            else:
                values[name], keys[name] = value, key.mark
        return Node(mark, values, keys)


def resolve(text: str) -> Value:
    """Value of a scalar without quotes, by the YAML 1.2 core schema.  ``22:00``, ``on``, ``no`` and dates stay text."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] in "-+.0123456789":
        if _INT.fullmatch(text):
            return int(text)
        if _OTHER_BASE.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


def read(text: str, file: str) -> tuple[Node | None, list[Fault]]:
    """Tree of ``text`` and its faults.  The tree is None when the text is no YAML, breaks a limit, or is empty."""
    builder = _Builder(file)
    try:
        root = builder.document(yaml.parse(text, Loader=_Loader))
    except _Stop:
        return None, builder.faults
    except yaml.MarkedYAMLError as err:
        builder.faults.append(_syntax_fault(err, text, file))
        return None, builder.faults
    except yaml.reader.ReaderError as err:
        before = text[: err.position] if isinstance(err.position, int) else ""
        mark = Mark(before.count("\n"), len(before) - before.rfind("\n") - 1)
        builder.fault(mark, "P105", "這裡有看不見的控制字元", "刪掉它")
        return None, builder.faults
    if root is None:
        builder.fault(Mark(0, 0), "P120", "這個檔案沒有內容", "用 dlp policy new 產生範本")
    return root, builder.faults


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line, event.start_mark.column)


# libyaml's words → (code, zh-TW message, hint).  The first that is part of the problem wins.
_PROBLEMS = (
    ("maximum nesting depth", "P116", f"層數太深，超過 {MAX_DEPTH} 層", ""),
    ("alphabetic or numeric", "P113", "「*」或「&」開頭的值要加引號", "例如 \"*.gov.tw\""),
    ("mapping values are not allowed", "P111", "這裡不能再有冒號：縮排不對，或文字裡有「: 」", "對齊縮排；文字裡有冒號時整段加引號"),
    ("could not find expected ':'", "P111", "少了冒號：這一行應該是「鍵: 值」", "鍵後面加半形冒號和一格空白"),
    ("did not find expected ',' or ']'", "P111", "中括號清單沒有寫完：少了逗號或 ]", "項目之間用半形逗號，最後補上 ]"),
    ("did not find expected ',' or '}'", "P111", "大括號沒有寫完：少了逗號或 }", "項目之間用半形逗號，最後補上 }"),
    ("did not find expected '-' indicator", "P111", "清單項目沒有對齊，或少了開頭的「- 」", "每一項都從同一欄的「- 」開始"),
    ("did not find expected key", "P111", "縮排不對：這一行和上面的鍵沒有對齊，或引號後面還有字", "同一層的鍵要從同一欄開始"),
    ("did not find expected node content", "P111", "這裡應該有值，卻遇到標點", "補上值，或刪掉多的標點"),
    ("block sequence entries are not allowed", "P111", "「- 」不能接在同一行的鍵後面", "清單從下一行開始寫"),
    ("unexpected end of stream", "P111", "引號沒有關", "補上結尾的引號"),
    ("document indicator", "P111", "引號沒有關", "補上結尾的引號"),
    ("cannot start any token", "P111", "這個字元不能放在開頭", "若是文字，請加引號"),
    ("unknown escape character", "P111", "雙引號裡的反斜線寫法不對", "改用單引號，或寫成 \\\\"),
    ("found undefined tag handle", "P112", "政策裡不能用 YAML 的型別標籤（!）", "若是文字，請加引號"),
    ("tag", "P112", "政策裡不能用 YAML 的型別標籤（!）", "若是文字，請加引號"),
)  # fmt: skip
_AT_START = {"did not find expected ',' or ']'", "did not find expected ',' or '}'", "unexpected end of stream", "document indicator"}


def _syntax_fault(err: yaml.MarkedYAMLError, text: str, file: str) -> Fault:
    problem = err.problem or ""
    lines = text.split("\n")
    for words, code, message, hint in _PROBLEMS:
        if words in problem:
            where = err.context_mark if words in _AT_START and err.context_mark else err.problem_mark or err.context_mark
            mark = Mark(where.line, where.column) if where else Mark(0, 0)
            if code == "P111" and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t":
                return Fault(file, mark, "P119", "縮排用了 Tab", "改成空白（dlp policy fix 可自動改）")
            return Fault(file, mark, code, message, hint)
    where = err.problem_mark or err.context_mark
    return Fault(file, Mark(where.line, where.column) if where else Mark(0, 0), "P111", "這裡不合 YAML 的寫法", "檢查縮排、引號與標點")
