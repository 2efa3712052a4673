"""Readers: bytes of any origin → Document.

``read_bytes`` and ``read_file`` read in this process; ``isolation.ReaderPool`` does the same in supervised workers and
is what the doors use for everything but plain text (``needs_worker``); ``read_stream`` reads huge text files in pieces.
"""

from dlp.readers.limits import DEFAULT, Limits
from dlp.readers.plain import read_stream
from dlp.readers.road import needs_worker, read_bytes, read_file

__all__ = ["DEFAULT", "Limits", "needs_worker", "read_bytes", "read_file", "read_stream"]
