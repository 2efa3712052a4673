"""Cells of exported tables: a spreadsheet must show them, never run them (P10)."""

from dlp.records.masked import printable

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def shown(value: object) -> str:
    """A value as a person reads it: grouped thousands, times as they stand, control and bidi characters escaped."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return printable(str(value))


def safe(value: object) -> str:
    """A value for CSV: plain numbers stay numbers, text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = shown(value)
        return f"'{text}" if text.lstrip(" \u3000").startswith(FORMULA_STARTS) else text
    return str(value)
