"""Genetic data of a person (基因, 個人資料保護法 §6): results of tests, carriers, mutations, kinship by DNA.

Source: 個人資料保護法施行細則 §4 (「基因」: 由人體一段去氧核醣核酸構成，為人體控制特定功能之遺傳單位訊息), read 2026-11-22.
"""

from collections.abc import Iterator, Sequence

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.linking import PLAIN, STRONG, Fact, Topic, column_facts, link, told
from dlp.kinds import Kind

ID = "personal.genetic"
KINDS = (Kind.PERSONAL_GENETIC,)
CUES = literals(
    "基因", "染色體", "帶因", "DNA", "去氧核醣核酸", "親子鑑定", "血緣鑑定", "親緣鑑定", "遺傳性", "遺傳疾病", "遺傳病", "BRCA", "HLA", "突變", "羊膜穿刺", "亨丁頓", "STR", "全基因", "親子關係", "父子關係", "親生", "缺失", "CAG",
)  # fmt: skip

TOPIC = Topic(
    Kind.PERSONAL_GENETIC, "基因資料", "（已遮蔽）", "刪除基因檢測結果、帶因與親子鑑定的敘述。",
    re.compile("(?:基因檢測(?:結果)?|基因型|檢測位點|染色體(?:檢查|結果)?|DNA(?:比對|鑑定)(?:結果)?|親子鑑定(?:結果)?|帶因(?:結果|狀態)?|HLA(?:型別)?)"),
)  # fmt: skip

_TOLD: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?:基因|染色體|STR|DNA)[^。;\n]{0,14}(?:微缺失|缺失|變異|突變|重複[0-9]{1,3}次|相符|不符|三型|第[0-9一二三]型)|(?:帶|帶有|有|皆帶|都帶|驗出|診斷為|遺傳到)[ ]?(?:了)?(?:[A-Z][A-Z0-9]{2,7}|亨丁頓|地中海貧血|血友病|致病|突變)(?:基因|變異|缺失|突變|帶因|[一二12]?)(?=[,。;、\n ]|缺失|變異|突變|$|能|孩)|(?:親子關係|親子)(?:概率|機率|指數)[^,。;\n]{0,12}|排除(?:親子|父子|母子)關係|不排除(?:其)?[^,。;\n]{0,10}(?:父子|親子|母子)關係|(?:不是|非)[^,。;\n]{0,6}親生(?:的)?[^。;\n]{0,16}(?:配對|驗血|DNA|鑑定)|CAG重複"), STRONG, "test-result"),
)  # fmt: skip
_PATTERNS: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?:BRCA[12]?|HBB|CFTR|APOE|HLA-?[A-Z0-9*:]{1,8}|SMN1|FMR1|[A-Z]{3,6}[0-9]{0,2})(?:[ ]?(?:基因))?[ ]?(?:突變|變異|陽性|帶因|異常|缺失)(?![株體研]|型(?:病毒|株))"), STRONG, "test-result"),
    (re.compile(r"(?:為|是|屬|係|有|帶有|檢出|驗出|發現|確認|診斷為|具有|攜帶)[^,。;\n]{0,14}(?:基因(?:突變|變異|缺陷|異常|缺失|帶因)|染色體(?:異常|缺失|易位|變異|數目異常)|帶因者|致病(?:基因|變異)|遺傳(?:性疾病|疾病|病)(?:帶因)?|易感基因)"), STRONG, "test-result"),
    (re.compile(r"(?:基因(?:檢測|檢驗|定序|篩檢|分析|鑑定)|染色體檢查|羊膜穿刺|DNA(?:比對|鑑定|檢驗|型別|鑑驗)|(?:親子|血緣|親緣|手足)(?:關係)?鑑定|HLA配對)(?:報告)?(?:結果)?(?:[ ]?[:為是]|顯示|確認|證實|相符|吻合|不符|排除|呈|陽性|異常|證明|符合|比中|與)"), STRONG, "test-result"),
    (re.compile(r"(?:親子|血緣|親緣|DNA)(?:關係)?鑑定[^。;\n]{0,24}?(?:生父|生母|親生|有血緣|無血緣|親子關係)"), STRONG, "kinship"),
    (re.compile(r"(?:基因(?:檢測|檢驗|定序|篩檢|鑑定)報告|DNA鑑定|親子鑑定|血緣鑑定|親緣鑑定|帶因者|基因突變|染色體異常|DNA型別|DNA樣本|基因型)(?!技術|方法|服務|法|實驗室|費用|流程|補助|條例|中心|學)"), PLAIN, "test"),
)  # fmt: skip


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    yield from link(passage, hits, facts(passage), TOPIC)


def facts(passage: Passage) -> Iterator[Fact]:
    """What is said about anybody's genes or DNA."""
    yield from told(passage, (*_TOLD, *_PATTERNS))
    assert TOPIC.columns is not None
    yield from column_facts(passage, TOPIC.columns)
