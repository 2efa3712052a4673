"""Where and how a classification mark stands: the difference between a mark and the word.

A mark stands in its field, in a page frame or stamp, at the head of a paper (left, right, centred, one character a line), in brackets at the head
or end of a title, subject, sheet or file name, behind the number of a letter, or it is said of the very paper in hand.  In running text 機密 and 密 are words.
Lists of grades, empty boxes and examples are no marks.  施行細則 Art. 17, 文書處理手冊 (2023-06-08); read 2026-11-22.
"""

from collections.abc import Iterator
from itertools import islice

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official import rows, special_forms, termed
from dlp.detectors.official.at_hand import exercise, story
from dlp.detectors.official.grades import (
    ENGLISH_VALUE,
    FIELD,
    FIELD_NAME,
    GRADE,
    NO_WORD_AFTER,
    TOKEN,
    grade_of,
    highest,
)
from dlp.detectors.official.papers import (
    FRAME_LINE_CHARS,
    FRAMES,
    TITLE_CHARS,
    TITLES,
    above_upright,
    explains,
    is_paper,
    where,
)
from dlp.detectors.official.seen import EXPLAINED, MARKS_KEPT, Seen
from dlp.detectors.official.seen import reason as _reason
from dlp.detectors.official.variants import compile_wide
from dlp.detectors.setting import local
from dlp.document import Place

LONGEST_LINE = 300  # characters; a mark in a longer line is a word of a text


def standing(passage: Passage) -> list[Seen]:
    """Every mark of the passage, ordered by place; of marks that overlap the surest, then the longest."""
    kept: list[Seen] = []
    made_up = passage.part.place not in FRAMES and (story(passage) or exercise(passage))
    found = [s.at_most(EXPLAINED) for s in _all(passage)] if made_up else _all(passage)
    for seen in sorted(found, key=lambda s: (s.start, s.end)):
        if kept and seen.start < kept[-1].end:
            if (seen.confidence, seen.end - seen.start) > (kept[-1].confidence, kept[-1].end - kept[-1].start):
                kept[-1] = seen
        else:
            kept.append(seen)
    return kept


def _all(passage: Passage) -> Iterator[Seen]:
    place = passage.part.place
    if place is Place.FIELD and FIELD_NAME.fullmatch((passage.part.field or "").replace(" ", "")):
        found = list(_value(passage, 0, passage.text, "form-field", "電子公文的密等欄填了等級", 0.97))
        yield from found or _unknown(passage)
        return
    yield from _fields(passage)
    if passage.view == "joined":
        yield from _tokens(passage, own_line_only=True)
        return
    yield from islice(rows.in_rows(passage), MARKS_KEPT)
    if place is Place.FILE_NAME:
        yield from special_forms.in_name(passage)
    else:
        yield from _tokens(passage)
        yield from special_forms.upright(passage)
        yield from special_forms.no_subject(passage)
        yield from special_forms.foreign(passage)
        yield from special_forms.stated(passage)
        yield from special_forms.names_told(passage)
        yield from termed.in_terms(passage)
        yield from special_forms.told(passage)


# -- the field -----------------------------------------------------------------------------------------------------------------

BOX = re.compile(rf"[□☐■☑☒✓✔▣●√]|(?<!○)○(?=[ \t]{{0,2}}(?:{GRADE}|普通|一般|公開))|\[[ \t]{{0,2}}[vVxX✓]?[ \t]{{0,2}}\]")
TICKED = re.compile(rf"(?:[■☑☒✓✔▣●√]|\[[ \t]{{0,2}}[vVxX✓][ \t]{{0,2}}\])[ \t]{{0,3}}(?P<grade>{GRADE}){NO_WORD_AFTER}")
VALUE = re.compile(rf"[ \t\[【〔(「『]{{0,6}}(?P<grade>{GRADE}){NO_WORD_AFTER}(?!等|文書|性)")
HARMLESS = re.compile(r"普通件?|一般件?|無|否|公開|非密|免|不適用|限閱|[-—/xX0 \t]{1,4}|n/?a|none|normal|public", re.IGNORECASE)  # 限閱 is another detector's
ORDINARY = re.compile(r"普通|一般|公開|擇一|以上|以下|或無")
TERM_ALONE = re.compile(r"[ \t(\[〔【]{0,4}(?P<term>(?:本件|附件|本案|於|俟|保密至)[^\n]{0,40}?(?:解密|解除|[0-9]日))")
PLACEHOLDER = re.compile(r"[○〇Ox_]{1,4}年|某年|年[ \t]{2,}月|至[ \t]{0,4}年[ \t]{0,4}月|[…X]{2,}")


