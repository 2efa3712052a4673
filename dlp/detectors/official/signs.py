"""Papers are known by several signs that stand together, not by one word.

擬辦, 核定, 草案, 會後收回 are ordinary words of law, news and teaching.  A draft, a closed meeting or a file of somebody else shows itself by
*families* of signs within one paper: how it is laid out, who is asked to decide, what is said about its state.  A sign inside a quotation
or an example counts nothing, in a sentence of rules (應, 得, 依…規定) little.  Families combine as independent evidence; signs of one family do not add up.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.variants import wide
from dlp.detectors.setting import MODAL, NEAR, READ_CHARS, WHOLE, local, sentence_range, setting_of
from dlp.document import Place
from dlp.finding import Layer, Reason

REACH = 1_500  # characters around an anchor that belong to one paper: about two printed pages
MATCHES_KEPT = 400  # of one sign in a passage
ANYWHERE: frozenset[Place] = frozenset()
FRAMES = frozenset({Place.HEADER, Place.FOOTER, Place.WATERMARK, Place.TEXT_BOX})
NAMES = frozenset({Place.FILE_NAME, Place.SHEET_NAME, Place.PROPERTY})

# A plea to keep something back is no rule, although it says 請勿 and 不得.
PLEA = re.compile(
    r"(?:敬?請|先|暫|切|嚴|拜託)?(?:勿|不要|別|不得|不可|不能|禁止)(?:再|任意|自行)?(?:對外(?:公開|說明|發布|說|講)?|外流|外傳|轉傳|傳出去|轉出去|傳|轉寄|公開|流出|散布|發布|說(?:出去)?|講|上網|攜出|拍照|錄音|錄影|翻拍|談論|外洩)|回應|支應|務必保密|(?:請|先)(?:先)?保密"
)

Check = Callable[[Passage, "re.Match[str]"], bool]


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign.  ``weight`` is what it is worth alone (0..1).

    ``laid`` signs are matters of layout (a heading, a stamp, an empty field): the sentence around them says nothing about them.
    ``places`` limits where the sign counts; empty is anywhere.  ``check`` has the last word on a match.
    """

    family: str
    code: str
    text: str
    weight: float
    pattern: "re.Pattern[str]" = field(repr=False)
    laid: bool = False
    places: frozenset[Place] = ANYWHERE
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    sign: Sign
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Paper:
    """Signs that stand together.  ``confidence`` combines the best of each family; ``anchor`` is the strongest."""

    anchor: Sighting
    sightings: tuple[Sighting, ...]

    @property
    def best(self) -> dict[str, Sighting]:
        """The strongest sighting of each family; the same words never speak for two families."""
        out: dict[str, Sighting] = {}
        for seen in sorted(self.sightings, key=lambda s: (s is not self.anchor, -s.weight, s.start)):
            if seen.sign.family not in out and not any(seen.start < o.end and o.start < seen.end for o in out.values()):
                out[seen.sign.family] = seen
        return out

    @property
    def confidence(self) -> float:
        rest = 1.0
        for seen in self.best.values():
            rest *= 1 - seen.weight
        return 1 - rest

    def weight(self, family: str) -> float:
        seen = self.best.get(family)
        return seen.weight if seen else 0.0

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """One reason a family, strongest first."""
        ordered = sorted(self.best.values(), key=lambda s: -s.weight)
        return tuple(
            Reason(Layer.FORM if s.sign.laid else Layer.CONTEXT, s.sign.code, s.sign.text, round(s.weight, 2))
            for s in ordered
        )

    @property
    def span(self) -> tuple[int, int]:
        return self.anchor.start, self.anchor.end


TALK_AT_MOST = 0.45  # confidence of a text that only talks
MILD = 0.7  # a factor from here on is a doubt, not a verdict


def sightings(passage: Passage, signs: Sequence[Sign]) -> list[Sighting]:
    """Every sign in the passage, in order of place, each weighed by the sentence it stands in."""
    # Signs are made once, when their modules are loaded, so that the identity of one is a key.
    seen = [s for sign in signs for s in passage.once(f"sign:{id(sign)}", partial(_sighted, passage, sign))]
    seen.sort(key=lambda s: (s.start, s.end))
    return seen


