"""Ties a fact (an illness, a conviction, a debt) to the person it is about.

Talk about a subject is nothing: a finding needs a person (``handles``), or a number that leads to one, in the same sentence or
record, or named before where the sentence goes on about them (他, 案主, 其母) or the text has no other person.  How sure it is depends
on how the person is named, how plainly the fact is stated of them, and on the kind of text: law, statistics, services, job titles and
news about an illness pass.

Source: 個人資料保護法 §§2, 6; 施行細則 §§3, 4; read 2026-11-22.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import regex as re

from dlp.detectors.contract import Hit, Passage
from dlp.detectors.personal.ceilings import ceiling
from dlp.detectors.personal.handles import Handle, handles
from dlp.detectors.setting import setting_of
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

BARE, STRAIGHT = 0.5, 0.85  # the bare word; a link that nothing speaks against
STRONG, PLAIN, WEAK = 1.0, 0.8, 0.54  # how plainly a fact is stated
MOST_FACTS = 3_000  # of one kind in one passage; more is a dump
BLOCK_LINES = 10
SENTENCE_CHARS = 160
SHORT_TEXT = 700  # a text about one person; in longer ones a lone name may be anybody's
ONLY_CHARS = 320
LONG_TEXT = 4_000
TOP_CHARS = 4_000  # of a long text, what shows its kind
EARLIER_CHARS = 180
ELSEWHERE_BELOW = 0.6
NO_SUBJECTS = ("handler", "professional", "author", "official")
LABEL_LINE_CHARS = 60  # a line of a form; longer ones are paragraphs with a heading
IDENTIFIERS = frozenset((
    Kind.PERSONAL_NATIONAL_ID, Kind.PERSONAL_RESIDENT_CERTIFICATE, Kind.PERSONAL_PASSPORT, Kind.PERSONAL_NHI_CARD, Kind.PERSONAL_MOBILE,
    Kind.PERSONAL_BIRTH_DATE, Kind.PERSONAL_MEDICAL_RECORD, Kind.PERSONAL_STUDENT_ID, Kind.PERSONAL_ADDRESS, Kind.PERSONAL_PLATE, Kind.PERSONAL_LINE_ID,
    Kind.PERSONAL_BANK_ACCOUNT, Kind.PERSONAL_EMAIL,
))  # fmt: skip
LABEL_LINE = re.compile(r"[ \t*#\-•○]{0,4}[^\s:,。]{1,10}[ ]{0,6}[:\t]")
CONTINUES = re.compile(r"[ ]{0,2}(?:其|他|她|該員|該生|該民|該案|案主|該童|且|並|另|又|目前|現|曾|渠|自|本人|因此|所以|後來|上週|上個月|昨天|去年|前年|平時|最近|由於|診斷|病名|經查|據查|查)")
ANAPHOR = re.compile(
    r"(?<![其])他(?!人|縣|國|市|校|案|日)|她|其(?!中|他|餘|實|間|次|它|後|前)|該[員生民童女男君戶]|案[主母父家女子妻夫兄弟姊妹]|個案(?!數|管理)|本人|自述|自承|陳述|主訴|當事人|(?:兒子|女兒|母親|父親|媽媽|爸爸|太太|老婆|老公|先生|前夫|前妻|公婆|婆婆|阿嬤|阿公|小孩|孩子|家屬|家裡|家人|配偶|同居人|生母|生父|繼父|長子|長女|次子|次女)"
)
ITEM = re.compile(r"\n[ ]{0,4}[(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)、.．]")
# Words of case work, neighbourhood, school, office and chat: such texts are about private persons.
OF_PERSONS = re.compile(
    r"案[主家母父]|個案|該[員生]|訪視|家訪|通報|陳情|檢舉|住戶|鄰居|同學|導師|輔導|諮商|晤談|調解|聲請人|受刑人|受訪|病人|病患|病房|急診|同仁|員工|承辦|房東|房客|租客|社工|督導|身分證|手機|09[0-9]{2}|"
    r"我|你|妳|您|啦|欸|喔|聽說|私訊|大家|主任|老師|老闆|學弟|學妹|學長|阿[嬤公伯姨]|班上|年[一二三四五六七八九]班|名冊|清冊|紀錄|備註|轉[給知寄告]|櫃台|戶政|地政|派出所|觀護|假釋|核定|補助"
)
COUNCILLORS = re.compile("議員(?!助理|服務處)|議會|質詢")
CASE_WORD = re.compile("案[主家父母子女]|個案|該[員生]")
OF_COUNCILS = re.compile(r"市府|市政府|立委|議長|委員會審議|大會|總統|政見|選舉")
SIGNED = re.compile(r"(?:\p{Han}[ ]{1,8}長|[部署局處院縣市校司]長)[ :]{0,8}$")

OWN = re.compile(r"(?:先生|女士|小姐|君|本人|自己)?(?:的|因|於|有|曾|已|是|為|,)?[^,。;]{0,4}$")
THEIR = re.compile(r"其|自己|本人|自述|自稱|主訴|坦承|承認|她|他(?!人|縣|國|們)|我(?!國|們|市|縣)|兒子|女兒|母親|父親|太太|先生|媽媽|爸爸|之子|之女|之母|之父|配偶|前夫|前妻|家中|家人|名下")
SPEAKS = re.compile(
    r"表示|指出|強調|呼籲|建議|要求|認為|關心|提及|質疑|建請|希望|期盼|期許|捐贈|捐助|關懷|慰問|前往|探望|提案|連署|案由|接見|感謝|出席|主持|參加|辦理|提供|說明|批評|宣布|推動|協助|爭取|邀請|率|頒|陪同|視察|致詞|致力|負責|承辦|研究|報導|發現者|創立|創辦|成立|談到|說(?!謊)|問|答|提醒|演講|拜會|訪視|照顧|治療(?!中)"
)
GENERAL = re.compile(r"條件|對象|獎學金|民眾|患者|病患|長者|長輩|老人|個案(?!編號)|家庭(?!經濟)|朋友|學童|弱勢|鄉親|女性|婦女|兒童|青少年|國人|市民|大家|各(?!種)|每[位人]|他人|人數|同胞|族群|社會|國內|全國|全市|地區|本市|公司(?!同事)|身障者|身心障礙者|勞工|同仁")
BESIDE = re.compile(
    r"[ \t:(,的]{0,2}|(?:先生|女士|小姐|君)?的?(?:媽媽|爸爸|母親|父親|太太|先生|兒子|女兒|小孩|孩子|阿嬤|阿公|配偶|妻子|丈夫|弟弟|妹妹|哥哥|姊姊|家人|家屬)"
)
POSSESSED = re.compile(r"(?:的|之)?(?:名單|名冊|清冊|清單|一覽|學生名單|者|患者|病患|個案|病人|學生|住戶|民眾|員工|女子|男子|之)?[ :(「]{0,2}(?:姓名)?[ :]{0,2}")


@dataclass(frozen=True, slots=True)
class Fact:
    """``[start, end)`` states something of a person; ``strength`` how plainly; ``topic`` a short word for attrs."""

    start: int
    end: int
    strength: float
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a relator looks for: ``label`` names it in zh-TW, ``masked`` stands for the fact in a safe text."""

    kind: Kind
    label: str
    masked: str
    fix: str
    columns: "re.Pattern[str] | None" = None  # header cells whose column holds such facts


