"""Names of files and folders for people: escaped, and with what a detector finds in them masked (F58, P05).

The state file keeps names as they are; whatever leaves it goes through here.
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlp.scanner import Scanner

CACHED = 50_000  # names


def printable_name(name: bytes) -> str:
    """A file name for people: bytes that are no UTF-8 and control characters as escapes."""
    from dlp.reports.verdict_json import printable

    return printable(name.decode("utf-8", "backslashreplace"))


def name_matters() -> Callable[[str], bool]:
    """A function that says whether a name by itself holds a cue of any detector."""
    from dlp.detectors.road import shipped_sieve

    sieve = shipped_sieve()
    return lambda name: bool(sieve.ends(name.encode("utf-8", "replace")))


class Namer:
    """Paths as people may see them.  ``scanner`` gives the scanner when it is needed; None: names are escaped only."""

    def __init__(self, scanner: "Callable[[], Scanner] | None" = None) -> None:
        self._scanner = scanner
        self._matters: Callable[[str], bool] | None = None
        self._known: dict[bytes, str] = {}

    def path(self, path: bytes) -> str:
        return "/".join(self.name(piece) for piece in path.split(b"/"))

    def file(self, name: bytes, examined: str | None) -> str:
        """Name of a file; ``examined`` is the masked name that came with its findings, which knows the file's content.

        Only a name that holds a cue is taken from there: another name may stand there when the result was that of a copy.
        """
        text = name.decode("utf-8", "backslashreplace")
        if examined is None or self._scanner is None or not self._holds_cue(text):
            return self.name(name)
        return examined

    def _holds_cue(self, text: str) -> bool:
        if self._matters is None:
            self._matters = name_matters()
        return self._matters(text)

    def name(self, name: bytes) -> str:
        if (known := self._known.get(name)) is not None:
            return known
        if len(self._known) >= CACHED:
            self._known.clear()
        shown = self._known[name] = self._shown(name)
        return shown

    def _shown(self, name: bytes) -> str:
        from dlp.records.masked import masked_name

        text = name.decode("utf-8", "backslashreplace")
        if self._scanner is None or (name.isascii() and name.replace(b"_", b"a").isalpha()):
            return printable_name(name)
        if not self._holds_cue(text):
            return printable_name(name)
        stem, extension = os.path.splitext(text)
        # Without its extension a name reads as a person wrote it.
        return masked_name(self._scanner().check("", "share", name=stem)) + printable_name(extension.encode())
