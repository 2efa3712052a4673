"""The paper around a mark: page frames and titles, head and foot, whether it is laid out as an official paper or teaches."""

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.grades import PAPER_PARTS
from dlp.detectors.setting import setting_of
from dlp.document import Place

FRAMES = frozenset({Place.HEADER, Place.FOOTER, Place.WATERMARK, Place.TEXT_BOX})
TITLES = frozenset({Place.SUBJECT, Place.SHEET_NAME})
FRAME_LINE_CHARS = 80  # longer lines of a page frame are text
HEAD_LINES, FOOT_LINES = 3, 2  # lines with something in them, of a text or page
TITLE_CHARS = 48


def is_paper(passage: Passage) -> bool:
    """Whether the passage is laid out as an official paper: at least two of its parts stand at the start of lines."""
    return passage.once("official.paper", lambda: len({re.sub(r"[\s:|]", "", m[0]) for m in PAPER_PARTS.finditer(passage.text, 0, 20_000)}) >= 2)


def explains(passage: Passage) -> bool:
    """Whether the passage teaches or is law, and is no paper itself."""
    whole = setting_of(passage)
    return (whole.teaching or whole.law) and not is_paper(passage)


def where(passage: Passage, low: int) -> str:
    """Where the line that starts at ``low`` stands: head, page (top of a later page), foot or middle."""
    text = passage.text
    page = max(text.rfind("\f", 0, low + 1), text.rfind("\v", 0, low + 1)) + 1
    above = text[max(page, low - 400) : low]
    full = [line for line in above.split("\n") if line.strip(" \t>")]
    at_top = low - page <= 400 and len(full) < HEAD_LINES
    if at_top and (page or passage.folded.base == 0):
        return "page" if page else "head"
    below = text[low : low + 300]
    rest = [line for line in below.split("\n")[1:] if line.strip(" \t>")]
    return "foot" if low + len(below) >= len(text) and len(rest) < FOOT_LINES and passage.part.place is not Place.CELLS else "middle"


def above_upright(text: str, low: int) -> bool:
    """Whether the line above the one that begins at ``low`` is a single character: upright text, of which this is a later part."""
    return re.fullmatch(r"[ \t>]{0,12}\p{Han}[ \t]{0,4}", text[max(0, low - 20) : low].rstrip("\n").rpartition("\n")[2]) is not None
