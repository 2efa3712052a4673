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
from dlp.detectors.personal.evidence import Tally, joined_only
from dlp.detectors.personal.names import persons
from dlp.detectors.personal.person import Person
from dlp.detectors.personal.roles import PRIVATE_ROLES
from dlp.detectors.setting import local, setting_of
from dlp.finding import Layer
from dlp.kinds import Kind

ID = "personal.address"
KINDS = (Kind.PERSONAL_ADDRESS,)
NUMERALS = "[0-9一二三四五六七八九十百廿卅零]"
CUES = (*pattern(f"{NUMERALS} {{0,1}}號"), *literals("郵政信箱", "號信箱", "郵局信箱"))

FIX = "住址只寫到縣市或行政區，不寫路名、門牌與樓層。"
NEAR_PERSON = 46  # characters between a person and an address that one clause may hold
RESIDES = re.compile(
    r"(?:住(?:在|於|址|所|處|家|戶|民)?|戶籍(?:地址|地|設籍|設)?(?:在|於)?|設籍(?:在|於)?|居住(?:地|地址|處所)?(?:在|於)?|居所|現居(?:地|住)?|現住(?:地|址)?|家住|老家(?:在)?|家裡(?:在|地址)?|我家(?:在|地址)?|他家(?:在)?|她家(?:在)?|租屋處|租屋(?:在|於)|租住|"
    r"通訊(?:地址|處|住址)|聯絡(?:地址|住址)|送達(?:地址|處所|處)|收件(?:地址|人地址)|戶址|永久地址|門牌(?:為|是|號碼)?|自宅|府上|躲在|藏身|搬到|搬去|住家(?:地址|在)?)(?:為|是|即|在|於)?[ ]{0,2}[:(「]?[ ]{0,4}(?:[(]?[0-9]{3,6}[)]?)?[ ]?$"
)
RESIDES_AFTER = re.compile(r"^[ )]{0,2}(?:的)?(?:住戶(?!旁|前)|住家(?!旁|前|道路|側)|屋主|房東|房客|住宅|自宅|家中|家裡|戶籍|[,]?(?:此為|是)?(?:其|他|她|我|檢舉人|陳情人|申請人)(?:的)?(?:住處|家|住址|戶籍))")
LABEL = re.compile(r"(?:地[ ]{0,6}址|寄到|寄至|寄送|住[ ]{0,6}址|Address|addr)[ ]{0,3}[:=\t ]?[ ]{0,4}$", re.IGNORECASE)
OFFICE_BEFORE = re.compile(
    r"(?:位於|坐落|座落|設於|設在|設立於|地點|地點為|地點:|有關|關於|建請|會議室|開會|集合|報到|活動|舉辦|辦理|機關|單位|公司|商號|營業|營業所|工廠|廠址|店址|校址|會址|院址|所址|館址|事務所|辦公|服務|總公司|分行|門市|施工|工程|工地|基地|標的|建物|建築物|稽查|違規|違建|查獲|勘查|會勘|臨檢|登記|現場|事故|轄管|投遞|寄件|郵寄|所在地|書面|意見|寄回|函寄|向本|請至|親至|逕至|洽|受理|"
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
    for number, address in enumerate(addresses(passage.text)):
        if number >= MOST_ADDRESSES:
            return
        if passage.view == "joined" and joined_only(passage, address.start, address.end) and not address.district:
            continue
        yield _hit(passage, address)


def _hit(passage: Passage, address: Address) -> Hit:
    tally = _form(address)
    person = _owner(passage, address)
    before, after = _clause(passage, address)
    resides = RESIDES.search(before) is not None or RESIDES_AFTER.match(after) is not None
    office = (ORG_BEFORE.search(before) or OFFICE_BEFORE.search(before) or ORG_AFTER.match(after)) and not resides
    private = person is not None and (person.role in PRIVATE_ROLES or (person.confidence >= 0.7 and _adjoining(passage, person, address)))
    labelled = LABEL.search(before) is not None
    role = _role_word(before)
    block = (resides or labelled or private or role) and _in_office_block(passage, address)
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
    elif role:
        tally.at_least(0.78 if resides else 0.6, "role-beside", "同一句有陳情、檢舉等當事人")
    _discount(passage, address, tally, person)
    attrs = {"household": "yes"} if address.household else {}
    masked = f"{address.kept}○○" if address.kept else "○○"
    key = person.key if person is not None and private else ""
    return tally.hit(Kind.PERSONAL_ADDRESS, address.start, address.end, masked=masked, fix=FIX, attrs=attrs, person=key)


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
    if person.end > address.start and between.strip(" ,(:\t"):
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


def _discount(passage: Passage, address: Address, tally: Tally, person: Person | None) -> None:
    """Kinds of text in which addresses are published, or made up."""
    if tally.confidence < 0.4:
        return
    whole, near = setting_of(passage), local(passage, address.start, address.end)
    if near.example or (person is not None and person.sample and (near.teaching or near.procedure)):
        tally.at_most(0.35, "example", "範例或填寫說明", layer=Layer.CONTEXT)
    elif whole.law:
        tally.at_most(0.3, "law-text", "法規或公告文字")
    elif (whole.news or whole.published) and tally.confidence >= 0.5:
        tally.to(tally.confidence - 0.12, "published", "新聞或已公開的文字")
