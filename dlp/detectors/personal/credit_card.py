"""Payment card number (信用卡號): 13 to 19 digits, a brand's leading digits, the Luhn check digit.

Sixteen digits with brand and check digit are a card more often than not; other lengths collide with IMEI, account and order
numbers and want a label.  Sources: ISO/IEC 7812; brands' published ranges; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.checkdigits import card_brand, luhn
from dlp.detectors.personal.evidence import Tally, deliberate, joined_only, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.detectors.personal.public_numbers import Public, public_at
from dlp.kinds import Kind

ID = "personal.credit_card"
KINDS = (Kind.PERSONAL_CREDIT_CARD,)
LABELS = vocabulary("(?:信用|簽帳|金融|簽賬|刷|credit|debit|visa|master|jcb|amex)[ ]?(?:金融)?卡?(?:卡)?(?:號碼?|片號碼)?|卡號|卡片號碼|持卡人?|刷卡|card[ ]?(?:no\\.?|number|#)?|mastercard")
CUES = (*literals("信用卡", "簽帳卡", "卡號", "刷卡", "credit card", "card no"), *pattern(r"[2-6][0-9]{3}[ \-.]?[0-9]{4}[ \-.]?[0-9]{4}[ \-.]?[0-9]"), *pattern(r"3[0-9]{3}[ \-][0-9]{6}[ \-][0-9]{4,5}"))
FIX = "刪去卡號；要核對時最多寫末三碼。"

_VALUE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.\-])(?:[2-6][0-9]{3}(?:[ \-.]{1,3}[0-9]{4}){2}[ \-.]{1,3}[0-9]{1,4}(?:[ \-.]{1,3}[0-9]{3})?|3[0-9]{3}[ \-][0-9]{6}[ \-][0-9]{4,5}|[2-6][0-9]{12,18})(?![0-9A-Za-z*])(?![.\-][0-9])"
)
_LOOSE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][.\-])[2-6](?:[ \-]?[0-9]){12,18}(?![0-9A-Za-z*])(?![.\-][0-9])")
_COMPANION = re.compile(r"有效(?:期限?|日期|月年)|安全碼|末三碼|背面三碼|CVV|CVC|CV2|到期|exp(?:iry|\.)?|(?<![0-9])(?:0[1-9]|1[0-2])/[23][0-9](?![0-9/])", re.IGNORECASE)
_OTHER = re.compile(r"IMEI|訂單|交易|單號|條碼|序號|虛擬|ISBN|悠遊卡|會員|繳費|銷帳|代碼|追蹤|發票|流水", re.IGNORECASE)
_DIGITS = re.compile(r"[^0-9]")


def mask(value: str) -> str:
    """The last three digits stay."""
    digits: str = _DIGITS.sub("", value)
    return "*" * (len(digits) - 3) + digits[-3:]


def find(passage: Passage) -> Iterator[Hit]:
    # In the joined view a line break is gone, and with it the regular groups.
    for match in matches(passage, _VALUE if passage.view == "plain" else _LOOSE, digits=13):
        hit = _number(passage, match.start(), match.end())
        if hit is not None:
            yield hit


def _number(passage: Passage, start: int, end: int) -> Hit | None:
    written = passage.text[start:end]
    digits = _DIGITS.sub("", written)
    brand = card_brand(digits)
    if brand is None or len(set(digits)) == 1:
        return None
    how = label_of(passage, start, end, LABELS)
    near = passage.before(start, 30) + passage.after(end, 40)
    companion = _COMPANION.search(near) is not None
    if not luhn(digits):
        if how is None or not (how.close or companion):
            return None
        tally = Tally(0.3, "luhn-failed", "格式像信用卡號，檢查碼不符，可能是打錯")
        tally.to(0.55, f"label-{how}", f"{how.text}（卡號）")
    else:
        usual = len(digits) == 16 or brand == "amex"
        tally = Tally(0.7 if len(digits) == 16 else 0.6 if usual else 0.4, "luhn-ok", "開頭與檢查碼都符合信用卡號")
        if joined_only(passage, start, end) and how is None and not deliberate(passage, start, end):
            tally.to(0.4, "pulled-apart", "數字是拼起來的，可能不是同一個號碼")
        if how is not None:
            tally.at_least(0.9 if how is not How.NEAR else 0.85, f"label-{how}", f"{how.text}（信用卡）")
        elif companion:
            tally.at_least(0.85, "companion", "旁邊有有效期限或安全碼")
    public = public_at(passage, start, end)
    if how is None and (_OTHER.search(passage.before(start, 16)) or public not in (None, Public.URL)):
        tally.at_most(0.3, "other-number", "旁邊說的是別的編號")
    around = surroundings(passage, start, end)
    if around.sample:
        tally.at_most(0.4, "sample", "在範例或測試資料裡")
    return tally.hit(
        Kind.PERSONAL_CREDIT_CARD, start, end, masked=mask(digits), fix=FIX, person=around.person, attrs={"brand": brand}
    )
