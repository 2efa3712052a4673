"""What runs?  The explicit list of detectors and relators, in order.  Nothing is discovered by scanning folders."""

from typing import cast

from dlp.detectors.business import occupational, procurement, third_party, trade_secret
from dlp.detectors.contract import Detector, Relator
from dlp.detectors.official import drafts, marks, meetings, restricted
from dlp.detectors.personal import (
    bank_account,
    birth_date,
    credit_card,
    email,
    ip_address,
    landline,
    line_id,
    medical_record,
    mobile,
    national_id,
    names,
    nhi_card,
    passport,
    plate,
    resident_certificate,
    student_id,
)

# Each detector is a module; see dlp/detectors/contract.py.
DETECTORS: tuple[Detector, ...] = cast(tuple[Detector, ...], (
    national_id, resident_certificate, passport, nhi_card, mobile, landline, birth_date, bank_account,
    credit_card, plate, email, line_id, medical_record, student_id, ip_address,
    names,
    marks, restricted, drafts, meetings, procurement, trade_secret, occupational, third_party,
))  # fmt: skip
RELATORS: tuple[Relator, ...] = cast(tuple[Relator, ...], ())
