"""Builds compound files and the records of Office 97–2003 by hand."""

import struct

SECTOR = 512
FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
Tree = dict[str, "bytes | Tree"]


def compound(tree: Tree) -> bytes:
    """A compound file of storages (dicts) and streams (bytes); small streams are padded past the mini-stream's limit."""
    entries: list[list[object]] = [["Root Entry", 5, FREE, FREE, FREE, END, 0]]
    sectors: list[bytes] = []
    table: list[int] = []

    def store(data: bytes) -> int:
        first = len(sectors)
        count = max((len(data) + SECTOR - 1) // SECTOR, 1)
        for index in range(count):
            sectors.append(data[index * SECTOR : (index + 1) * SECTOR].ljust(SECTOR, b"\0"))
            table.append(first + index + 1 if index + 1 < count else END)
        return first

    def add(parent: int, children: Tree) -> None:
        last = FREE
        for name, content in children.items():
            number = len(entries)
            if isinstance(content, dict):
                entries.append([name, 1, FREE, last, FREE, END, 0])
                add(number, content)
            else:
                size = max(len(content), 4096)
                entries.append([name, 2, FREE, last, FREE, store(content.ljust(4096, b"\0")), size])
            last = number
        entries[parent][4] = last

    add(0, tree)
    directory = b"".join(_entry(*entry) for entry in entries)  # type: ignore[arg-type]
    first_directory = store(directory)
    first_table = len(sectors)
    tables = 1
    while (len(sectors) + tables) > tables * 128:
        tables += 1
    table += [0xFFFFFFFD] * tables
    body = struct.pack(f"<{len(table)}I", *table).ljust(tables * SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, first_directory, 0, 4096, END, 0, END, 0
    )
    header += struct.pack("<109I", *[first_table + i if i < tables else FREE for i in range(109)])
    return header + b"".join(sectors) + body


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw) + 2, kind, 1, left, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


# ── Excel ──


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def bof(kind: int) -> bytes:
    return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))


def wide(text: str, length: str = "<H") -> bytes:
    return struct.pack(length, len(text)) + b"\1" + text.encode("utf-16-le")


def xls(cells: bytes, *, book: bytes = b"", name: str = "表", state: int = 0) -> bytes:
    """A workbook of one sheet."""
    sheet = record(0x85, struct.pack("<IBB", 0, state, 0) + wide(name, "<B"))
    return compound({"Workbook": bof(5) + book + sheet + record(0x0A) + bof(0x10) + cells + record(0x0A)})


def sst(*strings: str) -> bytes:
    return record(0xFC, struct.pack("<II", len(strings), len(strings)) + b"".join(wide(s) for s in strings))


def label(row: int, column: int, index: int) -> bytes:
    return record(0xFD, struct.pack("<HHHI", row, column, 0, index))


def label_text(text: str, row: int = 0, column: int = 0) -> bytes:
    return record(0x204, struct.pack("<HHH", row, column, 0) + wide(text))


# ── PowerPoint ──


def atom(kind: int, data: bytes = b"", *, instance: int = 0, version: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4 | version, kind, len(data)) + data


def holder(kind: int, *inner: bytes, instance: int = 0) -> bytes:
    return atom(kind, b"".join(inner), instance=instance, version=15)


def chars(text: str) -> bytes:
    return atom(0x0FA0, text.encode("utf-16-le"))


def ppt_shape(text: str, *, box: tuple[int, int, int, int] = (2000, 1000, 3000, 2500), more: bytes = b"") -> bytes:
    """``box`` is left, top, right, bottom."""
    left, top, right, bottom = box
    anchor = atom(0xF010, struct.pack("<hhhh", top, left, right, bottom))
    return holder(0xF004, anchor, more, atom(0xF00D, atom(0x0F9F, b"\4\0\0\0") + chars(text), version=15))


def ppt(*slides: bytes, document: bytes = b"", more: bytes = b"", token: int = 0xE391C05F) -> bytes:
    """A presentation; each slide is the inside of its container."""
    order = b"".join(atom(0x03F3, struct.pack("<IIIII", i + 1, 0, 0, 256 + i, 0)) for i in range(len(slides)))
    head = holder(0x03E8, atom(0x03E9, struct.pack("<ii", 5760, 4320) + b"\0" * 32), holder(0x0FF0, order), document)
    body, offsets = bytearray(head), []
    for slide in slides:
        offsets.append(len(body))
        body += holder(0x03EE, slide)
    body += more
    body += atom(0x1772, struct.pack("<I", len(slides) << 20 | 1) + b"".join(struct.pack("<I", o) for o in offsets))
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, token)
    return compound({"Current User": user, "PowerPoint Document": bytes(body)})


