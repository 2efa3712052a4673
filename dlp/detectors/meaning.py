"""Where the trained network's evidence joins that of form and context.

``context.language`` is None while no model is loaded; every detector then stands on the lexical layers alone.  With a model, a
passage is read once, in pieces, and every detector may ask what the network says of a place.  Its evidence moves the confidence of a
detector's own finding by at most ``MOST`` either way, so that a concrete detail is never argued away and words alone are never made
certain; what only the network sees is found by ``people/disclosure.py``.
"""

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from dlp.detectors.contract import Hit, Passage
from dlp.document import Place
from dlp.finding import Layer, Reason
from dlp.kinds import Kind
from dlp.language.network import pieces
from dlp.language.reading import Named, Piece, Reading
from dlp.verdict import Channel

MOST = 0.35  # largest change of a confidence, either way
UNSURE = 0.15  # a probability this near to one half says nothing
READ_WHOLE = 8  # pieces; of longer passages only the pieces richest in cues are read
SHARE_OWNERS = 2  # a share has millions of files with one everyday word; cues of two detectors are asked for there
NO_READING = Reading(0.0)
# Places of running text.  The network learnt sentences: of addresses, ids, names and stamps it knows nothing.
SENTENCES = frozenset({
    Place.BODY, Place.FIELD, Place.CELLS, Place.NOTES, Place.SLIDE, Place.FOOTNOTE, Place.COMMENT, Place.DELETED, Place.HIDDEN, Place.TEXT_BOX,
    Place.OCR,
})  # fmt: skip
# Values whose shape is weak: what is told about them can make them worth a look.  It never makes them less: a list of addresses is no talk.
RAISED = frozenset({
    Kind.PERSONAL_LANDLINE, Kind.PERSONAL_MOBILE, Kind.PERSONAL_ADDRESS, Kind.PERSONAL_BIRTH_DATE, Kind.PERSONAL_PLATE, Kind.PERSONAL_EMAIL,
    Kind.PERSONAL_LINE_ID, Kind.PERSONAL_STUDENT_ID, Kind.PERSONAL_IP_ADDRESS, Kind.PERSONAL_MEDICAL_RECORD, Kind.PERSONAL_BANK_ACCOUNT,
    Kind.RESTRICTED_MARK,
})  # fmt: skip
# Facts that are harmful by what they mean.  An identity number, a card or a mark in force is in neither set: it is what it is.
WEIGHED = RAISED | {
    Kind.PERSONAL_NAME, Kind.PERSONAL_HEALTH, Kind.PERSONAL_GENETIC, Kind.PERSONAL_SEX_LIFE, Kind.PERSONAL_HEALTH_CHECK,
    Kind.PERSONAL_CRIMINAL_RECORD, Kind.PERSONAL_FAMILY, Kind.PERSONAL_FINANCE, Kind.DRAFT_UNDECIDED, Kind.MEETING_CLOSED,
    Kind.SECRET_TRADE, Kind.SECRET_OCCUPATIONAL, Kind.SECRET_PROCUREMENT, Kind.THIRD_PARTY_RIGHTS,
}  # fmt: skip
CEILING = 0.95


def reading(passage: Passage) -> Reading:
    """What the network says of the passage, read once for both views; offsets are those of ``passage.text``.  Empty without a model."""
    plain = passage.plain
    if plain is not None:
        return passage.once("reading", lambda: _as_joined(reading(plain), plain, passage))
    return passage.once("reading", partial(_read, passage))


def _as_joined(read: Reading, plain: Passage, joined: Passage) -> Reading:
    """A reading of the plain view in the offsets of the joined one; what lies in characters that joining took out is dropped."""

    def there(start: int, end: int) -> tuple[int, int]:
        low, high = plain.folded.to_original(start, end)
        return joined.folded.from_original(low), joined.folded.from_original(high)

    pieces_there = [(p, *there(p.start, p.end)) for p in read.pieces]
    persons_there = [(n, *there(n.start, n.end)) for n in read.persons]
    return Reading.of(
        [replace(p, start=a, end=b, looked=()) for p, a, b in pieces_there if a < b],
        [replace(n, start=a, end=b) for n, a, b in persons_there if a < b],
    )


def _read(passage: Passage) -> Reading:
    language = passage.context.language
    if language is None or passage.part.place not in SENTENCES:
        return NO_READING
    if passage.context.channel is Channel.SHARE and len({owner for owner, _ in passage.cues()}) < SHARE_OWNERS:
        return NO_READING
    cuts = pieces(passage.text)
    if len(cuts) <= READ_WHOLE:
        whole: Reading = language.read(passage.text)
        return whole
    # Cues of many different detectors in one place are where something may be disclosed.
    starts = [start for start, _ in cuts]
    owners = Counter(n for _, n in {(owner, bisect.bisect_right(starts, at) - 1) for owner, at in passage.cues()})
    read: list[Piece] = []
    persons: list[Named] = []
    for number, _ in sorted(owners.most_common(READ_WHOLE)):
        start, end = cuts[number]
        part: Reading = language.read(passage.text[start:end])
        read += [piece.moved(start) for piece in part.pieces]
        persons += [person.moved(start) for person in part.persons]
    return Reading.of(read, persons)


def piece_at(passage: Passage, start: int, end: int) -> Piece | None:
    """The piece that holds the middle of ``[start, end)``; None where nothing was read."""
    middle = (start + end) // 2
    return next((p for p in reading(passage).pieces if p.start <= middle < p.end), None)


def weigh(passage: Passage, start: int, end: int) -> Reason | None:
    """What the network adds at ``[start, end)``: a reason with its weight, or None where it says nothing."""
    piece = piece_at(passage, start, end)
    if piece is None or abs(piece.leak - 0.5) < UNSURE:
        return None
    weight = round((piece.leak - 0.5) * 2 * MOST, 3)
    if weight > 0:
        return Reason(Layer.MEANING, "model-leak", "語意模型判斷這段像是洩漏具體內容", weight)
    return Reason(Layer.MEANING, "model-talk", "語意模型判斷這段像是談論制度或程序", weight)


def weighed(passage: Passage, hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` with the network's evidence on those of WEIGHED that no detector has weighed itself."""
    if not reading(passage).pieces:
        return list(hits)
    return [_weighed(passage, hit) for hit in hits]


def _weighed(passage: Passage, hit: Hit) -> Hit:
    if hit.kind not in WEIGHED or any(
        r.layer is Layer.MEANING and r.code.startswith(("model-leak", "model-talk", "model-disclosure"))
        for r in hit.reasons
    ):
        return hit
    reason = weigh(passage, hit.start, hit.end)
    if reason is None or (reason.weight < 0 and hit.kind in RAISED):
        return hit
    confidence = round(max(0.0, min(max(CEILING, hit.confidence), hit.confidence + reason.weight)), 2)
    return replace(hit, confidence=confidence, reasons=(*hit.reasons, reason))
