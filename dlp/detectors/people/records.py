"""Records that show a petitioner or informant by their form: tables, filled forms, copy lists, keys of codes, letters passed on.

A table 「檢舉日期／檢舉人／電話」 or a filled web form needs no sentence.  Also here: the original complaint handed to the reported party
(real cause of leaks in ethics-office reports), a case number with which the counter-party can look it up, and
handwriting, voice or picture handed over so that somebody be recognised.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Hit, Passage
from dlp.detectors.people import whom
from dlp.detectors.people.cases import ACT
from dlp.detectors.setting import local, sentence_range, setting_of
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ROWS_KEPT = 200
KEYS_KEPT = 300
HEADER_CHARS = 400  # a longer line is no header of a table
ACTORS_OF_LINE = 6
_INFORMANT_HEAD = re.compile(r"(?<!被)(?:檢舉|舉發|舉報|告發|通報|申訴|投訴|揭弊|報案)(?:人|者|民眾)(?!數)")
_PETITION_HEAD = re.compile(r"(?<!被)(?:陳情|反映|反應|來信|來電|請願|投書|申訴)(?:人|者|民眾)(?!數)|姓名")
_ABOUT_PETITION = re.compile(r"陳情|反映|反應|請願|1999|信箱|投書|訴求|來電事由|申訴")
_ABOUT_INFORMANT = re.compile(rf"{ACT}")
_HIDDEN = re.compile(r"[(（]?(?:遮蔽|略|保密|匿名|無|密|不詳|○+|〇+|\*+|-+|x+|X+|隱匿|另存|不公開|已遮|N/?A)[)）]?$")
_CELL = re.compile(r"\t|\||、|／|/| {2,}|,")


def _reason(code: str, text: str, weight: float) -> Reason:
    return Reason(Layer.CONTEXT, code, text, weight)


def informant_records(passage: Passage, hits: Sequence[Hit], *, fix: str) -> Iterator[Hit]:
    """Records that show an informant."""
    for start, end, confidence, masked, code, text in (
        *_table(passage, hits, _INFORMANT_HEAD), *_copies(passage), *_passed_on(passage), *_keys(passage), *_lookup(passage), *_recognise(passage),
        *_form(passage, hits, informant=True),
    ):  # fmt: skip
        yield Hit(Kind.INFORMANT_IDENTITY, start, end, confidence, (_reason(code, text, confidence),), masked, fix, {"role": "informant"})


def petition_records(passage: Passage, hits: Sequence[Hit], *, fix: str) -> Iterator[Hit]:
    """Records that show a petitioner."""
    for start, end, confidence, masked, code, text in (
        *_table(passage, hits, _PETITION_HEAD), *_form(passage, hits, informant=False), *_said_by(passage, hits),
    ):  # fmt: skip
        yield Hit(Kind.PETITION_IDENTITY, start, end, confidence, (_reason(code, text, confidence),), masked, fix, {"role": "petitioner"})


Record = tuple[int, int, float, str, str, str]


def _table(passage: Passage, hits: Sequence[Hit], head: "re.Pattern[str]") -> Iterator[Record]:
    """Rows under a header with a column for the person: a named cell, more sure with a contact in the same row."""
    text = passage.text
    rows, done = 0, -1
    for match in head.finditer(text):
        if rows >= ROWS_KEPT:
            return
        if match.start() < done:
            continue
        low = text.rfind("\n", max(0, match.start() - HEADER_CHARS), match.start()) + 1
        high = text.find("\n", match.end(), match.end() + HEADER_CHARS)
        done = match.end() if high >= 0 else match.end() + HEADER_CHARS
        if high < 0 or (low == 0 and match.start() > HEADER_CHARS):
            continue
        header = text[low:high]
        separator = "\t" if header.count("\t") >= 2 else "|" if header.count("|") >= 2 else "," if _is_header(header) else ""
        if not separator or (head is _PETITION_HEAD and match[0] == "姓名" and not _ABOUT_PETITION.search(text, max(0, low - 120), high)):
            continue
        column = text.count(separator, low, match.start())
        at = high + 1
        while at < len(text) and rows < ROWS_KEPT:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            cells = text[at:end].split(separator)
            if len(cells) <= column or len(cells) < 3:
                break
            start = at + sum(len(c) + 1 for c in cells[:column])
            yield from _cell(passage, hits, start, cells[column], at, end)
            rows += 1
            at = end + 1
        done = max(done, at if rows else high)


def _is_header(line: str) -> bool:
    """Whether a line reads as the header of comma-separated values: three or more short cells, no sentence."""
    cells = line.split(",")
    return len(cells) >= 3 and all(1 <= len(c.strip()) <= 10 for c in cells) and "。" not in line


def _cell(passage: Passage, hits: Sequence[Hit], start: int, cell: str, low: int, high: int) -> Iterator[Record]:
    lead = len(cell) - len(cell.lstrip())
    value = cell.strip()
    if len(value) < 2 or _HIDDEN.match(value):
        return
    named = next(whom.named_in(passage.text, start + lead, start + lead + len(value)), None)
    reach = whom.reach_in(passage.text, low, high, hits)
    if named is None or named.sample:
        return
    if named.weight >= 0.8 or reach:
        confidence = 0.88 if named.weight >= 0.8 else 0.75
        yield named.start, named.end, confidence, whom.mask_name(value), "table-row", "表格中當事人欄位有姓名" + ("，同列有聯絡方式" if reach else "")


_COPY = re.compile(r"(?:正本|副本|副知|副本抄送|抄送|受文者|收件人|To|Cc|CC)[ \t]{0,4}:[^\n]{4,300}")
_COPY_ACTOR = re.compile(r"(?<!被)(?:檢舉|舉發|告發|通報|申訴|揭弊)人(?P<gap>[ :(]{0,2})")
_COPY_OTHER = re.compile(r"被(?:檢舉|申訴|陳情|告發)人?|砂石|公司|業者|廠商|行號|商行|工程|營造|餐廳|企業|實業|有限")


def _copies(passage: Passage) -> Iterator[Record]:
    """Copy lists that name an informant, worst beside the reported party."""
    seen = set()
    for line in _COPY.finditer(passage.text):
        if line[0] in seen:
            continue
        seen.add(line[0])
        for actor in itertools.islice(_COPY_ACTOR.finditer(passage.text, line.start(), line.end()), ACTORS_OF_LINE):
            named = whom.named_at(passage.text, actor.end(), min(line.end(), actor.end() + 14))
            if named is None or named.sample:
                continue
            other = _COPY_OTHER.search(passage.text, line.start(), line.end()) is not None
            text = "正副本同時列出檢舉人與被檢舉的一方" if other else "正副本列出檢舉人"
            yield named.start, named.end, 0.88 if other else 0.8, whom.mask_name(passage.text[named.start : named.end]), "copy-list", text


_PAPER = r"(?:原始|原|完整|民眾|陳情人|檢舉人|當事人|該)?(?:的)?(?:原始|原)?(?:檢舉|陳情|申訴|投訴|告發|舉發)(?:人)?(?:的)?(?:原)?(?:函|信(?!箱)|書|電郵|電子郵件|mail|原件|全文|內容全文|書狀|表單)"
_GIVES = re.compile(r"檢附|檢送|隨函|隨文|附上|附件|附檔|夾帶|轉寄|轉發|轉傳|傳給|提供|交付|交給|轉交|寄給|影送|拷貝|傳真|影本|掃描檔|全文|轉知")
_PAPERS = re.compile(_PAPER, re.IGNORECASE)
_PARTY = re.compile(r"被(?:檢舉|申訴|陳情|投訴|告發)|業者|貴(?:公司|校|餐廳|店|廠|社|行|社區|單位|管委會|所|診所|戶)|廠商|相對人|對造|行為人|受檢|營造|建設公司|雇主|店家|屋主|管委會|當事人(?!基本)|你們(?:老闆|公司)?|主管|違規人|開發單位")
_CLEANED = re.compile(r"遮蔽|去除|刪除|去識別|已?隱去|摘要|塗銷|不含|匿名(?!檢舉|信)|格式|範本|範例|空白|規定|應|不得|勿|不可|未經|樣張|下載|差異|審查|隱匿|始得|切勿|不予|避免|得")


def _passed_on(passage: Passage) -> Iterator[Record]:
    """The complaint itself handed to the party complained of."""
    for low, high, match in _once_a_sentence(passage, _PAPERS):
        sentence = passage.text[low:high]
        if _GIVES.search(sentence) and _PARTY.search(sentence) and not _CLEANED.search(sentence):
            near = local(passage, match.start(), match.end())
            if not (near.law or near.procedure or near.teaching or near.question or setting_of(passage).news):
                yield match.start(), match.end(), 0.68, "［檢舉或陳情原件］", "letter-passed-on", "檢舉函或陳情書原件（影本）交給被檢舉的一方"


def _once_a_sentence(passage: Passage, pattern: "re.Pattern[str]") -> "Iterator[tuple[int, int, re.Match[str]]]":
    """The first match in each sentence, each sentence text once."""
    done, seen = -1, set()
    for match in pattern.finditer(passage.text):
        if match.start() < done:
            continue
        low, high = sentence_range(passage, match.start(), match.end())
        done = high
        if passage.text[low:high] not in seen:
            seen.add(passage.text[low:high])
            yield low, high, match


_KEY = re.compile(r"(?:代號|化名|證人|檢舉人|申訴人|通報人|被害人|編號)?(?P<code>[甲乙丙丁戊A-Z][0-9]{0,3})[ ]?(?:=|即為|即是|即|係為|係|就是|實為|真實姓名為?|本名|為|:|是)[ ]?")
_KEY_TOPIC = re.compile(r"代號|對照|化名|真實姓名|證人|檢舉人|筆錄")


def _keys(passage: Passage) -> Iterator[Record]:
    """The key of a code: 代號甲即…, A1=…"""
    text = passage.text
    if not _KEY_TOPIC.search(text):
        return
    for match in itertools.islice(_KEY.finditer(text), KEYS_KEPT):
        low, high = sentence_range(passage, match.start(), match.end())
        if not _KEY_TOPIC.search(text, max(low, match.start() - 60), min(high, match.end() + 60)):
            continue
        for named in whom.named_in(text, match.end(), min(high, match.end() + 26)):
            if not named.sample and named.weight >= 0.5 and "," not in text[match.end() : named.start]:
                confidence = 0.86 if named.weight >= 0.8 else 0.6
                yield named.start, named.end, confidence, whom.mask_name(text[named.start : named.end]), "code-key", "代號與真實姓名對照"
            break


_LOOKUP = re.compile(r"(?:案件|收件|案|檢舉|受理)?(?:編號|號碼|案號)[^。\n]{0,6}?[0-9A-Z][0-9A-Z\-]{5,20}[^。\n]{0,24}?(?:查詢|查看|查閱|下載|調閱|看到|登入)[^。\n]{0,12}?(?:檢舉(?:內容|人|函|信|書)|原(?:始)?(?:檢舉|陳情|申訴)|陳情(?:內容|人)|申訴(?:內容|人))")


def _lookup(passage: Passage) -> Iterator[Record]:
    """A case number with which the other party can read the complaint."""
    for match in _LOOKUP.finditer(passage.text):
        yield match.start(), match.end(), 0.6, "［案件編號］", "case-lookup", "對方可憑案號查到檢舉內容或檢舉人"


_EVIDENCE = re.compile(r"(?:錄音檔?|音檔|錄影|影片|筆跡|字跡|手寫|親筆|簽名|聲音|口音|照片|截圖|擷圖|頭貼|筆記|掃描檔|通聯|IP)")
_RECOGNISE = re.compile(r"辨認|認得出|認出|指認|比對|聽得出|看得出|看出|認一下|是誰(?!都)|哪一位|查出|認識(?:的人)?|先傳|參考")
_COMPLAINT = re.compile(rf"(?<![被])(?:{ACT}|黑函|匿名信|1999|陳情)(?!專線)")


def _recognise(passage: Passage) -> Iterator[Record]:
    """Voice, hand or picture of the informant handed over so that somebody be recognised."""
    text = passage.text
    for low, high, match in _once_a_sentence(passage, _EVIDENCE):
        if not (_RECOGNISE.search(text, low, high) and _COMPLAINT.search(text, low, high)):
            continue
        near = local(passage, match.start(), match.end())
        owned = re.search(r"(?:檢舉人|申訴人|通報人|檢舉信|檢舉函|匿名信|黑函|本人|申訴書|原檢舉信|投訴信|親筆)", text[low:high]) is not None
        if owned and not (near.law or near.procedure or near.question or near.teaching or _CLEANED.search(text[low:high].replace("應該", "").replace("得出", "").replace("認得", ""))):
            yield match.start(), match.end(), 0.62, f"［{match[0]}］", "recognisable", "提供聲音、筆跡或影像供人辨認檢舉人"
            return


# Filled forms: pairs of label and value, one a line or side by side.
_LABEL = re.compile(
    r"(?<![\p{Han}A-Za-z])(?P<label>(?:陳情|檢舉|反映|申訴|來信|投訴|通報|連絡|聯絡)?人?(?:姓 {0,4}名|電 {0,4}話|手機|行動(?:電話)?|住 {0,4}址|地 {0,4}址|通訊地址|戶籍地址|信箱|電子郵件|電子信箱|e-?mail|身[分份]證(?:字號|統一編號)?|內 {0,4}容|主 {0,4}旨|事 {0,4}由|事項|訴求|描述|說明)|(?:陳情|檢舉|反映|申訴|來信|投訴)人)"
    r"[ \t]{0,4}[:\t |/][ \t]{0,4}(?=[^\s|:])",
    re.IGNORECASE,
)
_NAME_LABEL = re.compile(r"姓 {0,4}名|(?:陳情|檢舉|反映|申訴|來信|投訴)人$")
_REACH_LABEL = re.compile(r"電 {0,4}話|手機|行動|址|信箱|郵件|mail|身", re.IGNORECASE)
_MATTER_LABEL = re.compile(r"內 {0,4}容|主 {0,4}旨|事 {0,4}由|事項|訴求|描述")
_VALUE_END = re.compile(r"[\n\t|/]")
FORM_GAP, FORM_CHARS, VALUE_CHARS = 60, 500, 120


@dataclass(frozen=True, slots=True)
class _Pair:
    label: str
    start: int  # of the value
    end: int
    at: int  # of the label


def _form(passage: Passage, hits: Sequence[Hit], *, informant: bool) -> Iterator[Record]:
    """A filled complaint form: name, a way to reach the person, and the matter."""
    for block in passage.once("records.forms", lambda: tuple(_blocks(passage.text))):
        low, high = block[0].at, block[-1].end
        about = passage.text[max(0, low - 60) : high]
        is_informant = _ABOUT_INFORMANT.search(about) is not None and not _ABOUT_PETITION.search(about)
        if is_informant != informant:
            continue
        labels = {p.label for p in block}
        matter = any(_MATTER_LABEL.search(label) for label in labels)
        if not (matter or _ABOUT_PETITION.search(about) or is_informant):
            continue
        names = [p for p in block if _NAME_LABEL.search(p.label) and _filled(passage.text[p.start : p.end])]
        reach = whom.reach_in(passage.text, low, high, hits)
        if not names or not reach or not any(_REACH_LABEL.search(label) for label in labels):
            continue
        if "承辦" in about or "公告" in about or "發文" in about or local(passage, names[0].start, names[0].end).example:
            continue
        named = whom.named_at(passage.text, names[0].start, names[0].end)
        if named is None or named.sample:
            continue
        found = passage.text[named.start : named.end]
        yield named.start, named.end, 0.86 if named.weight >= 0.8 else 0.7, whom.mask_name(found), "filled-form", "填妥的陳情（檢舉）表單：姓名、聯絡方式與案由"


def _filled(value: str) -> bool:
    return len(value.strip()) >= 2 and not _HIDDEN.match(value.strip())


def _blocks(text: str) -> Iterator[tuple[_Pair, ...]]:
    block: list[_Pair] = []
    for match in _labels(text):
        if block and (match.at - block[-1].end > FORM_GAP or match.at - block[0].at > FORM_CHARS):
            if len(block) >= 2:
                yield tuple(block)
            block = []
        block.append(match)
    if len(block) >= 2:
        yield tuple(block)


def _labels(text: str) -> Iterator[_Pair]:
    found = list(_LABEL.finditer(text))
    for match, following in zip(found, [*found[1:], None], strict=False):
        end = min(len(text), match.end() + VALUE_CHARS)
        if following is not None:
            end = min(end, following.start())
        stop = _VALUE_END.search(text, match.end(), end)
        end = stop.start() if stop else end
        if end > match.end():
            yield _Pair(match["label"].replace(" ", ""), match.end(), end, match.start())


_SAID_BY = re.compile(
    r"(?:今天|剛剛|剛才|早上|下午|昨天|櫃[檯台]|一直|天天|每天)[^。;\n]{0,16}?(?:來|打|寫|吵|鬧|反映|陳情|收到|接到|接)[^。;\n]{0,60}|(?:來洽公|來陳情|來申訴|來吵|來鬧|來反映|來信|的信|來電|打來)[^。;\n]{0,60}"
)


def _said_by(passage: Passage, hits: Sequence[Hit]) -> Iterator[Record]:
    """Gossip about somebody who came or wrote, with the name: 「今天櫃檯來了一個…全名…」."""
    text = passage.text
    for match in _SAID_BY.finditer(text):
        if not re.search(r"陳情|申請|反映|申訴|信箱|補助|低收|補償|櫃[檯台]|投訴|退件|吵|鬧|洽公|1999|抱怨|嫌|要告|電話|急難", text[max(0, match.start() - 20) : match.end()]):
            continue
        for named in whom.named_in(text, match.start(), match.end()):
            before = text[max(match.start(), named.start - 4) : named.start]
            sure = re.search(r"全名|叫做?|名字|本名|就是|[太媽爸小女先][太媽爸姐士生][,、(]$|[(,]$|[生姐太士]$|叫$", before) is not None
            reach = whom.reach_in(text, named.end, min(len(text), named.end + 60), hits)
            if named.weight >= 0.7 and (sure or reach) and not named.sample and not local(passage, named.start, named.end).news:
                yield named.start, named.end, 0.72, whom.mask_name(text[named.start : named.end]), "gossip-name", "談論來陳情或洽公的人並說出姓名"
                break
