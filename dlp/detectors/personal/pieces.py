"""Visible pieces of masked numbers, and whether several of them give the whole number back.

A masked value (A1234*****) discloses nothing by itself.  Two values masked at different places, or 「前五碼」 here and
「末四碼」 there, give the number away: the pieces of one text are laid over each other, and where they agree and leave no
more than ``missing`` places open, they count as disclosed.  Values masked in the same way (the rows of a table) never
complete each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Passage
from dlp.text.numerals import to_int

MASKS = "*○●◯Xx#_□■"
MOST_PIECES = 40  # per passage; a text with more is a list of masked persons, and pairs mean nothing in it


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters known of one number, ``.`` where masked, and where they stand."""

    start: int
    end: int
    known: str
    person: str = ""


_ID = re.compile(rf"(?<![0-9A-Za-z*])[A-Z*][0-9{MASKS}]{{9}}(?![0-9A-Za-z*○●#_])")
_ID_NEAR = re.compile(r"身[分份]證|證號|ID", re.IGNORECASE)
_MOBILE = re.compile(rf"(?<![0-9A-Za-z*])(?:09|\*\*)[ -]?(?:[ -]?[0-9{MASKS}]){{8}}(?![0-9A-Za-z*○●#_])")
_ENDS = re.compile(
    r"(?P<where>前|開頭|起首|頭|末|後|尾|最後)(?:面)?(?P<count>[0-9一二三四五六七八]?)[ ]?(?:碼|位|個字)?(?:數字|號碼)?[ ]{0,2}(?:為|是|:|=)?[ ]{0,2}"
    r"[\"「(]?(?P<value>[A-Z]?[0-9]{2,8})(?![0-9A-Za-z*])"
)


def id_pieces(passage: Passage) -> list[Piece]:
    """Pieces of national or resident numbers."""
    pieces = [Piece(m.start(), m.end(), _known(m[0])) for m in _ID.finditer(passage.text) if any(c in MASKS for c in m[0])]
    pieces += _ends(passage, 10, _ID_NEAR, lambda v: v[0].isalpha())
    return pieces[:MOST_PIECES] if len(pieces) <= MOST_PIECES else []


def mobile_pieces(passage: Passage) -> list[Piece]:
    """Pieces of mobile numbers."""
    pieces = []
    for match in _MOBILE.finditer(passage.text):
        bare = match[0].replace(" ", "").replace("-", "")
        if any(c in MASKS for c in bare) and sum(c.isdigit() for c in bare) >= 3:
            pieces.append(Piece(match.start(), match.end(), _known(bare)))
    pieces += _ends(passage, 10, re.compile("手機|電話|行動|號碼"), lambda v: v.startswith("09"))
    return pieces if len(pieces) <= MOST_PIECES else []


def _known(written: str) -> str:
    return "".join("." if c in MASKS else c for c in written)


def _ends(passage: Passage, length: int, near: "re.Pattern[str]", is_head: object) -> list[Piece]:
    pieces = []
    for match in _ENDS.finditer(passage.text):
        value = match["value"]
        count = to_int(match["count"]) if match["count"] else None
        if (count is not None and count != len(value)) or len(value) >= length:
            continue
        context = passage.before(match.start(), 60) + passage.after(match.end(), 20)
        if near.search(context) is None:
            continue
        head = match["where"] in ("前", "開頭", "起首", "頭")
        if head and not is_head(value):  # type: ignore[operator]
            continue
        if not head and not value.isdigit():
            continue
        blank = "." * (length - len(value))
        pieces.append(Piece(match.start("value"), match.end("value"), value + blank if head else blank + value))
    return pieces


def reconstructed(pieces: Sequence[Piece], *, length: int, missing: int) -> list[Piece]:
    """The pieces that together leave at most ``missing`` of ``length`` places open, ordered by start."""
    found: dict[int, Piece] = {}
    for i, one in enumerate(pieces):
        for other in pieces[i + 1 :]:
            if one.person and other.person and one.person != other.person:
                continue
            union = _union(one.known, other.known)
            if union is None or union.count(".") > missing or len(union) != length:
                continue
            if union.count(".") < min(one.known.count("."), other.known.count(".")):
                found[one.start] = one
                found[other.start] = other
    return [found[start] for start in sorted(found)]


def _union(one: str, other: str) -> str | None:
    """Both laid over each other, None where they contradict."""
    if len(one) != len(other):
        return None
    out = []
    for a, b in zip(one, other, strict=True):
        if a != "." and b != "." and a != b:
            return None
        out.append(b if a == "." else a)
    return "".join(out)
