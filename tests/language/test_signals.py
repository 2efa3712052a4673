"""Text as the network reads it: one column a character, whatever the text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlp.language.network import PIECE, pieces
from dlp.language.segmenter import words
from dlp.language.signals import DIGIT, PAIRS, PLACES, SHAPE_COUNT, UNKNOWN, Vocabulary, signals

VOCABULARY = Vocabulary("的人檢舉陳a")


@given(st.text(max_size=200))
def test_every_character_has_one_column_within_the_tables(text: str) -> None:
    rows = signals(text, VOCABULARY)
    assert rows.shape == (5, len(text))
    for row, size in zip(rows, (len(VOCABULARY), PAIRS, PLACES, 10_000, SHAPE_COUNT), strict=True):
        assert ((row >= 0) & (row < size)).all()


def test_digits_are_one_sign_and_case_does_not_matter() -> None:
    rows = signals("1 9 A a 龘", VOCABULARY)
    assert rows[0, 0] == rows[0, 2] == DIGIT
    assert rows[0, 4] == rows[0, 6]
    assert rows[0, 8] == UNKNOWN


def test_the_shape_of_a_number_is_marked_on_all_its_characters() -> None:
    rows = signals("電話0912-345-678。", VOCABULARY)
    assert len(set(rows[4, 2:14].tolist())) == 1 and rows[4, 2] != rows[4, 0]


@given(st.text(alphabet="甲乙。\n，丙", max_size=3 * PIECE))
def test_pieces_cover_the_text_without_overlap(text: str) -> None:
    cuts = pieces(text)
    assert "".join(text[a:b] for a, b in cuts) == text
    assert all(0 < b - a <= PIECE for a, b in cuts)


@pytest.mark.parametrize("text", ["", "桃園市政府環境保護局稽查科", "王小明說：「後天開會。」\n\t第2行"])
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


def test_a_pair_of_characters_is_told_from_its_reverse() -> None:
    assert not np.array_equal(signals("檢舉", VOCABULARY)[1], signals("舉檢", VOCABULARY)[1])


def test_a_character_knows_its_place_in_its_word() -> None:
    text = "檢舉人 來電"
    expected = []
    for word in words(text):
        inner = [1, *[2] * (len(word) - 2), 3] if len(word) > 1 else [5 if word.isspace() else 4]
        expected += inner
    assert signals(text, VOCABULARY)[2].tolist() == expected
    assert {1, 3} <= set(expected)
