"""The migrated schema is the declared one, and every migration runs both ways."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from content_api.storage import schema
from content_api.storage.tables import metadata


def test_migrated_schema_equals_declared_schema(tmp_path: Path) -> None:
    """A database brought to the head has exactly the tables, columns, keys and indexes that the code declares."""
    url = f"sqlite:///{tmp_path}/hanmi.db"
    schema.migrate(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_check_constraints_equal_the_declared_ones(tmp_path: Path) -> None:
    """Check constraints, which Alembic does not compare, are the same as well."""
    migrated, declared = f"sqlite:///{tmp_path}/migrated.db", f"sqlite:///{tmp_path}/declared.db"
    schema.migrate(migrated)
    engines = [create_engine(migrated), create_engine(declared)]
    metadata.create_all(engines[1])
    found = [
        {
            table: {(check["name"], check["sqltext"]) for check in inspect(engine).get_check_constraints(table)}
            for table in metadata.tables
        }
        for engine in engines
    ]
    for engine in engines:
        engine.dispose()
    assert found[0] == found[1]


def test_every_migration_runs_down_and_up_again(tmp_path: Path) -> None:
    """Going down to nothing leaves nothing, and going up again leads to the head."""
    url = f"sqlite:///{tmp_path}/hanmi.db"
    schema.migrate(url)
    schema.migrate(url, "base")
    engine = create_engine(url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    schema.migrate(url)
    with engine.connect() as connection:
        assert schema.is_at_head(connection)
    engine.dispose()
