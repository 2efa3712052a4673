"""Home addresses of persons.

An address is personal through the person who lives there.  The grammar (``address_grammar``) finds addresses; what stands
around one decides: a word of residence or a private person beside it raises the confidence, a letterhead, an agency, a shop,
a meeting place or a register of buildings lowers it.

Sources: 個人資料保護法 §2 (聯絡方式), forms of petition and household registration; verified 2026-11-22.
"""

from bisect import bisect_left
from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.address_grammar import Address, addresses
from dlp.detectors.personal.ceilings import spoken_in_public
from dlp.detectors.personal.dwellings import Dwelling, dwellings
from dlp.detectors.personal.evidence import Tally, joined_only
from dlp.detectors.personal.handles import handles
from dlp.detectors.personal.labels import cells_of, column_of
from dlp.detectors.personal.names import persons
from dlp.detectors.personal.person import Person
from dlp.detectors.personal.roles import PRIVATE_ROLES
from dlp.detectors.setting import MADE_UP, local, setting_of
from dlp.finding import Layer
from dlp.kinds import Kind

ID = "personal.address"
KINDS = (Kind.PERSONAL_ADDRESS,)
NUMERALS = "[0-9一二三四五六七八九十百廿卅零]"
CUES = (
    *pattern(f"{NUMERALS} {{0,1}}號"), *pattern("[A-Z] ?[棟座]"), *pattern("樓 ?之"), *pattern("住\\p{Han}{1,10}[路街村巷]"), *pattern("[路街段]\\p{Han}{0,12}那[棟間排戶]"),
    *literals("郵政信箱", "號信箱", "郵局信箱", "庇護", "中途之家", "安置機構", "躲在", "藏身", "搬去", "搬到", "遷到", "遷入", "家就在", "門牌", "住址", "住所"),
)  # fmt: skip

