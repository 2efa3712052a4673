"""The masked version of an ODT or DOCX in its own layout, made in a confined process and believed only after reading it back.

What must not be published goes: comments, tracked changes, hidden runs, properties, pictures, links, macros, anything that is
not the text and its look.  Then every line that masking changed is changed in the runs that hold it, so that bold stays bold.
The result is read like any other file; unless it says exactly the masked text and holds nothing unseen, there is no such
version and the caller writes plain text instead.

    data = masked_in_layout(data, changes, "odt")      # bytes, or None when it cannot be done

Sources: OpenDocument 1.3 part 3 §5–7, ECMA-376 part 1 §17, read 2026-11.
"""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from dlp.resources import PACKAGE

SECONDS = 40
MOST_BYTES = 50_000_000
COMPARED_CHARS = 4_000  # a longer paragraph is rewritten as a whole


class Unfit(Exception):
    """This document cannot be masked in its layout."""


def masked_in_layout(data: bytes, changes: Mapping[str, str], form: str) -> bytes | None:
    """``data`` with each line (or cell) of ``changes`` replaced; ``form`` is ``odt`` or ``docx``.  Not yet read back."""
    head = json.dumps({"form": form, "changes": dict(changes)}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "dlp.channels.post.layout"], input=len(head).to_bytes(8, "big") + head + data, capture_output=True,
            timeout=SECONDS, check=True, env={"PYTHONPATH": str(PACKAGE.parent)},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout or None


def changed_lines(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Lines, and cells of table rows, that masking changed, from (text, masked) of each part.  Raises Unfit."""
    out: dict[str, str] = {}
    for text, masked in pairs:
        before, after = text.split("\n"), masked.split("\n")
        if len(before) != len(after):
            raise Unfit("a mask spans lines")
        for old, new in zip(before, after, strict=True):
            if old == new:
                continue
            _add(out, old, new)
            cells, masks = old.split("\t"), new.split("\t")
            if len(cells) == len(masks) > 1:
                for cell, mask in zip(cells, masks, strict=True):
                    if cell != mask:
                        _add(out, cell, mask)
    return out


def _add(out: dict[str, str], old: str, new: str) -> None:
    if out.setdefault(old.strip(), new.strip()) != new.strip():
        raise Unfit("the same line is masked in two ways")


# --- in the confined process


def rewrite(data: bytes, changes: Mapping[str, str], form: str) -> bytes:
    """The package with its texts changed.  Raises Unfit and whatever a broken file raises."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (_odt if form == "odt" else _docx)(old, changes):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return out.getvalue()


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as member:
        content = member.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unfit("too large")
    return content


def _parsed(content: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False))


def _written(root: Any) -> bytes:
    from lxml import etree

    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return text


