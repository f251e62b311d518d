"""Backs up and restores PostgreSQL with its own tools; what a restore takes over was proven in a place of its own."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, NullPool, create_engine, func, inspect, make_url, select, text

from content_api.storage import schema
from content_api.storage.keeping.keeper import BackupFault, NoRoom
from content_api.storage.progress import Progress
from content_api.storage.schema import SchemaError

# How our own connections are known among all others; a server's other processes have no client behind them.
OURS = "hanmi backup"
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name <> :ours "
    "AND coalesce(backend_type, 'client backend') = 'client backend'"
)
PATIENCE = 3.0  # seconds that connections which were just closed have to go
# In a database that only we read nobody needs another order of letters.
MAKE = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
LONGEST_NAME = 63  # of anything in PostgreSQL


class PostgresKeeper:
    """The keeper of one PostgreSQL database."""

    kind = "postgresql"
    suffix = ".dump"

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._rebuilt = self._url.set(database=f"{str(self._url.database)[: LONGEST_NAME - 8]}_rebuilt")

    def dump(self, connection: Connection, into: Path, told: Progress) -> None:
        """Let `pg_dump` write what our own transaction sees, by the snapshot that it exports."""
        told("Dumping", 0, 1)
        snapshot = connection.execute(select(func.pg_export_snapshot())).scalar_one()
        server = _driver(connection).info.server_version // 10_000
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={into}")
        _run(_tool("pg_dump", at_least=server), *options, to=self._parameters(self._url))
        told("Dumping", 1, 1)

    @contextmanager
    def rebuilt(self, file: Path, told: Progress) -> Iterator[str]:
        """Give a database of our own that the file was restored into."""
        with psycopg.connect(**self._parameters(self._url), autocommit=True) as connection:
            tool = _tool("pg_restore", at_least=connection.info.server_version // 10_000)
            try:
                _run(tool, "--list", str(file))
            except BackupFault as fault:
                raise BackupFault(f"{file}: it is no backup of a PostgreSQL database: {fault}") from None
            told("Restoring into a temporary place", 0, 1)
            with self._own_database(connection):
                try:
                    options = ("--exit-on-error", "--no-owner", "--no-privileges", str(file))
                    _run(tool, *options, to=self._parameters(self._rebuilt))
                except BackupFault as fault:
                    raise BackupFault(f"{file}: it cannot be restored: {fault}") from None
                told("Restoring into a temporary place", 1, 1)
                yield self._rebuilt.render_as_string(hide_password=False)

    @contextmanager
    def _own_database(self, connection: psycopg.Connection[Any]) -> Iterator[None]:
        """Make the temporary database, and drop it at the end; one that a run cut short left behind goes first."""
        name = sql.Identifier(str(self._rebuilt.database))
        alone = connection.execute("SELECT pg_try_advisory_lock(hashtext('hanmi backup'))").fetchone()
        if alone != (True,):
            raise BackupFault("another backup or restore of this database is under way")
        try:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL(MAKE).format(name))
        except psycopg.errors.InsufficientPrivilege:
            raise NoRoom(f"the role {connection.info.user} may not make a database (ALTER ROLE … CREATEDB)") from None
        try:
            yield
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    @contextmanager
    def held(self) -> Iterator[Connection]:
        """Give a connection to the present database, while there is no other."""
        engine = create_engine(self._url, poolclass=NullPool, connect_args={"application_name": OURS})
        with engine.connect() as present:
            _must_be_alone(present)
            yield present

    def replace(self, present: Connection, prepared: str, told: Progress) -> None:
        """Copy every table in one transaction: its grants and settings stay the present database's own."""
        present.rollback()  # what was read so far must not stand in the migration's way
        try:
            schema.migrate(self._url.render_as_string(hide_password=False))
        except SchemaError:
            raise BackupFault("the present database was made by a newer version of Hanmi") from None
        _must_be_alone(present)
        told("Taking over", 0, 1)
        with create_engine(prepared, poolclass=NullPool).connect() as source:
            ordered = [name for name, _ in inspect(source).get_sorted_table_and_fkc_names() if name]
            names = [name for name in ordered if name != "alembic_version"]
            target = _driver(present)
            target.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, names))))
            for done, name in enumerate(names, start=1):
                columns = [each["name"] for each in inspect(source).get_columns(name) if "computed" not in each]
                _copy(_driver(source), target, name, columns)
                told("Taking over", done, len(names))

    @staticmethod
    def _parameters(url: URL) -> dict[str, Any]:
        _, parameters = url.get_dialect()().create_connect_args(url)
        return {**parameters, "application_name": OURS}


def _must_be_alone(present: Connection) -> None:
    until = time.monotonic() + PATIENCE
    while others := present.execute(OTHERS, {"ours": OURS}).scalar_one():
        present.rollback()  # what a transaction sees of others' connections is what it saw first
        if time.monotonic() > until:
            found = f"{others} other connection{'s have' if others > 1 else ' has'} the database open"
            raise BackupFault(f"{found}; end every hanmi serve and hanmi worker first")
        time.sleep(0.05)


def _copy(source: psycopg.Connection[Any], target: psycopg.Connection[Any], table: str, columns: list[str]) -> None:
    names = {"table": sql.Identifier(table), "columns": sql.SQL(", ").join(map(sql.Identifier, columns))}
    out = sql.SQL("COPY {table} ({columns}) TO STDOUT").format(**names)
    into = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(**names)
    with source.cursor().copy(out) as reading, target.cursor().copy(into) as writing:
        for block in reading:
            writing.write(block)


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101  # the keeper was chosen by the address
    return driver


def _tool(name: str, at_least: int = 0) -> str:
    """Return where a tool of PostgreSQL is; raise `BackupFault` if it is missing, or older than the server."""
    path = shutil.which(name)
    if path is None:
        raise BackupFault(f"{name} is not on PATH; install PostgreSQL's client programs")
    said = _run(path, "--version")
    major = re.search(r"(\d+)", said)
    if major is None or int(major[1]) < at_least:
        raise BackupFault(f"{path} is of version {said.split()[-1]}; the server needs {name} {at_least} or newer")
    return path


def _run(*command: str, to: Mapping[str, Any] | None = None) -> str:
    """Run a tool, connected as `to` says, and return what it printed; raise `BackupFault` with its own last words."""
    environment = dict(os.environ)
    if to:
        # The password goes where no list of processes shows it.
        environment |= {"PGPASSWORD": str(to["password"])} if to.get("password") else {}
        rest = {name: value for name, value in to.items() if name != "password"}
        command = (*command, "--dbname", make_conninfo(**rest))
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        said = ran.stderr.strip().splitlines()
        raise BackupFault(said[-1] if said else f"{command[0]} ended with {ran.returncode}")
    return ran.stdout
