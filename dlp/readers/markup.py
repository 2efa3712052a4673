"""XML, SVG, JSON and CSV of no particular vocabulary, as lines of «name：value» or cells.

JSON is read by its tokens, not parsed: repeated keys, comments and broken ends lose nothing, and depth costs nothing.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from dlp.document import NotReadReason, Place
from dlp.readers import raw
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.limits import LimitReached
from dlp.readers.plain import note_encoding
from dlp.readers.xml_tree import XmlFile, local, parse

DELIMITERS = ",\t;|"
SNIFFED_LINES = 30
SHORT_NAME_CHARS = 40
_HAN = re.compile("[\u3400-\u9fff]")
_JSON_TOKEN = re.compile(r'"((?:[^"\\]|\\.){0,10000000}?)"(\s{0,200}:)?|([{}\[\],])|([^\s"{}\[\],:]{1,100000})|(:)|\s+', re.DOTALL)
_JSON_ESCAPE = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\(.)", re.DOTALL)
_XMLNS = re.compile(r"\A(?:https?://(?:www\.w3\.org|schemas?\.|purl\.org|ns\.adobe\.com)|urn:)[!-~]{0,400}\Z")


def read(data: bytes, ctx: ReadContext) -> None:
    """By the format that the content was judged to be."""
    if ctx.format == "csv":
        read_csv(data, ctx)
    elif ctx.format == "json":
        read_json(data, ctx)
    else:
        read_xml(data, ctx)


def read_csv(data: bytes, ctx: ReadContext) -> None:
    """A table: one row a line, cells separated by tabs, quotes undone, line ends inside cells as blanks."""
    decoded = decode(data, declared=ctx.charset)
    note_encoding(decoded, ctx)
    text = decoded.text
    delimiter = _delimiter(text)
    if not delimiter:
        ctx.add(Place.CELLS, text, name="cells", charge=bool(ctx.path))
    elif '"' not in text:
        ctx.add(Place.CELLS, text.replace(delimiter, "\t"), name="cells", charge=bool(ctx.path))
    else:
        ctx.add(Place.CELLS, _rows(text, delimiter, ctx), name="cells", charge=bool(ctx.path))


def _rows(text: str, delimiter: str, ctx: ReadContext) -> str:
    csv.field_size_limit(max(len(text), 131_072))
    lines: list[str] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            if number % 10_000 == 0:
                ctx.budget.check_time()
            lines.append("\t".join(cell.replace("\n", " ").replace("\r", "") for cell in row))
    except csv.Error:
        return text
    return "\n".join(lines)


def _delimiter(text: str) -> str:
    """The delimiter that most of the first lines have equally often, ``""`` when none does."""
    lines = [line for line in text[:20_000].split("\n")[:SNIFFED_LINES] if line.strip()]
    best, best_score = "", 0.0
    for mark in DELIMITERS:
        counts = [line.count(mark) for line in lines]
        having = sum(1 for count in counts if count)
        if having:
            common = max(set(counts), key=counts.count)
            score = having / len(lines) + (counts.count(common) / len(lines) if common else 0)
            if score > best_score:
                best, best_score = mark, score
    return best


def read_json(data: bytes, ctx: ReadContext) -> None:
    """Keys with their values as lines; escapes undone."""
    decoded = decode(data, declared=ctx.charset)
    note_encoding(decoded, ctx)
    ctx.add(Place.BODY, json_lines(decoded.text, ctx), charge=bool(ctx.path))


def json_lines(text: str, ctx: ReadContext) -> str:
    """``{"姓名": "王小明", "a": [1, 2]}`` → ``姓名：王小明 / a：1 / 2`` (one a line)."""
    out: list[str] = []
    at, end = 0, len(text)
    for count, match in enumerate(_JSON_TOKEN.finditer(text), start=1):
        if count % 100_000 == 0:
            ctx.budget.check_time()
        if match.start() > at:
            out.append(text[at : match.start()])
        at = match.end()
        string, colon, mark, bare, lone = match.groups()
        if string is not None:
            out.append(_unescape(string) + ("：" if colon else ""))
        elif mark:
            if out and out[-1] != "\n":
                out.append("\n")
        elif bare:
            out.append(bare)
        elif lone:
            out.append("：")
    if at < end:
        out.append(_unescape(text[at:]))
    return "".join(out)


def _unescape(text: str) -> str:
    return _JSON_ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(match: re.Match[str]) -> str:
    if match[1] is None:
        units = bytes.fromhex(match[0].replace("\\u", ""))
        return units.decode("utf-16-be", "replace")
    return {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": "\n"}.get(match[1], match[1])


def read_xml(data: bytes, ctx: ReadContext) -> None:
    """Text, attributes, comments, instructions; ``name：text`` where the element's name is Chinese or the text short."""
    parsed = parse(data, ctx)
    if parsed is None:
        raw.salvage(data, ctx)
        return
    note_encoding(parsed.decoded, ctx)
    add_external(parsed, ctx)
    body, attributes, comments = _Lines(ctx).gather(parsed.root)
    ctx.add(Place.BODY, body)
    ctx.add(Place.PROPERTY, attributes, name="attributes")
    ctx.add(Place.COMMENT, comments, name="comment")


