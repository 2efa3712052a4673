"""What only the network sees: a leak in words that no list holds.

Rules know words and constructions; who leaks on purpose, or by chance in everyday words, uses none of them.  The network judges the piece
as a whole and says which kind it likely holds; the kind is right in half of the cases only, so its findings carry ``evidence: meaning`` and
the shipped policies have one rule for them that warns in general words: alone it may ask a person, never stop.
"""

from collections.abc import Collection, Iterator, Sequence

import regex as re

from dlp.detectors.contract import Cue, Hit, Passage
from dlp.detectors.meaning import reading
from dlp.finding import EVIDENCE_MEANING, MEDIUM_FROM, Layer, Reason
from dlp.kinds import Kind
from dlp.language.reading import Piece

ID = "meaning.disclosure"
# Kinds that are a matter of meaning.  Numbers and marks have a form: without it the network is wrong.
KINDS = (
    Kind.INFORMANT_CLUE, Kind.INFORMANT_IDENTITY, Kind.PETITION_IDENTITY, Kind.PETITION_CONTENT,
    Kind.PERSONAL_HEALTH, Kind.PERSONAL_GENETIC, Kind.PERSONAL_SEX_LIFE, Kind.PERSONAL_HEALTH_CHECK, Kind.PERSONAL_CRIMINAL_RECORD,
    Kind.PERSONAL_FAMILY, Kind.PERSONAL_FINANCE,
    Kind.DRAFT_UNDECIDED, Kind.MEETING_CLOSED, Kind.SECRET_TRADE, Kind.SECRET_OCCUPATIONAL, Kind.SECRET_PROCUREMENT,
    Kind.BUSINESS_ITINERARY, Kind.BUSINESS_DEPLOYMENT, Kind.BUSINESS_UNANNOUNCED, Kind.BUSINESS_PERSONNEL, Kind.BUSINESS_SYSTEM,
    Kind.THIRD_PARTY_RIGHTS,
)  # fmt: skip
CUES: tuple[Cue, ...] = ()  # wherever another detector's cue fires
WHO = frozenset({Kind.INFORMANT_CLUE, Kind.INFORMANT_IDENTITY, Kind.PETITION_IDENTITY})  # one question: who complained
FROM = 0.6  # chance of a leak below which the network keeps silent
LEAST_HAN = 12  # Chinese characters; of a scrap nothing can be said
SPEAKS = frozenset(KINDS) | {k for k in Kind if k.startswith(("classified.", "restricted."))}
MOST = 0.79
ALSO, BESIDE = 0.25, 0.5  # chance of a kind from which on it is named: besides the likeliest, and besides what a rule has found
EVIDENCE = {"evidence": EVIDENCE_MEANING}
MASKED = "［疑似不宜公開的內容］"
HAN = re.compile(r"\p{Han}")
FIX = "這段讀起來像把不該公開的事告訴了外人。只留已公開的內容；指得出人、時間、地點、數字的細節刪去或改成概括的說法。"


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    """The kinds that each piece likely discloses, on the sentence the network looked at most."""
    if passage.view != "plain":
        return
    for piece in reading(passage).pieces:
        if piece.leak < FROM or len(HAN.findall(passage.text, piece.start, piece.end)) < LEAST_HAN:
            continue
        spoken = {h.kind for h in hits if h.confidence >= MEDIUM_FROM and h.start < piece.end and piece.start < h.end}
        kinds = likely(piece, spoken)
        if not kinds:
            continue
        start, end = looked_at(passage.text, piece)
        for kind in kinds:
            reason = Reason(
                Layer.MEANING, "model-disclosure", "語意模型判斷這段把具體而未公開的事講了出來", round(piece.leak, 2)
            )
            yield Hit(kind, start, end, round(min(MOST, piece.leak), 2), (reason,), MASKED, FIX, EVIDENCE)


def likely(piece: Piece, spoken: Collection[Kind]) -> list[Kind]:
    """The likeliest kind and others that are likely, too; where rules have spoken, only what is likelier than not and they left out."""
    ordered = sorted(KINDS, key=lambda k: -piece.kinds.get(k, 0.0))
    if not SPEAKS.isdisjoint(spoken):
        said = WHO | frozenset(spoken) if not WHO.isdisjoint(spoken) else frozenset(spoken)
        return [k for k in ordered if piece.kinds.get(k, 0.0) >= BESIDE and k not in said]
    return [k for n, k in enumerate(ordered) if n == 0 or piece.kinds.get(k, 0.0) >= ALSO]


def looked_at(text: str, piece: Piece) -> tuple[int, int]:
    """The sentence of the piece with the largest share of attention; the whole piece where the network gives none."""
    if not piece.looked:
        return piece.start, piece.end
    best, at, total = (-1.0, piece.start, piece.end), piece.start, 0.0
    for i in range(piece.start, piece.end):
        total += piece.looked[i - piece.start]
        if text[i] in "。!?;\n" or i + 1 == piece.end:
            if total > best[0] and text[at : i + 1].strip():
                best = (total, at, i + 1)
            at, total = i + 1, 0.0
    start, end = best[1], best[2]
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
