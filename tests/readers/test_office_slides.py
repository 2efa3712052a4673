"""Presentations in Office Open XML."""

import pytest

from dlp.document import Corner, Document, Place
from dlp.readers import read_bytes
from tests.readers.make_office import NEEDLE, element, pptx, relations, slide_shape

N = NEEDLE


def found_at(document: Document, needle: str = N) -> set[Place]:
    return {part.place for part in document.parts if needle in part.text}


SHAPE = slide_shape(N)
_MASTER = element("p:sldMaster", f"<p:cSld><p:spTree>{SHAPE}</p:spTree></p:cSld>")
_NOTES = element("p:notes", f"<p:cSld><p:spTree>{SHAPE}</p:spTree></p:cSld>")
CASES = [
    ("text box", pptx((SHAPE,)), Place.SLIDE),
    ("title", pptx((slide_shape(N, y=100_000, properties='<p:ph type="title"/>'),)), Place.SLIDE),
    ("footer", pptx((slide_shape(N, y=6_400_000, properties='<p:ph type="ftr"/>'),)), Place.FOOTER),
    ("hidden slide", pptx((SHAPE,), attributes=('show="0"',)), Place.HIDDEN),
    ("right of the slide", pptx((slide_shape(N, x=13_000_000),)), Place.HIDDEN),
    ("above the slide", pptx((slide_shape(N, y=-900_000),)), Place.HIDDEN),
    ("zero size", pptx((slide_shape(N, cx=0, cy=0),)), Place.HIDDEN),
    ("hidden shape", pptx((SHAPE.replace('name="TextBox 1"', 'name="TextBox 1" hidden="1"'),)), Place.HIDDEN),
    ("off the slide by its group", pptx((f'<p:grpSp><p:grpSpPr><a:xfrm><a:off x="14000000" y="0"/><a:ext cx="5000000" cy="5000000"/><a:chOff x="0" y="0"/><a:chExt cx="5000000" cy="5000000"/></a:xfrm></p:grpSpPr>{SHAPE}</p:grpSp>',)), Place.HIDDEN),
    ("group", pptx((f"<p:grpSp>{SHAPE}</p:grpSp>",)), Place.SLIDE),
    ("table", pptx((f"<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>{N}</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>",)), Place.SLIDE),
    ("alt text", pptx((f'<p:pic><p:nvPicPr><p:cNvPr id="3" name="圖片 2" descr="{N}"/></p:nvPicPr></p:pic>',)), Place.ALT_TEXT),
    ("link tooltip", pptx((f'<p:sp><p:nvSpPr><p:cNvPr id="3" name="a"><a:hlinkClick tooltip="{N}"/></p:cNvPr></p:nvSpPr></p:sp>',)), Place.ALT_TEXT),
    ("notes", pptx((SHAPE.replace(N[:2], "甲"),), more={"ppt/notesSlides/notesSlide1.xml": _NOTES}), Place.NOTES),
    ("master", pptx(("",), more={"ppt/slideMasters/slideMaster1.xml": _MASTER}), Place.SLIDE),
    ("layout", pptx(("",), more={"ppt/slideLayouts/slideLayout1.xml": _MASTER.replace("sldMaster", "sldLayout")}), Place.SLIDE),
    ("comment", pptx(("",), more={"ppt/comments/comment1.xml": element("p:cmLst", f"<p:cm><p:text>{N}</p:text></p:cm>")}), Place.COMMENT),
    ("modern comment", pptx(("",), more={"ppt/comments/modernComment_1.xml": element("p188:cmLst", f'<p188:cm><p188:txBody><a:p><a:r><a:t>{N}</a:t></a:r></a:p></p188:txBody></p188:cm>').replace("<p188:cmLst", '<p188:cmLst xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main"')}), Place.COMMENT),
    ("comment author", pptx(("",), more={"ppt/commentAuthors.xml": element("p:cmAuthorLst", f'<p:cmAuthor name="{N}"/>')}), Place.PROPERTY),
    ("chart", pptx(("",), more={"ppt/charts/chart1.xml": element("c:chartSpace", f"<c:pt><c:v>{N}</c:v></c:pt>")}), Place.TEXT_BOX),
    ("tag", pptx(("",), more={"ppt/tags/tag1.xml": element("p:tagLst", f'<p:tag name="A" val="{N}"/>')}), Place.HIDDEN),
    ("slide left in the package", pptx(("",), more={"ppt/slides/slide99.xml": element("p:sld", f"<p:cSld><p:spTree>{SHAPE}</p:spTree></p:cSld>")}), Place.SLIDE),
    ("slide name", pptx(("",), more={"ppt/slides/slide1.xml": element("p:sld", f'<p:cSld name="{N}"/>')}), Place.HIDDEN),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "place"), CASES, ids=[row[0] for row in CASES])
def test_pptx_places(why: str, data: bytes, place: Place) -> None:
    document = read_bytes(data, name="簡報.pptx")
    assert place in found_at(document), document.parts
    assert document.not_read == ()


CORNERS = [
    (10_000_000, 100_000, Corner.TOP_RIGHT),
    (100_000, 100_000, Corner.TOP_LEFT),
    (4_600_000, 6_300_000, Corner.BOTTOM_CENTER),
    (4_600_000, 3_000_000, None),
]


@pytest.mark.parametrize(("x", "y", "corner"), CORNERS)
def test_boxes_in_the_corners_of_a_slide(x: int, y: int, corner: Corner | None) -> None:
    document = read_bytes(pptx((slide_shape(N, x=x, y=y, cx=1_500_000),)))
    assert [p.corner for p in document.parts if N in p.text] == [corner]


def test_slides_count_in_the_order_of_the_show_and_notes_belong_to_theirs() -> None:
    notes = element("p:notes", f"<p:cSld><p:spTree>{slide_shape('備忘')}</p:spTree></p:cSld>")
    presentation = element("p:presentation", '<p:sldIdLst><p:sldId r:id="rId2"/><p:sldId r:id="rId1"/></p:sldIdLst>')
    more = {
        "ppt/presentation.xml": presentation,
        "ppt/notesSlides/notesSlide7.xml": notes,
        "ppt/slides/_rels/slide1.xml.rels": relations({"rId1": ("notesSlide", "../notesSlides/notesSlide7.xml")}),
    }
    document = read_bytes(pptx((slide_shape("第一檔"), slide_shape("第二檔")), more=more))
    pages = {part.text: part.page for part in document.parts}
    assert (pages["第一檔"], pages["第二檔"], pages["備忘"]) == (2, 1, 2)
