"""Check digits and exact shapes of Taiwan's identifiers.  Pure functions over folded, separator-free values.

Each returns True only for a value that is complete and correct; what stands around it is the detectors' matter.  A check
digit is evidence, not proof: one well-formed ID in ten passes by chance, and 22 % of all eight-digit numbers are valid
business numbers.  Sources: the published test suites of enylin/taiwan-id-validator, guanting112/taiwan-id-validator and
python-stdnum; Chunghwa Post's branch codes; ICAO 9303 for the machine-readable zone; all read 2026-11-22.
"""

import regex as re

# Position + 10 is the letter's value; I, O, W, X, Y, Z were given late and stand out of order.
LETTER_ORDER = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
ID_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_ID = re.compile(r"[A-Z][1289][0-9]{8}")
_OLD_RESIDENT = re.compile(r"[A-Z][A-D][0-9]{8}")


def _id_sum(first: str, rest: list[int]) -> int:
    tens, units = divmod(LETTER_ORDER.index(first) + 10, 10)
    return sum(w * d for w, d in zip(ID_WEIGHTS, (tens, units, *rest), strict=True))


def is_person_number(value: str) -> bool:
    """National ID (second character 1, 2) or resident certificate since 2021 (8, 9) with a correct check digit."""
    return _ID.fullmatch(value) is not None and _id_sum(value[0], [int(c) for c in value[1:]]) % 10 == 0


def is_national_id(value: str) -> bool:
    """國民身分證統一編號.

    >>> is_national_id("A123456789"), is_national_id("A123456788")
    (True, False)
    """
    return value[1:2] in ("1", "2") and is_person_number(value)


def is_new_resident(value: str) -> bool:
    """外來人口統一證號, one letter (since 2021-01-02)."""
    return value[1:2] in ("8", "9") and is_person_number(value)


def is_old_resident(value: str) -> bool:
    """外來人口統一證號, two letters (until 2031-01-01): the second letter counts with the units of its value."""
    if _OLD_RESIDENT.fullmatch(value) is None:
        return False
    second = (LETTER_ORDER.index(value[1]) + 10) % 10
    return _id_sum(value[0], [second, *(int(c) for c in value[2:])]) % 10 == 0


def is_business_number(value: str) -> bool:
    """營利事業統一編號 by the rule since 2023-04 (mod 5); public data, used to tell it from personal numbers."""
    if re.fullmatch(r"[0-9]{8}", value) is None or value == "00000000":
        return False
    products = [int(c) * w for c, w in zip(value, (1, 2, 1, 2, 1, 2, 4, 1), strict=True)]
    total = sum(p // 10 + p % 10 for p in products)
    return total % 5 == 0 or (value[6] == "7" and (total + 1) % 5 == 0)


def is_post_office_half(value: str) -> bool:
    """局號 or 帳號 of a postal savings account: seven digits, the last checks the first six."""
    if re.fullmatch(r"[0-9]{7}", value) is None:
        return False
    rest = 11 - sum(int(c) * w for c, w in zip(value[:6], (2, 3, 4, 5, 6, 7), strict=True)) % 11
    return int(value[6]) == {10: 0, 11: 1}.get(rest, rest)


def luhn(value: str) -> bool:
    """The Luhn sum of a string of digits is right; all digits equal does not count."""
    if not value.isascii() or not value.isdigit() or len(set(value)) == 1:
        return False
    total = 0
    for i, char in enumerate(reversed(value)):
        digit = int(char) * (1 + i % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


# Brand, length and leading digits of payment cards (issuer identification numbers, ISO/IEC 7812; read 2026-11-22).
_CARDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("visa", re.compile(r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})")),
    ("mastercard", re.compile(r"(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}")),
    ("jcb", re.compile(r"35(?:2[89]|[3-8][0-9])[0-9]{12}")),
    ("amex", re.compile(r"3[47][0-9]{13}")),
    ("diners", re.compile(r"3(?:0[0-5]|[68][0-9]|9[0-9])[0-9]{11}")),
    ("unionpay", re.compile(r"62[0-9]{14,17}")),
    ("discover", re.compile(r"6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}")),
)


def card_brand(value: str) -> str | None:
    """Brand of a card number by length and leading digits, whatever its check digit."""
    return next((brand for brand, shape in _CARDS if shape.fullmatch(value)), None)


def is_card(value: str) -> bool:
    """A payment card number: known brand and correct Luhn sum."""
    return card_brand(value) is not None and luhn(value)


def mrz_digit(value: str) -> str:
    """Check digit of a field of a machine-readable zone (ICAO 9303: weights 7, 3, 1; A = 10, ``<`` = 0)."""
    total = 0
    for i, char in enumerate(value):
        number = 0 if char == "<" else int(char, 36)
        total += number * (7, 3, 1)[i % 3]
    return str(total % 10)


def is_isbn(value: str) -> bool:
    """ISBN-13 (978 or 979) or ISBN-10 with its check digit."""
    if re.fullmatch(r"97[89][0-9]{10}", value):
        return sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(value)) % 10 == 0
    if re.fullmatch(r"[0-9]{9}[0-9X]", value):
        return sum((10 if c == "X" else int(c)) * (10 - i) for i, c in enumerate(value)) % 11 == 0
    return False


_CITIZEN_CERTIFICATE = re.compile(r"[A-Z]{2}[0-9]{14}")
_MOBILE_BARCODE = re.compile(r"/[0-9A-Z.+\-]{7}")
_INVOICE = re.compile(r"[A-Z]{2}[- ]?[0-9]{8}")
_DONATION_CODE = re.compile(r"[0-9]{3,7}")
# 3, 3+2 or 3+3 digits; districts begin at 100 and end at 983.
_POSTAL_CODE = re.compile(r"(?:[1-8][0-9]{2}|9[0-8][0-9])(?:[0-9]{2,3})?")


def is_citizen_certificate(value: str) -> bool:
    """自然人憑證 card number; it has no check digit."""
    return _CITIZEN_CERTIFICATE.fullmatch(value) is not None


def is_mobile_barcode(value: str) -> bool:
    """手機條碼載具 of the electronic invoice."""
    return _MOBILE_BARCODE.fullmatch(value) is not None


def is_invoice(value: str) -> bool:
    """統一發票號碼."""
    return _INVOICE.fullmatch(value) is not None


def is_donation_code(value: str) -> bool:
    """捐贈碼: belongs to a charity, not to a person."""
    return _DONATION_CODE.fullmatch(value) is not None


def is_postal_code(value: str) -> bool:
    """郵遞區號 of three, five or six digits."""
    return _POSTAL_CODE.fullmatch(value) is not None
