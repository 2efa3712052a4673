"""Files beside the policies that rules point to: lists of public values, and accepted values under the key."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlp.policy.accepted import Accepted, Entry
from dlp.policy.faults import START, Fault, Mark
from dlp.policy.lists import ValueList, parse_list
from dlp.policy.policyset import Rule
from dlp.policy.yaml12 import MAX_BYTES, read

if TYPE_CHECKING:
    from dlp.policy.loading import Loaded


def read_lists(files: "Sequence[Loaded]", rules: Sequence[Rule]) -> tuple[dict[str, ValueList], list[Fault]]:
    """Every list that a rule ignores, by its name.  The same name beside several files is one list."""
    lists: dict[str, ValueList] = {}
    faults: list[Fault] = []
    for item in files:
        for where, names in (("rules", item.form.rules), ("overrides", item.form.overrides)):
            for n, form in enumerate(names):
                for i, name in enumerate(form.ignore or ()):
                    found = _read_text(item.path.parent, name)
                    if isinstance(found, str):
                        known = lists.get(name, ValueList())
                        new = parse_list(found)
                        lists[name] = ValueList(known.values | new.values, known.domains | new.domains)
                    else:
                        faults.append(item.source.at((where, n, "ignore", i), "P308", f"清單檔 {name} {found[0]}", "路徑從政策檔所在的資料夾算起"))
    return lists, faults


def _read_text(folder: Path, name: str) -> str | tuple[str]:
    """The text, or what is wrong with the file."""
    path = folder / name
    if ".." in Path(name).parts or not path.resolve().is_relative_to(folder.resolve()):
        return ("不在政策檔的資料夾裡",)
    try:
        data = path.read_bytes()
    except OSError:
        return ("找不到或讀不到",)
    if len(data) > MAX_BYTES:
        return ("太大，超過 1 MB",)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ("不是 UTF-8",)


def read_accepted(files: "Sequence[Loaded]", key: bytes | None) -> tuple[Accepted, list[Fault]]:
    """All accepted values; reads the installation's key when there are any and none was given (F46)."""
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    first: tuple[Any, int] | None = None
    for item in files:
        for i, name in enumerate(item.form.accepted or ()):
            found = _read_text(item.path.parent, name)
            if not isinstance(found, str):
                faults.append(item.source.at(("accepted", i), "P308", f"清單檔 {name} {found[0]}", "路徑從政策檔所在的資料夾算起"))
                continue
            new, more = parse_accepted(found, str(Path(item.source.file).parent / name))
            entries.update(new)
            faults += more
            first = first or (item, i)
    if not entries or first is None:
        return Accepted(), faults
    if key is None:
        from dlp.errors import DlpError
        from dlp.policy.keys import ACCEPTED_KEY, load_key

        try:
            key = load_key(ACCEPTED_KEY)
        except DlpError as err:
            faults.append(first[0].source.at(("accepted", first[1]), "P322", f"有允許清單，但金鑰不能用：{err.message}"))
            return Accepted(), faults
    return Accepted(entries, key), faults


def parse_accepted(text: str, shown: str) -> tuple[dict[str, Entry], list[Fault]]:
    """Entries of an accepted-values file (written by ``dlp policy accept``); none in a file of remarks only."""
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return {}, []
    from pydantic import ValidationError

    from dlp.policy.acceptedform import AcceptedFile, entry_of
    from dlp.policy.source import Source
    from dlp.policy.translate import translate

    root, faults = read(text, shown)
    source = Source(shown, tuple(text.split("\n")), root)
    faults = [source.fault(f.mark, f.code, f.message, f.hint) for f in faults]
    if root is None or faults:
        return {}, faults or [Fault(shown, START, "P120", "這個檔案沒有內容")]
    try:
        form = AcceptedFile.model_validate(root.data())
    except ValidationError as err:
        return {}, [translate(e, source) for e in err.errors(include_url=False)]
    return {e.digest: entry_of(e) for e in form.accepted}, []


__all__ = ["Mark", "parse_accepted", "read_accepted", "read_lists"]
