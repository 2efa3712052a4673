"""Vehicle registration plate (車牌號碼): groups of letters and digits, since 2012 three letters and four digits.

The shape is common (GB-2312, USB-300), so without a vehicle beside it a plate is low.  Letters I and O are not issued since
2012; 4 is rare, but people write it.  By label only: the vehicle identification number (車身號碼).
Sources: 公路局 table of plate series as quoted publicly; press of 2023-02-24; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.evidence import Tally, joined_only, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.detectors.personal.public_numbers import public_at
from dlp.kinds import Kind

ID = "personal.plate"
KINDS = (Kind.PERSONAL_PLATE,)
LABELS = vocabulary("車[牌號籍](?:號碼?)?|牌照(?:號碼)?|號牌|(?:機|汽|轎|貨|客|旅|程|用|電動|跑|休旅|重)車(?:車[號牌])?|自用小?[客貨]|小[客貨]|重機|小黃|休旅|駕駛|騎乘?|座車|車輛|車子|開的|plate(?:[ ]?no\\.?)?|懸掛|車主")
VIN_LABELS = vocabulary("車身號碼|車架號碼?|VIN")
CUES = (
    *pattern(r"[A-Z]{2,3}-[0-9]{3,5}"), *pattern(r"[0-9]{3,4}-[A-Z]{2,3}"), *pattern(r"[A-Z][0-9]-[0-9]{4}"), *pattern(r"[0-9][A-Z]-[0-9]{4}"),
    *pattern(r"[0-9]{4}-[A-Z0-9]{2}"), *pattern(r"[A-Z]{2}[0-9]-[0-9]{3}"), *pattern(r"[A-Z]{2,3}[0-9]{3,4}"), *pattern(r"[0-9]{3,4}[A-Z]{2,3}"), *literals("車號", "車牌", "牌照", "號牌", "車身號碼"),
)  # fmt: skip
FIX = "刪去車牌號碼；需要時最多寫 ABC-**** 的樣子。"

_H = r"[ ]?[\-·~][ ]?"
_CORE = (
    rf"[A-HJ-NP-Z]{{3}}{_H}[0-9]{{4}}|[A-Z]{{2}}{_H}[0-9]{{4,5}}|[0-9]{{4}}{_H}[A-Z]{{2}}|[A-Z]{{3}}{_H}[0-9]{{3}}|[0-9]{{3}}{_H}[A-Z]{{3}}|[A-Z][0-9]{_H}[0-9]{{4}}|"
    rf"[0-9][A-Z]{_H}[0-9]{{4}}|[0-9]{{4}}{_H}(?:[A-Z][0-9]|[0-9][A-Z])|[A-Z]{{2}}[0-9]{_H}[0-9]{{3}}|[A-Z]{{2}}{_H}[0-9]{{3}}|[0-9]{{3}}{_H}[A-Z]{{2}}"
)
_EDGE_LEFT, _EDGE_RIGHT = r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][\-_./])", r"(?![0-9A-Za-z*])(?![\-_./][0-9A-Za-z])"
_SHAPE = re.compile(f"{_EDGE_LEFT}(?:{_CORE}){_EDGE_RIGHT}")
_BARE = re.compile(
    rf"(?<![0-9A-Za-z])(?:[A-Za-z]{{3}}[ ]?[0-9]{{4}}|[A-Za-z]{{2}}[ ]?[0-9]{{4}}|[0-9]{{4}}[ ]?[A-Za-z]{{2}}|[A-Za-z]{{3}}[ ]?[0-9]{{3}}|[0-9]{{3}}[ ]?[A-Za-z]{{3}}|[A-Za-z]{{2,3}}{_H}[0-9]{{3,4}}|[0-9]{{4}}{_H}[A-Za-z]{{2}})"
    r"(?![0-9A-Za-z*])(?!-[0-9A-Za-z])"
)
_VIN = re.compile(r"(?<![0-9A-Za-z])[A-HJ-NPR-Z0-9]{17}(?![0-9A-Za-z])")
_STANDARDS = re.compile(
    r"(?:GB|CNS|RFC|USB|TEL|FAX|ISO|IEC|ISBN|IEEE|ANSI|JIS|DIN|EN|UL|CE|ASTM|NT|US|TW|HK|CN|PM|AI|IC|PCS|LED|LCD|CPU|GPU|SQL|UTF|MD|SHA|AES|TLS|SSL|HTTP|API|CVE|WCAG|ODF|PDF|DVD|MP|"
    r"NO|ID|IP|QA|KPI|SOP|OK|VS|AM|FM|RH|BBC|CNN|SARS|COV|HIV|DNA|RNA|BMI|GPS|GIS|EMS|ATM|PIN|VIP|AED|CPR|USD|NTD|TWD|SN|PN|MOU|FAQ|CAS|UN|EU|WTO|BWV|KV|Op|Vol|Ch)",
    re.IGNORECASE,
)
_ROOM = re.compile(r"教室|會議室|[0-9]樓|型號|料號|規格|標準|課程|班級|訂單|案號|編號|序號|地號|建號|學年度|第[^\n]{0,4}號$|郵政|產品|飛機|客機|航班|戰機|艦")
_PUBLIC_CAR = re.compile(r"公務車|巡邏車|警車|消防車|救護車|垃圾車|公車|遊覽車|客運|計程車|校車|工程車")
_PUBLIC_HERE = re.compile(rf"[ ,|\t(]{{0,2}}\p{{Han}}{{0,3}}(?:{_PUBLIC_CAR.pattern})")
_NOT_LETTERS = re.compile("[^A-Za-z]")
_CAR_AFTER = re.compile(r"[ ]?號?[ ]?(?:的|那[台輛]|這[台輛])?\p{Han}{0,3}(?:自小客|自用|小客|機車|汽車|轎車|休旅|貨車|車|駕駛)")
_CAR_BEFORE = re.compile(r"(?:那|這)[一]?[台輛部]|[白黑紅藍灰銀黃綠]色?的?(?:[A-Za-z]{2,8})?[ ]?$|(?:車|開著?|開的|騎|騎的|停的?|開走的?|拖走[^,。;]{0,4}車|擋[^,。;]{0,10}的|停在[^,。;]{0,12}的|撞[^,。;]{0,12}的|占[^,。;]{0,8}的|車主查到了)[ :(]{0,2}$")
_CAR_DONE = re.compile(r"(?:,)?(?:的)?(?:車主|停在|擋|載|今天|終於|終於開走|登記|過戶|那台|是[^,。;]{1,4}的車|肇逃|闖紅燈|違停|開[^,。]{0,4}車|酒駕|天天|都停)")
OWNER = re.compile(r"車主|鄰居|同事|老師|先生|小姐|太太|檢舉人|陳情人|申請人|登記|老婆|老公|拍攝的車|住")
ROW = re.compile(r"[\t|]")
_FIGURES, _BLANKS = re.compile("[0-9]"), re.compile(r"\s")
LOOKBACK = 20


def mask(value: str) -> str:
    """Letters before the hyphen stay, figures go: ``ABC-****``; figures first: ``****-AB``."""
    return str(_FIGURES.sub("*", _BLANKS.sub("", value)))


def find(passage: Passage) -> Iterator[Hit]:
    shaped = set()
    for match in matches(passage, _SHAPE, digits=3, letters=True):
        hit = _plate(passage, match.start(), match.end(), hyphen=True)
        if hit is not None:
            shaped.add(match.start())
            yield hit
    if LABELS.words.search(passage.text):
        for match in matches(passage, _BARE, digits=3, letters=True):
            if match.start() not in shaped:
                hit = _plate(passage, match.start(), match.end(), hyphen=False)
                if hit is not None:
                    yield hit
    for match in matches(passage, _VIN, digits=5, letters=True):
        how = label_of(passage, match.start(), match.end(), VIN_LABELS)
        if how is not None:
            tally = Tally(0.2, "shape", "格式是車身號碼").to(0.65, f"label-{how}", f"{how.text}（車身號碼）")
            yield tally.hit(
                Kind.PERSONAL_PLATE, match.start(), match.end(), masked="*" * 14 + match[0][-3:], fix="刪去車身號碼。", attrs={"variant": "vin"}
            )


def _plate(passage: Passage, start: int, end: int, *, hyphen: bool) -> Hit | None:
    written = passage.text[start:end]
    letters = _NOT_LETTERS.sub("", written)
    how = label_of(passage, start, end, LABELS, near=LOOKBACK)
    if how is None and _CAR_AFTER.match(passage.after(end, 12)):
        how = How.AFTER
    moved = how is None and hyphen and (_CAR_BEFORE.search(passage.before(start, 16)) is not None or _CAR_DONE.match(passage.after(end, 14)) is not None)
    if how is None and (not hyphen or joined_only(passage, start, end) or _STANDARDS.fullmatch(letters)):
        return None
    if how is How.NEAR and not hyphen:
        return None
    if _STANDARDS.fullmatch(letters) and how is not None and not how.close and how is not How.AFTER:
        return None
    tally = Tally(0.3 if hyphen else 0.2, "shape", "格式是車牌號碼")
    if how is None and (_ROOM.search(passage.before(start, 12)) or public_at(passage, start, end)):
        return None
    if how is not None:
        tally.to(0.7 if how is not How.NEAR else 0.6, f"label-{how}", f"{how.text}（車輛）")
    around = surroundings(passage, start, end)
    if moved:
        tally.to(0.62 if around.person or OWNER.search(passage.before(start, 30) + passage.after(end, 30)) else 0.5, "car-told-of", "說的是某一台車")
    elif how is None and around.person and passage.part.place is not None and ROW.search(passage.text[slice(*passage.line(start))]):
        tally.to(0.55, "row", "與姓名同列")
    if how is not None and around.private:
        tally.to(0.8 if how.close else 0.75, "person-near", "旁邊寫著是誰的車")
    here = _PUBLIC_HERE.match(passage.after(end, 12)) is not None
    if here or (_PUBLIC_CAR.search(passage.before(start, 20) + passage.after(end, 8)) and not around.person):
        tally.at_most(0.4, "public-vehicle", "是公務車或營業車")
    if around.sample:
        tally.at_most(0.35, "sample", "在範例或填寫說明裡")
    return tally.hit(Kind.PERSONAL_PLATE, start, end, masked=mask(written), fix=FIX, person=around.person)
