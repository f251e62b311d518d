"""The schema's history, on Alembic: one line of versions for SQLite and PostgreSQL."""
