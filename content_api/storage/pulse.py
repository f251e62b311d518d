"""Tells, cheaply and often, whether anything readers can tell has changed: the version of all public answers at once.

On SQLite it is exact, across processes too: `PRAGMA data_version` moves with every commit of any other connection, and
only then is the log asked. On PostgreSQL a listener is notified and also looks by itself twice a second; a version
that it could not confirm within the last second is none, and then nothing may be answered from memory.
"""

import logging
import sqlite3
import threading
import time
from typing import Any, NamedTuple, Protocol

from sqlalchemy import make_url

from content_api.storage.database import Database
from content_api.storage.events import CHANNEL

log = logging.getLogger("hanmi.pulse")
# How long an answer may lag behind a commit on PostgreSQL, in seconds, and how often the listener looks by itself.
PROMISE = 1.0
LOOK_EVERY = 0.4
ASKED = (
    "SELECT id, COALESCE((SELECT MAX(seq) FROM event WHERE is_public), 0), (SELECT generation FROM search_state), seq "
    "FROM log"
)


class Version(NamedTuple):
    """The state of everything public: which log, its last event that readers can tell, and which index search has."""

    log: str
    seq: int
    search: int = 0


class Pulse(Protocol):
    """The version of all public answers. `seen` is the last `seq` of the log that this process knows of."""

    seen: int

    def start(self) -> None:
        """Begin to watch."""

    def now(self) -> Version | None:
        """Return the present version; `None` while it is not known."""

    def stop(self) -> None:
        """End watching."""


def pulse_of(database: Database) -> Pulse:
    """Return the pulse of a database."""
    return SqlitePulse(database) if database.is_sqlite else PostgresPulse(database)


class SqlitePulse:
    """Asks a connection of its own that never writes, at every call: some five microseconds."""

    def __init__(self, database: Database) -> None:
        self._path = make_url(database.url).database or ""
        self._connection: sqlite3.Connection | None = None
        self._cursor: sqlite3.Cursor | None = None
        self._counted = -1
        self._version: Version | None = None
        self.seen = 0

    def start(self) -> None:
        """Begin to watch: the connection is opened when it is first asked."""

    def now(self) -> Version | None:
        """Return the version as of the last commit of anybody; `None` while the database is not there."""
        try:
            cursor = self._cursor or self._open()
            (counted,) = cursor.execute("PRAGMA data_version").fetchone()
            # A commit between the two questions is seen by the second, and asked about again at the next call.
            if counted != self._counted:
                name, last, search, self.seen = cursor.execute(ASKED).fetchone()
                self._version, self._counted = Version(name, last, search), counted
        except sqlite3.Error:
            self._counted, self._version = -1, None
        return self._version

    def _open(self) -> sqlite3.Cursor:
        # Used by the event loop alone, but a test may begin and end it in threads of its own.
        self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._cursor = self._connection.cursor()
        return self._cursor

    def stop(self) -> None:
        """Close the connection."""
        if self._connection:
            self._connection.close()
            self._connection = self._cursor = None


class PostgresPulse:
    """Listens in a thread, with a connection of its own that is opened again whenever it breaks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._address = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hanmi-pulse", daemon=True)
        self._version: Version | None = None
        self._log, self._last = "", 0
        self._confirmed = 0.0
        self.seen = 0

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def now(self) -> Version | None:
        """Return the version if it was confirmed within the last second, and is as new as what we wrote ourselves."""
        version = self._version
        if version is None or version.seq < self._database.committed:
            return None
        return version if time.monotonic() - self._confirmed < PROMISE else None

    def stop(self) -> None:
        """End the listener: it does not look again, and nobody needs to wait for what it waits for."""
        self._stop.set()

    def _run(self) -> None:
        import psycopg

        while not self._stop.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._listen(connection)
            except psycopg.Error as fault:
                self._version = None
                if not self._stop.wait(LOOK_EVERY):
                    log.warning("the database cannot be listened to: %s", " ".join(str(fault).split()))

    def _listen(self, connection: Any) -> None:
        while not self._stop.is_set():
            asked = time.monotonic()
            name, last, search, self.seen = connection.execute(ASKED).fetchone()
            if name != self._log or last < self._last:  # restored, or an older state put back: our own numbers are void
                self._database.forget_commits()
            self._log, self._last = name, last
            self._version, self._confirmed = Version(name, last, search), asked
            for _ in connection.notifies(timeout=LOOK_EVERY, stop_after=1):
                pass
