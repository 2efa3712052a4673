"""Archives: which code reads which container.

Own code for zip, tar and the single-file compressions; everything else by the system's libarchive,
7z also by py7zr (extra ``7z``) where there is none.  What nobody here can open is ``missing-reader``, never clean.
"""

from collections.abc import Callable

from dlp.document import NotReadReason
from dlp.readers import compressed, raw, tars, zips
from dlp.readers.context import ReadContext
from dlp.readers.formats import FORMATS

_OWN: dict[str, Callable[[bytes, ReadContext], None]] = {
    "tar": tars.read,
    "gz": compressed.read_gzip,
    "bz2": compressed.read_bzip2,
    "xz": compressed.read_xz,
    "zst": compressed.read_zstd,
}


def read(data: bytes, ctx: ReadContext) -> None:
    """Members as children, by the format that the content was judged to be."""
    own = _OWN.get(ctx.format)
    if own is not None:
        own(data, ctx)
    elif ctx.format in FORMATS and FORMATS[ctx.format].reader == "archives" and ctx.format != "zip":
        _foreign(data, ctx)
    else:  # a zip, also one at the end of another file
        zips.read(data, ctx)


def salvage(data: bytes, ctx: ReadContext) -> None:
    """Members of a zip container whose own reader failed."""
    zips.salvage(data, ctx)


def _foreign(data: bytes, ctx: ReadContext) -> None:
    from dlp.readers import libarchive, seven_zip

    if libarchive.available():
        libarchive.read(data, ctx)
    elif ctx.format == "7z" and seven_zip.available():
        seven_zip.read(data, ctx)
    else:
        remedy = "請安裝 py7zr 或 libarchive13" if ctx.format == "7z" else "請安裝 libarchive13"
        ctx.not_read(NotReadReason.MISSING_READER, f"無法讀取{FORMATS[ctx.format].label}，{remedy}")
        raw.salvage(data, ctx)
