"""RTF: every spelling of Chinese, every place."""

import pytest

from dlp.document import Corner, Document, NotReadReason, Place
from dlp.readers import read_bytes
from tests.readers.make_office import NEEDLE

N = NEEDLE


def u(text: str, fallback: str = "?") -> str:
    """Characters as \\u words, in halves of UTF-16."""
    data = text.encode("utf-16-le")
    return "".join(
        f"\\u{int.from_bytes(data[i : i + 2], 'little', signed=True)}{fallback}" for i in range(0, len(data), 2)
    )


def big5(text: str) -> str:
    """As Word writes it: only bytes above 7F, and the four special ones, are escaped; the trail byte K stays a K."""
    return "".join(f"\\'{b:02x}" if b > 0x7F or b in b"\\{}" else chr(b) for b in text.encode("cp950"))


def rtf(body: str, head: str = "") -> bytes:
    return (
        "{\\rtf1\\ansi\\ansicpg950\\deff0{\\fonttbl{\\f0\\fcharset136 PMingLiU;}{\\f1\\fcharset0 Arial;}{\\f2\\fcharset134 SimSun;}}"
        + head
        + body
        + "}"
    ).encode("latin-1")


def found_at(document: Document, needle: str = N) -> set[Place]:
    return {part.place for part in document.parts if needle in part.text}


U = u(N)
GB = "".join(f"\\'{b:02x}" for b in N.encode("gb18030"))
CASES = [
    ("unicode words", U, Place.BODY),
    ("unicode words with Big5 for old readers", "\\uc2 " + "".join(u(c, big5(c)) for c in N), Place.BODY),
    ("unicode words without anything for old readers", "\\uc0 " + u(N, " "), Place.BODY),
    ("Big5 bytes", big5(N), Place.BODY),
    ("Big5 bytes under a Western font", f"\\f1 {big5(N)}", Place.BODY),
    ("GB bytes under their font", f"\\f2 {GB}", Place.BODY),
    ("font changes inside", f"{{\\f0 {big5(N[:4])}}}{{\\f2 {''.join(chr(92) + chr(39) + f'{b:02x}' for b in N[4:].encode('gb18030'))}}}", Place.BODY),
    ("groups and line breaks inside", "".join(f"{{\\b {u(c)}}}\r\n" for c in N), Place.BODY),
    ("table cell", f"\\trowd {U}\\cell\\row", Place.BODY),
    ("inserted", f"{{\\revised {U}}}", Place.BODY),
    ("hidden", f"x{{\\v {U}}}", Place.HIDDEN),
    ("hidden switched off again", f"\\v\\v0 {U}", Place.BODY),
    ("deleted", f"x{{\\deleted {U}}}", Place.DELETED),
    ("footnote", f"x{{\\footnote {U}}}", Place.FOOTNOTE),
    ("annotation", f"x{{\\*\\annotation {U}}}", Place.COMMENT),
    ("author of an annotation", f"x{{\\*\\atnauthor {U}}}", Place.PROPERTY),
    ("text box", f"{{\\shp{{\\*\\shpinst{{\\shptxt {U}}}}}}}", Place.TEXT_BOX),
    ("WordArt", f"{{\\shp{{\\*\\shpinst{{\\sp{{\\sn gtextUNICODE}}{{\\sv {U}}}}}}}}}", Place.TEXT_BOX),
    ("alt text", f"{{\\shp{{\\*\\shpinst{{\\sp{{\\sn wzDescription}}{{\\sv {U}}}}}}}}}", Place.ALT_TEXT),
    ("title", f"{{\\info{{\\title {U}}}}}", Place.PROPERTY),
    ("title with a Unicode spelling", f"{{\\info{{\\upr{{\\title ?}}{{\\*\\ud{{\\title {U}}}}}}}}}", Place.PROPERTY),
    ("custom property", f"{{\\*\\userprops{{\\propname a}}{{\\staticval {U}}}}}", Place.PROPERTY),
    ("field code", f"{{\\field{{\\*\\fldinst QUOTE {U}}}{{\\fldrslt x}}}}", Place.HIDDEN),
    ("field result", f"{{\\field{{\\*\\fldinst X}}{{\\fldrslt {U}}}}}", Place.BODY),
    ("link", f"{{\\field{{\\*\\fldinst HYPERLINK \"https://example.tw/{U}\"}}}}", Place.LINK),
    ("bookmark", f"{{\\*\\bkmkstart {U}}}", Place.HIDDEN),
    ("variable", f"{{\\*\\docvar {{a}}{{{U}}}}}", Place.PROPERTY),
    ("destination nobody knows", f"{{\\*\\foo {U}}}", Place.HIDDEN),
    ("reviser", f"{{\\*\\revtbl {{{U};}}}}", Place.HIDDEN),
    ("only for old readers", "\\uc2 " + "".join(u("甲", "".join(f"\\'{b:02x}" for b in c.encode("cp950"))) for c in N), Place.HIDDEN),
    ("Big5 with capital hexadecimal digits", "".join(f"\\'{b:02X}" for b in N.encode("cp950")), Place.BODY),
    ("after raw data", "{\\pict\\pngblip\\bin3 \\}{}" + U, Place.BODY),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "place"), CASES, ids=[row[0] for row in CASES])