@dataclass(frozen=True, slots=True)
class Link:
    """How a fact is tied to someone: ``base`` confidence, ``code`` and ``text`` for the reason, ``person`` key."""

    base: float
    code: str
    text: str
    person: str = ""
    sample: bool = False
    beside: bool = False  # nothing but a particle stands between the name and the fact


def link(passage: Passage, hits: Sequence[Hit], facts: Iterable[Fact], topic: Topic) -> Iterator[Hit]:
    """A hit for each fact that is somebody's."""
    numbers = sorted((h.start, h.end, h.person) for h in hits if h.kind in IDENTIFIERS and h.confidence >= 0.4)
    for fact in sorted(islice(facts, MOST_FACTS), key=lambda f: (f.start, -f.strength)):
        low, high = _scope(passage, fact)
        tie = _tie(passage, numbers, fact, low, high)
        if tie is not None:
            yield _hit(passage, fact, topic, tie)


def told(passage: Passage, patterns: Iterable[tuple["re.Pattern[str]", float, str]]) -> Iterator[Fact]:
    """What patterns find, without the punctuation that a pattern may begin with."""
    for pattern, strength, topic in patterns:
        for match in pattern.finditer(passage.text):
            start, end = match.span()
            while start < end - 1 and passage.text[start] in " ,、(:;":
                start += 1
            yield Fact(start, end, strength, topic)


