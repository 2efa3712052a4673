"""Whatever is killed, each message is delivered, held or refused exactly as policy says: none lost, none twice, none unscanned."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail import kills
from tests.mail.conftest import gateway_behind_postfix
from tests.mail.gateway import Gateway
from tests.mail.postfix import Postfix

pytestmark = [pytest.mark.slow]


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[tuple[Gateway, Postfix]]:
    """Without notices: they would be counted as mail."""
    with gateway_behind_postfix(tmp_path, "--notify-by", "none") as both:
        yield both


def check(out: kills.Outcome, *, messages: int, killed: int) -> None:
    print(out.table())
    assert out.killed.total() == killed
    assert len(out.answers) == messages
    for kind in kills.BODIES:
        assert not out.lost(kind), out.table()
        assert not out.wrong(kind), out.table()
    assert out.unscanned == 0
    kinds = list(out.kinds.values())
    assert out.incidents == {"block": kinds.count("block"), "hold": kinds.count("hold")}, "one incident for a message, however often it was tried"
    assert out.decisions == messages, "each message has one decision in the journal"


@pytest.mark.timeout(300)
def test_300_messages_and_3_kills(quiet: tuple[Gateway, Postfix]) -> None:
    check(kills.run(*quiet, messages=300, kills=3), messages=300, killed=3)


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_10000_messages_and_20_kills(quiet: tuple[Gateway, Postfix]) -> None:
    check(kills.run(*quiet, messages=10_000, kills=20, seed=2), messages=10_000, killed=20)
