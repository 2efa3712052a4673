"""The text as the topic classifier sees it: names and numbers replaced by their kind.

A classifier that sees 王小明 or 0928-471-356 learns these; one that sees «a person» and «a mobile number» learns what matters.
The signs are single characters that no text holds.
"""

from collections.abc import Iterable

import regex as re

PERSON, MASKED = "\ue001", "\ue002"
SHAPES: tuple[tuple[str, "re.Pattern[str]"], ...] = tuple(
    (sign, re.compile(shape))
    for sign, shape in (
        ("\ue010", r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"),
        ("\ue011", r"https?://[^\s\p{Han}]{1,200}"),
        ("\ue012", r"(?<![A-Za-z0-9])[A-Za-z][1289A-Da-d][0-9]{8}(?![A-Za-z0-9])"),
        ("\ue013", r"(?<![0-9])09[0-9]{2}[ \-]?[0-9]{3}[ \-]?[0-9]{3}(?![0-9])"),
        (
            "\ue014",
            r"(?<![0-9])\(?0[2-8][0-9]{0,2}\)?[ \-]?[0-9]{3,4}[ \-]?[0-9]{3,4}(?:(?:轉|分機|#)[0-9]{1,6})?(?![0-9])",
        ),
        ("\ue015", r"[A-Za-z0-9*]{0,12}\*{2,12}[A-Za-z0-9\-*]{0,12}"),
        ("\ue016", r"(?:民國)?[0-9]{2,4}[年./\-][0-9]{1,2}[月./\-][0-9]{1,2}日?"),
        ("\ue017", r"[0-9]{1,2}月[0-9]{1,2}日"),
        (
            "\ue018",
            r"[0-9]{1,2}[:點時][0-9]{0,2}分?|[一二三四五六七八九十]{1,3}點(?:半|[一二三四五六七八九十]{1,3}分)?",
        ),
        ("\ue019", r"(?:新臺幣)?[0-9][0-9,.]{0,14}[萬億千百]{0,2}元|[一二三四五六七八九十百千]{1,8}[萬億]元?"),
        ("\ue01a", r"第[0-9一二三四五六七八九十百]{1,5}條(?:之[0-9一二三四五六七八九十]{1,3})?"),
        ("\ue01b", r"[○〇ＯXx●*]{2,8}"),
        ("\ue01c", r"[A-Z]{2,3}-?[0-9]{3,4}(?![0-9])"),
        ("\ue01d", r"[0-9]{1,4}號(?:之[0-9]{1,3})?(?:[0-9]{1,3}樓)?"),
        ("\ue01e", r"[0-9][0-9,.\-]{0,30}"),
    )
)


def abstract(text: str, persons: Iterable[tuple[int, int, bool]] = ()) -> str:
    """Folded ``text`` with persons (start, end, masked) and shapes of numbers replaced by signs."""
    pieces, at = [], 0
    for start, end, masked in sorted(persons):
        if start < at:
            continue
        pieces += [text[at:start], MASKED if masked else PERSON]
        at = end
    text = "".join((*pieces, text[at:]))
    for sign, shape in SHAPES:
        text = shape.sub(sign, text)
    return text
