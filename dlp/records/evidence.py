"""Originals of held messages and quarantined files, encrypted at rest (P08), in chunks so that size does not matter.

File ``<home>/evidence/ab/<id>.sealed``: magic, salt (32 bytes), then frames of AES-256-GCM.  The file's own key is HKDF of the
evidence key and the salt; frame *n* has nonce ``n`` and a flag on the last one, so frames cannot be reordered, exchanged
between files or cut off (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).  The first frame
holds the facts of the item as JSON (envelope, name), the others its bytes.

``seal``/``unseal`` do the same for short fields of the store.
"""

import json
import os
import secrets
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dlp.records.errors import EvidenceDamaged
from dlp.records.home import create_private, private_folder, sync_folder, unavailable

MAGIC = b"DLPSEAL1"
SALT_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
CHUNK = 1024 * 1024
HEADER = len(MAGIC) + SALT_BYTES
WHAT = "證物區"


@dataclass(frozen=True, slots=True)
class Stored:
    """What ``store`` wrote: ``size`` of the original in bytes."""

    id: str
    size: int
    path: Path


class EvidenceFolder:
    """The sealed originals of one home."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder, self._key = folder, key

    def path(self, evidence_id: str) -> Path:
        return self.folder / evidence_id[:2] / f"{evidence_id}.sealed"

    def store(self, evidence_id: str, content: bytes | Iterable[bytes] | IO[bytes], facts: dict[str, Any]) -> Stored:
        """Encrypt and sync; the final name appears only when everything is on disk.  Raises StoreUnavailable (E601 …)."""
        path = self.path(evidence_id)
        draft = path.with_name(f".{evidence_id}.{os.getpid()}.{secrets.token_hex(4)}.draft")
        try:
            private_folder(path.parent)
            handle = create_private(draft)
            with os.fdopen(handle, "wb") as file:
                size = self._write(file, evidence_id, content, facts)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
            sync_folder(path.parent)
            sync_folder(self.folder)
        except OSError as err:
            draft.unlink(missing_ok=True)
            raise unavailable(err, WHAT) from None
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return Stored(evidence_id, size, path)

    def _write(self, file: IO[bytes], evidence_id: str, content: bytes | Iterable[bytes] | IO[bytes], facts: dict[str, Any]) -> int:
        salt, size, frame = secrets.token_bytes(SALT_BYTES), 0, 0
        file.write(MAGIC + salt)
        cipher = _cipher(self._key, salt)
        aad = evidence_id.encode()
        pending = json.dumps(facts, ensure_ascii=False).encode()
        for piece in _pieces(content):
            file.write(_frame(cipher, frame, False, pending, aad))
            frame, pending, size = frame + 1, piece, size + len(piece)
        file.write(_frame(cipher, frame, True, pending, aad))
        return size

    def facts(self, evidence_id: str) -> dict[str, Any]:
        """The facts stored with the original.  Raises EvidenceDamaged."""
        frames = self._frames(evidence_id)
        facts: dict[str, Any] = json.loads(next(frames))
        frames.close()
        return facts

    def open(self, evidence_id: str) -> Iterator[bytes]:
        """The original's bytes, in pieces; each is authenticated before it is given out.  Raises EvidenceDamaged.

        Callers go through ``Store.open_original``, which checks the role and writes the audit record first.
        """
        frames = self._frames(evidence_id)
        next(frames)
        yield from frames

    def _frames(self, evidence_id: str) -> Generator[bytes, None, None]:
        from cryptography.exceptions import InvalidTag

        aad = evidence_id.encode()
        try:
            with self.path(evidence_id).open("rb") as file:
                head = file.read(HEADER)
                if len(head) != HEADER or not head.startswith(MAGIC):
                    raise EvidenceDamaged("留存的原件已損壞，無法解開。請從備份還原。")
                cipher = _cipher(self._key, head[len(MAGIC) :])
                number, last = 0, False
                while not last:
                    length = int.from_bytes(file.read(4), "big")
                    body = file.read(length & 0x7FFFFFFF)
                    last = bool(length >> 31)
                    yield cipher.decrypt(_nonce(number, last), body, aad)
                    number += 1
                if file.read(1):
                    raise EvidenceDamaged("留存的原件後面多了資料，可能被改過。")
        except FileNotFoundError:
            raise EvidenceDamaged("找不到留存的原件。可能已依保存期限刪除。", code="E644") from None
        except InvalidTag:
            raise EvidenceDamaged("留存的原件已損壞或被改過，無法解開。請從備份還原。") from None
        except OSError as err:
            raise unavailable(err, WHAT) from None

    def remove(self, evidence_id: str) -> None:
        """Delete one original; gone already is fine."""
        try:
            self.path(evidence_id).unlink(missing_ok=True)
        except OSError as err:
            raise unavailable(err, WHAT) from None

    def ids(self) -> set[str]:
        """Ids of all originals on disk."""
        return {path.stem for path in self.folder.glob("??/*.sealed")}

    def sweep(self) -> int:
        """Remove the drafts that a crash left; returns how many (F73).  A draft of a living writer is kept."""
        count = 0
        for draft in self.folder.glob("??/.*.draft"):
            pid = draft.name.split(".")[-3]
            if pid.isdigit() and _alive(int(pid)):
                continue
            draft.unlink(missing_ok=True)
            count += 1
        return count


def seal(key: bytes, text: str, *, purpose: str) -> bytes:
    """A short text encrypted for a column of the store."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt = secrets.token_bytes(SALT_BYTES)
    return salt + AESGCM(_derive(key, salt)).encrypt(b"\0" * NONCE_BYTES, text.encode("utf-8", "surrogatepass"), purpose.encode())


def unseal(key: bytes, sealed: bytes | None, *, purpose: str) -> str:
    """The text of ``seal``; empty for None.  Raises EvidenceDamaged."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if sealed is None:
        return ""
    try:
        plain = AESGCM(_derive(key, sealed[:SALT_BYTES])).decrypt(b"\0" * NONCE_BYTES, sealed[SALT_BYTES:], purpose.encode())
    except InvalidTag:
        raise EvidenceDamaged("紀錄中的加密欄位解不開。金鑰可能不是這個資料庫的。") from None
    return plain.decode("utf-8", "surrogatepass")


def _pieces(content: bytes | Iterable[bytes] | IO[bytes]) -> Iterator[bytes]:
    if isinstance(content, (bytes, bytearray, memoryview)):
        view = memoryview(content)
        for start in range(0, len(view), CHUNK):
            yield bytes(view[start : start + CHUNK])
    elif hasattr(content, "read"):
        while piece := content.read(CHUNK):
            yield piece
    else:
        for piece in content:
            yield from _pieces(piece)


def _frame(cipher: Any, number: int, last: bool, plain: bytes, aad: bytes) -> bytes:
    body: bytes = cipher.encrypt(_nonce(number, last), plain, aad)
    return (len(body) | (last << 31)).to_bytes(4, "big") + body


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + bytes([last])


def _cipher(key: bytes, salt: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(_derive(key, salt))


def _derive(key: bytes, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt, b"dlp evidence").derive(key)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True



