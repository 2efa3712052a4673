"""Sex life of a person (性生活, 個人資料保護法 §6): sexual orientation, practice, partners; also victims' sexual details.

Source: 個人資料保護法施行細則 §4 (「性生活」: 性取向或性慣行), 性侵害犯罪防治法 §§15, 16, read 2026-11-22.
"""

from collections.abc import Iterator, Sequence

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.linking import PLAIN, STRONG, WEAK, Fact, Topic, column_facts, link
from dlp.kinds import Kind

ID = "personal.sex_life"
KINDS = (Kind.PERSONAL_SEX_LIFE,)
CUES = literals(
    "同性戀", "同志", "出櫃", "性傾向", "性取向", "性向", "雙性戀", "跨性別", "變性", "性行為", "性關係", "一夜情", "性交易", "援交", "嫖", "性伴侶", "性癖", "性愛", "裸照", "私密照", "性侵", "性騷擾", "猥褻", "發生關係", "外遇", "婚外情", "偷情", "拉子", "女同", "男同", "不倫", "上床", "約砲", "性虐", "保險套", "gay", "蕾絲邊", "性影像", "酒店小姐", "出軌", "開房間", "摩鐵", "汽車旅館", "性功能", "包養", "SM", "性生活",
)  # fmt: skip

TOPIC = Topic(
    Kind.PERSONAL_SEX_LIFE, "性生活或性傾向", "（已遮蔽）", "刪除性傾向、性行為與性侵害情節的敘述。",
    re.compile("(?:性傾向|性取向|性向|性別認同|性行為(?:史|對象)?|性伴侶(?:數)?)"),
)  # fmt: skip

_PATTERNS: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?:是|為|係|自稱|坦承(?:是|為)?|承認(?:是|為)?|其實是|被(?:發現|懷疑)是|屬於?)(?:個|一名|位)?(?:男|女)?(?:同性戀者?|同志|雙性戀者?|跨性別者?|無性戀者?|變性人|蕾絲邊|拉子|女同志?|男同志?|gay|Gay|GAY)(?!運動|遊行|團體|議題|們)"), STRONG, "orientation"),
    (re.compile(r"(?:性傾向|性取向|性向)(?:為|是|係|:)[ ]?(?!測驗)[^,。;\n]{1,8}|(?:向[^,。;\n]{1,8}|已|被迫|遭|公開)出櫃|(?:做過|接受|進行|完成)(?:變性|性別重置|性別肯定)手術"), STRONG, "orientation"),
    (re.compile(r"(?:與|和|跟|同|找)[^,。;\n]{1,14}(?:發生(?:過)?(?:性關係|性行為|關係|一夜情)|有(?:過)?(?:性行為|性關係|婚外情|一夜情|染|不倫)|上床|約砲|開房間|偷情|搞外遇|通姦|去(?:摩鐵|汽車旅館))"), STRONG, "practice"),
    (re.compile(r"(?:有|搞|發生|曾有|傳出|被抓到|爆)(?:過)?(?:婚外情|外遇|一夜情|多重性伴侶|不倫戀?)|(?:出軌|偷吃)(?:對象|公司|同事|[^,。;\n]{0,3}同事)|(?:從事|性交易|曾|在)[^,。;\n]{0,6}(?:性交易|援交|賣淫|酒店(?:上班|坐檯|小姐))|(?:去|曾|常|常去)嫖(?:妓|娼)?|被[^,。;\n]{1,8}包養|(?:性功能障礙|性癖好?|性虐待)"), STRONG, "practice"),
    (re.compile(r"(?:遭|被|受)[^,。;\n]{0,14}(?:性侵害?(?!防治|犯罪防治)|性騷擾(?!防治)|猥褻|強制性交|乘機性交|偷拍(?:裸照|私密)|散布(?:裸照|私密照|性影像))"), PLAIN, "victim"),
    (re.compile(r"(?:同性戀者?|雙性戀者?|跨性別(?:者)?|性行為對象|性伴侶|裸照|性私密影像|私密照|性影像|婚外情|外遇)(?!防治|法|遊行|運動|議題|政策|平權|條例|權益|犯罪)"), WEAK, "mention"),
)  # fmt: skip


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    yield from link(passage, hits, facts(passage), TOPIC)


def facts(passage: Passage) -> Iterator[Fact]:
    """What is said about anybody's sexual orientation or practice."""
    for pattern, strength, topic in _PATTERNS:
        for match in pattern.finditer(passage.text):
            yield Fact(match.start(), match.end(), strength, topic)
    assert TOPIC.columns is not None
    yield from column_facts(passage, TOPIC.columns)