FIX = "住址只寫到縣市或行政區，不寫路名、門牌與樓層。"
NEAR_PERSON = 46  # characters between a person and an address that one clause may hold
RESIDES = re.compile(
    r"(?:住(?:在|於|址|所|處|家|戶|民)?|[戶户]籍(?:地址|地|設籍|設)?(?:在|於)?|設籍(?:在|於)?|居住(?:地|地址|處所)?(?:在|於)?|居所|現居(?:地|住)?|現住(?:地|址)?|家住|老家(?:在)?|家裡(?:在|地址)?|我家(?:在|地址)?|他家(?:在)?|她家(?:在)?|租屋處|租屋(?:在|於)|租住|"
    r"通訊(?:地址|處|住址)|聯絡(?:地址|住址)|送達(?:地址|處所|處)|收件(?:地址|人地址)|戶址|永久地址|門牌(?:為|是|號碼)?|自宅|府上|獨居(?:在|於)?|新家(?:在)?|躲(?:在|到)|藏身|搬(?:到|去|至|回)|遷(?:到|至|入|居|往)|租在|現租|借住|寄住|暫住|暫置|落腳|住進|窩在|送[^,。]{1,6}家|(?:雇主|案|夫|娘|婆|岳父|外婆|外公|阿嬤|阿公|伯父|妹妹|姊姊|舅舅|前妻|前夫)家|住家(?:地址|在)?)(?:為|是|即|在|於)?[ ]{0,2}[:(「,]?[ ]{0,4}(?:[(]?[0-9]{3,6}[)]?)?[ ]?$"
)
ORG_MOVES = re.compile("(?:[局處署]|公司|工廠|總部|學校|辦公室|機關|會址|店)[^,。;]{0,14}(?:遷|搬)[^,。;]{0,4}$")
RESIDES_AFTER = re.compile(r"^[ )]{0,2}(?:的)?(?:家(?:門|前|裡|中|後|旁)|住戶(?!旁|前)|住家(?!旁|前|道路|側)|屋主|房東|房客|住宅|自宅|家中|家裡|戶籍|[,]?(?:此為|是)?(?:其|他|她|我|檢舉人|陳情人|申請人)(?:的)?(?:住處|家|住址|戶籍))")
LABEL = re.compile(r"(?:地[ ]{0,6}址|寄到|寄至|寄送|住[ ]{0,6}址|Address|addr)[ ]{0,3}[:=\t ]?[ ]{0,4}$", re.IGNORECASE)
OFFICE_BEFORE = re.compile(
    r"(?:位於|坐落|座落|設於|設在|設立於|地點|地點為|地點:|有關|關於|建請|會議室|開會|集合|報到|活動|舉辦|辦理|機關|單位|公司|商號|事業|營業|營業所|工廠|廠址|店址|校址|會址|院址|所址|館址|事務所|辦公|服務|總公司|分行|門市|施工|工程|工地|基地|標的|建物|建築物|稽查|違規|違建|查獲|勘查|會勘|臨檢|登記|現場|事故|轄管|投遞|寄件|郵寄|所在地|書面|意見|寄回|函寄|向本|請至|親至|逕至|洽|受理|"
    r"縣政府|市政府|公所|本府|本局|本處|本會|本院|本部|本署|本校)[^,。;]{0,8}$"
)
ORG_BEFORE = re.compile(r"(?:公司|商行|企業社|餐廳|小吃|飯店|診所|醫院|藥局|國小|國中|高中|大學|學校|幼兒園|分局|派出所|公所|政府|衛生所|中心|協會|基金會|工廠|宮|廟|教會|書局|門市|超商|加油站|[部局署處院館]|事務所|委員會|大樓|銀行|郵局|農會|工程行|商號|店|廠)[ ]{0,2}[(「:,]?[ ]{0,2}(?:地址|設於|位於|址設)?[ ]{0,2}[:]?[ ]{0,2}$")
ORG_AFTER = re.compile(r"^[ ,(「]{0,2}(?:[^\s,。;:、]{0,8})(?:公司|國小|國中|高中|大學|學校|公所|政府|分局|派出所|中心|會議室|禮堂|[部局署處館]|醫院|餐廳|飯店|大樓|商行|廠|店|旁|前|對面|附近|路口|段|現場|工地|建物|建號|土地|違建|廣場|公園|活動中心|辦公)")
OFFICIAL_BLOCK = re.compile(r"(?:機關地址|發文字號|傳真|承辦人|電子信箱|開會地點|開會時間|受文者|報名|洽詢|網址|http)")
BUILDINGS = re.compile(r"可容納|轄管|分配容量|村里別|建築物")
PROSE = re.compile(r"[^\p{Han}]|電話|手機|行動|身分證|身份證|字號|統一編號|地址|住址|住在|住|戶籍|通訊|聯絡|出生|生日|日期|年|月|日|生|性別|男|女|先生|小姐|女士|家|的|在|搬到|位於")
STOPS = re.compile(r"[。!?\n]")
MOST_ADDRESSES = 5_000  # of one passage; a text with more is a register


def find(passage: Passage) -> Iterator[Hit]:
    found = list(_postal(passage))
    yield from found
    if passage.view == "plain":
        yield from _homes(passage, [(h.start, h.end) for h in found if h.confidence >= 0.4])


HOME_AROUND = 60
HOME_COLUMN = re.compile("住址|地址|住所|戶籍|居住地|地點|門牌|戶別|樓層")
SHELTER = re.compile("庇護|安置(?:處所|機構|地點|於|在)|中途之家|婦女之家|收容處|藏身|安全處所|保護令|躲")
NOT_HOME = re.compile("集合|報到|開會|會勘地點|地點:|路口|路段|施工|工程|發生地|事故|店(?!面)|公司|門市|餐廳|診所|醫院|學校|國小|國中|公所|分局|派出所|[宮廟館]|基金會|協會|活動中心|會議室|攤位|教室|辦公|服務台|展覽|停車場")
UNIT_OFFICE = re.compile("室$|[課科組股處局]$|會議|服務台|教室|展場|櫃|門診|診間|病房|辦公")
SURE_SORTS = frozenset(("village", "neighbourhood"))


def _homes(passage: Passage, taken: list[tuple[int, int]]) -> Iterator[Hit]:
    """Homes without a postal address, where a person stands beside them."""
    for home in dwellings(passage.text):
        if any(start < home.end and home.start < end for start, end in taken):
            continue
        found = _home(passage, home)
        if found is not None:
            yield found


