"""E-mail address (電子郵件地址): a private one leads to a person; an agency's mailbox is published.

Free-mail domains are private, ``gov.tw`` and role mailboxes (service@, mayor@) are not.  Addresses in the head of a message
are how mail works and say nothing; the same address in a forwarded text does.  Disguises with a well-known domain
(「王 at gmail.com」, 「小老鼠」) are taken as well.  Sources: RFC 5322 as far as it is used; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.evidence import Tally
from dlp.detectors.personal.labels import column_of
from dlp.detectors.personal.owners import surroundings
from dlp.detectors.personal.public_numbers import is_role_mailbox
from dlp.document import Place
from dlp.kinds import Kind

ID = "personal.email"
KINDS = (Kind.PERSONAL_EMAIL,)
CUES = (*literals("小老鼠", "(at)", "[at]"), *pattern(r"[A-Za-z0-9]@[A-Za-z0-9]"), *pattern(r"[ (\[]at[ )\]](?:gmail|yahoo|hotmail|outlook)"))
FIX = "刪去個人的電子郵件地址；需要聯絡時，改留機關信箱。"

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_LOCAL = r"[A-Za-z0-9](?:[A-Za-z0-9._%+\-]{0,63})"
_ADDRESS = re.compile(rf"(?<![A-Za-z0-9._%+\-@]){_LOCAL}[ ]?@[ ]?(?:{_LABEL}\.){{1,6}}[A-Za-z]{{2,24}}(?![A-Za-z0-9@\-])(?!\.[A-Za-z0-9])")
_FREE = r"(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|me|protonmail|proton|pchome|seed|hinet|msa\.hinet|ms[0-9]{1,3}\.hinet|qq|163|126|gmx|mail|zoho|tutanota)"
_FREE_DOMAIN = re.compile(rf"(?:[a-z0-9\-]{{1,20}}\.)?{_FREE}\.(?:com|net|me|org|cn|de)(?:\.(?:tw|hk|cn))?|yahoo\.[a-z.]{{2,6}}", re.IGNORECASE)
_DISGUISED = re.compile(
    rf"(?<![A-Za-z0-9._%+\-@])(?P<local>{_LOCAL})[ ]{{0,2}}(?:\(at\)|\[at\]|\{{at\}}|<at>|小老鼠|(?<=[ ])at(?=[ ])|\(@\)|#at#)[ ]{{0,2}}"
    rf"(?P<domain>(?:{_LABEL}[ ]?(?:\.|\(dot\)|\[dot\]|[ ]dot[ ]|點)[ ]?){{1,4}}[A-Za-z]{{2,12}})(?![A-Za-z0-9@])",
    re.IGNORECASE,
)
_DOT = re.compile(r"[ ]?(?:\(dot\)|\[dot\]|[ ]dot[ ]|點)[ ]?", re.IGNORECASE)
_NAMED = re.compile(r"(?<!\p{Han})\p{Han}{2,4}[ ]{0,2}<$")  # as mail programs write it: 王小明 <…>
_LABELLED = re.compile(r"(?<!電子|公務|服務|民意|首長|陳情|聯絡)信箱(?:是|為|:|就是)?[ ]?$|^From:[ ]?$|(?<=\n)From:[ ]?$|user=$|requester[=:]$")
_AGENCY = re.compile(r"(?:^|\.)gov(?:\.[a-z]{2,12}){0,2}$")
_PERSONAL = re.compile(r"個人信箱|私人信箱|我的(?:信箱|email|e-mail)|備用信箱|學生信箱|家長信箱", re.IGNORECASE)


def mask(value: str) -> str:
    """First letter and domain stay: ``m***@example.org``."""
    local, _, domain = value.replace(" ", "").partition("@")
    return f"{local[0]}***@{domain}"


def find(passage: Passage) -> Iterator[Hit]:
    if "@" in passage.text:
        for match in _ADDRESS.finditer(passage.text):
            local, _, domain = match[0].replace(" ", "").partition("@")
            if ".." not in local and not local.endswith("."):
                yield from _address(passage, match.start(), match.end(), local, domain)
    for match in _DISGUISED.finditer(passage.text):
        domain = _DOT.sub(".", match["domain"]).replace(" ", "")
        plain_at = match[0][len(match["local"]) :].lstrip()[:2].lower() == "at"
        if not plain_at or _FREE_DOMAIN.fullmatch(domain):
            yield from _address(passage, match.start(), match.end(), match["local"], domain, disguised=True)


def _address(passage: Passage, start: int, end: int, local: str, domain: str, *, disguised: bool = False) -> Iterator[Hit]:
    domain = domain.lower()
    around = surroundings(passage, start, end)
    agency = _AGENCY.search(domain) is not None
    school = ".edu" in domain
    free = _FREE_DOMAIN.fullmatch(domain) is not None
    if agency:
        tally = Tally(0.2, "domain-agency", "機關的信箱")
    elif free:
        tally = Tally(0.6, "domain-free", "免費信箱，多屬個人")
    else:
        tally = Tally(0.45 if not school else 0.4, "domain-other", "電子郵件地址")
    if disguised:
        tally.at_least(0.5, "disguised", "刻意改寫 @ 符號")
    role = is_role_mailbox(local)
    person = around.private or _NAMED.search(passage.before(start, 12)) is not None or _PERSONAL.search(passage.before(start, 12)) is not None
    named = _LABELLED.search(passage.before(start, 12)) is not None
    if role and (not around.person or not free):
        tally.at_most(0.2 if not free else 0.4, "role-mailbox", "帳號是職務或服務名稱")
    elif around.letterhead:
        tally.at_most(0.3, "letterhead", "在機關的聯絡資訊區塊裡")
    elif person and not agency:
        tally.to(0.8 if free else 0.55 if school else 0.75, "person-near", "旁邊寫著是誰的")
    elif named and not agency and not around.service and not around.office:
        tally.at_least(0.6, "label-mailbox", "寫明是某人的信箱")
    elif column_of(passage, start) and not agency:
        tally.at_least(0.6, "label-column", "在名冊的信箱欄")
    if around.service and not around.person:
        tally.at_most(0.4, "service", "像是對外公布的聯絡信箱")
    if passage.part.place is Place.MAIL_HEADER:
        tally.at_most(0.2, "mail-header", "是這封信自己的寄件或收件地址")
    if around.sample:
        tally.at_most(0.4, "sample", "在範例或填寫說明裡")
    yield tally.hit(
        Kind.PERSONAL_EMAIL, start, end, masked=mask(f"{local}@{domain}"), fix=FIX, person=around.person,
        attrs={"domain": "agency" if agency else "school" if school else "free" if free else "other"},
    )  # fmt: skip
