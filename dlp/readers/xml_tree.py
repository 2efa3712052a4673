"""A small XML document as a tree, with internal entities put in by us within the limit and nothing from outside.

lxml refuses Big5 above the oldest table, so bytes are decoded first and the declaration's encoding is one vote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dc_field
from typing import Any

from dlp.document import NotReadReason
from dlp.readers.context import ReadContext, well_formed
from dlp.readers.encodings import Decoded, decode
from dlp.readers.limits import KIB, LimitReached

_DECLARATION = re.compile(r"\A\s{0,999}<\?xml[^>]{0,400}\?>")
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{1,40})")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&([^\s&;#]{1,200});")
_CHARACTER = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
ENTITY_LEVELS = 20


@dataclass(frozen=True, slots=True)
class XmlFile:
    """The parsed document: root element, text of internal entities, ``external`` (entity name, system id, notation)."""

    root: Any
    decoded: Decoded
    entities: dict[str, str] = dc_field(default_factory=dict)
    external: tuple[tuple[str, str, bool], ...] = ()


_ENTITY = re.compile(
    r"<!ENTITY\s{1,99}(%\s{1,99})?([^\s\"'<>&;]{1,200})\s{1,99}"
    r"(?:\"([^\"]{0,1000000})\"|'([^']{0,1000000})'"
    r"|(?:SYSTEM|PUBLIC\s{1,99}(?:\"[^\"]{0,1000}\"|'[^']{0,1000}'))\s{1,99}(?:\"([^\"]{0,4000})\"|'([^']{0,4000})')"
    r"\s{0,99}(NDATA\s{1,99}[^\s<>]{1,200})?)\s{0,99}>"
)


def parse(data: bytes, ctx: ReadContext) -> XmlFile | None:
    """Parse; a damaged document is repaired as far as it goes and recorded, None when nothing is left of it.

    References to internal entities are replaced before parsing, each within the budget (an entity that contains itself
    or multiplies is a limit); references to external ones are recorded and stay empty.
    """
    label = _ENCODING.search(data[: 4 * KIB])
    decoded = decode(data, declared=ctx.charset or (label[1].decode("ascii") if label else ""))
    text = _DECLARATION.sub("", decoded.text.lstrip("\ufeff"), count=1)
    entities, external, parameters = _entities(text)
    if entities or external or parameters:
        text = _without_doctype(text)
        text = _Expander(entities, {name for name, _, unparsed in external if not unparsed}, ctx).expand(text)
    root = _tree(text, ctx)
    return None if root is None else XmlFile(root, decoded, entities, external)


def _entities(text: str) -> tuple[dict[str, str], tuple[tuple[str, str, bool], ...], bool]:
    entities: dict[str, str] = {}
    external: list[tuple[str, str, bool]] = []
    parameters = False
    if "<!ENTITY" not in text:
        return entities, (), False
    for match in _ENTITY.finditer(text):
        parameter, name, double, single, system, system2, unparsed = match.groups()
        parameters = parameters or bool(parameter)
        if double is not None or single is not None:
            if not parameter:
                entities.setdefault(name, double if double is not None else single)
        elif not parameter:
            external.append((name, system if system is not None else system2 or "", bool(unparsed)))
    return entities, tuple(external), parameters


def _without_doctype(text: str) -> str:
    """The document without its DOCTYPE: libxml2 shall know of no entity at all."""
    start = text.find("<!DOCTYPE")
    if start < 0:
        return text
    depth, quote = 0, ""
    for match in re.compile(r"[\[\]>\"']|<!--").finditer(text, start):
        mark = match[0]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'":
            quote = mark
        elif mark == "[":
            depth += 1
        elif mark == "]":
            depth -= 1
        elif mark == ">" and depth <= 0:
            return text[:start] + text[match.end() :]
    return text[:start]


class _Expander:
    """Replaces entity references and counts what comes out (L14)."""

    def __init__(self, entities: dict[str, str], external: set[str], ctx: ReadContext) -> None:
        self.entities = entities
        self.external = external
        self.ctx = ctx
        self.produced = 0

    def expand(self, text: str, level: int = 0) -> str:
        if "&" not in text:
            return text
        return _REFERENCE.sub(lambda match: self._replace(match, level), text)

    def _replace(self, match: re.Match[str], level: int) -> str:
        name = match[1]
        if name in ("lt", "gt", "amp", "quot", "apos"):
            return match[0]
        if name in self.external:
            self.ctx.not_read(NotReadReason.EXTERNAL, "外部實體未取回")
            return ""
        value = self.entities.get(name)
        if value is None:
            return f"&amp;{name};"
        if level >= ENTITY_LEVELS:
            raise LimitReached(NotReadReason.LIMIT_DEPTH, "XML 實體層數過多")
        value = self.expand(_CHARACTER.sub(_character, value) if level == 0 else value, level + 1)
        self.produced += len(value)
        if self.produced > self.ctx.budget.limits.xml_entity_bytes:
            raise LimitReached(NotReadReason.LIMIT_UNPACKED, "XML 實體展開後過大")
        return value


def _character(match: re.Match[str]) -> str:
    value = int(match[1], 16) if match[1] else int(match[2])
    if value in (0x26, 0x3C) or not (0x20 <= value < 0xD800 or 0xE000 <= value < 0x110000):
        return match[0]
    return chr(value)


def _tree(text: str, ctx: ReadContext) -> Any:
    from lxml import etree

    utf8 = well_formed(_CONTROLS.sub("", text))[1]
    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True,
                               "strip_cdata": True, "encoding": "utf-8"}  # fmt: skip
    try:
        return etree.fromstring(utf8, etree.XMLParser(**options))
    except etree.XMLSyntaxError:
        ctx.not_read(NotReadReason.DAMAGED, "XML 不完整或有語法錯誤")
    try:
        return etree.fromstring(utf8, etree.XMLParser(recover=True, **options))
    except etree.LxmlError:
        return None


def local(tag: object) -> str:
    """Element or attribute name without its namespace; ``""`` for comments and instructions."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Any) -> str:
    """All text inside an element, without its comments."""
    return "".join(piece for piece in _texts(element))


def _texts(element: Any) -> Iterator[str]:
    for event, node in _walk(element):
        if event == "start":
            if isinstance(node.tag, str) and node.text:
                yield node.text
        elif node is not element and node.tail:
            yield node.tail


def _walk(element: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    return iter(etree.iterwalk(element, events=("start", "end", "comment", "pi")))
