"""Faults of policy files: where, which code, what is wrong, what to write instead; and how they are shown.

Lines and columns are shown from 1, columns count characters.  Codes are stable: P1xx reading, P2xx form, P3xx meaning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import east_asian_width


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; ``line`` and ``column`` count from 0."""

    line: int
    column: int


START = Mark(0, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.  ``message`` says what is wrong, ``hint`` what to write instead; ``line_text`` is the line it stands in."""

    file: str
    mark: Mark
    code: str
    message: str
    hint: str = ""
    line_text: str = ""
    warning: bool = False

    @property
    def headline(self) -> str:
        """``file:line:column  錯誤 P102  …``"""
        word = "警告" if self.warning else "錯誤"
        return f"{self.file}:{self.mark.line + 1}:{self.mark.column + 1}  {word} {self.code}  {self.message}"

    @property
    def text(self) -> str:
        """The headline, the line with a caret under the place, and the hint."""
        lines = [self.headline]
        shown = self.line_text.replace("\t", " ").rstrip()
        if shown:
            number = f"{self.mark.line + 1:>5}"
            lines.append(f"{number} │ {shown}")
            pad = " " * width(shown[: self.mark.column])
            lines.append(f"      │ {pad}^{' ' + self.hint if self.hint else ''}")
        elif self.hint:
            lines.append(f"      {self.hint}")
        return "\n".join(lines)


def width(text: str) -> int:
    """Columns that ``text`` takes on a terminal: Chinese and full-width characters take two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults by file and place, each once."""
    unique = {(f.file, f.mark, f.code, f.message): f for f in faults}
    return tuple(sorted(unique.values(), key=lambda f: (f.file, f.mark, f.code)))


def nearest(word: str, allowed: Sequence[str]) -> str:
    """``是不是 find？`` for a word that is close to an allowed one, else an empty text."""
    close = get_close_matches(word.lower().replace("_", "-"), [a.lower() for a in allowed], n=1, cutoff=0.6)
    if not close:
        return ""
    return next(f"是不是 {a}？" for a in allowed if a.lower() == close[0])