def _fields(passage: Passage) -> Iterator[Seen]:
    for match in islice(FIELD.finditer(passage.text), MARKS_KEPT):
        near = local(passage, match.start(), match.end("value"))
        value, at = match["value"], match.start("value")
        if not value.strip(" \t|") and match["below"] and re.match(rf"{GRADE}[ \t]{{0,4}}(?:$|[(\[〔【])", match["below"]):
            value, at = match["below"], match.start("below")
        for seen in _value(passage, at, value, "field", "密等欄位填了等級", 0.93):
            if near.example or near.quoted or explains(passage):
                seen = seen.at_most(EXPLAINED)
            elif PLACEHOLDER.search(value) and not re.search(r"第 ?[0-9]{8,12} ?號", passage.text):
                seen = seen.at_most(0.48)  # a specimen: nothing of it is filled in
            yield seen


def _value(passage: Passage, at: int, value: str, code: str, words: str, weight: float) -> Iterator[Seen]:
    if BOX.search(value):
        match = TICKED.search(value)
    else:
        match = VALUE.match(value)
        english = ENGLISH_VALUE.match(value)
        if match is None and english is not None:
            match = english
        elif match is not None:
            head = re.split(r"[(\[〔【\t|]", value[match.start("grade") :], maxsplit=1)[0]
            named = [grade_of(m[0]) for m in re.finditer(GRADE, head)]
            if ORDINARY.search(head) or len(set(named)) >= 3:
                return  # a list to choose from
            if len(set(named)) == 2:
                reason = _reason("field-mixed", "密等欄填了兩種等級，以最高者為準", 0.75)
                yield Seen(at + match.start("grade"), at + match.start("grade") + len(head.rstrip()), highest(named), 0.75, reason)
                return
    if match is not None:
        yield Seen(at + match.start("grade"), at + match.end("grade"), grade_of(match["grade"]), weight, _reason(code, words, weight))
    elif (term := TERM_ALONE.match(value)) and not BOX.search(value):
        reason = _reason("field-term", "密等欄只填解密條件，沒有等級", weight - 0.05)
        yield Seen(at + term.start("term"), at + term.end("term"), "密", weight - 0.05, reason)


def _unknown(passage: Passage) -> Iterator[Seen]:
    """A value that is no grade and not known to be harmless: a vendor's own word, or one that somebody broke."""
    value = passage.text.strip(" \t\n()[]")
    if value and not HARMLESS.fullmatch(value):
        start = passage.text.index(value)
        yield Seen(start, start + len(value), "密", 0.55, _reason("form-unknown", "電子公文的密等欄填了不認得的值", 0.55))


# -- tokens that stand for themselves -------------------------------------------------------------------------------------------

