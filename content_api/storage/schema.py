"""Brings a database to the schema's head, and tells whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event

import migrations


def migrate(url: str, revision: str = "head") -> None:
    """Run the migrations up (or, for an older `revision`, down) on the database at `url`."""
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
    finally:
        engine.dispose()


def is_at_head(connection: Connection) -> bool:
    """Tell whether the database's schema is the one this version of the program needs."""
    return MigrationContext.configure(connection).get_current_revision() == head()


def head() -> str | None:
    """Return the newest migration's name."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _make_ddl_transactional(engine: object) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # the driver must not commit before DDL

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
