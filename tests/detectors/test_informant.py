"""Who informed: shown by name or contact, by clues, by papers handed over; and talk about informing, which is free."""

from time import perf_counter

import pytest

from dlp.detectors.people import informant_clue, informant_identity
from dlp.finding import MEDIUM_FROM
from dlp.kinds import Kind
from tests.detectors.pairs import Pair, confidence, findings, found, pairs, passage

PEOPLE = [*pairs("people/informant"), *pairs("people/petition"), *pairs("people/registers")]
HELD_OUT = [*pairs("people/informant_held_out"), *pairs("people/petition_held_out")]


@pytest.mark.parametrize("pair", PEOPLE, ids=lambda p: p.leak[:18])
def test_leak_is_found(pair: Pair, request: pytest.FixtureRequest) -> None:
    if pair.gap:
        request.applymarker(pytest.mark.xfail(reason=pair.gap, strict=True))
    assert found(pair.leak, pair.channel, kind=pair.kind)


@pytest.mark.parametrize("pair", PEOPLE, ids=lambda p: p.harmless[:18])
def test_harmless_twin_is_quiet(pair: Pair) -> None:
    assert not found(pair.harmless, pair.channel)


def test_pairs_never_tuned_on_keep_their_score() -> None:
    hit = sum(found(p.leak, p.channel, kind=p.kind) for p in HELD_OUT)
    false = sum(found(p.harmless, p.channel) for p in HELD_OUT)
    assert hit / len(HELD_OUT) >= 0.85
    assert false / len(HELD_OUT) <= 0.05


# The same fact in every construction: where the name stands must not matter.
NAMED = (
    ("檢舉人魏子翔已到案說明。", "behind the word"),
    ("檢舉人為魏子翔。", "after a copula"),
    ("檢舉人：魏子翔", "field"),
    ("檢舉人（魏子翔）要求保密。", "in brackets"),
    ("本案係由魏子翔檢舉。", "agent"),
    ("本案係魏子翔向本局檢舉。", "agent with the agency between"),
    ("去勞工局檢舉的就是魏子翔。", "cleft"),
    ("打1999的是魏子翔。", "cleft, spoken verb"),
    ("魏子翔就是檢舉人。", "before the word"),
    ("抓耙子就是魏子翔啦", "slang"),
    ("匿名信是魏子翔寫的。", "deed"),
    ("前員工魏子翔具名檢舉本公司。", "subject"),
    ("吹哨者魏子翔昨天來電。", "another word for it"),
)


@pytest.mark.parametrize(("text", "why"), NAMED, ids=[w for _, w in NAMED])
def test_a_name_in_the_slot_is_the_informant(text: str, why: str) -> None:
    best = next(f for f in findings(text) if f.kind is Kind.INFORMANT_IDENTITY)
    assert best.text == "魏子翔"
    assert best.confidence >= MEDIUM_FROM
    assert best.masked == "魏○○"


NOT_THE_INFORMANT = (
    ("民眾檢舉魏子翔違建。", "the object is the reported party"),
    ("被檢舉人魏子翔於期限內陳述意見。", "the reported party"),
    ("魏子翔遭檢舉違規停車。", "passive"),
    ("檢舉人A表示不願作證。", "a code without key"),
    ("檢舉人向本局檢舉後即離去。", "no name"),
    ("檢舉專線(02)2381-1234，由政風室受理。", "a hotline"),
    ("檢舉人應載明姓名、電話。", "duty"),
    ("檢舉人姓名：　　　　電話：", "blank form"),
)


@pytest.mark.parametrize(("text", "why"), NOT_THE_INFORMANT, ids=[w for _, w in NOT_THE_INFORMANT])
def test_who_is_not_the_informant(text: str, why: str) -> None:
    assert not found(text, kind="informant.identity")


MADE_UP = (
    ("[創作] 走廊盡頭\n保險箱裡只有一張紙，寫著檢舉人是魏子翔。", "a story that names itself"),
    ("跑團第二夜：守衛說檢舉人就是魏子翔，大家擲骰子決定信不信。", "a game"),
    ("社區話劇劇名《誰打的電話》，最後檢舉人是魏子翔扮的郵差。", "a play"),
)


