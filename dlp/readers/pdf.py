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
from dlp.readers.pdf_objects import strings
from dlp.readers.positions import corner

EDGE = 0.09  # share of the page's height that is margin: 2.6 cm on A4
MARK_CHARS = 60  # longest line in a margin that is a header and no text …
MARK_SHARE = 0.55  # … and its widest share of the page
EMPTY_CHARS = 8  # fewer characters than that on a page with a picture are a stamp, not its text
PICTURE_SHARE = 0.35  # of the page, from which a picture counts as the page
VECTOR_PATHS = 150  # drawn shapes on a page without text: characters drawn as outlines
OBJECTS_LOOKED_AT = 20_000  # of one page
OCR_SCALE = 200 / 72  # 200 dots per inch
END_BYTES = 4_096  # in which the end of the file must be marked; signers and scanners add something behind it
STRUCTURE_LEVELS = 60
_UNMAPPED = re.compile("[\x01-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\uffff]")
_TITLE_KEYS = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer")
_PROGRAM = re.compile(r"[\x20-\x7e]{0,120}")


@dataclass(slots=True)
class _File:
    """An open document."""

    pdf: Any
    api: Any
    ctx: ReadContext
    forms: bool
    texts: list[str]


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
        file = _File(pdf, api, ctx, bool(pdf.init_forms()), [])
        _read(file, data)
    finally:
        pdf.close()


def _read(file: _File, data: bytes) -> None:
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
    _outline(file)
    _scripts(file)
    _attachments(file)
    if b"/Encrypt" not in data:
        strings(data, ctx, known="\n".join(file.texts))


def _page(file: _File, index: int) -> None:
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


def _page_content(file: _File, page: Any, number: int) -> None:
    text = _page_text(page, lambda reading: _margins(file, reading, page, number))
    file.texts.append(text)
    file.ctx.add(Place.BODY, text, name=f"page-{number}", page=number)
    if len(_UNMAPPED.findall(text)) * 5 > len(text) > 20:
        file.ctx.not_read(NotReadReason.UNDECODABLE, f"第 {number} 頁的字型沒有對應的字碼", name=f"page-{number}")
    shown = _objects(file, page, number)
    if shown.replaced:
        _again(file, page, number, text, "replaced-text")
    _structure(file, page, number)
    if _annotations(file, page, number) and file.api.FPDFPage_Flatten(page, 0) == file.api.FLATTEN_SUCCESS:
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


def _again(file: _File, page: Any, number: int, before: str, name: str) -> None:
    """A second reading of the page; only lines that the first one does not have."""
    lines = set(before.split("\n"))
    fresh = [line for line in _page_text(page).split("\n") if line not in lines]
    file.texts.append("\n".join(fresh))
    file.ctx.add(Place.HIDDEN, "\n".join(fresh), name=f"page-{number}-{name}", page=number)


def _margins(file: _File, reading: Any, page: Any, number: int) -> None:
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


def _objects(file: _File, page: Any, number: int) -> _Shown:
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


def _watermark(file: _File, item: Any, reading: Any, number: int) -> None:
    api = file.api
    text = _string(lambda buffer, size: api.FPDFTextObj_GetText(item, reading, buffer, size), unit=2)
    file.ctx.add(Place.WATERMARK, text, name=f"page-{number}-watermark", page=number)


def _strip_replacement(file: _File, item: Any, number: int) -> bool:
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


def _string(call: Callable[[Any, int], int], *, unit: int = 1, most: int = 4 << 20) -> str:
    """Ask PDFium for a UTF-16 string: once for its size, once for its bytes."""
    size = int(call(None, 0))
    if not 0 < size <= most:
        return ""
    buffer = ctypes.create_string_buffer(size * unit)
    pointer: Any = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)) if unit == 2 else buffer
    call(pointer, size)
    return buffer.raw.decode("utf-16-le", "replace").split("\0")[0]