def _sighted(passage: Passage, sign: Sign) -> list[Sighting]:
    """Where one sign stands; several detectors ask for the same one."""
    seen: list[Sighting] = []
    if sign.places and passage.part.place not in sign.places:
        return seen
    for match in wide(sign.pattern).finditer(passage.text):
        weight = _weigh(passage, sign, match)
        if weight > 0:
            seen.append(Sighting(sign, match.start(), match.end(), weight))
        if len(seen) >= MATCHES_KEPT:
            break
    return seen


def _weigh(passage: Passage, sign: Sign, match: "re.Match[str]") -> float:
    if match.end() == match.start() or (sign.check is not None and not sign.check(passage, match)):
        return 0.0
    near = local(passage, *match.span())
    if near.example or (near.quoted and not sign.laid):
        return 0.0
    if sign.laid:
        return sign.weight
    said = PLEA.sub("", passage.text[slice(*sentence_range(passage, *match.span()))])
    factor = 1.0
    if near.law:
        factor *= 0.4
    if NEAR["teaching"].search(said) or NEAR["procedure"].search(said):
        factor *= 0.5
    if MODAL.search(said):
        factor *= 0.6
    if near.conditional or near.hypothetical:
        factor *= 0.7
    return sign.weight * factor


def papers(passage: Passage, signs: Sequence[Sign], *, core: Collection[str], reach: int = REACH) -> Iterator[Paper]:
    """Groups of signs around the strongest one of the ``core`` families, strongest first, none overlapping."""
    if not sightings(passage, [sign for sign in signs if sign.family in core]):
        return  # the others say nothing without one of these
    left = sightings(passage, signs)
    while True:
        anchors = [s for s in left if s.sign.family in core]
        if not anchors:
            return
        anchor = max(anchors, key=lambda s: (s.weight, -s.start))
        low, high = anchor.start - reach, anchor.end + reach
        yield Paper(anchor, tuple(s for s in left if low <= s.start <= high))
        left = [s for s in left if not low <= s.start <= high]


def teaches(passage: Passage) -> bool:
    """Whether the passage teaches, pleas (請勿外流) aside: they make a label, not a lesson."""

    def compute() -> bool:
        if not setting_of(passage).teaching:
            return False
        pattern, hits, density = WHOLE["teaching"]
        text = PLEA.sub("", passage.text[:READ_CHARS])
        count = sum(1 for _ in pattern.finditer(text))
        return count >= hits and 1000 * count / max(len(text), 1) >= density

    return passage.once("official.teaches", compute)


def discount(passage: Passage, *, letter: bool = False) -> tuple[float, str]:
    """Factor for the kind of text as a whole, with the zh-TW cause; ``letter`` says that the signs themselves look like a paper."""
    whole = setting_of(passage)
    factor, cause = 1.0, ""
    for holds, value, text in (
        (whole.law, 0.75 if letter else 0.4, "全文是法規或引用法條"), (teaches(passage), 0.8 if letter else 0.45, "全文是宣導或教學"),
        (whole.procedure, 0.85 if letter else 0.6, "全文是作業規定"), (whole.news, 0.85 if letter else 0.6, "全文是新聞"),
        (whole.job_advert, 0.6, "全文是徵才"), (whole.fiction, 0.5, "全文是故事"), (whole.hypothetical, 0.9, "全文是假設的情境"),
        (whole.blank_form, 0.6, "全文是空白表單"), (whole.question and not letter, 0.7, "全文是詢問"),
    ):  # fmt: skip
        if holds:
            factor *= value
            cause = cause or text
    return factor, cause


def lowered(
    reasons: tuple[Reason, ...], confidence: float, factor: float, cause: str
) -> tuple[tuple[Reason, ...], float]:
    """Reasons and confidence after a discount."""
    if factor >= 1:
        return reasons, round(confidence, 2)
    # However many words of the subject a text that talks about it holds, it stays below what is worth a person's time.
    low = confidence * factor if factor >= MILD else min(confidence * factor, TALK_AT_MOST)
    return (*reasons, Reason(Layer.CONTEXT, "talk", f"降低：{cause}", round(low - confidence, 2))), round(low, 2)
