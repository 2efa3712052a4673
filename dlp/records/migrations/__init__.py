"""Schema of the store, step by step (Alembic).  ``upgrade`` brings a store to ``HEAD``; a newer one is refused.

Add a step as ``versions/vNNNN_what.py`` and set ``HEAD``; a test compares the result with ``schema.py`` on both databases.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from dlp.records.errors import StoreUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Connection

HEAD = "0001"
FOLDER = Path(__file__).parent
ADVISORY_LOCK = 0x646C70  # one gateway at a time migrates a shared PostgreSQL store


def version_of(connection: "Connection") -> str | None:
    """The schema version of the store; None for an empty one."""
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    value = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(value) if value is not None else None


def upgrade(connection: "Connection") -> None:
    """Bring the store to HEAD inside the caller's transaction.  Raises StoreUnavailable (E605) when it is newer."""
    from sqlalchemy import text

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    current = version_of(connection)
    if current == HEAD:
        return
    if current is not None and current not in known_versions():
        raise StoreUnavailable("資料庫是較新版本的程式建立的。請升級程式。", code="E605", transient=False)
    _run(connection)


def known_versions() -> set[str]:
    """Versions of the shipped steps."""
    return {path.name[1:5] for path in (FOLDER / "versions").glob("v[0-9]*.py")}


def _run(connection: "Connection") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
