"""Namespaces of Office Open XML, in the transitional, strict and 2003 spellings, and relationships between parts.

Source: ECMA-376 parts 1–4 (5th edition), MS-DOCX, MS-XLSX, MS-PPTX extensions, read 2026-11.
"""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_MICROSOFT = "http://schemas.microsoft.com/office/"


def _both(path: str) -> tuple[str, ...]:
    strict = path.replace("/2006", "")
    return (f"{_TRANSITIONAL}{path}", f"{_STRICT}{strict}")


NAMESPACES: dict[str, tuple[str, ...]] = {
    "w": (*_both("wordprocessingml/2006/main"), f"{_MICROSOFT}word/2003/wordml"),
    "w15": (f"{_MICROSOFT}word/2012/wordml",),
    "x": (*_both("spreadsheetml/2006/main"),),
    "p": (*_both("presentationml/2006/main"),),
    "p188": ("http://schemas.microsoft.com/office/powerpoint/2018/8/main",),
    "a": (*_both("drawingml/2006/main"),),
    "wp": (*_both("drawingml/2006/wordprocessingDrawing"),),
    "wps": (f"{_MICROSOFT}word/2010/wordprocessingShape",),
    "pic": (*_both("drawingml/2006/picture"),),
    "xdr": (*_both("drawingml/2006/spreadsheetDrawing"),),
    "c": (*_both("drawingml/2006/chart"),),
    "cx": ("http://schemas.microsoft.com/office/drawing/2014/chartex",),
    "dgm": (*_both("drawingml/2006/diagram"),),
    "dsp": ("http://schemas.microsoft.com/office/drawing/2008/diagram",),
    "m": (*_both("officeDocument/2006/math"),),
    "mc": ("http://schemas.openxmlformats.org/markup-compatibility/2006",),
    "v": ("urn:schemas-microsoft-com:vml",),
    "o": ("urn:schemas-microsoft-com:office:office",),
    "xv": ("urn:schemas-microsoft-com:office:excel",),
    "ss": ("urn:schemas-microsoft-com:office:spreadsheet",),
    "r": (*_both("officeDocument/2006/relationships"),),
    "wp14": (f"{_MICROSOFT}word/2010/wordprocessingDrawing",),
    "xtc": (f"{_MICROSOFT}spreadsheetml/2018/threadedcomments",),
}
_CACHE: dict[str, tuple[str, ...]] = {}


def full(name: str) -> tuple[str, ...]:
    """Full names of ``prefix:local`` in every spelling; a name without prefix has no namespace."""
    known = _CACHE.get(name)
    if known is None:
        prefix, _, local = name.rpartition(":")
        known = tuple(f"{{{uri}}}{local}" for uri in NAMESPACES[prefix]) if prefix else (local,)
        _CACHE[name] = known
    return known


def attribute(attributes: Mapping[str, str], *names: str) -> str:
    """First of the attributes that is there, in any spelling; ``""`` when none is."""
    for name in names:
        for key in full(name):
            value = attributes.get(key)
            if value is not None:
                return value
    return ""


def table(actions: Mapping[str, Callable[..., None]]) -> dict[str, Callable[..., Any]]:
    """Actions by full element name; a key may list several names."""
    return {key: action for names, action in actions.items() for name in names.split() for key in full(name)}


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class Relation:
    """``target`` is a member name without leading slash, or an address outside."""

    kind: str
    target: str
    external: bool


@dataclass(slots=True)
class Relations:
    """Relationships of all parts: source member (lower case) → id → relation."""

    by_source: dict[str, dict[str, Relation]]

    def of(self, source: str) -> dict[str, Relation]:
        return self.by_source.get(source.lower(), {})

    def targets(self, source: str, kind: str) -> list[str]:
        """Members that ``source`` points to with that kind of relationship, in lower case."""
        return [r.target.lower() for r in self.of(source).values() if r.kind == kind and not r.external]


def resolve(source: str, target: str) -> str:
    """Member name of a relationship's target."""
    target = unquote(target.split("#")[0]).replace("\\", "/")
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target)).lstrip("./")


def source_of(rels_member: str) -> str:
    """``word/_rels/document.xml.rels`` → ``word/document.xml``."""
    folder, _, name = rels_member.rpartition("_rels/")
    return folder + name.removesuffix(".rels")
