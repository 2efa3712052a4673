"""Homes written without a postal address: B棟11樓, 後厝12之3號, 渡口村21號之1, 延平路加油站後面的鐵皮屋.

Villages number their houses without streets, communities count by building and floor, and in speech a road with a landmark is enough
to find the door.  Such words are everywhere; they say where somebody lives only beside a person (``addresses`` decides).

Sources: household registration practice (門牌編釘), 公寓大廈 usage; read 2026-11-22.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex as re

N = r"(?:[0-9]{1,4}|[一二三四五六七八九十百廿卅]{1,5})"
_H = r"[^\s,。;:!?()「」『』\[\]、/|0-9A-Za-z住在於是到的為寄送找和跟與址至列僅及或之且臨]"
_HOUSE = rf"{N}[ ]?(?:[-~之][ ]?{N})?[ ]?[號番](?!函|令|公報|判決|候選|選手|線|出口|碼頭|水門|門(?!牌)|公路|道|井|病|床|車|機|房|會議|案|文|船|館|橋)(?:[ ]?之[ ]?{N})?(?:[ ,]?{N}[ ]?樓(?:[ ]?之[ ]?{N})?)?"
_ROAD = rf"(?:{_H}{{2,3}}[縣市])?(?:{_H}{{1,3}}[鄉鎮市區])?{_H}{{2,6}}?(?:(?<!道)路|街|大道)(?:[ ]?{N}[ ]?段)?(?:[ ]?{N}[ ]?巷)?(?:[ ]?{N}[ ]?弄)?"
_HOMELIKE = r"(?:那[一]?[間棟排戶個]|這[一]?[間棟]|旁邊?|隔壁|對面|後[方面]|前面|樓上|附近|頂加|轉角|斜對面|的)[^,。;!?\n]{0,12}?(?:鐵皮屋|套房|宿舍|社會住宅|國宅|透天厝?|公寓|大樓|房子|頂加|頂樓|貨櫃屋|平房|三合院|工寮|老家|那[間棟排戶]|第[一二三四五六0-9]{1,2}[間戶]|樓上|[一二三四五六七八九0-9]{1,2}樓|教會|眷舍|店面|旅舍|民宿|社區)"

# sort → pattern
SORTS: tuple[tuple[str, "re.Pattern[str]"], ...] = (
    ("village", re.compile(rf"(?:{_H}{{2,3}}[縣市])?(?:{_H}{{1,3}}[鄉鎮市區])?(?:{_H}{{1,4}}[村里]|部落)(?:[ ]?{N}[ ]?鄰)?{_H}{{0,4}}?{_HOUSE}")),
    ("neighbourhood", re.compile(rf"{_H}{{2,4}}?[ ]?{N}[ ]?鄰{_H}{{0,5}}?{_HOUSE}")),
    ("settlement", re.compile(rf"(?:{_H}{{2,3}}[鄉鎮市區])?{_H}{{2,6}}?{_HOUSE}")),
    ("unit", re.compile(rf"(?<![0-9A-Za-z])[A-Z][ ]?[棟座區](?:[ ]?{N}[ ]?(?:樓|F))(?:[ ]?[之-][ ]?{N})?|(?<![0-9A-Za-z]){N}[ ]?樓[ ]?之[ ]?{N}|(?<![0-9A-Za-z號]){N}號{N}樓(?:之{N})?|[A-Z]棟{N}號")),
    ("road", re.compile(rf"{_ROAD}(?:{_H}{{0,8}}?{_HOMELIKE})?")),
)  # fmt: skip
_SIGN = re.compile("[號番棟座樓]|[路街]|大道")
MOST = 2_000  # of one passage


@dataclass(frozen=True, slots=True)
class Dwelling:
    """``[start, end)`` may be where somebody lives; ``sort`` is a key of SORTS."""

    start: int
    end: int
    sort: str


def dwellings(text: str) -> Iterator[Dwelling]:
    """Candidates, the tighter sorts first; overlapping ones of later sorts are left out."""
    if not _SIGN.search(text):
        return
    taken = bytearray(len(text))
    count = 0
    for sort, pattern in SORTS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            count += 1
            if count > MOST:
                return
            yield Dwelling(start, end, sort)