OPENING, CLOSING = "[【〔({「『<《", "]】〕)}」』>》"
FILLING = re.compile(
    r"(?:[ \t※★☆*#=_\-·◎○●■◆◇▲|│┃>/,]|第 ?[0-9]{1,4}(?:/[0-9]{1,4})? ?[號份頁本]?|共 ?[0-9]{1,4} ?[份頁]|編號[: ]{0,2}[0-9A-Z\-]{1,10}|複製物(?:第? ?[0-9]{1,4} ?號?)?|正本|影本|抄本|Page [0-9]{1,4}|[0-9]{1,4}(?:/[0-9]{1,4})?"
    r"|[/、,][ ]?限閱|親啟|專人(?:遞送|送達|傳遞)|雙掛號|[(\[〔【][^\n)\]〕】]{0,80}[)\]〕】]|(?:保密|本件|解密)[^\n]{0,60}(?:解密|止|日))*"
)
REPLY = re.compile(r"[ \t]{0,4}(?:(?:re|fw|fwd|回覆|回复|轉寄|轉發|转发|答覆)[ \t]{0,2}:[ \t]{0,2}){0,4}", re.IGNORECASE)
HEADING = re.compile(r"[ \t>*#]{0,12}(?:(?:主旨|案由|標題|事由|案名|題目|主題|subject)[ \t]{0,4}:[ \t]{0,3})?(?:[\[【(][^\n\]】)]{1,12}[\]】)][ \t]{0,2}){0,2}", re.IGNORECASE)
MENTION = re.compile(r"(?:標示|註明|加註|註記|標註|列為|核定為|屬|為|是|如|例如|加蓋|蓋|載明|所稱|稱|稱為|分為|區分|即|等級|以|之|及|或|與|和|、|親)[ \t]{0,2}$")
TITLE_NOUN = re.compile(r"(?:紀錄|函|簽|簽呈|報告|名單|簡報|計畫|資料|書|表|稿|清冊|名冊|會議|檔|案|照片|筆錄|文件|公文|便箋|電報|圖|規劃|分析|說帖|名錄|一覽表)[ \t]{0,3}$")
ASKED = compile_wide(r"差在哪|差別|(?:有)?什麼(?:不同|意思|差)|怎麼(?:分|念|寫|標|填)|如何(?:分|寫|標|填)|是什麼|何謂")
REFERENCE = re.compile(r"(?:依據?|復|奉|查|按|參照|續)[^\n。]{0,60}$")


def _tokens(passage: Passage, *, own_line_only: bool = False) -> Iterator[Seen]:
    text = passage.text
    taught, paper = explains(passage), is_paper(passage)
    marks = list(islice(TOKEN.finditer(text), MARKS_KEPT))
    lines = {m.start(): passage.line(m.start()) for m in marks}
    alone = {m.start(): m for m in marks if lines[m.start()][1] - lines[m.start()][0] <= LONGEST_LINE * 2 and _is_alone(text, m, lines[m.start()])}
    several = len({grade_of(m["grade"]) for m in alone.values()}) >= 2 and not paper
    for match in marks:
        low, high = lines[match.start()]
        if _one_of_list(text, match) or (match["grade"] == "密" and above_upright(text, low)):
            continue
        if match.start() in alone:
            yield _alone(passage, match, low, several=several, taught=taught, paper=paper)
        elif not own_line_only and high - low <= LONGEST_LINE * 4:
            seen = _in_line(passage, match, text[low : match.start()], text[match.end() : high], paper=paper)
            if seen is not None:
                yield seen.at_most(EXPLAINED) if taught else seen


def _is_alone(text: str, match: "re.Match[str]", line: tuple[int, int]) -> bool:
    before, after = text[line[0] : match.start()].rstrip(OPENING + " \t"), text[match.end() : line[1]].lstrip(CLOSING + " \t")
    if len(before) + len(after) > LONGEST_LINE or FILLING.fullmatch(before) is None:
        return False
    return FILLING.fullmatch(after) is not None or FILLING.fullmatch(after.rstrip(CLOSING + " \t")) is not None


def _one_of_list(text: str, match: "re.Match[str]") -> bool:
    """Part of an enumeration of grades: 絕對機密、極機密及機密."""
    before, after = text[max(0, match.start() - 10) : match.start()], text[match.end() : match.end() + 10]
    joint = r"[」』\]】) \t]{0,2}(?:、|,|/|或|及|和|與|;|~|至)[ \t「『\[【(]{0,2}"
    return re.search(rf"(?:{GRADE}|普通){joint}$", before) is not None or re.match(rf"{joint}(?:{GRADE}|普通)", after) is not None


