"""Trade secrets of others that an office holds: formulas, processes, costs, customers, code handed in under 營業秘密.

Sources: 營業秘密法 Art. 2 (three conditions), Art. 9 (officials); 刑法 Art. 318; 政府資訊公開法 Art. 18 I 7; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.disclosed import AMOUNT, PUBLIC, SECRET, is_talk, judge
from dlp.detectors.contract import Hit, Passage, literals
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "business.trade_secret"
KINDS = (Kind.SECRET_TRADE,)
CUES = literals(
    "營業秘密", "商業機密", "業務機密", "工商秘密", "配方", "製程", "參數", "成本結構", "成本分析", "客戶名單", "單價分析", "良率", "原始碼", "財務預測", "保密協議", "保密切結", "NDA", "毛利", "進貨價", "供應商", "專利說明書", "未公開財務",
    "技術資料", "設計圖", "電路圖", "confidential", "proprietary", "trade secret", "底片", "比例", "添加",
)  # fmt: skip

MARK = re.compile(
    r"(?mi)^[^\n。]{0,24}(?P<mark>(?:本(?:文件|資料|報告|計畫書|頁|簡報)[^\n。]{0,12})?(?:含有?|屬|涉及|為|係)?(?:本公司|該公司|[\p{Han}]{2,12}公司)?(?:之)?(?:營業秘密|商業機密|業務機密|工商秘密)|(?:COMPANY |STRICTLY )?(?:CONFIDENTIAL AND PROPRIETARY|PROPRIETARY(?: AND CONFIDENTIAL)?(?: INFORMATION)?|TRADE SECRET))[^\n。]{0,30}$"
)
TOLD: tuple[tuple[str, "re.Pattern[str]", str], ...] = (
    ("formula", re.compile(r"(?P<mark>(?:配方|成分比例|配比|添加(?:量|比例)|調配比例|秘方)[^。;\n]{0,10}(?:是|為|:|如下|加|用|含|佔)[^。;\n]{0,30}?[0-9一二三四五六七八九十][0-9.]{0,5} ?(?:%|公克|克|毫升|g|ml|mL|份|成|ppm|比))"), "說出配方或比例"),
    ("process", re.compile(r"(?P<mark>(?:製程|反應|燒結|蝕刻|退火|烘烤|固化|塗佈|滅菌|發酵)[^。;\n]{0,14}(?:參數|溫度|壓力|時間|轉速|條件|流量)[^。;\n]{0,10}(?:是|為|:|設|在|控制)?[^。;\n]{0,8}?[0-9][0-9.]{0,6} ?(?:度|℃|°C|分鐘|小時|bar|rpm|kPa|MPa|秒|torr|sccm))"), "說出製程參數"),
    ("cost", re.compile(r"(?P<mark>(?:成本|進貨價|毛利(?:率)?|單價分析|成本結構|底薪|料價|加工費|售價結構)[^。;\n]{0,12}(?:是|為|:|約|只要|才|抓|佔)[^。;\n]{0,8}?(?:NT\$?|新臺幣)?[0-9][0-9,.]{0,10} ?(?:元|萬|%|塊|美元))"), "說出廠商的成本或毛利"),
    ("customers", re.compile(r"(?P<mark>客戶(?:名單|資料)?[^。;\n]{0,8}(?:有|包括|是|:|如下|分別為|主要為)[^。;\n]{2,30})"), "列出廠商的客戶"),
    ("yield", re.compile(r"(?P<mark>良率[^。;\n]{0,10}(?:是|為|:|約|只有|掉到|剩|達|拉到)?[^。;\n]{0,4}?[0-9]{1,3}(?:\.[0-9]{1,2})? ?(?:%|成|趴))"), "說出良率"),
    ("code", re.compile(r"(?P<mark>(?:原始碼|source code|電路圖|設計圖|Gerber|模具圖)[^。;\n]{0,14}(?:如附|附上|在附件|給你|傳給|寄給|轉給|流出|複製|拷貝))"), "交出原始碼或圖面"),
)  # fmt: skip
COMPANY = re.compile(
    r"公司|廠商|業者|工廠|企業|股份|實業|科技|生技|他們|申請人|受查|受檢|該廠|對方|原廠|客戶端|送審|送件|提供給本|交給我們|查廠|稽查|審查|計畫書|標的"
)
FIX = "受理時知悉的廠商技術與經營資料不得提供第三人；確需引用時先取得廠商書面同意，或刪去具體數值。"


def find(passage: Passage) -> Iterator[Hit]:
    """Marks of a trade secret on the paper, and content told."""
    for match in MARK.finditer(passage.text):
        around, whole, near = judge(passage, match.start("mark"), match.end("mark"), reach=20)
        if (
            is_talk(around, whole, near)
            or near.modal
            or whole.teaching
            or whole.procedure
            or "法" in passage.text[match.end("mark") : match.end("mark") + 1]
        ):
            continue
        framed = match.start() < 200 or len(passage.text) < 120
        confidence = 0.74 if framed else 0.56
        yield Hit(
            Kind.SECRET_TRADE,
            match.start("mark"),
            match.end("mark"),
            confidence,
            (Reason(Layer.FORM, "mark", "文件上標明含營業秘密", confidence),),
            match["mark"],
            FIX,
            {"topic": "mark"},
        )
    for code, pattern, words in TOLD:
        for match in pattern.finditer(passage.text):
            start, end = match.span("mark")
            around, whole, near = judge(passage, start, end, reach=120)
            if is_talk(around, whole, near) or PUBLIC.search(around):
                continue
            secret, other = (
                SECRET.search(around) is not None or re.search("營業秘密|保密|NDA", around) is not None,
                COMPANY.search(around) is not None,
            )
            confidence = 0.34 + 0.2 * secret + 0.2 * other + 0.06 * (AMOUNT.search(match["mark"]) is not None)
            if whole.teaching or whole.news or whole.published or whole.fiction or whole.statistics:
                confidence = min(confidence, 0.4)
            reasons = [Reason(Layer.CONTEXT, code, words, 0.34)]
            if other:
                reasons.append(Reason(Layer.CONTEXT, "others", "是廠商或申請人的資料", 0.2))
            if secret:
                reasons.append(Reason(Layer.CONTEXT, "not-public", "提到保密或要對方別說", 0.2))
            yield Hit(
                Kind.SECRET_TRADE,
                start,
                end,
                min(confidence, 0.88),
                tuple(reasons),
                "（廠商營業秘密）",
                FIX,
                {"topic": code},
            )


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return "（廠商營業秘密）"
