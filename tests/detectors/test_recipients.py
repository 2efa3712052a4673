"""Recipients against the addressees a paper names."""

import pytest

from dlp.document import Envelope
from dlp.kinds import Kind
from tests.detectors.official import found

LETTER = (
    "○○縣政府　函\n受文者：{to}\n發文字號：府教字第1150012345號\n密等及解密條件或保密期限：密（本件至116年12月31日解密）\n主旨：檢送名冊1份。\n正本：{to}\n副本：{copy}"
)


def _reason(to: str, copy: str, recipients: tuple[str, ...], sender: str = "clerk@miaoli.gov.tw") -> str:
    envelope = Envelope(sender=sender, recipients=recipients)
    (mark,) = [f for f in found(LETTER.format(to=to, copy=copy), envelope=envelope) if f.kind is Kind.CLASSIFIED_OFFICIAL]
    return next((r.text for r in mark.reasons if r.code == "not-addressed"), "")


@pytest.mark.parametrize(
    ("recipient", "why"),
    [
        ("b@mail.moe.gov.tw", "the ministry that the letter is to"), ("c@miaoli.gov.tw", "the sender's own office"), ("d@edu.miaoli.gov.tw", "a part of it"),
        ("e@tainan.gov.tw", "a city that gets a copy"),
    ],
)  # fmt: skip
def test_an_addressee_is_not_named(recipient: str, why: str) -> None:
    assert _reason("教育部", "臺南市政府", (recipient,)) == "", why


def test_somebody_else_is_named_behind_a_mask() -> None:
    text = _reason("教育部", "本縣政風處", ("wang.daming@gmail.com", "b@mail.moe.gov.tw"))
    assert "w***@gmail.com" in text and "daming" not in text and "moe.gov.tw" not in text


def test_an_address_in_the_field_itself_is_an_addressee() -> None:
    assert _reason("王君（wang@example.com）", "無", ("wang@example.com",)) == ""


def test_the_own_words_of_a_domain_are_recognised() -> None:
    assert _reason("Formosa 化工股份有限公司", "無", ("service@formosa.com.tw",)) == ""


@pytest.mark.parametrize("to", ["本府各單位", "各縣市政府", "如行文單位", "全體委員"])
def test_collective_addressees_say_nothing(to: str) -> None:
    assert _reason(to, "詳如名單", ("x@gmail.com",)) == ""


def test_many_are_counted() -> None:
    assert "等 8 人" in _reason("教育部", "無", tuple(f"u{i}@gmail.com" for i in range(8)))


def test_without_an_envelope_nothing_is_said() -> None:
    (mark,) = [f for f in found(LETTER.format(to="教育部", copy="無")) if f.kind is Kind.CLASSIFIED_OFFICIAL]
    assert "not-addressed" not in [r.code for r in mark.reasons]
