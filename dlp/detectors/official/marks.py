"""Classification marks in force (國家機密: 絕對機密, 極機密, 機密; 一般公務機密: 密) and marks of the same meaning.

A mark is known by where and how it stands, never by the word: in the field 密等及解密條件或保密期限 (and its older names), alone in a
page header, footer, watermark, stamp or text box, alone on a line at the head of a paper, in brackets at the head of a subject,
a file name, a sheet or a line, or as 密不錄由 in place of a subject.  In prose 機密 and 密 are ordinary words (機密文書, 公務機密, 密封).

An empty field, or one that says 普通, 無, 一般, 否, 公開, is no mark: it stands on nearly every official letter.
Sources: 國家機密保護法 (2023-12-27) Art. 4, 11; 施行細則 Art. 17; 文書處理手冊 (2023-06-08) point 31; read 2026-11-22.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import regex as re

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.official.declassification import State, Term, read
from dlp.detectors.setting import setting_of
from dlp.document import Place
from dlp.finding import Layer, Reason
from dlp.kinds import Kind
from dlp.text.dates import find_dates

ID = "official.marks"
KINDS = (
    Kind.CLASSIFIED_TOP_SECRET,
    Kind.CLASSIFIED_SECRET,
    Kind.CLASSIFIED_CONFIDENTIAL,
    Kind.CLASSIFIED_OFFICIAL,
    Kind.CLASSIFIED_DECLASSIFICATION,
)
CUES = (
    *literals(
        "機密", "密件", "密不錄由", "保密區分", "國防秘密", "軍事秘密", "confidential", "top secret", "解密", "TLP"
    ),
    *pattern(r"密[ \t]{0,12}等"),
    *pattern(r"機[ \t]{1,12}密"),
    *pattern(r"[\[【〔(「『<《][ \t]{0,4}密[ \t]{0,4}[\]】〕)」』>》]"),
    *pattern(r"密[ \t]{0,4}[\[(【〔]"),
    *pattern(r"密[_\-. \t\n0-9]"),
    *pattern(r"[_\-. \t\n※*★◎●■▲#>]密"),
    *pattern(r"^密"),
    *pattern(r"密$"),
    *pattern(r"SECRET"),
)

SPACE = "[ \t]"
GRADES = ("絕對機密", "極機密", "機密", "密件", "密")
GRADE = "(?:" + "|".join(rf"{SPACE}{{0,12}}".join(g) for g in GRADES) + ")"
KIND_OF = {
    "絕對機密": Kind.CLASSIFIED_TOP_SECRET,
    "極機密": Kind.CLASSIFIED_SECRET,
    "機密": Kind.CLASSIFIED_CONFIDENTIAL,
    "密": Kind.CLASSIFIED_OFFICIAL,
}
# What may not follow a grade: then it is part of a word.
WORD_AFTER = r"(?![封切碼集度語談閱友令室訪謀林麻紋布道實告技件等級性文資事檔保條法會議類案])"
FIELD = re.compile(
    rf"(?<![\p{{Han}}])(?:密{SPACE}{{0,12}}等(?:及解密條件(?:或保密期限)?|級|及保密期限)?|機密{SPACE}{{0,4}}等級|機密{SPACE}{{0,4}}屬性|保密{SPACE}{{0,4}}區分|機密{SPACE}{{0,4}}區分|保密{SPACE}{{0,4}}等級)"
    rf"{SPACE}{{0,4}}[:|\t]{SPACE}{{0,12}}(?P<value>[^\n]{{0,120}})"
)
FIELD_NAMES = re.compile(r"^(?:密等|密等及解密條件|密等及解密條件或保密期限|機密等級|機密屬性|保密區分)$")
VALUE = re.compile(rf"^[\s\[【〔(「『]{{0,6}}(?P<grade>{GRADE})(?![封切碼集度語])")
CHECKED = re.compile(rf"[■☑☒✓✔▣●√VvXx][ \t]{{0,3}}(?P<grade>{GRADE})(?![封切碼集度])")
BOXES = re.compile(r"[□☐○■☑☒✓✔▣]")
SEVERAL = re.compile(rf"{GRADE}{SPACE}{{0,3}}[、,/或及]{SPACE}{{0,3}}{GRADE}")
OPEN, CLOSE = r"[\[【〔(「『<《]", r"[\]】〕)」』>》]"
CONDITION = r"(?:[\[(〔【][^\n\])〕】]{0,80}[\])〕】])?"
ALONE = re.compile(
    rf"(?m)^[ \t※*★◎●■▲#>]{{0,12}}(?:{OPEN}{SPACE}{{0,4}})?(?P<grade>{GRADE})(?:{SPACE}{{0,4}}{CLOSE})?{SPACE}{{0,6}}{CONDITION}{SPACE}{{0,6}}"
    rf"(?:(?:第 ?[0-9]{{1,3}}(?:/[0-9]{{1,3}})? ?號?[份頁本]?|共 ?[0-9]{{1,3}} ?[份頁]|編號[:]? ?[0-9A-Z\-]{{1,10}}|複製物|正本|影本|[0-9]{{1,3}}(?:/[0-9]{{1,3}})?|Page [0-9]{{1,3}}|- ?[0-9]{{1,3}} ?-)[,/ \t]{{0,3}}){{0,3}}[ \t※*★]{{0,12}}$"
)
HEAD_BRACKET = re.compile(
    rf"^(?:\s{{0,4}}(?:Re|Fw|Fwd|回覆|轉寄|轉發|回复|转发)\s{{0,2}}:\s{{0,2}}){{0,4}}\s{{0,4}}(?:{OPEN}[^\n\]】〕)」』>》]{{1,12}}{CLOSE}\s{{0,2}}){{0,2}}{OPEN}{SPACE}{{0,3}}(?P<grade>{GRADE}){SPACE}{{0,3}}{CLOSE}",
    re.I,
)
LINE_BRACKET = re.compile(
    rf"(?m)^[ \t>]{{0,12}}(?:主旨[:] ?|案由[:] ?|標題[:] ?|事由[:] ?)?[\[【〔(]{SPACE}{{0,3}}(?P<grade>{GRADE}){SPACE}{{0,3}}[\]】〕)]"
)
NUMBER_BRACKET = re.compile(
    rf"字第 ?[0-9]{{6,14}}[A-Z]? ?號{SPACE}{{0,3}}[\[【〔(]{SPACE}{{0,3}}(?P<grade>{GRADE}){SPACE}{{0,3}}[\]】〕)]"
)
IN_NAME = re.compile(r"(?:^|[_\-. \[【〔()（])(?P<grade>絕對機密|極機密|機密|密件|密)(?=[_\-. \]】〕)]|[0-9]{3}|$)")
SUPPRESSED = re.compile(r"密不錄由")
SUPPRESSED_TALK = re.compile(r"(?:以|註明|註記|登載|填寫|為|即|稱|所謂)[「『\"]?$|[「『\"]$")
FOREIGN = re.compile(
    r"(?m)^[ \t/\[(*\-]{0,12}(?P<mark>TOP SECRET|SECRET|CONFIDENTIAL|最高機密|TLP ?: ?RED)(?:[ /]{1,3}(?:NOFORN|REL TO [A-Z, ]{2,30}))?[ \t/\])*\-]{0,12}$"
)
UPRIGHT = re.compile(
    r"(?m)^[ \t>]{0,8}(?P<grade>(?:絕[ \t]{0,4}\n[ \t>]{0,8}對[ \t]{0,4}\n[ \t>]{0,8}|極[ \t]{0,4}\n[ \t>]{0,8})?機[ \t]{0,4}\n[ \t>]{0,8}密)[ \t]{0,4}$"
)
MILITARY = re.compile(
    r"(?m)^[ \t\[【(〔]{0,12}(?P<mark>軍事機密|國防秘密|國家機密亦屬軍事機密|國家機密亦屬國防秘密|軍事秘密)[ \t\]】)〕]{0,12}$"
)
CONDITION_ALONE = re.compile(
    r"(?m)^[ \t(\[〔【]{0,6}本件(?:於|至|俟|自|經)?[^\n。;,]{0,40}(?:解密|解除密等)[ \t)\]〕】]{0,6}。?$|[(\[〔【]本件(?:於|至|俟|自|經)[^\n。;,)\]〕】]{0,40}(?:解密|解除密等)[)\]〕】]"
)
ISSUED = re.compile(r"(?:發文|核定|中華民國|日期)[^\n]{0,10}$")
LETTER_PARTS = re.compile(
    r"(?m)^[ \t]{0,8}(?:檔 {0,8}號|保存年限|發文日期|發文字號|受文者|速別|主 {0,4}旨|正本|副本|開會事由|簽 {0,8}於|擬辦)[ \t]{0,4}:?"
)
HEAD_LINES = 8  # a mark on a line of its own stands among the first lines, or with the parts of an official paper
SHORT_PART_CHARS = 80  # page headers, stamps and text boxes are short
LIMIT_YEARS = {Kind.CLASSIFIED_TOP_SECRET: 30, Kind.CLASSIFIED_SECRET: 20, Kind.CLASSIFIED_CONFIDENTIAL: 10}
FRAMES = frozenset({Place.HEADER, Place.FOOTER, Place.WATERMARK, Place.TEXT_BOX})
REGIME = {
    Kind.CLASSIFIED_TOP_SECRET: "國家機密",
    Kind.CLASSIFIED_SECRET: "國家機密",
    Kind.CLASSIFIED_CONFIDENTIAL: "國家機密",
    Kind.CLASSIFIED_OFFICIAL: "一般公務機密",
}
FIX = "移出這份文件；如已解密，請依規定以雙線劃去標示並註記解密日期、字號後再送。"


@dataclass(frozen=True, slots=True)
class Seen:
    """A mark in the passage: where the grade stands and what made it one."""

    start: int
    end: int
    grade: str
    confidence: float
    reason: Reason
    regime: str = ""


def find(passage: Passage) -> Iterator[Hit]:
    """Marks of the passage, with state, grade and regime in ``attrs``, and what is wrong with their terms."""
    seen = {
        s.end: s for s in sorted(_seen(passage), key=lambda s: (s.confidence, s.end - s.start))
    }  # 機／密 upright outweighs 密
    issued = _issued(passage)
    for mark in sorted(seen.values(), key=lambda s: s.start):
        term = read(_behind(passage, mark), today=passage.context.today, issued=issued)
        yield from _hits(passage, mark, term)
    if not seen:
        yield from _conditions(passage, issued)


def mask(value: str) -> str:
    """Marks are shown as they are (P01)."""
    return value


def _seen(passage: Passage) -> Iterator[Seen]:
    part, text = passage.part, passage.text
    if part.place is Place.FIELD and part.field is not None and FIELD_NAMES.match(part.field.replace(" ", "")):
        yield from _value(text, 0, "form-field", "電子公文的密等欄填了等級", 0.97)
        return
    for match in FIELD.finditer(text):
        yield from _value(match["value"], match.start("value"), "field", "密等欄位填了等級", 0.93)
    if part.place in FRAMES or (part.place is Place.SHEET_NAME and len(text) <= SHORT_PART_CHARS):
        yield from _in_frame(text)
    if part.place is Place.FILE_NAME:
        for match in IN_NAME.finditer(text):
            if not re.match(r"(?:件|保密|宣導|規定|範例|教材|講義)", text[match.end() :]):
                yield _at(
                    match,
                    "grade",
                    _grade(match["grade"]),
                    0.82,
                    _reason("file-name", "檔名上的機密等級標示", 0.82),
                )
    if (
        part.place
        in (
            Place.SUBJECT,
            Place.FILE_NAME,
            Place.PROPERTY,
            Place.BODY,
            Place.CELLS,
            Place.SLIDE,
            Place.OCR,
            Place.MAIL_HEADER,
        )
        and passage.folded.base == 0
    ):
        match = HEAD_BRACKET.match(text)
        if match and (part.place is not Place.MAIL_HEADER or (part.field or "").lower() == "subject"):
            yield _at(match, "grade", _grade(match["grade"]), 0.88, _reason("head-bracket", "開頭以括弧標示等級", 0.88))
    yield from _on_lines(passage)
    yield from _foreign(passage)


def _value(value: str, at: int, code: str, words: str, weight: float) -> Iterator[Seen]:
    boxes = BOXES.search(value) is not None
    match = CHECKED.search(value) if boxes else VALUE.match(value)
    if match is None or (not boxes and SEVERAL.match(value.lstrip(" [【〔(「『"))):
        return  # empty boxes or a list of choices: a blank form
    yield Seen(
        at + match.start("grade"), at + match.end("grade"), _grade(match["grade"]), weight, _reason(code, words, weight)
    )


def _in_frame(text: str) -> Iterator[Seen]:
    if len(text) > SHORT_PART_CHARS and "\n" not in text:
        return
    for match in ALONE.finditer(text):
        yield _at(
            match,
            "grade",
            _grade(match["grade"]),
            0.93,
            _reason("page-frame", "單獨標示在頁首、頁尾、浮水印或圖章位置", 0.93),
        )
    if not ALONE.search(text):
        match = re.search(rf"(?:^|[\s\[【(]){{1}}(?P<grade>{GRADE})(?=$|[\s\]】)])", text)
        if match and len(text) <= 40:
            yield _at(
                match,
                "grade",
                _grade(match["grade"]),
                0.85,
                _reason("page-frame", "標示在頁首、頁尾、浮水印或圖章位置", 0.85),
            )


def _on_lines(passage: Passage) -> Iterator[Seen]:
    text, setting = passage.text, setting_of(passage)
    head = _head_end(text) if passage.folded.base == 0 else 0
    letter = len({m[0].strip() for m in LETTER_PARTS.finditer(text)}) >= 2
    grades_alone = list(ALONE.finditer(text))
    # A list of grades, each a heading of its own, explains them.
    explains = len({_grade(m["grade"]) for m in grades_alone}) >= 3 or setting.teaching or setting.law
    for match in grades_alone:
        at_head = match.start() < head
        confidence = 0.9 if at_head or letter else 0.7
        if re.search(r"機[ \t]*\n[ \t>]*$", text[max(0, match.start("grade") - 8) : match.start("grade")]):
            continue  # the second half of an upright mark
        if "(" in match[0] or "（" in match[0]:
            confidence = max(confidence, 0.85)
        if explains and not letter:
            confidence = 0.55 if at_head and match.start() < 4 and not setting.law else 0.3
        reason = _reason("own-line", "單獨成行，位於文件開頭" if at_head else "單獨成行的等級標示", confidence)
        yield _at(match, "grade", _grade(match["grade"]), confidence, reason)
    for match in UPRIGHT.finditer(text):
        confidence = 0.45 if explains and not letter else 0.88
        yield _at(
            match,
            "grade",
            _grade(match["grade"]),
            confidence,
            _reason("upright", "直書的等級標示（一字一行）", confidence),
        )
    for bracketed in (LINE_BRACKET, NUMBER_BRACKET):
        for match in bracketed.finditer(text):
            confidence = 0.45 if explains and not letter else 0.85
            yield _at(
                match,
                "grade",
                _grade(match["grade"]),
                confidence,
                _reason("bracket", "以括弧標示在行首、主旨或文號之後", confidence),
            )
    for match in SUPPRESSED.finditer(text):
        talk = explains or SUPPRESSED_TALK.search(text[max(0, match.start() - 6) : match.start()]) is not None
        confidence = 0.35 if talk else 0.88
        yield _at(match, 0, "密", confidence, _reason("no-subject", "以「密不錄由」代替主旨", confidence))


def _foreign(passage: Passage) -> Iterator[Seen]:
    explains = setting_of(passage).teaching
    head = _head_end(passage.text) if passage.folded.base == 0 else 0
    for match in FOREIGN.finditer(passage.text):
        framed = passage.part.place in FRAMES or match.start() < head
        confidence = 0.4 if explains or not framed else 0.82
        yield _at(
            match,
            "mark",
            "密",
            confidence,
            _reason("english-mark", "英文機密標示單獨成行", confidence),
            "外文標示",
        )
    for match in MILITARY.finditer(passage.text):
        confidence = 0.45 if explains else 0.88
        yield _at(
            match,
            "mark",
            "機密",
            confidence,
            _reason("military-mark", "軍事或國防機密標示單獨成行", confidence),
            "軍事機密",
        )


def _conditions(passage: Passage, issued: date | None) -> Iterator[Hit]:
    """A declassification condition without a grade: strong evidence of a secret paper whose grade was cut off."""
    setting = setting_of(passage)
    for match in CONDITION_ALONE.finditer(passage.text):
        confidence = 0.4 if setting.teaching or setting.law or setting.procedure else 0.78
        term = read(match[0], today=passage.context.today, issued=issued)
        mark = _at(
            match,
            0,
            "密",
            confidence,
            _reason("condition-alone", "有解密條件而沒有等級，很可能是密件", confidence),
        )
        yield _mark_hit(passage, mark, term)


def _hits(passage: Passage, mark: Seen, term: Term) -> Iterator[Hit]:
    yield _mark_hit(passage, mark, term)
    if mark.confidence < 0.5 or term.state in (State.RELEASED, State.EXPIRED) or mark.regime:
        return
    kind = KIND_OF[mark.grade]
    problem = ""
    if term.permanent:
        problem = "永久保密自民國112年12月27日修法後已不存在，應重新檢討核定期限。"
    elif not term.stated and passage.part.place not in FRAMES and passage.part.place is not Place.FILE_NAME:
        problem = "標示了機密等級，但沒有解密條件或保密期限。"
    elif kind in LIMIT_YEARS and term.years > LIMIT_YEARS[kind] + 0.05:
        problem = f"保密期限超過法定上限 {LIMIT_YEARS[kind]} 年。"
    if problem:
        reason = Reason(Layer.CONTEXT, "term-problem", problem, 0.6)
        yield Hit(
            Kind.CLASSIFIED_DECLASSIFICATION,
            mark.start,
            mark.end,
            0.6,
            (reason,),
            passage.text[mark.start : mark.end],
            "請依規定註記解密條件或保密期限。",
            {"grade": mark.grade},
        )


def _mark_hit(passage: Passage, mark: Seen, term: Term) -> Hit:
    kind = KIND_OF[mark.grade]
    attrs = {"grade": mark.grade, "regime": mark.regime or REGIME[kind], "state": str(term.state)}
    if term.until is not None:
        attrs["until"] = term.until.isoformat()
    confidence = mark.confidence
    if term.state in (State.EXPIRED, State.RELEASED):
        confidence = min(confidence, 0.4)
    reasons = (
        mark.reason,
        Reason(Layer.CONTEXT, f"term-{term.state}", term.text, round(confidence - mark.confidence, 2)),
    )
    return Hit(kind, mark.start, mark.end, confidence, reasons, passage.text[mark.start : mark.end], FIX, attrs)


def _behind(passage: Passage, mark: Seen) -> str:
    """What follows the grade: the rest of its line and the next; for a page frame or .di the neighbouring parts as well."""
    text = passage.text[mark.end : mark.end + 200]
    lines = text.split("\n")
    behind = lines[0] + (
        "\n" + lines[1] if len(lines) > 1 and re.match(r"[ \t]*(?:[(\[〔【]|解密條件|保密期限|本件)", lines[1]) else ""
    )
    if passage.part.place is Place.FIELD:
        behind += "".join(
            f"({p.text})"
            for p in passage.context.document.parts
            if p.place is Place.FIELD and p.field in ("解密條件或保密期限", "解密條件", "解密日期", "保密期限")
        )
    if re.search(r"(?:註銷|解密)紀錄單", passage.text):
        behind += "已解密"
    return behind


def _issued(passage: Passage) -> date | None:
    """Date of the paper: 發文日期 where there is one."""

    def compute() -> date | None:
        for part in passage.context.document.parts:
            head = part.text[:3_000]
            if part.place is Place.FIELD and part.field != "發文日期":
                continue
            from dlp.text.folding import fold

            folded = fold(head).text
            for span in find_dates(folded):
                if part.place is Place.FIELD or ISSUED.search(folded[max(0, span.start - 14) : span.start]):
                    return span.date
        return None

    return passage.context.once("official.issued", compute)


def _head_end(text: str) -> int:
    """Offset after the first few lines that hold anything."""
    at = lines = 0
    while at < len(text) and lines < HEAD_LINES:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        lines += bool(text[at:end].strip())
        at = end + 1
    return at


def _grade(text: str) -> str:
    grade = re.sub(r"\s", "", text)
    return "密" if grade == "密件" else grade


def _at(
    match: "re.Match[str]", group: str | int, grade: str, confidence: float, reason: Reason, regime: str = ""
) -> Seen:
    return Seen(match.start(group), match.end(group), grade, confidence, reason, regime)


def _reason(code: str, text: str, weight: float) -> Reason:
    return Reason(Layer.FORM, code, text, weight)
