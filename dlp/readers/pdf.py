"""PDF: text page by page through PDFium, marks in the margins with their corner, and everything around the pages.

Two readings of a page are compared where they may differ: with the text an author set for a passage (ActualText) and
without it, and with the appearance of annotations painted in.  Pages that show something but hold no text are said.
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dlp.document import NotReadReason, Place
from dlp.readers import ocr
from dlp.readers.context import ReadContext
from dlp.readers.limits import LimitReached
from dlp.readers.pdf_extras import (
    OBJECTS_LOOKED_AT,
    PdfFile,
    annotations,
    attachments,
    outline,
    scripts,
    string,
    structure,
)  # fmt: skip
from dlp.readers.pdf_objects import strings
from dlp.readers.positions import corner

EDGE = 0.09  # share of the page's height that is margin: 2.6 cm on A4
MARK_CHARS = 60  # longest line in a margin that is a header and no text …
MARK_SHARE = 0.55  # … and its widest share of the page
EMPTY_CHARS = 8  # fewer characters than that on a page with a picture are a stamp, not its text
PICTURE_SHARE = 0.35  # of the page, from which a picture counts as the page
VECTOR_PATHS = 150  # drawn shapes on a page without text: characters drawn as outlines
OCR_SCALE = 200 / 72  # 200 dots per inch
END_BYTES = 4_096  # in which the end of the file must be marked; signers and scanners add something behind it
_UNMAPPED = re.compile("[\x01-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\uffff]")
_TITLE_KEYS = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer")
_PROGRAM = re.compile(r"[\x20-\x7e]{0,120}")


def read(data: bytes, ctx: ReadContext) -> None:
    """Read a PDF.  Raises ValueError when PDFium cannot open it and it is not for want of a password."""
    import pypdfium2
    import pypdfium2.raw as api

    start = max(data[:1024].find(b"%PDF-"), 0)
    try:
        pdf = pypdfium2.PdfDocument(data[start:])
    except pypdfium2.PdfiumError as error:
        password = getattr(error, "err_code", None) in (api.FPDF_ERR_PASSWORD, api.FPDF_ERR_SECURITY)
        if password or (b"/Encrypt" in data and "assword" in str(error)):
            ctx.not_read(NotReadReason.ENCRYPTED)
            return
        strings(data, ctx, known="")
        raise ValueError("cannot be opened") from None
    try:
        file = PdfFile(pdf, api, ctx, bool(pdf.init_forms()), [])
        _read(file, data)
    finally:
        pdf.close()


def _read(file: PdfFile, data: bytes) -> None:
    ctx = file.ctx
    _properties(file)
    limits = ctx.budget.limits
    pages = len(file.pdf)
    if data.count(b" obj") > limits.pdf_objects:
        raise LimitReached(NotReadReason.RESOURCE, f"PDF 物件超過 {limits.pdf_objects:,} 個")
    for index in range(min(pages, limits.pdf_pages)):
        ctx.budget.check_time()
        _page(file, index)
    if pages > limits.pdf_pages:
        ctx.not_read(NotReadReason.LIMIT_PAGES, f"只讀前 {limits.pdf_pages:,} 頁", name="pages")
    if b"%%EOF" not in data[-END_BYTES:]:
        ctx.not_read(NotReadReason.TRUNCATED, "檔尾不完整", name="end")
    if pages == 0:
        ctx.not_read(NotReadReason.DAMAGED, "沒有可讀的頁面", name="pages")
    outline(file)
    scripts(file)
    attachments(file)
    if b"/Encrypt" not in data:
        strings(data, ctx, known="\n".join(file.texts))


def _page(file: PdfFile, index: int) -> None:
    import pypdfium2

    number = index + 1
    try:
        page = file.pdf[index]
    except pypdfium2.PdfiumError:
        file.ctx.not_read(NotReadReason.DAMAGED, f"第 {number} 頁", name=f"page-{number}")
        return
    try:
        _page_content(file, page, number)
    finally:
        page.close()


def _page_content(file: PdfFile, page: Any, number: int) -> None:
    text = _page_text(page, lambda reading: _margins(file, reading, page, number))
    file.texts.append(text)
    file.ctx.add(Place.BODY, text, name=f"page-{number}", page=number)
    if len(_UNMAPPED.findall(text)) * 5 > len(text) > 20:
        file.ctx.not_read(NotReadReason.UNDECODABLE, f"第 {number} 頁的字型沒有對應的字碼", name=f"page-{number}")
    shown = _objects(file, page, number)
    if shown.replaced:
        _again(file, page, number, text, "replaced-text")
    structure(file, page, number)
    if annotations(file, page, number) and file.api.FPDFPage_Flatten(page, 0) == file.api.FLATTEN_SUCCESS:
        painted = file.pdf[number - 1]  # a page parsed before does not see what was painted in
        try:
            _again(file, painted, number, text, "appearance")
        finally:
            painted.close()
    visible = len("".join(text.split()))
    if (shown.pictures and (visible < EMPTY_CHARS or shown.page_picture)) or (not visible and shown.paths > VECTOR_PATHS):
        _unread_page(file, page, number)
    elif shown.pictures:
        file.ctx.not_read(NotReadReason.IMAGE, f"第 {number} 頁的圖片", name=f"page-{number}")


def _page_text(page: Any, look: Callable[[Any], None] | None = None) -> str:
    reading = page.get_textpage()
    try:
        text = _characters(reading)
        if look is not None and text:
            look(reading)
    finally:
        reading.close()
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "").replace("\0", "")


def _characters(reading: Any) -> str:
    """All characters of a page.  The helper of the library stops at halves of surrogate pairs."""
    import pypdfium2.raw as api

    count = api.FPDFText_CountChars(reading)
    if count <= 0:
        return ""
    buffer = ctypes.create_string_buffer((count + 1) * 2)
    written = api.FPDFText_GetText(reading, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    return buffer.raw[: max(written - 1, 0) * 2].decode("utf-16-le", "replace")


def _bounded(reading: Any, left: float, bottom: float, right: float, top: float) -> str:
    try:
        return str(reading.get_text_bounded(left, bottom, right, top))
    except UnicodeDecodeError:  # half of a surrogate pair; the page's whole text has it
        return ""


def _again(file: PdfFile, page: Any, number: int, before: str, name: str) -> None:
    """A second reading of the page; only lines that the first one does not have."""
    lines = set(before.split("\n"))
    fresh = [line for line in _page_text(page).split("\n") if line not in lines]
    file.texts.append("\n".join(fresh))
    file.ctx.add(Place.HIDDEN, "\n".join(fresh), name=f"page-{number}-{name}", page=number)


def _margins(file: PdfFile, reading: Any, page: Any, number: int) -> None:
    """Short lines in the upper and lower margin are marks of their own."""
    left, bottom, right, top = page.get_cropbox() or page.get_mediabox()
    width, height = right - left, top - bottom
    if page.get_rotation() or width <= 0 or height <= 0:
        return
    for band in ("top", "bottom"):
        low, high = (top - EDGE * height, top) if band == "top" else (bottom, bottom + EDGE * height)
        if not _bounded(reading, left, low, right, high).strip():
            continue
        for text, start, end in _lines(reading, low, high):
            if 0 < len(text) <= MARK_CHARS and end - start <= MARK_SHARE * width:
                share = ((start + end) / 2 - left) / width
                where = "left" if share < 0.36 else "right" if share > 0.64 else "center"
                place = Place.HEADER if band == "top" else Place.FOOTER
                file.ctx.add(place, text, name=f"page-{number}-{place.value}", page=number, corner=corner(band, where))


def _lines(reading: Any, low: float, high: float) -> Iterator[tuple[str, float, float]]:
    """Lines whose middle lies between two heights, with their ends; wide gaps part a line."""
    rows: list[tuple[float, float, float, float]] = []
    for index in range(min(reading.count_rects(), 2_000)):
        x0, y0, x1, y1 = reading.get_rect(index)
        if low <= (y0 + y1) / 2 <= high:
            rows.append((x0, y0, x1, y1))
    rows.sort(key=lambda r: (-round((r[1] + r[3]) / 2 / 4), r[0]))
    joined: list[list[float]] = []
    for x0, y0, x1, y1 in rows:
        last = joined[-1] if joined else None
        if last is not None and abs((last[1] + last[3]) - (y0 + y1)) < 8 and x0 - last[2] < 2.2 * max(y1 - y0, 6):
            last[:] = [min(last[0], x0), min(last[1], y0), max(last[2], x1), max(last[3], y1)]
        else:
            joined.append([x0, y0, x1, y1])
    for x0, y0, x1, y1 in joined:
        text = " ".join(_bounded(reading, x0 - 1, y0 - 1, x1 + 1, y1 + 1).split())
        yield text, x0, x1


@dataclass(slots=True)
class _Shown:
    """What a page's objects are."""

    pictures: int = 0
    page_picture: bool = False
    paths: int = 0
    replaced: bool = False


