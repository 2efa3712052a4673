"""Workbooks in Office Open XML: cells as shown, and what stands beside them."""

import pytest

from dlp.document import Corner, Document, Place
from dlp.readers import read_bytes
from dlp.readers.number_formats import render
from tests.readers.make_office import NEEDLE, element, package, relations, split_runs, xlsx

N = NEEDLE


def found_at(document: Document, needle: str = N) -> set[Place]:
    return {part.place for part in document.parts if needle in part.text}


def cell(text: str, reference: str = "A1") -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(cells: str, number: int = 1, more: str = "") -> str:
    return f'<row r="{number}"{more}>{cells}</row>'


SHARED = f"<x:t>{N}</x:t>"
RICH = split_runs(N, "<x:r><x:t>", "</x:t></x:r>")
FORMAT = f'<x:numFmts><x:numFmt numFmtId="170" formatCode="&quot;{N}&quot;0"/></x:numFmts>'
CASES = [
    ("inline string", xlsx(row(cell(N))), Place.CELLS),
    ("inline string in runs", xlsx(row(f'<c r="A1" t="inlineStr"><is>{split_runs(N, "<r><t>", "</t></r>")}</is></c>')), Place.CELLS),
    ("shared string", xlsx(row('<c r="A1" t="s"><v>0</v></c>'), strings=(SHARED,)), Place.CELLS),
    ("shared string in runs", xlsx(row('<c r="A1" t="s"><v>0</v></c>'), strings=(RICH,)), Place.CELLS),
    ("cached text of a formula", xlsx(row(f'<c r="A1" t="str"><f>B1</f><v>{N}</v></c>')), Place.CELLS),
    ("text in a formula", xlsx(row(f'<c r="A1"><f>IF(B1,"{N}",0)</f><v>0</v></c>')), Place.HIDDEN),
    ("unused shared string", xlsx(row(cell("甲")), strings=(SHARED,)), Place.HIDDEN),
    ("phonetic hint", xlsx(row('<c r="A1" t="s"><v>0</v></c>'), strings=(f"<x:t>甲</x:t><x:rPh><x:t>{N}</x:t></x:rPh>",)), Place.HIDDEN),
    ("hidden row", xlsx(row(cell(N), more=' hidden="1"')), Place.CELLS),
    ("hidden sheet", xlsx(row(cell(N)), state='state="hidden"'), Place.HIDDEN),
    ("very hidden sheet", xlsx(row(cell(N)), state='state="veryHidden"'), Place.HIDDEN),
    ("sheet name", xlsx("", name=N), Place.SHEET_NAME),
    ("name of a hidden sheet", xlsx("", name=N, state='state="veryHidden"'), Place.SHEET_NAME),
    ("defined name", xlsx("", names=f'<x:definedName name="{N}">1</x:definedName>'), Place.HIDDEN),
    ("constant in a defined name", xlsx("", names=f'<x:definedName name="a">"{N}"</x:definedName>'), Place.HIDDEN),
    ("number format", xlsx("", formats=FORMAT), Place.HIDDEN),
    ("validation prompt", xlsx("", after=f'<dataValidations><dataValidation prompt="{N}"/></dataValidations>'), Place.HIDDEN),
    ("validation list", xlsx("", after=f'<dataValidations><dataValidation><formula1>"{N},乙"</formula1></dataValidation></dataValidations>'), Place.HIDDEN),
    ("conditional format", xlsx("", after=f'<conditionalFormatting><cfRule><formula>A1="{N}"</formula></cfRule></conditionalFormatting>'), Place.HIDDEN),
    ("link display", xlsx("", after=f'<hyperlinks><hyperlink ref="A1" display="{N}"/></hyperlinks>'), Place.HIDDEN),
    ("scenario", xlsx("", after=f'<scenarios><scenario name="a" comment="{N}"/></scenarios>'), Place.HIDDEN),
    ("header", xlsx("", after=f"<headerFooter><oddHeader>&amp;R{N}</oddHeader></headerFooter>"), Place.HEADER),
    ("first footer", xlsx("", after=f"<headerFooter><firstFooter>{N}</firstFooter></headerFooter>"), Place.FOOTER),
    ("comment", xlsx("", more={"xl/comments1.xml": element("x:comments", f'<x:commentList><x:comment ref="A1"><x:text>{RICH}</x:text></x:comment></x:commentList>')}), Place.COMMENT),
    ("comment author", xlsx("", more={"xl/comments1.xml": element("x:comments", f"<x:authors><x:author>{N}</x:author></x:authors>")}), Place.PROPERTY),
    ("threaded comment", xlsx("", more={"xl/threadedComments/threadedComment1.xml": f'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment><text>{N}</text></threadedComment></ThreadedComments>'}), Place.COMMENT),
    ("text box on a sheet", xlsx("", more={"xl/drawings/drawing1.xml": element("xdr:wsDr", f"<xdr:sp><xdr:txBody><a:p>{split_runs(N, '<a:r><a:t>', '</a:t></a:r>')}</a:p></xdr:txBody></xdr:sp>")}), Place.TEXT_BOX),
    ("alt text of a picture", xlsx("", more={"xl/drawings/drawing1.xml": element("xdr:wsDr", f'<xdr:pic><xdr:cNvPr descr="{N}"/></xdr:pic>')}), Place.ALT_TEXT),
    ("VML box", xlsx("", more={"xl/drawings/vmlDrawing1.vml": f'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><div>{N}</div></v:textbox></v:shape></xml>'}), Place.TEXT_BOX),
    ("pivot cache", xlsx("", more={"xl/pivotCache/pivotCacheDefinition1.xml": element("x:pivotCacheDefinition", f'<x:sharedItems><x:s v="{N}"/></x:sharedItems>')}), Place.HIDDEN),
    ("external link cache", xlsx("", more={"xl/externalLinks/externalLink1.xml": element("x:externalLink", f"<x:cell><x:v>{N}</x:v></x:cell>")}), Place.HIDDEN),
    ("table column", xlsx("", more={"xl/tables/table1.xml": element("x:table", f'<x:tableColumn name="{N}"/>')}), Place.HIDDEN),
    ("sheet left in the package", xlsx("", more={"xl/worksheets/old.xml": element("x:worksheet", f'<x:sheetData><x:row><x:c t="str"><x:v>{N}</x:v></x:c></x:row></x:sheetData>')}), Place.CELLS),
    ("custom property", xlsx("", more={"docProps/custom.xml": f"<Properties xmlns:vt='v'><property name='a'><vt:lpwstr>{N}</vt:lpwstr></property></Properties>"}), Place.PROPERTY),
    ("cell with prefix names and comment", xlsx(row(cell(N) + "<!-- x -->")), Place.CELLS),
    ("attribute nobody knows", xlsx("", after=f'<foo bar="{N}"/>'), Place.HIDDEN),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "place"), CASES, ids=[row[0] for row in CASES])
