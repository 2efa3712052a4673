"""Which CSS declarations keep text from being seen: not shown, of no size, off the screen, white, clipped away."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_DECLARATION = re.compile(r"([a-z-]{1,40})\s{0,9}:\s{0,9}([^;]{1,300})")
_RULE = re.compile(r"([^{}@/]{1,500})\{([^{}]{0,4000})\}")
_COMMENT = re.compile(r"/\*.{0,10000}?\*/", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{0,6}\.?[0-9]{1,6}")
_WHITE = frozenset(
    {"white", "#fff", "#ffffff", "#fefefe", "rgb(255,255,255)", "rgba(255,255,255,1)", "transparent", "hsl(0,0%,100%)"}
)
TINY_PIXELS = 2.0
FAR_PIXELS = -200.0
RULES_MOST = 5_000


@lru_cache(maxsize=2_000)
def hides(style: str) -> bool:
    """True when the declarations of a ``style`` attribute make its text invisible."""
    found = {
        name: value.strip().lower().replace("!important", "").strip()
        for name, value in _DECLARATION.findall(style.lower())
    }
    if found.get("display") == "none" or found.get("visibility") in ("hidden", "collapse"):
        return True
    if found.get("mso-hide") == "all" or found.get("content-visibility") == "hidden":
        return True
    if (
        _tiny(found.get("font-size"))
        or _zero(found.get("opacity"))
        or _zero(found.get("max-height"))
        or _zero(found.get("max-width"))
    ):
        return True
    if any(
        _far(found.get(name)) for name in ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top")
    ):
        return True
    if found.get("overflow", "").startswith(("hidden", "clip")) and (
        _tiny(found.get("height")) or _tiny(found.get("width"))
    ):
        return True
    if found.get("clip", "").replace(" ", "") in (
        "rect(0,0,0,0)",
        "rect(0000)",
        "rect(1px,1px,1px,1px)",
        "rect(0px,0px,0px,0px)",
    ):
        return True
    return _pale(found)


def _pale(found: dict[str, str]) -> bool:
    """White (or the background's own colour) on nothing darker."""
    color = found.get("color", "").replace(" ", "")
    background = (found.get("background-color") or found.get("background") or "").replace(" ", "")
    return bool(color) and ((color in _WHITE and (not background or background in _WHITE)) or color == background)


def _value(text: str | None) -> float | None:
    match = _NUMBER.match(text) if text else None
    return float(match[0]) if match else None


def _zero(text: str | None) -> bool:
    value = _value(text)
    return value is not None and value <= 0.02


def _tiny(text: str | None) -> bool:
    value = _value(text)
    if value is None or text is None:
        return False
    return (
        value <= (TINY_PIXELS if text.rstrip().endswith(("px", "pt")) else 0.05) and not text.rstrip().endswith("%")
    ) or value == 0


def _far(text: str | None) -> bool:
    value = _value(text)
    return (
        value is not None
        and text is not None
        and (value <= FAR_PIXELS or (value <= -20 and text.endswith(("em", "vw", "vh", "%"))))
    )


@dataclass(frozen=True, slots=True)
class HiddenSelectors:
    """Classes, ids and tags that a page's own style sheets hide; the last simple selector of a rule decides."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    @classmethod
    def of(cls, sheets: Iterable[str]) -> "HiddenSelectors":
        """Read the ``<style>`` texts of a page."""
        classes: set[str] = set()
        ids: set[str] = set()
        tags: set[str] = set()
        count = 0
        for sheet in sheets:
            for selectors, body in _RULE.findall(_COMMENT.sub("", sheet)):
                count += 1
                if count > RULES_MOST:
                    break
                if hides(body):
                    for selector in selectors.split(","):
                        _sort(selector.strip(), classes, ids, tags)
        return cls(frozenset(classes), frozenset(ids), frozenset(tags))

    def hide(self, tag: str, attributes: dict[str, str]) -> bool:
        """True when a rule hides this element."""
        if not (self.tags or self.ids or self.classes):
            return False
        if tag in self.tags or attributes.get("id", "") in self.ids:
            return True
        return bool(self.classes) and not self.classes.isdisjoint(attributes.get("class", "").split())


def _sort(selector: str, classes: set[str], ids: set[str], tags: set[str]) -> None:
    last = re.split(r"[\s>+~]", selector)[-1]
    if ":" in last:
        return
    match = re.search(r"([.#]?)([\w-]{1,80})\Z", last)
    if match:
        {".": classes, "#": ids, "": tags}[match[1]].add(match[2] if match[1] else match[2].lower())
