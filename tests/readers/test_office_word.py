"""Word documents in Office Open XML: every place, with its kind and position."""

import pytest

from dlp.document import Corner, Document, NotReadReason, Place
from dlp.readers import read_bytes
from tests.readers.make_office import NEEDLE, docx, element, package, relations, split_runs

N = NEEDLE
_RUNS = split_runs(N, "<w:r><w:t>", "</w:t></w:r>")
_P = f"<w:p>{_RUNS}</w:p>"
_R = f"<w:r><w:t>{N}</w:t></w:r>"
_BOX = f"<w:txbxContent>{_P}</w:txbxContent>"


def found_at(document: Document, needle: str = N) -> set[Place]:
    return {part.place for part in document.parts if needle in part.text}


def _anchor(horizontal: str, vertical: str, inner: str = _BOX, name: str = "Text Box 2") -> str:
    return (
        f"<w:r><w:drawing><wp:anchor><wp:positionH {horizontal}</wp:positionH><wp:positionV {vertical}</wp:positionV>"
        f'<wp:extent cx="900000" cy="300000"/><wp:docPr id="1" name="{name}"/><a:graphic><a:graphicData><wps:wsp><wps:txbx>'
        f"{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


BODY = [
    ("split over runs", _P, Place.BODY),
    ("table cell", f"<w:tbl><w:tr><w:tc>{_P}</w:tc></w:tr></w:tbl>", Place.BODY),
    ("content control", f"<w:sdt><w:sdtContent>{_P}</w:sdtContent></w:sdt>", Place.BODY),
    ("smart tag", f"<w:p><w:smartTag>{_R}</w:smartTag></w:p>", Place.BODY),
    ("inserted", f"<w:p><w:ins w:author='甲'>{_R}</w:ins></w:p>", Place.BODY),
    ("moved to", f"<w:p><w:moveTo>{_R}</w:moveTo></w:p>", Place.BODY),
    ("equation", f"<w:p><m:oMath><m:r><m:t>{N}</m:t></m:r></m:oMath></w:p>", Place.BODY),
    ("symbols by number", "<w:p>" + "".join(f"<w:r><w:sym w:char='{ord(c):04X}'/></w:r>" for c in N) + "</w:p>", Place.BODY),
    ("white text", f"<w:p><w:r><w:rPr><w:color w:val='FFFFFF'/></w:rPr><w:t>{N}</w:t></w:r></w:p>", Place.BODY),
    ("ruby", f"<w:p><w:ruby><w:rt>{_R}</w:rt><w:rubyBase><w:r><w:t>甲</w:t></w:r></w:rubyBase></w:ruby></w:p>", Place.BODY),
    ("deleted", f"<w:p><w:del w:author='甲'><w:r><w:delText>{N}</w:delText></w:r></w:del></w:p>", Place.DELETED),
    ("deleted, split", f"<w:p><w:del>{split_runs(N, '<w:r><w:delText>', '</w:delText></w:r>')}</w:del></w:p>", Place.DELETED),
    ("deleted text with nothing around", f"<w:p><w:r><w:delText>{N}</w:delText></w:r></w:p>", Place.DELETED),
    ("moved from", f"<w:p><w:moveFrom>{_R}</w:moveFrom></w:p>", Place.DELETED),
    ("hidden run", f"<w:p><w:r><w:t>甲</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>{N}</w:t></w:r></w:p>", Place.HIDDEN),
    ("vanish switched off", f"<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>{N}</w:t></w:r></w:p>", Place.BODY),
    ("hidden by style", f"<w:p><w:r><w:rPr><w:rStyle w:val='Secret'/></w:rPr><w:t>{N}</w:t></w:r></w:p>", Place.HIDDEN),
    ("text box", f"<w:p>{_anchor('>', '>')}</w:p>", Place.TEXT_BOX),
    ("VML text box", f"<w:p><w:r><w:pict><v:shape><v:textbox>{_BOX}</v:textbox></v:shape></w:pict></w:r></w:p>", Place.TEXT_BOX),
    ("WordArt", f"<w:p><w:r><w:pict><v:shape><v:textpath string='{N}'/></v:shape></w:pict></w:r></w:p>", Place.TEXT_BOX),
    ("alt text", f"<w:p><w:r><w:drawing><wp:inline><wp:docPr id='1' name='圖片 1' descr='{N}'/></wp:inline></w:drawing></w:r></w:p>", Place.ALT_TEXT),
    ("title of a picture", f"<w:p><w:r><w:drawing><wp:inline><wp:docPr id='1' name='圖片 1' title='{N}'/></wp:inline></w:drawing></w:r></w:p>", Place.ALT_TEXT),
    ("VML alt", f"<w:p><w:r><w:pict><v:shape alt='{N}'/></w:pict></w:r></w:p>", Place.ALT_TEXT),
    ("name of a shape", f"<w:p><w:r><w:drawing><wp:inline><wp:docPr id='1' name='{N}'/></wp:inline></w:drawing></w:r></w:p>", Place.HIDDEN),
    ("control title", f"<w:sdt><w:sdtPr><w:alias w:val='{N}'/></w:sdtPr></w:sdt>", Place.FIELD),
    ("control list", f"<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText='{N}' w:value='1'/></w:dropDownList></w:sdtPr></w:sdt>", Place.FIELD),
    ("form field default", f"<w:p><w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:textInput><w:default w:val='{N}'/></w:textInput></w:ffData></w:fldChar></w:r></w:p>", Place.FIELD),
    ("field code", f"<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>QUOTE \"{N[:4]}</w:instrText></w:r><w:r><w:instrText>{N[4:]}\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r></w:p>", Place.HIDDEN),
    ("simple field", f"<w:p><w:fldSimple w:instr='QUOTE {N}'/></w:p>", Place.HIDDEN),
    ("bookmark", f"<w:p><w:bookmarkStart w:id='0' w:name='{N}'/></w:p>", Place.HIDDEN),
    ("link tooltip", f"<w:p><w:hyperlink w:tooltip='{N}'/></w:p>", Place.ALT_TEXT),
    ("author of a change", f"<w:p><w:ins w:author='{N}'/></w:p>", Place.PROPERTY),
    ("table description", f"<w:tbl><w:tblPr><w:tblDescription w:val='{N}'/></w:tblPr></w:tbl>", Place.HIDDEN),
    ("custom XML attribute", f"<w:customXml><w:customXmlPr><w:attr w:name='a' w:val='{N}'/></w:customXmlPr></w:customXml>", Place.HIDDEN),
    ("attribute nobody knows", f"<w:p><w:foo w:bar='{N}'/></w:p>", Place.HIDDEN),
    ("element nobody knows", f"<w:p><w:foo>{N}</w:foo></w:p>", Place.HIDDEN),
    ("XML comment", f"<w:p/><!--{N}-->", Place.HIDDEN),
    ("only in the fallback", f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>甲</w:t></mc:Choice><mc:Fallback><w:t>{N}</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>", Place.HIDDEN),
]  # fmt: skip
STYLES = element(
    "w:styles",
    "<w:style w:styleId='Secret'><w:rPr><w:vanish/></w:rPr></w:style>"
    "<w:style w:styleId='Right'><w:pPr><w:jc w:val='right'/></w:pPr></w:style><w:style w:styleId='R2'><w:basedOn w:val='Right'/></w:style>"
    "<w:style w:styleId='OneStop'><w:pPr><w:tabs><w:tab w:val='right' w:pos='9000'/></w:tabs></w:pPr></w:style>",
)


@pytest.mark.parametrize(("why", "body", "place"), BODY, ids=[row[0] for row in BODY])
def test_docx_body(why: str, body: str, place: Place) -> None:
    document = read_bytes(docx(body, {"word/styles.xml": STYLES}), name="函.docx")
    assert place in found_at(document), document.parts
    assert document.not_read == ()


# The namespace of alternatives has one spelling only.
STRICT = [row for row in BODY if "fallback" not in row[0]]


@pytest.mark.parametrize(("why", "body", "place"), STRICT, ids=[row[0] for row in STRICT])
def test_strict_namespaces(why: str, body: str, place: Place) -> None:
    strict = "http://purl.oclc.org/ooxml/"
    parts = {"word/document.xml": element("w:document", f"<w:body>{body}</w:body>"), "word/styles.xml": STYLES}
    more = {
        k: v.replace("http://schemas.openxmlformats.org/", strict).replace("/2006/main", "/main").replace("/2006/", "/")
        for k, v in parts.items()
    }
    assert place in found_at(read_bytes(docx("", more)))


PARTS = [
    ("comment", "word/comments.xml", element("w:comments", f"<w:comment w:id='0' w:author='甲'>{_P}</w:comment>"), Place.COMMENT),
    ("footnote", "word/footnotes.xml", element("w:footnotes", f"<w:footnote w:id='2'>{_P}</w:footnote>"), Place.FOOTNOTE),
    ("endnote", "word/endnotes.xml", element("w:endnotes", f"<w:endnote w:id='2'>{_P}</w:endnote>"), Place.FOOTNOTE),
    ("variable", "word/settings.xml", element("w:settings", f"<w:docVars><w:docVar w:name='v' w:val='{N}'/></w:docVars>"), Place.PROPERTY),
    ("list number", "word/numbering.xml", element("w:numbering", f"<w:lvl><w:lvlText w:val='{N}%1'/></w:lvl>"), Place.HIDDEN),
    ("glossary", "word/glossary/document.xml", element("w:glossaryDocument", f"<w:docParts><w:docPart><w:docPartBody>{_P}</w:docPartBody></w:docPart></w:docParts>"), Place.BODY),
    ("custom XML", "customXml/item1.xml", f"<root><a>{N}</a></root>", Place.HIDDEN),
    ("custom XML attribute", "customXml/item1.xml", f"<root a='{N}'/>", Place.HIDDEN),
    ("alternative chunk in HTML", "word/afchunk.htm", f"<html><body><p>{N}</p></body></html>", Place.BODY),
    ("chart title", "word/charts/chart1.xml", element("c:chartSpace", f"<c:title><a:p><a:r><a:t>{N}</a:t></a:r></a:p></c:title>"), Place.TEXT_BOX),
    ("chart value", "word/charts/chart1.xml", element("c:chartSpace", f"<c:pt><c:v>{N}</c:v></c:pt>"), Place.TEXT_BOX),
    ("SmartArt", "word/diagrams/data1.xml", element("dgm:dataModel", f"<dgm:pt><dgm:t><a:p><a:r><a:t>{N}</a:t></a:r></a:p></dgm:t></dgm:pt>"), Place.TEXT_BOX),
    ("document left in the package", "word/old.xml", element("w:document", f"<w:body>{_P}</w:body>"), Place.BODY),
    ("core property", "docProps/core.xml", f"<cp:coreProperties xmlns:cp='u' xmlns:dc='v'><dc:title>{N}</dc:title></cp:coreProperties>", Place.PROPERTY),
    ("extended property", "docProps/app.xml", f"<Properties><Company>{N}</Company></Properties>", Place.PROPERTY),
    ("custom property", "docProps/custom.xml", f"<Properties xmlns:vt='v'><property name='密等'><vt:lpwstr>{N}</vt:lpwstr></property></Properties>", Place.PROPERTY),
    ("link", "word/_rels/document.xml.rels", relations({"rId9": ("hyperlink", f"https://example.tw/{N}")}), Place.LINK),
    ("plain text member", "word/notes.txt", f"{N}\n第二行", Place.BODY),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "content", "place"), PARTS, ids=[row[0] for row in PARTS])
def test_docx_parts(why: str, name: str, content: str, place: Place) -> None:
    document = read_bytes(docx("<w:p/>", {name: content}), name="函.docx")
    assert place in found_at(document), document.parts


def _p(properties: str = "", before: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{before}{_R}</w:p>"


_TAB = "<w:r><w:tab/></w:r>"
_WATERMARK = f"<w:p><w:r><w:pict><v:shape id='PowerPlusWaterMarkObject1'><v:textpath string='{N}'/></v:shape></w:pict></w:r></w:p>"
HEADERS = [
    ("left", "hdr", _p(), Place.HEADER, Corner.TOP_LEFT),
    ("right", "hdr", _p("<w:jc w:val='right'/>"), Place.HEADER, Corner.TOP_RIGHT),
    ("end", "hdr", _p("<w:jc w:val='end'/>"), Place.HEADER, Corner.TOP_RIGHT),
    ("right by parent style", "hdr", _p("<w:pStyle w:val='R2'/>"), Place.HEADER, Corner.TOP_RIGHT),
    ("after a tab", "hdr", _p(before=_TAB), Place.HEADER, Corner.TOP_CENTER),
    ("after two tabs", "hdr", _p(before=_TAB * 2), Place.HEADER, Corner.TOP_RIGHT),
    ("style with one stop", "hdr", _p("<w:pStyle w:val='OneStop'/>", _TAB), Place.HEADER, Corner.TOP_RIGHT),
    ("own tab stop", "hdr", _p("<w:tabs><w:tab w:val='right' w:pos='9000'/></w:tabs>", _TAB), Place.HEADER, Corner.TOP_RIGHT),
    ("tab to the margin", "hdr", _p(before="<w:r><w:ptab w:alignment='right'/></w:r>"), Place.HEADER, Corner.TOP_RIGHT),
    ("last column of a table", "hdr", f"<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr><w:tc><w:p/></w:tc><w:tc>{_p()}</w:tc></w:tr></w:tbl>", Place.HEADER, Corner.TOP_RIGHT),
    ("footer", "ftr", _p("<w:jc w:val='center'/>"), Place.FOOTER, Corner.BOTTOM_CENTER),
    ("box aligned right", "hdr", f"<w:p>{_anchor('relativeFrom=' + chr(34) + 'margin' + chr(34) + '><wp:align>right</wp:align>', '>')}</w:p>", Place.HEADER, Corner.TOP_RIGHT),
    ("box by offset", "hdr", f"<w:p>{_anchor('relativeFrom=' + chr(34) + 'page' + chr(34) + '><wp:posOffset>6000000</wp:posOffset>', '>')}</w:p>", Place.HEADER, Corner.TOP_RIGHT),
    ("watermark", "hdr", _WATERMARK, Place.WATERMARK, None),
    ("watermark as drawing", "hdr", f"<w:p>{_anchor('>', '>', name='PowerPlusWaterMarkObject1')}</w:p>", Place.WATERMARK, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "root", "inner", "place", "corner"), HEADERS, ids=[row[0] for row in HEADERS])
def test_docx_page_headers(why: str, root: str, inner: str, place: Place, corner: Corner | None) -> None:
    more = {"word/header3.xml": element(f"w:{root}", inner), "word/styles.xml": STYLES}
    document = read_bytes(docx("<w:p/>", more))
    assert [(p.place, p.corner) for p in document.parts if N in p.text] == [(place, corner)]


def test_box_at_the_upper_right_of_the_first_page_knows_its_corner() -> None:
    horizontal = 'relativeFrom="page"><wp:posOffset>5900000</wp:posOffset>'
    vertical = 'relativeFrom="page"><wp:posOffset>300000</wp:posOffset>'
    document = read_bytes(docx(f"<w:p>{_anchor(horizontal, vertical)}</w:p>"))
    assert [p.corner for p in document.parts if N in p.text] == [Corner.TOP_RIGHT]


def test_a_text_box_and_its_fallback_count_once() -> None:
    choice = f"<mc:Choice>{_anchor('>', '>')}</mc:Choice>"
    fallback = f"<mc:Fallback><w:pict><v:shape><v:textbox>{_BOX}</v:textbox></v:shape></w:pict></mc:Fallback>"
    document = read_bytes(docx(f"<w:p><w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r></w:p>"))
    assert [p.place for p in document.parts if N in p.text] == [Place.TEXT_BOX]


def test_a_paragraph_goes_on_after_the_box_in_it() -> None:
    body = f"<w:p><w:r><w:t>前{N[:5]}</w:t></w:r>{_anchor('>', '>', '<w:txbxContent><w:p><w:r><w:t>盒</w:t></w:r></w:p></w:txbxContent>')}<w:r><w:t>{N[5:]}後</w:t></w:r></w:p>"
    document = read_bytes(docx(body))
    assert [p.text for p in document.parts if p.place is Place.BODY] == [f"前{N}後"]


def test_tables_are_rows_and_tabs() -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = "<w:tr>{}</w:tr>"
    body = f"<w:tbl>{row.format(cell.format('密等') + cell.format('密'))}{row.format(cell.format('甲') + cell.format('乙'))}</w:tbl>"
    document = read_bytes(docx(body))
    assert [p.text for p in document.parts if p.place is Place.BODY] == ["密等\t密\n甲\t乙"]


def test_embedded_workbook_is_read_as_a_file_of_its_own() -> None:
    from tests.readers.make_office import xlsx

    inner = xlsx(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{N}</t></is></c></row>')
    document = read_bytes(docx("<w:p/>", {"word/embeddings/Microsoft_Excel_Worksheet.xlsx": inner}))
    assert [(p.path.split("/")[0], p.place) for p in document.parts if N in p.text] == [("embedded[1]", Place.CELLS)]


def test_main_document_is_found_whatever_its_name() -> None:
    data = package(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations({"r": ("officeDocument", "odd/main7.xml")}),
            "odd/main7.xml": element("w:document", f"<w:body>{_P}</w:body>"),
            "word/document.xml": element("w:document", "<w:body><w:p/></w:body>"),
        }
    )
    assert found_at(read_bytes(data)) == {Place.BODY}


def test_flat_package_and_word_2003() -> None:
    part = element("w:document", f"<w:body>{_P}</w:body>").split("?>", 1)[1]
    flat = f'<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{part}</pkg:xmlData></pkg:part></pkg:package>'
    assert found_at(read_bytes(flat.encode(), name="函.xml")) == {Place.BODY}
    old = f'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:sect>{_P}<w:sectPr><w:hdr w:type="odd"><w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:t>密</w:t></w:r></w:p></w:hdr></w:sectPr></w:sect></w:body></w:wordDocument>'
    document = read_bytes(old.encode(), name="函.xml")
    assert found_at(document) == {Place.BODY}
    assert [p.corner for p in document.parts if p.place is Place.HEADER] == [Corner.TOP_RIGHT]


def test_a_picture_is_said_to_be_unread() -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x02\0\0\0" + b"\0" * 64
    document = read_bytes(docx("<w:p/>", {"word/media/image1.png": png}))
    assert document.not_read
    assert NotReadReason.ENCRYPTED not in {entry.reason for entry in document.not_read}


def test_preview_picture_is_not_missed() -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\xc0\x08\x02\0\0\0" + b"\0" * 64
    assert read_bytes(docx("<w:p/>", {"docProps/thumbnail.png": png})).not_read == ()
