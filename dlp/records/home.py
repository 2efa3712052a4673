"""The data folder: one place for store, keys, evidence, audit and the other modules' state.

    home = open_home(None)            # --home, else DLP_HOME, else ~/.local/share/dlp; created 0700 when it is not there
    home.folder("quarantine")         # a private subfolder, created 0700
    home.keys.digest("…")             # keyed digest, see keys.py

Every file the product makes is 0600 and every folder 0700; opening refuses looser modes or another owner (P04).
Keys are made only together with a new, empty home (F46): a home that already holds data and lacks a key does not open.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from dlp.records.errors import HomeRefused, StoreUnavailable
from dlp.records.keys import Keys, load_keys, make_keys

DEFAULT_HOME = Path("~/.local/share/dlp")
DATA = ("dlp.db", "audit", "evidence", "quarantine", "anchors")  # what counts as old data when a key is missing
LOOSE = stat.S_IRWXG | stat.S_IRWXO


class Home:
    """An opened data folder.  Paths: ``store``, ``audit``, ``anchors``, ``evidence``; ``folder(name)`` for the rest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = path / "dlp.db"
        self.key_folder = path / "keys"

    def __repr__(self) -> str:
        return f"Home({str(self.path)!r})"

    @property
    def audit(self) -> Path:
        return self.folder("audit")

    @property
    def evidence(self) -> Path:
        return self.folder("evidence")

    @property
    def anchors(self) -> Path:
        """Second place for the heads of the audit chain; ``DLP_ANCHORS`` puts it on another disk or owner."""
        other = os.environ.get("DLP_ANCHORS")
        return private_folder(Path(other)) if other else self.folder("anchors")

    @cached_property
    def keys(self) -> Keys:
        """The keys of this installation.  Raises KeyRefused or HomeRefused."""
        return load_keys(self.key_folder)

    @property
    def store_url(self) -> str:
        """``DLP_STORE``, else the first line of ``store.url`` (0600: it may hold a password), else SQLite in the home."""
        if url := os.environ.get("DLP_STORE"):
            return url
        configured = self.path / "store.url"
        if configured.exists():
            check_private(configured)
            return configured.read_text(encoding="utf-8").strip()
        return f"sqlite:///{self.store}"

    def folder(self, name: str) -> Path:
        """The private subfolder ``name``, created 0700 if missing."""
        return private_folder(self.path / name)

    def free_bytes(self) -> int:
        """Bytes an unprivileged process can still write in the home (F71)."""
        room = os.statvfs(self.path)
        return room.f_bavail * room.f_frsize

    def require_room(self, needed: int) -> None:
        """Raises StoreUnavailable (E601) when fewer than ``needed`` bytes are free."""
        if self.free_bytes() < needed:
            raise StoreUnavailable("資料磁碟空間不足，暫時無法受理。請清出空間後會自動恢復。", code="E601")

    @contextmanager
    def locked(self, name: str = "home") -> Iterator[None]:
        """Hold the advisory lock ``name`` of this home; other processes wait."""
        handle = os.open(self.path / f".{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def open_home(path: str | Path | None = None, *, create: bool = True) -> Home:
    """Open the data folder, creating it with fresh keys when it does not exist yet or is empty.

    Raises HomeRefused (mode, owner), KeyRefused (key missing over old data, malformed), StoreUnavailable (cannot be made).
    """
    home = Home(home_path(path))
    try:
        if create:
            private_folder(home.path)
        check_private(home.path)
        if create and not _has_all_keys(home):
            with home.locked():
                if not _has_all_keys(home) and not _has_data(home):
                    make_keys(private_folder(home.key_folder))
    except OSError as err:
        raise unavailable(err, "資料夾") from None
    for name in (home.key_folder, home.store, *(home.path / n for n in DATA[1:])):
        if name.exists():
            check_private(name)
    home.keys  # noqa: B018  # refuse a bad key now, not at the first incident
    return home


def home_path(path: str | Path | None = None) -> Path:
    """Where the home is, or would be; nothing is opened."""
    chosen = path or os.environ.get("DLP_HOME") or DEFAULT_HOME
    return Path(chosen).expanduser().absolute()


def _has_all_keys(home: Home) -> bool:
    from dlp.records.keys import NAMES

    return all((home.key_folder / f"{name}.key").exists() for name in NAMES)


def _has_data(home: Home) -> bool:
    for name in DATA:
        path = home.path / name
        if path.is_dir() and any(path.iterdir()):
            return True
        if path.is_file() and path.stat().st_size:
            return True
    return False


def private_folder(path: Path) -> Path:
    """Create ``path`` 0700 if missing and refuse it when others may enter."""
    if not path.is_dir():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=0o700, exist_ok=True)
        except OSError as err:
            raise unavailable(err, "資料夾") from None
    check_private(path)
    return path


def check_private(path: Path) -> None:
    """Raises HomeRefused when ``path`` may be read by others or belongs to another user."""
    try:
        found = path.stat()
    except OSError as err:
        raise unavailable(err, "資料夾") from None
    if found.st_uid != os.geteuid():
        raise HomeRefused(f"{path} 的擁有者不是目前的使用者。請用服務帳號執行（sudo -u 帳號）。", code="E621")
    if found.st_mode & LOOSE:
        mode = "700" if path.is_dir() else "600"
        raise HomeRefused(f"{path} 的權限太寬，其他人讀得到。請執行：chmod {mode} {path}")


def unavailable(err: OSError, what: str) -> StoreUnavailable:
    """An operating-system error as a StoreUnavailable with code and remedy; ``what`` is zh-TW for the thing touched."""
    import errno

    audit = what == "稽核紀錄"
    if err.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StoreUnavailable(f"磁碟已滿，{what}寫不進去。請清出空間後重試。", code="E611" if audit else "E601")
    if err.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StoreUnavailable(f"{what}是唯讀的，寫不進去。請檢查掛載方式與權限。", code="E610" if audit else "E602", transient=False)
    return StoreUnavailable(f"{what}無法存取（{errno.errorcode.get(err.errno or 0, '未知錯誤')}）。請檢查磁碟。", code="E610" if audit else "E606")


def create_private(path: Path) -> int:
    """Open a new file 0600 for writing whatever the umask; fails when it exists."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    os.fchmod(handle, 0o600)
    return handle


def sync_folder(path: Path) -> None:
    """Make a rename or creation in ``path`` durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
