"""Files as LibreOffice writes them: one source for each kind of document, converted to every format it can write.

Each place holds a text of its own; what the format can carry must be found at its place.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from dlp.document import Corner, Document, Place
from dlp.readers import read_bytes
from tests.readers.make_office import ODF_NS, flat_odf

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        SOFFICE is None, reason="LibreOffice is not installed (apt: libreoffice-writer-nogui and others)"
    ),
]

# Eight by eight grey points: too small to hold a word.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR4nGNogAIGyhgAgIQgAQ2AJGEAAAAASUVORK5CYII="
_META = "<dc:title>題名針</dc:title><dc:subject>主題針</dc:subject><meta:keyword>關鍵針</meta:keyword><meta:user-defined meta:name='密等'>自訂針</meta:user-defined>"
_CHANGES = """<text:tracked-changes><text:changed-region xml:id='c1' text:id='c1'><text:deletion><office:change-info>
<dc:creator>甲</dc:creator><dc:date>2026-11-01T10:00:00</dc:date></office:change-info><text:p>已刪針</text:p></text:deletion>
</text:changed-region></text:tracked-changes>"""
_WRITER = f"""{_CHANGES}<text:p>本文<text:span>分</text:span><text:span>段針</text:span>。<text:change text:change-id='c1'/></text:p>
<text:p>說明<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body><text:p>註腳針</text:p></text:note-body></text:note></text:p>
<text:p>意見<office:annotation><dc:creator>乙</dc:creator><dc:date>2026-11-01T10:00:00</dc:date><text:p>註解針</text:p></office:annotation></text:p>
<text:p>隱藏<text:span text:style-name='H'>隱藏針</text:span></text:p>
<text:p><draw:frame svg:width='4cm' svg:height='2cm' text:anchor-type='paragraph' svg:x='1cm' svg:y='1cm'><draw:text-box><text:p>方塊針</text:p></draw:text-box><svg:desc>替代針</svg:desc></draw:frame></text:p>
<text:p><text:a xlink:type='simple' xlink:href='https://example.tw/link-needle'>連結</text:a></text:p>
<table:table table:name='T'><table:table-column table:number-columns-repeated='2'/><table:table-row><table:table-cell office:value-type='string'><text:p>欄位</text:p></table:table-cell><table:table-cell office:value-type='string'><text:p>表格針</text:p></table:table-cell></table:table-row></table:table>"""
_HEADERS = "<style:header><text:p text:style-name='R'>頁首針</text:p></style:header><style:footer><text:p>頁尾針</text:p></style:footer>"
_LAYOUT = "<style:style style:name='TS' style:family='table' style:master-page-name='Standard'/><style:page-layout style:name='pm1'><style:page-layout-properties fo:page-width='21cm' fo:page-height='29.7cm' fo:margin='2cm'/></style:page-layout>"
_CALC = """<table:table table:name='甲表' table:style-name='TS'><table:table-row><table:table-cell office:value-type='string'><office:annotation><text:p>註解針</text:p></office:annotation><text:p>儲存針</text:p></table:table-cell>
<table:table-cell office:value-type='float' office:value='912345678'><text:p>912345678</text:p></table:table-cell></table:table-row>
<table:table-row table:visibility='collapse'><table:table-cell office:value-type='string'><text:p>藏列針</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell table:formula='of:=CONCATENATE(&quot;公式針&quot;;&quot;x&quot;)' office:value-type='string' office:string-value='公式針x'><text:p>公式針x</text:p></table:table-cell></table:table-row></table:table>
<table:table table:name='藏表針' table:style-name='HT'><table:table-row><table:table-cell office:value-type='string'><text:p>表內針</text:p></table:table-cell></table:table-row></table:table>
<table:named-expressions><table:named-expression table:name='名稱針' table:base-cell-address='$甲表.$A$1' table:expression='&quot;值針&quot;'/></table:named-expressions>"""
_IMPRESS = f"""<draw:page draw:name='p1' draw:master-page-name='Standard'><draw:frame svg:x='3cm' svg:y='6cm' svg:width='15cm' svg:height='3cm'><draw:text-box><text:p>投影針</text:p></draw:text-box></draw:frame>
<draw:frame svg:x='3cm' svg:y='12cm' svg:width='1cm' svg:height='1cm'><draw:image><office:binary-data>{PNG}</office:binary-data></draw:image><svg:desc>替代針</svg:desc></draw:frame>
<draw:frame svg:x='40cm' svg:y='6cm' svg:width='5cm' svg:height='3cm'><draw:text-box><text:p>界外針</text:p></draw:text-box></draw:frame>
<presentation:notes><draw:frame presentation:class='notes' svg:x='2cm' svg:y='14cm' svg:width='15cm' svg:height='8cm'><draw:text-box><text:p>備忘針</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>
<draw:page draw:name='p2' draw:style-name='HS' draw:master-page-name='Standard'><draw:frame svg:x='3cm' svg:y='6cm' svg:width='15cm' svg:height='3cm'><draw:text-box><text:p>藏片針</text:p></draw:text-box></draw:frame></draw:page>"""


def source(kind: str) -> bytes:
    body, masters = {"text": (_WRITER, _HEADERS), "spreadsheet": (_CALC, _HEADERS), "presentation": (_IMPRESS, "")}[
        kind
    ]
    data = flat_odf(kind, body, masters=masters, meta=_META).decode()
    data = data.replace("</office:automatic-styles>", f"{_LAYOUT}</office:automatic-styles>")
    return data.replace(
        '<style:master-page style:name="Standard">',
        '<style:master-page style:name="Standard" style:page-layout-name="pm1">',
    ).encode()


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """All sources in all formats, read."""
    assert SOFFICE
    folder = tmp_path_factory.mktemp("office")
    documents = {}
    for kind, extension, targets in (
        ("text", "fodt", ("odt", "docx", "doc", "rtf", "pdf")),
        ("spreadsheet", "fods", ("ods", "xlsx", "xls")),
        ("presentation", "fodp", ("odp", "pptx", "ppt")),
    ):
        path = folder / f"s.{extension}"
        path.write_bytes(source(kind))
        for target in targets:
            command = [
                SOFFICE,
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                str(folder),
                str(path),
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            documents[target] = read_bytes((folder / f"s.{target}").read_bytes(), name=f"s.{target}")
    return documents


_WRITER_PLACES = {
    "本文分段針。": Place.BODY, "表格針": Place.BODY, "註腳針": Place.FOOTNOTE, "註解針": Place.COMMENT, "隱藏針": Place.HIDDEN,
    "方塊針": Place.TEXT_BOX, "頁首針": Place.HEADER, "頁尾針": Place.FOOTER, "已刪針": Place.DELETED, "題名針": Place.PROPERTY,
    "主題針": Place.PROPERTY, "關鍵針": Place.PROPERTY, "自訂針": Place.PROPERTY, "link-needle": Place.LINK,
}  # fmt: skip
_CALC_PLACES = {
    "儲存針": Place.CELLS, "藏列針": Place.CELLS, "公式針x": Place.CELLS, "註解針": Place.COMMENT, "表內針": Place.HIDDEN,
    "藏表針": Place.SHEET_NAME, "名稱針": Place.HIDDEN, "頁首針": Place.HEADER, "頁尾針": Place.FOOTER, "題名針": Place.PROPERTY,
    "自訂針": Place.PROPERTY,
}  # fmt: skip
_IMPRESS_PLACES = {
    "投影針": Place.SLIDE, "界外針": Place.HIDDEN, "備忘針": Place.NOTES, "藏片針": Place.HIDDEN, "替代針": Place.ALT_TEXT, "題名針": Place.PROPERTY,
}  # fmt: skip
# What LibreOffice itself does not write into a format.
LOST = {("xls", "公式針x"), ("ppt", "替代針")}
MATRIX = [
    (target, needle, place)
    for targets, places in (
        (("odt", "docx", "doc", "rtf"), _WRITER_PLACES),
        (("ods", "xlsx", "xls"), _CALC_PLACES),
        (("odp", "pptx", "ppt"), _IMPRESS_PLACES),
        (
            ("pdf",),
            {
                "本文分段針。": Place.BODY,
                "頁首針": Place.HEADER,
                "頁尾針": Place.FOOTER,
                "題名針": Place.PROPERTY,
                "link-needle": Place.LINK,
            },
        ),
    )
    for target in targets
    for needle, place in places.items()
    if (target, needle) not in LOST
]


@pytest.mark.parametrize(("target", "needle", "place"), MATRIX)
def test_each_place_in_each_format(converted: dict[str, Document], target: str, needle: str, place: Place) -> None:
    places = {part.place for part in converted[target].parts if needle in part.text}
    assert place in places, (places, [(p.path, p.text) for p in converted[target].parts])


@pytest.mark.parametrize("target", ["odt", "docx", "doc", "rtf", "pdf"])
def test_page_header_stands_at_the_right(converted: dict[str, Document], target: str) -> None:
    corners = {part.corner for part in converted[target].parts if "頁首針" in part.text and part.place is Place.HEADER}
    assert corners == {Corner.TOP_RIGHT}


@pytest.mark.parametrize("target", ["odt", "docx", "doc", "rtf", "pdf", "ods", "xlsx", "xls", "odp", "pptx", "ppt"])
def test_nothing_is_missing_in_honest_files(converted: dict[str, Document], target: str) -> None:
    assert converted[target].not_read == ()


def test_namespaces_of_the_source_are_declared() -> None:
    assert "xmlns:svg" in ODF_NS


def test_work_folder_holds_only_what_was_converted(converted: dict[str, Document], tmp_path: Path) -> None:
    assert converted
    assert list(tmp_path.iterdir()) == []
