"""What Alembic runs: on the connection `storage.schema` hands it, in one transaction."""

from alembic import context

from content_api.storage.tables import metadata

connection = context.config.attributes["connection"]
# SQLite cannot alter most things in place; batch mode rebuilds the table instead.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
