"""Mail: every header, every part, every alternative, nested messages, what stands before and after the parts.

Works from raw bytes and believes no label: transfer encodings, charsets and boundaries that lie are read both ways or
repaired, and noticed.  Text parts are read here, everything else goes down the road as an attachment.
Sources: RFC 5322, 2045–2049, 2183, 2231, 3676, 3156, 8551, 5545, 6350, read 2026-11.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dlp.document import NotReadReason, Place
from dlp.readers import card
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.html import read as read_html
from dlp.readers.limits import LimitReached
from dlp.readers.mail_headers import (
    Header,
    every,
    first,
    lenient_base64,
    main_value,
    parameters,
    parse_headers,
    split_headers,
)
from dlp.readers.plain import note_encoding

STRUCTURE_HEADERS = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version", "content-length"})
PREAMBLE_NOISE = re.compile(r"(?:this is|this message is) a? ?(?:multi-?part|multipart).{0,400}", re.IGNORECASE | re.DOTALL)
_UU_BEGIN = re.compile(rb"^begin(-base64)? [0-7]{3,4} ([^\r\n]{1,1000})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:end|====)[ \t]{0,80}\r?$", re.MULTILINE)
_PGP = re.compile(rb"^-----BEGIN PGP MESSAGE-----", re.MULTILINE)
_PGP_SIGNED = re.compile(rb"^-----BEGIN PGP (?:SIGNED MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)-----", re.MULTILINE)
_ALL_BASE64 = re.compile(rb"\A\s{0,400}(?:[A-Za-z0-9+/]{56,76}\r?\n){3,}[A-Za-z0-9+/]{0,76}={0,2}\s{0,400}\Z")
_BOUNDARY_GUESS = re.compile(rb"^--([^\s-][^\r\n]{0,200}?)[ \t]{0,80}\r?\nContent-", re.MULTILINE | re.IGNORECASE)
_MBOX_FROM = re.compile(rb"^From [^\r\n]{1,200}$", re.MULTILINE)


@dataclass(slots=True)
class _Count:
    """MIME parts of one message, nested multiparts included."""

    parts: int = 0


def read(data: bytes, ctx: ReadContext) -> None:
    """One message, an mbox, a calendar, a card, or OpenPGP text, by the format that was judged."""
    if ctx.format in ("ics", "vcard"):
        card.read(data, ctx)
    elif ctx.format == "pgp":
        read_pgp(data, ctx)
    elif ctx.format == "pkcs7":
        from dlp.readers import pkcs7

        pkcs7.read(data, ctx)
    elif ctx.format == "mbox":
        _read_mbox(data, ctx)
    else:
        _read_message(data, ctx)


def _read_mbox(data: bytes, ctx: ReadContext) -> None:
    starts = [m.start() for m in _MBOX_FROM.finditer(data) if m.start() == 0 or data[m.start() - 2 : m.start()] in (b"\n\n", b"\r\n")]
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        ctx.budget.charge_member()
        ctx.budget.check_time()
        ctx.child(data[start:end], label="member", declared="message/rfc822")


def read_pgp(data: bytes, ctx: ReadContext) -> None:
    """Armoured or binary OpenPGP: clear-signed text is text, messages are encrypted."""
    if _PGP_SIGNED.search(data) and not _PGP.search(data):
        text = decode(data).text
        ctx.add(Place.BODY, text)
        return
    ctx.not_read(NotReadReason.ENCRYPTED, "OpenPGP 加密")
    around = _PGP.split(data)[0] if _PGP.search(data) else b""
    ctx.add(Place.BODY, decode(around).text)


def _read_message(data: bytes, ctx: ReadContext) -> None:
    if re.match(rb"[0-9]{1,10}[ \t]*\r?\n", data[:20]):  # Apple Mail's length line
        data = data.split(b"\n", 1)[1]
    if data.startswith((b"From ", b">From ")) and b"\n" in data:
        envelope, data = data.split(b"\n", 1)
        ctx.add(Place.MAIL_HEADER, decode(envelope).text, name="header", field="From ")
    _entity(data, ctx, 0, _Count(), top=True)


def _entity(data: bytes, ctx: ReadContext, level: int, count: _Count, *, top: bool = False) -> None:
    """A message or a MIME part: headers, then the body as every header that describes it says."""
    limits = ctx.budget.limits
    count.parts += 1
    ctx.budget.check_time()
    if count.parts > limits.mime_parts:
        raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"郵件超過 {limits.mime_parts:,} 個部分")
    if level > limits.mime_levels:
        raise LimitReached(NotReadReason.LIMIT_DEPTH, f"郵件巢狀超過 {limits.mime_levels} 層")
    block, body = split_headers(data)
    if len(block) > limits.mail_header_bytes:
        ctx.not_read(NotReadReason.LIMIT_SIZE, f"郵件標頭超過 {limits.mail_header_bytes // 1024:,} KB")
        ctx.add(Place.RAW, decode(block[limits.mail_header_bytes :]).text, name="header")
        block = block[: limits.mail_header_bytes]
    headers, stray = parse_headers(block)
    _add_headers(headers, stray, ctx, top=top)
    types = list(dict.fromkeys(every(headers, "content-type"))) or [b""]
    encodings = list(dict.fromkeys(main_value(v) for v in every(headers, "content-transfer-encoding"))) or [""]
    if len(types) > 1 or len(encodings) > 1:
        ctx.remark("郵件有互相矛盾的重複標頭，每種讀法都檢查了")
    for type_ in types[:4]:
        for encoding in encodings[:4]:
            _body(body, headers, type_, encoding, ctx, level, count)


def _add_headers(headers: list[Header], stray: bytes, ctx: ReadContext, *, top: bool) -> None:
    for header in headers:
        name = header.name.lower()
        if name == "subject":
            ctx.add(Place.SUBJECT, header.text, name="subject")
        elif top or name not in STRUCTURE_HEADERS:
            ctx.add(Place.MAIL_HEADER, header.text, name="header", field=header.name)
    if stray.strip():
        ctx.add(Place.MAIL_HEADER, decode(stray).text, name="header", field="")


def _body(
    body: bytes, headers: list[Header], type_: bytes, encoding: str, ctx: ReadContext, level: int, count: _Count
) -> None:
    media, options = main_value(type_) or "text/plain", parameters(type_)
    disposition = first(headers, "content-disposition")
    names = file_names(disposition, options)
    charset = (options.get("charset") or [""])[0]
    if media.startswith("multipart/"):
        if encoding in ("base64", "quoted-printable"):  # forbidden, and done all the same
            body = transfer_decoded(body, encoding, ctx) if b"\n--" not in body else body
        if media == "multipart/encrypted":
            ctx.not_read(NotReadReason.ENCRYPTED, "加密郵件")
        _multipart(body, options.get("boundary", []), ctx, level, count)
        return
    content = transfer_decoded(body, encoding, ctx)
    if media in ("message/rfc822", "message/global", "message/news"):
        ctx.child(content, name="\n".join(names), label="attachment", declared="message/rfc822")
    elif media == "message/external-body":
        ctx.not_read(NotReadReason.EXTERNAL, "附件放在外部，未取回")
        _text(content, charset, options, ctx)
    elif media == "message/partial":
        ctx.not_read(NotReadReason.TRUNCATED, "郵件被拆成數封，這是其中一部分")
        _entity(content, ctx, level + 1, count)
    elif names or main_value(disposition) == "attachment" or not _is_inline_text(media):
        ctx.child(content, name="\n".join(names), label="attachment", declared=media, charset=charset)
    elif media in ("text/html", "application/xhtml+xml"):
        _html(content, charset, ctx)
    elif media in ("text/calendar", "text/vcard", "text/x-vcard", "text/directory"):
        card.read(content, ctx, charset=charset)
    else:
        _text(content, charset, options, ctx)


def _is_inline_text(media: str) -> bool:
    if media in ("application/xhtml+xml", "message/delivery-status", "message/disposition-notification", "message/feedback-report"):
        return True
    return media.startswith("text/") and media not in ("text/csv", "text/rtf", "text/xml", "text/tab-separated-values")


def file_names(disposition: bytes, options: dict[str, list[str]]) -> list[str]:
    """All different names that a part gives itself."""
    given = parameters(disposition).get("filename", []) + options.get("name", [])
    return [name for name in dict.fromkeys(given) if name.strip()]


def transfer_decoded(body: bytes, encoding: str, ctx: ReadContext) -> bytes:
    """Undo a content transfer encoding; one that is not what it says is taken as what it is."""
    if encoding == "base64":
        if _hardly_base64(body):
            ctx.remark("郵件部分宣告為 base64，內容卻不是")
            return body
        return lenient_base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        found = next(uuencoded(body), None)
        return found[1] if found else body
    if (_ALL_BASE64.match(body[:200_000]) and len(body) < 200_000) or _ALL_BASE64.match(body):
        ctx.remark("郵件部分未宣告 base64，內容卻是")
        return lenient_base64(body)
    if encoding not in ("", "7bit", "8bit", "binary"):
        ctx.remark("郵件部分的傳送編碼不明")
    return body


def _hardly_base64(body: bytes) -> bool:
    head = body[:4_096].strip()
    outside = len(head.translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_\r\n\t "))
    if head.isascii() and b" " not in head and outside * 2 < len(head):
        return False  # dirt strewn in
    return outside * 10 > len(head) or (len(head) > 60 and head.count(b" ") * 12 > len(head))


def uuencoded(body: bytes) -> Iterator[tuple[str, bytes, tuple[int, int]]]:
    """Files in uuencode inside a text: name, bytes, and where they stand.  One without an end is text."""
    at = 0
    while begin := _UU_BEGIN.search(body, at):
        end = _UU_END.search(body, begin.end())
        if end is None:
            return
        later = list(_UU_BEGIN.finditer(body, begin.end(), end.start()))
        begin = later[-1] if later else begin  # the file is what stands between the end and the begin next to it
        packed = body[begin.end() : end.start()]
        data = lenient_base64(packed) if begin[1] else uudecoded(packed)
        yield decode(begin[2]).text.strip(), data, (begin.start(), end.end())
        at = end.end()


def _between(body: bytes, spans: list[tuple[int, int]]) -> Iterator[bytes]:
    at = 0
    for start, end in spans:
        yield body[at:start]
        at = end
    yield body[at:]


def uudecoded(body: bytes) -> bytes:
    """Lines of uuencode, wrong lengths tolerated."""
    out: list[bytes] = []
    for line in body.splitlines():
        line = line.rstrip(b"\r\n")
        if not line or line in (b"`", b" "):
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            size = ((line[0] - 32) & 63) * 4 // 3 + 4
            try:
                out.append(binascii.a2b_uu(line[:size].ljust(size)))
            except binascii.Error:
                continue
    return b"".join(out)


def _html(content: bytes, charset: str, ctx: ReadContext) -> None:
    outer, ctx.charset = ctx.charset, charset
    try:
        read_html(content, ctx)
    finally:
        ctx.charset = outer


def _text(content: bytes, charset: str, options: dict[str, list[str]], ctx: ReadContext) -> None:
    """Running text: uuencoded files in it are attachments, PGP in it is encrypted, flowed lines are joined."""
    if _PGP.search(content):
        ctx.not_read(NotReadReason.ENCRYPTED, "OpenPGP 加密")
    if b"begin" in content:
        for name, data, _ in uuencoded(content):
            ctx.child(data, name=name, label="attachment")
        content = b"".join(_between(content, [span for _, _, span in uuencoded(content)]))
    decoded = decode(content, declared=charset)
    note_encoding(decoded, ctx)
    text = decoded.text
    if "flowed" in (value.lower() for value in options.get("format", [])):
        text = unflowed(text, joined="yes" in (value.lower() for value in options.get("delsp", [])))
    ctx.add(Place.BODY, text, utf8=decoded.utf8 if text is decoded.text else None)


def unflowed(text: str, *, joined: bool) -> str:
    """RFC 3676: a line that ends in a blank goes on in the next line of the same quoting."""
    out: list[str] = []
    depth_before, open_line = 0, False
    for line in text.replace("\r\n", "\n").split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        flows = rest.endswith(" ") and rest != "-- "
        shown = rest[:-1] if flows and joined else rest
        if open_line and depth == depth_before:
            out[-1] += shown
        else:
            out.append(">" * depth + (" " if depth else "") + shown)
        open_line, depth_before = flows, depth
    return "\n".join(out)


def _multipart(body: bytes, boundaries: list[str], ctx: ReadContext, level: int, count: _Count) -> None:
    """Every part under each boundary that is named; a missing or wrong one is guessed from the lines."""
    named = [boundary.encode("utf-8", "surrogateescape") for boundary in boundaries if boundary]
    usable = [boundary for boundary in named if b"--" + boundary in body]
    if not usable:
        found = _BOUNDARY_GUESS.search(body)
        if found is None:
            ctx.not_read(NotReadReason.DAMAGED, "郵件分界線不見了")
            ctx.add(Place.RAW, decode(body).text, name="raw")
            return
        ctx.remark("郵件分界線與標頭所寫的不同")
        usable = [found[1].removesuffix(b"--")]
    for boundary in usable[:4]:
        _parts(body, boundary, ctx, level, count)


def _parts(body: bytes, boundary: bytes, ctx: ReadContext, level: int, count: _Count) -> None:
    pieces = list(split_parts(body, boundary))
    for number, (piece, is_part) in enumerate(pieces):
        if is_part:
            _entity(piece, ctx, level + 1, count)
            continue
        text = decode(piece).text.strip()
        if text and not PREAMBLE_NOISE.fullmatch(text):
            ctx.add(Place.HIDDEN, text, name="preamble" if number == 0 else "epilogue")
            _stray_parts(piece, ctx, level, count)


def _stray_parts(piece: bytes, ctx: ReadContext, level: int, count: _Count) -> None:
    """Whole MIME parts under another boundary before or after the parts."""
    found = _BOUNDARY_GUESS.search(piece)
    if found is not None:
        ctx.remark("郵件分界之外另有 MIME 部分")
        for inner, is_part in split_parts(piece, found[1].removesuffix(b"--")):
            if is_part:
                _entity(inner, ctx, level + 1, count)


def split_parts(body: bytes, boundary: bytes) -> Iterator[tuple[bytes, bool]]:
    """Preamble, parts, and what follows a closing line (not parts, until the boundary comes again)."""
    delimiter = re.compile(rb"(?:\A|\r\n|\n|\r)--" + re.escape(boundary) + rb"(--)?[ \t]{0,200}(?=\r|\n|\Z)")
    at, is_part = 0, False
    for match in delimiter.finditer(body):
        yield body[at : match.start()], is_part
        at, is_part = _line_end(body, match.end()), match[1] is None
    yield body[at:], is_part


def _line_end(body: bytes, at: int) -> int:
    if body[at : at + 2] == b"\r\n":
        return at + 2
    return min(at + 1, len(body))
