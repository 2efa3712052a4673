"""Chinese numerals, as they are written in Taiwan's official texts, to numbers.

Two ways of writing exist: by place (一一五, 二〇二六, 零九一二) and by unit (一百一十五, 三千二百萬, 廿三); financial forms
(壹貳參肆伍陸柒捌玖拾佰仟) stand for both, and ASCII digits mix in (3萬5千).  Text is expected to be folded
(``dlp.text.folding``): full-width digits are ASCII and 萬 億 are in their Traditional form; Simplified ones are taken as well.
"""

import regex as re

DIGITS: dict[str, int] = {
    **{str(n): n for n in range(10)},
    **dict(zip("〇零○一二三四五六七八九", (0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)),
    **dict(zip("壹貳參肆伍陸柒捌玖兩", (1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True)),
    **dict(zip("弌弍弎貮叁叄参贰陆两", (1, 2, 3, 2, 3, 3, 3, 2, 6, 2), strict=True)),
}
TENS: dict[str, int] = {"廿": 20, "卄": 20, "卅": 30, "卌": 40, "念": 20}
UNITS: dict[str, int] = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS: dict[str, int] = {"萬": 10**4, "万": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12}

HAN_DIGITS = "".join(c for c in DIGITS if not c.isascii())
# Members of a character class; 念 is left out because it is an everyday verb.
HAN_NUMERALS = HAN_DIGITS + "廿卄卅卌十拾百佰千仟"
ANY_NUMERALS = "0-9" + HAN_NUMERALS

LONGEST = 40  # characters; longer runs are no number anybody writes
_SEPARATORS = re.compile(r"[, \u3000]")


def to_int(text: str) -> int | None:
    """The number ``text`` stands for, or None when it is none: ``一百一十五``, ``一一五``, ``3萬5千``, ``廿三``, ``1,200``."""
    text = _SEPARATORS.sub("", text)
    if not text or len(text) > LONGEST:
        return None
    digits = as_digits(text)
    if digits is not None:
        return int(digits)
    total = section = 0
    ceiling = 10**16
    rest = ""
    for char in text:
        if char in MYRIADS:
            value = section + (int(rest) if rest else 0)
            if MYRIADS[char] >= ceiling or value == 0:
                return None
            ceiling = MYRIADS[char]
            total += value * ceiling
            section, rest = 0, ""
        elif char in UNITS:
            section += (int(rest) if rest.strip("0") else 1) * UNITS[char]
            rest = ""
        elif char in TENS:
            if rest.strip("0"):
                return None
            section += TENS[char]
            rest = ""
        elif char in DIGITS:
            rest += str(DIGITS[char])
        else:
            return None
    return total + section + (int(rest) if rest else 0)


def as_digits(text: str) -> str | None:
    """``text`` digit by digit as ASCII (零九一二 → ``0912``), or None when a character is no digit."""
    out = []
    for char in text:
        value = DIGITS.get(char)
        if value is None:
            return None
        out.append(str(value))
    return "".join(out) if out else None
