"""Medical records and illness of a person (病歷、醫療, 個人資料保護法 §6).

Diagnosis, treatment, prescription and medication of somebody; disability and addiction with it.  Words of illness in the
names of wards, services, campaigns and specialists are no facts about anybody.

Source: 個人資料保護法施行細則 §4 (definition of 病歷 and 醫療), 醫療法 §72, read 2026-11-22; the list of illnesses is our own.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.linking import PLAIN, STRONG, WEAK, Fact, Topic, column_facts, link
from dlp.kinds import Kind
from dlp.resources import package_data

ID = "personal.health"
KINDS = (Kind.PERSONAL_HEALTH,)


@cache
def diseases() -> tuple[str, ...]:
    """Names of illnesses, longest first."""
    lines = package_data("detectors", "personal", "data", "diseases.txt").decode("utf-8").splitlines()
    words = {w for line in lines if not line.startswith("#") for w in line.split()}
    return tuple(sorted(words, key=lambda w: (-len(w), w)))


TREATED = (
    "住院", "開刀", "手術", "化療", "化學治療", "放射治療", "電療", "標靶", "就醫", "就診", "回診", "看診", "掛急診", "急診", "插管", "安寧病房", "強制送醫", "服藥", "用藥", "處方", "抗憂鬱", "安眠藥",
    "病歷", "診斷", "確診", "罹病", "罹癌", "罹患", "染疫", "病情", "病史", "精神科", "身心科", "身心障礙證明", "障礙類別", "障礙等級", "身障", "病名", "過敏", "主訴", "症狀", "傷勢", "檢驗結果", "身心障礙手冊", "重大傷病卡", "殘障手冊", "病假", "癌末", "臥床", "加護病房", "復健", "診斷書", "長期照顧", "肌電圖", "切除", "心理諮商",
)  # fmt: skip
CUES = literals(*diseases(), *TREATED, "癌")

TOPIC = Topic(
    Kind.PERSONAL_HEALTH, "病情或醫療", "（已遮蔽）", "刪除病名、治療與障礙情形，或改寫為「因個人因素」。",
    re.compile("(?:診斷|病名|疾病|病史|病情|主訴|症狀|用藥|處方|障礙(?:類別|等級|別)?|身障(?:類別|等級)?|傷勢|傷病名稱|過敏|疾病名稱|主診斷|檢驗結果|就醫紀錄|就醫科別)"),
)  # fmt: skip

# Words that say what happened to somebody without a verb beside them.
EVENTS = frozenset((
    "流產", "墮胎", "人工流產", "中風", "腦中風", "骨折", "截肢", "昏迷", "自殺未遂", "割腕", "輕生", "企圖自殺", "洗腎", "酗酒", "失明", "全盲", "癱瘓", "病危", "心肌梗塞",
))  # fmt: skip
MENTION = 0.5  # the word alone, in the same sentence as a person
_STATES = re.compile(r"(?:罹患|患有|患了?|罹|確診(?:為)?|診斷(?:出|為|罹患|是|有)?|檢查出|驗出|感染|染上|得了|領有|苦於|併發|突發)[^,。;:\n]{0,8}$")
_IS = re.compile(r"(?:有|因|是|屬|為|疑似|好像|像是|應該是|聽說是|出現|合併|中度|重度|極重度|輕度|急性|慢性|確定是|得|染)[^,。;:\n]{0,2}$")
_LABELLED = re.compile(r"(?:病名|診斷(?:結果|為)?|病情|病史|主診斷|疾病(?:名稱)?)[ ]{0,2}[:為][ ]{0,3}[^,。;\n]{0,6}$")
_GOES_ON = re.compile(r"(?:症)?(?:第?[一二三四0-4]期|末期)?(?:住院|開刀|手術|就醫|走失|就診|回診|看診|追蹤|請假|請長假|帶原|感染者|病史|患者|病人|發作|復發|惡化|末期|[一二三四0-4]期|陽性|治療中|確診|用藥|服藥|多年|過世|去世|病逝|亡故|纏身|而|,(?:需|需要|長期|定期|目前|已|正|每))")
_CANCER = re.compile(r"\p{Han}{1,3}癌(?<!致癌|抗癌|防癌|罹癌)(?!細胞|篩|友|物)")
# What makes of an illness's name the name of something else.
_NOT_PERSON = re.compile(
    r"(?:大樓|疫情|肺炎(?:疫情|期間)|熱|71型|朋友|住戶|家庭|民眾|長者|及|、|或|與|學家|學者|學博|孩童|兒童|青年|鄉親|患者(?!,|姓|陳|王|林)|死亡者|防治|防疫|疫苗|中心|科(?:醫師|主任|門診|病房|護理|別)?|門診|病房|協會|學會|基金會|篩檢|宣導|研究|專家|專線|醫師|個管師|政策|照護|照顧(?:者|服務|據點)|月(?!經)|日|預防|法(?!定)|條例|衛教|關懷|防護|通報(?:系統|定義|標準|流程)|藥物|新藥|治療(?:技術|指引|中心)|病毒(?:株|檢測)|疫情|"
    r"發生率|死亡率|盛行率|致死率|罹患率|人口|人數|案例數|族群|患者(?:之|的)?(?:照護|權益|家屬(?:團體|支持)|團體|協會)|者(?:權益|保護|福利|保障|服務|權利|就業|職業|鑑定)|團體|用品|福利|服務|鑑定(?:辦法|流程|人員)|保險|補助(?:辦法|要點|計畫)|及其|等(?:疾病|症狀|慢性病)|風險|高危險|友善|社區|共照|據點|(?:特殊)?教育|學生(?:人數|就學|鑑定|獎)|運動會|個案(?:數|管理計畫)|傳染|權利公約|津貼|人士|專案|計畫|停車|國民|代表隊|運動)"
)
_PATTERNS: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?:中度|重度|極重度|輕度)(?:智能|精神|肢體|聽覺|視覺|多重)?(?:身心)?障礙(?!者(?:權益|福利|保護|服務)|(?:學生|類|等級)(?:人數|鑑定))"), STRONG, "disability"),
    (re.compile(r"(?:領有|持有|辦理|申請)[^,。;]{0,10}(?:身心障礙(?:證明|手冊)|殘障手冊|重大傷病卡)"), PLAIN, "disability"),
    (re.compile(
        r"(?:接受|進行|施行|做|動|剛)[^,。;\n]{0,10}(?:手術|化療|化學治療|放射治療|電療|標靶治療|器官移植|血液透析|人工流產|結紮|心理治療|心理諮商|復健治療)|(?:開了?刀|住進?加護病房|住進?[^,。;]{0,6}病房|被強制送醫|強制住院|插管治療|住院(?:治療|開刀|中|觀察|[0-9一二三四五六七八九十]{1,3}[天日週個])|"
        r"因[^,。;]{1,10}住院|掛(?:精神科|身心科|腫瘤科|泌尿科|婦產科|感染科|肝膽腸胃科|急診)|(?:精神科|身心科|腫瘤科|感染科)(?:就診|就醫|看診|看病|回診|門診追蹤|治療|用藥|病房)|(?:長期|每天|按時|定期|需|正在|固定)?服用[^,。;]{1,12}(?:藥|錠|劑)|吃(?:抗憂鬱|安眠|精神科|降血壓|鎮定)[^,。;]{0,3}藥|"
        r"長期臥床|臥病在床|病危|昏迷指數|確診(?!(?:病)?例|者(?!為|是)|數|人數|個案數|案例|率)|罹癌|染疫|病情(?:惡化|嚴重|穩定|危急|不穩)|情緒(?:失控|不穩)[^,。;]{0,6}(?:送醫|就醫|用藥)|驗出[^,。;]{1,10}陽性|快篩陽性|PCR陽性|自殺(?:未遂|獲救|送醫)|割腕送醫|輕生(?:送醫|未遂|獲救))"
    ), PLAIN, "treatment"),
    (re.compile(r"(?:病歷|診斷證明書|診斷書|(?<!民眾|緊急|方便|便利|醫療|為|造成)(?:住院|就醫|就診|回診|急診)|動手術|開刀|請病假|病假|服藥|復健)(?!空窗|權利|民眾|須|者|需求|不便|困難|路程|保險|費用(?:標準)?|權益|服務|人次|環境|流程|須知|中心|大樓|醫師|訓練)"), WEAK, "treatment"),
)  # fmt: skip


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    yield from link(passage, hits, facts(passage), TOPIC)


@cache
def _automaton() -> Any:
    import ahocorasick_rs

    return ahocorasick_rs.AhoCorasick(diseases(), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def _illnesses(text: str) -> Iterator[Fact]:
    """Names of illnesses and what stands around each; the name of a ward or service is none."""
    places = [(start, end) for _, start, end in _automaton().find_matches_as_indexes(text)]
    ends = {end for _, end in places}
    places += [(m.start(), m.end()) for m in _CANCER.finditer(text) if m.end() not in ends]
    for start, end in places:
        if _NOT_PERSON.match(text, end, end + 12) or (text[start : start + 2] == "輕生" and text[start - 1 : start] == "減"):
            continue
        before = text[max(0, start - 16) : start]
        stated = _STATES.search(before) or _LABELLED.search(before) or _IS.search(before)
        goes_on = _GOES_ON.match(text, end, end + 8)
        low = start - len(before) + stated.start() if stated else start
        yield Fact(low, goes_on.end() if goes_on else end, _plainness(text[start:end], bool(stated or goes_on)), "illness")


def _plainness(word: str, stated: bool) -> float:
    return STRONG if stated else PLAIN if word in EVENTS else MENTION


def facts(passage: Passage) -> Iterator[Fact]:
    """What is said about anybody's health."""
    yield from _illnesses(passage.text)
    for pattern, strength, topic in _PATTERNS:
        for match in pattern.finditer(passage.text):
            yield Fact(match.start(), match.end(), strength, topic)
    assert TOPIC.columns is not None
    yield from column_facts(passage, TOPIC.columns)
