"""What the gateway needs to know of a raw message without reading its content: subject, reason given, ids."""

import email.header
import email.policy
from email.errors import HeaderParseError

import regex as re

REASON = re.compile(r"\[\s*理由\s*[:：]\s*(?P<reason>[^\[\]]{2,200})\]")


def decoded_subject(value: bytes) -> str:
    """Subject as people read it: encoded words joined before decoding, raw Big5 or UTF-8 recognised.  Never raises."""
    if any(b >= 0x80 for b in value):
        for codec in ("utf-8", "cp950"):
            try:
                return value.decode(codec)
            except UnicodeDecodeError:
                continue
        return value.decode("utf-8", "replace")
    try:
        pieces = email.header.decode_header(value.decode("ascii"))
    except HeaderParseError:
        return value.decode("ascii", "replace")
    out, pending, charset_of = [], b"", ""
    for piece, charset in pieces:
        if isinstance(piece, str):
            out.append(piece)
            continue
        if pending and charset != charset_of:
            out.append(_decode(pending, charset_of))
            pending = b""
        pending, charset_of = pending + piece, charset or ""
    if pending:
        out.append(_decode(pending, charset_of))
    return "".join(out)


def _decode(raw: bytes, charset: str) -> str:
    codec = {"": "utf-8", "big5": "cp950", "ms950": "cp950", "unknown-8bit": "utf-8"}.get(charset.lower(), charset)
    try:
        return raw.decode(codec, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def reason_in(subject: str) -> str:
    """The reason a sender gave in the subject, ``[理由:…]``; empty when there is none."""
    match = REASON.search(subject)
    return match["reason"].strip() if match else ""


def without_reason(subject: str) -> bytes:
    """Header value of the subject with the reason removed, encoded for mail."""
    rest = " ".join(REASON.sub(" ", subject).split())
    return (
        email.header.Header(rest, "utf-8", maxlinelen=75, header_name="Subject")
        .encode()
        .replace("\n", "\n")
        .encode("ascii")
    )
