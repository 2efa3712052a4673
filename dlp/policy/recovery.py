"""Reading on after a syntax error, so that one run reports all of them.

A YAML parser stops at the first error.  Here the item that holds it (a rule, a top-level key) is blanked out and the rest
read again, as often as needed.
"""

from collections.abc import Set
from dataclasses import dataclass

import regex

from dlp.policy.faults import Fault
from dlp.policy.yaml12 import Node, read

MAX_TRIES = 25
_SYNTAX = frozenset({"P111", "P113", "P119", "P112"})
_ITEM = regex.compile(r"[ ]{0,3}- |[^\s#-]")


@dataclass(slots=True)
class Reading:
    """``partial``: items were left out, so that missing keys at the top mean nothing."""

    root: Node | None
    faults: list[Fault]
    partial: bool


def read_all(text: str, file: str, explained: Set[int] = frozenset()) -> Reading:
    """Nodes of ``text`` and all faults.  Syntax errors in lines of ``explained`` have been reported already."""
    lines = text.split("\n")
    faults: list[Fault] = []
    for attempt in range(MAX_TRIES):
        root, found = read("\n".join(lines), file)
        if attempt and root is None and found[-1:] and found[-1].code == "P120":
            return Reading(None, faults, True)  # nothing is left
        if root is not None or not found or found[-1].code not in _SYNTAX:
            return Reading(root, faults + found, attempt > 0)
        stopped = found[-1]
        if stopped.mark.line not in explained:
            faults.append(stopped)
        faults += found[:-1]
        if not _blank(lines, stopped.mark.line):
            return Reading(None, faults, True)
    return Reading(None, faults, True)


def _blank(lines: list[str], at: int) -> bool:
    """Blanks the item around line ``at``; False when nothing is left to blank."""
    at = min(at, len(lines) - 1)
    first = at
    while first > 0 and not (lines[first].strip() and _ITEM.match(lines[first])):
        first -= 1
    last = at + 1
    while last < len(lines) and not (lines[last].strip() and _ITEM.match(lines[last])):
        last += 1
    before = [line for line in lines[first:last] if line.strip()]
    lines[first:last] = [""] * (last - first)
    return bool(before)
