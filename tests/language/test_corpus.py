"""The labelled texts keep their own rules, so that training and evaluation may rely on them."""

from pathlib import Path

import pytest

from tools.check_corpus import FOLDER, faults, load, main, near_duplicates, splits, unmark

FILES = sorted(FOLDER.glob("[wxy]*.jsonl"))


def test_marks_become_spans() -> None:
    text, persons = unmark("⟦informant|卓家豪⟧與⟦masked-petitioner|林○玲⟧")
    assert text == "卓家豪與林○玲"
    assert [(p.start, p.end, p.role, p.masked) for p in persons] == [
        (0, 3, "informant", False),
        (4, 7, "petitioner", True),
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_writers_file_has_no_fault(path: Path) -> None:
    assert list(faults(path)) == []


def test_nobody_repeats_another() -> None:
    assert list(near_duplicates(list(load(FILES)))) == []


def test_splits_are_by_writer_and_name_writers_that_exist() -> None:
    assert {*splits()} <= {p.stem for p in FILES}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": "w99-1"}', "missing"),
        ("not json", "not JSON"),
        ('{"id":"w99-1","pair":null,"channel":"fax","register":"函","label":"leak","topic":"draft","kinds":["draft.undecided"],"text":"甲乙丙丁戊己庚辛壬","reason":""}', "channel"),
        ('{"id":"w99-1","pair":null,"channel":"mail","register":"函","label":"leak","topic":"law","kinds":["draft.undecided"],"text":"甲乙丙丁戊己庚辛壬","reason":""}', "topic"),
        ('{"id":"w99-1","pair":null,"channel":"mail","register":"函","label":"leak","topic":"draft","kinds":[],"text":"甲乙丙丁戊己庚辛壬","reason":""}', "leak names kinds"),
        ('{"id":"w99-1","pair":null,"channel":"mail","register":"函","label":"leak","topic":"draft","kinds":["draft.undecided"],"text":"甲⟦nobody|乙丙⟧丁戊己庚辛壬","reason":""}', "role"),
    ],
)  # fmt: skip
def test_faults_are_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "w99.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    assert any(fault in said for said in faults(path))
    assert main([str(path)]) == 1
