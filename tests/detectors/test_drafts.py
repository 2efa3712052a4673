"""Several signs of one paper make a draft; one word makes none.  More in tests/scenarios/official."""

import pytest

from dlp.document import Place
from dlp.kinds import Kind
from tests.detectors.official import worth_a_look

LEAKS = (
    ("簽\u3000於\u3000人事室\n主旨：調整職務案。\n擬辦：擬調任。\n敬陳\u3000局長", "layout of a 簽"),
    ("○○市政府\u3000函（稿）\n發文字號：\n主旨：貴公司申請設廠一案，歉難同意，請查照。", "a letter without a number"),
    ("本案擬終止契約，當否，請核示。", "asks for a decision"),
    ("簽呈還沒批，先給你看，別外傳。", "state, hand and plea together"),
    ("組織調整方案（未核定）\n裁撤兩科", "a version note at the head"),
    ("擬採乙案，尚未奉核，請勿外流。", "an option before the decision"),
)
HARMLESS = (
    ("擬辦", "the word alone"),
    ("修正草案總說明，刊登行政院公報", "a published bill"),
    ("簽應按主旨、說明、擬辦撰擬", "a lesson"),
    ("您的申請案簽辦中", "progress of a case"),
    ("計畫奉核後實施，修正時亦同", "a rule"),
    ("案由：增設路燈\n擬辦：送市府研議\n決議：通過", "public minutes"),
    ("核定本請至網站下載", "approved and published"),
)


@pytest.mark.parametrize(("text", "why"), LEAKS)
def test_it_is_worth_a_look(text: str, why: str) -> None:
    assert worth_a_look(text, Kind.DRAFT_UNDECIDED), why


@pytest.mark.parametrize(("text", "why"), HARMLESS)
def test_it_is_harmless(text: str, why: str) -> None:
    assert not worth_a_look(text, Kind.DRAFT_UNDECIDED), why


@pytest.mark.parametrize(
    ("name", "draft"),
    [("草稿.txt", False), ("我的作文草稿.odt", False), ("draft.docx", False), ("簽稿_人事調整.odt", True), ("預算草案_v0.3_未核定.docx", True), ("計畫書_內部版.odt", True)],
)
def test_an_everyday_name_of_an_unfinished_file_is_no_draft_of_a_decision(name: str, draft: bool) -> None:
    assert worth_a_look(name, Kind.DRAFT_UNDECIDED, place=Place.FILE_NAME) is draft