def _home(passage: Passage, home: Dwelling) -> Hit | None:
    before, after = _clause_around(passage, home)
    resides = RESIDES.search(before) is not None or RESIDES_AFTER.match(after) is not None or HOME_IS.search(before) is not None
    column = _in_home_column(passage, home)
    beside = _person_beside(passage, home) or column
    loose = home.sort in ("settlement", "road")
    sheltered = SHELTER_AT.search(before) is not None
    if loose and before.endswith(("住戶", "住民")):
        return None
    if loose and not column and not (resides or sheltered or (beside and _named_right_after(passage, home) and OWNER_BEFORE.search(before))):
        return None
    office = NOT_HOME.search(before[-10:]) or NOT_HOME.search(after[:10]) or UNIT_OFFICE.match(after.lstrip(" ,(")[:4])
    if office and not resides:
        return None
    base = Tally(0.3, f"home-{home.sort}", "村里、樓層或路名指得出住處")
    if sheltered or (resides and SHELTER.search(passage.text, max(0, home.start - HOME_AROUND), home.end + 30)):
        tally = base.at_least(0.66, "shelter", "受保護者的住處")
    elif beside:
        tally = base.at_least(0.66 if resides or home.sort in SURE_SORTS else 0.58, "person-beside", "旁邊有個人姓名或身分")
    elif resides and _told_of(passage, home):
        tally = base.at_least(0.58, "person-told-of", "同一段談到某個人的住處")
    else:
        return None
    whole, near = setting_of(passage), local(passage, home.start, home.end)
    around = passage.text[max(0, home.start - FAKE_CHARS) : home.end + FAKE_CHARS]
    made_up = FAKE.search(around) or MADE_UP.search(around)
    if made_up or spoken_in_public(passage) or near.example or whole.law or whole.news or whole.published or whole.fiction:
        tally.at_most(0.4, "published", "範例、法規、新聞或已公開的文字", layer=Layer.CONTEXT)
    return tally.hit(Kind.PERSONAL_ADDRESS, home.start, home.end, masked="○○", fix=FIX, attrs={"form": home.sort})


def _clause_around(passage: Passage, home: Dwelling) -> tuple[str, str]:
    before, after = passage.before(home.start, HOME_AROUND), passage.after(home.end, 16)
    ends = [at for stop in "。;!?\n" if (at := after.find(stop)) >= 0]
    return before[max(before.rfind(stop) for stop in "。;!?\n") + 1 :], after[: min(ends)] if ends else after


def _in_home_column(passage: Passage, home: Dwelling) -> bool:
    """In a table: under a header of addresses, in a row that names a person."""
    if HOME_COLUMN.search(column_of(passage, home.start) or "") is None:
        return False
    return any(NAME_COLUMN.search(header) and cell.strip() for header, cell in cells_of(passage, home.start))


def _named_right_after(passage: Passage, home: Dwelling) -> bool:
    return any(p.start == home.end and not p.public and p.confidence >= 0.5 for p in _around(passage, home.end, home.end + 4))


NAME_COLUMN = re.compile("姓名|陳情人|檢舉人|反映人|申請人|來電人|案主|個案|收件人|所有權人|戶長")
OWNER_BEFORE = re.compile("(?:車主|住戶|屋主|案主|個案|陳情人|檢舉人|房東|房客|鄰居|當事人|戶長|收件人|查到|查了)[^,。;]{0,6}$")
SHELTER_AT = re.compile("(?:庇護(?:所|家園|中心)?|中途之家|婦女之家|安置(?:機構|處所|地點))[^,。;!?\n]{0,12}(?:在|是|為|位於|新址|地址|:)[^,。;!?\n]{0,8}$")
HOME_IS = re.compile(r"(?:家就?在|家在|[他她]們?家|(?<!居)住(?!戶|民|宿|院)[^,。;]{0,6}|住(?:在|到|的)?[ ]?|遷(?:到|入|至)[^,。;]{0,4}|搬(?:到|去)[^,。;]{0,4}|躲在|藏在|安置(?:在|於))$")
BESIDE_CHARS = 14


def _person_beside(passage: Passage, home: Dwelling) -> bool:
    """Whether a private person is named right beside the words, or a role such as 陳情人 governs them."""
    text = passage.text
    for person in _around(passage, home.start - 2 * BESIDE_CHARS, home.end + BESIDE_CHARS):
        if person.public or person.sample or person.confidence < 0.5 or (person.form == "masked" and WHOLLY_MASKED.search(text, person.start, person.end)):
            continue
        if person.start < home.end and person.end > home.start:
            continue
        between = text[person.end : home.start] if person.end <= home.start else text[home.end : person.start]
        if STOPS.search(between) or len(between) > (2 * BESIDE_CHARS if person.end <= home.start else BESIDE_CHARS):
            continue
        if len(PROSE.sub("", between)) <= 4:
            return True
    return _role_word(passage.before(home.start, 30))


