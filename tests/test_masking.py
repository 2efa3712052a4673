"""The safe version of a text: consistent, complete, and stable when made again."""

import pytest

from dlp.detectors import road
from dlp.detectors.contract import Context
from dlp.document import Document
from dlp.finding import Finding
from dlp.kinds import Kind
from dlp.masking import mask_text
from dlp.verdict import Channel

from .detectors.numbers import TODAY


def findings(text: str) -> list[Finding]:
    return road.find(Context(Document.from_text(text), Channel.POST, TODAY))[0]


def masked(text: str) -> str:
    return mask_text(text, findings(text), "body")


def finding(kind: Kind, start: int, text: str, mask: str, *, confidence: float = 0.9, part: str = "body") -> Finding:
    return Finding(kind, part, start, start + len(text), text, confidence, (), mask)


SAFE = [
    ("身分證字號A123456789號", "身分證字號A1*******9號", "national ID: first two and last"),
    ("手機０９１２－３４５－６７８", "手機09**-***-678", "mobile: last three"),
    ("卡號4111 1111 1111 1111", "卡號*************111", "card: last three"),
    ("wang1985@gmail.com", "w***@gmail.com", "mail: first letter and domain"),
    ("車號BGT-5678", "車號BGT-****", "plate: letters"),
    ("無個資的公告", "無個資的公告", "nothing to mask"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "safe", "why"), SAFE, ids=[s[2] for s in SAFE])
def test_masks(text: str, safe: str, why: str) -> None:
    assert masked(text) == safe


TEXTS = [
    "姓名,身分證字號,電話,生日\n王小明,A123456789,0912345678,0750305\n李大華,B200000004,0933-222-111,0790812",
    "檢舉獎金請匯檢舉人陳信宏之玉山銀行帳戶808-0123456789012，電話零九一二三四五六七八",
    "身分證前五碼A1234，末四碼6789；居留證號A800000014；護照312345678",
    "學號B11302045、病歷號4958603、LINE ID：wang_88、IP：203.69.12.55、健保卡號0000 1234 5678",
]


@pytest.mark.parametrize("text", TEXTS)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text)
    assert once != text
    assert masked(once) == once
    assert findings(once) == [] or {f.kind for f in findings(once)}.isdisjoint({f.kind for f in findings(text)})


def test_a_value_is_masked_wherever_it_stands() -> None:
    text = "匯款帳號：012345678901。\n……\n再次確認 012345678901 無誤"
    assert "012345678901" not in masked(text)


def test_a_value_inside_a_longer_one_is_left_alone() -> None:
    text = "帳號 0123456789，案號 90123456789X"
    assert mask_text(text, [finding(Kind.PERSONAL_BANK_ACCOUNT, 3, "0123456789", "*******789")], "body").endswith("90123456789X")


def test_names_follow_through_the_text() -> None:
    text = "王小明檢舉。王小明的鄰居"
    assert mask_text(text, [finding(Kind.PERSONAL_NAME, 0, "王小明", "王○明")], "body") == "王○明檢舉。王○明的鄰居"


def test_what_means_somebody_only_beside_a_name_is_not_replaced_elsewhere() -> None:
    text = "王小明罹患糖尿病。糖尿病防治講座"
    safe = mask_text(text, [finding(Kind.PERSONAL_HEALTH, 5, "糖尿病", "○○○")], "body")
    assert safe == "王小明罹患○○○。糖尿病防治講座"


def test_of_overlapping_findings_the_longer_decides() -> None:
    text = "陳情人王小明君"
    found = [finding(Kind.PERSONAL_NAME, 3, "王小明", "王○明"), finding(Kind.PETITION_IDENTITY, 0, "陳情人王小明君", "陳情人○○○")]
    assert mask_text(text, found, "body") == "陳情人○○○"


def test_marks_are_shown() -> None:
    assert mask_text("密", [finding(Kind.CLASSIFIED_OFFICIAL, 0, "密", "密")], "body") == "密"


def test_other_parts_and_weak_findings_can_be_left_out() -> None:
    found = [finding(Kind.PERSONAL_MOBILE, 0, "0912345678", "09**-***-678", confidence=0.3)]
    assert mask_text("0912345678", found, "attachment[1]/body") == "0912345678"
    assert mask_text("0912345678", found, "body", at_least=0.5) == "0912345678"
    assert mask_text("0912345678", found, "body") == "09**-***-678"
