"""Calendar (RFC 5545) and business cards (RFC 6350): a line «NAME：value» for every property, attachments inside.

Sources: RFC 5545, 6350, 2425; vCard 2.1 with quoted-printable.  Read 2026-11.
"""

import binascii
import re

from dlp.document import Place
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.mail_headers import lenient_base64
from dlp.readers.plain import note_encoding

_FOLD = re.compile(rb"\r?\n[ \t]")
_SOFT_BREAK = re.compile(rb"=\r?\n")
_LINE = re.compile(r"((?:[A-Za-z0-9-]{1,60}\.)?[A-Za-z0-9-]{1,60})((?:;(?:[^\":;]|\"[^\"]{0,2000}\"){0,4000}){0,40}):(.{0,10000000})", re.DOTALL)
_ESCAPE = re.compile(r"\\([nN,;\\:])")
_BINARY = re.compile(r"ENCODING=(?:b|base64)(?![A-Za-z0-9])|;base64(?![A-Za-z0-9])", re.IGNORECASE)
_CHARSET = re.compile(r"CHARSET=([A-Za-z0-9_-]{1,30})", re.IGNORECASE)
_QUOTED = re.compile(r"QUOTED-PRINTABLE", re.IGNORECASE)
NOISE = frozenset({"begin", "end", "version", "prodid", "calscale", "method", "rev", "uid", "dtstamp", "sequence", "transp"})
LABELS = {"summary": "主旨", "location": "地點", "description": "說明", "attendee": "出席者", "organizer": "召集人"}


def read(data: bytes, ctx: ReadContext, *, charset: str = "") -> None:
    """Properties as text, parameters such as CN (a person's name) included; inline attachments as children."""
    unfolded = _SOFT_BREAK.sub(b"", data) if b"QUOTED-PRINTABLE" in data.upper() else data
    decoded = decode(_FOLD.sub(b"", unfolded), declared=charset or ctx.charset)
    note_encoding(decoded, ctx)
    lines: list[str] = []
    for line in decoded.text.replace("\r\n", "\n").split("\n"):
        match = _LINE.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        name, options, value = match[1].rpartition(".")[2], match[2], match[3]
        if _BINARY.search(options) and len(value) > 16:
            ctx.child(lenient_base64(value.encode("utf-8", "replace")), label="attachment")
            continue
        if _QUOTED.search(options):
            label = _CHARSET.search(options)
            raw = binascii.a2b_qp(value.encode("utf-8", "replace"))
            value = decode(raw, declared=label[1] if label else "").text
        lines.append(_line(name, options, value))
    ctx.add(Place.BODY, "\n".join(filter(None, lines)), name="card")


def _line(name: str, options: str, value: str) -> str:
    if name.lower() in NOISE and not re.search("[\u3400-\u9fff]", value):
        return ""
    value = _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    people = re.findall(r";CN=(\"[^\"]{0,500}\"|[^;:]{1,500})", options, re.IGNORECASE)
    shown = " ".join(person.strip('"') for person in people)
    label = LABELS.get(name.lower(), name)
    return f"{label}：{shown} {value}" if shown else f"{label}：{value}"
