"""The one door to the database: read connections, write transactions, and what SQLite needs to be safe and quick.

A write transaction collects its events and appends them as its last statement (`events.append`), so that `seq` is
commit order. No network call belongs inside one (invariant 4).
"""

import datetime as dt
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from uuid_utils import uuid7

from content_api.storage import events
from schemas.problems import Busy

Clock = Callable[[], dt.datetime]
# How long a write waits for its turn before the caller gets a 503, in seconds.
WRITE_DEADLINE = 5.0


def utc_now() -> dt.datetime:
    """Return the present time in UTC."""
    return dt.datetime.now(dt.UTC)


def new_id() -> str:
    """Return a new UUIDv7 as text."""
    return str(uuid7())


@dataclass
class Transaction:
    """A write transaction: runs statements, keeps the one `now` all its rows share, collects its events."""

    connection: Connection
    now: dt.datetime
    actor: str | None = None
    _events: list[events.Event] = field(default_factory=list)

    def execute(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> CursorResult[Any]:
        """Run one statement, once or (an insert) for each of `rows`."""
        return self.connection.execute(statement, rows)

    @property
    def collected(self) -> tuple[events.Event, ...]:
        """What the transaction will append to the log."""
        return tuple(self._events)

    def emit(self, what: str, **about: Any) -> None:
        """Note the event `what` (`events.Event`'s fields by name); it is written with the commit."""
        self._events.append(events.Event(id=new_id(), at=self.now, type=what, account_id=self.actor, **about))


class Database:
    """Connections to one database, SQLite or PostgreSQL."""

    def __init__(
        self, url: str, *, threads: int = 8, clock: Clock = utc_now, write_deadline: float = WRITE_DEADLINE
    ) -> None:
        self.url = url
        self.clock = clock
        self._write_deadline = write_deadline
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            # The pool of one is the queue of writers: SQLite has one writer whatever we do, and here it waits in turn.
            self._writer = _sqlite_engine(url, size=1, begin="BEGIN IMMEDIATE", deadline=write_deadline)
            self._reader = _sqlite_engine(url, size=threads, begin="BEGIN", deadline=write_deadline, read_only=True)
        else:
            self._writer = self._reader = create_engine(url, pool_size=threads, max_overflow=0, pool_pre_ping=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading: on SQLite it sees one state throughout and cannot write."""
        with _busy_when_locked(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self, actor: str | None = None) -> Iterator[Transaction]:
        """Give a transaction by `actor` (an account's id): all of it is stored, with its events, or nothing is.

        Raises `Busy` when no turn came within the deadline.
        """
        asked = time.monotonic()
        with _busy_when_locked(), self._writer.connect() as connection:
            self._wait_no_longer_than(self._write_deadline - (time.monotonic() - asked), connection)
            with connection.begin():
                transaction = Transaction(connection, self.clock(), actor)
                yield transaction
                events.append(connection, transaction.collected)

    def _wait_no_longer_than(self, left: float, connection: Connection) -> None:
        """Leave to other processes' writes what the wait for our own turn left of the deadline, in seconds."""
        if self.is_sqlite:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA busy_timeout={max(int(left * 1000), 1)}")

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._writer.dispose()


@contextmanager
def _busy_when_locked() -> Iterator[None]:
    try:
        yield
    except PoolTimeout:
        raise _busy() from None
    except DBAPIError as fault:
        if isinstance(fault.orig, sqlite3.OperationalError) and "locked" in str(fault.orig):
            raise _busy() from fault
        raise


def _busy() -> Busy:
    return Busy("The database is busy; try again in a moment.", headers={"Retry-After": "1"})


def _sqlite_engine(url: str, *, size: int, begin: str, deadline: float, read_only: bool = False) -> Engine:
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
        connection.execute(f"PRAGMA query_only={int(read_only)}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
