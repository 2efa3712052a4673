"""PDF: text wherever it is drawn or kept, marks in the margins, and pages that cannot be read."""

import pytest

from dlp.document import Corner, Document, NotReadReason, Place
from dlp.readers import read_bytes
from tests.readers.make_office import NEEDLE, docx
from tests.readers.make_pdf import FONT, hexed, pdf, show, stream, string

N = NEEDLE
T = show(N)


def found_at(document: Document, needle: str = N) -> set[Place]:
    return {part.place for part in document.parts if needle in part.text}


def annotation(inner: str) -> str:
    return f"/Annots[<</Type/Annot/Rect[100 100 200 120]{inner}>>]"


_FORM = "/AcroForm<</Fields[7 0 R]/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 5 0 R>>>>>>"
_ATTACHMENT = (
    f"<</Type/Filespec/F(a.docx)/UF{string('名單.docx')}/EF<</F 8 0 R>>>>",
    stream(docx(f"<w:p><w:r><w:t>{N}</w:t></w:r></w:p>"), "/Type/EmbeddedFile"),
)
CASES = [
    ("text", pdf(T), Place.BODY),
    ("packed content", pdf(T, packed=True), Place.BODY),
    ("glyph by glyph", pdf("".join(show(c, 72 + 12 * i) for i, c in enumerate(N))), Place.BODY),
    ("invisible", pdf(show(N, before="3 Tr")), Place.BODY),
    ("white", pdf(show(N, before="1 g")), Place.BODY),
    ("tiny", pdf(show(N, size=0.5)), Place.BODY),
    ("covered", pdf(T + "0 0 600 800 re f\n"), Place.BODY),
    ("outside the page", pdf(show(N, x=2_000)), Place.BODY),
    ("outside the crop box", pdf(T, box="/MediaBox[0 0 595 842]/CropBox[0 0 300 300]"), Place.BODY),
    ("clipped away", pdf("q 0 0 1 1 re W n " + T + "Q\n"), Place.BODY),
    ("rotated page", pdf(T, page="/Rotate 90"), Place.BODY),
    ("in a form object", pdf("/X1 Do\n", resources="/XObject<</X1 7 0 R>>", more=(stream(T.encode(), "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>"),)), Place.BODY),
    ("hidden layer", pdf(f"/OC /L1 BDC {T} EMC\n", resources="/Properties<</L1 7 0 R>>", catalog="/OCProperties<</OCGs[7 0 R]/D<</OFF[7 0 R]>>>>", more=("<</Type/OCG/Name(L)>>",)), Place.BODY),
    ("text that an author put in place of the glyphs", pdf(f"/Span<</ActualText{string(N)}>>BDC {show('甲')} EMC\n"), Place.BODY),
    ("glyphs behind an author's text", pdf(f"/Span<</ActualText{string('甲')}>>BDC {T} EMC\n"), Place.HIDDEN),
    ("watermark", pdf(f"BT /F1 40 Tf .7 .7 -.7 .7 100 300 Tm {hexed(N)} Tj ET\n"), Place.WATERMARK),
    ("comment", pdf("", page=annotation(f"/Subtype/Text/Contents{string(N)}")), Place.COMMENT),
    ("rich comment", pdf("", page=annotation(f"/Subtype/FreeText/DA(/F1 1 Tf)/RC{string(f'<p>{N[:4]}<b>{N[4:]}</b></p>')}")), Place.COMMENT),
    ("hidden comment", pdf("", page=annotation(f"/Subtype/Text/F 2/Contents{string(N)}")), Place.COMMENT),
    ("author of a comment", pdf("", page=annotation(f"/Subtype/Text/Contents(x)/T{string(N)}")), Place.PROPERTY),
    ("appearance of a stamp", pdf("", page=annotation("/Subtype/Stamp/AP<</N 7 0 R>>"), more=(stream(show(N, 0, 0).encode(), "/Type/XObject/Subtype/Form/BBox[0 0 400 40]/Resources<</Font<</F1 5 0 R>>>>"),)), Place.HIDDEN),
    ("link", pdf("", page=annotation("/Subtype/Link/A<</S/URI/URI(https://example.tw/xyz-needle)>>")), Place.LINK),
    ("form value", pdf("", page="/Annots[7 0 R]", catalog=_FORM, more=(f"<</Type/Annot/Subtype/Widget/FT/Tx/T(f)/Rect[0 0 99 20]/V{string(N)}>>",)), Place.FIELD),
    ("form choice", pdf("", page="/Annots[7 0 R]", catalog=_FORM, more=(f"<</Type/Annot/Subtype/Widget/FT/Ch/Ff 131072/T(f)/Rect[0 0 99 20]/Opt[{string('甲')}{string(N)}]>>",)), Place.FIELD),
    ("form tooltip", pdf("", page="/Annots[7 0 R]", catalog=_FORM, more=(f"<</Type/Annot/Subtype/Widget/FT/Tx/T(f)/Rect[0 0 99 20]/TU{string(N)}>>",)), Place.FIELD),
    ("attachment", pdf("", catalog="/Names<</EmbeddedFiles<</Names[(a)7 0 R]>>>>", more=_ATTACHMENT), Place.BODY),
    ("attachment of a comment", pdf("", page=annotation("/Subtype/FileAttachment/FS 7 0 R"), more=_ATTACHMENT), Place.BODY),
    ("title", pdf("", info=f"/Title{string(N)}"), Place.PROPERTY),
    ("keywords", pdf("", info=f"/Keywords{string(N)}"), Place.PROPERTY),
    ("custom property", pdf("", info=f"/Secrecy{string(N)}"), Place.HIDDEN),
    ("XMP", pdf("", catalog="/Metadata 7 0 R", more=(stream(f"<?xpacket?><x:xmpmeta xmlns:x='adobe:ns:meta/'><a>{N}</a></x:xmpmeta>".encode(), "/Type/Metadata/Subtype/XML"),)), Place.HIDDEN),
    ("outline", pdf("", catalog="/Outlines<</First 7 0 R/Last 7 0 R/Count 1>>", more=(f"<</Title{string(N)}/Dest[3 0 R/Fit]>>",)), Place.HIDDEN),
    ("script", pdf("", catalog=f"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS{string(N)}>>]>>>>"), Place.HIDDEN),
    ("XFA", pdf("", catalog="/AcroForm<</Fields[]/XFA 7 0 R>>", more=(stream(f"<xdp:xdp xmlns:xdp='u'><f>{N}</f></xdp:xdp>".encode()),)), Place.HIDDEN),
    ("layer name", pdf("", catalog="/OCProperties<</OCGs[7 0 R]/D<<>>>>", more=(f"<</Type/OCG/Name{string(N)}>>",)), Place.HIDDEN),
    ("object nobody points to", pdf("", more=(f"<</Note{string(N)}>>",)), Place.HIDDEN),
    ("string in UTF-8", pdf("", info="/Odd(" + N.encode().decode("latin-1") + ")"), Place.HIDDEN),
    ("object stream", pdf("", more=(stream(f"9 0 <</Odd{string(N)}>>".encode(), "/Type/ObjStm/N 1/First 4"),)), Place.HIDDEN),
    ("alternative text of a figure", pdf("/Figure<</MCID 0>>BDC 0 0 9 9 re f EMC\n", page="/StructParents 0", catalog="/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R", more=("<</Type/StructTreeRoot/K 8 0 R/ParentTree<</Nums[0[8 0 R]]>>>>", f"<</Type/StructElem/S/Figure/P 7 0 R/Pg 3 0 R/K 0/Alt{string(N)}>>")), Place.ALT_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "place"), CASES, ids=[row[0] for row in CASES])
