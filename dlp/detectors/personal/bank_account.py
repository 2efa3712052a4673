"""Bank and post office account (金融帳號): ten to sixteen digits behind a label, a bank's name or its three-digit code.

Banks use no common check digit.  The post office does: branch (局號) and account (帳號) have seven digits each, the last of
which checks the others.  Accounts of the treasury, of donations and of collections are published.
Sources: 中央存款保險公司 and 金管會 lists of bank codes (2023-12), 中華郵政 branch codes; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.checkdigits import is_card, is_post_office_half
from dlp.detectors.personal.evidence import Tally, lumped, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.detectors.personal.public_numbers import Public, public_at
from dlp.kinds import Kind

ID = "personal.bank_account"
KINDS = (Kind.PERSONAL_BANK_ACCOUNT,)
BANKS = (
    "台灣銀行|臺灣銀行|台銀|臺銀|土地銀行|土銀|合作金庫|合庫|第一銀行|一銀|華南(?:銀行)?|彰化銀行|彰銀|上海(?:商銀|銀行)|上銀|台北富邦|臺北富邦|富邦|國泰世華|國泰|"
    "高雄銀行|兆豐|農業金庫|王道|臺灣企銀|台灣企銀|台企銀|渣打|台中(?:商銀|銀行)|京城|匯豐|瑞興|華泰|新光|陽信|板信|三信|聯邦|遠東|元大|永豐|玉山|凱基|星展|台新|安泰|"
    "中國信託|中信|將來|連線|樂天|花旗|郵局|中華郵政|農會|漁會|信合社|信用合作社"
)
LABELS = vocabulary(
    "(?:銀行|郵局|存款|薪資|匯款|轉帳|撥款|受款|入帳|金融|退費|退款|領款)?帳[號戶](?:號碼)?|存摺(?:帳號)?|戶頭|匯款?(?:至|到|入|給)?|轉帳(?:至|到|給)?|撥[入款](?:至|到)?|"
    "(?:局號|解款行|銀行代[碼號]|account(?:[ ]?(?:no\\.?|number))?|a/c)"
)
BANK_LABELS = vocabulary(
    f"分行|(?:{BANKS})(?:銀行|商銀)?(?:[^\\n0-9。,]{{0,6}}分行)?(?:\\([0-9]{{3,7}}\\)|[ ]?[0-9]{{3}}[ \\-])?"
)
CUES = (
    *literals("帳號", "帳戶", "存摺", "戶頭", "局號", "匯款", "轉帳", "銀行代碼", "account", "郵局", "解款行", "薪轉"),
    *pattern(r"(?:銀行|商銀|玉山|台新|國泰|富邦|中信|永豐|元大|合庫|土銀|台銀|一銀|彰銀|郵政|農會|聯邦|兆豐|華南)[^0-9\n]{0,12}[0-9]{3}"),
)
FIX = "刪去帳號；要核對時最多寫末三碼。"

_VALUE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9]\.)(?:\(?[0-9]{3}\)?[ ]?[\-)]?[ ]?)?(?:[0-9]{10,16}|[0-9]{7}[ ]?-[ ]?[0-9]{7}|[0-9]{3,6}(?:[ -][0-9]{1,8}){1,4})(?![0-9A-Za-z*])(?!-?[0-9])(?!\.[0-9])"
)
_POSTAL = re.compile(r"局[ ]?號[\s:]{0,3}(?P<branch>[0-9]{6}[ -]?[0-9])[\s,、;|/]{0,4}(?:檢?\(?[0-9]?\)?)?(?:存簿)?帳[ ]?號[\s:]{0,3}(?P<account>[0-9]{6}[ -]?[0-9])(?![0-9])")
_PUBLIC = re.compile(
    r"公庫|國庫|市庫|縣庫|專戶|保管金|劃撥|捐款|捐助|協會|報名費|愛心|募款|勸募|繳費|繳款|稅款|罰鍰|規費|虛擬帳號|保證金|押標金|履約|學雜費|代收|公益|基金|戶名:?[^\n,。]{0,16}(?:局|處|署|府|公所|會|公司|學校|大學|中心)"
)
_DONATION = re.compile(r"捐[款助至贈]|勸募|募款|愛心|善款|基金會")
_LOGIN = re.compile(r"登入|密碼|使用者|會員|e-?mail|系統帳號|網域|電子信箱", re.IGNORECASE)
_DIGITS = re.compile(r"[^0-9]")


def mask(value: str) -> str:
    """The last three digits stay."""
    digits: str = _DIGITS.sub("", value)
    return "*" * (len(digits) - 3) + digits[-3:]


def find(passage: Passage) -> Iterator[Hit]:
    taken: list[tuple[int, int]] = []
    for match in _POSTAL.finditer(passage.text):
        taken.append(match.span())
        yield _postal(passage, match)
    if not (LABELS.words.search(passage.text) or BANK_LABELS.words.search(passage.text)) and not passage.part.field:
        return
    for match in matches(passage, _VALUE, digits=10):
        start, end = match.span()
        if any(a < end and start < b for a, b in taken[:64]):
            continue
        hit = _labelled(passage, start, end)
        if hit is not None:
            yield hit


def _postal(passage: Passage, match: "re.Match[str]") -> Hit:
    halves = (_DIGITS.sub("", match["branch"]), _DIGITS.sub("", match["account"]))
    correct = all(is_post_office_half(h) for h in halves)
    start, end = match.start("branch"), match.end("account")
    tally = Tally(0.9 if correct else 0.65, "postal-ok" if correct else "postal-shape", "郵局局號加帳號" + ("，檢查碼相符" if correct else ""))
    masked = f"*******、帳號****{halves[1][-3:]}"
    return _finish(passage, start, end, tally, masked)


def _labelled(passage: Passage, start: int, end: int) -> Hit | None:
    digits = _DIGITS.sub("", passage.text[start:end])
    if not 10 <= len(digits) <= 19 or (digits.startswith("09") and len(digits) == 10) or len(set(digits)) == 1:
        return None
    how = label_of(passage, start, end, LABELS)
    if how is None and "\n" not in passage.before(start, 4):
        how = label_of(passage, start, end, BANK_LABELS)
    if how is None or lumped(passage, start, end) or (how is How.AFTER and len(digits) < 11):
        return None
    if public_at(passage, start, end) in (Public.CASE, Public.DOCUMENT, Public.SERIAL, Public.AMOUNT) and how is not How.LABEL:
        return None
    account = digits[-14:]
    tally = Tally(0.15, "shape", "位數像金融帳號")
    if len(digits) in (14, 17) and is_post_office_half(account[:7]) and is_post_office_half(account[7:]):
        tally.to(0.4, "postal-ok", "符合郵局局號與帳號的檢查碼", layer=tally.reasons[0].layer)
    if is_card(digits):
        tally.to(0.3, "card-shape", "也符合信用卡號", layer=tally.reasons[0].layer)
    tally.to(0.8 if how is not How.NEAR else 0.6, f"label-{how}", f"{how.text}（帳號或銀行）")
    return _finish(passage, start, end, tally, mask(digits))


def _finish(passage: Passage, start: int, end: int, tally: Tally, masked: str) -> Hit:
    around = surroundings(passage, start, end)
    near = passage.before(start, 40) + passage.after(end, 24)
    if around.private:
        tally.at_least(0.85, "person-near", "旁邊寫著是誰的")
    if _PUBLIC.search(near) and not around.person:
        tally.at_most(0.3, "public-account", "是公庫、專戶、捐款或繳費用的帳號")
    if _DONATION.search(passage.before(start, 60)):
        tally.at_most(0.4, "donations", "是公開勸募的帳號")
    if _LOGIN.search(near):
        tally.at_most(0.45, "login", "可能是登入帳號")
    if around.sample:
        tally.at_most(0.4, "sample", "在範例或填寫說明裡")
    return tally.hit(Kind.PERSONAL_BANK_ACCOUNT, start, end, masked=masked, fix=FIX, person=around.person)
