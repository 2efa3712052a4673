"""PowerPoint 97–2003: slides, notes and masters from the tree of records, with what stands off the slide.

Sources: MS-PPT §2, MS-ODRAW, read 2026-11.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers.compound import Storage, opened
from dlp.readers.context import ReadContext
from dlp.readers.flow import Flow, Loose
from dlp.readers.members import quiet_strings
from dlp.readers.positions import box_corner, outside

RECORD_LEVELS = 100
_SLIDE, _NOTES, _MASTER, _LIST, _PERSIST = 0x03EE, 0x03F0, 0x03F8, 0x0FF0, 0x03F3
_CHARS, _BYTES, _STRING, _SHAPE, _ANCHOR, _CLIENT_ANCHOR = 0x0FA0, 0x0FA8, 0x0FBA, 0xF004, 0xF00F, 0xF010
_TEXT_BOX, _PROPERTIES = 0xF00D, (0xF00B, 0xF121, 0xF122)
_DOCUMENT_ATOM, _SHOW_INFO, _NOTES_ATOM, _DIRECTORY, _OLE_STORAGE = 0x03E9, 0x03F9, 0x03F1, 0x1772, 0x1011
_HEADERS, _COMMENT, _LINK, _OUTLINE_REFERENCE = 0x0FD9, 0x2EE0, 0x0FD7, 0x0F9E
_PLACEHOLDER = 0x0BC3
_FOOTER_PLACEHOLDERS = {7: Place.FOOTER, 8: Place.FOOTER, 9: Place.FOOTER, 10: Place.HEADER}
_TITLES = frozenset({1, 2, 3, 4, 5, 6, 13, 14, 15, 16, 17, 18})
_ENCRYPTED_TOKEN = 0xF3D1C4DF
_WORDART, _NAME, _DESCRIPTION = 0x00C0, 0x0380, 0x0381
_MADE_UP_NAMES = 40


@dataclass(slots=True)
class _Show:
    """What is known of the whole presentation."""

    data: bytes
    ctx: ReadContext
    size: tuple[float, float] = (5760.0, 4320.0)
    pages: dict[int, int] = field(default_factory=dict)  # persist id → slide number
    slide_ids: dict[int, int] = field(default_factory=dict)  # slide id → slide number
    offsets: dict[int, int] = field(default_factory=dict)  # offset → persist id
    names: Loose = field(default_factory=lambda: Loose(Place.HIDDEN, "names"))
    links: Loose = field(default_factory=lambda: Loose(Place.LINK, "links"))


def read(data: bytes, ctx: ReadContext) -> None:
    """Read a presentation and everything else in its compound file."""
    from dlp.readers.ole import read_storage

    read_storage(opened(data, ctx), ctx)


def read_streams(storage: Storage, ctx: ReadContext) -> None:
    """The presentation in a storage."""
    user = storage.read("Current User")
    if len(user) >= 16 and unpack_from("<I", user, 12)[0] == _ENCRYPTED_TOKEN:
        ctx.not_read(NotReadReason.ENCRYPTED)
        storage.read("PowerPoint Document")
        return
    data = storage.read("PowerPoint Document")
    show = _Show(data, ctx)
    try:
        _plan(show)
        for kind, instance, start, end in records(data, 0, len(data)):
            _top(show, kind, instance, start, end)
    except (StructError, IndexError):
        ctx.not_read(NotReadReason.DAMAGED, "簡報結構損壞，只做字串檢查", name="slides")
        quiet_strings(data, ctx)
    show.names.emit(ctx)
    show.links.emit(ctx)
    if data and not any(True for _ in records(data, 0, len(data))):
        raise ValueError("no records")


def records(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Records side by side: kind, instance, start and end of the content."""
    while at + 8 <= end:
        first, kind, size = unpack_from("<HHI", data, at)
        stop = min(at + 8 + size, end)
        yield kind, first >> 4, at + 8, stop
        at = stop if stop > at + 8 or size == 0 else end


def _is_container(data: bytes, start: int) -> bool:
    return bool(data[start - 8] & 0x0F == 0x0F)


def _plan(show: _Show) -> None:
    """Directories of the saves, order of the slides, size of a slide."""
    for kind, _, start, end in records(show.data, 0, len(show.data)):
        if kind == _DIRECTORY:
            _directory(show, start, end)
        elif kind == 0x03E8:
            for inner, instance, low, high in records(show.data, start, end):
                if inner == _DOCUMENT_ATOM and high - low >= 8:
                    width, height = unpack_from("<ii", show.data, low)
                    show.size = (float(max(width, 1)), float(max(height, 1)))
                elif inner == _LIST and instance == 0:
                    _order(show, low, high)