def test_pdf_places(why: str, data: bytes, place: Place) -> None:
    document = read_bytes(data, name="函.pdf")
    needle = "xyz-needle" if why == "link" else N
    assert place in found_at(document, needle), [(p.place, p.text) for p in document.parts]
    assert document.not_read == ()


CORNERS = [
    (40, 815, Place.HEADER, Corner.TOP_LEFT),
    (290, 815, Place.HEADER, Corner.TOP_CENTER),
    (530, 815, Place.HEADER, Corner.TOP_RIGHT),
    (290, 20, Place.FOOTER, Corner.BOTTOM_CENTER),
]


@pytest.mark.parametrize(("x", "y", "place", "corner"), CORNERS)
def test_marks_in_the_margins_are_parts_of_their_own(x: float, y: float, place: Place, corner: Corner) -> None:
    document = read_bytes(pdf(show("極機密", x, y) + show("本文一行")))
    assert [(p.place, p.corner, p.page) for p in document.parts if p.text == "極機密"] == [(place, corner, 1)]


def test_three_marks_on_one_line_keep_apart() -> None:
    content = show("密", 40, 815) + show("第一頁", 280, 815) + show("副本", 540, 815)
    headers = {p.corner: p.text for p in read_bytes(pdf(content)).parts if p.place is Place.HEADER}
    assert headers == {Corner.TOP_LEFT: "密", Corner.TOP_CENTER: "第一頁", Corner.TOP_RIGHT: "副本"}


