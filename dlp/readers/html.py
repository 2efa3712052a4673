"""HTML, also of mails: what is seen, what a style hides, comments, attributes, forms, links, scripts.

Text split over inline tags is joined, cells of a row are separated by tabs, blocks and line breaks end a line.  Nothing
is fetched.  The parser is libxml2's (recovers from any tag soup); deeply nested input is read all the same.
"""

import re
from dataclasses import dataclass
from dataclasses import field as dc_field
from typing import Any
from urllib.parse import unquote_to_bytes

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext, well_formed
from dlp.readers.encodings import decode
from dlp.readers.hidden_styles import HiddenSelectors, hides
from dlp.readers.limits import LimitReached
from dlp.readers.plain import note_encoding

FEED_CHARS = 1 << 18
META_HEAD_BYTES = 4_096
SRCDOC_LEVELS = 8
NESTING_LEVELS = 100_000
LOST_SHARE = 3  # more text than so many times what the parser gave: the parser lost it
DATA_URI_BYTES = 20 << 20

BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "br", "caption", "center", "col", "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "noscript", "ol", "optgroup", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "tfoot", "thead", "title", "tr", "ul", "textarea", "button", "template", "object"]
)  # fmt: skip
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "frame", "keygen", "basefont", "isindex", "command"])
ASIDE = {"script": "script", "style": "style", "rt": "ruby", "rp": "", "title": "title"}  # text that is not running text
HIDDEN_TAGS = frozenset({"template", "noscript", "noframes", "datalist"})
SHOWN_ATTRIBUTES = frozenset({"alt", "title", "placeholder", "label", "summary", "abbr", "aria-label", "aria-description", "longdesc"})
LINK_ATTRIBUTES = frozenset({"href", "src", "action", "cite", "background", "poster", "data", "formaction", "srcset", "xlink:href"})
EXTERNAL_TAGS = frozenset({"iframe", "object", "embed", "frame"})
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_WRAPPED = re.compile(rf"(?<=[{_CJK}])[ \t\r\f]{{0,200}}\n[ \t\r\f\n]{{0,200}}(?=[{_CJK}])")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\([nrt\"'/\\])")
_META_CHARSET = re.compile(rb"<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\A\s{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
_CSS_CONTENT = re.compile(r"content\s{0,9}:\s{0,9}(\"[^\"]{1,2000}\"|'[^']{1,2000}')", re.IGNORECASE)
_STYLE_BLOCK = re.compile(r"<style[^>]{0,1000}>(.{0,1000000}?)</style", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,10000}>")
_CSS_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{1,6})\s?")


def read(data: bytes, ctx: ReadContext) -> None:
    """A page in any encoding; its own charset label is one vote."""
    head = data[:META_HEAD_BYTES]
    label = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    declared = ctx.charset or (label[1].decode("ascii") if label else "")
    decoded = decode(data, declared=declared)
    note_encoding(decoded, ctx)
    read_text(decoded.text, ctx)


def read_text(text: str, ctx: ReadContext, *, name: str = "body", place: Place = Place.BODY, level: int = 0) -> None:
    """A decoded page; ``name`` is the step of the path of its running text."""
    page = _Page(ctx, name, place, level)
    page.selectors = HiddenSelectors.of(match[1] for match in _STYLE_BLOCK.finditer(text))
    try:
        _feed(text, page)
    finally:
        page.finish()
    if level == 0 and page.chars * LOST_SHARE < len(text):
        _add_lost(text, page)


def _add_lost(text: str, page: "_Page") -> None:
    """An attribute or tag that never ends swallows the rest of a page: what tags do not account for is read as text."""
    bare = _SPACES.sub(" ", _TAG.sub(" ", text)).strip()
    if len(bare) > LOST_SHARE * page.chars + 20:
        page.ctx.add(Place.RAW, bare, name="raw")


def _feed(text: str, page: "_Page") -> None:
    from lxml import etree

    safe, utf8 = well_formed(text)
    if "\0" in safe:
        utf8 = utf8.replace(b"\0", b"")
    parser: Any = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True, remove_pis=False)
    try:
        for start in range(0, len(utf8), FEED_CHARS):
            page.ctx.budget.check_time()
            parser.feed(utf8[start : start + FEED_CHARS])
            if page.failure is not None:
                raise page.failure
        parser.close()
    except (etree.LxmlError, AssertionError):
        page.ctx.not_read(NotReadReason.DAMAGED, "HTML 無法完整解析")
        page.ctx.add(Place.RAW, text, name="raw")
    if page.failure is not None:
        raise page.failure


