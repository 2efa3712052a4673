"""The keys of an installation, each in a file of its own, 0600, outside the database (P03, F46).

    digest    HMAC of values and item keys: equality across runs without the value (there are about 5·10^8 national IDs,
              so a plain hash could be tried out)
    evidence  encrypts originals and the masked surroundings of findings
    audit     chains and anchors the audit log
    session   digests of web sessions and of release passes

A key is 32 random bytes in hexadecimal.  ``fingerprint`` is what the store remembers to notice a foreign key.
"""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from dlp.records.errors import KeyRefused

NAMES = ("digest", "evidence", "audit", "session")
KEY_BYTES = 32
DIGEST_HEX = 32  # 128 bits of the HMAC: enough for equality, short in every row


@dataclass(frozen=True, slots=True)
class Keys:
    """The four keys; none of them appears in ``repr``."""

    digest_key: bytes = field(repr=False)
    evidence: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    session: bytes = field(repr=False)

    def digest(self, value: str | bytes, *, purpose: str = "value") -> str:
        """Keyed digest of a value, 32 hexadecimal characters.  Digests of different purposes cannot be compared."""
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        return keyed(self.digest_key, purpose, data)[:DIGEST_HEX]

    def fingerprint(self, name: str) -> str:
        """What may be stored to recognise the key ``name`` later."""
        key: bytes = self.digest_key if name == "digest" else getattr(self, name)
        return keyed(key, "fingerprint", name.encode())[:16]


def keyed(key: bytes, purpose: str, data: bytes) -> str:
    """HMAC-SHA-256 in hexadecimal, separated by purpose."""
    return hmac.new(key, purpose.encode() + b"\0" + data, sha256).hexdigest()


def make_keys(folder: Path) -> None:
    """Write the missing key files of a new home.  The caller has made sure that there is no old data."""
    from dlp.records.home import sync_folder

    for name in NAMES:
        path = folder / f"{name}.key"
        if path.exists():
            continue
        draft = folder / f".{name}.{os.getpid()}.draft"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    sync_folder(folder)


def load_keys(folder: Path) -> Keys:
    """Read and check all keys.  Raises KeyRefused or HomeRefused; never makes one."""
    return Keys(*(_load(folder / f"{name}.key") for name in NAMES))


def _load(path: Path) -> bytes:
    from dlp.records.home import check_private

    if not path.exists():
        raise KeyRefused(f"缺少金鑰檔 {path.name}，而資料已存在。請從備份還原金鑰；不會自動產生新金鑰。", code="E630")
    check_private(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, OSError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyRefused(f"金鑰檔 {path.name} 內容不正確。請從備份還原。", code="E631")
    return key