def _alone(passage: Passage, match: "re.Match[str]", low: int, *, several: bool, taught: bool, paper: bool) -> Seen:
    place = passage.part.place
    start, end = match.span("grade")
    grade = grade_of(match["grade"])
    if place in FRAMES:
        return Seen(start, end, grade, 0.93, _reason("page-frame", "單獨標示在頁首、頁尾、浮水印或圖章位置", 0.93))
    if place in TITLES or place is Place.PROPERTY:
        weight = 0.6 if place is Place.PROPERTY else 0.88
        return Seen(start, end, grade, weight, _reason("title", "主旨、名稱或屬性就是機密等級", weight))
    spot = where(passage, low)
    weight, words = {"head": (0.9, "單獨成行，位於文件開頭"), "page": (0.8, "單獨成行，位於頁面頂端"), "foot": (0.72, "單獨成行，位於文件結尾"), "middle": (0.42, "單獨成行，位於文中")}[spot]
    if spot != "head" and paper:
        weight, words = 0.85, "單獨成行，與公文的欄位並列"
    term = re.match(r"[^\n]{0,12}[(\[〔【][^\n]{0,60}(?:解密|保密)|[ \t]{0,4}\n[ \t]{0,8}[(\[〔【]?[^\n]{0,40}(?:解密|保密至|保密期限)", passage.text[match.end() : match.end() + 120])
    if term:
        weight, words = max(weight, 0.88), words + "，附有解密條件"
    elif several or (taught and spot != "head") or _defines(passage.text, match.end()):
        weight, words = min(weight, 0.35), "單獨成行，但全文是在列舉或說明等級"
    elif spot == "head" and not paper and _doubtful(passage.text, low, match):
        weight, words = min(weight, 0.4), "單獨成行，但上下文像是詞條、條文或作品"
    elif spot == "head" and not paper and passage.text[:low].strip() and not TITLE_NOUN.search(passage.text[:low].rstrip()):
        weight, words = min(weight, 0.6), words + "，但不在第一行"
    elif taught:
        weight, words = min(weight, 0.55), words + "；全文像是說明或教材"
    return Seen(start, end, grade, weight, _reason("own-line", words, weight))


def _doubtful(text: str, low: int, match: "re.Match[str]") -> bool:
    """A dictionary entry, an article of a law, a title of a work, a line of verse."""
    above, below = text[max(0, low - 60) : low].rstrip("\n").rpartition("\n")[2], text[match.end() : match.end() + 40].lstrip("\n \t>").split("\n")[0]
    return (
        re.search(r"第[ ]?[0-9一二三四五六七八九十百]{1,4}[ ]?條[ ]{0,4}$", above) is not None
        or re.match(r"(?:名詞|動詞|形容詞|注音|拼音|英文|釋義|解釋|意思|導演|作者|主演|出版|上映)", below) is not None
        or len(below.strip()) == 1 or re.search(rf"[《〈]{GRADE}[》〉]", text[:2_000]) is not None
    )


def _defines(text: str, end: int) -> bool:
    return re.match(r"[^\n]{0,6}\n[ \t]{0,8}(?:適用於|係?指|定義|洩漏後|由[^\n]{2,8}核定|[一-龥]{0,4}等級)", text[end : end + 60]) is not None


