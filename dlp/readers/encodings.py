"""Which encoding a text of unknown origin is in, by an own try-order made for short Traditional Chinese.

Order: byte-order mark → strict UTF-8 → shape of UTF-16 → how common the characters are when the bytes are read as CP950,
GB18030 or Windows-1252.  Errors are counted, so one bad byte never turns the choice.  Big5 is read by ``big5.py``.

Sources: Python codec tables; own measurements, 2026-11.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from math import log

from dlp.readers.big5 import CP950, decode_big5
from dlp.resources import package_data

HEAD_BYTES = 8_192  # what is looked at to tell the shape of a text
SAMPLE_BYTES = 8_192
BLOCK_BYTES = 1 << 16  # a big legacy text is decoded in blocks, and only a faulty block line by line
PER_LINE_UP_TO_BYTES = 1 << 20  # up to here every line of a legacy text is judged alone
LINE_SAMPLE_BYTES = 400
_HAN_HIGH = bytes(range(0x4E, 0xA0))
_ASCII = bytes(range(32, 127))
ERROR = -14.0  # weight of an undecodable byte: worse than any character
UNCOMMON = -9.0  # a Chinese character outside the ranks
STRANGE = -11.0  # private use, unassigned, scripts that do not occur here
LATIN = -9.5
DECLARED_BONUS = 0.7
TAIWAN_BONUS = 0.5  # this is software for Taiwan: a near tie is CP950
UTF16_COMMON = -7.4  # mean weight from which a text without any mark or zero byte is UTF-16
LINE_MARGIN = 1.5  # how much better another encoding must fit a single line
LINE_PAIRS = 4  # fewest two-byte characters of a line that may differ from the rest

BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GB18030, LATIN1, UTF8 = "gb18030", "cp1252", "utf-8"
ALIASES = {
    "big5": CP950, "big-5": CP950, "big5-tw": CP950, "csbig5": CP950, "ms950": CP950, "x-x-big5": CP950, "950": CP950, "cn-big5": CP950,
    "big5-eten": CP950, "big5hkscs": CP950, "big5-hkscs": CP950, "windows-950": CP950, "x-windows-950": CP950, "cp-950": CP950, "cp950": CP950,
    "gb2312": GB18030, "gbk": GB18030, "gb_2312-80": GB18030, "euc-cn": GB18030, "cp936": GB18030, "x-gbk": GB18030, "gb18030": GB18030,
    "windows-936": GB18030, "csgb2312": GB18030, "utf8": UTF8, "utf-8": UTF8, "unicode-1-1-utf-8": UTF8, "utf-8-sig": UTF8,
    "iso-8859-1": LATIN1, "latin1": LATIN1, "windows-1252": LATIN1, "cp1252": LATIN1, "us-ascii": UTF8, "ascii": UTF8,
    "ansi_x3.4-1968": UTF8, "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "unicode": "utf-16-le",
    "utf-7": "utf-7", "unicode-1-1-utf-7": "utf-7", "hz-gb-2312": "hz", "iso-2022-jp": "iso2022_jp", "iso-2022-kr": "iso2022_kr",
    "shift_jis": "cp932", "shift-jis": "cp932", "windows-31j": "cp932", "euc-jp": "euc_jp", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
}  # fmt: skip
ASCII_BASED_ESCAPES = frozenset({"utf-7", "hz", "iso2022_jp", "iso2022_kr"})  # 7-bit: only the label tells
UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){4}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text.  ``utf8`` is the input itself when it was valid UTF-8; ``bad`` counts undecodable places."""

    text: str = field(repr=False)
    encoding: str
    utf8: bytes | None = field(default=None, repr=False)
    bad: int = 0
    mixed: bool = False
    declared_wrong: bool = False
    nuls: bool = False


def decode(data: bytes, *, declared: str = "") -> Decoded:
    """Bytes of a text → text, whatever the label ``declared`` says (it is one vote, and a wrong one is noticed)."""
    label = ALIASES.get(declared.strip().strip("\"'").lower(), "")
    decoded = _decode(data, label)
    if label and decoded.encoding != label and not data.isascii():
        same_family = decoded.encoding.startswith(label) or label.startswith(decoded.encoding)
        if not same_family:
            decoded = Decoded(decoded.text, decoded.encoding, decoded.utf8, decoded.bad, decoded.mixed, True, decoded.nuls)
    return decoded


def _decode(data: bytes, label: str) -> Decoded:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    if label in ASCII_BASED_ESCAPES and data.isascii():
        text = data.decode(label, "replace")
        return Decoded(text, label, None, text.count("\ufffd"))
    nuls = b"\0" in data[:HEAD_BYTES] or b"\0" in data
    wide = utf16_shape(data[:HEAD_BYTES]) if nuls else None
    if wide:
        return _wide(data, wide)
    if nuls:
        data = data.replace(b"\0", b"")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return Decoded(text, UTF8, data, nuls=nuls)
    wide = None if nuls else utf16_shape(data[:HEAD_BYTES])
    if wide:
        return _wide(data, wide)
    return _legacy(data, label, nuls)


