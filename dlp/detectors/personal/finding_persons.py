"""Finds the persons of a passage: statistics, forms, role words, enumerations and table columns put together."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.personal import form_names, han_names, other_names
from dlp.detectors.personal.han_names import LINKED_BONUS, Candidate, HanNames, Spans, chance
from dlp.detectors.personal.name_tables import is_sample, simple_word, tables
from dlp.detectors.personal.other_names import Other
from dlp.detectors.personal.person import Person
from dlp.detectors.personal.roles import LINK, PRIVATE_ROLES, Sign, after_words, before_words
from dlp.finding import Layer, Reason

WORDLIKE = -1.2  # log likelihood ratio below which a surname (以 由 及) is taken for a word beside role words
CHUNK_CHARS = 200_000  # statistics are computed on stretches of this size
BEFORE_BONUS, AFTER_BONUS, NEIGHBOUR_BONUS = 3.0, 3.6, 3.0  # log-odds
NAME_FROM = -0.4  # log-odds from which a candidate is kept
HAN = r"\p{Han}"
LINKED = re.compile(LINK)
LISTED = re.compile(r"[ ]{0,2}(?:、|,|及|和|與|暨|/)[ ]{0,2}")
DOES = re.compile(
    r"(?P<informant>(?:去|打電話|向[^,。;]{1,12}|到[^,。;]{1,10}|所|具名|匿名)?(?:檢舉|舉發|告發|舉報|投訴|爆料|告密|揭發))|(?P<petitioner>(?:君)?(?:來電|來函|來信|向[^,。;]{1,12})?(?:陳情|反映|申訴|請願|抱怨))|"
    r"(?P<reporter>(?:依法|向[^,。;]{1,12})?(?:通報|報案|報警))|(?P<reported>(?:遭|被|經人|受)(?:人|民眾)?(?:檢舉|投訴|告發|舉報|申訴))|(?P<patient>(?:確診|罹患|罹癌|就診|就醫|住院|患有|被診斷))|"
    r"(?P<offender>(?:涉嫌|因犯|犯有|遭(?:起訴|判刑|通緝)|前科|被訴))|(?P<author>(?:敬上|謹上|敬啟|謹啟|筆)$)"
)  # fmt: skip
CLAUSE_CHARS = 36
CENTRAL_ROLES = frozenset(["informant", "petitioner", "reporter", "victim", "witness", "reported", "patient", "offender", "applicant"])
YIELDING_ROLES = frozenset(["unknown", "resident", "employee", "relative", "professional", "parent", "student", "holder"])
STATED = re.compile(
    r"(?P<role>檢舉人|檢舉者|舉發人|告發人|揭弊者|通報人|報案人|陳情人|申訴人|申請人|被害人|被檢舉人|行為人|證人|案主|家長|前夫|前妻|配偶)(?:身分|其實|應該|疑似|正)?(?:就是|即為|即是|即|為|係|是|乃)[^,。;]{0,24}$"
)
BY = re.compile(r"(?:由|是|據|經|依|為)[^,。;:]{0,10}$")
PLACE_TAIL = re.compile(r"[路街巷弄段村里鄉鎮區市縣號樓國橋山溪廟宮寺港站線]")
EPONYM = re.compile(r"\p{Han}{0,6}(?:症|病|瘤|徵|萎縮|量表|測驗|指數|反應|染色|定律)")
ORG_TAIL = re.compile(r"(?:(?:股份|有限)?公司|商行|企業社|工程行|診所|醫院|事務所|紀念館|紀念|基金會|書局|藥局|牛肉麵|小吃|餐廳|早餐店|獎(?!金)|條款|路|街|國小|國中|氏|記|家族|號)")
MOST_ANCHORED = 60_000
MOST_CANDIDATES = 20_000  # of one passage; a text with more is a dump, of which the surest names are enough
MASKING = frozenset("○〇◯●□△╳×*＊")
NO_SIGN = (Sign("unknown", 0.0), False)
HAN_ONLY = re.compile(r"[\u3400-\u9fff]{2,4}")


# Edge of a name → the role word beside it and whether a colon, copula or space stands between.
Anchors = dict[int, tuple[Sign, bool]]


def find_persons(passage: Passage) -> tuple[Person, ...]:
    """Persons of ``passage.text`` in order, none overlapping."""
    text = passage.text
    before, after = anchors(text)
    pool = _pool(text, before, after)
    chosen = _enumerated(text, han_names.choose(_repeated(text, pool), at_least=NAME_FROM))
    people = [_from_candidate(text, c, before, after) for c in chosen]
    people += [p for o in other_names.others(text, after) if (p := _from_other(text, o, before, after)) is not None]
    people += form_names.spaced(text)
    people += form_names.cells(text)
    return tuple(_inherited(text, _resolve(p for p in people if p.confidence > 0.05)))


def _inherited(text: str, people: list[Person]) -> list[Person]:
    """In a list of names the role word before the first holds for all: 連署人：A、B、C."""
    for i in range(1, len(people)):
        first, second = people[i - 1], people[i]
        if second.role == "unknown" and first.role != "unknown" and LISTED.fullmatch(text, first.end, second.start):
            people[i] = replace(second, role=first.role, public=first.public)
    return people


# --- role words ---------------------------------------------------------------------------------------------------------


@cache
def _automaton() -> tuple[Any, tuple[str, ...]]:
    import ahocorasick_rs

    words = tuple({*before_words(), *after_words()})
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest), words


def anchors(text: str) -> tuple[Anchors, Anchors]:
    """Role words of ``text``: by the place where a name would begin, and by the place where one would end."""
    automaton, words = _automaton()
    before: Anchors = {}
    after: Anchors = {}
    before_of, after_of = before_words(), after_words()
    for number, start, end in automaton.find_matches_as_indexes(text):
        word = words[number]
        sign = before_of.get(word)
        if sign is not None:
            match = LINKED.match(text, end, min(len(text), end + 16))
            at = match.end() if match else end
            before[at] = (sign, at > end)
            if at > end:
                before.setdefault(end, (sign, False))
        sign = after_of.get(word)
        if sign is not None and not (len(word) == 1 and word != "君" and end < len(text) and "\u3400" <= text[end] <= "\u9fff"):
            edge = start
            while edge > 0 and text[edge - 1] in " 」』(" and start - edge < 2:
                edge -= 1
            after[edge] = after[start] = (sign, edge < start)
    return before, after


# --- candidates ---------------------------------------------------------------------------------------------------------


def _pool(text: str, before: Anchors, after: Anchors) -> list[Candidate]:
    pool: list[Candidate] = []
    for base in range(0, len(text), CHUNK_CHARS):
        low = max(0, base - 8)
        stretch = text[low : base + CHUNK_CHARS]
        names = HanNames(stretch)
        spans = names.cheap().plus(_anchored(stretch, low, before, after))
        scores = names.score(spans) + _bonus(stretch, low, spans, before, after)
        pool += [replace(c, start=c.start + low, end=c.end + low) for c in han_names.as_candidates(spans, scores, at_least=NAME_FROM)]
    titles = after_words()
    pool = [
        c if (penalty := _penalty(text, c)) == 0 else replace(c, score=c.score - penalty) for c in pool if text[c.start + c.surname : c.end] not in titles and text[c.start + 1 : c.end] not in titles and not (c.end - c.start == 2 and text[c.start] == text[c.start + 1]) and not han_names.is_confusable(text, c.start, c.end)
    ]
    if len(pool) > MOST_CANDIDATES:
        pool = sorted(pool, key=lambda c: -c.score)[:MOST_CANDIDATES]
    return pool


@cache
def _anchor_surnames() -> frozenset[str]:
    table = tables()
    return frozenset(c for c in table.surnames if len(c) > 1 or table.surname[min(ord(c), 0xFFFF)] > WORDLIKE)


def _anchored(text: str, low: int, before: Anchors, after: Anchors) -> Spans:
    """Spans of two to four characters that begin at a role word's end or end at a title."""
    known = _anchor_surnames()
    size_of = len(text)
    rows: list[tuple[int, int]] = []
    for at in before:
        at -= low
        if 0 <= at < size_of and text[at] in known:
            rows += [(at, size) for size in (2, 3, 4) if at + size <= size_of]
    for at in after:
        at -= low
        if 0 < at <= size_of:
            rows += [(at - size, size) for size in (2, 3, 4) if at >= size and text[at - size] in known]
    spans = [(at, size, surname) for at, size in rows[:MOST_ANCHORED] if (surname := han_names.surname_size(text, at, size)) and HAN_ONLY.fullmatch(text, at, at + size)]
    return Spans.of(spans)


