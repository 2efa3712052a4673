"""What a PDF holds around its pages' content: comments, form fields, links, attached files, outline, scripts, structure."""

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext

OBJECTS_LOOKED_AT = 20_000  # of one page
STRUCTURE_LEVELS = 60


@dataclass(slots=True)
class PdfFile:
    """An open document."""

    pdf: Any
    api: Any
    ctx: ReadContext
    forms: bool
    texts: list[str]


def string(call: Callable[[Any, int], int], *, unit: int = 1, most: int = 4 << 20) -> str:
    """Ask PDFium for a UTF-16 string: once for its size, once for its bytes."""
    size = int(call(None, 0))
    if not 0 < size <= most:
        return ""
    buffer = ctypes.create_string_buffer(size * unit)
    pointer: Any = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)) if unit == 2 else buffer
    call(pointer, size)
    return buffer.raw.decode("utf-16-le", "replace").split("\0")[0]


def annotations(file: PdfFile, page: Any, number: int) -> bool:
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


def _annotation_text(file: PdfFile, annotation: Any, key: bytes, kind: int, number: int) -> None:
    text = string(lambda buffer, size: file.api.FPDFAnnot_GetStringValue(
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


def _link(file: PdfFile, annotation: Any, number: int) -> None:
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


def _form_field(file: PdfFile, annotation: Any, number: int) -> None:
    api, form = file.api, file.pdf.formenv
    pointer = ctypes.POINTER(api.FPDF_WCHAR)

    def ask(function: Any, *extra: Any) -> str:
        return string(
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


def structure(file: PdfFile, page: Any, number: int) -> None:
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
                text = string(lambda buffer, size, f=function, e=element: f(e, buffer, size))  # type: ignore[misc]
                if text and text not in file.texts[-1]:
                    file.ctx.add(place, text, name=f"page-{number}-{place.value}", page=number)
            children = min(api.FPDF_StructElement_CountChildren(element), 5_000)
            pending += [(api.FPDF_StructElement_GetChildAtIndex(element, i), level + 1) for i in range(max(children, 0))]
    finally:
        api.FPDF_StructTree_Close(tree)


def outline(file: PdfFile) -> None:
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


def scripts(file: PdfFile) -> None:
    api = file.api
    pointer = ctypes.POINTER(api.FPDF_WCHAR)
    for index in range(max(min(api.FPDFDoc_GetJavaScriptActionCount(file.pdf), 1_000), 0)):
        action = api.FPDFDoc_GetJavaScriptAction(file.pdf, index)
        if not action:
            continue
        for function in (api.FPDFJavaScriptAction_GetName, api.FPDFJavaScriptAction_GetScript):
            text = string(lambda buffer, size, f=function, a=action: f(a, ctypes.cast(buffer, pointer) if buffer else None, size))  # type: ignore[misc]
            file.texts.append(text)
            file.ctx.add(Place.HIDDEN, text, name="script")
        api.FPDFDoc_CloseJavaScriptAction(action)


def attachments(file: PdfFile) -> None:
    api = file.api
    count = api.FPDFDoc_GetAttachmentCount(file.pdf)
    for index in range(max(min(count, file.ctx.budget.limits.container_members), 0)):
        _attachment(file, api.FPDFDoc_GetAttachment(file.pdf, index))


def _attachment(file: PdfFile, attachment: Any) -> None:
    """An attached file, whatever it is, under its name."""
    api, ctx = file.api, file.ctx
    if not attachment:
        return
    ctx.budget.charge_member()
    pointer = ctypes.POINTER(api.FPDF_WCHAR)
    name = string(lambda buffer, size: api.FPDFAttachment_GetName(attachment, ctypes.cast(buffer, pointer) if buffer else None, size))
    description = string(
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
