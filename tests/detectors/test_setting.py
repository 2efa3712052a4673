"""What kind of text is this?  Judged for the whole and for one sentence."""

from time import perf_counter

import pytest

from dlp.detectors.setting import local, setting_of
from tests.detectors.pairs import passage

LAW = "第 1 條\n本辦法依檔案法第三十條規定訂定之。\n第 2 條\n檢舉人之姓名應予保密，違反前條規定者，處新臺幣三萬元以下罰鍰。\n第 3 條\n前項規定由主管機關定之。"
TEACHING = "機密維護宣導：案例分享。同仁應避免在社群張貼公文，請勿洩漏檢舉人身分，務必提高警覺，這是教育訓練的重點。"
NEWS = "【記者林一心台北報導】市議員指出，路面坑洞多年未修。警方調查後表示，全案依法偵辦，檢方已起訴二人。"
LETTER = "受文者：某某區公所\n發文日期：中華民國115年3月2日\n發文字號：府民字第1150001234號\n主旨：檢送會勘紀錄1份，請查照。\n說明：如主旨。"
FORM = "姓名：________\n電話：________\n□ 同意公開 □ 不同意公開\n申請人：________（簽章）　○○年○月○日"
JOB = "本局誠徵約僱人員2名。資格條件：大學以上。工作內容：文書處理。薪資：月薪四萬元。報名方式：寄履歷，擇優面試。"

WHOLE = (
    (LAW, "law", "articles and penalties"),
    (TEACHING, "teaching", "awareness and advice"),
    (NEWS, "news", "a reporter, prosecutors"),
    (LETTER, "official_letter", "subject, explanation, number"),
    (FORM, "blank_form", "blanks and boxes"),
    (JOB, "job_advert", "posts and pay"),
    ("本月受理陳情案件共計128件，較上月減少5%，平均每案處理9日。", "statistics", "counts and comparison"),
    ("決標公告已刊登政府採購公報。", "published", "already published"),
    ("欸你知道嗎，我們主任超好笑的啦，剛剛又在那邊念。", "chat", "particles"),
    ("人民陳情應載明姓名。受理機關得不予處理。作業程序如下，逾期不予受理。", "procedure", "duties and leave"),
)


@pytest.mark.parametrize(("text", "field", "why"), WHOLE, ids=[w for *_, w in WHOLE])
def test_kind_of_whole_text(text: str, field: str, why: str) -> None:
    assert field in setting_of(passage(text)).names


@pytest.mark.parametrize("text", ["檢舉你們的就是五樓那位退休老師。", "陳情人林美玉女士（電話0912-345-678）反映水溝阻塞。", "院長明天下午三點會到我們所上視察，走側門進來。"])
def test_a_plain_leak_is_no_kind_of_talk(text: str) -> None:
    setting = setting_of(passage(text))
    assert not set(setting.names) & {"law", "teaching", "procedure", "published", "news", "statistics", "fiction"}
    assert setting.talk == 0


NEAR = (
    ("檢舉人應填寫檢舉書並檢附具體事證。", "modal", "應"),
    ("檢舉人得以代號為之。", "modal", "得以"),
    ("請各單位勿將檢舉函影本轉交被檢舉人。", "negated", "勿"),
    ("如有檢舉人到場，應先確認身分。", "conditional", "如有"),
    ("請填寫姓名（範例：王小明）。", "example", "範例"),
    ("據民眾檢舉，餐廳油煙擾鄰。", "generic", "據民眾"),
    ("檢舉人需要提供哪些資料？", "question", "a question mark"),
    ("違反者依刑法第132條論處。", "law", "an article"),
)


@pytest.mark.parametrize(("text", "field", "why"), NEAR, ids=[w for *_, w in NEAR])
def test_kind_of_sentence(text: str, field: str, why: str) -> None:
    assert field in local(passage(text), 0, 2).names


def test_a_sentence_is_judged_by_itself() -> None:
    both = passage("檢舉人應填寫檢舉書。檢舉人是五樓的陳先生。")
    assert local(both, 1, 3).modal
    assert not local(both, 12, 14).modal


def test_the_heading_before_governs_the_next_line() -> None:
    assert local(passage("填寫範例：\n陳情人王小明，電話0900-000-000"), 8, 10).example


def test_a_place_inside_quotation_marks_is_quoted() -> None:
    text = passage("不要說「檢舉人是王小姐」這種話")
    assert local(text, 5, 8).quoted
    assert not local(text, 13, 14).quoted


@pytest.mark.parametrize("text", ["第" * 300_000, "應\n" * 200_000, "「" * 300_000, "a," * 300_000])
def test_hostile_text_costs_little(text: str) -> None:
    began = perf_counter()
    long = passage(text)
    setting_of(long)
    local(long, len(long.text) // 2, len(long.text) // 2 + 2)
    assert perf_counter() - began < 1
