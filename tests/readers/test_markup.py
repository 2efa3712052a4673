"""XML, JSON and CSV as lines that keep a name beside its value."""

import pytest

from dlp.document import Document, Place
from dlp.readers import read_bytes


def text(document: Document, place: Place = Place.BODY) -> str:
    return "\n".join(part.text for part in document.parts if part.place is place)


@pytest.mark.parametrize(
    ("data", "lines", "why"),
    [
        ('{"姓名": "王小明", "電話": "0912345678"}', ["姓名：王小明", "電話：0912345678"], "keys beside values"),
        ('{"a":"\\u738b\\u5c0f\\u660e"}', ["a：王小明"], "escapes"),
        ('{"a":"\\ud840\\udc00x"}', ["a：\U00020000x"], "surrogate pairs"),
        ('{"a":"x","a":"y"}', ["a：x", "a：y"], "a repeated key hides nothing"),
        ('[{"id":1},{"id":2}]', ["id：1", "id：2"], "lists"),
        ('{"a":"x"}\n{"a":"y"}', ["a：x", "a：y"], "one object a line"),
        ('{"a":"x", // note\n "b":', ["a：x", "//", "note", "b："], "broken JSON loses nothing"),
        ('{"a":"x\\ny\\"z"}', ["a：x", 'y"z'], "line ends and quotes"),
    ],
)
def test_json(data: str, lines: list[str], why: str) -> None:
    found = [line for line in text(read_bytes(data.encode(), name="a.json")).split("\n") if line.strip()]
    assert "".join(found).replace(" ", "") == "".join(lines).replace(" ", ""), why


@pytest.mark.parametrize(
    ("data", "cells", "why"),
    [
        ("a,b\n1,2\n", "a\tb\n1\t2\n", "plain"),
        ('a,b\n"x,y",2\n', "a\tb\nx,y\t2", "quoted delimiter"),
        ('a,b\n"x\ny",2\n', "a\tb\nx y\t2", "line end inside a cell"),
        ("a;b\n1;2\n", "a\tb\n1\t2\n", "semicolons"),
        ("a\tb\n1\t2\n", "a\tb\n1\t2\n", "tabs"),
        ('a,b\n"it""s",2\n', 'a\tb\nit"s\t2', "doubled quotes"),
        ("單欄\n王小明\n", "單欄\n王小明\n", "one column"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp950"])
def test_csv(data: str, cells: str, why: str, encoding: str) -> None:
    assert text(read_bytes(data.encode(encoding), name="a.csv"), Place.CELLS) == cells, why


@pytest.mark.parametrize(
    ("data", "place", "expected"),
    [
        ("<a><姓名>王小明</姓名></a>", Place.BODY, "姓名：王小明"),
        ("<a><p>A12<b>345</b>6789</p></a>", Place.BODY, "A123456789"),
        ("<a k='密件'/>", Place.PROPERTY, "k：密件"),
        ("<a><!-- 密件 --></a>", Place.COMMENT, "密件"),
        ("<a/><!-- 密件 -->", Place.COMMENT, "密件"),
        ("<a><?note 密件?></a>", Place.COMMENT, "密件"),
        ("<a><![CDATA[<密件>]]></a>", Place.BODY, "<密件>"),
        ("<!DOCTYPE a [<!ENTITY x '密件'>]><a>甲&x;乙</a>", Place.BODY, "甲密件乙"),
        ("<!DOCTYPE a [<!ENTITY x '密件'>]><a/>", Place.HIDDEN, "密件"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM '密件.doc' NDATA d>]><a/>", Place.FILE_NAME, "密件.doc"),
        ("<svg xmlns='http://www.w3.org/2000/svg'><text>密件</text><desc>註</desc></svg>", Place.BODY, "密件"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16"])
def test_xml(data: str, place: Place, expected: str, encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?>{data}'.encode("cp950" if encoding == "big5" else encoding)
    read = read_bytes(document, name="a.xml")
    assert expected in text(read, place)
    assert not read.not_read
