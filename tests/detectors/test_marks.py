"""Marks: the rules behind the scenarios in tests/scenarios/official."""

import pytest

from dlp.detectors.official.grades import grade_of, highest
from dlp.document import Place
from dlp.finding import HIGH_FROM, Level
from dlp.kinds import Kind
from tests.detectors.official import best, found

SAME_WORDS = "機密"


@pytest.mark.parametrize(
    ("place", "low", "high"),
    [
        (Place.HEADER, HIGH_FROM, 1.0), (Place.FOOTER, HIGH_FROM, 1.0), (Place.WATERMARK, HIGH_FROM, 1.0), (Place.TEXT_BOX, HIGH_FROM, 1.0),
        (Place.SUBJECT, HIGH_FROM, 1.0), (Place.SHEET_NAME, HIGH_FROM, 1.0), (Place.FILE_NAME, HIGH_FROM, 1.0), (Place.PROPERTY, 0.5, HIGH_FROM),
    ],
)  # fmt: skip
def test_the_place_makes_the_mark(place: Place, low: float, high: float) -> None:
    assert low <= best(SAME_WORDS, Kind.CLASSIFIED_CONFIDENTIAL, place=place) <= high


@pytest.mark.parametrize(
    ("words", "grade"),
    [("密", "密"), ("密件", "密"), ("密　件", "密"), ("機 密", "機密"), ("極　機　密", "極機密"), ("絕密", "絕對機密"), ("最高機密", "絕對機密"), ("Top Secret", "絕對機密"), ("CONFIDENTIAL", "機密")],
)
def test_every_spelling_has_its_grade(words: str, grade: str) -> None:
    assert grade_of(words) == grade


def test_of_several_grades_the_highest_counts() -> None:
    assert highest(["密", "絕對機密", "機密"]) == "絕對機密"


@pytest.mark.parametrize("value", ["", "　", "普通", "普通件", "無", "一般", "否", "公開", "-", "□普通 □密", "■普通 □密", "普通/密/機密", "依規定填寫", "同主旨"])
def test_a_field_without_a_grade_is_no_mark(value: str) -> None:
    text = f"發文字號：府環字第1150012345號\n密等及解密條件或保密期限：{value}\n附件：無\n主旨：檢送手冊。"
    assert not [f for f in found(text) if f.kind.startswith("classified.")]


@pytest.mark.parametrize("label", ["密等", "密等級", "密 等", "密等及解密條件", "密等及解密條件或保密期限", "密等/解密條件", "機密等級", "機密屬性", "保密區分", "保密等級", "密級", "密別", "文件機密等級", "Classification"])
@pytest.mark.parametrize("between", [":", "：", " ： ", "\t", "|"])
def test_every_name_of_the_field_is_known(label: str, between: str) -> None:
    assert best(f"受文者：法務部\n{label}{between}機密\n主旨：聯繫事項", Kind.CLASSIFIED_CONFIDENTIAL) >= HIGH_FROM


@pytest.mark.parametrize("word", ["密碼", "密切", "密封", "密集", "密度", "密室", "密友", "密閉", "密談", "密訪"])
def test_a_word_that_begins_like_a_grade_is_none(word: str) -> None:
    assert not [f for f in found(f"{word}\n主旨：{word}相關事宜\n密等：{word}") if f.level is not Level.LOW]


def test_an_unknown_value_of_an_exchange_file_is_shown() -> None:
    seen = found("特密件A", place=Place.FIELD, field="密等") or found("內密", place=Place.FIELD, field="密等")
    assert [f for f in seen if f.kind is Kind.CLASSIFIED_OFFICIAL and f.level is Level.MEDIUM]


@pytest.mark.parametrize("value", ["普通", "普通件", "無", "", "-", "非密"])
def test_a_harmless_value_of_an_exchange_file_is_none(value: str) -> None:
    assert not found(value, place=Place.FIELD, field="密等")


def test_a_mark_shows_what_it_is() -> None:
    (mark,) = [f for f in found("密等：極機密（保密至120年12月31日）") if f.kind is Kind.CLASSIFIED_SECRET]
    assert dict(mark.attrs) == {"grade": "極機密", "regime": "國家機密", "state": "in-force", "evidence": "field", "until": "2031-12-31"}
    assert mark.text == "極機密" and [r.code for r in mark.reasons] == ["field", "term-in-force"]


def test_a_lower_grade_beside_a_higher_says_so() -> None:
    marks = {f.kind: f for f in found("機密\n（本件至118年12月31日解密）\n○○部　函\n密等：密（本件於公布時解密）\n主旨：檢送資料。")}
    assert "mixed" in [r.code for r in marks[Kind.CLASSIFIED_OFFICIAL].reasons]


def test_a_long_text_of_marks_is_bounded() -> None:
    assert len(found("密\n內容\n" * 5_000)) <= 1_000


def test_in_a_text_that_teaches_a_mark_counts_at_the_head_only() -> None:
    lesson = "公務機密維護講習教材\n同仁應注意保密規定，切勿外流，應避免在公開場合談論，宣導資料請自行參考。\n"
    rest = "第二節 注意事項：應依規定辦理，不得攜出。\n第三節\n測驗\n問答"
    assert _grades(f"機密\n{lesson}{rest}") == ["機密"]
    assert _grades(f"{lesson}第一節\n講師介紹\n機密\n{rest}") == []


def test_the_tail_of_a_longer_upright_text_is_no_mark() -> None:
    assert _grades("機\n密\n\n主旨：檢送計畫1份。") == ["機\n密"]
    for poster in ("國\n家\n機\n密\n\n受文者：本局\n主旨：檢送海報1份。\n說明：一", "守\n護\n國\n家\n機\n密\n\n主旨：檢送海報1份。"):
        assert [f.text for f in found(poster) if f.kind.startswith("classified.") and f.level is not Level.LOW] == []


def _grades(text: str) -> list[str]:
    """Texts of the marks at medium or above."""
    return [f.text for f in found(text) if f.kind is Kind.CLASSIFIED_CONFIDENTIAL and f.level is not Level.LOW]