def _bonus(text: str, low: int, spans: Spans, before: Anchors, after: Anchors) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """What role words beside a span add to its log-odds."""
    leads, tails = np.zeros(len(text) + 1), np.zeros(len(text) + 1)
    for at, (sign, linked) in before.items():
        if 0 <= at - low <= len(text):
            leads[at - low] = (LINKED_BONUS if linked else BEFORE_BONUS) * sign.strength
    for at, (sign, _) in after.items():
        if 0 <= at - low <= len(text):
            tails[at - low] = AFTER_BONUS * sign.strength
    return np.asarray(leads[spans.start] + tails[spans.start + spans.size])


def _penalty(text: str, c: Candidate) -> float:
    if text[c.end : c.end + 1] in MASKING:
        return 9.0  # the rest of the name is masked
    if text[c.end - 1] == "氏" and EPONYM.match(text, c.end):
        return 9.0  # 裘馨氏肌肉萎縮症 is called after a physician
    penalty = 3.0 if ORG_TAIL.match(text, c.end, c.end + 6) else 0.0
    return penalty + (1.0 if c.end - c.start == 3 and PLACE_TAIL.match(text[c.end - 1]) else 0.0)


def _repeated(text: str, pool: list[Candidate]) -> list[Candidate]:
    """A name that is sure in one place is a name in every place."""
    best: dict[str, float] = {}
    for c in pool:
        name = text[c.start : c.end]
        best[name] = max(best.get(name, -99.0), c.score)
    return [replace(c, score=max(c.score, min(best[n] - 0.5, 2.5))) if best[n := text[c.start : c.end]] > 2.0 and c.end - c.start > 2 else c for c in pool]


