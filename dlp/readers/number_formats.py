"""What a sheet shows for a number: a telephone number whose leading zero the format puts there, a date, a year of the
Republic.  Only what matters for finding things is rendered; everything else stays the plain number.

Sources: ECMA-376 part 1 §18.8.30–31, built-in formats of the zh-TW locale, read 2026-11.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
ROC_FIRST_YEAR = 1912
BUILT_IN = {
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: "[$-404]e/m/d", 28: '[$-404]e"年"m"月"d"日"', 29: '[$-404]e"年"m"月"d"日"',
    30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"', 36: "[$-404]e/m/d", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    50: "[$-404]e/m/d", 51: '[$-404]e"年"m"月"d"日"', 54: '[$-404]e"年"m"月"d"日"', 57: "[$-404]e/m/d",
    58: '[$-404]e"年"m"月"d"日"',
}  # fmt: skip
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|(yyyy|yy|e{1,2}|gg?g?|m{1,5}|d{1,4}|h{1,2}|s{1,2}|AM/PM)|(.)', re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r'"([^"]{1,255})"')


def literal_texts(code: str) -> str:
    """The texts a format would put beside the number."""
    return " ".join(_QUOTED.findall(code))


@lru_cache(maxsize=512)
def _kind(code: str) -> str:
    """``date``, ``digits`` (a picture of digits and separators), ``text`` or ``""``."""
    section = code.split(";")[0]
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", section)
    if re.search(r"[ydhsem]", bare, re.IGNORECASE) and "general" not in bare.lower() and not re.search(r"[0#]", bare.replace("s.0", "")):
        return "date"
    if re.fullmatch(r"[0#()\-/ ]{4,60}", bare) and bare.count("0") + bare.count("#") >= 4 and "." not in bare:
        return "digits"
    return "text" if '"' in section and re.search(r"[\u3400-\u9fff]", section) else ""


def render(value: str, code: str, *, epoch_1904: bool = False) -> str:
    """The shown form of a number given as text; the text itself when the format is of no interest."""
    kind = _kind(code) if len(code) < 300 else ""
    if not kind:
        return plain(value)
    try:
        number = float(value)
    except ValueError:
        return value
    if kind == "date":
        return _date(number, code.split(";")[0], epoch_1904) or plain(value)
    if kind == "digits":
        return _digits(number, code.split(";")[0])
    return f"{plain(value)} {literal_texts(code)}"


def plain(value: str) -> str:
    """A number as people write it: no exponent, no ``.0``."""
    if "E" not in value and "e" not in value and not value.endswith(".0"):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < 1e16 else value


def _digits(number: float, code: str) -> str:
    """Digits filled into the picture from its right end."""
    left = list(str(abs(round(number)))) if abs(number) < 1e18 else []
    shape = [found[1] or found[2] or found[5] or "" for found in _TOKEN.finditer(code)]
    out: list[str] = []
    for char in reversed(shape):
        if char == "0":
            out.append(left.pop() if left else "0")
        elif char == "#":
            out.append(left.pop() if left else "")
        else:
            out.append(char)
    return ("-" if number < 0 else "") + "".join(left) + "".join(reversed(out)).strip()


def _date(number: float, code: str, epoch_1904: bool) -> str:
    if not 0 <= number < 2_958_466:
        return ""
    moment = (_EPOCH_1904 if epoch_1904 else _EPOCH) + timedelta(seconds=round(number * 86_400))
    out: list[str] = []
    after_hour = False
    republic = bool(re.search(r"e", re.sub(r'"[^"]*"|\[[^\]]*\]', "", code), re.IGNORECASE))
    for found in _TOKEN.finditer(code):
        quoted, escaped, _, unit, other = found.groups()
        if unit:
            lower = unit.lower()
            out.append(_unit(lower, moment, after_hour, republic))
            after_hour = lower.startswith("h")
        else:
            out.append(quoted if quoted is not None else escaped or (other if other not in (None, "@") else ""))
    return "".join(out).strip()


def _unit(unit: str, moment: datetime, after_hour: bool, republic: bool) -> str:
    if unit[0] == "y":
        return str(moment.year) if len(unit) > 2 else f"{moment.year % 100:02}"
    if unit[0] == "e":
        return str(moment.year - ROC_FIRST_YEAR + 1 if moment.year >= ROC_FIRST_YEAR else moment.year)
    if unit[0] == "g":
        return "民國" if republic and len(unit) > 1 and moment.year >= ROC_FIRST_YEAR else ""
    if unit[0] == "m":
        if after_hour:
            return f"{moment.minute:02}"
        return f"{moment.month:02}" if len(unit) == 2 else str(moment.month)
    if unit[0] == "d":
        return f"{moment.day:02}" if len(unit) == 2 else str(moment.day) if len(unit) == 1 else ""
    if unit[0] == "h":
        return str(moment.hour)
    return f"{moment.second:02}" if unit[0] == "s" else ""
