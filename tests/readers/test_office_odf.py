"""Open Document files: whatever the place, the text is found, and it is said where it stood."""

import io
import zipfile

import pytest

from dlp.document import Corner, Document, NotReadReason, Place
from dlp.readers import read_bytes
from tests.readers.make_office import NEEDLE, flat_odf, odf, split_runs

N = NEEDLE
_P = f"<text:p>{N}</text:p>"
_BOX = f"<draw:text-box><text:p>{split_runs(N, '<text:span>', '</text:span>')}</text:p></draw:text-box>"


def _frame(x: str, y: str, more: str = "") -> str:
    return f'<draw:frame svg:x="{x}" svg:y="{y}" svg:width="3cm" svg:height="1cm" {more}>{_BOX}</draw:frame>'


def found_at(document: Document, needle: str = N) -> set[Place]:
    return {part.place for part in document.parts if needle in part.text}


TEXT_PLACES = [
    # place, body, where
    ("split over spans", f"<text:p>前{split_runs(N, '<text:span>', '</text:span>')}後</text:p>", Place.BODY),
    ("split by bookmark and page break", f"<text:p>{N[:3]}<text:soft-page-break/><text:bookmark text:name='b'/>{N[3:]}</text:p>", Place.BODY),
    ("heading", f"<text:h>{N}</text:h>", Place.BODY),
    ("list item", f"<text:list><text:list-item>{_P}</text:list-item></text:list>", Place.BODY),
    ("table cell", f"<table:table><table:table-row><table:table-cell>{_P}</table:table-cell></table:table-row></table:table>", Place.BODY),
    ("inserted", f"<text:tracked-changes><text:changed-region text:id='c'><text:insertion/></text:changed-region></text:tracked-changes><text:p>甲<text:change-start text:change-id='c'/>{N}<text:change-end text:change-id='c'/></text:p>", Place.BODY),
    ("deleted", f"<text:tracked-changes><text:changed-region text:id='c'><text:deletion>{_P}</text:deletion></text:changed-region></text:tracked-changes><text:p>甲<text:change text:change-id='c'/>乙</text:p>", Place.DELETED),
    ("deleted, never referred to", f"<text:tracked-changes><text:changed-region text:id='c'><text:deletion>{_P}</text:deletion></text:changed-region></text:tracked-changes><text:p>甲</text:p>", Place.DELETED),
    ("annotation", f"<text:p>甲<office:annotation><dc:creator>乙</dc:creator>{_P}</office:annotation>丙</text:p>", Place.COMMENT),
    ("annotation author", f"<text:p>甲<office:annotation><dc:creator>{N}</dc:creator></office:annotation>丙</text:p>", Place.PROPERTY),
    ("footnote", f"<text:p>甲<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body>{_P}</text:note-body></text:note>丙</text:p>", Place.FOOTNOTE),
    ("endnote", f"<text:p>甲<text:note text:note-class='endnote'><text:note-citation>1</text:note-citation><text:note-body>{_P}</text:note-body></text:note>丙</text:p>", Place.FOOTNOTE),
    ("text box", f"<text:p>甲{_frame('5cm', '9cm')}乙</text:p>", Place.TEXT_BOX),
    ("custom shape", f"<text:p>甲<draw:custom-shape>{_P}</draw:custom-shape>乙</text:p>", Place.TEXT_BOX),
    ("shape in a group", f"<text:p><draw:g><draw:rect>{_P}</draw:rect></draw:g></text:p>", Place.TEXT_BOX),
    ("svg:desc", f"<text:p><draw:frame><draw:image xlink:href='Pictures/a.png'/><svg:desc>{N}</svg:desc></draw:frame></text:p>", Place.ALT_TEXT),
    ("svg:title", f"<text:p><draw:frame><svg:title>{N}</svg:title></draw:frame></text:p>", Place.ALT_TEXT),
    ("name of a shape", f"<text:p><draw:frame draw:name='{N}'/></text:p>", Place.HIDDEN),
    ("hidden span", f"<text:p>甲<text:span text:style-name='H'>{N}</text:span>乙</text:p>", Place.HIDDEN),
    ("hidden by paragraph style", f"<text:p text:style-name='HP'>{N}</text:p>", Place.HIDDEN),
    ("hidden section", f"<text:section text:display='none' text:name='s'>{_P}</text:section>", Place.HIDDEN),
    ("hidden text field", f"<text:p><text:hidden-text text:condition='ooow:1' text:string-value='{N}'/></text:p>", Place.HIDDEN),
    ("conditional text", f"<text:p><text:conditional-text text:string-value-if-false='{N}'/></text:p>", Place.HIDDEN),
    ("hidden paragraph field", f"<text:p><text:hidden-paragraph text:condition='ooow:1'/>{N}</text:p>", Place.BODY),
    ("variable", f"<text:user-field-decls><text:user-field-decl office:value-type='string' office:string-value='{N}' text:name='v'/></text:user-field-decls>", Place.HIDDEN),
    ("placeholder", f"<text:p><text:placeholder text:description='{N}'>&lt;填&gt;</text:placeholder></text:p>", Place.HIDDEN),
    ("input field", f"<text:p><text:text-input text:description='x'>{N}</text:text-input></text:p>", Place.BODY),
    ("drop-down field", f"<text:p><text:drop-down text:name='d'><text:label text:value='{N}'/></text:drop-down></text:p>", Place.HIDDEN),
    ("link target", f"<text:p><text:a xlink:href='https://example.tw/{N}'>甲</text:a></text:p>", Place.LINK),
    ("bookmark name", f"<text:p><text:bookmark text:name='{N}'/></text:p>", Place.HIDDEN),
    ("index entry", f"<text:p><text:alphabetical-index-mark text:string-value='{N}'/></text:p>", Place.HIDDEN),
    ("ruby", f"<text:p><text:ruby><text:ruby-base>甲</text:ruby-base><text:ruby-text>{N}</text:ruby-text></text:ruby></text:p>", Place.BODY),
    ("form field", f"<office:forms><form:form><form:text form:name='f' form:current-value='{N}'/></form:form></office:forms>", Place.FIELD),
    ("form list", f"<office:forms><form:form><form:listbox><form:option form:label='{N}'/></form:listbox></form:form></office:forms>", Place.FIELD),
    ("script in a field", f"<text:p><text:script script:language='JavaScript'>{N}</text:script></text:p>", Place.BODY),
    ("XML comment", f"<text:p>甲</text:p><!-- {N} -->", Place.HIDDEN),
    ("element nobody knows", f"<x:y xmlns:x='urn:x'>{N}</x:y>", Place.HIDDEN),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "place"), TEXT_PLACES, ids=[row[0] for row in TEXT_PLACES])
