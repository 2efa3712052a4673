"""Whatever stands in a file, loading ends with a policy or with faults in their places, never with another exception."""

from random import Random

import pytest

from dlp.policy.faults import Mark
from dlp.policy.loading import check_bytes, examine, shipped_folder
from dlp.policy.punctuation import repair

PIECES = [
    "：", "，", "　", "- ", "－ ", "\t", "{", "}", "[", "]", '"', "'", "“", "”", "*", "&a ", "*a", "!!x ", "|", ">", "#", "＃", "\n", ":", ": ", "null", "~",
    "true", "5", "5.5", "22:00", "\u200b", "\ufeff", "\u00a0", "\x00", "\x85", "\u2028", "é", "𡶀", "?", "%", "@", "`", ",", "---\n", "...\n", "<<: x", "then", "find", "rules:\n",
]  # fmt: skip


def _mutated(text: str, random: Random) -> str:
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(text) + 1)
        cut = random.choice([0, 0, 1, 3, 40])
        text = text[:at] + random.choice(PIECES) + text[at + cut :]
    return text


@pytest.mark.parametrize("seed", range(8))
def test_mutated_policies_end_in_faults_with_places(seed, tmp_path):
    random = Random(seed)
    base = [p.read_text(encoding="utf-8") for p in sorted(shipped_folder().glob("*.yaml"))]
    path = tmp_path / "p.yaml"
    for _ in range(20):
        text = _mutated(random.choice(base)[: random.randrange(200, 4000)], random)
        lines = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").split("\n")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        policy, faults = examine([path])
        assert policy is not None or faults
        for fault in faults:
            assert fault.text.startswith(f"{path}:") and fault.code[0] == "P"
            assert 0 <= fault.mark.line <= len(lines) and fault.mark.column >= 0


@pytest.mark.parametrize("seed", range(4))
def test_repair_keeps_lines_leads_marks_back_and_comes_to_rest(seed):
    random = Random(100 + seed)
    base = [p.read_text(encoding="utf-8") for p in sorted(shipped_folder().glob("*.yaml"))]
    for _ in range(20):
        text = _mutated(random.choice(base)[: random.randrange(200, 3000)], random)
        repaired = repair(text, "p.yaml")
        assert repaired.text.count("\n") == text.count("\n")
        for n, (old, new) in enumerate(zip(text.split("\n"), repaired.text.split("\n"), strict=True)):
            if n not in repaired.edits:
                assert old == new
            for column in range(len(new) + 1):
                assert 0 <= repaired.original(Mark(n, column)).column <= len(old)
        for _ in range(5):
            repaired = repair(repaired.text, "p.yaml")
        assert not repaired.faults


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"\xff" * 100, "「」".encode(), b"a: " + b"x" * 5000, b"\n" * 10_000, b": : :", b"- - - -", b"? ? ?", b"{}", b"[]", b"null", b"1"])
def test_odd_bytes_are_faults(data):
    _source, form, faults = check_bytes(data, "p.yaml")
    assert form is None and faults and all(f.text for f in faults)
