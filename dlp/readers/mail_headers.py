"""Mail headers from raw bytes: folded lines, encoded words (RFC 2047), parameters (RFC 2231), raw 8-bit.

Encoded words of one charset are joined before they are decoded, because senders split them inside a character; labels
that lie are overruled by the bytes.  Sources: RFC 5322, 2047, 2231, 6532, read 2026-11.
"""

import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from dlp.readers.encodings import decode

_ENCODED_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]{0,20000})\?=")
_BETWEEN_WORDS = re.compile(rb"[ \t\r\n]{0,1000}\Z")
_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]{0,20}:")
_PARAMETER = re.compile(
    rb";[\s]{0,1000}([A-Za-z0-9!#$&+.^_`|~-]{1,60})((?:\*[0-9]{1,3})?\*?)[\s]{0,1000}=[\s]{0,1000}"
    rb"(\"(?:[^\"\\]|\\.){0,20000}\"?|[^;\r\n]{0,20000})",
    re.DOTALL,
)
_BASE64_DIRT = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class Header:
    """One header: name as written (ASCII), its raw value unfolded, and the value as text."""

    name: str
    raw: bytes = field(repr=False)
    text: str = field(repr=False)


def split_headers(data: bytes) -> tuple[bytes, bytes]:
    """The header block and the body behind the first empty line; all body when the first line is no header."""
    start = 0
    while data[start : start + 1] in (b"\r", b"\n"):
        start += 1
    first = data[start : start + 300]
    if not _NAME.match(first.lstrip(b"\xef\xbb\xbf")) and not first.startswith((b"From ", b">From ")):
        return b"", data
    match = re.compile(rb"\r\n[ \t]{0,80}\r\n|\n[ \t]{0,80}\n|\r[ \t]{0,80}\r|\n[ \t]{0,80}\r\n").search(data, start)
    if match is None:
        return data[start:], b""
    return data[start : match.start()], data[match.end() :]


def parse_headers(block: bytes) -> tuple[list[Header], bytes]:
    """Headers in order, and the lines that are none (kept: something may hide there)."""
    block = block.removeprefix(b"\xef\xbb\xbf")
    headers: list[Header] = []
    stray: list[bytes] = []
    current: list[bytes] = []
    for line in re.split(rb"\r\n|\n|\r", block):
        if line[:1] in (b" ", b"\t") and current:
            current.append(line)
            continue
        if current:
            headers.append(_header(b"\n".join(current)))
        current = []
        if _NAME.match(line):
            current = [line]
        elif line.strip():
            stray.append(line)
    if current:
        headers.append(_header(b"\n".join(current)))
    return headers, b"\n".join(stray)


def _header(raw: bytes) -> Header:
    name, _, value = raw.partition(b":")
    value = re.sub(rb"\n[ \t]{0,1000}", b" ", value).strip()
    return Header(name.strip().decode("ascii", "replace"), value, decode_words(value))


def decode_words(value: bytes) -> str:
    """A header value as text."""
    if b"=?" not in value:
        return decode(value).text
    out: list[str] = []
    at = 0
    pending, charset = b"", ""
    for match in _ENCODED_WORD.finditer(value):
        between = value[at : match.start()]
        label = match[1].split(b"*")[0].decode("ascii", "replace").lower()
        payload = _word(match[2].lower(), match[3])
        adjacent = bool(_BETWEEN_WORDS.match(between))
        if pending and adjacent and label == charset:
            pending += payload
        else:
            if pending:
                out.append(_decoded(pending, charset))
            if between and not (pending and adjacent):
                out.append(decode(between).text)
            pending, charset = payload, label
        at = match.end()
    if pending:
        out.append(_decoded(pending, charset))
    if at < len(value):
        out.append(decode(value[at:]).text)
    return "".join(out)


def _decoded(data: bytes, charset: str) -> str:
    return decode(data, declared=charset).text


def _word(encoding: bytes, payload: bytes) -> bytes:
    if encoding == b"q":
        return binascii.a2b_qp(payload.replace(b"_", b" ").replace(b" ", b"=20"), header=False)
    return lenient_base64(payload)


def lenient_base64(data: bytes) -> bytes:
    """Base64 with dirt, missing or inner padding, or the URL alphabet; never raises."""
    clean = data.translate(None, _BASE64_DIRT) if b"-" not in data and b"_" not in data else _url_safe(data)
    if b"=" not in clean[:-2]:
        return _decode64(clean.rstrip(b"="))
    return b"".join(_decode64(piece) for piece in clean.split(b"=") if piece)


def _url_safe(data: bytes) -> bytes:
    """``-`` and ``_`` are digits only where ``+`` and ``/`` do not occur."""
    if b"+" not in data and b"/" not in data:
        data = data.translate(_URL_SAFE)
    return data.translate(None, _BASE64_DIRT)


def _decode64(clean: bytes) -> bytes:
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def main_value(raw: bytes) -> str:
    """``text/plain`` out of ``Text/Plain; charset=…``, in lower case."""
    return re.split(rb"[;\s]", raw.strip(), maxsplit=1)[0].decode("ascii", "replace").lower().strip("\"'")


def parameters(raw: bytes) -> dict[str, list[str]]:
    """Parameters with all values that occur, continuations put in order and charsets undone."""
    plain: dict[str, list[str]] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for match in _PARAMETER.finditer(b";" + raw.partition(b";")[2]):
        name, mark, value = match[1].decode("ascii").lower(), match[2], match[3].strip()
        extended = mark.endswith(b"*")
        value = re.sub(rb"\\(.)", rb"\1", value.strip(b'"')) if value.startswith(b'"') else value.strip()
        number = re.match(rb"\*([0-9]{1,3})", mark)
        if number:
            pieces.setdefault(name, {})[int(number[1])] = (value, extended)
        elif extended:
            plain.setdefault(name, []).append(_extended([(value, True)]))
        else:
            plain.setdefault(name, []).append(decode_words(value))
    for name, numbered in pieces.items():
        plain.setdefault(name, []).append(_extended([numbered[i] for i in sorted(numbered)]))
    return plain


def _extended(pieces: list[tuple[bytes, bool]]) -> str:
    """``big5''%BE%F7`` and its continuations."""
    charset = ""
    data = b""
    for number, (value, extended) in enumerate(pieces):
        if extended and number == 0 and value.count(b"'") >= 2:
            label, _, value = value.split(b"'", 2)
            charset = label.decode("ascii", "replace")
        data += unquote_to_bytes(value) if extended else value
    return decode_words(data) if b"=?" in data and not charset else decode(data, declared=charset).text


def first(headers: list[Header], name: str) -> bytes:
    """Raw value of the first header of this name, ``b""`` when there is none."""
    return next((header.raw for header in headers if header.name.lower() == name), b"")


def every(headers: list[Header], name: str) -> list[bytes]:
    """Raw values of all headers of this name."""
    return [header.raw for header in headers if header.name.lower() == name]
