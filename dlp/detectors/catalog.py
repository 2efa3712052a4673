"""What runs?  The explicit list of detectors and relators, in order.  Nothing is discovered by scanning folders."""

from typing import cast

from dlp.detectors.business import (
    deployment,
    itinerary,
    occupational,
    personnel,
    procurement,
    system,
    third_party,
    trade_secret,
    unannounced,
)
from dlp.detectors.contract import Detector, Relator
from dlp.detectors.official import drafts, marks, meetings, recipients, restricted
from dlp.detectors.people import disclosure, informant_clue, informant_identity, petition_content, petition_identity
from dlp.detectors.personal import (
    addresses,
    bank_account,
    birth_date,
    credit_card,
    criminal_record,
    email,
    family,
    finance,
    genetic,
    health,
    health_check,
    ip_address,
    landline,
    line_id,
    medical_record,
    mobile,
    names,
    national_id,
    nhi_card,
    passport,
    plate,
    resident_certificate,
    sex_life,
    student_id,
)

# Each detector is a module; see dlp/detectors/contract.py.
DETECTORS: tuple[Detector, ...] = cast(tuple[Detector, ...], (
    national_id, resident_certificate, passport, nhi_card, mobile, landline, birth_date, bank_account,
    credit_card, plate, email, line_id, medical_record, student_id, ip_address,
    names, addresses,
    marks, restricted, drafts, meetings, procurement, trade_secret, occupational, third_party,
    itinerary, deployment, unannounced, personnel, system,
))  # fmt: skip
RELATORS: tuple[Relator, ...] = cast(tuple[Relator, ...], (
    informant_identity, informant_clue, petition_identity, petition_content,
    health, genetic, sex_life, health_check, criminal_record, family, finance,
    recipients, disclosure,
))  # fmt: skip
