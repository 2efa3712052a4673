"""Electronic exchange of official documents (公文電子交換): ``.di`` the document, ``.sw`` its list of recipients.

Fields become parts named as the form names them.  密等 occurs in three spellings (attribute 代碼, element text, empty);
the 91 edition calls the parent 密等及解密條件.  The file's DOCTYPE names a DTD of the agency, which is never fetched, and
attachments as NDATA entities, which are names.  Sources: 文書及檔案管理電腦化作業規範 appendix 5 as implemented by public
converters; DTD editions 91, 99, 104; read 2026-11.
"""

from typing import Any

from dlp.document import NotReadReason, Place
from dlp.readers import raw
from dlp.readers.context import ReadContext
from dlp.readers.markup import add_external
from dlp.readers.plain import note_encoding
from dlp.readers.xml_tree import local, parse, text_of

SECRECY = ("密等及解密條件或保密期限", "密等及解密條件")
TERM = ("解密條件或保密期限", "解密條件", "保密期限")
TERM_FIELD = "解密條件或保密期限"
# Fields whose children are one value, joined in order.
WHOLE = frozenset({
    "發文日期", "速別", "主旨", "發文機關", "受文者", "正本", "副本", "抄本", "抄陳", "附件", "聯絡方式", "地址", "署名", "機關代碼",
    "開會事由", "開會時間", "開會地點", "主持人", "出席者", "列席者", "聯絡人及電話", "備註", "函類別", "令類別", "發文字號", "承辦人",
    "聯絡電話", "分機", "傳真", "Email", "電子信箱", "條戳", "解密日期", "陳核日期", "決行層次", "保存年限", "檔號", "印信", "稿面註記",
    "擬辦方式", "批示", "意見", "會辦", "承辦單位", "收文日期", "收文字號", "來文字號", "來文機關", "案由", "擬辦",
})  # fmt: skip
CODE = "代碼"
NUMBERING = frozenset({"序號", "段名"})
LEVELS_MOST = 200


def read(data: bytes, ctx: ReadContext) -> None:
    """Fields, running text, names of attachments, comments."""
    parsed = parse(data, ctx)
    if parsed is None:
        raw.salvage(data, ctx)
        return
    note_encoding(parsed.decoded, ctx)
    add_external(parsed, ctx)
    reading = _Reading(ctx, {name: system for name, system, _ in parsed.external})
    reading.element(parsed.root, 0)
    ctx.add(Place.BODY, "\n".join(reading.body))
    comments = [node.text or "" for node in (*parsed.root.itersiblings(preceding=True), *parsed.root.itersiblings())]
    comments += [node.text or "" for node in parsed.root.iter() if not isinstance(node.tag, str)]
    ctx.add(Place.COMMENT, "\n".join(filter(None, comments)), name="comment")


class _Reading:
    def __init__(self, ctx: ReadContext, files: dict[str, str]) -> None:
        self.ctx = ctx
        self.files = files
        self.body: list[str] = []

    def element(self, node: Any, level: int) -> None:
        """A field, a paragraph, or something that contains them."""
        if not isinstance(node.tag, str):
            return
        if level > LEVELS_MOST:
            self.ctx.not_read(NotReadReason.LIMIT_DEPTH, "公文檔層數過多")
            return
        name = local(node.tag)
        if name in SECRECY:
            self._secrecy(node)
        elif name == "密等":
            self._grade(node)
        elif name in TERM:
            self._field(TERM_FIELD, _value(node))
        elif name in ("段落", "條列", "簽", "說明", "擬辦方式說明"):
            self._paragraph(node, level)
        elif name in WHOLE:
            self._whole(name, node)
        else:
            self._other(name, node, level)

    def _secrecy(self, node: Any) -> None:
        """Grade and term, each a field of its own; text of the parent itself is a grade as well."""
        loose = (node.text or "") + "".join(child.tail or "" for child in node)
        if loose.strip():
            self._field("密等", loose.strip())
        self._attributes(node)
        for child in node:
            self.element(child, 1)

    def _grade(self, node: Any) -> None:
        """代碼 and text; both when they differ."""
        values = [node.get(CODE, "").strip(), text_of(node).strip()]
        for value in dict.fromkeys(filter(None, values)):
            self._field("密等", value)
        self._attributes(node, skip=(CODE,))

    def _whole(self, name: str, node: Any) -> None:
        value = _number(node) if name.endswith("字號") else _value(node)
        self._field(name, value)
        for inner in node.iter():
            if isinstance(inner.tag, str):
                self._attributes(inner, skip=(CODE,))

    def _paragraph(self, node: Any, level: int) -> None:
        """段名 and 序號 in front of the text, as on paper; items nest."""
        if level > LEVELS_MOST:
            self.ctx.not_read(NotReadReason.LIMIT_DEPTH, "公文檔層數過多")
            return
        head = node.get("段名", "") + node.get("序號", "")
        own = (node.text or "").strip()
        rest: list[Any] = []
        for child in node:
            if local(child.tag) == "文字":
                own += text_of(child).strip()
            else:
                rest.append(child)
            own += (child.tail or "").strip()
        if head or own:
            self.body.append(head + own)
        self._attributes(node, skip=tuple(NUMBERING))
        for child in rest:
            if local(child.tag) in ("條列", "段落"):
                self._paragraph(child, level + 1)
            else:
                self.element(child, level + 1)

    def _other(self, name: str, node: Any, level: int) -> None:
        """An element of a vendor, a root, a wrapper: leaves are fields, others are gone through."""
        self._attributes(node)
        own = (node.text or "") + "".join(child.tail or "" for child in node)
        if own.strip():
            self._field(name, own.strip())
        for child in node:
            self.element(child, level + 1)

    def _attributes(self, node: Any, *, skip: tuple[str, ...] = ()) -> None:
        for key, value in node.attrib.items():
            name = local(key)
            if name in skip or not value.strip():
                continue
            self._field(local(node.tag) if name == CODE else name, self.files.get(value, value))

    def _field(self, name: str, value: str) -> None:
        self.ctx.add(Place.FIELD, value, name="field", field=name)


def _value(node: Any) -> str:
    """Code and text of an element and what it contains: texts on lines of their own when there are several."""
    pieces = [node.get(CODE, "").strip()]
    for inner in node.iter():
        if isinstance(inner.tag, str):
            if inner is not node and inner.get(CODE):
                pieces.append(inner.get(CODE).strip())
            if inner.text and inner.text.strip():
                pieces.append(inner.text.strip())
        if inner is not node and inner.tail and inner.tail.strip():
            pieces.append(inner.tail.strip())
    return "\n".join(dict.fromkeys(filter(None, pieces)))


def _number(node: Any) -> str:
    """「府民字第1150012345號」 from 字 and 文號 (年度, 流水號, 支號)."""
    parts = {local(inner.tag): (inner.text or "").strip() for inner in node.iter() if isinstance(inner.tag, str)}
    digits = parts.get("年度", "") + parts.get("流水號", "") + parts.get("支號", "") or parts.get("文號", "")
    if parts.get("字") or digits:
        word = parts.get("字", "").removesuffix("第")
        return f"{word}{'' if word.endswith('字') or not word else '字'}第{digits}號"
    return _value(node)
