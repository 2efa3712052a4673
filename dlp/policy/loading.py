"""From files to a PolicySet: read all, report every fault of all at once, or take effect as a whole.

A folder stands for its ``*.yaml`` files in order of name.  ``extends: shipped`` in any file adds the shipped policies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlp.errors import PolicyError
from dlp.policy.faults import START, Fault, in_order
from dlp.policy.policyset import PolicySet
from dlp.policy.punctuation import repair
from dlp.policy.recovery import read_all
from dlp.policy.source import Source
from dlp.policy.yaml12 import MAX_BYTES, Node
from dlp.resources import shipped

MAX_FILES = 500


@dataclass(slots=True)
class Loaded:
    """One file: its source and its model (None when faulty)."""

    source: Source
    path: Path
    form: Any  # schema.PolicyFile | None
    shipped: bool = False


def shipped_folder() -> Path:
    """Folder of the policies that come with the product."""
    return shipped("policies")


def load_shipped() -> PolicySet:
    """The shipped policies.  Raises PolicyError."""
    return load_policies([shipped_folder()])


def load_policies(paths: Sequence[Path | str] | Path | str, *, key: bytes | None = None) -> PolicySet:
    """PolicySet of files and folders together.

    ``key`` is the installation's key for accepted values; None reads it from the data folder when it is needed.
    Raises PolicyError with every fault of every file.
    """
    policy, faults = examine(paths, key=key)
    errors = [f for f in faults if not f.warning]
    if policy is None or errors:
        raise PolicyError(f"政策有 {len(errors)} 個錯誤，未生效。", faults=tuple(f.text for f in faults))
    return policy


def examine(paths: Sequence[Path | str] | Path | str, *, key: bytes | None = None) -> tuple[PolicySet | None, tuple[Fault, ...]]:
    """The PolicySet (None when it cannot take effect) and all faults, warnings included, in order of place."""
    from dlp.policy.compiling import compile_files

    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    files, faults = _files([Path(p) for p in given])
    loaded: list[Loaded] = []
    for path, shown in files:
        item, found = load_file(path, shown)
        loaded.append(item)
        faults += found
    if any(f.form is not None and f.form.extends and "shipped" in f.form.extends for f in loaded):
        loaded, more = _with_shipped(loaded)
        faults += more
    policy, found = compile_files(loaded, key=key)
    faults += found
    if any(not f.warning for f in faults):
        return None, in_order(faults)
    return policy, in_order(faults)


def _files(paths: Sequence[Path]) -> tuple[list[tuple[Path, str]], list[Fault]]:
    out: dict[Path, str] = {}
    faults: list[Fault] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml") and not p.name.startswith("."))
            if not inside:
                faults.append(Fault(str(path), START, "P316", "這個資料夾裡沒有政策檔（*.yaml）", "用 dlp policy new 產生範本"))
            out.update((p.resolve(), str(p)) for p in inside)
        else:
            out[path.resolve()] = str(path)
    if not paths:
        faults.append(Fault("政策", START, "P316", "沒有給政策檔"))
    if len(out) > MAX_FILES:
        faults.append(Fault("政策", START, "P117", f"政策檔太多，超過 {MAX_FILES} 個"))
    return list(out.items())[:MAX_FILES], faults


def _with_shipped(loaded: list[Loaded]) -> tuple[list[Loaded], list[Fault]]:
    """Shipped files first, unless they are among the files already."""
    have = {item.path for item in loaded}
    before, faults = [], []
    for path in sorted(shipped_folder().glob("*.yaml")):
        if path.resolve() not in have:
            item, found = load_file(path, str(path))
            item.shipped = True
            before.append(item)
            faults += found
    return before + loaded, faults


def load_file(path: Path, shown: str) -> tuple[Loaded, list[Fault]]:
    """One file read and checked by itself."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as err:
        message = "找不到這個檔案" if isinstance(err, FileNotFoundError) else f"讀不到這個檔案（{type(err).__name__}）"
        return Loaded(Source(shown, ()), path, None), [Fault(shown, START, "P100", message, "確認路徑與權限")]
    source, form, faults = check_bytes(data, shown)
    return Loaded(source, path.resolve(), form), faults


