"""What ODF styles say about where and whether text shows: alignment, tab stops, hidden text, page sizes, slides."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlp.readers.positions import A4_POINTS, horizontal, points

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OLD = "http://openoffice.org/2000/"  # OpenOffice 1.x: .sxw, .sxc, .sxi
NAMESPACES: dict[str, tuple[str, ...]] = {
    **{
        prefix: (f"{_OASIS}{prefix}:1.0", f"{_OLD}{prefix}")
        for prefix in ("office", "text", "table", "style", "form", "presentation", "config", "manifest", "meta", "script")
    },
    "draw": (f"{_OASIS}drawing:1.0", f"{_OLD}drawing"),
    "number": (f"{_OASIS}datastyle:1.0", f"{_OLD}datastyle"),
    "fo": (f"{_OASIS}xsl-fo-compatible:1.0", "http://www.w3.org/1999/XSL/Format"),
    "svg": (f"{_OASIS}svg-compatible:1.0", "http://www.w3.org/2000/svg"),
    "dc": ("http://purl.org/dc/elements/1.1/",),
    "xlink": ("http://www.w3.org/1999/xlink",),
    "loext": (f"{_OASIS}loext:1.0", "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"),
}
PARENTS_FOLLOWED = 20


def full(name: str) -> tuple[str, ...]:
    """Full names of ``prefix:local`` in every version of its namespace."""
    prefix, local = name.split(":")
    return tuple(f"{{{uri}}}{local}" for uri in NAMESPACES[prefix])


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """Value of ``prefix:local`` in whatever version; ``""`` when absent."""
    for key in _FULL.get(name) or _FULL.setdefault(name, full(name)):
        value = attributes.get(key)
        if value is not None:
            return value
    return ""


_FULL: dict[str, tuple[str, ...]] = {}


@dataclass(slots=True)
class Style:
    """One style.  Empty values mean: as the parent has it."""

    parent: str = ""
    align: str = ""
    stops: tuple[str, ...] = ()
    hidden: bool | None = None
    horizontal: str = ""
    vertical_from_page: bool = False


@dataclass(slots=True)
class Styles:
    """All styles of a document so far, by family and name."""

    by_name: dict[tuple[str, str], Style] = field(default_factory=dict)
    layouts: dict[str, tuple[float, float]] = field(default_factory=dict)
    masters: dict[str, str] = field(default_factory=dict)

    def chain(self, family: str, name: str) -> list[Style]:
        """The style and its parents."""
        found: list[Style] = []
        while name and len(found) < PARENTS_FOLLOWED:
            style = self.by_name.get((family, name))
            if style is None:
                break
            found.append(style)
            name = style.parent
        return found

    def align(self, name: str) -> str:
        return next((style.align for style in self.chain("paragraph", name) if style.align), "")

    def stops(self, name: str) -> tuple[str, ...]:
        return next((style.stops for style in self.chain("paragraph", name) if style.stops), ())

    def hidden(self, family: str, name: str) -> bool:
        return next((style.hidden for style in self.chain(family, name) if style.hidden is not None), False)

    def page_size(self, master: str = "") -> tuple[float, float]:
        """Points.  The named master page's, else the first one's, else A4."""
        layout = self.masters.get(master, next(iter(self.masters.values()), ""))
        return self.layouts.get(layout, next(iter(self.layouts.values()), A4_POINTS))


class StyleReader:
    """Mixed into the events of a document: follows the style elements as they pass."""

    styles: Styles
    style: Style | None
    layout: str

    def style_open(self, attributes: Mapping[str, str]) -> None:
        key = (attribute(attributes, "style:family"), attribute(attributes, "style:name"))
        self.style = Style(parent=attribute(attributes, "style:parent-style-name"))
        self.styles.by_name[key] = self.style

    def style_close(self) -> None:
        self.style = None

    def style_paragraph(self, attributes: Mapping[str, str]) -> None:
        if self.style is not None:
            self.style.align = horizontal(attribute(attributes, "fo:text-align"))

    def style_text(self, attributes: Mapping[str, str]) -> None:
        display = attribute(attributes, "text:display")
        if self.style is not None and display:
            self.style.hidden = display == "none"

    def style_stop(self, attributes: Mapping[str, str]) -> None:
        if self.style is not None and len(self.style.stops) < 20:
            self.style.stops += (horizontal(attribute(attributes, "style:type")) or "left",)

    def style_table(self, attributes: Mapping[str, str]) -> None:
        if self.style is not None and attribute(attributes, "table:display") == "false":
            self.style.hidden = True

    def style_slide(self, attributes: Mapping[str, str]) -> None:
        if self.style is not None and attribute(attributes, "presentation:visibility") == "hidden":
            self.style.hidden = True

    def style_graphic(self, attributes: Mapping[str, str]) -> None:
        if self.style is not None:
            self.style.horizontal = horizontal(attribute(attributes, "style:horizontal-pos"))
            self.style.vertical_from_page = attribute(attributes, "style:vertical-rel") in ("page", "page-content")

    def layout_open(self, attributes: Mapping[str, str]) -> None:
        self.layout = attribute(attributes, "style:name")

    def layout_size(self, attributes: Mapping[str, str]) -> None:
        width = points(attribute(attributes, "fo:page-width"))
        height = points(attribute(attributes, "fo:page-height"))
        if width and height:
            self.styles.layouts[self.layout] = (width, height)