def _picture(size: int = 64) -> dict[str, object]:
    image = stream(
        b"\x80" * size * size,
        f"/Type/XObject/Subtype/Image/Width {size}/Height {size}/ColorSpace/DeviceGray/BitsPerComponent 8",
    )
    return {"resources": "/XObject<</I1 7 0 R>>", "more": (image,)}


def test_a_page_that_is_a_picture_is_said() -> None:
    document = read_bytes(pdf("q 595 0 0 842 0 0 cm /I1 Do Q\n", **_picture()))  # type: ignore[arg-type]
    assert [(e.reason, e.part) for e in document.not_read] == [(NotReadReason.IMAGE, "ocr-1")]


def test_a_tiny_picture_is_no_gap() -> None:
    document = read_bytes(pdf("q 5 0 0 5 0 0 cm /I1 Do Q\n" + T, **_picture(8)))  # type: ignore[arg-type]
    assert document.not_read == ()


def test_a_page_of_outlines_without_text_is_said() -> None:
    document = read_bytes(pdf("0 0 m 5 5 l 9 2 l S\n" * 400))
    assert NotReadReason.IMAGE in {e.reason for e in document.not_read}


def test_wanted_password_is_said() -> None:
    trailer = (
        "/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -1/O<" + "41" * 32 + ">/U<" + "42" * 32 + ">>>/ID[<00><00>]"
    )
    data = pdf(T).replace(b"/Info 6 0 R", trailer.encode())
    document = read_bytes(data, name="函.pdf")
    assert {e.reason for e in document.not_read} == {NotReadReason.ENCRYPTED}


def test_damaged_cross_reference_is_repaired() -> None:
    data = pdf(T)
    at = data.index(b"xref\n0")
    assert Place.BODY in found_at(read_bytes(data[:at] + data[at:].replace(b"00000000", b"99999999")))


def test_earlier_revisions_are_searched() -> None:
    old = pdf("", info=f"/Title{string(N)}")
    new = (
        old
        + b"6 0 obj\n<</Title(x)>>\nendobj\nxref\n6 1\n%010d 00000 n \ntrailer<</Size 7/Root 1 0 R/Info 6 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(old), old.rindex(b"xref\n0"), len(old) + len(b"6 0 obj\n<</Title(x)>>\nendobj\n"))
    )
    assert Place.HIDDEN in found_at(read_bytes(new))


def test_fonts_without_character_map_are_said() -> None:
    font = FONT.replace("/UniCNS-UCS2-H", "/Identity-H").replace("/Ordering(CNS1)", "/Ordering(Identity)")
    data = pdf(show("".join(chr(c) for c in range(1, 90)))).replace(FONT.encode(), font.encode().ljust(len(FONT)))
    document = read_bytes(data)
    assert NotReadReason.UNDECODABLE in {e.reason for e in document.not_read}
