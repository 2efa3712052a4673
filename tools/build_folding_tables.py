"""Build dlp/text/data/folding.tsv and dlp/text/data/traditional_simplified.tsv.

Needs the development package ``opencc`` (Apache-2.0; its character dictionary is the source of the Simplified forms) and
Python's own Unicode database.  Run once when the rules change: ``python tools/build_folding_tables.py``.
"""

import sys
import unicodedata
from pathlib import Path

import opencc

OUT = Path(__file__).parent.parent / "dlp" / "text" / "data"

# Variant Han characters that official text mixes freely; left: seen, right: what the detectors are written with.
VARIANTS = dict(
    zip(
        "黄温髙呉衆爲説戸啓録鄕裏擧祕証却敎靑淸硏產頴卽凉銳晩内壊斉斎桜沢浜渋涙渓黒駅広国図団囲売読訳豊画証竜戦闘関対",
        "黃溫高吳眾為說戶啟錄鄉裡舉秘證卻教青清研產穎即涼銳晚內壞齊齋櫻澤濱澀淚溪黑驛廣國圖團圍賣讀譯豐畫證龍戰鬥關對",
        strict=True,
    )
)
HOMOGLYPHS = dict(
    zip("АВЕКМНОРСТУХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXIJSaeopcyxijsABEZHIKMNOPTYXo", strict=True)
)
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2500\u2043\u30fc"
MIDDLE_DOTS = "\u2027\u00b7\u30fb\uff65\u2022\u22c5\u2219\u318d\u119e\u0387"
FILLERS = "\u115f\u1160\u3164\uffa0\u034f\u180e"
KEPT = {0x09, 0x0A, 0x0D}


def enclosed(code: int) -> bool:
    """Circled and parenthesised numbers and list marks: folding them would glue bullets to the number that follows."""
    return (
        0x2460 <= code <= 0x249B
        or 0x24EA <= code <= 0x24FF
        or 0x3220 <= code <= 0x3229
        or 0x3280 <= code <= 0x3289
        or 0x2776 <= code <= 0x2793
    )


def big5_level_1(char: str) -> bool:
    try:
        raw = char.encode("cp950")
    except UnicodeEncodeError:
        return False
    return len(raw) == 2 and 0xA4 <= raw[0] <= 0xC6


def fold(char: str, to_traditional: dict[str, str]) -> str:
    code = ord(char)
    category = unicodedata.category(char)
    if char in VARIANTS:
        return VARIANTS[char]
    if char in HOMOGLYPHS:
        return HOMOGLYPHS[char]
    if char in DASHES:
        return "-"
    if char in MIDDLE_DOTS:
        return "\u00b7"
    if char in FILLERS or category in ("Cf", "Mn", "Me"):
        return ""
    if category == "Cc":
        return char if code in KEPT else "\n" if code in (0x0B, 0x0C, 0x85) else ""
    if category == "Zs" or code == 0x2800:
        return " "
    if category in ("Zl", "Zp"):
        return "\n"
    if category == "Nd":
        return str(unicodedata.digit(char))
    if char in "\u201c\u201d\u301d\u301e":
        return '"'
    if char in "\u2018\u2019\u2032":
        return "'"
    if enclosed(code):
        return char
    folded = unicodedata.normalize("NFKC", char)
    out = []
    for c in folded:
        if c != char and unicodedata.category(c) in ("Mn", "Me", "Cf"):
            continue
        c = DASHES and ("-" if c in DASHES else "\u00b7" if c in MIDDLE_DOTS else c)
        out.append(" " if unicodedata.category(c) == "Zs" else to_traditional.get(c, VARIANTS.get(c, c)))
    return "".join(out)


def main() -> int:
    s2t, t2s = opencc.OpenCC("s2t"), opencc.OpenCC("t2s")
    han = [chr(c) for c in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0x20000, 0x2A6E0))]
    to_traditional = {}
    for char in han:
        full = s2t.convert(char)
        if full != char and len(full) == 1 and not big5_level_1(char):
            to_traditional[char] = full
    rows = []
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000 or 0xAC00 <= code < 0xD7A4:
            continue
        char = chr(code)
        if unicodedata.category(char) in ("Cn", "Co"):
            continue
        new = fold(char, to_traditional)
        while (again := "".join(fold(c, to_traditional) for c in new)) != new:
            new = again  # 为 → 爲 → 為: folding twice must be folding once
        if new != char:
            rows.append(f"{code:X}\t{' '.join(f'{ord(c):X}' for c in new)}")
    (OUT / "folding.tsv").write_text("\n".join(rows) + "\n", encoding="ascii")
    pairs = [(c, t2s.convert(c)) for c in han[:]]
    pairs = [(a, b) for a, b in pairs if a != b and len(b) == 1]
    (OUT / "traditional_simplified.tsv").write_text(
        "".join(a for a, _ in pairs) + "\n" + "".join(b for _, b in pairs) + "\n", encoding="utf-8"
    )
    print(len(rows), "folded code points;", len(pairs), "traditional characters with a simplified form")
    return 0


if __name__ == "__main__":
    sys.exit(main())