@dataclass(slots=True)
class _Run:
    """Text being gathered; ``space`` that white space is owed, ``clean`` that nothing stands on the line yet."""

    pieces: list[str] = dc_field(default_factory=list)

    def add(self, text: str) -> None:
        self.pieces.append(text)

    def line(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def text(self) -> str:
        """Lines without the blanks that HTML does not show."""
        lines = (line.strip(" ") for line in "".join(self.pieces).split("\n"))
        return "\n".join(line for line in lines if line)


class _Page:
    """Target of the parser: one call per tag, text and comment."""

    def __init__(self, ctx: ReadContext, name: str, place: Place, level: int) -> None:
        self.ctx = ctx
        self.name = name
        self.place = place
        self.level = level
        self.selectors = HiddenSelectors()
        self.stack: list[tuple[str, bool]] = []  # open tags, and whether each began to hide
        self.hiding = 0
        self.preserving = 0
        self.shown, self.hidden = _Run(), _Run()
        self.asides: dict[str, list[str]] = {}
        self.aside: list[str] = []
        self.failure: LimitReached | None = None
        self.chars = 0  # of all text and attributes seen

    # What lxml calls -------------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.failure is not None:
            return
        try:
            self._start(tag, attributes)
        except LimitReached as limit:  # an exception would be wrapped by the parser
            self.failure = limit

    def end(self, tag: str) -> None:
        if not self.stack or (self.stack[-1][0] != tag and tag not in (open_tag for open_tag, _ in self.stack[-64:])):
            return
        while self.stack:
            open_tag, hid = self.stack.pop()
            self.hiding -= hid
            self.preserving -= open_tag in ("pre", "textarea")
            if self.aside and open_tag == self.aside[-1]:
                self.aside.pop()
            if open_tag == tag:
                break
        self._close(tag)

    def data(self, text: str) -> None:
        self.chars += len(text)
        if self.aside:
            self.asides.setdefault(ASIDE[self.aside[-1]], []).append(text)
            return
        run = self.hidden if self.hiding else self.shown
        if self.preserving:
            run.add(text)
        elif run.pieces or not text.isspace():
            run.add(_SPACES.sub(" ", _WRAPPED.sub("", text)))

    def comment(self, text: str) -> None:
        self.chars += len(text)
        if "<" in text and ">" in text and self.level < SRCDOC_LEVELS and self.failure is None:
            try:
                inner = re.sub(r"\A\[if[^\]]{0,200}\]>|<!\[endif\]\Z", "", text)
                read_text(inner, self.ctx, name="comment", place=Place.COMMENT, level=self.level + 1)
            except LimitReached as limit:
                self.failure = limit
            return
        self.asides.setdefault("comment", []).append(text + "\n")

    def pi(self, target: str, text: str | None = None) -> None:
        self.comment(f"{target} {text or ''}")

    def doctype(self, *_: object) -> None:
        """Nothing to read."""

    def close(self) -> None:
        """Kept for the parser's sake; ``finish`` does the work."""

    # Elements --------------------------------------------------------------------------------------------------------

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.stack) > NESTING_LEVELS:
            raise LimitReached(NotReadReason.LIMIT_DEPTH, "HTML 巢狀過深")
        if tag in BLOCKS:
            self.shown.line()
            self.hidden.line()
        elif tag in ("td", "th"):
            run = self.hidden if self.hiding else self.shown
            if run.pieces and not run.pieces[-1].endswith("\n"):
                run.add("\t")
        hid = self._hides(tag, attributes)
        if tag not in VOID:
            self.stack.append((tag, hid))
            self.hiding += hid
            if hid:
                self.hidden.line()
            self.preserving += tag in ("pre", "textarea")
            if tag in ASIDE:
                self.aside.append(tag)
        if attributes:
            self._attributes(tag, attributes, hid)

    def _close(self, tag: str) -> None:
        if tag in BLOCKS:
            self.shown.line()
            self.hidden.line()
        elif tag in ASIDE:
            self.asides.setdefault(ASIDE[tag], []).append("\n")

    def _hides(self, tag: str, attributes: dict[str, str]) -> bool:
        if tag in HIDDEN_TAGS or "hidden" in attributes:
            return True
        style = attributes.get("style")
        if style and hides(style):
            return True
        if tag == "font" and attributes.get("color", "").lower().strip() in ("white", "#fff", "#ffffff"):
            return True
        return self.selectors.hide(tag, attributes)

    def _attributes(self, tag: str, attributes: dict[str, str], hid: bool) -> None:
        for name, value in attributes.items():
            self.chars += len(value)
            if not value or value.isspace():
                continue
            if name in SHOWN_ATTRIBUTES:
                self._note("alt", value)
            elif name in LINK_ATTRIBUTES:
                self._link(tag, value)
            elif name == "srcdoc":
                self._nested(value)
            elif name == "value":
                kind = attributes.get("type", "").lower()
                place = Place.HIDDEN if kind == "hidden" or hid or self.hiding else Place.FIELD
                self.ctx.add(place, value, name="value", field=attributes.get("name") or attributes.get("id") or tag)
            elif name == "content" and tag == "meta":
                self._meta(attributes, value)
            elif name.startswith("on") and len(name) > 3:
                self._note("script", _unescape(value))
            elif name == "style":
                self._css(value)
            elif name.startswith(("data-", "aria-")) or (len(value) >= 8 and name not in ("class", "id", "xmlns", "style")):
                self._note("attributes", value)

    def _meta(self, attributes: dict[str, str], value: str) -> None:
        if attributes.get("http-equiv", "").lower() in ("content-type", "x-ua-compatible"):
            return
        name = attributes.get("name") or attributes.get("property") or "meta"
        if name.lower() not in ("viewport", "generator", "progid"):
            self.ctx.add(Place.PROPERTY, value, name="meta", field=name)

    def _nested(self, value: str) -> None:
        if self.level >= SRCDOC_LEVELS:
            raise LimitReached(NotReadReason.LIMIT_DEPTH, "內嵌網頁層數過多")
        read_text(value, self.ctx, name="srcdoc", place=self.place, level=self.level + 1)

    def _link(self, tag: str, value: str) -> None:
        scheme = value[:64].lstrip().lower()
        if scheme.startswith("data:"):
            self._data_uri(value)
            return
        if tag in EXTERNAL_TAGS and scheme.startswith(("http:", "https:", "//", "ftp:", "file:")):
            self.ctx.remark("含有連到外部的內嵌內容（未取回）")
        shown = decode(unquote_to_bytes(well_formed(value)[0])).text if "%" in value else value
        if scheme.startswith("javascript:"):
            self._note("script", _unescape(shown))
        elif not scheme.startswith(("cid:", "#", "about:")):
            self._note("link", shown)

    def _data_uri(self, value: str) -> None:
        import base64
        import binascii

        head, _, body = value.lstrip()[5:].partition(",")
        if len(body) > DATA_URI_BYTES:
            self.ctx.not_read(NotReadReason.LIMIT_SIZE, "內嵌的 data: 內容過大")
            return
        media_type, *parameters = head.split(";")
        try:
            raw = unquote_to_bytes(well_formed(body)[0])
            data = base64.b64decode(raw) if any(p.strip().lower() == "base64" for p in parameters) else raw
        except (binascii.Error, ValueError):
            self.ctx.not_read(NotReadReason.DAMAGED, "內嵌的 data: 內容損壞")
            return
        self.ctx.child(data, label="embedded", declared=media_type.strip().lower())

    def _css(self, css: str) -> None:
        for match in _CSS_CONTENT.finditer(css):
            self._note("css", _CSS_ESCAPE.sub(lambda found: _character(found[1]), match[1][1:-1]))

    def _note(self, kind: str, text: str) -> None:
        self.asides.setdefault(kind, []).append(text + "\n")

    # Result ----------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Turn what was gathered into parts."""
        for css in self.asides.pop("style", []):
            self._css(css)
        add = self.ctx.add
        add(self.place, self.shown.text(), name=self.name)
        add(Place.HIDDEN, self.hidden.text(), name="hidden")
        for kind, place in _PLACES.items():
            text = "".join(self.asides.get(kind, []))
            if kind == "script":
                text = _unescape(text)
            add(place, text.strip("\n"), name=kind, field="title" if kind == "title" else None)


_PLACES = {
    "title": Place.PROPERTY, "comment": Place.COMMENT, "alt": Place.ALT_TEXT, "ruby": Place.ALT_TEXT, "link": Place.LINK,
    "attributes": Place.PROPERTY, "script": Place.HIDDEN, "css": Place.HIDDEN,
}  # fmt: skip


def _unescape(text: str) -> str:
    r"""``\u5bc6`` and the like in scripts."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    if found[1] or found[2]:
        return chr(int(found[1] or found[2], 16))
    return {"n": "\n", "r": "\n", "t": "\t"}.get(found[3], found[3])


def _character(code: str) -> str:
    value = int(code, 16)
    return chr(value) if 0 < value < 0x110000 and not 0xD800 <= value < 0xE000 else "\ufffd"