def test_odt_body(why: str, body: str, place: Place) -> None:
    document = read_bytes(odf("text", body), name="函.odt")
    assert place in found_at(document), document.parts
    assert document.not_read == ()


@pytest.mark.parametrize(("why", "body", "place"), TEXT_PLACES, ids=[row[0] for row in TEXT_PLACES])
def test_flat_odt_body(why: str, body: str, place: Place) -> None:
    assert place in found_at(read_bytes(flat_odf("text", body), name="函.fodt"))


HEADERS = [
    ("plain header", f"<style:header>{_P}</style:header>", Place.HEADER, Corner.TOP_LEFT),
    ("right", f"<style:header><text:p text:style-name='R'>{N}</text:p></style:header>", Place.HEADER, Corner.TOP_RIGHT),
    ("right by parent style", f"<style:header><text:p text:style-name='R2'>{N}</text:p></style:header>", Place.HEADER, Corner.TOP_RIGHT),
    ("after two tabs", f"<style:header><text:p>甲<text:tab/><text:tab/>{N}</text:p></style:header>", Place.HEADER, Corner.TOP_RIGHT),
    ("after one tab", f"<style:header><text:p>甲<text:tab/>{N}</text:p></style:header>", Place.HEADER, Corner.TOP_CENTER),
    ("first page", f"<style:header-first>{_P}</style:header-first>", Place.HEADER, Corner.TOP_LEFT),
    ("left pages", f"<style:header-left>{_P}</style:header-left>", Place.HEADER, Corner.TOP_LEFT),
    ("footer", f"<style:footer><text:p text:style-name='R'>{N}</text:p></style:footer>", Place.FOOTER, Corner.BOTTOM_RIGHT),
    ("footer first", f"<style:footer-first>{_P}</style:footer-first>", Place.FOOTER, Corner.BOTTOM_LEFT),
    ("box in header", f"<style:header><text:p>{_frame('15cm', '0cm')}</text:p></style:header>", Place.HEADER, Corner.TOP_RIGHT),
    ("watermark", f"<style:header><text:p><draw:custom-shape draw:name='PowerPlusWaterMarkObject1'>{_P}</draw:custom-shape></text:p></style:header>", Place.WATERMARK, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "masters", "place", "corner"), HEADERS, ids=[row[0] for row in HEADERS])
