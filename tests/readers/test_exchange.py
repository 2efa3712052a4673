"""Official exchange files (.di, .sw): fields by name, three spellings of the grade, both encodings, nothing fetched."""

import pytest

from dlp.document import Document, Place
from dlp.readers import read_bytes

HEAD = '<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE 函 SYSTEM "104_2_utf8.dtd" [\n<!ENTITY 表單 SYSTEM "x.sw" NDATA DI>\n' \
       '<!ENTITY ATTCH1 SYSTEM "檢舉人名冊.pdf" NDATA _X>\n<!NOTATION DI SYSTEM ""><!NOTATION _X SYSTEM "">]>\n'  # fmt: skip
BODY = """<函><!--承辦人註--><發文機關><全銜>某市政府</全銜></發文機關><函類別 代碼="函"/>
<受文者><全銜>教育局</全銜><交換表 交換表單="表單"/></受文者><發文日期><年月日>中華民國115年11月25日</年月日></發文日期>
<發文字號><字>府民字</字><文號><年度>115</年度><流水號>0012345</流水號><支號/></文號></發文字號><速別 代碼="最速件"/>
{secrecy}<附件><文字>如文</文字><附件檔名 附件名="ATTCH1"/></附件><主旨><文字>檢送案件</文字></主旨>
<段落 段名="說明："><文字/><條列 序號="一、"><文字>依據來函</文字><條列 序號="(一)"><文字>細項</文字></條列></條列></段落>
<正本><全銜>甲機關</全銜></正本><副本><全銜>乙機關</全銜><含附件/></副本><承辦人>林小姐</承辦人></函>"""
BOTH = "<密等及解密條件或保密期限>{}<解密條件或保密期限>本件至116年12月31日解密</解密條件或保密期限></密等及解密條件或保密期限>"


def letter(secrecy: str = "", *, encoding: str = "utf-8", name: str = "a.di") -> Document:
    text = HEAD.format(encoding=encoding) + BODY.format(secrecy=secrecy)
    return read_bytes(text.encode("cp950" if encoding == "big5" else encoding), name=name)


def fields(document: Document, name: str) -> list[str]:
    return [part.text for part in document.parts if part.place is Place.FIELD and part.field == name]


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("發文機關", "某市政府"), ("受文者", "教育局"), ("發文日期", "中華民國115年11月25日"), ("發文字號", "府民字第1150012345號"), ("速別", "最速件"),
     ("主旨", "檢送案件"), ("正本", "甲機關"), ("副本", "乙機關"), ("承辦人", "林小姐"), ("附件", "如文"), ("函類別", "函")],
)  # fmt: skip
def test_fields_by_name(name: str, value: str, encoding: str) -> None:
    assert fields(letter(encoding=encoding), name) == [value]


@pytest.mark.parametrize(
    ("secrecy", "grade", "term"),
    [
        (BOTH.format('<密等 代碼="密"/>'), ["密"], ["本件至116年12月31日解密"]),
        (BOTH.format("<密等>密</密等>"), ["密"], ["本件至116年12月31日解密"]),
        (BOTH.format('<密等 代碼="普通">極機密</密等>'), ["普通", "極機密"], ["本件至116年12月31日解密"]),
        (BOTH.format("<密等/>"), [], ["本件至116年12月31日解密"]),
        ("<密等及解密條件><密等>機密</密等><解密條件>附件抽存後解密</解密條件></密等及解密條件>", ["機密"], ["附件抽存後解密"]),
        ("<密等及解密條件或保密期限>密（公布時解密）</密等及解密條件或保密期限>", ["密（公布時解密）"], []),
        ("<密等及解密條件或保密期限/>", [], []),
        ('<密等 代碼="  "/>', [], []),
    ],
)
def test_three_spellings_of_the_grade(secrecy: str, grade: list[str], term: list[str]) -> None:
    document = letter(secrecy)
    assert fields(document, "密等") == grade
    assert fields(document, "解密條件或保密期限") == term


def test_running_text_keeps_names_and_numbers_of_paragraphs() -> None:
    assert next(p.text for p in letter().parts if p.place is Place.BODY) == "說明：\n一、依據來函\n(一)細項"


def test_attachment_names_comments_and_doctype_are_read_and_not_refused() -> None:
    document = letter()
    assert "檢舉人名冊.pdf" in [p.text for p in document.parts if p.place is Place.FILE_NAME]
    assert "承辦人註" in [p.text for p in document.parts if p.place is Place.COMMENT]
    assert not document.not_read
    assert document.media_type == "application/x-tw-di"


def test_content_is_known_under_another_name() -> None:
    document = letter(BOTH.format('<密等 代碼="密"/>'), name="公文.txt")
    assert fields(document, "密等") == ["密"]
    assert document.remarks


def test_list_of_recipients() -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE 交換表單 SYSTEM "104_roster_utf8.dtd"><交換表單><全銜>檢舉人王大明</全銜></交換表單>'
    document = read_bytes(text.encode(), name="x.sw")
    assert any("王大明" in part.text for part in document.parts)
    assert document.media_type == "application/x-tw-di"


def test_internal_entities_are_put_in() -> None:
    text = '<?xml version="1.0"?><!DOCTYPE 函 SYSTEM "104_2_utf8.dtd" [<!ENTITY 級 "極機密">]><函><密等>&級;</密等></函>'
    assert fields(read_bytes(text.encode(), name="a.di"), "密等") == ["極機密"]


def test_attributes_of_unknown_elements_are_fields() -> None:
    text = '<?xml version="1.0"?><!DOCTYPE 函 SYSTEM "104_2_utf8.dtd"><函><廠商欄 備註="檢舉人王大明"/></函>'
    assert fields(read_bytes(text.encode(), name="a.di"), "備註") == ["檢舉人王大明"]
