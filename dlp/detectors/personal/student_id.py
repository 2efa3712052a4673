"""Student number (學號) and examination number (准考證號碼): set by each school, five to ten characters, by label only."""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.checkdigits import is_person_number
from dlp.detectors.personal.evidence import Tally, lumped, matches
from dlp.detectors.personal.labels import How, label_of, vocabulary
from dlp.detectors.personal.names import persons
from dlp.detectors.personal.owners import surroundings
from dlp.kinds import Kind

ID = "personal.student_id"
KINDS = (Kind.PERSONAL_STUDENT_ID,)
LABELS = vocabulary("(?<![科文])學號|學生證(?:號碼?|字號)?|學籍(?:號碼?|編號)|student[ ]?(?:id|no\\.?|number)")
EXAM_LABELS = vocabulary("准考證(?:號碼?)?|應考證(?:號碼?)?|應考編號|考生編號|報名序號")
CUES = (*pattern("[A-Z][0-9]{7,9}"), *literals("學號", "學生證", "學籍", "student id", "student no", "student number", "准考證", "應考證", "應考編號", "考生編號"))
UNITS = tuple("年月日元人件名")  # figures that count or date something
FIX = "刪去學號；公布名單時改用去識別化的編號。"

_VALUE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][./])(?:[A-Za-z]{0,3}[0-9]{5,10}[A-Za-z]?|[A-Za-z][0-9]{2,3}[A-Za-z]{1,3}[0-9]{2,5})(?![0-9A-Za-z*])(?![./][0-9])")


_MASKED = re.compile("[○〇◯●*]")
_SCHOOL_NUMBER = re.compile(r"[A-Z][0-9]{7,9}")
_PUPIL_AFTER = re.compile(r"[ ]?(?:那[個位]|這[個位])?(?:轉學生|同學|學生|新生|學弟|學妹|同班)|,?寫[「\"]|,[^,。;]{0,4}我認得學號")


def _told_of(passage: Passage, start: int, end: int, value: str) -> bool:
    """Without a label: a number of the usual form right before 那位轉學生, or in a list of pupils before a name."""
    if _SCHOOL_NUMBER.fullmatch(value) is None or is_person_number(value):
        return False
    if _PUPIL_AFTER.match(passage.after(end, 14)):
        return True
    if not re.search("學號|同學|學生|學年|學系|註冊組|教務|諮商|學雜費", passage.text[:4000]):
        return False
    return any(end <= p.start <= end + 3 and p.named and not p.public for p in persons(passage))


def mask(value: str) -> str:
    return "*" * max(3, len(value) - 2) + value[-2:]


def find(passage: Passage) -> Iterator[Hit]:
    for match in matches(passage, _VALUE, digits=4):
        start, end = match.span()
        if passage.text[end : end + 1] in UNITS:
            continue
        how, name, sure = label_of(passage, start, end, LABELS, near=10), "學號", 0.75
        if how is None:
            how, name, sure = label_of(passage, start, end, EXAM_LABELS, near=10), "准考證", 0.6
        if how is None and _told_of(passage, start, end, match[0]):
            how, name, sure = How.NEAR, "學號", 0.72
        if lumped(passage, start, end) or how is None or (how is How.AFTER and not match[0][0].isalpha()):
            continue
        tally = Tally(0.15, "shape", f"位數像{name}號碼")
        tally.to(sure if how is not How.NEAR else sure - 0.2, f"label-{how}", f"{how.text}（{name}）")
        around = surroundings(passage, start, end)
        if around.private and how.close:
            tally.at_least(sure + 0.1, "person-near", "旁邊寫著是誰的")
        if name == "准考證" and _MASKED.search(passage.before(start, 12) + passage.after(end, 8)):
            tally.at_most(0.4, "masked-name", "放榜名單，姓名已遮蔽")
        if around.sample:
            tally.at_most(0.4, "sample", "在範例或填寫說明裡")
        yield tally.hit(Kind.PERSONAL_STUDENT_ID, start, end, masked=mask(match[0]), fix=FIX, person=around.person)
