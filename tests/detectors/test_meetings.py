"""Papers of closed meetings and what is told out of them; theatres and public minutes are none.  More in tests/scenarios/official."""

import pytest

from dlp.kinds import Kind
from tests.detectors.official import worth_a_look

LEAKS = (
    ("不公開會議資料\n編號：第02號／共10份\n會後收回", "marks of the paper"),
    ("考績會剛開完，委員說老林打乙，還沒公布別說。", "told out of a body that deliberates in secret"),
    ("評選會議（不公開）\n甲委員：不同意\n表決結果：3比2", "voices and votes"),
    ("今天主管會議局長裁示先不公布，對外就說研議中。", "told out of an internal meeting"),
)
HARMLESS = (
    ("演出請勿拍照錄音", "a theatre"),
    ("市政會議紀錄\n主席：市長\n決議：通過", "public minutes"),
    ("會議資料應編號分發，會後收回", "a rule"),
    ("兩國舉行閉門會議，會後發表聲明", "news"),
    ("考績會委員名單已公告", "published"),
    ("開會開到睡著", "a complaint"),
)


@pytest.mark.parametrize(("text", "why"), LEAKS)
def test_it_is_worth_a_look(text: str, why: str) -> None:
    assert worth_a_look(text, Kind.MEETING_CLOSED), why


@pytest.mark.parametrize(("text", "why"), HARMLESS)
def test_it_is_harmless(text: str, why: str) -> None:
    assert not worth_a_look(text, Kind.MEETING_CLOSED), why
