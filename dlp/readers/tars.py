"""TAR, read by own code as a sequence of headers and slices; nothing is extracted and links are names only.

Understood: v7, ustar, GNU long names, pax headers, old GNU sparse files (their stored data, holes are not expanded).
Source: POSIX.1-2017 pax, GNU tar manual, read 2026-11.
"""

import re

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.limits import LimitReached

BLOCK = 512
PAX_TEXT = ("path", "linkpath", "comment", "uname", "gname", "GNU.sparse.name")


def read(data: bytes, ctx: ReadContext) -> None:
    """Every member as a child."""
    at, number = 0, 0
    long_name = ""
    pax: dict[str, str] = {}
    while at + BLOCK <= len(data):
        header = data[at : at + BLOCK]
        if not header.strip(b"\0"):
            at += BLOCK
            continue
        size, valid = _number(header[124:136]), _checksum_ok(header)
        if size is None or not valid:
            ctx.not_read(NotReadReason.DAMAGED, "TAR 檔頭損壞")
            at = _resync(data, at + BLOCK)
            if at < 0:
                return
            continue
        kind = header[156:157]
        if "size" in pax and pax["size"].isdigit() and len(pax["size"]) < 20:
            size = int(pax["size"])
        body_at = at + BLOCK + (_sparse_blocks(data, at, header) if kind == b"S" else 0)
        body = data[body_at : body_at + size]
        at = body_at + -(-size // BLOCK) * BLOCK
        if kind in (b"L", b"K"):
            text = _text(body.rstrip(b"\0"))
            long_name = text if kind == b"L" else f"{long_name}\n{text}".strip()
            continue
        if kind in (b"x", b"g", b"X"):
            fields = _pax(body)
            pax.update(fields) if kind != b"g" else _add_fields(fields, ctx)
            continue
        number += 1
        _charge(number, ctx)
        _member(header, body, size, kind, long_name, pax, ctx)
        long_name, pax = "", {}


def _member(
    header: bytes, body: bytes, size: int, kind: bytes, long_name: str, pax: dict[str, str], ctx: ReadContext
) -> None:
    names = [pax.get("GNU.sparse.name") or pax.get("path") or long_name or _plain_name(header)]
    link = pax.get("linkpath") or _text(header[157:257].split(b"\0")[0])
    if kind in (b"1", b"2") and link:
        names.append(link)
    name = "\n".join(names)
    if "comment" in pax:
        ctx.add(Place.COMMENT, pax["comment"], name="comment")
    if kind in (b"0", b"\0", b"7", b"S") and not (name.endswith("/") and size == 0):
        ctx.budget.charge_bytes(len(body))
        ctx.child(body, name=name, label="member")
        if len(body) < size:
            ctx.not_read(NotReadReason.TRUNCATED, "TAR 成員不完整")
        return
    inner = ctx.open_child(name=name, label="member")
    if body and kind not in (b"1", b"2", b"3", b"4", b"5", b"6", b"D"):
        ctx.budget.charge_bytes(len(body))
        inner.not_read(NotReadReason.UNKNOWN_TYPE, "不認得的 TAR 成員種類")
        from dlp.readers import raw

        raw.salvage(body, inner)


def _charge(number: int, ctx: ReadContext) -> None:
    ctx.budget.charge_member()
    ctx.budget.check_time()
    if number > ctx.budget.limits.container_members:
        raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"封存檔成員超過 {ctx.budget.limits.container_members:,} 個")


def _plain_name(header: bytes) -> str:
    name = _text(header[:100].split(b"\0")[0])
    prefix = _text(header[345:500].split(b"\0")[0]) if header[257:262] == b"ustar" and header[262:264] != b" \0" else ""
    return f"{prefix}/{name}" if prefix else name


def _number(field: bytes) -> int | None:
    """Octal, or base 256 when the top bit is set; None for nonsense and negative values."""
    if field[0] & 0x80:
        value = int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big")
        return value if value < 1 << 62 else None
    text = field.split(b"\0")[0].strip(b" \0")
    if not text:
        return 0
    return int(text, 8) if re.fullmatch(rb"[0-7]{1,12}", text) else None


def _checksum_ok(header: bytes) -> bool:
    stored = _number(header[148:156])
    return stored == sum(header[:148]) + 8 * 32 + sum(header[156:])


def _resync(data: bytes, at: int) -> int:
    """Next block that is a sound header, -1 when there is none."""
    while at + BLOCK <= len(data):
        if data[at] and _checksum_ok(data[at : at + BLOCK]):
            return at
        at += BLOCK
    return -1


def _sparse_blocks(data: bytes, at: int, header: bytes) -> int:
    """Bytes of extension headers of an old GNU sparse member."""
    extra, more = 0, header[482:483] == b"\1"
    while more and at + BLOCK + extra + BLOCK <= len(data):
        more = data[at + BLOCK + extra + 504 : at + BLOCK + extra + 505] == b"\1"
        extra += BLOCK
    return extra


def _pax(body: bytes) -> dict[str, str]:
    """Records «length key=value\\n»; a wrong length ends the reading."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(body) and len(fields) < 1_000:
        match = re.compile(rb"([0-9]{1,7}) ").match(body, at)
        if not match or int(match[1]) < 5:
            break
        key, _, value = body[match.end() : at + int(match[1])].rstrip(b"\n").partition(b"=")
        fields[_text(key)] = _text(value)
        at += int(match[1])
    return fields


def _add_fields(fields: dict[str, str], ctx: ReadContext) -> None:
    for key in PAX_TEXT:
        if key in fields:
            ctx.add(Place.COMMENT, fields[key], name="comment")


def _text(data: bytes) -> str:
    return decode(data).text if data else ""
