"""The sieve lets nothing pass that a detector could find, and both engines agree."""

import pytest

from benchmarks import texts
from dlp.detectors.contract import literals, pattern
from dlp.detectors.cues import widen_pattern
from dlp.detectors.road import shipped_sieve
from dlp.detectors.sieve import Sieve

CUES = {
    "people": literals("檢舉人", "陳情", "Confidential"),
    "id": pattern(r"[A-Z][12][0-9]{8}"),
    "mobile": pattern(r"09[0-9]{2}[ \-]{0,2}[0-9]{3}[ \-]{0,2}[0-9]{3}"),
    "grade": pattern(r"密[ ]{0,4}等[^:\n]{0,20}:"),
}
SEEN = [
    ("這位檢舉人說", {"people"}, "a literal"),
    ("这位检举人说", {"people"}, "a literal in Simplified"),
    ("CONFIDENTIAL", {"people"}, "ASCII in either case"),
    ("ＣＯＮＦＩＤＥＮＴＩＡＬ", {"people"}, "ASCII full-width"),
    ("字號A123456789號", {"id"}, "a pattern that touches Chinese"),
    ("字號ａ１２３４５６７８９號", {"id"}, "a pattern in full width, lower case"),
    ("０９１２－３４５－６７８", {"mobile"}, "full-width dashes"),
    ("密　　等及解密條件：", {"grade"}, "ideographic spaces, full-width colon"),
]
EVASIONS = [
    "檢\u200b舉人", "檢 舉 人", "檢.舉.人.甲", "檢\n舉\n人\n甲", "零九一二三四五六七八", "0 9 1 2 3 4 5 6 7 8", "A123\n456789", "&#27298;舉人", "𝟎𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
    "檢\u0336舉人", "⼈名", "①②③④⑤⑥⑦⑧⑨⓪", "> 0912\n> 345678", "А123456789", "檢*舉*人*王", "壹貳參肆伍陸柒捌",
]  # fmt: skip
SILENT = [
    "今天天氣很好，公園裡的櫻花開了。",
    "本案業於上週完成，感謝各位協助。",
    "",
    "會議於三樓舉行，請準時出席。",
    "總計12人，第3場，共450元。",
]


@pytest.fixture(scope="module", params=["vectorscan", "fallback"])
def sieve(request: pytest.FixtureRequest) -> Sieve:
    return Sieve(CUES, engine=request.param)


@pytest.mark.parametrize(("text", "owners", "why"), SEEN, ids=[s[2] for s in SEEN])
def test_a_cue_is_seen_in_raw_text(sieve: Sieve, text: str, owners: set[str], why: str) -> None:
    assert sieve.owners_in(text.encode()) == owners, why


@pytest.mark.parametrize("text", EVASIONS)
def test_an_evasion_is_looked_at_again(sieve: Sieve, text: str) -> None:
    assert sieve.ends(text.encode())


@pytest.mark.parametrize("text", SILENT)
def test_ordinary_text_is_finished(sieve: Sieve, text: str) -> None:
    assert sieve.ends(text.encode()) == []


def test_offsets_are_ends_in_bytes(sieve: Sieve) -> None:
    assert [m.end for m in sieve.scan("這位檢舉人".encode()) if m.owner == 0] == [15]


def test_widening_keeps_syntax() -> None:
    assert widen_pattern(r"(?:a|b)[^:\n]{0,20}\p{Han}").startswith("(?:")
    assert "{0,20}" in widen_pattern(r"(?:a|b)[^:\n]{0,20}\p{Han}")
    assert r"\p{Han}" in widen_pattern(r"(?:a|b)[^:\n]{0,20}\p{Han}")


@pytest.mark.parametrize(
    "text",
    [
        texts.clean(0.05),
        "我不知道孩子今天想去哪裡玩，爸爸媽媽也不知情。",
        "許多家庭帶著孩子前來賞花。",
    ],
    ids=["clean text of the benchmark", "what parents say", "families out"],
)
def test_everyday_words_wake_none_of_the_detectors_of_content(text: str) -> None:
    assert shipped_sieve().owners_in(text.encode()) <= {"personal.name"}