def _enumerated(text: str, chosen: list[Candidate]) -> list[Candidate]:
    """Names in a list lend weight to their neighbours of two to four characters."""
    taken = {c.start: c for c in chosen}
    ends = {c.end: c for c in chosen}
    queue = [c for c in chosen if c.score > 1.5]
    while queue:
        c = queue.pop()
        for start, end in _neighbours(text, c):
            if start in taken and taken[start].end == end:
                if taken[start].score < 1.5:
                    better = replace(taken[start], score=taken[start].score + NEIGHBOUR_BONUS)
                    taken[start] = ends[end] = better
                    queue.append(better)
                continue
            if start in taken or end in ends:
                continue
            score, surname = han_names.score_alone(text[start:end])
            if score + NEIGHBOUR_BONUS > 0.5:
                better = Candidate(start, end, surname, score + NEIGHBOUR_BONUS)
                taken[start] = ends[end] = better
                queue.append(better)
    return sorted(taken.values(), key=lambda c: c.start)


def _neighbours(text: str, c: Candidate) -> Iterator[tuple[int, int]]:
    if text[c.end : c.end + 1] in ("、", ",", "\t"):
        start = c.end + 1
        end = start
        while end < len(text) and end - start < 5 and "\u3400" <= text[end] <= "\u9fff":
            end += 1
        if 2 <= end - start <= 4:
            yield start, end
    if c.start and text[c.start - 1] in ("、", ",", "\t"):
        end = c.start - 1
        start = end
        while start > 0 and end - start < 5 and "\u3400" <= text[start - 1] <= "\u9fff":
            start -= 1
        if 2 <= end - start <= 4:
            yield start, end


# --- persons ------------------------------------------------------------------------------------------------------------


def _from_candidate(text: str, c: Candidate, before: Anchors, after: Anchors) -> Person:
    name = text[c.start : c.end]
    known = simple_word(name) in tables().known
    role, public, reasons = _role(text, c.start, c.end, before, after)
    reasons = (Reason(Layer.FORM, "name-statistics", "姓氏與名字用字符合人名統計", round(chance(c.score), 2)), *reasons)
    if known and role == "unknown":
        role, public = "public_figure", True
        reasons = (*reasons, Reason(Layer.CONTEXT, "name-known", "歷史或公眾人物的姓名"))
    sample = is_sample(name)
    return Person(c.start, c.end, "full", chance(c.score), role, public, name, name[: c.surname], sample, reasons)


