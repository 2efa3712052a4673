"""Persons of the lexical layer joined with those of the trained network.

Statistics know which characters make names, role words who somebody is; the network knows sentences.  Where both agree, both are surer; a
bare name that the network does not take for one loses; what only the network sees is added when its shape is that of a name.
"""

from collections.abc import Sequence
from dataclasses import replace

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.meaning import reading
from dlp.detectors.personal.name_tables import tables
from dlp.detectors.personal.person import Person
from dlp.finding import Layer, Reason
from dlp.language.reading import Named, Piece

SURE_LEXICAL = 0.9  # a name this certain by form and labels does not need the network
UNSEEN = 0.55  # factor of a bare name that the network read and did not take for one
TRUST = 0.85  # of the network's own confidence
ROLE_FROM = 0.6
ADDED_FROM = 0.5
LONGEST = 24
# The network's roles in the words of the lexical layer.
ROLES = {"other": "unknown", "public": "public_figure", "family": "relative"}
FORMS = (
    ("masked", re.compile(r"[\p{Han}A-Za-z]{0,3}[○〇◯●□×*]{1,3}[\p{Han}]{0,2}")),
    ("full", re.compile(r"[\u3400-\u9fff]{2,5}")),
    ("latin", re.compile(r"[A-Za-z][A-Za-z .'\-]{2,}")),
    ("indigenous", re.compile(r"[\u3400-\u9fff]{1,8}(?:[·‧・•.．][\u3400-\u9fffA-Za-z]{1,12}){1,3}")),
)
AGREES = Reason(Layer.MEANING, "model-name", "語意模型也認為這是人名", 0.2)
ALONE = Reason(Layer.MEANING, "model-name", "語意模型認為這是人名", 0.0)
DOUBTS = Reason(Layer.MEANING, "model-no-name", "語意模型不認為這是人名", -0.3)


def joined(passage: Passage, people: tuple[Person, ...]) -> tuple[Person, ...]:
    """``people`` with the network's evidence; unchanged without a model."""
    seen = reading(passage)
    if not seen.pieces:
        return people
    by_place = {(n.start, n.end): n for n in seen.persons}
    covered = bytearray(len(passage.text))
    out = []
    for person in people:
        kept = _with_network(person, by_place.get((person.start, person.end)), seen.persons, seen.pieces)
        covered[kept.start : kept.end] = b"\1" * (kept.end - kept.start)
        out.append(kept)
    for named in seen.persons:
        if named.confidence >= ADDED_FROM and not any(covered[named.start : named.end]):
            added = _added(passage.text, named)
            if added is not None:
                out.append(added)
    return tuple(sorted(out, key=lambda p: p.start))


def _with_network(person: Person, same: Named | None, all_named: Sequence[Named], pieces: Sequence[Piece]) -> Person:
    if same is not None:
        confidence = 1 - (1 - person.confidence) * (1 - TRUST * same.confidence)
        role, public = person.role, person.public
        if role == "unknown" and same.confidence >= ROLE_FROM:
            role = ROLES.get(same.role, same.role)
            public = public or role in ("public_figure", "official")
        return replace(person, confidence=confidence, role=role, public=public, reasons=(*person.reasons, AGREES))
    bare = person.form == "full" and person.role == "unknown" and person.confidence < SURE_LEXICAL
    if not bare or not any(p.start <= person.start < p.end for p in pieces):
        return person
    if any(n.start < person.end and person.start < n.end for n in all_named):
        return person  # the network sees a name here with other borders
    return replace(person, confidence=person.confidence * UNSEEN, reasons=(*person.reasons, DOUBTS))


def _added(text: str, named: Named) -> Person | None:
    name = text[named.start : named.end]
    form = next((form for form, shape in FORMS if shape.fullmatch(name)), None)
    if form is None or len(name) > LONGEST:
        return None
    surname = (
        name[:2] if name[:2] in tables().surnames and len(name) > 2 else name[:1] if form in ("full", "masked") else ""
    )
    role = ROLES.get(named.role, named.role)
    public = role in ("public_figure", "official")
    return Person(named.start, named.end, form, TRUST * named.confidence, role, public, name, surname, False, (ALONE,))
