"""Builds office files by hand, part by part, so that a test can put a text into any one place of a format."""

import io
import zipfile
from collections.abc import Mapping

NEEDLE = "針：陳情人林小美之住處"
Members = Mapping[str, str | bytes]


def package(members: Members, *, stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A zip of the members in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            zipped.writestr(name, content, compress_type=kind)
    return out.getvalue()


ODF_NS = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        **{
            p: f"urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"
            for p in (
                "office",
                "text",
                "table",
                "style",
                "form",
                "presentation",
                "config",
                "manifest",
                "meta",
                "script",
            )
        },
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "xlink": "http://www.w3.org/1999/xlink",
        "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    }.items()
)
ODF_STYLES = """<style:style style:name="R" style:family="paragraph"><style:paragraph-properties fo:text-align="end"/></style:style>
<style:style style:name="R2" style:family="paragraph" style:parent-style-name="R"/>
<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="HP" style:family="paragraph"><style:text-properties text:display="none"/></style:style>
<style:style style:name="HT" style:family="table"><style:table-properties table:display="false"/></style:style>
<style:style style:name="HS" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>
<style:style style:name="FP" style:family="graphic"><style:graphic-properties style:vertical-rel="page"/></style:style>"""
_LAYOUT = """<style:page-layout style:name="pm1"><style:page-layout-properties fo:page-width="{width}" fo:page-height="{height}"/>
</style:page-layout>"""


def odf(
    kind: str, body: str, *, masters: str = "", meta: str = "", automatic: str = "", settings: str = "",
    more: Members | None = None, width: str = "21cm", height: str = "29.7cm",
) -> bytes:  # fmt: skip
    """A packed Open Document file; ``kind`` is text, spreadsheet or presentation."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODF_NS}>'
        f"<office:automatic-styles>{ODF_STYLES}{automatic}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    master = masters if "<style:master-page" in masters else (
        f'<style:master-page style:name="Standard" style:page-layout-name="pm1">{masters}</style:master-page>'
    )  # fmt: skip
    styles = (
        f"<office:document-styles {ODF_NS}><office:styles>{ODF_STYLES}</office:styles><office:automatic-styles>"
        f"{_LAYOUT.format(width=width, height=height)}</office:automatic-styles>"
        f"<office:master-styles>{master}</office:master-styles></office:document-styles>"
    )
    members: dict[str, str | bytes] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": content,
        "styles.xml": styles,
        "meta.xml": f"<office:document-meta {ODF_NS}><office:meta>{meta}</office:meta></office:document-meta>",
        "settings.xml": f"<office:document-settings {ODF_NS}><office:settings>{settings}</office:settings>"
        "</office:document-settings>",
        "META-INF/manifest.xml": f'<manifest:manifest {ODF_NS}><manifest:file-entry manifest:full-path="/"/>'
        "</manifest:manifest>",
    }
    return package(members | dict(more or {}))


def flat_odf(kind: str, body: str, *, masters: str = "", meta: str = "") -> bytes:
    """The same as one XML file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {ODF_NS} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.{kind}">'
        f"<office:meta>{meta}</office:meta><office:automatic-styles>{ODF_STYLES}</office:automatic-styles>"
        f'<office:master-styles><style:master-page style:name="Standard">{masters}</style:master-page>'
        f"</office:master-styles><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    ).encode()


def split_runs(text: str, opening: str, closing: str) -> str:
    """The text cut into elements of one or two characters, as editors leave it."""
    return "".join(f"{opening}{text[i : i + 2]}{closing}" for i in range(0, len(text), 2))


# ── Office Open XML ──