# ── Word ──


def doc(
    stories: dict[int, str],
    *,
    flags: int = 0,
    headers: list[str] | None = None,
    marks: list[tuple[int, int, int]] | None = None,
) -> bytes:
    """Text by story: 0 body, 1 footnotes, 2 headers, 4 comments, 5 endnotes, 6 boxes, 7 header boxes.  ``headers`` are
    the twelve stories of the first section; ``marks`` are (first, last, code of a character property)."""
    if headers is not None:
        stories = stories | {2: "".join(headers)}
    texts = [stories.get(index, "") for index in range(8)]
    text = "".join(texts).encode("utf-16-le")
    start = 0x800
    clx = b"\2" + struct.pack("<I", 16) + struct.pack("<II", 0, len(text) // 2) + struct.pack("<HIH", 0, start, 0)
    table = bytearray(clx)
    spans = {33: (0, len(clx))}
    if headers is not None:
        positions, at = [0], 0
        for story in headers:
            at += len(story)
            positions.append(at)
        spans[11] = (len(table), 4 * len(positions))
        table += struct.pack(f"<{len(positions)}I", *positions)
    main = bytearray(start)
    struct.pack_into("<HHHHHH", main, 0, 0xA5EC, 0xC1, 0, 0x404, 0, 0x0200 | flags)
    struct.pack_into("<HH", main, 0x20, 14, 0)
    main[0x20:0x22] = struct.pack("<H", 14)
    struct.pack_into("<H", main, 0x3E, 22)
    struct.pack_into("<8I", main, 0x4C, *[len(t) for t in texts])
    main += text
    if marks:
        main += b"\0" * (-len(main) % 512)
        page = bytearray(512)
        edges = sorted(
            {start, start + len(text), *(start + 2 * a for a, _, _ in marks), *(start + 2 * b for _, b, _ in marks)}
        )
        page[511] = len(edges) - 1
        struct.pack_into(f"<{len(edges)}I", page, 0, *edges)
        free = 480
        for index, low in enumerate(edges[:-1]):
            for first, _, code in marks:
                if start + 2 * first == low:
                    free -= 4
                    page[free : free + 4] = b"\3" + struct.pack("<HB", code, 1)
                    page[4 * len(edges) + index] = free // 2
        spans[12] = (len(table), 12)
        table += struct.pack("<III", start, start + len(text), len(main) // 512)
        main += page
    for index, (offset, size) in spans.items():
        struct.pack_into("<II", main, 0x9A + 8 * index, offset, size)
    return compound({"WordDocument": bytes(main), "1Table": bytes(table)})


# ── Outlook ──


def message(properties: dict[int, str | bytes], more: Tree | None = None) -> Tree:
    tree: Tree = {"__properties_version1.0": b"\0" * 32}
    for number, value in properties.items():
        kind = "001F" if isinstance(value, str) else "0102"
        raw = value.encode("utf-16-le") if isinstance(value, str) else value
        tree[f"__substg1.0_{number:04X}{kind}"] = raw
    return tree | (more or {})


def attachment(name: str, data: bytes) -> Tree:
    return {
        "__properties_version1.0": b"\0" * 8,
        "__substg1.0_3707001F": name.encode("utf-16-le"),
        "__substg1.0_37010102": data,
    }


def summary(properties: dict[int, str], *, document: bool = False) -> bytes:
    """A property set stream with UTF-16 strings."""
    body, index = b"", b""
    base = 8 + 8 * len(properties)
    for number, text in properties.items():
        index += struct.pack("<II", number, base + len(body))
        raw = text.encode("utf-16-le") + b"\0\0"
        body += struct.pack("<II", 0x1F, len(raw) // 2) + raw + b"\0" * (-len(raw) % 4)
    section = struct.pack("<II", base + len(body), len(properties)) + index + body
    kind = (
        b"\x02\xd5\xcd\xd5\x9c\x2e\x1b\x10\x93\x97\x08\x00\x2b\x2c\xf9\xae"
        if document
        else b"\xe0\x85\x9f\xf2\xf9\x4f\x68\x10\xab\x91\x08\x00\x2b\x27\xb3\xd9"
    )
    return struct.pack("<HHI16xI", 0xFFFE, 0, 0x20006, 1) + kind + struct.pack("<I", 48) + section
