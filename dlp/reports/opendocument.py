"""OpenDocument files of our own making: a zip with ``mimetype`` first and stored, a manifest, content and styles.

OpenDocument 1.3, part 2 (packages) and part 3 (schema), OASIS 2021.  No macro, no link, no thumbnail, no author.
"""

import io
import zipfile
from xml.sax.saxutils import escape

from dlp.reports.cells import shown

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
    )
)  # fmt: skip
FONT = "Noto Sans CJK TC"
FACES = f'<office:font-face-decls><style:font-face style:name="F" svg:font-family="&apos;{FONT}&apos;"/></office:font-face-decls>'


def _paragraph_style(name: str, points: int, *, bold: bool = False, above: float = 0.0) -> str:
    """Sizes and weights are said twice: OpenDocument keeps them apart for Asian text."""
    weight = ' fo:font-weight="bold" style:font-weight-asian="bold"' if bold else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties fo:margin-top="{above}cm" fo:margin-bottom="0.15cm"/>'
        f'<style:text-properties style:font-name="F" style:font-name-asian="F" fo:font-size="{points}pt" style:font-size-asian="{points}pt"{weight}/>'
        "</style:style>"
    )


def _cell_style(name: str, background: str = "") -> str:
    fill = f' fo:background-color="{background}"' if background else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #999999" fo:padding="0.08cm"{fill}/>'
        "</style:style>"
    )


STYLES = "".join((
    _cell_style("cell"), _cell_style("head", "#eef2f6"), _paragraph_style("Title", 20, bold=True), _paragraph_style("Big", 14),
    _paragraph_style("H", 14, bold=True, above=0.5), _paragraph_style("Note", 9), _paragraph_style("P", 11), _paragraph_style("Cell", 10),
))  # fmt: skip
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def package(kind: str, body: str) -> bytes:
    """A file of ``kind`` (text, spreadsheet) with ``body`` as the content of ``office:body``."""
    media = f"application/vnd.oasis.opendocument.{kind}"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} office:version="1.3">{FACES}'
        f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body>{body}</office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{media}" manifest:version="1.3"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", FIXED_DATE), media, zipfile.ZIP_STORED)
        for name, text in (("content.xml", content), ("META-INF/manifest.xml", manifest)):
            info = zipfile.ZipInfo(name, FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("utf-8", "replace"))
    return out.getvalue()


def paragraph(text: str, style: str = "P") -> str:
    return f'<text:p text:style-name="{style}">{escape(shown(text))}</text:p>'


def heading(text: str, level: int) -> str:
    return f'<text:h text:style-name="H" text:outline-level="{level}">{escape(shown(text))}</text:h>'
