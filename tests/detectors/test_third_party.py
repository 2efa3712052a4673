"""Where a protected person is; files of somebody who did not agree.  More in tests/scenarios/official."""

import pytest

from dlp.kinds import Kind
from tests.detectors.official import worth_a_look

LEAKS = (
    ("證人躲在他姊姊台東的家，加害人在找他。", "whereabouts and danger"),
    ("對造的存款明細影本寄給您，他沒有同意公開。", "a file without consent"),
    ("本資料公開恐侵害第三人權益，請勿提供", "the paper says so"),
)
HARMLESS = (
    ("有侵害第三人權利之虞者，得拒絕提供", "the law"),
    ("涉及第三人部分業已遮蔽", "redacted"),
    ("第三人責任險保額500萬元", "insurance"),
    ("流浪狗已安置於收容所", "a shelter for dogs"),
    ("當事人不同意公開，爰予否准", "a refusal"),
)


@pytest.mark.parametrize(("text", "why"), LEAKS)
def test_it_is_worth_a_look(text: str, why: str) -> None:
    assert worth_a_look(text, Kind.THIRD_PARTY_RIGHTS), why


@pytest.mark.parametrize(("text", "why"), HARMLESS)
def test_it_is_harmless(text: str, why: str) -> None:
    assert not worth_a_look(text, Kind.THIRD_PARTY_RIGHTS), why
