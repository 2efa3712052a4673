"""Classification marks in force: 絕對機密, 極機密, 機密 (國家機密) and 密 (一般公務機密), with what is wrong about their terms.

``standing`` says what is a mark, ``declassification`` whether it still holds.  An expired or released mark is reported low and never dropped.
A condition such as 本件於公布時解密 without a grade is a secret paper whose grade was cut off.
Sources: 國家機密保護法 (2023-12-27) Art. 4, 11, 17; 施行細則 Art. 17; 文書處理手冊 (2023-06-08) point 31; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.official.declassification import State, Term, issued_on, read, term_of
from dlp.detectors.official.grades import KIND_OF, LIMIT_YEARS, ORDER, REGIME_OF, grade_of
from dlp.detectors.official.papers import FRAMES, explains, is_paper
from dlp.detectors.official.seen import Seen
from dlp.detectors.official.standing import standing
from dlp.detectors.official.termed import BLANK
from dlp.detectors.official.variants import compile_wide
from dlp.detectors.setting import local, setting_of
from dlp.document import Place
from dlp.finding import MEDIUM_FROM, Layer, Reason
from dlp.kinds import Kind

ID = "official.marks"
KINDS = (*KIND_OF.values(), Kind.CLASSIFIED_DECLASSIFICATION)
OPEN_CUE, CLOSE_CUE = r"[\[【〔({「『<《]", r"[\]】〕)}」』>》]"
CUES = (
    *literals("機密", "絕密", "密件", "密不錄由", "保密區分", "保密等級", "國防秘密", "軍事秘密", "confidential", "top secret", "classification", "解密", "解除密等", "TLP"),
    *pattern(r"密[ \t]{0,4}(?:等|級|別)"),
    *pattern(r"等級[ \t]{0,4}:[ \t]{0,4}密"),
    *pattern(r"機[ \t]{1,12}密"),
    *pattern(r"密[ \t]{1,12}件"),
    *pattern(r"[機密][ \t]{0,4}\r?\n[ \t>]{0,30}[密件]"),
    *pattern(rf"{OPEN_CUE}[ \t]{{0,4}}密[ \t]{{0,4}}{CLOSE_CUE}"),
    *pattern(r"密[ \t]{0,12}[\[(【〔|│┃※★☆*/_]"),
    # 茂密, and 緊密, end clauses everywhere: before a comma or stop a mark also begins something.
    *pattern(r"(?:^|[\n\r\t\f:;|│┃※★☆*#=>/_\-.(\[【〔「『○●◎■▲◆◇□])[ \t>]{0,12}密[ \t]{0,12}[:\-.,]"),
    *pattern(r"密[ \t]{2,12}"),
    *pattern(r"密[ \t]{0,4}[0-9]"),
    *pattern(r"(?:^|[\n_\-. \t※★☆*=#/|│┃>:,◎●○■▲◆◇□(\[【〔\f])密[ \t]{0,12}(?:$|[\r\n※★☆*=#/|│┃>。\t\f)\]】〕])"),
    *pattern(r"(?:^|[_\-. \t])密[_\-. \t]"),
    *pattern(r"[_\-. \t]密$"),
    *pattern(r"密不[ \t]{0,4}錄"),
    *pattern(r"[蓋盖印標标寫写填列註注貼贴][著着了有為为的是示明成記记上]{0,2}密[^碼码切集封度]"),
    *pattern(r"密[字章戳]"),
    *pattern(r"(?:[頁页][首尾眉腳脚]|浮水印|封面|[上下]角)[^\n]{0,4}密"),
    *pattern(r"SECRET"),
    *pattern(r"^\p{Han}{1,4}$"),  # a field of an exchange file: unknown values of 密等 are shown
)  # fmt: skip
CONDITION_ALONE = compile_wide(
    r"(?m)^[ \t>(\[〔【]{0,30}(?:本件|附件|本案)(?:於|至|俟|自|經|抽存|辦理)?[^\n。;,]{0,40}(?:解密|解除密等)[ \t)\]〕】]{0,6}。?$|[(\[〔【](?:本件|附件|本案)(?:於|至|俟|自|經|抽存|辦理)[^\n。;,)\]〕】]{0,40}(?:解密|解除密等)[)\]〕】]"
    r"|^[ \t>]{0,8}[(\[〔【]{1,6}(?:保密至|保密期限[: ]?至?)[^\n。;,]{2,24}[)\]〕】][ \t]{0,6}$|^[ \t>]{0,12}解[ ]?密條件[ \t]{0,4}[:|\t][ \t]{0,6}[^\n]{2,40}(?:解密|解除)[^\n]{0,10}$"
)
NOT_ALONE = re.compile(r"已|業[經於已]|得|應|如|例|自動|逾|者|將於|民眾|檔案")
FIX = "移出這份文件；如已解密，請依規定以雙線劃去標示並註記解密日期、字號後再送。"
FIX_TERM = "請依規定註記解密條件或保密期限。"
LOWERED = 0.4  # confidence of a mark that no longer holds
OVER_BY = 0.05  # years; leap days


def find(passage: Passage) -> Iterator[Hit]:
    """Marks of the passage, with state, grade and regime in ``attrs``, and what is wrong with their terms."""
    marks = standing(passage)
    top = max((ORDER.index(m.grade) for m in marks), default=0)
    for mark in marks:
        term = _term(passage, mark)
        yield _mark(passage, mark, term, mixed=ORDER.index(mark.grade) < top and mark.confidence >= MEDIUM_FROM)
        problem = _problem(passage, mark, term)
        if problem:
            yield problem
    if not any(m.confidence >= MEDIUM_FROM for m in marks):
        yield from _conditions(passage, marks)


def _term(passage: Passage, mark: Seen) -> Term:
    """The term of a mark; its own row in a register has the first word."""
    if mark.released:
        return Term(State.RELEASED)
    if mark.reason.code == "field-term":
        return read(passage.text[mark.start : mark.end], today=passage.context.today, issued=issued_on(passage))
    term = term_of(passage, mark.end)
    return Term(State.UNDECIDABLE, stated=term.stated) if mark.released is False and term.state is State.RELEASED else term


def _mark(passage: Passage, mark: Seen, term: Term, *, mixed: bool) -> Hit:
    attrs = {"grade": mark.grade, "regime": mark.regime or REGIME_OF[mark.grade], "state": str(term.state), "evidence": mark.reason.code}
    if term.until is not None:
        attrs["until"] = term.until.isoformat()
    confidence = mark.confidence
    if term.state in (State.EXPIRED, State.RELEASED):
        confidence = min(confidence, LOWERED)
    reasons = [mark.reason, Reason(Layer.CONTEXT, f"term-{term.state}", term.text, round(confidence - mark.confidence, 2))]
    if mixed:
        reasons.append(Reason(Layer.CONTEXT, "mixed", "文件中另有較高等級，以最高者為準", 0.0))
    return Hit(KIND_OF[mark.grade], mark.start, mark.end, confidence, tuple(reasons), passage.text[mark.start : mark.end], FIX, attrs)


def _problem(passage: Passage, mark: Seen, term: Term) -> Hit | None:
    """What is wrong with the term of a mark in force; low where the mark stands where terms often do not (frames, names)."""
    if mark.confidence < MEDIUM_FROM or term.state in (State.RELEASED, State.EXPIRED) or mark.regime:
        return None
    confidence = 0.6
    if term.permanent:
        text = "永久保密自民國112年12月27日修法後已不存在，應重新檢討核定期限。"
    elif not term.stated:
        text = "標示了機密等級，但沒有解密條件或保密期限。"
        in_field = mark.reason.code in ("field", "form-field") or (is_paper(passage) and mark.reason.code in ("own-line", "upright"))
        confidence = confidence if in_field else 0.35
    elif mark.grade in LIMIT_YEARS and term.years > LIMIT_YEARS[mark.grade] + OVER_BY:
        text = f"保密期限超過法定上限 {LIMIT_YEARS[mark.grade]} 年。"
    else:
        return None
    reason = Reason(Layer.CONTEXT, "term-problem", text, confidence)
    return Hit(
        Kind.CLASSIFIED_DECLASSIFICATION, mark.start, mark.end, confidence, (reason,), passage.text[mark.start : mark.end], FIX_TERM,
        {"grade": mark.grade, "state": str(term.state)},
    )  # fmt: skip


def _conditions(passage: Passage, marks: list[Seen]) -> Iterator[Hit]:
    if passage.part.place is Place.FIELD or passage.view == "joined":
        return  # a term field belongs to the grade field
    taught = explains(passage) or setting_of(passage).procedure
    for match in CONDITION_ALONE.finditer(passage.text):
        near = local(passage, *match.span())
        if near.quoted or near.example or NOT_ALONE.search(match[0]) or (BLANK.search(match[0]) and not is_paper(passage)) or any(m.start >= match.start() - 80 and m.end <= match.end() + 10 for m in marks):
            continue
        confidence = 0.4 if taught else 0.8 if passage.part.place in FRAMES or is_paper(passage) else 0.72
        reason = Reason(Layer.FORM, "condition-alone", "有解密條件而沒有等級，很可能是密件", confidence)
        term = read(match[0], today=passage.context.today, issued=issued_on(passage))
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield _mark(passage, Seen(start, start + len(match[0].strip()), "密", confidence, reason), term, mixed=False)


def mask(value: str) -> str:
    """Marks are shown as they are (P01)."""
    return value


__all__ = ["CUES", "ID", "KINDS", "find", "grade_of", "mask"]
