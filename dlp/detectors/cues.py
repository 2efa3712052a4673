"""From cues, written over folded text, to patterns over raw text.

A cue says 檢舉人 or ``[A-Z][12][0-9]{8}``.  Raw text may hold 检举人 or Ａ１２…, so every literal character and class of a
cue is widened by the characters that fold to it.  What widening cannot express (characters in between, values pulled
apart, numerals used as digits) is covered by ``EVASIONS``: raw text that matches one of them is folded and looked at again.
"""

from functools import cache

from dlp.resources import package_data

# Originals that a pattern is widened by.  Rarer ones (mathematical letters, Kangxi radicals …) are evasions.
WIDENED = (
    (0xFF01, 0xFF5E),
    (0x3400, 0x9FFF),
    (0x2010, 0x2027),
    (0x2212, 0x2212),
    (0x3000, 0x3000),
    (0xA0, 0xA0),
    (0xB7, 0xB7),
    (0x30FB, 0x30FC),
    (0x2022, 0x2022),
)
SPECIAL = set("\\^$.|?*+()[]{}")
HAN = "\\x{3400}-\\x{9fff}"
SPACE = " \\t\\x{3000}\\x{a0}"
APART = f"[{SPACE}.,\\-_*|/~·‧・、。．－＿＊｜／]"
LOOSE = f"[{SPACE}.\\-_*|/~·‧・．－＿＊｜／]"  # without Chinese commas, which part the items of ordinary lists
NUMERALS = "〇零○一二三四五六七八九壹貳參肆伍陸柒捌玖贰叁陆①-⑨⓪❶-❾➀-➈㊀-㊈"
SPELLED = "〇零○一二三四五六七八九壹貳參肆伍陸柒捌玖贰叁陆"
NUMERAL_GAP = "[ .·\\-_~　]{0,3}"

# Matched everywhere: characters that folding removes or replaces, and Han characters set apart where no trigger stands.
EVASIONS: tuple[str, ...] = (
    # zero-width, bidi, fillers, soft hyphen, variation selectors, tags, combining marks
    "[\\x{ad}\\x{34f}\\x{115f}\\x{1160}\\x{180b}-\\x{180e}\\x{200b}-\\x{200f}\\x{202a}-\\x{202e}\\x{2060}-\\x{206f}\\x{3164}\\x{feff}\\x{ffa0}\\x{fe00}-\\x{fe0f}\\x{0300}-\\x{036f}\\x{20d0}-\\x{20ff}\\x{302a}-\\x{302f}\\x{3099}\\x{309a}\\x{e0000}-\\x{e01ef}]",
    # control characters that are no white space
    "[\\x{01}-\\x{08}\\x{0e}-\\x{1f}\\x{7f}-\\x{84}\\x{86}-\\x{9f}]",
    "\\x{00}",
    # compatibility ideographs, Kangxi and CJK radicals, enclosed CJK, squared words
    "[\\x{f900}-\\x{faff}\\x{2e80}-\\x{2fdf}\\x{3200}-\\x{32ff}\\x{1f200}-\\x{1f2ff}\\x{2f800}-\\x{2fa1f}]",
    # mathematical, superscript, subscript letters and digits, enclosed letters
    "[\\x{1d400}-\\x{1d7ff}\\x{2070}-\\x{209c}\\x{b2}\\x{b3}\\x{b9}\\x{2100}-\\x{214f}\\x{24b6}-\\x{24e9}\\x{1f100}-\\x{1f1ff}]{1,1}",
    # digits of other scripts
    "[\\x{660}-\\x{669}\\x{6f0}-\\x{6f9}\\x{7c0}-\\x{7c9}\\x{966}-\\x{96f}\\x{e50}-\\x{e59}\\x{ed0}-\\x{ed9}\\x{1780}-\\x{17e9}\\x{1040}-\\x{1049}]{2}",
    # Cyrillic or Greek capitals beside digits
    "[\\x{391}-\\x{3a9}\\x{400}-\\x{45f}][0-9０-９]",
    # character references
    "&#[0-9xX]", "&[A-Za-z]{2,8};",
    # one character a line
    f"\\n[{SPACE}>]{{0,8}}[{HAN}0-9A-Za-z][{SPACE}]{{0,8}}\\r?\\n[{SPACE}>]{{0,8}}[{HAN}0-9A-Za-z][{SPACE}]{{0,8}}\\r?\\n",
    # single Han characters between Chinese commas
    f"[、。，][{HAN}][、。，][{HAN}][、。，]",
)  # fmt: skip

