"""Which persons and which ways to reach them fill the frames of a passage; shared by the four detectors of this folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Hit, Passage
from dlp.detectors.people import whom
from dlp.detectors.people.cases import Frame, discount, frames
from dlp.detectors.people.clues import clues_in
from dlp.detectors.people.whom import Named, Reach
from dlp.detectors.setting import local, made_up, sentence_range, setting_of
from dlp.finding import Layer, Reason
from dlp.verdict import Channel

NEAR_CORE = 18  # characters that may stand between a name and the verb of which it is the subject
PUBLIC = re.compile(r"議員|立委|立法委員|委員(?!會)|市長|縣長|鎮長|鄉長|區長|部長|次長|院長|總統|局長|處長|署長|司長|廳長|發言人|檢察官|法官|分局長|主席|秘書長|總召|里長(?=[\p{Han}]{2,3}(?:反映|陳情|爭取|表示|指出))|黨團|主任委員|記者")
OF_OTHERS = re.compile(r"承辦|聯絡窗口|業務單位|本[局府處所會署部校院]|專線|洽|服務(?:電話|專線)|傳真|政風|客服|被檢舉|被申訴|受檢|主管機關|稽查(?:人員)?電話")
OBJECT_OF = re.compile(r"(?:對|向|跟|與|給|把|將|被|遭|替|幫|找|請|及被|告|檢舉|申訴|投訴|指|轉|函|通知|質疑|指控|批|罵|認為|關於|有關)$")
SAYS_NAME = re.compile(r"(?:自稱|署名|具名|化名|本名|真名|名叫|名字是|姓名[:為是]?|叫做?|叫作|簽名)[「(:]?$")
BRACKETED = re.compile(r"\([^()]{0,60}\)|「[^「」]{0,30}」")
ANSWERS = re.compile("經查|查得|就是|即為?|係為?|是|為|[:]")
LIVES = re.compile(r"(?:住(?:於|在|所|址|處)?|居住?(?:於|在|所)?|[地住]址|戶籍(?:地|地址|設(?:於|在))?|門牌|家住|寄至|通訊處|現居|送達處所|租屋處)(?:為|是|於|在)?[:(]?[^,。;:]{0,14}$|[(（][^()]{0,14}$|[:、,\t ][^,。;:、]{0,12}$")
ADDRESSED = re.compile(r"(?:先生|女士|小姐|太太|君|同學|老師)?[ ]{0,2}(?:您好|你好|惠鑒|台鑒|鈞鑒|鈞啟|道鑒)[^您台]{0,12}(?:您|台端)")
OWNS = re.compile(r"(?:駕駛|騎乘?|開|自小客車?|自用小?客?貨?車|自小貨|其|所有|所駕|使用|車主|所屬|坐車|機車|車牌|車號)[^,。;]{0,8}$")
LANDLINE_OF = re.compile(r"(?:電話|話|聯繫|回電|手機|分機|打給|撥|洽|電|,|、|\(|:|\t| )[:( ]?$")


@dataclass(frozen=True, slots=True)
class Filler:
    """A person or contact in a frame, with the confidence that it is the frame's person."""

    frame: Frame
    start: int
    end: int
    confidence: float
    reasons: tuple[Reason, ...]
    label: str
    form: str


def fillers(passage: Passage, hits: Sequence[Hit], side: str) -> Iterator[Filler]:
    """Names and contacts in the frames of ``side``, each with its reasons."""
    for frame in frames(passage):
        if frame.side != side:
            continue
        named = list(_named(passage, frame))
        for one in named:
            yield _of_name(passage, frame, one, hits)
        if not frame.back:
            for reach in whom.reach_in(passage.text, frame.start, frame.end, hits):
                if _belongs(passage.text, frame, reach, named):
                    yield _of_reach(passage, frame, reach)


def _named(passage: Passage, frame: Frame) -> Iterator[Named]:
    text = passage.text
    for one in whom.named_in(text, frame.start, frame.end):
        before = text[max(frame.start, one.start - 6) : one.start]
        if OBJECT_OF.search(before) and not SAYS_NAME.search(before):
            continue
        if frame.sort in ("actor", "paper") and one.start > frame.start + 1 and not SAYS_NAME.search(text[max(frame.start, one.start - 22) : one.start].split("聯絡人")[0]):
            continue
        if frame.sort in ("copula", "cleft") and not frame.back and "," in text[frame.start : one.start] and not SAYS_NAME.search(before) and not before.endswith(("是", ":")):
            continue
        if frame.sort == "paper" and not SAYS_NAME.search(text[frame.start : one.start]):
            continue
        if frame.sort == "inference" or (frame.sort == "hint" and one.form in ("full", "titled") and not ANSWERS.search(text, frame.start, one.start)):
            continue
        if frame.back and len(BRACKETED.sub("", text[one.end : frame.core[0]])) > NEAR_CORE:
            continue
        if frame.sort in ("subject", "apposition") and one.form == "full" and one.score < whom.LIKELY_SCORE:
            continue
        if frame.sort == "apposition" and frame.core[0] - one.end > 2:
            continue
        if frame.sort == "subject" and one.form in ("nickname", "surname") and frame.base == 0:
            continue
        if _public(text, one) and frame.sort in ("subject", "actor", "apposition"):
            continue
        yield one


def _public(text: str, one: Named) -> bool:
    """Whether the name is that of somebody in public office: what such a person says in office is no petition."""
    return PUBLIC.match(text, one.end) is not None or PUBLIC.search(text[max(0, one.start - 5) : one.end]) is not None