def _marked(data: bytes, encoding: str) -> Decoded:
    """After a byte-order mark; a mark that lies (UTF-8 mark on Big5) is overruled by the bytes."""
    if encoding == UTF8:
        return _decode(data, UTF8)
    if encoding.startswith("utf-16") and b"\0" not in data and utf16_shape(data[:HEAD_BYTES]) is None and _is_narrow(data):
        return _decode(data, "")
    return _wide(data, encoding)


def _is_narrow(data: bytes) -> bool:
    """Mostly ASCII letters, digits and blanks, or a run of UTF-8: no UTF-16 looks like that."""
    head = data[:HEAD_BYTES]
    letters = len(head) - len(head.translate(None, bytes((9, 10, 13, *range(32, 127)))))
    return UTF8_RUN.search(head) is not None or (len(head) >= 16 and letters > 0.85 * len(head))


def _wide(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    bad = text.count("\ufffd")
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\0" in text:
        text = text.replace("\0", "")
    return Decoded(text, encoding, None, bad)


def _legacy(data: bytes, label: str, nuls: bool) -> Decoded:
    """Not valid UTF-8 as a whole: one legacy encoding, or several in one file."""
    sample = _sample(data, SAMPLE_BYTES)
    winner = best_encoding(sample, label)
    if winner not in (UTF8, CP950, GB18030, LATIN1):
        text = data.decode(winner, "replace")
        return Decoded(text, winner, None, text.count("\ufffd"), nuls=nuls)
    text = decode_as(data, winner)
    bad = _count_bad(text, data, winner)
    small = len(data) <= PER_LINE_UP_TO_BYTES
    if bad == 0 and not small and not _hides_utf8(data, winner):
        return Decoded(text, winner, nuls=nuls)
    lines, encodings, bad = _per_line(data, winner)
    if len(encodings) < 2 and bad == 0:
        return Decoded(text, winner, nuls=nuls)
    return Decoded("".join(lines), winner, None, bad, len(encodings) > 1, nuls=nuls)


def _count_bad(text: str, data: bytes, encoding: str) -> int:
    count = text.count("\ufffd")
    return count - data.count(b"\xef\xbf\xbd") if encoding == UTF8 and count else count


def _sample(data: bytes, size: int) -> bytes:
    """Up to ``size`` bytes that hold non-ASCII characters, from the first of them on."""
    found = re.search(rb"[\x80-\xff]", data)
    if not found:
        return data[:size]
    start = data.rfind(b"\n", 0, found.start()) + 1
    start = max(start, found.start() - size // 4)
    return data[start : start + size]


def best_encoding(sample: bytes, label: str = "", *, first: str = CP950) -> str:
    """The encoding under which ``sample`` reads as the most common characters."""
    scores = {encoding: _score(sample, encoding) for encoding in (UTF8, CP950, GB18030, LATIN1)}
    scores[first] += TAIWAN_BONUS
    if label in scores:
        scores[label] += DECLARED_BONUS
    elif label and label not in ("utf-16", "utf-16-le", "utf-16-be", *ASCII_BASED_ESCAPES):
        text = sample.decode(label, "replace")
        if text.count("\ufffd") <= 1:  # Japanese, Korean: believed when it decodes and Chinese does not read well
            scores[label] = -7.5
    return max(scores, key=lambda encoding: scores[encoding])


def _score(sample: bytes, encoding: str) -> float:
    """Mean weight of the non-ASCII characters of ``sample`` read as ``encoding``; 0 when there are none."""
    return _mean_weight(decode_as(sample, encoding), _weights(encoding))


def mean_weight(text: str, encoding: str) -> float:
    """How common the non-ASCII characters of ``text`` are in the language of ``encoding``; about -5 for plain Chinese."""
    return _mean_weight(text, _weights(encoding))


def _mean_weight(text: str, weights: dict[str, float]) -> float:
    total, count = 0.0, 0
    for character in text:
        if character < "\x80":
            continue
        weight = weights.get(character)
        total += _weight(character) if weight is None else weight
        count += 1
    # A cut character at the end of a sample is no fault.
    if text.endswith("\ufffd") and count > 1:
        total, count = total - ERROR, count - 1
    return total / count if count > 0 else 0.0


def _weight(character: str) -> float:
    if character == "\ufffd":
        return ERROR
    if "\u4e00" <= character <= "\u9fff":
        return UNCOMMON
    if "\uff01" <= character <= "\uff5e" or "\u2500" <= character <= "\u25ff" or "\u3001" <= character <= "\u3017":
        return -6.0
    if "\xa0" <= character <= "\u024f" or "\u2010" <= character <= "\u2122":
        return LATIN
    return STRANGE


@cache
def _ranks() -> tuple[dict[str, float], dict[str, float]]:
    traditional, simplified, *_ = package_data("readers", "data", "character_ranks.txt").decode().splitlines()
    tables = tuple({c: -log(10 + rank) for rank, c in enumerate(line)} for line in (traditional, simplified))
    return tables[0], {**tables[0], **tables[1]}


def _weights(encoding: str) -> dict[str, float]:
    traditional, simplified = _ranks()
    return simplified if encoding == GB18030 else traditional


def _per_line(data: bytes, winner: str) -> tuple[list[str], set[str], int]:
    """Each line in its own encoding; the file's winner holds unless a line is plainly something else.

    A big file is taken block by block, and a block that reads without fault is not looked at line by line.
    """
    out: list[str] = []
    encodings: set[str] = set()
    bad = 0
    small = len(data) <= PER_LINE_UP_TO_BYTES
    for block in (data,) if small else _blocks(data):
        if not small and not _hides_utf8(block, winner):
            text = decode_as(block, winner)
            if "\ufffd" not in text:
                out.append(text)
                continue
        for line in block.split(b"\n"):
            encoding = winner if line.isascii() else _line_encoding(line, winner, strictly=small)
            text = decode_as(line, encoding)
            bad += _count_bad(text, line, encoding)
            if not line.isascii():
                encodings.add(encoding)
            out.append(text + "\n")
        out[-1] = out[-1][:-1]
    return out, encodings, bad


def _hides_utf8(data: bytes, winner: str) -> bool:
    """GB18030 swallows UTF-8 without an error; CP950 has no second bytes 80–A0 and stumbles within a few characters."""
    return winner == GB18030 and UTF8_RUN.search(data) is not None


def _blocks(data: bytes) -> Iterator[bytes]:
    """Cuts after line ends; a longer line stays whole, so that no character is cut."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + BLOCK_BYTES)
        end = len(data) if end < 0 else end + 1
        yield data[start:end]
        start = end


def _line_encoding(line: bytes, winner: str, *, strictly: bool) -> str:
    """Encoding of one line.  Unless ``strictly``, one that the winner decodes without fault is not weighed."""
    try:
        line.decode()
    except UnicodeDecodeError:
        pass
    else:
        pairs = len(line.translate(None, bytes(range(0x80)))) // 2
        if winner == UTF8 or pairs >= 3 or _score(line, UTF8) > _score(line, winner):
            return UTF8
        return winner
    if not strictly and "\ufffd" not in decode_as(line, winner):
        return winner
    sample = line[:LINE_SAMPLE_BYTES]
    pairs = len(sample.translate(None, bytes(range(0x80)))) // 2
    own = _score(sample, winner)
    if pairs < LINE_PAIRS and own > ERROR / 2:
        return winner
    scores = {encoding: _score(sample, encoding) for encoding in (CP950, GB18030, UTF8) if encoding != winner}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] > own + LINE_MARGIN else winner


def utf16_shape(head: bytes) -> str | None:
    """``utf-16-le`` or ``-be`` when the bytes look like UTF-16 without a mark, else None.

    Chinese text has line ends, spaces, digits or full-width punctuation: one byte column then holds few values, most of
    them high bytes of the blocks 00, 30, 4E–9F, FF.
    """
    size = len(head) & ~1
    if size < 8:
        return None
    best: tuple[float, str] | None = None
    for codec, high in (("utf-16-le", head[1:size:2]), ("utf-16-be", head[0:size:2])):
        low = head[0:size:2] if codec == "utf-16-le" else head[1:size:2]
        zeros = high.count(0)
        han = len(high) - len(high.translate(None, _HAN_HIGH))
        marks = high.count(0x30) + high.count(0xFF)
        good = (zeros + han + marks) / len(high)
        if good < 0.9:
            continue
        ascii_low = sum(1 for h, x in zip(high, low, strict=True) if h == 0 and (32 <= x < 127 or x in (9, 10, 13)))
        if zeros and ascii_low < zeros * 0.9:
            continue
        if zeros * 10 < len(high) and not _reads_as_chinese(head[:size], codec):
            continue
        if zeros == 0 and (len(low) - len(low.translate(None, _ASCII))) > 0.97 * len(low):
            continue  # ASCII read in pairs
        if best is None or good > best[0]:
            best = (good, codec)
    return best[1] if best else None


def _reads_as_chinese(data: bytes, codec: str) -> bool:
    """No zero bytes to go by: the characters must be common ones (pairs of ASCII letters, 4E–7A, look Chinese too)."""
    text = data.decode(codec, "replace")
    traditional, simplified = _ranks()
    if len(data) > 40 and data.count(b" ") * 12 > len(data):
        return False
    return any(_mean_weight(text, weights) > UTF16_COMMON for weights in (traditional, simplified))


def decode_as(data: bytes, encoding: str) -> str:
    """Decode, errors as U+FFFD without loss of their neighbours; ``cp950`` with its extensions."""
    if encoding == CP950:
        return decode_big5(data)
    return data.decode(encoding, "replace")