def _objects(file: PdfFile, page: Any, number: int) -> _Shown:
    """Look through the objects of a page: pictures, outlines, turned text, passages with a text of their own."""
    api, shown = file.api, _Shown()
    width, height = page.get_size()
    count = api.FPDFPage_CountObjects(page)
    reading: Any = None
    try:
        for index in range(min(count, OBJECTS_LOOKED_AT)):
            item = api.FPDFPage_GetObject(page, index)
            kind = api.FPDFPageObj_GetType(item)
            if kind == api.FPDF_PAGEOBJ_TEXT:
                if api.FPDFPageObj_CountMarks(item) > 0:
                    shown.replaced |= _strip_replacement(file, item, number)
                if _turned(api, item):
                    reading = reading or page.get_textpage()
                    _watermark(file, item, reading, number)
            elif kind == api.FPDF_PAGEOBJ_IMAGE:
                _picture(api, item, width * height, shown)
            elif kind == api.FPDF_PAGEOBJ_PATH:
                shown.paths += 1
            elif kind == api.FPDF_PAGEOBJ_FORM:
                for inner in range(min(api.FPDFFormObj_CountObjects(item), 200)):
                    child = api.FPDFFormObj_GetObject(item, inner)
                    if api.FPDFPageObj_GetType(child) == api.FPDF_PAGEOBJ_IMAGE:
                        _picture(api, child, width * height, shown)
    finally:
        if reading is not None:
            reading.close()
    return shown


