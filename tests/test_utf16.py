"""Offsets as JavaScript and LibreOffice count them, for any text, and in the JSON of a verdict."""

from hypothesis import given
from hypothesis import strategies as st

from dlp import Scanner
from dlp.reports.verdict_json import as_object
from dlp.text.utf16 import Utf16Offsets


@given(st.text(), st.data())
def test_units_before_an_offset(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert Utf16Offsets(text).of(offset) == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def test_findings_carry_both_countings(scanner: Scanner) -> None:
    text = "😀𡶀檢舉人是葉俊宏，身分證B220417363😀，電話0928-471-356。"
    units = text.encode("utf-16-le")
    found = as_object(scanner.check(text, "post"), reveal=True)["findings"]
    assert found
    for item in found:
        assert text[item["start"] : item["end"]] == item["text"]
        start, end = item["utf16"]
        assert units[2 * start : 2 * end].decode("utf-16-le") == item["text"]
