"""The fuzzer itself, in short form: it runs, its inputs can be made again, and it sees a fault."""

from pathlib import Path

import pytest

from tests.fuzz import fuzz_readers


@pytest.mark.slow
def test_a_few_seconds_of_fuzzing_find_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    assert fuzz_readers.fuzz(4.0, chosen=None, seed=20_261_125, out=tmp_path, say=said.append) == 0, said


def test_same_seed_makes_the_same_inputs() -> None:
    files = fuzz_readers.FORMATS["HTML"]
    assert list(fuzz_readers.inputs([files], 3)) == list(fuzz_readers.inputs([files], 3))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("raise ValueError('x')", "ValueError"), ("import os; os._exit(7)", "child died: 7")],
)
def test_a_fault_is_a_finding(fault: str, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def check(name: str, data: bytes) -> None:
        exec(fault)

    monkeypatch.setattr(fuzz_readers, "check", check)
    found = fuzz_readers.run_round([("a.txt", b"x" * 50)], 1)
    assert found is not None
    assert expected in found[1]
