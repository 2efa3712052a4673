"""What a run found, one object a file: new, still there, gone; and the closing object with the honest coverage."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dlp.channels.share.naming import Namer
from dlp.channels.share.scan import Outcome
from dlp.channels.share.state import Row, State

Item = dict[str, Any]
Step = Callable[[Row, Item], Item]


def lines(state: State, roots: Sequence[bytes], run: int, *, namer: Namer | None = None, steps: Sequence[Step] = ()) -> Iterator[Item]:
    """One object per file with findings or not read; ``state`` tells ``new`` from ``still``.

    ``steps`` (designated folders, baseline) may change an object; one that says neither a finding nor a gap is left out.
    """
    for _, item in rows(state, roots, run, namer=namer, steps=steps):
        yield item


def rows(
    state: State, roots: Sequence[bytes], run: int, *, namer: Namer | None = None, steps: Sequence[Step] = ()
) -> Iterator[tuple[Row, Item]]:
    """As ``lines``, with the row of the state file."""
    namer = namer or Namer()
    for row in state.results(roots):
        item: Item = json.loads(row.result)
        item["name"] = namer.file(row.name, item["name"] if "policy_version" in item else None)
        item["path"] = os.path.join(namer.path(row.folder), item["name"])
        item["state"] = "new" if row.since >= run else "still"
        for step in steps:
            item = step(row, item)
        yield row, item


def gone(state: State, roots: Sequence[bytes], run: int, *, namer: Namer | None = None) -> Iterator[Item]:
    """Findings of the last time that this run no longer saw: the file vanished, was put right or moved to quarantine."""
    namer = namer or Namer()
    for folder, name, text, why in state.gone(roots, run):
        item: Item = json.loads(text)
        if not item["findings"]:
            continue
        item["name"] = namer.file(name, item["name"] if "policy_version" in item else None)
        item["path"] = os.path.join(namer.path(folder), item["name"])
        item["state"], item["why"] = "gone", why
        yield item


def total(item: Item) -> int:
    """How many findings the item has, also those beyond the kept ones."""
    return int(item.get("findings_total", len(item["findings"])))


def summary(state: State, roots: Sequence[bytes], outcome: Outcome, *, steps: Sequence[Step] = ()) -> Item:
    """The closing object: files, read, not read, findings; by action."""
    files, unread, findings, new, accepted, by_action = state.count(roots), 0, 0, 0, 0, dict[str, int]()
    for _, item in rows(state, roots, outcome.run, steps=steps):
        unread += not item["complete"]
        findings += total(item)
        accepted += bool(item.get("accepted"))
        if item["findings"]:
            by_action[item["action"]] = by_action.get(item["action"], 0) + 1
            new += item["state"] == "new"
    done = outcome.progress
    return {
        "files": files, "read": files - unread, "not_read": unread, "findings": findings, "actions": by_action,
        "new": new, "gone": sum(1 for _ in gone(state, roots, outcome.run)), "accepted": accepted, "examined": done.examined,
        "unchanged": done.unchanged, "copies": done.copies, "complete": outcome.complete, "resumed": outcome.resumed,
    }  # fmt: skip