# Matched only near a trigger, because they would slow down the search of text that has none.
TRIGGERED_EVASIONS: tuple[str, ...] = (
    # single Han characters apart from each other
    f"{LOOSE}[{HAN}]{LOOSE}",
    # letters or digits one by one
    f"[0-9A-Za-z０-９]{APART}{{1,3}}[0-9A-Za-z０-９]{APART}{{1,3}}[0-9A-Za-z０-９]{APART}{{1,3}}[0-9A-Za-z０-９]{APART}{{1,3}}[0-9A-Za-z０-９]",
    # numerals as digits, alone or mixed with figures
    NUMERAL_GAP.join([f"[{NUMERALS}]"] * 5),
    NUMERAL_GAP.join([f"[0-9０-９{NUMERALS}]"] * 7),
    # a number broken over lines
    "[0-9\\-][ \\t]{0,8}\\r?\\n[ \\t>|]{0,12}[0-9]",
    "[A-Za-z][ \\t]{0,8}\\r?\\n[ \\t>|]{0,12}[0-9]{8}",
)  # fmt: skip

# A triggered pattern needs one of these characters (or two numerals side by side); bytes, so that any slice may be searched.
TRIGGER_CHARACTERS = "0123456789@ \t.-_*|/~#+"
_TRIGGER_WIDE = "０１２３４５６７８９＠　．－＿＊｜／～·‧・＃＋\u00a0‐‑‒–—―−ー○●"


def trigger_patterns() -> list[bytes]:
    """Byte patterns of the triggers."""
    plain = "[" + "".join(f"\\x{ord(c):02x}" for c in TRIGGER_CHARACTERS) + "]"
    wide = [_bytes(c) for c in _TRIGGER_WIDE]
    pairs = [_bytes(a + b) for a in SPELLED for b in SPELLED]
    circled = [r"\xe2[\x91\x93][\x80-\xbf]", r"\xe2[\x9d\x9e][\x80-\xbf]", r"\xe3\x8a[\x80-\xbf]"]
    return [p.encode() for p in (plain, *wide, *pairs, *circled)]


def _bytes(text: str) -> str:
    return "".join(f"\\x{b:02x}" for b in text.encode())


def needs_trigger(text: str) -> bool:
    """Whether every match of this cue pattern holds a trigger character: one of its top-level atoms can be nothing else."""
    depth, i, alternatives, needs = 0, 0, False, False
    while i < len(text):
        char, end, inside = text[i], i + 1, ""
        if char == "\\":
            end = text.index("}", i) + 1 if text[i + 1] in "pPx" and text[i + 2 : i + 3] == "{" else i + 2
            inside = "" if text[i + 1].isalnum() else text[i + 1]
        elif char == "[":
            end = _class_end(text, i)
            inside = _members(text[i:end])
        elif char == "(":
            depth += 1
            end = text.index(":", i) + 1 if text[i + 1 : i + 2] == "?" else i + 1
        elif char == ")":
            depth -= 1
        elif char == "|":
            alternatives = alternatives or depth == 0
        elif char == "{":
            end = text.index("}", i) + 1
        elif char not in SPECIAL:
            inside = char
        if (
            depth == 0
            and inside
            and all(c in TRIGGER_CHARACTERS for c in inside)
            and not text[end : end + 2].startswith(("?", "*", "{0"))
        ):
            needs = True
        i = end
    return needs and not alternatives


