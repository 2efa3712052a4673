"""The masked version in the layout of the original: runs stay, what is not shown goes, and nothing is believed unread."""

import io
import zipfile
from typing import Any

import pytest

from dlp.channels.post.documents import in_layout, masked_parts
from dlp.channels.post.layout import Unfit, changed_lines, masked_in_layout, rewrite
from dlp.scanner import Scanner

NAMES = " ".join(
    f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
    for p, n in (("office", "office"), ("text", "text"), ("style", "style"), ("fo", "xsl-fo-compatible"), ("table", "table"), ("draw", "drawing"))
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VALUES = ("葉俊宏", "葉俊", "0928-471-356", "B220417363")


def package_of(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def odt(body: str, *, more: dict[str, str] | None = None) -> bytes:
    content = f'<office:document-content {NAMES} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>{body}</office:text></office:body></office:document-content>'
    media = "application/vnd.oasis.opendocument.text"
    return package_of({"mimetype": media, "content.xml": content, **(more or {})})


def docx(body: str, *, more: dict[str, str] | None = None, rels: str = "") -> bytes:
    types = f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    root = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    document = f'<w:document xmlns:w="{W}" xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>'
    return package_of({
        "[Content_Types].xml": types, "_rels/.rels": root, "word/document.xml": document,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{rels}</Relationships>', **(more or {}),
    })  # fmt: skip


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


ODT_BODY = (
    '<text:tracked-changes><text:changed-region><text:deletion><text:p>刪掉的葉俊宏</text:p></text:deletion></text:changed-region></text:tracked-changes>'
    '<text:p text:style-name="P1">陳情人<text:span text:style-name="B">葉俊</text:span>宏<office:annotation><text:p>註解0928-471-356</text:p></office:annotation>（電話<text:span text:style-name="I">0928</text:span>-471-356）<text:s text:c="2"/>反映<text:a xlink:href="https://example.org/x">路燈</text:a>不亮。</text:p>'
    '<table:table><table:table-row><table:table-cell><text:p>姓名</text:p></table:table-cell><table:table-cell><text:p>葉俊宏</text:p></table:table-cell></table:table-row></table:table>'
    "<text:p>其餘照辦。</text:p>"
)
DOCX_BODY = (
    f'<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>{run("陳情人")}{run("葉俊", "<w:b/>")}{run("宏")}<w:commentRangeStart w:id="0"/>{run("（電話")}{run("0928", "<w:i/>")}{run("-471-356）")}<w:commentRangeEnd w:id="0"/>'
    f'<w:r><w:commentReference w:id="0"/></w:r><w:del w:id="1" w:author="王小明"><w:r><w:delText>刪掉的B220417363</w:delText></w:r></w:del><w:ins w:id="2" w:author="王小明">{run("反映路燈不亮。")}</w:ins>{run("看不見的B220417363", "<w:vanish/>")}</w:p>'
    f'<w:tbl><w:tr><w:tc><w:p>{run("姓名")}</w:p></w:tc><w:tc><w:p>{run("葉俊宏")}</w:p></w:tc></w:tr></w:tbl><w:p>{run("其餘照辦。")}</w:p>'
)
COMMENTS = {"word/comments.xml": f'<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="王小明"><w:p>{run("註解葉俊宏")}</w:p></w:comment></w:comments>'}
COMMENT_REL = f'<Relationship Id="rId9" Type="{OFFICE}/comments" Target="comments.xml"/>'


def kept(scanner: Scanner, data: bytes, form: str) -> bytes | None:
    return in_layout(scanner, data, scanner.check_bytes(data, f"a.{form}", "post"), form)


@pytest.mark.parametrize(("form", "data"), [("odt", odt(ODT_BODY, more={"meta.xml": "<x>葉俊宏</x>"})), ("docx", docx(DOCX_BODY, more=COMMENTS, rels=COMMENT_REL))])
def test_values_are_masked_in_their_runs_and_what_is_not_shown_goes(scanner: Scanner, form: str, data: bytes) -> None:
    made = kept(scanner, data, form)
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        names, everything = package.namelist(), b"".join(package.read(n) for n in package.namelist()).decode("utf-8")
    for secret in (*VALUES, "王小明", "註解", "刪掉", "看不見", "example.org"):
        assert secret not in everything, secret
    assert "葉○" in everything and "其餘照辦" in everything
    assert not {"meta.xml", "word/comments.xml", "docProps/core.xml"} & set(names)
    look = 'text:style-name="B">葉' if form == "odt" else "<w:b/></w:rPr><w:t xml:space=\"preserve\">葉"
    assert look in everything, "bold stays bold"
    read = scanner.read(made, "")
    assert read.not_read == () and {str(p.place) for p in read.parts} <= {"body", "file-name"}


@pytest.mark.parametrize(
    ("form", "data", "why"),
    [
        ("docx", docx(f'<w:p>{run("陳情人葉俊宏電話0928-471-356")}<w:r><w:pict><w:txbxContent xmlns:w="{W}"><w:p>{run("方塊")}</w:p></w:txbxContent></w:pict></w:r></w:p>'), "text in a drawing"),
        ("docx", docx(f'<w:p>{run("陳情人葉俊宏電話0928")}<w:r><w:tab/></w:r>{run("471356")}</w:p><w:p>{run("x")}<w:r><w:footnoteReference w:id="3"/></w:r></w:p><w:sectPr><w:headerReference r:id="rId7"/></w:sectPr>'), "a part that is not there"),
        ("odt", odt("<text:p>陳情人葉俊宏電話0928-471-356</text:p><draw:frame><draw:text-box><text:p>"), "broken XML"),
        ("odt", b"PK\x03\x04 not a package", "not a package"),
        ("odt", odt('<!DOCTYPE x [<!ENTITY a "葉俊宏">]><text:p>&a;</text:p>'), "an entity"),
    ],
)
def test_what_cannot_be_vouched_for_is_not_made(scanner: Scanner, form: str, data: bytes, why: str) -> None:
    made = kept(scanner, data, form)
    if made is not None:  # allowed only when it is right after all
        read = scanner.read(made, "")
        assert not any(v in p.text for p in read.parts for v in VALUES), why


def test_a_version_that_leaks_is_thrown_away(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    import dlp.channels.post.documents as documents

    data = odt("<text:p>陳情人葉俊宏電話0928-471-356</text:p>")
    monkeypatch.setattr(documents, "masked_in_layout", lambda data, changes, form: data)
    assert kept(scanner, data, "odt") is None


@pytest.mark.parametrize("form", ["odt", "docx"])
def test_other_formats_are_not_touched(scanner: Scanner, form: str) -> None:
    assert kept(scanner, "陳情人葉俊宏".encode(), form) is None


def test_one_line_masked_in_two_ways_is_unfit() -> None:
    with pytest.raises(Unfit):
        changed_lines([("王小明\n王小明", "王○明\n王○○")])


def test_lines_and_cells_that_changed() -> None:
    pairs = [("姓名\t王小明\n不變", "姓名\t王○明\n不變")]
    assert changed_lines(pairs) == {"姓名\t王小明": "姓名\t王○明", "王小明": "王○明"}


def test_the_process_is_confined() -> None:
    data = odt("<text:p>洽王小明</text:p>")
    made = masked_in_layout(data, {"洽王小明": "洽王○明"}, "odt")
    assert made is not None and "王○明".encode() in zipfile.ZipFile(io.BytesIO(made)).read("content.xml")
    assert masked_in_layout(b"", {}, "odt") is None


def test_long_paragraphs_are_changed_too() -> None:
    long = "甲" * 6000
    made = rewrite(odt(f"<text:p>{long}王小明</text:p>"), {f"{long}王小明": f"{long}王○明"}, "odt")
    assert "王○明".encode() in zipfile.ZipFile(io.BytesIO(made)).read("content.xml")


def test_the_download_says_whether_the_layout_was_kept(scanner: Scanner) -> None:
    from starlette.testclient import TestClient

    from dlp.channels.post.app import create_app

    data: Any = odt(ODT_BODY)
    with TestClient(create_app(scanner)) as client:
        for form, word in (("odt", "kept"), ("docx", "text"), ("txt", "text")):
            answer = client.post(f"/v1/mask?format={form}&listed=1", files={"file": ("a.odt", data)}, data={"channel": "facebook"})
            assert answer.headers["x-dlp-layout"] == word, form


def test_only_what_is_listed_is_masked(scanner: Scanner) -> None:
    verdict = scanner.check("請洽承辦人林小姐分機1234。陳情人葉俊宏，電話0928-471-356。", "post")
    assert "葉俊宏" not in masked_parts(verdict, listed=True)["body"]
