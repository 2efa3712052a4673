"""Marriage and family of a person (婚姻、家庭), and with it school discipline and protection cases of a named child.

Source: 個人資料保護法 §2, 兒童及少年福利與權益保障法 §§66, 69, 家庭暴力防治法 §50-1, read 2026-11-22.
"""

from collections.abc import Iterator, Sequence

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.linking import PLAIN, STRONG, WEAK, Fact, Topic, column_facts, link
from dlp.kinds import Kind

ID = "personal.family"
KINDS = (Kind.PERSONAL_FAMILY,)
CUES = literals(
    "離婚", "離異", "分居", "監護權", "扶養費", "贍養費", "家暴", "家庭暴力", "單親", "未婚", "外遇", "小三", "收養", "領養", "出養", "私生子", "非婚生", "繼承", "隔代教養", "寄養", "安置", "高風險家庭", "脆弱家庭", "兒少保護", "保護令", "兒虐", "虐童", "霸凌", "記過", "記大過", "小過", "警告", "中輟", "曠課", "退學", "輔導紀錄", "輟學", "改嫁", "再婚", "結婚", "喪偶", "失聯", "家境", "婚姻", "訪視", "認領", "生父", "同居", "個案紀錄", "輔導", "懲處", "家庭狀況", "會面交往", "親權", "打架", "逃家", "新住民", "配偶",
)  # fmt: skip

TOPIC = Topic(
    Kind.PERSONAL_FAMILY, "婚姻、家庭狀況", "（已遮蔽）", "刪除婚姻、家庭、保護個案與學生輔導的敘述。",
    re.compile("(?:婚姻(?:狀況|狀態)?|家庭(?:狀況|概況|成員|背景)|家境|輔導(?:紀錄|情形|原因|事由)|獎懲(?:紀錄)?|懲處(?:事由)?|安置(?:原因|情形)|主責社工|案由|個案類型|開案原因|家系圖|扶養(?:人|情形))"),
)  # fmt: skip

_PATTERNS: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?:已|剛|正|曾|於|辦理|訴請|協議|正在|打|要|又|跟[^,。;\n]{1,10}|與[^,。;\n]{1,14})[^,。;\n]{0,8}(?:離婚(?!率|登記(?:數|對數|應)|證)|離異|分居|婚變|再婚|改嫁)|(?:離婚|離異|喪偶|單親|未婚生子|未婚懷孕|分居中)(?:後|且|,|、)?(?:獨自|獨力|單獨|一人)?(?:扶養|撫養|帶著|育有|照顧)[^,。;\n]{0,12}|(?:爭取|爭奪|搶|打)[^,。;\n]{0,8}監護權|(?:未付|積欠|拒付|不付|請求|追討)[^,。;\n]{0,8}(?:扶養費|贍養費|生活費)|監護權(?:歸|官司|由|在)[^,。;\n]{0,8}"), STRONG, "marriage"),
    (re.compile(r"(?:遭|被|受)[^,。;\n]{0,12}(?:家暴(?!防治)|家庭暴力(?!防治)|虐待|毆打|施暴|性侵|棄養|遺棄)|(?:對|毆打|虐待|家暴)(?:其)?(?:妻|子|女|父|母|太太|先生|小孩|孩子|配偶)[^,。;\n]{0,6}(?:施暴|家暴|暴力)?|(?:聲請|核發|申請|違反|領有)[^,。;\n]{0,8}保護令(?!制度|之|規定|事件數)|家暴(?:個案|案主|相對人|被害人|加害人|史)|(?:兒少保護|兒保|高風險|脆弱)(?:家庭)?(?:個案|案|列管|開案|通報)"), STRONG, "protection"),
    (re.compile(r"(?:緊急安置|安置於[^,。;\n]{1,14}|寄養(?:於|在|家庭中)[^,。;\n]{0,10}|(?:被|經|已)(?:收養|出養|領養|認領)|(?:是|為|係)(?:養子|養女|私生子|私生女|非婚生子女|領養的|收養的|單親家庭?|隔代教養)|(?:來自|生長在|屬)[^,。;\n]{0,4}(?:單親|隔代教養|高風險|脆弱|破碎)家庭|生父不詳|父不詳|父(?:母)?(?:雙亡|入獄|離異|失聯|在監|離家)|家境(?:清寒|困難|貧困|不好)|家中經濟)"), STRONG, "family"),
    (re.compile(r"(?:記|記了|被記|核予|處以|予以)(?:[一二兩三1-3][次支]?)?(?:大過|小過|警告)(?:[一二兩三1-3][次支])?|(?:遭|被|受|長期遭)[^,。;\n]{0,10}霸凌(?!防制)|霸凌(?:同學|他人|學弟|學妹|行為人)|(?:中輟|中途輟學|輟學|休學|退學|曠課(?:[0-9一二三四五六七八九十]{1,3}[節天])?|逃學|逃家|留校察看|輔導轉學|打架|抽菸|偷竊|作弊|攜帶(?:刀械|違禁品))[^,。;\n]{0,6}(?:被|遭|經|予|記過|懲處|處分|達|紀錄|通報|在案)|(?:輔導|諮商|晤談|訪視)(?:紀錄|摘要|報告)(?:[:如]|顯示|記載|指出)"), PLAIN, "school"),
    (re.compile(r"(?:前夫|前妻|小三|婚外情|外遇(?:對象)?|私生子|同居人|單親(?:媽媽|爸爸|家庭)|離婚|家暴|監護權|喪偶)(?!率|防治|登記|事件|案件數|法|者(?:得|應)|中心|官|專線|零容忍|議題|宣導|庇護)"), WEAK, "mention"),
)  # fmt: skip


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    yield from link(passage, hits, facts(passage), TOPIC)


def facts(passage: Passage) -> Iterator[Fact]:
    """What is said about anybody's family."""
    for pattern, strength, topic in _PATTERNS:
        for match in pattern.finditer(passage.text):
            yield Fact(match.start(), match.end(), strength, topic)
    assert TOPIC.columns is not None
    yield from column_facts(passage, TOPIC.columns)
