"""The catalogues: complete, up to date with the code, and read as PO files are written."""

import pytest
import regex

from dlp.channels.post.asking import PLACE_LABELS
from dlp.channels.post.pages import CHOICES
from dlp.channels.post.words import (
    DEFAULT,
    FOLDER,
    LANGUAGES,
    PLACES,
    catalogue,
    choose,
    messages,
    read_po,
    template,
    translator,
)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_catalogue_is_up_to_date(tag: str) -> None:
    written = (FOLDER / f"{LANGUAGES[tag]}.po").read_text(encoding="utf-8")
    assert written == template(tag), "run: python -m dlp.channels.post.words"


def test_the_page_is_wholly_translated() -> None:
    known = catalogue("en")
    assert [m for m in [*messages(desk=False), *PLACES] if not known.get(m)] == []
    assert set(PLACES) == {PLACE_LABELS[c] for c in CHOICES}


def test_translations_keep_the_names_of_their_values() -> None:
    for message, translated in catalogue("en").items():
        assert set(regex.findall(r"\{\w+\}", message)) == set(regex.findall(r"\{\w+\}", translated)), message


def test_no_chinese_is_left_in_the_english_page() -> None:
    for message, translated in catalogue("en").items():
        assert not regex.search(r"\p{Han}", translated), message


@pytest.mark.parametrize(
    ("wanted", "header", "tag"),
    [
        (None, "", DEFAULT), (None, "zh-TW,zh;q=0.9,en;q=0.8", DEFAULT), (None, "en-US,en;q=0.9", "en"), (None, "en-US,en;q=0.9,zh-TW;q=0.8", DEFAULT),
        (None, "ja", DEFAULT), ("en", "zh-TW", "en"), ("zh-Hant-TW", "en", DEFAULT), ("<script>", "en", DEFAULT),
    ],
)  # fmt: skip
def test_the_language_is_the_readers(wanted: str | None, header: str, tag: str) -> None:
    assert choose(wanted, header) == tag


def test_an_untranslated_message_stays_chinese() -> None:
    assert translator("en")("沒有翻譯的話") == "沒有翻譯的話"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('msgid "甲"\nmsgstr "A"\n', {"甲": "A"}),
        ('# remark\nmsgid ""\nmsgstr "Language: en\\n"\n\n#: x.html:3\nmsgid ""\n"甲"\n"乙"\nmsgstr ""\n"A "\n"\\"B\\""', {"甲乙": 'A "B"'}),
        ('msgid "甲"\nmsgstr ""\nmsgid "乙"\nmsgstr "B"', {"甲": "", "乙": "B"}),
    ],
)
def test_po_files_are_read(text: str, expected: dict[str, str]) -> None:
    assert read_po(text) == expected


@pytest.mark.parametrize("text", ['msgid 甲', 'msgid "甲', "nonsense", 'msgid "甲"\nmsgstr __import__("os")'])
def test_a_broken_po_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        read_po(text)