def _annotations(file: _File, page: Any, number: int) -> bool:
    """Comments, form fields, links and attached files; True when there are appearances to paint."""
    api, ctx = file.api, file.ctx
    count = api.FPDFPage_GetAnnotCount(page)
    paint = False
    for index in range(min(count, OBJECTS_LOOKED_AT)):
        annotation = api.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = api.FPDFAnnot_GetSubtype(annotation)
            paint |= kind not in (api.FPDF_ANNOT_LINK, api.FPDF_ANNOT_POPUP)
            for key in (b"Contents", b"RC", b"Subj", b"T", b"TU", b"TM"):
                _annotation_text(file, annotation, key, kind, number)
            if kind == api.FPDF_ANNOT_LINK:
                _link(file, annotation, number)
            elif kind == api.FPDF_ANNOT_WIDGET and file.forms:
                _form_field(file, annotation, number)
            elif kind == api.FPDF_ANNOT_FILEATTACHMENT:
                _attachment(file, api.FPDFAnnot_GetFileAttachment(annotation))
        finally:
            api.FPDFPage_CloseAnnot(annotation)
        ctx.budget.check_time()
    return paint


def _annotation_text(file: _File, annotation: Any, key: bytes, kind: int, number: int) -> None:
    text = _string(lambda buffer, size: file.api.FPDFAnnot_GetStringValue(
        annotation, key, ctypes.cast(buffer, ctypes.POINTER(file.api.FPDF_WCHAR)) if buffer else None, size))  # fmt: skip
    text = re.sub(r"<[^<>]{1,2000}>", "", text) if key == b"RC" else text
    widget = kind == file.api.FPDF_ANNOT_WIDGET
    if not text or (widget and key == b"T" and text.isascii()):
        return
    file.texts.append(text)
    if key == b"T" and not widget:
        file.ctx.add(Place.PROPERTY, text, name="author", field="author", page=number)
    else:
        file.ctx.add(Place.FIELD if widget else Place.COMMENT, text, name=f"page-{number}-annotation", page=number)


def _link(file: _File, annotation: Any, number: int) -> None:
    api = file.api
    link = api.FPDFAnnot_GetLink(annotation)
    action = api.FPDFLink_GetAction(link) if link else None
    if not action:
        return
    for function, document in ((api.FPDFAction_GetURIPath, True), (api.FPDFAction_GetFilePath, False)):
        arguments = (file.pdf, action) if document else (action,)
        size = function(*arguments, None, 0)
        if 0 < size < 1 << 20:
            buffer = ctypes.create_string_buffer(size)
            function(*arguments, buffer, size)
            file.ctx.add(Place.LINK, buffer.value.decode("utf-8", "replace"), name=f"page-{number}-link", page=number)


def _form_field(file: _File, annotation: Any, number: int) -> None:
    api, form = file.api, file.pdf.formenv
    pointer = ctypes.POINTER(api.FPDF_WCHAR)

    def ask(function: Any, *extra: Any) -> str:
        return _string(
            lambda buffer, size: function(form, annotation, *extra, ctypes.cast(buffer, pointer) if buffer else None, size)
        )

    name = ask(api.FPDFAnnot_GetFormFieldName)
    texts = [ask(f) for f in (api.FPDFAnnot_GetFormFieldValue, api.FPDFAnnot_GetFormFieldAlternateName)]
    texts += [ask(api.FPDFAnnot_GetOptionLabel, i) for i in range(max(min(api.FPDFAnnot_GetOptionCount(form, annotation), 500), 0))]
    texts += [
        ask(api.FPDFAnnot_GetFormAdditionalActionJavaScript, event)
        for event in (api.FPDF_ANNOT_AACTION_KEY_STROKE, api.FPDF_ANNOT_AACTION_FORMAT, api.FPDF_ANNOT_AACTION_VALIDATE,
                      api.FPDF_ANNOT_AACTION_CALCULATE)
    ]  # fmt: skip
    for text in dict.fromkeys(filter(None, texts)):
        file.texts.append(text)
        file.ctx.add(Place.FIELD, text, name=f"page-{number}-field", page=number, field=name or None)


