"""Who petitioned (陳情人) is shown by name, number, address or relation.

Law: 行政程序法 Art. 170 II (petitions that need secrecy are handled without disclosure), 個人資料保護法 Art. 16 and 41; agencies copy 人民之陳情有保密必要者，
處理時應注意保密 (read 2026-11-22).  Handling inside the agency is lawful; what goes out to the counter-party is not.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.meaning import weigh
from dlp.detectors.people import records, whom
from dlp.detectors.people.cases import PETITION, frames
from dlp.detectors.people.clues import clues_in
from dlp.detectors.people.persons_in_frames import LIVES, Filler, fillers
from dlp.detectors.setting import sentence_range
from dlp.finding import MEDIUM_FROM, Layer, Reason
from dlp.kinds import Kind

ID = "petition.identity"
KINDS = (Kind.PETITION_IDENTITY,)
CUES = (
    *literals(
        "陳情", "反映", "反應", "請願", "陳訴", "來信", "來電", "來函", "來文", "投書", "發信", "致電", "寄件", "申訴", "投訴", "案主", "申請人", "信箱", "1999", "聯絡電話", "姓名", "封信", "這封信", "該信", "主訴", "寫信",
        "請託", "求助", "請求協助", "抱怨", "訴苦", "選民", "受訪人", "受話人", "留言人", "留言者", "話務", "櫃檯", "櫃台", "來吵", "來鬧", "洽公", "退件", "補償", "補助", "低收", "急難", "電話", "檢舉", "這件",
    ),
    *pattern("姓[ \\t]{0,4}名"),
)  # fmt: skip
FIX = "刪去陳情人的姓名、電話、住址，改寫「據民眾反映」；轉交其他單位或對造時只給案情摘要。"
KEPT = 400


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    """Persons and contacts that show who petitioned."""
    for filler in islice(fillers(passage, hits, PETITION), KEPT):
        hit = _hit(passage, filler)
        # A name that is masked already and shows nobody is no finding.
        if hit.confidence >= MEDIUM_FROM or hit.masked != passage.text[hit.start : hit.end]:
            yield hit
    yield from _by_home(passage, hits)
    yield from records.petition_records(passage, hits, fix=FIX)


def _by_home(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    """「五樓之二住戶陳情…，門牌為…號」: no name, but the flat from which the petition came."""
    for frame in frames(passage):
        if frame.side != PETITION or not frame.back:
            continue
        clues = [c for c in clues_in(passage.text, frame.start, frame.end) if c.sort in ("floor", "neighbour", "kin", "relation", "unique")]
        if not clues:
            continue
        high = sentence_range(passage, *frame.core)[1]
        homes = [r for r in whom.reach_in(passage.text, frame.start, min(high, frame.core[1] + 60), hits) if r.sort in ("address", "mobile")]
        if not homes or not LIVES.search(passage.text[max(frame.start, homes[0].start - 20) : homes[0].start]):
            continue
        if "住戶" in passage.text[frame.start : frame.end] or clues[0].sort in ("unique", "kin", "relation"):
            reasons = (
                Reason(Layer.FORM, f"reach-{homes[0].sort}", f"有{homes[0].label}", 0.5),
                Reason(Layer.CONTEXT, f"clue-{clues[0].sort}", f"線索：{clues[0].label}", 0.12),
            )
            yield Hit(Kind.PETITION_IDENTITY, homes[0].start, homes[0].end, 0.62, reasons, f"［{homes[0].label}］", FIX, {"role": "petitioner"})


def _hit(passage: Passage, filler: Filler) -> Hit:
    confidence, reasons = filler.confidence, filler.reasons
    if filler.form in ("titled", "surname", "nickname", "masked") and not any(r.code == "reach-beside" for r in reasons):
        confidence *= 0.72  # 「陳情人王先生」 alone leaves thousands
    if model := weigh(passage, filler.start, filler.end):
        confidence, reasons = min(0.99, max(0.0, confidence + model.weight)), (*reasons, model)
    found = passage.text[filler.start : filler.end]
    masked = whom.mask_name(found) if filler.form in whom.FORM_LABEL else f"［{filler.label}］"
    return Hit(Kind.PETITION_IDENTITY, filler.start, filler.end, round(confidence, 2), reasons, masked, FIX, {"role": "petitioner"})
