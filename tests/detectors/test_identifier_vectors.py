"""Every published or computed vector of Taiwan's identifiers, one by one.

Where a kind is found by its shape, the bare value goes through the scanner; where it needs a label, the label stands before
it; where it is public or no kind of its own, its checker answers.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from dlp.detectors.personal import checkdigits
from dlp.kinds import Kind

from .numbers import findings

DATA = Path(__file__).parent.parent / "data" / "identifier_vectors.csv"
ROWS = list(csv.DictReader(DATA.read_text(encoding="utf-8").splitlines()))

SCANNED: dict[str, tuple[Kind, str]] = {
    "national_id": (Kind.PERSONAL_NATIONAL_ID, "{}"),
    "resident_new": (Kind.PERSONAL_RESIDENT_CERTIFICATE, "{}"),
    "resident_old": (Kind.PERSONAL_RESIDENT_CERTIFICATE, "{}"),
    "credit_card": (Kind.PERSONAL_CREDIT_CARD, "{}"),
    "mobile": (Kind.PERSONAL_MOBILE, "{}"),
    "landline": (Kind.PERSONAL_LANDLINE, "{}"),
    "nhi_card": (Kind.PERSONAL_NHI_CARD, "健保卡號：{}"),
    "passport_tw": (Kind.PERSONAL_PASSPORT, "護照號碼：{}"),
    "email": (Kind.PERSONAL_EMAIL, "{}"),
    "ipv4": (Kind.PERSONAL_IP_ADDRESS, "{}"),
    "birth_date": (Kind.PERSONAL_BIRTH_DATE, "出生年月日：{}"),
    "plate": (Kind.PERSONAL_PLATE, "{}"),
    "line_id": (Kind.PERSONAL_LINE_ID, "LINE ID：{}"),
}
CHECKED: dict[str, Callable[[str], bool]] = {
    "national_id": checkdigits.is_national_id,
    "resident_new": checkdigits.is_new_resident,
    "resident_old": checkdigits.is_old_resident,
    "credit_card": checkdigits.is_card,
    "ubn": checkdigits.is_business_number,
    "post_office_7": checkdigits.is_post_office_half,
    "einvoice_mobile_barcode": checkdigits.is_mobile_barcode,
    "citizen_cert": checkdigits.is_citizen_certificate,
    "uniform_invoice": checkdigits.is_invoice,
    "donate_code": checkdigits.is_donation_code,
    "postal_code": checkdigits.is_postal_code,
}
ELSEWHERE = {"address_full"}  # tests/detectors/test_address.py


def _rows(kinds: object) -> list[object]:
    return [
        pytest.param(r["type"], r["value"], r["expected"] == "valid", id=f"{r['type']}-{r['value']}-{r['expected']}")
        for r in ROWS
        if r["type"] in kinds  # type: ignore[operator]
    ]


def test_every_type_has_its_test() -> None:
    assert {r["type"] for r in ROWS} == set(SCANNED) | set(CHECKED) | ELSEWHERE
    assert len(ROWS) == 345


@pytest.mark.parametrize(("kind", "value", "valid"), _rows(CHECKED))
def test_checker(kind: str, value: str, valid: bool) -> None:
    assert CHECKED[kind](value) is valid


@pytest.mark.parametrize(("kind", "value", "valid"), _rows(SCANNED))
def test_scanner(kind: str, value: str, valid: bool) -> None:
    expected, template = SCANNED[kind]
    assert bool(findings(template.format(value), expected)) is valid


@pytest.mark.parametrize(("kind", "value", "valid"), [p for p in _rows({"national_id"}) if p.values[2] and p.values[1] != "A123456789"])  # type: ignore[attr-defined]
def test_a_wrong_check_digit_is_never_accepted(kind: str, value: str, valid: bool) -> None:
    for digit in "0123456789":
        assert checkdigits.is_national_id(value[:9] + digit) is (digit == value[9])
