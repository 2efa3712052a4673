"""Builds PDF files by hand, object by object; Chinese text through a predefined UCS-2 character map, no font embedded."""

import zlib


def hexed(text: str) -> str:
    """A string as UTF-16 hexadecimal digits, as character codes of the font below."""
    return f"<{text.encode('utf-16-be').hex()}>"


def string(text: str) -> str:
    """A text string of a dictionary, with its byte order mark."""
    return f"<FEFF{text.encode('utf-16-be').hex()}>"


def show(text: str, x: float = 72, y: float = 500, *, before: str = "", size: float = 12) -> str:
    return f"BT /F1 {size} Tf {before} 1 0 0 1 {x} {y} Tm {hexed(text)} Tj ET\n"


FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/MingLiU/Encoding/UniCNS-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
    "/BaseFont/MingLiU/CIDSystemInfo<</Registry(Adobe)/Ordering(CNS1)/Supplement 0>>/DW 1000"
    "/FontDescriptor<</Type/FontDescriptor/FontName/MingLiU/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800"
    "/Descent -200/CapHeight 800/StemV 80>>>>]>>"
)


def pdf(
    content: str, *, page: str = "", catalog: str = "", info: str = "", more: tuple[str | bytes, ...] = (),
    resources: str = "", packed: bool = False, box: str = "/MediaBox[0 0 595 842]",
) -> bytes:  # fmt: skip
    """One page.  Objects: 1 catalog, 2 pages, 3 page, 4 content, 5 font, 6 info, 7… ``more``."""
    stream = content.encode("latin-1")
    extra = ""
    if packed:
        stream, extra = zlib.compress(stream), "/Filter/FlateDecode"
    objects: list[bytes] = [
        f"<</Type/Catalog/Pages 2 0 R {catalog}>>".encode("latin-1"),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R {box}/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>{resources}>>{page}>>".encode(
            "latin-1"
        ),
        f"<<{extra}/Length {len(stream)}>>stream\n".encode() + stream + b"\nendstream",
        FONT.encode(),
        f"<<{info}>>".encode("latin-1"),
        *(m.encode("latin-1") if isinstance(m, str) else m for m in more),
    ]
    return assembled(objects)


def assembled(objects: list[bytes], *, trailer: str = "/Info 6 0 R") -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def stream(data: bytes, dictionary: str = "", *, packed: bool = True) -> bytes:
    body = zlib.compress(data) if packed else data
    filters = "/Filter/FlateDecode" if packed else ""
    return f"<<{dictionary}{filters}/Length {len(body)}>>stream\n".encode("latin-1") + body + b"\nendstream"