def _structure(file: _File, page: Any, number: int) -> None:
    """Alternative text of tagged content."""
    api = file.api
    tree = api.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    try:
        pending = [(api.FPDF_StructTree_GetChildAtIndex(tree, i), 0) for i in range(min(api.FPDF_StructTree_CountChildren(tree), 5_000))]
        looked = 0
        while pending and looked < OBJECTS_LOOKED_AT:
            element, level = pending.pop()
            looked += 1
            if not element or level > STRUCTURE_LEVELS:
                continue
            for function, place in ((api.FPDF_StructElement_GetAltText, Place.ALT_TEXT), (api.FPDF_StructElement_GetActualText, Place.HIDDEN)):
                text = _string(lambda buffer, size, f=function, e=element: f(e, buffer, size))  # type: ignore[misc]
                if text and text not in file.texts[-1]:
                    file.ctx.add(place, text, name=f"page-{number}-{place.value}", page=number)
            children = min(api.FPDF_StructElement_CountChildren(element), 5_000)
            pending += [(api.FPDF_StructElement_GetChildAtIndex(element, i), level + 1) for i in range(max(children, 0))]
    finally:
        api.FPDF_StructTree_Close(tree)


def _unread_page(file: _File, page: Any, number: int) -> None:
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


def _properties(file: _File) -> None:
    for key in _TITLE_KEYS:
        try:
            text = file.pdf.get_metadata_value(key)
        except UnicodeDecodeError:
            file.ctx.not_read(NotReadReason.UNDECODABLE, "文件屬性的文字損壞", name="property")
            continue
        file.texts.append(text)
        if not (key in ("Creator", "Producer") and _PROGRAM.fullmatch(text)):
            file.ctx.add(Place.PROPERTY, text, name="property", field=key)


def _outline(file: _File) -> None:
    titles = []
    for index, bookmark in enumerate(file.pdf.get_toc(max_depth=30)):
        if index > OBJECTS_LOOKED_AT:
            break
        try:
            titles.append(bookmark.get_title())
        except UnicodeDecodeError:
            file.ctx.not_read(NotReadReason.UNDECODABLE, "書籤的文字損壞", name="outline")
    file.texts += titles
    file.ctx.add(Place.HIDDEN, "\n".join(filter(None, titles)), name="outline")


def _scripts(file: _File) -> None:
    api = file.api
    pointer = ctypes.POINTER(api.FPDF_WCHAR)
    for index in range(max(min(api.FPDFDoc_GetJavaScriptActionCount(file.pdf), 1_000), 0)):
        action = api.FPDFDoc_GetJavaScriptAction(file.pdf, index)
        if not action:
            continue
        for function in (api.FPDFJavaScriptAction_GetName, api.FPDFJavaScriptAction_GetScript):
            text = _string(lambda buffer, size, f=function, a=action: f(a, ctypes.cast(buffer, pointer) if buffer else None, size))  # type: ignore[misc]
            file.texts.append(text)
            file.ctx.add(Place.HIDDEN, text, name="script")
        api.FPDFDoc_CloseJavaScriptAction(action)


def _attachments(file: _File) -> None:
    api = file.api
    count = api.FPDFDoc_GetAttachmentCount(file.pdf)
    for index in range(max(min(count, file.ctx.budget.limits.container_members), 0)):
        _attachment(file, api.FPDFDoc_GetAttachment(file.pdf, index))


def _attachment(file: _File, attachment: Any) -> None:
    """An attached file, whatever it is, under its name."""
    api, ctx = file.api, file.ctx
    if not attachment:
        return
    ctx.budget.charge_member()
    pointer = ctypes.POINTER(api.FPDF_WCHAR)
    name = _string(lambda buffer, size: api.FPDFAttachment_GetName(attachment, ctypes.cast(buffer, pointer) if buffer else None, size))
    description = _string(
        lambda buffer, size: api.FPDFAttachment_GetDescription(attachment, ctypes.cast(buffer, pointer) if buffer else None, size)
    )
    ctx.add(Place.HIDDEN, description, name="attachment-description")
    size = ctypes.c_ulong()
    if not api.FPDFAttachment_GetFile(attachment, None, 0, size) or not size.value:
        ctx.not_read(NotReadReason.DAMAGED, "附加檔案讀不出來", name="attachments")
        return
    if size.value > ctx.budget.room_bytes():
        ctx.budget.charge_bytes(size.value)
    buffer = ctypes.create_string_buffer(size.value)
    api.FPDFAttachment_GetFile(attachment, buffer, size.value, size)
    ctx.budget.charge_bytes(size.value)
    ctx.child(buffer.raw[: size.value], name=name, label="attachment")
