"""RTF: a document in 7-bit words, whose characters come in three spellings and in any code page.

Bytes of a Chinese character may be split between escapes and plain letters (``\\'b1K``); they are put together before
they are decoded.  Where a character comes with a spelling for old readers (``\\u23494\\'b1K``), both are compared.
"""

import re

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext
from dlp.readers.rtf_reader import GROUPS_MOST, RtfReader, decoded, paired

_TOKEN = re.compile(
    rb"((?:\\u-?[0-9]{1,6} ?(?:\\'[0-9a-fA-F]{2}|\?)(?![0-9]))+)"  # 1: characters with one byte for old readers
    rb"|((?:\\'[0-9a-fA-F]{2})+)"  # 2: bytes
    rb"|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?"  # 3, 4: word
    rb"|\\([^a-zA-Z])"  # 5: symbol
    rb"|([{}])"  # 6
    rb"|([^\\{}\r\n]+)"  # 7: letters
)
_UNICODE_WORD = re.compile(rb"\\u(-?[0-9]{1,6}) ?")


def read(data: bytes, ctx: ReadContext) -> None:
    """Read an RTF document.  Raises ValueError when there is no RTF in it."""
    start = data.find(b"{\\rt")
    if start < 0:
        raise ValueError("no RTF")
    reader = RtfReader(ctx)
    try:
        _tokens(data, start, reader)
    finally:
        reader.finish()
    if reader.too_deep:
        ctx.not_read(NotReadReason.LIMIT_DEPTH, f"群組巢狀超過 {GROUPS_MOST:,} 層", name="groups")
    if reader.stack:
        ctx.not_read(NotReadReason.TRUNCATED, name="groups")
    _other_spelling(reader, ctx)
    if reader.from_html and reader.html:
        from dlp.readers import html

        html.read(paired("".join(reader.html)).encode("utf-8", "replace"), ctx)


def _tokens(data: bytes, at: int, reader: RtfReader) -> None:
    count = 0
    while at < len(data):
        restart = -1
        for found in _TOKEN.finditer(data, at):
            count += 1
            if count % 4096 == 0:
                reader.ctx.budget.check_time()
            restart = _token(found, data, reader)
            if restart >= 0:
                break
        if restart < 0:
            return
        at = restart


def _token(found: "re.Match[bytes]", data: bytes, reader: RtfReader) -> int:
    """One token; returns where to go on when that is not right behind it, else −1."""
    kind = found.lastindex
    if kind == 7:
        reader.letters(found[7])
    elif kind == 1:
        if reader.group.skip_after == 1 and not reader.skip and reader.group.take not in ("skip", "hex"):
            reader.characters(found[1])
        else:  # one word at a time
            word = _UNICODE_WORD.match(data, found.start())
            if word:
                reader.word("u", int(word[1]))
                return word.end()
    elif kind == 2:
        reader.escaped(bytes.fromhex(found[2].replace(b"\\'", b"").decode("ascii")))
    elif kind in (3, 4):
        number = int(found[4]) if found[4] else None
        if found[3] == b"bin":
            end = found.end() + max(min(number or 0, len(data) - found.end()), 0)
            if reader.group.take == "hex":
                reader.hex = []
                reader.blob(reader.group.name, data[found.end() : end])
            return end
        reader.word(found[3].decode("ascii"), number)
    elif kind == 6:
        if found[6] == b"{":
            reader.open()
        else:
            reader.close()
    else:
        _symbol(found[5], reader)
    return -1


def _symbol(symbol: bytes, reader: RtfReader) -> None:
    if symbol == b"*":
        reader.starred = True
    elif symbol in b"\\{}":
        reader.letters(symbol)
    elif symbol in (b"\n", b"\r"):
        reader.word("par", None)
    elif symbol in (b"~", b"_"):
        reader.flush()
        reader.write(" " if symbol == b"~" else "-")
    elif symbol >= b"\x80":
        reader.letters(symbol)


def _other_spelling(reader: RtfReader, ctx: ReadContext) -> None:
    """What old readers would show, where it is not what new ones show."""
    text = "".join(c for c in decoded(bytes(reader.alternatives), reader.codec) if c.isalnum())
    shown = "".join(c for part in ctx.collector.parts for c in part.text if c.isalnum())
    if len(text) > 3 and text not in shown:
        ctx.add(Place.HIDDEN, text, name="other-spelling")
