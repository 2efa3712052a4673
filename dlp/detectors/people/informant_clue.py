"""Clues from which the informant can be told without a name: floor, relation, job, time, vehicle, look, being the only one.

Protected is 「其他足資辨別其身分之資訊」 (see informant_identity).  A clue counts only in a slot that the sentence itself gives to the informant;
one clue is rarely enough, several add up, and being the only one who fits is enough by itself.  Never certain: at most 0.85.
"""

from collections.abc import Iterator, Sequence

from dlp.detectors.contract import Hit, Passage
from dlp.detectors.meaning import weigh
from dlp.detectors.people.cases import INFORMANT, Frame, discount, frames
from dlp.detectors.people.clues import NOBODY, Clue, chance, clues_in
from dlp.detectors.people.informant_identity import CUES as CUES
from dlp.detectors.people.persons_in_frames import FRAME_TEXT
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "informant.clue"
KINDS = (Kind.INFORMANT_CLUE,)
MOST = 0.85
KEPT = 300
FIX = "刪去樓層、關係、職務、時間、外貌等線索，只寫「據檢舉」；合在一起就認得出人的細節都不要寫。"
# Constructions in which the informant is the topic but the slot may speak of the matter: more clues are asked for.
LOOSE = {"actor": 0.8, "subject": 0.8, "apposition": 0.7, "hint": 0.9, "copula": 1.0, "cleft": 1.0, "agent": 1.0, "paper": 0.95, "inference": 0.9}
STRONG_ALONE = {"unique", "same"}


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    """One hit per frame with enough clues."""
    count = 0
    for frame in frames(passage):
        if frame.side == INFORMANT and (hit := _of_frame(passage, frame)) is not None:
            yield hit
            count += 1
            if count >= KEPT:
                return


def _of_frame(passage: Passage, frame: Frame) -> Hit | None:
    text = passage.text
    clues = [c for c in clues_in(text, frame.start, frame.end) if _counts(c, frame)]
    if not clues:
        return None
    confidence = chance(clues, frame.base) * LOOSE[frame.sort]
    if len(clues) < 2 and clues[0].sort not in STRONG_ALONE and frame.sort not in ("cleft", "copula", "agent", "paper"):
        confidence = min(confidence, 0.4)
    reasons = [Reason(Layer.CONTEXT, f"frame-{frame.sort}", FRAME_TEXT[frame.sort], frame.base)]
    reasons += [Reason(Layer.CONTEXT, f"clue-{c.sort}", f"線索：{c.label}", c.weight) for c in clues]
    factor, cause = discount(passage, *frame.core, skip=("question",) if frame.sort == "hint" else ())
    if NOBODY.search(text, frame.start, frame.end) and not {"unique", "floor", "surname"} & {c.sort for c in clues}:
        factor, cause = factor * 0.6, cause or "指的是不特定的人"
    if factor < 1:
        reasons.append(Reason(Layer.CONTEXT, "talk", f"降低：{cause}", round(confidence * (factor - 1), 2)))
    confidence *= factor
    start, end = min(c.start for c in clues), max(c.end for c in clues)
    if model := weigh(passage, start, end):
        confidence += model.weight
        reasons.append(model)
    confidence = round(max(0.0, min(MOST, confidence)), 2)
    attrs = {"role": "informant", "clues": ",".join(sorted({c.sort for c in clues}))}
    return Hit(Kind.INFORMANT_CLUE, start, end, confidence, tuple(reasons), "［可推知檢舉人的線索］", FIX, attrs)


def _counts(clue: Clue, frame: Frame) -> bool:
    """In loose frames the words for time and evidence mostly tell the matter, not the person."""
    return not (frame.sort in ("actor", "subject") and clue.sort in ("person",) and not frame.back)