def _directory(show: _Show, at: int, end: int) -> None:
    while at + 4 <= end:
        entry = unpack_from("<I", show.data, at)[0]
        number, count = entry & 0xFFFFF, entry >> 20
        at += 4
        for index in range(count):
            if at + 4 > end:
                return
            show.offsets[unpack_from("<I", show.data, at)[0]] = number + index
            at += 4


def _order(show: _Show, start: int, end: int) -> None:
    page = 0
    show.pages.clear()
    for kind, _, low, high in records(show.data, start, end):
        if kind == _PERSIST and high - low >= 16:
            page += 1
            show.pages[unpack_from("<I", show.data, low)[0]] = page
            show.slide_ids[unpack_from("<I", show.data, low + 12)[0]] = page


def _top(show: _Show, kind: int, instance: int, start: int, end: int) -> None:
    show.ctx.budget.check_time()
    if kind in (_SLIDE, _NOTES, _MASTER):
        _slide(show, kind, start, end)
    elif kind == _OLE_STORAGE:
        _embedded(show, instance, start, end)
    elif _is_container(show.data, start):
        _document(show, kind, start, end, 0)


def _document(show: _Show, kind: int, start: int, end: int, level: int) -> None:
    """Everything outside the slides: outline texts, links, headers, names."""
    if level > RECORD_LEVELS:
        show.ctx.not_read(NotReadReason.LIMIT_DEPTH, name="slides")
        return
    if kind == _HEADERS:
        _header_strings(show, start, end)
        return
    if kind == _LIST:
        _outline(show, start, end)
        return
    flow = Flow(show.ctx)
    for inner, instance, low, high in records(show.data, start, end):
        if inner in (_CHARS, _BYTES):
            _put(flow, _text(show.data, inner, low, high))
        elif inner == _STRING:
            target = show.links if kind == _LINK else show.names
            target.add(_text(show.data, inner, low, high))
        elif inner in (_SLIDE, _NOTES, _MASTER):
            _slide(show, inner, low, high)
        elif inner == _OLE_STORAGE:
            _embedded(show, instance, low, high)
        elif inner == _COMMENT:
            _comment(show, low, high, None)
        elif _is_container(show.data, low):
            _document(show, inner, low, high, level + 1)
    flow.sink.place, flow.sink.name = Place.SLIDE, "other-text"
    flow.finish()


def _outline(show: _Show, start: int, end: int) -> None:
    """Titles and body texts of slides are kept in a list of their own."""
    instance = unpack_from("<H", show.data, start - 8)[0] >> 4
    place = {0: Place.SLIDE, 1: Place.SLIDE, 2: Place.NOTES}.get(instance, Place.SLIDE)
    page = 0
    flow = Flow(show.ctx)
    flow.sink.place, flow.sink.name = place, "outline"
    for kind, _, low, high in records(show.data, start, end):
        if kind == _PERSIST:
            flow.finish()
            page += 1
            flow = Flow(show.ctx)
            flow.sink.place, flow.sink.name, flow.sink.page = place, "outline", page if instance == 0 else None
        elif kind in (_CHARS, _BYTES):
            _put(flow, _text(show.data, kind, low, high))
    flow.finish()


def _put(flow: Flow, text: str) -> None:
    if text == "*":
        return  # stands for a field: page number, date
    for line in text.replace("\x0b", "\n").split("\r"):
        flow.sink.write(line)
        flow.sink.end_paragraph()


def _text(data: bytes, kind: int, low: int, high: int) -> str:
    body = data[low:high]
    return body.decode("cp1252", "replace") if kind == _BYTES else body.decode("utf-16-le", "replace")


def _header_strings(show: _Show, start: int, end: int) -> None:
    for kind, instance, low, high in records(show.data, start, end):
        if kind == _STRING:
            place = Place.HEADER if instance == 1 else Place.FOOTER
            show.ctx.add(place, _text(show.data, kind, low, high), name=place.value)


def _comment(show: _Show, start: int, end: int, page: int | None) -> None:
    for kind, instance, low, high in records(show.data, start, end):
        if kind == _STRING:
            text = _text(show.data, kind, low, high)
            if instance == 1:
                show.ctx.add(Place.COMMENT, text, name="comment", page=page)
            else:
                show.ctx.add(Place.PROPERTY, text, name="author", field="author", page=page)


def _embedded(show: _Show, instance: int, start: int, end: int) -> None:
    """An embedded object's compound file, compressed or not."""
    body = show.data[start:end]
    if instance == 1:
        expander = zlib.decompressobj()
        try:
            out = expander.decompress(body[4:], show.ctx.budget.room_bytes() or 1)
        except zlib.error:
            show.ctx.not_read(NotReadReason.DAMAGED, "內嵌物件損壞", name="objects")
            return
        show.ctx.budget.charge_bytes(len(out))
        body = out
    show.ctx.child(body, label="embedded")


