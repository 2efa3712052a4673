"""The text on the clipboard, by the desktop's own command."""

import os
import shutil
import subprocess
import sys

from dlp.errors import UsageError

COMMANDS = (
    ("WAYLAND_DISPLAY", ("wl-paste", "--no-newline")),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-out")),
    ("DISPLAY", ("xsel", "--clipboard", "--output")),
)


def paste() -> str:
    """Clipboard text.  Raises UsageError where there is no clipboard or no command to read it."""
    command = next((c for variable, c in COMMANDS if os.environ.get(variable) and shutil.which(c[0])), None)
    if command is None and sys.platform == "darwin":
        command = ("pbpaste",)
    if command is None and sys.platform == "win32":
        command = ("powershell", "-NoProfile", "-Command", "Get-Clipboard -Raw")
    if command is None:
        raise UsageError("這裡沒有可讀的剪貼簿。請改用檔案，或安裝 wl-clipboard、xclip 或 xsel。", code="E131")
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        raise UsageError("讀不到剪貼簿。請確認剪貼簿中有文字。", code="E132") from None
    return done.stdout.decode("utf-8", "replace")
