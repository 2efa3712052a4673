"""IP address (IP 位址): the public address of a citizen in a log or a petition leads to the connection's owner.

Private ranges describe the office's network and are another kind of finding; here they are low.  Version and chapter
numbers have the same shape.  Sources: RFC 791, RFC 1918, RFC 4291, RFC 5737; read 2026-11-22.
"""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import regex as re

from dlp.detectors.contract import Hit, Passage, pattern
from dlp.detectors.personal.evidence import Tally, matches
from dlp.detectors.personal.labels import label_of, vocabulary
from dlp.detectors.personal.owners import surroundings
from dlp.detectors.personal.public_numbers import Public, public_at
from dlp.kinds import Kind

ID = "personal.ip_address"
KINDS = (Kind.PERSONAL_IP_ADDRESS,)
LABELS = vocabulary("IP(?:v[46])?[ ]?(?:address|位址|地址|位置)?|(?:來源|登入|登錄|連線|上網|使用者|發文|留言|網路)(?:的)?(?:IP)?(?:位[址置]|來源)?|來自|自|x-(?:originating|forwarded)[a-z\\-]{0,6}|remote[ _]?addr|client")
CUES = (*pattern(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"), *pattern(r"[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:"))
FIX = "刪去 IP 位址；統計時最多留前兩段。"

_V4 = re.compile(r"(?<![0-9A-Za-z.\-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9A-Za-z])(?!\.[0-9]|\.(?![^0-9A-Za-z]|$))(?!-[0-9])")
_V6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:.])")
_VERSION = re.compile(r"版本?|v|ver\.?|version|firmware|韌體|第|章|節|條|款|項|表|圖|附錄|build|release", re.IGNORECASE)
_VERSION_BEFORE = re.compile(rf"(?:{_VERSION.pattern})[ :.]{{0,3}}$|(?:Chrome|Safari|Firefox|Edge|Android|Windows|iOS)[ /]{{0,2}}$", re.IGNORECASE)
_SERVER = re.compile(r"伺服器|主機|防火牆|DNS|路由|閘道|網段|遮罩|子網|server|gateway|router|內網|設備|switch|網域", re.IGNORECASE)


def mask(value: str) -> str:
    if ":" in value:
        return value.split(":")[0] + ":****"
    first, second = value.split(".")[:2]
    return f"{first}.{second}.*.*"


def find(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _V4, digits=4):
        try:
            address = IPv4Address(match[0])
        except AddressValueError:
            continue  # an octet above 255, or with a leading zero
        hit = _address(passage, match.start(), match.end(), public=address.is_global, v6=False)
        if hit is not None:
            yield hit
    for match in matches(passage, _V6, digits=3):
        try:
            address6 = IPv6Address(match[0])
        except AddressValueError:
            continue
        hit = _address(passage, match.start(), match.end(), public=address6.is_global, v6=True)
        if hit is not None:
            yield hit


def _address(passage: Passage, start: int, end: int, *, public: bool, v6: bool) -> Hit | None:
    before = passage.before(start, 16)
    if _VERSION_BEFORE.search(before):
        return None
    if public_at(passage, start, end) is Public.URL:
        return None
    how = label_of(passage, start, end, LABELS)
    tally = Tally(0.3 if public or v6 else 0.2, "shape", "格式是 IP 位址")
    around = surroundings(passage, start, end)
    if public and how is not None:
        tally.to(0.6, f"label-{how}", f"{how.text}（IP 位址）")
        if around.private:
            tally.to(0.7, "person-near", "旁邊寫著是誰的")
    elif public and around.private:
        likely = any(len(octet) == 3 for octet in passage.text[start:end].split("."))
        tally.to(0.5 if likely else 0.4, "person-near", "旁邊寫著是誰的")
    if not public:
        tally.at_most(0.2, "private-range", "內部或保留網段，不是個人的位址")
    if _SERVER.search(passage.before(start, 24) + passage.after(end, 12)) and not around.person:
        tally.at_most(0.35, "server", "說的是主機或網路設備")
    if around.sample:
        tally.at_most(0.3, "sample", "在範例或說明裡")
    return tally.hit(Kind.PERSONAL_IP_ADDRESS, start, end, masked=mask(passage.text[start:end]), fix=FIX, person=around.person)