def check_bytes(data: bytes, shown: str) -> tuple[Source, Any, list[Fault]]:
    """Bytes of one file → source, model (None when faulty), faults."""
    if len(data) > MAX_BYTES:
        return Source(shown, ()), None, [Fault(shown, START, "P115", "政策檔太大，超過 1 MB", "拆成幾個檔案")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = data[: err.start].count(b"\n")
        return Source(shown, ()), None, [_encoding_fault(data, shown, line)]
    lines = tuple(text.split("\n"))
    repaired = repair(text, shown)
    reading = read_all(repaired.text, shown, explained={f.mark.line for f in repaired.faults})
    source = Source(shown, lines, reading.root, repaired.original)
    read_faults = [source.fault(f.mark, f.code, f.message, f.hint) for f in reading.faults]
    form, faults = _check(source, partial=reading.partial)
    faults = [*repaired.faults, *read_faults, *faults]
    return source, form if not faults else None, faults


def _encoding_fault(data: bytes, shown: str, line: int) -> Fault:
    from dlp.policy.faults import Mark

    try:
        data.decode("cp950")
        message = "檔案不是 UTF-8，看起來是 Big5"
    except UnicodeDecodeError:
        message = "檔案不是 UTF-8"
    return Fault(shown, Mark(line, 0), "P101", message, "另存新檔時選 UTF-8 編碼")


def _check(source: Source, *, partial: bool) -> tuple[Any, list[Fault]]:
    if source.root is None:
        return None, []
    if not isinstance(source.root.value, dict):
        return None, [] if partial else [source.fault(source.root.mark, "P122", "政策檔要從「鍵: 值」開始", "第一行寫 version: 1")]
    from pydantic import ValidationError

    from dlp.policy.schema import PolicyFile
    from dlp.policy.translate import translate

    empty = [] if partial else [source.fault(m, "P202", f"鍵 {k} 沒有值", "補上值，或刪掉這一行") for k, m in _empty(source.root)]
    try:
        return PolicyFile.model_validate(_without_empty(source.root)), empty
    except ValidationError as err:
        errors = [e for e in err.errors(include_url=False) if not _said_already(e, source, partial=partial)]
        return None, empty + [translate(e, source) for e in errors]


def _said_already(error: Any, source: Source, *, partial: bool) -> bool:
    """A missing key that stands there without a value, or in an item that was left out."""
    path = tuple(error["loc"])
    if error["type"] == "missing":
        parent = source.node(path[:-1])
        return (partial and len(path) == 1) or (parent is not None and path[-1] in parent.keys)
    if error["type"] == "P201":
        node = source.node(path)
        wanted = str((error.get("ctx") or {}).get("keys", "")).split("、")
        return (partial and not path) or (node is not None and any(k in node.keys for k in wanted))
    return False


def _empty(node: Node) -> Iterable[tuple[str, Any]]:
    """Keys without a value: ``then:`` with nothing behind it is a forgotten line, never a default."""
    if isinstance(node.value, dict):
        for key, below in node.value.items():
            if below.value is None and not _looks_broken(key):
                yield key, node.keys[key]
            else:
                yield from _empty(below)
    elif isinstance(node.value, list):
        for below in node.value:
            yield from _empty(below)


def _looks_broken(key: str) -> bool:
    """``mail:hold`` without a space is read as a key; the unknown key is the fault to report."""
    return ":" in key or "：" in key


def _without_empty(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {k: _without_empty(n) for k, n in node.value.items() if n.value is not None or _looks_broken(k)}
    if isinstance(node.value, list):
        return [_without_empty(n) for n in node.value]
    return node.value
