"""What a format reader works with: it adds texts, says what it could not read, and hands on what it contains.

A reader is a module function ``read(data: bytes, ctx: ReadContext) -> None``.  It may raise on damaged input: the road
keeps what was added so far and records the rest as not read.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from dlp.document import Corner, Document, NotRead, NotReadReason, Part, Place
from dlp.readers.limits import Budget

Label = Literal["attachment", "member", "embedded"]

NOT_READ_KEPT = 200  # entries per item; the next one says that there are more
REMARKS_KEPT = 100
NAME_CHARS = 65_536  # longest file name kept as text
UNSAFE_NAME = re.compile(r"[^a-z0-9._\[\]/-]+")
SURROGATES = re.compile("[\ud800-\udfff]+")


def well_formed(text: str) -> tuple[str, bytes]:
    """The text with lone surrogates replaced by U+FFFD, and its UTF-8."""
    try:
        return text, text.encode()
    except UnicodeEncodeError:
        text = SURROGATES.sub(lambda found: "\ufffd" * len(found[0]), text)
        return text, text.encode()


def place_of(path: str) -> str:
    """A path for people: ``attachment[1]/member[2]`` → 附件 1／成員 2."""
    words = {"attachment": "附件", "member": "成員", "embedded": "內嵌物件", "piece": "段"}
    return "／".join(
        f"{words.get(name, name)} {number.rstrip(']')}".strip() for name, _, number in (s.partition("[") for s in path.split("/"))
    )


@dataclass(slots=True)
class Collector:
    """Shared by all contexts of one top item.  The ``on_…`` functions see each record at once."""

    parts: list[Part] = field(default_factory=list)
    missing: list[NotRead] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    paths: Counter[str] = field(default_factory=Counter)
    on_part: Callable[[Part], None] | None = None
    on_not_read: Callable[[NotRead], None] | None = None
    on_child: Callable[[], None] | None = None

    def unique(self, path: str) -> str:
        self.paths[path] += 1
        count = self.paths[path]
        return path if count == 1 else f"{path}[{count}]"

    def add(self, part: Part) -> None:
        self.parts.append(part)
        if self.on_part is not None:
            self.on_part(part)

    def not_read(self, entry: NotRead) -> None:
        if len(self.missing) > NOT_READ_KEPT or entry in self.missing:
            return
        if len(self.missing) == NOT_READ_KEPT:
            entry = NotRead("document", entry.reason, f"未讀的部分超過 {NOT_READ_KEPT} 處，其餘從略")
        self.missing.append(entry)
        if self.on_not_read is not None:
            self.on_not_read(entry)

    def remark(self, text: str) -> None:
        if len(self.remarks) < REMARKS_KEPT and text not in self.remarks:
            self.remarks.append(text)

    def document(self, name: str, media_type: str) -> Document:
        parts, missing, remarks = tuple(self.parts), tuple(self.missing), tuple(self.remarks)
        return Document(name=name, parts=parts, not_read=missing, media_type=media_type, remarks=remarks)


class ReadContext:
    """One item or child being read.

    ``path`` prefixes the paths of its parts (empty for the top item), ``name`` is its file name as given (untrusted,
    may be empty), ``format`` the key of what its content was judged to be (``dlp.readers.formats``), ``declared`` and
    ``charset`` what its container claimed.
    """

    def __init__(
        self, collector: Collector, budget: Budget, dispatch: Callable[[bytes, "ReadContext"], None], *,
        path: str = "", name: str = "", declared: str = "", charset: str = "", ocr: bool = False,
    ) -> None:  # fmt: skip
        self.collector = collector
        self.budget = budget
        self.path = path
        self.name = name
        self.declared = declared
        self.charset = charset
        self.ocr = ocr
        self.format = ""
        self._dispatch = dispatch
        self._children: Counter[str] = Counter()

    def _path(self, name: str) -> str:
        safe = UNSAFE_NAME.sub("-", name.lower()) or "part"
        return f"{self.path}/{safe}" if self.path else safe

    def add(
        self, place: Place, text: str, *, name: str = "body", page: int | None = None, corner: Corner | None = None,
        field: str | None = None, utf8: bytes | None = None, charge: bool = True,
    ) -> None:  # fmt: skip
        """A run of text found at ``place``; text without any visible character is skipped.

        ``name`` is the last step of the path: ASCII, chosen by the reader, never from the input; a repeated one gets an
        index (``header``, ``header[2]``).  ``page`` counts from 1.  ``utf8`` is the encoded text when it is at hand.
        ``charge`` is False only for text that was not unpacked from anything.
        """
        if not text or text.isspace():
            return
        self.budget.check_time()
        room = self.budget.limits.text_chars - self.budget.text_chars
        if charge and len(text) > room > 0:  # what still fits is kept before the limit speaks
            self.add(place, text[:room], name=name, page=page, corner=corner, field=field)
        if charge:
            self.budget.charge_text(len(text))
        if utf8 is None:
            text, utf8 = well_formed(text)
        if field is not None:
            field = well_formed(field[:200])[0]
        path = self.collector.unique(self._path(name))
        self.collector.add(Part(path, place, text, page=page, corner=corner, field=field, utf8=utf8))

    def not_read(self, reason: NotReadReason, detail: str = "", *, name: str = "") -> None:
        """Something of this item was not read.  ``detail`` is zh-TW without content, ``name`` a step of a path."""
        part = self._path(name) if name else self.path or "document"
        self.collector.not_read(NotRead(part, reason, detail))

    def remark(self, text: str) -> None:
        """A zh-TW fact that belongs into the reasons of findings."""
        self.collector.remark(f"{place_of(self.path)}：{text}" if self.path else text)

    def child(
        self, data: bytes, *, name: str = "", label: Label = "attachment", declared: str = "", charset: str = ""
    ) -> None:
        """Read something this item contains, whatever it turns out to be.  The child's faults are recorded;
        LimitReached is raised only when the whole item is used up.

        The child's ``name`` becomes a part of its own (Place.FILE_NAME).  ``declared`` and ``charset`` are what the
        container claims about it.
        """
        inner = self.open_child(name=name, label=label, declared=declared, charset=charset)
        self._dispatch(data, inner)

    def open_child(
        self, *, name: str = "", label: Label = "attachment", declared: str = "", charset: str = ""
    ) -> "ReadContext":
        """Number a child and record its name without reading it (an encrypted member); ``child`` does both."""
        self._children[label] += 1
        step = f"{label}[{self._children[label]}]"
        inner = ReadContext(
            self.collector, self.budget, self._dispatch,
            path=f"{self.path}/{step}" if self.path else step,
            name=name, declared=declared, charset=charset, ocr=self.ocr,
        )  # fmt: skip
        inner.add_name()
        return inner

    def add_name(self) -> None:
        """The item's file name as text."""
        self.add(Place.FILE_NAME, self.name[:NAME_CHARS], name="name")
        if len(self.name) > NAME_CHARS:
            self.not_read(NotReadReason.LIMIT_TEXT, f"檔名超過 {NAME_CHARS:,} 字", name="name")