def add_external(parsed: XmlFile, ctx: ReadContext) -> None:
    """Names of files that a document type refers to, as names; entities that nobody used are text as well."""
    for _, system, unparsed in parsed.external:
        if unparsed or system:
            ctx.add(Place.FILE_NAME, system, name="entity")
    ctx.add(Place.HIDDEN, "\n".join(value for value in parsed.entities.values()), name="entities")


class _Lines:
    """One pass over the tree: an element with only blocks inside is a line of its own, inline pieces stay together."""

    def __init__(self, ctx: ReadContext) -> None:
        self.ctx = ctx
        self.body: list[str] = []
        self.attributes: list[str] = []
        self.comments: list[str] = []

    def gather(self, root: Any) -> tuple[str, str, str]:
        from lxml import etree

        for sibling in (*root.itersiblings(preceding=True), *root.itersiblings()):
            self.comments.append(sibling.text or "")
        level = 0
        inline: list[bool] = []
        for count, (event, node) in enumerate(etree.iterwalk(root, events=("start", "end", "comment", "pi"))):
            if count % 20_000 == 0:
                self.ctx.budget.check_time()
            if event == "start":
                level += 1
                if level > self.ctx.budget.limits.xml_levels:
                    raise LimitReached(NotReadReason.LIMIT_DEPTH, f"XML 巢狀超過 {self.ctx.budget.limits.xml_levels:,} 層")
                inline.append(_is_mixed(node) or (bool(inline) and inline[-1]))
                self._start(node, is_inside=len(inline) > 1 and inline[-2])
            elif event == "end":
                level -= 1
                inline.pop()
                self._end(node, is_inside=bool(inline) and inline[-1])
            else:
                self.comments.append(node.text or "")
                self._tail(node)
        return "".join(self.body).strip("\n"), "\n".join(self.attributes), "\n".join(filter(None, self.comments))

    def _start(self, node: Any, *, is_inside: bool) -> None:
        for name, value in node.attrib.items():
            if value.strip() and not _XMLNS.match(value):
                self.attributes.append(f"{local(name)}：{value}")
        if not is_inside:
            self._line()
            name = local(node.tag)
            if node.text and node.text.strip() and (_HAN.search(name) or (len(name) <= SHORT_NAME_CHARS and len(node) == 0)):
                self.body.append(f"{name}：")
        if node.text and (is_inside or node.text.strip()):
            self.body.append(node.text if is_inside else node.text.lstrip())

    def _end(self, node: Any, *, is_inside: bool) -> None:
        if not is_inside:
            self._line()
        self._tail(node)

    def _tail(self, node: Any) -> None:
        if node.tail and (node.tail.strip() or (self.body and not self.body[-1].endswith("\n"))):
            self.body.append(node.tail if node.tail.strip() else "")

    def _line(self) -> None:
        if self.body and not self.body[-1].endswith("\n"):
            self.body.append("\n")


def _is_mixed(node: Any) -> bool:
    """True when running text stands between the children of this element."""
    if len(node) == 0:
        return False
    if node.text and node.text.strip():
        return True
    return any(child.tail and child.tail.strip() for child in _first(node))


def _first(node: Any, most: int = 200) -> Iterator[Any]:
    for number, child in enumerate(node):
        if number >= most:
            return
        yield child