def _hit(passage: Passage, fact: Fact, topic: Topic, tie: Link) -> Hit:
    boost = 0.25 if tie.beside else 0.1 if tie.code == "identifier-same-record" else 0.0
    if fact.strength <= BARE and tie.code == "named-person" and tie.base >= STRAIGHT and OF_PERSONS.search(passage.text, max(0, fact.start - EARLIER_CHARS), fact.end + EARLIER_CHARS):
        boost = max(boost, 0.08)
    strength = min(1.0, fact.strength + boost)
    confidence = tie.base * strength
    reasons = [
        Reason(Layer.FORM, "fact", f"{topic.label}的敘述", round(strength, 2)),
        Reason(Layer.CONTEXT, tie.code, tie.text, round(confidence, 2)),
    ]
    most, code, text = ceiling(passage, fact.start, fact.end, by_person=bool(tie.person), sample=tie.sample, by_number=tie.code == "identifier-same-record")
    if confidence > most:
        reasons.append(Reason(Layer.CONTEXT, code, text, round(most - confidence, 2)))
        confidence = most
    attrs = {"topic": fact.topic} if fact.topic else {}
    return Hit(topic.kind, fact.start, fact.end, round(confidence, 2), tuple(reasons), topic.masked, topic.fix, attrs, tie.person)


def _scope(passage: Passage, fact: Fact) -> tuple[int, int]:
    """The sentence or record of a fact: its sentence, the block of label lines it stands in, or the sentence before it."""
    text = passage.text
    low, high = passage.line(fact.start)
    if "\t" in text[low:high] or "|" in text[low:high]:
        return low, high
    if high - low <= LABEL_LINE_CHARS and LABEL_LINE.match(text, low, high):
        return _block(passage, low, high)
    line = low
    low, high = _sentence(text, low, high, fact)
    if low - 1 > line and CONTINUES.match(text, low, high):
        floor = max(line, low - SENTENCE_CHARS)
        low = max(floor, max(text.rfind(stop, floor, low - 1) for stop in "。!?;") + 1)
    return low, high


def _sentence(text: str, low: int, high: int, fact: Fact) -> tuple[int, int]:
    low, high = max(low, fact.start - SENTENCE_CHARS), min(high, fact.end + SENTENCE_CHARS)
    begin = max(text.rfind(stop, low, fact.start) for stop in "。!?;") + 1
    ends = [at for stop in "。!?;" if (at := text.find(stop, fact.end, high)) >= 0]
    return max(low, begin), min(ends) if ends else high


