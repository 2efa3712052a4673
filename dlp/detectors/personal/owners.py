"""Whose is it?  Signs around a value that it belongs to a private person, to an office, or to nobody (a sample).

A number is personal data because of the person it leads to.  The telephone in a letterhead, a hotline, a mailbox of an
agency are published on purpose; the same shape behind a petitioner's name is a leak.
"""

from bisect import bisect_left
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.personal.labels import cells_of
from dlp.detectors.personal.names import persons
from dlp.detectors.setting import setting_of

AROUND_BEFORE, AROUND_AFTER = 48, 24  # characters: a name, its role, a bracket and one other value
BLOCK_CHARS = 260  # a letterhead block: some six short lines
SAMPLE_BEFORE = 60

_PRIVATE = re.compile(
    r"(?<!被)(?:陳情|檢舉|申請|申訴|告訴|告發|聲請|請求|報案|通報|舉發|投訴|揭弊|反映|當事|被害|受害|受款|持卡|受文|委託|代理|承租|出租|租賃|納稅|監護|"
    r"扶養|保證|連帶保證|法定代理|緊急聯絡|被保險|要保|受益|訴願|異議|關係|住|戶)人(?!數|次|員|口)|被檢舉人|被告|原告|證人|案主|個案|病[患人]|患者|傷者|死者|"
    r"家屬|家長|學生|學員|同學|住戶|里民|村民|鄰居|房[東客]|屋主|地主|車主|駕駛|業主本人|戶長|配偶|員工|同仁|役男|移工|看護|"
    r"先生|女士|小姐|太太|阿[嬤公姨伯]|君(?=[\s,。、(:])|本人|我(?:的|媽|爸|老[公婆]|太太|先生|家|兒子|女兒)|[他她](?:的|媽|爸|老[公婆]|家)|"
    r"私人|住家|家裡|宅電|姓名|(?<![請供為各位讓使由邀籲]|提醒|歡迎|便利|服務)民眾(?!可|如|請|欲|若|得|應|申|洽|撥|查|服務)|來[電信信函]者|來電人|收件人|寄件者|得獎人|錄取|報名者|參加者"
)
_OFFICE = re.compile(
    r"承辦[人單]|承辦科|聯絡人|聯絡窗口|聯絡單位|主辦單位|業務單位|發言人|新聞聯絡|機關地址|發文字號|發文日期|受文者|速別|總機|傳真|分機|轉[0-9]|ext|"
    r"本[府局處署部會所院校館中心]|捐款|[部署局處司院會府]收|服務台|服務處|辦公室|辦事處|公所|政府|分局|派出所|戶政|地政|衛生所|衛生局|委員會|基金會|協會|公司|事務所|門市|飯店|"
    r"學校|大學|國[中小]|高中|醫院|診所|圖書館|博物館|捷運|車站|管理處|研究所|農會|漁會|銀行客服|旅館|民宿|餐廳|[課科組股室]"
)
_SERVICE = re.compile(
    r"專線|熱線|服務電話|洽詢|諮詢|詢問|查詢|客服|報名|預約|訂[位購票]|申訴電話|檢舉電話|舉報|免付費|付費電話|24小時|請洽|請電|電洽|逕洽|[請可]致電|撥打|(?:歡迎|請|可)來電|來電(?:洽|預|報)|"
    r"電話報修|報修|服務時間|上班時間|官網|網址|網站|線上申辦|下載"
)
_LETTERHEAD_LINE = re.compile(
    r"(?:承辦人|承辦單位|聯絡人|聯絡方式|聯絡電話|電話|傳真(?:號碼)?|電子信箱|電子郵件|e-?mail|地址|機關地址|受文者|發文日期|發文字號|速別|附件|正本|副本)[ \t]{0,4}[:(]",
    re.IGNORECASE,
)
_PERSONAL_FORM = re.compile(
    r"(?:陳情人|檢舉人|申請人|身[分份]證[^\s:(]{0,8}|出生[^\s:(]{0,4}|生日|戶籍[^\s:(]{0,3}|住址|姓名|病歷[^\s:(]{0,3}|當事人|被害人|性別)[ \t]{0,3}[:(]|"
    r"(?<!被)(?:陳情|檢舉|通報|申訴)人(?!姓名)\p{Han}{2,4}"
)
_SAMPLE = re.compile(
    r"範例|例如|例:|如:|譬如|示範|格式|樣[式本張]|填寫?(?:說明|方式|範)|範本|假設|假資料|虛構|測試|模擬|(?<![@.a-z])(?:sample|example|e\.g\.|dummy|test(?![a-z]))(?!\.[a-z])|請填|填入|應填",
    re.IGNORECASE,
)
_SAMPLE_TITLE = re.compile(r"填寫範例|填表範例|填寫說明|書寫範例|範例[:】\])]|(?<![^\n])[ \t]{0,8}[(【\[]?(?:範例|範本|格式)[)】\]]?[ \t]{0,4}(?![^\n])")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around one value; ``person`` is the key of the person it most likely belongs to, if known."""

    private: bool
    office: bool
    service: bool
    letterhead: bool
    sample: bool
    contact: bool = False  # named as the contact of an office or event
    listing: bool = False  # a row of a table of shops or offices
    person: str = ""

    @property
    def public(self) -> bool:
        return self.letterhead or ((self.office or self.service) and not self.private)


MOST_LOOKED_AT = 3_000  # values of one passage; a text with more is a dump, in which neighbours say nothing new
UNKNOWN = Surroundings(private=False, office=False, service=False, letterhead=False, sample=False)


def surroundings(passage: Passage, start: int, end: int) -> Surroundings:
    """Signs around the value at ``[start, end)``; computed once per place."""
    seen: dict[tuple[int, int], Surroundings] = passage.once("owners.seen", dict)
    found = seen.get((start, end))
    if found is None:
        found = _look(passage, start, end) if len(seen) < MOST_LOOKED_AT else UNKNOWN
        seen[start, end] = found
    return found


_CONTACT = re.compile("承辦人|聯絡人|聯絡窗口|承辦單位|新聞聯絡|發言人|負責人|業務聯繫|主辦單位|洽")
_OFFICE_COLUMN = re.compile("店名|業者|公司|機構|單位|商家|診所|學校|名稱|廠商|據點|地點")
_NAME_COLUMN = re.compile("姓名|陳情人|檢舉人|申請人|name", re.IGNORECASE)


def _look(passage: Passage, start: int, end: int) -> Surroundings:
    low, high = _neighbourhood(passage, start, end)
    around = passage.text[low:start] + "\n" + passage.text[end:high]
    person, named = _person(passage, start, end, low, high)
    columns = [header for header, _ in cells_of(passage, start)]
    row = any(_NAME_COLUMN.search(header) for header in columns)
    private = named or row or _PRIVATE.search(around) is not None
    return Surroundings(
        private=private,
        office=_OFFICE.search(around) is not None,
        service=_SERVICE.search(around) is not None,
        letterhead=_letterhead(passage, start, end),
        sample=_sample(passage, start) or _taught(passage, start, end),
        contact=_CONTACT.search(passage.text, low, start) is not None,
        listing=not row and any(_OFFICE_COLUMN.search(header) for header in columns),
        person=person,
    )


def _neighbourhood(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The characters around a value that speak about it: its sentence or row, or the line before when it begins a line."""
    low, high = max(0, start - AROUND_BEFORE), min(len(passage.text), end + AROUND_AFTER)
    for stop in "。;!?":
        cut = passage.text.rfind(stop, low, start)
        if cut >= 0:
            low = cut + 1
        cut = passage.text.find(stop, end, high)
        if cut >= 0:
            high = cut
    blank = passage.text.rfind("\n\n", low, start)
    if blank >= 0:
        low = blank + 2
    return low, high


