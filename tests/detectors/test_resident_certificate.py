"""Numbers of foreign residents, new and old, and the invoices that look like the old ones."""

import pytest

from dlp.finding import Level
from dlp.kinds import Kind

from .numbers import check_harmless, check_leak, check_silent

KIND = Kind.PERSONAL_RESIDENT_CERTIFICATE
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

LEAKS = [
    ("陳情人阮氏香，居留證號A800000014，反映仲介超收費用。", "A800000014", HIGH, "in a letter"),
    ("A900207177", "A900207177", HIGH, "bare, new form"),
    ("統一證號：AB12345677", "AB12345677", HIGH, "old form by label"),
    ("移工 HC76543210 行蹤不明", "HC76543210", HIGH, "old form beside a foreigner"),
    ("外僑居留證：ａ８００００００１４", "ａ８００００００１４", HIGH, "full width, lower case"),
    ("居留證號A800000015", "A800000015", MEDIUM, "wrong check digit next to the label"),
    ("居留證號 A八〇〇〇〇〇〇一四", "A八〇〇〇〇〇〇一四", HIGH, "Chinese numerals"),
    ("姓名,統一證號\nNGUYEN,A800000014", "A800000014", HIGH, "column"),
    ("稅籍編號：19860305WA", "19860305WA", MEDIUM, "tax code"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), LEAKS, ids=[c[3] for c in LEAKS])
def test_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


HARMLESS = [
    ("發票號碼AB-12345677", "invoice"),
    ("中獎發票 AB12345677", "winning invoice"),
    ("AB12345677", "old form bare"),
]


@pytest.mark.parametrize(("text", "why"), HARMLESS, ids=[c[1] for c in HARMLESS])
def test_not_worth_a_look(text: str, why: str) -> None:
    check_harmless(KIND, text)


SILENT = [
    ("居留證號A8********", "masked"),
    ("A800000000", "wrong check digit"),
    ("AE23456785", "second letter E"),
    ("外來人口統一證號格式說明", "talk"),
]


@pytest.mark.parametrize(("text", "why"), SILENT, ids=[c[1] for c in SILENT])
def test_not_reported(text: str, why: str) -> None:
    check_silent(KIND, text)