def _block(passage: Passage, low: int, high: int) -> tuple[int, int]:
    """Neighbouring lines that also begin with a label: one record."""
    text = passage.text
    for _ in range(BLOCK_LINES):
        start, end = passage.line(low - 1) if low > 0 else (low, low)
        if not 0 < end - start <= LABEL_LINE_CHARS or not LABEL_LINE.match(text, start, end):
            break
        low = start
    for _ in range(BLOCK_LINES):
        start, end = passage.line(high + 1) if high + 1 < len(text) else (high, high)
        if not 0 < end - start <= LABEL_LINE_CHARS or not LABEL_LINE.match(text, start, end):
            break
        high = end
    return low, high


def _tie(passage: Passage, numbers: Sequence[tuple[int, int, str]], fact: Fact, low: int, high: int) -> Link | None:
    best: tuple[float, Link] | None = None
    for handle in _handles(passage, low, high):
        if handle.person is not None and handle.start < fact.start < handle.end:
            continue  # a name that runs into the fact's words is none
        if handle.person is not None and handle.start <= fact.start and handle.end >= fact.end:
            continue
        found = _by_handle(passage, handle, fact)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    at = bisect_left(numbers, (low, 0, ""))
    if at < len(numbers) and numbers[at][0] < high:
        sure = best[1].person if best is not None else numbers[at][2]
        base = 0.92 if best is not None and best[1].base >= 0.5 else 0.88
        return Link(base, "identifier-same-record", "同一句或同一筆有可識別個人的資料", sure)
    elsewhere = _elsewhere(passage, fact, low, high) if best is None or best[1].base < ELSEWHERE_BELOW else None
    if elsewhere is not None and (best is None or elsewhere.base > best[1].base):
        return elsewhere
    return best[1] if best is not None else None


def _handles(passage: Passage, low: int, high: int) -> Iterator[Handle]:
    known = handles(passage)
    starts = passage.once("handles.starts", lambda: [h.start for h in known])
    for i in range(bisect_left(starts, low), len(known)):
        if known[i].start >= high:
            return
        yield known[i]


def _by_handle(passage: Passage, handle: Handle, fact: Fact) -> tuple[float, Link] | None:
    """(rank, link) of a person in the fact's scope."""
    before = handle.start < fact.end  # a person inside the fact's words stands before what is said
    between = passage.text[handle.end : fact.start] if before else passage.text[fact.end : handle.start]
    base, person = handle.weight, handle.person
    official = person is not None and (person.public or person.role in NO_SUBJECTS)
    beside = handle.sort == "named" and not official and (BESIDE.fullmatch(between) is not None if before else not between)
    record = "\t" in between or "\n" in between or "|" in between
    if official:
        base *= 0.9 if before and OWN.match(between) else 0.65 if before and _private_life(passage, between) else 0.45
    if before and not record:
        base -= _strangeness(between)
    if not before and not record:
        base -= 0.0 if POSSESSED.fullmatch(between) else 0.12 if person is None else 0.3
    sample = person is not None and person.sample
    if sample:
        base *= 0.7
    return base - len(between) / 1000, Link(max(base, 0.0), handle.code, handle.text, handle.key, sample, beside)


def _elsewhere(passage: Passage, fact: Fact, low: int, high: int) -> Link | None:
    """The person the sentence goes on about: named before it, or the only person of a short text."""
    around = passage.text[max(0, low - EARLIER_CHARS) : high + EARLIER_CHARS]
    if OF_PERSONS.search(around) is None or COUNCILLORS.search(around) or len(OF_COUNCILS.findall(around)) > 1:
        return None
    goes_on = ANAPHOR.search(passage.text, low, fact.end) is not None
    only = _only_person(passage)
    if only is not None and abs(only.start - fact.start) <= ONLY_CHARS:
        earlier = only.end <= fact.start
        base = 0.78 if goes_on and earlier else 0.62 if earlier or goes_on else 0.54
        return Link(base, "only-person", "全文只談這一個人", only.key)
    if not goes_on:
        return None
    floor = max(0, low - EARLIER_CHARS, passage.text.rfind("\n\n", 0, low) + 1)
    last: Handle | None = None
    for handle in _handles(passage, floor, low):
        speaker = passage.text[handle.end : handle.end + 1] == ":"
        if _is_subject(handle) and not speaker and (last is None or handle.weight >= last.weight) and not SIGNED.search(passage.before(handle.start, 12)):
            last = handle
    if last is None:
        return None
    base = 0.72 if last.sort == "named" else last.weight - 0.04
    base -= 0.2 if len(passage.text) > LONG_TEXT and not CASE_WORD.search(passage.text, low, high) else 0.0
    base -= 0.15 if ITEM.search(passage.text, last.end, low + 6) else 0.0
    return Link(base, "person-before", "前一句提到的人", last.key)


