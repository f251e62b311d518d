"""The migrated schema is the declared one, and every migration runs both ways."""

import hashlib
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from content_api.storage import schema
from content_api.storage.tables import metadata
from pipeline.memory import contexts, key


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


def test_the_memory_is_hashed_anew(tmp_path: Path) -> None:
    """Texts that now fold alike are found by their new hashes, in their contexts where a draft tells them."""
    url = f"sqlite:///{tmp_path}/hanmi.db"
    schema.migrate(url)
    schema.migrate(url, "0007")
    former = import_module("migrations.versions.0008_where_the_memory_came_from").former_key
    said = ["앞.", "“함께” 갑시다…", "뒤."]
    keys = [former(text) for text in ("", *said, "")]
    around = [hashlib.blake2b(f"{keys[n]} {keys[n + 2]}".encode(), digest_size=16).hexdigest() for n in range(3)]
    segment = (
        "INSERT INTO segment (draft_id, id, field, position, source, target, state, origin, issues, tried, version)"
    )
    unit = "INSERT INTO memory_unit (id, ko, en, hash_ko, hash_en, context_ko, context_en, confirmed, draft_id, "
    unit += "provenance, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '2026-01-01 00:00:00')"
    with closing(sqlite3.connect(tmp_path / "hanmi.db")) as connection:
        for n, text in enumerate(said):
            row = ("d", f"s{n}", "body", n, text, f"“{n}”", "final", "human", "[]", 1, 1)
            connection.execute(f"{segment} VALUES ({', '.join('?' * len(row))})", row)
            connection.execute(
                unit, (f"u{n}", text, f"“{n}”", former(text), "", around[n], "", 1, "d", "approved draft")
            )
        connection.execute(unit, ("u3", "‘홀로’", "Alone", former("‘홀로’"), "", "elsewhere", "", 0, None, "pairs.csv"))
        connection.commit()
    read = "SELECT hash_ko, context_ko, origin, provenance, approved_at IS NULL FROM memory_unit ORDER BY id"
    schema.migrate(url)
    with closing(sqlite3.connect(tmp_path / "hanmi.db")) as connection:
        rows = connection.execute(read).fetchall()
    assert [row[0] for row in rows] == [key(text) for text in (*said, "‘홀로’")]
    assert [row[1] for row in rows] == [*contexts(said), "elsewhere"]
    assert [row[2:] for row in rows] == [("draft", "", 0)] * 3 + [("file", "pairs.csv", 1)]


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
