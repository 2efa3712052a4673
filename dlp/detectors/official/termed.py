"""A grade with its term in one breath: 密（本件於工程決標後解密）, 機密／保密至125年6月30日, 【密】保密至118年6月30日.

Nobody writes a grade together with a filled-in term but from a paper or to teach how.  So the pair counts wherever it stands (in a sentence, a
quotation, the name of a meeting), unless the words around it teach, ask for it, or take it back.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.at_hand import around, pretends
from dlp.detectors.official.declassification import State, read
from dlp.detectors.official.grades import GRADE, NO_WORD_AFTER, grade_of
from dlp.detectors.official.seen import MARKS_KEPT, Seen, reason
from dlp.detectors.official.variants import compile_wide
from dlp.detectors.setting import local, setting_of

CONDITION = (
    r"(?:本件|本案|附件|附圖|全案|本文|本[次項計專][^\n。;]{0,6}|保密(?:期限)?[: ]?(?:至|到)?|[至於俟迄到]|解密|未解密|尚未解密|仍在?保密|工作|會議|另行檢討|其他|永久保密|自|公[布告]|[簽結決開][約案標]|[0-9]{2,4}[年/.])"
)
TERMED = compile_wide(
    rf"(?:(?<![\p{{Han}}A-Za-z0-9])|(?<=[列屬為是標定填寫印蓋]))(?P<grade>{GRADE}){NO_WORD_AFTER}[ ]?[」』】〕)\]]?[ \t]{{0,3}}(?:(?P<open>[(\[〔【]{{1,2}})|[/,、;: \-]{{0,3}})[ \t]{{0,2}}(?P<term>{CONDITION}[^\n。;!?」』)\]〕】]{{0,44}})"
)
SAYS_SECRECY = compile_wide(r"解密|解除(?:密等|機密)?|保密|期限|密等")
STILL = compile_wide(r"(?:尚?未解密|仍在?保密)")
BLANK = compile_wide(r"[○〇Ox_◯△]{1,4} ?年|某年|年[ \t]{0,3}月[ \t]{0,3}日|至[ \t]{0,4}年|[…X]{2,}|請?填|適當")
TAUGHT = compile_wide(r"例[如:,(]|譬如|例子|寫法|格式|填(?:寫|法|入|載)|怎麼[寫填]|如何[寫填]|範例|示範|標示方式|註記方式|(?:括[弧號])|應(?![徵付])|須|例示|選單|下拉|擇一|之一|[」』]或[「『]|、[「『]")
MENU = compile_wide(r"^(?:本件)?(?:於公布時解密|附件抽存後解密|工作完成或會議終了時解密|至某年某月某日解密|其他)")


def in_terms(passage: Passage) -> Iterator[Seen]:
    """Every grade that its term follows."""
    if passage.view == "joined":
        return
    whole, today = setting_of(passage), passage.context.today
    for match in islice(TERMED.finditer(passage.text), MARKS_KEPT):
        if not _real(match, today):
            continue
        start, end = match.span("grade")
        weight = _weight(passage, match)
        if whole.law or whole.fiction or pretends(passage, start, end):
            weight = min(weight, 0.4)
        yield Seen(start, end, grade_of(match["grade"]), weight, reason("termed", "等級與解密條件或期限寫在一起", weight))


def _real(match: "re.Match[str]", today: date) -> bool:
    """Whether the term is one, and filled in."""
    said = match["term"]
    if not SAYS_SECRECY.search(said) and not re.match(r"[至到於]?(?:民國)?[ ]?[0-9]{2,4}[年/.][0-9]{1,2}[月/.]", said):
        return False
    term = read(f"({said})", today=today)
    if STILL.match(said):
        return True
    return (term.stated or term.state is not State.IN_FORCE) and BLANK.search(said) is None


def _dated(passage: Passage, match: "re.Match[str]") -> bool:
    """Whether its term is a day still to come: then it holds, however old the paper is."""
    term = read(f"({match['term']})", today=passage.context.today)
    return term.state is State.IN_FORCE and term.until is not None


def _weight(passage: Passage, match: "re.Match[str]") -> float:
    text, (start, end) = passage.text, match.span()
    low, high = passage.line(start)
    before = text[low:start].strip(" \t>*#|[【〔(「『\"")
    after = text[end:high].strip(" \t|)]】〕」』\"。,;")
    clause = re.split(r"[。;!?\n]", text[max(0, start - 40) : start])[-1]
    said, about = local(passage, start, end), around(passage, start, end)
    if said.example or TAUGHT.search(clause) or TAUGHT.match(text, end, end + 4):
        return 0.4
    if not before:
        return 0.86  # opens its line
    doubted = about.doubted or (about.past and not _dated(passage, match))
    if doubted and not ((about.holds or about.named) and said.question and not said.conditional):
        return 0.4
    if about.holds or about.named:
        return 0.8 if about.content else 0.74
    if not after and len(before) <= 48 and "。" not in before:
        return 0.8  # closes a title
    if said.quoted or setting_of(passage).teaching or setting_of(passage).procedure or said.law or said.news or MENU.match(match["term"]):
        return 0.42
    return 0.66
