"""The formats: self-contained, formula-safe, well-formed, and equal in what they say."""

import csv
import io
import json
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from dlp.records.store import Store
from dlp.reports import charts
from dlp.reports.cells import safe, shown
from dlp.reports.content import Content, content_of
from dlp.reports.figures import gather
from dlp.reports.html import as_html
from dlp.reports.odt import as_odt
from dlp.reports.period import period_of
from dlp.reports.sarif import as_sarif
from dlp.reports.tables import Table, as_csv, as_ods
from dlp.reports.verdict_tables import write
from dlp.verdict import Action
from tests.records.samples import IMAGE, NAME, NAME_MASK, PHONE, verdict


@pytest.fixture(scope="module")
def content(month: Store) -> Content:
    return content_of(gather(month, period_of("month", date(2026, 11, 1))))


NASTY = Table("=1+1", ("a", "<b>"), (("=cmd|' /C calc'!A0", 1), ("+1", -5), ("-1", 1.5), ("@x", None), ("\t=1", 0), ("a\u202eb\x00", 12345)), note='"&<>')


def test_html_is_self_contained(content: Content) -> None:
    page = as_html(content)
    tree = etree.fromstring(page, etree.HTMLParser(encoding="utf-8"))
    for element in tree.iter():
        assert element.tag not in ("script", "link", "img", "iframe", "object")
        assert not [a for a in element.attrib if a.startswith("on") or a in ("src", "href", "style")]
    assert b"http" not in page.replace(b"http-equiv", b"")
    assert b"url(" not in page
    assert b"default-src 'none'" in page


def test_every_chart_has_its_numbers_as_a_table(content: Content) -> None:
    tree = etree.fromstring(as_html(content), etree.HTMLParser(encoding="utf-8"))
    pictures = tree.findall(".//svg")
    assert len(pictures) >= 5
    for picture in pictures:
        following = picture.getnext()
        assert following.tag == "table"
        assert picture.get("role") == "img"
        assert picture.get("aria-label")
        drawn = [t.text for t in picture.findall("text")]
        labels = [row.findall("td")[0].text for row in following.findall("tbody/tr")]
        assert set(drawn) & {label[:13] for label in labels if label} or any(d and d[:5] in (x or "") for d in drawn for x in labels)


def test_html_escapes_everything() -> None:
    page = as_html(Content("<script>", "", "", (), ("<img src=x>",), "&", (NASTY,))).decode()
    assert "<script>" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\x00" not in page


def test_csv_has_a_bom_and_no_formula() -> None:
    data = as_csv([NASTY])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [
        ["'=1+1"], ["a", "<b>"], ["'=cmd|' /C calc'!A0", "1"], ["'+1", "-5"], ["'-1", "1.5"], ["'@x", ""], ["\\u0009=1", "0"],
        ["a\\u202eb\\u0000", "12345"], ['"&<>'],
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\u3000=", "＝", "＋", "－", "＠"])
def test_texts_that_a_spreadsheet_might_run_are_neutralised(start: str) -> None:
    assert safe(f"{start}HYPERLINK(1)").startswith("'")


@pytest.mark.parametrize(("value", "text"), [(1234567, "1,234,567"), (-5, "-5"), (0.5, "0.50"), (None, ""), (True, "是"), ("甲\u3000乙", "甲\u3000乙"), ("a\nb", "a\\u000ab")])
def test_values_as_people_read_them(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(("make", "kind"), [(lambda c: as_ods(c.tables), "spreadsheet"), (as_odt, "text")], ids=["ods", "odt"])
def test_opendocument_files_are_well_formed(content: Content, make: object, kind: str) -> None:
    data = make(content)  # type: ignore[operator]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == f"application/vnd.oasis.opendocument.{kind}"
        for name in ("content.xml", "META-INF/manifest.xml"):
            etree.fromstring(archive.read(name))


def test_ods_has_a_sheet_for_every_table_and_typed_cells() -> None:
    with zipfile.ZipFile(io.BytesIO(as_ods([NASTY, NASTY]))) as archive:
        tree = etree.fromstring(archive.read("content.xml"))
    ns = tree.nsmap
    names = [t.get(f"{{{ns['table']}}}name") for t in tree.iter(f"{{{ns['table']}}}table")]
    assert names == ["1 =1+1", "2 =1+1"]
    cells = list(tree.iter(f"{{{ns['table']}}}table-cell"))
    assert not [c for c in cells if c.get(f"{{{ns['table']}}}formula")]
    assert {c.get(f"{{{ns['office']}}}value-type") for c in cells} == {"string", "float", None}


def test_the_same_report_gives_the_same_bytes(content: Content) -> None:
    assert as_odt(content) == as_odt(content)
    assert as_ods(content.tables) == as_ods(content.tables)


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "to"), [("odt", "txt:Text (encoded):UTF8"), ("ods", "csv")])
def test_an_office_suite_reads_them(content: Content, tmp_path: Path, suffix: str, to: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (make system-packages)")
    source = tmp_path / f"report.{suffix}"
    source.write_bytes(as_odt(content) if suffix == "odt" else as_ods(content.tables))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run([office, "--headless", profile, "--convert-to", to, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True, timeout=110)
    text = next(p for p in tmp_path.iterdir() if p.suffix in (".txt", ".csv")).read_text(encoding="utf-8-sig")
    assert "115-11" in text
    assert ("請裁示" in text) == (suffix == "odt")


def test_charts_draw_zero_and_empty() -> None:
    assert "svg" in charts.bars("t", [("a", 0)])
    assert charts.line("t", []) == ""
    assert "<circle" in charts.line("t", [("a", 0)])


def test_sarif(tmp_path: Path) -> None:
    data = as_sarif([verdict(action=Action.BLOCK, not_read=(IMAGE,)), verdict(clean=True)])
    (run,) = data["runs"]
    assert data["version"] == "2.1.0"
    assert [(r["ruleId"], r["level"], r["ruleIndex"]) for r in run["results"]] == [("INF-01", "error", 0), ("PII-01", "note", 1)]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["endColumn"] - region["startColumn"], region["charLength"]) == (1, len(NAME), len(NAME))
    assert run["invocations"][0]["executionSuccessful"] is False
    assert NAME not in json.dumps(data, ensure_ascii=False)
    assert NAME_MASK in json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize(
    ("action", "level"),
    [(Action.BLOCK, "error"), (Action.HOLD, "warning"), (Action.JUSTIFY, "warning"), (Action.WARN, "note"), (Action.LOG, "note")],
)
def test_sarif_levels(action: Action, level: str) -> None:
    assert as_sarif([verdict(action=action)])["runs"][0]["results"][0]["level"] == level


@pytest.mark.parametrize("form", ["csv", "ods", "html"])
def test_verdicts_as_tables_are_masked(form: str) -> None:
    data = write([verdict(not_read=(IMAGE,)), verdict(clean=True)], form)
    if form == "ods":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read("content.xml")
    text = data.decode()
    assert NAME_MASK in text
    assert "圖片中的文字未辨識" in text
    assert NAME not in text
    assert PHONE not in text
