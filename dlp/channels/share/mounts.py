"""What kind of file system a path lies on, and how much the kernel can watch.

Changes that other hosts make on a network mount raise no event here (inotify(7), limitations), so such mounts are polled.
Mounts are read from ``/proc/self/mountinfo`` (proc(5)); elsewhere nothing is known and paths count as local.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")
INOTIFY = Path("/proc/sys/fs/inotify")
NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "ocfs2", "gfs2", "9p",
    "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "davfs", "fuse.sshfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.gvfsd-fuse",
    "fuse.vmhgfs-fuse", "fuse.smbnetfs", "fuse.cephfs", "drvfs",
})  # fmt: skip
ESCAPED = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """Where it is mounted, the type of file system, and whether it is read-only."""

    point: bytes
    kind: str
    read_only: bool

    @property
    def network(self) -> bool:
        return self.kind in NETWORK or (self.kind.startswith("fuse.") and self.kind not in ("fuse.lxcfs", "fuse.portal"))


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of inotify for this user: queued events, instances, watches.  Zero where unknown."""

    queued: int
    instances: int
    watches: int


def mounts(table: Path = MOUNTINFO) -> list[Mount]:
    """All mounts, in the order of the kernel; later ones lie over earlier ones."""
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        head, _, tail = line.partition(b" - ")
        fields, kind = head.split(b" "), tail.split(b" ")[0].decode("ascii", "replace")
        if len(fields) > 5:
            point = ESCAPED.sub(lambda m: bytes([int(m[1], 8)]), fields[4])
            found.append(Mount(point, kind, b"ro" in fields[5].split(b",")))
    return found


def mount_of(path: bytes, table: Sequence[Mount] | None = None) -> Mount | None:
    """The mount on which ``path`` lies; None where the system does not say."""
    real, best = os.path.realpath(path), None
    for mount in mounts() if table is None else table:
        inside = mount.point == b"/" or real == mount.point or real.startswith(mount.point + b"/")
        if inside and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def must_poll(path: bytes, table: Sequence[Mount] | None = None) -> bool:
    """Whether changes below ``path`` may raise no event here."""
    mount = mount_of(path, table)
    return mount is not None and mount.network


def inotify_limits(folder: Path = INOTIFY) -> Limits:
    def figure(name: str) -> int:
        try:
            return int((folder / name).read_text())
        except (OSError, ValueError):
            return 0

    return Limits(figure("max_queued_events"), figure("max_user_instances"), figure("max_user_watches"))


def watches_held() -> int:
    """inotify watches of this process, counted from ``/proc/self/fdinfo`` (proc(5)); 0 where unknown."""
    count = 0
    try:
        for number in os.listdir("/proc/self/fd"):
            try:
                if os.readlink(f"/proc/self/fd/{number}") != "anon_inode:inotify":
                    continue
                with open(f"/proc/self/fdinfo/{number}", "rb") as file:
                    count += sum(line.startswith(b"inotify ") for line in file)
            except OSError:
                continue
    except OSError:
        return 0
    return count
