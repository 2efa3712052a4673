"""A policy file as it was read: its lines and its nodes, so that every fault can be shown where it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dlp.policy.faults import START, Fault, Mark
from dlp.policy.yaml12 import Node

Path = Sequence[str | int]  # as in pydantic: ("rules", 0, "then", "mail")


@dataclass(slots=True)
class Source:
    """``file`` is the name as people gave it, ``lines`` the original lines, ``root`` the nodes (None when unreadable).

    Nodes were read from the repaired text; ``original`` leads their marks back.
    """

    file: str
    lines: tuple[str, ...]
    root: Node | None = None
    original: Callable[[Mark], Mark] = lambda mark: mark

    def node(self, path: Path) -> Node | None:
        """The node at ``path``, or the nearest one above it that exists."""
        at = self.root
        for step in path:
            below = _below(at, step)
            if below is None:
                return at
            at = below
        return at

    def mark(self, path: Path) -> Mark:
        """Place of the value at ``path``, or of the nearest above it."""
        node = self.node(path)
        return node.mark if node else START

    def key_mark(self, path: Path) -> Mark:
        """Place of the last key of ``path`` itself."""
        parent = self.node(path[:-1])
        if parent is not None and isinstance(path[-1], str) and path[-1] in parent.keys:
            return parent.keys[path[-1]]
        return self.mark(path)

    def fault(self, mark: Mark, code: str, message: str, hint: str = "", *, warning: bool = False) -> Fault:
        mark = self.original(mark)
        line = self.lines[mark.line].rstrip("\r") if mark.line < len(self.lines) else ""
        return Fault(self.file, mark, code, message, hint, line, warning)

    def at(self, path: Path, code: str, message: str, hint: str = "", *, warning: bool = False) -> Fault:
        """A fault at the value of ``path``."""
        return self.fault(self.mark(path), code, message, hint, warning=warning)


def _below(node: Node | None, step: str | int) -> Node | None:
    if node is None:
        return None
    if isinstance(step, str) and isinstance(node.value, dict):
        return node.value.get(step)
    if isinstance(step, int) and isinstance(node.value, list) and step < len(node.value):
        return node.value[step]
    return None
