"""Who informed (檢舉人 and kin) is shown by name, number or address, or by handing over the complaint itself.

Law: 獎勵保護檢舉貪污瀆職辦法 Art. 10, 公益揭弊者保護法 Art. 15, 勞動檢查法 Art. 33, 證人保護法 Art. 15–16, 刑法 Art. 132 and some fifty others (read
2026-11-22): 檢舉人之姓名或其他足資辨別其身分之資訊，應予保密.  Duties, procedures and numbers of cases are talk and no finding.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from dlp.detectors.contract import Hit, Passage, literals, pattern
from dlp.detectors.meaning import weigh
from dlp.detectors.people import records, whom
from dlp.detectors.people.cases import INFORMANT
from dlp.detectors.people.persons_in_frames import Filler, fillers
from dlp.finding import MEDIUM_FROM
from dlp.kinds import Kind

ID = "informant.identity"
KINDS = (Kind.INFORMANT_IDENTITY,)
CUES = (
    *literals(
        "檢舉", "舉報", "舉發", "告發", "揭發", "爆料", "告密", "密告", "通報", "報案", "申訴", "投訴", "吹哨", "揭弊", "線民", "線人", "抓耙", "抓扒", "爪耙", "廖北", "報馬仔", "內鬼", "證人",
        "關係人", "正義魔人", "1999", "黑函", "匿名信", "線報", "密報", "消息來源", "來函檢附", "代號", "化名", "真實姓名", "談話紀錄", "小報告", "告狀", "講出去", "說出去", "捅出去", "出賣", "作證", "做筆錄", "作筆錄",
        "去告", "去講", "去說", "去報", "陳情", "案號", "編號", "洩的底", "叫來的", "請來的", "打電話來", "通知的", "鬧到", "告到", "投書", "市長信箱", "局長信箱", "首長信箱", "縣長信箱", "這封信", "那封信", "該信", "封信", "那通",
    ),
    *pattern("[打撥][^0-9]{0,4}1(?:10|13|955|966)"), *pattern("[寫寄投丟發][^,。]{0,8}信"), *pattern("告[你我他妳]"), *pattern("捅[出去到給上]"),
    *pattern(
        "[打撥去給向跟到上傳寄報找叫請引帶知][^,。;\\n]{0,6}(?:勞工局|勞動局|勞檢處|勞檢所|勞動檢查處|環保局|衛生局|國稅局|稅捐處|建管處|建管科|教育局|教育處|消防局|警察局|派出所|分局|政風|廉政署|調查局|調查站|地檢署|"
        "農業局|動保處|社會局|監理站|公平會|消保官|市府|縣府|公所|校長|記者|媒體|公司|專線|信箱|議員|里長|主管|老闆|學校|上面)"
    ),
)  # fmt: skip
FIX = "刪去可辨認檢舉人的姓名、電話與住址，改寫「據檢舉」或使用代號；檢舉函原件及影本不得交給被檢舉人。"
KEPT = 400  # hits of a passage; more say nothing new


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    """Persons, contacts and papers that show who informed."""
    for filler in islice(fillers(passage, hits, INFORMANT), KEPT):
        hit = _hit(passage, filler)
        # A name that is masked already and shows nobody is no finding.
        if hit.confidence >= MEDIUM_FROM or hit.masked != passage.text[hit.start : hit.end]:
            yield hit
    yield from records.informant_records(passage, hits, fix=FIX)


def _hit(passage: Passage, filler: Filler) -> Hit:
    confidence, reasons = filler.confidence, filler.reasons
    if model := weigh(passage, filler.start, filler.end):
        confidence, reasons = min(0.99, max(0.0, confidence + model.weight)), (*reasons, model)
    found = passage.text[filler.start : filler.end]
    masked = whom.mask_name(found) if filler.form in whom.FORM_LABEL else f"［{filler.label}］"
    return Hit(Kind.INFORMANT_IDENTITY, filler.start, filler.end, round(confidence, 2), reasons, masked, FIX, {"role": "informant"})