def test_xlsx_places(why: str, data: bytes, place: Place) -> None:
    document = read_bytes(data, name="冊.xlsx")
    assert place in found_at(document), document.parts
    assert document.not_read == ()


def test_header_sides_and_codes() -> None:
    code = '&amp;L&amp;"新細明體,標準"&amp;14密&amp;C第 &amp;P 頁&amp;R甲&amp;&amp;乙'
    document = read_bytes(xlsx("", after=f"<headerFooter><oddHeader>{code}</oddHeader></headerFooter>"))
    headers = {p.corner: p.text for p in document.parts if p.place is Place.HEADER}
    assert headers == {Corner.TOP_LEFT: "密", Corner.TOP_CENTER: "第  頁", Corner.TOP_RIGHT: "甲&乙"}


def test_rows_are_lines_and_columns_stay_apart() -> None:
    rows = row(cell("姓名", "A1") + cell("電話", "D1")) + row("", 2) + row(cell("甲", "B3") + cell("乙\n續", "C3"), 3)
    for data in (xlsx(rows), xlsx(rows + "<!---->")):  # the quick way and the parser
        document = read_bytes(data)
        assert [p.text for p in document.parts if p.place is Place.CELLS] == ["姓名\t\t\t電話\n\t甲\t乙 續"]