def _in_line(passage: Passage, match: "re.Match[str]", before: str, after: str, *, paper: bool) -> Seen | None:
    place = passage.part.place
    start, end, grade = match.start("grade"), match.end("grade"), grade_of(match["grade"])

    def seen(weight: float, code: str, words: str) -> Seen:
        return Seen(start, end, grade, weight, _reason(code, words, weight))

    bracket = before[-1:] in tuple(OPENING) and before != "" and after[:1] in tuple(CLOSING) and after != ""
    opened = before[-1:] in tuple("[【〔(") and before != "" and re.match(r"[ \t,;:、]{0,2}(?:複製物|保密|本件|至|不錄由)", after) is not None
    prefix, suffix = (before[:-1], after[1:]) if bracket else (before[:-1], after) if opened else (before, after)
    if place in FRAMES and len(before) + len(after) <= FRAME_LINE_CHARS and not MENTION.search(prefix):
        return seen(0.88, "page-frame", "標示在頁首、頁尾、浮水印或圖章位置")
    if bracket or opened:
        return _bracketed(passage, seen, prefix, suffix, quote=before[-1:] in tuple("「『<《"), paper=paper)
    bare = REPLY.sub("", prefix, count=1) if place is Place.SUBJECT else prefix
    if place is Place.SUBJECT and not bare.strip() and re.match(r"[ \t]{0,2}[:\-_,/|]|[ \t]+\S", suffix):
        return seen(0.84, "subject", "主旨以機密等級開頭")
    if HEADING.fullmatch(prefix) and prefix.strip() and not suffix.strip("。 \t"):
        return seen(0.88, "no-subject", "主旨或案由只填機密等級")
    if place is Place.PROPERTY and len(passage.text) <= FRAME_LINE_CHARS:
        return seen(0.6, "property", "文件屬性中的機密等級")
    low = passage.line(match.start())[0]
    if low == 0 and not suffix.strip() and len(prefix) <= TITLE_CHARS and "。" not in prefix and re.search(r"[)\]】〕][ \t]$", prefix):
        return seen(0.8, "corner", "標題列末端的等級標示")
    apart = (not prefix.strip(" \t>") and re.match(r"[ \t]{2,}\S", suffix)) or (not suffix.strip() and re.search(r"\S[ \t]{2,}$", prefix))
    if apart and match["noun"] is None and (paper or where(passage, low) == "head") and not MENTION.search(prefix):
        return seen(0.86, "corner", "標示在文件開頭的左上或右上角")
    return None


def _bracketed(passage: Passage, seen: "object", prefix: str, suffix: str, *, quote: bool, paper: bool) -> Seen | None:
    assert callable(seen)
    place = passage.part.place
    if re.match(r"[封啟件字級等]", suffix) or MENTION.search(prefix):
        return None
    if ASKED.search(suffix) or ASKED.search(prefix):
        made: Seen = seen(0.35, "asked", "只是在問或在比較這些標示")
        return made
    if re.search(r"號[ \t]{0,3}$", prefix):
        referred = re.match(r"[ \t]{0,2}(?:函|書函|令|開會通知單)", suffix) is not None and REFERENCE.search(prefix) is not None
        made = seen(0.55, "number", "文號後註明機密等級，但只是引用他件") if referred else seen(0.88, "number", "文號後以括弧標示等級")
        return made
    ends = not suffix.strip(" \t。")
    if quote and not (ends and not prefix.strip()) and place not in TITLES:
        return None
    if place in TITLES:
        made = seen(0.86, "head-bracket", "主旨或名稱以括弧標示等級")
        return made
    if re.match(r"[ \t|>]{0,12}(?:主[ \t]{0,4}旨|案[ \t]{0,4}由)[ \t]{0,4}[:]", prefix) and TITLE_NOUN.search(re.sub(r"[0-9一二三四五六七八九十]{1,3} ?[份件冊則]$", "", prefix.rstrip())):
        made = seen(0.82, "subject-bracket", "主旨中的文件名稱後以括弧標示等級")
        return made
    if HEADING.fullmatch(REPLY.sub("", prefix, count=1)):
        made = seen(0.86, "head-bracket", "行首或主旨開頭以括弧標示等級")
        return made
    if ends and re.search(r":[ \t]{0,3}$", prefix):
        made = seen(0.35, "suppressed", "內容以密件代替")
        return made
    if ends and len(prefix) <= TITLE_CHARS and "。" not in prefix and TITLE_NOUN.search(prefix):
        made = seen(0.84, "title-bracket", "文件名稱後以括弧標示等級")
        return made
    if ends and len(prefix) <= TITLE_CHARS and "。" not in prefix and "," not in prefix:
        made = seen(0.78 if paper else 0.55, "line-bracket", "行末以括弧標示等級")
        return made
    return None
