"""What the own readers refuse, opened by LibreOffice where it is installed: a second chance, never the first.

The program runs in a process group of its own, without network, with limits on memory, files and time, a profile that is thrown away, and
no macros (conversion runs none).  What it writes is as untrusted as what it read: it goes through the own readers in a worker again.
Debian: ``apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui``.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from dlp.document import Document, NotReadReason
from dlp.readers.limits import GIB, Limits
from dlp.readers.sniff import sniff

# Format key → what LibreOffice makes of it; each goes to a reader of our own.
TARGETS = {"doc": "odt", "rtf": "odt", "docx": "odt", "ooxml": "odt", "odf": "odt", "flat-odf": "odt", "xls": "ods", "xlsb": "ods", "ppt": "odp", "ole": "odt"}
BY_EXTENSION = {"xls": "ods", "xlsx": "ods", "xlsm": "ods", "ods": "ods", "ppt": "odp", "pptx": "odp", "odp": "odp", "pps": "odp", "pub": "odg", "vsd": "odg", "wps": "odt"}
REFUSED = frozenset({NotReadReason.DAMAGED, NotReadReason.TRUNCATED, NotReadReason.MISSING_READER})
MEMORY_BYTES = 4 * GIB  # address space; about 250 MB of it are used
OPEN_FILES = 512
SECONDS = 60.0
REMARK = "自有讀取程式讀不了，改由 LibreOffice 轉換後讀取"
_BOOT = (
    "import os, sys; sys.path[:] = {path!r}\n"
    "from dlp.readers.confinement import empty_network, set_limits\n"
    "from dlp.readers.limits import Limits\n"
    "set_limits(Limits(**{limits!r}))\n"
    "sys.exit(99) if not empty_network() else os.execve({program!r}, {command!r}, {environment!r})"
)


@cache
def program() -> str | None:
    """Path of LibreOffice, None where it is not installed."""
    return shutil.which("soffice", path="/usr/bin:/usr/local/bin:/opt/libreoffice/program")


def wanted(document: Document, data: bytes) -> bool:
    """Whether the own readers refused ``data`` as a whole and LibreOffice may know better."""
    refused = any(entry.part == "document" and entry.reason in REFUSED for entry in document.not_read)
    return refused and sniff(data, name=document.name).format.key in TARGETS and program() is not None


def converted(data: bytes, *, name: str, limits: Limits) -> bytes | None:
    """``data`` as an OpenDocument file, or None when LibreOffice is missing, late, dead or without an answer."""
    soffice = program()
    if soffice is None:
        return None
    key = sniff(data, name=name).format.key
    extension = name.rpartition(".")[2].lower()
    target = BY_EXTENSION.get(extension, TARGETS.get(key, "odt"))
    with tempfile.TemporaryDirectory(prefix="dlp-convert-") as folder:
        # The name is untrusted: only a known extension of it is kept.
        source = Path(folder) / f"item.{extension if extension.isascii() and extension.isalnum() and len(extension) < 6 else key}"
        source.write_bytes(data)
        command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck", "--convert-to", target, "--outdir", f"{folder}/out", str(source)]  # fmt: skip
        if not _run(command, folder, limits):
            return None
        made = Path(folder) / "out" / f"item.{target}"
        try:
            return made.read_bytes() if made.stat().st_size <= limits.item_bytes else None
        except OSError:
            return None


def _run(command: list[str], folder: str, limits: Limits) -> bool:
    """Whether the program ended well within its time; nothing of its group is left."""
    own = asdict(replace(limits, memory_bytes=MEMORY_BYTES, open_files=OPEN_FILES))
    environment = {"HOME": folder, "PATH": "/usr/bin:/bin", "TMPDIR": folder, "LANG": "C.UTF-8"}
    code = _BOOT.format(path=[str(p) for p in sys.path], limits=own, program=command[0], command=command, environment=environment)
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", code], cwd=folder, env={}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return process.wait(timeout=min(SECONDS, limits.item_seconds)) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