def _drop(element: Any) -> None:
    """Remove an element, not the text behind it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


class _Slot:
    """A stretch of text in a paragraph.  ``put`` is None for what is drawn but is no text (tabs, breaks)."""

    def __init__(self, text: str, put: Callable[[str], None] | None) -> None:
        self.text, self.put = text, put


def _change(slots: list[_Slot], changes: Mapping[str, str]) -> None:
    """Change a paragraph when masking changed its line."""
    old = "".join(slot.text for slot in slots)
    new = changes.get(old.strip())
    if new is None:
        return
    lead, trail = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :]
    new = lead + new + trail
    starts, at = [], 0
    for slot in slots:
        starts.append(at)
        at += len(slot.text)
    texts = [""] * len(slots)
    for tag, first, last, begin, end in _edits(old, new):
        if tag == "equal":
            for number, slot in enumerate(slots):
                a, b = max(first, starts[number]), min(last, starts[number] + len(slot.text))
                if a < b:
                    texts[number] += old[a:b]
            continue
        touched = [n for n, slot in enumerate(slots) if starts[n] < max(last, first + 1) and starts[n] + len(slot.text) > first]
        if any(slots[n].put is None for n in touched) or not touched:
            raise Unfit("a mask over a tab or break")
        texts[touched[0]] += new[begin:end]
    for slot, text in zip(slots, texts, strict=True):
        if slot.put is not None and text != slot.text:
            slot.put(text)


def _edits(old: str, new: str) -> list[tuple[str, int, int, int, int]]:
    if len(old) > COMPARED_CHARS:
        return [("replace", 0, len(old), 0, len(new))]
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


# OpenDocument

_O = {p: f"{{urn:oasis:names:tc:opendocument:xmlns:{n}:1.0}}" for p, n in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("script", "script"), ("svg", "svg-compatible"), ("manifest", "manifest"), ("table", "table"))}
_ODF_GONE = (
    "office:annotation", "office:annotation-end", "office:scripts", "office:forms", "office:event-listeners", "text:tracked-changes", "text:change",
    "text:change-start", "text:change-end", "text:hidden-text", "text:hidden-paragraph", "text:bookmark", "text:bookmark-start", "text:bookmark-end",
    "text:reference-mark", "text:reference-mark-start", "text:reference-mark-end", "draw:image", "draw:object", "draw:object-ole", "draw:plugin", "draw:applet",
    "svg:desc", "svg:title", "text:user-field-decls", "text:variable-decls", "text:script", "table:tracked-changes", "text:soft-page-break",
)  # fmt: skip
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{media}"/>{entries}</manifest:manifest>'
)


def _odt(package: zipfile.ZipFile, changes: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    media = _read(package, "mimetype").decode("ascii").strip()
    yield "mimetype", media.encode()
    names = [n for n in ("content.xml", "styles.xml") if n in package.namelist()]
    for name in names:
        root = _parsed(_read(package, name))
        for word in _ODF_GONE:
            prefix, _, local = word.partition(":")
            for element in list(root.iter(_O[prefix] + local)):
                _drop(element)
        for link in list(root.iter(_O["text"] + "a")):
            _unwrap(link)
        for paragraph in root.iter(_O["text"] + "p", _O["text"] + "h"):
            _change(list(_odf_slots(paragraph)), changes)
        yield name, _written(root)
    entries = "".join(f'<manifest:file-entry manifest:full-path="{n}" manifest:media-type="text/xml"/>' for n in names)
    yield "META-INF/manifest.xml", _MANIFEST.format(media=media, entries=entries).encode()


def _unwrap(element: Any) -> None:
    """Put an element's content in its place."""
    parent = element.getparent()
    index, before = parent.index(element), element.getprevious()
    if element.text:
        if before is not None:
            before.tail = (before.tail or "") + element.text
        else:
            parent.text = (parent.text or "") + element.text
    children = list(element)
    tail = element.tail
    element.tail = None
    parent.remove(element)
    for offset, child in enumerate(children):
        parent.insert(index + offset, child)
    if tail:
        last = children[-1] if children else before
        if last is not None:
            last.tail = (last.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail


def _odf_slots(element: Any) -> Iterator[_Slot]:
    """Texts of a paragraph in order; what holds paragraphs of its own (notes, frames) is left out."""
    if element.text:
        yield _Slot(element.text, lambda text, e=element: setattr(e, "text", text))  # type: ignore[misc]
    for child in element:
        if not isinstance(child.tag, str):
            pass
        elif child.tag == _O["text"] + "s":
            yield _Slot(" " * int(child.get(_O["text"] + "c", "1")), None)
        elif child.tag == _O["text"] + "tab":
            yield _Slot("\t", None)
        elif child.tag == _O["text"] + "line-break":
            yield _Slot("\n", None)
        elif next(child.iter(_O["text"] + "p", _O["text"] + "h"), None) is None:
            yield from _odf_slots(child)
        if child.tail:
            yield _Slot(child.tail, lambda text, e=child: setattr(e, "tail", text))  # type: ignore[misc]


# Word

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DOCX_GONE = (
    "del", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "commentRangeStart", "commentRangeEnd",
    "commentReference", "annotationRef", "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "sdtPr", "sdtEndPr", "rPrChange", "pPrChange",
    "sectPrChange", "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange", "tblGridChange", "numberingChange", "cellIns", "cellDel", "cellMerge",
    "instrText", "fldChar", "lastRenderedPageBreak", "altChunk", "subDoc", "object", "ruby",
)  # fmt: skip
_DOCX_UNWRAPPED = ("ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml")
_DOCX_TEXTS = ("header", "footer", "footnotes", "endnotes")
_DOCX_LOOKS = {"styles", "numbering"}
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"


def _docx(package: zipfile.ZipFile, changes: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    names = set(package.namelist())
    if "word/document.xml" not in names:
        raise Unfit("the main part has another name")
    kept: dict[str, str] = {}  # name in word/ → kind
    for relation in _parsed(_read(package, "word/_rels/document.xml.rels")) if "word/_rels/document.xml.rels" in names else ():
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        if relation.get("TargetMode") != "External" and (kind in _DOCX_TEXTS or kind in _DOCX_LOOKS) and f"word/{target}" in names:
            kept[target] = kind
            if any(c not in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_" for c in target):
                raise Unfit("an odd part name")
    ids = _ids(package, names, kept)
    yield "[Content_Types].xml", _content_types(kept)
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "word/document.xml")])
    yield "word/_rels/document.xml.rels", _relations([(i, kept[t], t) for i, t in ids.items()])
    for target, kind in (("document.xml", "document"), *kept.items()):
        root = _parsed(_read(package, f"word/{target}"))
        if kind not in _DOCX_LOOKS:
            _clean(root, ids if kind == "document" else {})
            for paragraph in root.iter(_W + "p"):
                _change(list(_word_slots(paragraph)), changes)
        yield f"word/{target}", _written(root)


