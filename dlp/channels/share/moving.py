"""Moving files without losing or overwriting anything: a name is taken or another one is used, a copy is compared before
the original goes, and everything is on disk before the next step.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator

CHUNK = 1 << 20
NAME_BYTES = 255
TRIES = 1_000
PART = b".dlp-part"


class Changed(Exception):
    """The file is not the one that was examined any more."""


def sync_folder(folder: bytes) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as err:
        if err.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # some network mounts cannot
            raise
    finally:
        os.close(handle)


def pieces_of(descriptor: int) -> Iterator[bytes]:
    while piece := os.read(descriptor, CHUNK):
        yield piece


def digest_of(path: bytes, *, key: bytes = b"", size: int = 16) -> bytes:
    """Keyed digest of a regular file's content; links are not followed."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        hashed = hashlib.blake2b(digest_size=size, key=key)
        for piece in pieces_of(handle):
            hashed.update(piece)
        return hashed.digest()
    finally:
        os.close(handle)


def copy_to(source: bytes, folder: bytes, *, key: bytes = b"", size: int = 16) -> tuple[bytes, bytes]:
    """Copy into ``folder`` under a passing name, synced, with mode and times; returns that path and the digest of what was copied."""
    draft = os.path.join(folder, b"." + secrets.token_hex(8).encode() + PART)
    reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(reading)
        hashed = hashlib.blake2b(digest_size=size, key=key)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            for piece in pieces_of(reading):
                hashed.update(piece)
                file.write(piece)
            file.flush()
            dress(file.fileno(), about)
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise
    finally:
        os.close(reading)
    return draft, hashed.digest()


def dress(descriptor: int, about: os.stat_result) -> None:
    """Owner (where allowed), mode without set-id bits, and times of ``about``."""
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, about.st_uid, about.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(about.st_mode) & 0o777)
    os.utime(descriptor, ns=(about.st_atime_ns, about.st_mtime_ns))


def put(draft: bytes, folder: bytes, name: bytes) -> bytes:
    """Give ``draft``, which lies in ``folder``, the name ``name`` or the next free one; nothing is overwritten.  Returns the path."""
    for number in range(1, TRIES):
        target = os.path.join(folder, numbered(name, number))
        if take_name(draft, target):
            sync_folder(folder)
            return target
    raise FileExistsError(errno.EEXIST, "no free name")


def take_name(draft: bytes, target: bytes) -> bool:
    """Rename within a file system unless ``target`` exists."""
    try:
        os.link(draft, target, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as err:
        if err.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES):
            raise
        try:  # no hard links here: hold the name with a file of our own, then replace that
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            return False
        os.replace(draft, target)
        return True
    os.unlink(draft)
    return True


def numbered(name: bytes, number: int) -> bytes:
    """``a.odt``, ``a (2).odt`` …, shortened where the name would grow too long."""
    if number == 1:
        return name
    stem, extension = os.path.splitext(name)
    mark = b" (%d)" % number
    return shortened(stem, NAME_BYTES - len(mark) - len(extension)) + mark + extension


def shortened(name: bytes, room: int) -> bytes:
    """At most ``room`` bytes, not cut within a UTF-8 character."""
    if len(name) <= room:
        return name
    return name[:room].decode("utf-8", "ignore").encode() or name[:room]


def beside(name: bytes, suffix: str) -> bytes:
    """The name of a note beside ``name``."""
    tail = suffix.encode()
    return shortened(name, NAME_BYTES - len(tail)) + tail


def write_new(folder: bytes, name: bytes, text: str, *, mode: int = 0o644) -> bytes:
    """Write a text file for people (UTF-8 with mark, CRLF: it is read on Windows, too) under ``name`` or the next free one."""
    draft = os.path.join(folder, b"." + secrets.token_hex(8).encode() + PART)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
        file.write(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    try:
        return put(draft, folder, name)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise
