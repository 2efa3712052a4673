"""What a reader process may not do, set by itself before the first hostile byte comes in.

Limits on memory, processor time, files and cores; no new privileges; a seccomp filter without network, without opening
files for writing, without starting programs or tracing others.  Where the kernel refuses the filter, an empty network
namespace is tried; ``Confinement`` says what holds, and the pool passes it on.

Sources: seccomp(2), prctl(2), getrlimit(2); system call tables of Linux 6 for x86-64 and arm64, read 2026-11.
"""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import struct
from dataclasses import dataclass

from dlp.readers.limits import Limits

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000

# Classic BPF over struct seccomp_data: number at 0, architecture at 4, arguments from 16 on (low half first).
_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW = 0x7FFF0000
_DENY = 0x00050000 | errno.EACCES
_KILL = 0x80000000
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True, slots=True)
class _Machine:
    """System call numbers of one architecture."""

    audit_arch: int
    network: tuple[int, ...]  # socket connect bind listen accept accept4 io_uring_setup
    changing: tuple[int, ...]  # rename, unlink, mkdir, link, symlink, truncate, chmod, chown, mknod, mount, creat, openat2
    programs: tuple[int, ...]  # execve execveat kill
    tracing: tuple[int, ...]  # ptrace process_vm_readv process_vm_writev bpf
    open_at: int
    open: int | None = None


_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        network=(41, 42, 49, 50, 43, 288, 425),
        changing=(82, 264, 316, 87, 263, 83, 258, 84, 86, 265, 88, 266, 76, 90, 268, 452, 92, 94, 260, 133, 259, 165, 85, 437),
        programs=(59, 322, 62),
        tracing=(101, 310, 311, 321),
        open_at=257,
        open=2,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        network=(198, 203, 200, 201, 202, 242, 425),
        changing=(38, 276, 35, 34, 37, 36, 45, 53, 452, 54, 33, 40, 437),
        programs=(221, 281, 129),
        tracing=(117, 270, 271, 280),
        open_at=56,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds in a worker: ``network`` is ``seccomp``, ``namespace`` or ``open``."""

    network: str
    files: bool  # cannot write or remove any file
    programs: bool  # cannot start programs
    memory: bool  # memory limit in force


def confine(limits: Limits, *, programs: bool = False) -> Confinement:
    """Confine this process for good.  ``programs`` leaves starting named converters and writing files possible."""
    memory = set_limits(limits)
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    filtered = _filter(library, programs=programs)
    network = "seccomp" if filtered else "namespace" if empty_network(library) else "open"
    return Confinement(network, files=filtered and not programs, programs=filtered and not programs, memory=memory)


def set_limits(limits: Limits) -> bool:
    """Resource limits L10–L12; True when the memory limit took."""
    os.umask(0o077)
    for kind, value in (
        (resource.RLIMIT_FSIZE, limits.file_bytes), (resource.RLIMIT_NOFILE, limits.open_files), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        _lower(kind, value)
    return _lower(resource.RLIMIT_AS, limits.memory_bytes)


def _lower(kind: int, value: int) -> bool:
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError):
        return False
    return True


def allow_cpu(seconds: int) -> None:
    """So much processor time from now on (L09); the kernel ends the process at its end."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _filter(library: ctypes.CDLL, *, programs: bool) -> bool:
    machine = _MACHINES.get(platform.machine())
    if machine is None or library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    program = build_filter(machine, programs=programs)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    return int(library.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0)) == 0


def build_filter(machine: _Machine, *, programs: bool) -> bytes:
    """The filter as BPF instructions of eight bytes."""
    denied = machine.network + machine.tracing
    if not programs:
        denied += machine.changing + machine.programs
    code: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, machine.audit_arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_JUMP_GREATER_EQUAL, 0, 1, 0x40000000),  # the x32 numbers of the same calls
        (_RETURN, 0, 0, _KILL),
    ]
    for number in denied:
        code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _DENY)]
    if not programs:
        for call, argument in ((machine.open_at, 2), (machine.open, 1)):
            if call is not None:
                code += [
                    (_JUMP_EQUAL, 0, 4, call),
                    (_LOAD, 0, 0, 16 + 8 * argument),
                    (_JUMP_SET, 0, 1, _WRITE_FLAGS),
                    (_RETURN, 0, 0, _DENY),
                    (_RETURN, 0, 0, _ALLOW),
                ]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def empty_network(library: ctypes.CDLL | None = None) -> bool:
    """This process leaves every network it had; False where the kernel refuses."""
    library = library or ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWNET) == 0:
        return True
    return bool(library.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)
