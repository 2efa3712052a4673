"""Alembic's entry: runs on the connection that ``upgrade`` hands over, inside its transaction."""

from alembic import context

from dlp.records.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False, transactional_ddl=True
)
context.run_migrations()