_TRANSITIONAL = "http://schemas.openxmlformats.org/"
W_NS = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": _TRANSITIONAL + "wordprocessingml/2006/main",
        "wp": _TRANSITIONAL + "drawingml/2006/wordprocessingDrawing",
        "a": _TRANSITIONAL + "drawingml/2006/main",
        "r": _TRANSITIONAL + "officeDocument/2006/relationships",
        "m": _TRANSITIONAL + "officeDocument/2006/math",
        "c": _TRANSITIONAL + "drawingml/2006/chart",
        "x": _TRANSITIONAL + "spreadsheetml/2006/main",
        "p": _TRANSITIONAL + "presentationml/2006/main",
        "pic": _TRANSITIONAL + "drawingml/2006/picture",
        "xdr": _TRANSITIONAL + "drawingml/2006/spreadsheetDrawing",
        "dgm": _TRANSITIONAL + "drawingml/2006/diagram",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "mc": _TRANSITIONAL + "markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def relations(entries: Mapping[str, tuple[str, str]]) -> str:
    """A .rels member: id → (kind, target); a target with a colon is outside."""
    lines = "".join(
        f'<Relationship Id="{key}" Type="{_TRANSITIONAL}officeDocument/2006/relationships/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if ':' in target else ''}/>"
        for key, (kind, target) in entries.items()
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'
    )


def element(root: str, inner: str, *, attributes: str = "") -> str:
    """A part with all namespaces declared."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{root} {W_NS} {attributes}>{inner}</{root}>'


def docx(body: str, more: Members | None = None) -> bytes:
    """A document with a body and whatever other parts."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": element("w:document", f"<w:body>{body}</w:body>"),
    }
    return package(members | dict(more or {}))


def xlsx(
    rows: str, *, strings: tuple[str, ...] = (), after: str = "", name: str = "工作表1", state: str = "", names: str = "",
    formats: str = "", more: Members | None = None,
) -> bytes:  # fmt: skip
    """A workbook of one sheet."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": element(
            "x:workbook",
            f'<x:sheets><x:sheet name="{name}" sheetId="1" {state} r:id="rId1"/></x:sheets><x:definedNames>{names}</x:definedNames>',
        ),
        "xl/_rels/workbook.xml.rels": relations({"rId1": ("worksheet", "worksheets/sheet1.xml")}),
        "xl/worksheets/sheet1.xml": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{_TRANSITIONAL}spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{after}</worksheet>',
        "xl/sharedStrings.xml": element("x:sst", "".join(f"<x:si>{s}</x:si>" for s in strings)),
        "xl/styles.xml": element("x:styleSheet", formats),
    }
    return package(members | dict(more or {}))


def pptx(slides: tuple[str, ...], *, attributes: tuple[str, ...] = (), more: Members | None = None) -> bytes:
    """A presentation; each slide is the inside of its shape tree."""
    numbers = range(1, len(slides) + 1)
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"rId1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": element(
            "p:presentation",
            f"<p:sldIdLst>{''.join(f'<p:sldId r:id={chr(34)}rId{i}{chr(34)}/>' for i in numbers)}</p:sldIdLst>"
            '<p:sldSz cx="12192000" cy="6858000"/>',
        ),
        "ppt/_rels/presentation.xml.rels": relations({f"rId{i}": ("slide", f"slides/slide{i}.xml") for i in numbers}),
    }
    for i, slide in enumerate(slides):
        members[f"ppt/slides/slide{i + 1}.xml"] = element(
            "p:sld", f"<p:cSld><p:spTree>{slide}</p:spTree></p:cSld>", attributes=attributes[i] if attributes else ""
        )
    return package(members | dict(more or {}))


def slide_shape(
    text: str, *, x: int = 2_000_000, y: int = 3_000_000, cx: int = 3_000_000, cy: int = 500_000, properties: str = ""
) -> str:
    """A shape with a paragraph whose text is split over runs."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="TextBox 1"/><p:nvPr>{properties}</p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm></p:spPr>'
        f"<p:txBody><a:p>{split_runs(text, '<a:r><a:t>', '</a:t></a:r>')}</a:p></p:txBody></p:sp>"
    )