def _of_name(passage: Passage, frame: Frame, one: Named, hits: Sequence[Hit]) -> Filler:
    confidence = 1 - (1 - one.weight) * (1 - frame.base)
    if frame.sort == "subject" and frame.base == 0:
        confidence *= 0.8
    reasons = [
        Reason(Layer.FORM, f"name-{one.form}", f"有{whom.FORM_LABEL[one.form]}", one.weight),
        Reason(Layer.CONTEXT, f"frame-{frame.sort}", FRAME_TEXT[frame.sort], round(confidence - one.weight, 2)),
    ]
    if one.form in ("masked", "titled", "surname") and (near := _beside(passage, one, hits)):
        confidence = 1 - (1 - confidence) * 0.5
        reasons.append(Reason(Layer.CONTEXT, "reach-beside", f"旁邊有{near}", 0.2))
    before = confidence
    confidence = _weighed(passage, frame, one, confidence)
    if confidence < before:
        cause = "像範例姓名" if one.sample else discount(passage, one.start, one.end)[1] or "文字類型"
        reasons.append(Reason(Layer.CONTEXT, "talk", f"降低：{cause}", round(confidence - before, 2)))
    return Filler(frame, one.start, one.end, confidence, tuple(reasons), whom.FORM_LABEL[one.form], one.form)


def _beside(passage: Passage, one: Named, hits: Sequence[Hit]) -> str:
    high = sentence_range(passage, one.start, one.end)[1]
    stop = min(one.end + 50, max(high, one.end))
    near = whom.reach_in(passage.text, one.end, stop, hits)
    if near and not OF_OTHERS.search(passage.text, one.end, near[0].start):
        return near[0].label
    # Of a name that is masked, a relative says little: who she is stays open to whoever does not know her.
    telling = ("floor", "unique", "unit", "vehicle") if one.form == "masked" else ("kin", "relation", "floor", "unique", "unit", "vehicle", "tie")
    clues = [c for c in clues_in(passage.text, one.end, min(stop, one.end + 24)) if c.sort in telling]
    clues += [c for c in clues_in(passage.text, max(0, one.start - 14), one.start) if c.sort in ("floor", "unique", "kin", "relation", "neighbour")]
    return clues[0].label if clues else ""


def _weighed(passage: Passage, frame: Frame, one: Named, confidence: float) -> float:
    near, whole = local(passage, one.start, one.end), setting_of(passage)
    if one.sample:
        return confidence * (0.3 if near.example or whole.teaching or near.procedure or whole.blank_form else 0.5)
    if near.example and near.quoted:
        confidence *= 0.8
    if near.news or whole.news:
        confidence *= 0.7 if frame.back else 0.85
    if whole.law and frame.back:
        confidence *= 0.6
    if passage.context.channel is Channel.MAIL and ADDRESSED.match(passage.text, one.end):
        confidence *= 0.4  # the reply to the person: 王先生您好,您反映的…
    if whole.fiction or near.fiction or made_up(passage, one.start, one.end):
        confidence *= 0.5
    if one.weight < 0.8:
        confidence *= max(0.5, discount(passage, one.start, one.end)[0])
    return confidence


def _of_reach(passage: Passage, frame: Frame, reach: Reach) -> Filler:
    confidence = REACH_WEIGHT.get(reach.sort, 0.7)
    reasons = [
        Reason(Layer.FORM, f"reach-{reach.sort}", f"有{reach.label}", confidence),
        Reason(Layer.CONTEXT, f"frame-{frame.sort}", FRAME_TEXT[frame.sort]),
    ]
    near = local(passage, reach.start, reach.end)
    sample = whom.SAMPLE_NUMBER.search(passage.text, reach.start, reach.end) is not None
    if near.example and sample:
        confidence *= 0.4
        reasons.append(Reason(Layer.CONTEXT, "talk", "降低：像範例號碼", -0.4))
    return Filler(frame, reach.start, reach.end, confidence, tuple(reasons), reach.label, reach.sort)


REACH_WEIGHT = {"mobile": 0.85, "national": 0.88, "email": 0.82, "account": 0.85, "address": 0.82, "plate": 0.75, "landline": 0.72, "other": 0.75}
FRAME_TEXT = {
    "copula": "句子指明這就是當事人", "cleft": "句子指明是誰做的", "agent": "「由（是）…提出」的句型", "subject": "是提出者的主詞", "actor": "緊接在當事人稱謂之後",
    "apposition": "與當事人稱謂同位", "hint": "以提示讓人猜是誰", "paper": "講的是那份檢舉本身", "inference": "寫的人推論是誰",
}  # fmt: skip


def _belongs(text: str, frame: Frame, reach: Reach, named: Sequence[Named]) -> bool:
    """Whether a way to reach somebody is that of the frame's person and not of an office or of the matter."""
    between = text[min(frame.start, frame.core[1]) : reach.start]
    if OF_OTHERS.search(between):
        return False
    after_name = any(n.end <= reach.start and reach.start - n.end <= 40 for n in named)
    if reach.sort == "address":
        return (LIVES.search(between) is not None) and (after_name or re.search("住|居|戶籍|門牌|址", between) is not None or frame.sort == "copula")
    if reach.sort == "plate":
        return OWNS.search(between) is not None
    if reach.sort == "landline":
        return (after_name and reach.start - frame.start < 40) or (LANDLINE_OF.search(between) is not None and "請" not in between)
    return True
