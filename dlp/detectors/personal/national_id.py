"""National ID number (國民身分證統一編號): one letter, 1 or 2, eight digits, the last of which is a check digit.

The letter is the place of first registration; all 26 are in use.  One well-formed string in ten passes the check, so the
check digit alone is high but not certain; a label with a wrong check digit is most likely a typing error about a real person.
Pieces of one number left visible in two places (「A1234*****」 and 「末四碼6789」) are put together first.
Also reported here, by label only: the card number of the 自然人憑證.
Sources: 內政部戶政司 form of the number; test suites named in ``checkdigits``; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.checkdigits import is_citizen_certificate, is_national_id
from dlp.detectors.personal.evidence import Tally, deliberate, joined_only, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.owners import is_dummy, surroundings
from dlp.detectors.personal.pieces import id_pieces, reconstructed
from dlp.detectors.personal.public_numbers import public_at
from dlp.finding import Layer
from dlp.kinds import Kind

ID = "personal.national_id"
KINDS = (Kind.PERSONAL_NATIONAL_ID,)
LABELS = vocabulary(
    "身[分份]證(?:明文件)?(?:統一編號|字?號碼?|號碼|編號|影本)?|國民身[分份]證(?:統一編號)?|身證字?號|證[件照]?(?:字號|號碼?)|統一編號|ID[ ]?(?:No\\.?|Number|card|號碼?)?(?![a-z])|"
    "IDN|駕[駛照](?:執照)?(?:號碼|字號)?|national id|identity|戶號|(?<![家病])身分(?:字號|號碼)"
)
CERTIFICATE_LABELS = vocabulary("自然人憑證(?:卡號)?|憑證卡號|citizen digital")
CUES = (
    *literals("身分證", "身份證", "身證字", "證號", "自然人憑證", "憑證卡號", "證件"),
    *pattern(r"[A-Z][ .\-_]?[12][ .\-_]?[0-9][ .\-_]?[0-9][ .\-_]?[0-9][ .\-_]?[0-9]"),
    *pattern(r"[A-Z][12][0-9]{0,6}[*#○●Xx]"),
)
FIX = "刪去身分證統一編號；要表明同一人時，最多寫成 A1*******9 的樣子。"

_SHAPE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9]-)[A-Za-z][ \-.·_]{0,2}[12](?:[ \-.·_]?[0-9]){8}(?![0-9A-Za-z])(?!-[0-9]{1,4}(?![0-9]))")
# A letter O for 0, I or l for 1 and so on, as they come from scanned paper.
_MISREAD = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z|]{1,9}[OoIl|SBZ])[A-Z0][12Il|][0-9OoIl|SBZ]{8}(?![0-9A-Za-z])")
_REPAIR = str.maketrans("OoIl|SBZ", "00111582")
_CERTIFICATE = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}(?:[ -]?[0-9]){14}(?![0-9A-Za-z])")
# A person in a case and, right behind, a number: 「案主A2…」, 「申請人王小明A2…」.
_PERSON_BEFORE = re.compile(r"(?:案主|個案|當事人|申請人|陳情人|檢舉人|被害人|病患|病人|役男|被保險人|受益人|證人|被告|嫌疑?犯)[\s:(]{0,2}\p{Han}{0,4}[\s:(]{0,2}$")
_SEPARATORS = re.compile(r"[^0-9A-Za-z]")
_GAPS = re.compile(r"[^0-9A-Za-z]{1,2}")


def mask(value: str) -> str:
    """``A1*******9``: nobody can search for the person with it."""
    bare = _SEPARATORS.sub("", value).upper()
    return f"{bare[0]}{bare[1]}*******{bare[-1]}"


def find(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _SHAPE, digits=9, letters=True):
        hit = _number(passage, match.start(), match.end())
        if hit is not None:
            yield hit
    for match in matches(passage, _MISREAD, digits=3, letters=True):
        hit = _misread(passage, match.start(), match.end())
        if hit is not None:
            yield hit
    yield from _certificates(passage)
    if passage.view == "plain":
        yield from _from_pieces(passage)


def _number(passage: Passage, start: int, end: int) -> Hit | None:
    written = passage.text[start:end]
    value = _SEPARATORS.sub("", written).upper()
    correct = is_national_id(value)
    how = label_of(passage, start, end, LABELS)
    named = how is None and written == value and _PERSON_BEFORE.search(passage.before(start, 16)) is not None
    if not correct and not named and (how is None or (how is How.NEAR and written != value)):
        return None
    if correct:
        tally = Tally(0.8, "checksum-ok", "符合身分證統一編號的格式與檢查碼")
        if how is None and _loose(passage, start, end, written):
            tally.to(0.5, "pulled-apart", "字元是拼起來的，可能不是同一個號碼")
    else:
        tally = Tally(0.3, "checksum-failed", "格式像身分證統一編號，檢查碼不符，可能是打錯")
    around = surroundings(passage, start, end)
    if how is not None:
        certain = 0.95 if correct and how is not How.NEAR else 0.9 if correct else 0.6
        tally.to(certain, f"label-{how}", f"{how.text}（身分證）")
    elif not correct:
        tally.to(0.5, "person-before", "緊接在當事人之後")
    elif around.private:
        tally.at_least(0.9, "person-near", "旁邊寫著是誰的")
    public = public_at(passage, start, end)
    if public is not None and how is None:
        tally.at_most(0.45, public.value, f"這個位置{public.text}")
    if around.sample:
        tally.at_most(0.4 if is_dummy(value) else 0.6, "sample", "在範例或填寫說明裡")
    return tally.hit(
        Kind.PERSONAL_NATIONAL_ID, start, end, masked=mask(value), fix=FIX, person=around.person,
        attrs={"checksum": "ok" if correct else "failed"},
    )  # fmt: skip


def _loose(passage: Passage, start: int, end: int, written: str) -> bool:
    """Glued from pieces that may never have belonged together."""
    if joined_only(passage, start, end):
        return not deliberate(passage, start, end)
    return len(_GAPS.findall(written)) > 3 and not deliberate(passage, start, end)


def _misread(passage: Passage, start: int, end: int) -> Hit | None:
    written = passage.text[start:end]
    first = "O" if written[0] == "0" else written[0]
    value = first + written[1:].translate(_REPAIR)
    how = label_of(passage, start, end, LABELS)
    if value == written or not is_national_id(value) or how is None or how is How.NEAR:
        return None
    tally = Tally(0.4, "misread", "把 O、I、l 看作 0、1 之後，符合身分證統一編號的檢查碼")
    tally.to(0.7, f"label-{how}", f"{how.text}（身分證）")
    return tally.hit(Kind.PERSONAL_NATIONAL_ID, start, end, masked=mask(value), fix=FIX, person=surroundings(passage, start, end).person)


def _certificates(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _CERTIFICATE, digits=14, letters=True):
        value = _SEPARATORS.sub("", match[0]).upper()
        how = label_of(passage, match.start(), match.end(), CERTIFICATE_LABELS)
        if how is None or not is_citizen_certificate(value):
            continue
        tally = Tally(0.3, "shape", "格式像自然人憑證卡號")
        tally.to(0.7, f"label-{how}", f"{how.text}（自然人憑證）")
        yield tally.hit(
            Kind.PERSONAL_NATIONAL_ID, match.start(), match.end(), masked=f"{value[:2]}************{value[-2:]}",
            fix="刪去自然人憑證卡號。", attrs={"variant": "citizen-certificate"},
        )  # fmt: skip


def _from_pieces(passage: Passage) -> Iterator[Hit]:
    for piece in reconstructed(id_pieces(passage), length=10, missing=1):
        tally = Tally(0.3, "piece", "遮蔽過的身分證統一編號")
        tally.to(0.7, "pieces-joined", "與文中另一處露出的部分合起來，可以還原完整號碼", layer=Layer.CONTEXT)
        yield tally.hit(
            Kind.PERSONAL_NATIONAL_ID, piece.start, piece.end, masked="*" * (piece.end - piece.start),
            fix="兩處遮蔽的位置要一致，合起來才不會露出完整號碼。", attrs={"partial": "joined"},
        )  # fmt: skip
