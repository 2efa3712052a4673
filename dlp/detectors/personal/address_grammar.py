"""The grammar of Taiwanese postal addresses: where an address stands, how complete it is, and how to shorten it.

    [post code] [city] [district] [village] [neighbour] street [section] [lane] [alley] number 號 [floor] [room]

Everything is found from its house number 號 backwards; numbers may be Arabic or Chinese, 台 stands for 臺, the city may be
missing or shortened, districts may bear their names of before 2010.  Rural addresses have no street (○○村12鄰35號).
At least a street or settlement and a house number make an address.  Post boxes are a form of their own.

Sources: Chunghwa Post districts and codes, 3+3 post codes (2020-03-03), household registration forms; verified 2026-11-22.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex as re

from dlp.resources import package_data

NUMBER_CHARS = 24  # of the longest house number: 12之3、14之5號
WINDOW = 56  # characters before 號 in which an address begins
HAN = r"\p{Han}"
N = r"(?:[0-9]{1,5}|[一二三四五六七八九十百廿卅零〇○]{1,6})"
NUMBER = re.compile(
    rf"(?:[附臨特建]?{N}(?:[ ]?[-~之][ ]?{N})?(?:[、,]{N}(?:[-之]{N})?){{0,3}}[ ]?號)(?!函|令|公報|判決|解釋|議案|碼|提案|決議|牌照|車(?!庫)|房|線|公告|書函|機(?!場)|裁定|決定|案|船|作品|訊息|選手|候選|球員|地下道|道路|水|機組|碼頭|橋|隧道|井|窯|館|土石|油|法案|字|文|礦|果)"
)
AFTER = re.compile(
    rf"(?:(?:之|-){N}(?![0-9年月日]))?[ ,]{{0,2}}(?:(?:地下)?(?:第)?{N}[ ]?[樓層F](?![會辦禮大視中劇展])(?:[ ]?(?:之|-)[ ]?{N})?|(?<![A-Za-z])B[1-9](?:樓)?|[0-9]{{1,3}}[fF](?![A-Za-z])(?:-{N})?|頂樓(?:加蓋)?)?[ ,]{{0,2}}(?:(?:[A-Z])?{N}室|[A-Z]室|[A-Z]棟{N}?樓?)?"
)
ROAD = r"(?:路|街|大道|大街|巷道|新村|社區|山莊|農場|新城|工業區|科技園區|眷村)"
STOPS = r"\s,。;:!?()「」『』\[\]、/|0-9A-Za-z住在於位址設寄的是到"
STEM = rf"(?:[^{STOPS}]{{1,6}}(?:工業區|社區|新村|科學園區|園區))?[^{STOPS}]{{1,6}}(?:[0-9]{{1,2}}[ ]?(?=[路街]))?"
SECTION = rf"(?:[ ]?{N}[ ]?段)?"
LANES = rf"(?:[ ]?(?:{N}|[^{STOPS}號樓路街]{{2,4}}){{0,1}}[ ]?巷)?(?:[ ]?{N}[ ]?弄)?(?:[ ]?{N}[ ]?衖)?"
VILLAGE = rf"[^{STOPS}]{{1,4}}[里村]"
NEIGHBOUR = rf"[ ]?{N}[ ]?鄰"
REST = re.compile(
    rf"[ ]?(?:(?P<village>{VILLAGE})?(?P<neighbour>{NEIGHBOUR})?[ ]?(?P<street>{STEM}{ROAD}){SECTION}{LANES}|"
    rf"(?P<village2>{VILLAGE})(?P<neighbour2>{NEIGHBOUR})?[ ]?(?:[^{STOPS}]{{0,5}}){LANES}|(?P<settlement>[^{STOPS}號第]{{2,4}}){LANES})[ ]?"
)
BARE_STREET = re.compile(rf"(?P<name>{STEM})(?P<road>路|街|大道|新村|山莊){SECTION}{LANES}[ ]?$")
BARE_VILLAGE = re.compile(rf"(?P<village>[^{STOPS}區鄉鎮市]{{2,3}}[里村])(?:{NEIGHBOUR}[^{STOPS}]{{0,4}}{LANES})[ ]?$")
ZIP = re.compile(r"(?<![0-9]|[0-9][ -])[(\[]?[0-9]{3}(?:[0-9]{2,3}|-[0-9]{2,3})?[)\]]?[ ]?$")
BOX = re.compile(rf"(?:(?:{HAN}{{2,6}})?(?:郵政|郵局)(?:第)?[ ]?{N}(?:[-之]{N})?[ ]?(?:號)?(?:之{N}號?)?(?:附{N}號)?信箱|(?:{HAN}{{2,4}})?郵政信箱[ ]?(?:第)?[ ]?{N}(?:[-之]{N})?號?(?:之{N}號?)?)")
TOWN = re.compile(rf"(?:[^{STOPS}]{{2}}[縣市])?[^{STOPS}]{{1,3}}[鄉鎮市區][ ]?$")
SIGN = re.compile("[路街道村莊城區里鄰市鎮鄉縣場園]")  # without one of these there is no address
HIDDEN = re.compile(r"[○〇]{1,6}[ ]?號")  # a masked number, no numeral

CITIES = (
    "臺北市 新北市 基隆市 桃園市 新竹市 新竹縣 苗栗縣 臺中市 彰化縣 南投縣 雲林縣 嘉義市 嘉義縣 臺南市 高雄市 屏東縣 宜蘭縣 花蓮縣 臺東縣 澎湖縣 金門縣 連江縣 "
    "臺北縣 臺中縣 臺南縣 高雄縣 桃園縣 臺灣省"
)
SHORT_CITIES = "北市 新北 中市 南市 高市 桃市 竹市 竹縣 苗縣 彰縣 投縣 雲縣 嘉市 嘉縣 屏縣 宜縣 花縣 東縣 臺北 台北 臺中 台中 臺南 台南 高雄 桃園 新竹 基隆 彰化 屏東 宜蘭 花蓮 嘉義"
OLD_DISTRICTS = "員林鎮 頭份鎮 三民鄉 桃園市 中壢市 平鎮市 八德市 楊梅市 大溪鎮 蘆竹市 蘆竹鄉 大園鄉 龜山鄉 龍潭鄉 觀音鄉 新屋鄉 復興鄉 板橋市 三重市 中和市 永和市 新莊市 新店市 土城市 蘆洲市 樹林市 汐止市 鶯歌鎮 三峽鎮 淡水鎮 瑞芳鎮 五股鄉 泰山鄉 林口鄉 深坑鄉 八里鄉 豐原市 大里市 太平市 東勢鎮 大甲鎮 清水鎮 沙鹿鎮 梧棲鎮 后里鄉 神岡鄉 潭子鄉 大雅鄉 霧峰鄉 烏日鄉 大肚鄉 龍井鄉 永康市 新營市 鹽水鎮 佳里鎮 麻豆鎮 善化鎮 新化鎮 學甲鎮 仁德鄉 歸仁鄉 關廟鄉 鳳山市 岡山鎮 旗山鎮 美濃鎮 大寮鄉 仁武鄉 鳥松鄉 大社鄉 林園鄉"
# A street name that begins with other words is cut before one of these stems.
STEMS = (
    "中正 中山 中華 中央 中興 民生 民權 民族 忠孝 仁愛 信義 和平 復興 建國 光復 成功 自由 三民 文化 文心 崇德 大同 博愛 公園 新生 南京 長安 松江 羅斯福 敦化 四維 五福 六合 七賢 八德 九如 十全 "
    "大業 公益 向上 健康 東門 西門 南門 北門 府前 市府 站前 學府 大學 中清 五權 進化 三多 林森 青年 永福 開元 裕農 林西 自強 重慶 承德 延平 迪化 景平 安和 興隆 木柵 環河 思源 莊敬 縣民 縣政 文昌 明德 福德 國光 正義 莒光 介壽"
)
GROUPS = re.compile(r"[東西南北中]?(?:[一二三四五六七八九十]{1,2})?$")


@dataclass(frozen=True, slots=True)
class Address:
    """``[start, end)`` is an address; ``kept`` is the part a mask may show (city and district), "" where none stands there."""

    start: int
    end: int
    kept: str
    district: bool
    street: bool
    household: bool  # down to the floor or room
    box: bool = False


@cache
def _places() -> tuple[frozenset[str], frozenset[str]]:
    cities = {c for name in CITIES.split() for c in (name, name.replace("臺", "台"))} | set(SHORT_CITIES.split())
    districts = set(OLD_DISTRICTS.split())
    for line in package_data("detectors", "personal", "data", "districts.tsv").decode("utf-8").splitlines():
        district = line.split("\t")[1]
        districts |= {district, district.replace("臺", "台")}
    return frozenset(cities), frozenset(districts)


def addresses(text: str) -> Iterator[Address]:
    """Addresses of ``text`` in order.  A masked house number (○號) makes none."""
    last = 0
    for match in _numbers(text):
        low = max(last, match.start() - WINDOW, text.rfind("\n", 0, match.start()) + 1)
        found = _head(text, low, match.start()) if not HIDDEN.match(match[0]) else None
        if found is None:
            continue
        start, kept, district, street = found
        tail = AFTER.match(text, match.end(), min(len(text), match.end() + 40))
        end = tail.end() if tail else match.end()
        while end > match.end() and text[end - 1] in " ,":
            end -= 1
        last = end
        yield Address(start, end, kept, district, street, end > match.end())
    for match in BOX.finditer(text) if "信箱" in text or "郵政" in text else ():
        yield Address(match.start(), match.end(), "", False, False, False, box=True)


def _numbers(text: str) -> Iterator["re.Match[str]"]:
    """House numbers; only around 號, which is rarer than numbers."""
    done = 0
    at = text.find("號")
    while at >= 0:
        serial = at >= 6 and text[at - 6 : at].isdecimal()  # no house has a number of six digits
        for match in () if serial else NUMBER.finditer(text, max(done, at - NUMBER_CHARS), min(len(text), at + 6)):
            if match.end() == at + 1:
                done = match.end()
                yield match
        at = text.find("號", at + 1)


def _head(text: str, low: int, at: int) -> tuple[int, str, bool, bool] | None:
    """(start, what a mask may show, district stated, street stated) of the address whose house number begins at ``at``."""
    if not SIGN.search(text, low, at):
        return None
    cities, districts = _places()
    bare = _bare(text, low, at)
    for i in range(at - 1, low, -1):
        if text[i] not in "區市鎮鄉縣":
            continue
        begin = _place_start(text, low, i + 1, districts)
        kind = "district"
        if begin is None:
            begin, kind = _place_start(text, low, i + 1, cities), "city"
        if begin is None:
            continue
        rest = REST.fullmatch(text, i + 1, at)
        if rest is None or (kind == "city" and rest["settlement"]):
            continue
        if rest["settlement"] and re.search(r"第|編|案|約|共|計|員|候選|選手|[有為是之其]", rest["settlement"]):
            continue
        kept_end = i + 1
        city = _place_start(text, low, begin - (text[begin - 1 : begin] == " "), cities) if kind == "district" and begin > low else None
        start = begin if city is None else city
        post = ZIP.search(text[max(low, start - 12) : start])
        return start - (len(post[0]) if post else 0), text[start:kept_end].replace(" ", ""), True, rest["settlement"] is None
    return bare


def _place_start(text: str, low: int, end: int, names: frozenset[str]) -> int | None:
    for size in (4, 3, 2):
        if end - size >= low and text[end - size : end] in names:
            return end - size
    return None


def _bare(text: str, low: int, at: int) -> tuple[int, str, bool, bool] | None:
    """A street or a village with neighbourhood, without city or district."""
    cities, _ = _places()
    window = text[low:at]
    match = BARE_VILLAGE.search(window)
    if match is not None:
        return low + match.start(), "", False, True
    match = BARE_STREET.search(window)
    if match is None:
        return None
    name = match["name"]
    start = low + match.start() + _surplus(name)
    before = TOWN.search(text[max(low, start - 7) : start])
    if before is not None:  # a town that is in no list: misspelt, new, or made up
        return start - len(before[0]), before[0].strip(), True, True
    for city in (3, 2):
        if name[:city] in cities and len(name) > city:
            return low + match.start(), name[:city], True, True
    return start, "", False, True


def _surplus(name: str) -> int:
    """How many characters of a street's name are words before it."""
    core = GROUPS.sub("", name)
    for size in (3, 2):
        if len(core) >= size and core[-size:] in _stems():
            return len(core) - size
    return max(0, len(core) - 4)


@cache
def _stems() -> frozenset[str]:
    return frozenset(STEMS.split())
