"""Connections to the store: SQLite (WAL) in the home by default, PostgreSQL by URL when several gateways share one.

Facts measured for SQLite: a deferred transaction that reads and then writes fails with «database is locked» in 78–86 % of
cases under eight writers in spite of any timeout; BEGIN IMMEDIATE never does.  So every writing transaction begins
IMMEDIATE, and every commit is synced (synchronous=FULL): what a door has answered for is on disk.

Every database error leaves here as ``StoreUnavailable`` without parameters or statement: those may hold values.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from dlp.records.errors import StoreUnavailable

BUSY_SECONDS = 10  # F14: a message waits at most this long for the store
PAGES_PER_CHECKPOINT = 1000


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://…`` (through psycopg)."""
    try:
        parsed = make_url(url)
    except SQLAlchemyError:
        raise StoreUnavailable("資料庫網址格式不正確。例：postgresql://使用者@主機/資料庫", code="E604", transient=False) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(str(parsed.database))
    if parsed.get_backend_name() != "postgresql":
        raise StoreUnavailable("只支援 SQLite 與 PostgreSQL。", code="E604", transient=False)
    return _postgresql(parsed.set(drivername="postgresql+psycopg"))


def _sqlite(path: str) -> Engine:
    _create_private_file(Path(path))
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool if path == ":memory:" else QueuePool, hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def configure(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # SQLAlchemy emits BEGIN itself
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON",
            "temp_store=MEMORY", "cache_size=-16000", f"wal_autocheckpoint={PAGES_PER_CHECKPOINT}", "trusted_schema=OFF",
        ):  # fmt: skip
            raw.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("dlp_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _create_private_file(path: Path) -> None:
    """SQLite gives its -wal and -shm files the mode of the database, so that one is made 0600 first."""
    from dlp.records.home import unavailable

    if str(path) == ":memory:" or path.exists():
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as err:
        raise unavailable(err, "資料庫") from None


def _postgresql(url: Any) -> Engine:
    try:
        engine = create_engine(
            url, hide_parameters=True, pool_pre_ping=True, isolation_level="READ COMMITTED",
            connect_args={
                "connect_timeout": BUSY_SECONDS,
                "options": f"-c lock_timeout={BUSY_SECONDS}s -c synchronous_commit=on -c timezone=UTC",
            },
        )  # fmt: skip
    except ModuleNotFoundError:
        raise StoreUnavailable("使用 PostgreSQL 需要 psycopg：pip install 'dlp-zh[postgresql]'", code="E604", transient=False) from None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("dlp_reading", False):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One writing transaction: committed at the end, rolled back on any error."""
    with translated(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One reading transaction: a consistent view that never blocks a writer."""
    with translated(), engine.connect().execution_options(dlp_reading=True) as connection, connection.begin():
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Database errors → StoreUnavailable, with neither cause nor statement."""
    try:
        yield
    except SQLAlchemyError as err:
        raise unavailable(err) from None


def unavailable(err: SQLAlchemyError) -> StoreUnavailable:
    """The StoreUnavailable that says what is wrong with the store and what to do."""
    original = err.orig if isinstance(err, DBAPIError) else None
    if isinstance(original, sqlite3.Error):
        return _sqlite_fault(original)
    return _postgresql_fault(original)


_fault: Callable[..., Callable[[], StoreUnavailable]] = lambda message, **kw: partial(StoreUnavailable, message, **kw)  # noqa: E731
BUSY = _fault("資料庫忙碌中，暫時無法受理。請稍後再試。")
FULL = _fault("磁碟已滿，紀錄寫不進去。請清出空間後重試。", code="E601")
READ_ONLY = _fault("資料庫是唯讀的，紀錄寫不進去。請檢查掛載方式與權限。", code="E602", transient=False)
DAMAGED = _fault("資料庫損壞。請停止服務、從備份還原；隔離區與稽核檔不受影響，仍可讀取。", code="E603", transient=False)
NOT_REACHED = _fault("連不到資料庫伺服器。請檢查服務與網址。", code="E604")
IO_ERROR = _fault("資料庫讀寫失敗。請檢查磁碟。", code="E606")


def _sqlite_fault(original: sqlite3.Error) -> StoreUnavailable:
    primary = (getattr(original, "sqlite_errorcode", None) or 0) & 0xFF
    table = {
        sqlite3.SQLITE_BUSY: BUSY, sqlite3.SQLITE_LOCKED: BUSY, sqlite3.SQLITE_FULL: FULL, sqlite3.SQLITE_READONLY: READ_ONLY,
        sqlite3.SQLITE_CANTOPEN: READ_ONLY, sqlite3.SQLITE_PERM: READ_ONLY, sqlite3.SQLITE_CORRUPT: DAMAGED,
        sqlite3.SQLITE_NOTADB: DAMAGED,
    }  # fmt: skip
    return table.get(primary, IO_ERROR)()


def _postgresql_fault(original: BaseException | None) -> StoreUnavailable:
    state = getattr(original, "sqlstate", None) or ""
    if state.startswith(("53100", "53200")):
        return FULL()
    if state in ("25006",):
        return READ_ONLY()
    if state.startswith("XX"):
        return DAMAGED()
    if state in ("55P03", "40001", "40P01", "57014", "53300"):
        return BUSY()
    return IO_ERROR() if state else NOT_REACHED()