WHOLLY_MASKED = re.compile("[○〇◯●□△×*]{2}")


def _told_of(passage: Passage, home: Dwelling) -> bool:
    """Whether somebody is meant in the same sentence or the one before."""
    low, high = passage.sentence(home.start)
    low = max(0, low - HOME_AROUND)
    return any(h.weight >= 0.5 and h.sort != "hidden" and not (h.person and (h.person.public or h.person.sample)) for h in handles(passage) if low <= h.start < high)


def _postal(passage: Passage) -> Iterator[Hit]:
    for number, address in enumerate(addresses(passage.text)):
        if number >= MOST_ADDRESSES:
            return
        if passage.view == "joined" and joined_only(passage, address.start, address.end) and not address.district:
            continue
        yield _hit(passage, address)


def _hit(passage: Passage, address: Address) -> Hit:
    tally = _form(address)
    person = _owner(passage, address)
    record = _in_record(passage, address)
    before, after = _clause(passage, address)
    resides = (RESIDES.search(before) is not None and ORG_MOVES.search(before) is None) or RESIDES_AFTER.match(after) is not None
    office = (ORG_BEFORE.search(before) or OFFICE_BEFORE.search(before) or ORG_AFTER.match(after)) and not resides
    private = person is not None and (person.role in PRIVATE_ROLES or (person.confidence >= 0.7 and _adjoining(passage, person, address)))
    labelled = LABEL.search(before) is not None
    role = _role_word(before)
    block = (resides or labelled or private or role) and _in_office_block(passage, address)
    if SHELTER_AT.search(before) and (address.district or address.household):
        tally.at_least(0.66, "shelter", "受保護者的住處")
    if resides and not block:
        tally.at_least(0.72 if address.district else 0.62, "residence-word", "前後有住所、戶籍等用語")
    elif labelled and not block and not office:
        tally.at_least(0.45, "address-label", "地址欄位")
    if office and not (private and person is not None and person.role in PRIVATE_ROLES):
        tally.at_most(0.30, "office-address", "機關、公司或場所的地址")
    elif block and not resides:
        tally.at_most(0.30, "letterhead-address", "公文聯絡欄或公告中的地址")
    elif private and person is not None:
        strong = person.role in PRIVATE_ROLES
        tally.at_least(0.86 if (strong and address.district) or resides else 0.74 if strong or address.household else 0.66, "person-beside", "同一句有個人姓名或身分")
    elif record and not office:
        tally.at_least(0.66, "record-beside", "與證號、手機或姓名寫在同一筆")
    elif role:
        tally.at_least(0.78 if resides else 0.6, "role-beside", "同一句有陳情、檢舉等當事人")
    _discount(passage, address, tally, person)
    attrs = {"household": "yes"} if address.household else {}
    masked = f"{address.kept}○○" if address.kept else "○○"
    key = person.key if person is not None and private else ""
    return tally.hit(Kind.PERSONAL_ADDRESS, address.start, address.end, masked=masked, fix=FIX, attrs=attrs, person=key)


NUMBER_BESIDE = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z][1289][0-9]{8}|09[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3})(?![0-9])")
NAME_LINE = re.compile(r"(?:(?<!負責人|代表人|承辦人|聯絡人)姓[ ]{0,4}名|陳情人|申請人|反映人|投訴人|寄件人|來電人)[ ]{0,4}:[ ]{0,4}[^\s:]{2,6}")


def _in_record(passage: Passage, address: Address) -> bool:
    """Whether a private number or a line with a name stands in the same record as the address."""
    low, high = passage.line(address.start)
    low, high = max(low, address.start - RECORD_BEFORE), min(high, address.end + RECORD_AFTER)
    if NUMBER_BESIDE.search(passage.text, low, address.start) or NUMBER_BESIDE.search(passage.text, address.end, high):
        return True
    labelled = LABEL.search(passage.before(address.start, 12)) is not None
    return labelled and NAME_LINE.search(passage.text, max(0, address.start - FORM_CHARS), address.start) is not None


