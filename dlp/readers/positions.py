"""Where on a page something stands: lengths in the units office files use, and the corner they amount to."""

import re

from dlp.document import Corner

# Share of the page's height that counts as its upper or lower edge: a page header with its margin on A4.
BAND = 0.14
A4_POINTS = (595.3, 841.9)
_LENGTH = re.compile(r"\s{0,9}(-?[0-9]{1,9}(?:\.[0-9]{1,9})?|-?\.[0-9]{1,9})\s{0,9}(cm|mm|in|pt|pc|px|emu)?", re.IGNORECASE)
_POINTS = {"cm": 28.3465, "mm": 2.83465, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75, "emu": 1 / 12_700, "": 1.0}
_HORIZONTAL = {
    "left": "left", "start": "left", "both": "left", "justify": "left", "distribute": "left", "inside": "left",
    "from-left": "", "center": "center", "centre": "center", "right": "right", "end": "right", "outside": "right",
}  # fmt: skip


def points(length: str | None) -> float | None:
    """A length such as ``2.5cm`` in points; None when it is none."""
    found = _LENGTH.match(length) if length else None
    return float(found[1]) * _POINTS[(found[2] or "").lower()] if found else None


def horizontal(alignment: str | None) -> str:
    """``left``, ``center``, ``right``, or ``""`` for an alignment word of any office format."""
    return _HORIZONTAL.get(alignment or "", "")


def corner(band: str, where: str) -> Corner | None:
    """The corner for ``top`` or ``bottom`` and ``left``, ``center`` or ``right``; None when either is unknown."""
    if band not in ("top", "bottom") or where not in ("left", "center", "right"):
        return None
    return Corner(f"{band}-{where}")


def box_corner(
    left: float | None, top: float | None, width: float | None, height: float | None, page: tuple[float, float]
) -> Corner | None:
    """Corner of a box (any one unit, from the page's top left) that lies in the page's upper or lower band."""
    if left is None or top is None or page[0] <= 0 or page[1] <= 0:
        return None
    middle = (left + (width or 0) / 2) / page[0]
    bottom = top + (height or 0)
    if not 0 <= middle <= 1 or bottom < 0 or top > page[1]:
        return None
    if bottom <= page[1] * BAND or (top <= page[1] * BAND / 3 and bottom <= page[1] * 0.3):
        band = "top"
    elif top >= page[1] * (1 - BAND):
        band = "bottom"
    else:
        return None
    return corner(band, "left" if middle < 0.36 else "right" if middle > 0.64 else "center")


def outside(left: float, top: float, width: float, height: float, page: tuple[float, float]) -> bool:
    """True when a box lies wholly off the page or has no extent."""
    return left >= page[0] or top >= page[1] or left + width <= 0 or top + height <= 0 or (width == 0 and height == 0)
