"""The masked version of a draft as a file: plain text, OpenDocument text, or Word.

Only what a reader of the document sees goes in, with every found value masked.  Comments, tracked changes, hidden content,
properties and pictures stay out: they do not belong into what is published.  The layout of an ODT or DOCX is kept where
``layout.py`` can vouch for the result; otherwise, and for every other format, there is only the text.

Sources: OpenDocument 1.3 part 3 §6.1 (white space), ECMA-376 part 1 §17.3 (runs) and part 2 (packages), read 2026-11.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import regex

from dlp.channels.post.layout import Unfit, changed_lines, masked_in_layout
from dlp.channels.post.service import Refused
from dlp.document import Part, Place
from dlp.masking import mask_text
from dlp.reports.opendocument import FIXED_DATE, heading, package
from dlp.verdict import FINDINGS_KEPT, Action, Verdict

MEDIA = {
    "txt": "text/plain; charset=utf-8",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# What the readers call a file that is the same format already.
LAYOUT = {"odt": MEDIA["odt"], "docx": "application/vnd.openxmlformats-officedocument.document"}
SEEN = frozenset(
    {Place.BODY, Place.HEADER, Place.FOOTER, Place.SUBJECT, Place.FIELD, Place.CELLS, Place.SLIDE, Place.FOOTNOTE, Place.TEXT_BOX}
)  # fmt: skip
FORBIDDEN = regex.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")  # not allowed in XML 1.0 documents
RUN_OF_SPACES = regex.compile(r"\t|  +")
LINES_KEPT = 200_000


def masked_parts(verdict: Verdict, *, listed: bool = False) -> dict[str, str]:
    """Part path → masked text.  ``listed``: only what the page lists is masked (from a warning up), not what is merely noted.

    Raises Refused when there are more findings than are kept: an unmasked rest must not look masked.
    """
    if len(verdict.findings) >= FINDINGS_KEPT:
        raise Refused(422, "W129", "需遮蔽之處太多（1,000 處以上），請分成數份再遮蔽。")
    if not listed:
        return {part.path: verdict.masked(part.path) for part in verdict.document.parts}
    wanted = {index for rule in verdict.rules if rule.action >= Action.WARN for index in rule.findings}
    findings = [finding for index, finding in enumerate(verdict.findings) if index in wanted]
    return {part.path: mask_text(part.text, findings, part.path) for part in verdict.document.parts}


def sections(verdict: Verdict, *, listed: bool = False) -> list[tuple[str, str]]:
    """(label, masked text) of what a reader sees; the label is empty where there is only one.  Raises Refused."""
    parts = [p for p in verdict.document.parts if p.place in SEEN and p.text.strip()]
    masked = masked_parts(verdict, listed=listed)
    return [(_label(p) if len(parts) > 1 else "", masked[p.path]) for p in parts]


def _label(part: Part) -> str:
    return "" if part.path == "body" else part.label


def file_of(verdict: Verdict, form: str, *, listed: bool = False) -> bytes:
    """The masked version in one of ``MEDIA``.  Raises Refused."""
    found = sections(verdict, listed=listed)
    if form == "txt":
        text = "\n\n".join(f"【{label}】\n{text}" if label else text for label, text in found)
        return ("\ufeff" + text.replace("\r\n", "\n").replace("\n", "\r\n")).encode("utf-8", "replace")
    return _odt(found) if form == "odt" else _docx(found)


def in_layout(scanner: Any, data: bytes, verdict: Verdict, form: str, *, listed: bool = False) -> bytes | None:
    """The masked version of an uploaded ODT or DOCX in its own layout, read back and compared; None when there is none."""
    if form not in LAYOUT or verdict.document.media_type != LAYOUT[form]:
        return None
    masked = masked_parts(verdict, listed=listed)
    seen = [p for p in verdict.document.parts if p.place in SEEN and p.text.strip()]
    try:
        changes = changed_lines((p.text, masked[p.path]) for p in seen)
    except Unfit:
        return None
    made = masked_in_layout(data, changes, form)
    if made is None:
        return None
    read = scanner.read(made, "")
    unseen = [p for p in read.parts if p.place not in SEEN and p.text.strip()]
    wanted = sorted((str(p.place), "".join(masked[p.path].split())) for p in seen)
    found = sorted((str(p.place), "".join(p.text.split())) for p in read.parts if p.text.strip())
    return made if not unseen and not read.not_read and wanted == found else None


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines()):
        if number >= LINES_KEPT:
            raise Refused(422, "W130", "內容太長，無法產生這種檔案，請改用純文字。")
        yield FORBIDDEN.sub("\ufffd", line)


def _odt(found: list[tuple[str, str]]) -> bytes:
    out = []
    for label, text in found:
        if label:
            out.append(heading(label, 2))
        out += [f'<text:p text:style-name="P">{_odt_text(line)}</text:p>' for line in _lines(text)]
    return package("text", f"<office:text>{''.join(out)}</office:text>")


def _odt_text(line: str) -> str:
    """Escaped, with spaces that would be collapsed and tabs as elements."""
    out, at = [], 0
    for match in RUN_OF_SPACES.finditer(line):
        run = match.group()
        out.append(escape(line[at : match.start()]))
        out.append("<text:tab/>" if run == "\t" else f' <text:s text:c="{len(run) - 1}"/>')
        at = match.end()
    return "".join((*out, escape(line[at:])))


CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
FONTS = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Microsoft JhengHei" w:hint="eastAsia"/>'


def _docx(found: list[tuple[str, str]]) -> bytes:
    out = []
    for label, text in found:
        if label:
            out.append(_docx_paragraph(label, bold=True))
        out += [_docx_paragraph(line) for line in _lines(text)]
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:body>{"".join(out)}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("[Content_Types].xml", CONTENT_TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", document)):
            info = zipfile.ZipInfo(name, FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content.encode())
    return stream.getvalue()


def _docx_paragraph(line: str, *, bold: bool = False) -> str:
    pieces = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in line.split("\t"))
    weight = "<w:b/>" if bold else ""
    return f'<w:p><w:r><w:rPr>{FONTS}{weight}<w:lang w:eastAsia="zh-TW"/></w:rPr>{pieces}</w:r></w:p>'