def _from_other(text: str, o: Other, before: Anchors, after: Anchors) -> Person | None:
    if o.form == "indigenous":
        dot = min(i for i in range(o.start, o.end) if text[i] in "·.")
        o = replace(o, start=max((at for at in range(o.start, dot - 1) if at in before), default=o.start))
    role, public, reasons = _role(text, o.start, o.end, before, after)
    confidence = o.confidence
    sign = after_words().get(o.title)
    if sign is not None:
        if sign.public and role not in PRIVATE_ROLES:
            role, public = "official", True
        elif role == "unknown":
            role = sign.role
    lead = before.get(o.start)
    if lead is not None and not (o.form == "latin" and lead[0].public):
        confidence = max(confidence, 0.9 if lead[1] else 0.8)
    name = "".join(text[o.start : o.end].split()).replace(".", "·")
    form = o.form
    if form == "full" and o.title:
        name = name.replace(o.title, "", 1)
    reasons = (Reason(Layer.FORM, f"name-{form}", FORM_TEXT[form], round(confidence, 2)), *reasons)
    return Person(o.start, o.end, form, confidence, role, public, name, o.surname, False, reasons)


FORM_TEXT = {
    "full": "姓、職稱與名字連寫", "title": "姓氏加稱呼", "masked": "遮蔽或代稱的姓名", "latin": "外文姓名", "indigenous": "以間隔號書寫的姓名", "nickname": "暱稱或小名",
}  # fmt: skip




def _role(
    text: str, start: int, end: int, before: Anchors, after: Anchors
) -> tuple[str, bool, tuple[Reason, ...]]:
    """Role of the name at ``[start, end)`` from the words beside it, whether it is public, and why."""
    lead, tail = before.get(start, NO_SIGN)[0], after.get(end, NO_SIGN)[0]
    public = lead.public or tail.public
    role = lead.role if lead.role != "unknown" else tail.role
    clause = _clause_before(text, start)
    stated = STATED.search(clause)
    if stated is not None and role not in CENTRAL_ROLES:
        role, public = before_words()[stated["role"]].role, False
    done = DOES.match(text, _past_title(text, end, end in after), min(len(text), end + 24))
    by = done is not None and BY.search(clause) is not None
    if done is not None and ((by and (not public or done.lastgroup in ("informant", "reporter"))) or (role in YIELDING_ROLES and not public)):
        role, public = str(done.lastgroup), False
    if role in PRIVATE_ROLES:
        public = False
    if role == "handler":
        public = True
    if role == "unknown" and not public:
        return role, public, ()
    return role, public, (Reason(Layer.CONTEXT, f"role-{role}", "旁邊的用語說明身分"),)


def _clause_before(text: str, start: int) -> str:
    low = max(0, start - CLAUSE_CHARS)
    cut = max(text.rfind(stop, low, start) for stop in ",。;!?\n") + 1
    return text[max(low, cut) : start]


def _past_title(text: str, end: int, titled: bool) -> int:
    if not titled:
        return end
    for size in (3, 2, 1):
        if text[end : end + size] in after_words():
            return end + size
    return end


def _resolve(people: Iterable[Person]) -> list[Person]:
    """Of overlapping persons the more certain; a full name before a surname with title, a table cell before the rest."""
    order = {"full": 0, "indigenous": 0, "latin": 0, "masked": 1, "title": 2, "nickname": 3}  # by form, where equally sure
    kept: list[Person] = []
    people = list(people)
    taken = bytearray(max((p.end for p in people), default=0))
    for p in sorted(people, key=lambda p: (p.confidence < 0.5, 0 if p.form == "nickname" and p.confidence >= 0.6 else order[p.form], -p.confidence, p.start - p.end)):
        if not any(taken[p.start : p.end]):
            taken[p.start : p.end] = b"\1" * (p.end - p.start)
            kept.append(p)
    return sorted(kept, key=lambda p: p.start)
