"""Names that are no plain Chinese full names: masked, surname with a title, dotted, Latin, spaced, nicknames.

Masks and their conventions, indigenous separators (all folded to ·) and foreign forms follow the fact sheet on names
(姓名條例 of 2024-05-29; court and agency masking practice), verified 2026-11-22.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

import regex as re

from dlp.detectors.personal.name_tables import RARE_BEARERS, simple_word, tables
from dlp.detectors.personal.roles import OFFICES, STAFF, Sign, after_words

ANY_BEARERS = 60
MASK = "[○〇◯●□△╳×*_某xXoO0]"
FULL_MASK = "[○〇◯●□△╳×*_某]"
HAN = r"\p{Han}"
PLACE_AFTER = r"(?![○〇◯●□△╳×*_]{0,3}(?:號|路|街|巷|弄|段|區|鄉|鎮|市|縣|里|村|鄰|樓|國小|國中|高中|公司|股份|字|年|月|日|元|%|科|局|處|署|醫院|分局|銀行|縣市|委員會|大學|股|案|條))"
PEOPLE = "民眾|男子|女子|婦人|婦女|老婦|老翁|男童|女童|少年|少女|學生|同學|男學生|女學生|司機|駕駛|騎士|員工|職員|住戶|鄰居|業者|負責人|屋主|房東|房客|店員|移工|教師|老師|校長|警員|員警|主管|科長|股長|科員|技士|科員|技佐|課長|主任|護理師|醫師|社工|里長|里民|村民|嫌犯|犯嫌|嫌疑人|被害人|陳情人|檢舉人|保全|工人|母親|父親|家長|病患|患者|長者|女|男|夫婦|夫妻|一家|家屬|同仁|承辦人|檢舉民眾|檢察官|議員|委員|老闆|老闆娘|清潔隊員|計程車司機|外送員"
KIN = "[男女嫌員父母童婦翁妻媽爸妹弟姊兄]"

# Characters that write foreign sounds; a dotted name consists of them for the most part.
SOUNDS = frozenset(
    "阿埃艾愛安昂奧巴白拜班邦保鮑北貝倍本比彼畢別賓波伯博布卜查察昌達大戴丹當道德登鄧狄迪第蒂丁東杜敦多厄恩爾耳法凡范方菲費芬豐馮佛夫弗福甫富蓋甘岡高戈哥格葛根貢古瓜關圭郭哈海漢杭豪赫黑亨洪胡華懷惠霍基吉濟加嘉賈簡健江傑金津"
    "京靖喀卡開凱坎康考柯科可克肯庫奎昆拉萊蘭朗勞勒雷蕾黎禮里理利莉立麗連蓮良列林琳靈隆盧魯路露呂倫羅洛馬瑪邁麥曼芒毛梅門蒙孟米密妙敏明莫摩默姆木穆納娜奈南內能尼妮涅寧牛紐努諾歐帕派潘龐佩彭皮匹平坡婆普齊奇恰切琴青丘瓊"
    "熱仁日榮茹儒瑞若撒薩塞賽桑森沙莎山珊尚紹舍申生聖施石史士世舒朔碩絲斯司思松蘇所索塔泰太坦湯唐陶特滕提田鐵廷通圖土托托瓦萬旺威韋維偉衛溫文翁沃烏吾武伍西希席錫夏向香肖謝辛新興雄休修許雪旬雅亞延揚楊姚耶葉伊依怡因"
    "婭妞廉英尤于約贊扎澤曾詹張哲珍芝志朱茲子宗祖佐拿破崙鈕娃牧躍洄噶旮撒韻嘎卓瀾夷將仕幽馥拔恆悠蔻娥娟尹悟浪玖雷茉兮旦奈飛琵瑟彥璐琪鞥鞏"
)
ROMANISED = frozenset(
    ["wang", "chen", "lin", "huang", "chang", "zhang", "lee", "li", "wu", "liu", "tsai", "cai", "yang", "hsu", "xu", "cheng", "zheng", "hsieh", "xie", "hung", "hong", "kuo", "guo", "chiu", "qiu", "tseng", "zeng", "liao", "lai", "chou", "zhou", "chow", "yeh", "ye", "su", "chuang", "zhuang", "lu", "lyu", "chiang", "jiang", "ho", "he", "hsiao", "xiao", "lo", "luo", "kao", "gao", "pan", "chien", "jian", "chu", "zhu", "chung", "zhong", "peng", "yu", "you", "chan", "zhan", "hu", "shih", "shi", "shen", "liang", "chao", "zhao", "ko", "ke", "wei", "sun", "tai", "dai", "fan", "fang", "sung", "song", "teng", "deng", "tu", "du", "hou", "fu", "tsao", "cao", "hsueh", "xue", "juan", "ruan", "ting", "ding", "ma", "wen", "tang", "nguyen", "tran", "le", "pham", "hoang", "phan", "vu", "vo", "dang", "bui", "do", "siti", "sri", "dewi", "putri", "nur", "santos", "reyes", "cruz", "garcia", "lopez", "ramos"]
)
NOT_LATIN = frozenset(
    ["taiwan", "taipei", "city", "county", "township", "road", "street", "district", "university", "college", "school", "hospital", "office", "bureau", "department", "ministry", "national", "center", "centre", "committee", "company", "co", "ltd", "inc", "international", "new", "york", "united", "states", "america", "love", "line", "google", "facebook", "microsoft", "windows", "apple", "open", "data", "public", "system", "service", "north", "south", "east", "west", "act", "law", "the", "of", "and", "for", "in", "on", "to", "with", "from", "re", "fw", "fwd", "dear", "hello", "hi", "tel", "fax", "no", "mobile", "email", "subject", "date", "sent", "page", "version", "red", "blue", "black", "white", "green", "happy", "good", "best", "report", "project", "team", "group", "north", "sea", "bank", "credit", "card"]
)
LATIN = re.compile(r"(?<![0-9A-Za-z@./_\-])(?:[A-Z][a-z'’]{1,14}(?:[ ][A-Z]\.)?(?:[ \-·][A-Z][a-z'’]{1,14}(?:-[a-z]{1,10})?|-[a-z]{1,10}){1,4}|[A-Z]{2,14},? [A-Z]{1,14}(?:[ \-][A-Za-z]{1,14}){0,3})(?![0-9A-Za-z@_])")
LATIN_ONE = re.compile(r"[A-Z][A-Za-z'’]{1,18}(?:[ \-·][A-Z][A-Za-z'’]{0,18}){0,3}")
LETTERED = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z][0-9]?[男女童生君]|某[甲乙丙丁戊己庚辛]|[甲乙丙丁戊己庚辛][男女童生君]|(?:檢舉人|證人|被害人|陳情人|通報人|關係人)(?:[A-Z][0-9]{0,2}|[甲乙丙丁戊])(?![0-9A-Za-z年])|代號[ ]?[A-Z0-9\-]{2,16}|代號[甲乙丙丁])")
NICK = re.compile(r"(?:暱稱|綽號|外號|化名|小名|網名|花名|顯示名稱|LINE名稱|LINE名字|帳號名稱|匿稱)(?:[:為是叫做作]{1,3}|[ ])?[「『\"(]?(?P<nick>[^\s「」『』\"(),。、;:!?的之為是叫]{1,10})")
FAMILIAR = re.compile(rf"(?<!{HAN}(?<![、,。的是由跟找叫和與被給把請對說向那]))(?P<nick>[阿小老](?P<of>{HAN})(?:[師伯姨嫂嬸姐姊哥叔仔])?)")


@dataclass(frozen=True, slots=True)
class Other:
    """A name that is no plain full name; ``title`` is the word after a surname, ``confidence`` that it means one person."""

    start: int
    end: int
    form: str
    confidence: float
    surname: str
    title: str = ""


@cache
def _surnames(bearers: int) -> frozenset[str]:
    """Surnames with that many bearers that are no commoner as words (由 時 方 are left to the statistics of full names)."""
    known, ratio = tables().surnames, tables().surname
    single = {s for s, n in known.items() if len(s) == 1 and n >= bearers and ord(s) < 0x10000 and ratio[ord(s)] > 0.8}
    return frozenset(single | {s for s, n in known.items() if len(s) == 2 and n >= 40})


def _surname_before(text: str, end: int, bearers: int = ANY_BEARERS) -> str:
    """The surname that ends at ``end`` and no everyday word runs into, or ""."""
    known = _surnames(bearers)
    for size in (2, 1):
        if end >= size and text[end - size : end] in known and not _straddles(text, end - size):
            return text[end - size : end]
    return ""


OFFICE_TITLES = frozenset({*OFFICES, *STAFF, "先生", "女士", "小姐", "君"})
MASKS = re.compile(rf"(?:{FULL_MASK}{{1,3}}|(?<=\p{{Han}})[xXoO0]{{1,2}}(?![0-9A-Za-z])){PLACE_AFTER}")
FAMILY = re.compile(rf"姓(?:{PEOPLE}|(?=[的,、]))")
KINS = re.compile(rf"{KIN}(?!\p{{Han}}(?<![、,。的是由與和跟被將把對及於在因向曾即隨後稱說有表自住涉遭前]))")
LONE = re.compile(r"[^\p{Han}0-9A-Za-z]|[、,。的是由與和跟被將把對及嫌稱指]")
VIET = re.compile(rf"(?<=[阮陳黎范武潘裴鄧杜胡吳楊黃李丁段鄭張梁])氏(?P<given>{HAN}{{1,3}}?)(?=[^\p{{Han}}]|[、及與於住係為因來反表陳申])")
DOT = re.compile(rf"(?<={HAN})[·.](?={HAN})")
JUNIOR_AFTER = re.compile(r"[^\p{Han}]|[等於及來所之與和陳檢申住的因反向為是係提表電]|$")
SPLIT_GIVEN = re.compile(rf"(?P<given>{HAN}{{2}})(?=[^\p{{Han}}]|$|等|業務|報告|答覆|提|質)")
MOST_OTHERS = 20_000  # of one passage


def others(text: str, titles: Mapping[int, tuple[Sign, bool]]) -> list[Other]:
    """All names of these forms, overlapping ones included.  ``titles`` are the places where a title begins."""
    return list(islice(_all(text, titles), MOST_OTHERS))


def _all(text: str, titles: Mapping[int, tuple[Sign, bool]]) -> Iterator[Other]:
    if not text.isascii():
        yield from _masked(text)
        yield from _titled(text, titles)
        yield from _vietnamese(text)
        yield from _dotted(text)
        yield from _nicknames(text)
    yield from _latin(text)
    for match in LETTERED.finditer(text):
        start = match.start()
        for word in ("檢舉人", "證人", "被害人", "陳情人", "通報人", "關係人"):
            if match[0].startswith(word):
                start += len(word)
        yield Other(start, match.end(), "masked", 0.7, "")


def _masked(text: str) -> Iterator[Other]:
    for match in MASKS.finditer(text):
        surname = _surname_before(text, match.start())
        if surname:
            end = match.end()
            hidden = end - match.start()
            shown = hidden == 1 and end < len(text) and _could_end(text[end])
            if shown or (not match[0].isascii() and (hidden > 1 or match[0] in "○〇◯●□△")) or hidden > 1:
                yield Other(match.start() - len(surname), end + shown, "masked", 0.85, surname)
    for match in FAMILY.finditer(text):
        surname = _surname_before(text, match.start())
        if surname:
            yield Other(match.start() - len(surname), match.end(), "masked", 0.85, surname)
    words = tables().words
    for match in KINS.finditer(text):
        surname = _surname_before(text, match.start(), RARE_BEARERS)
        start = match.start() - len(surname)
        if surname and (start == 0 or LONE.match(text[start - 1])) and simple_word(text[start : match.end()]) not in words:
            yield Other(start, match.end(), "masked", 0.6, surname)


def _titled(text: str, titles: Mapping[int, tuple[Sign, bool]]) -> Iterator[Other]:
    table = tables()
    known = after_words()
    for at in titles:
        surname = _surname_before(text, at)
        if not surname:
            continue
        title = next((text[at : at + n] for n in (6, 5, 4, 3, 2, 1) if text[at : at + n] in known), "")
        start = at - len(surname)
        if title == "君":
            if JUNIOR_AFTER.match(text, at + 1):
                yield Other(start, at + 1, "title", 0.7, surname, title)
        elif len(title) > 1 and known[title].role != "author" and simple_word(text[start : at + 1]) not in table.words:
            yield Other(start, at + len(title), "title", 0.8 if table.surnames[surname] >= RARE_BEARERS else 0.6, surname, title)
        if title in OFFICE_TITLES:
            match = SPLIT_GIVEN.match(text, at + len(title))
            if match is not None and match["given"] not in known and (score := _given(match["given"])) > 1.0:
                yield Other(start, match.end(), "full", 0.9 if score > 3 else 0.7, surname, title)


def _vietnamese(text: str) -> Iterator[Other]:
    for match in VIET.finditer(text):
        if simple_word(match["given"]) not in tables().words:
            yield Other(match.start() - 1, match.end(), "full", 0.75, text[match.start() - 1])


def _could_end(char: str) -> bool:
    return ord(char) < 0x10000 and float(tables().second[ord(char)]) > 0.3


def _given(given: str) -> float:
    table = tables()
    one, two = (ord(c) if ord(c) < 0x10000 else 0 for c in given)
    return float(table.first[one] + table.second[two])


def _dotted(text: str) -> Iterator[Other]:
    last = -1
    for match in DOT.finditer(text):
        if match.start() < last:
            continue
        start, end = _sounds_left(text, match.start()), match.end()
        parts = 1
        while parts < 4:
            stop = _sounds_right(text, end)
            if stop == end:
                break
            parts += 1
            end = stop
            if end < len(text) - 1 and text[end] in "·." and text[end + 1] in SOUNDS:
                end += 1
            else:
                break
        if start < match.start() and end > match.end() and parts >= 2:
            last = end
            yield Other(start, end, "indigenous", 0.8 if text[match.start()] == "·" else 0.5, "")


def _sounds_left(text: str, end: int) -> int:
    start = end
    while start > 0 and end - start < 6 and text[start - 1] in SOUNDS:
        start -= 1
    return start


def _sounds_right(text: str, start: int) -> int:
    end = start
    while end < len(text) and end - start < 7 and text[end] in SOUNDS:
        end += 1
    return end


def _latin(text: str) -> Iterator[Other]:
    for match in LATIN.finditer(text):
        words = re.split(r"[ ,\-·.]+", match[0].lower())
        if any(w in NOT_LATIN for w in words) or (match[0].isupper() and "," not in match[0] and words[0] not in ROMANISED):
            continue
        known = words[0] in ROMANISED or words[-1] in ROMANISED
        yield Other(match.start(), match.end(), "latin", 0.55 if known else 0.3, "")


def _nicknames(text: str) -> Iterator[Other]:
    for match in NICK.finditer(text):
        yield Other(match.start("nick"), match.end("nick"), "nickname", 0.6, "")
    table = tables()
    for match in FAMILIAR.finditer(text):
        of = match["of"]
        surname = float(table.surname[ord(of)]) if ord(of) < 0x10000 else -9.0
        given = float(table.second[ord(of)]) if ord(of) < 0x10000 else -9.0
        plain = simple_word(match[0][:2]) in table.words or simple_word(text[match.start() + 1 : match.start() + 3]) in table.words
        if not plain and (surname > 3 or (given > 2.5 and match[0][0] != "老")):
            yield Other(match.start(), match.end(), "nickname", 0.4, of if surname > 3 else "")


def _straddles(text: str, start: int) -> bool:
    """Whether an everyday word crosses the left edge: 地方|主任, 有關|處長."""
    if not start:
        return False
    words = tables().words
    return simple_word(text[start - 1 : start + 1]) in words or (start > 1 and simple_word(text[start - 2 : start + 1]) in words)