def test_both_ways_of_reading_cells_agree() -> None:
    cells = (
        '<c r="A1" s="1" t="s"><v>0</v></c><c r="B1"><v>912345678</v></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c>'
        '<c r="E1" t="str"><f t="shared" si="0">A1&amp;"x"</f><v>a&lt;b&#x5BC6;</v></c><c r="F1" s="2"/><c r="G1"><f>1+1</f><v>2.0</v></c>'
    )
    quick, parsed = (
        [(p.place, p.text) for p in read_bytes(xlsx(row(cells) + tail, strings=(SHARED,))).parts]
        for tail in ("", "<!---->")
    )
    assert quick == parsed
    assert any("密" in text for _, text in quick)


RENDERED = [
    ("912345678", "0000000000", "0912345678", "leading zero of a mobile number"),
    ("912345678", "0###-###-###", "0912-345-678", "digits and hyphens"),
    ("32984", "yyyy/m/d", "1990/4/21", "a date"),
    ("32984", "[$-404]e/m/d", "79/4/21", "year of the Republic"),
    ("32984", '[$-404]e"年"m"月"d"日"', "79年4月21日", "year of the Republic in words"),
    ("1234.5", "#,##0.00", "1234.5", "plain number"),
    ("9.12345678E8", "General", "912345678", "exponent"),
    ("5", '"密"0', "5 密", "a text beside the number"),
    ("x", "yyyy/m/d", "x", "no number"),
]


@pytest.mark.parametrize(("value", "code", "shown", "why"), RENDERED, ids=[row[3] for row in RENDERED])
def test_numbers_as_shown(value: str, code: str, shown: str, why: str) -> None:
    assert render(value, code) == shown


def test_number_formats_of_cells_are_applied() -> None:
    formats = (
        '<x:numFmts><x:numFmt numFmtId="170" formatCode="0000000000"/></x:numFmts>'
        '<x:cellStyleXfs><x:xf numFmtId="14"/></x:cellStyleXfs><x:cellXfs><x:xf numFmtId="0"/><x:xf numFmtId="170"/></x:cellXfs>'
    )
    document = read_bytes(xlsx(row('<c r="A1" s="1"><v>912345678</v></c>'), formats=formats))
    assert [p.text for p in document.parts if p.place is Place.CELLS] == ["0912345678"]


def test_two_cells_a_world_apart_cost_nothing() -> None:
    rows = row(cell("甲", "A1")) + row(cell(N, "XFD1048576"), 1048576)
    document = read_bytes(xlsx(rows))
    assert found_at(document) == {Place.CELLS}
    assert sum(len(part.text) for part in document.parts) < 1000


def test_spreadsheet_of_2003() -> None:
    data = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="表"><Table><Row>'
        f'<Cell><Data ss:Type="String">甲</Data><Comment><Data>{N}</Data></Comment></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="String">乙</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    document = read_bytes(data.encode(), name="冊.xml")
    assert [p.text for p in document.parts if p.place is Place.CELLS] == ["甲\t\t乙"]
    assert found_at(document) == {Place.COMMENT}


def test_workbook_with_unusual_member_names() -> None:
    data = package({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations({"r": ("officeDocument", "xl/wb.xml")}),
        "xl/wb.xml": element("x:workbook", '<x:sheets><x:sheet name="A" sheetId="1" state="hidden" r:id="r1"/></x:sheets>'),
        "xl/_rels/wb.xml.rels": relations({"r1": ("worksheet", "/xl/Tab.xml")}),
        "xl/Tab.xml": element("x:worksheet", f'<x:sheetData><x:row><x:c t="str"><x:v>{N}</x:v></x:c></x:row></x:sheetData>'),
    })  # fmt: skip
    assert found_at(read_bytes(data)) == {Place.HIDDEN}
