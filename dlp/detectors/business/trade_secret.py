"""Trade secrets of others that an office holds: formulas, processes, costs, customers, code handed in under 營業秘密.

Sources: 營業秘密法 Art. 2 (three conditions), Art. 9 (officials); 刑法 Art. 318; 政府資訊公開法 Art. 18 I 7; read 2026-11-22.  A recipe, a published
balance sheet or a market price is nobody's secret: it takes somebody else's data, got in office, and a sign that they are kept.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.disclosed import AMOUNT, UNTOLD_SIGNS, Matter, disclosed, spoken_about
from dlp.detectors.contract import Hit, Passage
from dlp.detectors.official.signs import FRAMES, Sign
from dlp.detectors.official.variants import compile_wide, words
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "business.trade_secret"
KINDS = (Kind.SECRET_TRADE,)
CUES = words(
    "營業秘密", "商業機密", "秘方", "祕方", "業務機密", "工商秘密", "配方", "配比", "賦形劑", "成分比例", "製程", "參數", "成本", "毛利", "客戶名單", "客戶清單", "單價分析", "良率", "原始碼", "財務預測", "報價", "進貨價", "專利說明書", "技術資料", "技術文件", "設計圖", "電路圖", "模具圖",
    "confidential and proprietary", "proprietary", "trade secret", "source code", "公司機密",
)  # fmt: skip

MARK = compile_wide(
    r"(?mi)^[^\n。]{0,30}(?P<mark>(?:本(?:文件|資料|報告|計畫書|頁|簡報|圖)[^\n。]{0,12})?(?:含有?|屬|涉及|為|係|載有)?(?:本公司|該公司|[\p{Han}○]{2,14}公司)?(?:之|[ \t]{0,4})?(?:營業秘密|商業機密|業務機密|工商秘密|公司機密)|(?:COMPANY |STRICTLY )?(?:CONFIDENTIAL AND PROPRIETARY|PROPRIETARY(?: AND CONFIDENTIAL)?(?: INFORMATION)?|TRADE SECRET))(?P<rest>[^\n。]{0,30})$"
)
NO_MARK = re.compile(r"法|所稱|係指|管理|保護|課程|講座|侵害|竊取|應(?!用)|乙方|如認|部分不|之虞|定義|三要件|宣導|條款")
SIGNS: tuple[Sign, ...] = (
    Sign("topic", "formula", "配方或成分比例", 0.3, re.compile(r"配方|配比|成分比例|賦形劑|添加(?:量|比例)|調配比例|[秘祕]方")),
    Sign("topic", "process", "製程參數", 0.3, re.compile(r"製程(?:參數|條件|流程圖|說明書)?|(?:蝕刻|燒結|退火|塗佈|滅菌|發酵|反應)[^。,\n]{0,6}(?:參數|溫度|壓力|時間)|技術(?:資料|文件)")),
    Sign("topic", "cost", "成本、毛利或價格", 0.3, re.compile(r"成本(?!效益|高|低)(?:結構|分析)?|毛利率?|單價分析表?|進貨價|(?:供應商|協力廠|代理商)?報價|料價|財務預測|營收預測")),
    Sign("topic", "customers", "客戶或供應商名單", 0.3, re.compile(r"客戶(?:名單|清單|資料)|供應商(?:名單|清單)|經銷商名單")),
    Sign("topic", "yield", "良率", 0.3, re.compile("良率")),
    Sign("topic", "code", "原始碼或圖面", 0.3, re.compile(r"原始碼|source code|電路圖|設計圖|Gerber|模具圖|藍圖", re.IGNORECASE)),
    Sign("detail", "amount", "說出數值", 0.26, AMOUNT, laid=True),
    Sign("detail", "measure", "說出參數", 0.28, re.compile(r"[0-9][0-9.]{0,6} ?(?:%|度|℃|°C|分鐘|小時|bar|rpm|[kM]Pa|秒|m?[Tt]orr|sccm|ppm|公克|毫升|mL|nm)"), laid=True),
    Sign("detail", "ratio", "說出比例", 0.28, re.compile(r"(?:[\p{Han}A-Za-z]{1,6}[ ]?[0-9]{1,3}(?:\.[0-9]{1,2})?[ ]?(?:份|克|%)?[、,][ ]?){1,8}[\p{Han}A-Za-z]{1,6}[ ]?[0-9]{1,3}(?:\.[0-9]{1,2})?"), laid=True),
    Sign("detail", "list", "列出名稱", 0.24, re.compile(r"(?<=名單)[::]?[^。\n]{0,4}[\p{Han}A-Za-z]{2,8}(?:、[\p{Han}A-Za-z]{2,8}){1,8}"), laid=True),
    Sign("detail", "file", "整份檔案或圖面", 0.24, re.compile(r"打包|放(?:在)?雲端|上傳|(?:就)?在附件|整份|原檔|檔案(?:寄|給)|(?<=原始碼|電路圖|設計圖|分析表|名單)(?:我)?(?:寄|轉|傳|給|如附|在)"), laid=True),
    Sign("held", "held", "是審查、稽查或契約中取得的", 0.3, re.compile(r"送審|送驗|查廠|驗廠|(?:廠商|業者)交的|稽查(?:時)?|審查(?:案|計畫書)?|查驗登記|計畫書(?:裡|中)|申請(?:書|許可)(?:裡|時|案)?|投標時|服務建議書|驗收時?(?:交付)?|提供(?:給)?本[局府處所會署]|交給我們|依NDA|NDA|輔導案|補助案|勞檢|鑑定案"), laid=True),
    Sign("others", "others", "是別人的資料", 0.2, re.compile(r"廠商|業者|(?:該|那間|那家|[甲乙丙A-Z]|[\p{Han}]{2,6})公司|他們|對方|原廠|申請人|同業|那間|那家|該廠|面板廠|受查"), laid=True),
    Sign("marked", "marked", "標示或約定保密", 0.34, re.compile(r"(?:標示?|寫|註明|有標|列為|說是|是)(?:有)?[「]?(?:營業秘密|商業機密|機密)|營業秘密|商業機密|NDA|保密(?:條款|協議|切結|約定)|(?:原廠|廠商)要求保密|未公開"), laid=True),
    *UNTOLD_SIGNS,
)  # fmt: skip
MATTER = Matter(
    Kind.SECRET_TRADE, SIGNS, ("topic",), ("detail",), frozenset({"held", "marked", "untold", "handed"}), "［廠商營業秘密］",
    "受理時知悉的廠商技術與經營資料不得提供第三人；確需引用時先取得廠商書面同意，或刪去具體數值。",
    re.compile(r"公布|財報|年報|官網|網站|CNS|公告|報導|媒體|起訴|判決|GitHub|開放下載|標示:|食譜|物價指數|法說會|歡迎"),
)  # fmt: skip
KEPT = frozenset({"marked", "untold", "handed", "aimed"})  # costs are talked about everywhere
CLAIMS = frozenset({"held", "marked", "others"})


def find(passage: Passage) -> Iterator[Hit]:
    """Marks of a trade secret on the paper, and content told."""
    yield from _marks(passage)
    for hit in disclosed(passage, MATTER):
        families = set(hit.attrs["families"].split(","))
        if families & CLAIMS and (hit.attrs["topic"] != "cost" or families & KEPT):
            yield hit


def _marks(passage: Passage) -> Iterator[Hit]:
    for match in MARK.finditer(passage.text):
        if NO_MARK.search(match[0]):
            continue
        framed = passage.part.place in FRAMES or match.start() < 200
        confidence = 0.76 if framed else 0.56
        reasons: tuple[Reason, ...] = (Reason(Layer.FORM, "mark", "文件上標明含營業秘密", confidence),)
        factor, cause = spoken_about(passage, match.start("mark"), match.end("mark"), hushed=True)
        if factor < 1:
            reasons = (*reasons, Reason(Layer.CONTEXT, "talk", f"降低：{cause}", round(confidence * (factor - 1), 2)))
        yield Hit(
            Kind.SECRET_TRADE, match.start("mark"), match.end("mark"), round(confidence * factor, 2), reasons, passage.text[slice(*match.span("mark"))], MATTER.fix, {"topic": "mark"},
        )  # fmt: skip


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return MATTER.masked
