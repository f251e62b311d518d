"""The one door to the database: read connections, write transactions, and what SQLite needs to be safe and quick.

A write transaction collects its events and appends them as its last statement (`events.append`), so that `seq` is
commit order. No network call belongs inside one (invariant 4).
"""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils import uuid7

from content_api.storage import engines, events
from content_api.storage.faults import translated
from content_api.storage.turns import Turns

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

    def insert_unless_there(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert `row` unless one with its key is there, or another transaction is just adding it; tell whether we did.

        A look before an insert is not enough on PostgreSQL: two transactions may look at the same time.
        """
        added = self.insert_into(table).values(**row).on_conflict_do_nothing().returning(*table.primary_key)
        return self.execute(added).first() is not None

    def insert_into(self, table: Table) -> Any:
        """Return the database's own INSERT, which can be told what to do on a conflict."""
        return (sqlite if self.connection.dialect.name == "sqlite" else postgresql).insert(table)

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
        # The last `seq` readers can tell that this process committed, or told of: an answer must be at least as new.
        self.committed = 0
        self._committing = threading.Lock()
        self._turns = Turns()
        self._engines = engines.connected(url, threads, write_deadline)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading: it sees one state throughout and cannot write."""
        with translated(), self._engines.reader.connect() as connection:
            yield connection

    @contextmanager
    def read_on_the_loop(self) -> Iterator[Connection]:
        """Like `read`, for the event loop: on SQLite a connection that nobody else can keep it waiting for."""
        with translated(), self._engines.loop.connect() as connection:
            yield connection

    @contextmanager
    def write(self, actor: str | None = None) -> Iterator[Transaction]:
        """Give a transaction by `actor` (an account's id): all of it is stored, with its events, or nothing is.

        Raises `Busy` when no turn came within the deadline.
        """
        asked = time.monotonic()
        # SQLite has one writer whatever we do: here its turn is waited for, in order.
        in_turn = self._turns.turn(self._write_deadline) if self.is_sqlite else nullcontext()
        with translated(), in_turn, self._engines.writer.connect() as connection:
            self._wait_no_longer_than(self._write_deadline - (time.monotonic() - asked), connection)
            with connection.begin():
                transaction = Transaction(connection, self.clock(), actor)
                yield transaction
                public = events.append(connection, transaction.collected)
        self.note(public)

    def note(self, public: int) -> None:
        """Note the `seq` of a committed event that readers can tell: from now on no answer here is older than it."""
        with self._committing:
            self.committed = max(self.committed, public)

    def forget_commits(self) -> None:
        """Forget what was noted: another log has begun."""
        with self._committing:
            self.committed = 0

    def _wait_no_longer_than(self, left: float, connection: Connection) -> None:
        """Leave to other processes' writes what the wait for our own turn left of the deadline, in seconds."""
        if self.is_sqlite:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA busy_timeout={max(int(left * 1000), 1)}")

    def close(self) -> None:
        """Close every connection."""
        for engine in self._engines:
            engine.dispose()
