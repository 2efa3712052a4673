"""Criminal records of a person (犯罪前科, 個人資料保護法 §6).

Deferred prosecution, ex-officio non-prosecution, conviction and its execution; for the purposes of a leak also arrests,
drug treatment and juvenile matters of a named person.

Source: 個人資料保護法施行細則 §4 (「犯罪前科」), 偵查不公開作業辦法 §9, 少年事件處理法 §83, read 2026-11-22.
"""

from collections.abc import Iterator, Sequence

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.linking import PLAIN, STRONG, WEAK, Fact, Topic, column_facts, link
from dlp.kinds import Kind

ID = "personal.criminal_record"
KINDS = (Kind.PERSONAL_CRIMINAL_RECORD,)
CUES = literals(
    "前科", "判刑", "有期徒刑", "無期徒刑", "拘役", "緩刑", "緩起訴", "假釋", "服刑", "入獄", "出獄", "更生人", "受刑人", "坐牢", "被關", "關過", "牢", "苦窯", "抓去關", "通緝", "勒戒", "戒治", "保護管束", "觀護", "酒駕", "公共危險", "吸毒", "販毒", "毒品", "竊盜", "詐欺", "傷害罪", "性侵前科", "案底", "素行", "刑案紀錄", "犯罪紀錄", "良民證", "起訴", "不起訴", "職權不起訴", "判決確定", "少年法庭", "保護處分", "羈押", "逮捕", "毒品人口", "治安顧慮人口", "列管人口", "入監", "有罪", "科刑", "累犯", "車手", "幫派", "犯罪", "罪名", "刑期", "在監", "偷", "詐騙", "恐嚇", "殺人", "賭博", "貪污", "侵占", "洗錢", "背信", "慣竊", "驗尿", "傳喚", "收押", "定讞",
)  # fmt: skip

TOPIC = Topic(
    Kind.PERSONAL_CRIMINAL_RECORD, "犯罪前科", "（已遮蔽）", "刪除前科、偵審與執行情形。",
    re.compile("(?:前科(?:紀錄|資料)?|刑案(?:紀錄|資料)|犯罪(?:紀錄|前科)|罪名|案由罪名|刑期|素行(?:紀錄)?|在監紀錄|案底|執行情形)"),
)  # fmt: skip

_PATTERNS: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?<!無|有無)(?:有|具有|曾有|留有|帶有|犯有|查有)[^,。;\n]{0,16}(?:前科(?:累累|紀錄|資料)?(?!者?(?:應|不得|查))|案底|犯罪紀錄|刑案紀錄)|前科(?:累累|紀錄(?:為|:|如下|[0-9一二三四五六七八九十]{1,3}[筆次])|[0-9一二三四五六七八九十]{1,3}[犯次筆]|犯|:)|刑案紀錄(?:為|:|如下|表)|(?:竊盜|毒品|詐欺|傷害|酒駕|公共危險|性侵|妨害性自主|家暴|槍砲|殺人|恐嚇|賭博|侵占|偽造文書|煙毒|強盜|搶奪)(?:罪|案)?(?:的)?前科"), STRONG, "record"),
    (re.compile(r"(?:判處?|被判|遭判|處|科處|量處|應執行)[^,。;\n]{0,8}(?:有期徒刑|無期徒刑|拘役|死刑)[^,。;\n]{0,14}|(?:判|關|蹲)(?:了|過)?[0-9一二三四五六七八九十]{1,3}(?:年|個月)(?:徒刑|牢)?(?:[0-9一二三四五六七八九十]{1,2}個?月)?(?=[,。;]|$)|(?:緩刑|緩起訴)(?:處分)?(?:[0-9一二三四五六七八九十]{1,2}年|確定|在案|期間|中)|(?:獲|受|為|經)(?:檢察官)?(?:緩起訴|職權不起訴|不起訴)(?:處分)?(?:確定|在案)?"), STRONG, "conviction"),
    (re.compile(r"(?:曾|正|現|剛|才|甫|目前|因[^,。;\n因]{1,12}(?:而|被|遭)?)(?:在[^,。;\n]{0,6})?(?:入獄|入監|坐過?牢|服刑|坐牢|出獄|假釋(?:出獄|中)?|被通緝|遭通緝|通緝中|被羈押|遭羈押|勒戒|強制戒治|保護管束|被關)|(?<!但|可|還|就|也|都|不)(?:是|為|係|屬)(?:更生人|受刑人|通緝犯|毒品(?:列管)?人口|治安顧慮人口|假釋犯|性侵(?:加害人|犯)|累犯|毒蟲|詐騙車手|虞犯少年|非行少年|列管人口|幫派(?:份子|分子|成員)|慣竊)"), STRONG, "served"),
    (re.compile(r"更生人|受刑人|通緝犯|假釋犯"), WEAK, "served"),
    (re.compile(r"(?:因|涉嫌|涉|犯|違反)[^,。;\n因涉犯]{0,12}(?:毒品(?:危害防制條例)?|竊盜|詐欺|傷害|公共危險|酒駕|妨害性自主|性侵|強制猥褻|侵占|貪污(?:治罪條例)?|偽造文書|恐嚇(?:取財)?|殺人|槍砲(?:彈藥刀械管制條例)?|賭博|洗錢|背信|妨害自由|肇事逃逸|家暴)(?:罪|案)?[^,。;\n]{0,12}(?:起訴|判刑|判決(?:確定)?|有罪|被捕|遭逮捕|移送|法辦|羈押|收押|定讞|緩刑|緩起訴|通緝|入獄|入監|服刑|勒戒|執行)"), STRONG, "conviction"),
    (re.compile(r"(?:吸毒|吸食(?:安非他命|海洛因|K他命|大麻)|施用(?:第[一二三四]級)?毒品|販毒|販賣毒品)(?!危害|防制|犯罪|者(?:應|得|之))|(?:酒駕)(?:被抓|累犯|紀錄|前科|[0-9一二三四五六七八九十]次|遭)|偷(?:過)?東西被抓|(?:坐過牢|蹲過苦窯|被關過|關過|吃過牢飯|進去關|有案底|被抓去關)|進過?少年(?:觀護所|法庭|法院)|(?:交付|裁定)保護(?:管束|處分)|(?:被|遭)(?:地檢署|檢察官|檢方)(?:起訴|羈押|收押|傳喚)|驗尿(?:呈)?陽性"), PLAIN, "offence"),
)  # fmt: skip


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    yield from link(passage, hits, facts(passage), TOPIC)


def facts(passage: Passage) -> Iterator[Fact]:
    """What is said about anybody's crimes."""
    for pattern, strength, topic in _PATTERNS:
        for match in pattern.finditer(passage.text):
            yield Fact(match.start(), match.end(), strength, topic)
    assert TOPIC.columns is not None
    yield from column_facts(passage, TOPIC.columns)