def test_odt_page_headers(why: str, masters: str, place: Place, corner: Corner | None) -> None:
    document = read_bytes(odf("text", "<text:p>甲</text:p>", masters=masters), name="函.odt")
    assert [(p.place, p.corner) for p in document.parts if N in p.text] == [(place, corner)]


def test_box_at_the_upper_right_edge_of_the_page_knows_its_corner() -> None:
    anchor = "text:anchor-type='page'"
    body = f"<text:p>{_frame('16cm', '1cm', anchor)}</text:p>"
    document = read_bytes(odf("text", body))
    assert [p.corner for p in document.parts if N in p.text] == [Corner.TOP_RIGHT]


PROPERTIES = [
    ("title", f"<dc:title>{N}</dc:title>", "title"),
    ("subject", f"<dc:subject>{N}</dc:subject>", "subject"),
    ("comments", f"<dc:description>{N}</dc:description>", "description"),
    ("keyword", f"<meta:keyword>{N}</meta:keyword>", "keyword"),
    ("author", f"<dc:creator>{N}</dc:creator>", "creator"),
    ("custom", f"<meta:user-defined meta:name='密等'>{N}</meta:user-defined>", "密等"),
]


@pytest.mark.parametrize(("why", "meta", "field"), PROPERTIES, ids=[row[0] for row in PROPERTIES])
def test_odf_properties_carry_their_name(why: str, meta: str, field: str) -> None:
    document = read_bytes(odf("text", "<text:p>甲</text:p>", meta=meta))
    assert [(p.place, p.field) for p in document.parts if N in p.text] == [(Place.PROPERTY, field)]


def test_embedded_object_is_read() -> None:
    inner = odf(
        "spreadsheet",
        f"<table:table><table:table-row><table:table-cell>{_P}</table:table-cell></table:table-row></table:table>",
    )
    with zipfile.ZipFile(io.BytesIO(inner)) as zipped:
        content = zipped.read("content.xml")
    for more in ({"Object 1/content.xml": content}, {"Object 2": inner}, {"Versions/Version1": inner}):
        assert found_at(read_bytes(odf("text", "<text:p>甲</text:p>", more=more))) == {Place.CELLS}, more.keys()


def test_members_nobody_points_to_are_read() -> None:
    more = {
        "Basic/Standard/Module1.xml": f"<script:module xmlns:script='urn:s'>{N}</script:module>",
        "leftover.xml": f"<a b='{N}2'>x</a>",
        "notes.txt": f"{N}3\n第二行",
        "content-old.xml": f"<a>{N}4</a>",
    }
    document = read_bytes(odf("text", "<text:p>甲</text:p>", more=more))
    text = "\n".join(part.text for part in document.parts)
    assert all(f"{N}{tail}" in text for tail in ("", "2", "3", "4"))


SHEET_PLACES = [
    ("cell", "<table:table table:name='S'><table:table-row><table:table-cell>{p}</table:table-cell></table:table-row></table:table>", Place.CELLS),
    ("hidden sheet", "<table:table table:name='S' table:style-name='HT'><table:table-row><table:table-cell>{p}</table:table-cell></table:table-row></table:table>", Place.HIDDEN),
    ("sheet name", "<table:table table:name='{n}'><table:table-row/></table:table>", Place.SHEET_NAME),
    ("hidden row", "<table:table table:name='S'><table:table-row table:visibility='collapse'><table:table-cell>{p}</table:table-cell></table:table-row></table:table>", Place.CELLS),
    ("covered cell", "<table:table table:name='S'><table:table-row><table:covered-table-cell>{p}</table:covered-table-cell></table:table-row></table:table>", Place.CELLS),
    ("cell comment", "<table:table table:name='S'><table:table-row><table:table-cell><office:annotation>{p}</office:annotation></table:table-cell></table:table-row></table:table>", Place.COMMENT),
    ("value without shown text", "<table:table table:name='S'><table:table-row><table:table-cell office:value-type='string' office:string-value='{n}'/></table:table-row></table:table>", Place.CELLS),
    ("formula", "<table:table table:name='S'><table:table-row><table:table-cell table:formula='of:=&quot;{n}&quot;'/></table:table-row></table:table>", Place.HIDDEN),
    ("defined name", "<table:named-expressions><table:named-expression table:name='{n}' table:expression='1'/></table:named-expressions>", Place.HIDDEN),
    ("validation message", "<table:content-validations><table:content-validation><table:help-message>{p}</table:help-message></table:content-validation></table:content-validations>", Place.BODY),
    ("box on a sheet", "<table:table table:name='S'><table:shapes><draw:frame><draw:text-box>{p}</draw:text-box></draw:frame></table:shapes></table:table>", Place.TEXT_BOX),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "place"), SHEET_PLACES, ids=[row[0] for row in SHEET_PLACES])