def _picture(api: Any, item: Any, page_area: float, shown: _Shown) -> None:
    from dlp.readers.images import SMALLEST_AREA_PIXELS, SMALLEST_SIDE_PIXELS

    across, down = ctypes.c_uint(), ctypes.c_uint()
    if api.FPDFImageObj_GetImagePixelSize(item, across, down):
        small = min(across.value, down.value) < SMALLEST_SIDE_PIXELS or across.value * down.value < SMALLEST_AREA_PIXELS
        if small:
            return
    shown.pictures += 1
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if api.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        area = abs((right.value - left.value) * (top.value - bottom.value))
        shown.page_picture |= area > PICTURE_SHARE * page_area


def _turned(api: Any, item: Any) -> bool:
    """Text at an angle: how watermarks are set."""
    matrix = api.FS_MATRIX()
    if not api.FPDFPageObj_GetMatrix(item, matrix):
        return False
    straight = max(abs(matrix.a), abs(matrix.d))
    return bool(abs(matrix.b) > 0.2 * max(straight, 1e-6) and straight > 0.2 * abs(matrix.b))


def _watermark(file: PdfFile, item: Any, reading: Any, number: int) -> None:
    api = file.api
    text = string(lambda buffer, size: api.FPDFTextObj_GetText(item, reading, buffer, size), unit=2)
    file.ctx.add(Place.WATERMARK, text, name=f"page-{number}-watermark", page=number)


def _strip_replacement(file: PdfFile, item: Any, number: int) -> bool:
    """Take the author's text off a passage, so that the next reading shows what is printed; True when there was one."""
    api, found = file.api, False
    for index in reversed(range(min(api.FPDFPageObj_CountMarks(item), 50))):
        mark = api.FPDFPageObj_GetMark(item, index)
        size = ctypes.c_ulong()
        if api.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, size) and size.value:
            buffer = ctypes.create_string_buffer(size.value)
            api.FPDFPageObjMark_GetParamStringValue(
                mark, b"ActualText", ctypes.cast(buffer, ctypes.POINTER(api.FPDF_WCHAR)), size.value, size
            )
            text = buffer.raw[: size.value].decode("utf-16-le", "replace").rstrip("\0")
            if text not in file.texts[-1]:
                file.ctx.add(Place.HIDDEN, text, name=f"page-{number}-actual-text", page=number)
            api.FPDFPageObj_RemoveMark(item, mark)
            found = True
    return found


def _unread_page(file: PdfFile, page: Any, number: int) -> None:
    """A page whose text is a picture: by OCR when that is on."""
    image = b""
    if file.ctx.ocr and ocr.program() is not None:
        width, height = page.get_size()
        scale = min(OCR_SCALE, (file.ctx.budget.limits.image_pixels / max(width * height, 1)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
        try:
            image = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(
                bytes(bitmap.buffer[row * bitmap.stride : row * bitmap.stride + bitmap.width]) for row in range(bitmap.height)
            )
        finally:
            bitmap.close()
        file.ctx.budget.charge_bytes(len(image))
    ocr.read(image, file.ctx, page=number)


def _properties(file: PdfFile) -> None:
    for key in _TITLE_KEYS:
        try:
            text = file.pdf.get_metadata_value(key)
        except UnicodeDecodeError:
            file.ctx.not_read(NotReadReason.UNDECODABLE, "文件屬性的文字損壞", name="property")
            continue
        file.texts.append(text)
        if not (key in ("Creator", "Producer") and _PROGRAM.fullmatch(text)):
            file.ctx.add(Place.PROPERTY, text, name="property", field=key)
