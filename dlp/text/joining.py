"""The joined view: the same text once more with values put together that somebody pulled apart.

Resolved here: character references, separators between single digits, letters or Han characters, one character a line,
line breaks and quote marks inside numbers, Chinese numerals used as digits, circled digits.  Made only where the plain
folded text shows such a thing (``needs_joining``), because joining may also glue what never belonged together: detectors
know from ``Passage.view`` that they look at this view and ask for more evidence.
"""

import html
from collections.abc import Callable

import numpy as np
import regex as re

from dlp.text.folding import Folded

HAN = r"\p{Han}"
SEPARATOR = r"[ \t.·\-_*|/,~'’`^+:;、。]"
LINE = r"[ \t]*\n[ \t>|]{0,12}"

CIRCLED = {**{chr(0x2460 + i): str(i + 1) for i in range(9)}, "⓪": "0", **{chr(0x2776 + i): str(i + 1) for i in range(9)},
           **{chr(0x2780 + i): str(i + 1) for i in range(9)}, **{chr(0x24F5 + i): str(i + 1) for i in range(9)},
           **{chr(0x3280 + i): str(i + 1) for i in range(9)}}  # fmt: skip
NUMERALS = {
    **dict(zip("〇零○一二三四五六七八九壹貳參肆伍陸柒捌玖兩貮叁", "0001234567891234567892" + "23", strict=True)),
    **CIRCLED,
}
NUMERAL = "[" + "".join(NUMERALS) + "]"
ANY_DIGIT = "[0-9" + "".join(NUMERALS) + "]"

ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
# A numeral used as a digit stands in a run of at least seven digits, at least one of them not ASCII.
NUMERAL_RUN = re.compile(rf"{ANY_DIGIT}(?:[ .·\-_~]{{0,3}}{ANY_DIGIT}){{6,40}}")
# Six or more single letters or digits, each apart from the next.
SPACED_ASCII = re.compile(rf"(?<![0-9A-Za-z])[0-9A-Za-z](?:{SEPARATOR}{{1,3}}[0-9A-Za-z]){{5,60}}(?![0-9A-Za-z])")
PAIRED_ASCII = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{1,4}(?:[ .·_\-/]{1,3}[0-9A-Za-z]{1,4}){2,12}(?![0-9A-Za-z])"
)
SPACED_HAN = re.compile(rf"(?<!{HAN}){HAN}(?:{SEPARATOR}{{1,4}}{HAN}){{2,200}}(?!{HAN})")
VERTICAL = re.compile(
    r"(?<![^\n])[ \t>]{0,8}([\p{Han}0-9A-Za-z:(),\-])(?:[ \t]{0,8}\n[ \t>]{0,8}[\p{Han}0-9A-Za-z:(),\-]){2,400}[ \t]{0,8}(?![^\n])"
)
BROKEN_NUMBER = re.compile(
    r"(?<=[0-9A-Za-z][0-9\-]{0,14}[0-9\-])[ \t]{0,8}\n[ \t>|]{0,12}(?=[0-9])|(?<=[A-Za-z])[ \t]{0,8}\n[ \t>|]{0,12}(?=[0-9]{8})"
)
CUES = re.compile(
    "|".join((ENTITY.pattern, rf"(?=[^\n]{{0,120}}){NUMERAL_RUN.pattern}", SPACED_ASCII.pattern, PAIRED_ASCII.pattern, SPACED_HAN.pattern,
              r"\n[ \t>]{0,8}[\p{Han}0-9A-Za-z][ \t]{0,8}\n[ \t>]{0,8}[\p{Han}0-9A-Za-z][ \t]{0,8}\n", r"[0-9\-][ \t]{0,8}\n[ \t>|]{0,12}[0-9]"))
)  # fmt: skip


def needs_joining(text: str) -> bool:
    """Whether folded ``text`` shows anything that the joined view would read differently."""
    return CUES.search(text) is not None


def join(folded: Folded) -> Folded | None:
    """The joined view of ``folded``, or None when it reads the same."""
    editor = _Editor(folded)
    for pattern, rewrite in STEPS:
        editor.apply(pattern, rewrite)
    return editor.result() if editor.changed else None


Rewrite = Callable[["re.Match[str]"], list[tuple[int, int, str]]]


def _entities(match: "re.Match[str]") -> list[tuple[int, int, str]]:
    char = html.unescape(match[0])
    return [(match.start(), match.end(), char)] if len(char) == 1 else []


def _numerals(match: "re.Match[str]") -> list[tuple[int, int, str]]:
    return [(match.start() + i, match.start() + i + 1, NUMERALS[c]) for i, c in enumerate(match[0]) if c in NUMERALS]


def _drop(chars: str) -> Rewrite:
    def rewrite(match: "re.Match[str]") -> list[tuple[int, int, str]]:
        return [(match.start() + i, match.start() + i + 1, "") for i, c in enumerate(match[0]) if c in chars]

    return rewrite


def _drop_all(match: "re.Match[str]") -> list[tuple[int, int, str]]:
    return [(match.start(), match.end(), "")]


# As phones, cards, dates, times and addresses of hosts are written anywhere: the detectors read these forms as they are.
ORDINARY = re.compile(
    r"09[0-9]{2}[ \-][0-9]{3}[ \-]?[0-9]{3}|0[2-8][0-9]{0,2}[ \-][0-9]{3,4}[ \-][0-9]{4}|(?:[0-9]{4}[ \-]){3}[0-9]{4}"
    r"|[0-9]{2,4}([./\-])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
)


def _apart(match: "re.Match[str]") -> list[tuple[int, int, str]]:
    return [] if ORDINARY.fullmatch(match[0]) else _drop(" .·_-/")(match)


SEPARATORS = " \t.·-_*|/,~'’`^+:;、。"
STEPS: tuple[tuple["re.Pattern[str]", Rewrite], ...] = (
    (ENTITY, _entities),
    (VERTICAL, _drop(" \t\n>")),
    (NUMERAL_RUN, _numerals),
    (BROKEN_NUMBER, _drop_all),
    (SPACED_ASCII, _drop(SEPARATORS)),
    (PAIRED_ASCII, _apart),
    (SPACED_HAN, _drop(SEPARATORS)),
)


class _Editor:
    """Applies replacements to a folded text and keeps its offset arrays in step."""

    def __init__(self, folded: Folded) -> None:
        size = len(folded.text)
        self.folded = folded
        self.text = folded.text
        self.starts = np.arange(size, dtype=np.int32) if folded.starts is None else folded.starts
        self.ends = self.starts + 1 if folded.ends is None else folded.ends.copy()  # written to; the plain view keeps its own
        self.changed = False

    def apply(self, pattern: "re.Pattern[str]", rewrite: Rewrite) -> None:
        edits = [edit for match in pattern.finditer(self.text) for edit in rewrite(match)]
        if not edits:
            return
        self.changed = True
        pieces: list[str] = []
        gone: list[int] = []
        at = 0
        for start, end, new in edits:  # ``new`` is one character, or none
            pieces += [self.text[at:start], new]
            gone += range(start + len(new), end)
            if new and end - start > 1:
                self.ends[start] = self.ends[end - 1]
            at = end
        self.text = "".join((*pieces, self.text[at:]))
        self.starts, self.ends = np.delete(self.starts, gone), np.delete(self.ends, gone)

    def result(self) -> Folded:
        return Folded(self.text, self.folded.base, self.folded.length, self.starts, self.ends)