RECORD_BEFORE, RECORD_AFTER, FORM_CHARS = 48, 24, 120


def _form(address: Address) -> Tally:
    if address.box:
        return Tally(0.3, "post-box", "郵政信箱")
    if address.district and address.street:
        return Tally(0.42 if address.household else 0.36, "full-address", "縣市、行政區、路名與門牌齊全")
    return Tally(0.30 if address.household or address.district else 0.22, "street-and-number", "路名或村里與門牌")


def _clause(passage: Passage, address: Address) -> tuple[str, str]:
    before = passage.before(address.start, 40)
    cut = max(before.rfind(stop) for stop in "。;!?\n")
    return before[cut + 1 :], passage.after(address.end, 16)


ROLE_WORD = re.compile(r"(?<!被)(?:檢舉人|檢舉者|陳情人|申訴人|通報人|報案人|證人|被害人|案主|個案|病患|患者|申請人|當事人|原告|被告|學生|家長|住戶|屋主|受刑人|確診者|被檢舉人)(?!員|數|次|意見|服務|書)")
DUTY = re.compile("應|得以|請寄|請至|洽|本[府局處所會院部署校]")


def _role_word(before: str) -> bool:
    return ROLE_WORD.search(before) is not None and DUTY.search(before) is None


def _owner(passage: Passage, address: Address) -> Person | None:
    """The nearest private person of the same line within NEAR_PERSON characters, named before the address or just after it."""
    best: tuple[int, Person] | None = None
    for person in _around(passage, address.start - NEAR_PERSON, address.end + 14):
        if person.public or person.confidence < 0.55 or (person.form == "masked" and not person.surname):
            continue
        between = passage.text[person.end : address.start] if person.end <= address.start else passage.text[address.end : person.start]
        if (person.start < address.end and person.end > address.start) or STOPS.search(between):
            continue
        distance = len(between) if person.end <= address.start else 2 * len(between)
        if best is None or distance < best[0]:
            best = (distance, person)
    return best[1] if best else None


def _adjoining(passage: Passage, person: Person, address: Address) -> bool:
    """Whether little but labels, numbers and punctuation stands between a name and an address."""
    text = passage.text
    between = text[person.end : address.start] if person.end <= address.start else text[address.end : person.start]
    if person.end > address.start and between.strip(" ,(:\t的住戶屋主"):
        return False
    return len(PROSE.sub("", between)) <= 4


def _around(passage: Passage, low: int, high: int) -> Iterator[Person]:
    people = persons(passage)
    starts = passage.once("persons.starts", lambda: [p.start for p in people])
    for i in range(max(0, bisect_left(starts, low) - 1), len(people)):
        if people[i].start >= high:
            return
        if people[i].end > low:
            yield people[i]


def _in_office_block(passage: Passage, address: Address) -> bool:
    low, high = max(0, address.start - 120), min(len(passage.text), address.end + 120)
    around = passage.text[low:high]
    return len(set(OFFICIAL_BLOCK.findall(around))) >= 2 or BUILDINGS.search(around) is not None


FAKE = re.compile("(?:假|虛構|測試|示範|範例|練習)(?:用)?(?:的)?(?:資料|題)|填寫範例|題目|例題|舉例")
FAKE_CHARS = 200


def _discount(passage: Passage, address: Address, tally: Tally, person: Person | None) -> None:
    """Kinds of text in which addresses are published, or made up."""
    if tally.confidence < 0.4:
        return
    whole, near = setting_of(passage), local(passage, address.start, address.end)
    if near.example or FAKE.search(passage.text, max(0, address.start - FAKE_CHARS), address.start) or (person is not None and person.sample and (near.teaching or near.procedure)):
        tally.at_most(0.35, "example", "範例或填寫說明", layer=Layer.CONTEXT)
    elif whole.law and person is None:
        tally.at_most(0.3, "law-text", "法規或公告文字")
    elif spoken_in_public(passage) and tally.confidence >= 0.5:
        tally.at_most(0.4, "public-talk", "議事或公開發言的內容")
    elif (whole.news or whole.published) and tally.confidence >= 0.5:
        tally.to(tally.confidence - 0.12, "published", "新聞或已公開的文字")