def test_ods_places(why: str, body: str, place: Place) -> None:
    document = read_bytes(odf("spreadsheet", body.format(p=_P, n=N)), name="冊.ods")
    assert place in found_at(document), document.parts
    assert document.not_read == ()


@pytest.mark.parametrize(
    ("side", "corner"), [("left", Corner.TOP_LEFT), ("center", Corner.TOP_CENTER), ("right", Corner.TOP_RIGHT)]
)
def test_ods_header_regions(side: str, corner: Corner) -> None:
    masters = f"<style:header><style:region-{side}>{_P}</style:region-{side}></style:header>"
    document = read_bytes(odf("spreadsheet", "", masters=masters))
    assert [(p.place, p.corner) for p in document.parts if N in p.text] == [(Place.HEADER, corner)]


def test_ods_number_format_is_read() -> None:
    automatic = f"<number:number-style style:name='N'><number:text>{N}</number:text></number:number-style>"
    assert found_at(read_bytes(odf("spreadsheet", "", automatic=automatic))) == {Place.HIDDEN}


def test_sheet_is_one_row_a_line_with_columns_kept_apart() -> None:
    row = "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell><table:table-cell table:number-columns-repeated='2'/><table:table-cell><text:p>{}</text:p><text:p>續</text:p></table:table-cell><table:table-cell table:number-columns-repeated='16000'/></table:table-row>"
    body = f"<table:table table:name='S'>{row.format('姓名', '電話')}<table:table-row table:number-rows-repeated='1000000'><table:table-cell/></table:table-row>{row.format('甲', '乙')}</table:table>"
    document = read_bytes(odf("spreadsheet", body))
    assert [p.text for p in document.parts if p.place is Place.CELLS] == ["姓名\t\t\t電話 續\n甲\t\t\t乙 續"]


def _slide(inner: str, style: str = "") -> str:
    return f"<draw:page draw:name='page1' draw:style-name='{style}'>{inner}</draw:page>"


SLIDE_PLACES = [
    ("title", _slide(f"<draw:frame presentation:class='title' svg:x='2cm' svg:y='1cm' svg:width='20cm' svg:height='2cm'>{_BOX}</draw:frame>"), Place.SLIDE),
    ("notes", _slide(f"<presentation:notes><draw:frame>{_BOX}</draw:frame></presentation:notes>"), Place.NOTES),
    ("off the slide", _slide(_frame("40cm", "5cm")), Place.HIDDEN),
    ("above the slide", _slide(_frame("4cm", "-5cm")), Place.HIDDEN),
    ("hidden slide", _slide(_frame("4cm", "8cm"), "HS"), Place.HIDDEN),
    ("table", _slide(f"<draw:frame><table:table><table:table-row><table:table-cell>{_P}</table:table-cell></table:table-row></table:table></draw:frame>"), Place.SLIDE),
    ("group", _slide(f"<draw:g>{_frame('4cm', '8cm')}</draw:g>"), Place.SLIDE),
    ("comment", _slide(f"<office:annotation>{_P}</office:annotation>"), Place.COMMENT),
    ("footer text", f"<presentation:footer-decl presentation:name='f'>{N}</presentation:footer-decl>", Place.FOOTER),
    ("slide name", f"<draw:page draw:name='{N}'/>", Place.SHEET_NAME),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "place"), SLIDE_PLACES, ids=[row[0] for row in SLIDE_PLACES])
def test_odp_places(why: str, body: str, place: Place) -> None:
    document = read_bytes(odf("presentation", body, width="28cm", height="21cm"), name="簡報.odp")
    assert place in found_at(document), document.parts
    assert document.not_read == ()


