"""Names of persons in Taiwanese official text: Chinese, indigenous, Latin, masked and titled names with their roles.

``persons(passage)`` is what other detectors ask: every person named in a passage, with exact span, how sure it is that
this is a person's name, the role that the words around it give, and whether the name is public there (an official in
office).  The detector reports them as ``personal.name``; a name alone is rarely worth stopping, so the confidence of a
finding is lower than that of the person unless a private role stands beside it.

Sources: Ministry of the Interior 全國姓名統計分析 112 年版; 姓名條例 (2024-05-29); verified 2026-11-22.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.personal.finding_persons import find_persons
from dlp.detectors.personal.model_names import joined
from dlp.detectors.personal.person import Person
from dlp.detectors.personal.roles import PRIVATE_ROLES, PROTECTED_ROLES, before_words
from dlp.detectors.setting import setting_of
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "personal.name"
KINDS = (Kind.PERSONAL_NAME,)
# One pattern each: around a literal the sieve searches fast; around a class of signs it took a third of its time.
MASK_SIGNS = ("○", "〇", "◯", "●", "□", "△", "×", "\\*")
CUES = (
    *literals(*(w for w in before_words() if len(w) > 1)),
    *literals("先生", "小姐", "女士", "太太", "夫人", "敬上", "謹上", "簽名", "出席", "列席", "○○", "暱稱", "綽號", "化名"),
    *pattern("姓 {0,8}名"), *pattern("09[0-9]{2}"), *pattern("[A-Z][1289A-D][0-9]{8}"), *pattern("[0-9]{6}"),
    *pattern("[0-9]{2,4}-[0-9]{3,4}"), *pattern("[0-9]{1,4}[號樓]"), *pattern("[A-Za-z0-9]@[A-Za-z0-9]"),
    *pattern("\\p{Han}姓\\p{Han}"), *(cue for sign in MASK_SIGNS for cue in pattern(f"\\p{{Han}}{sign}\\p{{Han}}")), *pattern("\\p{Han}[·‧・•]\\p{Han}"), *pattern("[,、由是]\\p{Han}君"),
)  # fmt: skip

CUE_REACH = 300  # characters between a cue and a bare name that is still reported
REPORTED_FROM = 0.25  # below it a candidate is no person worth a line in the log
PRIVATE_CEILING, WEAK_ROLE_CEILING, PLAIN_CEILING, PUBLIC_CEILING = 0.75, 0.45, 0.40, 0.20
FIX = "以職稱、代號或遮蔽後的姓名（如王○明）代替。"


def persons(passage: Passage) -> tuple[Person, ...]:
    """Every person named in ``passage.text``, in order, none overlapping; computed once per passage."""
    return passage.once("persons", lambda: joined(passage, find_persons(passage)))


def find(passage: Passage) -> Iterator[Hit]:
    cues = sorted(at for owner, at in passage.cues() if owner == ID) or _cue_places(passage.text)
    if not cues:
        return
    for person in persons(passage):
        if person.form != "masked" and person.confidence >= REPORTED_FROM and _near(cues, person.start):
            yield hit(passage, person)


@cache
def _cue_engines() -> tuple[Any, "re.Pattern[str]"]:
    import ahocorasick_rs

    words = [c.text for c in CUES if not c.is_pattern]
    return ahocorasick_rs.AhoCorasick(words), re.compile("|".join(c.text for c in CUES if c.is_pattern))


def _cue_places(text: str) -> list[int]:
    """Where a cue stands: a bare name far from any is not reported, so that the sieve need not know every name."""
    words, shapes = _cue_engines()
    return sorted([start for _, start, _ in words.find_matches_as_indexes(text)] + [m.start() for m in shapes.finditer(text)])


def _near(cues: Sequence[int], at: int) -> bool:
    place = bisect_left(cues, at - CUE_REACH)
    return place < len(cues) and cues[place] <= at + CUE_REACH


def hit(passage: Passage, person: Person) -> Hit:
    """The finding of one person's name."""
    confidence, reasons = exposure(person, published=_published(passage))
    attrs = {"role": person.role, "form": person.form}
    if person.public:
        attrs["public"] = "yes"
    name = passage.text[person.start : person.end]
    return Hit(
        Kind.PERSONAL_NAME, person.start, person.end, confidence, (*person.reasons, *reasons), mask(name, person), FIX, attrs, person.key
    )  # fmt: skip


def _published(passage: Passage) -> bool:
    setting = setting_of(passage)
    return setting.law or setting.news or setting.published or setting.fiction


def exposure(person: Person, *, published: bool = False) -> tuple[float, tuple[Reason, ...]]:
    """What showing this name weighs, and why: far less than the certainty that it is a name."""
    if person.public:
        return min(PUBLIC_CEILING, person.confidence), (Reason(Layer.CONTEXT, "name-public", "公務或公開身分的姓名", -0.3),)
    if person.sample:
        return min(0.25, person.confidence), (Reason(Layer.CONTEXT, "name-sample", "常見的範例姓名", -0.4),)
    if person.form in ("title", "nickname"):
        return min(0.35, person.confidence), (Reason(Layer.FORM, "name-partial", "只有姓氏、稱呼或暱稱", -0.3),)
    if person.role in PRIVATE_ROLES - PROTECTED_ROLES and person.confidence >= 0.75:
        return min(WEAK_ROLE_CEILING, 0.5 * person.confidence), (Reason(Layer.CONTEXT, "name-weak-role", "姓名旁有身分用語，但未涉及案件", 0.0),)
    if person.role in PROTECTED_ROLES and person.confidence >= 0.75 and not published:
        return min(PRIVATE_CEILING, 0.85 * person.confidence), (Reason(Layer.CONTEXT, "name-private-role", "姓名旁有當事人身分的用語", 0.3),)
    return min(PLAIN_CEILING, 0.5 * person.confidence), (Reason(Layer.CONTEXT, "name-alone", "只有姓名，沒有可連結的其他資料", -0.3),)


def mask(name: str, person: Person) -> str:
    """王○明, 王○, 歐陽○○, 王先生 → 王○○; Latin and dotted names keep their first part's first letter.  Masking twice changes nothing."""
    if person.form == "latin":
        return name[0] + "○○"
    if person.form == "indigenous":
        return name[0] + "○‧○○"
    if person.form == "nickname":
        return "○○"
    if person.form == "title":
        return (person.surname or name[0]) + "○○"
    compact = "".join(c for c in name if not c.isspace())
    size = max(1, len(person.surname)) if len(compact) >= 4 else 1
    if len(compact) == 2:
        return compact[0] + "○"
    if len(compact) == 3:
        return compact[0] + "○" + compact[2]
    return compact[:size] + "○" * min(2, len(compact) - size)

