"""Hostile inputs cost their own reading and nothing else: no hang, no crash, no file, never «clean» when not read."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dlp.document import NotReadReason
from dlp.readers.isolation import ReaderPool
from dlp.readers.limits import DEFAULT, MIB
from tests.readers.hostile import NEEDLE, Case, cases

LIMITS = replace(
    DEFAULT, unpacked_bytes=48 * MIB, ratio_from_bytes=8 * MIB, item_bytes=24 * MIB, text_chars=32 * MIB, container_members=2_000,
    item_members=20_000, item_seconds=15.0, part_seconds=8.0, cpu_seconds=20, memory_bytes=768 * MIB,
)  # fmt: skip
HANG_GRACE_SECONDS = 2.0
ESCAPE = Path("/tmp/dlp-escape")
CASES = cases()


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(workers=1, limits=LIMITS) as pool:
        yield pool


def test_there_are_enough_cases_with_ids_of_their_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_hostile_input(case: Case, pool: ReaderPool) -> None:
    data = case.make()
    began = time.monotonic()
    document = pool.read(data, name=case.name)
    assert time.monotonic() - began < LIMITS.item_seconds + HANG_GRACE_SECONDS
    reasons = {entry.reason for entry in document.not_read}
    assert NotReadReason.CRASH not in reasons
    assert NotReadReason.TIMEOUT not in reasons, "slow beyond its limit"
    if not case.reasons:
        assert not reasons
    elif case.reasons != frozenset(NotReadReason):
        assert reasons & case.reasons, reasons
    if case.needle:
        assert any(NEEDLE[-10:] in part.text for part in document.parts)
    assert not ESCAPE.exists()
