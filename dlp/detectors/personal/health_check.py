"""Health examinations of a person (健康檢查, 個人資料保護法 §6): results of examinations not meant for one illness.

Source: 個人資料保護法施行細則 §4 (「健康檢查」), 勞工健康保護規則, read 2026-11-22.
"""

from collections.abc import Iterator, Sequence

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.linking import PLAIN, STRONG, WEAK, Fact, Topic, column_facts, link, told
from dlp.kinds import Kind

ID = "personal.health_check"
KINDS = (Kind.PERSONAL_HEALTH_CHECK,)
CUES = literals(
    "健檢", "健康檢查", "體檢", "體格檢查", "膽固醇", "血糖", "血壓", "肝指數", "肝功能", "GPT", "GOT", "尿酸", "尿蛋白", "BMI", "血脂", "三酸甘油", "腫瘤指數", "糖化血色素", "胸部X光", "大腸鏡", "胃鏡", "視力", "子宮頸抹片", "乳房攝影", "糞便潛血", "兵役體位", "體位", "健檢報告", "尿液檢驗", "血紅素", "腎功能", "新生入學檢查", "紅字", "身高",
)  # fmt: skip

TOPIC = Topic(
    Kind.PERSONAL_HEALTH_CHECK, "健康檢查結果", "（已遮蔽）", "刪除健康檢查數值與結果。",
    re.compile("(?:健檢(?:結果|異常項目)?|健康檢查結果|體檢(?:結果)?|體位|血壓|血糖|膽固醇|BMI|視力|血紅素|尿酸|GPT|GOT|肝功能|尿蛋白|三酸甘油脂|異常項目|收縮壓|舒張壓|尿檢(?:結果)?)"),
)  # fmt: skip

_PATTERNS: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?:總膽固醇|膽固醇|空腹血糖|飯前血糖|飯後血糖|血糖值?|收縮壓|舒張壓|血壓|肝指數|GPT|GOT|ALT|AST|尿酸|BMI|三酸甘油[酯脂]|腫瘤指數|CEA|AFP|CA-?125|PSA|糖化血色素|HbA1c|血紅素|肌酸酐|尿蛋白|低密度脂蛋白|體脂率?)[ ]?(?:值|指數)?(?:為|是|高達|達|:|飆到|超過|偏高|過高|異常|驗出|=|[ ])?[ ]?[0-9]{1,4}(?:[./][0-9]{1,3})?(?:[ ]?(?:mg|mmHg|U/L|%))?"), STRONG, "figure"),
    (re.compile(r"(?:健檢|健康檢查|體檢|體格檢查|勞工健檢|員工健檢|公費健檢|入學健檢|胸部X光|大腸鏡|胃鏡|乳房攝影|子宮頸抹片|糞便潛血|尿液檢驗|尿檢|驗尿)(?:報告)?(?:結果|報告|檢查)?(?:發現|顯示|出現|有|異常|不合格|紅字|呈(?:現)?|為|是|判定|陽性|未通過|未過|:|檢出|驗出|查出)[^,。;\n]{1,20}"), STRONG, "result"),
    (re.compile(r"(?:血壓|血糖|血脂|膽固醇|肝功能|腎功能|肝指數|尿酸|尿蛋白|心電圖|胸部X光|肺部)(?:數值)?(?:過高|偏高|異常|超標|不正常|有陰影|偏低|過低|紅字)|(?:三高|紅字)(?:一堆|很多|太多|超標)|(?:免役|替代役|常備役)體位"), PLAIN, "result"),
    (re.compile(r"(?:健檢|健康檢查|體檢|體格檢查)(?:結果|報告|資料|紀錄表?|紀錄|表)(?!應|須|得|由|之?保存)"), WEAK, "report"),
)  # fmt: skip


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    yield from link(passage, hits, facts(passage), TOPIC)


def facts(passage: Passage) -> Iterator[Fact]:
    """What is said about anybody's health examination."""
    yield from told(passage, _PATTERNS)
    assert TOPIC.columns is not None
    yield from column_facts(passage, TOPIC.columns)