def test_rtf_places(why: str, body: str, place: Place) -> None:
    document = read_bytes(rtf(body), name="函.rtf")
    needle = N.replace("：", "") if why == "only for old readers" else N
    assert place in found_at(document, needle), [(p.place, p.text) for p in document.parts]


HEADERS = [
    ("left", f"{{\\header {U}\\par}}", Place.HEADER, Corner.TOP_LEFT),
    ("right", f"{{\\headerr\\pard\\qr {U}\\par}}", Place.HEADER, Corner.TOP_RIGHT),
    ("center of the first page", f"{{\\headerf\\pard\\qc {U}}}", Place.HEADER, Corner.TOP_CENTER),
    ("after a tab to a right stop", f"{{\\header\\pard\\tqr\\tx9000 x\\tab {U}}}", Place.HEADER, Corner.TOP_RIGHT),
    ("footer", f"{{\\footer\\qc {U}\\par}}", Place.FOOTER, Corner.BOTTOM_CENTER),
    ("watermark", f"{{\\header{{\\shp{{\\*\\shpinst{{\\sp{{\\sn gtextUNICODE}}{{\\sv {U}}}}}}}}}}}", Place.WATERMARK, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "place", "corner"), HEADERS, ids=[row[0] for row in HEADERS])
def test_rtf_page_headers(why: str, body: str, place: Place, corner: Corner | None) -> None:
    document = read_bytes(rtf(body))
    assert [(p.place, p.corner) for p in document.parts if N in p.text] == [(place, corner)]


def test_rare_characters_in_two_halves() -> None:
    document = read_bytes(rtf(u("𠮷野𡿨")))
    assert found_at(document, "𠮷野𡿨") == {Place.BODY}


def test_settings_and_tables_of_styles_are_no_text() -> None:
    head = "{\\stylesheet{\\s0 Normal;}}{\\*\\generator Riched20 10.0.19041}{\\colortbl;\\red0;}"
    document = read_bytes(rtf("x y", head))
    assert [p.text for p in document.parts] == ["x y"]


def test_embedded_object_is_read() -> None:
    inner = f"{N}\n第二行".encode()
    data = b"\1\5\0\0\2\0\0\0" + b"\3\0\0\0ab\0" + b"\0\0\0\0" * 2 + len(inner).to_bytes(4, "little") + inner
    document = read_bytes(rtf(f"{{\\object\\objemb{{\\*\\objdata {data.hex()}}}{{\\result x}}}}"))
    assert found_at(document) == {Place.BODY}
    assert any(p.path.startswith("embedded[1]") for p in document.parts)


@pytest.mark.parametrize("cut", [30, 60, 140])
def test_cut_off_is_said(cut: int) -> None:
    document = read_bytes(rtf(U * 3)[:-cut], name="函.rtf")
    assert {e.reason for e in document.not_read} & {NotReadReason.TRUNCATED, NotReadReason.DAMAGED}


def test_a_million_braces() -> None:
    document = read_bytes(b"{\\rtf1 " + b"{" * 1_000_000)
    assert document.not_read