@dataclass(slots=True)
class _Page:
    """The slide being read."""

    flow: Flow
    place: Place
    number: int | None


def _slide(show: _Show, kind: int, start: int, end: int) -> None:
    persist = show.offsets.get(start - 8)
    number = show.pages.get(persist) if persist is not None and kind == _SLIDE else None
    place, name = {_SLIDE: (Place.SLIDE, "slide"), _NOTES: (Place.NOTES, "notes"), _MASTER: (Place.SLIDE, "master")}[kind]
    for inner, _, low, high in records(show.data, start, end):
        if inner == _SHOW_INFO and high - low >= 12 and unpack_from("<H", show.data, low + 10)[0] & 4 and kind == _SLIDE:
            place = Place.HIDDEN
            show.ctx.remark(f"第 {number} 張投影片是隱藏的" if number else "有一張投影片是隱藏的")
        elif inner == _NOTES_ATOM and high - low >= 4:
            number = show.slide_ids.get(unpack_from("<I", show.data, low)[0], number)
    flow = Flow(show.ctx)
    flow.sink.place, flow.sink.name, flow.sink.page = place, name, number
    _walk(show, _Page(flow, place, number), start, end, 0)
    flow.finish()


def _walk(show: _Show, page: _Page, start: int, end: int, level: int) -> None:
    if level > RECORD_LEVELS:
        show.ctx.not_read(NotReadReason.LIMIT_DEPTH, name="slides")
        return
    for kind, _, low, high in records(show.data, start, end):
        if kind == _SHAPE:
            _shape(show, page, low, high)
        elif kind in (_CHARS, _BYTES):
            _put(page.flow, _text(show.data, kind, low, high))
        elif kind == _STRING:
            show.names.add(_text(show.data, kind, low, high))
        elif kind == _HEADERS:
            _header_strings(show, low, high)
        elif kind == _COMMENT:
            _comment(show, low, high, page.number)
        elif _is_container(show.data, low):
            _walk(show, page, low, high, level + 1)


def _shape(show: _Show, page: _Page, start: int, end: int) -> None:
    """A drawing object: its place decides whether its text is part of the slide."""
    box: tuple[float, float, float, float] | None = None
    placeholder, texts = -1, []
    for kind, _, low, high in records(show.data, start, end):
        if kind == _CLIENT_ANCHOR and high - low in (8, 16):
            top, left, right, bottom = unpack_from("<hhhh" if high - low == 8 else "<iiii", show.data, low)
            box = (left, top, right - left, bottom - top)
        elif kind == _ANCHOR and high - low >= 16:
            left, top, right, bottom = unpack_from("<iiii", show.data, low)
            box = None  # inside a group, in the group's own measure
        elif kind in _PROPERTIES:
            _properties(show, page, low, high)
        elif kind == _TEXT_BOX:
            texts.append((low, high))
        elif _is_container(show.data, low):
            for inner, _, a, b in records(show.data, low, high):
                if inner == _PLACEHOLDER and b - a >= 5:
                    placeholder = show.data[a + 4]
                elif inner == _STRING:
                    show.names.add(_text(show.data, inner, a, b))
                elif _is_container(show.data, a):
                    _walk(show, page, a, b, 1)
    if not texts:
        return
    place, name = page.place, ""
    spot = box_corner(*box, show.size) if box else None
    if placeholder in _FOOTER_PLACEHOLDERS:
        place = _FOOTER_PLACEHOLDERS[placeholder]
        name = place.value
    elif box and outside(*box, show.size):
        place, name = Place.HIDDEN, "off-slide"
    elif spot is not None and placeholder not in _TITLES and page.place is not Place.NOTES:
        name = "corner-box"
    if name:
        page.flow.push(place, name, page=page.number, corner=spot)
    for low, high in texts:
        _walk(show, page, low, high, 1)
    if name:
        page.flow.pop()


def _properties(show: _Show, page: _Page, start: int, end: int) -> None:
    """Texts among a shape's properties: WordArt, description, name."""
    count = unpack_from("<H", show.data, start - 8)[0] >> 4
    at = start + 6 * count
    for index in range(count):
        if start + 6 * index + 6 > end:
            return
        code, value = unpack_from("<HI", show.data, start + 6 * index)
        if not code & 0x8000:
            continue
        body = show.data[at : min(at + value, end)]
        at += value
        number = code & 0x3FFF
        if number not in (_WORDART, _NAME, _DESCRIPTION):
            continue
        text = body.decode("utf-16-le", "replace").rstrip("\0")
        if number == _NAME:
            show.names.add(text if len(text) > _MADE_UP_NAMES or not text.isascii() else "")
        else:
            place = Place.TEXT_BOX if number == _WORDART else Place.ALT_TEXT
            page.flow.once(place, text, place.value, page=page.number)
