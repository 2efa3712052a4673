"""The mechanical faults of people who type Chinese: full-width marks, spaces and quotes where YAML wants ASCII.

YAML does not complain about many of these, it reads something else: a full-width space before ``-`` silently empties
``rules``, ``mail：hold`` is a word without a value.  So they are looked for first, repaired in memory, and the repaired text
is read on, so that one run reports everything.  ``dlp policy fix`` writes the repaired text.

Prose is left alone: a full-width comma between Chinese characters is punctuation, between two keys it is a fault.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from dlp.policy.faults import Fault, Mark
from dlp.policy.keywords import KEYS, PROSE_KEYS

COLONS = "：︰﹕∶"
COMMAS = "，、；﹐"
DASHES = "－—–‐−﹣"
OPENING = {"［": "[", "｛": "{", "【": "[", "〔": "["}
CLOSING = {"］": "]", "｝": "}", "】": "]", "〕": "]"}
QUOTES = {"“": "”", "”": "”", "＂": "＂", "„": "”", "‘": "’", "＇": "＇"}
WIDE_SPACE = "\u3000"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CLOSERS = "\"'”＂]}］｝"
ODD_SPACES = "\u00a0\u2002\u2003\u2009\u202f"

_INDENT = regex.compile(rf"[ \t{WIDE_SPACE}{ODD_SPACES}{INVISIBLE}]{{0,200}}")
_ODD_BREAK = regex.compile("[\x85\u2028\u2029]|\r(?!$)")
_GAP = regex.compile(rf"[ {WIDE_SPACE}{ODD_SPACES}]{{0,50}}")
_DASH = regex.compile(rf"([-{DASHES}])([ {WIDE_SPACE}{ODD_SPACES}]|$)")
_KEY = regex.compile(rf"([A-Za-zＡ-Ｚａ-ｚ][A-Za-z0-9_Ａ-Ｚａ-ｚ０-９＿－{INVISIBLE}-]{{0,39}})[ {WIDE_SPACE}]{{0,3}}([:{COLONS}])")
_WIDE_WORD = regex.compile(r"[A-Za-z0-9_.:*@ -]{0,40}[！-～][A-Za-z0-9_.:*@！-～-]{0,60}")
_STAR = regex.compile(r"\*[.@][^\s,\]}#，]{1,255}")
_BLOCK = regex.compile(rf"(?:[:{COLONS}]|^|-)[ ]{{0,5}}[|>][-+0-9]{{0,2}}[ ]{{0,20}}(?:#.{{0,200}})?\r?$")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``[start, end)`` of a line; ``fault`` is what is said about it."""

    start: int
    end: int
    new: str


@dataclass(slots=True)
class Repaired:
    """The repaired text, what was wrong, and the way back to the original columns."""

    text: str
    faults: list[Fault]
    edits: dict[int, list[Edit]] = field(default_factory=dict)

    def original(self, mark: Mark) -> Mark:
        """The mark in the original of a mark in the repaired text."""
        column, shift = mark.column, 0
        for edit in self.edits.get(mark.line, ()):
            at = edit.start + shift
            if column < at:
                break
            grown = len(edit.new) - (edit.end - edit.start)
            if column < at + len(edit.new):
                return Mark(mark.line, edit.start)
            shift += grown
        return Mark(mark.line, column - shift)


def repair(text: str, file: str) -> Repaired:
    """``text`` with the mechanical faults repaired; the number of lines stays."""
    walk = _Walk(file)
    lines = [walk.line(n, line) for n, line in enumerate(text.split("\n"))]
    return Repaired("\n".join(lines), walk.faults, walk.edits)


