"""Document properties of Office Open XML: core, extended, custom."""

import re
from typing import ClassVar

from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.ooxml_names import local_name
from dlp.readers.xml_events import Attributes, Events

# Counts, versions and dates: nobody writes them, and version numbers look like addresses.
_MACHINE = frozenset((
    "Application", "AppVersion", "TotalTime", "Pages", "Words", "Characters", "Lines", "Paragraphs", "Slides", "Notes",
    "HiddenSlides", "MMClips", "CharactersWithSpaces", "DocSecurity", "ScaleCrop", "LinksUpToDate", "SharedDoc",
    "HyperlinksChanged", "created", "modified", "lastPrinted", "revision", "i4", "PresentationFormat", "bool", "filetime",
    "HeadingPairs", "language", "version",
))  # fmt: skip
_NAME_CHARS = 6  # a custom property's own name counts as text from here on


class PropertyEvents(Events):
    """docProps/core.xml, app.xml and custom.xml."""

    def __init__(self, ctx: ReadContext) -> None:
        super().__init__(ctx)
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.custom = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        super().start(tag, attributes)
        self.tags.append(local_name(tag))
        self.texts = []
        if self.tags[-1] == "property":
            self.custom = attributes.get("name", "")
            self.ctx.add(Place.PROPERTY, attributes.get("linkTarget", ""), name="property", field=self.custom)
            if len(self.custom) >= _NAME_CHARS and not self.custom.isascii():
                self.ctx.add(Place.HIDDEN, self.custom, name="property-name")

    def data(self, text: str) -> None:
        self.texts.append(text)

    def comment(self, text: str) -> None:
        self.ctx.add(Place.HIDDEN, text, name="other-text")

    def end(self, tag: str) -> None:
        super().end(tag)
        text, self.texts = "".join(self.texts).strip(), []
        name = self.tags.pop() if self.tags else ""
        machine = name in _MACHINE and not self.custom and re.fullmatch(r"[\x20-\x7e]{0,200}", text)
        if text and not machine and not (self.custom and name in ("bool", "i4", "filetime")):
            field = self.custom or next((t for t in reversed([*self.tags, name]) if t not in _CONTAINER), name)
            self.ctx.add(Place.PROPERTY, text, name="property", field=field)
        if name == "property":
            self.custom = ""

    OPEN: ClassVar = {}


_CONTAINER = frozenset({"lpstr", "lpwstr", "variant", "vector", "Properties"})
