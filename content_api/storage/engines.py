"""Connections as each database needs them: what makes SQLite safe and quick, and what PostgreSQL is told."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

# How much of the database the event loop's connection keeps in memory until somebody writes, in KiB: the pages of the
# indexes, and of what is asked for most. Those that others ask with keep SQLite's own 2,000.
LOOP_CACHE, CACHE = 16_000, 2_000


class KeptOpen:
    """One connection to SQLite for the event loop alone: it waits for nobody, and a question costs no way to a pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Give the connection; it sees one state throughout. What is asked of it must be fetched before the end."""
        if self._connection is None:
            self._connection = self._engine.connect()
        # Past SQLAlchemy, whose own beginning and ending of a transaction cost more than most questions.
        driver: Any = self._connection.connection.driver_connection
        driver.execute("BEGIN")
        try:
            yield self._connection
        finally:
            if driver.in_transaction:  # SQLite ends it by itself where the disk fails
                driver.execute("ROLLBACK")

    def dispose(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()


class Engines(NamedTuple):
    """Where to write, where to read, and where the event loop reads, which must not wait for a connection."""

    writer: Engine
    reader: Engine
    loop: Engine | KeptOpen


def connected(url: str, threads: int, deadline: float) -> Engines:
    """Return the engines of a database. A wait for a connection or a lock ends after `deadline` seconds."""
    if url.startswith("sqlite"):
        writer = _sqlite(url, size=1, begin="BEGIN IMMEDIATE", deadline=deadline)
        reader = _sqlite(url, size=threads, begin="BEGIN", deadline=deadline, read_only=True)
        loop = _sqlite(url, size=1, begin=None, deadline=deadline, read_only=True, cache=LOOP_CACHE)
        return Engines(writer, reader, KeptOpen(loop))
    both = _postgres(url, size=threads, deadline=deadline)
    # A reader that asks several questions must get answers that fit each other.
    reader = both.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(both, reader, reader)


def _sqlite(
    url: str, *, size: int, begin: str | None, deadline: float, read_only: bool = False, cache: int = CACHE
) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=deadline,
        connect_args={"check_same_thread": False, "timeout": deadline},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transaction handling is off: SQLAlchemy begins, with the kind of BEGIN this pool wants.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA cache_size=-{cache}")
        connection.execute(f"PRAGMA query_only={int(read_only)}")

    if begin:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _postgres(url: str, *, size: int, deadline: float) -> Engine:
    return create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=deadline,
        # A server that was restarted left dead connections behind; a look at each costs less than an error.
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": max(int(deadline), 1),
            "options": f"-c lock_timeout={int(deadline * 1000)} -c timezone=UTC",
            "application_name": "hanmi",
        },
    )
