"""Property sets of compound files: title, author, category, and what people added.

Source: MS-OLEPS, MS-OSHARED §2.3.3, read 2026-11.
"""

from struct import error as StructError
from struct import unpack_from

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode

_SUMMARY = {
    2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "comments", 7: "template", 8: "last-author", 18: "application",
}  # fmt: skip
_DOCUMENT = {2: "category", 3: "presentation-format", 14: "manager", 15: "company", 13: "titles"}
_MACHINE = frozenset({"application", "presentation-format"})
_USER_SECTION = b"\x05\xd5\xcd\xd5\x9c\x2e\x1b\x10\x93\x97\x08\x00\x2b\x2c\xf9\xae"
PROPERTIES_MOST = 2_000
VT_STRING8, VT_STRING16, VT_VARIANT, VT_VECTOR = 0x1E, 0x1F, 0x0C, 0x1000


def read_properties(data: bytes, ctx: ReadContext, *, document: bool) -> None:
    """The property sets of a SummaryInformation stream (``document`` for the second of the two)."""
    try:
        sections = unpack_from("<I", data, 24)[0]
        for index in range(min(sections, 4)):
            kind, offset = data[28 + 20 * index : 44 + 20 * index], unpack_from("<I", data, 44 + 20 * index)[0]
            _section(data[offset:], ctx, _DOCUMENT if document else _SUMMARY, user=document and (index > 0 or kind == _USER_SECTION))
    except (StructError, IndexError):
        ctx.not_read(NotReadReason.DAMAGED, "文件屬性損壞", name="properties")


def _section(data: bytes, ctx: ReadContext, names: dict[int, str], *, user: bool) -> None:
    count = unpack_from("<I", data, 4)[0]
    entries = [unpack_from("<II", data, 8 + 8 * i) for i in range(min(count, PROPERTIES_MOST))]
    label = ""
    own: dict[int, str] = {}
    for number, offset in entries:
        if number == 1:
            page = unpack_from("<H", data, offset + 4)[0]
            label = "utf-8" if page == 65001 else "utf-16-le" if page == 1200 else f"cp{page}"
    if user:
        for number, offset in entries:
            if number == 0:
                own = _dictionary(data, offset, label)
    for number, offset in entries:
        if number < 2:
            continue
        name = own.get(number) if user else names.get(number)
        for text in _values(data, offset, label):
            if name not in _MACHINE and not (name is None and text.isdigit() and len(text) < 6):
                ctx.add(Place.PROPERTY, text, name="property", field=name)


def _dictionary(data: bytes, at: int, label: str) -> dict[int, str]:
    """Names of the properties people added."""
    names = {}
    count = unpack_from("<I", data, at)[0]
    at += 4
    for _ in range(min(count, PROPERTIES_MOST)):
        number, length = unpack_from("<II", data, at)
        size = length * 2 if label == "utf-16-le" else length
        names[number] = _text(data[at + 8 : at + 8 + size], label)
        at += 8 + (size + 3 & ~3 if label == "utf-16-le" else size)
    return names


def _values(data: bytes, at: int, label: str) -> list[str]:
    kind = unpack_from("<H", data, at)[0]
    if kind in (VT_STRING8, VT_STRING16):
        return [_string(data, at + 4, kind, label)[0]]
    texts: list[str] = []
    if kind & VT_VECTOR and kind & 0xFFF in (VT_STRING8, VT_STRING16, VT_VARIANT):
        count = unpack_from("<I", data, at + 4)[0]
        at += 8
        for _ in range(min(count, PROPERTIES_MOST)):
            item = kind & 0xFFF
            if item == VT_VARIANT:
                item = unpack_from("<H", data, at)[0]
                at += 4
                if item not in (VT_STRING8, VT_STRING16):
                    at += 4
                    continue
            text, at = _string(data, at, item, label)
            texts.append(text)
    return texts


def _string(data: bytes, at: int, kind: int, label: str) -> tuple[str, int]:
    length = unpack_from("<I", data, at)[0]
    size = length * 2 if kind == VT_STRING16 else length
    body = data[at + 4 : at + 4 + size]
    text = body.decode("utf-16-le", "replace").split("\0")[0] if kind == VT_STRING16 else _text(body, label)
    return text, at + 4 + (size + 3 & ~3)


def _text(body: bytes, label: str) -> str:
    if label == "utf-16-le":
        return body.decode("utf-16-le", "replace").split("\0")[0]
    return decode(body.split(b"\0")[0], declared=label).text
