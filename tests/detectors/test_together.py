"""What findings mean together: names and the data beside them, and how many persons a document exposes."""

from datetime import date

import pytest

from dlp.detectors.contract import Context
from dlp.detectors.together import conclude, persons_exposed
from dlp.document import Document
from dlp.finding import Finding, Layer, Level, Reason
from dlp.kinds import Kind
from dlp.verdict import Channel

from .numbers import findings


def finding(kind: Kind, text: str, within: str, confidence: float, *, person: str = "", **attrs: str) -> Finding:
    start = within.index(text)
    reason = Reason(Layer.FORM, "form", "形式", 0.9)
    return Finding(kind, "body", start, start + len(text), text, confidence, (reason,), "○○", attrs=attrs, person=person)


def concluded(text: str, *parts: Finding) -> list[Finding]:
    return conclude(list(parts), Context(Document.from_text(text), Channel.MAIL, date(2026, 11, 22)))


BESIDE = "林美惠 0912-555-777"


def test_a_name_beside_a_number_rises_and_so_does_the_number() -> None:
    name, number = concluded(
        BESIDE, finding(Kind.PERSONAL_NAME, "林美惠", BESIDE, 0.4, form="full"), finding(Kind.PERSONAL_MOBILE, "0912-555-777", BESIDE, 0.7)
    )  # fmt: skip
    assert name.level is Level.HIGH
    assert number.confidence > 0.7
    assert [r.code for r in name.reasons][-1] == [r.code for r in number.reasons][-1] == "together"


def test_a_public_name_does_not_rise() -> None:
    name, _ = concluded(
        BESIDE, finding(Kind.PERSONAL_NAME, "林美惠", BESIDE, 0.2, form="full", public="yes"), finding(Kind.PERSONAL_MOBILE, "0912-555-777", BESIDE, 0.9)
    )  # fmt: skip
    assert name.confidence == 0.2


def test_a_doubtful_number_lends_nothing() -> None:
    name, _ = concluded(
        BESIDE, finding(Kind.PERSONAL_NAME, "林美惠", BESIDE, 0.4, form="full"), finding(Kind.PERSONAL_MOBILE, "0912-555-777", BESIDE, 0.3)
    )  # fmt: skip
    assert name.confidence == 0.4


def test_the_number_of_somebody_else_lends_nothing() -> None:
    name, _ = concluded(
        BESIDE, finding(Kind.PERSONAL_NAME, "林美惠", BESIDE, 0.4, form="full", person="a"),
        finding(Kind.PERSONAL_MOBILE, "0912-555-777", BESIDE, 0.9, person="b"),
    )  # fmt: skip
    assert name.confidence == 0.4


@pytest.mark.parametrize("gap", ["\n\n", "。" * 3 + "另案", "x" * 120])
def test_what_stands_apart_is_not_read_together(gap: str) -> None:
    text = f"林美惠{gap}0912-555-777"
    name, _ = concluded(
        text, finding(Kind.PERSONAL_NAME, "林美惠", text, 0.4, form="full"), finding(Kind.PERSONAL_MOBILE, "0912-555-777", text, 0.9)
    )  # fmt: skip
    assert name.confidence == 0.4


COUNTS = [
    ("姓名\t電話\n林美惠\t0912-555-777\n張志明\t0922-444-555\n陳玉珍\t0933-111-222", "3", "rows of a table"),
    ("林美惠手機0912-555-777，身分證A223456781", "1", "two numbers of one person"),
    ("0912-555-777、0922-444-555、0933-111-222，請逐一通知家屬", "3", "numbers without names"),
]


@pytest.mark.parametrize(("text", "persons", "why"), COUNTS, ids=[c[2] for c in COUNTS])
def test_findings_say_how_many_persons_are_exposed(text: str, persons: str, why: str) -> None:
    found = [f for f in findings(text, Kind.PERSONAL_MOBILE) if f.level is not Level.LOW]
    assert found
    assert {f.attrs["persons"] for f in found} == {persons}


def test_nothing_exposes_nobody() -> None:
    assert persons_exposed([]) == 0


SAMPLES = [("請填姓名、電話（範例：王小明、0900-000-000）", Level.LOW), ("王小明 A123456789 住臺北市大安區和平東路二段18號6樓", Level.MEDIUM)]


@pytest.mark.parametrize(("text", "level"), SAMPLES)
def test_a_sample_name_counts_only_beside_a_real_value(text: str, level: Level) -> None:
    assert [f.level for f in findings(text, Kind.PERSONAL_NAME)] == [level]


def test_reasons_hold_no_value() -> None:
    text = "林美惠 0912-555-777 A223456781"
    for kind in (Kind.PERSONAL_NAME, Kind.PERSONAL_MOBILE, Kind.PERSONAL_NATIONAL_ID):
        for found in findings(text, kind):
            assert not any(v in r.text for r in found.reasons for v in ("林美惠", "0912", "A2234"))
