"""A PostgreSQL server of the tests' own: loopback, a folder of its own, a user that is not root.  Stopped at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Folder of ``initdb`` and ``postgres``; None when PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def why_not() -> str:
    """The reason why the tests cannot use PostgreSQL; empty when they can."""
    if programs() is None:
        return "PostgreSQL is not installed (make system-packages)"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed (extra postgresql)"
    if os.geteuid() == 0 and not _other_user():
        return "PostgreSQL does not run as root and there is no user postgres"
    return ""


def _other_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


@contextmanager
def server() -> Iterator[str]:
    """Runs the server; yields a URL without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="dlp-pg-"))
    user = _other_user() if os.geteuid() == 0 else None
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    bin_folder, data = programs(), folder / "data"
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    port = _free_port()
    try:
        initdb = [f"{bin_folder}/initdb", "-D", str(data), "-U", "dlp", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, env=env, cwd=folder, **who)
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off -c max_connections=60"
        start = [f"{bin_folder}/pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "-t", "60", "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, cwd=folder, **who)
        try:
            yield f"postgresql://dlp@127.0.0.1:{port}"
        finally:
            stop = [f"{bin_folder}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop"]
            subprocess.run(stop, check=False, capture_output=True, env=env, cwd=folder, **who)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