def test_odp_master_and_corner() -> None:
    masters = f"<style:master-page style:name='M' style:page-layout-name='pm1' draw:style-name='dp1'>{_frame('23cm', '0.5cm')}</style:master-page>"
    document = read_bytes(odf("presentation", "", masters=masters, width="28cm", height="21cm"))
    assert [(p.place, p.corner) for p in document.parts if N in p.text] == [(Place.SLIDE, Corner.TOP_RIGHT)]


def test_slides_are_numbered() -> None:
    document = read_bytes(odf("presentation", _slide("") + _slide(_frame("4cm", "8cm")), width="28cm", height="21cm"))
    assert [p.page for p in document.parts if N in p.text] == [2]


def test_deleted_text_stands_in_its_sentence() -> None:
    body = "<text:tracked-changes><text:changed-region text:id='c'><text:deletion><text:p>王大明</text:p></text:deletion></text:changed-region><text:changed-region text:id='i'><text:insertion/></text:changed-region></text:tracked-changes><text:p>檢舉人為<text:change text:change-id='c'/><text:change-start text:change-id='i'/>某君<text:change-end text:change-id='i'/>先生</text:p>"
    document = read_bytes(odf("text", body))
    assert [p.text for p in document.parts if p.place is Place.BODY] == ["檢舉人為某君先生"]
    assert "檢舉人為王大明先生" in [p.text for p in document.parts if p.place is Place.DELETED]


def test_pretty_printed_xml_does_not_break_sentences() -> None:
    body = f"<text:p>\n   {N[:4]}<text:span>{N[4:]}</text:span>\n  </text:p>"
    assert found_at(read_bytes(flat_odf("text", body))) == {Place.BODY}


@pytest.mark.parametrize("codec", ["big5", "utf-16", "gb18030"])
def test_other_encodings_of_the_xml(codec: str) -> None:
    with zipfile.ZipFile(io.BytesIO(odf("text", _P))) as zipped:
        content = zipped.read("content.xml").decode().replace('encoding="UTF-8"', f'encoding="{codec}"').encode(codec)
    assert found_at(read_bytes(odf("text", "", more={"content.xml": content}))) == {Place.BODY}


def test_encrypted_members_are_said_and_clear_ones_read() -> None:
    manifest = "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'><manifest:file-entry manifest:full-path='content.xml'><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    document = read_bytes(
        odf(
            "text",
            "",
            meta=f"<dc:title>{N}</dc:title>",
            more={"content.xml": b"\x93\x81\x7f" * 99, "META-INF/manifest.xml": manifest},
        )
    )
    assert NotReadReason.ENCRYPTED in {entry.reason for entry in document.not_read}
    assert found_at(document) == {Place.PROPERTY}


def test_document_type_is_refused_and_its_text_searched() -> None:
    content = f"<!DOCTYPE a [<!ENTITY e '{N}'>]><a>&e;</a>"
    document = read_bytes(odf("text", "", more={"content.xml": content}))
    assert NotReadReason.DAMAGED in {entry.reason for entry in document.not_read}
    assert found_at(document) == {Place.RAW}


def test_big_sheets_read_the_quick_way_give_the_same_rows() -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    rows = []
    for i in range(900):
        cells = cell.format("", f"列{i}") + '<table:table-cell table:number-columns-repeated="3"/>'
        cells += cell.format(
            ' office:value-type="float" office:value="7"', "***" if i % 9 == 0 else f"a&lt;b &amp; {i}"
        )
        cells += (
            f"<table:table-cell><text:p>甲</text:p><text:p>乙<text:span>丙{i}</text:span></text:p></table:table-cell>"
            if i % 5 == 0
            else ""
        )
        cells += (
            f'<table:table-cell table:formula="of:=&quot;式{i}&quot;"><text:p>式</text:p></table:table-cell>'
            if i % 7 == 0
            else ""
        )
        rows.append(
            f'<table:table-row>{cells}<table:table-cell table:number-columns-repeated="1000"/></table:table-row>'
        )
    body = f'<table:table table:name="S">{"".join(rows)}</table:table><table:table table:name="T">{"".join(rows[:50])}</table:table>'
    quick, parsed = (
        [(p.place, p.page, p.text) for p in read_bytes(odf("spreadsheet", body + tail)).parts]
        for tail in ("", "<!---->")
    )
    assert quick == parsed
    assert len(quick) > 4
