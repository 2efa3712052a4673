"""OpenDocument files of our own making: a zip with ``mimetype`` first and stored, a manifest, content and styles.

OpenDocument 1.3, part 2 (packages) and part 3 (schema), OASIS 2021.  No macro, no link, no thumbnail, no author.
"""

import io
import zipfile
from xml.sax.saxutils import escape

from dlp.reports.cells import shown

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("fo", "xsl-fo-compatible"))
)
FONT = "Noto Sans CJK TC"
STYLES = """
<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Title" style:family="paragraph"><style:text-properties fo:font-size="20pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Big" style:family="paragraph"><style:text-properties fo:font-size="14pt"/></style:style>
<style:style style:name="H" style:family="paragraph"><style:paragraph-properties fo:margin-top="0.5cm" fo:margin-bottom="0.2cm"/>
<style:text-properties fo:font-size="14pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Note" style:family="paragraph"><style:text-properties fo:font-size="9pt"/></style:style>
""".strip()
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def package(kind: str, body: str) -> bytes:
    """A file of ``kind`` (text, spreadsheet) with ``body`` as the content of ``office:body``."""
    media = f"application/vnd.oasis.opendocument.{kind}"
    fonts = f'<office:font-face-decls><style:font-face style:name="{FONT}"/></office:font-face-decls>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} office:version="1.3">{fonts}'
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


def paragraph(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{escape(shown(text))}</text:p>'


def heading(text: str, level: int) -> str:
    return f'<text:h text:style-name="H" text:outline-level="{level}">{escape(shown(text))}</text:h>'
