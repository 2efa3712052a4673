"""Open Document files (odt, ods, odp and their kin, packed or flat), the government's standard format.

Every member of the package is read, whether the manifest names it or not: the document, its styles with page headers,
properties, embedded objects, stored versions, macros, pictures.  Source: OASIS ODF 1.3 parts 2 and 3, read 2026-11.
"""

from collections.abc import Iterable
from itertools import chain
from typing import ClassVar

from dlp.document import NotReadReason
from dlp.readers.context import ReadContext
from dlp.readers.members import is_thumbnail, quiet_strings, read_other_xml, without_path
from dlp.readers.odf_elements import OdfDocument
from dlp.readers.odf_quick import quick_rows
from dlp.readers.odf_styles import NAMESPACES, Styles, attribute, full
from dlp.readers.packages import Member, Package
from dlp.readers.xml_events import Attributes, Events, parse

_DOCUMENTS = ("content.xml", "styles.xml", "meta.xml", "settings.xml")
QUICK_BYTES = 128 << 20  # largest document read whole
_ORDER = {"styles.xml": 0, "content.xml": 1}
_OFFICE = tuple(uri.encode() for uri in NAMESPACES["office"])


def read(data: bytes, ctx: ReadContext) -> None:
    """Read an Open Document file.  Raises ValueError when it is neither a package nor XML."""
    if data[:2] != b"PK" and b"PK\x03\x04" not in data[:4096]:
        _read_document([data], ctx, Styles(), name="flat")
        return
    package = Package(data, ctx)
    encrypted = _encrypted_names(package, ctx)
    styles: dict[str, Styles] = {}
    for member in sorted(package.members, key=lambda m: (m.name.count("/"), _ORDER.get(m.name.rsplit("/", 1)[-1], 2))):
        _read_member(package, member, ctx, styles, encrypted)


def _read_member(
    package: Package, member: Member, ctx: ReadContext, styles: dict[str, Styles], encrypted: frozenset[str]
) -> None:
    folder, _, last = member.name.rpartition("/")
    if member.name.endswith("/") or member.name in ("mimetype", "META-INF/manifest.xml"):
        return
    pieces = package.pieces(member)
    head = next(pieces, b"")
    if member.name in encrypted and not head.startswith((b"<?xml", b"\xef\xbb\xbf<?xml")):
        ctx.not_read(NotReadReason.ENCRYPTED, name="package")
        return
    if not head:
        return
    if last in _DOCUMENTS or (last.endswith(".xml") and any(uri in head[:8_000] for uri in _OFFICE)):
        _read_document(chain([head], pieces), ctx, styles.setdefault(folder, Styles()), name=last.removesuffix(".xml"))
    elif last.endswith((".xml", ".rdf")) or head.startswith(b"<?xml"):
        read_other_xml(chain([head], pieces), ctx)
    else:
        whole = head + b"".join(pieces)
        replaced = member.name.startswith("ObjectReplacements/") and not whole.startswith((b"PK", b"\xd0\xcf"))
        if is_thumbnail(member.name, whole):
            return
        if replaced or last == "layout-cache":
            quiet_strings(whole, ctx)
        else:
            ctx.child(whole, name=without_path(last), label="embedded")


def _read_document(pieces: Iterable[bytes], ctx: ReadContext, styles: Styles, *, name: str) -> None:
    events = OdfDocument(ctx, styles)
    if name in ("content", "flat"):
        pieces, events.quick = _without_rows(pieces, ctx)
    try:
        parse(pieces, events, ctx, name=name)
    finally:
        events.finish()


def _without_rows(pieces: Iterable[bytes], ctx: ReadContext) -> tuple[Iterable[bytes], list[str]]:
    """A big sheet's plain rows the quick way; what is left for the parser."""
    start: list[bytes] = []
    size = 0
    stream = iter(pieces)
    for piece in stream:
        start.append(piece)
        size += len(piece)
        if size > QUICK_BYTES:
            return chain(start, stream), []
    data = b"".join(start)
    rest = quick_rows(data, ctx)
    return ([data], []) if rest is None else ([rest[0]], rest[1])


class _Manifest(Events):
    """Which members are encrypted."""

    def __init__(self, ctx: ReadContext) -> None:
        super().__init__(ctx)
        self.path = ""
        self.encrypted: set[str] = set()

    def entry(self, attributes: Attributes) -> None:
        self.path = attribute(attributes, "manifest:full-path")

    def encryption(self, _: Attributes) -> None:
        self.encrypted.add(self.path)

    OPEN: ClassVar = dict.fromkeys(full("manifest:file-entry"), entry) | dict.fromkeys(
        full("manifest:encryption-data"), encryption
    )


def _encrypted_names(package: Package, ctx: ReadContext) -> frozenset[str]:
    found: set[str] = set()
    for member in package.named("META-INF/manifest.xml"):
        events = _Manifest(ctx)
        parse(package.pieces(member), events, ctx, name="manifest")
        found |= events.encrypted
    if found or package.named("encrypted-package"):
        ctx.not_read(NotReadReason.ENCRYPTED, name="package")
    return frozenset(found) | {"encrypted-package"}

