"""The frame of the readers: budgets, paths, and what a limit leaves behind."""

from dataclasses import replace

import pytest

from dlp.document import NotReadReason, Place
from dlp.readers import read_bytes
from dlp.readers.context import Collector, ReadContext, place_of
from dlp.readers.limits import DEFAULT, Budget, LimitReached
from tests.readers.hostile import zip_of


def context(**limits: object) -> ReadContext:
    return ReadContext(Collector(), Budget(replace(DEFAULT, **limits)), lambda data, ctx: None)  # type: ignore[arg-type]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("charge", "reason"),
    [
        (lambda b: b.charge_bytes(DEFAULT.unpacked_bytes + 1), NotReadReason.LIMIT_UNPACKED),
        (lambda b: b.charge_bytes(DEFAULT.ratio_from_bytes + 1), NotReadReason.LIMIT_RATIO),
        (lambda b: b.charge_text(DEFAULT.text_chars + 1), NotReadReason.LIMIT_TEXT),
        (lambda b: [b.charge_member() for _ in range(DEFAULT.item_members + 1)], NotReadReason.LIMIT_MEMBERS),
        (lambda b: b.charge_cells(DEFAULT.sheet_cells + 1), NotReadReason.LIMIT_CELLS),
        (lambda b: [b.enter() for _ in range(DEFAULT.nesting_levels + 1)], NotReadReason.LIMIT_DEPTH),
    ],
)
def test_each_limit_has_its_reason(charge, reason: NotReadReason) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LimitReached) as caught:
        charge(Budget(input_bytes=1000))
    assert caught.value.reason is reason


def test_time_of_children_does_not_count_for_their_container() -> None:
    clock = Clock()
    budget = Budget(DEFAULT, clock=clock)
    for _ in range(4):
        with budget.nested():
            clock.now += 19
            budget.check_time()
        budget.check_time()
    clock.now += 21
    with pytest.raises(LimitReached):
        budget.check_time()


def test_paths_are_unique_and_never_carry_names_of_the_input() -> None:
    ctx = context()
    for name in ("header", "header", "工作表 A123456789", "x\ny"):
        ctx.add(Place.BODY, "x", name=name)
    paths = [part.path for part in ctx.collector.parts]
    assert paths[:2] == ["header", "header[2]"]
    assert len(set(paths)) == 4
    assert all(path.isascii() and "\n" not in path for path in paths)


def test_text_that_fits_is_kept_when_the_limit_is_reached() -> None:
    document = read_bytes(zip_of({"a.txt": b"A123456789 " + b"x" * 100}), name="a.zip", limits=replace(DEFAULT, text_chars=40))
    assert any("A123456789" in part.text for part in document.parts)
    assert NotReadReason.LIMIT_TEXT in {entry.reason for entry in document.not_read}


def test_lone_surrogates_become_replacement_characters_one_for_one() -> None:
    ctx = context()
    ctx.add(Place.BODY, "a\ud800\udc00\udfffb")
    assert len(ctx.collector.parts[0].text) == 5
    assert ctx.collector.parts[0].utf8 == ctx.collector.parts[0].text.encode()


def test_entries_about_what_was_not_read_are_bounded() -> None:
    ctx = context()
    for number in range(1000):
        ctx.not_read(NotReadReason.DAMAGED, name=f"m{number}")
    assert len(ctx.collector.missing) == 201


def test_invisible_text_makes_no_part() -> None:
    ctx = context()
    ctx.add(Place.BODY, " \n\t")
    assert not ctx.collector.parts


def test_place_for_people() -> None:
    assert place_of("attachment[1]/member[2]") == "附件 1／成員 2"
