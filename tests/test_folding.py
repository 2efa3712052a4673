"""Folding and joining: whatever stands in the original is what an offset points to."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlp.text.folding import Folded, fold
from dlp.text.joining import join, needs_joining

ANY_TEXT = st.text(st.characters(), max_size=200)
SPICED = st.lists(
    st.sampled_from(["檢舉人", "检举人", "\u200b", "Ａ１２３", " ", "\u3000", "㈱", "e\u0301", "\r\n", "\n> ", "0 9 1 2", "零九一二三四五六七八", "①", "&#65;",
                     "\U0001f363", "\ud800", "密", "．", "—", "a"]), max_size=40).map("".join)  # fmt: skip

FOLDS = [
    ("Ａ１２３", "A123", "full-width letters and digits"),
    ("：（）！？；，", ":()!?;,", "full-width punctuation"),
    ("。、「」", "。、「」", "Chinese punctuation without an ASCII form stays"),
    ("a\u3000b\u00a0c\u2009d", "a b c d", "every kind of space"),
    ("檢\u200b舉\u2060人\ufeff", "檢舉人", "zero-width characters vanish"),
    ("\u202e檢舉\u202c", "檢舉", "bidi controls vanish"),
    ("e\u0301", "e", "combining marks vanish"),
    ("密\u0336件\u0336", "密件", "strike-through by combining marks"),
    ("检举人电话", "檢舉人電話", "simplified characters"),
    ("皇后在台灣的里長家", "皇后在台灣的里長家", "characters that are traditional too are left alone"),
    ("祕密證号", "秘密證號", "variants"),
    ("㈱", "(株)", "one original character may become several"),
    ("𝟎𝟗𝟏𝟐", "0912", "mathematical digits"),
    ("٠٩١٢", "0912", "digits of other scripts"),
    ("①②", "①②", "bullets do not glue to the number that follows"),
    ("А１２", "A12", "Cyrillic look-alike"),
    ("⼈⽇", "人日", "Kangxi radicals"),
    ("0912‐345—678", "0912-345-678", "every dash"),
    ("瓦旦‧吉洛・馬躍", "瓦旦·吉洛·馬躍", "every middle dot"),
    ("a\r\nb\rc\u2028d", "a\nb\nc\nd", "line ends"),
]
JOINS = [
    ("電話 0 9 1 2 3 4 5 6 7 8", "0912345678", "single digits apart"),
    ("零九一二三四五六七八", "0912345678", "numerals as digits"),
    ("A壹貳參肆伍陸柒捌玖", "A123456789", "financial numerals"),
    ("A123\n456789", "A123456789", "line break inside a number"),
    ("> 電話0912\n> 345678", "0912345678", "line break and quote mark"),
    ("檢 舉 人 王 大 同", "檢舉人王大同", "Han characters apart"),
    ("檢\n舉\n人\n王\n大\n同", "檢舉人王大同", "one character a line"),
    ("&#65;123456789", "A123456789", "character reference"),
    ("①②③④⑤⑥⑦⑧", "12345678", "circled digits in a run"),
    ("B 2 2 0 4 1 7 3 6 3", "B220417363", "letters and digits apart"),
    ("09-28-47-13-56", "0928471356", "a mobile number in pairs"),
    ("B220-4173-63", "B220417363", "an identity number with hyphens"),
]
NOT_JOINED = [
    ("本案 依法 辦理", "words apart are words"),
    ("第一段、第二段、第三段", "an enumeration"),
    ("三人五天七夜", "small numerals"),
    *(
        (f"寫著{value}這一筆", "an ordinary form, read as it stands")
        for value in (
            "0928-471-356",
            "0928 471356",
            "04-2228-9111",
            "4111 1111 1111 1111",
            "115.11.20",
            "2026-11-20",
            "115/11/20",
            "10.20.30.40",
        )
    ),
]


@pytest.mark.parametrize(("original", "expected", "why"), FOLDS, ids=[f[2] for f in FOLDS])
def test_fold(original: str, expected: str, why: str) -> None:
    assert fold(original).text == expected, why


@pytest.mark.parametrize(("original", "expected", "why"), JOINS, ids=[j[2] for j in JOINS])
def test_join(original: str, expected: str, why: str) -> None:
    folded = fold(original)
    assert needs_joining(folded.text), why
    joined = join(folded)
    assert joined is not None
    at = joined.text.index(expected)
    start, end = joined.to_original(at, at + len(expected))
    again = join(fold(original[start:end]))
    assert (again.text if again else fold(original[start:end]).text) == expected, "the offsets span exactly the value"


@pytest.mark.parametrize(("original", "why"), NOT_JOINED, ids=[n[0] for n in NOT_JOINED])
def test_left_alone(original: str, why: str) -> None:
    joined = join(fold(original))
    assert joined is None or joined.text == fold(original).text, why


def _is_consistent(original: str, view: Folded) -> None:
    """Every stretch of the view points to a stretch of the original that folds to at least what the view shows."""
    previous = 0
    for i in range(len(view.text)):
        start, end = view.to_original(i, i + 1)
        assert 0 <= start < end <= len(original)
        assert start >= previous, "offsets never run backwards"
        previous = start


@given(st.one_of(ANY_TEXT, SPICED))
@settings(max_examples=300, deadline=None)
def test_folded_offsets_point_into_the_original(original: str) -> None:
    folded = fold(original)
    _is_consistent(original, folded)
    for i, char in enumerate(folded.text):
        start, end = folded.to_original(i, i + 1)
        assert char in fold(original[start:end]).text or original[start:end] == "\r"


@given(st.one_of(ANY_TEXT, SPICED))
@settings(max_examples=300, deadline=None)
def test_joined_offsets_point_into_the_original(original: str) -> None:
    joined = join(fold(original))
    if joined is not None:
        _is_consistent(original, joined)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
@settings(max_examples=200, deadline=None)
def test_folding_twice_is_folding_once(original: str) -> None:
    once = fold(original).text
    assert fold(once).text == once


@given(st.one_of(ANY_TEXT, SPICED), st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_a_region_carries_its_base(original: str, base: int) -> None:
    here, there = fold(original), fold(original, base=base)
    assert here.text == there.text
    for i in range(len(here.text)):
        assert there.to_original(i, i + 1) == tuple(x + base for x in here.to_original(i, i + 1))


def test_every_character_is_folded_to_the_end() -> None:
    every = [chr(c) for c in range(0x30000) if not 0xD800 <= c < 0xE000]
    once = fold("\n".join(every)).text
    assert fold(once).text == once
    assert fold("为众启").text == "為眾啟"


def test_no_ignorable_character_survives() -> None:
    ignorable = [chr(c) for c in range(0x3000) if unicodedata.category(chr(c)) == "Cf"]
    assert fold("".join(ignorable)).text == ""


def test_joining_leaves_the_plain_view_as_it_was() -> None:
    original = "ａｂ①②③④⑤⑥⑦⑧&#65;123456789，e\u0301"
    folded = fold(original)
    before = [folded.to_original(i, i + 1) for i in range(len(folded.text))]
    joined = join(folded)
    assert joined is not None and "A123456789" in joined.text
    assert [folded.to_original(i, i + 1) for i in range(len(folded.text))] == before