def _only_person(passage: Passage) -> Handle | None:
    """The private person named in a short text that names no other."""
    return passage.once("linking.only", lambda: _find_only(passage))


def _find_only(passage: Passage) -> Handle | None:
    setting = setting_of(passage)
    if len(passage.text) > SHORT_TEXT or setting.statistics or setting.law or setting.procedure or setting.job_advert or setting.teaching:
        return None
    named = [h for h in handles(passage) if h.sort == "named" and _is_subject(h)]
    if not named or len({h.key for h in named}) > 1 or SIGNED.search(passage.before(named[0].start, 12)):
        return None
    return named[0]


def _is_subject(handle: Handle) -> bool:
    person = handle.person
    return person is None or not (person.public or person.sample or person.role in NO_SUBJECTS or handle.weight < 0.5)


def _private_life(passage: Passage, between: str) -> bool:
    """Whether an official is talked about, rather than talks: no verb of speech, not on the council's floor."""
    if SPEAKS.search(between) or GENERAL.search(between) or len(between) > 24:
        return False
    return OF_PERSONS.search(passage.text[:TOP_CHARS]) is not None and len(OF_COUNCILS.findall(passage.text[:TOP_CHARS])) < 2


def _strangeness(between: str) -> float:
    """How much the words between a person and a fact speak against the fact being theirs."""
    away = 0.0
    if len(between) > 40:
        away += 0.12
    away += 0.12 * max(0, between.count(",") + between.count(":") - 1)
    own = THEIR.search(between)
    speech = SPEAKS.search(between)
    if speech is not None and own is None:
        away += 0.4
    others = GENERAL.search(between, own.end() if own else 0)
    if others is not None:
        away += 0.4
    return away


def column_facts(passage: Passage, columns: "re.Pattern[str]", strength: float = PLAIN) -> Iterator[Fact]:
    """Cells under a header that names such facts, in lines parted by tabs, bars or commas."""
    if not columns.search(passage.text) or not ({"\t", "|", ","} & set(passage.text)):
        return
    wanted: set[int] = set()
    mark = ""
    at = 0
    for line in passage.text.split("\n"):
        start, at = at, at + len(line) + 1
        delimiter = next((d for d in ("\t", "|", ",") if d in line), "")
        if not delimiter:
            wanted = set()
            continue
        cells = line.split(delimiter)
        header = {i for i, c in enumerate(cells) if len(c) <= 12 and columns.fullmatch(c.strip())}
        if header:
            wanted, mark = header, delimiter
            continue
        if not wanted or delimiter != mark:
            continue
        offset = start
        for i, cell in enumerate(cells):
            value = cell.strip()
            if i in wanted and 1 <= len(value) <= 40 and value not in EMPTY_CELLS:
                begin = offset + len(cell) - len(cell.lstrip())
                yield Fact(begin, begin + len(value), strength, "column")
            offset += len(cell) + 1


EMPTY_CELLS = frozenset(("無", "-", "--", "否", "N/A", "0", "/", "未", "正常", "略", "(已遮蔽)", "（已遮蔽）", "x", "X", "○"))



__all__ = ["PLAIN", "STRONG", "WEAK", "Fact", "Link", "Topic", "column_facts", "link", "told"]
