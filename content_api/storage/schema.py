"""Brings a database to the schema's head, and tells whether it is there.

Alembic is needed to migrate and for nothing else: the commands and the server start without it.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, event, inspect, text

import migrations

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(migrations.__file__).parent


class SchemaError(Exception):
    """The database cannot be migrated; the message says why."""


def migrate(url: str, revision: str = "head") -> None:
    """Run the migrations up (or, for an older `revision`, down) on the database at `url`; raise `SchemaError`."""
    from alembic import command
    from alembic.util import CommandError

    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        _make_ddl_transactional(engine)
    try:
        with engine.connect() as connection:
            config = _config()
            config.attributes["connection"] = connection
            turn = command.upgrade if revision == "head" else command.downgrade
            turn(config, revision)
            connection.commit()
    except CommandError as fault:
        raise SchemaError(f"the database cannot be migrated: {fault}; was it made by a newer version?") from None
    finally:
        engine.dispose()


def is_at_head(connection: Connection) -> bool:
    """Tell whether the database's schema is the one this version of the program needs."""
    return present(connection) == head()


def present(connection: Connection) -> str | None:
    """Return the number of the migration that the database is at; `None` before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return number


@cache
def head() -> str:
    """Return the newest migration's number: they are numbered in order, each by the name of its file."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def _make_ddl_transactional(engine: object) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # the driver must not commit before DDL

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