def _ids(package: zipfile.ZipFile, names: set[str], kept: Mapping[str, str]) -> dict[str, str]:
    if not kept:
        return {}
    found = _parsed(_read(package, "word/_rels/document.xml.rels"))
    return {r.get("Id"): r.get("Target") for r in found if r.get("Target") in kept}


def _content_types(kept: Mapping[str, str]) -> bytes:
    words = {"document.xml": _TYPE.format("document.main"), **{t: _TYPE.format(k) for t, k in kept.items()}}
    parts = "".join(f'<Override PartName="/word/{target}" ContentType="{kind}"/>' for target, kind in words.items())
    rels = f'<Default Extension="rels" ContentType="{"application/vnd.openxmlformats-package.relationships+xml"}"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}content-types">{rels}<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'.encode()


def _relations(rows: Iterable[tuple[str, str, str]]) -> bytes:
    inner = "".join(f'<Relationship Id="{i}" Type="{_RELATION}{kind}" Target="{target}"/>' for i, kind, target in rows)
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}relationships">{inner}</Relationships>'.encode()


def _clean(root: Any, ids: Mapping[str, str]) -> None:
    """Take away everything that is not the text and its look.  Raises Unfit when text would go with it."""
    for word in _DOCX_GONE:
        for element in list(root.iter(_W + word)):
            _drop(element)
    for run in [v.getparent().getparent() for v in root.iter(_W + "vanish", _W + "webHidden")]:
        if run is not None and run.tag == _W + "r":
            _drop(run)
    for drawn in [*root.iter(_MC + "AlternateContent"), *root.iter(_W + "drawing"), *root.iter(_W + "pict")]:
        if next(drawn.iter(_W + "t"), None) is not None:
            raise Unfit("text in a drawing")
        _drop(drawn)
    for word in _DOCX_UNWRAPPED:
        for element in list(root.iter(_W + word)):
            _unwrap(element)
    for element in root.iter():
        used = element.get(_R + "id") if isinstance(element.tag, str) else None
        if used is not None and used not in ids:
            raise Unfit("a reference to a part that is not kept")


def _word_slots(paragraph: Any) -> Iterator[_Slot]:
    """Texts of a paragraph in order."""
    for run in paragraph.iterchildren(_W + "r"):
        for child in run:
            if child.tag == _W + "t":
                yield _Slot(child.text or "", lambda text, e=child: _put(e, text))  # type: ignore[misc]
            elif child.tag == _W + "tab":
                yield _Slot("\t", None)
            elif child.tag in (_W + "br", _W + "cr"):
                yield _Slot("\n", None)


def _put(element: Any, text: str) -> None:
    element.text = text
    element.set(_XML_SPACE, "preserve")


def main() -> None:
    """Head and package on standard input, the new package on standard output; nothing, with exit 1, when it is unfit."""
    import lxml.etree  # noqa: F401  # loaded before this process may load nothing more

    from dlp.readers.confinement import confine
    from dlp.readers.limits import Limits

    size = int.from_bytes(sys.stdin.buffer.read(8), "big")
    head = json.loads(sys.stdin.buffer.read(size))
    data = sys.stdin.buffer.read()
    confine(Limits())
    try:
        out = rewrite(data, head["changes"], head["form"])
    except Exception:  # a hostile or odd file: there is no version in its layout, whatever the reason
        sys.exit(1)
    sys.stdout.buffer.write(out)


if __name__ == "__main__":
    main()