class _Walk:
    """Walks the lines with just enough state: open quote, open brackets, block scalar."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.edits: dict[int, list[Edit]] = {}
        self.quote = ""
        self.depth = 0
        self.block = -1  # indentation of the key whose block scalar is open
        self.columns: list[tuple[int, bool]] = []  # open columns of the block structure, True for list marks

    def line(self, number: int, line: str) -> str:
        self.number, self.text = number, line
        self.found: list[Edit] = []
        indent = _INDENT.match(line).end()
        if _ODD_BREAK.search(line):
            return self._breaks(line)
        if self.block >= 0:
            if not line.strip() or len(line) - len(line.lstrip(" ")) > self.block:
                return line
            self.block = -1
        if not self.quote and not self.depth and _is_plain(line):
            self._cheap(line)
            return line
        at = self._start(indent) if not self.quote else 0
        self._tokens(at)
        if not self.quote and not self.depth and _BLOCK.search(line):
            self.block = indent
        return self._apply()

    def _breaks(self, line: str) -> str:
        """Characters that YAML takes for line ends and editors do not: line numbers would be wrong from here on."""
        for match in _ODD_BREAK.finditer(line):
            self._fault(match.start(), match.end(), " ", "P105", "這裡有看不見的換行字元", "改成一般空白或刪掉")
        return self._apply()

    def _cheap(self, line: str) -> None:
        """State after a line that cannot hold a fault."""
        if line.strip():
            self._open(len(line) - len(line.lstrip(" ")), line.lstrip(" "))
        if _BLOCK.search(line):
            self.block = len(line) - len(line.lstrip(" "))

    def _open(self, indent: int, rest: str) -> None:
        """Remembers where the structure stands after a line that begins with ``rest`` at ``indent``."""
        if rest.startswith("#"):
            return
        self.columns = [c for c in self.columns if c[0] < indent]
        while rest[:1] in ("-", *DASHES) and rest[1:2] in ("", " ", WIDE_SPACE):
            self.columns.append((indent, True))
            after = rest[1:].lstrip(" " + WIDE_SPACE)
            indent, rest = indent + len(rest) - len(after), after
        self.columns.append((indent, False))

    def _indentation(self, indent: int) -> int:
        """Columns that the white space ``[0, indent)`` was meant as: tabs and full-width spaces have no width of their own."""
        space, listed = self.text[:indent], self.text[indent : indent + 1] in ("-", *DASHES)
        plain = sum(c == " " or c in ODD_SPACES for c in space)
        odd = sum(c == "\t" or c == WIDE_SPACE for c in space)
        widths = [plain + odd * w for w in ((2, 1) if WIDE_SPACE in space else (2, 4, 8, 1))]
        fitting = {column for column, is_list in self.columns if is_list == listed}
        return next((w for w in widths if w in fitting), widths[0])

    def _apply(self) -> str:
        if not self.found:
            return self.text
        edits = sorted(self.found, key=lambda e: e.start)
        self.edits[self.number] = edits
        out, at = [], 0
        for edit in edits:
            out += [self.text[at : edit.start], edit.new]
            at = edit.end
        return "".join([*out, self.text[at:]])

    def _fault(self, start: int, end: int, new: str, code: str, message: str, hint: str) -> None:
        if any(e.start < end and start < e.end for e in self.found):
            return
        self.found.append(Edit(start, end, new))
        mark = Mark(self.number, start)
        self.faults.append(Fault(self.file, mark, code, message, f"{hint}（dlp policy fix 可自動改）", self.text.rstrip("\r")))

    def _start(self, indent: int) -> int:
        """Indentation, list marks and the key of a line."""
        if indent and self.text[:indent].strip(" "):
            self._spaces(0, indent, in_indent=True)
        if not self.depth and self.text[indent:].strip():
            self._open(self._indentation(indent), self.text[indent:])
        at = indent
        if self.text[at : at + 1] == "＃":
            self._fault(at, at + 1, "#", "P109", "這裡用了全形井字號「＃」", "改成半形 #")
            return len(self.text)
        while match := _DASH.match(self.text, at):
            if match[1] != "-":
                self._fault(at, at + 1, "-", "P110", f"這裡用了全形連字號「{match[1]}」", "改成半形連字號加一格：-")
            end = _GAP.match(self.text, at + 1).end()
            self._spaces(at + 1, end)
            at = end
            if match.end() == match.end(1):
                break
        if self.depth:
            return at
        after_key = self._key(at)
        return self._value(at, "text") if after_key == at and at > indent else after_key

    def _spaces(self, start: int, end: int, *, in_indent: bool = False) -> None:
        """Odd white space in ``[start, end)``, one fault for a run."""
        odd = [i for i in range(start, end) if self.text[i] != " "]
        if not odd or not self.text[end:].strip():
            return
        run = self.text[odd[0] : odd[-1] + 1]
        if in_indent:
            new = " " * max(0, self._indentation(end) - (end - start - len(run)))
        else:
            new = "".join("" if c in INVISIBLE else " " for c in run)
        if WIDE_SPACE in run:
            code, what, hint = "P104", "這裡用了全形空白", "改成半形空白"
        elif "\t" in run:
            if not in_indent:
                return
            code, what, hint = "P119", "縮排用了 Tab", "改成空白"
        else:
            code, what, hint = "P105", "這裡有看不見的字元", "改成一般空白或刪掉"
        self._fault(odd[0], odd[-1] + 1, new, code, what, hint)

    def _key(self, at: int) -> int:
        """A key at ``at``: its width, its colon, the space behind it.  Returns where the value begins."""
        match = _KEY.match(self.text, at)
        if match is None:
            return at
        key, colon = match[1], match[2]
        plain = _plain_word(key)
        after = self.text[match.end() :]
        known = plain in KEYS
        if not known and not (colon in COLONS and plain == key and (not after.strip() or after.lstrip()[:1] in "{[")):
            return at
        if plain != key:
            bad = "看不見的字元" if set(key) & set(INVISIBLE) else "全形字"
            self._fault(at, at + len(key), plain, "P121", f"鍵 {plain} 裡有{bad}", f"改成 {plain}")
        gap = _GAP.match(self.text, match.end()).end()
        if colon in COLONS:
            rest = _first_word(self.text[gap:])
            hint = f"改成半形冒號加一格：{plain}: {rest}" if rest else f"改成半形冒號：{plain}:"
            new = ":" if not after.strip() or after[:1] == " " else ": "
            self._fault(match.start(2), match.end(2), new, "P102", f"這裡用了全形冒號「{colon}」", hint)
        elif after and not after[0].isspace() and not after.startswith(("//", ":")):
            rest = _first_word(after)
            self._fault(match.end(), match.end(), " ", "P106", f"鍵 {plain} 的冒號後面少了一格空白", f"改成 {plain}: {rest}")
        self._spaces(match.end(), gap)
        return self._value(gap, plain)

    def _value(self, at: int, key: str) -> int:
        """What begins a value: full-width quotes and brackets, a star without quotes, full-width words."""
        char = self.text[at : at + 1]
        if char in QUOTES and char:
            self._quoted(at)
        elif char in OPENING and char:
            self._fault(at, at + 1, OPENING[char], "P109", f"這裡用了全形括號「{char}」", f"改成半形 {OPENING[char]}")
            self.depth += 1
            return self._item(at + 1)
        elif match := _STAR.match(self.text, at):
            self._fault(at, match.end(), f'"{match[0]}"', "P107", f"{match[0]} 開頭的星號要加引號", f'改成 "{match[0]}"')
            return int(match.end())
        elif key not in PROSE_KEYS and (match := _WIDE_WORD.match(self.text, at)) and _ends_here(self.text, match.end()):
            plain = unicodedata.normalize("NFKC", match[0])
            if all(c.isascii() for c in plain) and not set(match[0]) & set("，［］｛｝"):
                self._fault(at, match.end(), plain, "P121", f"{match[0]} 用了全形字", f"改成 {plain}")
                return int(match.end())
        return at

    def _quoted(self, at: int) -> None:
        opening = self.text[at]
        end = self.text.find(QUOTES[opening], at + 1)
        inside = self.text[at + 1 : end]
        if end < 0 or '"' in inside or "\\" in inside or not _ends_here(self.text, end + 1):
            return
        self._fault(at, at + 1, '"', "P108", f"這裡用了全形引號「{opening}」", '改成半形引號 "…"')
        self.found.append(Edit(end, end + 1, '"'))

    def _item(self, at: int) -> int:
        """A key or value inside brackets."""
        gap = _GAP.match(self.text, at).end()
        self._spaces(at, gap)
        after_key = self._key(gap)
        return after_key if after_key != gap else self._value(gap, "")

    def _tokens(self, at: int) -> None:
        text = self.text
        while at < len(text):
            char = text[at]
            if self.quote:
                at = self._close_quote(at)
            elif char == "#" and (at == 0 or text[at - 1].isspace()):
                return
            elif char in "\"'" and self._at_value(at):
                self.quote, at = char, at + 1
            elif char in "[{" and (self.depth or self._at_value(at)):
                self.depth += 1
                at = self._item(at + 1)
            elif self.depth:
                at = self._in_brackets(at, char)
            else:
                at += 1

    def _in_brackets(self, at: int, char: str) -> int:
        if char in "]}":
            self.depth -= 1
        elif char == ",":
            return self._item(at + 1)
        elif char in COMMAS and self._separates(at):
            self._fault(at, at + 1, "," if self.text[at + 1 : at + 2] == " " else ", ", "P103", f"這裡用了全形標點「{char}」", "改成半形逗號加一格")
            return self._item(at + 1)
        elif char in CLOSING and _ends_here(self.text, at + 1):
            self._fault(at, at + 1, CLOSING[char], "P109", f"這裡用了全形括號「{char}」", f"改成半形 {CLOSING[char]}")
            self.depth -= 1
        return at + 1

    def _separates(self, at: int) -> bool:
        """A full-width comma that stands between items, not in a sentence."""
        before, rest = self.text[:at].rstrip()[-1:], self.text[at + 1 :].lstrip(" " + WIDE_SPACE)
        match = _KEY.match(rest)
        if match is not None and _plain_word(match[1]) in KEYS:
            return True
        if before and before in CLOSERS:
            return True
        return before.isascii() and (before.isalnum() or before == "*") and rest[:1].isascii() and (rest[:1].isalnum() or rest[:1] in "\"'")

    def _at_value(self, at: int) -> bool:
        """True where a value may begin: after a colon, a comma, a bracket, a list mark, or at the start."""
        done = [e for e in self.found if e.end <= at]
        before = self.text[:at].rstrip()
        if done and done[-1].end >= len(before):
            return True
        return not before or before[-1] in ":,[{-，："

    def _close_quote(self, at: int) -> int:
        text = self.text
        if self.quote == '"' and text[at] == "\\":
            return at + 2
        if text[at] == self.quote:
            if self.quote == "'" and text[at + 1 : at + 2] == "'":
                return at + 2
            self.quote = ""
        return at + 1


def _is_plain(line: str) -> bool:
    """A line of a comment or a key and a value with nothing to look at; most lines of most files."""
    return line.isascii() and not any(c in line for c in "\t[{*\"'") and not _TIGHT.match(line)


_TIGHT = regex.compile(r"[ ]{0,200}(?:- ){0,3}[A-Za-z][A-Za-z0-9_-]{0,39}:[^ \r\n]")


def _plain_word(key: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", key) if c not in INVISIBLE).replace("－", "-")


def _first_word(text: str) -> str:
    """What stands behind, short, for a hint."""
    word: str = regex.split(r"[\s,}\]#，]", text.strip(), maxsplit=1)[0]
    return word if len(word) <= 24 else word[:24] + "…"


def _ends_here(text: str, at: int) -> bool:
    """True at the end of a value: nothing follows but a separator or a remark."""
    rest = text[at:].lstrip(" " + WIDE_SPACE)
    return not rest.rstrip("\r") or rest[0] in ",]}#，］｝"


def edits_of(repaired: Repaired) -> Iterator[tuple[int, Edit]]:
    """All edits in order, with their line (from 0)."""
    for line in sorted(repaired.edits):
        for edit in repaired.edits[line]:
            yield line, edit
