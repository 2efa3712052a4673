"""Release that would harm a third party: safety of persons, protected places, rights named in a paper (行政程序法46 II 4, 政府資訊公開法18 I 2).

Sources: 家庭暴力防治法 Art. 12, 50-1; 證人保護法 Art. 11; 兒少權法 Art. 69; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.disclosed import PUBLIC, is_talk, judge
from dlp.detectors.contract import Hit, Passage, literals
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "business.third_party"
KINDS = (Kind.THIRD_PARTY_RIGHTS,)
CUES = literals(
    "庇護",
    "安置",
    "保護令",
    "第三人",
    "證人",
    "收容",
    "緊急短期",
    "寄養",
    "中途之家",
    "隱密",
    "住所保密",
    "被害人",
    "受保護",
    "人身安全",
    "藏身",
    "躲",
    "危害",
    "被跟蹤",
    "安全屋",
    "遠離令",
    "他人權利",
)

PLACE = re.compile(
    r"(?P<mark>(?:庇護(?:所|中心|家園)|安置(?:機構|處所|家園|中心)?|緊急短期安置|中途之家|寄養家庭|收容(?:處所|中心)|安全屋|受保護(?:處所|住所)|藏身(?:處|的地方)|隱密住所)[^。;\n]{0,14}(?:在|位於|地址|住址|:|搬到|就在|設在|電話)[^。;\n]{0,6}[\p{Han}0-9]{2,24}(?:路|街|巷|號|樓|里|村|區|鄉|鎮|旁|對面|附近|後面)[^。;\n]{0,10})"
    r"|(?P<mark>(?:被害人|她|他|案主|證人|受害者|小孩|孩子|媽媽|前妻|當事人|個案)[^。;\n]{0,14}(?:現在|目前|已經|已|暫時)?(?:躲在|藏在|搬到|安置在|安置於|住在|借住在|轉到|送到)[^。;\n]{2,24}(?:庇護|安置|親戚|娘家|路|街|號|樓|里|村|國小|國中|醫院|家園|中心|租屋)[^。;\n]{0,10})"
)
HARM = re.compile(
    r"家暴|保護令|遠離|跟蹤|加害|前夫|相對人|威脅|報復|仇家|債主|通緝|證人|性侵|受虐|兒虐|躲|庇護|安置|找到她|找到他|別讓"
)
MARK = re.compile(
    r"(?P<mark>(?:本件|本資料|內容|公開|提供|揭露)[^。;\n]{0,16}(?:有|恐|將|足以)(?:嚴重)?(?:侵害|危害|損害)[^。;\n]{0,8}(?:第三人|他人|當事人|證人)(?:之)?(?:權利|權益|生命|身體|安全|利益)[^。;\n]{0,8}(?:請勿|不得|不予|勿)[^。;\n]{0,12})"
)
FIX = "刪去處所、學校、交通等足以找到當事人的資訊，只說「已妥適安置」。"


def find(passage: Passage) -> Iterator[Hit]:
    """Where a protected person is, and papers that say that release harms somebody."""
    for match in PLACE.finditer(passage.text):
        start, end = match.span("mark")
        around, whole, near = judge(passage, start, end, reach=120)
        if is_talk(around, whole, near) or PUBLIC.search(around) or near.modal or near.generic:
            continue
        harm = HARM.search(around) is not None
        confidence = 0.68 if harm else 0.4
        if whole.teaching or whole.news or whole.fiction or whole.statistics or whole.published:
            confidence = min(confidence, 0.38)
        reasons = [Reason(Layer.CONTEXT, "whereabouts", "說出受保護者在哪裡", 0.4)]
        if harm:
            reasons.append(Reason(Layer.CONTEXT, "danger", "前後文顯示當事人可能受害", 0.28))
        yield Hit(Kind.THIRD_PARTY_RIGHTS, start, end, confidence, tuple(reasons), "（受保護者的處所）", FIX)
    for match in MARK.finditer(passage.text):
        around, whole, near = judge(passage, match.start("mark"), match.end("mark"))
        if not (is_talk(around, whole, near) or whole.teaching or whole.procedure):
            yield Hit(
                Kind.THIRD_PARTY_RIGHTS,
                match.start("mark"),
                match.end("mark"),
                0.62,
                (Reason(Layer.FORM, "mark", "文件自己說公開會侵害第三人", 0.62),),
                match["mark"],
                FIX,
            )


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return "（受保護者的處所）"