def _person(passage: Passage, start: int, end: int, low: int, high: int) -> tuple[str, bool]:
    """(key, True) of the nearest private person named around the value."""
    people = persons(passage)
    best: tuple[int, str] | None = None
    first = max(0, bisect_left(people, low, key=lambda p: p.start) - 1)
    for person in people[first : first + MOST_PEOPLE]:
        if person.start >= high:
            break
        if person.end <= low or person.public or person.sample or person.confidence < PERSON_FROM:
            continue
        # A name before its number is the usual order; one behind it counts half as near.
        distance = start - person.end if person.end <= start else (person.start - end) * 2
        if best is None or distance < best[0]:
            best = (distance, person.key)
    return (best[1], True) if best else ("", False)


MOST_PEOPLE = 24
PERSON_FROM = 0.5


def _letterhead(passage: Passage, start: int, end: int) -> bool:
    """Inside the contact block of a letter or notice: several such lines close together and no line about a private person."""
    low, high = max(0, start - BLOCK_CHARS), min(len(passage.text), end + BLOCK_CHARS)
    block = passage.text[low:high]
    if len(_LETTERHEAD_LINE.findall(block)) < 3:
        return False
    return _PERSONAL_FORM.search(block) is None


def _sample(passage: Passage, start: int) -> bool:
    low = max(0, start - SAMPLE_BEFORE)
    line = passage.text.rfind("\n", low, start) + 1
    if _SAMPLE.search(passage.text, max(line, low), start):
        return True
    titles = passage.once("owners.sample-titles", lambda: [m.start() for m in _SAMPLE_TITLE.finditer(passage.text)])
    return any(0 <= start - at <= 600 for at in titles)


def _taught(passage: Passage, start: int, end: int) -> bool:
    """A dummy value in teaching material."""
    return is_dummy(passage.text[start:end]) and setting_of(passage).teaching


_SEQUENCES = ("0123456789", "1234567890", "9876543210", "0987654321")


def is_dummy(value: str) -> bool:
    """A value that people type when they mean none: A123456789, 0912-345-678, 0900-000-000, 12345678."""
    digits = re.sub(r"[^0-9]", "", value)
    tail = digits[2:] if digits.startswith("09") else digits
    if len(tail) < 5:
        return False
    if digits == "0912345678" or any(digits in s or tail in s for s in _SEQUENCES):
        return True
    return len(set(tail)) == 1 or (len(set(digits[-6:])) == 1 and digits[-1] == "0")