@pytest.mark.parametrize(("text", "why"), MADE_UP, ids=[w for _, w in MADE_UP])
def test_a_figure_of_a_work_is_less_than_a_person(text: str, why: str) -> None:
    told = max((f.confidence for f in findings(text) if f.kind is Kind.INFORMANT_IDENTITY), default=0.0)
    assert told < MEDIUM_FROM


CLUES = (
    ("檢舉你們的就是五樓那位退休老師。", {"floor", "job"}, "floor and job"),
    ("檢舉人為該公司前會計，去年十月離職。", {"job", "history"}, "job and history"),
    ("檢舉人係被檢舉人之前妻。", {"relation"}, "relation"),
    ("打去環保局的是隔壁那個開藍色貨車的。", {"neighbour", "vehicle"}, "neighbour and vehicle"),
    ("檢舉的人講話有很重的口音，戴口罩。", {"voice", "look"}, "voice and look"),
    ("該科唯一的女性技士即為檢舉人。", {"unique"}, "the only one"),
)


@pytest.mark.parametrize(("text", "sorts", "why"), CLUES, ids=[w for *_, w in CLUES])
def test_clues_are_named_in_the_reasons(text: str, sorts: set[str], why: str) -> None:
    best = next(f for f in findings(text) if f.kind is Kind.INFORMANT_CLUE)
    assert best.confidence >= MEDIUM_FROM
    assert sorts <= {r.code.removeprefix("clue-") for r in best.reasons}


def test_a_clue_is_never_certain() -> None:
    text = "檢舉人就是唯一住五樓、開紅色轎車、上個月被資遣的那位會計，姓粘，戴眼鏡，講話台語口音，坐你隔壁。"
    best = max(f.confidence for f in findings(text) if f.kind is Kind.INFORMANT_CLUE)
    assert MEDIUM_FROM <= best <= informant_clue.MOST == 0.85


@pytest.mark.parametrize("text", ["檢舉人是鄰居。", "檢舉人是一位老師。", "據鄰居檢舉，該址夜間施工。", "檢舉的是住戶。"])
def test_one_weak_clue_points_at_nobody(text: str) -> None:
    assert not found(text, kind="informant.clue")


def test_one_real_line_in_a_teaching_page_is_found() -> None:
    teaching = "機密維護宣導\n受理檢舉應以雙封套密封。\n不得洩漏檢舉人身分，違者依刑法第132條論處。\n請同仁務必注意。\n"
    assert not found(teaching)
    assert found(teaching + "補充：上週那件的檢舉人是吳淑華，0920-555-666，請稽查股先聯繫。\n")


@pytest.mark.parametrize("sample", ["請於檢舉書填寫檢舉人姓名及電話（範例：檢舉人王小明、0900-000-000）。", "範例：檢舉人：王大明，電話0912-345-678"])
def test_sample_names_in_examples_are_quiet(sample: str) -> None:
    assert not found(sample)


def test_reasons_hold_no_found_value() -> None:
    for finding in findings("檢舉人：吳淑華，電話0920-555-666，住五樓。"):
        for reason in finding.reasons:
            assert "吳淑華" not in reason.text
            assert "0920" not in reason.text


HOSTILE = ("檢舉" * 32_000, "檢舉人是隔壁," * 9_000, "由隔壁檢舉" * 13_000, "檢舉人為該公司" + "陳" * 60_000, "代號A=王小明 " * 6_500, "正本:檢舉人" * 10_000, "附上檢舉函轉給" * 9_000, "檢舉\n" * 21_000, ("檢舉人\t電話\t" * 10 + "\n") * 900)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: t[:8].strip())
def test_hostile_text_costs_little(text: str) -> None:
    began = perf_counter()
    hostile = passage(text)
    for detector in (informant_identity, informant_clue):
        list(detector.relate(hostile, ()))
    assert perf_counter() - began < 1.5


def test_the_identity_of_an_informant_is_high() -> None:
    assert confidence("檢舉人：吳淑華，電話0920-555-666，請稽查人員先聯繫。") >= 0.8
