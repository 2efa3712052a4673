"""Archives read through the system's libarchive (Debian: libarchive13), as streams in memory.

One small binding by ctypes: the library opens 7z, rar, cab, lzh, iso, ar, cpio, rpm, lz4, lzip, compress.  Nothing is
extracted; names are text.  Source: archive_read(3), archive_entry(3), libarchive 3.6, read 2026-11.
"""

import ctypes
import ctypes.util
from functools import cache

from dlp.document import NotReadReason
from dlp.readers import raw
from dlp.readers.context import ReadContext
from dlp.readers.encodings import decode
from dlp.readers.limits import MIB, LimitReached

EOF, OK, RETRY, WARN, FAILED, FATAL = 1, 0, -10, -20, -25, -30
REGULAR, KIND_MASK = 0o100000, 0o170000
CHUNK_BYTES = MIB


@cache
def _library() -> ctypes.CDLL | None:
    for name in ("libarchive.so.13", ctypes.util.find_library("archive") or ""):
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            continue
        if library is not None:
            return _declare(library)
    return None


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    for name, result, arguments in (
        ("archive_read_new", pointer, []),
        ("archive_read_support_filter_all", ctypes.c_int, [pointer]),
        ("archive_read_support_format_all", ctypes.c_int, [pointer]),
        ("archive_read_support_format_raw", ctypes.c_int, [pointer]),
        ("archive_read_open_memory", ctypes.c_int, [pointer, text, size]),
        ("archive_read_next_header", ctypes.c_int, [pointer, ctypes.POINTER(pointer)]),
        ("archive_read_data", ctypes.c_ssize_t, [pointer, pointer, size]),
        ("archive_read_free", ctypes.c_int, [pointer]),
        ("archive_error_string", text, [pointer]),
        ("archive_entry_pathname_utf8", text, [pointer]),
        ("archive_entry_pathname", text, [pointer]),
        ("archive_entry_pathname_w", ctypes.c_wchar_p, [pointer]),
        ("archive_entry_symlink_utf8", text, [pointer]),
        ("archive_entry_filetype", ctypes.c_uint, [pointer]),
        ("archive_entry_is_encrypted", ctypes.c_int, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def available() -> bool:
    """True when the system has the library."""
    return _library() is not None


def read(data: bytes, ctx: ReadContext) -> None:
    """Every member as a child."""
    library = _library()
    if library is None:
        ctx.not_read(NotReadReason.MISSING_READER, "請安裝 libarchive13")
        return
    archive = library.archive_read_new()
    try:
        library.archive_read_support_filter_all(archive)
        library.archive_read_support_format_all(archive)
        if ctx.format in ("lz4", "lzip", "compress"):
            library.archive_read_support_format_raw(archive)
        if library.archive_read_open_memory(archive, data, len(data)) != OK:
            _fault(library, archive, data, ctx)
            return
        _members(library, archive, data, ctx)
    finally:
        library.archive_read_free(archive)


def _members(library: ctypes.CDLL, archive: int, data: bytes, ctx: ReadContext) -> None:
    entry = ctypes.c_void_p()
    number = 0
    while True:
        status = library.archive_read_next_header(archive, ctypes.byref(entry))
        if status == EOF:
            return
        if status <= FAILED or status == RETRY:
            _fault(library, archive, data if number == 0 else b"", ctx)
            return
        number += 1
        ctx.budget.charge_member()
        ctx.budget.check_time()
        if number > ctx.budget.limits.container_members:
            raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"成員超過 {ctx.budget.limits.container_members:,} 個")
        name = _name(library, entry)
        if library.archive_entry_filetype(entry) & KIND_MASK not in (REGULAR, 0):
            link = library.archive_entry_symlink_utf8(entry)
            ctx.open_child(name=f"{name}\n{link.decode('utf-8', 'replace')}" if link else name, label="member")
        elif library.archive_entry_is_encrypted(entry) > 0:
            ctx.open_child(name=name, label="member").not_read(NotReadReason.ENCRYPTED)
        else:
            _member(library, archive, name, ctx)


def _member(library: ctypes.CDLL, archive: int, name: str, ctx: ReadContext) -> None:
    out: list[bytes] = []
    size, status = 0, 1
    buffer = ctypes.create_string_buffer(CHUNK_BYTES)
    while status > 0:
        status = library.archive_read_data(archive, buffer, CHUNK_BYTES)
        if status > 0:
            ctx.budget.charge_bytes(status)
            ctx.budget.check_time()
            size += status
            if size > ctx.budget.limits.item_bytes:
                raise LimitReached(NotReadReason.LIMIT_SIZE, "解壓後的單一檔案過大")
            out.append(buffer.raw[:status])
    fault = None
    if status < 0:
        text = (library.archive_error_string(archive) or b"").lower()
        fault = _reason(text)
    content = b"".join(out)
    if fault is None or content:
        ctx.child(content, name=name, label="member")
    else:
        ctx.open_child(name=name, label="member")
    if fault is not None:
        ctx.not_read(fault, "封存檔成員")


def _name(library: ctypes.CDLL, entry: ctypes.c_void_p) -> str:
    """UTF-8 where the library has it, else the raw bytes judged by us."""
    name = library.archive_entry_pathname_utf8(entry)
    if name:
        return str(name.decode("utf-8", "replace"))
    name = library.archive_entry_pathname(entry)
    if name:
        return decode(name).text
    return library.archive_entry_pathname_w(entry) or ""


def _reason(text: bytes) -> NotReadReason:
    if b"encrypt" in text or b"passphrase" in text or b"password" in text:
        return NotReadReason.ENCRYPTED
    if b"truncated" in text or b"unexpected end" in text:
        return NotReadReason.TRUNCATED
    if b"support" in text or b"unrecognized" in text:
        return NotReadReason.MISSING_READER
    return NotReadReason.DAMAGED


def _fault(library: ctypes.CDLL, archive: int, data: bytes, ctx: ReadContext) -> None:
    """The archive itself cannot be followed; its bytes are searched when nothing was read."""
    text = (library.archive_error_string(archive) or b"").lower()
    ctx.not_read(_reason(text))
    if data:
        raw.salvage(data, ctx)
