"""Persons and facts take linear time on hostile text, and the sieve misses nothing that they find."""

import json
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from dlp.detectors import road
from dlp.detectors.contract import Context, Passage
from dlp.detectors.personal import (
    addresses,
    criminal_record,
    family,
    finance,
    genetic,
    health,
    health_check,
    names,
    sex_life,
)
from dlp.document import Document
from dlp.text.folding import fold
from dlp.verdict import Channel

DETECTORS = (names, addresses)
RELATORS = (health, genetic, sex_life, health_check, criminal_record, family, finance)
UNITS = {
    "surnames": "王", "masks": "王○", "double surnames": "陳林", "latin": "Chen ", "dots": "瓦·", "list": "王大同、", "header": "姓名\t", "table": "姓名\t診斷\n王大同\t癌\n",
    "spaced": "姓 名 ", "roles": "檢舉人", "titles": "先生", "commas": ",", "nicknames": "暱稱", "numbers": "12號", "streets": "中山路12號", "villages": "里",
    "districts": "區", "verbs": "罹患", "illness": "糖尿病", "crime": "前科", "debt": "欠", "have": "有", "with": "與", "numerals": "一", "because": "因",
}  # fmt: skip
SMALL, LARGE = 20_000, 80_000  # characters; four times the text may take at most some eight times as long


def passage(text: str) -> Passage:
    document, folded = Document.from_text(text), fold(text)
    return Passage(document.parts[0], folded.text, folded, "plain", Context(document, Channel.MAIL, date(2026, 11, 22)))


def seconds(text: str) -> float:
    place = passage(text)
    began = perf_counter()
    hits = [h for d in DETECTORS for h in d.find(place)]
    for relator in RELATORS:
        hits += list(relator.relate(place, tuple(hits)))
    return perf_counter() - began


@pytest.mark.parametrize("unit", UNITS.values(), ids=list(UNITS))
def test_time_grows_with_length(unit: str) -> None:
    seconds("檢舉人王建宏")  # tables are loaded
    small = min(seconds(unit * (SMALL // len(unit))) for _ in range(2))
    large = min(seconds(unit * (LARGE // len(unit))) for _ in range(2))
    assert large < max(8 * small, 0.4)


@pytest.mark.corpus
def test_the_sieve_misses_nothing(corpus: Path) -> None:
    """With every detector run on everything, no finding appears that the sieve would have kept away."""
    sieve = road.shipped_sieve()
    for name in ("pres", "tccmot", "trans"):
        lines = (corpus / "negatives" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[::40]
        for line in lines:
            place = passage(json.loads(line)["text"])
            owners = sieve.owners_in(place.text.encode("utf-8", "replace"))
            hits = []
            for detector in DETECTORS:
                found = list(detector.find(place))
                assert not found or detector.ID in owners, (detector.ID, [place.text[h.start : h.end] for h in found][:3])
                hits += found
            for relator in RELATORS:
                related = list(relator.relate(place, hits))
                assert not related or relator.ID in owners, (relator.ID, [place.text[h.start : h.end] for h in related][:3])
