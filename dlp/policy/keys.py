"""Keys of the installation: one file each in the data folder, 0600, never made anew in silence over old data (F46).

A key file holds 32 random bytes in hexadecimal.  ``digest.key`` is the installation's key for digests of values, made with the
data folder (``dlp.records.home``); accepted values and the decision journal share it, so that one finds the other again.
"""

import os
import secrets
from pathlib import Path

from dlp.errors import DlpError

ACCEPTED_KEY = "digest.key"
SLIP_KEY = "slip.key"
KEY_BYTES = 32


class KeyFault(DlpError):
    """A key that is missing, open to others, or damaged."""

    code = "E410"


def data_home(home: str | Path | None = None) -> Path:
    """The data folder: as given, else ``DLP_HOME``, else ``~/.local/share/dlp``."""
    return Path(home or os.environ.get("DLP_HOME") or Path.home() / ".local/share/dlp")


def load_key(name: str, home: str | Path | None = None) -> bytes:
    """The key.  Raises KeyFault when it is missing, readable by others, of another owner, or of the wrong size."""
    path = data_home(home) / "keys" / name
    try:
        state = path.stat()
        text = path.read_bytes()
    except FileNotFoundError:
        raise KeyFault(f"找不到金鑰 keys/{name}。請從備份還原；若從未使用過，先執行會建立它的指令。") from None
    except OSError as err:
        raise KeyFault(f"讀不到金鑰 keys/{name}（{type(err).__name__}）。") from None
    if state.st_mode & 0o077:
        raise KeyFault(f"金鑰 keys/{name} 的權限太寬，請改成只有本服務帳號可讀（chmod 600）。", code="E411")
    if hasattr(os, "getuid") and state.st_uid != os.getuid():
        raise KeyFault(f"金鑰 keys/{name} 的擁有者不是本服務帳號。", code="E412")
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFault(f"金鑰 keys/{name} 內容不正確。請從備份還原。", code="E413")
    return key


def create_key(name: str, home: str | Path | None = None) -> bytes:
    """A new key, written once.  Raises KeyFault when one is there already."""
    folder = data_home(home) / "keys"
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    key = secrets.token_bytes(KEY_BYTES)
    try:
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFault(f"金鑰 keys/{name} 已經存在，不會覆寫。") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key