def _members(text: str) -> str:
    """Characters of a class, digits for ``0-9``; a sign that is no trigger for every other range, escape or negation."""
    inner, out, i = text[1:-1], "", 0
    if inner.startswith("^"):
        return "?"
    while i < len(inner):
        if inner[i] == "\\":
            out += inner[i + 1] if not inner[i + 1].isalnum() else "?"
            i += 2
        elif inner[i + 1 : i + 2] == "-" and i + 2 < len(inner):
            out += "0" if inner[i].isdigit() and inner[i + 2].isdigit() else "?"
            i += 3
        else:
            out += inner[i]
            i += 1
    return out


@cache
def _originals() -> dict[str, str]:
    """Folded character → originals (in WIDENED) that fold to it."""
    out: dict[str, list[str]] = {}
    for line in package_data("text", "data", "folding.tsv").decode("ascii").splitlines():
        code_hex, _, new_hex = line.partition("\t")
        code = int(code_hex, 16)
        if new_hex and " " not in new_hex and any(a <= code <= b for a, b in WIDENED):
            out.setdefault(chr(int(new_hex, 16)), []).append(chr(code))
    return {k: "".join(v) for k, v in out.items()}


def _in_class(char: str) -> str:
    return "\\" + char if char in "\\]^-[" else char


def widen_char(char: str, *, any_case: bool = False) -> str:
    """Pattern for one literal character: itself or anything that folds to it."""
    chars = [char]
    if any_case and char.isascii() and char.isalpha():
        chars = [char.lower(), char.upper()]
    for c in tuple(chars):
        chars.extend(_originals().get(c, ""))
    if len(chars) == 1:
        return "\\" + char if char in SPECIAL else char
    return "[" + "".join(map(_in_class, chars)) + "]"


def widen_literal(word: str) -> str:
    """Pattern over raw text for a literal cue; ASCII letters in either case."""
    return "".join(widen_char(c, any_case=True) for c in word)


def widen_pattern(text: str) -> str:
    """Pattern over raw text for a pattern cue.  Understands escapes, classes, groups and counted repeats."""
    out, i = [], 0
    while i < len(text):
        char = text[i]
        if char == "\\":
            end = text.index("}", i) + 1 if text[i + 1] in "pPx" and text[i + 2 : i + 3] == "{" else i + 2
            out.append(text[i:end] if text[i + 1].isalnum() else widen_char(text[i + 1]))
            i = end
        elif char == "[":
            end = _class_end(text, i)
            out.append(_widen_class(text[i:end]))
            i = end
        elif char == "(" and text[i + 1 : i + 2] == "?":
            end = text.index(":", i) + 1
            out.append(text[i:end])
            i = end
        elif char == "{":
            end = text.index("}", i) + 1
            out.append(text[i:end])
            i = end
        elif char in SPECIAL:
            out.append(char)
            i += 1
        else:
            out.append(widen_char(char, any_case=True))
            i += 1
    return "".join(out)


def _class_end(text: str, start: int) -> int:
    i = start + 1
    while text[i] != "]" or i == start + 1:
        i += 2 if text[i] == "\\" else 1
    return i + 1


def _widen_class(text: str) -> str:
    if text.startswith("[^"):
        return text  # a negated class already accepts what folds into anything outside it
    inner = text[1:-1]
    extra = "".join(
        wide for plain, wide in (("0-9", "０-９"), ("A-Z", "Ａ-Ｚa-zａ-ｚ"), ("a-z", "ａ-ｚA-ZＡ-Ｚ")) if plain in inner
    )
    i = 0
    while i < len(inner):
        if inner[i] == "\\":
            end = inner.index("}", i) + 1 if inner[i + 1] in "pPx" and inner[i + 2 : i + 3] == "{" else i + 2
            if not inner[i + 1].isalnum():
                extra += "".join(map(_in_class, _originals().get(inner[i + 1], "")))
            i = end
        elif inner[i + 1 : i + 2] == "-" and i + 2 < len(inner):
            i += 3
        else:
            extra += "".join(map(_in_class, _originals().get(inner[i], "")))
            i += 1
    return "[" + inner + extra + "]"
