"""The clauses as an OpenDocument text for signature: written by hand, so that no office suite is needed.

Source: OASIS OpenDocument 1.3 part 3 (text), read 2026-11-25; the mimetype member comes first and is not compressed.
"""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

from dlp.policy.clauses import Clauses

_TYPE = "application/vnd.oasis.opendocument.text"
_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'office:version="1.3"'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {_NAMES}><office:styles>'
    '<style:default-style style:family="paragraph"><style:text-properties fo:font-size="12pt" style:font-size-asian="12pt" '
    'fo:language="zh" fo:country="TW" style:language-asian="zh" style:country-asian="TW" style:font-name-asian="標楷體"/></style:default-style>'
    '<style:style style:name="Title" style:family="paragraph"><style:paragraph-properties fo:text-align="center" fo:margin-bottom="0.4cm"/>'
    '<style:text-properties fo:font-size="18pt" style:font-size-asian="18pt" fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>'
    '<style:style style:name="Clause" style:family="paragraph"><style:paragraph-properties fo:margin-top="0.3cm" fo:keep-with-next="always"/>'
    '<style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>'
    '<style:style style:name="Line" style:family="paragraph"><style:paragraph-properties fo:margin-left="1cm"/></style:style>'
    '</office:styles><office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" '
    'fo:page-height="29.7cm" fo:margin="2.5cm"/></style:page-layout></office:automatic-styles>'
    '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"/></office:master-styles></office:document-styles>'
)
SIGNATURES = ("承辦人", "單位主管", "政風單位", "機關首長")


def to_odt(clauses: Clauses) -> bytes:
    """An .odt with title, clauses and lines for signatures."""
    paragraphs = [("Title", clauses.title), *(("Line", line) for line in clauses.head)]
    for clause in clauses.clauses:
        paragraphs.append(("Clause", clause.heading))
        paragraphs += [("Line", f"{head}：{said}" if head else said) for head, said in clause.lines]
    paragraphs += [("Clause", "簽核"), *(("Line", f"{who}：＿＿＿＿＿＿＿＿　日期：　　年　　月　　日") for who in SIGNATURES)]
    body = "".join(f'<text:p text:style-name="{style}">{escape(text)}</text:p>' for style, text in paragraphs)
    content = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}><office:body><office:text>{body}</office:text></office:body></office:document-content>'
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as odt:
        odt.writestr(zipfile.ZipInfo("mimetype"), _TYPE, compress_type=zipfile.ZIP_STORED)
        for name, data in (("content.xml", content), ("styles.xml", _STYLES), ("META-INF/manifest.xml", _MANIFEST)):
            odt.writestr(name, data)
    return out.getvalue()
