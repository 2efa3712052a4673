"""The detectors of official papers as a whole: cues cover what is found, hostile texts stay cheap, the public corpus stays quiet."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks import hostile
from dlp.detectors import road
from dlp.detectors.business import occupational, procurement, third_party, trade_secret
from dlp.detectors.contract import Context, Passage
from dlp.detectors.official import drafts, marks, meetings, restricted
from dlp.document import Document
from dlp.finding import MEDIUM_FROM
from dlp.text.folding import fold, simplify_table
from dlp.verdict import Channel

DETECTORS = (marks, restricted, drafts, meetings, procurement, trade_secret, occupational, third_party)
FOLDER = Path(__file__).resolve().parent.parent / "scenarios" / "official"
TODAY = date(2026, 11, 22)
OURS = tuple({k for d in DETECTORS for k in d.KINDS})
SHORT_BYTES = 120_000
SHORT_SECONDS = 0.6  # linear cost with room for a busy machine; a quadratic pattern takes a hundred times as long
CORE_MOST = 0.003  # of the items that name secrecy, informants and petitioners outright


def _texts() -> list[str]:
    texts: list[str] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        cases: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        texts += [c[key] for c in cases for key in ("text", "for", "against") if key in c]
    return texts


def test_cues_cover_whatever_is_found() -> None:
    for text in _texts():
        document = Document.from_text(text)
        seen = {(f.kind, f.start) for f in road.find(Context(document, Channel.MAIL, TODAY))[0]}
        folded = fold(text)
        passage = Passage(document.parts[0], folded.text, folded, "plain", Context(document, Channel.MAIL, TODAY))
        for detector in DETECTORS:
            for hit in detector.find(passage):
                start, _ = folded.to_original(hit.start, hit.end)
                assert any(k == hit.kind and abs(at - start) < 40 for k, at in seen), (text, detector.ID, hit.kind)


WAYS: dict[str, Callable[[str], str]] = {
    "in Simplified characters": lambda t: t.translate(simplify_table()),
    "with zero-width characters": lambda t: "\u200b".join(t),
    "with carriage returns": lambda t: t.replace("\n", "\r\n"),
    "in full-width forms": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    "indented": lambda t: "\n".join("  " + line for line in t.split("\n")),
    "quoted in a reply": lambda t: "\n".join("> " + line for line in t.split("\n")),
}


@pytest.mark.parametrize("way", WAYS)
def test_however_it_is_typed(way: str) -> None:
    missed = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            wanted = case.get("kind") or next((k for k, level in case.get("expect", {}).items() if level != "low"), None)
            text = case.get("for", case.get("text"))
            if wanted is None or text is None or case.get("gap") or case.get("gap_for") or "name" in case:
                continue  # with a name, the mark stands in the name and not in the text
            found, _ = road.find(Context(Document.from_text(WAYS[way](text)), Channel.MAIL, case.get("today", TODAY)))
            if not any(f.kind.startswith(wanted) and f.confidence >= MEDIUM_FROM for f in found):
                missed.append(text)
    assert not missed


@pytest.mark.parametrize("name", hostile.TEXTS)
def test_hostile_text_stays_cheap(name: str) -> None:
    text = hostile.TEXTS[name](SHORT_BYTES)
    slow = {d.ID: seconds for d in DETECTORS if (seconds := hostile.cost(d, text)) > SHORT_SECONDS}
    assert not slow


@pytest.mark.parametrize(
    "piece",
    ["密 ", "機\n密\n", "密等：", "擬辦\n", "敬陳 ", "簽 於 ", "會後收回", "底價", "（密）", "編號：第", "本件於", "委員：", "發文字號：○○字第 ", "承辦人 核稿 ", "當事人說", "方案甲：", "\t密等\t", "第1層決行", "封面蓋著「密」，", "密_a.pdf ", "序|密等|現況\n1|密|維持\n", "(密,保密至120年)", "(會後繳回", "限與會者閱覽\n", "頁首：密 ", "(限閱)"],
)
def test_repeated_cues_stay_cheap(piece: str) -> None:
    text = piece * (SHORT_BYTES // len(piece.encode()))
    slow = {d.ID: seconds for d in DETECTORS if (seconds := hostile.cost(d, text)) > SHORT_SECONDS}
    assert not slow


@pytest.mark.corpus
def test_texts_that_name_secrecy_outright_stay_quiet(corpus: Path) -> None:
    core = set()
    for line in (corpus / "negatives" / "hard_ids.tsv").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if cells[2] == "1":
            core.add(cells[0])
    loud = []
    for path in sorted((corpus / "negatives").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            if item["id"] in core:
                found, _ = road.find(Context(Document.from_text(item["text"]), Channel.MAIL, TODAY))
                if any(f.kind in OURS and f.confidence >= MEDIUM_FROM for f in found):
                    loud.append(item["id"])
    assert len(core) > 2_000
    assert len(loud) / len(core) <= CORE_MOST, loud
